"""What people type instead of pressing: words for commands and for options, however they are spelt."""

from functools import cache
from typing import Final

from dialogs.engine import Option, Plain, fold
from locales.catalogue import all_words
from locales.rendering import LOCALES, render

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
    "forget": "forget",
    "not_me": "not_me",
    "emergency": "emergency",
    "new_code": "new_code",
    "resume": "resume",
}
"""Commands understood on every screen, in both languages, each with the action it stands for."""

_SYNONYMS: Final = "also."


def command_meant(text: str) -> str | None:
    """The action that these words stand for ("menu", "language:kk", "start:cabinet"), or None for any others.

    "/menu@Bot" is "menu"; words count in any spelling of both languages, and only as the whole message.
    """
    first = text.strip().split(maxsplit=1)[0] if text.strip() else ""
    said = fold(first.split("@")[0]) if first.startswith("/") else fold(text)
    return _commands().get(said)


def spellings(option: Option) -> frozenset[str]:
    """Every folded spelling that means this option, in all languages."""
    if isinstance(option.label, Plain):
        return frozenset({fold(option.label.text)})
    labels = {fold(render(option.label, locale)) for locale in LOCALES}
    return frozenset(labels) | _synonyms_of(option.label.key)


@cache
def _synonyms_of(key: str) -> frozenset[str]:
    said = (all_words(locale).get(f"{_SYNONYMS}{key}", "") for locale in LOCALES)
    return frozenset(fold(word) for line in said for word in line.split("|") if word)


@cache
def _commands() -> dict[str, str]:
    return {
        fold(word): action
        for command, action in ACTIONS.items()
        for locale in LOCALES
        for word in all_words(locale)[f"command.{command}"].split("|")
    }


def yes_or_no(text: str) -> bool | None:
    """Whether a word or digit sent in reply to an SMS means yes, in either language; None for any other."""
    said = fold(text)
    if said in _replies("reply.yes"):
        return True
    return False if said in _replies("reply.no") else None


@cache
def _replies(key: str) -> frozenset[str]:
    return frozenset(fold(word) for locale in LOCALES for word in all_words(locale)[key].split("|"))
