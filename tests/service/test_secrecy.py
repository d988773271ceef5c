"""What must not be readable: logs, figures and the raw files of the registry hold nobody (S18, S21, S22)."""

import io
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from aiohttp import ClientSession

from bot import log
from storage.backup import backup
from storage.database import open_database
from storage.keys import KeyRing
from storage.verify import verify
from tests.town import RunningTown, TownClock
from tests.walks import accept, to_the_code

IIN = "880412294549"
REASON = "канарейкакашель"
STREET = "Канарейная"
NAMES = ("Сейітова", "Айгүл", "Қанатқызы")
PHONES = ("77470006161", "7470006161", "747 000-61-61")
OTHER_PHONE = "7010006588"


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """All that is logged, at the most talkative level, as the running service logs it."""
    before = structlog.get_config()
    stream = io.StringIO()
    log.set_up("DEBUG", stream)
    yield stream
    structlog.configure(**before)


async def _whole_call(town: RunningTown) -> str:
    """A call with every kind of personal answer, accepted by staff; returns the code that was used."""
    citizen = await town.citizen(IIN)
    await to_the_code(citizen)
    code = await citizen.code()
    await citizen.confirm()
    await citizen.say(REASON)
    await citizen.tap("button.address_other")
    await citizen.say(f"{STREET} 17, кв 25, подъезд 2")
    await citizen.tap("button.phone_other")
    await citizen.say(OTHER_PHONE)
    await citizen.tap("button.send")
    await town.staff_tap(5, "registrar", "staff.button.details")
    await accept(town, 5)
    return code


def _canaries(code: str) -> list[str]:
    return [IIN, *NAMES, *PHONES, OTHER_PHONE, REASON, STREET, code]


async def _get(town: RunningTown, path: str) -> str:
    async with ClientSession() as session, session.get(town.environ["PUBLIC_URL"] + path) as answer:
        assert answer.status == 200
        return await answer.text()


async def test_S18_logs_and_figures_of_a_whole_call_hold_nobody(
    logged: io.StringIO, town: RunningTown
) -> None:
    await town.sandbox.fault("telegram_down", calls=2)
    await town.sandbox.fault("sms_error", code=30003, calls=1)
    await town.sandbox.clear_faults()
    code = await _whole_call(town)
    await town.sandbox.inject({"message": {"text": f"{IIN} {REASON}", "chat": {"id": 7}, "from": NAMES[0]}})
    await town.rest()
    figures = await _get(town, "/metrics") + await _get(town, "/healthz")
    told = logged.getvalue()
    assert "inbox.set_aside" in told
    assert "dariger_handled_total" in figures
    for canary in _canaries(code):
        assert canary not in told, canary
        assert canary not in figures, canary


async def test_S18_a_fault_of_ours_tells_the_log_nothing_about_the_person(
    logged: io.StringIO, town: RunningTown
) -> None:
    citizen = await town.citizen(IIN)
    await to_the_code(citizen)
    await citizen.confirm()
    _break(town, "conversations")
    await town.sandbox.say(citizen.id, f"{REASON} {STREET} {NAMES[0]}")
    await town.sandbox.wait(lambda: _logged(logged, "front_desk"), "nothing was logged", 5)
    _mend(town)
    await citizen.read()
    told = logged.getvalue()
    for canary in (IIN, *NAMES, *PHONES, REASON, STREET):
        assert canary not in told, canary
    assert (
        citizen.words("home_call.address", address="Мақатаев көшесі, 127, 14-пәтер")
        in (await citizen.last()).text
    )


async def _logged(stream: io.StringIO, what: str) -> str | None:
    return what if what in stream.getvalue() else None


def _break(town: RunningTown, table: str) -> None:
    """Make the database itself refuse every change of a table."""
    with sqlite3.connect(town.registry) as raw:
        raw.execute(
            f"CREATE TRIGGER broken BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, 'broken'); END"
        )
    raw.close()


def _mend(town: RunningTown) -> None:
    with sqlite3.connect(town.registry) as raw:
        raw.execute("DROP TRIGGER broken")
    raw.close()


def _found(folder: Path, pattern: str, words: list[str]) -> set[str]:
    """Which of the words stand in the raw bytes of those files, in any encoding a database might use."""
    raw = b"".join(path.read_bytes() for path in folder.glob(pattern))
    assert raw
    encodings = ("utf-8", "utf-16-le", "utf-16-be")
    return {word for word in words if any(word.encode(name) in raw for name in encodings)}


async def test_SEC_01_S21_S22_nothing_personal_stands_in_the_database_or_its_log_after_a_whole_call(
    town: RunningTown,
) -> None:
    code = await _whole_call(town)
    assert (town.files.folder / "registry.sqlite-wal").stat().st_size > 0
    assert _found(town.files.folder, "registry.sqlite*", _canaries(code)) == set()


async def test_S22_a_sealed_word_would_be_found_if_it_stood_in_the_clear(town: RunningTown) -> None:
    with sqlite3.connect(town.registry) as raw:
        raw.execute("CREATE TABLE open_words AS SELECT ? AS word", (REASON,))
    raw.close()
    assert _found(town.files.folder, "registry.sqlite*", [REASON]) == {REASON}


async def test_S38_a_backup_of_the_running_service_is_whole_and_holds_nobody_in_the_clear(
    town: RunningTown, tmp_path: Path
) -> None:
    copied = tmp_path / "copy" / "copy.sqlite"
    copied.parent.mkdir()
    citizen = await town.citizen(IIN)
    await to_the_code(citizen)
    code = await citizen.code()
    await citizen.confirm()
    await backup(town.files.database_url, copied)
    assert _found(copied.parent, "copy.sqlite*", _canaries(code)) == set()
    db = await open_database(
        f"sqlite:///{copied}", KeyRing.parse(town.files.key()), TownClock(town.world.clock)
    )
    try:
        assert (await verify(db)).sound
    finally:
        await db.close()


async def test_S44_the_bot_says_nothing_of_its_secrets_when_it_is_looked_at(town: RunningTown) -> None:
    shown = repr(town.app.settings)
    for secret in ("TELEGRAM_BOT_TOKEN", "TWILIO_AUTH_TOKEN", "REGISTRY_KEY"):
        assert town.environ[secret] not in shown
