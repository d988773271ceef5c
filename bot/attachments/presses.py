"""Presses on the card of a request for attachment: attach, refuse on a ground, take back, details, print.

As with calls, a press is bound to the request and its version, so of two who press at once one is first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.attachments.book import Asked, Weighed
from bot.attachments.cards import TO_BE_ANSWERED, AttachmentCards, barred
from bot.attachments.steps import AttachmentSteps, Barred, Outcome, Taken, TooLate, UndoOver
from bot.channels import telegram
from bot.channels.events import StaffPress
from bot.channels.reactions import Reaction
from bot.channels.screens import Screen
from bot.desk.by_hand import waits_for_check
from bot.papers import owing
from bot.staff.feed import edited, said
from bot.staff.press import BadPress, Press, Verb
from bot.staff.rights import ALL_ROLES, REGISTRY_ROLES, STAFF_ACTOR, Presser, line_to, presser
from bot.work.noted import noted_lines
from dialogs.engine import T
from rules.law import GroundCode, rule
from storage import audit, requests, staff
from storage.database import Tx
from storage.outbox import Parcel
from storage.staff import Member

_PAGES: Final = frozenset({Verb.CARD, Verb.GROUNDS, Verb.REFUSAL})
_STEPS: Final = frozenset({Verb.CONFIRM, Verb.REFUSE, Verb.UNDO, Verb.CLOSE})
_OPENED: Final = frozenset({Verb.DETAILS, Verb.PAPER})


@dataclass(frozen=True, slots=True)
class _Pressing:
    event: StaffPress
    press: Press
    asked: Asked
    who: Presser
    now: datetime


@dataclass(frozen=True, slots=True)
class AttachmentPresses:
    """Answers presses on requests for attachment, each within the transaction of its inbox row."""

    steps: AttachmentSteps
    cards: AttachmentCards

    async def answer(
        self, tx: Tx, event: StaffPress, press: Press, asked: Asked, members: Sequence[Member], now: datetime
    ) -> Reaction:
        """What a press comes to. Raises BadPress for whoever has no business with this request (S33)."""
        who = await presser(tx, event.chat_id, event.user_id, event.private, asked.clinic.no, members)
        pressing = _Pressing(event, press, asked, who, now)
        if press.verb not in _PAGES | _STEPS | _OPENED or not who.roles & ALL_ROLES:
            raise BadPress
        if press.verb is not Verb.CARD and not who.roles & REGISTRY_ROLES:
            return self._line(pressing, T("staff.attachment.registry_only"), "wrong_role")
        if press.verb is not Verb.CARD and press.version != asked.version:
            return await self._moved_on(tx, pressing)
        return await self._do(tx, pressing)

    async def _do(self, tx: Tx, pressing: _Pressing) -> Reaction:
        match pressing.press.verb:
            case Verb.DETAILS:
                return await self._details(tx, pressing)
            case Verb.PAPER:
                return await self._printed(tx, pressing)
            case Verb.CARD | Verb.GROUNDS | Verb.REFUSAL:
                return await self._turn(tx, pressing)
            case _:
                return await self._step(tx, pressing)

    async def _turn(self, tx: Tx, pressing: _Pressing) -> Reaction:
        """Turn the card to another page; nothing about the request changes."""
        asked, tongue, now = pressing.asked, pressing.who.tongue, pressing.now
        weighed, verb = await self._weighed(tx, pressing), pressing.press.verb
        if verb is Verb.CARD or asked.status not in TO_BE_ANSWERED or weighed.ends is not None:
            return self._turned(pressing, self.cards.card(asked, weighed, tongue, now))
        if verb is Verb.GROUNDS:
            return self._turned(pressing, self.cards.grounds(asked, weighed, tongue, now))
        ground = self._ground(pressing, weighed)
        if ground is None:
            return await self._not_so(pressing, weighed)
        return self._turned(pressing, self.cards.refusal(asked, weighed, tongue, now, ground))

    async def _step(self, tx: Tx, pressing: _Pressing) -> Reaction:
        asked, actor, now = pressing.asked, pressing.who.actor, pressing.now
        match pressing.press.verb:
            case Verb.CONFIRM if await waits_for_check(tx, asked.person_id, asked.caller_id):
                waits = T("hand.attachment_waits", number=asked.number)
                return self._line(pressing, waits, "waits_for_check")
            case Verb.CONFIRM:
                outcome = await self.steps.accept(tx, asked, actor, now)
            case Verb.UNDO:
                outcome = await self.steps.undo(tx, asked, actor, now)
            case Verb.CLOSE:
                return await self._closed(tx, pressing)
            case _:
                weighed = await self._weighed(tx, pressing)
                ground = self._ground(pressing, weighed)
                if ground is None:
                    return await self._not_so(pressing, weighed)
                outcome = await self.steps.refuse(tx, asked, ground, actor, now)
        return await self._after(tx, pressing, outcome)

    @rule("AT-11", "GEN-14")
    async def _closed(self, tx: Tx, pressing: _Pressing) -> Reaction:
        """End what can be neither granted nor refused truly; where it can by now, the card is drawn anew."""
        why = (await self._weighed(tx, pressing)).ends
        if why is None or pressing.asked.status not in TO_BE_ANSWERED:
            return Reaction("not_so", await self._as_it_stands(tx, pressing))
        outcome = await self.steps.close(tx, pressing.asked, why, pressing.who.actor, pressing.now)
        return await self._after(tx, pressing, outcome)

    async def _after(self, tx: Tx, pressing: _Pressing, outcome: Outcome) -> Reaction:
        match outcome:
            case TooLate():
                return await self._moved_on(tx, pressing)
            case UndoOver():
                words = T("staff.undo_late", number=pressing.asked.number)
                return self._line(pressing, words, "undo_over")
            case Barred(verdict=verdict):
                words = barred(verdict, pressing.asked.number) or T("staff.not_yours")
                reaction = self._line(pressing, words, "barred")
                return Reaction("barred", (*reaction.parcels, *await self._as_it_stands(tx, pressing)))
            case Taken(asked=asked, parcels=parcels):
                own = await self._own_card(tx, pressing, asked) if pressing.event.private else ()
                return Reaction(f"{pressing.press.verb}:done", (*parcels, *own))

    async def _details(self, tx: Tx, pressing: _Pressing) -> Reaction:
        """Open whose request it is, for this person alone; the opening is on record (G-71)."""
        noted = await noted_lines(tx, pressing.asked.id, pressing.asked.clinic)
        screen = self.cards.details(pressing.asked, pressing.who.member.locale, noted)
        await self._note(tx, pressing, "details_opened")
        parcel = telegram.parcel_for(
            pressing.event.user_id, screen, kind="staff_details", request_id=pressing.asked.id
        )
        return Reaction("details", (parcel,))

    @rule("AT-12")
    async def _printed(self, tx: Tx, pressing: _Pressing) -> Reaction:
        """The paper for the printer of the desk, in the presser's private chat; who asked is on record."""
        asked, member = pressing.asked, pressing.who.member
        chat = telegram.address_of(pressing.event.user_id)
        parcels = await owing.again(tx, asked.id, chat, member.locale, pressing.now)
        if not parcels:
            words = T("staff.attachment.paper_not_ready", number=asked.number)
            return self._line(pressing, words, "no_paper")
        await self._note(tx, pressing, "paper_printed")
        return Reaction("paper", parcels)

    async def _note(self, tx: Tx, pressing: _Pressing, what: str) -> None:
        asked = pressing.asked
        facts: dict[str, str | int] = {"reason": "attachment", "version": asked.version}
        actor, subject = pressing.who.actor, f"request:{asked.id}"
        await audit.append(tx, f"attachment.{what}", actor, subject, facts, pressing.now)

    async def _moved_on(self, tx: Tx, pressing: _Pressing) -> Reaction:
        """The card was older than the request: who was first is said, and the card is drawn as it stands."""
        asked = await self.steps.feed.book.asked(tx, pressing.asked.id) or pressing.asked
        words = await self._who_was_first(tx, pressing, asked)
        own = await self._own_card(tx, pressing, asked)
        line = said(pressing.event.user_id, self.cards.say(words, pressing.who.member.locale), asked.id)
        return Reaction("moved_on", (line, *own))

    async def _who_was_first(self, tx: Tx, pressing: _Pressing, asked: Asked) -> T:
        status = T(f"staff.attachment.status.{asked.status}")
        last = (await requests.marks(tx, asked.id))[-1].actor
        if last == pressing.who.actor:
            return T("staff.done_by_you", number=asked.number, status=status)
        first = last.removeprefix(STAFF_ACTOR)
        if not last.startswith(STAFF_ACTOR) or not first.isdecimal():
            return T("staff.moved_on", number=asked.number, status=status)
        roles = await staff.member(tx, int(first), asked.clinic.no)
        role = T(f"staff.role.{roles[0].role if roles else 'registrar'}")
        return T("staff.done_by", number=asked.number, status=status, role=role)

    async def _not_so(self, pressing: _Pressing, weighed: Weighed) -> Reaction:
        """The ground on the button does not hold any more: the ones that do are shown."""
        draw = self.cards.grounds if weighed.ends is None else self.cards.card
        screen = draw(pressing.asked, weighed, pressing.who.tongue, pressing.now)
        return Reaction("no_ground", self._redrawn(pressing, screen))

    async def _as_it_stands(self, tx: Tx, pressing: _Pressing) -> tuple[Parcel, ...]:
        return await self._own_card(tx, pressing, pressing.asked)

    async def _own_card(self, tx: Tx, pressing: _Pressing, asked: Asked) -> tuple[Parcel, ...]:
        weighed = await self.steps.feed.book.weighed(tx, asked, pressing.now)
        return self._redrawn(pressing, self.cards.card(asked, weighed, pressing.who.tongue, pressing.now))

    def _turned(self, pressing: _Pressing, screen: Screen) -> Reaction:
        return Reaction("turned", self._redrawn(pressing, screen))

    def _redrawn(self, pressing: _Pressing, screen: Screen) -> tuple[Parcel, ...]:
        event = pressing.event
        if event.message_id is None:
            return ()
        return (edited(event.chat_id, event.message_id, screen, pressing.asked.id),)

    async def _weighed(self, tx: Tx, pressing: _Pressing) -> Weighed:
        return await self.steps.feed.book.weighed(tx, pressing.asked, pressing.now)

    def _ground(self, pressing: _Pressing, weighed: Weighed) -> GroundCode | None:
        """The ground on the button, if it can be so today."""
        day = pressing.asked.local(pressing.now).date()
        code = pressing.press.args[0] if pressing.press.args else ""
        return next((one for one in weighed.grounds(day) if one == code), None)

    def _line(self, pressing: _Pressing, words: T, outcome: str) -> Reaction:
        return line_to(self.cards.cards, pressing.who.member, words, outcome)
