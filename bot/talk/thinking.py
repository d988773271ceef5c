"""Thinks one message through: universal words first, then the open dialog, replayed.

Nothing here writes to the registry, but for one thing: a typed code is compared, which
counts (S5) and is kept with its inbox row, so that thinking twice compares once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import cast

import locales
from bot.channels.events import Action, CitizenEvent
from bot.channels.painting import MENU, RESUME
from bot.staff.typing import DIALOG as STAFF_DIALOG
from bot.talk.helping import helped
from bot.talk.ports import Facing, Remembering
from bot.talk.refreshing import held_back, is_refresh
from bot.talk.registers import Registers
from bot.talk.thoughts import Choose, Course, Go, HandOver, Leave, Scene, Silence, Tell, Thought
from bot.talk.universal import meant
from bot.work.menu import queue_options
from dialogs import OWN_REQUESTS
from dialogs.actions import CABINET
from dialogs.context import AtDesk, Context
from dialogs.engine import (
    Answered,
    Asked,
    AtGate,
    Dialog,
    End,
    Entry,
    Input,
    Journal,
    Kind,
    Moved,
    NotRead,
    Option,
    Paused,
    Pressed,
    Repeated,
    Said,
    Sentence,
    SentFile,
    SentOther,
    T,
    back,
    leave_by,
    read,
    replay,
    unpack,
)
from dialogs.facts import Facts
from dialogs.menu import menu
from dialogs.seen import WAY
from otp import codes, desk_consents
from otp.codes import Asking
from rules.clock import Clock
from rules.consent import Purpose, identity_lives
from rules.desk import Way
from rules.iin import Iin
from rules.law import rule
from rules.people import Language
from storage import button_phones, conversations
from storage.addresses import Address
from storage.conversations import Conversation
from storage.database import Database
from storage.desk import Case

CODE = re.compile(r"(?<![0-9])([0-9]{6})(?![0-9])")
GAPS = re.compile(r"(?<=[0-9])[ \u00a0-](?=[0-9])")
START = "start"
UNBORN = 0
"""The id of a conversation that the deciding transaction is yet to open."""
FORGET_YES = Option("forget:yes", T("button.forget"))


async def _lost(_: object) -> End:
    raise LookupError("a dialog or journal that today's code does not know")


# The conversation is suspended with its answers kept, never discarded.
LOST = Dialog("lost", _lost)


class Thinking:
    """Reads the registry and replays dialogs; what it returns is decided elsewhere."""

    def __init__(
        self, db: Database, registers: Registers, dialogs: Mapping[str, Dialog], clock: Clock
    ) -> None:
        self._db = db
        self._registers = registers
        self._dialogs = dialogs
        self._clock = clock

    async def think(self, scene: Scene, event: CitizenEvent) -> Thought:
        """Return what ``event`` means where ``scene`` stands. Raises ``Unavailable``."""
        sent = meant(event.sent)
        if isinstance(sent, Action):
            return await self._act(scene, sent)
        if scene.locale is None:
            return Choose(None)
        if scene.conversation is None:
            service = _service_meant(sent)
            return await self._act(scene, service) if service else _nothing_open(scene, scene.locale, sent)
        course = await self._resume(scene, scene.conversation, scene.locale)
        return await self._hear(scene, course, scene.locale, sent, event)

    async def scene(self, address: Address) -> Scene:
        """Return who talks from ``address`` and what is open there. Raises ``Unavailable``."""
        chat, kept = await conversations.of_address(self._db.reader, address)
        if kept is not None and kept.dialog == STAFF_DIALOG:
            return Scene(address, chat, None, of_staff=kept)
        return Scene(address, chat, kept)

    def give_up(self, scene: Scene) -> Thought:
        """Return what is said when the facts moved on each time the message was thought through."""
        return Tell((T("desk.paused"),), (RESUME,), scene.locale or locales.DEFAULT)

    async def follow(self, scene: Scene) -> Go | Silence:
        """Return where the open dialog stands after something happened outside the chat (an SMS reply)."""
        if scene.conversation is None or scene.locale is None:
            return Silence()
        return await self._go(
            scene, await self._resume(scene, scene.conversation, scene.locale), scene.locale
        )

    async def begin(self, scene: Scene, name: str) -> Thought:
        """Begin the dialog of that name, whatever was open before. Raises ``Unavailable``."""
        return await self._begin(scene, scene.locale or locales.DEFAULT, name, forced=True)

    async def taken_over(self, scene: Scene) -> Go | Silence:
        """Return where a conversation stands that comes from elsewhere: its gate wants a code of its own."""
        if scene.conversation is None or scene.locale is None:
            return Silence()
        course = await self._resume(scene, scene.conversation, scene.locale)
        at_gate = isinstance(course.outcome, AtGate)
        return Go(course, scene.locale, (T("handover.came"),), wants_code=at_gate)

    async def more(self, scene: Scene, go: Go, event: CitizenEvent) -> Thought:
        """Return what ``event`` adds where an earlier part of the same message has led."""
        sent = meant(event.sent)
        return go if isinstance(sent, Action) else await self._hear(scene, go.course, go.locale, sent, event)

    # Universal words.

    async def _act(self, scene: Scene, action: Action) -> Thought:
        name, _, arg = action.id.partition(":")
        if name == "language":
            return await self._speak(scene, arg)
        if scene.locale is None:
            return Choose(None)
        if name in ("start", "begin"):
            return await self._begin(scene, scene.locale, arg, forced=name == "begin")
        if name == "cancel" and (scene.conversation or scene.terse):
            return await self._cancel(scene, scene.locale)
        if name == "not_me":
            return Leave((T("desk.not_me"),), (MENU,), scene.locale, denies=True)
        if name == "forget" and arg == "yes":
            return Leave((T("desk.forgotten"),), (MENU,), scene.locale, denies=True, forgets=True)
        if name in ("resume", "back", "new_code") and scene.conversation:
            return await self._within(scene, scene.conversation, scene.locale, name)
        if name == "hand_over" and scene.case is None and arg != scene.address.channel:
            return HandOver("sms" if arg == "sms" else "telegram", scene.locale)
        return await self._told(scene, scene.locale, name, arg)

    async def _told(self, scene: Scene, locale: Language, name: str, arg: str) -> Thought:
        """What is said beside whatever is open, which stays as it is."""
        match name:
            case "help":
                return await self._help(scene, locale, arg)
            case "menu":
                return await self._menu(scene, locale)
            case _:
                return self._tell(scene, locale, name)

    @rule("PC-02")
    async def _menu(self, scene: Scene, locale: Language) -> Thought:
        of_staff = await queue_options(self._db.reader, scene.address)
        resume = (RESUME,) if scene.conversation else ()
        shown = menu(terse=scene.terse)
        return Tell(shown.text, (*resume, *shown.leads, *of_staff), locale)

    async def _help(self, scene: Scene, locale: Language, page: str) -> Thought:
        now = self._clock.now()
        known = await self._confirmed(scene, now)
        facts = self._registers.of(self._db.reader)
        shown = await helped(facts, page, scene, locale, known, now)
        resume = (RESUME,) if scene.conversation else ()
        return Tell(shown.text, (*resume, *shown.leads), locale)

    async def _cancel(self, scene: Scene, locale: Language) -> Thought:
        if scene.conversation is None:
            # Nothing is being filled in: whoever writes it in an SMS means what was asked for before.
            return await self._act(scene, Action(CABINET.id))
        return Leave((T("desk.cancelled"),), (MENU,), locale)

    async def _speak(self, scene: Scene, language: str) -> Thought:
        if language not in locales.LOCALES:
            return Choose(None)
        if scene.conversation is None:
            return Choose(language)
        course = await self._resume(scene, scene.conversation, language)
        return await self._go(scene, course, language, (T("desk.language_set"),), sets_locale=True)

    async def _begin(self, scene: Scene, locale: Language, arg: str, *, forced: bool) -> Thought:
        name, _, start = arg.partition(":")
        dialog = self._dialogs.get(name)
        if dialog is None:
            return self._tell(scene, locale, "unknown")
        if scene.conversation and not forced and _is_precious(scene.conversation.dialog):
            if scene.conversation.dialog == name and start in ("", _started_with(scene.conversation)):
                return await self._within(scene, scene.conversation, locale, "resume")
            return Tell(
                (T("desk.interrupt"),), (RESUME, Option(f"begin:{arg}", T("button.interrupt"))), locale
            )
        journal = Journal().put(Entry(START, start, Kind.START))
        course = await self._course(scene, UNBORN, dialog, journal, locale)
        return await self._go(scene, replace(course, is_new=True), locale)

    async def _within(self, scene: Scene, kept: Conversation, locale: Language, name: str) -> Thought:
        course = await self._resume(scene, kept, locale)
        if name == "new_code" and isinstance(course.outcome, AtGate):
            return await self._go(scene, course, locale, asked_for_code=True)
        if name == "back" and isinstance(course.outcome, Asked | AtGate | Paused):
            earlier = back(course.outcome)
            if earlier is None:
                return await self._go(scene, course, locale, (T("desk.no_way_back"),))
            return await self._go(scene, await self._again(course, earlier), locale)
        return await self._go(scene, course, locale)

    def _tell(self, scene: Scene, locale: Language, name: str) -> Thought:
        resume = (RESUME,) if scene.conversation else ()
        if name == "forget":
            return Tell((T("desk.forget_question"),), (FORGET_YES, *resume, MENU), locale)
        if name in ("emergency", "language"):
            return Tell((T(f"desk.{name}"),), (*resume, MENU), locale)
        said = T(
            "desk.nothing_open" if name in ("resume", "back", "cancel", "new_code") else "desk.not_understood"
        )
        # By SMS the menu is sent at once: to be told to ask for it would be an SMS more.
        leads = (*resume, MENU) if resume or not scene.terse else menu(terse=True).leads
        return Tell((said,), leads, locale, missed=name == "unknown")

    # The open dialog.

    async def _hear(
        self, scene: Scene, course: Course, locale: Language, sent: Input, event: CitizenEvent
    ) -> Thought:
        if isinstance(sent, Pressed) and event.conversation_id != course.conversation_id:
            return await self._go(scene, course, locale, (T("desk.moved_on"),))
        match course.outcome:
            case Asked() if await self._has_let_through(course, sent, event):
                return await self._go(scene, course, locale)
            case Asked():
                return await self._answer(scene, course, course.outcome, locale, sent, event)
            case AtGate():
                return await self._at_gate(scene, course, course.outcome, locale, sent, event)
            case _:
                return await self._go(scene, course, locale)

    async def _has_let_through(self, course: Course, sent: Input, event: CitizenEvent) -> bool:
        """A right code is thought through twice, or sent twice: it answers no question behind its gate."""
        typed = _code_in(sent)
        return typed is not None and await codes.has_opened(
            self._db.reader, event.inbox_id, course.conversation_id, typed
        )

    async def _answer(
        self,
        scene: Scene,
        course: Course,
        asked: Asked,
        locale: Language,
        sent: Input,
        event: CitizenEvent,
    ) -> Thought:
        # By SMS a number means what it stood for in the menu that was read, never a place in another.
        question = replace(asked.question, numbered=False) if scene.terse else asked.question
        match read(question, asked.given, asked.journal, sent, locales.spellings, locales.ways):
            case Answered(entry=entry):
                too_soon = held_back(scene, entry, locale, self._clock.now())
                if too_soon is not None:
                    return too_soon
                answered = await self._again(course, asked.journal.put(entry))
                went = await self._go(scene, await self._seen(scene, answered, entry, event), locale)
                return replace(went, refreshes=is_refresh(entry))
            case NotRead(hint=hint, wrong=wrong):
                # What is wrong with a file says more than that files are not read here.
                notes = (hint,) if wrong else _notes(sent, hint)
                missed = await self._go(scene, course, locale, notes, missed=True)
                return replace(missed, wrong=wrong)
            case Moved(words=words):
                return await self._go(scene, course, locale, (words or T("desk.moved_on"),))
            case Repeated():
                return Silence()

    async def _seen(self, scene: Scene, course: Course, entry: Entry, event: CitizenEvent) -> Course:
        """A registrar's word for whom they saw opens a case's gate, as a code opens a citizen's (X-29)."""
        if scene.case is None or not isinstance(course.outcome, AtGate):
            return course
        if entry.key != WAY:
            return await self._reopened(scene, course)
        asking = asking_of(course.conversation_id, course.outcome, scene.address, course.context.locale)
        seeing = desk_consents.Seeing(asking, Way(str(entry.value)), scene.case)
        await desk_consents.give(self._db, event.inbox_id, seeing, self._clock.now())
        course.facing.look_again()
        return await self._again(course, course.outcome.journal)

    async def _reopened(self, scene: Scene, course: Course) -> Course:
        """What was seen too long ago is looked at once more: a case has no codes."""
        if scene.case is None or not isinstance(course.outcome, AtGate):
            return course
        return await self._again(course, course.outcome.journal.without(WAY))

    async def _at_gate(
        self, scene: Scene, course: Course, closed: AtGate, locale: Language, sent: Input, event: CitizenEvent
    ) -> Thought:
        exit_id = _exit_meant(closed, sent)
        if exit_id is not None:
            return await self._go(scene, await self._again(course, leave_by(closed, exit_id)), locale)
        if await self._has_had_no_code(course, event.address):
            # An identity that has grown old: the gate has reopened beneath answers that are kept.
            return await self._go(scene, course, locale, (T("code.again"),))
        if isinstance(sent, Pressed):
            return await self._go(scene, course, locale, (T("desk.moved_on"),))
        typed = _code_in(sent)
        if typed is None:
            missed = await self._go(scene, course, locale, _notes(sent, T("code.form")), missed=True)
            return replace(missed, wrong=isinstance(sent, Said) and any(map(str.isdigit, sent.text)))
        if scene.terse:
            # Compared before, with the codes sent to this very phone: none of them matched (S2).
            return await self._go(scene, course, locale, (T("code.refused"),))
        asking = asking_of(course.conversation_id, closed, event.address, locale)
        compared = await codes.compare(self._db, event.inbox_id, asking, typed, self._clock.now())
        if isinstance(compared, codes.DidNotMatch):
            return await self._go(scene, course, locale, (T("code.refused"),))
        course.facing.look_again()
        return await self._go(scene, await self._again(course, closed.journal), locale)

    async def _go(
        self,
        scene: Scene,
        course: Course,
        locale: Language,
        notes: tuple[Sentence, ...] = (),
        *,
        asked_for_code: bool = False,
        sets_locale: bool = False,
        missed: bool = False,
    ) -> Go:
        wanted = asked_for_code or await self._has_had_no_code(course, scene.address)
        return Go(course, locale, notes, wants_code=wanted, sets_locale=sets_locale, missed=missed)

    async def _has_had_no_code(self, course: Course, address: Address) -> bool:
        """A gate sends its code by itself once; afterwards the person asks for a new one.

        A consent that has lived its time leaves a used code behind: then one is sent again.
        """
        if not isinstance(course.outcome, AtGate):
            return False
        asking = asking_of(course.conversation_id, course.outcome, address, course.context.locale)
        return await codes.last_state(self._db.reader, asking) in (None, "used")

    async def _resume(self, scene: Scene, kept: Conversation, locale: Language) -> Course:
        dialog = self._dialogs.get(kept.dialog, LOST)
        try:
            journal = unpack(kept.journal or "")
        except (TypeError, ValueError):
            dialog, journal = LOST, Journal()
        return await self._course(scene, kept.id, dialog, journal, locale)

    async def _course(
        self, scene: Scene, conversation_id: int, dialog: Dialog, journal: Journal, locale: Language
    ) -> Course:
        now = self._clock.now()
        facing = Facing(self._db.reader, conversation_id, scene.address, now)
        context = await self._context(scene, conversation_id, dialog, journal, locale, now)
        outcome = await replay(dialog, context, journal, facing)
        course = Course(conversation_id, dialog, context, facing, outcome)
        return await self._reopened(scene, course)

    async def _context(
        self,
        scene: Scene,
        conversation_id: int,
        dialog: Dialog,
        journal: Journal,
        locale: Language,
        now: datetime,
    ) -> Context:
        start = journal.find(START)
        return Context(
            now=now,
            locale=locale,
            channel="telegram" if scene.address.channel == "telegram" else "sms",
            facts=cast("Facts", Remembering(self._registers.of(self._db.reader, conversation_id))),
            render=lambda words: locales.render(words, locale, short=scene.terse),
            when=locales.when_words(),
            arg=str(start.value) if start else "",
            confirmed=await self._confirmed(scene, now) if dialog.name in OWN_REQUESTS else None,
            desk=None if scene.case is None else _desk(scene.case),
        )

    async def _confirmed(self, scene: Scene, now: datetime) -> Iin | None:
        """Return whose identity this chat confirmed so lately that it may look at their requests."""
        chat = scene.chat
        if chat is None or chat.confirmed_person is None or chat.confirmed_at is None:
            return None
        if not identity_lives(Purpose.CABINET, chat.confirmed_at, chat.confirmed_at, now):
            return None
        is_terse, here = scene.terse, scene.address
        if is_terse and not await button_phones.is_phone_of(self._db.reader, chat.confirmed_person, here):
            # The register has another number now: whoever holds this phone is shown nothing (S1).
            return None
        person = await self._registers.of(self._db.reader).person_by_id(str(chat.confirmed_person))
        return person.iin if person else None

    async def _again(self, course: Course, journal: Journal) -> Course:
        outcome = await replay(course.dialog, course.context, journal, course.facing)
        return replace(course, outcome=outcome)


