"""Why each person wants to be attached, whom the law lets pass, and what is said to the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, assert_never

from dialogs.actions import MENU, again
from dialogs.clinics import keys_of
from dialogs.context import Context
from dialogs.engine import End, Json, Option, Question, T, ask, end, revise
from dialogs.standing import Standing, law_of, not_yet_words
from rules.attachment import (
    AlreadyHere,
    Cause,
    MayAttach,
    MayNotYet,
    OtherPatients,
    Terms,
    causes_for,
    may_attach,
)
from rules.clinics import Clinic
from rules.days import Day
from rules.law import Allowed, GroundCode, Refused, rule

CAUSE: Final = "attachment.cause"
MOST_PEOPLE: Final = 13
CAUSE_KEYS: Final = (CAUSE, *(f"{CAUSE}.{number}" for number in range(1, MOST_PEOPLE + 1)))
CARD: Final = "attachment.card"
CLINIC_KEYS: Final = (*keys_of("attachment.clinic"), CARD)
"""Every answer that says which clinic, to be forgotten together."""

EACH: Final = "each"
GO_ON: Final = "go_on"
OTHER_CLINIC: Final = "other"
STOP: Final = "stop"


@dataclass(frozen=True, slots=True, repr=False)
class Applicant:
    """A person with the cause that was given."""

    standing: Standing
    cause: Cause


@rule("G-20")
async def with_causes(people: tuple[Standing, ...], today: Day) -> tuple[Applicant, ...]:
    """Ask why: once for all of them, or one by one where their reasons differ, of one age too."""
    possible = [causes_for(one.person, today, one.attachment) for one in people]
    common = [cause for cause in Cause if all(cause in causes for causes in possible)]
    each = (Option(EACH, T("button.each_cause")),) if len(people) > 1 else ()
    options = (*_causes(common), *each)
    explained = (T("attachment.cause_residence"),) if Cause.ACTUAL_RESIDENCE in common else ()
    question = Question(CAUSE, (T(CAUSE), *explained), T("hint.buttons"), options)
    answer = await ask(question, given=[one.key for one in people])
    if answer != EACH:
        return tuple(Applicant(one, Cause(answer)) for one in people)
    return tuple(
        [
            Applicant(one, await _own_cause(one, number, causes))
            for number, (one, causes) in enumerate(zip(people, possible, strict=True), start=1)
        ]
    )


async def _own_cause(one: Standing, number: int, causes: Sequence[Cause]) -> Cause:
    text = (T("attachment.cause_of", name=one.person.name),)
    question = Question(f"{CAUSE}.{number}", text, T("hint.buttons"), _causes(causes))
    return Cause(await ask(question, given=one.key))


def _causes(causes: Sequence[Cause]) -> tuple[Option, ...]:
    return tuple(Option(cause.value, T(f"button.cause_{cause}")) for cause in causes)


@rule("AT-07", "AT-08", "AT-09", "X-11", "G-75")
async def let_through(
    ctx: Context, applicants: tuple[Applicant, ...], clinic: Clinic, terms: Sequence[Terms], today: Day
) -> tuple[Applicant, ...] | End:
    """Those whom the law lets be attached there; of the others it is said why not, each on their own."""
    judged = await _judged(ctx, applicants, clinic, terms, today)
    passed = tuple(one for one, verdict in judged if isinstance(verdict, Allowed))
    stopped = [(one, verdict) for one, verdict in judged if not isinstance(verdict, Allowed)]
    if not stopped:
        return passed
    reasons = tuple(line for one, verdict in stopped for line in _why(one, verdict))
    if not passed and all(isinstance(verdict, MayNotYet) for _, verdict in stopped):
        return _over(reasons, stopped)
    going_on = (Option(GO_ON, T("button.go_on_with_others")),) if passed else ()
    # A desk attaches to its own clinic.
    other = (Option(OTHER_CLINIC, T("button.other_clinic")),) if ctx.desk is None else ()
    options = (*going_on, *other, Option(STOP, T("button.stop_here")))
    key = "attachment.some_refused" if passed else "attachment.all_refused"
    given: Json = [[one.standing.key, one.cause, type(verdict).__name__] for one, verdict in stopped]
    answer = await ask(
        Question(key, (*reasons, T(key)), T("hint.buttons"), options), given=[clinic.no, given]
    )
    if answer == OTHER_CLINIC:
        revise(*CLINIC_KEYS, key)
    return passed if answer == GO_ON else _over(reasons, stopped)


async def _judged(
    ctx: Context, applicants: tuple[Applicant, ...], clinic: Clinic, terms: Sequence[Terms], today: Day
) -> list[tuple[Applicant, MayAttach]]:
    judged: list[tuple[Applicant, MayAttach]] = []
    count = await ctx.facts.attached_count(clinic.no)
    for one in applicants:
        standing = one.standing
        verdict = may_attach(
            standing.person,
            standing.attachment,
            standing.choices,
            one.cause,
            clinic,
            count,
            terms,
            today,
        )
        # Whoever is let through takes a place of those that come after.
        count += isinstance(verdict, Allowed)
        judged.append((one, verdict))
    return judged


def _why(one: Applicant, verdict: MayAttach) -> tuple[T, ...]:
    """Why not, in whole sentences, with the ground and the clause where it is a refusal."""
    name = one.standing.person.name
    match verdict:
        case Allowed():
            return ()
        case Refused(ground=ground):
            return (T("attachment.refused", name=name, ground=T(ground.words_key), law=law_of(ground)),)
        case MayNotYet(why="outside_campaign"):
            return (T("attachment.refused_campaign", name=name), not_yet_words(verdict))
        case MayNotYet():
            return (
                T("attachment.refused_too_often", name=name, ground=T(verdict.ground.words_key)),
                not_yet_words(verdict),
            )
        case AlreadyHere():
            return (T("attachment.already_here", name=name),)
        case OtherPatients(takes=takes):
            return (T(f"attachment.takes_{takes}", name=name),)
        case _:
            assert_never(verdict)


def _over(reasons: tuple[T, ...], stopped: Sequence[tuple[Applicant, MayAttach]]) -> End:
    """Nothing was sent. A refusal has its ground, the way on, and the right to complain (GEN-14)."""
    ground = next((found for _, verdict in stopped if (found := _ground(verdict))), None)
    later = (T("attachment.later"),) if any(isinstance(verdict, MayNotYet) for _, verdict in stopped) else ()
    appeal = (T("appeal.right"),) if ground else ()
    text = (*reasons, *later, T("attachment.nothing_sent"), *appeal)
    return end(*text, leads=(again("attachment"), MENU), ground=ground)


def _ground(verdict: MayAttach) -> GroundCode | None:
    # Outside the campaign nobody is refused: the act's ground is of a choice made too often.
    if isinstance(verdict, MayNotYet) and verdict.why == "outside_campaign":
        return None
    return verdict.ground.code if isinstance(verdict, Refused | MayNotYet) else None
