"""Every word that a person reads, in Kazakh and in Russian, and how values stand inside it."""

from locales.catalogue import MissingWords
from locales.commands import ACTIONS, command_meant, spellings, yes_or_no
from locales.rendering import DEFAULT, LOCALES, UnknownLocale, UtcShown, render
from locales.when_words import when_words

__all__ = [
    "ACTIONS",
    "DEFAULT",
    "LOCALES",
    "MissingWords",
    "UnknownLocale",
    "UtcShown",
    "command_meant",
    "render",
    "spellings",
    "when_words",
    "yes_or_no",
]
