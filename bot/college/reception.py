"""The college's desk in the chat: an IIN is typed, what was finished is shown, a request is entered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.channels.events import CitizenEvent
from bot.channels.reactions import Reaction
from bot.channels.telegram import parcel_for
from bot.college import reading
from bot.college import typing as college_typing
from bot.college.forms import Form, fields_of
from bot.college.intake import Intake, NotOffered
from bot.college.pages import CollegePages
from bot.college.typing import Expected
from bot.staff import typing as staff_typing
from bot.staff.feed import LINE
from bot.staff.press import BadPress, Press
from bot.staff.rights import Presser, line_to
from dialogs.engine import Said, T
from rules.clinics import Clinic
from rules.iin import Iin
from rules.law import rule
from rules.training import Asked
from storage.database import Tx

_LARGEST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class CollegeReception:
    """Takes papers in, within the transaction of an inbox row."""

    pages: CollegePages
    intake: Intake

    async def pressed(self, tx: Tx, press: Press, clinic: Clinic, who: Presser, now: datetime) -> Reaction:
        """Ask for the IIN; or enter what was chosen, whose story of the loss is asked for first."""
        if not press.args:
            return await self._ask(tx, clinic, 0, Form.INTAKE, who, now)
        asked, graduate_id = _chosen(press)
        if asked is Asked.DUPLICATE:
            return await self._ask(tx, clinic, graduate_id, Form.STORY, who, now)
        return await self._enter(tx, clinic, graduate_id, asked, "", who, now)

    async def typed(
        self, tx: Tx, event: CitizenEvent, expected: Expected, clinic: Clinic, who: Presser, now: datetime
    ) -> Reaction:
        """The IIN of whoever came, or how they lost the document."""
        text = event.sent.text if isinstance(event.sent, Said) else ""
        today, language = clinic.local(now).date(), who.member.locale
        came = await reading.filled(tx, self.pages, expected, text, event.chat_id, "", today, language, now)
        if isinstance(came, Reaction):
            return came
        await staff_typing.stop(tx, event.user_id, now)
        if expected.form is Form.STORY:
            story = came["story"]
            return await self._enter(tx, clinic, expected.subject, Asked.DUPLICATE, story, who, now)
        return await self._look(tx, Iin(came["iin"]), clinic, who, now)

    @rule("TR-02")
    async def _look(self, tx: Tx, iin: Iin, clinic: Clinic, who: Presser, now: datetime) -> Reaction:
        """Whoever is in no list of graduates is not accepted, and is told where lists are mended."""
        found = await self.intake.found(tx, iin, clinic, who.actor, now)
        member = who.member
        if not found.records:
            return line_to(self.pages.cards, member, T("college.not_a_graduate"), "not_a_graduate")
        screen = self.pages.graduate(clinic.no, found.records, found.offered, member.locale)
        return Reaction("college_found", (parcel_for(member.telegram_id, screen, kind="staff_details"),))

    async def _enter(
        self, tx: Tx, clinic: Clinic, graduate_id: int, asked: Asked, story: str, who: Presser, now: datetime
    ) -> Reaction:
        member = who.member
        try:
            dossier, already = await self.intake.register(
                tx, clinic, graduate_id, asked, story, member.locale, who.actor, now
            )
        except NotOffered:
            return line_to(self.pages.cards, member, T("college.intake_nothing"), "not_offered")
        words = T("college.already_open", number=dossier.number)
        screen = (
            self.pages.told(dossier, words, member.locale)
            if already
            else self.pages.registered(dossier, member.locale)
        )
        outcome = "college_already" if already else "college_registered"
        parcel = parcel_for(member.telegram_id, screen, kind=LINE, request_id=dossier.id)
        return Reaction(outcome, (parcel,))

    async def _ask(
        self, tx: Tx, clinic: Clinic, subject: int, form: Form, who: Presser, now: datetime
    ) -> Reaction:
        me, language = who.member.telegram_id, who.member.locale
        await college_typing.expect(tx, me, clinic.no, subject, form, language, now)
        screen = self.pages.field_asked(clinic.no, "", form, fields_of(form)[0], language)
        return Reaction("field_asked", (parcel_for(me, screen, kind=LINE),))


def _chosen(press: Press) -> tuple[Asked, int]:
    """What is asked for, by which line of the graduates. Raises BadPress."""
    try:
        asked, key = press.args
        graduate_id = int(key, 36)
        if graduate_id > _LARGEST_ID:
            raise BadPress
        return Asked(asked), graduate_id
    except ValueError:
        raise BadPress from None
