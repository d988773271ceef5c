"""How people and groups are bound to a clinic by one-time codes, and what happens when a group goes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.attachments.feed import AttachmentFeed
from bot.bookings.feed import BookingFeed
from bot.channels import telegram
from bot.channels.events import CitizenEvent, Command, GroupChange, GroupMessage
from bot.channels.reactions import Reaction
from bot.people.joining import Joining
from bot.staff.cards import Cards
from bot.staff.feed import Feed, said
from bot.staff.own_doctor import OwnDoctor
from bot.staff.rights import PEOPLE_ROLES, actor_of
from bot.work.welcome import welcomed
from dialogs.engine import T
from dialogs.staff_roles import role_named
from rules.people import Language
from rules.summaries import next_summary
from storage import audit, due, feed, staff, summaries
from storage.database import Tx
from storage.outbox import Parcel
from storage.staff import Group, Linked, OfAnother

_LINK: Final = "link"
_START: Final = "start"
_START_LINK: Final = "link_"


def link_code(event: CitizenEvent) -> str | None:
    """The code that a private message brings, "" if it asks how to link, None if it brings none."""
    match event.sent:
        case Command(name="link", arg=arg):
            return arg
        case Command(name="start", arg=arg) if arg.startswith(_START_LINK):
            return arg.removeprefix(_START_LINK)
        case _:
            return None


@dataclass(frozen=True, slots=True)
class Links:
    """Binds and lets go."""

    feed: Feed
    visits: BookingFeed
    attachments: AttachmentFeed
    cards: Cards
    own: OwnDoctor
    joining: Joining

    async def person(self, tx: Tx, event: CitizenEvent, code: str, now: datetime) -> Reaction:
        """Bind the sender by the code, or open their invitation by it; what is wrong with it is told."""
        if not code:
            return self._answer(event.chat_id, T("staff.private_welcome"), "link_asked")
        linked = await staff.redeem_person(tx, code, event.user_id, None, now)
        if linked is None or linked.role is None:
            return await self.joining.opened(tx, event, code, now)
        await _note(tx, "staff.linked", event.user_id, linked, now)
        role = role_named(linked.role, linked.clinic_no)
        clinic = await self._clinic(tx, linked.clinic_no, "ru" if linked.locale == "ru" else "kk")
        words = T("staff.linked_person", clinic=clinic, role=role)
        asked: tuple[Parcel, ...] = ()
        if linked.role == "doctor":
            asked = await self.own.asked(tx, linked.clinic_no, event.chat_id, linked.locale)
        no, role_name = linked.clinic_no, linked.role
        hello = welcomed(self.cards, event.chat_id, words, no, role_name, linked.locale)
        return Reaction("linked", (hello, *asked))

    async def group(self, tx: Tx, event: GroupMessage, now: datetime) -> Reaction:
        """Bind the group by ``/link CODE``; every call that waits comes into it. Other words are nobody's."""
        slash = telegram.SLASH.fullmatch(event.text)
        if slash is None or slash[1].lower() != _LINK:
            return Reaction("group_words")
        linked = await staff.redeem_group(tx, (slash[2] or "").strip(), event.chat_id, now)
        if linked is None:
            return self._answer(event.chat_id, T("staff.code_refused"), "code_refused")
        if isinstance(linked, OfAnother):
            return await self._refused(tx, linked.group)
        await _note(tx, "staff.group_linked", event.user_id, linked, now)
        await self._first_summary(tx, linked.clinic_no, now)
        words = T("staff.linked_group", clinic=await self._clinic(tx, linked.clinic_no, "kk"))
        hello = said(event.chat_id, self.cards.say(words, linked.locale))
        return Reaction("group_linked", (hello, *await self._waiting(tx, linked.clinic_no, now)))

    async def _refused(self, tx: Tx, group: Group) -> Reaction:
        """A clinic keeps its group until the bot is removed from it, of which its heads are told."""
        words = T("staff.group_taken", clinic=await self._clinic(tx, group.clinic_no, "kk"))
        return Reaction("group_taken", (said(group.chat_id, self.cards.say(words, group.locale)),))

    async def change(self, tx: Tx, event: GroupChange, now: datetime) -> Reaction:
        """The bot came into a group, was removed, or the group's id changed."""
        match event.kind:
            case "added":
                return await self._added(tx, event)
            case "removed":
                return await self._removed(tx, event, now)
            case "migrated":
                return await self._migrated(tx, event, now)

    async def _added(self, tx: Tx, event: GroupChange) -> Reaction:
        if await staff.group_by_chat(tx, event.chat_id) is not None:
            return Reaction("group_known")
        return self._answer(event.chat_id, T("staff.group_welcome"), "group_added")

    async def _removed(self, tx: Tx, event: GroupChange, now: datetime) -> Reaction:
        """Nothing is lost: the calls wait in the registry; heads, administrators and the duty are told."""
        clinic_no = await staff.group_left(tx, event.chat_id, now)
        if clinic_no is None:
            return Reaction("group_unknown")
        told = await self._minders_told(tx, clinic_no)
        return Reaction("group_removed", told, alert="staff.group_removed", clinic_no=clinic_no)

    async def _migrated(self, tx: Tx, event: GroupChange, now: datetime) -> Reaction:
        """Messages of the old chat can no longer be edited, so open calls get a card in the new one."""
        if event.new_chat_id is None:
            return Reaction("group_unknown")
        clinic_no = await staff.group_moved(tx, event.chat_id, event.new_chat_id)
        if clinic_no is None:
            return Reaction("group_unknown")
        feed.leave_behind(tx, event.chat_id)
        return Reaction("group_migrated", await self._waiting(tx, clinic_no, now))

    async def _first_summary(self, tx: Tx, clinic_no: int, now: datetime) -> None:
        """A clinic that was loaded while the service runs is summed up from now on. Twice: nothing more."""
        await self.feed.directory.refresh(tx)
        schedule = self.feed.directory.clinics[clinic_no].schedule(self.feed.directory.calendar)
        due.begin(tx, summaries.DUE, clinic_no, next_summary(now, schedule))

    async def _waiting(self, tx: Tx, clinic_no: int, now: datetime) -> tuple[Parcel, ...]:
        calls = await self.feed.post_waiting(tx, clinic_no, now)
        visits = await self.visits.post_waiting(tx, clinic_no, now)
        return (*calls, *visits, *await self.attachments.post_waiting(tx, clinic_no, now))

    async def _minders_told(self, tx: Tx, clinic_no: int) -> tuple[Parcel, ...]:
        everyone = await staff.of_clinic(tx, clinic_no)
        minders = {one.telegram_id: one.locale for one in everyone if one.role in PEOPLE_ROLES}
        parcels = []
        for telegram_id, locale in minders.items():
            words = T("staff.group_gone", clinic=await self._clinic(tx, clinic_no, locale))
            parcels.append(said(telegram_id, self.cards.say(words, locale)))
        return tuple(parcels)

    async def _clinic(self, tx: Tx, clinic_no: int, language: Language) -> str:
        await self.feed.directory.refresh(tx)
        return self.feed.directory.clinics[clinic_no].short(language)

    def _answer(self, chat_id: int, words: T, outcome: str) -> Reaction:
        """To people and groups whose language is not known yet."""
        return Reaction(outcome, (said(chat_id, self.cards.say(words, "both")),))


async def _note(tx: Tx, action: str, user_id: int, linked: Linked, now: datetime) -> None:
    facts: dict[str, str | int] = {"clinic": linked.clinic_no, "role": linked.role or "group"}
    await audit.append(tx, action, actor_of(user_id), f"clinic:{linked.clinic_no}", facts, now)
