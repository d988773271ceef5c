"""Carriers: the way out by each channel, with its pace, its gate and the day's allowance of SMS."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from typing import Any, Final, Protocol
from zoneinfo import ZoneInfo

from bot.papers.parcels import PaperGone
from bot.sending.gateways import Delivered, Down, Fate, Later, Never, NoAnswer, SmsGateway, TelegramGateway
from bot.sending.pace import Even, Rates, TelegramPace
from bot.sending.topics import Topics
from bot.watch import Watch
from dialogs.engine import Unavailable
from rules.clock import Clock
from storage import outbox
from storage.addresses import Channel
from storage.database import Database
from storage.outbox import Owed

FIRST_CLOSED: Final = 1.0
LONGEST_CLOSED: Final = 60.0
UNTRIED: Final = 2.0
"""Seconds after a gate could be passed again until it is tried by itself, where nothing wants to pass."""
REREAD_SECONDS: Final = 30.0
FILES_AGAIN: Final = 5.0
"""Seconds until a file is made again whose lines could not be read."""
ALMATY: Final = ZoneInfo("Asia/Almaty")


class GateClosed(Exception):
    """The gateway is down for longer than the row may be held; ``seconds`` until it is tried again."""

    def __init__(self, code: str, seconds: float) -> None:
        super().__init__(code)
        self.code = code
        self.seconds = seconds


class Gate:
    """Closed for a while after a gateway did not answer, longer each time, so that it is not hammered."""

    def __init__(self, name: str, watch: Watch) -> None:
        self._name = name
        self._watch = watch
        self._closed_until = 0.0
        self._pause = 0.0
        self._code = ""

    async def pass_through(self, until: float) -> None:
        """Wait until the gate is open. Raises ``GateClosed`` if that is after ``until`` (monotonic)."""
        loop = asyncio.get_running_loop()
        while (wait := self._closed_until - loop.time()) > 0:
            if self._closed_until > until:
                raise GateClosed(self._code, wait)
            await asyncio.sleep(wait)

    @property
    def in_doubt(self) -> bool:
        """True if it was closed, and nobody has tried it since it could be passed again."""
        return self._pause > 0 and asyncio.get_running_loop().time() > self._closed_until + UNTRIED

    def heard(self, fate: Fate) -> None:
        """Open or close by what became of a message."""
        if not isinstance(fate, Down):
            if self._pause:
                self._watch.gateway_up(self._name)
            self._pause = 0.0
            return
        now = asyncio.get_running_loop().time()
        # Many lanes find out at once: they count as one attempt.
        if now >= self._closed_until:
            self._close(now, fate.code)

    def close_for(self, seconds: float, code: str) -> None:
        """Close for as long as the gateway itself asked."""
        self._code = code
        self._closed_until = max(self._closed_until, asyncio.get_running_loop().time() + seconds)

    def _close(self, now: float, code: str) -> None:
        self._pause = min(LONGEST_CLOSED, self._pause * 2 or FIRST_CLOSED)
        self._closed_until = now + self._pause
        self._code = code
        self._watch.gateway_down(self._name, code)


class Carrier(Protocol):
    """A way out."""

    async def carry(self, owed: Owed, until: float) -> Fate:
        """Wait for the turn and send. Raises ``GateClosed`` if the turn would come after ``until``."""
        ...


class Files(Protocol):
    """Makes the file that a body owes."""

    async def filled(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """The body as it can be sent. Raises Unavailable; ValueError for a file that cannot be made."""
        ...


class TelegramCarrier:
    """Telegram: three paces, and 429 obeyed for the chat, or for all when several chats get it at once."""

    def __init__(
        self,
        gateway: TelegramGateway,
        rates: Rates,
        watch: Watch,
        *files: Files,
        topics: Topics | None = None,
    ) -> None:
        """``files`` make what the outbox only names, ``topics`` sort groups; without them bodies go as is."""
        self._topics = topics
        self._gateway = gateway
        self._files = files
        self._pace = TelegramPace(rates)
        self._gate = Gate("telegram", watch)
        self._moved: dict[str, str] = {}
        self._flooded: dict[str, float] = {}

    async def carry(self, owed: Owed, until: float) -> Fate:
        """Send one row."""
        chat = self._moved.get(owed.address.key, owed.address.key)
        try:
            body = await self._whole(owed.body)
        except PaperGone:
            return Never("paper_gone")
        return await self._send(chat, body, until)

    async def _whole(self, body: Mapping[str, Any]) -> dict[str, Any]:
        whole = dict(body)
        try:
            for files in self._files:
                whole = await files.filled(whole)
        except Unavailable as fault:
            raise GateClosed("database", FILES_AGAIN) from fault
        return whole

    async def answer_callback(self, callback_id: str) -> None:
        """Stop a spinner; whatever comes of it."""
        try:
            await self._gateway.call("answerCallbackQuery", {"callback_query_id": callback_id})
        except NoAnswer:
            return

    @property
    def in_doubt(self) -> bool:
        """True if Telegram did not answer, and nothing has left since by which it could be tried again."""
        return self._gate.in_doubt

    async def try_again(self) -> None:
        """Ask Telegram for nothing: an outage ends when it is over, not with the next message."""
        self._gate.heard(await self._gateway.reached())

    def moved(self, chat: str, chat_id: int) -> None:
        """Send to the new id of a group from now on."""
        self._moved[chat] = str(chat_id)

    def has_moved(self, chat: str) -> bool:
        """True if what is for that group goes to another id."""
        return chat in self._moved

    async def _send(self, chat: str, body: dict[str, object], until: float) -> Fate:
        loop = asyncio.get_running_loop()
        await self._gate.pass_through(until)
        wait = self._pace.wait_in_chat(chat, loop.time())
        if loop.time() + wait > until:
            # The turn is left for whoever comes then: hundreds of cards would lose many.
            raise GateClosed("pace", wait)
        await _wait(self._pace.turn_in_chat(chat, loop.time()))
        await _wait(self._pace.turn(loop.time()))
        await self._gate.pass_through(until)
        fate = await self._sorted(chat, body)
        self._gate.heard(fate)
        if isinstance(fate, Later) and fate.seconds is not None:
            self._flood(chat, fate, loop.time())
        return fate

    async def _sorted(self, chat: str, body: dict[str, object]) -> Fate:
        """Send into the topic that the body names, else into the group at large."""
        topic = body.get("topic")
        if self._topics is None or not isinstance(topic, Mapping):
            return await self._gateway.send(chat, body)
        thread = await self._topics.thread(chat, topic)
        if thread is None:
            return await self._gateway.send(chat, body)
        fate = await self._gateway.send(chat, {**body, "message_thread_id": thread})
        if isinstance(fate, Never) and await self._topics.refused(chat, topic, thread, fate.code):
            return await self._gateway.send(chat, body)
        return fate

    def _flood(self, chat: str, fate: Later, now: float) -> None:
        self._flooded = {other: until for other, until in self._flooded.items() if until > now}
        self._flooded[chat] = now + (fate.seconds or 0)
        # One chat too fast is that chat's matter; two at once, and it is all of ours.
        if len(self._flooded) > 1:
            self._gate.close_for(fate.seconds or 0, fate.code)


class SmsCarrier:
    """SMS: one pace, one gate, and a cap on what a day may cost."""

    def __init__(
        self,
        gateway: SmsGateway,
        rates: Rates,
        cap: int,
        db: Database,
        clock: Clock,
        watch: Watch,
        reread: float = REREAD_SECONDS,
    ) -> None:
        """``cap`` is of all processes together: what they spent is read every ``reread`` seconds."""
        self._gateway = gateway
        self._pace = Even(rates.sms_per_second)
        self._gate = Gate("sms", watch)
        self._db = db
        self._clock = clock
        self._watch = watch
        self._cap = cap
        self._reread = reread
        self._reading = asyncio.Lock()
        self._day = date.min
        self._read_at = 0.0
        self._spent = 0
        self._on_way = 0

    async def carry(self, owed: Owed, until: float) -> Fate:
        """Send one SMS, if the day's cap allows. A code's life is told to the provider too."""
        loop = asyncio.get_running_loop()
        await self._gate.pass_through(until)
        await _wait(self._pace.turn(loop.time()))
        await self._look_what_is_spent()
        if self._spent >= self._cap:
            self._watch.alert("sms.daily_cap")
            return Never("sms_daily_cap")
        fate = await self._send(owed)
        self._gate.heard(fate)
        return fate

    async def turn(self) -> None:
        """Wait as long as an SMS would, for a message that goes nowhere (S19)."""
        await _wait(self._pace.turn(asyncio.get_running_loop().time()))

    async def _send(self, owed: Owed) -> Fate:
        """Send, and spend one SMS of the day before: many lanes send at once. Unsent, it is given back."""
        self._spent += 1
        self._on_way += 1
        fate: Fate | None = None
        try:
            fate = await self._gateway.send(owed.address.key, str(owed.body["text"]), self._life(owed))
        finally:
            self._on_way -= 1
            if not isinstance(fate, Delivered):
                self._spent -= 1
        return fate

    async def _look_what_is_spent(self) -> None:
        """Read the day's count anew when it is old; without the database, this process's own goes on."""
        async with self._reading:
            now, today = asyncio.get_running_loop().time(), self._clock.now().astimezone(ALMATY).date()
            same_day, read = today == self._day, 0
            if same_day and now < self._read_at + self._reread:
                return
            with suppress(Unavailable):
                read = await outbox.sms_spent_today(self._db.reader, today, ALMATY)
                self._read_at = now
            # What has left is in the database a moment later only, so the count of a day never falls.
            self._spent = max(self._spent if same_day else 0, read + self._on_way)
            self._day = today

    def _life(self, owed: Owed) -> int | None:
        if owed.expires_at is None:
            return None
        return int((owed.expires_at - self._clock.now()).total_seconds())


class Carriers:
    """All ways out, each row by its own channel."""

    def __init__(self, telegram: TelegramCarrier, sms: SmsCarrier) -> None:
        self._telegram = telegram
        self._sms = sms

    async def carry(self, owed: Owed, until: float) -> Fate:
        """Send one row. Raises ``GateClosed``; ``KeyError`` or ``ValueError`` for a body that is none."""
        channel: Channel = owed.channel
        if channel == "telegram":
            return await self._telegram.carry(owed, until)
        if channel == "sms":
            return await self._sms.carry(owed, until)
        await self._sms.turn()
        return Delivered(None)

    async def answer_callback(self, callback_id: str) -> None:
        """Stop the spinner of a pressed button."""
        await self._telegram.answer_callback(callback_id)

    async def look_again(self) -> None:
        """Try a way that was closed and that nothing has wanted to leave by since."""
        if self._telegram.in_doubt:
            await self._telegram.try_again()

    @property
    def in_doubt(self) -> bool:
        """True if ``look_again`` would."""
        return self._telegram.in_doubt

    def moved(self, chat: str, chat_id: int) -> None:
        """Note that a group has another id now."""
        self._telegram.moved(chat, chat_id)

    def has_moved(self, chat: str) -> bool:
        """True if that group is known to have another id now."""
        return self._telegram.has_moved(chat)


async def _wait(seconds: float) -> None:
    if seconds > 0:
        await asyncio.sleep(seconds)
