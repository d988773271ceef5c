"""Finding a clinic: as people name it, near a place they share, or from a list; and what its card says."""

from collections.abc import Callable
from typing import Any, Final

from dialogs.actions import MENU
from dialogs.clinic_names import named
from dialogs.context import Context
from dialogs.engine import (
    End,
    Input,
    Json,
    NotUnderstood,
    Option,
    Plain,
    Question,
    SharedLocation,
    T,
    Want,
    WrongValue,
    ask,
    dialog,
    end,
    revise,
)
from dialogs.facts import Street
from dialogs.questions import typed
from rules.attachment import has_room
from rules.clinics import PREMISES_FEATURES, Clinic, Takes
from rules.distance import is_another_city, kilometres
from rules.law import rule
from rules.phone import shown

ON_A_PAGE: Final = 8
MOST_PAGES: Final = 12
MOST_TO_CHOOSE_FROM: Final = 12
MOST_NEAR: Final = 5
MOST_TURNS: Final = 5
"""How often a clinic is looked for anew within one question, before only buttons are left."""
MORE: Final = "more"
NEAR: Final = "near"
LIST: Final = "list"

# About ten metres: nearer than any clinic, and no more is kept than is needed.
_DECIMALS: Final = 4
_METRES_BELOW_KM: Final = 1
_METRES: Final = 1000


_TURNS: Final = range(1, MOST_TURNS + 1)


def keys_of(key: str) -> tuple[str, ...]:
    """Every answer by which a clinic is chosen under that key, to be forgotten together."""
    pages = (f"{key}.{number}" for number in range(2, MOST_PAGES + 1))
    turns = [_turned(f"{key}.{what}", turn) for what in ("near", "which") for turn in _TURNS]
    return (key, *pages, f"{key}.place", *turns)


@rule("AT-02", "G-86")
async def chosen_clinic(ctx: Context, key: str, text: T, given: Json = None) -> Clinic:
    """Ask for a clinic and return it; ``given`` is what the choice depends on. A desk has its own."""
    own = None if ctx.desk is None else await ctx.facts.clinic(ctx.desk.clinic_no)
    if own is not None:
        return own
    clinics, streets = await ctx.facts.clinics(), await ctx.facts.streets()
    reads = _reader(clinics, streets)
    answer = await _picked(ctx, key, text, clinics, reads, given)
    if answer == NEAR:
        answer = await ask(_place(key, clinics, reads), given=given)
        if answer == LIST:
            revise(key, f"{key}.place")
    return await _settled(ctx, key, answer, clinics, reads, given)


async def _settled(
    ctx: Context,
    key: str,
    answer: Any,
    clinics: tuple[Clinic, ...],
    reads: Callable[[Input], Json],
    given: Json,
) -> Clinic:
    """Ask until one is left. Whatever is typed meanwhile is looked for anew among all of them."""
    by_no = {str(clinic.no): clinic for clinic in clinics}
    for turn in _TURNS:
        if isinstance(answer, dict) and len(_numbers(answer)) == 1:
            answer = str(_numbers(answer)[0])
        if isinstance(answer, str):
            return by_no[answer]
        read_on = None if turn == MOST_TURNS else reads
        if "place" in answer:
            near = _near(_turned(f"{key}.near", turn), clinics, answer["place"], read_on, ctx)
            answer = await ask(near, given=answer["place"])
        else:
            which = _which(_turned(f"{key}.which", turn), clinics, _numbers(answer), read_on, ctx)
            answer = await ask(which, given=[given, answer["clinics"]])
        if answer == LIST:
            revise(*keys_of(key))
    return by_no[answer]


def _turned(key: str, turn: int) -> str:
    return key if turn == 1 else f"{key}.{turn}"


def _which(
    key: str,
    clinics: tuple[Clinic, ...],
    numbers: list[Json],
    reads: Callable[[Input], Json] | None,
    ctx: Context,
) -> Question:
    options = tuple(_option(ctx, clinic) for clinic in clinics if clinic.no in numbers)
    still = _stands(clinics)
    return Question(key, (T("clinic.which"),), T("clinic.hint"), options, reads, still, numbered=False)


