"""The clocks of a complaint: staff are reminded, a broken term is escalated and said honestly to its citizen.

An escalation adds the next in line: the head, then the administrator and the city, which learns the number of
the complaint and the clinic, and nothing of any person.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.channels.sms import sms_parcel
from bot.complaints import marks
from bot.complaints.circle import circle_of
from bot.complaints.moments import evening, morning
from bot.complaints.office import (
    ANSWER_ALARM,
    ANSWER_LATE,
    ESCALATION,
    FORWARD_ALARM,
    FORWARD_LATE,
    NOBODY,
    NUMBER,
    STILL_UNSENT,
    UNSENT,
    ComplaintOffice,
)
from bot.sending.by_day import by_day
from bot.staff.feed import said
from bot.staff.rights import CLOCK
from bot.staff.room import Alerting
from bot.terms.escalation import City
from dialogs.engine import T
from locales import LOCALES, render
from rules.calendar import add_working_days
from rules.clinics import Clinic
from rules.complaint_terms import (
    ALARM_BEFORE,
    ESCALATES_AFTER,
    MOST_ASKED_AFTER,
    NUMBER_AWAITED,
    alarm_day,
)
from rules.complaints import ComplaintStatus
from rules.impartiality import CITY, LEVELS
from rules.law import rule
from rules.people import Language
from rules.quiet_hours import MessageKind, may_be_sent_at
from storage import audit, complaint_office, complaints, due, feed
from storage.complaint_office import Office
from storage.complaints import Complaint
from storage.database import Tx
from storage.outbox import Parcel

CITY_CHECK: Final = "complaint_city_check"
"""Due kind, subject a complaint: whether the word to the city arrived."""

_HEAD: Final = LEVELS.index("head")
_LAST: Final = CITY - 1
_LOOK: Final = timedelta(minutes=10)
_REASONS: Final = ("late_forward", "number", "late_answer", "nobody")
_NOT_ARRIVED: Final = frozenset({"waiting", "dead"})


@dataclass(frozen=True, slots=True)
class ComplaintClocks:
    """One handler for each kind of moment; each runs within the transaction that takes its row."""

    office: ComplaintOffice
    alerts: Alerting
    city: City

    def handlers(self) -> Mapping[str, Callable[[Tx, int, datetime], Awaitable[Sequence[Parcel]]]]:
        """The kinds of due rows, and who does them."""
        return {
            FORWARD_ALARM: self.forward_alarm,
            FORWARD_LATE: self.forward_late,
            NUMBER: self.number,
            ANSWER_ALARM: self.answer_alarm,
            ANSWER_LATE: self.answer_late,
            ESCALATION: self.escalation,
            UNSENT: self.unsent,
            STILL_UNSENT: self.still_unsent,
            NOBODY: self.nobody,
            CITY_CHECK: self.city_check,
            marks.CHECK: self.mark_check,
        }

    @rule("X-33")
    async def forward_alarm(self, tx: Tx, complaint_id: int, now: datetime) -> Sequence[Parcel]:
        """On the morning of the last day, if it was not passed on yet."""
        found = await self._waiting(tx, complaint_id, _to_forward)
        if found is None:
            return ()
        complaint, office = found
        if (await self.office.clinic(tx, complaint)).local(now).date() > office.forward_due:
            # We did not run that morning: that it is late is told in its stead.
            return ()
        words = T("complaint_office.alarm_forward", number=complaint.number, day=office.forward_due)
        return await self._to_circle(tx, complaint, words, now)

    @rule("X-33")
    async def forward_late(self, tx: Tx, complaint_id: int, now: datetime) -> Sequence[Parcel]:
        """Not passed on within its working day: the head, and the citizen an honest word."""
        found = await self._waiting(tx, complaint_id, _to_forward)
        if found is None:
            return ()
        complaint, office = found
        clinic = await self.office.clinic(tx, complaint)
        to_citizen = marks.not_forwarded(tx, complaint, office, clinic, now)
        key = "complaint_office.late_forward" if to_citizen else "complaint_office.late_forward_untold"
        words = T(key, number=complaint.number, day=office.forward_due)
        return (*await self._escalated(tx, complaint, words, "late_forward", now), *to_citizen)

    @rule("X-33")
    async def number(self, tx: Tx, complaint_id: int, now: datetime) -> Sequence[Parcel]:
        """The body's number is asked after; the second time the head is told too, the third time the city."""
        found = await self._waiting(tx, complaint_id, _awaits_number)
        if found is None:
            return ()
        complaint, office = found
        times = await complaint_office.asked_after(tx, complaint_id)
        if times < MOST_ASKED_AFTER.value:
            clinic, calendar = await self.office.clinic(tx, complaint), self.office.directory.calendar
            again = add_working_days(clinic.local(now).date(), NUMBER_AWAITED.value, calendar)
            due.set_due(tx, NUMBER, complaint_id, morning(clinic, calendar, again))
        if times > 1:
            complaint_office.escalate(tx, complaint_id, _HEAD)
        words = T(
            "complaint_office.no_number",
            number=complaint.number,
            day=office.forwarded_on or office.forward_due,
        )
        told = await self._to_circle(tx, complaint, words, now)
        if times < MOST_ASKED_AFTER.value:
            return told
        return (*told, *await self._to_city(tx, complaint, "number", now))

    @rule("CO-06")
    async def answer_alarm(self, tx: Tx, complaint_id: int, now: datetime) -> Sequence[Parcel]:
        """Three working days are left."""
        found = await self._waiting(tx, complaint_id, _examined)
        if found is None or found[1].answer_due is None:
            return ()
        complaint, due_on = found[0], found[1].answer_due
        clinic = await self.office.clinic(tx, complaint)
        days = ALARM_BEFORE.value
        if clinic.local(now).date() > due_on:
            return ()
        words = T("complaint_office.alarm_answer", number=complaint.number, days=days, day=due_on)
        if clinic.local(now).date() != alarm_day(due_on, self.office.directory.calendar):
            # The body's number was entered so late that fewer days are left.
            words = T("complaint_office.alarm_answer_soon", number=complaint.number, day=due_on)
        return await self._to_circle(tx, complaint, words, now)

    @rule("CO-06", "CO-09")
    async def answer_late(self, tx: Tx, complaint_id: int, now: datetime) -> Sequence[Parcel]:
        """The fifteen days are over: the head, and the citizen, who may go to court. Twice: nothing more."""
        found = await self._waiting(tx, complaint_id, _examined)
        if found is None or found[1].answer_due is None:
            return ()
        if not await complaint_office.overdue(tx, complaint_id, now):
            return ()
        complaint, due_on = found[0], found[1].answer_due
        clinic = await self.office.clinic(tx, complaint)
        to_citizen = marks.overdue(tx, complaint, due_on, clinic, now)
        key = "complaint_office.late_answer" if to_citizen else "complaint_office.late_answer_untold"
        words = T(key, number=complaint.number, day=due_on)
        return (*await self._escalated(tx, complaint, words, "late_answer", now), *to_citizen)

    @rule("CO-06", "X-33")
    async def escalation(self, tx: Tx, complaint_id: int, now: datetime) -> Sequence[Parcel]:
        """A working day after the head was told, and still nothing: the administrator and the city."""
        found = await self._waiting(tx, complaint_id, _late)
        if found is None:
            return ()
        complaint, office = found
        complaint_office.escalate(tx, complaint_id, _LAST)
        words = T("complaint_office.city_told", number=complaint.number)
        told = await self._to_circle(tx, complaint, words, now)
        why = "late_forward" if _to_forward(complaint, office) else "late_answer"
        return (*told, *await self._to_city(tx, complaint, why, now))

    @rule("CO-07")
    async def unsent(self, tx: Tx, complaint_id: int, now: datetime) -> Sequence[Parcel]:
        """An answer by post that was given, but is not said to have left: the office is asked after it."""
        found = await self._waiting(tx, complaint_id, _unsent)
        if found is None:
            return ()
        complaint = found[0]
        clinic = await self.office.clinic(tx, complaint)
        self.office.asks_whether_sent(tx, complaint, clinic, STILL_UNSENT, now)
        words = T("complaint_office.unsent", number=complaint.number)
        return await self._to_circle(tx, complaint, words, now)

    @rule("CO-07")
    async def still_unsent(self, tx: Tx, complaint_id: int, now: datetime) -> Sequence[Parcel]:
        """A working day later the head too is told of it."""
        found = await self._waiting(tx, complaint_id, _unsent)
        if found is None:
            return ()
        complaint_office.escalate(tx, complaint_id, _HEAD)
        words = T("complaint_office.unsent", number=found[0].number)
        return await self._to_circle(tx, found[0], words, now)

    @rule("G-61")
    async def nobody(self, tx: Tx, complaint_id: int, now: datetime) -> Sequence[Parcel]:
        """Everybody who might handle it is complained about, or there is nobody: the city, by number."""
        complaint = await complaints.by_id(tx, complaint_id)
        if complaint is None or complaint.closed_at is not None:
            return ()
        if (await circle_of(tx, complaint)).members:
            return ()
        self.alerts.alert("complaint.nobody", clinic=complaint.clinic_no, complaint=complaint_id)
        return await self._to_city(tx, complaint, "nobody", now)

    async def city_check(self, tx: Tx, complaint_id: int, now: datetime) -> Sequence[Parcel]:
        """Where the city's chat took nothing and there is no phone either, ours rings."""
        del now
        if self.city.phone:
            return ()
        posted = [await feed.posted(tx, _city_key(complaint_id, why)) for why in _REASONS]
        if self.city.chat_id is None or any(one is not None and one.status in _NOT_ARRIVED for one in posted):
            self.alerts.alert("complaint.unanswered", complaint=complaint_id)
        return ()

    async def mark_check(self, tx: Tx, complaint_id: int, now: datetime) -> Sequence[Parcel]:
        """Look whether a mark arrived."""
        complaint = await complaints.by_id(tx, complaint_id)
        if complaint is None:
            return ()
        return await marks.check(tx, complaint, await self.office.clinic(tx, complaint), now)

    async def _escalated(
        self, tx: Tx, complaint: Complaint, words: T, what: str, now: datetime
    ) -> tuple[Parcel, ...]:
        complaint_office.escalate(tx, complaint.id, _HEAD)
        clinic, calendar = await self.office.clinic(tx, complaint), self.office.directory.calendar
        last = add_working_days(clinic.local(now).date(), ESCALATES_AFTER.value, calendar)
        due.set_due(tx, ESCALATION, complaint.id, evening(clinic, calendar, last))
        facts: dict[str, str | int] = {"clinic": clinic.no}
        await audit.append(tx, f"complaint.{what}", CLOCK, f"complaint:{complaint.id}", facts, now)
        return await self._to_circle(tx, complaint, words, now)

    async def _to_circle(self, tx: Tx, complaint: Complaint, words: T, now: datetime) -> tuple[Parcel, ...]:
        clinic = await self.office.clinic(tx, complaint)
        told = self.office.to_circle(tx, complaint, await circle_of(tx, complaint), words, now)
        return by_day(told, now, ZoneInfo(clinic.zone))

    async def _to_city(self, tx: Tx, complaint: Complaint, why: str, now: datetime) -> tuple[Parcel, ...]:
        """The number of the complaint and the clinic with its phone, once for each reason."""
        clinic, parcels = await self.office.clinic(tx, complaint), list[Parcel]()
        if self.city.chat_id is not None:
            text = "\n\n".join(render(_city_words(complaint, clinic, one), one) for one in LOCALES)
            parcels.append(said(self.city.chat_id, text, complaint.id, _city_key(complaint.id, why)))
        if self.city.phone:
            words = T(
                "sms.complaint_city",
                number=complaint.number,
                clinic=clinic.short(self.city.language),
                phone=clinic.phone,
            )
            parcel = sms_parcel(
                self.city.phone,
                render(words, self.city.language),
                kind="city",
                dedupe=f"sms:{_city_key(complaint.id, why)}",
                request_id=complaint.id,
            )
            parcels.append(parcel)
        zone = ZoneInfo(clinic.zone)
        goes = may_be_sent_at(MessageKind.NEWS, now, zone)
        due.set_due(tx, CITY_CHECK, complaint.id, goes + _LOOK)
        await audit.append(
            tx, "complaint.city_told", CLOCK, f"complaint:{complaint.id}", {"clinic": clinic.no}, now
        )
        return by_day(parcels, now, zone)

    async def _waiting(
        self, tx: Tx, complaint_id: int, still: Callable[[Complaint, Office], bool]
    ) -> tuple[Complaint, Office] | None:
        """The complaint with its office's side, if that is still so."""
        complaint, office = (
            await complaints.by_id(tx, complaint_id),
            await complaint_office.of(tx, complaint_id),
        )
        if complaint is None or office is None or not still(complaint, office):
            return None
        return complaint, office


def _to_forward(complaint: Complaint, office: Office) -> bool:
    return office.forwarded_at is None and not complaint.status.is_final


def _awaits_number(complaint: Complaint, office: Office) -> bool:
    return office.forwarded_at is not None and complaint.status is ComplaintStatus.DELIVERED


def _examined(complaint: Complaint, office: Office) -> bool:
    return office.answer_due is not None and not complaint.status.is_final


def _unsent(complaint: Complaint, office: Office) -> bool:
    return complaint.status.is_final and office.delivered_on is None


def _late(complaint: Complaint, office: Office) -> bool:
    return _to_forward(complaint, office) or (_examined(complaint, office) and office.overdue_at is not None)


def _city_words(complaint: Complaint, clinic: Clinic, language: Language) -> T:
    return T(
        "complaint_office.city",
        number=complaint.number,
        clinic=clinic.name(language),
        phone=clinic.phone,
    )


def _city_key(complaint_id: int, why: str) -> str:
    return f"complaint_city:{complaint_id}:{why}"
