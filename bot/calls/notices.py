"""What a citizen is told of their call as staff and clocks move it: where they talk to us, else by SMS.

How a notice that did not arrive is found is every service's: ``undelivered``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.channels import telegram
from bot.channels.painting import notice
from bot.channels.sms import sms_parcel
from bot.staff.cards import Call
from dialogs.actions import MENU, complain_about, status_of, withdraw
from dialogs.engine import Option, Sentence, T
from dialogs.engine.words import Value
from rules.call_status import CallStatus, may_withdraw
from rules.complaints import MatterKind
from rules.law import GroundCode
from rules.phone import BadPhone, Phone
from storage import due, feed
from storage.database import Tx
from storage.feed import PostedNotice
from storage.outbox import Parcel
from storage.requests import REOPENED

CHECK: Final = "call_notice_check"
OVERDUE: Final = "overdue"
UNDONE: Final = "undone"
EXTENDED: Final = "extended"

PATIENCE: Final = timedelta(minutes=10)
"""How long Telegram may take over a notice before an SMS goes too (G-46)."""

FIRST_LOOK: Final = timedelta(seconds=15)
_NEXT_LOOK: Final = timedelta(seconds=60)
_NOT_ARRIVED: Final = frozenset({"waiting", "dead"})
_UNANSWERED: Final = frozenset({CallStatus.REGISTERED, CallStatus.NEXT_DAY})
PREFIX: Final = "notice."

_EMERGENCY: Final = T("emergency.line")
APPEAL: Final = T("appeal.right")
COMPLAINT_OFFERED: Final = T("complaint.offer")
"""Said at the minute a term has passed: the complaint is written already, and one tap away."""


@dataclass(frozen=True, slots=True)
class Notices:
    """Words to the citizen; ``render`` is told the language that their chat was in."""

    render: Callable[[Sentence, str], str]

    def tell(self, tx: Tx, call: Call, what: str, now: datetime) -> tuple[Parcel, ...]:
        """What is owed to the citizen: ``what`` is the step (a status, undone, overdue).

        Whether it arrived is looked at again a little later.
        """
        if what not in _TOLD:
            return ()
        match call.told_at.channel:
            case "telegram":
                due.set_due(tx, CHECK, call.id, now + FIRST_LOOK)
                return (self._in_chat(call, what, int(call.told_at.key)),)
            case "sms":
                return self._by_sms(call, what, call.told_at.key, f"sms:{what}:{call.id}:{call.version}")
            case "nowhere":
                return ()

    async def check(self, tx: Tx, call: Call, now: datetime) -> tuple[Parcel, ...]:
        """An SMS in place of each notice that Telegram refused or has not taken for ten minutes.

        What if it runs twice: one SMS for each notice.
        """
        parcels: list[Parcel] = []
        for posted in await undelivered(tx, call.id, CHECK, now):
            parcels += self._instead(call, posted)
        return tuple(parcels)

    def _instead(self, call: Call, posted: PostedNotice) -> tuple[Parcel, ...]:
        # The caller's registered phone, else the one given with the call.
        phone = first_mobile(call.details.caller_phone, call.details.phone)
        what = posted.kind.removeprefix(PREFIX)
        if phone is None or not _still_so(call, what):
            return ()
        return self._by_sms(call, what, phone, f"sms:{posted.id}")

    def _in_chat(self, call: Call, what: str, chat_id: int) -> Parcel:
        words = [T(f"notice.{what}", **_values(call)), *_TOLD[what]]
        screen = notice(words, _leads(call, what), lambda sentence: self.render(sentence, call.told_in))
        return telegram.parcel_for(chat_id, screen, kind=PREFIX + what, request_id=call.id)

    def _by_sms(self, call: Call, what: str, phone: str, dedupe: str) -> tuple[Parcel, ...]:
        if what not in _BY_SMS:
            return ()
        text = self.render(T(_BY_SMS[what], **_values(call)), call.told_in)
        return (sms_parcel(phone, text, kind=PREFIX + what, request_id=call.id, dedupe=dedupe),)


async def undelivered(tx: Tx, request_id: int, kind: str, now: datetime) -> tuple[PostedNotice, ...]:
    """The notices of that request which Telegram refused, or has not taken for ten minutes.

    While one is still on its way, the due ``kind`` is set for another look.
    """
    posted = await feed.notices(tx, request_id)
    on_their_way = [one for one in posted if one.status == "waiting" and now < one.put_at + PATIENCE]
    if on_their_way:
        # What is held until the morning is not looked at all night.
        due.set_due(tx, kind, request_id, max(now + _NEXT_LOOK, min(one.put_at for one in on_their_way)))
    return tuple(one for one in posted if one.status in _NOT_ARRIVED and one not in on_their_way)


def first_mobile(*numbers: str) -> str | None:
    """The first of these (E.164 or anything) that can take an SMS (S25)."""
    for number in numbers:
        try:
            return Phone.parse(number).e164
        except BadPhone:
            continue
    return None


# What is said after the notice itself.
_TOLD: Final[Mapping[str, tuple[T, ...]]] = {
    "confirmed": (),
    "on_way": (),
    "done": (),
    "refused": (APPEAL,),
    "not_home": (),
    "nobody_home": (),
    UNDONE: (_EMERGENCY,),
    REOPENED: (_EMERGENCY,),
    OVERDUE: (COMPLAINT_OFFERED,),
    EXTENDED: (_EMERGENCY,),
}

# "Done" is not worth a message: the doctor has just been there.
_BY_SMS: Final[Mapping[str, str]] = {
    "confirmed": "sms.confirmed",
    "on_way": "sms.on_way",
    "refused": "sms.refused",
    "not_home": "sms.not_home",
    "nobody_home": "sms.nobody_home",
    UNDONE: "sms.call_undone",
    REOPENED: "sms.reopened",
    OVERDUE: "sms.overdue",
    EXTENDED: "sms.extended",
}


def _still_so(call: Call, what: str) -> bool:
    """False for a notice that events have overtaken: late, it would mislead."""
    if what == OVERDUE:
        return call.overdue and call.status in _UNANSWERED
    return what == call.status or (what in {UNDONE, REOPENED, EXTENDED} and call.status in _UNANSWERED)


def _values(call: Call) -> dict[str, Value]:
    values: dict[str, Value] = {
        "number": call.number,
        "clinic": call.clinic.short(call.told_in),
        "phone": call.clinic.phone,
        "clinic_phone": call.clinic.phone,
        "day": call.visit_day,
        "status": T(f"status.{call.status}"),
    }
    if call.window is not None:
        values |= {"start": call.local(call.window.start), "end": call.local(call.window.end)}
        values |= {"doctor": call.doctor, "role": T(f"role.{call.doctor_role}")}
    if call.ground:
        ground = GroundCode(call.ground)
        values |= {"ground": T(f"ground.{ground}"), "law": T(f"ground.{ground}.law")}
    if call.answer_due is not None:
        values["due"] = call.local(call.answer_due)
    return values


def _leads(call: Call, what: str) -> tuple[Option, ...]:
    if what == "refused":
        return (complain_about(MatterKind.REQUEST, call.id), status_of(call.id), MENU)
    if what == OVERDUE:
        return (complain_about(MatterKind.REQUEST, call.id), status_of(call.id), withdraw(call.id))
    if may_withdraw(call.status):
        return (status_of(call.id), withdraw(call.id))
    return (status_of(call.id), MENU)
