"""Every word that a person reads, in Kazakh and in Russian, and how values stand inside it."""

from locales.catalogue import MissingWords
from locales.commands import (
    ACTIONS,
    command_meant,
    denies,
    names_a_code,
    refuses,
    spellings,
    takes_back,
    yes_or_no,
)
from locales.rendering import DEFAULT, LOCALES, UnknownLocale, UtcShown, render
from locales.typed import fold_typed, is_doubtful, number_meant, ways
from locales.when_words import when_words

__all__ = [
    "ACTIONS",
    "DEFAULT",
    "LOCALES",
    "MissingWords",
    "UnknownLocale",
    "UtcShown",
    "command_meant",
    "denies",
    "fold_typed",
    "is_doubtful",
    "names_a_code",
    "number_meant",
    "refuses",
    "render",
    "spellings",
    "takes_back",
    "ways",
    "when_words",
    "yes_or_no",
]
