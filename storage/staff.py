"""Staff: who of a clinic may press, and in which group and message its requests appear."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, TypeAlias

from rules.clock import Secrets
from rules.people import Language
from rules.staff_roles import Role
from rules.training import COLLEGE
from storage import audit
from storage.database import Reader, Row, Tx
from storage.instants import instant, micros
from storage.keys import KeyRing

CODE_LIVES: Final = timedelta(days=3)
"""How long a staff code can be used: our judgement, over a weekend."""

Tongue: TypeAlias = Literal["kk", "ru", "both"]
"""What a group reads in."""

_NAME: Final = "staff.name"
_PHONE: Final = "staff.phone"
_CODE_BYTES: Final = 9
# Read aloud and typed on phones, so without 0, O, 1, I and L.
_LETTERS: Final = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"


@dataclass(frozen=True, slots=True)
class Linked:
    """What a staff code bound: a person to a clinic and role, or a group to a clinic."""

    clinic_no: int
    role: Role | None
    locale: Tongue


@dataclass(frozen=True, slots=True, repr=False)
class Member:
    """One role of a linked person at a clinic; `doctor_no` is which doctor of its list they said they are.

    `phone` (E.164) is the one that they confirmed by a code, if they were invited by one.
    """

    telegram_id: int
    clinic_no: int
    role: Role
    name: str | None
    locale: Language
    since: datetime
    doctor_no: str | None = None
    phone: str | None = None

    @property
    def at_college(self) -> bool:
        """True for the college's own people: no request to a clinic is theirs."""
        return self.clinic_no == COLLEGE

    def __repr__(self) -> str:
        return f"Member({self.role} of clinic {self.clinic_no})"


@dataclass(frozen=True, slots=True, repr=False)
class NewMember:
    """Somebody who starts to work at a clinic, in one role; `phone` is E.164."""

    telegram_id: int
    clinic_no: int
    role: Role
    locale: Tongue
    name: str | None = None
    phone: str | None = None

    def __repr__(self) -> str:
        return f"NewMember({self.role} of clinic {self.clinic_no})"


@dataclass(frozen=True, slots=True)
class Group:
    """The group in which a clinic's requests appear."""

    chat_id: int
    clinic_no: int
    locale: Tongue
    linked_at: datetime


@dataclass(frozen=True, slots=True)
class OfAnother:
    """The group that a code for one clinic was sent to is another clinic's."""

    group: Group


@dataclass(frozen=True, slots=True)
class FeedMessage:
    """Which message in which chat shows a request, and at which version of it."""

    request_id: int
    chat_id: int
    message_id: int
    version: int


def new_code(
    tx: Tx, clinic_no: int, role: Role | None, locale: Tongue, now: datetime, secrets: Secrets
) -> str:
    """A fresh code that binds whoever sends it to the clinic: a person in `role`, or a group if it is None.

    Only its keyed hash is kept. What if it runs twice: two codes. Raises Clash at the commit for a clinic
    that is not in the registry.
    """
    code = fresh_code(secrets)
    tx.later(
        "staff_code_add",
        code_hash=hashed(tx.keys, code),
        clinic_no=clinic_no,
        role=role,
        kind="group" if role is None else "person",
        locale=locale,
        expires_at=micros(now + CODE_LIVES),
    )
    return code


def fresh_code(secrets: Secrets) -> str:
    """A code that can be read aloud and not be guessed."""
    return "".join(_LETTERS[byte % len(_LETTERS)] for byte in secrets.token(_CODE_BYTES))


async def redeem_person(
    tx: Tx, code: str, telegram_id: int, name: str | None, now: datetime
) -> Linked | None:
    """Bind a person by a code. None for a wrong, used or expired one, or one for a group.

    What if it runs twice: None; the first bound.
    """
    linked = await _used(tx, code, "person", now)
    if linked is None or linked.role is None:
        return None
    join(tx, NewMember(telegram_id, linked.clinic_no, linked.role, linked.locale, name), now)
    return linked


def join(tx: Tx, new: NewMember, now: datetime) -> None:
    """Let somebody work at a clinic. Twice: the same; a name or phone not given now stays as it was."""
    tx.later(
        "staff_join",
        telegram_id=new.telegram_id,
        clinic_no=new.clinic_no,
        role=new.role,
        name=None if new.name is None else tx.keys.seal(_NAME, new.telegram_id, new.name),
        phone=None if new.phone is None else tx.keys.seal(_PHONE, new.telegram_id, new.phone),
        locale=new.locale,
        now=micros(now),
    )


async def redeem_group(tx: Tx, code: str, chat_id: int, now: datetime) -> Linked | OfAnother | None:
    """Bind a group by a code; a group bound to the clinic before is let go. None as for a person.

    A group of one clinic is never taken for another: OfAnother, and the code can still be used.
    What if it runs twice: None; the first bound.
    """
    bound = await group_by_chat(tx, chat_id)
    if bound is not None:
        meant = await tx.row("staff_code_clinic", code_hash=hashed(tx.keys, code), now=micros(now))
        if meant is not None and meant[0] != bound.clinic_no:
            return OfAnother(bound)
    linked = await _used(tx, code, "group", now)
    if linked is None:
        return None
    at = micros(now)
    tx.later("group_unlink_others", clinic_no=linked.clinic_no, chat_id=chat_id, now=at)
    tx.later("group_link", chat_id=chat_id, clinic_no=linked.clinic_no, locale=linked.locale, now=at)
    return linked


async def members_of(reader: Reader, telegram_id: int) -> tuple[Member, ...]:
    """Every role the person has, at any clinic."""
    return _members(reader.keys, await reader.rows("staff_of_person", telegram_id=telegram_id))


