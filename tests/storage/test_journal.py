"""The journals: a number for every step, none left out, none used twice, nothing changed afterwards."""

import asyncio
import io
import itertools
import sqlite3
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest
from alembic import command
from alembic.config import Config
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.days import COUNTRY_ZONE
from storage import journal, journal_seals, requests
from storage.database import Database, Tx, open_database
from storage.journal import Entry, Period, Register, Span
from storage.journal_seals import JournalFault
from storage.keys import KeyRing
from storage.migrate import SCHEMA, migrate
from storage.requests import Changes, NewRequest, RegisteredRequest
from storage.retention import prune
from storage.rotation import rotate
from tests.registry import KEYS, NOW, HandClock, add_clinic, add_person, migrated_sqlite_url, registry
from tests.storage.test_requests import CHAT, moved, new, registered

TODAY = NOW.date()


def period(register: Register = Register.HOME_CALLS, clinic_no: int = 5, days: int = 0) -> Period:
    return Period.of_days(clinic_no, register, TODAY, TODAY + timedelta(days=days), COUNTRY_ZONE)


async def read(db: Database, wanted: Period) -> list[Entry]:
    spans = await journal.spans(db.reader, wanted)
    return [entry async for page in journal.entries(db.reader, wanted, spans) for entry in page]


def of_service(service: str, clinic_no: int = 5) -> NewRequest:
    return NewRequest(clinic_no, service, CHAT, "ru", "self", "registered", {})


async def test_GEN_09_every_contact_is_entered_once_whatever_the_service(db: Database) -> None:
    for service in ("home_call", "appointment", "attachment", "training"):
        await moved(db, await registered(db, of_service(service)), "done", Changes(closed_at=NOW), 1)
    contacts = await read(db, period(Register.CONTACTS))
    assert [(one.no, one.service, one.status) for one in contacts] == [
        (1, "home_call", "registered"), (2, "appointment", "registered"),
        (3, "attachment", "registered"), (4, "training", "registered"),
    ]  # fmt: skip
    assert contacts[0].number == "05-000001"
    assert (contacts[0].at, contacts[0].actor, contacts[0].channel) == (NOW, "citizen", "telegram")


@pytest.mark.parametrize(
    ("service", "register"),
    [("home_call", "home_calls"), ("appointment", "appointments"), ("attachment", "attachments")],
)
async def test_AT_14_AP_08_each_service_has_a_journal_of_its_own(
    db: Database, service: str, register: str
) -> None:
    await registered(db, of_service(service))
    kept = {one.value: len(await read(db, period(one))) for one in Register}
    assert kept == {**dict.fromkeys(kept, 0), register: 1, "contacts": 1}


async def test_PI_06_a_refused_request_still_has_its_number_and_its_entry(db: Database) -> None:
    request = await registered(db, new())
    assert await moved(db, request, "refused", Changes(closed_at=NOW, ground="not_attached"), 1)
    entries = await read(db, period())
    assert [(one.no, one.number, one.status, one.ground) for one in entries] == [
        (1, "05-000001", "registered", None), (2, "05-000001", "refused", "not_attached"),
    ]  # fmt: skip


async def test_HC_16_a_change_is_a_new_entry_and_the_old_one_stays_as_it_was(db: Database) -> None:
    request = await registered(db, new())
    window = Changes(
        answered_at=NOW, doctor_name="Бейсенова Г.", doctor_role="therapist",
        window_start=NOW, window_end=NOW + timedelta(hours=2),
    )  # fmt: skip
    assert await moved(db, request, "confirmed", window, 1)
    assert await moved(db, request, "registered", Changes(undo=True), 2)
    assert await moved(db, request, "refused", Changes(closed_at=NOW, ground="false_data"), 3)
    entries = await read(db, period())
    assert [(one.status, one.doctor, one.window_start, one.ground) for one in entries] == [
        ("registered", "", None, None), ("confirmed", "Бейсенова Г.", NOW, None),
        ("registered", "", None, None), ("refused", "", None, "false_data"),
    ]  # fmt: skip
    assert entries[0].details == {"reason": "fever", "street": "Абай, 1"}


