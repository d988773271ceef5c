"""Backup and restore: a whole copy taken while the service works, checked before it counts as one."""

import asyncio
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from rules.law import rule
from storage.engines import sqlite_path
from storage.errors import from_postgresql, from_sqlite

_OWNER_ONLY: Final = 0o600
_TIMEOUT_SECONDS: Final = 30


class BackupFault(StrEnum):
    """Why no backup or restore was made."""

    FILE_EXISTS = "file_exists"
    NO_SUCH_FILE = "no_such_file"
    NOT_EMPTY = "not_empty"
    NOT_A_BACKUP = "not_a_backup"
    DAMAGED = "damaged"
    IN_USE = "in_use"
    TOOL_MISSING = "tool_missing"
    TOOL_FAILED = "tool_failed"
    DISK = "disk"


class CannotBackUp(Exception):
    """No backup or restore was made, and nothing was changed; carries why and the file or tool."""

    def __init__(self, fault: BackupFault, about: str) -> None:
        super().__init__(f"{fault}: {about}")
        self.fault = fault
        self.about = about


@dataclass(frozen=True, slots=True)
class BackedUp:
    """A checked copy: its file and size."""

    file: Path
    size_bytes: int


async def backup(url: str, file: Path) -> BackedUp:
    """Copy the database into a new file, readable by its owner only. Raises CannotBackUp, Unavailable.

    What if it runs twice: an existing file is never overwritten. The keys are not in it: keep them apart.
    """
    with _disk_told(file):
        part = _new_part(file)
        try:
            await _copy(url, part)
            return _finished(part, file)
        finally:
            part.unlink(missing_ok=True)


async def _copy(url: str, part: Path) -> None:
    path = sqlite_path(url)
    if path is not None:
        await asyncio.to_thread(_copy_sqlite, Path(path), part)
        return
    await _run(url, "pg_dump", "--format=custom", f"--file={part}", _split(url)[0])
    # A dump that was cut off has no list of what is in it.
    await _run(url, "pg_restore", "--list", str(part))


@rule("SEC-03")
async def restore(url: str, file: Path, *, force: bool = False) -> None:
    """Put a backup in the place of the database, while the service is stopped.

    A database that holds anything is only replaced by force. Raises CannotBackUp, Unavailable. Twice: the
    second time needs force.
    """
    _refuse_missing(file)
    path = sqlite_path(url)
    if path is None:
        await _restore_postgresql(url, file, force=force)
        return
    with _disk_told(Path(path)):
        await asyncio.to_thread(_restore_sqlite, Path(path), file, force)


@contextmanager
def _disk_told(file: Path) -> Iterator[None]:
    """Say what the disk refuses in the house's own words: no such folder, no room, no right."""
    try:
        yield
    except OSError as fault:
        raise CannotBackUp(BackupFault.DISK, f"{file.name} ({fault.strerror})") from fault


def _new_part(file: Path) -> Path:
    if file.exists():
        raise CannotBackUp(BackupFault.FILE_EXISTS, file.name)
    part = file.with_name(f"{file.name}.part")
    part.unlink(missing_ok=True)
    part.touch(_OWNER_ONLY)
    return part


def _finished(part: Path, file: Path) -> BackedUp:
    part.rename(file)
    return BackedUp(file, file.stat().st_size)


def _refuse_missing(file: Path) -> None:
    if not file.is_file():
        raise CannotBackUp(BackupFault.NO_SUCH_FILE, file.name)


def _copy_sqlite(source: Path, target: Path) -> None:
    _refuse_missing(source)
    try:
        # In WAL mode the copy, made in one step, is one reading: whole as of one moment, and no writer waits.
        with _opened(source) as live, _opened(target) as copy:
            live.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
        _refuse_damaged(target)
    except sqlite3.Error as fault:
        raise from_sqlite(fault) from fault


