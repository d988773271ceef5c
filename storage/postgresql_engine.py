"""PostgreSQL by asyncpg, where one machine is outgrown: a pool, READ COMMITTED, row locks and UNIQUE."""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any, Final, TypeVar

import asyncpg

from storage.database import Row, Session, Step
from storage.errors import Unavailable, from_postgresql
from storage.statements import EngineName

T = TypeVar("T")

_CACHED_STATEMENTS: Final = 512
_WAIT_SECONDS: Final = 10.0


async def open_postgresql(url: str, *, connections: int) -> "PostgresqlEngine":
    """Open a pool of so many connections. Raises Unavailable."""
    try:
        pool = await asyncpg.create_pool(
            url,
            min_size=1,
            max_size=connections,
            timeout=_WAIT_SECONDS,
            command_timeout=_WAIT_SECONDS * 6,
            statement_cache_size=_CACHED_STATEMENTS,
        )
    except (OSError, TimeoutError, asyncpg.PostgresError) as fault:
        raise Unavailable(f"postgresql: {type(fault).__name__}") from fault
    return PostgresqlEngine(pool)


async def _to_the_end(work: Coroutine[Any, Any, T]) -> T:
    """Await work to its end even if the caller is cancelled meanwhile; the cancellation is raised after
    it.
    """
    task = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError as request:
            cancelled = request
    if cancelled is not None:
        # What the work came to is of no use to one who has left; its fault must still count as seen.
        task.exception()
        raise cancelled
    return task.result()


async def _run(connection: Any, steps: Sequence[Step]) -> list[list[Row]]:
    try:
        return [
            await connection.fetch(statement.sql, *(params[name] for name in statement.order))
            for statement, params in steps
        ]
    except Exception as fault:
        translated = from_postgresql(fault)
        if translated is fault:
            raise
        raise translated from fault


class PostgresqlSession:
    """One connection of the pool within one transaction."""

    __slots__ = ("_transaction", "connection")

    def __init__(self, connection: Any, transaction: Any) -> None:
        self.connection: Final = connection
        self._transaction: Final = transaction

    async def run(self, steps: Sequence[Step]) -> list[list[Row]]:
        """Run the steps in order."""
        return await _run(self.connection, steps)

    async def commit(self, steps: Sequence[Step]) -> None:
        """Run the steps and commit; on any fault roll back."""
        await _to_the_end(self._commit(steps))

    async def rollback(self) -> None:
        """Undo everything."""
        await _to_the_end(self._rollback())

    async def _commit(self, steps: Sequence[Step]) -> None:
        try:
            await _run(self.connection, steps)
            await self._transaction.commit()
        except Exception as fault:
            await self._rollback()
            translated = from_postgresql(fault)
            if translated is fault:
                raise
            raise translated from fault

    async def _rollback(self) -> None:
        try:
            await self._transaction.rollback()
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            # The connection is gone or the commit already failed: the server has rolled back by itself.
            self.connection.terminate()


class PostgresqlEngine:
    """A pool of connections."""

    name: EngineName = "postgresql"

    def __init__(self, pool: Any) -> None:
        self._pool: Final = pool

    async def begin(self) -> Session:
        """Take a connection and begin."""
        try:
            connection = await self._pool.acquire(timeout=_WAIT_SECONDS)
        except Exception as fault:
            raise from_postgresql(fault) from fault
        transaction = connection.transaction()
        try:
            await transaction.start()
        except BaseException as fault:
            await _to_the_end(self._pool.release(connection))
            if isinstance(fault, Exception):
                raise from_postgresql(fault) from fault
            raise
        return PostgresqlSession(connection, transaction)

    async def release(self, session: Session) -> None:
        """Give the connection back."""
        if isinstance(session, PostgresqlSession):
            await _to_the_end(self._pool.release(session.connection))

    async def read(self, steps: Sequence[Step]) -> list[list[Row]]:
        """Run the steps on any connection."""
        try:
            connection = await self._pool.acquire(timeout=_WAIT_SECONDS)
        except Exception as fault:
            raise from_postgresql(fault) from fault
        try:
            return await _run(connection, steps)
        finally:
            await _to_the_end(self._pool.release(connection))

    async def close(self) -> None:
        """Close the pool."""
        await self._pool.close()
