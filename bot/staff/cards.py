"""The card of a home call in the clinic's group: what staff read on it and what they may press.

Nothing here does I/O. A card shows what a group needs to act, and no more: name, flat, phone and reason open
in a linked person's private chat. The group reads in Kazakh, in Russian or in both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, Literal, TypeAlias
from zoneinfo import ZoneInfo

from bot.calls.details import CallDetails
from bot.channels.screens import Button, Screen
from bot.setting_forms import CARD_FIELDS
from bot.staff.press import Press, Verb, doctor_key, minute_key
from dialogs.engine import T
from rules.call_status import CallStatus
from rules.channels import Channel
from rules.clinics import Clinic
from rules.doctors import DoctorRole
from rules.grounds import ground_of, grounds_of
from rules.home_call import VisitWindow
from rules.law import GroundCode, Service
from rules.people import Language, age_band
from rules.phone import shown
from storage.addresses import Address
from storage.work import NO_WORK, Question, Work

Tongue: TypeAlias = Literal["kk", "ru", "both"]
"""What a group, or a person of the staff, reads in."""

Render: TypeAlias = Callable[[T, str], str]

_EVERYTHING: Final = frozenset(CARD_FIELDS)
_DOCTORS_SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Call:
    """A home call as staff see it; instants in UTC.

    ``told_at`` and ``told_in`` are where and in which language its citizen is told. ``slot`` is what an open
    call of this patient holds, None where none is held.
    """

    id: int
    number: str
    version: int
    status: CallStatus
    clinic: Clinic
    visit_day: date
    answer_due: datetime | None
    for_other: bool
    details: CallDetails
    told_at: Address
    told_in: Language
    slot: str | None = None
    overdue: bool = False
    doctor_no: str | None = None
    doctor: str = ""
    doctor_role: str = ""
    window: VisitWindow | None = None
    ground: str = ""
    undo_until: datetime | None = None
    work: Work = NO_WORK
    came_by: Channel = Channel.ELECTRONIC

    def local(self, instant: datetime) -> datetime:
        """The instant on the clinic's wall clock."""
        return instant.astimezone(ZoneInfo(self.clinic.zone))

    def press(self, verb: Verb, *args: str) -> str:
        """The data of a button bound to this call as it stands."""
        return str(Press(self.id, self.version, verb, args))


