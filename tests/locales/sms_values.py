"""The longest values that an SMS is filled with: of the clinics there are, of every status and ground."""

import csv
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from string import Formatter
from typing import Final

import locales
from dialogs.addresses import Address
from dialogs.engine import T
from dialogs.engine.words import Value
from dialogs.help import acts_by_sms
from dialogs.home_call import SHOWN_BY_SMS
from locales.catalogue import HERE, all_words, words
from rules.about import Today, Topic, about
from rules.consent import SMS_TEXTS, Purpose, consent_text_by_sms
from rules.grounds import FALSE_DATA, NO_AUTHORITY, NOT_ATTACHED
from rules.home_call import RED_FLAGS
from rules.law import Ground
from tests.locales.values import LATE, LONGEST

CLINICS = HERE.parent / "data" / "almaty" / "clinics.csv"
LONGEST_DOCTOR = "Нұрмағамбетова Г. Қ."
LONGEST_FIRST_NAME = "Нұрмұхаммед"
NUMBER = "33-004512"
UNKNOWN = "?"
"""What no value has been given for."""


@cache
def longest_clinic(locale: str) -> str:
    """The longest short name of the directory."""
    with CLINICS.open(encoding="utf-8", newline="") as file:
        return max((row[f"short_name_{locale}"] for row in csv.DictReader(file)), key=len)


@cache
def longest_of(prefix: str, locale: str) -> T:
    """The words under that prefix that are longest in an SMS of that language."""
    keys = [key for key in all_words(locale) if key.startswith(f"{prefix}.")]
    whole = [key for key in keys if "{" not in words(key, locale) and not key.endswith(".law")]
    return T(max(whole, key=lambda key: len(locales.render(T(key), locale, short=True))))


def lines_of(key: str, locale: str) -> tuple[T, ...]:
    """What a card or a summary says, line by line, at its longest."""
    if key in {"home_call.check", "aloud.check"}:
        return (
            T("check.patient", name=LONGEST_FIRST_NAME, last="3065"),
            T("check.clinic", clinic=longest_clinic(locale)),
            T("check.day", day=LATE),
            T("check.words", words="ы" * 80),
            *Address(whole="ы" * 200).cut(SHOWN_BY_SMS).lines,
            T("check.phone", phone="+7 701 ***-**-67"),
            T("check.birth_certificate"),
        )
    if key.startswith("attachment."):
        return (T("attachment.to", clinic=longest_clinic(locale)), T("attachment.effect", day=LATE))
    values = values_of("notice.visit_booked", locale)
    named = ("doctor", "day", "time", "room", "clinic", "address")
    lines = tuple(
        T(f"visit.{name}", **_of(f"visit.{name}", values | {"address": "ы" * 66})) for name in named
    )
    if key == "appointment.check":
        return (T("check.patient", name=LONGEST_FIRST_NAME, last="3065"), *lines)
    return (*lines, T("visit.phone", phone="+7 727 397-47-90")) if key == "cabinet.visit_result" else lines


def _of(key: str, values: Mapping[str, Value]) -> dict[str, Value]:
    return {name: values[name] for name in _names(key, "ru")}


def values_of(key: str, locale: str) -> dict[str, Value]:
    """What the words under ``key`` are filled with in an SMS, at their longest."""
    return {name: _value(key, name, form, locale) for name, form in _names(key, locale).items()}


def _names(key: str, locale: str) -> dict[str, str]:
    """The names in the words and in their short form, with how each is shown."""
    found: dict[str, str] = {}
    for one in (key, f"short.{key}"):
        if one in all_words(locale):
            fields = Formatter().parse(words(one, locale))
            found |= {name: form or "" for _, name, form, _ in fields if name}
    return found


def _value(key: str, name: str, form: str, locale: str) -> Value:
    if name in {"status", "service", "role"}:
        return longest_of(name, locale)
    if name in _BY_KEY:
        return _BY_KEY[name](key, locale)
    if name in _FIXED:
        return _FIXED[name]
    return LATE if form or name in _MOMENTS else _plain(name)


