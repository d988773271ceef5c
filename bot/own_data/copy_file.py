"""The copy of everything held, as a file in the chat: the outbox keeps whose it is, never a line of it.

It is written at the moment of sending, as everything then stands; the record of it was made when asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from bot.own_data.gathering import Asked, Gathering, Gone
from bot.own_data.page import page
from bot.talk.standing import Pressed
from dialogs.drafts import OwnCopyDraft
from dialogs.engine import T
from locales import render
from storage import own_data
from storage.database import Reader
from storage.instants import instant, micros
from storage.keys import CannotOpen
from storage.outbox import Parcel
from storage.registry import Directory

KIND: Final = "own_copy"
OWED: Final = "own_copy"
"""The part of a body that says whose copy is owed, until the file itself stands in ``upload``."""
MEDIA_TYPE: Final = "text/html"
NAME: Final = "dariger.html"


def owed_copy(draft: OwnCopyDraft, pressed: Pressed) -> Parcel:
    """The copy as a parcel for the chat that asked. What if it runs twice: one file for each code."""
    owed = {
        "person": int(draft.person_id),
        "language": pressed.locale,
        "at": micros(pressed.now),
        "chat": pressed.address.key,
        "consent": draft.consent_id,
    }
    body = {"method": "sendDocument", "caption": render(T("held.caption"), pressed.locale), OWED: owed}
    return Parcel(pressed.address, KIND, body, dedupe=f"own_copy:{draft.consent_id}")


class OwnCopies:
    """Puts the file into the body of a parcel that owes one."""

    def __init__(self, reader: Reader) -> None:
        self._reader: Final = reader
        self._directory: Final = Directory()

    async def filled(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """The body as it can be sent; one that owes no copy stays as it is.

        Raises Unavailable, and ValueError where something does not open, its owner was erased, or the consent
        was taken back before it could be sent (S9).
        """
        if OWED not in body:
            return dict(body)
        await self._directory.refresh(self._reader)
        owed = body[OWED]
        if not await own_data.still_given(self._reader, owed["consent"], owed["person"]):
            raise ValueError("own copy: Withdrawn")
        at = instant(owed["at"])
        asked = Asked(owed["person"], owed["language"], f"telegram:{owed['chat']}", at)
        try:
            parts = await Gathering(self._reader, self._directory, asked).parts()
        except (CannotOpen, Gone) as fault:
            raise ValueError(f"own copy: {type(fault).__name__}") from fault
        content = page(parts, asked.language, at)
        upload = {"field": "document", "name": NAME, "type": MEDIA_TYPE, "content": content}
        return {**{name: value for name, value in body.items() if name != OWED}, "upload": upload}
