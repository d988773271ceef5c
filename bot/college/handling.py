"""What one of the college's people does with one request: sees it, takes it on, enters what came.

What cannot be done is said with the stage that the request is in, and the request is shown as it stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.channels.events import CitizenEvent, StaffPress
from bot.channels.reactions import Reaction
from bot.channels.screens import Screen
from bot.channels.telegram import parcel_for
from bot.college import reading
from bot.college import typing as college_typing
from bot.college.dossier import Dossier
from bot.college.entering import DECIDES, ENTRY_OF, Entering
from bot.college.files import PAPERS, owed_file, owed_picture
from bot.college.forms import PICTURES, Form, fields_of
from bot.college.office import TICKS, Entry, is_of
from bot.college.pages import (
    ANEW,
    CLEAR,
    DUPLICATE,
    GIVE,
    TAKE,
    WHO,
    WITHDRAW,
    WITHDRAWN,
    CollegePages,
    Reader,
)
from bot.college.refusals import why_no_entry, why_not
from bot.college.steps import CollegeSteps, Lacking, Moved, Settled, Suspended
from bot.college.telling import Telling
from bot.college.typing import Expected
from bot.staff import typing as staff_typing
from bot.staff.feed import LINE, edited, said
from bot.staff.press import BadPress, Press, Verb
from bot.staff.rights import COLLEGE_ROLES, DECIDING_ROLES, STAFF_ACTOR, Presser
from bot.work.colleagues import Colleagues, colleagues_of
from dialogs.engine import Said, SentFile, T
from rules.complaints import file_fault
from rules.law import rule
from rules.training import STAGES, Stage
from rules.training_stages import BadEntry, OutOfOrder
from storage import audit, training
from storage.database import Tx
from storage.outbox import Parcel

_LONGEST_ID: Final = 2**52
_CANNOT: Final = (OutOfOrder, Suspended, Lacking, Moved, Settled)


@dataclass(frozen=True, slots=True)
class Working:
    """One authorised press about one request."""

    event: StaffPress
    press: Press
    dossier: Dossier
    who: Presser
    now: datetime


@dataclass(frozen=True, slots=True)
class Handling:
    """Does what was pressed or typed, within the transaction of its inbox row."""

    pages: CollegePages
    steps: CollegeSteps
    entering: Entering
    telling: Telling

    async def do(self, tx: Tx, at: Working) -> Reaction:
        """What a press comes to; the page then shows the request as it stands."""
        match at.press.verb:
            case Verb.COLLEGE_SEE:
                return await self._see(tx, at)
            case Verb.COLLEGE_FILE:
                return await self._file(tx, at)
            case Verb.COLLEGE_DECIDE:
                return await self._expect(tx, at, DECIDES)
            case Verb.COLLEGE_ENTER if _arg(at.press) in {tick.value for tick in TICKS}:
                return await self._tick(tx, at)
            case Verb.COLLEGE_ENTER:
                return await self._expect(tx, at, frozenset(Form) - DECIDES)
            case _:
                return await self._step(tx, at)

    # What is looked at.

    async def _see(self, tx: Tx, at: Working) -> Reaction:
        match at.press.args:
            case (what,) if what == WHO:
                return await self._details(tx, at)
            case (what,) if what == GIVE:
                everyone = await self._colleagues(tx, at.dossier)
                screen = self.pages.colleagues(at.dossier, everyone, at.who.member.locale)
                return Reaction("college_whom", self._shown(at, screen))
            case _:
                return Reaction("college_request", await self._page(tx, at))

    @rule("G-71", "TR-18")
    async def _details(self, tx: Tx, at: Working) -> Reaction:
        """Whose document it is, and who did what when; the opening is on record."""
        dossier = at.dossier
        everyone = await self._colleagues(tx, dossier)
        marks = [(mark, _doer(mark.actor, everyone)) for mark in await training.marks(tx, dossier.id)]
        iin = await training.iin_of(tx, dossier.request.graduate_id)
        screen = self.pages.details(dossier, iin, marks, at.who.member.locale)
        facts: dict[str, str | int] = {"reason": "college", "version": dossier.request.version}
        subject = f"training_request:{dossier.id}"
        await audit.append(tx, "training.details_opened", at.who.actor, subject, facts, at.now)
        parcel = parcel_for(at.event.chat_id, screen, kind="staff_details", request_id=dossier.id)
        return Reaction("details", (parcel,))

    @rule("TR-16", "TR-17", "CH-04")
    async def _file(self, tx: Tx, at: Working) -> Reaction:
        """The receipt, the form of a duplicate once it was decided on, or the picture of a paper."""
        what = _arg(at.press)
        if what in PICTURES:
            return await self._picture(tx, at, Form(what))
        if what not in PAPERS:
            raise BadPress
        if what == DUPLICATE and not at.dossier.office.has(Entry.DECISION):
            return await self._said(tx, at, T("college.no_decision", number=at.dossier.number), "no_decision")
        facts: dict[str, str | int] = {"what": what}
        subject = f"training_request:{at.dossier.id}"
        await audit.append(tx, "training.printed", at.who.actor, subject, facts, at.now)
        language = at.who.member.locale
        named, inbox_id = "name" in self.pages.cards.fields, at.event.inbox_id
        parcel = owed_file(at.event.chat_id, at.dossier, what, language, inbox_id, named=named)
        return Reaction("college_file", (parcel,))

    @rule("G-26", "G-28", "G-71")
    async def _picture(self, tx: Tx, at: Working, form: Form) -> Reaction:
        """The picture that was kept, as Telegram has it; the opening is on record."""
        kept = at.dossier.office.facts(ENTRY_OF[form])
        if not kept:
            return await self._cannot(tx, at, Settled())
        facts: dict[str, str | int] = {"reason": "college", "what": form.value}
        subject = f"training_request:{at.dossier.id}"
        await audit.append(tx, "training.details_opened", at.who.actor, subject, facts, at.now)
        parcel = owed_picture(at.event.chat_id, at.dossier, kept, at.event.inbox_id)
        return Reaction("college_file", (parcel,))

    # What is done.

    @rule("TR-18")
    async def _step(self, tx: Tx, at: Working) -> Reaction:
        """Take it, give it, or take it to its next stage; out of order is said with the stage it is in."""
        what = at.press.args[0] if at.press.args else ""
        try:
            match what:
                case _ if what == TAKE and at.dossier.office.executor == at.who.member.telegram_id:
                    return Reaction("college_assigned", await self._page(tx, at))
                case _ if what == TAKE:
                    return await self._assign(tx, at, at.who.member.telegram_id)
                case _ if what == GIVE:
                    return await self._assign(tx, at, _person(at.press))
                case _ if what == WITHDRAW:
                    screen = self.pages.sure(at.dossier, at.who.member.locale)
                    return Reaction("college_sure", self._shown(at, screen))
                case _ if what == WITHDRAWN:
                    self._demand_current(at)
                    after, parcels = await self.steps.withdraw(tx, at.dossier, at.who.actor, at.now)
                case _ if what == CLEAR:
                    self._demand_current(at)
                    after, parcels = await self.steps.resume(tx, at.dossier, at.who.actor, at.now)
                case _:
                    wanted = _stage(what)
                    if wanted is at.dossier.next:
                        self._demand_current(at)
                    after, parcels = await self.steps.advance(tx, at.dossier, wanted, at.who.actor, at.now)
        except _CANNOT as why:
            return await self._cannot(tx, at, why)
        return Reaction("college_step", (*parcels, *await self._page(tx, at, after)))

    @rule("TR-18")
    async def _assign(self, tx: Tx, at: Working, to: int) -> Reaction:
        """Pass it to whoever is to draw the document up; registered till now, that is its second stage."""
        everyone = await self._colleagues(tx, at.dossier)
        if not everyone.has(to):
            raise BadPress
        # Of two who take the same new request the second is told, and takes it from nobody.
        self._demand_current(at)
        facts = {"id": to}
        after = await self.steps.enter(tx, at.dossier, Entry.EXECUTOR, facts, at.who.actor, at.now)
        parcels: tuple[Parcel, ...] = ()
        if after.stage is Stage.REGISTERED and not after.is_suspended:
            after, parcels = await self.steps.advance(tx, after, Stage.ASSIGNED, at.who.actor, at.now)
        if to != at.who.member.telegram_id:
            words = T("college.given_to_you", number=after.number, due=after.target_on)
            parcels = (*parcels, *await self.telling.to_one(tx, after, words, to, at.now))
        return Reaction("college_assigned", (*parcels, *await self._page(tx, at, after)))

    async def _tick(self, tx: Tx, at: Working) -> Reaction:
        """What was seen on paper: the identity card, the form, the seal. Twice: seen again."""
        entry = Entry(_arg(at.press))
        if not is_of(entry, at.dossier.request.asked):
            raise BadPress
        try:
            after = await self.steps.enter(tx, at.dossier, entry, {}, at.who.actor, at.now)
        except _CANNOT as why:
            return await self._cannot(tx, at, why)
        return Reaction("college_ticked", await self._page(tx, at, after))

    # What is typed.

    async def _expect(self, tx: Tx, at: Working, forms: frozenset[Form]) -> Reaction:
        """Ask for the first field of a form."""
        form = _form(at.press)
        if form not in forms:
            raise BadPress
        if not self.entering.may(at.dossier, form):
            return await self._cannot(tx, at, Settled())
        if form in DECIDES and at.dossier.office.entered.notice is None:
            return await self._said(tx, at, T("college.bad_entry.no_notice"), "no_notice")
        return await self._ask(tx, at.dossier, form, at.who, at.now)

    async def _ask(
        self, tx: Tx, dossier: Dossier, form: Form, who: Presser, now: datetime, *before: T
    ) -> Reaction:
        me, language = who.member.telegram_id, who.member.locale
        await college_typing.expect(tx, me, dossier.clinic.no, dossier.id, form, language, now)
        field = next(iter(fields_of(form)), "file")
        screen = self.pages.field_asked(dossier.clinic.no, dossier.number, form, field, language, *before)
        return Reaction("field_asked", (parcel_for(me, screen, kind=LINE, request_id=dossier.id),))

    async def typed(
        self, tx: Tx, event: CitizenEvent, expected: Expected, who: Presser, now: datetime
    ) -> Reaction:
        """One field of a form, or the picture of a notice; a form that is full becomes an entry."""
        dossier = await self.steps.dossiers.of(tx, expected.subject)
        if dossier is None or dossier.clinic.no != expected.clinic_no:
            await staff_typing.stop(tx, event.user_id, now)
            raise BadPress
        if isinstance(event.sent, SentFile):
            return await self._scan(tx, dossier, expected.form, event.sent, who, now)
        text = event.sent.text if isinstance(event.sent, Said) else ""
        today, language = dossier.today(now), who.member.locale
        came = await reading.filled(
            tx, self.pages, expected, text, event.chat_id, dossier.number, today, language, now
        )
        if isinstance(came, Reaction):
            return came
        await staff_typing.stop(tx, event.user_id, now)
        try:
            after, parcels = await self.entering.take(tx, dossier, expected.form, came, who.actor, now)
        except BadEntry as bad:
            return await self._ask(tx, dossier, expected.form, who, now, why_no_entry(dossier, bad))
        except _CANNOT as why:
            return await self._not_taken(tx, dossier, why, who, now)
        return await self._taken(tx, after, expected.form, parcels, who, now)

    async def _taken(
        self, tx: Tx, after: Dossier, form: Form, parcels: tuple[Parcel, ...], who: Presser, now: datetime
    ) -> Reaction:
        if form is Form.NOTICE:
            asked = await self._ask(tx, after, Form.SCAN, who, now)
            words = T("college.decision_awaited", number=after.number)
            heads = await self.telling.to_heads(tx, after, words, now)
            return Reaction("college_entered", (*parcels, *asked.parcels, *heads))
        if form is Form.ATTORNEY:
            asked = await self._ask(tx, after, Form.ATTORNEY_SCAN, who, now)
            return Reaction("college_entered", (*parcels, *asked.parcels))
        page = await self._new_page(tx, after, who, now)
        return Reaction("college_entered", (*parcels, page))

    async def _scan(
        self, tx: Tx, dossier: Dossier, form: Form, file: SentFile, who: Presser, now: datetime
    ) -> Reaction:
        """The picture that was asked for; one of a kind or size that cannot be kept is asked for again."""
        fault = None if file.kind == "photo" else file_fault(file.name, file.mime, file.size)
        if fault is not None:
            return await self._ask(tx, dossier, form, who, now, T(f"college.bad_file.{fault}"))
        await staff_typing.stop(tx, who.member.telegram_id, now)
        try:
            after = await self.entering.scanned(tx, dossier, form, file, who.actor, now)
        except _CANNOT as why:
            return await self._not_taken(tx, dossier, why, who, now)
        return Reaction("college_entered", (await self._new_page(tx, after, who, now),))

    # What cannot be done.

    def _demand_current(self, at: Working) -> None:
        """A button that was drawn for another state does nothing. Raises Moved."""
        if at.press.version != at.dossier.request.version:
            raise Moved

    async def _cannot(self, tx: Tx, at: Working, why: Exception) -> Reaction:
        return await self._said(tx, at, why_not(at.dossier, why), "out_of_order")

    async def _said(self, tx: Tx, at: Working, words: T, outcome: str) -> Reaction:
        line = said(
            at.who.member.telegram_id, self.pages.cards.say(words, at.who.member.locale), at.dossier.id
        )
        return Reaction(outcome, (line, *await self._page(tx, at)))

    async def _not_taken(
        self, tx: Tx, dossier: Dossier, why: Exception, who: Presser, now: datetime
    ) -> Reaction:
        words = self.pages.cards.say(why_not(dossier, why), who.member.locale)
        line = said(who.member.telegram_id, words, dossier.id)
        return Reaction("out_of_order", (line, await self._new_page(tx, dossier, who, now)))

    # The page.

    async def _page(self, tx: Tx, at: Working, after: Dossier | None = None) -> tuple[Parcel, ...]:
        dossier = after or await self.steps.dossiers.of(tx, at.dossier.id) or at.dossier
        return self._shown(at, await self.drawn(tx, dossier, at.who, at.now))

    async def _new_page(self, tx: Tx, dossier: Dossier, who: Presser, now: datetime) -> Parcel:
        screen = await self.drawn(tx, dossier, who, now)
        return parcel_for(who.member.telegram_id, screen, kind=LINE, request_id=dossier.id)

    async def drawn(self, tx: Tx, dossier: Dossier, who: Presser, now: datetime) -> Screen:
        """The request as it stands, for that reader."""
        everyone, holder = await self._colleagues(tx, dossier), dossier.office.executor
        executor = T("college.nobody") if holder is None else everyone.named(holder)
        reader = Reader(who.member.telegram_id, who.member.locale, bool(who.roles & DECIDING_ROLES))
        marks = await training.marks(tx, dossier.id)
        return self.pages.request(dossier, marks, executor, reader, now)

    def _shown(self, at: Working, screen: Screen) -> tuple[Parcel, ...]:
        event, request_id = at.event, at.dossier.id
        if event.message_id is None or at.press.args == (ANEW,):
            return (parcel_for(event.chat_id, screen, kind=LINE, request_id=request_id),)
        return (edited(event.chat_id, event.message_id, screen, request_id),)

    async def _colleagues(self, tx: Tx, dossier: Dossier) -> Colleagues:
        return await colleagues_of(tx, dossier.clinic.no, COLLEGE_ROLES)


def _doer(actor: str, everyone: Colleagues) -> T:
    """Who did a step: one of the college's people, its citizen, or the clock."""
    kind, _, key = actor.partition(":")
    if f"{kind}:" == STAFF_ACTOR and key.isdecimal():
        return everyone.named(int(key))
    return T("college.by_clock" if actor == "clock" else "college.by_citizen")


def _arg(press: Press) -> str:
    """The one thing that a button names. Raises BadPress."""
    if len(press.args) != 1:
        raise BadPress
    return press.args[0]


def _form(press: Press) -> Form:
    try:
        return Form(_arg(press))
    except ValueError:
        raise BadPress from None


def _stage(text: str) -> Stage:
    """One of the six: nobody refuses or cancels by a button. Raises BadPress."""
    try:
        stage = Stage(text)
    except ValueError:
        raise BadPress from None
    if stage not in STAGES:
        raise BadPress
    return stage


def _person(press: Press) -> int:
    """Whose button it was. Raises BadPress."""
    try:
        telegram_id = int(press.args[1], 36)
    except (IndexError, ValueError):
        raise BadPress from None
    if telegram_id > _LONGEST_ID:
        raise BadPress
    return telegram_id
