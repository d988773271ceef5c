"""Whose list of the day is meant by what was typed, a name or nothing for one's own, and of which day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import locales
from bot.schedules.pages import Kind
from rules.doctors import Doctor
from rules.slots import days_listed, days_to_book
from rules.when import BadWhen, read_when
from storage import slots, staff
from storage.database import Tx

_SHORTEST_NAME: Final = 3
"""Letters; fewer would be taken for a name by chance."""


@dataclass(frozen=True, slots=True)
class Meant:
    """A doctor, and the words about the day that are left ("" for none)."""

    doctor: Doctor
    said: str


async def meant_by(
    tx: Tx, telegram_id: int, clinic_no: int, doctors: Sequence[Doctor], words: str
) -> Meant | None:
    """The doctor whose surname begins like a typed word, else the one that the asker is; None for neither."""
    typed = words.split()
    for word in typed:
        doctor = _named(doctors, word)
        if doctor is not None:
            return Meant(doctor, " ".join(one for one in typed if one != word))
    numbers = {one.doctor_no for one in await staff.member(tx, telegram_id, clinic_no)}
    own = next((one for one in doctors if one.doctor_no in numbers), None)
    return None if own is None else Meant(own, words)


async def present_day(tx: Tx, doctor: Doctor, today: date, now: datetime) -> date:
    """Today while the doctor still has times, else the next day on which there are any."""
    days = await slots.days_to_work(tx, doctor.doctor_no, doctor.clinic_no, now, 1)
    return days[0][0] if days else today


def days_for(kind: Kind, today: date) -> tuple[date, ...]:
    """The days that may be chosen: a list is shown of days past too, a change is of days to come."""
    return days_listed(today) if kind is Kind.LIST else days_to_book(today)


def read_day(text: str, today: date, kind: Kind) -> date | None:
    """The day that was typed, None if there is none to be read: then it is asked for by buttons."""
    days = days_for(kind, today)
    try:
        return read_when(text, today, locales.when_words(), days[-1], days[0]).day if text else None
    except BadWhen:
        return None


def _named(doctors: Sequence[Doctor], word: str) -> Doctor | None:
    if len(word) < _SHORTEST_NAME or not word.isalpha():
        return None
    return next((one for one in doctors if one.full_name.casefold().startswith(word.casefold())), None)
