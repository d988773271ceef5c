"""Choosing a time: the nearest one first, else a day and then an hour; typed days are understood.

The time that is chosen is held for this conversation while it goes on. Whatever is lost meanwhile reopens
only the question it stood in, with what is left.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from dialogs.context import Context
from dialogs.drafts import HoldDraft
from dialogs.engine import (
    Input,
    Json,
    NotUnderstood,
    Option,
    Question,
    T,
    WrongValue,
    ask,
    receipt_of,
    revise,
    submit,
)
from dialogs.facts import FreeDay, Wish
from dialogs.questions import typed
from rules.clinics import Clinic
from rules.days import Day, day
from rules.slots import Slot, days_to_book
from rules.when import BadWhen, PartOfDay, Wanted, WhenFault, read_when

HOLD: Final = "hold"
HELD: Final = f"submit.{HOLD}"
AT_ONCE: Final = "appointment.at_once"
KEYS: Final = (AT_ONCE, "time.when", "time.later", "time.hour", "time.none", HELD)
"""Every answer that makes up a time, and the hold on it, to be forgotten together."""

ON_A_PAGE: Final = 7
NEAREST_KEPT: Final = 20
MORE: Final = "more"
OTHER_DOCTOR: Final = "doctor"
OTHER_DAY: Final = "days"
WAIT: Final = "wait"
NO: Final = "no"


@dataclass(frozen=True, slots=True)
class Seeking:
    """What a time is looked for: whose, at which clinic.

    ``doctor`` is the name shown, empty for any doctor of the role. ``doctor_keys`` are the answers that
    "another doctor" forgets, empty where there is no other.
    """

    clinic: Clinic
    wish: Wish
    doctor: str
    doctor_keys: tuple[str, ...]

    @property
    def key(self) -> Json:
        """What the answers depend on."""
        return [self.wish.clinic_no, self.wish.role, self.wish.doctor_no]

    def who(self, of_one: str, of_any: str) -> T:
        """The one sentence about the doctor, or the other about any doctor of the role."""
        role = T(f"role.{self.wish.role}")
        if self.doctor:
            return T(of_one, doctor=self.doctor, role=role, phone=self.clinic.phone)
        return T(of_any, role=role, phone=self.clinic.phone)


@dataclass(frozen=True, slots=True)
class NoTime:
    """There is no free time; ``waits`` tells whether the person wants to be told of one."""

    waits: bool


async def held_time(ctx: Context, seeking: Seeking, said: Json = None) -> Slot | NoTime:
    """Ask for a time and hold it; ``said`` is what was said of it already, as ``when_reader`` reads it."""
    receipt = receipt_of(HOLD)
    slot = await _chosen(ctx, seeking, await lost_of(ctx, seeking, receipt), said)
    if isinstance(slot, NoTime):
        return slot
    await hold(slot, receipt)
    return slot


async def hold(slot: Slot, receipt: dict[str, Any] | None) -> None:
    """Hold that time; ``receipt`` is of the hold before, which another time takes the place of."""
    if receipt is not None and receipt["slot_id"] != slot.id:
        revise(HELD)
    await submit(HOLD, HoldDraft(slot.id), reversible=True)


async def lost_of(ctx: Context, seeking: Seeking, receipt: dict[str, Any] | None) -> int | None:
    """The time that was chosen before and cannot be had any more, or is no longer of such a doctor's."""
    if receipt is None:
        return None
    slot_id = int(receipt["slot_id"])
    free = receipt["held"] and await ctx.facts.is_free(slot_id, ctx.now)
    slot = await ctx.facts.slot(slot_id) if free else None
    return slot_id if slot is None or not _is_sought(seeking, slot) else None


def _is_sought(seeking: Seeking, slot: Slot) -> bool:
    wish = seeking.wish
    return (slot.clinic_no, slot.role) == (wish.clinic_no, wish.role)


async def _chosen(ctx: Context, seeking: Seeking, lost: int | None, said: Json) -> Slot | NoTime:
    days = await ctx.facts.free_days(seeking.wish, ctx.now)
    nearest = _without(await ctx.facts.nearest_free(seeking.wish, ctx.now, NEAREST_KEPT), lost)
    if not days or not nearest:
        return await _none(seeking, lost)
    answer = said or await _when(ctx, seeking, days, nearest, lost)
    if isinstance(answer, Slot):
        return answer
    return await _on(ctx, seeking, await _wanted(ctx, seeking, answer), lost)


