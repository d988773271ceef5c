"""A real PostgreSQL for the tests: one server per test process, one fresh database per test."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import asyncpg

from tests.ports import free_port

OWNER = "dariger"
STARTS_WITHIN_SECONDS = 30.0
MEMORY = Path("/dev/shm")
ROOM_BYTES = 2 * 2**30

# Durability is the business of PostgreSQL itself; what is tested here is our SQL, so no disk is waited for.
SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "100",
    "log_min_messages": "fatal",
}


# What migrations themselves write: the two lists that nothing else changes, and three tables of one row.
_LISTS = ("alembic_version", "journal_registers")
_ONE_ROW = (
    "INSERT INTO data_version (id, version) VALUES (1, 0)",
    "INSERT INTO audit_head (id, seq) VALUES (1, 0)",
    "INSERT INTO monitoring_feed (id) VALUES (1)",
)


async def emptied(url: str) -> None:
    """Bring a migrated database back to how it was then; whoever is still connected to it is thrown out."""
    connection = await asyncpg.connect(url)
    await connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    await connection.execute("SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S'")
    rows = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    tables = sorted({row[0] for row in rows} - set(_LISTS))
    # The journal is append only: only who switches the triggers off can empty it. To truncate takes ten
    # times as long as to delete the few rows that a test has left.
    steps = ("SET session_replication_role = replica", *(f"DELETE FROM {name}" for name in tables), *_ONE_ROW)
    await connection.execute("; ".join(steps))
    await connection.close()


class NoPostgresql(RuntimeError):
    """PostgreSQL's own programs are missing, or the server did not start."""


@dataclass(frozen=True)
class PostgresqlServer:
    """A running server that lives as long as the test process."""

    programs: Path
    port: int
    directory: Path
    _numbers: Iterator[int]

    def url(self, database: str) -> str:
        """The address under which the registry finds this database."""
        return f"postgresql://{OWNER}@127.0.0.1:{self.port}/{database}"

    def create(self, template: str = "template1") -> str:
        """Make a database, a copy of the template nobody is connected to; answers its name."""
        name = f"test_{next(self._numbers)}"
        self._run("createdb", "--template", template, name)
        return name

    def drop(self, database: str) -> None:
        """Remove a database, closing what is still connected to it. Twice does no harm."""
        self._run("dropdb", "--force", "--if-exists", database)

    def is_ready(self) -> bool:
        """Whether it takes connections."""
        return subprocess.run(self._command("pg_isready"), capture_output=True, check=False).returncode == 0

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(self._command(program, *arguments), check=True, capture_output=True, text=True)

    def _command(self, program: str, *arguments: str) -> list[str]:
        address = ["--host", "127.0.0.1", "--port", str(self.port), "--username", OWNER]
        return [str(self.programs / program), *address, *arguments]


@contextmanager
def running_postgresql() -> Iterator[PostgresqlServer]:
    """Start a server in a directory of its own; stop it and remove the directory afterwards.

    Raises NoPostgresql if the programs are missing or the server does not answer within 30 seconds.
    """
    programs = find_programs()
    where = _in_memory()
    with tempfile.TemporaryDirectory(
        prefix="dariger-postgresql-", dir=where, ignore_cleanup_errors=True
    ) as name:
        directory = Path(name)
        user = _unprivileged_user(directory)
        server = PostgresqlServer(programs, free_port(), directory, count(1))
        _initialise(programs, directory, user)
        process = _start(server, user)
        try:
            _wait_until_ready(server, process)
            yield server
        finally:
            # "Immediate": there is nothing in it that anybody will miss.
            process.send_signal(signal.SIGQUIT)
            process.wait(timeout=STARTS_WITHIN_SECONDS)


def _in_memory() -> Path | None:
    """Where a database is copied in a third of the time; None where there is no room."""
    has_room = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= ROOM_BYTES
    return MEMORY if has_room else None


def find_programs() -> Path:
    """The directory of the newest PostgreSQL here. Debian keeps it off the PATH."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda found: int(found.parts[-3]))
    if debian:
        return debian[-1].parent
    found = shutil.which("initdb")
    if found is None:
        raise NoPostgresql("initdb was not found: install PostgreSQL (scripts/system.sh does)")
    return Path(found).resolve().parent


def _unprivileged_user(directory: Path) -> str | None:
    """PostgreSQL refuses to run as root: then it runs as the user its package has made."""
    if os.geteuid() != 0:
        return None
    shutil.chown(directory, user="postgres")
    return "postgres"


def _initialise(programs: Path, directory: Path, user: str | None) -> None:
    command = [
        str(programs / "initdb"),
        "--pgdata",
        str(directory / "data"),
        "--username",
        OWNER,
        "--auth",
        "trust",
    ]
    options = ["--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"]
    subprocess.run([*command, *options], user=user, cwd=directory, check=True, capture_output=True, text=True)


def _start(server: PostgresqlServer, user: str | None) -> subprocess.Popen[bytes]:
    command = [
        str(server.programs / "postgres"),
        "-D",
        str(server.directory / "data"),
        "-p",
        str(server.port),
    ]
    for name, value in SETTINGS.items():
        command += ["-c", f"{name}={value}"]
    with (server.directory / "log").open("wb") as log:
        return subprocess.Popen(command, user=user, cwd=server.directory, stdout=log, stderr=log)


def _wait_until_ready(server: PostgresqlServer, process: subprocess.Popen[bytes]) -> None:
    give_up = time.monotonic() + STARTS_WITHIN_SECONDS
    while not server.is_ready():
        if process.poll() is not None or time.monotonic() > give_up:
            raise NoPostgresql((server.directory / "log").read_text(encoding="utf-8"))
        time.sleep(0.05)
