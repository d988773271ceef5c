"""Operators to bind to: one is the server of smpp34, which is not ours; the other does what none should."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from ssl import SSLContext

import smpp34

from bot.smpp.link import Account, Timers

QUICK = Timers(answer=1.0, enquire=0.2, first_pause=0.05, longest_pause=0.2)
HEAD = struct.Struct(">IIII")


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def account_at(port: int, *, tls: bool = False, host: str = "127.0.0.1") -> Account:
    """How we bind there."""
    return Account(host, port, tls, "dariger", "secret12")


@dataclass
class Smsc:
    """An operator's side, by smpp34: it keeps what was submitted, and refuses as told."""

    port: int
    server: smpp34.Server
    submitted: list[smpp34.SubmitSmEvent] = field(default_factory=list)
    refusals: deque[int] = field(default_factory=deque)
    esmes: dict[str, smpp34.Esme] = field(default_factory=dict)
    ids: list[str] = field(default_factory=list)
    hexadecimal: bool = False

    async def serve(self) -> None:
        """Answer whoever binds, until cancelled."""
        while True:
            match await self.server.next():
                case smpp34.Esme() as esme:
                    self.esmes[esme.session_id] = esme
                case smpp34.Unbound() as gone:
                    self.esmes.pop(gone.session_id, None)
                case smpp34.SubmitSmEvent() as event:
                    self._answer(event)

    def _answer(self, event: smpp34.SubmitSmEvent) -> None:
        if self.refusals:
            event.reject(self.refusals.popleft())
            return
        self.submitted.append(event)
        number = 0xABC0 + len(self.ids)
        self.ids.append(f"{number:x}" if self.hexadecimal else str(number))
        event.accept(self.ids[-1])

    async def bound(self) -> smpp34.Esme:
        """Whoever is bound, once somebody is."""
        async with asyncio.timeout(5):
            while not self.esmes:  # noqa: ASYNC110 - the library's server tells nobody else
                await asyncio.sleep(0.01)
        return next(iter(self.esmes.values()))

    async def hand_over(
        self,
        octets: bytes,
        sender: str = "77011234567",
        coding: int = 0,
        esm_class: int = 0,
        ton: int = 1,
        tlvs: Mapping[int, bytes] | None = None,
    ) -> int:
        """Hand a message over; the status that it was answered with."""
        esme = await self.bound()
        answer = await esme.deliver_sm(
            "1414",
            octets,
            source_addr=sender,
            source_addr_ton=ton,
            esm_class=esm_class,
            data_coding=coding,
            tlvs=[smpp34.Tlv(tag, value) for tag, value in (tlvs or {}).items()],
        )
        return answer.command_status

    async def receipt(self, message_id: str, stat: str) -> int:
        """Report what became of a message, in the words of the protocol's appendix B."""
        text = (
            f"id:{message_id} sub:001 dlvrd:001 submit date:2611211200 done date:2611211201 "
            f"stat:{stat} err:000 text:..."
        )
        return await self.hand_over(text.encode(), esm_class=0x04)


@asynccontextmanager
async def smsc(port: int | None = None) -> AsyncIterator[Smsc]:
    """An operator that runs."""
    port = port or free_port()
    server = smpp34.Server("127.0.0.1", port, system_id="SMSC")
    await server.start()
    made = Smsc(port, server)
    serving = asyncio.create_task(made.serve())
    try:
        yield made
    finally:
        serving.cancel()
        with suppress(asyncio.CancelledError):
            await serving
        await server.stop()


@dataclass(frozen=True)
class Heard:
    """One PDU that came to a crooked operator."""

    command: int
    number: int
    raw: bytes


Say = Callable[[int, int, int, bytes], Awaitable[None]]
"""Command, status, number, body."""
Answer = Callable[[Heard, Say], Awaitable[bool]]
"""Returns False to cut the link."""


@asynccontextmanager
async def crooked(answer: Answer, tls: SSLContext | None = None) -> AsyncIterator[int]:
    """An operator that does with each PDU what the test says; yields its port."""
    links: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        links.add(task)

        async def say(command: int, status: int, number: int, body: bytes) -> None:
            writer.write(HEAD.pack(HEAD.size + len(body), command, status, number) + body)
            await writer.drain()

        with suppress(EOFError, OSError, asyncio.CancelledError):
            while True:
                head = await reader.readexactly(HEAD.size)
                length, command, _, number = HEAD.unpack(head)
                raw = head + await reader.readexactly(length - HEAD.size)
                if not await answer(Heard(command, number, raw), say):
                    break
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in links:
            task.cancel()
        await asyncio.gather(*links, return_exceptions=True)
