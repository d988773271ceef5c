"""How an identity and a chat stand before a code is issued: known or not, capped, locked, too soon.

Everything is read for every IIN alike, in the same statements, and a card is opened whether or not there is
one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, TypeAlias

from rules import consent as law
from rules.consent import Purpose
from rules.iin import Iin
from rules.people import Language
from storage.addresses import Address, stored_key
from storage.database import Row, Tx
from storage.instants import instant, micros
from storage.keys import KeyRing
from storage.people import Card, iin_index, opened_card, sealed_card

Lane: TypeAlias = Literal["known", "strangers"]

# Within this time a further code for the same identity counts as a resend, and waits longer each time.
_RESEND_MEMORY: Final = law.SENDS_PER_PHONE[1][1].delta
_DAY: Final = law.SENDS_PER_PHONE[-1][1].delta
_NOBODY: Final = Card("", "", "", "", "", "", "", "")


@dataclass(frozen=True, slots=True, repr=False)
class Standing:
    """What decides whether a code is sent, where, and in whose words.

    `lane` keeps the live codes of known chats apart.
    """

    subject_index: bytes
    person_id: int | None
    phone_index: bytes | None
    mobile: str
    known_chat: bool
    lane: str
    barred: bool
    too_many_numbers: bool
    resend_at: datetime
    resend_step: int
    language: Language | None
    clinic_no: int | None

    @property
    def sendable(self) -> bool:
        """True if an SMS really goes out."""
        return bool(self.mobile) and not self.barred


async def read_standing(tx: Tx, address: Address, purpose: Purpose, subject: Iin, now: datetime) -> Standing:
    """Read how things stand, and note that this chat has asked for this identity today. One trip."""
    address_key = stored_key(tx.keys, address)
    chat_key, index = f"{address.channel}:{address_key}", iin_index(tx.keys, subject)
    today = {"chat_key": chat_key, "day": now.date().isoformat(), "subject_index": index}
    asked_by = {"subject_index": index, "address_key": address_key, "channel": address.channel}
    tx.later("guard_touch", subject_index=index, now=micros(now))
    tx.later("chat_iin_add", **today, most=law.IINS_PER_CHAT.value)
    standing, asked, sends = await tx.together(
        ("standing", today),
        ("asked_last", {**asked_by, "purpose": purpose, "since": micros(now - _RESEND_MEMORY)}),
        ("sends_lately", {"subject_index": index, "since": micros(now - _DAY)}),
    )
    return _judge(tx.keys, index, chat_key, standing[0], asked, sends, now)


def _judge(
    keys: KeyRing, index: bytes, chat_key: str, row: Row, asked: list[Row], sends: list[Row], now: datetime
) -> Standing:
    person_id, _, phone_index, may_ask, chat_is_known, chats_known, *guards, language, clinic_no = row
    known = bool(chat_is_known)
    locked_until, desk_only = guards[2:] if known else guards[:2]
    locked = bool(desk_only) or (locked_until is not None and locked_until > micros(now))
    sent = [instant(at) for of_known, at in sends if bool(of_known) == known]
    step, resend_at = _resend(asked, now)
    return Standing(
        subject_index=index,
        person_id=person_id,
        phone_index=None if phone_index is None else bytes(phone_index),
        mobile=_card(keys, row).mobile,
        known_chat=known,
        lane=chat_key if known else "strangers",
        barred=locked or is_capped(sent, known=known, shared=bool(chats_known), now=now),
        too_many_numbers=not may_ask,
        resend_at=resend_at,
        resend_step=step,
        language=language,
        clinic_no=clinic_no,
    )


def is_capped(sent: Iterable[datetime], *, known: bool, shared: bool, now: datetime) -> bool:
    """True if no further SMS may go out: 3 in 10 minutes, 5 an hour, 10 a day (S24).

    Known chats keep half of the day's; strangers share the rest, or all of it while nobody is known.
    """
    moments = list(sent)
    for most, within in law.SENDS_PER_PHONE:
        allowed = min(most.value, law.KNOWN_CHAT_SHARE.value) if known or shared else most.value
        if sum(moment > now - within.delta for moment in moments) >= allowed:
            return True
    return False


def _resend(asked: list[Row], now: datetime) -> tuple[int, datetime]:
    """How many resends came before a code asked for now, and from when on it may be."""
    if not asked or asked[0][2] == "used":
        return 0, now
    issued_at, step, _ = asked[0]
    return step + 1, law.resend_at(instant(issued_at), step)


def _card(keys: KeyRing, row: Row) -> Card:
    person_id, blob = row[0], row[1]
    if blob is not None:
        return opened_card(keys, person_id, blob)
    # Opening a card takes time that an unknown IIN must take as well.
    return opened_card(keys, 0, sealed_card(keys, 0, _NOBODY))
