"""One bound link to an operator: PDUs out and in over one TCP connection, until either side ends it.

smpp34's own client acknowledges a message before anybody has seen it, so a crash would lose the words of a
citizen. Here the PDUs are its, and the link is ours: ``deliver_sm`` is answered once it is written down.
"""

from __future__ import annotations

import asyncio
import ssl
import struct
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import smpp34
import structlog

ANSWER: Final = 0x80000000
NACK: Final = ANSWER
SUBMIT: Final = 0x04
DELIVER: Final = 0x05
UNBIND: Final = 0x06
TRANSMITTER: Final = 0x02
TRANSCEIVER: Final = 0x09
ENQUIRE: Final = 0x15
VERSION: Final = 0x34
UNKNOWN_COMMAND: Final = 0x03
FOR_GOOD: Final = 0x65
"""ESME_RX_P_APPN: what was handed over cannot be read, and is not to be handed over again."""
NOT_NOW: Final = 0x64
"""ESME_RX_T_APPN: it could not be written down, and is to be handed over again."""
LARGEST: Final = 128 * 1024
LAST_NUMBER: Final = 0x7FFFFFFF
WAITING: Final = 200
"""How many messages are held that were handed over and are not written down yet."""
RECEIPT: Final = 0x04
"""In esm_class: it is a receipt, not somebody's words."""
RECEIPTS_AT_ONCE: Final = 20
LONGEST_ID: Final = 65
"""Octets of a message's id, by the protocol."""
GOODBYE: Final = 3.0
"""Seconds that answers on their way are waited for when we end the link."""
_HEAD: Final = struct.Struct(">IIII")

log = structlog.get_logger()

