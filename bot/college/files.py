"""Papers of the college as files in the chat: the outbox keeps which one is owed, never a line of it.

They are drawn at the moment of sending, from the request as it then stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from bot.channels.telegram import address_of
from bot.college.dossier import Dossier, Dossiers
from bot.college.office import Facts
from bot.college.pages import DUPLICATE, RECEIPT
from bot.college.printed import duplicate, receipt
from dialogs.engine import T
from locales import render
from rules.law import rule
from rules.people import Language
from storage.database import Reader
from storage.outbox import Parcel

KIND: Final = "college_file"
OWED: Final = "college"
"""The part of a body that says which paper is owed, until the file itself stands in ``upload``."""

PAPERS: Final = frozenset({RECEIPT, DUPLICATE})


def owed_file(
    chat_id: int, dossier: Dossier, what: str, language: Language, inbox_id: int, *, named: bool = True
) -> Parcel:
    """The paper as a parcel for one of the staff; ``named``: names may go abroad, where Telegram is.

    What if it runs twice: one for each press.
    """
    caption = render(T(f"college.file_{what}", number=dossier.number), language)
    body = {"method": "sendDocument", "caption": caption, OWED: [dossier.id, what, named]}
    dedupe = f"college:{what}:{inbox_id}"
    return Parcel(address_of(chat_id), KIND, body, dedupe=dedupe, request_id=dossier.id)


@rule("G-26", "G-28")
def owed_picture(chat_id: int, dossier: Dossier, kept: Facts, inbox_id: int) -> Parcel:
    """The picture of a paper that was entered, as Telegram has it. Twice: one for each press."""
    kind = str(kept["kind"])
    method = {"photo": "sendPhoto", "document": "sendDocument"}[kind]
    body = {"method": method, kind: str(kept["file"]), "caption": dossier.number}
    return Parcel(
        address_of(chat_id), KIND, body, dedupe=f"college:picture:{inbox_id}", request_id=dossier.id
    )


class CollegeFiles:
    """Puts the file into the body of a parcel that owes one."""

    def __init__(self, reader: Reader) -> None:
        self._reader: Final = reader
        self._dossiers: Final = Dossiers()

    async def filled(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """The body as it can be sent. Raises Unavailable; ValueError for what can be drawn no more."""
        if OWED not in body:
            return dict(body)
        request_id, what, named = body[OWED]
        dossier = await self._dossiers.of(self._reader, request_id)
        if dossier is None or dossier.record is None:
            raise ValueError("college: no request")
        content = receipt(dossier) if what == RECEIPT else duplicate(dossier, named=named)
        name = f"{dossier.number}-{what}.pdf"
        upload = {"field": "document", "name": name, "type": "application/pdf", "content": content}
        return {**{key: value for key, value in body.items() if key != OWED}, "upload": upload}
