"""The figures of a month: what counts as answered in time, what is hidden, and how it looks on the sheet."""

from __future__ import annotations

import io
import random
import tracemalloc
from datetime import UTC, date, datetime, timedelta

import pytest
from openpyxl import load_workbook
from PIL import Image

from bot.monthly.figures import DENIED, Answer, Answers, Figures, RefusalGroup, Tally, answer_to
from bot.monthly.month import Month, NoMonth
from bot.monthly.picture import IN_TIME, LATE, drawn
from bot.monthly.sheet import Sheet
from bot.monthly.table import written
from bot.rounds import asking
from rules.people import Language
from storage.monthly import Asked, Step
from tests.rules.almaty import CLINIC

AT = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
DUE = AT + timedelta(minutes=30)
EVENING = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)


def asked(
    *steps: tuple[str, int] | tuple[str, int, str], service: str = "home_call", ground: str = ""
) -> Asked:
    """A request of ten in the morning, due in thirty minutes; a step is a status and its minute."""
    read = [Step(one[0], AT + timedelta(minutes=one[1]), one[2] if len(one) > 2 else None) for one in steps]
    return Asked(service, AT, DUE, ground or None, (Step("registered", AT, None), *read))


@pytest.mark.parametrize(
    ("request_", "answer"),
    [
        (asked(("confirmed", 30)), Answer.IN_TIME),
        (asked(("confirmed", 31)), Answer.LATE),
        (asked(("refused", 5)), Answer.IN_TIME),
        (asked(), Answer.LATE),
        (asked(("registered", 30, "overdue"), ("confirmed", 31)), Answer.LATE),
        (asked(("cancelled", 10)), Answer.WITHDRAWN),
        (asked(("cancelled", 40)), Answer.LATE),
        (asked(("confirmed", 10), ("cancelled", 40)), Answer.IN_TIME),
        # A press taken back was no answer; the next one is.
        (asked(("confirmed", 5), ("registered", 6, "undone"), ("confirmed", 35)), Answer.LATE),
        (asked(("confirmed", 5), ("registered", 6, "undone"), ("confirmed", 20)), Answer.IN_TIME),
        # What is taken back after the answer does not take the answer back.
        (asked(("confirmed", 5), ("done", 200), ("confirmed", 201, "undone")), Answer.IN_TIME),
    ],
)  # fmt: skip
def test_HC_07_an_answer_counts_as_in_time_or_late_by_its_steps(request_: Asked, answer: Answer) -> None:
    assert answer_to(request_, EVENING) is answer


def test_HC_07_what_is_not_due_yet_still_waits() -> None:
    assert answer_to(asked(), DUE) is Answer.WAITING


def test_a_share_is_never_rounded_up_to_a_hundred() -> None:
    assert Answers(in_time=999, late=1).percent == 99
    assert Answers(in_time=7).percent == 100
    assert Answers(waiting=3).percent is None


def counted(*refused: tuple[str, str, int]) -> Figures:
    tally = Tally(EVENING)
    for service, ground, count in refused:
        for _ in range(count):
            tally.add(asked(("refused", 5), service=service, ground=ground), 10)
    return tally.figures({})


def test_groups_of_fewer_than_five_refusals_are_hidden_and_their_order_tells_nothing() -> None:
    figures = counted(
        ("home_call", "not_attached", 5), ("attachment", "two_clinics", 4), ("appointment", "false_data", 1),
        ("home_call", "false_data", 9),
    )  # fmt: skip
    assert list(figures.refusals) == [
        RefusalGroup("home_call", "false_data", 9),
        RefusalGroup("home_call", "not_attached", 5),
        RefusalGroup("appointment", "false_data", None),
        RefusalGroup("attachment", "two_clinics", None),
    ]


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_a_hidden_number_stands_nowhere_in_the_table(language: Language) -> None:
    figures = counted(("home_call", "not_attached", 3), ("home_call", "false_data", 8))
    sheet = Sheet(CLINIC, Month(date(2026, 11, 1)), figures, EVENING, language)
    page = load_workbook(io.BytesIO(written(sheet))).active
    rows = [[cell.value for cell in row] for row in page.iter_rows()]
    ground = sheet.ground("not_attached")
    assert [row[2] for row in rows if row[0] == ground] == [sheet.say("figures.few")]
    assert 3 not in [value for row in rows for value in row if value is not None]


def test_G_19_a_visit_to_a_closed_door_counts_as_such_whether_it_was_closed_by_it_or_not() -> None:
    tally = Tally(EVENING)
    for status in ("not_home", "nobody_home", "nobody_home", "done"):
        tally.add(asked(("confirmed", 5), ("on_way", 60), (status, 90)), 10)
    outcomes = tally.figures({}).outcomes
    assert (outcomes.visited, outcomes.not_home) == (1, 3)


def test_a_visit_that_its_citizen_denies_is_not_counted_as_made() -> None:
    assert DENIED == asking.DENIED
    tally = Tally(EVENING)
    made = (("confirmed", 5), ("on_way", 60), ("done", 90))
    tally.add(asked(*made), 10)
    tally.add(asked(*made, ("done", 160, DENIED)), 10)
    outcomes = tally.figures({}).outcomes
    assert (outcomes.visited, outcomes.denied) == (1, 1)


