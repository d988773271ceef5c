"""What the college prints: the receipt with number and date, and the form of a duplicate for its blank."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import time
from pathlib import Path

import pypdf
import pytest
import pytest_asyncio

from bot.college.files import OWED, CollegeFiles, owed_file
from bot.college.pages import DUPLICATE, RECEIPT
from bot.college.printed import NoDecision, duplicate, receipt
from bot.staff.press import Press, Verb
from dialogs.engine import T
from locales import render
from rules.calendar import Hours, OpenSpan
from rules.training import Asked
from storage import training
from tests.bot.campus import EXECUTOR, NAME, ORIGINAL, Campus, campus


@pytest_asyncio.fixture
async def college(tmp_path: Path) -> AsyncIterator[Campus]:
    async with campus(tmp_path) as opened:
        yield opened


def said(content: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(content), strict=True).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def pages(content: bytes) -> int:
    return len(pypdf.PdfReader(io.BytesIO(content), strict=True).pages)


async def decided(college: Campus) -> bytes:
    request = await college.asked(Asked.DUPLICATE)
    await college.taken(request)
    await college.press("college_identity_card")
    await college.noticed()
    await college.decided(request)
    return duplicate(await college.dossier(request))


async def test_TR_16_a_duplicate_has_the_stamp_with_the_originals_number_and_two_signature_places(
    college: Campus,
) -> None:
    content = await decided(college)
    text = said(content)
    # The original is № ТКБ № 0123456 in the list of graduates: the sign stands once, and so does the number.
    assert ORIGINAL == "ТКБ № 0123456"
    assert "Түпнұсқаның орнына берілген телнұсқа" in text
    assert "Дубликат взамен подлинника № ТКБ 0123456" in text
    assert text.count("0123456") == 1
    assert "Руководитель" in text
    assert "Заместитель по учебной работе" in text
    assert "Решение о выдаче дубликата: 20 ноября 2026 года" in text
    assert pages(content) == 1


async def test_TR_16_the_stamp_stands_in_the_upper_right_corner(college: Campus) -> None:
    content = await decided(college)
    page = pypdf.PdfReader(io.BytesIO(content)).pages[0]
    found: list[tuple[float, float]] = []

    def seen(text: str, _: list[float], matrix: list[float], *__: object) -> None:
        if "взамен" in text:
            found.append((matrix[4], matrix[5]))

    page.extract_text(visitor_text=seen)
    [(left, bottom)] = found
    assert left > float(page.mediabox.width) / 2
    assert bottom > float(page.mediabox.height) * 0.85


async def test_TR_15_a_duplicate_bears_the_name_of_the_original_and_not_todays(college: Campus) -> None:
    # The registry knows this very person as Сейітова today.
    text = said(await decided(college))
    assert NAME in text
    assert "Сейітова" not in text


async def test_G_76_a_certificate_of_another_name_stands_on_the_card_and_not_on_the_duplicate(
    college: Campus,
) -> None:
    await decided(college)
    await college.press("college_name_change")
    await college.say("свидетельство 77-1 от 05.03.2025")
    assert "77-1" in college.last()
    [request] = await training.open_requests(college.db.reader)
    text = said(duplicate(await college.dossier(request)))
    assert NAME in text
    assert "77-1" not in text


async def test_where_names_may_not_go_abroad_the_name_is_left_to_be_written_by_hand(college: Campus) -> None:
    await decided(college)
    [request] = await training.open_requests(college.db.reader)
    nameless = said(duplicate(await college.dossier(request), named=False))
    assert NAME not in nameless
    assert "____" in nameless


async def test_CH_04_what_is_printed_is_no_electronic_document_and_bears_no_signature_of_ours(
    college: Campus,
) -> None:
    content = await decided(college)
    # Nothing but the document's own words goes on a blank of the state: that it is none yet, the chat says.
    assert "лектрон" not in said(content)
    assert "Этот файл не документ" in render(T("college.file_duplicate", number="90-000001"), "ru")
    assert b"/AcroForm" not in content
    assert b"/ByteRange" not in content


async def test_TR_13_nothing_is_printed_before_the_decision(college: Campus) -> None:
    request = await college.asked(Asked.DUPLICATE)
    dossier = await college.dossier(request)
    with pytest.raises(NoDecision):
        duplicate(dossier)
    await college.taken(request)
    now = (await college.dossier(request)).request
    await college.forge(str(Press(now.id, now.version, Verb.COLLEGE_FILE, ("duplicate",))))
    assert "дубликат печатают после решения" in college.ward.read(EXECUTOR)[-1]


@pytest.mark.parametrize("asked", list(Asked))
async def test_TR_17_a_receipt_says_number_and_date_what_to_bring_and_by_when(
    college: Campus, asked: Asked
) -> None:
    request = await college.asked(asked)
    content = receipt(await college.dossier(request))
    text = said(content)
    assert "Номер в журнале учёта: 90-000001. Дата сдачи: 20 ноября 2026 года, 10:00" in text
    assert "Журналдағы нөмірі: 90-000001" in text
    assert "удостоверение личности" in text
    assert ("обходной лист" in text) is (asked is Asked.MAIN)
    assert ("платёжный документ" in text) is (asked is Asked.DUPLICATE)
    assert "+7 727 267-59-05, +7 727 267-36-62" in text
    assert pages(content) == 1


async def test_X_13_a_receipt_has_the_hours_of_the_directory(college: Campus) -> None:
    dossier = await college.dossier(await college.asked())
    shorter = Hours(OpenSpan(time(9), time(16)), None, None)
    text = said(receipt(replace(dossier, clinic=replace(dossier.clinic, hours=shorter))))
    assert "09:00–13:00, 14:00–16:00" in text
    assert "17:00" not in text


async def test_a_course_without_a_name_leaves_no_empty_quotes(college: Campus) -> None:
    await decided(college)
    [request] = await training.open_requests(college.db.reader)
    dossier = await college.dossier(request)
    assert dossier.record is not None
    text = said(duplicate(replace(dossier, record=replace(dossier.record, title=""))))
    assert "техническое и профессиональное образование" in text
    assert "«»" not in text


async def test_a_receipt_names_nobody(college: Campus) -> None:
    request = await college.asked(Asked.DUPLICATE)
    text = said(receipt(await college.dossier(request)))
    assert "Әлімова" not in text
    assert college.iin.digits not in text


async def test_the_same_paper_drawn_twice_is_the_same_bytes(college: Campus) -> None:
    request = await college.asked(Asked.DUPLICATE)
    dossier = await college.dossier(request)
    assert receipt(dossier) == receipt(dossier)


async def test_the_outbox_keeps_whose_paper_is_owed_and_no_line_of_it(college: Campus) -> None:
    request = await college.asked(Asked.DUPLICATE)
    dossier = await college.dossier(request)
    parcel = owed_file(EXECUTOR, dossier, RECEIPT, "ru", 7)
    assert parcel.body[OWED] == [request.id, RECEIPT, True]
    assert NAME not in str(parcel.body)
    body = await CollegeFiles(college.db.reader).filled(parcel.body)
    assert body["upload"]["content"] == receipt(dossier)
    assert body["upload"]["name"] == "90-000001-receipt.pdf"
    assert OWED not in body


async def test_a_paper_that_cannot_be_drawn_any_more_is_no_endless_try(college: Campus) -> None:
    request = await college.asked(Asked.DUPLICATE)
    dossier = await college.dossier(request)
    undecided = owed_file(EXECUTOR, dossier, DUPLICATE, "ru", 7)
    with pytest.raises(NoDecision):
        await CollegeFiles(college.db.reader).filled(undecided.body)


async def test_a_long_name_and_a_long_course_stay_on_one_page(college: Campus) -> None:
    await decided(college)
    request = await college.asked(Asked.DUPLICATE)
    await college.taken(request)
    await college.noticed()
    await college.decided(request)
    dossier = await college.dossier(request)
    assert dossier.record is not None
    long = replace(
        dossier.record, full_name="Әбдірахманова-Константинопольская " * 4, title="Мейіргер ісі " * 12
    )
    content = duplicate(replace(dossier, record=long))
    assert pages(content) == 1
    assert "Константинопольская" in said(content)
