"""How a command opens the registry and how it answers: exit codes, and faults in one line."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final, assert_never

from bot.settings import Settings

if TYPE_CHECKING:
    from storage.database import Database
    from storage.right_keys import WrongKeys

OK: Final = 0
FOUND: Final = 1
WRONG: Final = 2
THREAD_SECONDS: Final = 0.1


def with_registry(
    settings: Settings, work: Callable[[Database], Awaitable[int | str]], *, whatever_the_keys: bool = False
) -> int | str:
    """Open the registry, do ``work`` in it and close it; what cannot be opened is said in one line.

    ``whatever_the_keys``: for the commands that look at the keys, or change them.
    """
    if not settings.registry_key:
        print("REGISTRY_KEY: is missing; the registry cannot be read without it.", file=sys.stderr)
        return WRONG
    from bot.clock import SystemClock
    from storage.database import open_database
    from storage.errors import Unavailable
    from storage.keys import BadKeys, KeyRing
    from storage.migrate import schema_is_current
    from storage.right_keys import WrongKeys, demand_right_keys

    async def opened() -> int | str:
        keys = KeyRing.parse(settings.registry_key)
        async with last_words():
            db = await open_database(settings.database_url, keys, SystemClock())
        try:
            if not await schema_is_current(db):
                return "The schema is not current: run `python -m bot migrate` first."
            if not whatever_the_keys:
                await demand_right_keys(db.reader)
            return await work(db)
        finally:
            await db.close()

    try:
        return asyncio.run(opened())
    except BadKeys as fault:
        return f"REGISTRY_KEY cannot be read: {fault}."
    except WrongKeys as wrong:
        return about_keys(wrong)
    except Unavailable as fault:
        return f"The registry does not answer ({fault}): see DATABASE_URL."


def about_keys(wrong: WrongKeys) -> str:
    """What is wrong with the keys, and what to do."""
    from storage.right_keys import KeyTrouble

    match wrong.trouble:
        case KeyTrouble.NOT_THE_KEY:
            return "REGISTRY_KEY is not this registry's: nothing in it opens. Put the right one back."
        case KeyTrouble.NOT_ROTATED:
            return "The registry is still under an older key: run `python -m bot rotate-key` first."
        case _:
            assert_never(wrong.trouble)


@asynccontextmanager
async def last_words() -> AsyncIterator[None]:
    """Let the thread of a connection that never opened report to the loop before the loop closes."""
    from storage.errors import Unavailable

    try:
        yield
    except Unavailable:
        await asyncio.sleep(THREAD_SECONDS)
        raise


def in_words(outcome: int | str) -> int:
    """Print a fault that came as words; return the exit code."""
    if isinstance(outcome, int):
        return outcome
    print(outcome, file=sys.stderr)
    return FOUND


def say_all(head: str, lines: Iterable[str], code: int) -> int:
    """Print a head and its lines as faults; return ``code``."""
    print(head, *lines, sep="\n", file=sys.stderr)
    return code


def say(line: str) -> None:
    """Print one line at once."""
    print(line, flush=True)
