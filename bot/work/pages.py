"""The pages of the queue: its piles, one request with what can be done about it, and the questions asked.

Nothing here does I/O. A list shows number, service, status and term: no name, no IIN, nothing about health.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.channels.painting import in_base36
from bot.channels.screens import Screen
from bot.staff.cards import Cards, Labelled, Tongue, turned
from bot.staff.press import NO_REQUEST, Press, Verb
from bot.work.colleagues import Colleague, Colleagues
from bot.work.dossier import Dossier
from bot.work.welcome import queue_lead
from dialogs.engine import T
from dialogs.engine.words import Value
from rules.clinics import Clinic
from rules.law import Service
from rules.people import Language
from storage.work import Counts, Pile, Waiting

SHOWN: Final = 8
"""Requests on a page of a pile."""

ANEW: Final = "anew"
"""On a button whose own message is to stay."""

_COLUMNS: Final = 2
_STATUS: Final = {
    Service.HOME_CALL: "staff.status",
    Service.APPOINTMENT: "staff.visit.status",
    Service.ATTACHMENT: "staff.attachment.status",
}


@dataclass(frozen=True, slots=True)
class May:
    """What the reader of a request's page may do about it."""

    take: bool = False
    give: bool = False
    give_back: bool = False
    ask: bool = False
    look: bool = False
    document: bool = False
    reopen: bool = False


