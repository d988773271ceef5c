"""The schedule on the command line: what stands, a change entered, a change taken back.

Whoever is booked is told by the running service, by the due rows that a change leaves.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Final, TypeAlias

from rules.clinics import Clinic
from rules.slots import SLOT, BadChange, ChangeKind, ScheduleChange, WeeklyHours
from storage import audit, schedules
from storage.database import Database
from storage.registry import Directory
from storage.schedules import Changed, NotInForce
from storage.slot_making import RoomTaken

Say: TypeAlias = Callable[[str], None]

OK: Final = 0
ACTOR: Final = "command_line"
"""Who acts on the command line, as the audit names them."""


async def work(db: Database, options: argparse.Namespace, say: Say) -> int | str:
    """Do what was asked and ``say`` what came of it; the exit code, or why it could not be done."""
    directory = Directory()
    await directory.refresh(db.reader)
    clinic = directory.clinics.get(options.clinic)
    if clinic is None:
        return f"There is no clinic {options.clinic} in the registry; load clinics.csv first."
    if options.action == "list":
        return await _listed(db, clinic, say)
    if options.action == "drop":
        return await _dropped(db, directory, clinic, options, say)
    try:
        changed = await _changed(db, directory, clinic, options)
    except BadChange as fault:
        return f"Nothing was changed: this change means nothing ({fault.code})."
    except NotInForce:
        return "Nothing was changed: no such change or doctor, or the same change stands already."
    except RoomTaken as taken:
        return f"Nothing was changed: room {taken.room} is doctor {taken.doctor_no}'s then."
    told = len(changed.lost) + len(changed.substituted)
    say(f"Change {changed.change_id}: {changed.added} times added, {changed.closed} taken away.")
    say(f"{told} booked citizens are told by the running service.")
    return OK


async def _listed(db: Database, clinic: Clinic, say: Say) -> int:
    for hours in await schedules.weeks_of(db.reader, clinic.no):
        say(f"{hours.doctor_no} weekday {hours.weekday} {hours.start:%H:%M}-{hours.end:%H:%M}")
    today = clinic.local(db.clock.now()).date()
    for kept in await schedules.changes_of(db.reader, clinic.no, today):
        say(f"{kept.id} {_in_words(kept.change)}")
    return OK


async def _dropped(
    db: Database, directory: Directory, clinic: Clinic, options: argparse.Namespace, say: Say
) -> int | str:
    """Hours that are no longer worked: their times go, and whoever is booked in them is told."""
    if (options.weekday is None) != (options.start is None):
        return (
            "Nothing was changed: --weekday and --from go together; without both, all of the week is meant."
        )
    now = db.clock.now()
    async with db.transaction() as tx:
        lines = [hours for hours in await schedules.weeks_of(tx, clinic.no) if _is_meant(hours, options)]
        for hours in lines:
            await schedules.drop_hours(tx, hours)
        if not lines:
            return "Nothing was changed: this clinic's doctor has no such hours; see `schedule list`."
        made = await schedules.extend(tx, clinic, directory.calendar, now)
        facts: dict[str, str | int] = {"doctor": options.doctor, "lines": len(lines), "lost": len(made.lost)}
        await audit.append(tx, "schedule.drop", ACTOR, f"clinic:{clinic.no}", facts, now)
    say(f"{len(lines)} lines dropped: {made.closed} times taken away.")
    say(f"{len(made.lost)} booked citizens are told by the running service.")
    return OK


def _is_meant(hours: WeeklyHours, options: argparse.Namespace) -> bool:
    line = options.weekday is None or (hours.weekday, hours.start) == (options.weekday, options.start)
    return hours.doctor_no == options.doctor and line


def _in_words(change: ScheduleChange) -> str:
    parts = [change.day.isoformat(), change.kind.value]
    if change.doctor_no is not None:
        parts.append(f"doctor {change.doctor_no}")
    if change.start is not None and change.end is not None:
        parts.append(f"{change.start:%H:%M}-{change.end:%H:%M}")
    if change.substitute_no is not None:
        parts.append(f"by {change.substitute_no}")
    return " ".join(parts)


async def _changed(
    db: Database, directory: Directory, clinic: Clinic, options: argparse.Namespace
) -> Changed:
    now = db.clock.now()
    async with db.transaction() as tx:
        if options.action == "take-back":
            changed = await schedules.take_back(tx, clinic, directory.calendar, options.change, now)
        else:
            wanted = _wanted(clinic, options)
            changed = await schedules.change(tx, clinic, directory.calendar, wanted, ACTOR, now)
        facts: dict[str, str | int] = {"change": changed.change_id, "lost": len(changed.lost)}
        await audit.append(tx, f"schedule.{options.action}", ACTOR, f"clinic:{clinic.no}", facts, now)
    return changed


def _wanted(clinic: Clinic, options: argparse.Namespace) -> ScheduleChange:
    return ScheduleChange(
        clinic_no=clinic.no,
        day=options.day,
        kind=ChangeKind(options.kind),
        doctor_no=options.doctor,
        start=options.start,
        end=options.end,
        slot_minutes=options.minutes or SLOT.value,
        room=options.room,
        substitute_no=options.substitute,
    )
