"""Looking for a free time costs the same however many times there are: by index, and by steps counted.

The time itself, at 50,000 and at 5,000,000, is measured by `python -m benchmarks.free_times`.
"""

import json
import re
import sqlite3
from pathlib import Path
from typing import Any

import asyncpg

from storage.instants import micros
from storage.statements import statements
from tests.registry import NOW, migrated_sqlite_url

INDEXES = {
    "slots_free_of_role": "slots_free",
    "slots_free_of_doctor": "slots_free_of_doctor",
    "slot_days_of_role": "slots_free",
    "slot_days_of_doctor": "slots_free_of_doctor",
}
QUARTER = 15 * 60 * 1_000_000
FILL = """
INSERT INTO slots (id, doctor_no, clinic_no, role, day, starts, ends, room, opens_at, request_id)
WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :many)
SELECT i, 'd' || (i / 500), 1 + i / 500 % 30, 'therapist', '2026-11-20', :since + (i % 500) * :quarter,
       :since + (i % 500 + 1) * :quarter, '1', 0, CASE WHEN i % 10 < 8 THEN i END
FROM n
"""


def filled(folder: Path, many: int) -> sqlite3.Connection:
    """So many times of as many doctors as it takes, four fifths of them booked, a part of them past."""
    folder.mkdir()
    connection = sqlite3.connect(migrated_sqlite_url(folder).removeprefix("sqlite:///"))
    connection.execute(FILL, {"many": many, "since": micros(NOW) - 100 * QUARTER, "quarter": QUARTER})
    return connection


def asked(name: str, **given: object) -> dict[str, object]:
    wanted = {
        "clinic_no": 5, "role": "therapist", "doctor_no": "d4", "since": micros(NOW), "now": micros(NOW),
        "before": micros(NOW) + 96 * QUARTER, "holder": None, "most": 20, **given,
    }  # fmt: skip
    return {key: wanted[key] for key in statements("postgresql")[name].order}


def steps_of(connection: sqlite3.Connection, name: str) -> int:
    """How many instructions the database runs for that look."""
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    connection.set_progress_handler(count, 1)
    assert connection.execute(statements("sqlite")[name].sql, asked(name)).fetchall()
    connection.set_progress_handler(None, 1)
    return steps


def test_a_look_takes_no_more_steps_among_twenty_times_as_many_doctors(tmp_path: Path) -> None:
    few, many = filled(tmp_path / "few", 15_000), filled(tmp_path / "many", 300_000)
    for name in ("slots_free_of_role", "slots_free_of_doctor", "slot_days_of_doctor"):
        assert steps_of(many, name) <= 1.5 * steps_of(few, name), name
    few.close()
    many.close()


def plan_of(connection: sqlite3.Connection, name: str, parameters: dict[str, object]) -> list[str]:
    explained = f"EXPLAIN QUERY PLAN {statements('sqlite')[name].sql}"
    return [row[3] for row in connection.execute(explained, parameters)]


def test_a_look_goes_by_the_index_of_free_times_on_sqlite(tmp_path: Path) -> None:
    connection = filled(tmp_path / "some", 5_000)
    for name, index in INDEXES.items():
        first, *_ = plan_of(connection, name, asked(name))
        assert re.search(rf"SEARCH slots USING INDEX {index} \(.*starts>\? AND starts<\?", first), first
    plan = plan_of(connection, "slots_free_of_role", asked("slots_free_of_role"))
    assert len(plan) == 1, "nothing is sorted: the index has the order that is shown"
    connection.close()


async def test_a_look_goes_by_the_index_of_free_times_on_postgresql(migrated_postgresql_url: str) -> None:
    connection = await asyncpg.connect(migrated_postgresql_url)
    await connection.execute("SET session_replication_role = replica")
    await connection.execute(
        """INSERT INTO slots (id, doctor_no, clinic_no, role, day, starts, ends, room, opens_at, request_id)
        SELECT i, 'd' || (i / 500), 1 + i / 500 % 30, 'therapist', '2026-11-20', $1 + (i % 500) * $2::bigint,
               $1 + (i % 500 + 1) * $2::bigint, '1', 0, CASE WHEN i % 10 < 8 THEN i END
        FROM generate_series(0::bigint, 99999) AS i""",
        micros(NOW) - 100 * QUARTER,
        QUARTER,
    )
    await connection.execute("ANALYZE slots")
    for name in INDEXES:
        statement = statements("postgresql")[name]
        values = [asked(name)[key] for key in statement.order]
        (row,) = await connection.fetch(f"EXPLAIN (FORMAT JSON) {statement.sql}", *values)
        used = _indexes(json.loads(row[0])[0]["Plan"])
        assert used <= {"slots_free", "slots_free_of_doctor", "slots_doctor_no_starts_key"}, (name, row[0])
        assert used, (name, row[0])
    await connection.close()


def _indexes(plan: dict[str, Any]) -> set[str]:
    """The indexes of a plan; a table read from end to end counts under its own name."""
    found = {plan[key] for key in ("Index Name",) if key in plan}
    if plan["Node Type"] == "Seq Scan":
        found.add(plan["Relation Name"])
    return found.union(*(_indexes(part) for part in plan.get("Plans", ())))


def test_booking_and_moving_go_by_key(tmp_path: Path) -> None:
    connection = sqlite3.connect(migrated_sqlite_url(tmp_path).removeprefix("sqlite:///"))
    for name in (
        "slot_hold", "slot_book", "slot_claim", "slot_give_up", "slot_move", "slot_close", "slot_by_id",
        "slot_state", "slot_of_request", "slot_let_go", "slots_to_come", "slots_of_doctor_day",
        "waiting_line", "waiting_of_request", "waiting_offer_over", "schedule_changes_of",
    ):  # fmt: skip
        plan = plan_of(connection, name, dict.fromkeys(statements("postgresql")[name].order))
        assert not [step for step in plan if step.startswith("SCAN")], (name, plan)
    connection.close()
