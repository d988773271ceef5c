"""What is kept is unreadable without the key, whole after a restore, and gone when it should be."""

import asyncio
import base64
import errno
import os
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from otp.codes import Confirmed
from storage import conversations, outbox, people, requests, retention
from storage.addresses import Address
from storage.audit import Broken, Sound
from storage.backup import BackupFault, CannotBackUp, backup, restore
from storage.database import Database, open_database
from storage.errors import Unavailable
from storage.inbox import Arrival, add
from storage.keys import KeyRing
from storage.retention import erase, prune
from storage.rotation import rotate
from storage.verify import verify
from tests.otp.asking import Counter
from tests.postgresql import find_programs
from tests.registry import KEYS, NOW, HandClock, add_clinic, add_person, migrated_sqlite_url, registry
from tests.storage.test_requests import new

PHONE, SURNAME, STREET = "+77015556677", "Қанарбекова", "Бөрібай көшесі"
ROTATED = f"2:{base64.b64encode(b'k' * 32).decode()},{KEYS}"


async def lived_in(db: Database, clock: HandClock) -> tuple[int, Counter, str]:
    """A registry in which one person was confirmed and called a doctor: their id, counter and code."""
    person_id, iin = await add_person(db, phone=PHONE, surname=SURNAME)
    counter = Counter(db, clock, iin)
    code = await counter.code()
    assert isinstance(await counter.type(code), Confirmed)
    mobile = Address("sms", PHONE)
    async with db.transaction() as tx:
        request = new(person_id)
        await requests.register(tx, request, clock.now())
        await add(tx, [Arrival("sms", "SM1", mobile, STREET, NOW)], 1, NOW)
        conversations.open_new(tx, mobile, "home_call", "d", "kk", STREET, NOW)
        conversations.keep_menu(tx, mobile, STREET, NOW)
        await outbox.put(tx, [outbox.Parcel(mobile, "say", {"text": STREET})], 1, NOW, NOW)
    return person_id, counter, code


def canaries(counter: Counter, code: str) -> list[bytes]:
    words = [counter.subject.digits, PHONE, PHONE[1:], SURNAME, STREET, "Мен дәрігер", "fever", "Айгүл"]
    return [word.encode() for word in words] + [f"{code} -".encode(), f'"{code}'.encode()]


async def test_S21_S22_nothing_personal_can_be_read_in_the_file_its_log_or_a_backup(
    tmp_path: Path, clock: HandClock
) -> None:
    url = migrated_sqlite_url(tmp_path)
    async with registry(url, clock) as db:
        await add_clinic(db)
        _, counter, code = await lived_in(db, clock)
        issued = await counter_elsewhere(counter).code()
        await backup(url, tmp_path / "copy")
        files = [tmp_path / name for name in ("registry.sqlite", "registry.sqlite-wal", "copy")]
        raw = [file.read_bytes() for file in files]
        assert len(raw[1]) > 1000, "the log holds what was just written"
        for canary in [*canaries(counter, code), f"{issued} -".encode()]:
            assert not any(canary in data for data in raw), canary.decode()


def counter_elsewhere(counter: Counter) -> Counter:
    return Counter(counter.db, counter.clock, counter.subject, Address("telegram", "88"), conversation_id=88)


async def test_S38_a_backup_taken_under_load_is_whole(tmp_path: Path, clock: HandClock) -> None:
    url = migrated_sqlite_url(tmp_path)
    async with registry(url, clock) as db:
        await add_clinic(db)
        await lived_in(db, clock)
        working = True

        async def work() -> int:
            done = 0
            while working:
                async with db.transaction() as tx:
                    await requests.register(tx, new(), clock.now())
                done += 1
            return done

        worker = asyncio.create_task(work())
        await asyncio.sleep(0.05)
        made = await backup(url, tmp_path / "copy")
        await asyncio.sleep(0.05)
        working = False
        assert await worker > 5
        assert made.size_bytes > 10_000
    with pytest.raises(CannotBackUp) as refused:
        await backup(url, tmp_path / "copy")
    assert refused.value.fault is BackupFault.FILE_EXISTS
    with pytest.raises(CannotBackUp) as refused:
        await restore(url, tmp_path / "copy")
    assert refused.value.fault is BackupFault.NOT_EMPTY
    elsewhere = f"sqlite:///{tmp_path / 'restored.sqlite'}"
    await restore(elsewhere, tmp_path / "copy")
    async with registry(elsewhere, clock) as db:
        found = await verify(db)
        assert found.sound
        assert found.counts.people == 1
        assert found.counts.requests == found.counts.requests
        assert found.opened > 5
    await restore(url, tmp_path / "copy", force=True)
    async with registry(url, clock) as db:
        assert (await verify(db)).counts == found.counts


