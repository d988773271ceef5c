"""What one SMS came to: where it stands, what was thought, and nothing done yet."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import locales
from bot.by_sms.writing import Shown
from bot.talk.thoughts import Go, Scene, Tell, Thought
from rules.people import Language
from storage.conversations import Chat


@dataclass(frozen=True, slots=True)
class Plan:
    """What a message came to.

    ``page``: the rest of it is wanted, and nothing was thought. ``speaks``: the words themselves told the
    language of this phone.
    """

    scene: Scene
    thought: Thought | None
    page: Shown | None = None
    speaks: Language | None = None

    @property
    def missed(self) -> bool:
        """Nothing could be made of what was sent; of a mistyped value it is said what is wrong with it."""
        if isinstance(self.thought, Go) and self.thought.wrong:
            return False
        return isinstance(self.thought, Go | Tell) and self.thought.missed

    @property
    def locale(self) -> Language:
        """In which language it is answered."""
        return self.scene.locale or locales.DEFAULT


def speaking(scene: Scene, language: Language, now: datetime) -> Scene:
    """Return the scene in that language, though the phone has none yet."""
    chat = scene.chat or Chat(None, now, None, None, None)
    return replace(scene, chat=replace(chat, locale=language))
