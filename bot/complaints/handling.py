"""What one of the office does with one complaint: reads it, passes it on, enters numbers, answers it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from bot.channels.events import StaffPress
from bot.channels.reactions import Reaction
from bot.channels.screens import Screen
from bot.channels.telegram import parcel_for
from bot.complaints import typing as complaint_typing
from bot.complaints.circle import circle_of, official_name
from bot.complaints.office import ComplaintOffice, NotThatFar
from bot.complaints.pages import ANEW, BODY_CODES, Case, ComplaintPages, Pile, draft_key, is_a_decision
from bot.complaints.printed import What, owed_file, owed_paper
from bot.complaints.typing import Asked, Wanted
from bot.staff import typing as staff_typing
from bot.staff.feed import LINE, edited
from bot.staff.press import BadPress, Press, Verb
from bot.staff.rights import Presser, line_to
from dialogs.engine import T
from rules.complaint_terms import (
    BadEntry,
    Decision,
    EntryFault,
    read_delivery,
    read_reasons,
    read_registration,
)
from rules.complaints import Body, ComplaintStatus
from rules.law import rule
from storage import audit, complaints, staff
from storage.complaint_cards import number_of
from storage.complaints import Complaint
from storage.database import Tx
from storage.outbox import Parcel
from storage.staff import Member, NewMember

_WANTED: Final = {
    Verb.COMPLAINT_ANSWER: Wanted.ANSWER,
    Verb.COMPLAINT_REFUSE: Wanted.REFUSAL,
    Verb.COMPLAINT_GONE: Wanted.DELIVERY,
}
_ENDS: Final = {Wanted.ANSWER: ComplaintStatus.ANSWERED, Wanted.REFUSAL: ComplaintStatus.REFUSED}
_STEPS_OF: Final = {
    Wanted.NUMBER: frozenset({Pile.NUMBER, Pile.EXAMINED}),
    Wanted.ANSWER: frozenset({Pile.EXAMINED}),
    Wanted.REFUSAL: frozenset({Pile.EXAMINED}),
    Wanted.DELIVERY: frozenset({Pile.DELIVER}),
}
"""When the words of each are wanted; the turn of others has not come, or is over."""


@dataclass(frozen=True, slots=True)
class Working:
    """One authorised press about one complaint."""

    event: StaffPress
    press: Press
    case: Case
    who: Presser
    now: datetime

    @property
    def me(self) -> int:
        """Whoever pressed."""
        return self.who.member.telegram_id

    @property
    def today(self) -> date:
        """The day at the clinic."""
        return self.case.clinic.local(self.now).date()


@dataclass(frozen=True, slots=True)
class ComplaintHandling:
    """Does what was pressed or typed, within the transaction of its inbox row."""

    pages: ComplaintPages
    office: ComplaintOffice

    async def case(self, tx: Tx, complaint: Complaint) -> Case:
        """The complaint with its office's side."""
        clinic, files = await self.office.clinic(tx, complaint), await complaints.files(tx, complaint.id)
        about = "" if complaint.matter is None else await number_of(tx, complaint.matter)
        return Case(complaint, await self.office.office(tx, complaint), clinic, len(files), about)

    async def do(self, tx: Tx, at: Working) -> Reaction:
        """What a press comes to; the page then shows the complaint as it stands."""
        match at.press.verb:
            case Verb.COMPLAINT:
                return await self._opened(tx, at)
            case Verb.COMPLAINT_READ:
                return await self._read(tx, at)
            case Verb.COMPLAINT_FILE:
                return await self._files(tx, at)
            case Verb.COMPLAINT_SLIP:
                return await self._slip(tx, at)
            case Verb.COMPLAINT_STOP:
                await staff_typing.stop(tx, at.me, at.now)
                return await self._page(tx, at, "complaint_stopped")
            case Verb.COMPLAINT_SURE:
                return await self._sure(tx, at)
            case Verb.COMPLAINT_MINE:
                return await self._mine(tx, at)
            case Verb.COMPLAINT_NUMBER:
                return await self._number(tx, at)
            case Verb.COMPLAINT_SENT | Verb.COMPLAINT_WORK:
                return await self._step(tx, at)
            case _:
                return await self._expect(tx, at, Asked(_WANTED[at.press.verb], at.case.complaint.id))

    # Looking.

    async def _opened(self, tx: Tx, at: Working) -> Reaction:
        """The page; whoever has a name accepts what nobody had accepted. The look is on record."""
        await self._looked(tx, at, "looked_at")
        complaint, receipt = await self.office.accepted(tx, at.case.complaint, at.who.member, at.now)
        case = replace(at.case, complaint=complaint)
        shown = await self._page(tx, replace(at, case=case), "complaint_page")
        return Reaction(shown.outcome, (*shown.parcels, *receipt))

    @rule("G-61", "SEC-01")
    async def _read(self, tx: Tx, at: Working) -> Reaction:
        """Who complains and of what, for this person alone; the opening is on record."""
        if not official_name(at.who.member):
            return await self._name_first(tx, at)
        await self._looked(tx, at, "details_opened")
        screens = self.pages.read(at.case, at.who.member.locale)
        return Reaction("complaint_read", tuple(self._message(at, screen) for screen in screens))

    @rule("G-61")
    async def _name_first(self, tx: Tx, at: Working) -> Reaction:
        """Of somebody without a name nobody can tell whether the words are about them: it is asked first."""
        asked = Asked(Wanted.NAME, at.case.complaint.id, more={"first": "read"})
        await complaint_typing.expect(tx, at.me, asked, at.who.member.locale, at.now)
        screen = self.pages.words_asked(at.case, asked, at.who.member.locale)
        return Reaction("complaint_asked_name", (self._message(at, screen),))

    @rule("X-33", "X-34")
    async def _files(self, tx: Tx, at: Working) -> Reaction:
        """The complaint as a PDF to send on, and every photo and document that came with it."""
        if not official_name(at.who.member):
            return await self._name_first(tx, at)
        await self._looked(tx, at, "details_opened")
        complaint, once = at.case.complaint, at.event.inbox_id
        fields, language = self.pages.cards.fields, at.who.member.locale
        whats = (What.COMPLAINT, *((What.ANSWER,) if at.case.office.decision is not None else ()))
        papers = [owed_paper(at.me, complaint, what, fields, language, once) for what in whats]
        sent = [
            owed_file(at.me, complaint, no, file, once)
            for no, file in enumerate(await complaints.files(tx, complaint.id), start=1)
        ]
        return Reaction("complaint_files", (*papers, *(sent if "reason" in fields else ())))

    @rule("CO-05", "G-58")
    async def _slip(self, tx: Tx, at: Working) -> Reaction:
        await self._looked(tx, at, "slip_printed")
        complaint, fields = at.case.complaint, self.pages.cards.fields
        paper = owed_paper(at.me, complaint, What.SLIP, fields, at.who.member.locale, at.event.inbox_id)
        return Reaction("complaint_slip", (paper,))

    # Steps.

    async def _step(self, tx: Tx, at: Working) -> Reaction:
        """It was passed on, or is being examined. Twice: the page as it stands."""
        told: Sequence[Parcel] = ()
        try:
            if at.press.verb is Verb.COMPLAINT_SENT:
                await self.office.forward(tx, at.case.complaint, at.who.actor, at.now)
            else:
                _, told = await self.office.in_work(tx, at.case.complaint, at.who.actor, at.now)
        except NotThatFar as early:
            return await self._page(tx, at, "too_early", T(f"complaint_office.needs_{early.needs}"))
        page = await self._page(tx, at, f"complaint_{at.press.verb}")
        return Reaction(page.outcome, (*page.parcels, *told))

    async def _number(self, tx: Tx, at: Working) -> Reaction:
        """Whose number is entered; asked where the complaint went to both bodies."""
        bodies = at.case.complaint.addressee.bodies
        if not at.press.args and len(bodies) > 1 and at.case.pile in _STEPS_OF[Wanted.NUMBER]:
            screen = self.pages.bodies(at.case, at.who.member.locale)
            return Reaction("complaint_bodies", self._shown(at, screen))
        code = at.press.args[0] if at.press.args else _code(bodies[0])
        if BODY_CODES.get(code) not in bodies:
            raise BadPress
        return await self._expect(tx, at, Asked(Wanted.NUMBER, at.case.complaint.id, more={"body": code}))

    async def _expect(self, tx: Tx, at: Working, asked: Asked) -> Reaction:
        """Ask for words; first for a name, where an answer is to be signed by somebody without one."""
        if at.case.pile not in _STEPS_OF[asked.wanted]:
            needs = {Pile.FORWARD: "forward", Pile.NUMBER: "number"}.get(at.case.pile, "nothing")
            return await self._page(tx, at, "too_early", T(f"complaint_office.needs_{needs}"))
        if asked.wanted in _ENDS and not official_name(at.who.member):
            asked = Asked(Wanted.NAME, at.case.complaint.id)
        await complaint_typing.expect(tx, at.me, asked, at.who.member.locale, at.now)
        screen = self.pages.words_asked(at.case, asked, at.who.member.locale)
        return Reaction(f"complaint_asked_{asked.wanted}", (self._message(at, screen),))

    async def _sure(self, tx: Tx, at: Working) -> Reaction:
        """What was typed and shown becomes the answer, or the refusal to examine; it cannot be taken back."""
        expected = await complaint_typing.expected_of(tx, at.me)
        complaint = at.case.complaint
        if (
            expected is None
            or expected.asked.complaint_id != complaint.id
            or not is_a_decision(expected.asked)
        ):
            return await self._page(tx, at, "complaint_page", T("complaint_office.nothing_typed"))
        asked, official = expected.asked, official_name(at.who.member)
        if at.press.args != (draft_key(asked),):
            # The words over that button were replaced by others, which nobody has confirmed.
            screen = self.pages.decision(at.case, asked, official, at.who.member.locale)
            return Reaction("complaint_draft", (self._message(at, screen),))
        try:
            decision = Decision(asked.more["words"], at.today, official)
            done = await self.office.decided(
                tx, complaint, _ENDS[asked.wanted], decision, at.who.actor, at.now
            )
        except NotThatFar as early:
            return await self._page(tx, at, "too_early", T(f"complaint_office.needs_{early.needs}"))
        await staff_typing.stop(tx, at.me, at.now)
        page = await self._page(tx, at, "complaint_decided")
        return Reaction(page.outcome, (*page.parcels, *(done[1] if done else ())))

    @rule("G-61")
    async def _mine(self, tx: Tx, at: Working) -> Reaction:
        """It is about whoever pressed: asked first, then it is closed to them."""
        complaint, member = at.case.complaint, at.who.member
        if at.press.args != ("sure",):
            line = T("complaint_office.ask_mine", number=complaint.number)
            sure = T("staff.button.complaint_mine_sure"), at.case.press(Verb.COMPLAINT_MINE, "sure")
            back = T("staff.button.back"), at.case.press(Verb.COMPLAINT)
            return Reaction(
                "complaint_mine",
                self._shown(at, self.pages.cards.page([line], member.locale, [[sure], [back]])),
            )
        told = await self.office.is_about(tx, complaint, at.me, at.who.actor, at.now)
        gone = T("complaint_office.given_away", number=complaint.number)
        page = self._shown(at, self.pages.cards.page([gone], member.locale, []))
        return Reaction("complaint_given_away", (*page, *told))

    # Words.

    async def typed(
        self, tx: Tx, member: Member, case: Case, asked: Asked, text: str, now: datetime
    ) -> Reaction:
        """The words that were asked for; what cannot be taken is asked for again, with what is wrong."""
        if asked.wanted is Wanted.NAME:
            return await self._named(tx, member, case, text, now)
        if case.pile not in _STEPS_OF.get(asked.wanted, ()):
            await staff_typing.stop(tx, member.telegram_id, now)
            return line_to(self.pages.cards, member, T("complaint_office.needs_nothing"), "too_late")
        try:
            return await self._kept(tx, member, case, asked, text, now)
        except BadEntry as bad:
            kind = "number" if asked.wanted is Wanted.NUMBER else "words"
            kind = "delivery" if asked.wanted is Wanted.DELIVERY else kind
            return line_to(self.pages.cards, member, _fault(bad.fault, kind, case), f"bad_{bad.fault}")

    async def _kept(
        self, tx: Tx, member: Member, case: Case, asked: Asked, text: str, now: datetime
    ) -> Reaction:
        """Raises BadEntry."""
        actor, today = f"staff:{member.telegram_id}", case.clinic.local(now).date()
        complaint, locale = case.complaint, member.locale
        if asked.wanted is Wanted.DELIVERY:
            answered_on = case.office.decided_on or today
            delivery = read_delivery(text, complaint.answer_way, answered_on, today)
            await self.office.delivered(tx, complaint, delivery, actor, now)
            await staff_typing.stop(tx, member.telegram_id, now)
            return await self._afresh(tx, member, complaint.id, "complaint_delivered", now)
        if asked.wanted is Wanted.NUMBER:
            said = read_registration(text, complaint.received_on, today)
            body = BODY_CODES[asked.more["body"]]
            _, told = await self.office.registered(tx, complaint, body, said, actor, now)
            await staff_typing.stop(tx, member.telegram_id, now)
            page = await self._afresh(tx, member, complaint.id, "complaint_registered", now)
            return Reaction(page.outcome, (*page.parcels, *told))
        draft = asked.adding(words=read_reasons(text))
        await complaint_typing.expect(tx, member.telegram_id, draft, locale, now)
        screen = self.pages.decision(case, draft, official_name(member), locale)
        return Reaction("complaint_draft", (parcel_for(member.telegram_id, screen, kind=LINE),))

    async def _named(self, tx: Tx, member: Member, case: Case, text: str, now: datetime) -> Reaction:
        """Surname and name of somebody who joined without one: every answer says who gave it (G-63)."""
        name = staff_typing.read_name(text)
        if name is None:
            return line_to(self.pages.cards, member, T("complaint_office.bad_name"), "bad_name")
        before = await circle_of(tx, case.complaint)
        for one in await staff.member(tx, member.telegram_id, member.clinic_no):
            new = NewMember(one.telegram_id, one.clinic_no, one.role, one.locale, name)
            staff.join(tx, new, one.since)
        await staff_typing.stop(tx, member.telegram_id, now)
        if not (await circle_of(tx, case.complaint)).has(member.telegram_id):
            line = line_to(self.pages.cards, member, T("complaint_office.not_yours"), "wrong_role")
            told = await self.office.passed(tx, case.complaint, before, now)
            return Reaction(line.outcome, (*line.parcels, *told))
        return await self._afresh(tx, member, case.complaint.id, "complaint_named", now)

    async def _afresh(
        self, tx: Tx, member: Member, complaint_id: int, outcome: str, now: datetime
    ) -> Reaction:
        """The complaint as it stands, as a message of its own."""
        complaint = await complaints.by_id(tx, complaint_id)
        if complaint is None:
            raise LookupError("a complaint that was there a moment ago")
        case = await self.case(tx, complaint)
        screen = self.pages.one(case, case.clinic.local(now).date(), member.locale)
        return Reaction(outcome, (parcel_for(member.telegram_id, screen, kind=LINE),))

    # The page.

    async def _page(self, tx: Tx, at: Working, outcome: str, *first: T) -> Reaction:
        complaint = await complaints.by_id(tx, at.case.complaint.id) or at.case.complaint
        case = await self.case(tx, complaint)
        return Reaction(
            outcome, self._shown(at, self.pages.one(case, at.today, at.who.member.locale, *first))
        )

    def _shown(self, at: Working, screen: Screen) -> tuple[Parcel, ...]:
        if at.event.message_id is None or at.press.args == (ANEW,):
            return (self._message(at, screen),)
        return (edited(at.event.chat_id, at.event.message_id, screen, at.case.complaint.id),)

    def _message(self, at: Working, screen: Screen) -> Parcel:
        return parcel_for(at.event.chat_id, screen, kind=LINE, request_id=at.case.complaint.id)

    async def _looked(self, tx: Tx, at: Working, what: str) -> None:
        facts: dict[str, str | int] = {"clinic": at.case.clinic.no}
        subject = f"complaint:{at.case.complaint.id}"
        await audit.append(tx, f"complaint.{what}", at.who.actor, subject, facts, at.now)


def _code(body: Body) -> str:
    return next(code for code, value in BODY_CODES.items() if value is body)


def _fault(fault: EntryFault, kind: str, case: Case) -> T:
    earliest = case.office.decided_on if kind == "delivery" else case.complaint.received_on
    if fault is EntryFault.BEFORE and earliest is not None:
        return T(f"complaint_office.bad_{kind}_before", day=earliest)
    if fault is EntryFault.FORM and kind == "delivery":
        return T(f"complaint_office.bad_delivery_form_{case.complaint.answer_way}")
    return T(f"complaint_office.bad_{kind}_{fault}")
