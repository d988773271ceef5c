"""One process serves a SQLite registry: a second would send what the first sends.

The lock is the operating system's, so it ends with the process however that ends; the file beside the
registry stays, empty.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.engines import sqlite_path
from storage.errors import Unavailable


class AlreadyServed(Exception):
    """Another process serves this registry."""


@contextmanager
def served_alone(url: str) -> Iterator[None]:
    """Be the only process that serves the registry within the block; processes share a PostgreSQL freely.

    Raises AlreadyServed, Unavailable.
    """
    path = sqlite_path(url)
    if path is None:
        yield
        return
    try:
        lock = Path(f"{path}.lock").open("ab")  # noqa: SIM115  # closed by the block below
    except OSError as fault:
        raise Unavailable(f"lock: {fault.strerror}") from fault
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as fault:
            raise AlreadyServed from fault
        yield
