"""Enters a complaint on paper: field by field, then registered like any other, with a slip to be stamped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from bot.channels.events import StaffPress
from bot.channels.reactions import Reaction
from bot.channels.screens import Screen
from bot.channels.telegram import parcel_for
from bot.complaints import typing as complaint_typing
from bot.complaints.circle import circle_of, official_name
from bot.complaints.office import ComplaintOffice, opening
from bot.complaints.paper import (
    BACK,
    DONE,
    NONE,
    BadField,
    PaperPages,
    Step,
    begun,
    chosen,
    filled,
    first_missing,
    next_step,
    stepped_back,
)
from bot.complaints.printed import What, owed_paper
from bot.complaints.typing import Asked, Wanted
from bot.staff import typing as staff_typing
from bot.staff.feed import LINE, edited
from bot.staff.press import NO_REQUEST, BadPress, Press, Verb
from bot.staff.rights import actor_of
from dialogs.engine import T
from rules.clinics import Clinic
from rules.complaints import Addressee, AnswerWay, FilingWay, MatterKind
from rules.iin import Iin
from rules.law import rule
from rules.people import Person
from rules.public_services import PublicService
from storage import audit, complaints, people, requests, training
from storage.complaints import AlreadyComplained, Complaint, Matter, NewComplaint
from storage.database import Tx
from storage.outbox import Parcel
from storage.staff import Member


@dataclass(frozen=True, slots=True)
class Entering:
    """Answers what is pressed and typed while a paper is entered."""

    pages: PaperPages
    office: ComplaintOffice

    @rule("CO-03", "CH-06")
    async def pressed(
        self, tx: Tx, event: StaffPress, press: Press, member: Member, clinic: Clinic, now: datetime
    ) -> Reaction:
        """A new paper, a choice on it, one field back, or its registration. Raises BadPress."""
        if press.verb is Verb.COMPLAINT_ENTER:
            return await self._asked(tx, member, begun(clinic.no), now, event)
        expected = await complaint_typing.expected_of(tx, member.telegram_id)
        if (
            expected is None
            or expected.asked.wanted is not Wanted.PAPER
            or expected.asked.clinic_no != clinic.no
        ):
            if press.args == (DONE,):
                return self._over(member, clinic)
            lost = T("complaint_paper.lost")
            return await self._asked(tx, member, begun(clinic.no), now, event, lost)
        asked = expected.asked
        match press.args:
            case (name,) if name == BACK:
                return await self._asked(tx, member, stepped_back(asked), now, event)
            case (name,) if name == DONE:
                return await self._register(tx, member, asked, clinic, event, now)
            case (name, choice) if next_step(asked) == name:
                return await self._chosen(tx, member, asked, choice, event, now)
            case (name, _) if name in tuple(Step):
                return await self._asked(tx, member, asked, now, event)
            case _:
                raise BadPress

    async def typed(
        self, tx: Tx, member: Member, asked: Asked, clinic: Clinic, text: str, now: datetime
    ) -> Reaction:
        """One field of the paper; what cannot be read is asked for again, with what is wrong with it."""
        step, today = next_step(asked), clinic.local(now).date()
        if step is None:
            return await self._asked(tx, member, asked, now)
        try:
            more = filled(asked, step, text, today)
            if step is Step.REQUEST:
                await self._matter(tx, more, clinic)
        except BadField as bad:
            return await self._asked(tx, member, asked, now, None, T(f"complaint_paper.bad_{bad.why}"))
        return await self._asked(tx, member, more, now)

    async def _chosen(
        self, tx: Tx, member: Member, asked: Asked, choice: str, event: StaffPress, now: datetime
    ) -> Reaction:
        step = next_step(asked)
        try:
            more = chosen(asked, Step.WAY if step is None else step, choice)
        except BadField:
            raise BadPress from None
        return await self._asked(tx, member, more, now, event)

    async def _asked(
        self,
        tx: Tx,
        member: Member,
        asked: Asked,
        now: datetime,
        event: StaffPress | None = None,
        *first: T,
    ) -> Reaction:
        """Keep what was said, and ask for the next field."""
        await complaint_typing.expect(tx, member.telegram_id, asked, member.locale, now)
        screen = self.pages.asked(asked, member.locale, *first)
        outcome = f"complaint_paper_{next_step(asked) or 'whole'}"
        return Reaction(outcome, (_shown(member, screen, event),))

    @rule("CO-03", "CO-04", "CO-05", "G-58", "X-33")
    async def _register(
        self, tx: Tx, member: Member, asked: Asked, clinic: Clinic, event: StaffPress, now: datetime
    ) -> Reaction:
        """Registered under our number, with a slip; a field of the law that is missing bars it, by name."""
        if next_step(asked) is not None or first_missing(asked) is not None:
            step = next_step(asked) or first_missing(asked)
            missing = T("complaint_paper.missing", field=T(f"complaint_paper.field_{step}"))
            return await self._asked(tx, member, asked.without(str(step)), now, event, missing)
        try:
            new = await self._new(tx, asked, clinic, member)
            made = await complaints.register(tx, new, now, actor_of(member.telegram_id))
        except BadField as bad:
            again = asked.without(Step.REQUEST.value)
            return await self._asked(tx, member, again, now, event, T(f"complaint_paper.bad_{bad.why}"))
        except AlreadyComplained as held:
            await staff_typing.stop(tx, member.telegram_id, now)
            words = T("complaint_paper.already", number=held.complaint.number)
            return Reaction("complaint_already", (self._line(member, words, held.complaint, event),))
        await staff_typing.stop(tx, member.telegram_id, now)
        return await self._registered(tx, member, made, event, now)

    async def _registered(
        self, tx: Tx, member: Member, made: Complaint, event: StaffPress, now: datetime
    ) -> Reaction:
        actor = actor_of(member.telegram_id)
        about = (await circle_of(tx, made)).about
        if (official := official_name(member)) and member.telegram_id not in about:
            await complaints.accepted_by(tx, made, official)
        facts: dict[str, str | int] = {"clinic": made.clinic_no, "way": made.way.value}
        await audit.append(tx, "complaint.entered", actor, f"complaint:{made.id}", facts, now)
        told = await self.office.arrived(tx, made, now)
        words = T(f"complaint_paper.registered_{made.way}", number=made.number)
        line = self._line(member, words, made, event)
        slip = owed_paper(
            member.telegram_id, made, What.SLIP, self.pages.cards.fields, member.locale, event.inbox_id
        )
        others = tuple(one for one in told if one.address.key != str(member.telegram_id))
        return Reaction("complaint_entered", (line, slip, *others))

    def _over(self, member: Member, clinic: Clinic) -> Reaction:
        """Pressed a second time: what was registered stands in the list, and nothing is to be typed again."""
        home = T("staff.button.complaints"), str(Press(NO_REQUEST, clinic.no, Verb.COMPLAINTS))
        screen = self.pages.cards.page([T("complaint_paper.over")], member.locale, [[home]])
        return Reaction("complaint_paper_over", (parcel_for(member.telegram_id, screen, kind=LINE),))

    def _line(self, member: Member, words: T, complaint: Complaint, event: StaffPress | None) -> Parcel:
        screen = self.pages.cards.page([words], member.locale, [[opening(complaint)]])
        return _shown(member, screen, event)

    async def _new(self, tx: Tx, asked: Asked, clinic: Clinic, member: Member) -> NewComplaint:
        """Raises BadField where the request is not this person's."""
        more, person = asked.more, await _known(tx, asked)
        return NewComplaint(
            clinic_no=clinic.no,
            way=FilingWay(more["way"]),
            received_on=date.fromisoformat(more["received"]),
            addressee=Addressee(more["to"]),
            answer_way=AnswerWay(more["answer"]),
            full_name=more["name"],
            iin=more["iin"],
            postal_address=more["address"],
            phone=more["phone"],
            words=more["words"],
            locale=member.locale if person is None else person.language,
            matter=await self._matter(tx, asked, clinic),
            person_id=None if person is None else person.id,
        )

    @rule("CO-01")
    async def _matter(self, tx: Tx, asked: Asked, clinic: Clinic) -> Matter | None:
        """The request complained of: of this clinic, by or for whoever complains. Raises BadField."""
        number, person = asked.more["request"], await _known(tx, asked)
        if number == NONE:
            return None
        found = None if person is None else await _matter_of(tx, number, clinic, person.id)
        if found is None:
            raise BadField("not_theirs")
        return found


async def _matter_of(tx: Tx, number: str, clinic: Clinic, person_id: str) -> Matter | None:
    """That clinic's request under the number, if it is this person's or they made it."""
    request = await requests.by_number(tx, number)
    if request is not None and request.clinic_no == clinic.no:
        own = person_id in {str(request.caller_id), str(request.patient_id)}
        return Matter(MatterKind.REQUEST, request.id, PublicService(request.service)) if own else None
    wanted = await training.by_number(tx, number)
    if wanted is None or wanted.clinic_no != clinic.no or wanted.person_id != person_id:
        return None
    return Matter(MatterKind.TRAINING, wanted.id, wanted.asked.service)


async def _known(tx: Tx, asked: Asked) -> Person | None:
    """Whoever the registry knows under that IIN, if their surname stands on the paper too."""
    person = await people.by_iin(tx, Iin(asked.more["iin"]))
    written = asked.more["name"].casefold().split()
    return person if person is not None and person.surname.casefold() in written else None


def _shown(member: Member, screen: Screen, event: StaffPress | None) -> Parcel:
    if event is None or event.message_id is None:
        return parcel_for(member.telegram_id, screen, kind=LINE)
    return edited(event.chat_id, event.message_id, screen, None)
