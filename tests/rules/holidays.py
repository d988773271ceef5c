"""The country's days off of 2026 and 2027, as they are loaded."""

import csv
from datetime import date
from pathlib import Path

from rules.calendar import Holiday, HolidayKind, WorkingCalendar

_FILE = Path(__file__).parents[2] / "data" / "holidays.csv"


def calendar() -> WorkingCalendar:
    """The calendar of `data/holidays.csv`."""
    with _FILE.open(encoding="utf-8") as lines:
        return WorkingCalendar(
            Holiday(date.fromisoformat(row["date"]), HolidayKind(row["kind"]), row["name_ru"], row["name_kk"])
            for row in csv.DictReader(lines)
        )


CALENDAR = calendar()
