"""What citizens answered, on the sheet of a clinic's month: closed months and large enough groups alone."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook
from PIL import Image

from bot.monthly.figures import Figures, Tally
from bot.monthly.month import Month, counted
from bot.monthly.picture import LATE, drawn
from bot.monthly.sheet import Sheet
from bot.monthly.table import written
from dialogs.engine import T
from locales import LOCALES, render
from rules.people import Language
from rules.public_services import PublicService
from rules.survey import Grade, Shares, SurveyMonth, questions, shown_from
from storage.database import Database
from storage.registry import Directory
from tests.registry import HandClock, add_clinic, migrated_sqlite_url, registry
from tests.rules.almaty import CLINIC

NOVEMBER = Month(date(2026, 11, 1))
SHOWN = shown_from("2026-11").astimezone(UTC)
QUALITY, INFORMATION = questions()


def answered(count: int) -> Shares:
    """So many people, the first of them not satisfied with anything."""
    grades = [Grade.NOT_SATISFIED, *[Grade.SATISFIED] * (count - 1)]
    return Shares({(one, grade): grades.count(grade) for one in questions() for grade in Grade})


def sheet(survey: SurveyMonth | None, language: Language = "ru") -> Sheet:
    figures = replace(Tally(SHOWN).figures({}), survey=survey)
    return Sheet(CLINIC, NOVEMBER, figures, SHOWN, language)


def month(calls: int, visits: int = 0) -> SurveyMonth:
    cells = {
        (PublicService.HOME_CALL, CLINIC.no): answered(calls),
        (PublicService.APPOINTMENT, CLINIC.no): answered(visits) if visits else Shares(),
    }
    return SurveyMonth("2026-11", cells)


def cells_of(content: bytes) -> list[list[object]]:
    page = load_workbook(io.BytesIO(content)).worksheets[0]
    return [[cell for cell in row if cell is not None] for row in page.iter_rows(values_only=True)]


@pytest.mark.parametrize("language", LOCALES)
def test_SV_04_the_table_gives_the_shares_by_service_and_question(language: Language) -> None:
    rows = cells_of(written(sheet(month(5, 10), language)))
    name = render(T("service.home_call"), language)
    called = [row for row in rows if row and str(row[0]).casefold() == name.casefold() and len(row) == 6]
    assert [row[1:] for row in called] == [
        [render(T(f"quality.{question}"), language), 5, 80, 0, 20] for question in questions()
    ]
    assert [render(T("figures.heading.survey"), language)] in rows


def test_SV_04_the_picture_has_a_bar_for_each_question() -> None:
    with_answers, without = (
        Image.open(io.BytesIO(drawn(sheet(one)))).convert("RGB") for one in (month(5), month(4))
    )
    assert with_answers.height > without.height
    orange = tuple(int(LATE[at : at + 2], 16) for at in (1, 3, 5))
    colours = {colour for _, colour in with_answers.getcolors(10**6) or ()}
    assert orange in colours


def test_G_65_a_group_under_five_stands_nowhere_on_the_sheet() -> None:
    made = sheet(month(4))
    assert [shares for _, shares in made.survey] == [None, None, None]
    assert not any(4 in row or 100 in row for row in cells_of(written(made)))
    (note,) = made.survey_notes
    assert "Вызов врача на дом" in note


def test_G_65_a_month_that_is_still_open_says_from_when_it_is_shown() -> None:
    made = sheet(None)
    assert made.survey == ()
    assert made.survey_notes == (render(T("figures.survey_waits", day=date(2026, 12, 9)), "ru"),)
    assert [made.survey_notes[0]] in cells_of(written(made))
    assert drawn(made)


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    async with registry(migrated_sqlite_url(tmp_path), HandClock(), migrated=True) as opened:
        await add_clinic(opened)
        yield opened


async def of_clinic(db: Database, now: datetime) -> Figures:
    directory = Directory()
    await directory.refresh(db.reader)
    return await counted(db.reader, directory.clinics[5], NOVEMBER, now)


async def test_G_65_staff_see_a_month_no_sooner_than_everybody(db: Database) -> None:
    async with db.transaction() as tx:
        place = {"month": "2026-11", "service": "home_call", "clinic_no": 5}
        for question in questions():
            for _ in range(5):
                tx.later("survey_count", **place, question=question.value, grade=3)
    before = await of_clinic(db, SHOWN.replace(hour=18, minute=59))
    assert before.survey is None
    after = await of_clinic(db, SHOWN)
    assert after.survey is not None
    shares = after.survey.of_clinic(PublicService.HOME_CALL, 5)
    assert shares is not None
    assert shares.percent(QUALITY)[Grade.SATISFIED] == 100