def asking_of(conversation_id: int, closed: AtGate, address: Address, locale: Language) -> Asking:
    """Return what a code for this gate is bound to (S3), and the text that is consented to (S28).

    By SMS the code stands beside the words of the consent, and nothing else of the gate's.
    """
    by_sms = address.channel == "sms"
    read = closed.gate.text[:1] if by_sms else closed.gate.text
    return Asking(
        conversation_id=conversation_id,
        address=address,
        purpose=Purpose(closed.gate.purpose),
        subject=Iin(closed.gate.subject),
        locale=locale,
        shown="\n\n".join(locales.render(words, locale, short=by_sms) for words in read),
    )


def _desk(case: Case) -> AtDesk:
    return AtDesk(case.channel, case.clinic_no, case.opened_at, case.handed_in_at)


def _service_meant(sent: Input) -> Action | None:
    """Return what of the menu was typed instead of pressed, as people write it."""
    if not isinstance(sent, Said):
        return None
    typed = set(locales.ways(sent.text))
    return next((Action(lead.id) for lead in menu().leads if typed & locales.spellings(lead)), None)


def _nothing_open(scene: Scene, locale: Language, sent: Input) -> Thought:
    leads = menu(terse=scene.terse).leads
    if isinstance(sent, Pressed):
        return Tell((T("desk.moved_on"),), leads, locale)
    return Tell(_notes(sent, T("desk.nothing_open")), leads, locale, missed=True)


