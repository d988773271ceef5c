"""Where people are attached and whether they may change today: told before anything is filled in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from dialogs.actions import MENU, status_of, withdraw
from dialogs.context import Context
from dialogs.engine import End, Json, Option, Plain, Question, T, ask, end
from dialogs.engine.words import Value
from dialogs.facts import RequestCard
from dialogs.patients import children_listed
from rules.attachment import MayNotYet, Terms, effective_on, free_choice, registration
from rules.clinics import Clinic
from rules.days import Day, country_day
from rules.home_call import ForWhom
from rules.law import Allowed, Ground, Service, rule
from rules.people import Attachment, Person

WHO: Final = "attachment.who"
CHILD: Final = "attachment.child"
MOST_CHILDREN: Final = 12
KEYS: Final = (WHO, CHILD, *(f"{CHILD}.{number}" for number in range(2, MOST_CHILDREN + 1)))
"""Every answer that says who is to be attached, to be forgotten together."""

SELF: Final = "self"
TOGETHER: Final = "together"
CHILDREN: Final = "children"
ALL: Final = "all"
NO_MORE: Final = "no_more"
NOT_NOW: Final = "not_now"


@dataclass(frozen=True, slots=True, repr=False)
class Standing:
    """One person as they stand today. ``open_card`` is their open request for attachment, if there is one.

    ``carried_to`` is the day that a request sent now counts from, if that day is not too soon as today is.
    """

    person: Person
    for_whom: ForWhom
    attachment: Attachment | None
    clinic: Clinic | None
    choices: tuple[Day, ...]
    may_choose: Allowed | MayNotYet
    open_card: RequestCard | None
    carried_to: Day | None = None

    @property
    def key(self) -> Json:
        """What the answers about this person depend on."""
        return [self.person.id, self.attachment.clinic_no if self.attachment else None]


def law_of(ground: Ground) -> T:
    """The act and clause of a ground, as a citizen reads them of an attachment."""
    return T(f"attachment.law.{ground.code}")


@rule("AT-07", "G-20", "G-75")
async def chosen_people(ctx: Context, caller: Person, terms: Sequence[Terms]) -> tuple[Standing, ...] | End:
    """Tell where everybody stands, and ask who is to be attached: the caller, children, or both."""
    own = await _standing(ctx, caller, ForWhom.SELF, terms)
    listed = (await children_listed(ctx, caller)).values()
    children = [await _standing(ctx, child, ForWhom.CHILD, terms) for child in listed][:MOST_CHILDREN]
    free = [child for child in children if child.open_card is None]
    if own.open_card is not None and not free:
        return _nobody_left([own, *children])
    text = (*_told(ctx, [own, *children], terms), T(WHO))
    options = (
        *((Option(SELF, T("button.attach_self")),) if own.open_card is None else ()),
        *((Option(TOGETHER, T("button.attach_together")),) if own.open_card is None and free else ()),
        *((Option(CHILDREN, T("button.attach_children")),) if free else ()),
        Option(NOT_NOW, T("button.not_now")),
    )
    answer = await ask(Question(WHO, text, T("hint.buttons"), options), given=caller.id)
    if answer == NOT_NOW:
        return end(T("attachment.nothing_sent"), leads=(MENU,))
    chosen = () if answer == SELF else await _chosen_children(free)
    return (*((own,) if answer != CHILDREN else ()), *chosen)


async def _standing(ctx: Context, person: Person, whom: ForWhom, terms: Sequence[Terms]) -> Standing:
    attachment = await ctx.facts.attachment(person.id)
    choices = await ctx.facts.choices_made(person.id)
    clinic = await ctx.facts.clinic(attachment.clinic_no) if attachment else None
    may_choose = free_choice(choices, terms, country_day(ctx.now), attached=attachment is not None)
    carried = await _carried_to(ctx, clinic, choices, terms) if not may_choose.allowed else None
    return Standing(
        person,
        whom,
        attachment,
        clinic,
        choices,
        may_choose,
        await ctx.facts.open_request(Service.ATTACHMENT, person.id),
        carried,
    )


@rule("AT-06", "E-09")
async def _carried_to(
    ctx: Context, clinic: Clinic | None, choices: Sequence[Day], terms: Sequence[Terms]
) -> Day | None:
    """The later day that a request sent now would count from, if a clinic may be chosen on that day.

    Which clinic's hours hold is not known yet; those of the present one are taken, as nearly all are alike.
    """
    if clinic is None:
        return None
    registered = registration(ctx.now, clinic, await ctx.facts.calendar())
    day = clinic.local(registered.at).date()
    return day if free_choice(choices, terms, day).allowed else None


def _nobody_left(people: list[Standing]) -> End:
    """Everybody has a request that is open: one at a time."""
    cards = [one.open_card for one in people if one.open_card is not None]
    steps = [option for card in cards[:3] for option in (status_of(card.id), withdraw(card.id))]
    leads = (*(steps if len(cards) == 1 else (status_of(card.id) for card in cards)), MENU)
    lines = tuple(line for one in people for line in _open_line(one))
    return end(T("attachment.already_open", lines=lines), leads=leads)


def _told(ctx: Context, people: list[Standing], terms: Sequence[Terms]) -> tuple[T, ...]:
    """A paragraph for each person, and what holds for all of them."""
    own, *children = ((*_where(ctx, one), *_open_line(one), *_may(one)) for one in people)
    told = [T("attachment.stands", lines=own), *(T("attachment.stands_child", lines=one) for one in children)]
    if any(isinstance(one.may_choose, MayNotYet) for one in people):
        told.append(T("attachment.other_causes"))
    today = country_day(ctx.now)
    begins = effective_on(terms, today)
    waits = begins != today and any(one.attachment is not None for one in people)
    return (*told, T("attachment.effect", day=begins)) if waits else tuple(told)


def _where(ctx: Context, one: Standing) -> tuple[T, ...]:
    own = one.for_whom is ForWhom.SELF
    values: dict[str, Value] = {} if own else {"name": one.person.name}
    whose = "own" if own else "child"
    if one.attachment is None:
        return (T(f"attachment.nowhere_{whose}", **values),)
    clinic = one.clinic.name(ctx.locale) if one.clinic else "–"
    return (T(f"attachment.where_{whose}", clinic=clinic, since=one.attachment.attached_on, **values),)


def _open_line(one: Standing) -> tuple[T, ...]:
    if one.open_card is None:
        return ()
    return (T("attachment.open_line", name=one.person.name, number=one.open_card.number),)


def _may(one: Standing) -> tuple[T, ...]:
    match one.may_choose:
        case _ if one.open_card is not None:
            return ()
        case Allowed():
            return (T("attachment.may_today"),)
        case MayNotYet() as not_yet:
            carried = (T("attachment.carried_choice", day=one.carried_to),) if one.carried_to else ()
            return (not_yet_words(not_yet), *carried)


def not_yet_words(verdict: MayNotYet) -> T:
    """From when a clinic may be chosen freely again, and why not before; if used up, by which clause."""
    if verdict.last is None:
        # No clause of the act closes it: the dates are of the terms that the operator has set (G-20).
        return T("attachment.outside_campaign", earliest=verdict.earliest)
    law = law_of(verdict.ground)
    return T("attachment.used_up", last=verdict.last, earliest=verdict.earliest, law=law)


async def _chosen_children(free: list[Standing]) -> tuple[Standing, ...]:
    """One child by one, or all at once."""
    if len(free) == 1:
        return tuple(free)
    by_id = {child.person.id: child for child in free}
    whole = Option(ALL, T("button.all_children"))
    first = Question(CHILD, (T(CHILD),), T("hint.buttons"), (whole, *_of(by_id)))
    answer = await ask(first, given=list(by_id))
    if answer == ALL:
        return tuple(free)
    chosen = [by_id.pop(answer)]
    while by_id and (more := await _another(by_id, len(chosen) + 1)) != NO_MORE:
        chosen.append(by_id.pop(more))
    return tuple(chosen)


async def _another(left: dict[str, Standing], number: int) -> str:
    options = (*_of(left), Option(NO_MORE, T("button.no_more")))
    question = Question(f"{CHILD}.{number}", (T("attachment.another"),), T("hint.buttons"), options)
    return str(await ask(question, given=list(left)))


def _of(children: dict[str, Standing]) -> tuple[Option, ...]:
    people = (child.person for child in children.values())
    return tuple(Option(one.id, Plain(f"{one.name}, {one.birth_date.year}")) for one in people)