def _without(slots: tuple[Slot, ...], lost: int | None) -> tuple[Slot, ...]:
    return tuple(slot for slot in slots if slot.id != lost)


async def _none(seeking: Seeking, lost: int | None) -> NoTime:
    options = (
        Option(WAIT, T("button.tell_me")),
        *_another_doctor(seeking),
        Option(NO, T("button.do_not_wait")),
    )
    text = (*taken(lost), seeking.who("time.none", "time.none_any"))
    answer = await ask(Question("time.none", text, T("hint.buttons"), options), given=seeking.key)
    if answer == OTHER_DOCTOR:
        revise(*seeking.doctor_keys, *KEYS)
    return NoTime(answer == WAIT)


def taken(lost: int | None) -> tuple[T, ...]:
    """What is said first where a time was lost."""
    return () if lost is None else (T("time.taken"),)


def _another_doctor(seeking: Seeking) -> tuple[Option, ...]:
    return (Option(OTHER_DOCTOR, T("button.other_doctor")),) if seeking.doctor_keys else ()


async def _when(
    ctx: Context, seeking: Seeking, days: tuple[FreeDay, ...], nearest: tuple[Slot, ...], lost: int | None
) -> Any:
    """A time that was chosen at once, or what was said of it: a day, a part of the day, an hour."""
    local = seeking.clinic.local
    held = receipt_of(HOLD)
    by_id = {str(slot.id): slot for slot in nearest}
    if held is not None and lost is None and (kept := await ctx.facts.slot(int(held["slot_id"]))):
        by_id[str(kept.id)] = kept
    first = nearest[0]
    page, later = days[:ON_A_PAGE], days[ON_A_PAGE:]
    options = (
        Option(str(first.id), T("button.nearest", start=local(first.start))),
        *_days(ctx, seeking, page),
        *((Option(MORE, T("button.more_days")),) if later else ()),
        *_another_doctor(seeking),
    )
    text = (*taken(lost), seeking.who("time.when", "time.when_any"))
    question = _open("time.when", text, options, ctx, seeking, days, frozenset(by_id))
    answer = await ask(question, given=seeking.key)
    if answer == OTHER_DOCTOR:
        revise(*seeking.doctor_keys, *KEYS)
    if answer == MORE:
        later_text = (T("time.later"),)
        options = _days(ctx, seeking, later)
        answer = await ask(_open("time.later", later_text, options, ctx, seeking, days), given=seeking.key)
    return by_id[answer] if isinstance(answer, str) and answer in by_id else answer


def _days(ctx: Context, seeking: Seeking, days: tuple[FreeDay, ...]) -> tuple[Option, ...]:
    today = seeking.clinic.local(ctx.now).date()
    return tuple(
        Option(
            free.day.isoformat(),
            T("button.today" if free.day == today else "button.day", day=free.day, count=free.count),
        )
        for free in days
    )


def _open(
    key: str,
    text: tuple[T, ...],
    options: tuple[Option, ...],
    ctx: Context,
    seeking: Seeking,
    days: tuple[FreeDay, ...],
    kept: frozenset[str] = frozenset(),
) -> Question:
    """A question that a day answers, pressed or typed."""
    free = frozenset(one.day for one in days)
    known = kept | {one.day.isoformat() for one in days}

    reads, still = when_reader(ctx, seeking.clinic, free)
    return Question(key, text, T("time.hint"), options, reads, still, kept=known, gone=T("time.taken"))


def when_reader(
    ctx: Context, clinic: Clinic, free: frozenset[Day]
) -> tuple[Callable[[Input], Json], Callable[[Json], bool]]:
    """How a question reads when somebody wants to come, and whether what was read holds: its day is free."""

    def reads(sent: Input) -> Json:
        wanted = _read(ctx, clinic, sent, T("time.hint"))
        if wanted.day is not None and wanted.day not in free:
            raise WrongValue(T("time.none_on", day=wanted.day))
        return _as_json(wanted)

    def still(answer: Json) -> bool:
        return isinstance(answer, dict) and (answer["day"] is None or day(str(answer["day"])) in free)

    return reads, still