def test_a_reopened_or_undone_refusal_is_no_refusal() -> None:
    tally = Tally(EVENING)
    tally.add(asked(("refused", 5), ("registered", 6, "reopened"), ("confirmed", 9), ground="false_data"), 10)
    assert tally.figures({}).refusals == ()


def test_the_sums_by_hour_and_by_service_are_the_whole() -> None:
    chance, tally = random.Random(1), Tally(EVENING)
    for _ in range(500):
        service = chance.choice(("home_call", "appointment", "attachment", "complaint"))
        tally.add(asked(("confirmed", chance.randint(0, 60)), service=service), chance.randrange(24))
    figures = tally.figures({})
    assert figures.total.registered == 500
    assert sum(figures.of_service(one).registered for one in figures.services) == 500
    assert sum(figures.of_hour(hour).in_time for hour in range(24)) == figures.total.in_time
    assert figures.services[-1] == "complaint"


def test_counting_many_requests_costs_no_more_memory_than_counting_few() -> None:
    def peak(requests: int) -> int:
        tracemalloc.start()
        tally, one = Tally(EVENING), asked(("confirmed", 5))
        for at in range(requests):
            tally.add(one, at % 24)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    assert peak(20_000) < peak(100) * 3 + 50_000


# The sheet


def full(language: Language) -> Sheet:
    chance, tally = random.Random(2), Tally(EVENING)
    for _ in range(300):
        service = chance.choice(("home_call", "appointment", "attachment"))
        steps = (("refused", 5),) if chance.random() < 0.2 else (("confirmed", chance.randint(1, 33)),)
        ground = chance.choice(("not_attached", "false_data", "two_clinics"))
        tally.add(asked(*steps, service=service, ground=ground), chance.randint(7, 19))
    figures = tally.figures({"came": 80, "did_not_come": 9, "not_noted": 1})
    return Sheet(CLINIC, Month(date(2026, 11, 1)), figures, EVENING, language)


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_the_picture_fits_a_telephone_and_shows_both_colours(language: Language) -> None:
    picture = Image.open(io.BytesIO(drawn(full(language))))
    assert picture.format == "PNG"
    assert picture.width == 1080
    # Telegram takes no photo that is more than twenty times as long as wide, or of more than 10,000 dots.
    assert 1000 < picture.height < 2400
    shown = {f"#{red:02x}{green:02x}{blue:02x}" for red, green, blue in _flat(picture)}
    assert {IN_TIME, LATE} <= shown


def _flat(picture: Image.Image) -> list[tuple[int, int, int]]:
    colours = picture.convert("RGB").getcolors(1_000_000) or []
    return [colour for count, colour in colours if count > 500]  # type: ignore[misc]  # of three parts in RGB


def test_no_word_of_the_picture_runs_out_of_it() -> None:
    for language in ("kk", "ru"):
        picture = Image.open(io.BytesIO(drawn(full(language)))).convert("L")
        edge = picture.crop((picture.width - 30, 0, picture.width, picture.height))
        assert edge.getextrema() == (255, 255)


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_a_month_without_requests_says_so(language: Language) -> None:
    sheet = Sheet(CLINIC, Month(date(2026, 11, 1)), Tally(EVENING).figures({}), EVENING, language)
    assert Image.open(io.BytesIO(drawn(sheet))).height > 300
    assert load_workbook(io.BytesIO(written(sheet))).active.max_row > 30


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_the_table_holds_numbers_charts_and_no_formula(language: Language) -> None:
    sheet = full(language)
    page = load_workbook(io.BytesIO(written(sheet))).active
    cells = [cell for row in page.iter_rows() for cell in row if cell.value is not None]
    assert not [cell for cell in cells if cell.data_type == "f"]
    [total] = [
        row
        for row in page.iter_rows(values_only=True)
        if row[1] == 300 and row[0] == sheet.say("figures.registered")
    ]
    answers = sheet.figures.total
    assert total[2:7] == (answers.in_time, answers.late, answers.waiting, answers.withdrawn, answers.percent)
    assert len(page._charts) >= 4


def test_AP_18_the_share_of_missed_visits_leaves_out_those_nobody_noted() -> None:
    sheet = full("ru")
    assert sheet.missed_share == "Неявки: 10 %"
    page = load_workbook(io.BytesIO(written(sheet))).active
    assert sheet.missed_share in [row[0] for row in page.iter_rows(values_only=True)]
    assert Tally(EVENING).figures({"not_noted": 3}).outcomes.percent_missed is None


def test_the_same_table_is_made_however_often_it_is_tried() -> None:
    assert written(full("kk")) == written(full("kk"))


# Months


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("", date(2026, 11, 1)), ("10.2026", date(2026, 10, 1)), ("2025-02", date(2025, 2, 1)),
        ("3", date(2026, 3, 1)), ("03/2026", date(2026, 3, 1)),
    ],
)  # fmt: skip
def test_a_month_is_typed_as_people_write_it(typed: str, first: date) -> None:
    assert Month.typed(typed, date(2026, 11, 20)).first == first


@pytest.mark.parametrize("typed", ["13.2026", "0", "november", "2026", "1.1.2026", "11.1926", "٣"])
def test_what_is_no_month_is_refused(typed: str) -> None:
    with pytest.raises(NoMonth):
        Month.typed(typed, date(2026, 11, 20))


def test_months_follow_one_another_over_the_year() -> None:
    december = Month(date(2026, 12, 1))
    assert december.after.before == december
    assert str(december.after) == "202701"
    assert december.last == date(2026, 12, 31)