Take = Callable[[smpp34.DeliverSm], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Account:
    """Whom we bind as, and where."""

    host: str
    port: int
    tls: bool
    system_id: str
    password: str
    system_type: str = ""
    sends_only: bool = False

    def __repr__(self) -> str:
        return f"Account({self.host}:{self.port})"


@dataclass(frozen=True, slots=True)
class Timers:
    """Seconds: for an answer, between two looks whether the link lives, between two attempts to bind."""

    answer: float = 10.0
    enquire: float = 30.0
    first_pause: float = 1.0
    longest_pause: float = 60.0
    window: int = 10


@dataclass(frozen=True, slots=True)
class Pdu:
    """One PDU as it stands on the wire."""

    command: int
    status: int
    number: int
    raw: bytes

    @property
    def body(self) -> bytes:
        """What follows the head."""
        return self.raw[_HEAD.size :]


class NotBound(Exception):
    """The bind failed: the operator's status, or None where it was not reached."""

    def __init__(self, status: int | None, code: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code


class Cut(Exception):
    """The link ended, or was silent too long; ``unsent`` if what was to be sent never left."""

    def __init__(self, code: str, *, unsent: bool) -> None:
        super().__init__(code)
        self.code = code
        self.unsent = unsent


class Link:
    """A bound link. ``bound`` makes one, ``serve`` lives as long as it does."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, take: Take, timers: Timers
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._take = take
        self._timers = timers
        self._number = 0
        self._asked: dict[int, asyncio.Future[Pdu]] = {}
        self._window = asyncio.Semaphore(timers.window)
        self._handed: asyncio.Queue[Pdu] = asyncio.Queue(WAITING)
        self._ended = False
        self._deaf = False

    @classmethod
    async def bound(cls, account: Account, take: Take, timers: Timers) -> Link:
        """Connect and bind, as transceiver unless the account only sends. Raises ``NotBound``."""
        try:
            async with asyncio.timeout(timers.answer):
                secure = ssl.create_default_context() if account.tls else None
                reader, writer = await asyncio.open_connection(account.host, account.port, ssl=secure)
        except (TimeoutError, OSError, UnicodeError) as fault:
            raise NotBound(None, f"smpp_{type(fault).__name__}") from fault
        link = cls(reader, writer, take, timers)
        try:
            await link._bind(account)
        except BaseException:
            writer.close()
            raise
        return link

    async def _bind(self, account: Account) -> None:
        number, command = self._next_number(), TRANSMITTER if account.sends_only else TRANSCEIVER
        names = (account.system_id, account.password, account.system_type)
        body = b"".join(name.encode("ascii", "replace") + b"\0" for name in names)
        try:
            async with asyncio.timeout(self._timers.answer):
                await self._write(command, number, body + bytes((VERSION, 0, 0, 0)))
                answer = await self._read()
        except (TimeoutError, OSError, EOFError, ValueError) as fault:
            raise NotBound(None, f"smpp_{type(fault).__name__}") from fault
        if answer.status or answer.command != command | ANSWER:
            raise NotBound(answer.status, f"smpp_{answer.status:x}")

    async def serve(self) -> str:
        """Read and answer until the link ends; return a code for why. Cancelled, it unbinds politely."""
        work = [asyncio.create_task(part) for part in (self._listen(), self._enquire(), self._hand_on())]
        try:
            done, _ = await asyncio.wait(work, return_when=asyncio.FIRST_COMPLETED)
            return next(iter(done)).result()
        except asyncio.CancelledError:
            await self._part()
            raise
        finally:
            self._end()
            for task in work:
                task.cancel()
            await asyncio.gather(*work, return_exceptions=True)

    def close(self) -> None:
        """End it without a word, before it serves."""
        self._end()

    async def submit(self, pdu: Callable[[int], bytes]) -> Pdu:
        """Send the PDU made under the number given, and return its answer. Raises ``Cut``."""
        async with self._window:
            return await self._ask(pdu)

    async def _ask(self, pdu: Callable[[int], bytes]) -> Pdu:
        if self._ended:
            raise Cut("smpp_unbound", unsent=True)
        try:
            async with asyncio.timeout(self._timers.answer):
                return await self._exchange(pdu)
        except (TimeoutError, OSError) as fault:
            raise Cut(f"smpp_{type(fault).__name__}", unsent=False) from fault

    async def _exchange(self, pdu: Callable[[int], bytes]) -> Pdu:
        if self._deaf:
            raise ConnectionResetError
        number = self._next_number()
        raw = pdu(number)
        answer: asyncio.Future[Pdu] = asyncio.get_running_loop().create_future()
        self._asked[number] = answer
        try:
            await self._send(raw)
            return await answer
        finally:
            self._asked.pop(number, None)

    # What comes in

    async def _listen(self) -> str:
        try:
            while True:
                pdu = await self._read()
                if pdu.command & ANSWER:
                    self._answered(pdu)
                elif pdu.command == UNBIND:
                    await self._write(UNBIND | ANSWER, pdu.number)
                    return "smpp_unbound"
                else:
                    await self._asked_of_us(pdu)
        except (OSError, EOFError, ValueError) as fault:
            return f"smpp_{type(fault).__name__}"
        finally:
            # Nobody reads any more, so no answer will come.
            self._give_up()

    def _answered(self, pdu: Pdu) -> None:
        answer = self._asked.get(pdu.number)
        if answer is not None and not answer.done():
            answer.set_result(pdu)

    async def _asked_of_us(self, pdu: Pdu) -> None:
        if pdu.command == DELIVER:
            try:
                self._handed.put_nowait(pdu)
            except asyncio.QueueFull:
                # Never waited for: answers to what we sent come by this link too, and codes wait for them.
                await self._write(DELIVER | ANSWER, pdu.number, b"\0", NOT_NOW)
        elif pdu.command == ENQUIRE:
            await self._write(ENQUIRE | ANSWER, pdu.number)
        else:
            await self._write(NACK, pdu.number, status=UNKNOWN_COMMAND)

    async def _hand_on(self) -> str:
        """Take what was handed over and answer each once that is done: words in order, receipts beside them.

        A receipt that overtook the result of its own sending waits for it, and must hold up nobody's words.
        """
        aside = asyncio.Semaphore(RECEIPTS_AT_ONCE)
        async with asyncio.TaskGroup() as receipts:
            while True:
                pdu = await self._handed.get()
                read = _decoded(pdu)
                if read is None or not read.esm_class & RECEIPT:
                    await self._answer(pdu, read)
                    continue
                await aside.acquire()
                task = receipts.create_task(self._answer(pdu, read))
                task.add_done_callback(lambda _: aside.release())

    async def _answer(self, pdu: Pdu, read: smpp34.DeliverSm | None) -> None:
        status = FOR_GOOD if read is None else await self._take(read)
        with suppress(OSError):
            # A link that is gone ends by itself: whoever listens finds out.
            await self._write(DELIVER | ANSWER, pdu.number, b"\0", status)

    async def _enquire(self) -> str:
        while True:
            await asyncio.sleep(self._timers.enquire)
            try:
                await self._ask(lambda number: _HEAD.pack(_HEAD.size, ENQUIRE, 0, number))
            except Cut:
                return "smpp_silent"

    # The wire

    async def _read(self) -> Pdu:
        head = await self._reader.readexactly(_HEAD.size)
        length, command, status, number = _HEAD.unpack(head)
        if not _HEAD.size <= length <= LARGEST:
            raise ValueError("not a PDU")
        return Pdu(command, status, number, head + await self._reader.readexactly(length - _HEAD.size))

    async def _write(self, command: int, number: int, body: bytes = b"", status: int = 0) -> None:
        await self._send(_HEAD.pack(_HEAD.size + len(body), command, status, number) + body)

    async def _send(self, raw: bytes) -> None:
        try:
            self._writer.write(raw)
            await self._writer.drain()
        except RuntimeError as fault:
            # That is how uvloop says that the connection is gone.
            raise ConnectionResetError from fault

    async def _part(self) -> None:
        """Take nothing more, wait for what is on its way, say goodbye."""
        self._ended = True
        with suppress(TimeoutError, OSError):
            async with asyncio.timeout(GOODBYE):
                await asyncio.gather(*self._asked.values(), return_exceptions=True)
                await self._exchange(lambda number: _HEAD.pack(_HEAD.size, UNBIND, 0, number))

    def _end(self) -> None:
        self._give_up()
        self._writer.close()

    def _give_up(self) -> None:
        self._ended = self._deaf = True
        for answer in self._asked.values():
            if not answer.done():
                answer.set_exception(ConnectionResetError())

    def _next_number(self) -> int:
        self._number = self._number % LAST_NUMBER + 1
        return self._number


def _decoded(pdu: Pdu) -> smpp34.DeliverSm | None:
    try:
        read = smpp34.decode(pdu.raw)
    except (smpp34.SmppError, ValueError):
        log.warning("smpp.unreadable", octets=len(pdu.raw))
        return None
    return read if isinstance(read, smpp34.DeliverSm) else None


def message_id_of(answer: Pdu) -> str:
    """The operator's id in an answer to ``submit_sm``."""
    return answer.body.split(b"\0", 1)[0][:LONGEST_ID].decode("latin-1")
