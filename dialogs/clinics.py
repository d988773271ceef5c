"""Finding a clinic: as people name it, or from a list in pages; and its phone, address and hours."""

import re
from typing import Any, Final

from dialogs.actions import MENU
from dialogs.context import Context
from dialogs.engine import (
    End,
    Input,
    Json,
    NotUnderstood,
    Option,
    Plain,
    Question,
    T,
    ask,
    dialog,
    end,
    fold,
)
from dialogs.questions import typed
from rules.clinics import Clinic
from rules.phone import shown

ON_A_PAGE: Final = 8
MOST_TO_CHOOSE_FROM: Final = 12
MORE: Final = "more"

_PIECES: Final = re.compile(r"[0-9]+|[^\W\d_]+")
# Words that stand in nearly every name, folded as `fold` does.
_EVERYWHERE: Final = frozenset(
    fold(word)
    for word in (
        "поликлиника",
        "емхана",
        "емханасы",
        "қалалық",
        "городская",
        "гп",
        "номер",
        "нөмір",
        "№",
        "алматы",
    )
)
_SHORTEST_WORD: Final = 3


async def chosen_clinic(ctx: Context, key: str, text: T, given: Json = None) -> Clinic:
    """Ask for a clinic and return it; ``given`` is what the choice depends on."""
    clinics = await ctx.facts.clinics()
    answer = await _picked(ctx, key, text, clinics, given)
    by_no = {clinic.no: clinic for clinic in clinics}
    if isinstance(answer, str):
        return by_no[int(answer)]
    numbers = answer["clinics"]
    if len(numbers) == 1:
        return by_no[numbers[0]]
    options = tuple(_option(ctx, by_no[no]) for no in numbers)
    which = Question(f"{key}.which", (T("clinic.which"),), T("clinic.hint"), options, numbered=False)
    return by_no[int(await ask(which, given=[given, numbers]))]


async def _picked(ctx: Context, key: str, text: T, clinics: tuple[Clinic, ...], given: Json) -> Any:
    pages = [clinics[start : start + ON_A_PAGE] for start in range(0, len(clinics), ON_A_PAGE)]
    for number, page in enumerate(pages, start=1):
        options = tuple(_option(ctx, clinic) for clinic in page)
        if number < len(pages):
            options = (*options, Option(MORE, T("button.more_clinics")))
        answer = await ask(_page(key, number, text, options, clinics), given=given)
        if answer != MORE:
            return answer
    raise LookupError(key)


def _page(
    key: str, number: int, text: T, options: tuple[Option, ...], clinics: tuple[Clinic, ...]
) -> Question:
    known = {clinic.no for clinic in clinics}
    return Question(
        key if number == 1 else f"{key}.{number}",
        (text if number == 1 else T("clinic.page", page=number),),
        T("clinic.hint"),
        options,
        reads=lambda sent: _read(sent, clinics),
        still=lambda answer: isinstance(answer, dict) and known.issuperset(_numbers(answer)),
        # A typed 5 is polyclinic № 5, not the fifth of the list.
        numbered=False,
    )


def _numbers(answer: dict[str, Json]) -> list[Json]:
    numbers = answer["clinics"]
    return numbers if isinstance(numbers, list) else []


def _option(ctx: Context, clinic: Clinic) -> Option:
    return Option(str(clinic.no), Plain(clinic.short(ctx.locale)))


def _read(sent: Input, clinics: tuple[Clinic, ...]) -> Json:
    found = named(typed(sent, T("clinic.hint")), clinics)
    if not found:
        raise NotUnderstood(T("clinic.not_found"))
    if len(found) > MOST_TO_CHOOSE_FROM:
        raise NotUnderstood(T("clinic.too_many", found=len(found)))
    return {"clinics": [clinic.no for clinic in found]}


def named(text: str, clinics: tuple[Clinic, ...]) -> tuple[Clinic, ...]:
    """The clinics that these words may mean: "5", "№ 5", "5-я детская", "Гоголя"."""
    wanted = [
        piece for piece in _PIECES.findall(fold(text)) if piece.isdigit() or len(piece) >= _SHORTEST_WORD
    ]
    telling = [piece for piece in wanted if piece not in _EVERYWHERE]
    if not telling:
        return ()
    return tuple(clinic for clinic in clinics if all(_has(clinic, piece) for piece in telling))


def _has(clinic: Clinic, piece: str) -> bool:
    name = _PIECES.findall(fold(f"{clinic.name_ru} {clinic.name_kk} {clinic.short_ru} {clinic.short_kk}"))
    if piece.isdigit():
        return piece in name
    stem = piece[:5]
    return any(word.startswith(stem) for word in (*name, *_PIECES.findall(fold(clinic.address))))


@dialog("clinics")
async def clinics(ctx: Context) -> End:
    """A clinic's phones, address and hours, without any identity."""
    clinic = await chosen_clinic(ctx, "clinics.clinic", T("clinic.ask"))
    card = T(
        "clinic.card",
        clinic=clinic.name(ctx.locale),
        address=clinic.address,
        phones=", ".join(shown(phone) for phone in clinic.phones) or clinic.phone,
    )
    checked = T("clinic.verified", day=clinic.verified_on) if clinic.verified_on else T("clinic.unverified")
    return end(card, opening_hours(clinic), checked, T("emergency.line"), leads=(MENU,))


def opening_hours(clinic: Clinic) -> T:
    """The clinic's week as one sentence."""
    hours = clinic.hours
    weekday, saturday = hours.weekday, hours.saturday
    if weekday and saturday:
        return T("clinic.hours", weekday=_span(str(weekday)), saturday=_span(str(saturday)))
    return T("clinic.hours_weekdays", weekday=_span(str(weekday or saturday or hours.sunday)))


def _span(text: str) -> str:
    return text.replace("-", "–")
