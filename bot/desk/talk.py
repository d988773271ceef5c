"""A case as a conversation: what a registrar types and presses for somebody who came or called.

The same dialogs are thought through and decided as for a citizen; only whose chat it is, how identity is
seen and what is read aloud at the end differ. Every message is authorised anew (S33).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

import locales
from bot.channels.events import Action, CitizenEvent, Command
from bot.channels.screens import Screen
from bot.channels.telegram import parcel_for
from bot.desk import clocks
from bot.desk.aloud import Aloud, due_at
from bot.desk.menu import ACTION, COMMANDS, Begun, services, waited
from bot.documents.at_desk import offered
from bot.staff.parts import Parts
from bot.staff.rights import DESK_ROLES
from bot.staff.typing import stop
from bot.talk.deciding import Deciding
from bot.talk.standing import Stale
from bot.talk.thinking import Thinking
from bot.talk.thoughts import Go, Scene, Silence, Tell, Thought
from bot.talk.universal import SLASH, meant
from dialogs.engine import Asked, Ended, Option, Said, T
from dialogs.seen import BY_HAND, WAY
from rules.channels import Channel
from rules.clock import Clock
from rules.iin import Iin
from rules.law import rule
from rules.people import Language
from storage import audit, conversations, desk, inbox, outbox, staff
from storage.database import Database, Tx
from storage.desk import Case
from storage.outbox import Owed, Parcel
from storage.people import iin_index
from storage.staff import Member

TRIES: Final = 3
NOT_YET: Final = 0
"""The id of a case that the deciding transaction is yet to open."""
OWN_WORDS: Final = frozenset({"back", "cancel", "resume", "emergency"})
"""What of the universal words a case understands as they stand."""
TO_BE_SEEN: Final = frozenset({WAY, "identity.no_data", "home_call.carry_over", "home_call.emergency"})
"""Questions that a line typed ahead never answers; so are the summaries, whose keys end in ``.check``."""
_RESUME: Final = Option("resume", T("button.resume_case"))
_CLOSE: Final = Option("cancel", T("button.close_case"))


@dataclass(frozen=True, slots=True)
class Plan:
    """What a message came to: where it stands, what was thought, and whether the case begins with it."""

    scene: Scene
    thought: Thought
    case: Case
    begins: bool = False
    speaks: Language | None = None


class DeskTalk:
    """Answers registrars who have a case open, or open one."""

    def __init__(
        self, db: Database, thinking: Thinking, deciding: Deciding, parts: Parts, clock: Clock, worker: int
    ) -> None:
        self._db: Final = db
        self._thinking: Final = thinking
        self._deciding: Final = deciding
        self._parts: Final = parts
        self._aloud: Final = Aloud(parts)
        self._clock: Final = clock
        self._worker: Final = worker

    async def handles(self, event: CitizenEvent) -> bool:
        """True for what opens a case, and for everything in the chat of an open one. Raises Unavailable."""
        if _asked_for(event) is not None:
            return bool(await staff.members_of(self._db.reader, event.user_id))
        return await desk.open_of(self._db.reader, event.user_id) is not None

    async def answer(self, event: CitizenEvent) -> tuple[Owed, ...]:
        """Think ``event`` through, decide it, and return what is owed because of it.

        What if it runs twice: the inbox row is done by the first, the second returns nothing. Raises
        Unavailable.
        """
        for _ in range(TRIES):
            case = await desk.open_of(self._db.reader, event.user_id)
            plan = await (self._begin(event) if case is None else self._hear(case, event))
            try:
                return await self._decide(event, plan)
            except Stale:
                continue
        case = await desk.open_of(self._db.reader, event.user_id)
        if case is None:
            return await self._decide(event, None)
        scene = await self._scene(case)
        return await self._decide(event, Plan(scene, self._thinking.give_up(scene), case))

    # What is thought.

    async def _begin(self, event: CitizenEvent) -> Plan | Screen | None:
        """The menu of what can be begun, or the first question of what was chosen."""
        members = [one for one in await staff.members_of(self._db.reader, event.user_id) if _serves(one)]
        if not members:
            return None
        begun = Begun.of(event.sent.id) if isinstance(event.sent, Action) else None
        if begun is None or begun.clinic_no not in {one.clinic_no for one in members}:
            return await self._menu(_asked_for(event) or Channel.PHONE, members)
        if begun.channel is Channel.DESK and begun.waited is None:
            return waited(begun, members[0].locale)
        now = self._clock.now()
        came_at = now - timedelta(minutes=begun.waited or 0)
        case = Case(
            NOT_YET, begun.clinic_no, event.user_id, begun.channel, begun.service, begun.locale, came_at, now
        )
        scene = await self._scene(case)
        thought = await self._thinking.begin(scene, begun.service.value)
        if isinstance(thought, Go):
            clinic = self._parts.directory.clinics[case.clinic_no]
            told = T(f"aloud.begun_{case.channel}", due=due_at(case, clinic))
            thought = replace(thought, notes=(told, *thought.notes))
        return Plan(scene, thought, case, begins=True)

    async def _menu(self, channel: Channel, members: Sequence[Member]) -> Screen:
        await self._parts.directory.refresh(self._db.reader)
        numbers = dict.fromkeys(one.clinic_no for one in members)
        clinics = [self._parts.directory.clinics[no] for no in numbers]
        return services(channel, clinics, members[0].locale)

    async def _hear(self, case: Case, event: CitizenEvent) -> Plan:
        scene, sent = await self._scene(case), meant(event.sent)
        members = await staff.members_of(self._db.reader, event.user_id)
        if not any(_serves(one) and one.clinic_no == case.clinic_no for one in members):
            return Plan(scene, Silence(), case)  # no consent is recorded on the word of somebody who left
        if isinstance(sent, Said):
            return Plan(scene, await self._lines(scene, sent, event), case)
        if not isinstance(sent, Action):
            return Plan(scene, await self._thinking.think(scene, event), case)
        name, _, arg = sent.id.partition(":")
        if name == "language" and arg in locales.LOCALES:
            spoken: Language = "kk" if arg == "kk" else "ru"
            turned = replace(case, locale=spoken)
            scene = await self._scene(turned)
            return Plan(scene, await self._thinking.follow(scene), turned, speaks=spoken)
        if name in OWN_WORDS:
            return Plan(scene, await self._thinking.think(scene, event), case)
        return Plan(scene, Tell((T("desk_case.is_open"),), (_RESUME, _CLOSE), case.locale), case)

    @rule("HC-16")
    async def _lines(self, scene: Scene, sent: Said, event: CitizenEvent) -> Thought:
        """Several answers typed at once, each on a line of its own; the first that is none ends it.

        What must be seen or read out first is answered by a message of its own.
        """
        lines = [line.strip() for line in sent.text.splitlines() if line.strip()] or [sent.text]
        thought = await self._thinking.think(scene, replace(event, sent=Said(lines[0])))
        for number, line in enumerate(lines[1:], start=1):
            if not isinstance(thought, Go) or thought.notes or not _takes_a_line(thought):
                left = T("desk_case.lines_left", lines=len(lines) - number)
                return replace(thought, notes=(left, *thought.notes)) if isinstance(thought, Go) else thought
            thought = await self._thinking.more(scene, thought, replace(event, sent=Said(line)))
        return thought

    async def _scene(self, case: Case) -> Scene:
        await self._parts.directory.refresh(self._db.reader)
        chat, kept = await conversations.of_address(self._db.reader, case.address)
        return Scene(case.address, chat, kept, case=case)

    # What is decided.

    async def _decide(self, event: CitizenEvent, plan: Plan | Screen | None) -> tuple[Owed, ...]:
        async def work(tx: Tx) -> tuple[Owed, ...]:
            now = self._clock.now()
            if not await inbox.done(tx, event.inbox_id, "desk", now):
                return ()
            parcels = await self._carried_out(tx, event, plan, now)
            return await outbox.put(tx, parcels, self._worker, now + outbox.LEASE, now)

        return await self._db.decide(work)

    @rule("HC-17", "SEC-01", "AU-26")
    async def _carried_out(
        self, tx: Tx, event: CitizenEvent, plan: Plan | Screen | None, now: datetime
    ) -> Sequence[Parcel]:
        if isinstance(plan, Screen):
            return (parcel_for(event.chat_id, plan, kind="desk_menu"),)
        members = await staff.members_of(tx, event.user_id)
        here = [one for one in members if plan and one.clinic_no == plan.case.clinic_no and _serves(one)]
        if plan is None or not here:
            if plan is not None and not plan.begins:
                await self._put_away(tx, plan.case, now)
            language = members[0].locale if members else locales.DEFAULT
            words = locales.render(T("staff.registry_only"), language)
            return (parcel_for(event.chat_id, Screen(words), kind="desk_refused"),)
        case = await self._opened(tx, plan.case, now) if plan.begins else plan.case
        if plan.speaks is not None:
            desk.speak(tx, case.id, plan.speaks)
        seen = await self._looked(tx, case, plan.thought, now)
        scene = replace(plan.scene, case=case)
        parcels = await self._deciding.carry_out(tx, scene, plan.thought, now, event.message_id)
        digital = () if seen is None else await offered(tx, self._parts, case, seen, now)
        return [*digital, *parcels, *await self._over(tx, case, _ground_of(plan.thought), now)]

    @rule("G-71")
    async def _looked(self, tx: Tx, case: Case, thought: Thought, now: datetime) -> Iin | None:
        """Somebody's record is shown to be compared with who is there: the look is kept, with its reason.

        Whose record it is.
        """
        if not isinstance(thought, Go) or not isinstance(thought.course.outcome, Asked):
            return None
        asked = thought.course.outcome
        iin = asked.journal.find("identity.iin")
        # What a registrar has just typed from a paper is no look at a record.
        if asked.question.key != WAY or iin is None or asked.journal.find(BY_HAND) is not None:
            return None
        seen = Iin(str(iin.value))
        subject = f"identity:{iin_index(tx.keys, seen)[:8].hex()}"
        facts: dict[str, str | int] = {"reason": case.service.value, "case": case.id}
        await audit.append(tx, "desk.details_opened", f"staff:{case.staff_id}", subject, facts, now)
        return seen

    async def _opened(self, tx: Tx, case: Case, now: datetime) -> Case:
        opened = replace(case, id=tx.ids.new())
        # What was asked of the registrar before is over: nothing that is dictated now answers it.
        await stop(tx, case.staff_id, now)
        desk.open_case(tx, opened)
        clocks.begin(tx, opened)
        facts: dict[str, str | int] = {"clinic": case.clinic_no, "by": case.channel.value}
        await audit.append(tx, "desk.case_opened", f"staff:{case.staff_id}", f"case:{opened.id}", facts, now)
        return opened

    @rule("GEN-09")
    async def _over(self, tx: Tx, case: Case, ground: str | None, now: datetime) -> Sequence[Parcel]:
        """Where the dialog is over the case is too, but for the answer that is still to be read."""
        _, kept = await conversations.of_address(tx, case.address)
        if kept is not None:
            return ()
        entered = await self._aloud.entered(tx, case, now)
        came_to = clocks.ENTERED if entered else clocks.NOTHING if ground is None else clocks.REFUSED
        await clocks.end(tx, case, came_to, now, ground)
        return entered

    async def _put_away(self, tx: Tx, case: Case, now: datetime) -> None:
        """Whoever left the clinic leaves the case too: its answers are erased."""
        _, kept = await conversations.of_address(tx, case.address)
        if kept is not None:
            await conversations.close(tx, kept.id, kept.revision, now)
        await clocks.end(tx, case, clocks.CLOSED, now)


def _takes_a_line(thought: Go) -> bool:
    """Whom a registrar sees, a day that the caller is asked about and a summary stand on the screen first."""
    outcome = thought.course.outcome
    if not isinstance(outcome, Asked):
        return False
    return outcome.question.key not in TO_BE_SEEN and not outcome.question.key.endswith(".check")


def _ground_of(thought: Thought) -> str | None:
    """The ground on which the dialog itself refused, a code."""
    if not isinstance(thought, Go) or not isinstance(thought.course.outcome, Ended):
        return None
    return thought.course.outcome.end.ground


def _asked_for(event: CitizenEvent) -> Channel | None:
    """By which way a case is to be opened, None for words and buttons that open none."""
    match event.sent:
        case Command(name=name) if name not in SLASH:
            return COMMANDS.get(name)
        case Action(id=action) if action.partition(":")[0] == ACTION:
            begun = Begun.of(action)
            return Channel.PHONE if begun is None else begun.channel
        case _:
            return None


def _serves(member: Member) -> bool:
    return member.role in DESK_ROLES and not member.at_college
