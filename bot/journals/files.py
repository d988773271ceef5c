"""A journal as a file in the chat: the outbox keeps which journal is owed, never a line of it.

The courier asks for the file at the moment of sending. The record of the look, and the audit chain's head
after it, were made when it was asked for; the file says just what stood in the journal then.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from bot.channels.telegram import address_of
from bot.journals.columns import Lines
from bot.journals.export import Opened, to_bytes
from bot.journals.sheet import MEDIA_TYPES, Asked, Form, Why
from dialogs.engine import T
from locales import render
from rules.people import Language
from storage.audit import Head
from storage.database import Reader
from storage.instants import instant, micros
from storage.journal import Register, Span
from storage.keys import CannotOpen
from storage.outbox import Parcel
from storage.registry import Directory

KIND: Final = "journal_file"
OWED: Final = "journal"
"""The part of a body that says which journal is owed, until the file itself stands in ``upload``."""


def owed_file(chat_id: int, found: Opened, language: Language, fields: frozenset[str], dedupe: str) -> Parcel:
    """The file as a parcel for one of the staff; ``fields`` is what of people may go abroad."""
    asked = found.asked
    title = T(f"journal.title.{asked.register}")
    caption = render(T("journal.file", title=title, first=asked.first, last=asked.last), language)
    body = {"method": "sendDocument", "caption": caption, OWED: _written(found, language, fields)}
    return Parcel(address_of(chat_id), KIND, body, dedupe=dedupe)


class JournalFiles:
    """Puts the file into the body of a parcel that owes one."""

    def __init__(self, reader: Reader) -> None:
        self._reader: Final = reader
        self._directory: Final = Directory()

    async def filled(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """The body as it can be sent; one that owes no journal stays as it is.

        Raises Unavailable, and ValueError where an entry does not open.
        """
        if OWED not in body:
            return dict(body)
        await self._directory.refresh(self._reader)
        owed = body[OWED]
        found, lines = self._read(owed)
        try:
            content = await to_bytes(self._reader, found, lines)
        except CannotOpen as fault:
            raise ValueError(f"journal: {fault}") from fault
        asked = found.asked
        upload = {
            "field": "document",
            "name": asked.file_name,
            "type": MEDIA_TYPES[asked.form],
            "content": content,
        }
        return {**{name: value for name, value in body.items() if name != OWED}, "upload": upload}

    def _read(self, owed: Mapping[str, Any]) -> tuple[Opened, Lines]:
        clinic = self._directory.clinics[owed["clinic"]]
        asked = Asked(
            clinic=clinic,
            register=Register(owed["register"]),
            first=date.fromisoformat(owed["first"]),
            last=date.fromisoformat(owed["last"]),
            form=Form(owed["form"]),
            why=Why(owed["why"]),
            by=owed["by"],
            at=instant(owed["at"]),
        )
        head = Head(owed["head"][0], bytes.fromhex(owed["head"][1]))
        found = Opened(asked, tuple(Span(*span) for span in owed["spans"]), head)
        return found, Lines(asked.register, clinic, owed["language"], frozenset(owed["fields"]))


def _written(found: Opened, language: Language, fields: frozenset[str]) -> dict[str, Any]:
    asked = found.asked
    return {
        "clinic": asked.clinic.no,
        "register": asked.register.value,
        "first": asked.first.isoformat(),
        "last": asked.last.isoformat(),
        "form": asked.form.value,
        "why": asked.why.value,
        "by": asked.by,
        "at": micros(asked.at),
        "language": language,
        "fields": sorted(fields),
        "spans": [[span.year, span.first, span.last, span.count] for span in found.spans],
        "head": [found.head.seq, found.head.hash.hex()],
    }
