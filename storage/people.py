"""People in the registry: one sealed card each, found by the blind index of the IIN."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Final

from rules.iin import Iin
from rules.people import Language, Person
from rules.phone import Phone
from storage.database import Reader, Row
from storage.keys import KeyRing

CARD: Final = "people.card"


@dataclass(frozen=True, slots=True, repr=False)
class Card:
    """What the sealed card of a person says. `phone` is as loaded, `mobile` the E.164 a code may go to, if
    any.
    """

    iin: str
    surname: str
    name: str
    patronymic: str
    birth_date: str
    phone: str
    mobile: str
    address: str


def sealed_card(keys: KeyRing, person_id: int, card: Card) -> bytes:
    """The card as it lies in the database."""
    return keys.seal(CARD, person_id, card_text(card))


def card_text(card: Card) -> str:
    """The card as text, fields in order."""
    return json.dumps([getattr(card, name) for name in Card.__slots__], ensure_ascii=False)


def opened_card(keys: KeyRing, person_id: int, blob: bytes) -> Card:
    """The card that lies in the database. Raises CannotOpen."""
    return Card(*json.loads(keys.open(CARD, person_id, blob)))


def person_of(keys: KeyRing, row: Row) -> Person | None:
    """The person of a row (id, card, language, version, perhaps by_hand), None if their record was erased."""
    row_id, blob, language, version, *known = row
    by_hand = bool(known and known[0])
    if blob is None:
        return None
    card = opened_card(keys, row_id, blob)
    return Person(
        id=str(row_id),
        iin=Iin(card.iin),
        surname=card.surname,
        name=card.name,
        patronymic=card.patronymic or None,
        birth_date=date.fromisoformat(card.birth_date),
        phone=Phone(card.mobile) if card.mobile else None,
        language=_language(language),
        address=card.address or None,
        version=version,
        by_hand=by_hand,
        said_phone=card.phone if by_hand else "",
    )


def iin_index(keys: KeyRing, iin: Iin) -> bytes:
    """The blind index of an IIN."""
    return keys.blind("iin", iin.digits)


def phone_index(keys: KeyRing, phone: Phone) -> bytes:
    """The blind index of a phone."""
    return keys.blind("phone", phone.e164)


async def by_iin(reader: Reader, iin: Iin) -> Person | None:
    """The person with that IIN."""
    row = await reader.row("person_by_iin", iin_index=iin_index(reader.keys, iin))
    return None if row is None else person_of(reader.keys, row)


async def by_id(reader: Reader, person_id: int) -> Person | None:
    """The person under that id."""
    row = await reader.row("person_by_id", id=person_id)
    return None if row is None else person_of(reader.keys, row)


def _language(text: str) -> Language:
    return "kk" if text == "kk" else "ru"
