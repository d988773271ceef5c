"""What can go wrong at the database, in the house's own types: drivers' errors are translated here once."""

import sqlite3

from dialogs.engine import Unavailable as DialogUnavailable


class Unavailable(DialogUnavailable):
    """The database does not answer: the dialog pauses, nothing is lost. Carries the driver's error class
    only.
    """


class TryAgain(Unavailable):
    """Two transactions got into each other's way and this one was rolled back; run it once more."""


class Clash(Exception):
    """A UNIQUE, CHECK or foreign key said no. Carries the driver's error class, never the values."""


class SchemaNotCurrent(Exception):
    """The database's schema is not the one this code knows: run `migrate`."""


def from_sqlite(fault: sqlite3.Error) -> Exception:
    """The house's error for one of sqlite3. A fault of our SQL stays what it is."""
    if isinstance(fault, sqlite3.IntegrityError):
        return Clash(f"sqlite: {fault.sqlite_errorname}")
    if type(fault) is sqlite3.DatabaseError:
        # By itself this class means the file: it is no database, or damaged.
        return Unavailable(f"sqlite: {getattr(fault, 'sqlite_errorname', 'DatabaseError')}")
    if isinstance(fault, sqlite3.OperationalError) and not _is_our_sql(fault):
        return Unavailable(f"sqlite: {getattr(fault, 'sqlite_errorname', type(fault).__name__)}")
    return fault


def _is_our_sql(fault: sqlite3.OperationalError) -> bool:
    # SQLITE_ERROR is "no such table" or a syntax error: nothing that waiting would cure.
    return getattr(fault, "sqlite_errorname", "") == "SQLITE_ERROR"


def from_postgresql(fault: Exception) -> Exception:
    """The house's error for one of asyncpg or of the network beneath it."""
    # asyncpg takes 60 ms to import; whoever runs on SQLite does not pay for it.
    import asyncpg

    if isinstance(fault, asyncpg.SerializationError | asyncpg.DeadlockDetectedError):
        return TryAgain(f"postgresql: {fault.sqlstate}")
    if isinstance(fault, asyncpg.IntegrityConstraintViolationError):
        return Clash(f"postgresql: {fault.sqlstate} {fault.constraint_name}")
    if _is_out_of_reach(fault):
        return Unavailable(f"postgresql: {type(fault).__name__}")
    return fault


def _is_out_of_reach(fault: Exception) -> bool:
    import asyncpg

    return isinstance(
        fault,
        OSError
        | TimeoutError
        | asyncpg.PostgresConnectionError
        | asyncpg.InterfaceError
        | asyncpg.OperatorInterventionError
        | asyncpg.InsufficientResourcesError
        | asyncpg.InvalidAuthorizationSpecificationError
        | asyncpg.InvalidCatalogNameError,
    )