async def member(reader: Reader, telegram_id: int, clinic_no: int) -> tuple[Member, ...]:
    """The person's roles at that clinic; empty for a stranger."""
    return tuple(one for one in await members_of(reader, telegram_id) if one.clinic_no == clinic_no)


async def of_clinic(reader: Reader, clinic_no: int, role: Role | None = None) -> tuple[Member, ...]:
    """The clinic's linked people, of one role or of all, the longest linked first."""
    everyone = _members(reader.keys, await reader.rows("staff_of_clinic", clinic_no=clinic_no))
    return tuple(one for one in everyone if role is None or one.role == role)


async def roles(reader: Reader, clinic_no: int) -> frozenset[Role]:
    """Which roles are linked at the clinic."""
    return frozenset(one.role for one in await of_clinic(reader, clinic_no))


async def unconfirmed(reader: Reader, clinic_no: int) -> int:
    """How many people of the clinic never typed a code from a phone of their own; opens nothing."""
    return int((await reader.rows("staff_unconfirmed", clinic_no=clinic_no))[0][0])


async def is_doctor(tx: Tx, telegram_id: int, clinic_no: int, doctor_no: str) -> bool:
    """Keep which doctor of the clinic's list the person is. False for whoever is no doctor there.

    What if it runs twice: the last said counts.
    """
    asked = {"telegram_id": telegram_id, "clinic_no": clinic_no, "doctor_no": doctor_no}
    return bool(await tx.rows("staff_is_doctor", **asked))


async def of_doctor(reader: Reader, doctor_no: str) -> tuple[int, ...]:
    """The Telegram ids of those who are that doctor."""
    return tuple(row[0] for row in await reader.rows("staff_of_doctor", doctor_no=doctor_no))


async def group_of(reader: Reader, clinic_no: int) -> Group | None:
    """The clinic's group."""
    return _group(await reader.row("group_of_clinic", clinic_no=clinic_no))


async def group_by_chat(reader: Reader, chat_id: int) -> Group | None:
    """The group that this chat is, None if it is bound to no clinic."""
    return _group(await reader.row("group_of_chat", chat_id=chat_id))


async def is_live(reader: Reader, clinic_no: int) -> bool:
    """True if the clinic has a group, a registrar and a head: what is sent there is seen."""
    return all((await reader.rows("clinic_links", clinic_no=clinic_no))[0])


async def live_clinics(reader: Reader) -> tuple[int, ...]:
    """The numbers of all live clinics."""
    return tuple(row[0] for row in await reader.rows("live_clinics"))


async def unverified(reader: Reader) -> tuple[int, ...]:
    """The numbers of live clinics whose row nobody has verified."""
    return tuple(row[0] for row in await reader.rows("live_clinics_unverified"))


async def leave(tx: Tx, telegram_id: int, clinic_no: int, actor: str, now: datetime) -> bool:
    """End every role of the person at the clinic, which the audit chain keeps. False if there was none."""
    rows = await tx.rows("staff_leave", telegram_id=telegram_id, clinic_no=clinic_no, now=micros(now))
    if rows:
        ended = ",".join(sorted(str(row[0]) for row in rows))
        facts: dict[str, str | int] = {"clinic": clinic_no, "roles": ended}
        await audit.append(tx, "staff.left", actor, f"staff:{telegram_id}", facts, now)
    return bool(rows)


def set_locale(tx: Tx, telegram_id: int, locale: Language) -> None:
    """The language in which the person is written to. Twice: the same."""
    tx.later("staff_locale", telegram_id=telegram_id, locale=locale)


async def group_left(tx: Tx, chat_id: int, now: datetime) -> int | None:
    """The bot was removed from the group; the clinic that is no longer live, None if the chat was
    nobody's.
    """
    row = await tx.row("group_leave", chat_id=chat_id, now=micros(now))
    return None if row is None else row[0]


async def group_moved(tx: Tx, chat_id: int, new_chat_id: int) -> int | None:
    """The group became a supergroup with another id; its clinic. Twice: None."""
    row = await tx.row("group_move", chat_id=chat_id, new_chat_id=new_chat_id)
    return None if row is None else row[0]


def shown_in(tx: Tx, request_id: int, chat_id: int, message_id: int, version: int) -> None:
    """Remember which message shows the request; an older version never replaces a newer one."""
    tx.later(
        "feed_message_set", request_id=request_id, chat_id=chat_id, message_id=message_id, version=version
    )


async def feed_messages(reader: Reader, request_id: int) -> tuple[FeedMessage, ...]:
    """The messages that show the request."""
    return tuple(FeedMessage(*row) for row in await reader.rows("feed_messages_of", request_id=request_id))


async def _used(tx: Tx, code: str, kind: Literal["person", "group"], now: datetime) -> Linked | None:
    row = await tx.row("staff_code_use", code_hash=hashed(tx.keys, code), kind=kind, now=micros(now))
    return None if row is None else Linked(*row)


def hashed(keys: KeyRing, code: str) -> bytes:
    """What is kept of a code, however it was typed."""
    return keys.mac("staff code", "".join(code.split()).replace("-", "").upper().encode())


def _members(keys: KeyRing, rows: list[Row]) -> tuple[Member, ...]:
    return tuple(
        Member(
            row[0], row[1], row[2], None if row[3] is None else keys.open(_NAME, row[0], row[3]), row[4],
            instant(row[5]), row[6], None if row[7] is None else keys.open(_PHONE, row[0], row[7]),
        )
        for row in rows
    )  # fmt: skip


def _group(row: Row | None) -> Group | None:
    return None if row is None else Group(row[0], row[1], row[2], instant(row[3]))