def _read(ctx: Context, clinic: Clinic, sent: Input, hint: T) -> Wanted:
    today = clinic.local(ctx.now).date()
    try:
        return read_when(typed(sent, hint), today, ctx.when, days_to_book(today)[-1])
    except BadWhen as fault:
        told = NotUnderstood if fault.fault is WhenFault.NOT_UNDERSTOOD else WrongValue
        raise told(T(f"time.{fault.fault}")) from fault


def _as_json(wanted: Wanted) -> Json:
    return {
        "day": None if wanted.day is None else wanted.day.isoformat(),
        "part": wanted.part,
        "at": None if wanted.at is None else f"{wanted.at:%H:%M}",
    }


@dataclass(frozen=True, slots=True)
class Said:
    """A day with what was said of the time on it; ``at`` is "14:30"."""

    day: Day
    part: PartOfDay | None = None
    at: str | None = None


async def _wanted(ctx: Context, seeking: Seeking, answer: Any) -> Said:
    """Which day is meant: without one, the first on which something fits what was said."""
    if isinstance(answer, str):
        return Said(day(answer))
    part = None if answer["part"] is None else PartOfDay(answer["part"])
    if answer["day"] is not None:
        return Said(day(answer["day"]), part, answer["at"])
    days = await ctx.facts.free_days(seeking.wish, ctx.now)
    for free in days:
        said = Said(free.day, part, answer["at"])
        if _fitting(seeking, await ctx.facts.free_on(seeking.wish, free.day, ctx.now), said):
            return said
    return Said(days[0].day)


def _fitting(seeking: Seeking, slots: tuple[Slot, ...], said: Said) -> tuple[Slot, ...]:
    """The times at the very hour that was said, else in the part of the day."""
    local = seeking.clinic.local
    exact = tuple(slot for slot in slots if f"{local(slot.start):%H:%M}" == said.at)
    return exact or tuple(
        slot for slot in slots if said.part and PartOfDay.of(local(slot.start).time()) is said.part
    )


async def _on(ctx: Context, seeking: Seeking, said: Said, lost: int | None) -> Slot:
    """Ask for the hour of that day."""
    free = await ctx.facts.free_on(seeking.wish, said.day, ctx.now)
    slots = _one_for_each_start(_without(free, lost))
    if not slots:
        revise(*KEYS[:-1])
    fitting = _fitting(seeking, slots, said)
    if said.at and fitting and f"{seeking.clinic.local(fitting[0].start):%H:%M}" == said.at:
        return fitting[0]
    by_id = {str(slot.id): slot for slot in _without(free, lost)}
    question = Question(
        "time.hour",
        (*taken(lost), T(_hour_key(said, fitting), day=said.day)),
        T("time.hour_hint"),
        (*_hours(seeking, fitting or slots), Option(OTHER_DAY, T("button.other_day"))),
        lambda sent: _read_hour(ctx, seeking, slots, said, sent),
        still=lambda answer: answer in by_id,
        columns=4,
        kept=frozenset(by_id),
        gone=T("time.taken"),
    )
    answer = await ask(question, given=[seeking.key, said.day.isoformat()])
    if answer == OTHER_DAY:
        revise(*KEYS)
    return by_id[answer]


def _hour_key(said: Said, fitting: tuple[Slot, ...]) -> str:
    return "time.hour_other" if (said.part or said.at) and not fitting else "time.hour"


def _one_for_each_start(slots: tuple[Slot, ...]) -> tuple[Slot, ...]:
    """Of several doctors who are free at the same time, the first."""
    return tuple({slot.start: slot for slot in reversed(slots)}.values())[::-1]


def _hours(seeking: Seeking, slots: tuple[Slot, ...]) -> tuple[Option, ...]:
    local = seeking.clinic.local
    return tuple(Option(str(slot.id), T("button.hour", start=local(slot.start))) for slot in slots)


def _read_hour(ctx: Context, seeking: Seeking, slots: tuple[Slot, ...], said: Said, sent: Input) -> Json:
    hint = T("time.hour_hint")
    wanted = _read(ctx, seeking.clinic, sent, hint)
    if wanted.at is None or wanted.day not in (None, said.day):
        raise NotUnderstood(hint)
    at = f"{wanted.at:%H:%M}"
    found = next((slot for slot in slots if f"{seeking.clinic.local(slot.start):%H:%M}" == at), None)
    if found is None:
        raise WrongValue(T("time.no_such_hour"))
    return str(found.id)
