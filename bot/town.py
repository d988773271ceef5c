"""The demonstration's town: a folder for the sandbox, and a registry made by the ordinary ways."""

from __future__ import annotations

import csv
import json
import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, cast

from bot.bookings.mornings import look_again
from bot.clock import SystemClock, SystemSecrets
from bot.papers.key_files import DEFAULT, SUFFIX, make_key
from rules.clock import Clock
from rules.people import Language
from rules.public_services import PublicService
from rules.staff_roles import ROLES, Role
from rules.survey import Grade, SurveyQuestion, month_before, newest_shown, questions
from rules.training import COLLEGE
from storage import registry, staff, surveys, training
from storage.database import Database, Tx, open_database
from storage.keys import KeyRing
from storage.load import BadFiles, load
from storage.migrate import migrate

SOURCES: Final = (Path("data"), Path("data/almaty"), Path("sandbox/people"))
STAFF: Final = Path("sandbox/staff.csv")
ANSWERS: Final = Path("sandbox/answers.csv")
KEY_OWNER: Final = "Dariger sandbox"
KEY_PASSWORD: Final = "sandbox"  # noqa: S105 - of a key that vouches for nobody
KEY_LIVES: Final = (datetime(2020, 1, 1, tzinfo=UTC), datetime(2060, 1, 1, tzinfo=UTC))
"""However the sandbox's clock is set."""
FIRST_STAFF_ID: Final = 7_000_000_000
FIRST_GROUP_ID: Final = -1_002_000_000_000


class TownNotLoaded(Exception):
    """The made-up files have bad rows; the message names each by file and line."""


@dataclass(frozen=True, slots=True)
class StaffPerson:
    """Somebody who does not exist and works at a clinic that does."""

    telegram_id: int
    clinic_no: int
    role: Role
    name: str
    locale: Language

    def told(self) -> dict[str, Any]:
        """The person as the sandbox reads them."""
        return {
            "telegram_id": self.telegram_id,
            "clinic_no": str(self.clinic_no),
            "role": self.role,
            "name": self.name,
            "locale": self.locale,
        }


@dataclass(frozen=True, slots=True)
class Town:
    """One demonstration's files: everything lies under ``folder``."""

    folder: Path

    @property
    def people(self) -> Path:
        """What the sandbox is started on."""
        return self.folder / "people"

    @property
    def state(self) -> Path:
        """Where the sandbox keeps chats and its clock over a restart."""
        return self.folder / "sandbox.json"

    @property
    def database_url(self) -> str:
        """The demonstration's own registry."""
        return f"sqlite:///{self.folder.absolute() / 'registry.sqlite'}"

    def clear(self) -> None:
        """Forget an earlier demonstration."""
        for path in (*self.folder.glob("registry.sqlite*"), self.state):
            path.unlink(missing_ok=True)

    def key(self) -> str:
        """The key ring of the demonstration, kept beside it: it seals nobody real."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / "registry.key"
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(f"1:{KeyRing.new_key()}", encoding="ascii")
        return path.read_text(encoding="ascii")

    @property
    def signing_keys(self) -> Path:
        """The folder of the demonstration's signing key."""
        return self.folder / "keys"

    def signing_key(self) -> None:
        """A self-made key that signs every clinic's papers here: it vouches for nobody real."""
        self.signing_keys.mkdir(parents=True, exist_ok=True)
        path = self.signing_keys / f"{DEFAULT}{SUFFIX}"
        if not path.exists():
            path.touch(mode=0o600)
            path.write_bytes(make_key(KEY_OWNER, KEY_PASSWORD.encode(), *KEY_LIVES))

    def furnish(self) -> tuple[StaffPerson, ...]:
        """Put the sandbox's files together; return the staff."""
        self.people.mkdir(parents=True, exist_ok=True)
        for source in SOURCES:
            for path in source.glob("*.csv"):
                shutil.copy(path, self.people / path.name)
        self.signing_key()
        people = tuple(read_staff(STAFF))
        told = {
            "staff": [person.told() for person in people],
            "groups": [
                {"chat_id": group_of(no), "clinic_no": str(no), "title": title, "linked": True}
                for no, title in self._titles(people).items()
            ],
        }
        text = json.dumps(told, ensure_ascii=False, indent=1)
        (self.people / "staff.json").write_text(text, encoding="utf-8")
        return people

    def _titles(self, people: Iterable[StaffPerson]) -> dict[int, str]:
        # The college works without a group.
        wanted = {person.clinic_no for person in people if person.role == "registrar"}
        rows = _rows(self.people / "clinics.csv")
        return {
            int(row["clinic_no"]): row["short_name_kk"] for row in rows if int(row["clinic_no"]) in wanted
        }

    async def settle(self, people: tuple[StaffPerson, ...], clock: Clock | None = None) -> None:
        """Make the registry: schema, people, staff. What if it runs twice: nothing is doubled.

        The times of doctors begin now by ``clock``; without one, by the machine's.

        Raises ``TownNotLoaded``.
        """
        await migrate(self.database_url)
        db = await open_database(self.database_url, KeyRing.parse(self.key()), clock or SystemClock())
        try:
            await _load(db, self.people)
            await _link(db, people)
        finally:
            await db.close()

    async def remember(self, clock: Clock | None = None) -> None:
        """Made-up answers to the survey in the last months that are shown. Twice: nothing is doubled."""
        db = await open_database(self.database_url, KeyRing.parse(self.key()), clock or SystemClock())
        try:
            async with db.transaction() as tx:
                if not await surveys.months(tx):
                    _answer(tx, ANSWERS, newest_shown(db.clock.now()))
        finally:
            await db.close()


