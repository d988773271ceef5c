"""A lean HTTP/1.1 server: just enough for the calls of two bots, so that its own work hides none of theirs.

It keeps connections, reads bodies by Content-Length or in chunks, and lets an answer wait (long polling).
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from typing import Any, Final, TypeAlias, cast
from urllib.parse import parse_qsl

_HEAD_ENDS: Final = b"\r\n\r\n"
# A part that is no file: its name stands last in its first line.
_PART: Final = re.compile(rb'form-data; name="(\w+)"\r\n(?:[^\r\n]+\r\n)*\r\n([^\r]*)')
_ANSWER: Final = "HTTP/1.1 %d OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"


class Exchange:
    """One request, and the place to put its answer; the answer to a connection that is gone is dropped."""

    __slots__ = ("_transport", "answered", "method", "parameters", "path")

    def __init__(
        self, transport: asyncio.Transport, method: str, path: str, parameters: dict[str, Any]
    ) -> None:
        self._transport = transport
        self.method = method
        self.path = path
        self.parameters = parameters
        self.answered = False

    def answer(self, body: object, status: int = 200) -> None:
        """Send the answer as JSON, once."""
        if self.answered or self.gone:
            return
        self.answered = True
        text = json.dumps(body, ensure_ascii=False).encode()
        self._transport.write((_ANSWER % (status, len(text))).encode() + text)

    @property
    def gone(self) -> bool:
        """True if nobody waits at the other end any more."""
        return self._transport.is_closing()


Handle: TypeAlias = Callable[[Exchange], None]


class Connection(asyncio.Protocol):
    """One connection: requests come one after another."""

    def __init__(self, handle: Handle) -> None:
        self._handle = handle
        self._heard = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where to answer."""
        # uvloop's transports are asyncio's in all but ancestry.
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Handle every request that is whole."""
        self._heard += data
        while (request := self._next()) is not None:
            self._handle(request)

    def _next(self) -> Exchange | None:
        head_ends = self._heard.find(_HEAD_ENDS)
        if head_ends < 0 or self._transport is None:
            return None
        head = self._heard[:head_ends].decode("latin-1")
        starts = head_ends + len(_HEAD_ENDS)
        whole = _body(self._heard, starts, head)
        if whole is None:
            return None
        body, ends = whole
        self._heard = self._heard[ends:]
        method, target, _ = head.split("\r\n", 1)[0].split(" ", 2)
        path, _, query = target.partition("?")
        kind = _header(head, "content-type")
        return Exchange(self._transport, method, path, {**_form(query), **_parameters(body, kind)})


def _body(heard: bytes, starts: int, head: str) -> tuple[bytes, int] | None:
    """The body that starts there and where it ends; None until it is whole."""
    if _header(head, "transfer-encoding") == "chunked":
        return _chunks(heard, starts)
    ends = starts + int(_header(head, "content-length") or 0)
    return (heard[starts:ends], ends) if ends <= len(heard) else None


def _chunks(heard: bytes, starts: int) -> tuple[bytes, int] | None:
    pieces: list[bytes] = []
    while (line := heard.find(b"\r\n", starts)) >= 0:
        size = int(heard[starts:line], 16)
        starts = line + size + 2 * len(b"\r\n")
        if starts > len(heard):
            return None
        if not size:
            return b"".join(pieces), starts
        pieces.append(heard[line + 2 : line + 2 + size])
    return None


def _header(head: str, name: str) -> str:
    found = head.lower().find(f"\r\n{name}:")
    if found < 0:
        return ""
    starts = found + len(name) + 3
    ends = head.find("\r\n", starts)
    return head[starts : ends if ends >= 0 else None].strip()


def _parameters(body: bytes, kind: str) -> dict[str, Any]:
    if not body:
        return {}
    if "json" in kind:
        found: dict[str, Any] = json.loads(body)
        return found
    if kind.startswith("multipart/"):
        return {name.decode(): value.decode() for name, value in _PART.findall(body)}
    return _form(body.decode())


def _form(text: str) -> dict[str, Any]:
    return dict(parse_qsl(text, keep_blank_values=True)) if text else {}


async def listening(handle: Handle, port: int = 0) -> asyncio.Server:
    """Listen on loopback; port 0 takes a free one."""
    return await asyncio.get_running_loop().create_server(lambda: Connection(handle), "127.0.0.1", port)


def port_of(server: asyncio.Server) -> int:
    """The port a server listens on."""
    return int(server.sockets[0].getsockname()[1])
