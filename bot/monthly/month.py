"""A month of a clinic: which one was asked for, and its figures counted in one pass."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.monthly.figures import Figures, Tally
from rules.clinics import Clinic
from rules.law import rule
from rules.survey import SurveyMonth, shown_from
from storage import monthly, surveys
from storage.database import Reader
from storage.journal import Period, Register

_TYPED: Final = re.compile(r"(\d{1,2})(?:[./-](20\d\d))?|(20\d\d)-(\d{1,2})", re.ASCII)
_ON_BUTTONS: Final = re.compile(r"20\d{4}", re.ASCII)


class NoMonth(ValueError):
    """What was typed or pressed names no month."""


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month, by its first day."""

    first: date

    @property
    def last(self) -> date:
        """The last day, which is within."""
        return self.first.replace(day=calendar.monthrange(self.first.year, self.first.month)[1])

    @property
    def before(self) -> Month:
        """The month before."""
        return Month((self.first - timedelta(days=1)).replace(day=1))

    @property
    def after(self) -> Month:
        """The month behind."""
        return Month(self.last + timedelta(days=1))

    def __str__(self) -> str:
        return f"{self.first:%Y%m}"

    @classmethod
    def of(cls, day: date) -> Month:
        """The month of that day."""
        return cls(day.replace(day=1))

    @classmethod
    def typed(cls, text: str, today: date) -> Month:
        """``11.2026``, ``2026-11``, ``11`` of this year, or nothing for this month. Raises NoMonth."""
        if not text:
            return cls.of(today)
        found = _TYPED.fullmatch(text)
        if found is None:
            raise NoMonth
        return _month(int(found[3] or found[2] or today.year), int(found[4] or found[1]))

    @classmethod
    def pressed(cls, text: str) -> Month:
        """As a button names it. Raises NoMonth."""
        if _ON_BUTTONS.fullmatch(text) is None:
            raise NoMonth
        return _month(int(text[:4]), int(text[4:]))


def _month(year: int, month: int) -> Month:
    try:
        return Month(date(year, month, 1))
    except ValueError:
        raise NoMonth from None


async def counted(reader: Reader, clinic: Clinic, month: Month, now: datetime) -> Figures:
    """The clinic's figures of that month as they stood at ``now``. Raises Unavailable."""
    zone = ZoneInfo(clinic.zone)
    period = Period.of_days(clinic.no, Register.CONTACTS, month.first, month.last, zone)
    tally = Tally(now)
    async for asked in monthly.requests_of(reader, period, now):
        tally.add(asked, clinic.local(asked.registered_at).hour)
    figures = tally.figures(await monthly.appointments_of(reader, clinic.no, month.first, month.last, zone))
    return replace(figures, survey=await _survey(reader, month, now))


@rule("SV-04", "G-65")
async def _survey(reader: Reader, month: Month, now: datetime) -> SurveyMonth | None:
    name = f"{month.first:%Y-%m}"
    return await surveys.month(reader, name) if shown_from(name) <= now else None
