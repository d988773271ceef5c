"""What strangers may post to a webhook: bodies and headers of every kind, sent as raw bytes.

An HTTP client of ours would refuse to send most of it, so it goes over a socket of its own.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar
from urllib.parse import unquote_to_bytes, urlencode

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.bot.web_side import FORM, SECRET, Served, sms, update

SMS, STATUS, TELEGRAM = "/twilio/sms", "/twilio/status", "/telegram"
SIGNATURE, TOKEN = b"X-Twilio-Signature", b"X-Telegram-Bot-Api-Secret-Token"
WITHIN = 10.0
AT_ONCE = 24
REFUSALS = range(400, 500)
Header = tuple[bytes, bytes]


@dataclass(frozen=True)
class Shot:
    """One request as it goes over the wire. One that is not ``whole`` promises another body than it has."""

    path: str
    headers: tuple[Header, ...]
    body: bytes
    whole: bool = True
    host: bytes = b"127.0.0.1"

    def with_headers(self, *more: Header) -> Shot:
        return replace(self, headers=(*self.headers, *more))

    @property
    def raw(self) -> bytes:
        framed = [(b"Content-Length", str(len(self.body)).encode())] if self.whole else []
        lines = [name + b": " + value for name, value in ((b"Host", self.host), *self.headers, *framed)]
        return b"\r\n".join((f"POST {self.path} HTTP/1.1".encode(), *lines, b"", self.body))


class Wire:
    """A connection that is used again as long as the other side keeps it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._ends: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def fire(self, shot: Shot) -> int | None:
        """Return the status of the answer; None if the connection was closed without one."""
        async with asyncio.timeout(WITHIN):
            if not shot.whole:
                self.close()
            reader, writer = self._ends = self._ends or await asyncio.open_connection("127.0.0.1", self._port)
            try:
                writer.write(shot.raw)
                if not shot.whole:
                    writer.write_eof()
                status, goes_on = await _answer(reader)
            except (OSError, asyncio.IncompleteReadError):
                status, goes_on = None, False
            if not (goes_on and shot.whole):
                self.close()
            return status

    def close(self) -> None:
        """Hang up; the next request opens a connection of its own."""
        if self._ends:
            self._ends[1].close()
        self._ends = None


async def _answer(reader: asyncio.StreamReader) -> tuple[int | None, bool]:
    first = await reader.readline()
    if not first:
        return None, False
    length, goes_on = 0, True
    while line := (await reader.readline()).strip():
        name, _, value = line.lower().partition(b":")
        if name == b"content-length":
            length = int(value)
        goes_on = goes_on and (name, value.strip()) != (b"connection", b"close")
    await reader.readexactly(length)
    return int(first.split()[1]), goes_on


async def fire_all(port: int, shots: Iterable[Shot]) -> list[tuple[Shot, int | None]]:
    """Send everything over a few connections at once; return each with the status of its answer."""
    waiting, answers = iter(shots), list[tuple[Shot, int | None]]()

    async def one_after_another() -> None:
        wire = Wire(port)
        try:
            for shot in waiting:
                answers.append((shot, await wire.fire(shot)))
        finally:
            wire.close()

    await asyncio.gather(*(one_after_another() for _ in range(AT_ONCE)))
    return answers


# Without line ends, which would end the header, and with everything else that bytes allow.
odd_bytes = st.binary(max_size=60).map(lambda value: value.replace(b"\r", b"").replace(b"\n", b""))
odd_signatures = st.one_of(
    odd_bytes,
    st.just(b""),
    st.sampled_from([b"=" * 4000, b"AAAAAAAAAAAAAAAAAAAAAAAAAAA=", SECRET.encode()[:-1], "ö".encode()]),
    st.binary(min_size=28, max_size=28).map(bytes.hex).map(str.encode),
)
content_types = st.sampled_from(
    [
        FORM.encode(),
        FORM.upper().encode(),
        f"{FORM}; charset=utf-16".encode(),
        f"{FORM}; charset=no-such-thing".encode(),
        b"application/json",
        b"multipart/form-data",
        b"multipart/form-data; boundary=x",
        b"text/plain",
        b"",
        b";;;=",
        b"\xff/\xfe",
    ]
)
odd_headers = st.one_of(
    st.tuples(
        st.sampled_from(
            [b"Content-Encoding", b"Transfer-Encoding", b"Expect", b"X-Forwarded-For", b"Cookie", b"Range",
             b"Authorization", b"Accept-Encoding", b"Connection", b"Upgrade", b"I-Twilio-Idempotency-Token"]
        ),
        st.one_of(
            odd_bytes,
            st.sampled_from([b"gzip", b"deflate", b"br", b"zstd", b"chunked", b"100-continue", b"websocket"]),
        ),
    ),
    st.tuples(st.binary(min_size=1, max_size=12).map(lambda name: name.replace(b"\r\n", b"")), odd_bytes),
)  # fmt: skip
words = st.one_of(st.text(max_size=40), st.sampled_from(["123456", "Иә 123456", "ЖОҚ", "\x00", "😀" * 30]))
names = st.one_of(
    st.sampled_from(["Body", "From", "To", "MessageSid", "SmsSid", "NumMedia", "MediaUrl0", "MessageStatus"]),
    st.text(max_size=12),
)
forms = st.lists(st.tuples(names, words), max_size=12).map(urlencode).map(str.encode)
json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=20)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=9), inner, max_size=3)
    ),
    max_leaves=8,
)
bodies = st.one_of(
    st.binary(max_size=300),
    forms,
    json_values.map(lambda value: json.dumps(value).encode()),
    st.sampled_from(
        [
            b"",
            b"a" * 70_000,
            b"&" * 3000,
            b"%" * 50,
            b"[" * 30_000,
            urlencode(sms()).encode(),
            b"Body=1&Body=2&MessageSid=SM1&From=%2B7",
            update(7),
            b'{"update_id": 1e400}',
        ]
    ),
)
paths = st.sampled_from([SMS, STATUS, TELEGRAM, f"{SMS}?a=%00", f"{STATUS}?", "/twilio/%73ms"])
hosts = st.sampled_from([b"127.0.0.1", b"", b"[::1", b"a b", b"\xff", b"x" * 300, b"evil.example:99999"])