@dataclass(frozen=True, slots=True)
class Cards:
    """Draws cards: how words are rendered, and what of a call may go abroad."""

    render: Render
    fields: frozenset[str] = _EVERYTHING

    def card(self, call: Call, tongue: Tongue, now: datetime) -> Screen:
        """The card as it stands, with the buttons that its status allows."""
        return self._screen(call, tongue, now, _buttons(call, now))

    def doctors(self, call: Call, tongue: Tongue, now: datetime, doctors: Sequence[Doctor]) -> Screen:
        """The card that asks for the doctor; only the three roles of the act are offered (HC-01)."""
        named = [
            (T("staff.button.doctor", doctor=doctor.name), call.press(Verb.WINDOWS, doctor_key(doctor.no)))
            for doctor in doctors[:_DOCTORS_SHOWN]
        ]
        more = [(T("staff.button.other_doctor"), call.press(Verb.TYPE_DOCTOR)), _back(call)]
        return self._screen(call, tongue, now, [[b] for b in (*named, *more)], T("staff.ask.doctor"))

    def windows(
        self, call: Call, tongue: Tongue, now: datetime, doctor: Doctor, windows: Sequence[VisitWindow]
    ) -> Screen:
        """The card that asks for the two-hour window (HC-10)."""
        confirm = [
            [
                (
                    _window_label(call, window),
                    call.press(Verb.CONFIRM, doctor_key(doctor.no), minute_key(window.start)),
                )
            ]
            for window in windows
        ]
        ask = T("staff.ask.window", doctor=doctor.name)
        return self._screen(call, tongue, now, [*confirm, [_back(call, Verb.DOCTORS)]], ask)

    def grounds(self, call: Call, tongue: Tongue, now: datetime) -> Screen:
        """The card that asks for the legal ground of a refusal (GEN-14, HC-14, HC-15)."""
        offered = [
            [(T(f"staff.ground.{ground.code}"), call.press(Verb.REFUSAL, ground.code))]
            for ground in grounds_of(Service.HOME_CALL, Channel.ELECTRONIC, call.local(now).date())
        ]
        return self._screen(call, tongue, now, [*offered, [_back(call)]], T("staff.ask.ground"))

    def refusal(self, call: Call, tongue: Tongue, now: datetime, code: GroundCode) -> Screen:
        """The card that shows the whole ground with its clause before the refusal is final."""
        rows = [
            [(T("staff.button.confirm_refusal"), call.press(Verb.REFUSE, code))],
            [_back(call, Verb.GROUNDS)],
        ]
        return self._screen(call, tongue, now, rows, ground_line(code), T("staff.ask.refusal"))

    def name_asked(self, call: Call, tongue: Tongue) -> Screen:
        """Asks, in private, for the name of a doctor who is not on the list."""
        return Screen(self.say(T("staff.ask.name", number=call.number), tongue))

    def role_asked(self, call: Call, tongue: Tongue, doctor: str) -> Screen:
        """Asks, in private, which of the three roles the typed doctor has (HC-01)."""
        rows = [[(T(f"role.{role}"), call.press(Verb.ROLE, role))] for role in DoctorRole]
        return self.page([T("staff.ask.role", number=call.number, doctor=doctor)], tongue, rows)

    def window_asked(
        self, call: Call, tongue: Tongue, doctor: str, role: DoctorRole, windows: Sequence[VisitWindow]
    ) -> Screen:
        """Asks, in private, for the window of the typed doctor."""
        rows = [
            [(_window_label(call, window), call.press(Verb.CONFIRM_TYPED, role, minute_key(window.start)))]
            for window in windows
        ]
        return self.page([T("staff.ask.window_private", number=call.number, doctor=doctor)], tongue, rows)

    def details(self, call: Call, language: Language, more: Sequence[T] = ()) -> Screen:
        """Everything about the visit, for one linked person in private, but what may not go abroad.

        ``more`` is what staff noted and asked.
        """
        lines = [T("staff.details.head", number=call.number), *self._detail_lines(call.details), *more]
        closing = (
            [T("staff.details.logged")]
            if self.fields >= _EVERYTHING
            else [_WITHHELD, T("staff.details.logged")]
        )
        return self.page([*lines, *closing], language, [])

    def say(self, words: T, tongue: Tongue) -> str:
        """One sentence for staff."""
        return "\n\n".join(self.render(words, language) for language in _languages(tongue))

    def details_of(self, details: CallDetails, *, ring: str = "") -> list[T]:
        """The visit's lines, but what may not go abroad; ``ring`` is the key of a line for the bare phone."""
        if not ring:
            return list(self._detail_lines(details))
        phone = [T(ring, phone=details.phone)] if details.phone and "phone" in self.fields else []
        return [*phone, *self._detail_lines(replace(details, phone=""))]

    def _detail_lines(self, details: CallDetails) -> Iterable[T]:
        shown_fields = {
            "name": _name_lines(details),
            "phone": [T("staff.details.phone", phone=shown(details.phone))] if details.phone else [],
            "address": list(details.address.lines),
            "reason": _reason_lines(details),
        }
        return [line for field, lines in shown_fields.items() if field in self.fields for line in lines]

    def _screen(
        self, call: Call, tongue: Tongue, now: datetime, rows: Sequence[Sequence[Labelled]], *asked: T
    ) -> Screen:
        return self.page([*self._card_lines(call, now), *asked], tongue, rows)

    def page(self, lines: Iterable[T], tongue: Tongue, rows: Sequence[Sequence[Labelled]]) -> Screen:
        """A screen of these lines, one language after the other, with these buttons in both."""
        lines = tuple(lines)
        text = "\n\n".join(
            "\n".join(self.render(line, language) for line in lines) for language in _languages(tongue)
        )
        return Screen(text, tuple(tuple(self._button(one, tongue) for one in row) for row in rows))

    def _button(self, labelled: Labelled, tongue: Tongue) -> Button:
        words, data = labelled
        labels = dict.fromkeys(self.render(words, language) for language in _languages(tongue))
        return Button(" · ".join(labels), data)

    def _card_lines(self, call: Call, now: datetime) -> Iterable[T]:
        yield _head(call)
        if "age" in self.fields:
            yield T("staff.line.age", age=age_words(call.details.born, call.visit_day))
        if "street" in self.fields:
            yield T("staff.line.address", address=call.details.street_and_house)
        yield from _standing_lines(call)
        yield from _progress_lines(call, now)
        yield from work_lines(call.work)


@dataclass(frozen=True, slots=True)
class Doctor:
    """Who can be sent: the clinic's own number for them, name, and one of the three roles."""

    no: str
    name: str
    role: DoctorRole


Labelled: TypeAlias = tuple[T, str]

_WITHHELD: Final = T("staff.details.withheld")
_OF_ANSWER: Final = frozenset({CallStatus.REGISTERED, CallStatus.NEXT_DAY})


def turned(place: int, count: int, shown: int, press: Callable[[int], str]) -> list[list[Labelled]]:
    """The row that turns the pages of ``count`` lines, ``shown`` on each; empty where there is one page."""
    turning: list[Labelled] = []
    if place > 0:
        turning.append((T("staff.button.queue_earlier"), press(place - shown)))
    if place + shown < count:
        turning.append((T("staff.button.queue_further"), press(place + shown)))
    return [turning] if turning else []


def _languages(tongue: Tongue) -> tuple[Language, ...]:
    return ("kk", "ru") if tongue == "both" else (tongue,)


def _head(call: Call) -> T:
    if call.overdue and call.status in _OF_ANSWER:
        return T("staff.head.overdue", number=call.number)
    return T(f"staff.head.{call.status}", number=call.number)


def age_words(born: date | None, day: date) -> T:
    """The age band in words, as far as a group may know it."""
    if born is None or born > day:
        return T("staff.age.unknown")
    match age_band(born, day):
        case "0-1":
            return T("staff.age.infant")
        case "63+":
            return T("staff.age.oldest")
        case band:
            return T("staff.age.band", band=band.replace("-", "–"))


