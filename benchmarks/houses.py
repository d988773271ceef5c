"""The two bots as they are started: ours with a registry in a file, the plain one with nothing."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from benchmarks.population import CLINIC, Made, write_csv
from benchmarks.processes import ROOT, Control, Program, running
from benchmarks.surgeries import write_surgeries
from bot.clock import SystemClock, SystemSecrets
from storage import staff
from storage.database import open_database
from storage.keys import KeyRing

GROUP: Final = -1_001_000_000_005
_REGISTRAR: Final = 2_000_000_051
_HEAD: Final = 2_000_000_052
_NO_LIMIT: Final = "1000000"
_BOT_CORE: Final = 1
_LOADED: Final = "loaded.sqlite"


@dataclass(frozen=True, slots=True)
class Town:
    """A folder with a made-up population, and a registry loaded with it."""

    folder: Path
    key: str
    people: tuple[Made, ...]

    @property
    def people_file(self) -> Path:
        """The people as CSV."""
        return self.folder / "data" / "people.csv"

    @property
    def doctors_file(self) -> Path:
        """The doctors as CSV, if the clinic has any."""
        return self.folder / "data" / "doctors.csv"

    @property
    def registry(self) -> Path:
        """The registry that our bot was last started on, unless it was given one."""
        return self.folder / "registry.sqlite"

    def fresh_registry(self, name: str = "registry.sqlite") -> Path:
        """A copy of the loaded registry, as it was."""
        for left_over in self.folder.glob(f"{name}*"):
            left_over.unlink()
        return Path(shutil.copy(self.folder / _LOADED, self.folder / name))


def build_town(folder: Path, size: int, doctors: int = 0) -> Town:
    """Make the people, load them as anybody would, and link the clinic's staff; ``doctors`` can be booked."""
    data = folder / "data"
    data.mkdir(parents=True)
    town = Town(folder, f"1:{KeyRing.new_key()}", write_csv(data, size, doctors))
    if doctors:
        write_surgeries(data, doctors)
    shutil.copy(ROOT / "data" / "almaty" / "clinics.csv", data)
    settings = {"DATABASE_URL": f"sqlite:///{folder / _LOADED}", "REGISTRY_KEY": town.key, **_GATEWAYS}
    for words in (("migrate",), ("load", str(data))):
        done = command(*words, folder=folder, settings=settings)
        if done.returncode:
            raise RuntimeError(f"python -m bot {words[0]}: {done.stdout}{done.stderr}")
    asyncio.run(_link_staff(settings["DATABASE_URL"], town.key))
    return town


# Sound in form, of use nowhere.
_GATEWAYS: Final[Mapping[str, str]] = {
    "TELEGRAM_BOT_TOKEN": "4200000:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "TELEGRAM_API_URL": "http://127.0.0.1:1",
    "TWILIO_ACCOUNT_SID": "AC00000000000000000000000000000000",
    "TWILIO_AUTH_TOKEN": "made-up",
    "TWILIO_FROM": "+77000000000",
    "TWILIO_API_URL": "http://127.0.0.1:1",
}


def command(*words: str, folder: Path, settings: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run one command of `python -m bot` to its end."""
    whole = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **settings}
    return subprocess.run(
        [sys.executable, "-m", "bot", *words],
        cwd=folder,
        env=whole,
        check=False,
        capture_output=True,
        text=True,
    )


async def _link_staff(url: str, key: str) -> None:
    now, chance = datetime.now(UTC), SystemSecrets()
    db = await open_database(url, KeyRing.parse(key), SystemClock())
    try:
        async with db.transaction() as tx:
            code = staff.new_code(tx, CLINIC, None, "ru", now, chance)
            await staff.redeem_group(tx, code, GROUP, now)
            for telegram_id, role in ((_REGISTRAR, "registrar"), (_HEAD, "head")):
                code = staff.new_code(
                    tx, CLINIC, "head" if role == "head" else "registrar", "ru", now, chance
                )
                await staff.redeem_person(tx, code, telegram_id, None, now)
    finally:
        await db.close()


def settings_of_ours(town: Town, registry: Path, control: Control) -> dict[str, str]:
    """The settings of our bot: as for a small town, with the pace of real gateways lifted."""
    return {
        **_GATEWAYS,
        "TELEGRAM_API_URL": control.url,
        "TWILIO_API_URL": control.url,
        "SANDBOX_CLOCK_URL": f"{control.url}/clock",
        "TELEGRAM_PER_SECOND": _NO_LIMIT,
        "TELEGRAM_CHAT_PER_SECOND": _NO_LIMIT,
        "TELEGRAM_GROUP_PER_MINUTE": _NO_LIMIT,
        "SMS_PER_SECOND": _NO_LIMIT,
        "SMS_DAILY_CAP": _NO_LIMIT,
        "DATABASE_URL": f"sqlite:///{registry}",
        "REGISTRY_KEY": town.key,
        "LISTEN": "127.0.0.1:0",
    }


def our_bot(
    town: Town, control: Control, registry: Path | None = None, core: int | None = _BOT_CORE
) -> AbstractContextManager[Program]:
    """Our bot as a process, on a fresh registry unless one is given."""
    settings = settings_of_ours(town, registry or town.fresh_registry(), control)
    return running("bot", "run", folder=town.folder, settings=settings, core=core, log="ours.log")


def plain_bot(town: Town, control: Control) -> AbstractContextManager[Program]:
    """The plain bot as a process."""
    settings = {
        **_GATEWAYS,
        "TELEGRAM_API_URL": control.url,
        "TWILIO_API_URL": control.url,
        "PEOPLE": str(town.people_file),
        "DOCTORS": str(town.doctors_file),
        "GROUP": str(GROUP),
    }
    return running(
        "benchmarks.plain_bot", folder=town.folder, settings=settings, core=_BOT_CORE, log="plain.log"
    )
