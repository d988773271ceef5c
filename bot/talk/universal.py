"""Universal words: what a person may say on any screen, in either language."""

from __future__ import annotations

import locales
from bot.channels.events import Action, Command
from dialogs.engine import Input, Said

# Slash commands of Telegram's own menu, and the action each stands for.
SLASH = {
    "start": "menu",
    "menu": "menu",
    "help": "help",
    "kk": "language:kk",
    "ru": "language:ru",
    "language": "language",
    "my": "start:cabinet",
    "back": "back",
    "cancel": "cancel",
    "stop": "cancel",
    "forget": "forget",
    "103": "emergency",
    "sms": "hand_over:sms",
}


def meant(sent: Input | Command | Action) -> Input | Action:
    """Return the action that typed words or a slash command stand for, else what was sent."""
    if isinstance(sent, Command):
        return Action(SLASH.get(sent.name, "unknown"))
    if isinstance(sent, Said):
        action = locales.command_meant(sent.text)
        return Action(action) if action else sent
    return sent
