"""The plain bot's screens: the same words and buttons as ours, straight from the catalogues."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TypeAlias

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from benchmarks.population import Made
from locales.catalogue import words as template
from locales.dates import long_day, long_moment
from rules.consent import Purpose, consent_text
from rules.home_call import RED_FLAGS, ForWhom, Reason

Shown: TypeAlias = tuple[str, InlineKeyboardMarkup]
Row: TypeAlias = tuple[tuple[str, str], ...]

CLINIC_PHONE = "+77273974790"
ANSWER_WITHIN = timedelta(minutes=30)


def say(key: str, locale: str, **values: object) -> str:
    """The words under a key, with values in them."""
    text = template(key, locale)
    return text.format(**values) if values else text


def languages() -> Shown:
    """The choice of a language."""
    text = "\n\n".join(say("desk.choose_language", locale) for locale in ("kk", "ru"))
    buttons = (
        (say("button.language", other), f"language:{this}") for this, other in (("kk", "ru"), ("ru", "kk"))
    )
    return text, inline(*((button,) for button in buttons))


def menu(locale: str) -> Shown:
    """What can be done here."""
    names = ("home_call", "appointment", "cabinet", "clinics", "language", "help")
    return say("desk.menu", locale), inline(*(((say(f"button.{name}", locale), name),) for name in names))


def flags(locale: str) -> Shown:
    """The warning signs."""
    text = say("home_call.red_flags", locale, signs=_signs(locale))
    return text, question(locale, "flags", yes="call_103", none="no_signs")


def notice(locale: str) -> Shown:
    """What happens to the data."""
    return say("home_call.notice", locale), question(locale, "notice", agree="agree", refuse="refuse")


def whom(locale: str) -> Shown:
    """For whom the doctor is."""
    answers = {who.value: f"for_{who}" for who in ForWhom}
    return say("home_call.for_whom", locale), question(locale, "whom", **answers)


def iin(locale: str) -> Shown:
    """The IIN."""
    return say("identity.iin", locale), inline(ways_out(locale))


def code(locale: str, purpose: Purpose) -> Shown:
    """The code."""
    consent = say(consent_text(purpose).words_key, locale)
    rows = [((say("button.new_code", locale), "new_code"),), ((say("button.no_sms", locale), "no_sms"),)]
    return f"{consent}\n\n{say('code.sent', locale)}", inline(*rows, ways_out(locale))


def code_sms(digits: str, locale: str, purpose: Purpose) -> str:
    """The code's SMS."""
    return say("code.sms_general", locale, code=digits, purpose=say(f"purpose.{purpose}", locale))


def reason(locale: str) -> Shown:
    """What is wrong."""
    offered = [one for one in Reason if one is not Reason.CHILD_UNWELL]
    rows: list[Row] = [((say(f"reason.{one}", locale), f"answer:reason:{one.value}"),) for one in offered]
    return say("home_call.reason", locale), inline(*rows, ways_out(locale), not_me(locale))


def words(locale: str) -> Shown:
    """More words."""
    return say("home_call.words", locale), question(locale, "words", not_me(locale), skip="nothing_to_add")


def address(locale: str, registered: str) -> Shown:
    """Where to come."""
    text = say("home_call.address", locale, address=registered)
    return text, question(
        locale, "address", not_me(locale), registered="address_right", other="address_other"
    )


def entrance(locale: str) -> Shown:
    """Entrance, floor, intercom."""
    return say("home_call.entrance", locale), question(locale, "entrance", not_me(locale), skip="skip")


def phone(locale: str, e164: str) -> Shown:
    """Whom to ring."""
    text = say("home_call.phone", locale, phone=_masked(e164))
    return text, question(locale, "phone", not_me(locale), registered="phone_right", other="phone_other")


def check(locale: str, person: Made, why: str, day: date) -> Shown:
    """The summary."""
    lines = (
        say("check.patient", locale, name=name_of(person), last=person.iin[-4:]),
        say("check.clinic", locale, clinic=f"№ {person.clinic_no}"),
        say("check.day", locale, day=long_day(day, locale)),
        say("check.reason", locale, reason=say(f"reason.{why}", locale)),
        say("address.whole", locale, value=person.address),
        say("check.phone", locale, phone=_masked(person.phone)),
        say("check.identity_document", locale),
    )
    text = say("home_call.check", locale, lines="\n".join(lines))
    return text, question(locale, "check", not_me(locale), send="send", change="change")


def registered(locale: str, number: str, now: datetime) -> Shown:
    """The number and the term."""
    due = _in_words("home_call.registered", locale, now + ANSWER_WITHIN)
    text = due.format(number=number, day=long_day(now.date(), locale), due="", phone=CLINIC_PHONE)
    names = {"refresh_status": "status", "withdraw": "withdraw", "menu": "menu"}
    rows: list[Row] = [((say(f"button.{name}", locale), data),) for name, data in names.items()]
    return f"{text}\n\n{say('home_call.if_worse', locale, signs=_signs(locale))}", inline(*rows)


def card(number: str, person: Made, now: datetime) -> Shown:
    """The staff's card, in Russian."""
    age = (now.date() - date.fromisoformat(person.birth_date)).days // 365
    lines = (
        say("staff.head.registered", "ru", number=number),
        say("staff.line.age", "ru", age=say("staff.age.band", "ru", band=f"{age}")),
        say("staff.line.address", "ru", address=person.address),
        say("staff.line.visit_day", "ru", day=long_day(now.date(), "ru")),
        _in_words("staff.line.due", "ru", now + ANSWER_WITHIN).format(due=""),
    )
    pressed = [(say(f"staff.button.{name}", "ru"), f"staff:{name}:{number}") for name in ("accept", "refuse")]
    more = (say("staff.button.details", "ru"), f"staff:details:{number}")
    return "\n".join(lines), inline(tuple(pressed), (more,))


def _in_words(key: str, locale: str, due: datetime) -> str:
    """The words under a key, with the term as time of day or in full, as they ask for it."""
    text = template(key, locale)
    return text.replace("{due:time}", f"{due:%H:%M}").replace("{due}", long_moment(due, locale))


def question(locale: str, key: str, *more: Row, **answers: str) -> InlineKeyboardMarkup:
    """The buttons of a question: its answers with their labels, the ways out, and more."""
    rows: list[Row] = [
        ((say(f"button.{label}", locale), f"answer:{key}:{answer}"),) for answer, label in answers.items()
    ]
    return inline(*rows, ways_out(locale), *more)


def ways_out(locale: str) -> Row:
    """Back and out."""
    return ((say("button.back", locale), "back"), (say("button.cancel", locale), "cancel"))


def not_me(locale: str) -> Row:
    """Whoever holds the phone is not who was confirmed."""
    return ((say("button.not_me", locale), "not_me"),)


def inline(*rows: Row) -> InlineKeyboardMarkup:
    """Buttons as aiogram takes them."""
    keyboard = [[InlineKeyboardButton(text=text, callback_data=data) for text, data in row] for row in rows]
    return InlineKeyboardMarkup(inline_keyboard=keyboard)


def _signs(locale: str) -> str:
    return "\n".join(say(f"red_flag.{flag}", locale) for flag in RED_FLAGS)


def name_of(person: Made) -> str:
    """Surname, name, patronymic."""
    return f"{person.surname} {person.name} {person.patronymic}"


def _masked(e164: str) -> str:
    return f"+7 {e164[2:5]} ***-**-{e164[-2:]}"
