"""Parcels of papers: the outbox holds a paper's id only, and the file is fetched when it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from dialogs.engine import T
from locales.rendering import render
from rules.people import Language
from storage import papers
from storage.addresses import Address
from storage.database import Database
from storage.keys import CannotOpen
from storage.outbox import Parcel
from storage.papers import Paper

KIND: Final = "paper"
MEDIA_TYPE: Final = "application/pdf"


class PaperGone(Exception):
    """The paper that a parcel names is no longer there, or was withdrawn, or does not open."""


def document(paper: Paper, chat: Address, locale: Language, dedupe: str | None) -> Parcel:
    """The paper as a document to be sent; its words name nobody: they are shown on a locked screen (S27)."""
    upload = {"field": "document", "name": f"{paper.number}.pdf", "type": MEDIA_TYPE, "paper": paper.id}
    caption = render(T("paper.caption", number=paper.number), locale)
    body = {"method": "sendDocument", "caption": caption, "upload": upload}
    return Parcel(chat, KIND, body, dedupe, paper.request_id)


class PaperFiles:
    """Puts the file into the body of a parcel that names one."""

    def __init__(self, db: Database) -> None:
        self._db: Final = db

    async def filled(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """The body as the gateway sends it. Raises ``PaperGone``, ``Unavailable``."""
        upload = body.get("upload")
        if not isinstance(upload, dict) or "paper" not in upload:
            return dict(body)
        content = await self._content(int(upload["paper"]))
        kept = {name: value for name, value in upload.items() if name != "paper"}
        return {**body, "upload": {**kept, "content": content}}

    async def _content(self, paper_id: int) -> bytes:
        try:
            content = await papers.file(self._db.reader, paper_id)
        except CannotOpen:
            raise PaperGone(paper_id) from None
        if content is None:
            raise PaperGone(paper_id)
        return content
