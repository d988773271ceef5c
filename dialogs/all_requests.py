"""The list of all requests: of every service, newest first, page by page, narrowed to what is looked for."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from dialogs import cabinet_card, centre_requests, complaints, my_training
from dialogs.actions import COMPLAINT
from dialogs.context import Context
from dialogs.engine import End, Input, Json, NotUnderstood, Option, Question, T, WrongValue, ask, revise
from dialogs.identity import Identity
from dialogs.my_consents import MY_CONSENTS
from dialogs.patients import children_listed
from dialogs.questions import typed
from dialogs.rows import FILTER, FILTERED, LIST, MOST_PAGES, NEWBORN, SOMEBODY, Row, Source, to_list
from rules.days import country_day
from rules.law import rule
from rules.request_number import BadNumber, RequestNumber

SOURCES: Final[tuple[Source, ...]] = (
    cabinet_card.SOURCE,
    centre_requests.SOURCE,
    complaints.SOURCE,
    my_training.SOURCE,
)
"""Who brings rows into the list; of a button phone only the first one is asked (G-48)."""

ON_A_PAGE: Final = 5
MOST_BY_SMS: Final = 10
MORE: Final = Option("more", T("button.more_requests"))
NARROW: Final = Option("filter", T("button.narrow"))
ALL: Final = Option("all", T("button.all_requests"))
OPEN: Final = "open"
DONE: Final = "done"
_OF_KIND: Final = "kind."
_OF_PERSON: Final = "p"


@dataclass(frozen=True, slots=True)
class Listed:
    """A row and who brought it; ``id`` tells it from the rows of all others."""

    source: Source
    row: Row

    @property
    def id(self) -> str:
        """The id of its button."""
        return f"{self.source.prefix}{self.row.id}"

    async def opened(self, ctx: Context, identity: Identity, *, several: bool) -> End:
        """Its card; ``several`` where there is a list to go back to."""
        return await self.source.opened(ctx, identity, self.row.id, several)


async def settled(ctx: Context) -> End | None:
    """How it ended, once something was done about one of them in this conversation."""
    for source in SOURCES:
        over = await source.settled(ctx)
        if over is not None:
            return over
    return None


async def listed(ctx: Context, identity: Identity) -> tuple[Listed, ...]:
    """Every request that the person may see here, newest first."""
    sources = SOURCES[:1] if ctx.terse else SOURCES
    found = [Listed(source, row) for source in sources for row in await source.rows(ctx, identity)]
    return tuple(sorted(found, key=lambda one: one.row.made_at, reverse=True))


async def chosen(ctx: Context, identity: Identity, found: tuple[Listed, ...]) -> Listed:
    """The request that is looked for; the only one there is, is it."""
    if len(found) == 1:
        return found[0]
    if ctx.terse:
        answer = await ask(_by_sms(found[:MOST_BY_SMS]))
    else:
        answer = await _looked_for(ctx, identity, found)
    return next(one for one in found if one.id == answer)


def _by_sms(found: tuple[Listed, ...]) -> Question:
    options = tuple(Option(one.id, _label(one.row)) for one in found)
    hint = T("cabinet.list_hint")
    return Question(LIST, (T(LIST),), hint, options, _reader(found, hint), _known(found))


@rule("PC-07", "PC-08")
async def _looked_for(ctx: Context, identity: Identity, found: tuple[Listed, ...]) -> str:
    """The id that is pressed in the whole list, or in the part of it that was asked for."""
    people = await _people(ctx, identity, found)
    answer = await _picked(LIST, found, people, T("cabinet.all", count=len(found)), (NARROW,), None)
    if answer != NARROW.id:
        return answer
    parts = _parts(identity, found, people)
    options = tuple(Option(part, label) for part, label in parts.items())
    part = str(await ask(Question(FILTER, (T(FILTER),), T("hint.buttons"), options)))
    fitting = tuple(one for one in found if _fits(one.row, part, people))
    text = T("cabinet.part" if fitting else "cabinet.part_empty", part=parts[part], count=len(fitting))
    answer = await _picked(FILTERED, fitting, people, text, (NARROW, ALL), part)
    if answer == NARROW.id:
        revise(FILTER, *_keys(FILTERED))
    if answer == ALL.id:
        to_list()
    return answer


async def _picked(
    key: str,
    found: tuple[Listed, ...],
    people: dict[str, T],
    text: T,
    more: tuple[Option, ...],
    given: Json,
) -> str:
    """The id pressed on one of the pages, or typed as a number of any of them."""
    starts = range(0, max(len(found), 1), ON_A_PAGE)[:MOST_PAGES]
    pages = [found[start : start + ON_A_PAGE] for start in starts]
    reads, known, ids = (
        _reader(found, T("cabinet.no_such")),
        _known(found),
        frozenset(one.id for one in found),
    )
    for (number, page), name in zip(enumerate(pages, 1), _keys(key), strict=False):
        rows = tuple(Option(one.id, _label(one.row)) for one in page)
        onward = (MORE,) if number < len(pages) else ()
        said = text if number == 1 else T("cabinet.page", page=number, pages=len(pages))
        question = Question(
            name,
            (said, *(_item(one.row, people) for one in page), *_older(number, found)),
            T("cabinet.list_hint"),
            (*rows, *onward, *more),
            reads,
            known,
            # A request that has slipped to the next page since is opened all the same.
            kept=ids,
            leads=(COMPLAINT, MY_CONSENTS),
        )
        answer = str(await ask(question, given=given))
        if answer != MORE.id:
            return answer
    raise LookupError(key)


def _older(number: int, found: tuple[Listed, ...]) -> tuple[T, ...]:
    """Under the last page that there can be: how what was made before is found."""
    return (T("cabinet.older"),) if number == MOST_PAGES and len(found) > MOST_PAGES * ON_A_PAGE else ()


def _keys(key: str) -> tuple[str, ...]:
    return (key, *(f"{key}.{page}" for page in range(2, MOST_PAGES + 1)))


def _label(row: Row) -> T:
    return T("cabinet.row", number=row.number, day=row.day or country_day(row.made_at))


def _item(row: Row, people: dict[str, T]) -> T:
    """The five fields of a request."""
    return T(
        "cabinet.item",
        number=row.number,
        service=T(_LISTED_AS.get(row.service, f"service.{row.service}")),
        status=row.status,
        term=row.term,
        person=_person(row, people),
    )


# Which centre it was is health, and stands on its own card alone: a list is opened to look for anything.
# The college's services have names that no list holds.
_LISTED_AS: Final = {
    **dict.fromkeys(("phthisiatry", "psychiatry", "narcology"), "cabinet.service.centre"),
    **{asked: f"cabinet.service.{asked}" for asked in ("training", "duplicate")},
}


def _person(row: Row, people: dict[str, T]) -> T:
    return people.get(row.whose, T("cabinet.for_other"))


async def _people(ctx: Context, identity: Identity, found: tuple[Listed, ...]) -> dict[str, T]:
    """Whom the rows are for, by their ids: oneself first, then the children, then everybody else."""
    children = await children_listed(ctx, identity.person)
    named = {
        identity.person.id: T("cabinet.for_self"),
        **{child.id: T("cabinet.for_child", name=child.name) for child in children.values()},
        NEWBORN: T("cabinet.for_newborn"),
        SOMEBODY: T("cabinet.for_other"),
    }
    met = {one.row.whose if one.row.whose in named else SOMEBODY for one in found}
    return {whose: words for whose, words in named.items() if whose in met}


def _parts(identity: Identity, found: tuple[Listed, ...], people: dict[str, T]) -> dict[str, T]:
    """What the list can be narrowed to, by the ids of the buttons: only what tells rows apart."""
    kinds = tuple(dict.fromkeys(one.row.kind for one in found))
    of_kind = {f"{_OF_KIND}{kind}": _KINDS[kind] for kind in _KINDS if kind in kinds}
    of_person = {f"{_OF_PERSON}{whose}": _ONLY.get(whose, words) for whose, words in people.items()}
    if identity.person.id in people:
        of_person[f"{_OF_PERSON}{identity.person.id}"] = T("button.only_own")
    return {
        OPEN: T("button.only_open"),
        DONE: T("button.only_done"),
        **(of_kind if len(of_kind) > 1 else {}),
        **(of_person if len(of_person) > 1 else {}),
    }


_KINDS: Final = {
    "home_call": T("button.home_call"),
    "appointment": T("button.appointment"),
    "attachment": T("button.attachment"),
    "centre_info": T("button.centre_info"),
    "training": T("button.training"),
    "complaint": T("button.only_complaints"),
}
_ONLY: Final = {NEWBORN: T("button.only_newborn"), SOMEBODY: T("button.only_other")}


def _fits(row: Row, part: str, people: dict[str, T]) -> bool:
    if part in (OPEN, DONE):
        return row.is_open is (part == OPEN)
    if part.startswith(_OF_KIND):
        return row.kind == part.removeprefix(_OF_KIND)
    whose = row.whose if row.whose in people else SOMEBODY
    return whose == part.removeprefix(_OF_PERSON)


def _known(found: tuple[Listed, ...]) -> Callable[[Json], bool]:
    ids = {one.id for one in found}
    return lambda answer: answer in ids


def _reader(found: tuple[Listed, ...], unknown: T) -> Callable[[Input], Json]:
    """Read a number; ``unknown`` is said to one that is none of theirs, be it somebody else's or nobody's."""
    # Numbers begin anew each year: the newest one under it is meant.
    by_number = {one.row.number: one.id for one in reversed(found)}

    def reads(sent: Input) -> Json:
        try:
            number = str(RequestNumber.parse(typed(sent, T("cabinet.list_hint"))))
        except BadNumber as fault:
            raise NotUnderstood(T("cabinet.list_hint")) from fault
        if number not in by_number:
            raise WrongValue(unknown)
        return by_number[number]

    return reads
