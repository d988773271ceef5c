"""The figures in the chat: the outbox keeps whose month is owed, and the courier has the file made.

A picture and a table are made the same way. They show what stood in the registry when they were asked for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from bot.channels.screens import Screen
from bot.channels.telegram import address_of, inline_keyboard
from bot.monthly.month import Month, counted
from bot.monthly.sheet import Sheet
from rules.clinics import Clinic
from rules.people import Language
from storage.database import Reader
from storage.instants import instant, micros
from storage.outbox import Parcel
from storage.registry import Directory

KIND: Final = "figures"
OWED: Final = "figures"
"""The part of a body that says which figures are owed, until the file itself stands in ``upload``."""


class Form(StrEnum):
    """As what the figures are given."""

    PNG = "png"
    XLSX = "xlsx"


_METHODS: Final = {Form.PNG: ("sendPhoto", "photo"), Form.XLSX: ("sendDocument", "document")}
_TYPES: Final = {
    Form.PNG: "image/png",
    Form.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which figures, as what, in which language, as they stood at ``at`` (aware)."""

    clinic: Clinic
    month: Month
    form: Form
    language: Language
    at: datetime

    @property
    def file_name(self) -> str:
        """A name for the file that says what is in it."""
        return f"figures-{self.clinic.no}-{self.month.first:%Y-%m}.{self.form}"


def owed_figures(chat_id: int, wanted: Wanted, around: Screen, dedupe: str) -> Parcel:
    """The figures as a parcel for one of the staff, with the words and buttons of ``around``."""
    method, _ = _METHODS[wanted.form]
    body: dict[str, Any] = {"method": method, "caption": around.text, OWED: _written(wanted)}
    if around.rows:
        body["reply_markup"] = inline_keyboard(around.rows)
    return Parcel(address_of(chat_id), KIND, body, dedupe=dedupe)


async def made(reader: Reader, wanted: Wanted) -> bytes:
    """The file. Raises Unavailable."""
    figures = await counted(reader, wanted.clinic, wanted.month, wanted.at)
    sheet = Sheet(wanted.clinic, wanted.month, figures, wanted.at, wanted.language)
    # In a thread: the service's own loop goes on answering while it is drawn.
    return await asyncio.to_thread(_made, wanted.form, sheet)


class MonthlyFiles:
    """Puts the file into the body of a parcel that owes one."""

    def __init__(self, reader: Reader) -> None:
        self._reader: Final = reader
        self._directory: Final = Directory()

    async def filled(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """The body as it can be sent; one that owes no figures stays as it is. Raises Unavailable."""
        if OWED not in body:
            return dict(body)
        await self._directory.refresh(self._reader)
        wanted = self._read(body[OWED])
        upload = {
            "field": _METHODS[wanted.form][1],
            "name": wanted.file_name,
            "type": _TYPES[wanted.form],
            "content": await made(self._reader, wanted),
        }
        return {**{name: value for name, value in body.items() if name != OWED}, "upload": upload}

    def _read(self, owed: Mapping[str, Any]) -> Wanted:
        return Wanted(
            clinic=self._directory.clinics[owed["clinic"]],
            month=Month(date.fromisoformat(owed["month"])),
            form=Form(owed["form"]),
            language=owed["language"],
            at=instant(owed["at"]),
        )


def _written(wanted: Wanted) -> dict[str, Any]:
    return {
        "clinic": wanted.clinic.no,
        "month": wanted.month.first.isoformat(),
        "form": wanted.form.value,
        "language": wanted.language,
        "at": micros(wanted.at),
    }


def _made(form: Form, sheet: Sheet) -> bytes:
    # Imported here: the service starts without what only a file needs.
    match form:
        case Form.PNG:
            from bot.monthly.picture import drawn

            return drawn(sheet)
        case Form.XLSX:
            from bot.monthly.table import written

            return written(sheet)
