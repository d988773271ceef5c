"""A journal as a file: the same lines in three kinds, and nothing in them that acts (S42)."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pypdf
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from bot.journals import xlsx_file
from bot.journals.columns import COLUMNS, EVERYTHING, Lines
from bot.journals.csv_file import CsvSheet, harmless
from bot.journals.pdf_file import PdfSheet
from bot.journals.sheet import Asked, Form, Sheet, Top, Why, top_of
from bot.journals.xlsx_file import XlsxSheet
from dialogs.engine import T
from locales import render
from rules.booking_status import BookingStatus
from rules.call_status import CallStatus
from rules.clinics import Clinic
from storage.audit import Head
from storage.journal import Entry, Register, Span
from storage.people import Card
from tests.bot.ward import DETAILS

NOON = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
CLINIC = Clinic(5, "Поликлиника № 5", "№ 5 емхана", "П-5", "Е-5", "Абай, 1", ("+77272333960",))
HEAD = Head(17, bytes(range(32)))
ENTRY = Entry(
    year=2026,
    no=12,
    at=NOON,
    request_id=7,
    status="confirmed",
    actor="staff:501",
    note_code=None,
    number="05-000012",
    service="home_call",
    channel="telegram",
    details=json.loads(json.dumps(DETAILS.to_json())),
    card=Card("900501100029", "Сейітова", "Айгүл", "", "1990-05-01", "", "+77011234567", ""),
    visit_day=date(2026, 11, 20),
    ground=None,
    doctor_no="501",
    doctor_role="therapist",
    doctor="Бейсенова Гүлнар Сәбитқызы",
    window_start=NOON,
    window_end=NOON + timedelta(hours=2),
)


def asked(register: Register = Register.HOME_CALLS, form: Form = Form.CSV) -> Asked:
    return Asked(CLINIC, register, NOON.date(), NOON.date(), form, Why.INSPECTION, "staff:501", NOON)


def lines(register: Register = Register.HOME_CALLS, fields: frozenset[str] = EVERYTHING) -> Lines:
    return Lines(register, CLINIC, "ru", fields)


def top(register: Register = Register.HOME_CALLS) -> Top:
    return top_of(asked(register), (Span(2026, 1, 12, 12),), HEAD, lines(register))


def written(form: Form, rows: Iterable[Sequence[str]], of: Top | None = None) -> bytes:
    out = io.BytesIO()
    kinds = {Form.CSV: CsvSheet, Form.XLSX: XlsxSheet, Form.PDF: PdfSheet}
    sheet: Sheet = kinds[form](out, of or top())
    sheet.add(rows)
    sheet.close()
    return out.getvalue()


def csv_rows(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))


def pdf_text(data: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages)


def test_HC_17_the_journal_of_calls_says_all_that_the_doctor_needs_for_the_visit() -> None:
    assert dict(zip(COLUMNS[Register.HOME_CALLS], lines().cells(ENTRY), strict=True)) == {
        "no": "12",
        "at": "20.11.2026 12:00",
        "number": "05-000012",
        "event": "Подтверждено",
        "actor": "Сотрудник 501",
        "patient": "Сейітова Айгүл Қанатқызы",
        "born": "01.05.1990",
        "iin": "900501100029",
        "phone": "8 701 123-45-67",
        "address": ("Улица: Абай даңғылы, Дом: 10, Квартира: 25, Подъезд: 2, Этаж: 7, Домофон (код): 25K"),
        "reason": "Высокая температура; Үш күннен бері 39",
        "visit": "20.11.2026 12:00–14:00",
        "doctor": "Бейсенова Гүлнар Сәбитқызы, участковый терапевт",
        "ground": "",
    }


def test_AP_08_X_27_the_journal_of_appointments_says_the_very_time_of_the_slot() -> None:
    visit = replace(ENTRY, service="appointment", status="came", details={"patient_name": "Ахметов А."})
    cells = dict(zip(COLUMNS[Register.APPOINTMENTS], lines(Register.APPOINTMENTS).cells(visit), strict=True))
    assert (cells["visit"], cells["event"]) == ("20.11.2026 12:00", "Явился на приём")


def test_GEN_09_a_line_of_a_contact_says_service_way_and_who_entered_it() -> None:
    cells = lines(Register.CONTACTS).cells(replace(ENTRY, actor="citizen"))
    assert cells[3:6] == ("Вызов врача на дом", "Через Telegram", "Заявитель")
    by_staff = lines(Register.CONTACTS).cells(ENTRY)
    assert by_staff[4:6] == ("Через сотрудника", "Сотрудник 501")


def test_GEN_09_a_contact_that_came_to_no_request_says_so_by_which_way_and_on_what_ground() -> None:
    case = replace(ENTRY, request_id=None, number="", channel="phone", status="refused", details={})
    cells = lines(Register.CONTACTS).cells(replace(case, ground="not_attached"))
    assert (cells[2], cells[4], cells[6]) == ("", "По телефону", "Отказано")
    assert cells[-1]
    nothing = lines(Register.CONTACTS).cells(replace(case, channel="desk", status="nothing"))
    assert (nothing[4], nothing[6], nothing[-1]) == ("Лично в регистратуре", "Заявка не заведена", "")


def test_AT_14_the_journal_of_attachments_says_why_and_from_where() -> None:
    details = {"patient_name": "Ахметов А.", "cause": "moved", "from_clinic": 7, "phone": "+77011234567"}
    person = replace(ENTRY, service="attachment", status="attached", details=details, window_start=None)
    cells = lines(Register.ATTACHMENTS).cells(person)
    assert cells[-4:] == ("Смена места жительства", "7", "20.11.2026", "")


@pytest.mark.parametrize("status", [*CallStatus, *BookingStatus])
@pytest.mark.parametrize("locale", ["kk", "ru"])
def test_every_status_has_its_word_in_the_journals(status: str, locale: str) -> None:
    assert render(T(f"journal.status.{status}"), locale)


def test_a_code_that_has_no_word_yet_and_a_person_who_was_erased_leave_a_line_all_the_same() -> None:
    strange = replace(ENTRY, status="brand_new", details={}, card=None, actor="somebody", ground="new_one")
    cells = lines().cells(strange)
    assert (cells[3], cells[4], cells[5], cells[-1]) == ("brand_new", "somebody", "", "new_one")


def test_SEC_01_what_may_not_go_abroad_is_withheld_and_said_to_be() -> None:
    some = lines(fields=frozenset({"name", "street", "age"}))
    cells = dict(zip(some.columns, some.cells(ENTRY), strict=True))
    assert cells["patient"] == "Сейітова Айгүл Қанатқызы"
    assert {cells[name] for name in ("iin", "phone", "address", "reason")} == {"скрыто"}
    head = top_of(asked(), (), HEAD, some)
    assert any("Скрытые сведения" in note for note in head.notes)
    assert not any("Скрытые сведения" in note for note in top().notes)


@pytest.mark.parametrize("register", list(Register))
@pytest.mark.parametrize("form", list(Form))
def test_SEC_02_each_file_has_title_and_headings_in_both_languages_and_the_chain_s_head(
    form: Form, register: Register
) -> None:
    rows = [lines(register).cells(ENTRY)]
    data = written(form, rows, top(register))
    match form:
        case Form.CSV:
            said = "\n".join(" ".join(row) for row in csv_rows(data))
        case Form.XLSX:
            book = load_workbook(io.BytesIO(data))
            said = "\n".join(str(cell.value) for row in book.active.iter_rows() for cell in row if cell.value)
        case Form.PDF:
            said = pdf_text(data)
    said = " ".join(said.split())
    for locale in ("kk", "ru"):
        assert render(T(f"journal.title.{register}"), locale) in said
    assert HEAD.hash.hex() in said
    assert "1–12" in said
    assert "Телефоны" in said
    assert "Сейітова" in said


# Nothing acts (S42)

ACTING = st.one_of(
    st.builds(
        str.__add__,
        st.sampled_from(
            ["=", "+", "-", "@", "\t", "\r", "\n", "\u202e", "\u200f=", " =", "＝", "|", "%", "\ufeff="]
        ),
        st.text(max_size=30),
    ),
    st.text(max_size=40),
)
_MEAN = (
    "=cmd|' /C calc'!A0",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "\u202e=1",
    "\u200f-2",
    '=HYPERLINK("x")',
)


@given(words=ACTING)
@example(words=_MEAN[0])
@example(words=_MEAN[-1])
def test_S42_a_cell_of_csv_is_never_a_formula_and_never_ends_its_line(words: str) -> None:
    entry = replace(ENTRY, details={"patient_name": words, "own_words": words, "address": words})
    of = lines()
    rows = csv_rows(written(Form.CSV, [of.cells(entry)]))
    [line] = rows[len(top().title) + len(top().notes) + 2 :]
    assert len(line) == len(of.columns)
    for cell in line:
        assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
        assert cell.isprintable()


@pytest.mark.parametrize("words", _MEAN)
def test_S42_a_cell_that_could_be_a_formula_is_made_harmless(words: str) -> None:
    assert harmless(words.lstrip("\u202e\u200f")).startswith("'")


@given(words=ACTING)
@example(words=_MEAN[0])
def test_S42_a_cell_of_xlsx_is_text_whatever_it_says(words: str) -> None:
    entry = replace(ENTRY, details={"patient_name": words, "own_words": words, "address": words})
    of = lines()
    cells = of.cells(entry)
    data = written(Form.XLSX, [cells])
    *_, row = load_workbook(io.BytesIO(data)).active.iter_rows()
    assert row[0].value == 12
    for cell, expected in zip(row[1:], cells[1:], strict=True):
        assert cell.data_type != "f"
        assert (cell.value or "") == expected
        assert cell.hyperlink is None
        assert cell.quotePrefix or not expected
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")


# Half a second goes into the two fonts of each file.
@settings(max_examples=8)
@given(words=ACTING)
@example(words=") Tj ET (")
def test_S42_a_pdf_opens_whatever_was_written_and_shows_it_as_text(words: str) -> None:
    entry = replace(ENTRY, details={"patient_name": words, "own_words": words})
    data = written(Form.PDF, [lines().cells(entry)])
    reader = pypdf.PdfReader(io.BytesIO(data), strict=True)
    assert len(reader.pages) == 1
    assert "05-000012" in reader.pages[0].extract_text()


def test_every_kazakh_letter_can_be_searched_in_the_pdf() -> None:
    letters = "Әә Ғғ Ққ Ңң Өө Ұұ Үү Һһ Іі № «» – Ёё"
    said = pdf_text(written(Form.PDF, [lines().cells(replace(ENTRY, doctor=letters))]))
    for part in letters.split():
        assert part in said


def test_a_letter_that_the_font_does_not_have_is_a_white_square() -> None:
    said = pdf_text(written(Form.PDF, [lines().cells(replace(ENTRY, doctor="丁 a"))]))
    assert "05-000012" in said


def test_a_long_journal_goes_over_pages_with_headings_on_each_and_no_line_lost() -> None:
    rows = [lines().cells(replace(ENTRY, no=number)) for number in range(1, 121)]
    reader = pypdf.PdfReader(io.BytesIO(written(Form.PDF, rows)), strict=True)
    texts = [page.extract_text() for page in reader.pages]
    assert len(texts) > 3
    assert all("Мекенжайы" in text and HEAD.hash.hex()[:32] in text for text in texts)
    numbers = [line.split()[0] for text in texts for line in text.splitlines() if "20.11.2026" in line]
    assert {str(number) for number in range(1, 121)} <= {word for text in texts for word in text.split()}, (
        numbers
    )


def test_a_cell_that_no_page_holds_is_cut_in_the_pdf_and_whole_in_the_others() -> None:
    entry = replace(ENTRY, details={**ENTRY.details, "own_words": "ауырады " * 110 + "соңы"})
    cells = lines().cells(entry)
    assert "соңы" in written(Form.CSV, [cells]).decode("utf-8-sig")
    reader = pypdf.PdfReader(io.BytesIO(written(Form.PDF, [cells])), strict=True)
    assert len(reader.pages) <= 2
    assert "…" in pdf_text(written(Form.PDF, [cells]))


def test_a_full_sheet_of_xlsx_is_followed_by_another_with_the_same_headings(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(xlsx_file, "MOST_ROWS", 10)
    rows = [lines().cells(replace(ENTRY, no=number)) for number in range(1, 26)]
    book = load_workbook(io.BytesIO(written(Form.XLSX, rows)))
    assert [len(list(sheet.iter_rows())) - len(top().title) - len(top().notes) - 1 for sheet in book] == [
        10, 10, 5,
    ]  # fmt: skip
    titles = {sheet["A1"].value for sheet in book}
    assert titles == {"Дәрігерді үйге шақыруларды тіркеу журналы"}


def test_an_empty_journal_says_that_it_is_empty() -> None:
    head = top_of(asked(), (), HEAD, lines())
    assert "За этот период записей нет." in head.notes
    for form in Form:
        assert written(form, [], head)