async def test_a_file_that_is_no_backup_is_not_restored(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new.sqlite'}"
    (tmp_path / "text").write_text("not a database, though long enough to be read as a header of one" * 20)
    empty = sqlite3.connect(tmp_path / "empty")
    empty.execute("CREATE TABLE x (y)")
    empty.close()
    for name, fault in (
        ("missing", BackupFault.NO_SUCH_FILE),
        ("text", BackupFault.NOT_A_BACKUP),
        ("empty", BackupFault.NOT_A_BACKUP),
    ):
        with pytest.raises(CannotBackUp) as refused:
            await restore(url, tmp_path / name)
        assert refused.value.fault is fault
    assert not (tmp_path / "new.sqlite").exists()


async def test_a_postgresql_registry_is_backed_up_and_restored(
    migrated_postgresql_url: str,
    postgresql_url: str,
    tmp_path: Path,
    clock: HandClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The server's own tools, where the distribution has put them.
    monkeypatch.setenv("PATH", str(find_programs()), prepend=os.pathsep)
    async with registry(migrated_postgresql_url, clock) as db:
        await add_clinic(db)
        await lived_in(db, clock)
        before = (await verify(db)).counts
    await backup(migrated_postgresql_url, tmp_path / "copy")
    with pytest.raises(CannotBackUp):
        await restore(migrated_postgresql_url, tmp_path / "copy")
    await restore(postgresql_url, tmp_path / "copy")
    async with registry(postgresql_url, clock) as db:
        found = await verify(db)
        assert found.sound
        assert found.counts == before


async def test_a_folder_that_is_missing_is_said_and_not_thrown(tmp_path: Path) -> None:
    url = migrated_sqlite_url(tmp_path)
    with pytest.raises(CannotBackUp) as refused:
        await backup(url, tmp_path / "nowhere" / "copy")
    assert refused.value.fault is BackupFault.DISK
    await backup(url, tmp_path / "copy")
    with pytest.raises(CannotBackUp) as refused:
        await restore(f"sqlite:///{tmp_path / 'nowhere' / 'new.sqlite'}", tmp_path / "copy")
    assert refused.value.fault is BackupFault.DISK


async def test_a_restore_that_fails_leaves_the_last_minutes_of_the_old_registry(
    tmp_path: Path, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = migrated_sqlite_url(tmp_path)
    await backup(url, tmp_path / "copy")
    monkeypatch.setattr(Path, "replace", _no_room)
    async with registry(url, clock) as db:
        await add_clinic(db)
        # As a process that was killed leaves it: what was written last is in the log only.
        left = contents(tmp_path)
    for file, content in left.items():
        file.write_bytes(content)
    with pytest.raises(CannotBackUp) as refused:
        await restore(url, tmp_path / "copy", force=True)
    assert refused.value.fault is BackupFault.DISK
    async with registry(url, clock) as db:
        assert (await verify(db)).counts.clinics == 1
    monkeypatch.undo()
    await restore(url, tmp_path / "copy", force=True)
    async with registry(url, clock) as db:
        assert (await verify(db)).counts.clinics == 0


def contents(folder: Path) -> dict[Path, bytes]:
    return {file: file.read_bytes() for file in folder.glob("registry.sqlite*")}


def _no_room(file: Path, target: Path) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


async def test_a_postgresql_that_does_not_answer_is_said_and_not_thrown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(find_programs()), prepend=os.pathsep)
    nowhere = "postgresql://nobody:secret@127.0.0.1:1/registry"
    (tmp_path / "copy").write_bytes(b"PGDMP")
    with pytest.raises(CannotBackUp) as refused:
        await backup(nowhere, tmp_path / "new")
    assert "secret" not in str(refused.value)
    with pytest.raises(Unavailable) as away:
        await restore(nowhere, tmp_path / "copy")
    assert "secret" not in str(away.value)


async def test_S22_the_tools_of_postgresql_are_told_the_password_where_nobody_else_reads_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("pg_dump", "pg_restore"):
        tool = programs / name
        tool.write_text(f'#!/bin/sh\necho "{name} $@ / $PGPASSWORD" >>"{tmp_path}/told"\n')
        tool.chmod(0o755)
    monkeypatch.setenv("PATH", str(programs), prepend=os.pathsep)
    await backup("postgresql://house:s%20cret@127.0.0.1:1/registry", tmp_path / "copy")
    dumped, listed = (tmp_path / "told").read_text().splitlines()
    assert dumped.endswith("postgresql://house@127.0.0.1:1/registry / s cret")
    assert listed.startswith("pg_restore --list")


async def test_a_dump_of_postgresql_that_cannot_be_listed_is_no_backup(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "pg_dump").write_text("#!/bin/sh\nexit 0\n")
    (programs / "pg_dump").chmod(0o755)
    monkeypatch.setenv("PATH", str(find_programs()), prepend=os.pathsep)
    monkeypatch.setenv("PATH", str(programs), prepend=os.pathsep)
    with pytest.raises(CannotBackUp) as refused:
        await backup("postgresql://house@127.0.0.1:1/registry", tmp_path / "copy")
    assert refused.value.fault is BackupFault.TOOL_FAILED
    assert not (tmp_path / "copy").exists()


async def test_verify_names_what_does_not_open(db: Database, clock: HandClock, url: str) -> None:
    person_id, _, _ = await lived_in(db, clock)
    assert (await verify(db)).sound
    async with db.transaction() as tx:
        tx.later("reseal_people_card", key=person_id, blob=tx.keys.seal("people.card", 1, "moved from row 1"))
    found = await verify(db)
    assert not found.sound
    assert [(one.place, one.row, one.key_number) for one in found.unopened] == [
        ("people.card", str(person_id), 1)
    ]
    other = await open_database(url, KeyRing.parse(f"5:{KeyRing.new_key()}"), clock)
    found = await verify(other)
    await other.close()
    assert isinstance(found.chain, Broken)
    assert found.opened == 0


async def test_after_a_rotation_the_old_key_is_needed_no_more(
    db: Database, clock: HandClock, url: str
) -> None:
    person_id, counter, _ = await lived_in(db, clock)
    rotating = await open_database(url, KeyRing.parse(ROTATED), clock)
    done = await rotate(rotating, NOW)
    assert (done.key_number, done.reindexed) == (2, 1)
    assert done.resealed > 5
    again = await rotate(rotating, NOW)
    assert (again.resealed, again.reindexed) == (0, 0)
    await rotating.close()
    after = await open_database(url, KeyRing.parse(ROTATED.split(",", maxsplit=1)[0]), clock)
    found = await verify(after)
    assert found.sound, found
    person = await people.by_iin(after.reader, counter.subject)
    assert person is not None
    assert person.id == str(person_id)
    chat, conversation = await conversations.of_address(after.reader, Address("sms", PHONE))
    assert chat is not None
    assert conversation is not None
    assert conversation.journal == STREET
    clock.forward(700)
    assert await Counter(after, clock, counter.subject, conversation_id=5).code()
    await after.close()


async def test_G_70_codes_go_after_a_day_and_words_after_ninety(db: Database, clock: HandClock) -> None:
    _, counter, _ = await lived_in(db, clock)
    fresh = await prune(db, clock.now())
    assert not any(fresh.rows.values())
    day_later = await prune(db, NOW + timedelta(hours=25))
    assert day_later.rows["challenges"] == 1
    assert day_later.rows["comparisons"] == 1
    months_later = await prune(db, NOW + timedelta(days=91))
    assert months_later.rows["journals"] == 1
    years_later = await prune(db, NOW + timedelta(days=2000))
    assert years_later.rows["consents"] == 1
    assert (await verify(db)).sound
    assert not any((await prune(db, NOW + timedelta(days=2000))).rows.values())
    assert await people.by_iin(db.reader, counter.subject) is not None
    assert timedelta(days=90) == retention.MESSAGES


async def test_S40_an_erased_person_leaves_a_skeleton_that_proves_itself(
    db: Database, clock: HandClock
) -> None:
    person_id, counter, _ = await lived_in(db, clock)
    async with db.transaction() as tx:
        assert await erase(tx, person_id, "operator", NOW)
    async with db.transaction() as tx:
        assert not await erase(tx, person_id, "operator", NOW)
    assert await people.by_iin(db.reader, counter.subject) is None
    assert await people.by_id(db.reader, person_id) is None
    (request,) = await requests.of_people(db.reader, [person_id])
    assert (request.number, request.details, request.signed_text) == ("05-000001", {}, None)
    found = await verify(db)
    assert found.sound
    assert isinstance(found.chain, Sound)
