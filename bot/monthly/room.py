"""The figures in the chat of heads and administrators: ``/figures``, other months, and the table.

They are nobody's data, and open in private all the same: what a clinic does late is its own to read first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.channels.events import CitizenEvent, Command, GroupMessage, StaffPress
from bot.channels.reactions import Reaction
from bot.channels.screens import Screen
from bot.channels.telegram import SLASH, parcel_for
from bot.monthly.files import Form, Wanted, owed_figures
from bot.monthly.month import Month, NoMonth
from bot.staff.cards import Cards, Labelled
from bot.staff.feed import said
from bot.staff.press import NO_REQUEST, BadPress, Press, Verb
from bot.staff.rights import FIGURES_ROLES, Presser, line_to, presser, to_stranger
from dialogs.engine import T
from rules.clinics import Clinic
from rules.people import Language
from storage import audit, staff
from storage.database import Reader, Tx
from storage.registry import Directory
from storage.staff import Member

COMMAND: Final = "figures"
"""What staff type in private; a month may follow: ``/figures 11.2026``."""


@dataclass(frozen=True, slots=True)
class FiguresRoom:
    """Answers what is typed and pressed about figures, within the transaction of its inbox row."""

    directory: Directory
    cards: Cards

    @property
    def verbs(self) -> frozenset[Verb]:
        """The buttons around the figures."""
        return frozenset({Verb.FIGURES, Verb.FIGURES_FILE})

    async def hears(self, reader: Reader, event: CitizenEvent | GroupMessage, now: datetime) -> bool:
        """True for the command that asks for figures."""
        del reader, now
        return _command(event) is not None

    async def typed(self, tx: Tx, event: CitizenEvent | GroupMessage, now: datetime) -> Reaction:
        """The command. A group is told that figures open in private only."""
        members = await staff.members_of(tx, event.user_id)
        if not members:
            return to_stranger(self.cards, event.chat_id, event.user_id, now)
        if isinstance(event, GroupMessage):
            words = self.cards.say(T("figures.private_only"), members[0].locale)
            return Reaction("private_only", (said(event.chat_id, words),))
        own = [one for one in members if one.role in FIGURES_ROLES]
        if not own:
            return line_to(self.cards, members[0], T("figures.no_right"), "wrong_role")
        clinic = await self._clinic(tx, own[0].clinic_no)
        command = _command(event)
        try:
            month = Month.typed(command.arg if command else "", clinic.local(now).date())
        except NoMonth:
            return line_to(self.cards, own[0], T("figures.ask.month"), "no_month")
        clinics = sorted({one.clinic_no for one in own})
        if len(clinics) > 1:
            asked = self._which(clinics, month, own[0].locale)
            return Reaction("figures_asked", (parcel_for(event.chat_id, asked),))
        once = f"figures:{event.inbox_id}"
        return await self._given(tx, event.chat_id, own[0], clinic, month, Form.PNG, once, now)

    async def pressed(
        self, tx: Tx, event: StaffPress, press: Press, members: Sequence[Member], now: datetime
    ) -> Reaction:
        """A button. Raises BadPress for another clinic's people, and for any chat but their own (S33)."""
        if not event.private or press.request_id != NO_REQUEST or len(press.args) != 1:
            raise BadPress
        who: Presser = await presser(tx, event.chat_id, event.user_id, event.private, press.version, members)
        if not who.roles & FIGURES_ROLES:
            return line_to(self.cards, who.member, T("figures.no_right"), "wrong_role")
        try:
            month = Month.pressed(press.args[0])
        except NoMonth:
            raise BadPress from None
        form = Form.XLSX if press.verb is Verb.FIGURES_FILE else Form.PNG
        clinic, once = await self._clinic(tx, press.version), f"figures:{event.inbox_id}"
        return await self._given(tx, event.chat_id, who.member, clinic, month, form, once, now)

    async def _given(
        self,
        tx: Tx,
        chat_id: int,
        member: Member,
        clinic: Clinic,
        month: Month,
        form: Form,
        once: str,
        now: datetime,
    ) -> Reaction:
        """Owe the file. What if it runs twice: under ``once`` there is one parcel."""
        wanted = Wanted(clinic, month, form, member.locale, now)
        rows = _ways(wanted) if form is Form.PNG else ()
        around = self.cards.page(_caption(clinic, month, member.locale), member.locale, rows)
        facts: dict[str, str | int] = {"month": month.first.isoformat(), "form": form.value}
        actor = f"staff:{member.telegram_id}"
        await audit.append(tx, "figures.looked", actor, f"clinic:{clinic.no}", facts, now)
        return Reaction("figures", (owed_figures(chat_id, wanted, around, once),))

    def _which(self, clinics: Sequence[int], month: Month, language: Language) -> Screen:
        """Asks whose figures, somebody who works at several clinics."""
        rows = [
            [(T("staff.button.journal_clinic", no=no), _press(no, Verb.FIGURES, month))] for no in clinics
        ]
        return self.cards.page([T("figures.ask.clinic")], language, rows)

    async def _clinic(self, tx: Tx, clinic_no: int) -> Clinic:
        await self.directory.refresh(tx)
        clinic = self.directory.clinics.get(clinic_no)
        if clinic is None:
            raise BadPress
        return clinic


def _command(event: CitizenEvent | GroupMessage) -> Command | None:
    if isinstance(event, CitizenEvent):
        sent = event.sent
        return sent if isinstance(sent, Command) and sent.name == COMMAND else None
    slash = SLASH.fullmatch(event.text)
    if slash is None or slash[1].lower() != COMMAND:
        return None
    return Command(COMMAND, (slash[2] or "").strip())


def _caption(clinic: Clinic, month: Month, language: Language) -> tuple[T, ...]:
    return (T("figures.caption", first=month.first, clinic=clinic.short(language)),)


def _ways(wanted: Wanted) -> Sequence[Sequence[Labelled]]:
    """The month before, the next one where it has begun, and the table."""
    no, month = wanted.clinic.no, wanted.month
    turning = [(T("staff.button.figures_before"), _press(no, Verb.FIGURES, month.before))]
    if month.after.first <= wanted.clinic.local(wanted.at).date():
        turning.append((T("staff.button.figures_after"), _press(no, Verb.FIGURES, month.after)))
    return (turning, [(T("staff.button.figures_file"), _press(no, Verb.FIGURES_FILE, month))])


def _press(clinic_no: int, verb: Verb, month: Month) -> str:
    return str(Press(NO_REQUEST, clinic_no, verb, (str(month),)))
