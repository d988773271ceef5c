"""Cases of the desk: one person in front of a registrar or on the phone, and who was identified by hand.

A case holds no personal data: what was said lies in its conversation, what came of it in its requests.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal, TypeAlias

from rules.channels import Channel
from rules.iin import Iin
from rules.law import Service
from rules.people import Language
from storage import people
from storage.addresses import Address
from storage.database import Reader, Row, Tx
from storage.instants import instant, micros
from storage.people import Card

Checked: TypeAlias = Literal["right", "wrong"]

_DOCUMENT: Final = "hand_identities.document"
_PREFIX: Final = "desk:"


@dataclass(frozen=True, slots=True)
class Case:
    """One case. `came_at` is when the person took their place in the line, `handed_in_at` when the registrar
    saw who it is (`person_id`), `ended_at` when the dialog was over, `answered_at` when the answer was read
    aloud.
    """

    id: int
    clinic_no: int
    staff_id: int
    channel: Channel
    service: Service
    locale: Language
    came_at: datetime
    opened_at: datetime
    handed_in_at: datetime | None = None
    ended_at: datetime | None = None
    answered_at: datetime | None = None
    outcome: str | None = None
    person_id: int | None = None

    @property
    def address(self) -> Address:
        """Where the case's conversation is kept: beside the registrar's own talk, never in it."""
        return conversation_of(self.staff_id)

    @property
    def chat(self) -> Address:
        """The registrar's private chat, in which it is shown."""
        return Address("telegram", str(self.staff_id))


@dataclass(frozen=True, slots=True, repr=False)
class HandIdentity:
    """Somebody without data in the state register, identified by a paper (G-12)."""

    id: int
    person_id: int
    clinic_no: int
    document: str
    entered_by: int
    entered_at: datetime
    check_due: datetime
    checked_by: int | None
    checked_at: datetime | None
    outcome: Checked | None


@dataclass(frozen=True, slots=True, repr=False)
class ByPaper:
    """What a paper says of its holder. `document` is its kind and number as they were typed."""

    iin: Iin
    surname: str
    name: str
    patronymic: str
    birth_date: date
    phone: str
    document: str


def conversation_of(staff_id: int) -> Address:
    """The address of that registrar's cases."""
    return Address("telegram", f"{_PREFIX}{staff_id}")


def open_case(tx: Tx, case: Case) -> None:
    """Begin the case. What if it runs twice: a registrar has one open; a second is a Clash at the commit."""
    tx.later(
        "desk_case_open",
        id=case.id,
        clinic_no=case.clinic_no,
        staff_id=case.staff_id,
        channel=case.channel.value,
        service=case.service.value,
        locale=case.locale,
        came_at=micros(case.came_at),
        opened_at=micros(case.opened_at),
    )


async def open_of(reader: Reader, staff_id: int) -> Case | None:
    """The registrar's open case."""
    return _case(await reader.row("desk_case_of_staff", staff_id=staff_id))


async def by_id(reader: Reader, case_id: int) -> Case | None:
    """The case under that id."""
    return _case(await reader.row("desk_case_by_id", id=case_id))


def handed_in(tx: Tx, case_id: int, person_id: int, now: datetime) -> None:
    """The registrar has seen who it is. Twice: the first time counts, and the last person."""
    tx.later("desk_case_handed_in", id=case_id, person_id=person_id, now=micros(now))


def speak(tx: Tx, case_id: int, locale: Language) -> None:
    """The person speaks that language. Twice: the same."""
    tx.later("desk_case_locale", id=case_id, locale=locale)


async def end(tx: Tx, case_id: int, outcome: str, now: datetime) -> bool:
    """The dialog is over, with that outcome (a code). False if it was over before."""
    return bool(await tx.rows("desk_case_end", id=case_id, outcome=outcome, now=micros(now)))


async def answered(tx: Tx, case_id: int, now: datetime) -> bool:
    """The answer was read aloud. False if it had been."""
    return bool(await tx.rows("desk_case_answered", id=case_id, now=micros(now)))


