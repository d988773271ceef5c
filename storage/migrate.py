"""Migrations: brings a database's schema up to what this code knows, in one transaction.

Alembic orders the steps and records them; it writes SQL text, which runs here through the drivers that the
house has anyway. The service itself never imports Alembic.
"""

import io
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from storage.database import Database
from storage.engines import sqlite_path
from storage.errors import from_postgresql, from_sqlite
from storage.statements import EngineName

SCHEMA: Final = "0008"
"""The revision that this code is written for; a test holds it against the newest migration."""

_FOLDER: Final = Path(__file__).parent / "migrations"
_RECORDED: Final = "SELECT version_num FROM alembic_version"


@dataclass(frozen=True, slots=True)
class Migrated:
    """From which revision (None: an empty database) to which; equal if there was nothing to do."""

    before: str | None
    after: str


async def migrate(url: str) -> Migrated:
    """Bring the schema up to date. What if it runs twice: the second time changes nothing.

    Raises Unavailable; ValueError for an address of neither engine.
    """
    path = sqlite_path(url)
    if path is not None:
        return _migrate_sqlite(path)
    return await _migrate_postgresql(url)


async def schema_is_current(db: Database) -> bool:
    """True if the database's schema is the one this code knows. Raises Unavailable."""
    tables = await db.reader.rows("schema_recorded_table")
    if not tables:
        return False
    rows = await db.reader.rows("schema_recorded")
    return [row[0] for row in rows] == [SCHEMA]


def newest_revision() -> str:
    """The newest migration in the folder."""
    from alembic.script import ScriptDirectory

    return str(ScriptDirectory(str(_FOLDER)).get_current_head())


def script(engine: EngineName, before: str | None, to: str = "head") -> str:
    """The SQL that leads from one revision (None: an empty database) to another, for that engine."""
    from alembic import command
    from alembic.config import Config

    written = io.StringIO()
    config = Config(output_buffer=written)
    config.set_main_option("script_location", str(_FOLDER))
    config.set_main_option("dialect", engine)
    command.upgrade(config, f"{before or 'base'}:{to}", sql=True)
    return written.getvalue()


def _migrate_sqlite(path: str) -> Migrated:
    try:
        connection = sqlite3.connect(path, isolation_level=None, timeout=5)
    except sqlite3.Error as fault:
        raise from_sqlite(fault) from fault
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        return _migrate_open_file(connection)
    except sqlite3.Error as fault:
        raise from_sqlite(fault) from fault
    finally:
        connection.close()


def _migrate_open_file(connection: sqlite3.Connection) -> Migrated:
    connection.execute("BEGIN IMMEDIATE")
    before = _recorded_in_file(connection)
    if before == SCHEMA:
        connection.rollback()
        return Migrated(before, SCHEMA)
    # executescript would commit what is open, so the transaction is part of the script.
    connection.rollback()
    try:
        connection.executescript(f"BEGIN IMMEDIATE;\n{script('sqlite', before)}\nCOMMIT;")
    except sqlite3.Error:
        connection.rollback()
        raise
    return Migrated(before, SCHEMA)


def _recorded_in_file(connection: sqlite3.Connection) -> str | None:
    known = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone()
    row = connection.execute(_RECORDED).fetchone() if known else None
    return str(row[0]) if row else None


async def _migrate_postgresql(url: str) -> Migrated:
    import asyncpg

    connection: Any = None
    try:
        connection = await asyncpg.connect(url, timeout=10)
        async with connection.transaction():
            # Two processes that start at once migrate one after the other.
            await connection.execute("SELECT pg_advisory_xact_lock(1)")
            known = await connection.fetchval("SELECT to_regclass('alembic_version') IS NOT NULL")
            before = await connection.fetchval(_RECORDED) if known else None
            if before != SCHEMA:
                await connection.execute(script("postgresql", before))
    except Exception as fault:
        raise from_postgresql(fault) from fault
    finally:
        if connection is not None:
            await connection.close()
    return Migrated(before, SCHEMA)
