"""What people type instead of pressing: words for commands and for options, however they are spelt."""

from functools import cache
from typing import Final

from dialogs.engine import Option, Plain, T, fold
from locales.catalogue import all_words
from locales.rendering import LOCALES, render
from locales.typed import fold_typed, is_doubtful, spelt, ways

ACTIONS: Final = {
    "menu": "menu",
    "start": "menu",
    "back": "back",
    "cancel": "cancel",
    "stop": "cancel",
    "help": "help",
    "language": "language",
    "kazakh": "language:kk",
    "russian": "language:ru",
    "my": "start:cabinet",
    "my_consents": "start:consents",
    "forget": "forget",
    "not_me": "not_me",
    "emergency": "emergency",
    "new_code": "new_code",
    "resume": "resume",
    "by_sms": "hand_over:sms",
    "by_telegram": "hand_over:telegram",
}
"""Commands understood on every screen, in both languages, each with the action it stands for."""

_SYNONYMS: Final = "also."
_MOST_WORDS: Final = 8
"""A yes or no of more words says something else besides."""


def command_meant(text: str) -> str | None:
    """The action that these words stand for ("menu", "language:kk", "start:cabinet"), or None for any others.

    "/menu@Bot" is "menu"; words count in any spelling of both languages, and only as the whole message.
    """
    first = text.strip().split(maxsplit=1)[0] if text.strip() else ""
    said = fold(first.split("@")[0]) if first.startswith("/") else fold(text)
    return _commands().get(said) or _commands().get(fold_typed(text))


def spellings(option: Option) -> frozenset[str]:
    """Every folded spelling that means this option, in all languages."""
    label = option.label
    if isinstance(label, Plain):
        return frozenset({fold(label.text)})
    # A label that names a value is made anew; all others are the same for everybody.
    return _labels(label) | _synonyms_of(label.key) if label.values else _fixed_spellings(label.key)


def _labels(label: T) -> frozenset[str]:
    said = (render(label, locale, short=short) for locale in LOCALES for short in (False, True))
    return frozenset(form for one in said if one for form in spelt(one))


@cache
def _fixed_spellings(key: str) -> frozenset[str]:
    return _labels(T(key)) | _synonyms_of(key)


@cache
def _synonyms_of(key: str) -> frozenset[str]:
    said = (all_words(locale).get(f"{_SYNONYMS}{key}", "") for locale in LOCALES)
    return frozenset(form for line in said for form in spelt(line))


@cache
def _commands() -> dict[str, str]:
    return {
        form: action
        for command, action in ACTIONS.items()
        for locale in LOCALES
        for form in spelt(all_words(locale)[f"command.{command}"])
    }


def yes_or_no(text: str, *, of_visit: bool = False) -> bool | None:
    """Whether words or a digit sent in reply to an SMS mean yes, in any language; None for any others.

    To a question `of_visit`, "I shall come" is a yes too; to what another person asks for it is none.
    """
    if is_doubtful(text):
        return None
    for said in (fold(text), fold_typed(text)):
        words = said.split()
        meanings = _meanings(words, of_visit) if len(words) <= _MOST_WORDS else set()
        if len(meanings) == 1:
            return meanings.pop()
    return None


def denies(text: str) -> bool:
    """Whether a word that refuses stands anywhere in the text: a code beside it agrees to nothing."""
    return any(word in _replies("reply.denial") for word in fold(text).split())


def takes_back(text: str) -> bool:
    """Whether words beside the number of a request mean that a consent is taken back, in any language."""
    return not is_doubtful(text) and any(said in _replies("reply.withdraw") for said in ways(text))


def refuses(text: str) -> bool:
    """Whether words beside a code or the number of a request mean a refusal, in any language."""
    return any(said in _replies("reply.refuse") for said in ways(text))


def names_a_code(text: str) -> bool:
    """Whether words beside a code only say that it is one, as the SMS itself does."""
    return any(said in _replies("reply.names_a_code") for said in ways(text))


def _meanings(words: list[str], of_visit: bool) -> set[bool]:
    """What all the words mean, the longest sayings first; nothing if one of them is unknown."""
    if not words:
        return set()
    for length in range(len(words), 0, -1):
        meaning = _yes_or_no(" ".join(words[:length]), of_visit)
        if meaning is not None:
            rest = _meanings(words[length:], of_visit)
            return {meaning} | rest if rest or length == len(words) else set()
    return set()


def _yes_or_no(said: str, of_visit: bool) -> bool | None:
    if said in _replies("reply.yes") or (of_visit and said in _replies("reply.coming")):
        return True
    return False if said in _replies("reply.no") else None


@cache
def _replies(key: str) -> frozenset[str]:
    return frozenset(form for locale in LOCALES for form in spelt(all_words(locale)[key]))
