"""Who may have a time at a clinic, on the whole service: judged again at "Send" and at every change."""

import sqlite3

from tests.town import RunningTown
from tests.visit_walks import book, pick_nearest, question, to_the_time

VICTORIA = "930303293163"
CLINIC = 4
LATER = 4_000_000_000_000_000


def changed(town: RunningTown, statement: str) -> None:
    """Change the registry behind the service's back, as a load or another process does."""
    with sqlite3.connect(town.registry, timeout=20) as raw:
        raw.execute(statement)


def unlinked(town: RunningTown) -> None:
    """The clinic's people and its group are gone."""
    changed(town, f"UPDATE groups SET left_at = 1 WHERE clinic_no = {CLINIC}")
    changed(town, f"UPDATE staff SET left_at = 1 WHERE clinic_no = {CLINIC}")


def bookings(town: RunningTown) -> int:
    with sqlite3.connect(town.registry, timeout=20) as raw:
        return int(raw.execute("SELECT count(*) FROM requests WHERE service = 'appointment'").fetchone()[0])


async def test_a_clinic_whose_staff_unlinked_while_it_was_signed_books_nothing(town: RunningTown) -> None:
    citizen = await town.citizen(VICTORIA)
    await to_the_time(citizen)
    await pick_nearest(citizen)
    unlinked(town)
    await citizen.tap("button.send")
    assert "пока не записывает через чат" in (await question(citizen)).text
    assert bookings(town) == 0


def attached_elsewhere(town: RunningTown) -> None:
    """Whoever booked last belongs to clinic 5 by now, from one instant to the next."""
    whose = "(SELECT patient_id FROM requests WHERE service = 'appointment' ORDER BY id DESC LIMIT 1)"
    with sqlite3.connect(town.registry, timeout=20) as raw:
        raw.execute(
            f"UPDATE attachments SET ended_at = {LATER} WHERE ended_at IS NULL AND person_id = {whose}"
        )
        raw.execute(
            "INSERT INTO attachments (id, person_id, clinic_no, attached_on, origin, began_at)"
            f" VALUES (7, {whose}, 5, '2026-11-20', 'load', {LATER})"
        )


async def test_AP_13_a_move_confirmed_after_the_attachment_moved_is_refused(town: RunningTown) -> None:
    citizen = await town.citizen(VICTORIA)
    await book(citizen)
    await citizen.tap("button.move_visit")
    if citizen.words("button.any_doctor") in (await question(citizen)).labels:
        await citizen.tap("button.any_doctor")
    await pick_nearest(citizen)
    attached_elsewhere(town)
    await citizen.tap("button.yes_move")
    assert "прикреплён уже не к этой поликлинике" in (await question(citizen)).text


async def test_AP_13_to_wait_after_the_attachment_moved_is_refused(town: RunningTown) -> None:
    citizen = await town.citizen(VICTORIA)
    await book(citizen)
    await citizen.tap("button.wait_for_earlier")
    attached_elsewhere(town)
    await citizen.tap("button.any_doctor")
    assert "прикреплён уже не к этой поликлинике" in (await question(citizen)).text
