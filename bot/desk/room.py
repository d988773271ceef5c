"""The buttons of the desk: "read aloud", the slip, and a second person's look at an identity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import locales
from bot.channels.events import CitizenEvent, GroupMessage, StaffPress
from bot.channels.painting import in_base36
from bot.channels.reactions import Reaction
from bot.channels.screens import Screen
from bot.channels.telegram import SLASH
from bot.desk.aloud import buttons, script
from bot.desk.menu import COMMANDS
from bot.desk.slip import owed_slip
from bot.staff.feed import edited, said
from bot.staff.parts import Parts
from bot.staff.press import NO_REQUEST, BadPress, Press, Verb
from bot.staff.rights import DESK_ROLES, line_to, presser
from dialogs.engine import T
from rules.desk import measured
from rules.law import rule
from storage import audit, desk, due, requests, staff
from storage.database import Reader, Tx
from storage.desk import Case, Checked, HandIdentity
from storage.instants import micros
from storage.requests import RegisteredRequest
from storage.staff import Member

_CHECKS: Final[dict[Verb, Checked]] = {Verb.HAND_RIGHT: "right", Verb.HAND_WRONG: "wrong"}


@dataclass(frozen=True, slots=True)
class DeskRoom:
    """Answers presses, each within the transaction of its inbox row."""

    parts: Parts

    @property
    def verbs(self) -> frozenset[Verb]:
        """The buttons of the desk."""
        return frozenset({Verb.ORAL, Verb.SLIP, *_CHECKS})

    async def hears(self, reader: Reader, event: CitizenEvent | GroupMessage, now: datetime) -> bool:
        """A case is never talked through in a group: there it is only said where it is."""
        del now
        if not isinstance(event, GroupMessage):
            return False
        slash = SLASH.fullmatch(event.text)
        if slash is None or slash[1].lower() not in COMMANDS:
            return False
        return bool(await staff.members_of(reader, event.user_id))

    async def typed(self, tx: Tx, event: CitizenEvent | GroupMessage, now: datetime) -> Reaction:
        """Where cases are opened."""
        del now
        members = await staff.members_of(tx, event.user_id)
        words = self.parts.cards.say(T("desk_case.private_only"), members[0].locale)
        return Reaction("private_only", (said(event.chat_id, words),))

    async def pressed(
        self, tx: Tx, event: StaffPress, press: Press, members: Sequence[Member], now: datetime
    ) -> Reaction:
        """A button of the desk, in the registrar's own chat. Raises BadPress for anybody else's (S33)."""
        if not event.private:
            raise BadPress
        if press.verb in _CHECKS:
            return await self._checked(tx, event, press, members, now)
        request = await requests.by_id(tx, press.request_id)
        case = (
            None if request is None or request.desk_case is None else await desk.by_id(tx, request.desk_case)
        )
        if request is None or case is None:
            raise BadPress
        who = await presser(tx, event.chat_id, event.user_id, event.private, request.clinic_no, members)
        if not who.roles & DESK_ROLES:
            return line_to(self.parts.cards, who.member, T("staff.registry_only"), "wrong_role")
        if press.verb is Verb.SLIP:
            facts: dict[str, str | int] = {"reason": "slip", "version": request.version}
            await audit.append(tx, "desk.slip_printed", who.actor, f"request:{request.id}", facts, now)
            return Reaction("slip", (owed_slip(event.chat_id, request, case.locale, event.inbox_id),))
        if press.version != request.version:
            return await self._moved_on(tx, event, request, case)
        return await self._read_aloud(tx, event, request, case, now)

    @rule("HC-11", "AP-08")
    async def _moved_on(self, tx: Tx, event: StaffPress, request: RegisteredRequest, case: Case) -> Reaction:
        """What was read is not so any more: what is so now is shown, to be read in its place."""
        if event.message_id is None:
            return Reaction("moved_on")
        await self.parts.directory.refresh(tx)
        words = await script(tx, request, self.parts.directory.clinics[request.clinic_no])
        text = "\n\n".join(locales.render(one, case.locale) for one in (T("aloud.changed"), *words))
        screen = Screen(text, buttons(request, case.locale))
        return Reaction("moved_on", (edited(event.chat_id, event.message_id, screen, request.id),))

    @rule("HC-11", "AP-04", "AP-05", "AP-06", "AP-08", "X-30")
    async def _read_aloud(
        self, tx: Tx, event: StaffPress, request: RegisteredRequest, case: Case, now: datetime
    ) -> Reaction:
        """The answer was read: the three times of the case are measured and kept."""
        first = await desk.answered(tx, case.id, now)
        times = measured(case.came_at, case.opened_at, case.handed_in_at, case.answered_at or now)
        if first:
            due.clear(tx, None, case.id)
            facts: dict[str, str | int] = {
                "waited": _seconds(times.waited),
                "from_hand_in": _seconds(times.from_hand_in),
                "served": _seconds(times.served),
                "in_time": int(times.in_time),
            }
            actor = f"staff:{event.user_id}"
            await audit.append(tx, "desk.answered_aloud", actor, f"request:{request.id}", facts, now)
        if event.message_id is None:
            return Reaction("read_aloud")
        await self.parts.directory.refresh(tx)
        words = await script(tx, request, self.parts.directory.clinics[request.clinic_no])
        late = "" if times.in_time else "_late"
        took = T(
            f"aloud.took{late}",
            waited=_minutes(times.waited),
            hand_in=_minutes(times.from_hand_in),
            served=_minutes(times.served),
        )
        text = "\n\n".join(locales.render(one, case.locale) for one in (*words, took))
        screen = Screen(text, buttons(request, case.locale, said=True))
        return Reaction("read_aloud", (edited(event.chat_id, event.message_id, screen, request.id),))

    @rule("G-12")
    async def _checked(
        self, tx: Tx, event: StaffPress, press: Press, members: Sequence[Member], now: datetime
    ) -> Reaction:
        """A second person's word. Who entered it has none; one that is wrong goes to the heads too."""
        identity = await desk.identity(tx, _identity_id(press))
        if press.request_id != NO_REQUEST or identity is None or identity.clinic_no != press.version:
            raise BadPress
        who = await presser(tx, event.chat_id, event.user_id, event.private, identity.clinic_no, members)
        if not who.roles & DESK_ROLES:
            return line_to(self.parts.cards, who.member, T("staff.registry_only"), "wrong_role")
        outcome = _CHECKS[press.verb]
        is_new = _is_of(press, identity)
        if not is_new or not await desk.check_identity(tx, identity.id, event.user_id, outcome, now):
            return line_to(self.parts.cards, who.member, T("hand.done_before"), "not_yours_to_check")
        facts: dict[str, str | int] = {"outcome": outcome, "clinic": identity.clinic_no}
        await audit.append(tx, "identity.checked", who.actor, f"person:{identity.person_id}", facts, now)
        told = {event.user_id: who.member, identity.entered_by: None}
        if outcome == "wrong":
            told |= {one.telegram_id: one for one in await staff.of_clinic(tx, identity.clinic_no, "head")}
        lines = []
        for telegram_id in told:
            here = await staff.member(tx, telegram_id, identity.clinic_no)
            if here:
                words = self.parts.cards.say(T(f"hand.{outcome}"), here[0].locale)
                lines.append(said(telegram_id, words, dedupe=f"hand:{event.inbox_id}:{telegram_id}"))
        return Reaction(f"hand_{outcome}", tuple(lines))


def _identity_id(press: Press) -> int:
    try:
        return int(press.args[0], 36)
    except (IndexError, ValueError):
        raise BadPress from None


def _is_of(press: Press, identity: HandIdentity) -> bool:
    """True unless the person was entered anew since the button was sent: its words are of an older paper."""
    return press.args[1:] in ((), (in_base36(micros(identity.entered_at)),))


def _seconds(span: timedelta) -> int:
    return int(span.total_seconds())


def _minutes(span: timedelta) -> int:
    """Begun minutes, as a limit counts them."""
    return -(-_seconds(span) // 60)