def _stands(clinics: tuple[Clinic, ...]) -> Callable[[Json], bool]:
    """Whether what was typed still means clinics of the directory, or a place."""
    known = {clinic.no for clinic in clinics}
    return lambda answer: isinstance(answer, dict) and known.issuperset(_numbers(answer))


async def _picked(
    ctx: Context, key: str, text: T, clinics: tuple[Clinic, ...], reads: Callable[[Input], Json], given: Json
) -> Any:
    pages = [clinics[start : start + ON_A_PAGE] for start in range(0, len(clinics), ON_A_PAGE)][:MOST_PAGES]
    for number, page in enumerate(pages, start=1):
        near = (Option(NEAR, T("button.near_me")),) if number == 1 and _may_share(ctx, clinics) else ()
        more = (Option(MORE, T("button.more_clinics")),) if number < len(pages) else ()
        question = Question(
            key if number == 1 else f"{key}.{number}",
            (text if number == 1 else T("clinic.page", page=number),),
            T("clinic.hint"),
            (*near, *(_option(ctx, clinic) for clinic in page), *more),
            reads,
            still=_stands(clinics),
            # A typed 5 is polyclinic № 5, not the fifth of the list.
            numbered=False,
        )
        answer = await ask(question, given=given)
        if answer != MORE:
            return answer
    raise LookupError(key)


def _may_share(ctx: Context, clinics: tuple[Clinic, ...]) -> bool:
    """A place can be shared in a chat alone, and helps only where some clinic's own place is known."""
    return ctx.channel == "telegram" and bool(_placed(clinics))


def _numbers(answer: dict[str, Json]) -> list[Json]:
    numbers = answer.get("clinics", [])
    return numbers if isinstance(numbers, list) else []


def _option(ctx: Context, clinic: Clinic) -> Option:
    return Option(str(clinic.no), Plain(clinic.short(ctx.locale)))


def _reader(clinics: tuple[Clinic, ...], streets: tuple[Street, ...]) -> Callable[[Input], Json]:
    def reads(sent: Input) -> Json:
        if isinstance(sent, SharedLocation):
            return _read_place(sent, clinics)
        found = named(typed(sent, T("clinic.hint")), clinics, streets)
        if not found:
            told = WrongValue if any(map(str.isdigit, typed(sent, T("clinic.hint")))) else NotUnderstood
            raise told(T("clinic.not_found"))
        if len(found) > MOST_TO_CHOOSE_FROM:
            raise WrongValue(T("clinic.too_many", found=len(found)))
        return {"clinics": [clinic.no for clinic in found]}

    return reads


# Near a place.


def _place(key: str, clinics: tuple[Clinic, ...], reads: Callable[[Input], Json]) -> Question:
    """Ask for the place itself, with a key that shares it in one tap."""
    return Question(
        f"{key}.place",
        (T("clinic.place"),),
        T("clinic.place_hint"),
        (Option(LIST, T("button.all_clinics")),),
        reads,
        still=_stands(clinics),
        wants=frozenset({Want.LOCATION}),
        numbered=False,
    )


def _placed(clinics: tuple[Clinic, ...]) -> list[tuple[Clinic, float, float]]:
    return [
        (clinic, clinic.lat, clinic.lon)
        for clinic in clinics
        if clinic.lat is not None and clinic.lon is not None
    ]


def _by_distance(
    clinics: tuple[Clinic, ...], latitude: float, longitude: float
) -> list[tuple[float, Clinic]]:
    """Clinics whose place is known, nearest first, each with its distance in kilometres."""
    far = [(kilometres(latitude, longitude, lat, lon), clinic) for clinic, lat, lon in _placed(clinics)]
    return sorted(far, key=lambda one: (one[0], one[1].no))