_FIXED: Final[Mapping[str, Value]] = {
    "doctor": LONGEST_DOCTOR,
    "requester": LONGEST_DOCTOR,
    "name": LONGEST_FIRST_NAME,
    "child": LONGEST_FIRST_NAME,
    "address": "ы" * SHOWN_BY_SMS,
    "value": "ы" * SHOWN_BY_SMS,
    "street": "ы" * 200,
    "signs": tuple(T(f"red_flag.{flag}") for flag in RED_FLAGS),
    "numbers": ", ".join((NUMBER,) * 3),
    "phones": "+7 727 397-47-90",
    "place": "43.25654, 76.94547",
    "most": "500",
    "sent": "1600",
    "room": "0000",
    "page": "12",
    "last": "3065",
    "weekday": "08:00–20:00",
    "saturday": "09:00–14:00",
    "found": "33",
    "bot": "@dariger_polyclinic_almaty_bot",
    "days": "60",
    "seen": "24",
    "reply": "482",
    "minutes": "30",
    "hours": "24",
    "months": "12",
    "choices": "2",
    "closes": "18:00",
    "closes_saturday": "12:00",
    "clauses": "5, 6, 9, 14, 15, 16, 17(1), 17(2), 17(3), 17(4)",
}


def _purpose(key: str, locale: str) -> T:
    """What a consent is asked for; a code with its consent is of one of the services that SMS are for."""
    if key.startswith("sms.consent"):
        return longest_of("third_party.purpose", locale)
    return T(f"purpose.{_longest_asked(locale)}") if "_talk" in key else longest_of("purpose", locale)


@cache
def _longest_asked(locale: str) -> Purpose:
    def length(purpose: Purpose) -> int:
        said = (T(f"purpose.{purpose}"), T(consent_text_by_sms(purpose).words_key))
        return sum(len(locales.render(one, locale, short=True)) for one in said)

    return max(SMS_TEXTS, key=length)


def _ground(key: str, locale: str) -> Ground:
    """The ground of the refusal; where it can be any, the one that is longest with its act."""
    if key.endswith(".not_attached"):
        return NOT_ATTACHED

    def length(ground: Ground) -> int:
        said = (T(ground.words_key), T(ground.law_words_key))
        return sum(len(locales.render(one, locale, short=True)) for one in said)

    return max((NOT_ATTACHED, FALSE_DATA, NO_AUTHORITY), key=length)


def _acts(_: str, locale: str) -> tuple[T, ...]:
    """The acts of the topic whose law takes most room."""
    named = [acts_by_sms(about(topic, Today(date(2026, 11, 20)))) for topic in Topic]
    return max(named, key=lambda acts: sum(len(locales.render(act, locale)) + 1 for act in acts))


def _act(_: str, locale: str) -> T:
    """The act that takes most room where it is said to be repealed."""
    named = [act for topic in Topic for act in acts_by_sms(about(topic, Today(date(2026, 11, 20))))]
    inner = [act.values["act"] for act in named if "act" in act.values]
    acts = [act for act in inner if isinstance(act, T)]
    return max(acts, key=lambda act: len(locales.render(act, locale)))


_BY_KEY: Final[Mapping[str, Callable[[str, str], Value]]] = {
    "act": _act,
    "clinic": lambda _, locale: longest_clinic(locale),
    "short": lambda _, locale: longest_clinic(locale),
    "document": lambda _, locale: longest_of("document.kind", locale),
    "cause": lambda _, locale: longest_of("cause", locale),
    "lines": lines_of,
    "acts": _acts,
    "purpose": _purpose,
    "ground": lambda key, locale: T(_ground(key, locale).words_key),
    "law": lambda key, locale: T(_ground(key, locale).law_words_key),
    "consent": lambda _, locale: T(consent_text_by_sms(_longest_asked(locale)).words_key),
}


def _plain(name: str) -> Value:
    plain = LONGEST.get(name, UNKNOWN)
    return plain if isinstance(plain, str | T) else UNKNOWN


_MOMENTS = frozenset(
    {"day", "due", "start", "end", "birth", "time", "opens", "before", "offered", "until", "again", "checked"}
)