async def identify_by_hand(
    tx: Tx, paper: ByPaper, clinic_no: int, entered_by: int, check_due: datetime, now: datetime
) -> tuple[int, int]:
    """Enter a person as their paper has them; (person, identity to be checked).

    The state register's own record, once it comes, takes the place of what was typed, and is never changed
    by it. Whoever was entered before and not yet found right is entered anew, to be checked once more. What
    if it runs twice: the same, under the same ids.
    """
    known = await people.by_iin(tx, paper.iin)
    before = None if known is None else await identity_of(tx, int(known.id))
    if known is not None and known.by_hand and (before is None or before.outcome != "right"):
        card = people.sealed_card(tx.keys, int(known.id), _card(paper))
        tx.later("person_by_hand", id=int(known.id), card=card)
    person_id = int(known.id) if known is not None else _entered(tx, paper)
    identity_id = tx.ids.new() if before is None else before.id
    entry: dict[str, object] = {
        "id": identity_id,
        "clinic_no": clinic_no,
        "document": tx.keys.seal(_DOCUMENT, identity_id, paper.document),
        "entered_by": entered_by,
        "check_due": micros(check_due),
        "now": micros(now),
    }
    if before is None:
        tx.later("hand_identity_add", person_id=person_id, **entry)
    else:
        tx.later("hand_identity_again", **entry)
    return person_id, identity_id


async def stand_in(tx: Tx) -> Iin:
    """A number for somebody without an IIN, that nobody has (G-10)."""
    while True:
        iin = Iin.stand_in(tx.ids.new())
        if await people.by_iin(tx, iin) is None:
            return iin


async def identity(reader: Reader, identity_id: int) -> HandIdentity | None:
    """The identity under that id."""
    return _identity(reader, await reader.row("hand_identity_by_id", id=identity_id))


async def identity_of(reader: Reader, person_id: int) -> HandIdentity | None:
    """How that person was identified by hand, None for whoever the state register knows."""
    return _identity(reader, await reader.row("hand_identity_of_person", person_id=person_id))


async def check_identity(tx: Tx, identity_id: int, staff_id: int, outcome: Checked, now: datetime) -> bool:
    """A second person has compared it with the paper. False for the first person, and the second time."""
    asked = {"id": identity_id, "staff_id": staff_id, "outcome": outcome, "now": micros(now)}
    return bool(await tx.rows("hand_identity_check", **asked))


def _entered(tx: Tx, paper: ByPaper) -> int:
    person_id = tx.ids.new()
    tx.later(
        "person_add_by_hand",
        id=person_id,
        iin_index=people.iin_index(tx.keys, paper.iin),
        card=people.sealed_card(tx.keys, person_id, _card(paper)),
        # Never the digest of a loaded row, so that the register's own record replaces this one.
        card_digest=b"by hand",
        language="kk",
    )
    return person_id


def _card(paper: ByPaper) -> Card:
    # A number that was only said is none that a code may go to: it would give this identity to its holder.
    born = paper.birth_date.isoformat()
    return Card(paper.iin.digits, paper.surname, paper.name, paper.patronymic, born, paper.phone, "", "")


def _case(row: Row | None) -> Case | None:
    if row is None:
        return None
    ends = [instant(at) for at in row[8:11]]
    return Case(
        row[0], row[1], row[2], Channel(row[3]), Service(row[4]), row[5], instant(row[6]), instant(row[7]),
        ends[0], ends[1], ends[2], row[11], row[12],
    )  # fmt: skip


def _identity(reader: Reader, row: Row | None) -> HandIdentity | None:
    if row is None:
        return None
    document = "" if row[3] is None else reader.keys.open(_DOCUMENT, row[0], row[3])
    return HandIdentity(
        row[0], row[1], row[2], document, row[4], instant(row[5]), instant(row[6]), row[7],
        None if row[8] is None else instant(row[8]), row[9],
    )  # fmt: skip
