"""What a citizen is told of a request for attachment outside their own talk: in their chat, else by SMS."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.attachments.book import Asked
from bot.attachments.cards import TO_BE_ANSWERED
from bot.calls.notices import (
    APPEAL,
    COMPLAINT_OFFERED,
    FIRST_LOOK,
    PATIENCE,
    PREFIX,
    first_mobile,
    undelivered,
)
from bot.channels import telegram
from bot.channels.painting import notice
from bot.channels.sms import sms_parcel
from dialogs.actions import MENU, again, complain_about, status_of, withdraw
from dialogs.engine import Option, Sentence, T
from dialogs.engine.words import Value
from rules.attachment_status import AttachmentStatus, may_withdraw
from rules.complaints import MatterKind
from rules.law import GroundCode
from rules.quiet_hours import MessageKind, may_be_sent_at
from storage import due
from storage.database import Tx
from storage.feed import PostedNotice
from storage.outbox import Parcel

CHECK: Final = "attachment_notice_check"
"""Due kind, subject a request: whether its notices arrived."""

ATTACHED: Final = "attached"
ACCEPTED: Final = "attachment_accepted"
REFUSED: Final = "attachment_refused"
OVERDUE: Final = "attachment_overdue"
UNDONE: Final = "attachment_undone"
EXTENDED: Final = "attachment_extended"
REOPENED: Final = "attachment_reopened"
CLOSED: Final = "attachment_closed"

_DIALOG: Final = "attachment"


@dataclass(frozen=True, slots=True)
class AttachmentNotices:
    """Words to the citizen; ``render`` is told the language that their chat was in."""

    render: Callable[[Sentence, str], str]

    def tell(
        self,
        tx: Tx,
        asked: Asked,
        what: str,
        now: datetime,
        more: Sequence[T] = (),
        leads: Sequence[Option] = (),
    ) -> tuple[Parcel, ...]:
        """What is owed to the citizen; ``what`` is one of the names above, ``more`` is said after it.

        ``leads`` are offered besides those of the notice itself.

        Whether it arrived is looked at again a little later.
        """
        match asked.told_at.channel:
            case "telegram":
                due.set_due(tx, CHECK, asked.id, _first_look(asked, what, now))
                return (self._in_chat(asked, what, more, leads),)
            case "sms":
                dedupe = f"sms:{what}:{asked.id}:{asked.version}"
                return (self._by_sms(asked, what, asked.told_at.key, dedupe),)
            case "nowhere":
                return ()

    async def check(self, tx: Tx, asked: Asked, now: datetime) -> tuple[Parcel, ...]:
        """An SMS in place of each notice that did not arrive. Twice: one SMS for each."""
        return tuple(
            parcel
            for posted in await undelivered(tx, asked.id, CHECK, now)
            for parcel in self._instead(asked, posted)
        )

    def _instead(self, asked: Asked, posted: PostedNotice) -> tuple[Parcel, ...]:
        phone, what = first_mobile(asked.details.phone), posted.kind.removeprefix(PREFIX)
        if phone is None or not _still_so(asked, what):
            return ()
        return (self._by_sms(asked, what, phone, f"sms:{posted.id}"),)

    def _in_chat(self, asked: Asked, what: str, more: Sequence[T], leads: Sequence[Option]) -> Parcel:
        appeal = {REFUSED: (APPEAL,), OVERDUE: (COMPLAINT_OFFERED,)}.get(what, ())
        old = (T(_OLD_CLINIC[what]),) if what in _OLD_CLINIC and asked.was_at is not None else ()
        words = [T(f"notice.{what}", **_values(asked)), *old, *more, *appeal]
        shown = (*leads, *_leads(asked, what))
        screen = notice(words, shown, lambda sentence: self.render(sentence, asked.told_in))
        return telegram.parcel_for(asked.told_at, screen, kind=PREFIX + what, request_id=asked.id)

    def _by_sms(self, asked: Asked, what: str, phone: str, dedupe: str) -> Parcel:
        text = self.render(T(f"sms.{what}", **_values(asked)), asked.told_in)
        return sms_parcel(phone, text, kind=PREFIX + what, request_id=asked.id, dedupe=dedupe)


_STATUS_OF: Final[Mapping[str, AttachmentStatus]] = {
    ATTACHED: AttachmentStatus.ATTACHED,
    ACCEPTED: AttachmentStatus.ACCEPTED,
    REFUSED: AttachmentStatus.REFUSED,
    CLOSED: AttachmentStatus.CLOSED,
}


_OLD_CLINIC: Final[Mapping[str, str]] = {
    ACCEPTED: "notice.old_clinic_serves",
    REFUSED: "notice.old_clinic_stays",
}
"""What is said of the clinic that a person is at: whoever is at none does not read of it."""

_NEWS: Final = frozenset({ATTACHED, CLOSED, EXTENDED})
"""What comes by itself, maybe at midnight, and by_day holds; the others answer somebody's press."""


def _first_look(asked: Asked, what: str, now: datetime) -> datetime:
    """When to look whether it arrived: soon, or of what waits for the morning once it had time to go."""
    goes = may_be_sent_at(MessageKind.NEWS, now, asked.zone) if what in _NEWS else now
    return now + FIRST_LOOK if goes <= now else goes + PATIENCE


def _still_so(asked: Asked, what: str) -> bool:
    """False for a notice that events have overtaken: late, it would mislead."""
    if what in _STATUS_OF:
        return asked.status is _STATUS_OF[what]
    return asked.status in TO_BE_ANSWERED


def _values(asked: Asked) -> dict[str, Value]:
    clinic, when = asked.clinic, asked.effective_on
    values: dict[str, Value] = {
        "number": asked.number,
        "clinic": clinic.name(asked.told_in),
        "short": clinic.short(asked.told_in),
        "address": clinic.address,
        "phone": clinic.phone,
        "clinic_phone": clinic.phone,
        "day": when,
        "due": asked.local(asked.answer_due),
    }
    if asked.ended:
        values["why"] = T(f"attachment.closed.{asked.ended}")
    if asked.ground:
        ground = GroundCode(asked.ground)
        values |= {"ground": T(f"ground.{ground}"), "law": T(f"attachment.law.{ground}")}
    return values


def _leads(asked: Asked, what: str) -> tuple[Option, ...]:
    """Where one can go from that notice."""
    complaint = (complain_about(MatterKind.REQUEST, asked.id),) if what in (REFUSED, OVERDUE) else ()
    if what == CLOSED or (what == REFUSED and asked.ground == GroundCode.NORM_EXCEEDED):
        return (*complaint, status_of(asked.id), again(_DIALOG), MENU)
    if what != REFUSED and may_withdraw(asked.status):
        return (*complaint, status_of(asked.id), withdraw(asked.id))
    return (*complaint, status_of(asked.id), MENU)
