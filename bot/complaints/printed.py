"""What the office prints: the complaint to be sent on, its answer, and the slip with the seven data.

They are drawn at the moment of sending, from the complaint as it then stands; the outbox keeps only whose
they are. Text stays text, whatever it looks like.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import locales
from bot.channels.telegram import address_of
from bot.complaints.marks import COURT
from bot.complaints.office import service_words
from bot.papers.drawing import FACE, FONTS, INSTEAD, MARGIN
from dialogs.complaint_receipt import receipt_words
from dialogs.engine import T, clean
from rules.clinics import Clinic
from rules.complaint_terms import Decision
from rules.complaints import ComplaintStatus
from rules.law import rule
from rules.people import Language
from rules.phone import shown
from storage import complaint_office, complaints
from storage.complaint_cards import due_on, number_of
from storage.complaints import Complaint, ComplaintFile
from storage.database import Reader
from storage.outbox import Parcel
from storage.registry import Directory

if TYPE_CHECKING:
    from fpdf import FPDF

KIND: Final = "complaint_paper"
OWED: Final = "complaint_paper"
"""The part of a body that says whose paper is owed, until the file itself stands in ``upload``."""

_SLIP_PAGE: Final = (148.0, 210.0)  # A5, millimetres
_STAMP: Final = (48.0, 24.0)
_BLANK: Final = "\N{HORIZONTAL ELLIPSIS}"
_LAST_OF_PLANE: Final = 0xFFFF
_LONGEST_CAPTION: Final = 1024


class What(StrEnum):
    """Which of the three."""

    COMPLAINT = "complaint"
    SLIP = "slip"
    ANSWER = "answer"


def owed_paper(
    chat_id: int, complaint: Complaint, what: What, fields: Iterable[str], language: Language, inbox_id: int
) -> Parcel:
    """The paper as a parcel for one of the staff; ``fields`` is what of people may go abroad.

    What if it runs twice: one paper for each press.
    """
    caption = locales.render(T(f"complaint_office.caption_{what}", number=complaint.number), language)
    owed = {"id": complaint.id, "what": what.value, "fields": sorted(fields)}
    body = {"method": "sendDocument", "caption": caption, OWED: owed}
    dedupe = f"{KIND}:{what}:{inbox_id}"
    return Parcel(address_of(chat_id), KIND, body, dedupe=dedupe, request_id=complaint.id)


def owed_file(chat_id: int, complaint: Complaint, no: int, file: ComplaintFile, inbox_id: int) -> Parcel:
    """A photo or a document that came with the complaint, as Telegram keeps it. Twice: one for each press."""
    method = {"photo": "sendPhoto", "document": "sendDocument"}[file.kind]
    # What the citizen wrote under it is part of what they say.
    note = f"\n{file.note}" if file.note else ""
    caption = f"{complaint.number} · {no}{note}"[:_LONGEST_CAPTION]
    body = {"method": method, file.kind: file.file_id, "caption": caption}
    dedupe = f"{KIND}:file:{inbox_id}:{no}"
    return Parcel(address_of(chat_id), KIND, body, dedupe=dedupe, request_id=complaint.id)


class ComplaintPapers:
    """Puts the file into the body of a parcel that owes a paper of a complaint."""

    def __init__(self, reader: Reader) -> None:
        self._reader: Final = reader
        self._directory: Final = Directory()

    async def filled(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """The body as it can be sent. Raises Unavailable; ValueError for a complaint that is gone."""
        if OWED not in body:
            return dict(body)
        owed = body[OWED]
        name, content = await self.drawn(owed["id"], What(owed["what"]), frozenset(owed["fields"]))
        upload = {"field": "document", "name": name, "type": "application/pdf", "content": content}
        return {**{key: value for key, value in body.items() if key != OWED}, "upload": upload}

    async def drawn(self, complaint_id: int, what: What, fields: frozenset[str]) -> tuple[str, bytes]:
        """The name of the file and the PDF. Raises as ``filled``."""
        complaint = await complaints.by_id(self._reader, complaint_id)
        if complaint is None:
            raise ValueError("paper of a complaint: no complaint")
        await self._directory.refresh(self._reader)
        clinic = self._directory.clinics[complaint.clinic_no]
        if what is What.SLIP:
            return f"{complaint.number}.pdf", await self._slip(complaint, clinic)
        if what is What.ANSWER:
            office = await complaint_office.of(self._reader, complaint.id)
            decision = None if office is None else office.decision
            if decision is None:
                raise ValueError("paper of a complaint: no answer")
            return f"{complaint.number}-answer.pdf", answer_paper(complaint, clinic, decision, fields)
        files = await complaints.files(self._reader, complaint.id)
        matter = complaint.matter
        about = "" if matter is None else await number_of(self._reader, matter)
        return f"{complaint.number}-complaint.pdf", complaint_paper(complaint, clinic, fields, files, about)

    @rule("CO-05", "G-58")
    async def _slip(self, complaint: Complaint, clinic: Clinic) -> bytes:
        """The seven data in both languages, with room for the stamp."""
        office = await complaint_office.of(self._reader, complaint.id)
        due = due_on(complaint, office, self._directory.calendar)
        official = complaint.official
        words = receipt_words(
            clinic, complaint.number, complaint.filed_at, official, due, complaint.answer_way
        )
        pdf = _begun(_SLIP_PAGE, complaint)
        for language in locales.LOCALES:
            title = T("complaint_paper.slip_title", clinic=clinic.name(language))
            _text(pdf, locales.render(title, language), 11, bold=True)
            for sentence in words:
                for line in locales.render(sentence, language).splitlines():
                    _text(pdf, line, 9)
            pdf.ln(2)
        _stamp(pdf)
        return bytes(pdf.output())


@rule("CO-02", "CO-04", "X-33", "X-34")
def complaint_paper(
    complaint: Complaint,
    clinic: Clinic,
    fields: frozenset[str],
    files: Sequence[ComplaintFile],
    about: str = "",
) -> bytes:
    """The complaint to be sent on, in the language that it was written in; twice the same bytes.

    ``files`` came with it, each with what was written under it; ``about`` is the number of the request
    complained of.

    Without a field that may not go abroad its line stays blank, to be written by hand.
    """
    language = complaint.locale
    pdf = _begun("A4", complaint)
    _text(pdf, locales.render(T("complaint_paper.title", number=complaint.number), language), 14, bold=True)
    for sentence in _head(complaint, clinic, fields):
        _text(pdf, locales.render(sentence, language), 10.5)
    if about:
        _text(pdf, locales.render(T("complaint_paper.about", number=about), language), 10.5)
    pdf.ln(3)
    _text(pdf, locales.render(T("complaint_paper.words"), language), 11, bold=True)
    words = complaint.words if "reason" in fields else _BLANK
    for line in words.splitlines() or [_BLANK]:
        _text(pdf, line, 10.5)
    pdf.ln(3)
    for sentence in _foot(complaint, clinic, len(files)):
        _text(pdf, locales.render(sentence, language), 9)
    if "reason" in fields:
        for no, note in ((no, one.note) for no, one in enumerate(files, start=1) if one.note):
            _text(pdf, f"{no}. {note}", 9)
    return bytes(pdf.output())


@rule("CO-07", "CO-09", "G-63")
def answer_paper(complaint: Complaint, clinic: Clinic, decision: Decision, fields: frozenset[str]) -> bytes:
    """The answer, or the refusal to examine, to be signed and sent; twice the same bytes."""
    language = complaint.locale
    pdf = _begun("A4", complaint)
    refused = complaint.status is ComplaintStatus.REFUSED
    title = T(f"complaint_paper.{'refused' if refused else 'answered'}_title", number=complaint.number)
    _text(pdf, locales.render(title, language), 14, bold=True)
    head = (
        T("complaint_paper.from_clinic", clinic=clinic.name(language), address=clinic.address),
        T("complaint_paper.answer_to", name=complaint.full_name if "name" in fields else _BLANK),
        T("complaint_office.address", address=complaint.postal_address if "address" in fields else _BLANK),
    )
    for sentence in head:
        _text(pdf, locales.render(sentence, language), 10.5)
    pdf.ln(3)
    for line in decision.words.splitlines():
        _text(pdf, line, 10.5)
    pdf.ln(3)
    signature = T("complaint_paper.signature", day=decision.day, official=decision.official)
    for sentence in (COURT, signature):
        _text(pdf, locales.render(sentence, language), 10)
    return bytes(pdf.output())


def _head(complaint: Complaint, clinic: Clinic, fields: frozenset[str]) -> Iterable[T]:
    whole = {"name", "phone", "address"} <= fields
    yield T("complaint_office.to", to=T(f"complaint_office.to.{complaint.addressee}"))
    yield T("complaint_paper.from_clinic", clinic=clinic.name(complaint.locale), address=clinic.address)
    yield T("complaint_office.name", name=complaint.full_name if "name" in fields else _BLANK)
    yield T("complaint_paper.iin", iin=complaint.iin if whole else _BLANK)
    yield T("complaint_office.address", address=complaint.postal_address if "address" in fields else _BLANK)
    yield T("complaint_office.phone", phone=shown(complaint.phone) if "phone" in fields else _BLANK)
    if complaint.matter is not None:
        yield T("complaint_office.service", service=service_words(complaint))
    yield T("complaint_office.answer_by", way=T(f"complaint_office.by.{complaint.answer_way}"))


def _foot(complaint: Complaint, clinic: Clinic, files: int) -> Iterable[T]:
    filed = clinic.local(complaint.filed_at)
    yield T("complaint_paper.filed", number=complaint.number, at=filed)
    yield T(f"complaint_paper.came_{complaint.way}", day=complaint.received_on)
    if complaint.official:
        yield T("complaint_office.accepted", official=complaint.official)
    if files:
        yield T("complaint_office.files", count=files)


def _begun(page: str | tuple[float, float], complaint: Complaint) -> FPDF:
    # Imported here: the service starts without what only a file needs.
    from fpdf import FPDF

    pdf = FPDF(format=page)
    pdf.set_margins(MARGIN, MARGIN)
    pdf.set_auto_page_break(auto=True, margin=MARGIN)
    pdf.set_creation_date(complaint.filed_at)
    pdf.set_title(complaint.number)
    pdf.set_lang(complaint.locale)
    for style, name in (("", f"{FACE}.ttf"), ("B", f"{FACE}-Bold.ttf")):
        pdf.add_font(FACE, style, FONTS / name)
    pdf.add_page()
    return pdf


def _text(pdf: FPDF, text: str, size: float, *, bold: bool = False) -> None:
    pdf.set_font(FACE, "B" if bold else "", size)
    drawable = "".join(one if ord(one) <= _LAST_OF_PLANE else INSTEAD for one in clean(text))
    pdf.multi_cell(0, size * 0.5, text=drawable, align="L", new_x="LMARGIN")
    pdf.ln(1.2)


def _stamp(pdf: FPDF) -> None:
    """A frame where the office puts its stamp: the registration is proved by it (rules cl. 11)."""
    width, height = _STAMP
    if pdf.get_y() + height > _SLIP_PAGE[1] - MARGIN:
        pdf.add_page()
    left, top = pdf.w - MARGIN - width, pdf.get_y()
    pdf.rect(left, top, width, height)
    pdf.set_xy(left, top + 2)
    pdf.set_font(FACE, "", 8)
    both = " / ".join(locales.render(T("complaint_paper.stamp"), one) for one in locales.LOCALES)
    pdf.multi_cell(width, 4, text=both, align="C")
