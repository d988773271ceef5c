"""What one of the staff does with one request of the queue: takes it, gives it on, asks, notes, reopens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.channels.events import StaffPress
from bot.channels.reactions import Reaction
from bot.channels.screens import Screen
from bot.channels.telegram import parcel_for
from bot.staff import typing as staff_typing
from bot.staff.feed import LINE, edited, said
from bot.staff.press import BadPress, Press, Verb
from bot.staff.rights import REOPENING_ROLES, Presser, actor_of, line_to
from bot.work import typing as work_typing
from bot.work.asking import Asking
from bot.work.colleagues import colleagues_of
from bot.work.dossier import Dossier, Dossiers
from bot.work.noted import noted_lines
from bot.work.pages import ANEW, May, QueuePages
from bot.work.typing import LONGEST, Expected, Wanted
from dialogs.engine import T
from rules.law import rule
from storage import audit, staff, work
from storage.database import Tx
from storage.outbox import Parcel
from storage.staff import Member

_LONGEST_ID = 2**52


@dataclass(frozen=True, slots=True)
class Working:
    """One authorised press about one request."""

    event: StaffPress
    press: Press
    dossier: Dossier
    who: Presser
    now: datetime

    @property
    def me(self) -> int:
        """Whoever pressed."""
        return self.who.member.telegram_id

    @property
    def is_head(self) -> bool:
        """True for whoever may give anybody's work on, and reopen."""
        return bool(self.who.roles & REOPENING_ROLES)