def _answer(tx: Tx, path: Path, newest: str) -> None:
    first, second = questions()
    for row in _rows(path):
        month = newest
        for _ in range(int(row["months_ago"])):
            month = month_before(month)
        for pair in zip(_graded(row, first), _graded(row, second), strict=True):
            grades = dict(zip((first, second), pair, strict=True))
            surveys.add(tx, month, PublicService(row["service"]), int(row["clinic_no"]), grades)


def _graded(row: dict[str, str], question: SurveyQuestion) -> list[Grade]:
    return [grade for grade in Grade for _ in range(int(row[f"{question}_{grade}"]))]


def read_staff(path: Path) -> Iterable[StaffPerson]:
    """Read the made-up staff. Raises ``ValueError`` for a role that there is not."""
    for number, row in enumerate(_rows(path), start=1):
        if row["role"] not in ROLES:
            raise ValueError(f"{path}: line {number + 1} has no role of a clinic")
        role, locale = row["role"], cast("Language", row["locale"])
        yield StaffPerson(FIRST_STAFF_ID + number, int(row["clinic_no"]), role, row["full_name"], locale)


def group_of(clinic_no: int) -> int:
    """The chat id of a clinic's group in the sandbox."""
    return FIRST_GROUP_ID - clinic_no


async def _load(db: Database, folder: Path) -> None:
    loaded = await load(db, folder, db.clock.now())
    if isinstance(loaded, BadFiles):
        lines = (f"{fault.file}:{fault.line} {fault.column}: {fault.code}" for fault in loaded.faults)
        raise TownNotLoaded("\n".join(lines))


async def _link(db: Database, people: tuple[StaffPerson, ...]) -> None:
    """Link staff and groups by one-time codes, as the bot itself does when it is sent one."""
    secrets, now = SystemSecrets(), db.clock.now()
    linked = set(await staff.live_clinics(db.reader))
    if await training.is_linked(db.reader):
        linked.add(COLLEGE)
    async with db.transaction() as tx:
        for person in people:
            if person.clinic_no in linked:
                continue
            code = staff.new_code(tx, person.clinic_no, person.role, person.locale, now, secrets)
            await staff.redeem_person(tx, code, person.telegram_id, person.name, now)
            if person.role == "doctor":
                await _say_who(tx, person, now)
            if person.role == "registrar":
                code = staff.new_code(tx, person.clinic_no, None, person.locale, now, secrets)
                await staff.redeem_group(tx, code, group_of(person.clinic_no), now)


async def _say_who(tx: Tx, person: StaffPerson, now: datetime) -> None:
    """A doctor of the clinic's list under the same name is the same person."""
    for doctor in await registry.doctors(tx, person.clinic_no):
        if doctor.full_name == person.name:
            await staff.is_doctor(tx, person.telegram_id, person.clinic_no, doctor.doctor_no)
            look_again(tx, (person.telegram_id,), now)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def environment(town: Town, sandbox_url: str, bot_url: str, inherited: dict[str, str]) -> dict[str, str]:
    """The bot's environment in the sandbox: settings only, the same code as for real people."""
    import sandbox
    from bot.settings import NAMES

    passed_on = {"LOG_LEVEL", "DEFAULT_LANGUAGE", "SMS_DAILY_CAP", "SMS_LATIN", "DUTY_PHONE"}
    kept = {name: value for name, value in inherited.items() if name not in NAMES or name in passed_on}
    return {
        **kept,
        "TELEGRAM_BOT_TOKEN": sandbox.TELEGRAM_TOKEN,
        "TELEGRAM_API_URL": sandbox_url,
        "TWILIO_ACCOUNT_SID": sandbox.TWILIO_ACCOUNT_SID,
        "TWILIO_AUTH_TOKEN": sandbox.TWILIO_AUTH_TOKEN,
        "TWILIO_FROM": sandbox.TWILIO_NUMBER,
        "TWILIO_API_URL": sandbox_url,
        "SMS_GATEWAYS": "twilio",
        "PUBLIC_URL": bot_url,
        "LISTEN": bot_url.removeprefix("http://"),
        "DATABASE_URL": town.database_url,
        "REGISTRY_KEY": town.key(),
        "SIGNING_KEYS": str(town.signing_keys.absolute()),
        "SIGNING_KEYS_PASSWORD": KEY_PASSWORD,
        "CENTRES_URL": f"{sandbox_url}/centres",
        "CENTRES_TOKEN": sandbox.CENTRES_TOKEN,
        "DOCUMENTS_URL": sandbox_url,
        "DOCUMENTS_TOKEN": sandbox.DOCUMENTS_TOKEN,
        "MONITORING_URL": f"{sandbox_url}/monitoring",
        "MONITORING_TOKEN": sandbox.MONITORING_TOKEN,
        "SANDBOX_CLOCK_URL": f"{sandbox_url}/clock",
        "PYTHONPATH": os.pathsep.join(filter(None, (str(Path.cwd()), kept.get("PYTHONPATH", "")))),
    }
