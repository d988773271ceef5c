"""What whoever complained is told of each mark, in its order: in their chat, else the main ones by SMS.

An SMS says the number, the term and how the answer comes, never a word of the complaint (S27).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.calls.notices import first_mobile, undelivered
from bot.channels.painting import notice
from bot.channels.sms import sms_parcel
from bot.channels.telegram import parcel_for
from bot.sending.by_day import by_day
from dialogs.actions import MENU, complaint_of
from dialogs.engine import Sentence, T
from dialogs.engine.words import Value
from locales import render
from rules.clinics import Clinic
from rules.complaints import ComplaintStatus
from rules.law import rule
from storage import complaint_office, due
from storage.complaint_office import Office
from storage.complaints import Complaint
from storage.database import Tx
from storage.outbox import Parcel

CHECK: Final = "complaint_mark_check"
"""Due kind, subject a complaint: whether a mark arrived in the chat."""

REGISTERED: Final = "notice.complaint_registered"
IN_WORK: Final = "notice.complaint_in_work"
ANSWERED: Final = "notice.complaint_answered"
REFUSED: Final = "notice.complaint_refused"
LATE: Final = "notice.complaint_late"
OVERDUE: Final = "notice.complaint_overdue"

_FIRST_LOOK: Final = timedelta(seconds=15)
COURT: Final = T("complaint_mark.court")


@rule("CO-08", "PC-11", "X-33")
def registered(
    tx: Tx, complaint: Complaint, office: Office, clinic: Clinic, now: datetime
) -> Sequence[Parcel]:
    """The body has it: its own number and date, and by when it answers."""
    words = [
        T("complaint_mark.registered", number=complaint.number),
        *(
            T(
                "complaint_mark.body",
                body=T(f"complaint_office.body.{body}"),
                number=said.number,
                day=said.day,
            )
            for body, said in office.bodies
        ),
    ]
    if office.answer_due is not None:
        words.append(T("complaint_mark.due", day=office.answer_due))
    return _told(tx, complaint, REGISTERED, words, clinic, now, office.answer_due)


@rule("CO-08", "PC-11")
def in_work(tx: Tx, complaint: Complaint, clinic: Clinic, now: datetime) -> Sequence[Parcel]:
    """It is being examined."""
    return _told(tx, complaint, IN_WORK, [T("complaint_mark.in_work", number=complaint.number)], clinic, now)


@rule("CO-07", "CO-08", "CO-09", "PC-11", "G-62", "G-63")
def decided(tx: Tx, complaint: Complaint, office: Office, clinic: Clinic, now: datetime) -> Sequence[Parcel]:
    """There is a reasoned answer, or a refusal to examine with ground, day and official; the court is named.

    The text of an answer stands in the cabinet, and comes in the way that was chosen.
    """
    decision = office.decision
    if decision is None:
        return ()
    values: dict[str, Value] = {
        "number": complaint.number,
        "day": decision.day,
        "official": decision.official,
    }
    words = [T("complaint_mark.answered", **values)]
    kind = ANSWERED
    if complaint.status is ComplaintStatus.REFUSED:
        ground = T("complaint_mark.ground", words=decision.words)
        words, kind = [T("complaint_mark.refused", **values), ground], REFUSED
    words += [T(f"complaint_mark.comes_by_{complaint.answer_way}", address=clinic.address), COURT]
    return _told(tx, complaint, kind, words, clinic, now)


@rule("X-33")
def not_forwarded(
    tx: Tx, complaint: Complaint, office: Office, clinic: Clinic, now: datetime
) -> Sequence[Parcel]:
    """The office has not passed it on in time: said as it is, with who was told."""
    words = [T("complaint_mark.not_forwarded", number=complaint.number, day=office.forward_due)]
    return _told(tx, complaint, LATE, words, clinic, now)


@rule("CO-06", "CO-09")
def overdue(tx: Tx, complaint: Complaint, due_on: date, clinic: Clinic, now: datetime) -> Sequence[Parcel]:
    """The fifteen days are over without an answer."""
    words = [T("complaint_mark.overdue", number=complaint.number, day=due_on), COURT]
    return _told(tx, complaint, OVERDUE, words, clinic, now, due_on)


async def check(tx: Tx, complaint: Complaint, clinic: Clinic, now: datetime) -> Sequence[Parcel]:
    """An SMS in place of each mark that Telegram refused or has not taken. Twice: one SMS for each."""
    lost = await undelivered(tx, complaint.id, CHECK, now)
    office = await complaint_office.of(tx, complaint.id) if lost else None
    parcels: list[Parcel] = []
    for posted in lost:
        due_on = None if office is None else office.answer_due
        parcels += _by_sms(complaint, posted.kind, due_on, f"sms:{posted.id}")
    return by_day(parcels, now, ZoneInfo(clinic.zone))


def _told(
    tx: Tx,
    complaint: Complaint,
    kind: str,
    words: Sequence[Sentence],
    clinic: Clinic,
    now: datetime,
    due_on: date | None = None,
) -> tuple[Parcel, ...]:
    """In the chat that it was filed from; whoever filed on paper reads by SMS what is worth one."""
    if complaint.chat is None:
        # A number put right makes no new version, but a new term.
        once = f"{kind}:{complaint.id}:{complaint.version}:{due_on or ''}"
        return by_day(_by_sms(complaint, kind, due_on, once), now, ZoneInfo(clinic.zone))
    due.set_due(tx, CHECK, complaint.id, now + _FIRST_LOOK)
    screen = notice(words, (complaint_of(complaint.id), MENU), lambda said: render(said, complaint.locale))
    parcel = parcel_for(complaint.chat, screen, kind=kind, request_id=complaint.id)
    return by_day((parcel,), now, ZoneInfo(clinic.zone))


def _by_sms(complaint: Complaint, kind: str, due_on: date | None, dedupe: str) -> tuple[Parcel, ...]:
    phone = first_mobile(complaint.phone)
    if phone is None:
        return ()
    match kind:
        case "notice.complaint_registered" if due_on is not None:
            words = T("sms.complaint_registered", number=complaint.number, day=due_on)
        case "notice.complaint_answered" | "notice.complaint_refused":
            words = T(f"sms.complaint_{_DECIDED[kind]}_{complaint.answer_way}", number=complaint.number)
        case "notice.complaint_late":
            words = T("sms.complaint_late", number=complaint.number)
        case "notice.complaint_overdue":
            words = T("sms.complaint_overdue", number=complaint.number)
        case _:
            return ()
    text = render(words, complaint.locale)
    return (sms_parcel(phone, text, kind=kind, dedupe=dedupe, request_id=complaint.id),)


_DECIDED: Final = {ANSWERED: "answered", REFUSED: "refused"}
