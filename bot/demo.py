"""The demonstration: one supervisor of the sandbox and the bot beside it, never for real people.

The bot is the same program as for real people and learns by its settings only that it
stands in the sandbox. What dies is started again.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import aiohttp

from bot.surveys.page import PATH as QUALITY
from bot.town import Town, TownNotLoaded, environment

HOST: Final = "127.0.0.1"
SANDBOX_PORT: Final = 8080
BOT_PORT: Final = 8081
PORTS_TRIED: Final = 50
STOP_SECONDS: Final = 15.0
READY_SECONDS: Final = 60.0
LIVES: Final = 5
SHORT_LIFE: Final = 3.0
"""Seconds; whoever dies sooner than this, ``LIVES`` times running, will not be helped by another start."""

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Program:
    """One process of the demonstration."""

    name: str
    arguments: tuple[str, ...]
    environment: dict[str, str]


async def run_demo(say: Say, folder: Path, *, port: int = SANDBOX_PORT, keep: bool = False) -> int:
    """Run until interrupted; return the exit code. ``say`` prints a line for the person at the terminal."""
    town = Town(folder)
    if not keep:
        town.clear()
    town.key()
    sandbox_url = f"http://{HOST}:{_free_port(port, say)}"
    bot_url = f"http://{HOST}:{_free_port(BOT_PORT, None, but=int(sandbox_url.rpartition(':')[2]))}"
    people = town.furnish()
    variables = environment(town, sandbox_url, bot_url, dict(os.environ))
    supervisor = Supervisor(say)
    supervisor.start(_sandbox(town, sandbox_url, bot_url, variables))
    try:
        await town.settle(people)
        await town.remember()
    except TownNotLoaded as fault:
        say(f"The made-up town could not be loaded:\n{fault}")
        await supervisor.stop()
        return 1
    supervisor.start(_bot(variables))
    asyncio.get_running_loop().create_task(_announce(say, sandbox_url, bot_url))
    return await supervisor.wait()


def _sandbox(town: Town, sandbox_url: str, bot_url: str, variables: dict[str, str]) -> Program:
    port = sandbox_url.rpartition(":")[2]
    arguments = ("-m", "sandbox", "--host", HOST, "--port", port, "--people", str(town.people))
    more = ("--holidays", str(town.people / "holidays.csv"), "--state-file", str(town.state))
    return Program("sandbox", (*arguments, *more, "--sms-webhook", f"{bot_url}/twilio/sms"), variables)


def _bot(variables: dict[str, str]) -> Program:
    return Program("bot", ("-m", "bot", "--env-file", os.devnull, "run"), variables)


class Supervisor:
    """Keeps programs running, and ends them together."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self._running: dict[str, asyncio.subprocess.Process] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._stopping = asyncio.Event()
        self._code = 0
        loop = asyncio.get_running_loop()
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(name, self._stopping.set)

    def start(self, program: Program) -> None:
        """Run a program, again and again."""
        self._tasks.append(asyncio.create_task(self._keep(program)))

    async def wait(self) -> int:
        """Wait for the end; return the exit code."""
        await self._stopping.wait()
        await self.stop()
        return self._code

    async def stop(self) -> None:
        """End every program, politely first."""
        self._stopping.set()
        for process in self._running.values():
            _ask_to_end(process)
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=STOP_SECONDS)
            for process in self._running.values() if late else ():
                process.kill()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _keep(self, program: Program) -> None:
        short_lives = 0
        while not self._stopping.is_set():
            began = time.monotonic()
            code = await self._live(program)
            if self._stopping.is_set():
                return
            short_lives = short_lives + 1 if time.monotonic() - began < SHORT_LIFE else 0
            if short_lives >= LIVES:
                self._say(f"The {program.name} ends at once every time (exit code {code}); giving up.")
                self._code = 1
                self._stopping.set()
                return
            self._say(f"The {program.name} ended (exit code {code}); starting it again.")
            await asyncio.sleep(min(1.0, 0.2 * short_lives))

    async def _live(self, program: Program) -> int:
        # A group of its own: Ctrl-C reaches the supervisor alone, which ends the others in order.
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *program.arguments,
            env=program.environment,
            stdout=asyncio.subprocess.DEVNULL,
            start_new_session=True,
        )
        self._running[program.name] = process
        if self._stopping.is_set():
            _ask_to_end(process)
        return await process.wait()


def _ask_to_end(process: asyncio.subprocess.Process) -> None:
    try:
        process.terminate()
    except ProcessLookupError:
        return


async def _announce(say: Say, sandbox_url: str, bot_url: str) -> None:
    ends = time.monotonic() + READY_SECONDS
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=2)) as session:
        while time.monotonic() < ends:
            if await _answers(session, f"{sandbox_url}/clock") and await _answers(
                session, f"{bot_url}/healthz"
            ):
                say(f"Dariger runs in the sandbox. Open {sandbox_url}/  (Ctrl-C ends it)")
                say(f"What people answered to the survey: {bot_url}{QUALITY}")
                return
            await asyncio.sleep(0.1)
    say(f"Dariger has not come up within {READY_SECONDS:.0f} seconds; the log above says why.")


async def _answers(session: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with session.get(url) as answer:
            return answer.ok
    except (aiohttp.ClientError, TimeoutError, OSError):
        return False


def _free_port(wanted: int, say: Say | None, but: int = 0) -> int:
    for port in range(wanted, wanted + PORTS_TRIED):
        if port != but and _is_free(port):
            if port != wanted and say is not None:
                say(f"Port {wanted} is in use; taking {port}.")
            return port
    raise OSError(f"no free port from {wanted} to {wanted + PORTS_TRIED - 1}")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def refusal(names: Sequence[str]) -> str:
    """The sentence for whoever starts the demonstration beside real credentials."""
    return f"The demonstration never runs beside real credentials: unset {' and '.join(names)} first."
