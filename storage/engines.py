"""Which engine a database address means."""

from typing import Final

from storage.database import Engine
from storage.sqlite_engine import open_sqlite

SQLITE: Final = "sqlite:///"
POSTGRESQL: Final = ("postgresql://", "postgres://")


def sqlite_path(url: str) -> str | None:
    """The file of a SQLite address, None for any other."""
    return url.removeprefix(SQLITE) if url.startswith(SQLITE) else None


async def open_engine(url: str, *, readers: int) -> Engine:
    """Open the engine of that address. Raises Unavailable, ValueError."""
    path = sqlite_path(url)
    if path is not None:
        return await open_sqlite(path, readers=readers)
    if url.startswith(POSTGRESQL):
        # Imported late: asyncpg takes 60 ms, which whoever runs on SQLite need not pay.
        from storage.postgresql_engine import open_postgresql

        return await open_postgresql(url, connections=readers + 4)
    raise ValueError("a database address begins with sqlite:/// or postgresql://")