async def test_a_note_is_entered_too(db: Database) -> None:
    request = await registered(db, new())
    async with db.transaction() as tx:
        requests.note(tx, request.id, "clock", NOW, "overdue")
    assert [(one.no, one.note_code, one.actor) for one in await read(db, period())] == [
        (1, None, "citizen"), (2, "overdue", "clock"),
    ]  # fmt: skip


async def test_G_68_numbers_run_per_clinic_and_journal_and_begin_anew_each_year(db: Database) -> None:
    await add_clinic(db, 12)
    for clinic_no in (5, 12, 5):
        await registered(db, new(clinic_no=clinic_no))
    async with db.transaction() as tx:
        # Half past one on 1 January in Almaty is still December in UTC.
        await requests.register(tx, new(), NOW.replace(month=12, day=31, hour=20, minute=30))
    assert [one.no for one in await read(db, period(clinic_no=12))] == [1]
    wanted = period(days=50)
    assert await journal.spans(db.reader, wanted) == (Span(2026, 1, 2, 2), Span(2027, 1, 1, 1))
    assert [(one.year, one.no) for one in await read(db, wanted)] == [(2026, 1), (2026, 2), (2027, 1)]


async def test_a_day_is_the_clinic_s_own_and_pages_join_without_a_seam(db: Database) -> None:
    request = await registered(db, new())
    nine = datetime(2026, 11, 20, 18, 59, tzinfo=UTC)
    async with db.transaction() as tx:
        for minute in range(6):
            # From 23:59 in Almaty on: one before midnight, five after it.
            requests.note(tx, request.id, "clock", nine + timedelta(minutes=minute), "overdue")
    assert [one.no for one in await read(db, period())] == [1, 2]
    tomorrow = Period.of_days(
        5, Register.HOME_CALLS, TODAY + timedelta(days=1), TODAY + timedelta(days=1), COUNTRY_ZONE
    )
    (span,) = await journal.spans(db.reader, tomorrow)
    first = await journal.page(db.reader, tomorrow, 2026, span.first - 1, span.last, 2)
    rest = await journal.page(db.reader, tomorrow, 2026, first[-1].no, span.last, 10)
    assert [one.no for one in (*first, *rest)] == [3, 4, 5, 6, 7]


# Numbers without gaps

_RUNS = itertools.count()


async def _rolled_back(tx: Tx, request: RegisteredRequest) -> None:
    await requests.register(tx, new(), NOW)
    requests.note(tx, request.id, "clock", NOW, "overdue")
    await tx.rows("data_version")
    raise ZeroDivisionError


@given(steps=st.lists(st.sampled_from(["register", "note", "rollback", "cancel"]), min_size=1, max_size=24))
@settings(max_examples=12)
def test_numbers_have_no_gaps_whoever_writes_at_once_and_whatever_is_rolled_back(
    url: str, steps: Sequence[str]
) -> None:
    asyncio.run(_written_at_once(url, steps))


async def _written_at_once(url: str, steps: Sequence[str]) -> None:
    # Each run is later than the one before, or ids would come again.
    clock, keys = HandClock(NOW + timedelta(seconds=next(_RUNS))), KeyRing.parse(KEYS)
    # Two services over one registry, as two processes would be.
    one, other = [await open_database(url, keys, clock, node=node) for node in (1, 2)]
    try:
        await add_clinic_once(one)
        request = await registered(one, new())
        before = len(await read(one, period())), len(await read(one, period(Register.CONTACTS)))
        await asyncio.gather(*(_step((one, other)[at % 2], step, request) for at, step in enumerate(steps)))
        entries, contacts = await read(other, period()), await read(other, period(Register.CONTACTS))
        added = steps.count("register")
        assert len(contacts) == before[1] + added
        assert len(entries) == before[0] + added + steps.count("note")
        for kept in (entries, contacts):
            assert [entry.no for entry in kept] == list(range(1, len(kept) + 1))
        assert await journal_seals.verify(one.reader) == ()
    finally:
        await one.close()
        await other.close()


async def add_clinic_once(db: Database) -> None:
    if not await db.reader.rows("clinics"):
        await add_clinic(db)