@dataclass(frozen=True, slots=True)
class Handling:
    """Does what was pressed or typed, within the transaction of its inbox row."""

    pages: QueuePages
    dossiers: Dossiers
    asking: Asking

    async def do(self, tx: Tx, at: Working) -> Reaction:
        """What a press comes to; the page then shows the request as it stands."""
        match at.press.verb:
            case Verb.WORK:
                return Reaction("queue_request", await self._page(tx, at))
            case Verb.TAKE:
                return await self._take(tx, at)
            case Verb.GIVE if not at.press.args:
                return await self._whom(tx, at)
            case Verb.GIVE:
                return await self._give(tx, at)
            case Verb.GIVE_BACK:
                return await self._give_back(tx, at)
            case Verb.ASK | Verb.NOTE:
                return await self._expect(tx, at)
            case Verb.STOP_TYPING:
                return await self._stop(tx, at)
            case Verb.WHOSE:
                return await self._details(tx, at)
            case _:
                return await self._reopen(tx, at)

    async def typed(
        self, tx: Tx, member: Member, dossier: Dossier, expected: Expected, text: str, now: datetime
    ) -> Reaction:
        """The words of a question or a note; what cannot be taken is asked for again."""
        words = text.strip()
        if len(words) > LONGEST or not any(letter.isalnum() for letter in words):
            hint = T("queue.bad_words", number=dossier.number, most=LONGEST, sent=len(words))
            return line_to(self.pages.cards, member, hint, "bad_words")
        await staff_typing.stop(tx, member.telegram_id, now)
        if expected.wanted is Wanted.NOTE:
            return await self._noted(tx, member, dossier, words, now)
        return await self._asked(tx, member, dossier, words, now)

    # Who has it.

    async def _take(self, tx: Tx, at: Working) -> Reaction:
        """Of two who press at once one has it, and the other reads who."""
        if not at.dossier.is_open:
            return await self._moved_on(tx, at, T("queue.closed", number=at.dossier.number))
        if not await work.take(tx, at.dossier.id, at.me, at.now):
            return await self._moved_on(tx, at, await self._whose(tx, at.dossier))
        await self._audit(tx, at, "taken")
        return await self._changed(tx, at, "taken")

    async def _whom(self, tx: Tx, at: Working) -> Reaction:
        if not _may_give(at):
            return await self._moved_on(tx, at, await self._whose(tx, at.dossier))
        others = (await colleagues_of(tx, at.dossier.clinic.no)).others(at.dossier.work.holder)
        screen = self.pages.colleagues(at.dossier, others, at.who.member.locale)
        return Reaction("queue_whom", self._shown(at, screen))

    async def _give(self, tx: Tx, at: Working) -> Reaction:
        """Give it to a colleague, who is told; only who has it gives it on, or a head."""
        to, holder = _person(at.press), at.dossier.work.holder
        colleagues = await colleagues_of(tx, at.dossier.clinic.no)
        if not colleagues.has(to):
            raise BadPress
        if not at.dossier.is_open or not _may_give(at):
            return await self._moved_on(tx, at, await self._whose(tx, at.dossier))
        given = (
            await work.take(tx, at.dossier.id, to, at.now)
            if holder is None
            else await work.give(tx, at.dossier.id, holder, to, at.now)
        )
        if not given:
            return await self._moved_on(tx, at, await self._whose(tx, at.dossier))
        await self._audit(tx, at, "given", to=actor_of(to))
        done = await self._changed(tx, at, "given")
        return Reaction(done.outcome, (*done.parcels, *await self._told(tx, at, to)))

    async def _told(self, tx: Tx, at: Working, to: int) -> tuple[Parcel, ...]:
        """The new holder reads that it is theirs, with the request itself."""
        if to == at.me:
            return ()
        clinic_no, number = at.dossier.clinic.no, at.dossier.number
        colleagues = await colleagues_of(tx, clinic_no)
        locale = (await staff.member(tx, to, clinic_no))[0].locale
        words = T("queue.given_to_you", number=number, who=colleagues.named(at.me))
        screen = self.pages.told(at.dossier, words, locale)
        return (parcel_for(to, screen, kind=LINE, request_id=at.dossier.id),)

    async def _give_back(self, tx: Tx, at: Working) -> Reaction:
        holder = at.dossier.work.holder
        if holder is None or not (holder == at.me or at.is_head):
            return await self._moved_on(tx, at, await self._whose(tx, at.dossier))
        if not await work.give_back(tx, at.dossier.id, holder):
            return await self._moved_on(tx, at, await self._whose(tx, at.dossier))
        await self._audit(tx, at, "given_back")
        return await self._changed(tx, at, "given_back")

    # Questions and notes.

    async def _expect(self, tx: Tx, at: Working) -> Reaction:
        number, locale = at.dossier.number, at.who.member.locale
        if not at.dossier.is_open:
            return await self._moved_on(tx, at, T("queue.closed", number=number))
        asks = at.press.verb is Verb.ASK
        if asks and at.dossier.request.address.channel == "nowhere":
            return line_to(self.pages.cards, at.who.member, T("queue.unreachable", number=number), "nowhere")
        wanted = Wanted.QUESTION if asks else Wanted.NOTE
        await work_typing.expect(tx, at.me, at.dossier.id, wanted, locale, at.now)
        screen = self.pages.words_asked(at.dossier, f"queue.ask_{wanted}", LONGEST, locale)
        asked = parcel_for(at.event.chat_id, screen, kind=LINE, request_id=at.dossier.id)
        return Reaction(f"queue_{wanted}", (asked,))

    async def _stop(self, tx: Tx, at: Working) -> Reaction:
        await staff_typing.stop(tx, at.me, at.now)
        words = T("queue.stopped", number=at.dossier.number)
        screen = Screen(self.pages.cards.say(words, at.who.member.locale))
        return Reaction("queue_stopped", self._shown(at, screen))

    async def _asked(self, tx: Tx, member: Member, dossier: Dossier, words: str, now: datetime) -> Reaction:
        """Ask the citizen; if the request was closed while it was typed, nobody is asked."""
        if not dossier.is_open:
            return line_to(self.pages.cards, member, T("queue.closed", number=dossier.number), "closed")
        question_id = work.ask(tx, dossier.id, member.telegram_id, words, now)
        actor, facts = actor_of(member.telegram_id), {"question": str(question_id)}
        await audit.append(tx, "work.asked", actor, f"request:{dossier.id}", {**facts}, now)
        asked = self.asking.asked(tx, dossier, question_id, words, now)
        line = said(
            member.telegram_id,
            self.pages.cards.say(T("queue.asked", number=dossier.number), member.locale),
            dossier.id,
        )
        return Reaction("asked", (*asked, line, *await self.dossiers.refresh(tx, dossier.id, now)))

    async def _noted(self, tx: Tx, member: Member, dossier: Dossier, words: str, now: datetime) -> Reaction:
        work.note(tx, dossier.id, member.telegram_id, words, now)
        await audit.append(tx, "work.noted", actor_of(member.telegram_id), f"request:{dossier.id}", {}, now)
        return line_to(self.pages.cards, member, T("queue.noted", number=dossier.number), "noted")

    async def _details(self, tx: Tx, at: Working) -> Reaction:
        """Whose request it is, for this person alone; the opening is on record (G-71)."""
        dossier = at.dossier
        noted = await noted_lines(tx, dossier.id, dossier.clinic)
        screen = self.dossiers.details(dossier, at.who.member.locale, noted)
        facts: dict[str, str | int] = {"reason": "queue", "version": dossier.request.version}
        action = f"{dossier.request.service}.details_opened"
        await audit.append(tx, action, at.who.actor, f"request:{dossier.id}", facts, at.now)
        parcel = parcel_for(at.event.chat_id, screen, kind="staff_details", request_id=dossier.id)
        return Reaction("details", (parcel,))

    # Reopening.

    @rule("G-69")
    async def _reopen(self, tx: Tx, at: Working) -> Reaction:
        """The head takes a mistaken refusal back on its day: asked first, then done."""
        number, member = at.dossier.number, at.who.member
        if not at.is_head:
            return line_to(self.pages.cards, member, T("queue.head_only"), "wrong_role")
        if not at.dossier.is_reopenable(at.now):
            return await self._moved_on(tx, at, T("queue.not_reopenable", number=number))
        if at.press.args != ("sure",):
            return Reaction("queue_reopen", self._shown(at, self.pages.reopening(at.dossier, member.locale)))
        if at.press.version != at.dossier.request.version:
            return await self._moved_on(tx, at, T("queue.not_reopenable", number=number))
        await self._freed(tx, at.dossier)
        parcels = await self.dossiers.reopen(tx, at.dossier, at.who.actor, at.now)
        if parcels is None:
            return await self._moved_on(tx, at, T("queue.other_open", number=number))
        if at.dossier.request.address.channel == "nowhere":
            # The notice that it is open again reaches nobody: somebody has to call.
            words = self.pages.cards.say(T("queue.unreachable", number=number), member.locale)
            parcels = (*parcels, said(at.me, words, at.dossier.id))
        return Reaction("reopened", (*parcels, *await self._page(tx, at)))

    async def _freed(self, tx: Tx, dossier: Dossier) -> None:
        """Closed, it stayed with whoever had it; open again, it is nobody's if they have left."""
        holder = dossier.work.holder
        if holder is not None and not (await colleagues_of(tx, dossier.clinic.no)).has(holder):
            await work.give_back(tx, dossier.id, holder)

    # The page.

    async def _changed(self, tx: Tx, at: Working, outcome: str) -> Reaction:
        card = await self.dossiers.refresh(tx, at.dossier.id, at.now)
        return Reaction(outcome, (*card, *await self._page(tx, at)))

    async def _moved_on(self, tx: Tx, at: Working, words: T) -> Reaction:
        """Why nothing was done, and the request as it stands."""
        line = said(at.me, self.pages.cards.say(words, at.who.member.locale), at.dossier.id)
        return Reaction("moved_on", (line, *await self._page(tx, at)))

    async def _page(self, tx: Tx, at: Working) -> tuple[Parcel, ...]:
        dossier = await self.dossiers.of(tx, at.dossier.id) or at.dossier
        card = await self.dossiers.card(tx, dossier, at.who.member.locale, at.now)
        colleagues = await colleagues_of(tx, dossier.clinic.no)
        may = _may(at, dossier, card, digital=self.dossiers.parts.digital)
        screen = self.pages.request(dossier, card, may, colleagues, at.me, at.who.member.locale)
        return self._shown(at, screen)

    def _shown(self, at: Working, screen: Screen) -> tuple[Parcel, ...]:
        event, request_id = at.event, at.dossier.id
        if event.message_id is None or at.press.args == (ANEW,):
            return (parcel_for(event.chat_id, screen, kind=LINE, request_id=request_id),)
        return (edited(event.chat_id, event.message_id, screen, request_id),)

    async def _whose(self, tx: Tx, dossier: Dossier) -> T:
        holder = (await work.of(tx, dossier.id)).holder
        if holder is None:
            return T("queue.nobodys", number=dossier.number)
        colleagues = await colleagues_of(tx, dossier.clinic.no)
        return T("queue.somebodys", number=dossier.number, who=colleagues.named(holder))

    async def _audit(self, tx: Tx, at: Working, what: str, **more: str) -> None:
        facts: dict[str, str | int] = {"clinic": at.dossier.clinic.no, **more}
        await audit.append(tx, f"work.{what}", at.who.actor, f"request:{at.dossier.id}", facts, at.now)


def _may(at: Working, dossier: Dossier, card: Screen, *, digital: bool) -> May:
    holder, is_open = dossier.work.holder, dossier.is_open
    mine = holder == at.me
    has_details = any(one.data.endswith(f":{Verb.DETAILS}") for row in card.rows for one in row)
    return May(
        take=is_open and holder is None,
        give=is_open and (mine or at.is_head),
        give_back=is_open and holder is not None and (mine or at.is_head),
        ask=is_open,
        look=not has_details,
        document=is_open and digital,
        reopen=at.is_head and dossier.is_reopenable(at.now),
    )


def _may_give(at: Working) -> bool:
    return at.is_head or at.dossier.work.holder == at.me


def _person(press: Press) -> int:
    """Whose button it was. Raises BadPress."""
    try:
        telegram_id = int(press.args[0], 36)
    except ValueError:
        raise BadPress from None
    if telegram_id > _LONGEST_ID:
        raise BadPress
    return telegram_id
