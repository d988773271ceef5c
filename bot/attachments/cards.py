"""The card of a request for attachment in the clinic's group: what staff read on it and may press.

Nothing here does I/O. The group reads number, age band, cause and the clinic's count; the name opens in a
linked person's private chat. Nobody's IIN is ever written to staff here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.attachments.book import Asked, Weighed
from bot.channels.screens import Screen
from bot.staff.cards import Cards, Labelled, Tongue, age_words, work_lines
from bot.staff.press import Verb
from dialogs.engine import T
from dialogs.engine.words import Named
from rules.attachment import AlreadyHere, Cause, MayAttach, MayNotYet, OtherPatients
from rules.attachment_status import AttachmentStatus, may_undo
from rules.clinics import Clinic
from rules.grounds import NO_AUTHORITY
from rules.law import Allowed, GroundCode, Refused, rule
from rules.people import Language
from rules.phone import shown

S = AttachmentStatus

TO_BE_ANSWERED: Final = frozenset({S.REGISTERED, S.NEXT_DAY})


@dataclass(frozen=True, slots=True)
class AttachmentCards:
    """Draws what staff see of requests for attachment."""

    cards: Cards

    def card(self, asked: Asked, weighed: Weighed, tongue: Tongue, now: datetime) -> Screen:
        """The card as it stands, with the buttons that status and law allow."""
        return self.cards.page(self._lines(asked, weighed, now), tongue, _buttons(asked, weighed, now))

    @rule("GEN-14", "X-11")
    def grounds(self, asked: Asked, weighed: Weighed, tongue: Tongue, now: datetime) -> Screen:
        """Asks for the ground of a refusal: of the four of the act, those that can be so."""
        offered = weighed.grounds(asked.local(now).date())
        rows = [[(T(f"staff.ground.{code}"), asked.press(Verb.REFUSAL, code))] for code in offered]
        lines = [*self._lines(asked, weighed, now), T("staff.ask.ground")]
        return self.cards.page(lines, tongue, [*rows, [_back(asked, Verb.CARD)]])

    def refusal(
        self, asked: Asked, weighed: Weighed, tongue: Tongue, now: datetime, code: GroundCode
    ) -> Screen:
        """Shows the whole ground with its clause before the refusal is given."""
        lines = [
            *self._lines(asked, weighed, now),
            _ground_line(code),
            T("staff.attachment.ask_refusal"),
        ]
        rows = [
            [(T("staff.button.confirm_refusal"), asked.press(Verb.REFUSE, code))],
            [_back(asked, Verb.GROUNDS)],
        ]
        return self.cards.page(lines, tongue, rows)

    def details(self, asked: Asked, language: Language, more: Sequence[T] = ()) -> Screen:
        """Whose request it is, for one linked person in private, but what may not go abroad.

        ``more`` is what staff noted and asked.
        """
        details = asked.details
        named = [
            T("staff.details.patient", name=details.patient_name),
            T("staff.details.born", born=details.born),
            *([T("staff.attachment.applicant", name=details.caller_name)] if details.caller_name else []),
        ]
        phone = [T("staff.details.phone", phone=shown(details.phone))] if details.phone else []
        fields = self.cards.fields
        lines = [*(named if "name" in fields else []), *(phone if "phone" in fields else [])]
        withheld = [] if {"name", "phone"} <= fields else [T("staff.details.withheld")]
        head = T("staff.attachment.details", number=asked.number)
        return self.cards.page([head, *lines, *withheld, *more, T("staff.details.logged")], language, [])

    def say(self, words: T, tongue: Tongue) -> str:
        """One sentence for staff."""
        return self.cards.say(words, tongue)

    def _lines(self, asked: Asked, weighed: Weighed, now: datetime) -> Iterable[T]:
        late = asked.overdue and asked.status in TO_BE_ANSWERED
        yield T(f"staff.attachment.head.{'overdue' if late else asked.status}", number=asked.number)
        if "age" in self.cards.fields:
            yield T("staff.line.age", age=age_words(asked.details.born, asked.local(now).date()))
        yield from _about(asked)
        if asked.status in TO_BE_ANSWERED:
            yield from _of_answer(asked, weighed, now)
        yield from _answered(asked, now)
        yield from work_lines(asked.work)


def barred(verdict: MayAttach, number: str) -> T | None:
    """Why the law lets nobody press "Attach" on that request, None if it does."""
    match verdict:
        case Allowed():
            return None
        case Refused(ground=ground) if ground is NO_AUTHORITY:
            return T("staff.attachment.no_right", number=number)
        case Refused():
            return T("staff.attachment.norm_reached", number=number)
        case MayNotYet(last=last, earliest=earliest) if last is not None:
            return T("staff.attachment.too_often", number=number, last=last, earliest=earliest)
        case MayNotYet(earliest=earliest):
            return T("staff.attachment.outside_campaign", number=number, earliest=earliest)
        case AlreadyHere():
            return T("staff.attachment.already_here", number=number)
        case OtherPatients():
            return T("staff.attachment.other_patients", number=number)


def _about(asked: Asked) -> Iterable[T]:
    details = asked.details
    yield T("staff.attachment.cause", cause=T(f"staff.cause.{details.cause}"))
    if details.cause is not Cause.FREE_CHOICE and asked.status in TO_BE_ANSWERED:
        yield T("staff.attachment.check_papers")
    if asked.was_at is None:
        yield T("staff.attachment.from_nowhere")
    elif asked.status is not S.ATTACHED:
        yield T("staff.attachment.from", clinic=short_name(asked.was_at))


def short_name(clinic: Clinic) -> Named:
    """The clinic's name as staff know it: the number in it is not always the directory's."""
    return Named(kk=clinic.short_kk, ru=clinic.short_ru)


@rule("G-21", "AT-08")
def _of_answer(asked: Asked, weighed: Weighed, now: datetime) -> Iterable[T]:
    """The count beside the norm, a warning where there is no norm, and the term."""
    if asked.clinic.norm is None:
        yield T("staff.attachment.count_no_norm", count=weighed.attached)
    else:
        yield T("staff.attachment.count", count=weighed.attached, norm=asked.clinic.norm)
    if weighed.promised:
        yield T("staff.attachment.promised", count=weighed.promised)
    reason = barred(weighed.verdict, asked.number)
    if reason is not None:
        yield reason
    due = asked.local(asked.answer_due)
    same_day = due.date() == asked.local(now).date()
    yield T("staff.line.due" if same_day else "staff.line.due_later", due=due)


def _answered(asked: Asked, now: datetime) -> Iterable[T]:
    if asked.status is S.REFUSED:
        yield _ground_line(GroundCode(asked.ground))
    if asked.status is S.CLOSED:
        yield T(f"staff.attachment.{asked.ended}", number=asked.number)
    if asked.status is not S.ACCEPTED:
        return
    if asked.effective_on > asked.local(now).date():
        yield T("staff.attachment.holds_from", day=asked.effective_on)
    elif asked.undo_until is not None:
        yield T("staff.attachment.switches_at", time=asked.local(asked.undo_until))


def _buttons(asked: Asked, weighed: Weighed, now: datetime) -> Sequence[Sequence[Labelled]]:
    rows: list[list[Labelled]] = []
    if asked.status in TO_BE_ANSWERED and weighed.ends is not None:
        rows.append([(T("staff.button.close_request"), asked.press(Verb.CLOSE))])
    elif asked.status in TO_BE_ANSWERED:
        attach = [(T("staff.button.attach"), asked.press(Verb.CONFIRM))] if weighed.verdict.allowed else []
        rows.append([*attach, (T("staff.button.refuse"), asked.press(Verb.GROUNDS))])
    if asked.status in TO_BE_ANSWERED or asked.status is S.ACCEPTED:
        rows.append([(T("staff.button.details"), asked.press(Verb.DETAILS))])
    if asked.status is S.ATTACHED:
        rows.append([(T("staff.button.print"), asked.press(Verb.PAPER))])
    if is_undoable(asked, now):
        rows.append([(T("staff.button.undo"), asked.press(Verb.UNDO))])
    return rows


def is_undoable(asked: Asked, now: datetime) -> bool:
    """True while the press that led here can be taken back."""
    if asked.undo_until is None or asked.answered_at is None or now >= asked.undo_until:
        return False
    return may_undo(asked.status, asked.answered_at, now)


def _ground_line(code: GroundCode) -> T:
    # Identity stands in another clause of this act than of the home call's, so the service has its own.
    return T("staff.line.ground", ground=T(f"ground.{code}"), law=T(f"attachment.law.{code}"))


def _back(asked: Asked, verb: Verb) -> Labelled:
    return T("staff.button.back"), asked.press(verb)
