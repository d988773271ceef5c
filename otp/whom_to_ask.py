"""Whom a request for consent goes to: the person, the parent of a child, or (looking the same) nobody.

Everything is read for every IIN alike, in one statement, and two cards are opened whether or not there are
any (S19).
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from otp.wanted import Wanted
from rules import third_party as law
from rules.days import country_day
from rules.people import Language
from storage.consent_requests import asker_key
from storage.database import Row, Tx
from storage.instants import day_text, micros
from storage.keys import KeyRing
from storage.people import Card, iin_index, opened_card, sealed_card

_NAME: Final = "\u2013" * 9
_NOBODY: Final = Card("0" * 12, _NAME, _NAME, _NAME, "0" * 10, "0" * 12, "", _NAME * 3)
"""A stand-in about as long as somebody's card, for the time goes with the length; it has no mobile."""


@dataclass(frozen=True, slots=True, repr=False)
class Standing:
    """Who is asked about and who answers; `mobile` is "" and `reached` False where nothing may go out.

    `child` is the first name of a child for whom a parent answers, else None.
    """

    subject_index: bytes
    subject_id: int | None
    answers_id: int | None
    language: Language | None
    phone_index: bytes | None
    mobile: str
    reached: bool
    child: str | None


async def read_standing(tx: Tx, wanted: Wanted, now: datetime) -> Standing:
    """Read how things stand, in one trip, whoever is asked about."""
    index = iin_index(tx.keys, wanted.subject)
    today = country_day(now)
    # On PostgreSQL the row's lock makes the requests about one person wait for each other.
    tx.later("guard_touch", subject_index=index, now=micros(now))
    rows = await tx.rows(
        "consent_subject",
        subject_index=index,
        asker=asker_key(wanted.asker_id, wanted.asker_clinic),
        asker_id=None if wanted.asker_id is None else int(wanted.asker_id),
        today=day_text(today),
        since=micros(now - law.DAY.delta),
    )
    row = rows[0]
    # Both cards are opened, whether or not there are any: that takes time.
    subject, guardian = _card(tx.keys, row[0], row[1]), _card(tx.keys, row[4], row[5])
    if row[0] is None or law.answers_themself(date.fromisoformat(subject.birth_date), today):
        return _judge(index, row, wanted, _Answering(row[0], subject, row[2], row[3]))
    return _judge(index, row, wanted, _Answering(row[4], guardian, row[6], row[7], subject.name))


@dataclass(frozen=True, slots=True, repr=False)
class _Answering:
    """Who would be asked."""

    id: int | None
    card: Card
    phone_index: bytes | None
    language: Language | None
    child: str | None = None


def _judge(index: bytes, row: Row, wanted: Wanted, answers: _Answering) -> Standing:
    asker_phone, blocked, about_them, by_them, by_guardian, asked_lately = row[8:]
    # A parent is reached for each of their children, and for themself.
    reached_lately = max(about_them, by_them if answers.id == row[0] else by_guardian)
    phone = None if answers.phone_index is None else bytes(answers.phone_index)
    # A phone that is the asker's as well would let the asker agree; a parent asks themself about their child.
    is_asker = answers.id is not None and str(answers.id) == wanted.asker_id
    askers_own = not is_asker and asker_phone is not None and bytes(asker_phone) == phone
    reached = (
        bool(answers.card.mobile)
        and phone is not None
        and not askers_own
        and not blocked
        and law.may_be_reached(reached_lately)
        and law.may_ask(asked_lately)
    )
    return Standing(
        index, row[0], answers.id, answers.language, phone, answers.card.mobile, reached, answers.child
    )


def _card(keys: KeyRing, person_id: int | None, blob: bytes | None) -> Card:
    if person_id is not None and blob is not None:
        return opened_card(keys, person_id, bytes(blob))
    # Opening a card takes time that an unknown IIN must take as well.
    return opened_card(keys, 0, sealed_card(keys, 0, _NOBODY))
