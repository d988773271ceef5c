"""Which topic of a forum a message belongs into: one for each service, under a name in the group's language.

Whether the group is a forum is for the courier to find out; elsewhere the topic is not looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from bot.staff.cards import Tongue
from dialogs.engine import T
from rules.law import Service
from rules.people import Language

Topic: TypeAlias = Mapping[str, str]
"""``of`` which service, and the ``name`` under which it is made."""

TOPIC: Final = "topic"
"""Under which name a body of the outbox says so; Telegram is not told it."""

_LANGUAGES: Final[tuple[Language, ...]] = ("kk", "ru")


def topic_of(say: Callable[[T, Tongue], str], service: Service, tongue: Tongue) -> Topic:
    """The service's topic in a group that reads in ``tongue``."""
    languages = _LANGUAGES if tongue == "both" else (tongue,)
    names = dict.fromkeys(say(T(f"staff.topic.{service}"), language) for language in languages)
    return {"of": service.value, "name": " · ".join(names)}
