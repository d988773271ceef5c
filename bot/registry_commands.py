"""The commands about the registry itself: its schema, files loaded, backups, checks, keys, what is too old.

Imports stand inside, so that each command starts as fast as it can.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from bot.command_answers import FOUND, OK, say_all, with_registry
from bot.settings import Settings

if TYPE_CHECKING:
    from storage.database import Database
    from storage.verify import Verified


PROGRESS_EVERY: Final = 5000


def migrate(settings: Settings, options: argparse.Namespace) -> int | str:
    """Bring the schema up to date."""
    del options
    from storage.errors import Unavailable
    from storage.migrate import migrate as bring_up

    try:
        done = asyncio.run(bring_up(settings.database_url))
    except Unavailable as fault:
        return f"The registry does not answer ({fault}): see DATABASE_URL."
    print(f"The schema is at {done.after}." if done.before != done.after else "The schema was current.")
    return OK


def load(settings: Settings, options: argparse.Namespace) -> int | str:
    """Load CSV files; every bad row is named by file and line."""
    from storage.load import BadFiles
    from storage.load import load as load_files

    if not options.folder.is_dir():
        return f"There is no folder {options.folder}."

    async def work(db: Database) -> int:
        loaded = await load_files(db, options.folder, db.clock.now(), _progress)
        if isinstance(loaded, BadFiles):
            lines = (f"{f.file}:{f.line}: {f.column}: {f.code}" for f in loaded.faults)
            return say_all("Nothing was loaded. These rows are bad:", lines, FOUND)
        for name, count in loaded.rows.items():
            print(f"{name}: {count}")
        if loaded.hours_ended:
            print(f"schedule.csv: {loaded.hours_ended} earlier lines of these doctors' weeks ended")
        for room in loaded.rooms_taken:
            at = f"{room.at:%Y-%m-%d %H:%M} UTC"
            print(f"No times made: room {room.room} is doctor {room.doctor_no}'s at {at}")
        return OK

    return with_registry(settings, work)


def _progress(file: str, rows: int) -> None:
    if rows and rows % PROGRESS_EVERY == 0:
        print(f"{file}: {rows} rows ...", file=sys.stderr)


def backup(settings: Settings, options: argparse.Namespace) -> int | str:
    """Copy the registry."""
    from storage.backup import CannotBackUp
    from storage.backup import backup as copy
    from storage.errors import Unavailable

    try:
        done = asyncio.run(copy(settings.database_url, options.file))
    except Unavailable as fault:
        return f"No backup was made: the registry does not answer ({fault})."
    except CannotBackUp as fault:
        return f"No backup was made ({fault})."
    print(f"{done.file}: {done.size_bytes} bytes, checked. Keep REGISTRY_KEY apart from it.")
    return OK


def restore(settings: Settings, options: argparse.Namespace) -> int | str:
    """Put a backup in place."""
    from storage.backup import BackupFault, CannotBackUp
    from storage.backup import restore as put_back
    from storage.errors import Unavailable

    try:
        asyncio.run(put_back(settings.database_url, options.file, force=options.force))
    except Unavailable as fault:
        return f"Nothing was restored: the registry does not answer ({fault})."
    except CannotBackUp as fault:
        more = " --force replaces it." if fault.fault is BackupFault.NOT_EMPTY else ""
        return f"Nothing was restored ({fault}).{more}"
    print("Restored. Now run `python -m bot verify`.")
    return OK


def verify(settings: Settings, options: argparse.Namespace) -> int | str:
    """Check the registry from end to end."""
    del options
    from bot.anchors.checking import faults as anchor_faults
    from storage.verify import verify as check

    async def work(db: Database) -> int:
        report = await check(db)
        anchored = await anchor_faults(db.reader)
        for name, count in asdict(report.counts).items():
            print(f"{name}: {count}")
        if not report.sound or anchored:
            lines = (*_faults(report), *anchored)
            return say_all("The registry is not sound. Stop, and see docs/going-live.md:", lines, FOUND)
        print(f"Sound: the audit chain, every reference, all {report.opened} sealed fields.")
        return OK

    return with_registry(settings, work, whatever_the_keys=True)


def _faults(report: Verified) -> Iterable[str]:
    from storage.audit import Broken

    if isinstance(report.chain, Broken):
        yield f"  audit entry {report.chain.seq}: {report.chain.why}"
    yield from (f"  database file: {line}" for line in report.file_faults)
    if report.foreign_key_faults:
        yield f"  references that lead nowhere: {report.foreign_key_faults}"
    for field in report.unopened:
        yield f"  {field.place} of row {field.row} does not open with key {field.key_number}"
    yield from (f"  request {request} has no first mark" for request in report.unmarked)
    for found in report.journals:
        where = f"clinic {found.clinic_no}, {found.register} of {found.year}"
        yield f"  journal of {where}, entry {found.no}: {found.why}"
    yield from (f"  {found.record}: {found.why}" for found in report.tampered)


def rotate_key(settings: Settings, options: argparse.Namespace) -> int | str:
    """Seal everything anew under the first key."""
    del options
    from storage.keys import CannotOpen
    from storage.rotation import ChainBroken, rotate

    async def work(db: Database) -> int | str:
        try:
            done = await rotate(db, db.clock.now())
        except (ChainBroken, CannotOpen) as fault:
            return f"Nothing was changed: {fault}. Run `python -m bot verify`."
        print(f"Under key {done.key_number}: {done.resealed} fields, {done.reindexed} people.")
        print("Now verify, make a backup, and take the old key out of the ring.")
        return OK

    return with_registry(settings, work, whatever_the_keys=True)


def prune(settings: Settings, options: argparse.Namespace) -> int | str:
    """Take away what is past its keeping period."""
    del options
    from storage.retention import prune as take_away

    async def work(db: Database) -> int:
        taken = await take_away(db, db.clock.now())
        for name, count in taken.rows.items():
            print(f"{name}: {count}")
        return OK

    return with_registry(settings, work)
