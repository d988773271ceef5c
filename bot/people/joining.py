"""How somebody who was invited joins: the link is opened, and six digits from their own phone are typed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from bot.channels.events import CitizenEvent
from bot.channels.reactions import Reaction
from bot.channels.sms import sms_parcel
from bot.clock import SystemSecrets
from bot.staff.cards import Cards, Tongue
from bot.staff.feed import said
from bot.staff.own_doctor import OwnDoctor
from bot.staff.rights import STAFF_ACTOR, actor_of
from bot.work.welcome import welcomed
from dialogs.engine import T
from dialogs.staff_roles import role_named
from rules.clinics import Clinic
from rules.clock import Secrets
from rules.law import rule
from storage import audit, conversations, invitations, outbox, staff
from storage.database import Tx
from storage.invitations import CodeMade, DidNotMatch, Invitation, Joined, NoLink, TooSoon
from storage.outbox import Parcel
from storage.registry import Directory

REFUSED: Final = T("staff.code_refused")


@dataclass(frozen=True, slots=True)
class Joining:
    """Answers an opened link and the digits, each within the transaction of its inbox row."""

    directory: Directory
    cards: Cards
    own: OwnDoctor
    secrets: Secrets = field(default_factory=SystemSecrets)

    async def opened(self, tx: Tx, event: CitizenEvent, code: str, now: datetime) -> Reaction:
        """Send six digits to the invited phone, and say so; whatever is wrong is told in one sentence."""
        found = await invitations.open_link(tx, code, event.user_id, now, self.secrets)
        match found:
            case NoLink():
                return Reaction("code_refused", (said(event.chat_id, self.cards.say(REFUSED, "both")),))
            case TooSoon(invitation=meant, again_at=again_at):
                clinic = await self._clinic(tx, meant)
                words = T("people.too_soon", again=clinic.local(again_at))
                return Reaction("code_too_soon", (said(event.chat_id, self.cards.say(words, meant.locale)),))
            case CodeMade(invitation=meant):
                return await self._sent(tx, event, found, meant)

    async def _sent(self, tx: Tx, event: CitizenEvent, made: CodeMade, meant: Invitation) -> Reaction:
        clinic, language = await self._clinic(tx, meant), meant.locale
        short = clinic.short(language)
        text = T("code.sms", code=made.code, purpose=T("purpose.staff"), clinic=short)
        sms = sms_parcel(
            meant.phone.e164,
            self.cards.render(text, language),
            kind=outbox.CODE,
            expires_at=made.expires_at,
        )
        words = T(
            "people.code_sent",
            clinic=short,
            role=role_named(meant.role, clinic.no),
            digits=meant.phone.last_two,
        )
        return Reaction("code_sent", (said(event.chat_id, self.cards.say(words, language)), sms))

    @rule("G-71", "AU-21", "X-22")
    async def typed(self, tx: Tx, event: CitizenEvent, digits: str, now: datetime) -> Reaction:
        """Let the person in who typed the right digits; wrong ones are counted (S5)."""
        language = await self._language(tx, event)
        match await invitations.compare(tx, event.user_id, digits, now):
            case Joined(invitation=taken):
                return await self._joined(tx, event, taken, now)
            case DidNotMatch(left=left):
                words = T("people.wrong_code", left=left) if left else T("people.code_over")
                return Reaction("wrong_code", (said(event.chat_id, self.cards.say(words, language)),))

    async def _joined(self, tx: Tx, event: CitizenEvent, taken: Invitation, now: datetime) -> Reaction:
        clinic, role = await self._clinic(tx, taken), role_named(taken.role, taken.clinic_no)
        chosen = await self._language(tx, event)
        language = taken.locale if chosen == "both" else chosen
        staff.set_locale(tx, event.user_id, language)
        facts: dict[str, str | int] = {"clinic": clinic.no, "role": taken.role, "invitation": taken.id}
        await audit.append(tx, "staff.linked", actor_of(event.user_id), f"clinic:{clinic.no}", facts, now)
        welcome = T("staff.linked_person", clinic=clinic.short(language), role=role)
        asked: tuple[Parcel, ...] = ()
        if taken.role == "doctor":
            asked = await self.own.asked(tx, clinic.no, event.chat_id, language)
        told = await self._inviter_told(tx, taken, role)
        hello = welcomed(self.cards, event.chat_id, welcome, clinic.no, taken.role, language)
        return Reaction("linked", (hello, *asked, *told))

    async def _inviter_told(self, tx: Tx, taken: Invitation, role: T) -> tuple[Parcel, ...]:
        """Whoever invited from the chat is told, if they still work there."""
        inviter = taken.made_by.removeprefix(STAFF_ACTOR)
        if not taken.made_by.startswith(STAFF_ACTOR) or not inviter.isdecimal():
            return ()
        members = await staff.member(tx, int(inviter), taken.clinic_no)
        words = T("people.joined", who=taken.name, role=role)
        return tuple(said(one.telegram_id, self.cards.say(words, one.locale)) for one in members[:1])

    async def _language(self, tx: Tx, event: CitizenEvent) -> Tongue:
        chat, _ = await conversations.of_address(tx, event.address)
        return "both" if chat is None or chat.locale is None else chat.locale

    async def _clinic(self, tx: Tx, meant: Invitation) -> Clinic:
        await self.directory.refresh(tx)
        return self.directory.clinics[meant.clinic_no]