def _read_place(sent: SharedLocation, clinics: tuple[Clinic, ...]) -> Json:
    near = _by_distance(clinics, sent.latitude, sent.longitude)
    if not near:
        raise NotUnderstood(T("clinic.no_places"))
    if is_another_city(near[0][0]):
        raise NotUnderstood(T("clinic.another_city", km=round(near[0][0])))
    return {"place": [round(sent.latitude, _DECIMALS), round(sent.longitude, _DECIMALS)]}


def _near(
    key: str,
    clinics: tuple[Clinic, ...],
    place: list[float],
    reads: Callable[[Input], Json] | None,
    ctx: Context,
) -> Question:
    near = _by_distance(clinics, *place)[:MOST_NEAR]
    options = (*(_option(ctx, clinic) for _, clinic in near), Option(LIST, T("button.all_clinics")))
    lines = tuple(_distance(ctx, clinic, far) for far, clinic in near)
    text = (T("clinic.near", lines=lines),)
    still = _stands(clinics)
    return Question(key, text, T("clinic.near_hint"), options, reads, still, numbered=False)


def _distance(ctx: Context, clinic: Clinic, far: float) -> T:
    """How far a clinic is. Where its place has not been checked, whole kilometres are precise enough."""
    name = clinic.short(ctx.locale)
    if clinic.verified_on is None:
        return T("clinic.about_kilometres", clinic=name, km=max(round(far), 1))
    if far < _METRES_BELOW_KM:
        return T("clinic.metres", clinic=name, metres=max(round(far * 10), 1) * _METRES // 10)
    # Both languages write a decimal comma.
    return T("clinic.kilometres", clinic=name, km=f"{far:.1f}".replace(".", ","))


# The card.


@dialog("clinics")
async def clinics(ctx: Context) -> End:
    """A clinic's phones, address, hours and premises, without any identity."""
    clinic = await chosen_clinic(ctx, "clinics.clinic", T("clinic.ask"))
    return end(*await card_of(ctx, clinic), T("emergency.line"), leads=(MENU,))


@rule("GEN-10", "GEN-12", "HC-18")
async def card_of(ctx: Context, clinic: Clinic) -> tuple[T, ...]:
    """What a citizen is shown of a clinic: where, when, for whom, what the premises have, is there room."""
    card = T(
        "clinic.card",
        clinic=ctx.named(clinic),
        address=clinic.address,
        phones=", ".join(shown(phone) for phone in clinic.phones[: 1 if ctx.terse else None]) or clinic.phone,
    )
    if ctx.terse:
        return card, opening_hours(clinic)
    takes = () if clinic.takes is Takes.EVERYONE else (T(f"clinic.takes.{clinic.takes}"),)
    room = _room(clinic, await ctx.facts.attached_count(clinic.no))
    checked = T("clinic.verified", day=clinic.verified_on) if clinic.verified_on else T("clinic.unverified")
    return (card, opening_hours(clinic), *takes, premises(clinic), room, checked)


def premises(clinic: Clinic) -> T:
    """What the premises have for everyone, in the standard's order; nothing known is said to be so."""
    there = tuple(T(f"clinic.feature.{code}") for code in PREMISES_FEATURES if code in clinic.features)
    return T("clinic.features", lines=there) if there else T("clinic.features_unknown")


def _room(clinic: Clinic, attached: int) -> T:
    room = has_room(clinic, attached)
    if room is None:
        return T("clinic.room_unknown")
    return T("clinic.room") if room else T("clinic.no_room")


def opening_hours(clinic: Clinic) -> T:
    """The clinic's week as one sentence."""
    hours = clinic.hours
    weekday, saturday = hours.weekday, hours.saturday
    if weekday and saturday:
        return T("clinic.hours", weekday=_span(str(weekday)), saturday=_span(str(saturday)))
    return T("clinic.hours_weekdays", weekday=_span(str(weekday or saturday or hours.sunday)))


def _span(text: str) -> str:
    return text.replace("-", "–")
