"""The demonstration as a real process: it comes up, answers, restarts what dies, ends cleanly."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import ClientSession

from bot.demo import run_demo
from bot.settings import NAMES
from tests.sandbox_server import SandboxClient

ROOT = Path(__file__).parents[2]


def clean_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in NAMES}


@asynccontextmanager
async def demonstration(*arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "--env-file",
        os.devnull,
        "demo",
        *arguments,
        cwd=ROOT,
        env=clean_environment(),
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGINT)
            await process.wait()


async def address_said_by(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    while line := (await process.stdout.readline()).decode():
        if "Open http" in line:
            return line.split("Open ")[1].split("/  ")[0]
    raise AssertionError("it ended without an address")


def children_of(process: asyncio.subprocess.Process) -> list[int]:
    found = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
    return [int(child) for child in found.split()]


def command_of(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\x00", b" ").decode()


def alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


@pytest.mark.timeout(180)
async def test_the_demonstration_answers_survives_the_death_of_the_bot_and_ends_everything(
    tmp_path: Path,
) -> None:
    """Two citizens, one before and one after the bot was killed; nothing is left running."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        async with (
            demonstration("--port", str(port), "--folder", str(tmp_path)) as process,
            ClientSession() as session,
        ):
            url = await address_said_by(process)
            assert not url.endswith(f":{port}")
            sandbox = SandboxClient(url, session)
            before, after = await sandbox.user("Before"), await sandbox.user("After")
            await sandbox.say(before, "/start")
            await sandbox.wait_for_message(before, seconds=60)
            children = children_of(process)
            bot = next(pid for pid in children if "-m bot" in command_of(pid))
            os.kill(bot, signal.SIGKILL)
            await sandbox.say(after, "/start")
            await sandbox.wait_for_message(after, seconds=90)
            staff = await sandbox.staff()
            assert {"registrar", "head"} <= {member["role"] for member in staff["staff"]}
            assert {group["bot_is"] for group in staff["groups"]} == {"member"}
            children = children_of(process)
    assert process.returncode == 0
    assert not any(alive(pid) for pid in children)


async def test_a_town_with_bad_rows_is_refused_and_says_which(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    bad = tmp_path / "bad"
    bad.mkdir()
    (bad / "people.csv").write_text("iin,surname\n1,x\n", encoding="utf-8")
    monkeypatch.setattr("bot.town.SOURCES", (Path("data"), Path("data/almaty"), bad))
    said: list[str] = []
    assert await run_demo(said.append, tmp_path / "town", port=18500) == 1
    assert "people.csv" in said[-1]
