"""The processes of a measurement: a gateway on one core, a bot on the other, and what they used."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final
from urllib.request import Request, urlopen

import psutil  # type: ignore[import-untyped]  # it ships no types

from rules.law import Service

ROOT: Final = Path(__file__).resolve().parents[1]
_STOPS_WITHIN: Final = 20.0
_STEP: Final = 0.02


class TooSlow(Exception):
    """Something that was waited for did not come; says what, and what was seen last."""


@dataclass(frozen=True, slots=True)
class Used:
    """What a process and its children have used: seconds of CPU, bytes of memory now."""

    cpu: float
    memory: int


class Program:
    """A Python program of this house, running."""

    def __init__(self, popen: subprocess.Popen[str]) -> None:
        self.popen = popen
        self._seen = psutil.Process(popen.pid)

    @property
    def is_running(self) -> bool:
        """True until it ends."""
        return self.popen.poll() is None

    def used(self) -> Used:
        """What it has used up to now, children included."""
        family = [self._seen, *self._seen.children(recursive=True)]
        times = [one.cpu_times() for one in family]
        ended = times[0].children_user + times[0].children_system
        cpu = sum(one.user + one.system for one in times) + ended
        return Used(cpu, sum(one.memory_info().rss for one in family))

    def kill(self) -> None:
        """End it as a power cut would."""
        self.popen.kill()
        self._wait(None)

    def stop(self) -> None:
        """Ask it to stop; a program that does not is killed."""
        self.popen.terminate()
        try:
            self._wait(_STOPS_WITHIN)
        except subprocess.TimeoutExpired:
            self.kill()

    def _wait(self, within: float | None) -> None:
        self.popen.wait(within)
        if self.popen.stdout is not None:
            self.popen.stdout.close()


@contextmanager
def running(
    module: str, *arguments: str, folder: Path, settings: Mapping[str, str], core: int | None, log: str
) -> Iterator[Program]:
    """Run `python -m module`, its errors written to a file of the folder; stopped at the end."""
    with (folder / log).open("a", encoding="utf-8") as errors:
        program = Program(
            start(module, *arguments, folder=folder, settings=settings, core=core, errors=errors)
        )
        try:
            yield program
        finally:
            program.stop()


def start(
    module: str,
    *arguments: str,
    folder: Path,
    settings: Mapping[str, str],
    core: int | None,
    errors: IO[str],
    listens: bool = False,
) -> subprocess.Popen[str]:
    """Start `python -m module` in a folder without a .env, with these settings and no others.

    One that `listens` is told by its standard input what to do.
    """
    # A service that ran before this one may have left settings behind in the environment of whoever measures.
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    return subprocess.Popen(
        [*_pinned(core), sys.executable, "-m", module, *arguments],
        cwd=folder,
        env={**inherited, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **settings},
        stdin=subprocess.PIPE if listens else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=errors,
        text=True,
    )


def _pinned(core: int | None) -> list[str]:
    """Keep two programs from taking each other's core, where there are two."""
    if core is None or not hasattr(os, "sched_getaffinity"):
        return []
    cores = sorted(os.sched_getaffinity(0))
    return ["taskset", "-c", str(cores[core % len(cores)])] if len(cores) > 1 else []


class Control:
    """The gateway's own doors: let citizens loose, read the figures."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"

    def begin(
        self,
        first: int,
        dialogs: int,
        at_once: int,
        until: str = "registered",
        service: Service = Service.HOME_CALL,
        **more: float,
    ) -> None:
        """Let citizens loose."""
        asked = {
            "first": first, "dialogs": dialogs, "at_once": at_once, "until": until, "service": service, **more
        }  # fmt: skip
        self._call("/control/begin", asked)

    def figures(self, *, whole: bool = False) -> dict[str, Any]:
        """What was measured up to now."""
        return self._call(f"/control/figures?whole={int(whole)}")

    def wait(self, what: str, holds: Callable[[dict[str, Any]], bool], within: float) -> dict[str, Any]:
        """Wait until the figures are so. Raises TooSlow."""
        deadline = time.monotonic() + within
        while True:
            seen = self.figures()
            if holds(seen):
                return seen
            if time.monotonic() > deadline:
                raise TooSlow(f"{what} within {within} s: {seen}")
            time.sleep(_STEP)

    def _call(self, path: str, asked: Mapping[str, object] | None = None) -> dict[str, Any]:
        data = None if asked is None else json.dumps(asked).encode()
        request = Request(self.url + path, data, {"Content-Type": "application/json"})  # noqa: S310 - our own
        with urlopen(request, timeout=30) as answer:  # noqa: S310 - a loopback address of our own making
            told: dict[str, Any] = json.load(answer)
        return told


@contextmanager
def gateway(bot: str, people: Path, folder: Path) -> Iterator[tuple[Control, Program]]:
    """A gateway for that bot, and its own program (to see that it is not what is slow)."""
    asked = ("--bot", bot, "--people", str(people))
    with running(
        "benchmarks.gateway", *asked, folder=folder, settings={}, core=0, log="gateway.log"
    ) as program:
        assert program.popen.stdout is not None
        yield Control(int(program.popen.stdout.readline())), program
