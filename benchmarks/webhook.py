"""How quickly an inbound SMS is taken in, while fifty a second come: signature, inbox, answer.

`python -m benchmarks.webhook`. People with button phones write to the whole service, each a few messages of
a booking; messages are sent when their time has come, whether or not earlier ones have been answered, as a
network does. What is measured is from the first byte sent to the whole answer read. Each message goes on to
be thought through, decided and answered in the same process, so what the service does with it counts too.
"""

from __future__ import annotations

import asyncio
import socket
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path
from typing import Final

from aiohttp import ClientSession, TCPConnector
from twilio.request_validator import RequestValidator

from benchmarks.houses import Town, build_town, settings_of_ours
from benchmarks.population import Made
from benchmarks.processes import gateway, running
from benchmarks.rounds import percentile, wait_until_ready

A_SECOND: Final = 50
TARGET: Final = 100.0
"""Milliseconds, of the slowest in a hundred."""

SECONDS: Final = 30
_WARM_UP: Final = 100
_PHONES: Final = 300
_NUMBER: Final = "+77000000000"
_OK: Final = 200


@dataclass(frozen=True, slots=True)
class Taken:
    """What was measured: milliseconds, messages that were refused, and those not kept exactly once.

    ``cpu`` is what a message costs the service in all, until it is answered.
    """

    p50: float
    p95: float
    p99: float
    cpu: float
    refused: int
    lost: int


def measured(town: Town, seconds: int = SECONDS) -> Taken:
    """Start the service, write to it for so many seconds, and look into its registry afterwards."""
    port = _free_port()
    with gateway("ours", town.people_file, town.folder) as (control, _):
        registry = town.fresh_registry()
        settings = settings_of_ours(town, registry, control) | {"LISTEN": f"127.0.0.1:{port}"}
        with running("bot", "run", folder=town.folder, settings=settings, core=1, log="ours.log") as bot:
            wait_until_ready(control)
            forms = list(islice(_messages(town.people), _WARM_UP + A_SECOND * seconds))
            writing = Writing(f"http://127.0.0.1:{port}/twilio/sms", settings["TWILIO_AUTH_TOKEN"])
            asyncio.run(writing.write(forms[:_WARM_UP]))
            before = bot.used().cpu
            waited = asyncio.run(writing.write(forms[_WARM_UP:]))
            cpu = (bot.used().cpu - before) * 1000 / len(waited)
            lost = _not_kept_once(registry, [form["MessageSid"] for form in forms])
    ordered = sorted(wait for _, wait in waited)
    p50, p95, p99 = (percentile(ordered, percent) for percent in (50, 95, 99))
    return Taken(p50, p95, p99, cpu, sum(status != _OK for status, _ in waited), lost)


@dataclass(frozen=True, slots=True)
class Writing:
    """The network's side: posts each message when its time has come."""

    url: str
    token: str

    async def write(self, forms: Sequence[dict[str, str]]) -> list[tuple[int, float]]:
        """Post all of them, so many a second; return the status of each and the seconds it took."""
        signed = [(form, self._signature(form)) for form in forms]
        async with ClientSession(connector=TCPConnector(limit=A_SECOND)) as session:
            began = time.perf_counter()
            sent = []
            for number, (form, signature) in enumerate(signed):
                await asyncio.sleep(max(0.0, began + number / A_SECOND - time.perf_counter()))
                sent.append(asyncio.create_task(self._post(session, form, signature)))
            return list(await asyncio.gather(*sent))

    def _signature(self, form: dict[str, str]) -> str:
        signature: str = RequestValidator(self.token).compute_signature(self.url, form)
        return signature

    async def _post(self, session: ClientSession, form: dict[str, str], signature: str) -> tuple[int, float]:
        began = time.perf_counter()
        async with session.post(self.url, data=form, headers={"X-Twilio-Signature": signature}) as answer:
            await answer.read()
            return answer.status, time.perf_counter() - began


def _messages(people: Sequence[Made]) -> Iterator[dict[str, str]]:
    """What people write, in turns: a service by word, their IIN with it or after it, a code, a way out."""
    talks = [_talk(one) for one in people[:_PHONES]]
    for number in count():
        words = talks[number % len(talks)]
        yield {
            "MessageSid": f"SM{number:032x}",
            "From": people[number % len(talks)].phone,
            "To": _NUMBER,
            "Body": words[number // len(talks) % len(words)],
            "NumMedia": "0",
            "NumSegments": "1",
        }


def _talk(one: Made) -> tuple[str, ...]:
    if one.language == "kk":
        return "жазылу", one.iin, "123456", "jazylu", "артқа", "мәзір"
    return f"запись {one.iin}", "654321", "нет", "0", "меню"


def _not_kept_once(registry: Path, sids: Sequence[str]) -> int:
    """How many of these messages the inbox has not, or not once."""
    with closing(sqlite3.connect(f"file:{registry}?mode=ro", uri=True, timeout=10)) as connection:
        kept = [sid for (sid,) in connection.execute("SELECT external_id FROM inbox WHERE channel = 'sms'")]
    return len(set(sids) - set(kept)) + len(kept) - len(set(kept))


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def main() -> int:
    """Measure alone, in a town of its own; 1 if the target is missed."""
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        taken = measured(build_town(Path(folder) / "town", _PHONES, doctors=1))
    sys.stdout.write(f"{taken}\n")
    return 0 if taken.p99 <= TARGET and not taken.refused and not taken.lost else 1


if __name__ == "__main__":
    sys.exit(main())
