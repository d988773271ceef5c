"""The office that carries a complaint: taken in, passed on, registered by the body, decided, delivered.

Each step runs within the transaction that asks for it, moves the mark first, and tells the citizen in order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot.channels.telegram import parcel_for
from bot.complaints import marks
from bot.complaints.circle import Circle, circle_of, official_name
from bot.complaints.moments import day_over, evening, morning
from bot.complaints.receipt import receipt_parcel
from bot.sending.by_day import by_day
from bot.staff.cards import Cards, Labelled
from bot.staff.feed import LINE
from bot.staff.press import Press, Verb
from dialogs.engine import T
from rules.calendar import add_working_days
from rules.clinics import Clinic
from rules.complaint_terms import (
    FORWARDED_WITHIN,
    NUMBER_AWAITED,
    SENT_WITHIN,
    Decision,
    Delivery,
    Registration,
    alarm_day,
    answer_due,
    forward_due,
)
from rules.complaints import AnswerWay, Body, ComplaintStatus, MatterKind
from rules.days import COUNTRY_ZONE
from rules.impartiality import CITY
from rules.law import rule
from rules.quiet_hours import MessageKind, may_be_sent_at
from storage import audit, complaint_office, complaints, due
from storage.complaint_cards import due_on
from storage.complaint_office import Office
from storage.complaints import Complaint
from storage.database import Reader, Tx
from storage.outbox import Parcel
from storage.registry import Directory
from storage.staff import Member

FORWARD_ALARM: Final = "complaint_forward_alarm"
FORWARD_LATE: Final = "complaint_forward_late"
NUMBER: Final = "complaint_number_awaited"
ANSWER_ALARM: Final = "complaint_answer_alarm"
ANSWER_LATE: Final = "complaint_answer_late"
ESCALATION: Final = "complaint_escalation"
UNSENT: Final = "complaint_unsent"
STILL_UNSENT: Final = "complaint_still_unsent"
NOBODY: Final = "complaint_nobody"
"""Due kinds, subject a complaint. The last: nobody of the clinic may handle it, so the city is told."""

_CLOCKS: Final = (FORWARD_ALARM, FORWARD_LATE, NUMBER, ANSWER_ALARM, ANSWER_LATE, ESCALATION)
_TO_WORK: Final = frozenset({ComplaintStatus.DELIVERED, ComplaintStatus.REGISTERED})


class NotThatFar(Exception):
    """A step whose turn has not come: what must be done first is `needs`."""

    def __init__(self, needs: str) -> None:
        super().__init__(needs)
        self.needs = needs


@dataclass(frozen=True, slots=True)
class ComplaintOffice:
    """The steps. ``forward_days`` is COMPLAINT_FORWARD_DAYS."""

    directory: Directory
    cards: Cards
    forward_days: int = FORWARDED_WITHIN.value

    @rule("X-33", "G-61")
    async def arrived(self, tx: Tx, complaint: Complaint, now: datetime) -> tuple[Parcel, ...]:
        """A complaint was filed: its clocks begin, and whoever may handle it is told. Twice: the same rows.

        What is kept of the official who accepts it is their surname and initials, as soon as there is one.
        """
        clinic = await self.clinic(tx, complaint)
        calendar = self.directory.calendar
        due_on = forward_due(complaint.received_on, calendar, self.forward_days)
        complaint_office.begin(tx, complaint.id, due_on)
        late = evening(clinic, calendar, due_on)
        if now < late:
            # A paper entered long after it came is late at once, and no alarm says "the last day".
            due.set_due(tx, FORWARD_ALARM, complaint.id, max(now, morning(clinic, calendar, due_on)))
        due.set_due(tx, FORWARD_LATE, complaint.id, max(now, late))
        words = T(
            "complaint_office.new", number=complaint.number, service=service_words(complaint), day=due_on
        )
        circle = await circle_of(tx, complaint)
        if circle.official and not complaint.official:
            await complaints.accepted_by(tx, complaint, circle.official)
        return by_day(self.to_circle(tx, complaint, circle, words, now), now, ZoneInfo(clinic.zone))

    def to_circle(
        self, tx: Tx, complaint: Complaint, circle: Circle, words: T, now: datetime
    ) -> tuple[Parcel, ...]:
        """These words to everybody it is open to; where that is nobody, the city is to learn of it."""
        if circle.highest == CITY:
            due.set_due(tx, NOBODY, complaint.id, may_be_sent_at(MessageKind.NEWS, now, COUNTRY_ZONE))
            return ()
        return tuple(
            parcel_for(
                one.telegram_id,
                self.cards.page([words], one.locale, [[opening(complaint)]]),
                kind=LINE,
                request_id=complaint.id,
            )
            for one in circle.members
        )

    async def forward(self, tx: Tx, complaint: Complaint, actor: str, now: datetime) -> bool:
        """It was passed on to whom it is addressed. Twice: False."""
        clinic = await self.clinic(tx, complaint)
        today = clinic.local(now).date()
        if not await complaint_office.forward(tx, complaint.id, now, today):
            return False
        for kind in _CLOCKS:
            due.clear(tx, kind, complaint.id)
        awaited = add_working_days(today, NUMBER_AWAITED.value, self.directory.calendar)
        due.set_due(tx, NUMBER, complaint.id, morning(clinic, self.directory.calendar, awaited))
        await self._audit(tx, complaint, "forwarded", actor, now, {"to": complaint.addressee.value})
        return True

    @rule("CO-05", "G-58")
    async def accepted(
        self, tx: Tx, complaint: Complaint, member: Member, now: datetime
    ) -> tuple[Complaint, tuple[Parcel, ...]]:
        """The first who has a name and opens it accepts it: the citizen's receipt names them."""
        official = official_name(member)
        if complaint.official or not official or complaint.status.is_final:
            return complaint, ()
        if not await complaints.accepted_by(tx, complaint, official):
            return complaint, ()
        clinic, office = await self.clinic(tx, complaint), await complaint_office.of(tx, complaint.id)
        named = replace(complaint, official=official)
        return named, receipt_parcel(named, clinic, due_on(named, office, self.directory.calendar), now)

    @rule("CO-05", "CO-06", "CO-08", "X-33", "E-13", "G-59")
    async def registered(
        self, tx: Tx, complaint: Complaint, body: Body, said: Registration, actor: str, now: datetime
    ) -> tuple[Complaint, tuple[Parcel, ...]]:
        """A body's number and date: the fifteen days run from the first of them. Twice: the last counts.

        Raises NotThatFar before it was passed on, and once it is decided.
        """
        before = await self.office(tx, complaint)
        if before.forwarded_at is None or complaint.status.is_final:
            raise NotThatFar("forward" if before.forwarded_at is None else "nothing")
        complaint_office.register(tx, complaint.id, body, said, actor, now)
        days = [one.day for which, one in before.bodies if which is not body]
        last = answer_due(min([said.day, *days]), self.directory.calendar)
        complaint_office.is_due(tx, complaint.id, last)
        if last >= (await self.clinic(tx, complaint)).local(now).date():
            complaint_office.not_overdue(tx, complaint.id)
        moved = await self._marked(tx, complaint, ComplaintStatus.REGISTERED, actor, now)
        clinic = await self.clinic(tx, complaint)
        self._set_answer_clocks(tx, complaint, clinic, last, now)
        await self._audit(tx, complaint, "registered", actor, now, {"body": body.value})
        office = await self.office(tx, complaint)
        return moved, tuple(marks.registered(tx, moved, office, clinic, now))

    @rule("CO-08")
    async def in_work(
        self, tx: Tx, complaint: Complaint, actor: str, now: datetime
    ) -> tuple[Complaint, tuple[Parcel, ...]]:
        """It is being examined. Raises NotThatFar before the body registered it. Twice: nothing more."""
        if complaint.status is ComplaintStatus.DELIVERED:
            raise NotThatFar("number")
        if complaint.status is not ComplaintStatus.REGISTERED:
            return complaint, ()
        moved = await self._marked(tx, complaint, ComplaintStatus.IN_WORK, actor, now)
        await self._audit(tx, complaint, "in_work", actor, now, {})
        return moved, tuple(marks.in_work(tx, moved, await self.clinic(tx, complaint), now))

    @rule("CO-07", "CO-08", "CO-09", "G-62", "G-63")
    async def decided(
        self,
        tx: Tx,
        complaint: Complaint,
        status: ComplaintStatus,
        decision: Decision,
        actor: str,
        now: datetime,
    ) -> tuple[Complaint, tuple[Parcel, ...]] | None:
        """Answered on the merits, or examination refused: no mark is left out before it. Twice: None.

        Raises NotThatFar before the body registered it.
        """
        if complaint.status.is_final:
            return None
        working, first = await self.in_work(tx, complaint, actor, now)
        if not await complaint_office.decide(tx, complaint.id, decision):
            return None
        moved = await self._marked(tx, working, status, actor, now)
        for kind in _CLOCKS:
            due.clear(tx, kind, complaint.id)
        await self._audit(tx, complaint, status.value, actor, now, {"official": actor})
        office, clinic = await self.office(tx, complaint), await self.clinic(tx, complaint)
        if complaint.answer_way is AnswerWay.POST:
            # Who wants it by hand comes for it in their own time.
            self.asks_whether_sent(tx, complaint, clinic, UNSENT, now)
        return moved, (*first, *marks.decided(tx, moved, office, clinic, now))

    @rule("CO-07")
    async def delivered(
        self, tx: Tx, complaint: Complaint, delivery: Delivery, actor: str, now: datetime
    ) -> bool:
        """The answer left in the way that was chosen. Twice: False."""
        if not await complaint_office.deliver(tx, complaint.id, delivery):
            return False
        complaint_office.empty_erased(tx, complaint.id)
        for kind in (UNSENT, STILL_UNSENT):
            due.clear(tx, kind, complaint.id)
        await self._audit(tx, complaint, "delivered", actor, now, {"way": complaint.answer_way.value})
        return True

    @rule("G-61")
    async def is_about(
        self, tx: Tx, complaint: Complaint, telegram_id: int, actor: str, now: datetime
    ) -> tuple[Parcel, ...]:
        """Somebody says that it is about them: from now on it is the others'."""
        before = await circle_of(tx, complaint)
        complaint_office.is_about(tx, complaint.id, telegram_id)
        await self._audit(tx, complaint, "is_about_me", actor, now, {})
        return await self.passed(tx, complaint, before, now)

    async def left(self, tx: Tx, clinic_no: int, now: datetime) -> dict[int, Circle]:
        """To whom the clinic's complaints are open before somebody leaves it, by complaint."""
        found: dict[int, Circle] = {}
        for complaint_id in await complaint_office.of_clinic(tx, clinic_no, now):
            complaint = await complaints.by_id(tx, complaint_id)
            if complaint is not None and (await self.office(tx, complaint)).delivered_on is None:
                found[complaint_id] = await circle_of(tx, complaint)
        return found

    @rule("G-61")
    async def handed_on(self, tx: Tx, before: Mapping[int, Circle], now: datetime) -> tuple[Parcel, ...]:
        """Somebody has left: whoever answers for a complaint in their place is told of it."""
        parcels: list[Parcel] = []
        for complaint_id, circle in before.items():
            complaint = await complaints.by_id(tx, complaint_id)
            if complaint is not None:
                parcels += await self.passed(tx, complaint, circle, now)
        return by_day(parcels, now, COUNTRY_ZONE)

    async def passed(self, tx: Tx, complaint: Complaint, before: Circle, now: datetime) -> tuple[Parcel, ...]:
        """Tell those to whom it was not open before; where it is open to nobody, the city learns it."""
        after = await circle_of(tx, complaint)
        new = tuple(one for one in after.members if not before.has(one.telegram_id))
        if after.members and not new:
            return ()
        words = T("complaint_office.passed", number=complaint.number, service=service_words(complaint))
        return self.to_circle(tx, complaint, Circle(new, after.highest, after.about), words, now)

    @rule("CO-07")
    def asks_whether_sent(
        self, tx: Tx, complaint: Complaint, clinic: Clinic, kind: str, now: datetime
    ) -> None:
        """Ask a working day later whether the answer has gone to the post."""
        calendar = self.directory.calendar
        last = add_working_days(clinic.local(now).date(), SENT_WITHIN.value, calendar)
        due.set_due(tx, kind, complaint.id, evening(clinic, calendar, last))

    async def office(self, reader: Reader, complaint: Complaint) -> Office:
        """The office's side of the complaint. Raises LookupError for one that never arrived."""
        found = await complaint_office.of(reader, complaint.id)
        if found is None:
            raise LookupError("a complaint that never arrived at its office")
        return found

    async def clinic(self, reader: Reader, complaint: Complaint) -> Clinic:
        """The clinic whose office carries the complaint."""
        await self.directory.refresh(reader)
        return self.directory.clinics[complaint.clinic_no]

    async def _marked(
        self, tx: Tx, complaint: Complaint, status: ComplaintStatus, actor: str, now: datetime
    ) -> Complaint:
        """The complaint after that mark; as it was where it has the mark already. Raises NotThatFar."""
        if status is ComplaintStatus.REGISTERED and complaint.status not in _TO_WORK:
            return complaint
        if complaint.status is status:
            return complaint
        moved = await complaints.move(tx, complaint, status, actor, now)
        if moved is None:
            raise NotThatFar("nothing")
        return moved

    def _set_answer_clocks(
        self, tx: Tx, complaint: Complaint, clinic: Clinic, last: date, now: datetime
    ) -> None:
        """A term that is over stays over, with its escalation, whatever number is put right."""
        calendar = self.directory.calendar
        due.clear(tx, NUMBER, complaint.id)
        due.clear(tx, ANSWER_ALARM, complaint.id)
        if last >= clinic.local(now).date():
            due.clear(tx, ESCALATION, complaint.id)
            alarm = morning(clinic, calendar, alarm_day(last, calendar))
            due.set_due(tx, ANSWER_ALARM, complaint.id, max(now, alarm))
        due.set_due(tx, ANSWER_LATE, complaint.id, max(now, day_over(clinic, calendar, last)))

    async def _audit(
        self, tx: Tx, complaint: Complaint, what: str, actor: str, now: datetime, more: dict[str, str | int]
    ) -> None:
        facts: dict[str, str | int] = {"clinic": complaint.clinic_no, **more}
        await audit.append(tx, f"complaint.{what}", actor, f"complaint:{complaint.id}", facts, now)


def opening(complaint: Complaint) -> Labelled:
    """A button that opens the complaint for staff, as a message of its own."""
    data = str(Press(complaint.id, complaint.version, Verb.COMPLAINT, ("anew",)))
    return T("staff.button.complaint_open", number=complaint.number), data


def service_words(complaint: Complaint) -> T:
    """Which service it is about; which of the centres is nobody's affair in a notice (S27)."""
    if complaint.matter is None:
        return T("complaint_office.no_service")
    if complaint.matter.kind is MatterKind.CENTRE:
        return T("complaint_office.of_a_centre")
    return T(f"service.{complaint.matter.service}")
