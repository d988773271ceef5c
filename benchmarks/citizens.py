"""Virtual citizens: each reads the last screen, presses what a person would press, types what is asked for.

A citizen comes for one service: a home call, or an appointment with their own doctor at the nearest time.

A citizen knows no question by name: of the answers offered they press the ordinary one, or else the first.
They type their IIN where nothing can be pressed, and the code from the SMS where a code is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from benchmarks.population import Made
from rules.law import Service

NUMBER: Final = re.compile(r"\b\d{2}-\d{6}\b")
ORDINARY: Final = frozenset({"none", "agree", "self", "skip", "registered"})
"""Answers that lead straight on, wherever on a screen they stand."""
CODE: Final = re.compile(r"(?<!\d)(\d{6})(?!\d)")


@dataclass(frozen=True, slots=True)
class Say:
    """Words to be typed."""

    text: str


@dataclass(frozen=True, slots=True)
class Press:
    """A button to be pressed, by its data."""

    data: str


@dataclass(frozen=True, slots=True)
class Habits:
    """How a bot marks its buttons."""

    language: str
    """What the data of a button that chooses a language begins with."""
    start: Mapping[Service, str]
    """By service, the data of the button that starts it."""
    answer: str
    """What the data of a button that answers the question of its screen begins with."""
    new_code: str
    """The data of a button that only a screen which asks for a code has."""
    registered: Mapping[Service, str]
    """By service, what the data of a button under what was registered begins with."""


HABITS: Final = {
    "ours": Habits(
        "a:language:",
        {Service.HOME_CALL: "a:start:home_call", Service.APPOINTMENT: "a:start:appointment"},
        "q:",
        "a:new_code",
        {Service.HOME_CALL: "a:start:withdraw", Service.APPOINTMENT: "a:start:move"},
    ),
    "plain": Habits(
        "language:",
        {Service.HOME_CALL: "home_call", Service.APPOINTMENT: "appointment"},
        "answer:",
        "new_code",
        {Service.HOME_CALL: "withdraw", Service.APPOINTMENT: "move"},
    ),
}


@dataclass(slots=True)
class Screen:
    """A message with buttons, as the chat shows it."""

    message_id: int
    text: str
    data: tuple[str, ...]


@dataclass(slots=True)
class Citizen:
    """One person, one chat, one request. ``until`` is where they stop: "registered", "iin" or "gate"."""

    chat: int
    who: Made
    habits: Habits
    until: str = "registered"
    service: Service = Service.HOME_CALL
    screen: Screen | None = None
    code: str | None = None
    asked_at: float | None = None
    number: str = ""
    thinks: bool = False
    done: bool = False

    def sees(self, message_id: int, text: str, markup: Any) -> bool:
        """Look at a message; False if it has nothing to press, and so asks nothing."""
        rows = markup.get("inline_keyboard", ()) if isinstance(markup, dict) else ()
        data = tuple(str(button.get("callback_data", "")) for row in rows for button in row)
        if data:
            self.screen = Screen(message_id, text, data)
        return bool(data) and not self.done

    def receives_sms(self, text: str) -> bool:
        """Take the code off an SMS; True if the chat asks for it just now."""
        found = CODE.search(text)
        self.code = found[1] if found else self.code
        return not self.done and self.screen is not None and self.habits.new_code in self.screen.data

    def next_step(self) -> Say | Press | None:
        """What to do now; None while there is nothing to be done, or no more."""
        if self.screen is None:
            return Say("/start")
        data = self.screen.data
        if any(one.startswith(self.habits.registered[self.service]) for one in data):
            self._finish()
            return None
        if self.habits.start[self.service] in data:
            return Press(self.habits.start[self.service])
        if self.habits.new_code in data:
            self.done = self.until == "gate"
            if self.done:
                return None
            return None if self.code is None else Say(self.code)
        language = [one for one in data if one.startswith(self.habits.language)]
        answers = [one for one in data if one.startswith(self.habits.answer)] or language
        if answers:
            ordinary = (one for one in answers if one.rsplit(":", 1)[1] in ORDINARY)
            return Press(next(ordinary, answers[0]))
        return self._type_iin()

    def _type_iin(self) -> Say | None:
        if self.until == "iin":
            self.done = True
            return None
        return Say(self.who.iin)

    def _finish(self) -> None:
        assert self.screen is not None
        found = NUMBER.search(self.screen.text)
        self.number = found[0] if found else ""
        self.done = True

    def account(self) -> dict[str, Any]:
        """The person as Telegram tells them."""
        return {
            "id": self.chat,
            "is_bot": False,
            "first_name": self.who.name,
            "last_name": self.who.surname,
            "language_code": self.who.language,
        }
