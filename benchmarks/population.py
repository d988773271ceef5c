"""A made-up population of any size: sound IINs, mobile numbers that differ, one clinic, one address each."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, fields
from datetime import date, timedelta
from itertools import count, islice
from pathlib import Path

from rules.iin import check_digit

CLINIC = 5
_EPOCH = date(1950, 1, 1)
_DAYS = 20_000
_ATTACHED = date(2020, 1, 15)
_MOBILE_RANGES = (701, 702, 705, 707, 708, 747, 771, 775, 776, 777, 778)
_PER_RANGE = 10_000_000


@dataclass(frozen=True, slots=True)
class Made:
    """One row of people.csv."""

    iin: str
    surname: str
    name: str
    patronymic: str
    birth_date: str
    phone: str
    language: str
    clinic_no: str
    address: str
    attached_on: str
    doctor_no: str = ""


def people(doctors: int = 0) -> Iterator[Made]:
    """Made-up people without end, always the same ones in the same order, spread over so many districts."""
    for number, (iin, born) in enumerate(_iins()):
        yield Made(
            iin=iin,
            surname=f"Тестов{number}",
            name="Айдар",
            patronymic="Серікұлы",
            birth_date=born.isoformat(),
            phone=f"+7{_mobile(number)}",
            language="kk" if number % 2 else "ru",
            clinic_no=str(CLINIC),
            address=f"проспект Абая, {number % 200 + 1}, кв. {number % 90 + 1}",
            attached_on=_ATTACHED.isoformat(),
            doctor_no=doctor_no(number % doctors) if doctors else "",
        )


def doctor_no(number: int) -> str:
    """The number of the n-th doctor of the clinic, whose district is the n-th."""
    return f"T{number:03d}"


def write_csv(folder: Path, size: int, doctors: int = 0) -> tuple[Made, ...]:
    """Write people.csv of that many people into the folder; returns them."""
    made = tuple(islice(people(doctors), size))
    write_rows(folder / "people.csv", made)
    return made


def write_rows(path: Path, made: Iterable[Made]) -> None:
    """Write these people as CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow([field.name for field in fields(Made)])
        table.writerows(astuple(one) for one in made)


def _iins() -> Iterator[tuple[str, date]]:
    for number in count():
        born = _EPOCH + timedelta(days=number % _DAYS)
        figures = f"{born:%y%m%d}{3 if born.year < 2000 else 5}{number // _DAYS:04d}"
        last = check_digit(figures)
        # Some numbers are never issued: neither pass gives them a check digit.
        if last is not None:
            yield f"{figures}{last}", born


def _mobile(number: int) -> str:
    return f"{_MOBILE_RANGES[number // _PER_RANGE]}{number % _PER_RANGE:07d}"