async def _step(db: Database, step: str, request: RegisteredRequest) -> None:
    async def note(tx: Tx) -> None:
        requests.note(tx, request.id, "clock", NOW, "overdue")

    async def register(tx: Tx) -> None:
        await requests.register(tx, new(), NOW)

    match step:
        case "register":
            await db.decide(register)
        case "note":
            await db.decide(note)
        case "rollback":
            with pytest.raises(ZeroDivisionError):
                await db.decide(lambda tx: _rolled_back(tx, request))
        case _:
            task = asyncio.ensure_future(db.decide(lambda tx: _never_ending(tx, request)))
            await asyncio.sleep(0.01)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task


async def _never_ending(tx: Tx, request: RegisteredRequest) -> None:
    requests.note(tx, request.id, "clock", NOW, "overdue")
    await tx.rows("data_version")
    await asyncio.sleep(0.05)
    raise asyncio.CancelledError


# What was entered stays


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE journal SET no = 99 WHERE no = 1",
        "UPDATE journal SET at = at + 1",
        "UPDATE journal SET ground = NULL",
        "DELETE FROM journal",
        "DELETE FROM journal_series",
        "UPDATE journal_seals SET no = no + 1",
        "DELETE FROM journal_seals",
    ],
)
async def test_SEC_02_the_database_refuses_to_change_or_delete_an_entry(
    db: Database, url: str, change: str
) -> None:
    await registered(db, new())
    await journal_seals.seal_all(db, NOW, "clock")
    if url.startswith("sqlite"):
        connection = sqlite3.connect(url.removeprefix("sqlite:///"))
        with pytest.raises(sqlite3.IntegrityError, match="append only"):
            connection.execute(change)
        connection.close()
        return
    server = await asyncpg.connect(url)
    with pytest.raises(asyncpg.IntegrityConstraintViolationError):
        await server.execute(change)
    await server.close()


TAMPERING = [
    ("UPDATE journal SET ground = 'false_data' WHERE no = 2", 3, "changed"),
    ("UPDATE journal SET at = at - 1 WHERE no = 3", 3, "changed"),
    ("UPDATE request_marks SET status = 'done' WHERE seq = 2", 3, "changed"),
    ("UPDATE request_marks SET actor = 'staff:9' WHERE seq = 1", 3, "changed"),
    ("DELETE FROM journal WHERE no = 2 AND register = 'home_calls'", 2, "missing"),
    ("DELETE FROM journal WHERE no = 3", 3, "missing"),
    ("UPDATE journal_series SET last = 2 WHERE register = 'home_calls'", 3, "no_counter"),
    ("UPDATE journal_series SET last = 9 WHERE register = 'home_calls'", 4, "missing"),
    ("UPDATE journal_seals SET digest = zeroblob(32) WHERE register = 'home_calls'", 3, "changed"),
    ("UPDATE journal_seals SET audit_seq = 1 WHERE register = 'home_calls'", 3, "changed"),
]


@pytest.mark.parametrize(("tampering", "no", "why"), TAMPERING)
async def test_SEC_02_whoever_takes_the_guards_away_is_found_by_the_seal(
    tampering: str, no: int, why: str, tmp_path: Path, clock: HandClock
) -> None:
    async with registry(migrated_sqlite_url(tmp_path), clock) as db:
        await add_clinic(db)
        request = await registered(db, new())
        assert await moved(db, request, "refused", Changes(closed_at=NOW, ground="not_attached"), 1)
        async with db.transaction() as tx:
            requests.note(tx, request.id, "clock", NOW, "overdue")
        assert await journal_seals.seal_all(db, NOW, "clock") == 4
        assert await journal_seals.seal_all(db, NOW, "clock") == 0
        assert await journal_seals.verify(db.reader) == ()
        thief = sqlite3.connect(tmp_path / "registry.sqlite")
        triggers = [row[0] for row in thief.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]
        thief.executescript("".join(f"DROP TRIGGER {name};" for name in triggers) + tampering)
        thief.close()
        assert JournalFault(5, "home_calls", 2026, no, why) in await journal_seals.verify(db.reader)


async def test_seals_join_where_the_last_one_ended(db: Database) -> None:
    for _ in range(3):
        await registered(db, new())
        assert await journal_seals.seal_all(db, NOW, "clock") == 2
    assert await moved(db, await registered(db, new()), "done", Changes(closed_at=NOW), 1)
    assert await journal_seals.verify(db.reader) == ()


