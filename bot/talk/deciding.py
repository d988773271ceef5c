"""Carries out one thought inside its transaction and says what is owed to the citizen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import locales
from bot.by_sms import showing
from bot.by_sms.handing import NOWHERE, Elsewhere, come, offered
from bot.by_sms.writing import Shown
from bot.channels import telegram
from bot.channels.front_desk import Alerting
from bot.channels.painting import MENU, RESUME, notice, paint
from bot.channels.screens import Screen
from bot.talk.decisions import Decisions
from bot.talk.dialog_versions import current_digest
from bot.talk.registers import Registers
from bot.talk.standing import Pressed, Stale
from bot.talk.thinking import UNBORN, asking_of
from bot.talk.thoughts import Choose, Course, Go, HandOver, Leave, Scene, Silence, TakeOver, Tell, Thought
from dialogs.engine import (
    AtGate,
    Ended,
    Option,
    Outcome,
    Plain,
    Sentence,
    Submitting,
    Suspended,
    T,
    pack,
    receipted,
    replay,
)
from dialogs.menu import menu
from otp import codes, evidence
from rules.clock import Secrets
from rules.law import rule
from rules.people import Language
from storage import conversations, staff
from storage.addresses import Address
from storage.conversations import Conversation
from storage.database import Tx
from storage.outbox import Parcel

ZONE: Final = ZoneInfo("Asia/Almaty")
LANGUAGES: Final = (Option("language:kk", Plain("Қазақша")), Option("language:ru", Plain("Русский")))


class Deciding:
    """Turns thoughts into rows: conversation, consent, request, and parcels for the outbox."""

    def __init__(
        self,
        registers: Registers,
        decisions: Decisions,
        secrets: Secrets,
        alerts: Alerting,
        elsewhere: Elsewhere = NOWHERE,
    ) -> None:
        self._registers = registers
        self._decisions = decisions
        self._secrets = secrets
        self._alerts = alerts
        self._elsewhere = elsewhere

    @rule("PI-02")
    async def carry_out(
        self, tx: Tx, scene: Scene, thought: Thought, now: datetime, message_id: int | None
    ) -> list[Parcel]:
        """Write what ``thought`` means; ``message_id`` is what was pressed or typed.

        Raises ``Stale`` when it rests on what is no longer so.
        """
        match thought:
            case Silence():
                return []
            case Tell():
                return [self._tell(tx, scene, thought.text, thought.leads, thought.locale, now)]
            case Choose():
                return await self._choose(tx, scene, thought, now)
            case Leave():
                return await self._leave(tx, scene, thought, now)
            case Go():
                return await self._go(tx, scene, thought, now, message_id)
            case HandOver():
                said = await offered(tx, scene, thought, self._elsewhere, self._secrets, now)
                resume = (RESUME,) if scene.conversation else ()
                return [self._tell(tx, scene, (said,), (*resume, MENU), thought.locale, now)]
            case TakeOver():
                here, told = await come(tx, scene, thought, now)
                return [*await self.carry_out(tx, here, thought.then, now, message_id), *told]

    async def _choose(self, tx: Tx, scene: Scene, thought: Choose, now: datetime) -> list[Parcel]:
        if thought.locale is None:
            both = tuple(
                Plain(locales.render(T("desk.choose_language"), name, short=scene.terse))
                for name in locales.LOCALES
            )
            return [self._tell(tx, scene, both, LANGUAGES, locales.DEFAULT, now)]
        _speak(tx, scene.address, thought.locale, now)
        shown = menu(terse=scene.terse)
        return [self._tell(tx, scene, shown.text, shown.leads, thought.locale, now)]

    async def _leave(self, tx: Tx, scene: Scene, thought: Leave, now: datetime) -> list[Parcel]:
        if scene.conversation is not None:
            # A code that is left unanswered is a refusal, and refusals are records too (S28).
            await evidence.refuse(tx, scene.conversation.id, now)
            await self._close(tx, scene.conversation, now)
        if thought.denies:
            await conversations.forget(tx, scene.address, now)
        if thought.forgets:
            conversations.set_locale(tx, scene.address, None, now)
        return [self._tell(tx, scene, thought.text, thought.leads, thought.locale, now)]

    async def _go(self, tx: Tx, scene: Scene, go: Go, now: datetime, message_id: int | None) -> list[Parcel]:
        if go.sets_locale:
            _speak(tx, scene.address, go.locale, now)
        if go.refreshes:
            conversations.remember_refreshed(tx, scene.address, now)
        outcome, owed = await self._submit(tx, scene, go.course, now, message_id)
        conversation_id = await self._keep(tx, scene, go, outcome, now)
        notes, code = await self._send_code(tx, scene, go, conversation_id, outcome, now)
        self._lean(tx, scene, go.course, now)
        if scene.terse and code and code[0].address == scene.address:
            # To the phone that asked: what is consented to and its code are one SMS.
            showing.bare(tx, scene.address, now)
            return [*code, *owed]
        said = (*go.notes, *notes)
        return [self._show(tx, scene, go, outcome, conversation_id, said, bool(code), now), *code, *owed]

    def _show(
        self,
        tx: Tx,
        scene: Scene,
        go: Go,
        outcome: Outcome,
        conversation_id: int,
        notes: tuple[Sentence, ...],
        has_code: bool,
        now: datetime,
    ) -> Parcel:
        """Where the dialog stands, in the form of the channel."""
        if scene.terse:
            read = scene.chat.last_menu if go.missed and scene.chat else None
            return showing.show(
                tx,
                scene.address,
                outcome,
                conversation_id,
                go.locale,
                notes,
                now,
                missed=go.missed,
                read=Shown.unpack(read),
            )
        screen = paint(
            outcome,
            conversation_id,
            _in(go.locale),
            notes,
            whole=has_code or go.sets_locale,
            confirmed=go.course.context.confirmed is not None,
            aloud=scene.case is not None,
        )
        return self._say(scene, screen)

    def _tell(
        self,
        tx: Tx,
        scene: Scene,
        text: Sequence[Sentence],
        leads: Sequence[Option],
        locale: Language,
        now: datetime,
    ) -> Parcel:
        if scene.terse:
            return showing.tell(tx, scene.address, text, leads, locale, now)
        return self._say(scene, notice(text, leads, _in(locale)))

    def _lean(self, tx: Tx, scene: Scene, course: Course, now: datetime) -> None:
        """Every consent leaned on lives on from now; the cabinet remembers whose it is."""
        for passed in course.facing.leaned_on:
            evidence.touch(tx, passed.consent_id, now)
            if scene.case is None:
                conversations.remember_confirmed(tx, scene.address, int(passed.person_id), now)
        if course.context.confirmed and scene.chat and scene.chat.confirmed_person:
            conversations.remember_confirmed(tx, scene.address, scene.chat.confirmed_person, now)

    async def _submit(
        self, tx: Tx, scene: Scene, course: Course, now: datetime, message_id: int | None
    ) -> tuple[Outcome, list[Parcel]]:
        """Do what the dialog wants done, then let it run on with the receipt."""
        outcome, owed = course.outcome, list[Parcel]()
        locale = course.context.locale
        pressed = Pressed(scene.address, course.conversation_id, message_id, locale, now, scene.case)
        while isinstance(outcome, Submitting):
            decided = await self._decisions.decide(tx, outcome.draft, pressed)
            owed.extend(decided.parcels)
            journal = receipted(outcome, decided.receipt)
            outcome = await replay(course.dialog, course.context, journal, course.facing)
        return outcome, owed

    async def _send_code(
        self, tx: Tx, scene: Scene, go: Go, conversation_id: int, outcome: Outcome, now: datetime
    ) -> tuple[tuple[Sentence, ...], list[Parcel]]:
        if not go.wants_code or not isinstance(outcome, AtGate):
            return (), []
        asking = asking_of(conversation_id, outcome, scene.address, go.locale)
        words = await self._code_sms(tx, go, scene, outcome)
        issued = await codes.issue(tx, asking, now, self._secrets, words)
        match issued:
            case codes.TooSoon(resend_at=at):
                return (T("code.too_soon", time=at.astimezone(ZONE)),), []
            case codes.TooManyNumbers():
                return (T("code.too_many_numbers"),), []
            case codes.Issued(parcel=parcel):
                return (), [parcel]

    async def _code_sms(self, tx: Tx, go: Go, scene: Scene, closed: AtGate) -> codes.Words:
        """Return the words of the SMS: the code first, what it is for, and which clinic asks (S26).

        In a conversation by SMS the answer with the code is the consent, so its words stand there too, in
        the language that is kept beside it as shown (S28).
        """
        clinics = {clinic.no: clinic for clinic in await self._registers.of(tx).clinics()}
        wanted, terse = T(f"purpose.{closed.gate.purpose}"), scene.terse

        def words(code: str, language: Language, clinic_no: int | None) -> str:
            language = go.locale if terse else language
            clinic = clinics.get(clinic_no or 0)
            named = "" if clinic is None else clinic.short(language)
            if not terse:
                general = T("code.sms_general", code=code, purpose=wanted)
                said = T("code.sms", code=code, purpose=wanted, clinic=named) if named else general
                return locales.render(said, language)
            consent = locales.render(closed.gate.text[0], language, short=True)
            general = T("code.sms_talk_general", code=code, purpose=wanted, consent=consent)
            said = T("code.sms_talk", code=code, purpose=wanted, clinic=named, consent=consent)
            return locales.render(said if named else general, language, short=True)

        return words

    async def _keep(self, tx: Tx, scene: Scene, go: Go, outcome: Outcome, now: datetime) -> int:
        """Write down where the conversation stands; return its id. Raises ``Stale``."""
        before, course = scene.conversation, go.course
        if course.is_new or before is None:
            return await self._open(tx, scene, go, outcome, now)
        if isinstance(outcome, Ended):
            await self._close(tx, before, now)
        elif not await self._advance(tx, before, go, outcome, now):
            raise Stale
        return before.id

    async def _open(self, tx: Tx, scene: Scene, go: Go, outcome: Outcome, now: datetime) -> int:
        before = scene.conversation or scene.of_staff
        if before is not None:
            await self._close(tx, before, now)
        if isinstance(outcome, Ended):
            return UNBORN
        name = go.course.dialog.name
        opened = conversations.open_new(
            tx, scene.address, name, current_digest(), go.locale, _packed(outcome), now
        )
        return opened.id

    async def _advance(self, tx: Tx, before: Conversation, go: Go, outcome: Outcome, now: datetime) -> bool:
        if isinstance(outcome, Suspended):
            self._alerts.alert("dialog.suspended", conversation=before.id, fault=outcome.fault)
            return await conversations.suspend(tx, before.id, before.revision, current_digest(), now)
        return await conversations.advance(
            tx, before.id, before.revision, _packed(outcome), now, locale=go.locale
        )

    async def _close(self, tx: Tx, before: Conversation, now: datetime) -> None:
        if not await conversations.close(tx, before.id, before.revision, now):
            raise Stale

    def _say(self, scene: Scene, screen: Screen) -> Parcel:
        return telegram.parcel_for(scene.shown_at, screen)


def _in(locale: str) -> Callable[[Sentence], str]:
    return lambda words: locales.render(words, locale)


def _packed(outcome: Outcome) -> str:
    if isinstance(outcome, Submitting):
        raise TypeError("a submit is carried out before the conversation is kept")
    return pack(outcome.journal)


@rule("G-44")
def _speak(tx: Tx, address: Address, locale: Language, now: datetime) -> None:
    """Keep the language of that chat; one of the staff is written to in it as staff too."""
    conversations.set_locale(tx, address, locale, now)
    if address.channel == "telegram" and address.key.isdecimal():
        staff.set_locale(tx, int(address.key), locale)
