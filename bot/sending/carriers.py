"""Carriers: the way out by each channel; that of Telegram, with its paces and its gate."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Final, Protocol

from bot.papers.parcels import PaperGone
from bot.sending.gate import Gate, GateClosed
from bot.sending.gateways import Delivered, Fate, Later, Never, NoAnswer, TelegramGateway
from bot.sending.pace import Rates, TelegramPace
from bot.sending.sms_carrier import SmsCarrier
from bot.sending.topics import Topics
from bot.watch import Watch
from dialogs.engine import Unavailable
from storage.addresses import Channel
from storage.outbox import Owed

FILES_AGAIN: Final = 5.0
"""Seconds until a file is made again whose lines could not be read."""


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
        await self._sms.turn(owed)
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
