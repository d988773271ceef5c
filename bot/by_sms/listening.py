"""Thinks one SMS through: the language of its words, the menu it answers, and what of it names a service.

Nothing here writes to the registry.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

import locales
from bot.by_sms import hearing, limits
from bot.by_sms.hearing import Chosen, More
from bot.by_sms.plans import Plan, speaking
from bot.by_sms.showing import SIGNS
from bot.by_sms.writing import Shown
from bot.channels.events import Action, CitizenEvent, SmsReceived
from bot.channels.painting import MENU, RESUME
from bot.talk.thinking import Thinking
from bot.talk.thoughts import Choose, Go, Scene, Silence, Tell, Thought
from dialogs.actions import LANGUAGE
from dialogs.engine import Answered, Asked, Input, Kind, Option, Plain, Said, T, read
from dialogs.menu import menu
from locales.tongue import language_of
from storage import button_phones
from storage.database import Database

NOBODY: Final = 0
"""A phone has no chat and no user of a messenger."""
TO_BE_READ: Final = frozenset(
    {"home_call.red_flags", "home_call.emergency", "home_call.notice", "home_call.carry_over"}
)
"""Questions that words sent ahead never answer; so are the summaries, whose keys end in ``.check``."""


class Listening:
    """Reads SMS against where the phone's conversation stands."""

    def __init__(self, thinking: Thinking, db: Database) -> None:
        self._thinking: Final = thinking
        self._db: Final = db

    async def plan(self, scene: Scene, event: SmsReceived, now: datetime) -> Plan:
        """Return what ``event`` means where ``scene`` stands. Raises ``Unavailable``."""
        shown = Shown.unpack(scene.chat.last_menu if scene.chat else None)
        if scene.locale is None:
            return await self._first(scene, shown, event, now)
        heard = hearing.heard(event.text, shown)
        if isinstance(heard, More) and shown is not None:
            return Plan(scene, None, page=shown)
        if shown is not None and (isinstance(heard, Chosen) or _is_yes_or_no(event.text)):
            unread = await self._unread(scene, shown, event)
            if unread is not None:
                return Plan(scene, unread)
        match heard:
            case Chosen(sent=sent, conversation_id=conversation_id):
                thought = await self._think(scene, event, sent, conversation_id)
            case _ if shown is not None and not shown.asks and locales.number_meant(event.text) is not None:
                # A number that a notice did not offer answers no question that stands behind it.
                thought = await self._think(
                    scene, event, Action(RESUME.id if scene.conversation else MENU.id)
                )
                thought = replace(thought, missed=True) if isinstance(thought, Go | Tell) else thought
            case _:
                thought = await self._words(scene, shown, event)
        return Plan(scene, _noted(thought, event))

    async def _unread(self, scene: Scene, shown: Shown, event: SmsReceived) -> Thought | None:
        """What is done about an answer to what nobody can have read yet; None if it was there to be read.

        It waited here behind others, or was sent twice: on its way the menu comes by itself, else once more.
        """
        read = await button_phones.was_read(self._db.reader, scene.address, event.received_at)
        if read is None:
            return Silence()
        if read and event.received_at >= shown.at:
            return None
        return await self._think(scene, event, Action(RESUME.id))

    async def _first(self, scene: Scene, shown: Shown | None, event: SmsReceived, now: datetime) -> Plan:
        """Whoever writes for the first time is answered in the language they write in (G-44)."""
        chosen = hearing.heard(event.text, shown)
        if isinstance(chosen, Chosen) and isinstance(chosen.sent, Action):
            return Plan(scene, await self._think(scene, event, chosen.sent, None))
        command = locales.command_meant(event.text) or ""
        if command.startswith("language:"):
            return Plan(scene, await self._think(scene, event, Action(command), None))
        language = language_of(event.text)
        if language is None:
            return Plan(scene, _emergency() if command == "emergency" else Choose(None))
        spoken = speaking(scene, language, now)
        thought = await self._words(spoken, shown, event)
        if isinstance(thought, Tell) and thought.missed:
            thought = _greeting(spoken)
        return Plan(spoken, thought, speaks=language)

    async def _words(self, scene: Scene, shown: Shown | None, event: SmsReceived) -> Thought:
        """As an answer if it is one; else by the service that it names, with whatever else it holds."""
        if limits.word_meant(event.text) is limits.Word.START:
            return await self._think(scene, event, Action(MENU.id))
        thought = await self._think(scene, event, Said(event.text))
        if not (isinstance(thought, Go | Tell) and thought.missed):
            return thought
        begun = hearing.begun(event.text, shown)
        if begun is not None:
            first = await self._think(scene, event, begun.chosen.sent, begun.chosen.conversation_id)
            return await self._fed(scene, first, begun.left, event)
        head, _, left = event.text.partition(" ")
        # A word beside an IIN counts, but never the "yes" of "yes, but later".
        if isinstance(thought, Go) and any(map(hearing.is_long_number, (head, left.partition(" ")[0]))):
            first = await self._think(scene, event, Said(head))
            if isinstance(first, Go) and not first.missed:
                return await self._fed(scene, first, left, event)
        return thought

    async def _fed(self, scene: Scene, thought: Thought, left: str, event: SmsReceived) -> Thought:
        """Let what is left of a message answer what is asked next, as far as it goes.

        A number was never read in a menu that nobody has seen yet, so only words and an IIN count; what has
        to be read first, and what is signed, waits for a message of its own.
        """
        while left and isinstance(thought, Go) and isinstance(thought.course.outcome, Asked):
            piece, left = _piece(thought.course.outcome, left)
            if not piece:
                return await self._mistyped(scene, thought, left, event)
            more = await self._thinking.more(scene, thought, _event(scene, event, Said(piece)))
            if not isinstance(more, Go) or more.missed:
                break
            thought = more
        return thought

    async def _mistyped(self, scene: Scene, thought: Go, left: str, event: SmsReceived) -> Go:
        """Whoever sends an IIN at once is told at once what is wrong with it."""
        if not any(map(hearing.is_long_number, left.split())):
            return thought
        more = await self._thinking.more(scene, thought, _event(scene, event, Said(left)))
        return more if isinstance(more, Go) and more.wrong else thought

    async def _think(
        self, scene: Scene, event: SmsReceived, sent: Input | Action, conversation_id: int | None = None
    ) -> Thought:
        if sent == Action(LANGUAGE.id) and scene.locale is not None:
            # Its label names the other language: one SMS less than asking which.
            sent = Action(f"{LANGUAGE.id}:{'ru' if scene.locale == 'kk' else 'kk'}")
        return await self._thinking.think(scene, _event(scene, event, sent, conversation_id))