async def test_a_typed_doctor_s_name_is_sealed_anew_with_the_key_and_goes_after_its_period(
    tmp_path: Path, clock: HandClock
) -> None:
    url = migrated_sqlite_url(tmp_path)
    async with registry(url, clock) as db:
        await add_clinic(db)
        request = await registered(db, new())
        named = Changes(answered_at=NOW, doctor_name="Бейсенова Г.", doctor_role="therapist")
        assert await moved(db, request, "confirmed", named, 1)
    async with registry(url, clock, f"2:{KeyRing.new_key()},{KEYS}") as db:
        await rotate(db, NOW)
        assert [one.doctor for one in await read(db, period())] == ["", "Бейсенова Г."]
        assert await journal_seals.verify(db.reader) == ()
        await prune(db, NOW + timedelta(days=2000))
        assert [one.doctor for one in await read(db, period())] == ["", ""]


# A registry that is older than its journals


def _schema_before(engine: str) -> str:
    written = io.StringIO()
    config = Config(output_buffer=written)
    config.set_main_option("script_location", str(Path(journal.__file__).parent / "migrations"))
    config.set_main_option("dialect", engine)
    command.upgrade(config, "base:0002", sql=True)
    return written.getvalue()


_OLD = """
INSERT INTO clinics (no, name_ru, name_kk, short_ru, short_kk, address, phones, zone, hours, features)
VALUES (5, 'П', 'Е', 'П', 'Е', 'А', '', 'Asia/Almaty', '', '');
INSERT INTO series (clinic_no, year, last) VALUES (5, 2025, 1), (5, 2026, 1);
INSERT INTO requests (id, number, year, clinic_no, service, channel, address_key, locale, for_whom, status,
                      version, registered_at, ground)
VALUES (10, '05-000001', 2025, 5, 'home_call', 'telegram', '1', 'kk', 'self', 'refused', 2, 1,
        'not_attached'),
       (11, '05-000001', 2026, 5, 'appointment', 'telegram', '1', 'kk', 'self', 'registered', 1, 1, NULL);
INSERT INTO request_marks (request_id, seq, status, at, actor) VALUES
    (10, 1, 'registered', 1767207000000000, 'citizen'), (10, 2, 'refused', 1767208000000000, 'staff:1'),
    (11, 1, 'registered', 1767207500000000, 'citizen'), (10, 3, 'refused', 1767200000000000, 'clock');
"""


async def _as_it_was_before(url: str) -> None:
    if url.startswith("sqlite"):
        connection = sqlite3.connect(url.removeprefix("sqlite:///"))
        connection.executescript(f"{_schema_before('sqlite')}\n{_OLD}")
        connection.close()
        return
    server = await asyncpg.connect(url)
    await server.execute(_schema_before("postgresql") + _OLD)
    await server.close()


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
async def test_steps_of_an_older_registry_are_entered_in_order_by_its_upgrade(
    engine: str, tmp_path: Path, clock: HandClock, request: pytest.FixtureRequest
) -> None:
    url = f"sqlite:///{tmp_path / 'old.sqlite'}"
    if engine == "postgresql":
        url = request.getfixturevalue("postgresql_url")
    await _as_it_was_before(url)
    done = await migrate(url)
    assert (done.before, done.after) == ("0002", SCHEMA)
    async with registry(url, clock) as db:
        years = Period.of_days(5, Register.HOME_CALLS, date(2025, 1, 1), date(2026, 12, 31), COUNTRY_ZONE)
        entries = await read(db, years)
        # 1767207000 is 23:50 of 31 December 2025 in Almaty, 1767208000 seven minutes past midnight.
        assert [(one.year, one.no, one.status, one.ground) for one in entries] == [
            (2025, 1, "refused", "not_attached"), (2025, 2, "registered", None), (2026, 1, "refused", None),
        ]  # fmt: skip
        assert await journal_seals.verify(db.reader) == ()
        person_id, _ = await add_person(db)
        await registered(db, new(person_id))
        assert [one.no for one in await read(db, period())] == [2]
        assert await journal_seals.verify(db.reader) == ()
