"""Invitations of staff: a one-time link, and six digits sent to the phone of whoever is meant.

The link alone binds nobody: whoever opens it first is sent a code to the invited phone, and joins by typing
it. Only keyed hashes of link and code are kept; phone and name move to the member once they have joined.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias

from rules import consent as law
from rules.clock import Secrets
from rules.people import Language
from rules.phone import Phone
from rules.staff_roles import Role
from storage import staff
from storage.database import Reader, Row, Tx
from storage.instants import instant, micros
from storage.keys import KeyRing

LIVES: Final = staff.CODE_LIVES
"""How long a link can be opened: over a weekend."""

MOST_CODES: Final = 3
"""Codes that one link may send; after that somebody must invite anew. Our judgement."""

_PHONE: Final = "invitations.phone"
_NAME: Final = "invitations.name"


@dataclass(frozen=True, slots=True, repr=False)
class Invitation:
    """Who is invited to which work; `telegram_id` is who has opened the link, None while nobody has."""

    id: int
    clinic_no: int
    role: Role
    locale: Language
    phone: Phone
    name: str
    made_by: str
    telegram_id: int | None
    sent_at: datetime | None
    sends: int
    expires_at: datetime

    def __repr__(self) -> str:
        return f"Invitation({self.id})"


@dataclass(frozen=True, slots=True)
class New:
    """What a new invitation says; `made_by` is an actor as the audit chain names them."""

    clinic_no: int
    role: Role
    locale: Language
    phone: Phone
    name: str
    made_by: str


@dataclass(frozen=True, slots=True, repr=False)
class CodeMade:
    """The six digits to be sent to the invitation's phone, until when they count."""

    invitation: Invitation
    code: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class TooSoon:
    """A code was sent a moment ago; from `again_at` on the link can be opened for another."""

    invitation: Invitation
    again_at: datetime


@dataclass(frozen=True, slots=True)
class NoLink:
    """No such link: mistyped, used, withdrawn, too old, another's, or its codes are all sent."""


@dataclass(frozen=True, slots=True)
class Joined:
    """The digits were right, and the person works at the clinic now."""

    invitation: Invitation


@dataclass(frozen=True, slots=True)
class DidNotMatch:
    """The digits were wrong; `left` more may be tried. None are left where no code lives."""

    left: int


Opened: TypeAlias = CodeMade | TooSoon | NoLink
Typed: TypeAlias = Joined | DidNotMatch


def invite(tx: Tx, new: New, now: datetime, secrets: Secrets) -> str:
    """Invite somebody; the code that their link carries. Twice: two invitations, each good for one person.

    Raises Clash at the commit for a clinic that is not in the registry.
    """
    code, invitation_id = staff.fresh_code(secrets), tx.ids.new()
    tx.later(
        "invitation_add",
        id=invitation_id,
        link_hash=staff.hashed(tx.keys, code),
        clinic_no=new.clinic_no,
        role=new.role,
        locale=new.locale,
        phone=tx.keys.seal(_PHONE, invitation_id, new.phone.e164),
        name=tx.keys.seal(_NAME, invitation_id, new.name) if new.name else None,
        made_by=new.made_by,
        now=micros(now),
        expires_at=micros(now + LIVES),
    )
    return code


async def open_link(tx: Tx, code: str, telegram_id: int, now: datetime, secrets: Secrets) -> Opened:
    """Open the link for that person and make the six digits. What if it runs twice: the second is TooSoon."""
    row = await tx.row("invitation_of_link", link_hash=staff.hashed(tx.keys, code), now=micros(now))
    found = None if row is None else _invitation(tx.keys, row)
    if found is None or found.telegram_id not in {None, telegram_id}:
        return NoLink()
    if found.sent_at is not None:
        again_at = law.resend_at(found.sent_at, found.sends - 1)
        if now < again_at:
            return TooSoon(found, again_at)
    if found.sends >= MOST_CODES:
        return NoLink()
    digits = secrets.code()
    asked = {"id": found.id, "telegram_id": telegram_id, "sends": found.sends, "now": micros(now)}
    if not await tx.rows("invitation_code", **asked, code_hash=_code_hash(tx.keys, found.id, digits)):
        return NoLink()
    return CodeMade(found, digits, law.code_expires(now))


async def compare(tx: Tx, telegram_id: int, digits: str, now: datetime) -> Typed:
    """Compare what this person typed with the live codes of the links they opened (S4, S5).

    What if it runs twice: a code that was right is used up. To be called in the transaction that ends the
    inbox row, so that one message is compared once.
    """
    most = law.COMPARISONS_PER_CODE.value
    since = micros(now - law.CODE_LIFETIME.delta)
    bounds = {"telegram_id": telegram_id, "now": micros(now), "since": since, "most": most}
    rows = await tx.rows("invitation_compare", **bounds)
    for row in rows:
        expected = _code_hash(tx.keys, row[0], digits)
        if not hmac.compare_digest(bytes(row[11]), expected):
            continue
        if await tx.rows("invitation_redeem", id=row[0], now=micros(now)):
            return _joined(tx, _invitation(tx.keys, row), telegram_id, now)
    return DidNotMatch(await _left(tx, telegram_id, now))


async def code_sent(reader: Reader, telegram_id: int, now: datetime) -> datetime | None:
    """When a code was last sent for a link that this person opened, None if nothing waits for one."""
    row = await reader.row("invitation_code_sent", telegram_id=telegram_id, now=micros(now))
    return None if row is None or row[0] is None else instant(row[0])


async def of_clinic(reader: Reader, clinic_no: int, now: datetime) -> tuple[Invitation, ...]:
    """The invitations to the clinic that nobody has taken yet."""
    rows = await reader.rows("invitations_of_clinic", clinic_no=clinic_no, now=micros(now))
    return tuple(_invitation(reader.keys, row) for row in rows)


async def withdraw(tx: Tx, invitation_id: int, clinic_no: int, now: datetime) -> bool:
    """End an invitation of that clinic. False if it has ended, so also the second time."""
    return bool(await tx.rows("invitation_withdraw", id=invitation_id, clinic_no=clinic_no, now=micros(now)))


def _joined(tx: Tx, taken: Invitation, telegram_id: int, now: datetime) -> Joined:
    member = staff.NewMember(
        telegram_id, taken.clinic_no, taken.role, taken.locale, taken.name or None, taken.phone.e164
    )
    staff.join(tx, member, now)
    return Joined(taken)


async def _left(tx: Tx, telegram_id: int, now: datetime) -> int:
    row = await tx.row(
        "invitation_tried",
        telegram_id=telegram_id,
        now=micros(now),
        since=micros(now - law.CODE_LIFETIME.delta),
    )
    tried = None if row is None else row[0]
    return 0 if tried is None else max(0, law.COMPARISONS_PER_CODE.value - int(tried))


def _code_hash(keys: KeyRing, invitation_id: int, digits: str) -> bytes:
    return keys.mac("staff digits", str(invitation_id).encode(), digits.encode())


def _invitation(keys: KeyRing, row: Row) -> Invitation:
    name = "" if row[5] is None else keys.open(_NAME, row[0], row[5])
    return Invitation(
        row[0], row[1], row[2], row[3], Phone(keys.open(_PHONE, row[0], row[4])), name, row[6], row[7],
        None if row[8] is None else instant(row[8]), row[9], instant(row[10]),
    )  # fmt: skip
