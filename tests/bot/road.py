"""A doctor on the road, for the tests of rounds: the ward with one who said who they are."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.bookings.replies import Replied
from bot.channels.events import Command, SmsReceived
from bot.rounds.decisions import RoundsDecisions
from bot.rounds.replies import VisitReplies
from bot.talk.standing import Decided, Pressed
from dialogs.addresses import Address as Place
from dialogs.drafts import HappenedDraft
from dialogs.engine import T
from locales import render
from rules.phone import Phone
from storage import inbox, outbox, staff
from storage.addresses import Address
from storage.requests import RegisteredRequest
from tests.bot.ward import DETAILS, DOCTOR, WORKER, Message, Ward

NEIGHBOUR, THIRD = 5_000_000_002, 5_000_000_003
SECOND = timedelta(seconds=1)


def word(key: str, **values: object) -> str:
    """What stands under that key for the staff of the ward."""
    return render(T(key, **values), "kk")  # type: ignore[arg-type]  # values of every kind


@dataclass
class Road:
    """The ward, and the doctor's own chat."""

    ward: Ward
    calls: list[RegisteredRequest] = field(default_factory=list)

    async def is_doctor(self, doctor_no: str = "501") -> None:
        async with self.ward.db.transaction() as tx:
            assert await staff.is_doctor(tx, DOCTOR, 5, doctor_no)

    async def promised(
        self,
        window: str = "12:00–14:00",
        chat: int | None = None,
        *,
        address: Address | None = None,
        street: str = "Абай даңғылы",
    ) -> RegisteredRequest:
        """A call, accepted with the first therapist."""
        told = Address("telegram", str(chat)) if chat else address
        details = replace(DETAILS, address=Place(street=street, house="10", flat="25"))
        request = await self.ward.call(details, address=told, locale="ru")
        accepted = await self.ward.accepted(request, window)
        await self.at(self.ward.clock.now() + SECOND)
        return accepted

    async def at(self, when: datetime) -> None:
        """Set the clock, and let what falls due happen and arrive."""
        self.ward.clock.at = when
        for _ in range(3):
            await self.ward.tick()
            await self.ward.deliver()

    async def later(self, **span: float) -> None:
        await self.at(self.ward.clock.now() + timedelta(**span))

    @property
    def page(self) -> Message:
        """The newest page of the doctor's chat."""
        return [one for one in self.ward.chats[str(DOCTOR)] if one.kind == "doctor_rounds"][-1]

    async def press(self, label: str, user: int = DOCTOR, page: Message | None = None) -> None:
        """Press a button of the page, by its key in the catalogue or by what is read on it."""
        read = word(label) if label.startswith("staff.") else label
        await self.ward.press(user, read, chat=user, message=page or self.page)
        await self.at(self.ward.clock.now() + SECOND)

    async def asks(self) -> None:
        await self.ward.write(DOCTOR, Command("visits"))
        await self.ward.deliver()

    async def made(self) -> None:
        """The doctor notes the next visit as made, and the two minutes pass."""
        await self.press("staff.button.done")
        await self.later(minutes=2)

    async def status(self, request: RegisteredRequest) -> str:
        return (await self.ward.request(request)).status

    async def sms(self, phone: str, text: str) -> Replied | None:
        """A reply by SMS, handled in the transaction of its row."""
        row, now = await self.ward.received(Address("sms", phone)), self.ward.clock.now()
        event = SmsReceived(row, phone, text, str(row), now)
        replies = VisitReplies(self.ward.room.parts.rounds.questions)
        async with self.ward.db.transaction() as tx:
            done = await replies.answer(tx, event, Phone.parse(phone), now)
            assert await inbox.done(tx, row, done.outcome if done else "not_asked", now)
            owed = await outbox.put(tx, done.parcels if done else (), WORKER, now, now)
        await self.ward.deliver(owed)
        return done

    async def submit(self, draft: HappenedDraft, chat: int) -> Decided:
        """What a dialog in that chat submits, in one transaction."""
        now = self.ward.clock.now()
        pressed = Pressed(Address("telegram", str(chat)), 1, None, "ru", now)
        decisions = RoundsDecisions(self.ward.room.parts.rounds.questions)
        async with self.ward.db.transaction() as tx:
            decided = await decisions.decide(tx, draft, pressed)
            owed = await outbox.put(tx, decided.parcels, WORKER, now, now)
        await self.ward.deliver(owed)
        return decided
