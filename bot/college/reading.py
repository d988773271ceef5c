"""The next field of a form, as it was typed: read, kept, or asked for again with what was wrong."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from bot.channels.reactions import Reaction
from bot.channels.telegram import parcel_for
from bot.college import typing as college_typing
from bot.college.forms import BadField, fields_of, read
from bot.college.pages import CollegePages
from bot.college.typing import Expected
from bot.staff.feed import LINE
from dialogs.engine import T
from rules.people import Language
from storage.database import Tx


async def filled(
    tx: Tx, pages: CollegePages, expected: Expected, text: str, chat_id: int, number: str,
    today: date, language: Language, now: datetime,
) -> Mapping[str, str] | Reaction:  # fmt: skip
    """All values of the form once they are there, else what is asked for next.

    Several fields may be typed at once, each on a line of its own; the first that is none ends it.
    """
    values, before = dict(expected.values), list[T]()
    for line in _lines(expected, text):
        field = next((one for one in fields_of(expected.form) if one not in values), None)
        if field is None:
            break
        try:
            values[field] = read(field, line, today)
        except BadField as bad:
            before = [T(f"college.bad.{bad.code}")]
            break
    field = next((one for one in fields_of(expected.form) if one not in values), None)
    if field is None:
        return values
    await college_typing.keep(tx, expected, values, now)
    screen = pages.field_asked(expected.clinic_no, number, expected.form, field, language, *before)
    asked = parcel_for(chat_id, screen, kind=LINE)
    return Reaction("bad_field" if before else "field_asked", (asked,))


def _lines(expected: Expected, text: str) -> list[str]:
    """A form of one field may run over several lines; so may the story of a loss."""
    if len(fields_of(expected.form)) == 1:
        return [text]
    return [line for line in text.splitlines() if line.strip()] or [text]
