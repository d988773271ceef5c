"""A dialog as a button phone shows it: its screens as SMS, and answers by their numbers."""

from __future__ import annotations

import locales
from bot.by_sms.showing import said
from bot.by_sms.writing import Choice, Rest, page
from bot.channels.painting import BACK, MENU
from dialogs.engine import Asked, AtGate, Dialog, Ended, Option, T, back
from rules.people import Language
from tests.dialogs.registry import AIGUL
from tests.dialogs.talk import Talk


def by_sms(dialog: Dialog, locale: Language = "ru", arg: str = "") -> Talk:
    """That dialog on a button phone."""
    return Talk(dialog, locale, channel="sms", arg=arg)


def sms_of(talk: Talk) -> list[str]:
    """Every SMS of the screen that stands now: the one that is sent, and what "9" would bring."""
    rest: Rest | None = _screen(talk)
    more = talk.render(T("by_sms.more"))
    sent = []
    while rest is not None:
        written = page(rest, more)
        sent.append(written.text)
        rest = written.rest
    return sent


def the_sms(talk: Talk) -> str:
    """The SMS that is sent."""
    return sms_of(talk)[0]


def _screen(talk: Talk) -> Rest:
    outcome = talk.outcome
    match outcome:
        case Asked():
            question = outcome.question
            way_back = _choice(talk, MENU if back(outcome) is None else BACK)
            lettered = not question.numbered
            return Rest(said(question.text, talk.locale), _choices(talk), way_back, 0, lettered)
        case AtGate():
            return Rest(said(outcome.gate.text, talk.locale), _choices(talk), None)
        case Ended():
            zero = _choice(talk, MENU) if MENU in outcome.end.leads else None
            return Rest(said(outcome.end.text, talk.locale), _choices(talk), zero)
        case _:
            raise TypeError(type(outcome).__name__)


def _choices(talk: Talk) -> tuple[Choice, ...]:
    return tuple(_choice(talk, option) for option in talk.options if option != MENU)


def _choice(talk: Talk, option: Option) -> Choice:
    return Choice(talk.render(option.label), option.id)


def identified(dialog: Dialog, locale: Language = "ru", arg: str = "", *before: str) -> Talk:
    """That dialog just after Aigul's code; ``before`` is pressed before her IIN is written."""
    return by_sms(dialog, locale, arg).press(*before).say(AIGUL.iin.digits).confirm()


def in_both(key: str) -> list[str]:
    """Those short words in both languages."""
    return [locales.render(T(key), locale, short=True) for locale in locales.LOCALES]
