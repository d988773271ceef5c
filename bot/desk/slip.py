"""The slip that a registrar prints: number, day, hour and place on half a page, in both languages.

It is drawn at the moment of sending, from the request as it then stands; the outbox keeps only whose it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import locales
from bot.channels.telegram import address_of
from bot.desk.aloud import script
from bot.papers.drawing import FACE, FONTS, MARGIN
from dialogs.engine import T
from rules.clinics import Clinic
from rules.law import rule
from rules.people import Language
from storage import requests
from storage.database import Reader
from storage.outbox import Parcel
from storage.registry import Directory
from storage.requests import RegisteredRequest

KIND: Final = "desk_slip"
OWED: Final = "slip"
"""The part of a body that says whose slip is owed, until the file itself stands in ``upload``."""

_PAGE: Final = (148.0, 210.0)  # A5, millimetres
_WIDTH: Final = _PAGE[0] - 2 * MARGIN


def owed_slip(chat_id: int, request: RegisteredRequest, language: Language, inbox_id: int) -> Parcel:
    """The slip as a parcel for the registrar. What if it runs twice: one slip for each press."""
    caption = locales.render(T("slip.caption", number=request.number), language)
    body = {"method": "sendDocument", "caption": caption, OWED: request.id}
    return Parcel(address_of(chat_id), KIND, body, dedupe=f"slip:{inbox_id}", request_id=request.id)


class SlipFiles:
    """Puts the file into the body of a parcel that owes a slip."""

    def __init__(self, reader: Reader) -> None:
        self._reader: Final = reader
        self._directory: Final = Directory()

    async def filled(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """The body as it can be sent. Raises Unavailable; ValueError for a request that is gone."""
        if OWED not in body:
            return dict(body)
        request = await requests.by_id(self._reader, body[OWED])
        if request is None:
            raise ValueError("slip: no request")
        await self._directory.refresh(self._reader)
        content = await slip(self._reader, request, self._directory.clinics[request.clinic_no])
        name = f"{request.number.replace('/', '-')}.pdf"
        upload = {"field": "document", "name": name, "type": "application/pdf", "content": content}
        return {**{key: value for key, value in body.items() if key != OWED}, "upload": upload}


@rule("HC-11", "AP-08", "AT-05", "G-15")
async def slip(reader: Reader, request: RegisteredRequest, clinic: Clinic) -> bytes:
    """The slip as a PDF; the same request drawn twice is the same bytes. Nothing of health stands on it."""
    from fpdf import FPDF

    said = await script(reader, request, clinic)
    pdf = FPDF(format=_PAGE)
    pdf.set_margins(MARGIN, MARGIN)
    pdf.set_auto_page_break(auto=True, margin=MARGIN)
    pdf.set_creation_date(request.registered_at)
    pdf.set_title(request.number)
    for style, name in (("", f"{FACE}.ttf"), ("B", f"{FACE}-Bold.ttf")):
        pdf.add_font(FACE, style, FONTS / name)
    pdf.add_page()
    for language in locales.LOCALES:
        _draw(pdf, T("slip.title", clinic=clinic.name(language)), language, 12, bold=True)
        for words in (*said, T("slip.place", address=clinic.address, phone=clinic.phone)):
            _draw(pdf, words, language, 10.5)
        pdf.ln(4)
    return bytes(pdf.output())


def _draw(pdf: Any, words: Any, language: Language, size: float, *, bold: bool = False) -> None:
    pdf.set_font(FACE, "B" if bold else "", size)
    pdf.multi_cell(_WIDTH, size * 0.5, text=locales.render(words, language), align="L", new_x="LMARGIN")
    pdf.ln(2)
