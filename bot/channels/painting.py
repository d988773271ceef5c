"""Paints where a dialog stands as a screen: the words, the buttons, the way back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from bot.channels.screens import Button, Screen
from dialogs.engine import (
    Asked,
    AtGate,
    End,
    Ended,
    Option,
    Outcome,
    Paused,
    Sentence,
    Submitting,
    Suspended,
    T,
    Want,
)
from rules.law import rule

Render: TypeAlias = Callable[[Sentence], str]

BACK = Option("back", T("button.back"))
CANCEL = Option("cancel", T("button.cancel"))
CLOSE_CASE = Option("cancel", T("button.close_case"))
NEW_CODE = Option("new_code", T("button.new_code"))
NOT_ME = Option("not_me", T("button.not_me"))
RESUME = Option("resume", T("button.resume"))
MENU = Option("menu", T("button.menu"))
WAYS_OUT = (BACK, CANCEL)


def paint(
    outcome: Outcome,
    conversation: int,
    render: Render,
    notes: Sequence[Sentence] = (),
    *,
    whole: bool = False,
    confirmed: bool = False,
    aloud: bool = False,
) -> Screen:
    """Return the screen of an outcome; ``notes`` are said before its own words.

    ``whole``: a code leaves with this screen, or its language is new. ``confirmed``: this chat knows whom
    it talks to. ``aloud``: a registrar reads it to somebody, whose own next steps are not the registrar's.

    A ``Submitting`` outcome has no screen: it is decided before anything is shown.
    """
    match outcome:
        case Asked() if aloud:
            return _read_aloud(outcome, conversation, render, notes)
        case Asked():
            return _question(outcome, conversation, render, notes, confirmed)
        case AtGate():
            return _gate(outcome, conversation, render, notes, whole)
        case Ended(end=end) if aloud:
            return notice((*notes, *_said_aloud(end)), (), render)
        case Ended(end=end):
            return notice((*notes, *end.text), end.leads or (MENU,), render)
        case Paused():
            return notice((*notes, T("desk.paused")), (RESUME, CANCEL), render)
        case Suspended():
            return notice((*notes, T("desk.suspended")), (MENU,), render)
        case Submitting():
            raise TypeError("a submit is decided before anything is shown")


def notice(text: Iterable[Sentence], leads: Sequence[Option], render: Render) -> Screen:
    """Return a screen that asks nothing but says where one can go from here."""
    return Screen(_paragraphs(text, render), tuple((_action(lead, render),) for lead in leads))


def _question(
    outcome: Asked, conversation: int, render: Render, notes: Sequence[Sentence], confirmed: bool
) -> Screen:
    question = outcome.question
    buttons = [_answer(conversation, question.key, option, render) for option in question.options]
    return Screen(
        _paragraphs((*notes, *question.text), render),
        (
            *_rows(buttons, question.columns),
            *((_action(lead, render),) for lead in question.leads),
            *_ways_out(outcome, render, confirmed),
        ),
        share_contact=render(T("button.share_phone")) if Want.CONTACT in question.wants else None,
        share_location=render(T("button.share_location")) if Want.LOCATION in question.wants else None,
    )


def _read_aloud(outcome: Asked, conversation: int, render: Render, notes: Sequence[Sentence]) -> Screen:
    """The same question as a registrar reads it to somebody: the phone that is held is the registrar's."""
    question = outcome.question
    buttons = [_answer(conversation, question.key, option, render) for option in question.options]
    ways_out = tuple(_action(option, render) for option in (BACK, CLOSE_CASE))
    return Screen(
        _paragraphs((*notes, *question.text), render), (*_rows(buttons, question.columns), ways_out)
    )


@rule("HC-11", "AP-08")
def _said_aloud(end: End) -> tuple[Sentence, ...]:
    """A refusal is read with its ground and what can be done about it."""
    return end.text if end.ground is None else (T("aloud.no", ground=T(f"ground.{end.ground}")),)


def _gate(
    outcome: AtGate, conversation: int, render: Render, notes: Sequence[Sentence], whole: bool
) -> Screen:
    gate = outcome.gate
    # The consent's words go with every code (S28), in the reader's language.
    # After a slip only what to do now is said again.
    words = gate.text if whole or not notes else gate.text[-1:]
    exits = tuple((_answer(conversation, gate.key, option, render),) for option in gate.exits)
    rows = ((_action(NEW_CODE, render),), *exits, *_ways_out(outcome, render))
    return Screen(_paragraphs((*notes, *words), render), rows)


def _ways_out(
    outcome: Asked | AtGate, render: Render, confirmed: bool = False
) -> tuple[tuple[Button, ...], ...]:
    """Once an identity is confirmed, whoever holds the phone can say that it is not theirs."""
    rows: tuple[tuple[Button, ...], ...] = (tuple(_action(option, render) for option in WAYS_OUT),)
    if confirmed or any(step.barrier for step in outcome.trace):
        rows = (*rows, (_action(NOT_ME, render),))
    return rows


def _answer(conversation: int, key: str, option: Option, render: Render) -> Button:
    return Button(render(option.label), f"q:{in_base36(conversation)}:{key}:{option.id}")


def _action(option: Option, render: Render) -> Button:
    return Button(render(option.label), f"a:{option.id}")


def _rows(buttons: Sequence[Button], columns: int) -> tuple[tuple[Button, ...], ...]:
    return tuple(tuple(buttons[i : i + columns]) for i in range(0, len(buttons), columns))


def _paragraphs(text: Iterable[Sentence], render: Render) -> str:
    return "\n\n".join(render(sentence) for sentence in text)


def in_base36(number: int) -> str:
    """Return a non-negative number in base 36: a button's data holds 64 bytes at most."""
    digits = ""
    while True:
        number, rest = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[rest] + digits
        if not number:
            return digits