def _event(
    scene: Scene, event: SmsReceived, sent: Input | Action, conversation_id: int | None = None
) -> CitizenEvent:
    return CitizenEvent(event.inbox_id, scene.address, NOBODY, NOBODY, sent, conversation_id=conversation_id)


def _piece(asked: Asked, left: str) -> tuple[str, str]:
    """Return how much of ``left`` answers the question, and what remains; nothing where it does not."""
    question = replace(asked.question, numbered=False)
    if question.key in TO_BE_READ | SIGNS or question.key.endswith(".check"):
        return "", left
    head, _, tail = left.partition(" ")
    for piece, rest in ((left, ""), (head, tail)):
        reading = read(question, asked.given, asked.journal, Said(piece), locales.spellings, locales.ways)
        if isinstance(reading, Answered) and (
            reading.entry.kind is Kind.OPTION or hearing.is_long_number(piece)
        ):
            return piece, rest
    return "", left


def _noted(thought: Thought, event: SmsReceived) -> Thought:
    """Say what was not read of a message: its pictures, or all that was too much."""
    note = T("by_sms.only_words") if event.is_media and not event.text else None
    note = T("by_sms.too_long") if event.is_cut else note
    match thought:
        case Go() if note is not None:
            return replace(thought, notes=(note,) if event.is_media else (note, *thought.notes))
        case Tell() if note is not None:
            return replace(thought, text=(note,) if event.is_media else (note, *thought.text))
        case _:
            return thought


def _is_yes_or_no(text: str) -> bool:
    """Whether it means something only beside what was asked."""
    return locales.yes_or_no(text) is not None


def _greeting(scene: Scene) -> Tell:
    shown = menu(terse=True)
    return Tell(shown.text, shown.leads, scene.locale or locales.DEFAULT)


def _emergency() -> Tell:
    """What must be read at once is said before a language is known."""
    words = tuple(Plain(locales.render(T("by_sms.emergency"), language)) for language in locales.LOCALES)
    leads: tuple[Option, ...] = ()
    return Tell(words, leads, locales.DEFAULT)
