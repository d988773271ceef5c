"""Starts the sandbox: python -m sandbox --host 127.0.0.1 --port 8080 --people DIR."""

import argparse
import asyncio
import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import uvloop

from sandbox.clock import SandboxClock
from sandbox.credentials import is_loopback, real_credentials
from sandbox.moments import ALMATY
from sandbox.server import serving
from sandbox.town import Town, new_town

_EPOCH: Final = datetime(2025, 1, 1, tzinfo=UTC)
_UPDATES_PER_SECOND: Final = 10
_REFUSED: Final = 2
_BESIDE_REAL_CREDENTIALS: Final = (
    "The sandbox does not start beside real credentials: "
    "unset TELEGRAM_BOT_TOKEN and TWILIO_AUTH_TOKEN in the environment and in the file of settings."
)


def main(arguments: list[str]) -> int:
    """Runs until interrupted; returns 2 when it refuses to start."""
    options = _options(arguments)
    if not is_loopback(options.host):
        return _refuse(f"The sandbox listens on loopback only, not on {options.host}.")
    if real_credentials(os.environ, options.env_file):
        return _refuse(_BESIDE_REAL_CREDENTIALS)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(options))
    return 0


def first_update_id(real_now: datetime) -> int:
    """Above every id of an earlier run, so that a bot which remembers its offset misses nothing."""
    return int((real_now - _EPOCH).total_seconds() * _UPDATES_PER_SECOND)


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="a loopback address")
    parser.add_argument("--port", type=int, default=8080, help="0 takes a free one")
    parser.add_argument("--people", type=Path, help="folder with people.csv, clinics.csv, staff.json")
    parser.add_argument("--holidays", type=Path, help="CSV with columns date, kind, name_ru, name_kk")
    parser.add_argument("--start", type=_moment, help="first instant, ISO; Almaty time if it names no zone")
    parser.add_argument("--state-file", type=Path, help="keeps chats, phones and the clock over a restart")
    parser.add_argument("--sms-webhook", default="", help="where inbound SMS are posted")
    parser.add_argument("--env-file", type=Path, default=Path(".env"), help="checked for real credentials")
    return parser.parse_args(arguments)


async def _serve(options: argparse.Namespace) -> None:
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    async with serving(_town(options), options.host, options.port, options.state_file) as address:
        sys.stdout.write(f"{address.url}\n")
        sys.stdout.flush()
        await stop.wait()


def _town(options: argparse.Namespace) -> Town:
    clock = SandboxClock(options.start)
    town = new_town(clock, first_update_id(datetime.now(UTC)), options.people, options.holidays)
    town.network.webhook_url = options.sms_webhook
    return town


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=ALMATY) if moment.tzinfo is None else moment


def _refuse(sentence: str) -> int:
    sys.stderr.write(sentence + "\n")
    return _REFUSED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