@dataclass(frozen=True, slots=True)
class QueuePages:
    """Draws what one of the staff sees in private."""

    cards: Cards

    def clinics(self, clinics: Iterable[tuple[int, str]], tongue: Tongue) -> Screen:
        """Asks of which clinic, whoever works at several: numbers and short names."""
        rows = [[(T("staff.button.queue_clinic", clinic=name), home_press(no))] for no, name in clinics]
        return self.cards.page([T("queue.clinics")], tongue, rows)

    def home(self, clinic: Clinic, counts: Counts, tongue: Language, *, head: bool) -> Screen:
        """The piles with their counts; the refusals of the day are for a head, who may reopen them."""
        piles = [
            ("queue_mine", counts.mine, Pile.MINE),
            ("queue_free", counts.unassigned, Pile.UNASSIGNED),
            ("queue_late", counts.overdue, Pile.OVERDUE),
            *([("queue_refused", counts.refused, Pile.REFUSED)] if head else []),
        ]
        rows = [
            [(T(f"staff.button.{name}", count=count), _pile_press(clinic.no, pile, 0))]
            for name, count, pile in piles
        ]
        return self.cards.page([T("queue.head", clinic=clinic.short(tongue))], tongue, rows)

    def pile(
        self,
        clinic: Clinic,
        pile: Pile,
        waiting: Sequence[Waiting],
        place: int,
        colleagues: Colleagues,
        tongue: Language,
        now: datetime,
    ) -> Screen:
        """One page of a pile, from ``place`` on; past its end, the last page."""
        place = min(place, max(len(waiting) - 1, 0) // SHOWN * SHOWN)
        shown = waiting[place : place + SHOWN]
        lines = [T(f"queue.pile_{pile}", count=len(waiting))]
        lines += [self._line(clinic, one, now) for one in shown] or [T("queue.empty")]
        if pile is Pile.OVERDUE:
            lines += [
                T("queue.line_holder", number=one.number, who=colleagues.named(one.holder))
                for one in shown
                if one.holder is not None
            ]
        opened = [
            (T("staff.button.queue_open", number=one.number), str(Press(one.id, 1, Verb.WORK)))
            for one in shown
        ]
        rows = [opened[at : at + _COLUMNS] for at in range(0, len(opened), _COLUMNS)]
        return self.cards.page(lines, tongue, [*rows, *_turning(clinic.no, pile, place, len(waiting))])

    def request(
        self, dossier: Dossier, card: Screen, may: May, colleagues: Colleagues, me: int, tongue: Language
    ) -> Screen:
        """The card of the service with its buttons, who has the request, and what can be done about it."""
        line = _holder_line(dossier.work.holder, colleagues, me)
        below = self.cards.page([line], tongue, self._rows(dossier, may))
        return Screen(f"{card.text}\n\n{below.text}", (*card.rows, *below.rows))

    def colleagues(self, dossier: Dossier, others: Sequence[Colleague], tongue: Language) -> Screen:
        """Asks whom to give the request to."""
        rows = [
            [(T("staff.button.colleague", who=one.named), _press(dossier, Verb.GIVE, in_base36(one.id)))]
            for one in others
        ]
        ask = T("queue.ask_whom" if others else "queue.nobody_else", number=dossier.number)
        return self.cards.page([ask], tongue, [*rows, [_back_to(dossier)]])

    def words_asked(self, dossier: Dossier, key: str, most: int, tongue: Language) -> Screen:
        """Asks to type a question or a note; ``key`` says which."""
        stop: Labelled = (T("staff.button.stop_typing"), _press(dossier, Verb.STOP_TYPING))
        return self.cards.page([T(key, number=dossier.number, most=most)], tongue, [[stop]])

    def reopening(self, dossier: Dossier, tongue: Language) -> Screen:
        """Shows what reopening means before it is done."""
        sure: Labelled = (T("staff.button.reopen_sure"), _press(dossier, Verb.REOPEN, "sure"))
        lines = [T("queue.ask_reopen", number=dossier.number)]
        return self.cards.page(lines, tongue, [[sure], [_back_to(dossier)]])

    def told(self, dossier: Dossier, words: T, tongue: Tongue) -> Screen:
        """Words about a request, with the way to it."""
        return self.cards.page([words], tongue, [[_anew(dossier.id, dossier.number)]])

    def answer(self, request_id: int, number: str, words: str, tongue: Language) -> Screen:
        """What the citizen answered, with the way to the request."""
        lines = [T("queue.answered", number=number, words=words)]
        return self.cards.page(lines, tongue, [[_anew(request_id, number)]])

    def _line(self, clinic: Clinic, one: Waiting, now: datetime) -> T:
        service = Service(one.service)
        due = None if one.answer_due is None else clinic.local(one.answer_due)
        values: dict[str, Value] = {
            "number": one.number,
            "service": T(f"service.{service}"),
            "status": T(f"{_STATUS[service]}.{one.status}"),
        }
        if due is None or one.status not in ("registered", "next_day"):
            return T("queue.line_answered", **values)
        if one.answer_due is not None and one.answer_due <= now:
            return T("queue.line_late", **values, due=due)
        key = "queue.line" if due.date() == clinic.local(now).date() else "queue.line_later"
        return T(key, **values, due=due)

    def _rows(self, dossier: Dossier, may: May) -> list[list[Labelled]]:
        offered = [
            [(may.take, "take", Verb.TAKE), (may.give, "give", Verb.GIVE)],
            [(may.give_back, "give_back", Verb.GIVE_BACK)],
            [(may.ask, "ask_citizen", Verb.ASK), (may.ask, "note", Verb.NOTE)],
            [(may.document, "document", Verb.DOCUMENT)],
            [(may.reopen, "reopen", Verb.REOPEN)],
            [(may.look, "details", Verb.WHOSE)],
        ]
        rows: list[list[Labelled]] = [
            [(T(f"staff.button.{name}"), _press(dossier, verb)) for allowed, name, verb in row if allowed]
            for row in offered
        ]
        return [*(row for row in rows if row), [queue_lead(dossier.clinic.no)]]


def home_press(clinic_no: int) -> str:
    """The data of a button that leads to a clinic's queue."""
    return str(Press(NO_REQUEST, clinic_no, Verb.QUEUE))


def work_lead(press: Press) -> Labelled:
    """A button that leads from a card in private to what can be done about its request."""
    return T("staff.button.work"), str(Press(press.request_id, press.version, Verb.WORK))


def _anew(request_id: int, number: str) -> Labelled:
    """A button under words that are worth keeping: the request comes as a message of its own."""
    return T("staff.button.queue_open", number=number), str(Press(request_id, 1, Verb.WORK, (ANEW,)))


def _holder_line(holder: int | None, colleagues: Colleagues, me: int) -> T:
    if holder is None:
        return T("queue.nobody")
    if holder == me:
        return T("queue.yours")
    return T("queue.holder", who=colleagues.named(holder))


def _turning(clinic_no: int, pile: Pile, place: int, count: int) -> list[list[Labelled]]:
    turning = turned(place, count, SHOWN, lambda to: _pile_press(clinic_no, pile, to))
    return [*turning, [queue_lead(clinic_no)]]


def _pile_press(clinic_no: int, pile: Pile, place: int) -> str:
    return str(Press(NO_REQUEST, clinic_no, Verb.PILE, (pile.value, str(place))))


def _press(dossier: Dossier, verb: Verb, *args: str) -> str:
    return str(Press(dossier.id, dossier.request.version, verb, args))


def _back_to(dossier: Dossier) -> Labelled:
    return T("staff.button.back"), _press(dossier, Verb.WORK)
