"""What whoever asked the college for a document is told: each stage, a stopped clock, what is missing.

It is said in their chat, by SMS where Telegram does not take it or there is no chat; nobody is woken for it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from bot.calls.notices import undelivered
from bot.channels.painting import notice
from bot.channels.sms import sms_parcel
from bot.channels.telegram import parcel_for
from bot.college.dossier import Dossier
from bot.sending.by_day import by_day
from dialogs.actions import MENU, complain_about, training_of
from dialogs.college import hours
from dialogs.engine import T
from dialogs.engine.words import Value
from locales import render
from rules.days import COUNTRY_ZONE
from rules.law import rule
from rules.training import Pause, Stage
from rules.training_stages import not_brought, owed_by_the_citizen
from storage import due, people
from storage.database import Reader, Tx
from storage.outbox import Parcel

CHECK: Final = "training_notice_check"
"""Due kind, subject a request: whether a notice arrived."""

PREFIX: Final = "notice.training_"
REMINDER: Final = "reminder"
LATE: Final = "late"
ESCALATED: Final = "escalated"
BY_ATTORNEY: Final = "issued_attorney"

_FIRST_LOOK: Final = timedelta(seconds=15)
_BY_SMS: Final = frozenset({"ready", "suspended", "resumed", "refused", REMINDER, LATE, BY_ATTORNEY})
"""What is worth an SMS."""
_COMPLAINED_OF: Final = frozenset({LATE, ESCALATED, "refused"})


@rule("TR-11", "TR-18", "G-29", "G-47")
async def told(tx: Tx, dossier: Dossier, what: str, now: datetime, once: str = "") -> tuple[Parcel, ...]:
    """What is owed to the citizen: ``what`` is a stage, a pause, or one of the names above.

    What if it runs twice: one message under ``once``, else two; so it ends a step that happens once.
    """
    request = dossier.request
    if request.chat is None:
        parcels = await _by_sms(tx, dossier, what, f"sms:{what}:{request.id}:{request.version}:{once}")
        return by_day(parcels, now, COUNTRY_ZONE)
    due.set_due(tx, CHECK, request.id, now + _FIRST_LOOK)
    words = [T(f"college_notice.{_said(dossier, what, now)}", **_values(dossier)), *_more(dossier, what)]
    complaint = (complain_about("training", request.id),) if _is_complained_of(dossier, what, now) else ()
    leads = (*complaint, training_of(request.id), MENU)
    screen = notice(words, leads, lambda sentence: render(sentence, request.locale))
    dedupe = f"{PREFIX}{what}:{request.id}:{once}" if once else None
    parcel = parcel_for(request.chat, screen, kind=PREFIX + what, request_id=request.id, dedupe=dedupe)
    return by_day((parcel,), now, COUNTRY_ZONE)


async def check(tx: Tx, dossier: Dossier, now: datetime) -> tuple[Parcel, ...]:
    """An SMS in place of each notice that Telegram refused or has not taken.

    What if it runs twice: one SMS for each notice.
    """
    parcels: list[Parcel] = []
    for one in await undelivered(tx, dossier.id, CHECK, now):
        what = one.kind.removeprefix(PREFIX)
        if _still_so(dossier, what):
            parcels += await _by_sms(tx, dossier, what, f"sms:{one.id}")
    return by_day(parcels, now, COUNTRY_ZONE)


async def _by_sms(reader: Reader, dossier: Dossier, what: str, dedupe: str) -> tuple[Parcel, ...]:
    request = dossier.request
    person = None if request.person_id is None else await people.by_id(reader, int(request.person_id))
    said = BY_ATTORNEY if what == Stage.ISSUED and _another_came(dossier) else what
    if said not in _BY_SMS or person is None or not person.mobile:
        return ()
    words = T(f"sms.training_{said}", number=request.number, phone=dossier.clinic.phone)
    text = render(words, request.locale)
    return (sms_parcel(person.mobile, text, kind=PREFIX + what, dedupe=dedupe, request_id=request.id),)


def _still_so(dossier: Dossier, what: str) -> bool:
    """False for a notice that events have overtaken: late, it would mislead."""
    match what:
        case "suspended":
            return dossier.is_suspended
        case "resumed":
            return dossier.is_open and not dossier.is_suspended
        case "reminder":
            return dossier.is_open and bool(owed_by_the_citizen(dossier.office.entered))
        case "late" | "escalated":
            return dossier.is_open and dossier.stage is not Stage.READY
        case _:
            return dossier.stage == what


@rule("TR-11", "G-28")
def _said(dossier: Dossier, what: str, now: datetime) -> str:
    """Which words say it: a term that was over is no new one, and whose document another took is told so."""
    match what:
        case Pause.RESUMED if dossier.stage is Stage.READY:
            return "resumed_ready"
        case Pause.RESUMED if dossier.is_late(now):
            return "resumed_late"
        case Stage.ISSUED if _another_came(dossier):
            return BY_ATTORNEY
        case _:
            return what


@rule("G-28")
def _another_came(dossier: Dossier) -> bool:
    came = dossier.office.entered.collector
    return came is not None and came.attorney is not None


def _is_complained_of(dossier: Dossier, what: str, now: datetime) -> bool:
    return what in _COMPLAINED_OF or (what == Pause.RESUMED and dossier.is_late(now))


def _more(dossier: Dossier, what: str) -> list[T]:
    """What follows the notice itself: the hours, what is missing, where one may go with a refusal."""
    owed = owed_by_the_citizen(dossier.office.entered)
    if what == Stage.READY or (what == Pause.RESUMED and dossier.stage is Stage.READY):
        return [hours(dossier.clinic)]
    if what == LATE and (lacking := not_brought(dossier.office.entered, dossier.request.asked)):
        return [T("college_notice.not_brought"), *(T(f"training.paper.{one}") for one in lacking)]
    if what in (REMINDER, Stage.REFUSED):
        lines = [T(f"college_notice.owed_{one}") for one in owed]
        if what == Stage.REFUSED:
            return [*lines, T("college_notice.anew"), T("appeal.right")]
        # The term may end on a day on which nobody takes papers.
        shut = dossier.target_on != dossier.request.due_on
        last = [T("college_notice.last_day", day=dossier.target_on)] if shut else []
        return [*lines, *last, hours(dossier.clinic)]
    return []


def _values(dossier: Dossier) -> dict[str, Value]:
    request = dossier.request
    values: dict[str, Value] = {
        "number": request.number,
        "asked": T(f"training.asked.{request.asked}"),
        "due": request.due_on,
        "phone": dossier.clinic.phone,
        "address": dossier.clinic.address,
    }
    if request.suspended_on is not None:
        values["day"] = request.suspended_on
    return values
