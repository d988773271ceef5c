"""The monthly sheet as a picture for the chat: shares, hours, refusals and visits, one below the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.monthly.canvas import FAINT, INNER, Canvas
from bot.monthly.figures import HOURS, Answers
from bot.monthly.sheet import Sheet
from rules.law import rule
from rules.public_services import PublicService
from rules.survey import Shares, questions

# Told apart by those who do not see red or green, and in a copy without colours.
IN_TIME: Final = "#1f6fb2"
LATE: Final = "#e0701a"
WAITING: Final = "#9db4c9"
WITHDRAWN: Final = "#cfd6dd"
_COLOURS: Final = (IN_TIME, LATE, WAITING, WITHDRAWN)
_OUTCOMES: Final = (IN_TIME, LATE, WITHDRAWN)
_GRADES: Final = (IN_TIME, WAITING, LATE)
"""Satisfied, partly, not."""

_LABELLED_HOURS: Final = 2


def drawn(sheet: Sheet) -> bytes:
    """The picture, as the bytes of a PNG file."""
    canvas = Canvas()
    _head(canvas, sheet)
    if sheet.figures.total.registered:
        _services(canvas, sheet)
        _hours(canvas, sheet)
        _refusals(canvas, sheet)
    else:
        canvas.words(sheet.say("figures.empty"), 30)
    _visits(canvas, sheet, "figures.heading.visits", sheet.appointments)
    _visits(canvas, sheet, "figures.heading.homes", sheet.home_visits)
    _survey(canvas, sheet)
    return canvas.png()


def _head(canvas: Canvas, sheet: Sheet) -> None:
    canvas.words(sheet.title, 30, colour=FAINT)
    canvas.words(sheet.month_words, 50, bold=True)
    for note in sheet.notes:
        canvas.words(note, 24, colour=FAINT)
    canvas.down(10)


def _heading(canvas: Canvas, words: str) -> None:
    canvas.down(14)
    canvas.rule()
    canvas.down(18)
    canvas.words(words, 30, bold=True)
    canvas.down(8)


def _services(canvas: Canvas, sheet: Sheet) -> None:
    total = sheet.figures.total
    _heading(canvas, sheet.say("figures.heading.services"))
    _share(canvas, sheet, sheet.say("figures.registered"), total, 32)
    for service in sheet.figures.services:
        answers = sheet.figures.of_service(service)
        if answers.registered:
            _share(canvas, sheet, sheet.service(service), answers, 25)


def _share(canvas: Canvas, sheet: Sheet, name: str, answers: Answers, size: int) -> None:
    counted = sheet.say("figures.of", part=answers.in_time, whole=answers.due)
    width = canvas.beside(f"{sheet.percent(answers.percent)}   {counted}", size, bold=size > 30)
    canvas.words(name, size, bold=size > 30, width=INNER - width - 30)
    canvas.down(4)
    canvas.bar(((answers.in_time, IN_TIME), (answers.late, LATE)), answers.due or 1, height=20)
    canvas.down(14)


def _hours(canvas: Canvas, sheet: Sheet) -> None:
    _heading(canvas, sheet.say("figures.heading.hours"))
    canvas.down(12)
    stacks = [
        [(count, colour) for (_, count), colour in zip(_ways(sheet, hour), _COLOURS, strict=True)]
        for hour in HOURS
    ]
    labels = [f"{hour}" if hour % _LABELLED_HOURS == 0 else "" for hour in HOURS]
    canvas.columns(stacks, labels)
    ways = sheet.ways(sheet.figures.total)
    canvas.legend(
        [
            (_counted(words, count), colour)
            for (words, count), colour in zip(ways, _COLOURS, strict=True)
            if count
        ]
    )


def _ways(sheet: Sheet, hour: int) -> Sequence[tuple[str, int]]:
    return sheet.ways(sheet.figures.of_hour(hour))


def _refusals(canvas: Canvas, sheet: Sheet) -> None:
    _heading(canvas, sheet.say("figures.heading.refusals"))
    groups = sheet.figures.refusals
    if not groups:
        canvas.words(sheet.say("figures.no_refusals"), 25)
        return
    shown = [(group, group.count) for group in groups if group.count is not None]
    for group, count in shown:
        width = canvas.beside(str(count), 24)
        canvas.words(sheet.refused(group), 24, width=INNER - width - 30)
        canvas.down(2)
        canvas.bar(((count, IN_TIME),), shown[0][1], height=14)
        canvas.down(12)
    for line in sheet.too_few:
        canvas.words(line, 22, colour=FAINT)


def _visits(canvas: Canvas, sheet: Sheet, heading: str, outcomes: Sequence[tuple[str, int]]) -> None:
    _heading(canvas, sheet.say(heading))
    whole = sum(count for _, count in outcomes)
    if not whole:
        canvas.words(sheet.say("figures.no_visits"), 25)
        return
    coloured = list(zip(outcomes, _OUTCOMES, strict=False))
    canvas.bar([(count, colour) for (_, count), colour in coloured], whole, height=20)
    canvas.down(10)
    canvas.legend([(_counted(words, count), colour) for (words, count), colour in coloured])
    if outcomes == sheet.appointments and sheet.missed_share:
        canvas.words(sheet.missed_share, 24, bold=True)


@rule("SV-04")
def _survey(canvas: Canvas, sheet: Sheet) -> None:
    """Of each service with answers enough: a bar for each question."""
    _heading(canvas, sheet.say("figures.heading.survey"))
    for service, shares in sheet.survey:
        if shares is not None:
            _answered(canvas, sheet, service, shares)
    for note in sheet.survey_notes:
        canvas.words(note, 22, colour=FAINT)


def _answered(canvas: Canvas, sheet: Sheet, service: PublicService, shares: Shares) -> None:
    width = canvas.beside(sheet.say("figures.survey_answers", answers=shares.answers), 24)
    canvas.words(sheet.surveyed(service), 26, bold=True, width=INNER - width - 30)
    canvas.down(6)
    for question in questions():
        percent = shares.percent(question)
        canvas.words(sheet.say(f"quality.{question}"), 23)
        canvas.down(4)
        parts = [(share, colour) for share, colour in zip(percent.values(), _GRADES, strict=True)]
        canvas.bar(parts, 100, height=20)
        canvas.down(8)
        words = [f"{sheet.say(f'survey.grade_{grade}')}: {share} %" for grade, share in percent.items()]
        canvas.legend(list(zip(words, _GRADES, strict=True)))
    canvas.down(10)


def _counted(words: str, count: int) -> str:
    return f"{words}: {count}"