class _opened:  # noqa: N801  # reads as a verb where it is used
    """A connection that is closed at the end of the block; sqlite3's own block only commits."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> sqlite3.Connection:
        self._connection = sqlite3.connect(self._path, isolation_level=None, timeout=_TIMEOUT_SECONDS)
        return self._connection

    def __exit__(self, *fault: object) -> None:
        self._connection.close()


def _refuse_damaged(file: Path) -> None:
    with _opened(file) as connection:
        try:
            whole = connection.execute("PRAGMA integrity_check(1)").fetchone()[0] == "ok"
            known = connection.execute("SELECT count(*) FROM alembic_version").fetchone()[0]
        except sqlite3.DatabaseError as fault:
            raise CannotBackUp(BackupFault.NOT_A_BACKUP, file.name) from fault
    if not whole:
        raise CannotBackUp(BackupFault.DAMAGED, file.name)
    if not known:
        raise CannotBackUp(BackupFault.NOT_A_BACKUP, file.name)


def _restore_sqlite(target: Path, file: Path, force: bool) -> None:
    _refuse_damaged(file)
    if target.exists() and not force and _holds_anything(target):
        raise CannotBackUp(BackupFault.NOT_EMPTY, target.name)
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    try:
        part.touch(_OWNER_ONLY)
        shutil.copyfile(file, part)
        with part.open("rb") as written:
            os.fsync(written.fileno())
        _settle(target)
        part.replace(target)
        _clear_beside(target)
    finally:
        part.unlink(missing_ok=True)


def _clear_beside(target: Path) -> None:
    for leftover in ("-wal", "-shm", "-journal"):
        target.with_name(target.name + leftover).unlink(missing_ok=True)


def _settle(target: Path) -> None:
    """Bring the old database's write-ahead log into its file, so that no moment has only half of either.

    A log that is left lying beside the new database would be played into it.
    """
    if not target.exists():
        return
    try:
        with _opened(target) as old:
            busy, _, _ = old.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.OperationalError as fault:
        raise from_sqlite(fault) from fault
    except sqlite3.DatabaseError:
        # No database, or a damaged one: nothing of it can be brought in.
        _clear_beside(target)
        return
    if busy:
        raise CannotBackUp(BackupFault.IN_USE, target.name)


def _holds_anything(path: Path) -> bool:
    with _opened(path) as connection:
        try:
            return bool(connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])
        except sqlite3.DatabaseError:
            # Not a database at all: whatever it is, it is not ours to overwrite.
            return True


async def _restore_postgresql(url: str, file: Path, *, force: bool) -> None:
    # asyncpg takes 60 ms to import, which only PostgreSQL need pay.
    import asyncpg

    try:
        connection = await asyncpg.connect(url, timeout=10)
        try:
            tables = await connection.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        finally:
            await connection.close()
    except Exception as fault:
        raise from_postgresql(fault) from fault
    if tables and not force:
        raise CannotBackUp(BackupFault.NOT_EMPTY, "public")
    await _run(
        url,
        "pg_restore",
        "--clean",
        "--if-exists",
        "--no-owner",
        "--single-transaction",
        f"--dbname={_split(url)[0]}",
        str(file),
    )


def _split(url: str) -> tuple[str, str]:
    """The address without its password, and the password: arguments are read by every user of a machine."""
    parts = urlsplit(url)
    user, at, host = parts.netloc.rpartition("@")
    name, _, password = user.partition(":")
    return parts._replace(netloc=f"{name}{at}{host}").geturl(), unquote(password)


async def _run(url: str, tool: str, *arguments: str) -> None:
    found = shutil.which(tool)
    if found is None:
        raise CannotBackUp(BackupFault.TOOL_MISSING, tool)
    password = _split(url)[1]
    process = await asyncio.create_subprocess_exec(
        found,
        *arguments,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, **({"PGPASSWORD": password} if password else {})},
    )
    # What the tool says may hold the address with its password, so only its exit code is told.
    await process.communicate()
    if process.returncode:
        raise CannotBackUp(BackupFault.TOOL_FAILED, f"{tool} ({process.returncode})")
