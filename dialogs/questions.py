"""Questions that several dialogs ask: an IIN, a phone, a name, a birth date."""

import re
from typing import Final

from dialogs.engine import (
    Input,
    Json,
    NotUnderstood,
    Option,
    Question,
    Said,
    SharedContact,
    T,
    Want,
    WrongValue,
)
from rules.days import BadDay, Day, DayFault, read_birth_date
from rules.iin import BadIin, Iin, IinFault
from rules.phone import BadPhone, Phone, PhoneFault

LONGEST_WORDS = 500
ENOUGH_SAID = 2
_AROUND_WORDS: Final = frozenset(" \n.,:;!№-–—")
_LONG_NUMBER: Final = re.compile(r"(?<!\w)[0-9]{10,14}(?!\w)")
LONGEST_NAME = 100
SHORTEST_NAME = 2


def iin_question(key: str, text: T, options: tuple[Option, ...] = (), own: Iin | None = None) -> Question:
    """Ask for an IIN; the answer is its twelve digits. ``own`` is one that does not belong here."""

    def reads(sent: Input) -> Json:
        iin = _iin(typed(sent, T("iin.hint")))
        if iin == own:
            raise WrongValue(T("iin.own"))
        return iin.digits

    return Question(key, (text,), T("iin.hint"), options, reads)


def _iin(text: str) -> Iin:
    try:
        return Iin.parse(_without_words(text))
    except BadIin as fault:
        unread = fault.fault in (IinFault.EMPTY, IinFault.LETTERS)
        told = NotUnderstood if unread else WrongValue
        raise told(T(f"iin.{fault.fault}", seen=fault.digits_seen)) from fault


def _without_words(text: str) -> str:
    """The only long number among words: "мой ИИН 880412294549", "ЖСН: 880412294549"."""
    numbers = _LONG_NUMBER.findall(text)
    around = _LONG_NUMBER.sub("", text)
    is_said = all(character.isalpha() or character in _AROUND_WORDS for character in around)
    return numbers[0] if len(numbers) == 1 and is_said else text


def name_question(key: str, text: T, options: tuple[Option, ...] = ()) -> Question:
    """Ask for a person's name, as it is written in a document."""

    def reads(sent: Input) -> Json:
        name = " ".join(typed(sent, T("name.hint")).split())
        if len(name) > LONGEST_NAME:
            raise WrongValue(T("name.too_long", most=LONGEST_NAME))
        if sum(letter.isalpha() for letter in name) < SHORTEST_NAME or any(c.isdigit() for c in name):
            raise NotUnderstood(T("name.hint"))
        return name

    return Question(key, (text,), T("name.hint"), options, reads)


def birth_question(key: str, text: T, today: Day) -> Question:
    """Ask for a birth date; the answer is the day as YYYY-MM-DD."""

    def reads(sent: Input) -> Json:
        text = typed(sent, T("birth.not_a_day"))
        try:
            return read_birth_date(text, today).isoformat()
        except BadDay as fault:
            unread = fault.fault is DayFault.NOT_A_DAY and not any(map(str.isdigit, text))
            told = NotUnderstood if unread else WrongValue
            raise told(T(f"birth.{fault.fault}")) from fault

    return Question(key, (text,), T("birth.not_a_day"), reads=reads)


def phone_question(key: str, text: T, options: tuple[Option, ...] = ()) -> Question:
    """Ask for a number to call back, mobile or landline; the answer is E.164."""
    # Beside "yes, this number" a key to share one would only confuse; a shared contact is taken all the same.
    wants = frozenset() if options else frozenset({Want.CONTACT})
    return Question(key, (text,), T("phone.hint"), options, _read_phone, wants=wants)


def _read_phone(sent: Input) -> Json:
    if isinstance(sent, SharedContact):
        if not sent.own:
            raise WrongValue(T("phone.not_own"))
        return callback_number(sent.phone)
    return callback_number(typed(sent, T("phone.hint")))


def callback_number(text: str) -> str:
    """The number in E.164. A doctor can ring a landline, so that is no fault here. Raises NotUnderstood."""
    try:
        return Phone.parse(text).e164
    except BadPhone as fault:
        if fault.fault not in (PhoneFault.LANDLINE, PhoneFault.NOT_MOBILE):
            unread = fault.fault in (PhoneFault.EMPTY, PhoneFault.LETTERS)
            told = NotUnderstood if unread else WrongValue
            raise told(T(f"phone.{fault.fault}")) from fault
    digits = "".join(character for character in text if character.isdigit())
    return f"+7{digits[-10:]}"


def words_question(key: str, text: T, hint: T, options: tuple[Option, ...] = ()) -> Question:
    """Ask for something in one's own words, of at most LONGEST_WORDS characters."""
    return Question(key, (text,), hint, options, lambda sent: own_words(sent, hint))


def own_words(sent: Input, hint: T) -> str:
    """What the person typed. Raises NotUnderstood when it says nothing, or too much."""
    text = typed(sent, hint)
    if len(text) > LONGEST_WORDS:
        raise WrongValue(T("words.too_long", most=LONGEST_WORDS, sent=len(text)))
    # A figure by itself was meant for a list, seen a moment ago; "39" tells a doctor something.
    if sum(2 if character.isalpha() else character.isalnum() for character in text) < ENOUGH_SAID:
        raise NotUnderstood(hint)
    return text


def typed(sent: Input, hint: T) -> str:
    """The words typed. Raises NotUnderstood for anything else, and for silence."""
    if not isinstance(sent, Said) or not sent.text.strip():
        raise NotUnderstood(hint)
    return sent.text.strip()


def masked(e164: str) -> str:
    """A number as it may stand on the screen of a chat: +7 701 ***-**-67."""
    return f"+7 {e164[2:5]} ***-**-{e164[-2:]}"