def _started_with(kept: Conversation) -> str:
    """What the open dialog was begun with: a complaint about one request is not one about another."""
    try:
        start = unpack(kept.journal or "").find(START)
    except (TypeError, ValueError):
        return ""
    return str(start.value) if start else ""


def _is_precious(dialog: str) -> bool:
    """Looking at one's requests holds no answers that could be lost."""
    return dialog not in OWN_REQUESTS


def _notes(sent: Input, hint: T) -> tuple[Sentence, ...]:
    if isinstance(sent, SentOther | SentFile):
        return (T(f"desk.sent_{sent.kind}"), hint)
    return (hint,)


def _exit_meant(closed: AtGate, sent: Input) -> str | None:
    for option in closed.gate.exits:
        pressed = isinstance(sent, Pressed) and (sent.key, sent.option) == (closed.gate.key, option.id)
        if pressed or (isinstance(sent, Said) and set(locales.ways(sent.text)) & locales.spellings(option)):
            return option.id
    return None


def _code_in(sent: Input) -> str | None:
    """Return the six digits typed, written together or apart; ``None`` for anything else, and beside a no."""
    if not isinstance(sent, Said) or locales.denies(sent.text):
        return None
    found = CODE.findall(GAPS.sub("", sent.text))
    return found[0] if len(found) == 1 else None
