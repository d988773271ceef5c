"""SQLite by aiosqlite: one writer connection behind one lock, and a pool that can only read.

Two connections that write the same file from one event loop can wait for each other until the busy
time-out, so there is one. Its thread runs what it is given strictly in order: a rollback or commit that was
handed over is carried out before anything else on that connection, even if whoever awaited it is cancelled.

What may wait for another process or for the disk goes to that thread: a BEGIN while another process writes,
a COMMIT, long work. A few statements inside a transaction, and a few that only read, cost some 10 us each, a
trip to the thread five to ten times as much: those run where they stand.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from itertools import cycle
from typing import Final, TypeVar

import aiosqlite

from storage.database import Row, Session, Step
from storage.errors import Unavailable, from_sqlite
from storage.statements import EngineName

T = TypeVar("T")

_BUSY_MS: Final = 5_000
_WAIT: Final = f"PRAGMA busy_timeout = {_BUSY_MS}"
_DO_NOT_WAIT: Final = "PRAGMA busy_timeout = 0"
_PRAGMAS: Final = (
    _WAIT,
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA cache_size = -16384",
    # A checkpoint waits for the disk twice inside somebody's commit: four times fewer of them.
    "PRAGMA wal_autocheckpoint = 4000",
    # What is erased is overwritten where that costs no extra page.
    "PRAGMA secure_delete = FAST",
)
_CACHED_STATEMENTS: Final = 512
_FEW: Final = 8
"""Statements that run where they stand; more than these are long work."""


async def open_sqlite(path: str, *, readers: int) -> "SqliteEngine":
    """Open the file, made if it is missing. Raises Unavailable."""
    connections: list[aiosqlite.Connection] = []
    try:
        connections.append(await _connect(path, (*_PRAGMAS, _DO_NOT_WAIT)))
        while len(connections) <= readers:
            connections.append(await _connect(path, (*_PRAGMAS[:1], "PRAGMA query_only = ON")))
    except BaseException:
        for connection in connections:
            await connection.close()
        raise
    return SqliteEngine(Writer(connections[0]), connections[1:])


async def _connect(path: str, pragmas: Sequence[str]) -> aiosqlite.Connection:
    try:
        connection = await aiosqlite.connect(
            path,
            isolation_level=None,
            cached_statements=_CACHED_STATEMENTS,
            timeout=_BUSY_MS / 1000,
            # Used from its own thread and from the loop's, never from both at once.
            check_same_thread=False,
        )
    except sqlite3.Error as fault:
        raise from_sqlite(fault) from fault
    try:
        for pragma in pragmas:
            await connection.execute_fetchall(pragma)
    except BaseException as fault:
        # Its thread would keep the process alive for ever.
        await connection.close()
        if isinstance(fault, sqlite3.Error):
            raise from_sqlite(fault) from fault
        raise
    return connection


async def _in_thread(connection: aiosqlite.Connection, work: Callable[[sqlite3.Connection], T]) -> T:
    """Run work on the connection's own thread, in one trip. Raises the house's errors."""
    try:
        # aiosqlite offers one trip per call of sqlite3; its queue takes any function, and that is what saves
        # the other trips. Pinned to 0.22, untyped, and tested.
        result: T = await connection._execute(work, connection._conn)  # type: ignore[no-untyped-call]  # aiosqlite has no types
    except sqlite3.Error as fault:
        raise from_sqlite(fault) from fault
    except ValueError as fault:
        if connection._running:
            raise
        raise Unavailable("sqlite: closed") from fault
    return result


def _here(connection: aiosqlite.Connection, steps: Sequence[Step]) -> list[list[Row]]:
    """Run a few steps on the loop's own thread. Raises the house's errors."""
    try:
        return _run(connection._conn, steps)
    except sqlite3.Error as fault:
        raise from_sqlite(fault) from fault
    except ValueError as fault:
        if connection._running:
            raise
        raise Unavailable("sqlite: closed") from fault


def _run(connection: sqlite3.Connection, steps: Sequence[Step]) -> list[list[Row]]:
    return [connection.execute(statement.sql, params).fetchall() for statement, params in steps]


class Writer:
    """The connection that writes, and whether its thread still has something of ours to do."""

    __slots__ = ("_finished", "_handed", "connection")

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self.connection: Final = connection
        # Each is written by one thread only, so neither needs a lock.
        self._handed = 0
        self._finished = 0

    async def in_thread(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run work in the thread, to its end even if the caller is cancelled. Raises the house's errors."""

        def counted(connection: sqlite3.Connection) -> T:
            try:
                return work(connection)
            finally:
                self._finished += 1

        self._handed += 1
        return await _in_thread(self.connection, counted)

    def begins_here(self) -> bool:
        """Begin a transaction at once; False if that would have to wait, or cannot be done here."""
        if self._handed != self._finished:
            return False
        try:
            self.connection._conn.execute("BEGIN IMMEDIATE")
        except (sqlite3.Error, ValueError):
            # The thread tries again, with patience, and tells what is wrong.
            return False
        return True


def _begin(connection: sqlite3.Connection) -> None:
    connection.execute(_WAIT)
    try:
        connection.execute("BEGIN IMMEDIATE")
    finally:
        connection.execute(_DO_NOT_WAIT)


class SqliteSession:
    """The writer connection within one transaction, which begins with the first statement."""

    __slots__ = ("_begun", "_writer")

    def __init__(self, writer: Writer) -> None:
        self._writer: Final = writer
        self._begun = False

    async def run(self, steps: Sequence[Step]) -> list[list[Row]]:
        """Run the steps, the first time with BEGIN IMMEDIATE."""
        if len(steps) <= _FEW and (self._begun or self._writer.begins_here()):
            self._begun = True
            return _here(self._writer.connection, steps)

        def work(connection: sqlite3.Connection) -> list[list[Row]]:
            if not connection.in_transaction:
                _begin(connection)
            return _run(connection, steps)

        rows = await self._writer.in_thread(work)
        self._begun = True
        return rows

    async def commit(self, steps: Sequence[Step]) -> None:
        """Run the steps and commit, in one trip."""

        def work(connection: sqlite3.Connection) -> None:
            try:
                if steps and not connection.in_transaction:
                    _begin(connection)
                _run(connection, steps)
                connection.commit()
            except BaseException:
                connection.rollback()
                raise

        await self._writer.in_thread(work)

    async def rollback(self) -> None:
        """Undo; harmless if nothing was begun."""
        await self._writer.in_thread(sqlite3.Connection.rollback)


class SqliteEngine:
    """One writer, several readers."""

    name: EngineName = "sqlite"

    def __init__(self, writer: Writer, readers: Sequence[aiosqlite.Connection]) -> None:
        self._writer: Final = writer
        self._readers: Final = readers
        self._next_reader: Final = cycle(readers)
        self._turn: Final = asyncio.Lock()
        self._closed = False

    async def begin(self) -> Session:
        """Wait for the turn to write."""
        await self._turn.acquire()
        return SqliteSession(self._writer)

    async def release(self, session: Session) -> None:
        """Let the next writer in."""
        del session
        self._turn.release()

    async def read(self, steps: Sequence[Step]) -> list[list[Row]]:
        """Run the steps on the next reader: a few where they stand, more of them in its thread."""
        if len(steps) <= _FEW:
            return _here(next(self._next_reader), steps)
        return await _in_thread(next(self._next_reader), lambda connection: _run(connection, steps))

    async def close(self) -> None:
        """Close every connection, after the transaction that is under way."""
        if self._closed:
            return
        self._closed = True
        async with self._turn:
            for connection in (*self._readers, self._writer.connection):
                await connection.close()