def _standing_lines(call: Call) -> Iterable[T]:
    if call.came_by is not Channel.ELECTRONIC:
        yield T(f"staff.line.came_by_{call.came_by}")
    if call.for_other:
        yield T("staff.line.other_adult")
    if call.details.newborn:
        yield T("staff.line.newborn")
    if call.details.without_iin:
        yield T("staff.line.without_iin")
    if call.details.standing == "elsewhere":
        yield T("staff.line.not_attached", clinic=f"№ {call.details.attached_to}")
    if call.details.standing == "nowhere":
        yield T("staff.line.attached_nowhere")
    if call.details.linked_number:
        yield T("staff.line.linked", other=call.details.linked_number)


def work_lines(work: Work) -> Iterable[T]:
    """What everybody at the clinic should know of the work on a request that is not theirs."""
    if work.holder is not None:
        yield T("staff.work.taken")
    if work.question is not Question.NONE:
        yield T(f"staff.work.question_{work.question}")


def _progress_lines(call: Call, now: datetime) -> Iterable[T]:
    if call.status in _OF_ANSWER:
        yield T("staff.line.visit_day", day=call.visit_day)
        yield from _due_lines(call, now)
    if call.status is CallStatus.REFUSED:
        yield ground_line(GroundCode(call.ground))
    if call.window is not None and call.status is not CallStatus.REFUSED:
        start, end = call.local(call.window.start), call.local(call.window.end)
        yield T("staff.line.visit_day", day=call.visit_day)
        yield T("staff.line.window", start=start, end=end)
        yield T("staff.line.doctor", doctor=call.doctor, role=T(f"role.{call.doctor_role}"))


def _due_lines(call: Call, now: datetime) -> Iterable[T]:
    if call.answer_due is None:
        return
    due = call.local(call.answer_due)
    key = "staff.line.due" if due.date() == call.local(now).date() else "staff.line.due_later"
    yield T(key, due=due)


def ground_line(code: GroundCode) -> T:
    """The whole ground with its clause."""
    return T("staff.line.ground", ground=T(f"ground.{code}"), law=T(f"ground.{code}.law"))


def _name_lines(details: CallDetails) -> list[T]:
    lines = [T("staff.details.patient", name=details.patient_name)]
    if details.born:
        lines.append(T("staff.details.born", born=details.born))
    if details.caller_name:
        lines.append(T("staff.details.caller", name=details.caller_name, phone=shown(details.caller_phone)))
    return lines


def _reason_lines(details: CallDetails) -> list[T]:
    lines = [T("staff.details.reason", reason=T(f"reason.{details.reason}"))] if details.reason else []
    return [*lines, T("staff.details.words", words=details.own_words)] if details.own_words else lines


def _buttons(call: Call, now: datetime) -> Sequence[Sequence[Labelled]]:
    rows = [
        [(T(f"staff.button.{name}"), call.press(verb)) for name, verb in row] for row in _PRESSES[call.status]
    ]
    if call.undo_until is not None and now < call.undo_until:
        rows.append([(T("staff.button.undo"), call.press(Verb.UNDO))])
    return rows


_PRESSES: Final[dict[CallStatus, tuple[tuple[tuple[str, Verb], ...], ...]]] = {
    **dict.fromkeys(
        _OF_ANSWER,
        ((("accept", Verb.DOCTORS), ("refuse", Verb.GROUNDS)), (("details", Verb.DETAILS),)),
    ),
    CallStatus.CONFIRMED: (
        (("on_way", Verb.ON_WAY),),
        (("done", Verb.DONE),),
        (("details", Verb.DETAILS),),
    ),
    CallStatus.NOT_HOME: (
        (("on_way", Verb.ON_WAY),),
        (("done", Verb.DONE),),
        (("not_home", Verb.NOT_HOME),),
        (("details", Verb.DETAILS),),
    ),
    CallStatus.ON_WAY: (
        (("done", Verb.DONE),),
        (("not_home", Verb.NOT_HOME),),
        (("details", Verb.DETAILS),),
    ),
    **dict.fromkeys((CallStatus.DONE, CallStatus.NOBODY_HOME, CallStatus.REFUSED, CallStatus.CANCELLED), ()),
}


def _back(call: Call, verb: Verb = Verb.CARD) -> Labelled:
    return T("staff.button.back"), call.press(verb)


def _window_label(call: Call, window: VisitWindow) -> T:
    start, end = call.local(window.start), call.local(window.end)
    if start.date() == call.visit_day:
        return T("staff.button.window", start=start, end=end)
    return T("staff.button.window_day", day=start.date(), start=start, end=end)


def ground_offered(code: str, day: date, service: Service = Service.HOME_CALL) -> GroundCode | None:
    """The ground under that code if the law offers it for that service on that day (GEN-14)."""
    try:
        wanted = GroundCode(code)
    except ValueError:
        return None
    ground = ground_of(service, Channel.ELECTRONIC, day, wanted)
    return ground.code if ground else None
