"""A clinic for the tests of its staff: the real registry, real words, and chats as people read them."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from bot.attachments.clocks import AttachmentClocks
from bot.bookings.clocks import BookingClocks
from bot.calls.clocks import CallClocks
from bot.calls.details import CallDetails
from bot.channels.events import CitizenEvent, Command, GroupMessage, StaffPress
from bot.rounds.clocks import RoundsClocks
from bot.staff.cards import Cards
from bot.staff.certificates import OF_ALMATY, Certificates
from bot.staff.room import StaffRoom
from bot.terms.escalation import City
from bot.terms.joined import terms_of
from bot.ticks import Ticks
from bot.work.room import asking_of
from dialogs.addresses import Address as Place
from dialogs.engine import Input
from locales import render
from rules.call_status import CallStatus
from rules.channels import Channel
from rules.home_call import ForToday, intake
from storage import inbox, outbox, papers, requests, staff
from storage.addresses import Address
from storage.database import Database, Tx
from storage.inbox import Arrival
from storage.outbox import Owed, Parcel
from storage.registry import Directory
from storage.requests import NewRequest, RegisteredRequest
from tests.registry import HandClock, add_clinic, add_person, registry, sqlite_url

WORKER = 7
GROUP, OTHER_GROUP = -100_5, -100_6
REGISTRAR, SECOND_REGISTRAR, HEAD, DOCTOR, STRANGER, FOREIGNER = 501, 502, 503, 504, 666, 601
CITIZEN = 5_000_000_001
CITY = -100_9
"""The group in which the city learns of what clinics leave unanswered."""

TEN = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
"""A Friday, ten in the morning in Almaty."""

DETAILS = CallDetails(
    patient_name="Сейітова Айгүл Қанатқызы",
    born=date(1990, 5, 1),
    phone="+77011234567",
    address=Place(street="Абай даңғылы", house="10", flat="25", entrance="2", floor="7", intercom="25K"),
    reason="fever",
    own_words="Үш күннен бері 39",
)


@dataclass
class Bell:
    """Remembers what somebody must look at."""

    rung: list[str] = field(default_factory=list)

    def alert(self, what: str, **ids: object) -> None:
        del ids
        self.rung.append(what)


class Tokens:
    """Another token each time, as from a source that cannot be guessed."""

    _count = itertools.count()

    def code(self) -> str:
        return f"{next(self._count):06d}"

    def token(self, length: int) -> bytes:
        number = next(self._count)
        return bytes(number // 30**at % 30 for at in range(length))


@dataclass
class Message:
    """One message as its chat shows it now."""

    id: int
    kind: str
    text: str
    buttons: list[tuple[str, str]]

    def data(self, label: str) -> str:
        """The data behind the button whose label has these words."""
        found = [data for read, data in self.buttons if label in read]
        assert found, f"no button {label!r} in {[read for read, _ in self.buttons]}"
        return found[0]


async def _stays_owed(tx: Tx, paper_id: int, now: datetime) -> Sequence[Parcel]:
    """A paper is the business of the tests of its office: here nobody signs."""
    del tx, paper_id, now
    return ()


@dataclass
class Ward:
    """Clinic 5 with its group and people; clinic 6 beside it."""

    db: Database
    clock: HandClock
    room: StaffRoom
    clocks: CallClocks
    bell: Bell
    chats: dict[str, list[Message]] = field(default_factory=dict)
    telegram_works: bool = True
    blocked: set[str] = field(default_factory=set)
    _numbers: Any = field(default_factory=lambda: itertools.count(1))
    _late: list[Owed] = field(default_factory=list)

    def __post_init__(self) -> None:
        handlers = {
            **self.clocks.handlers(),
            **BookingClocks(self.room.visits).handlers(),
            **AttachmentClocks(self.room.attachments, self.bell).handlers(),
            **RoundsClocks(self.room.parts.rounds).handlers(),
            **asking_of(self.room.parts).handlers(),
            papers.DUE: _stays_owed,
        }
        self.terms = terms_of(self.room.parts, self.db, self.clock, self.bell, City(CITY))
        handlers = self.terms.handlers(handlers)
        self.ticks = Ticks(self.db, self.clock, WORKER, handlers, self.take, lambda: None)

    async def call(
        self,
        details: CallDetails = DETAILS,
        *,
        locale: str = "kk",
        for_whom: str = "self",
        address: Address | None = None,
    ) -> RegisteredRequest:
        """A citizen's call, registered and announced as the deciding transaction does."""
        now = self.clock.now()
        async with self.db.reading() as reader:
            directory = self.room.feed.directory
            await directory.refresh(reader)
        taken = intake(now, directory.clinics[5], directory.calendar, Channel.ELECTRONIC)
        assert not isinstance(taken, tuple)
        person, _ = await add_person(self.db)
        new = NewRequest(
            clinic_no=5,
            service="home_call",
            address=address or Address("telegram", str(CITIZEN)),
            locale=locale,  # type: ignore[arg-type]  # one of the two languages
            for_whom=for_whom,  # type: ignore[arg-type]  # one of the three
            status=CallStatus.REGISTERED if isinstance(taken, ForToday) else CallStatus.NEXT_DAY,
            details=details.to_json(),
            patient_id=person,
            caller_id=person,
            answer_due=taken.answer_due,  # type: ignore[union-attr]  # a clinic that carries over
            visit_day=taken.visit_day,  # type: ignore[union-attr]  # likewise
            open_slot=requests.open_slot("home_call", person) if for_whom == "self" else None,
        )
        async with self.db.transaction() as tx:
            request = await requests.register(tx, new, now)
            parcels = await self.room.announce(tx, request, taken, now)
            owed = await outbox.put(tx, parcels, WORKER, now, now)
        await self.deliver(owed)
        return request

    async def press(
        self,
        user: int,
        label: str,
        *,
        chat: int = GROUP,
        data: str | None = None,
        message: Message | None = None,
    ) -> None:
        """Press a button of the last card of the chat, or send made-up data."""
        on = message or self.card(GROUP if data else chat)
        await self.send(
            lambda row: StaffPress(row, chat, user, data or on.data(label), "c", on.id, chat == user)
        )

    async def write(self, user: int, sent: Input | Command) -> bool:
        """Write to the bot in private; False if the staff room does not take it."""
        address = Address("telegram", str(user))
        return await self.send(lambda row: CitizenEvent(row, address, user, user, sent))

    async def say_in_group(self, user: int, text: str, chat: int = GROUP) -> None:
        await self.send(lambda row: GroupMessage(row, chat, user, text, 1))

    async def send(self, event_of: Any) -> bool:
        """Write an event down as intake does, and let the staff room answer it."""
        event = event_of(await self.received())
        if not await self.room.handles(event):
            return False
        await self.deliver(await self.room.answer(event))
        return True

    async def received(self, address: Address | None = None) -> int:
        now, by = self.clock.now(), address or Address("telegram", "1")
        arrival = Arrival(by.channel, str(next(self._numbers)), by, "{}", now)
        async with self.db.transaction() as tx:
            return (await inbox.add(tx, [arrival], WORKER, now))[0].id

    async def tick(self) -> int:
        """One tick of the house's clock."""
        return await self.ticks.tick(self.clock.now())

    def take(self, owed: Sequence[Owed]) -> None:
        """What ticks hand over: kept until `deliver` is called."""
        self._late = [*self._late, *(one for one in owed if one.leased)]

    async def deliver(self, owed: Sequence[Owed] = ()) -> None:
        """Do as Telegram does: show what was sent, and number it."""
        owed = (*(one for one in owed if one.leased), *await self._held())
        late, self._late = self._late, []
        if not self.telegram_works:
            self._late = [*late, *owed]
            return
        refused = [one for one in (*late, *owed) if one.address.key in self.blocked]
        sent = [(one.id, str(self._show(one))) for one in (*late, *owed) if one not in refused]
        async with self.db.transaction() as tx:
            await outbox.sent_many(tx, sent, self.clock.now())
            for one in refused:
                await outbox.dead(tx, one.id, "telegram_blocked", self.clock.now())

    async def _held(self) -> tuple[Owed, ...]:
        """What the outbox held until now."""
        now = self.clock.now()
        async with self.db.transaction() as tx:
            rows = await outbox.claim(tx, WORKER, now, now + outbox.LEASE)
        return tuple(one for one in rows if one.id not in {late.id for late in self._late})

    async def parcels(self, channel: str) -> int:
        """How many messages the outbox holds by that channel, sent or not."""
        return sum(count for (by, _), count in (await outbox.counts(self.db.reader)).items() if by == channel)

    def _show(self, owed: Owed) -> int:
        chat = self.chats.setdefault(owed.address.key, [])
        rows = owed.body.get("reply_markup", {}).get("inline_keyboard", [])
        buttons = [(one["text"], one.get("callback_data") or one["url"]) for row in rows for one in row]
        assert all(len(data.encode()) <= 64 for _, data in buttons if not data.startswith("https:"))
        if owed.body.get("method") == "editMessageText":
            shown = next(one for one in chat if one.id == owed.body["message_id"])
            shown.text, shown.buttons = owed.body["text"], buttons
            return shown.id
        number = 1000 + sum(len(messages) for messages in self.chats.values())
        words = owed.body["text"] if "text" in owed.body else owed.body["caption"]
        chat.append(Message(number, owed.kind, words, buttons))
        return number

    def read(self, chat: int | str) -> list[str]:
        """The words of a chat, or of a phone, as they stand now."""
        return [message.text for message in self.chats.get(str(chat), [])]

    def last(self, chat: int | str) -> str:
        return self.read(chat)[-1]

    def card(self, chat: int = GROUP) -> Message:
        """The last message with buttons, else the last card."""
        messages = self.chats[str(chat)]
        with_buttons = [one for one in messages if one.buttons]
        return (with_buttons or [one for one in messages if one.kind == "card"])[-1]

    async def request(self, request: RegisteredRequest) -> RegisteredRequest:
        found = await requests.by_id(self.db.reader, request.id)
        assert found is not None
        return found

    async def accepted(self, request: RegisteredRequest, window: str = "12:00–14:00") -> RegisteredRequest:
        """Accept the last call with the first therapist."""
        await self.press(REGISTRAR, "Растау")
        await self.press(REGISTRAR, "Бейсенова")
        await self.press(REGISTRAR, window)
        return await self.request(request)


