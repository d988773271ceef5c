"""The monthly sheet as XLSX: the same figures as numbers, with the charts of a table program."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any, Final, TypeAlias

from xlsxwriter import Workbook

from bot.monthly.figures import HOURS
from bot.monthly.picture import IN_TIME, LATE, WAITING, WITHDRAWN
from bot.monthly.sheet import Sheet
from rules.law import rule
from rules.survey import Grade, questions

Cell: TypeAlias = str | int | None

_COLOURS: Final = (IN_TIME, LATE, WAITING, WITHDRAWN)
_PAGE: Final = "1"
_CHARTS: Final = 8
"""The column at which charts begin, right of every block of figures."""
_EACH_CHART: Final = 20


def written(sheet: Sheet) -> bytes:
    """The workbook, as the bytes of a file: the same bytes for the same figures."""
    out = BytesIO()
    book = Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    # Dated by its figures, so that the same file is made however often it is tried.
    book.set_properties({"title": sheet.title, "created": sheet.made_at.replace(tzinfo=None)})
    table = _Table(book, sheet)
    table.head()
    table.services()
    table.hours()
    table.matrix()
    table.refusals()
    table.visits()
    table.survey()
    book.close()
    return out.getvalue()


class _Table:
    """One sheet that is written block by block, each with its chart at the right."""

    def __init__(self, book: Any, sheet: Sheet) -> None:
        self._book: Final = book
        self._sheet: Final = sheet
        self._page: Final = book.add_worksheet(_PAGE)
        self._title: Final = book.add_format({"bold": True, "font_size": 14})
        self._bold: Final = book.add_format({"bold": True})
        self._heading: Final = book.add_format(
            {"bold": True, "text_wrap": True, "bottom": 1, "valign": "top"}
        )
        self._row = 0
        self._charts = 0
        self._page.set_landscape()
        self._page.set_paper(9)
        self._page.fit_to_pages(1, 0)
        self._page.set_column(0, 1, 34)
        self._page.set_column(2, 6, 15)

    def head(self) -> None:
        """What it is, of whom, of when."""
        self._line([f"{self._sheet.title}: {self._sheet.month_words}"], self._title)
        for note in self._sheet.notes:
            self._line([note])

    def services(self) -> None:
        """Answers by service."""
        sheet, figures = self._sheet, self._sheet.figures
        ways = [words for words, _ in sheet.ways(figures.total)]
        share = sheet.say("figures.column.percent")
        columns = [sheet.say("figures.column.service"), sheet.say("figures.registered"), *ways, share]
        rows: list[list[Cell]] = []
        for name in figures.services:
            answers = figures.of_service(name)
            counts = [count for _, count in sheet.ways(answers)]
            rows.append([sheet.service(name), answers.registered, *counts, answers.percent])
        first = self._block("figures.heading.services", columns, rows)
        total = figures.total
        counts = [count for _, count in sheet.ways(total)]
        self._line([sheet.say("figures.registered"), total.registered, *counts, total.percent], self._bold)
        self._chart("bar", "figures.heading.services", first, len(rows), [(2, IN_TIME), (3, LATE)])

    def hours(self) -> None:
        """Answers by the hour of registration."""
        sheet, figures = self._sheet, self._sheet.figures
        ways = [words for words, _ in sheet.ways(figures.total)]
        columns = [sheet.say("figures.column.hour"), sheet.say("figures.registered"), *ways]
        rows: list[list[Cell]] = []
        for hour in HOURS:
            answers = figures.of_hour(hour)
            rows.append([f"{hour:02}:00", answers.registered, *(count for _, count in sheet.ways(answers))])
        first = self._block("figures.heading.hours", columns, rows)
        series = [(2 + at, colour) for at, colour in enumerate(_COLOURS)]
        self._chart("column", "figures.heading.hours", first, len(rows), series)

    def matrix(self) -> None:
        """For each service and hour: how many were registered, and how many of those due were in time."""
        sheet, figures = self._sheet, self._sheet.figures
        ways = [words for words, _ in sheet.ways(figures.total)][:2]
        columns = [
            sheet.say("figures.column.service"),
            sheet.say("figures.column.hour"),
            sheet.say("figures.registered"),
            *ways,
            sheet.say("figures.column.percent"),
        ]
        rows: list[list[Cell]] = []
        for name, hour in sorted(
            figures.answers, key=lambda place: (figures.services.index(place[0]), place[1])
        ):
            answers = figures.of(name, hour)
            rows.append(
                [
                    sheet.service(name), f"{hour:02}:00", answers.registered, answers.in_time, answers.late,
                    answers.percent,
                ]
            )  # fmt: skip
        self._block("figures.heading.matrix", columns, rows)

    def refusals(self) -> None:
        """Refusals by service and ground."""
        sheet = self._sheet
        columns = [
            sheet.say("figures.column.ground"),
            sheet.say("figures.column.service"),
            sheet.say("figures.column.count"),
        ]
        rows: list[list[Cell]] = [
            [
                sheet.ground(group.ground),
                sheet.service(group.service),
                sheet.count(None) if group.count is None else group.count,
            ]
            for group in sheet.figures.refusals
        ]
        first = self._block("figures.heading.refusals", columns, rows)
        if sheet.hides:
            self._line([sheet.say("figures.few_note")])
        if rows:
            self._chart("bar", "figures.heading.refusals", first, len(rows), [(2, IN_TIME)])

    def visits(self) -> None:
        """What became of visits."""
        columns = [self._sheet.say("figures.column.outcome"), self._sheet.say("figures.column.count")]
        for heading, outcomes in (
            ("figures.heading.visits", self._sheet.appointments),
            ("figures.heading.homes", self._sheet.home_visits),
        ):
            rows: list[list[Cell]] = [[words, count] for words, count in outcomes]
            first = self._block(heading, columns, rows)
            if outcomes == self._sheet.appointments and self._sheet.missed_share:
                self._line([self._sheet.missed_share])
            self._chart("bar", heading, first, len(rows), [(1, IN_TIME)])

    @rule("SV-04")
    def survey(self) -> None:
        """The shares of each answer to both questions, of each service with answers enough."""
        sheet = self._sheet
        grades = [f"{sheet.say(f'survey.grade_{grade}')}, %" for grade in sorted(Grade, reverse=True)]
        columns = [
            sheet.say("figures.column.service"),
            sheet.say("figures.column.question"),
            sheet.say("figures.column.count"),
            *grades,
        ]
        rows: list[list[Cell]] = [
            [
                sheet.surveyed(service),
                sheet.say(f"quality.{question}"),
                shares.answers,
                *shares.percent(question).values(),
            ]
            for service, shares in sheet.survey
            if shares is not None
            for question in questions()
        ]
        self._block("figures.heading.survey", columns, rows)
        for note in sheet.survey_notes:
            self._line([note])

    def _block(self, heading: str, columns: Sequence[Cell], rows: Sequence[Sequence[Cell]]) -> int:
        """A heading, the names of columns, the rows; the number of the first row."""
        self._row += 1
        self._line([self._sheet.say(heading)], self._bold)
        self._line(columns, self._heading)
        first = self._row
        for row in rows:
            self._line(row)
        return first

    def _line(self, cells: Sequence[Cell], style: Any = None) -> None:
        for at, cell in enumerate(cells):
            match cell:
                case str():
                    self._page.write_string(self._row, at, cell, style)
                case int():
                    self._page.write_number(self._row, at, cell, style)
                case None:
                    self._page.write_string(self._row, at, "–", style)
        self._row += 1

    def _chart(
        self, kind: str, heading: str, first: int, rows: int, series: Sequence[tuple[int, str]]
    ) -> None:
        chart = self._book.add_chart({"type": kind, "subtype": "stacked"} if series[1:] else {"type": kind})
        last = first + rows - 1
        for column, colour in series:
            chart.add_series(
                {
                    "name": [_PAGE, first - 1, column],
                    "categories": [_PAGE, first, 0, last, 0],
                    "values": [_PAGE, first, column, last, column],
                    "fill": {"color": colour},
                    "gap": 40,
                }
            )
        chart.set_title({"name": self._sheet.say(heading), "name_font": {"size": 11}})
        chart.set_legend({"position": "bottom"} if series[1:] else {"none": True})
        if kind == "bar":
            # A table program puts the first row of a bar chart at its foot.
            chart.set_y_axis({"reverse": True})
        chart.set_size({"width": 640, "height": 360})
        self._page.insert_chart(self._charts * _EACH_CHART, _CHARTS, chart)
        self._charts += 1