@st.composite
def strangers_shots(draw: st.DrawFn) -> Shot:
    """A request of somebody who has neither the signature nor the secret."""
    headers: list[Header] = [(b"Content-Type", draw(content_types))] if draw(st.booleans()) else []
    headers += [(SIGNATURE, value) for value in draw(st.lists(odd_signatures, max_size=2))]
    headers += [(TOKEN, value) for value in draw(st.lists(odd_signatures, max_size=2))]
    headers += draw(st.lists(odd_headers, max_size=3))
    return Shot(
        draw(paths), tuple(headers), draw(bodies), whole=draw(st.integers(0, 19)) > 0, host=draw(hosts)
    )


def everywhere(shots: Iterable[Shot]) -> Iterator[Shot]:
    """Each request at each webhook: making one up costs more than sending it."""
    for shot in shots:
        for path in (SMS, STATUS, TELEGRAM):
            yield replace(shot, path=path)


signed_forms = st.fixed_dictionaries(
    {"MessageSid": st.text(max_size=40), "From": st.one_of(words, st.just("+77011234567")), "Body": words},
    optional={
        "NumMedia": st.sampled_from(["0", "1", "10", "-1", "x"]),
        "MediaUrl0": words,
        "MessageStatus": st.sampled_from(["queued", "sent", "delivered", "undelivered", "failed", "?"]),
        "ErrorCode": st.one_of(st.sampled_from(["30003", "21610", "9" * 40, "-1"]), words),
        "OptOutType": st.sampled_from(["STOP", "START", "HELP", "x"]),
        "To": words,
    },
)


def signed(served: Served, path: str, form: dict[str, str]) -> Shot:
    """A request that Twilio itself has signed."""
    right = served.signature(path, form).encode()
    headers = ((b"Content-Type", FORM.encode()), (SIGNATURE, right))
    return Shot(path, headers, urlencode(form).encode(), host=f"127.0.0.1:{served.port}".encode())


def nearly_signed(shot: Shot, at: int) -> tuple[Shot, ...]:
    """What a genuine request becomes in the hands of somebody who saw it, but has no key."""
    body, (kind, right) = shot.body, shot.headers
    spoilt = body[: at % (len(body) + 1)] + b"x" + body[at % (len(body) + 1) :]
    other = STATUS if shot.path == SMS else SMS
    return (
        replace(shot, headers=(kind,)),
        replace(shot, headers=(kind, right, right)),
        replace(shot, headers=(kind, (SIGNATURE, right[1] + b"=")), body=body),
        replace(shot, headers=(kind, (SIGNATURE, right[1].swapcase()))),
        replace(shot, headers=((b"Content-Type", b"application/json"), right)),
        replace(shot, headers=(right,)),
        replace(shot, path=other),
        *([replace(shot, body=spoilt)] if _says_another_thing(body, spoilt) else []),
        replace(shot, body=body + b"&MessageSid=SM2"),
        replace(shot, body=b""),
    )


def _says_another_thing(one: bytes, other: bytes) -> bool:
    """An escape may be written in two ways; what it says is what is signed."""
    return unquote_to_bytes(one) != unquote_to_bytes(other)


Made = TypeVar("Made")


def gathered(strategy: st.SearchStrategy[Made], many: int) -> Sequence[Made]:
    """So many examples, made beforehand: hypothesis itself cannot wait for an answer."""
    found: list[Made] = []

    @settings(
        max_examples=many, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(strategy)
    def gather(made: Made) -> None:
        found.append(made)

    gather()
    return found


def standing(folder: Path) -> dict[str, object]:
    """What stands in the registry: every row of every table but the key that opened it."""
    with closing(sqlite3.connect(folder / "registry.sqlite", timeout=10)) as connection:
        tables = [
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        return {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in tables}