DOCTORS = (
    ("501", "Бейсенова Гүлнар Сәбитқызы", "therapist"),
    ("502", "Тәжібаева Мөлдір Асанқызы", "paediatrician"),
    ("хир-1", "Орлов Дмитрий Алексеевич", "surgeon"),
)


async def _staffed(db: Database, clock: HandClock, tongue: str) -> None:
    for no in (5, 6):
        await add_clinic(db, no)
    async with db.transaction() as tx:
        for number, name, role in DOCTORS:
            sealed = db.keys.seal("doctors.full_name", number, name)
            tx.later("load_doctor", doctor_no=number, clinic_no=5, full_name=sealed, role=role, room="1")
        tokens, now = Tokens(), clock.now()
        people = (
            (REGISTRAR, 5, "registrar"),
            (SECOND_REGISTRAR, 5, "registrar"),
            (HEAD, 5, "head"),
            (DOCTOR, 5, "doctor"),
            (FOREIGNER, 6, "registrar"),
        )
        for user, clinic, role in people:
            code = staff.new_code(tx, clinic, role, "kk", now, tokens)  # type: ignore[arg-type]  # a role
            await staff.redeem_person(tx, code, user, None, now)
        for chat, clinic in ((GROUP, 5), (OTHER_GROUP, 6)):
            code = staff.new_code(tx, clinic, None, tongue, now, tokens)  # type: ignore[arg-type]  # or both
            await staff.redeem_group(tx, code, chat, now)


@asynccontextmanager
async def ward(
    folder: Path, tongue: str = "kk", url: str = "", papers: Certificates = OF_ALMATY
) -> AsyncIterator[Ward]:
    """An open clinic whose group reads in ``tongue``."""
    clock = HandClock(TEN)
    async with registry(url or sqlite_url(folder), clock) as db:
        await _staffed(db, clock, tongue)
        yield opened(db, clock, papers=papers)


def opened(
    db: Database, clock: HandClock, before: Ward | None = None, papers: Certificates = OF_ALMATY
) -> Ward:
    """A staff room over the database: the first, or the one after a restart."""
    bell = Bell()
    room = StaffRoom(db, Directory(), clock, WORKER, bell, papers=papers)
    clocks = CallClocks(room.feed, room.notices, Cards(render), bell, papers)
    house = Ward(db, clock, room, clocks, bell)
    if before is not None:
        house.chats, house._numbers = before.chats, before._numbers
    return house


def child() -> CallDetails:
    return replace(DETAILS, born=date(2022, 3, 1))
