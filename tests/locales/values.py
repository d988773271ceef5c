"""The longest values that a placeholder meets in life, so that lengths are counted at their worst."""

from datetime import datetime
from string import Formatter
from zoneinfo import ZoneInfo

from dialogs.engine import T
from locales.catalogue import words

LATE = datetime(2026, 12, 31, 23, 59, tzinfo=ZoneInfo("Asia/Almaty"))

LONGEST: dict[str, object] = {
    "number": "33-004512",
    "phone": "+7 727 397-47-90",
    "clinic_phone": "+7 727 397-47-90",
    "clinic": "Поликлиника студентов!",
    "code": "482913",
    "purpose": T("purpose.home_call"),
    "ground": T("ground.false_data"),
    "law": T("ground.not_attached.law"),
    "status": T("status.registered"),
    "service": T("service.home_call"),
    "doctor": "Нұрмағамбетова Г. Қ.",
    "document": T("document.kind.birth_certificate"),
    "role": T("role.general_practitioner"),
    "reason": T("reason.stomach"),
    "name": "Нұрмағамбетова Гүлбаршын Қуанышбекқызы",
    "words": "ы" * 500,
    "value": "Бауыржан Момышұлы атындағы даңғыл",
    "address": "Бауыржан Момышұлы атындағы даңғыл, 110/2-үй, 225-пәтер",
    "phones": "+7 727 397-47-90, +7 727 397-44-72",
    "lines": tuple(T("check.words", words="ы" * 80) for _ in range(10)),
    "signs": tuple(
        T(f"red_flag.{sign}") for sign in ("stroke", "stroke", "stroke", "stroke", "stroke", "stroke")
    ),
}


def rendered_at_worst(key: str, locale: str) -> dict[str, object]:
    """The values a template of that key is filled with at its longest."""
    names = {name: form for _, name, form, _ in Formatter().parse(words(key, locale)) if name}
    return {
        name: LONGEST.get(name, LATE if form or name in _MOMENTS else "0000") for name, form in names.items()
    }


_MOMENTS = frozenset(
    {"day", "due", "start", "end", "birth", "time", "checked", "opens", "before", "offered", "until"}
)
