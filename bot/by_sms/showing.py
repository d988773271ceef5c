"""What a dialog shows, as SMS; the menu is kept as it was shown, for the answer to be read against."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

import locales
from bot.by_sms.writing import Choice, Page, Rest, Shown, cut, every_key, page
from bot.channels.painting import BACK, MENU, NEW_CODE, RESUME, in_base36
from bot.channels.sms import sms_parcel
from dialogs.at_once import AT_ONCE
from dialogs.engine import (
    Asked,
    AtGate,
    Ended,
    Option,
    Outcome,
    Paused,
    Sentence,
    Submitting,
    Suspended,
    T,
    back,
)
from rules.people import Language
from storage import conversations
from storage.addresses import Address
from storage.database import Tx
from storage.outbox import Parcel

KIND: Final = "talk"
"""The kind of an SMS that answers one; it is not sent to a phone that said stop."""

SIGNS: Final = frozenset({AT_ONCE})
"""Questions whose answer signs what they show; so do the summaries, whose keys end in ``.check``."""

_MORE: Final = T("by_sms.more")


def show(
    tx: Tx,
    address: Address,
    outcome: Outcome,
    conversation: int,
    locale: Language,
    notes: Sequence[Sentence],
    now: datetime,
    *,
    missed: bool = False,
    read: Shown | None = None,
) -> Parcel:
    """Return where a dialog stands as an SMS; ``notes`` come before its own words.

    ``missed``: they say how to answer what was read just before, and was not answered. ``read`` is the
    menu of that: a hint may push some of its numbers behind "9", and they mean what they meant.
    """
    match outcome:
        case Asked():
            return _question(tx, address, outcome, conversation, locale, notes, now, missed, read)
        case AtGate():
            return _gate(tx, address, outcome, conversation, locale, notes, now)
        case Ended(end=end):
            return tell(tx, address, (*notes, *end.text), end.leads or (MENU,), locale, now)
        case Paused():
            return tell(tx, address, (*notes, T("desk.paused")), (RESUME, MENU), locale, now)
        case Suspended():
            return tell(tx, address, (*notes, T("desk.suspended")), (MENU,), locale, now)
        case Submitting():
            raise TypeError("a submit is decided before anything is shown")


def tell(
    tx: Tx,
    address: Address,
    text: Iterable[Sentence],
    leads: Sequence[Option],
    locale: Language,
    now: datetime,
) -> Parcel:
    """Return words as an SMS, with where one can go from here; "0" is the menu."""
    others = tuple(_action(lead, locale) for lead in leads if lead != MENU)
    zero = _action(MENU, locale) if MENU in leads else None
    return sent(tx, address, Rest(said(text, locale), others, zero), locale, now, asks=False)


def next_page(tx: Tx, address: Address, before: Shown, locale: Language, now: datetime) -> tuple[Parcel, ...]:
    """Return what "9" brings, if there is more. What was shown before can still be answered."""
    if before.rest is None:
        return ()
    written = page(before.rest, locales.render(_MORE, locale, short=True))
    keys = {**before.keys, **written.keys}
    _keep(tx, address, Shown(keys, now, written.rest, before.asks), now)
    return (_parcel(address, written),)


def sent(
    tx: Tx,
    address: Address,
    screen: Rest,
    locale: Language,
    now: datetime,
    *,
    asks: bool = True,
    read: Shown | None = None,
) -> Parcel:
    """Return ``screen`` as the SMS it begins with, and keep its menu, with what was ``read`` of it before."""
    written = page(screen, locales.render(_MORE, locale, short=True))
    known = {} if read is None else dict(read.keys.items() & every_key(screen).items())
    _keep(tx, address, Shown({**known, **written.keys}, now, written.rest, asks), now)
    return _parcel(address, written)


def aside(address: Address, words: Sentence, locale: Language) -> Parcel:
    """Return words beside the talk: what was shown before them can still be answered."""
    return _parcel(address, Page(said((words,), locale)))


def bare(tx: Tx, address: Address, now: datetime) -> None:
    """Keep that an SMS without any menu was shown last: a number answers nothing of an earlier one."""
    _keep(tx, address, Shown({}, now, asks=True), now)


def said(text: Iterable[Sentence], locale: Language) -> str:
    """Return the words as they stand in an SMS: short ones where there are such, line by line."""
    lines = (locales.render(sentence, locale, short=True) for sentence in text)
    return "\n".join(line.strip() for line in lines if line.strip())


def _question(
    tx: Tx,
    address: Address,
    asked: Asked,
    conversation: int,
    locale: Language,
    notes: Sequence[Sentence],
    now: datetime,
    missed: bool,
    read: Shown | None,
) -> Parcel:
    question = asked.question
    choices = tuple(_answer(conversation, question.key, one, locale) for one in question.options)
    screen = Rest(
        said(question.text, locale),
        choices,
        _way_back(asked, locale),
        lettered=not question.numbered,
    )
    hints = missed and question.key not in SIGNS and not question.key.endswith(".check")
    return sent(tx, address, _with_notes(screen, notes, locale, alone=hints), locale, now, read=read)


def _with_notes(screen: Rest, notes: Sequence[Sentence], locale: Language, *, alone: bool) -> Rest:
    """Notes before the words of a question, where both have room.

    If not, a hint stands ``alone``: the question was read just before. But what is signed, and what is new,
    is always read whole, and a note has to give way.
    """
    both = replace(screen, text="\n".join(filter(None, (said(notes, locale), screen.text))))
    rest = page(both, locales.render(_MORE, locale, short=True)).rest
    if rest is None or not rest.text:
        return both
    return replace(screen, text=said(notes, locale)) if alone and notes else screen


def _gate(
    tx: Tx,
    address: Address,
    closed: AtGate,
    conversation: int,
    locale: Language,
    notes: Sequence[Sentence],
    now: datetime,
) -> Parcel:
    """What is consented to stands in the SMS that holds the code; here only where that SMS goes."""
    gate = closed.gate
    choices = (
        _action(NEW_CODE, locale),
        *(_answer(conversation, gate.key, option, locale) for option in gate.exits),
    )
    words = said(notes or gate.text[-1:], locale)
    return sent(tx, address, Rest(words, choices, _way_back(closed, locale)), locale, now)


def _way_back(outcome: Asked | AtGate, locale: Language) -> Choice:
    """One answer back; where no way leads back, out to the menu."""
    return _action(MENU if back(outcome) is None else BACK, locale)


def _answer(conversation: int, key: str, option: Option, locale: Language) -> Choice:
    return Choice(_label(option, locale), f"q:{in_base36(conversation)}:{key}:{option.id}")


def _action(option: Option, locale: Language) -> Choice:
    return Choice(_label(option, locale), f"a:{option.id}")


def _label(option: Option, locale: Language) -> str:
    return locales.render(option.label, locale, short=True)


def _keep(tx: Tx, address: Address, shown: Shown, now: datetime) -> None:
    conversations.keep_menu(tx, address, shown.packed(), now)


def _parcel(address: Address, written: Page) -> Parcel:
    return sms_parcel(address.key, cut(written.text), kind=KIND)
