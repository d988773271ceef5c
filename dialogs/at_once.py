"""One SMS with the nearest times of one's own doctor: the digit that chooses one of them signs it.

What is signed is what that SMS showed: doctor, room, clinic, day and hour, bound by the digest in the option.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from dialogs import times
from dialogs.context import Context
from dialogs.doctors import DOCTOR_KEYS, Seen
from dialogs.drafts import Signed
from dialogs.engine import Input, Json, NotUnderstood, Option, Question, T, answer_of, ask, digest, receipt_of
from dialogs.facts import RequestCard, Wish
from dialogs.questions import typed
from dialogs.times import Seeking, when_reader
from rules.appointment import doctors_for
from rules.doctors import Doctor, DoctorRole, is_of_the_three
from rules.home_call import ForWhom
from rules.law import rule
from rules.slots import Slot

AT_ONCE: Final = times.AT_ONCE
OTHER: Final = "other"
SEND: Final = "send-"
SHOWN: Final = 3
HINT: Final = T("appointment.at_once_hint")
_NUMBER: Final = re.compile(r"\W*[0-9]{1,2}\W*")


@dataclass(frozen=True, slots=True)
class SignedAtOnce:
    """A time that was chosen and signed in one step."""

    seeking: Seeking
    slot: Slot
    signed: Signed


@dataclass(frozen=True, slots=True)
class OtherTime:
    """What was said of another time with the same doctor, as ``times.when_reader`` reads it."""

    seeking: Seeking
    said: Json


AtOnce: TypeAlias = SignedAtOnce | OtherTime | RequestCard | None


@rule("AP-01", "CH-02", "G-57")
async def signed_at_once(ctx: Context, whom: ForWhom, seen: Seen) -> AtOnce:
    """Offer the nearest times on a button phone; the open appointment, if there is one with such a doctor.

    ``None`` where another doctor is wanted, or no time is near: that is asked step by step.
    """
    # A conversation that came from a chat goes on where it was.
    if not ctx.terse or answer_of("appointment.role") is not None:
        return None
    doctor = await _first(ctx, seen)
    if doctor is None:
        return None
    held = await ctx.facts.open_booking(DoctorRole(doctor.role), seen.patient.id)
    if held is not None:
        return held
    wish = Wish(seen.clinic.no, DoctorRole(doctor.role), doctor.doctor_no)
    seeking = Seeking(seen.clinic, wish, ctx.doctor(doctor.full_name), (AT_ONCE, *DOCTOR_KEYS))
    return await _signed(ctx, whom, seen, seeking)


async def _first(ctx: Context, seen: Seen) -> Doctor | None:
    """One's own doctor; if they have no time, whoever of the same clinic can be had first."""
    own = None if seen.attachment.doctor_no is None else await ctx.facts.doctor(seen.attachment.doctor_no)
    if own is not None and is_of_the_three(own.role) and own.clinic_no == seen.clinic.no:
        wish = Wish(own.clinic_no, DoctorRole(own.role), own.doctor_no)
        if await _nearest(ctx, seen, wish):
            return own
    there = await ctx.facts.roles_to_book(seen.clinic.no)
    found = [await _nearest(ctx, seen, Wish(seen.clinic.no, role)) for role in DoctorRole if role in there]
    first = min((slots[0] for slots in found if slots), key=lambda slot: slot.start, default=None)
    return None if first is None else await ctx.facts.doctor(first.doctor_no)


async def _nearest(ctx: Context, seen: Seen, wish: Wish) -> tuple[Slot, ...]:
    """The next times on days when such a doctor takes a patient of that age (AP-02)."""
    slots = await ctx.facts.nearest_free(wish, ctx.now, times.NEAREST_KEPT)
    return tuple(slot for slot in slots if slot.role in doctors_for(seen.patient.birth_date, slot.day))


async def _signed(
    ctx: Context, whom: ForWhom, seen: Seen, seeking: Seeking
) -> SignedAtOnce | OtherTime | None:
    held = receipt_of(times.HOLD)
    lost = await times.lost_of(ctx, seeking, held)
    nearest = [slot for slot in await _nearest(ctx, seen, seeking.wish) if slot.id != lost]
    if not nearest:
        return None
    offered = _offered(ctx, whom, seen, seeking, [one for one in nearest if one.room == nearest[0].room])
    reads, still = await _reader(ctx, seen, seeking)
    question = Question(
        AT_ONCE,
        (*times.taken(lost), _text(ctx, whom, seen, seeking, nearest[0])),
        HINT,
        (*(one.option for one in offered[:SHOWN]), Option(OTHER, T("button.other_visit"))),
        reads,
        still,
        kept=frozenset(one.option.id for one in offered),
        gone=T("time.taken"),
    )
    answer = await ask(question, given=[seen.key, seeking.key])
    if answer == OTHER:
        return None
    if isinstance(answer, dict):
        return OtherTime(seeking, answer)
    chosen = next(one for one in offered if one.option.id == answer)
    await times.hold(chosen.slot, held)
    return SignedAtOnce(seeking, chosen.slot, chosen.signed)


async def _reader(
    ctx: Context, seen: Seen, seeking: Seeking
) -> tuple[Callable[[Input], Json], Callable[[Json], bool]]:
    """Another day or hour can be said in place of a digit."""
    free = frozenset(one.day for one in await ctx.facts.free_days(seeking.wish, ctx.now))
    read_when, still = when_reader(ctx, seen.clinic, free)

    def reads(sent: Input) -> Json:
        if _NUMBER.fullmatch(typed(sent, HINT)):
            # A digit is of the menu: what it does not offer is no day of the month.
            raise NotUnderstood(HINT)
        return read_when(sent)

    return reads, still


@dataclass(frozen=True, slots=True)
class _Offered:
    """One time with what its digit signs."""

    slot: Slot
    option: Option
    signed: Signed


def _offered(
    ctx: Context, whom: ForWhom, seen: Seen, seeking: Seeking, slots: Sequence[Slot]
) -> list[_Offered]:
    return [_sealed(ctx, whom, seen, _text(ctx, whom, seen, seeking, slot), slot) for slot in slots]


def _sealed(ctx: Context, whom: ForWhom, seen: Seen, text: T, slot: Slot) -> _Offered:
    label = T("button.at_once", start=seen.clinic.local(slot.start))
    shown = f"{ctx.render(text)}\n{ctx.render(label)}"
    details: Json = [whom, seen.patient.id, seen.clinic.no, slot.doctor_no, slot.id]
    seal = digest((shown, details))
    return _Offered(slot, Option(f"{SEND}{seal}", label), Signed(seal, shown, ctx.locale))


def _text(ctx: Context, whom: ForWhom, seen: Seen, seeking: Seeking, slot: Slot) -> T:
    values = {"doctor": seeking.doctor, "room": slot.room, "clinic": ctx.named(seen.clinic)}
    if whom is ForWhom.SELF:
        return T(AT_ONCE, **values)
    return T("appointment.at_once_child", name=ctx.patient(seen.patient), **values)
