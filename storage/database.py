"""The database as the house sees it: readings, short write transactions, and which engine is beneath.

The laws of this file:

1. Whoever writes does so in `transaction()` or `decide()`, briefly, with no network inside.
2. A statement that returns nothing may wait (`later`); it goes out with the next one that does, or with the
   commit. On SQLite each trip to the connection's thread costs more than the statement itself.
3. A caller that is cancelled never leaves a connection inside a transaction: the engines see to that.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final, Protocol, TypeAlias, TypeVar

from rules.clock import Clock
from storage.errors import TryAgain
from storage.ids import NODES, Ids
from storage.keys import KeyRing
from storage.statements import EngineName, Statement, statements

Row: TypeAlias = Sequence[Any]
Params: TypeAlias = Mapping[str, object]
Step: TypeAlias = tuple[Statement, Params]
T = TypeVar("T")

_TRIES: Final = 5


class Session(Protocol):
    """One connection within one write transaction."""

    async def run(self, steps: Sequence[Step]) -> list[list[Row]]:
        """Run the steps in order and hand back the rows of each."""
        ...

    async def commit(self, steps: Sequence[Step]) -> None:
        """Run the steps and commit; on any fault roll back. Carried through even if the caller is
        cancelled.
        """
        ...

    async def rollback(self) -> None:
        """Undo everything. Carried through even if the caller is cancelled."""
        ...


class Engine(Protocol):
    """SQLite or PostgreSQL."""

    name: EngineName

    async def begin(self) -> Session:
        """Wait for the turn to write and start a transaction."""
        ...

    async def release(self, session: Session) -> None:
        """Let the next writer in."""
        ...

    async def read(self, steps: Sequence[Step]) -> list[list[Row]]:
        """Run reading steps outside any transaction."""
        ...

    async def close(self) -> None:
        """Close every connection."""
        ...


class Reader:
    """Reads what is committed. Everything that only reads takes one of these, or a Tx."""

    __slots__ = ("_db",)

    def __init__(self, db: "Database") -> None:
        self._db: Final = db

    @property
    def keys(self) -> KeyRing:
        """The ring that opens what is read."""
        return self._db.keys

    @property
    def engine(self) -> EngineName:
        """Which engine is beneath."""
        return self._db.engine_name

    async def rows(self, name: str, /, **params: object) -> list[Row]:
        """Every row of the named statement. Raises Unavailable."""
        return (await self._db.read([(self._db.statement(name), params)]))[0]

    async def row(self, name: str, /, **params: object) -> Row | None:
        """The only row, or None. Two rows are a fault of the statement."""
        return only(await self.rows(name, **params))


class Tx(Reader):
    """One write transaction; reads within it see its own writes."""

    __slots__ = ("_later", "_session")

    def __init__(self, db: "Database", session: Session) -> None:
        super().__init__(db)
        self._session: Final = session
        self._later: list[Step] = []

    @property
    def ids(self) -> Ids:
        """Where new rows get their ids."""
        return self._db.ids

    async def rows(self, name: str, /, **params: object) -> list[Row]:
        """Run what waits, then the named statement, and hand back its rows. Raises Clash, Unavailable."""
        return (await self._flush([(self._db.statement(name), params)]))[-1]

    async def each(self, name: str, many: Sequence[Params]) -> list[list[Row]]:
        """Run the statement once for each set of parameters, in one trip; the rows of each. Raises as
        `rows`.
        """
        if not many:
            return []
        statement = self._db.statement(name)
        return (await self._flush([(statement, params) for params in many]))[-len(many) :]

    async def together(self, *wanted: tuple[str, Params]) -> list[list[Row]]:
        """Run several statements in one trip; the rows of each. Raises as `rows`."""
        steps = [(self._db.statement(name), params) for name, params in wanted]
        return (await self._flush(steps))[-len(steps) :]

    def later(self, name: str, /, **params: object) -> None:
        """Run the statement with the next one that returns rows, or with the commit."""
        self._later.append((self._db.statement(name), params))

    async def _flush(self, steps: Sequence[Step]) -> list[list[Row]]:
        waiting, self._later = [*self._later, *steps], []
        self._db.statements += len(waiting)
        return await self._session.run(waiting)

    async def finish(self) -> None:
        """Commit, with what still waits. Called by the database only."""
        waiting, self._later = self._later, []
        self._db.statements += len(waiting)
        await self._session.commit(waiting)


def only(rows: Sequence[Row]) -> Row | None:
    """The only row, or None. Raises LookupError if there are more."""
    if len(rows) > 1:
        raise LookupError("one row was expected")
    return rows[0] if rows else None


class Database:
    """The registry's database. `statements` counts what was run, so that tests can compare (S19)."""

    def __init__(self, engine: Engine, keys: KeyRing, clock: Clock, node: int) -> None:
        self._engine: Final = engine
        self._statements: Final = statements(engine.name)
        self._reader: Final = Reader(self)
        self.keys: Final = keys
        self.clock: Final = clock
        self.ids: Final = Ids(node, clock)
        self.statements = 0

    @property
    def engine_name(self) -> EngineName:
        """Which engine is beneath."""
        return self._engine.name

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Tx]:
        """One write transaction: committed at the end, rolled back on any exception, cancellation included.

        What if it runs twice: whatever it guards must be guarded by a UNIQUE or a conditional update.
        Raises Clash, Unavailable, and TryAgain, which `decide` handles.
        """
        session = await self._engine.begin()
        try:
            tx = Tx(self, session)
            try:
                yield tx
            except BaseException:
                await session.rollback()
                raise
            await tx.finish()
        finally:
            await self._engine.release(session)

    async def decide(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        """Run `work` in one transaction, again if it fell to a deadlock or a serialization failure."""
        for _ in range(_TRIES - 1):
            try:
                async with self.transaction() as tx:
                    return await work(tx)
            except TryAgain:
                await asyncio.sleep(0)
        async with self.transaction() as tx:
            return await work(tx)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Reader]:
        """A reader of what is committed; cheap, and shared by as many as like."""
        yield self._reader

    @property
    def reader(self) -> Reader:
        """The same reader without the ceremony."""
        return self._reader

    def statement(self, name: str) -> Statement:
        """The statement of that name. Raises KeyError."""
        return self._statements[name]

    async def read(self, steps: Sequence[Step]) -> list[list[Row]]:
        """Run reading steps. Raises Unavailable."""
        self.statements += len(steps)
        return await self._engine.read(steps)

    async def close(self) -> None:
        """Close every connection; the second time does nothing."""
        await self._engine.close()


async def open_database(
    url: str, keys: KeyRing, clock: Clock, *, readers: int = 2, node: int | None = None
) -> Database:
    """Open "sqlite:///file" or "postgresql://...". `node` (below `NODES`) tells processes' ids apart.

    Raises Unavailable; ValueError for any other address.
    """
    from storage.engines import open_engine

    engine = await open_engine(url, readers=readers)
    return Database(engine, keys, clock, secrets.randbelow(NODES) if node is None else node)
