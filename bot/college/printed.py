"""What the college prints: the receipt of papers handed in, and the form of a duplicate for its blank.

Neither is a document by itself. A duplicate is one when it is printed on the blank in force, signed by hand
by two people and given into a hand: nothing here signs, numbers or sends it (CH-04, TR-07).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.college.dossier import Dossier
from bot.papers.drawing import FACE, FONTS, INK, INSTEAD, LEADING, MARGIN, MM_PER_POINT
from dialogs.engine import Sentence, T
from dialogs.engine.words import Value
from locales.rendering import LOCALES, render
from rules.clinics import Clinic
from rules.college import intake_spans
from rules.law import rule
from rules.people import Language
from rules.phone import shown
from rules.training import Graduation, papers_of, printed_name

if TYPE_CHECKING:
    from fpdf import FPDF

_SLIP: Final = (148.0, 210.0)
"""A5, millimetres."""
_SHEET: Final = (210.0, 297.0)
"""A4: the blank lies the same way."""
_STAMP: Final = 70.0
"""Width of the stamp in the upper right corner, millimetres."""
_BY_HAND: Final = "_" * 40
_SIGN: Final = "\N{NUMERO SIGN}"
_PLACE: Final = 75.0
"""Width of a line for a signature."""


class NoDecision(ValueError):
    """A duplicate is printed after the decision to issue it, and for a document that had a number."""


@rule("TR-17", "TR-09", "TR-08")
def receipt(dossier: Dossier) -> bytes:
    """The proof that papers were handed in: number and day, what is still to be brought, by when it is ready.

    The same request drawn twice is the same bytes.
    """
    page = _Page(_SLIP, dossier)
    for language in LOCALES:
        page.say(T("college_paper.receipt", clinic=dossier.clinic.name(language)), language, 12, bold=True)
        for words in _receipt_lines(dossier):
            page.say(words, language, 9)
        page.down(4)
    return page.bytes()


@rule("TR-15", "TR-16", "CH-04", "G-76")
def duplicate(dossier: Dossier, *, named: bool = True) -> bytes:
    """The form of a duplicate: the stamp in the upper right corner, the original's name, two signatures.

    Where it may not be ``named``, because it goes by Telegram, the name is left to be written by hand. The
    same request drawn twice is the same bytes. Raises NoDecision.
    """
    record, decision = dossier.record, dossier.office.entered.decision
    if record is None or not record.original_no or decision is None:
        raise NoDecision
    page = _Page(_SHEET, dossier)
    original = bare_number(record.original_no)
    stamped = [render(T("college_paper.stamp"), one) for one in LOCALES]
    # The number stands once, below what it belongs to in either language.
    page.stamp([*stamped, render(T("college_paper.stamp_number", original=original), "ru")])
    for language in LOCALES:
        for words, size, bold in _duplicate_lines(dossier, record, named=named):
            page.say(words, language, size, bold=bold)
        page.down(6)
    page.down(8)
    for place in ("head", "deputy"):
        page.signature([render(T(f"college_paper.sign_{place}"), one) for one in LOCALES])
    return page.bytes()


def bare_number(number: str) -> str:
    """The number without its own sign, which the stamp has already."""
    return " ".join(number.replace(_SIGN, " ").split())


def _receipt_lines(dossier: Dossier) -> tuple[T, ...]:
    request, clinic = dossier.request, dossier.clinic
    return (
        T("college_paper.number", number=request.number, at=clinic.local(request.filed_at)),
        T(f"training.asked.{request.asked}"),
        T("college_paper.bring"),
        *(T("college_paper.paper", paper=T(f"training.paper.{one}")) for one in papers_of(request.asked)),
        T("college_paper.due", due=request.due_on),
        T("college_paper.in_person"),
        T("college_paper.place", address=clinic.address, phones=", ".join(map(shown, clinic.phones))),
        *((T("college_paper.hours", hours=taken),) if (taken := _taken(clinic)) else ()),
    )


@rule("X-13")
def _taken(clinic: Clinic) -> str:
    """The hours in which papers are taken on a working day, "" where the directory has none."""
    day = clinic.hours.weekday
    return "" if day is None else ", ".join(str(part).replace("-", "–") for part in intake_spans(day))


def _duplicate_lines(
    dossier: Dossier, record: Graduation, *, named: bool
) -> tuple[tuple[T, float, bool], ...]:
    decision = dossier.office.entered.decision
    decided: dict[str, Value] = {} if decision is None else {"day": decision.on}
    kind = T(f"training.document.{record.document}")
    return (
        (T("college_paper.title", document=kind), 17, True),
        (T("college_paper.college", clinic=T("college_paper.name")), 11, False),
        (T("college_paper.given_to"), 9, False),
        (T("college_paper.full_name", name=printed_name(record) if named else _BY_HAND), 15, True),
        (_programme(record), 11, False),
        (T("college_paper.decided", day=record.decided_on), 11, False),
        (T("college_paper.duplicate_decided", **decided), 11, False),
    )  # fmt: skip


def _programme(record: Graduation) -> T:
    kind = T(f"training.programme.{record.programme}")
    return T("college_paper.programme", kind=kind, title=record.title) if record.title else kind


class _Page:
    """One sheet being drawn from the top."""

    def __init__(self, size: tuple[float, float], dossier: Dossier) -> None:
        from fpdf import FPDF

        self._pdf: FPDF = FPDF(format=size)
        self._width = size[0]
        self._pdf.set_margins(MARGIN, MARGIN)
        self._pdf.set_auto_page_break(auto=True, margin=MARGIN)
        self._pdf.set_creation_date(dossier.request.filed_at)
        self._pdf.set_title(dossier.number)
        self._pdf.set_lang("kk")
        for style, name in (("", f"{FACE}.ttf"), ("B", f"{FACE}-Bold.ttf")):
            self._pdf.add_font(FACE, style, FONTS / name)
        self._pdf.add_page()

    def say(
        self, words: Sentence, language: Language, size: float, *, bold: bool = False, ink: int = INK
    ) -> None:
        """A line of text over the whole width, as high as it needs."""
        self._choose(size, bold=bold, ink=ink)
        self._write(self._width - 2 * MARGIN, size, render(words, language))
        self.down(1.5)

    def stamp(self, lines: list[str]) -> None:
        """The stamp, framed, in the upper right corner; what follows begins below it."""
        size, left, top = 10.0, self._width - MARGIN - _STAMP, MARGIN
        self._choose(size, bold=True)
        self._pdf.set_xy(left, top + 2)
        for line in lines:
            self._pdf.set_x(left + 2)
            self._pdf.multi_cell(
                _STAMP - 4, size * LEADING * MM_PER_POINT, text=_drawable(line), align="C", new_x="LEFT"
            )
            self.down(1)
        self._pdf.set_draw_color(INK)
        self._pdf.set_line_width(0.5)
        self._pdf.rect(left, top, _STAMP, self._pdf.get_y() - top + 1)
        self._pdf.set_xy(MARGIN, self._pdf.get_y() + 14)

    def signature(self, labels: list[str]) -> None:
        """A place for one signature: who signs, and a line to sign on."""
        self._choose(10)
        top = self._pdf.get_y()
        self._write(self._width - 2 * MARGIN - _PLACE - 5, 10, " / ".join(labels))
        bottom = max(self._pdf.get_y(), top + 6)
        self._pdf.set_line_width(0.3)
        self._pdf.set_draw_color(INK)
        self._pdf.line(self._width - MARGIN - _PLACE, top + 5, self._width - MARGIN, top + 5)
        self._pdf.set_xy(MARGIN, bottom + 10)

    def down(self, millimetres: float) -> None:
        """Leave that much free."""
        self._pdf.ln(millimetres)

    def bytes(self) -> bytes:
        """The file."""
        return bytes(self._pdf.output())

    def _choose(self, size: float, *, bold: bool = False, ink: int = INK) -> None:
        self._pdf.set_font(FACE, "B" if bold else "", size)
        self._pdf.set_text_color(ink)

    def _write(self, width: float, size: float, text: str) -> None:
        height = size * LEADING * MM_PER_POINT
        self._pdf.multi_cell(width, height, text=_drawable(text), align="L", new_x="LMARGIN")


def _drawable(text: str) -> str:
    """Without letters that the face cannot have."""
    return "".join(letter if letter.isprintable() else INSTEAD for letter in text)
