"""A registry for tests: a migrated database on either engine, a clock that is set by hand, made-up people."""

import asyncio
import itertools
import tempfile
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

from rules.iin import Iin, check_digit
from rules.phone import Phone
from storage.database import Database, open_database
from storage.engines import sqlite_path
from storage.keys import KeyRing
from storage.migrate import migrate
from storage.people import Card, card_text, iin_index, phone_index, sealed_card

NOW = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
"""A Friday, ten in the morning in Almaty."""

KEYS = "1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="


@dataclass
class HandClock:
    """A clock that stands until it is moved."""

    at: datetime = NOW

    def now(self) -> datetime:
        return self.at

    def forward(self, seconds: float) -> datetime:
        self.at += timedelta(seconds=seconds)
        return self.at


@dataclass
class CountingSecrets:
    """Codes in a known row, so that a test knows which was sent."""

    codes: list[str] = field(default_factory=list)

    def code(self) -> str:
        self.codes.append(f"{(len(self.codes) * 7919 + 12345) % 1_000_000:06d}")
        return self.codes[-1]

    def token(self, length: int) -> bytes:
        return bytes((len(self.codes) * 31 + at) % 256 for at in range(length))


@asynccontextmanager
async def registry(
    url: str, clock: HandClock, keys: str = KEYS, *, migrated: bool = False
) -> AsyncIterator[Database]:
    """A migrated and open database; `migrated` if it is one already."""
    if not migrated and not _is_copied(url):
        await migrate(url)
    db = await open_database(url, KeyRing.parse(keys), clock)
    try:
        yield db
    finally:
        await db.close()


def _is_copied(url: str) -> bool:
    """Copy a file that is not there yet: to take every step of the history for it lasts ten times as long."""
    path = sqlite_path(url)
    if path is None or Path(path).exists():
        return False
    Path(path).write_bytes(_migrated_file())
    return True


def sqlite_url(folder: Path) -> str:
    """The address of a database file in that folder."""
    return f"sqlite:///{folder / 'registry.sqlite'}"


@cache
def _migrated_file() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        url = sqlite_url(Path(folder))
        # In a thread, because whoever asks may be inside an event loop of their own.
        with ThreadPoolExecutor(1) as pool:
            pool.submit(lambda: asyncio.run(migrate(url))).result()
        return (Path(folder) / "registry.sqlite").read_bytes()


def migrated_sqlite_url(folder: Path) -> str:
    """The address of a database file that is migrated already; made once per process, then copied."""
    (folder / "registry.sqlite").write_bytes(_migrated_file())
    return sqlite_url(folder)


_SERIAL = itertools.count(10_001)


def made_up_iin() -> Iin:
    """The next IIN that belongs to nobody: its seventh digit says the nineteenth century."""
    while True:
        eleven = f"9005011{next(_SERIAL) % 10_000:04d}"
        last = check_digit(eleven)
        if last is not None:
            return Iin(f"{eleven}{last}")


async def add_clinic(db: Database, no: int = 5, rooms_exclusive: int = 0) -> None:
    """Put a clinic into the registry."""
    async with db.transaction() as tx:
        tx.later(
            "load_clinic", no=no, kind="clinic", name_ru=f"Поликлиника {no}", name_kk=f"{no}-емхана",
            short_ru=f"П-{no}", short_kk=f"Е-{no}", address="Алматы", phones="+77272333960",
            norm=None, zone="Asia/Almaty",
            hours="08:00-20:00;09:00-14:00;-", lat=None, lon=None, features="", verified_on=None,
            rooms_exclusive=rooms_exclusive, takes="everyone",
        )  # fmt: skip


async def add_person(
    db: Database,
    iin: Iin | None = None,
    phone: str = "+77011234567",
    *,
    surname: str = "Сейітова",
    born: date = date(1990, 5, 1),
) -> tuple[int, Iin]:
    """Put a person into the registry; a landline is kept, but no code can go there."""
    iin = iin or made_up_iin()
    person_id = db.ids.new()
    mobile = phone if phone.startswith("+77") and not phone.startswith("+7727") else ""
    card = Card(iin.digits, surname, "Айгүл", "Қанатқызы", born.isoformat(), phone, mobile, "Абай, 1")
    async with db.transaction() as tx:
        tx.later(
            "load_person_add",
            id=person_id,
            iin_index=iin_index(db.keys, iin),
            phone_index=phone_index(db.keys, Phone(mobile)) if mobile else None,
            card=sealed_card(db.keys, person_id, card),
            card_digest=db.keys.mac("card", card_text(card).encode()),
            language="kk",
        )
    return person_id, iin
