"""The SQL files: the same names on both engines, every statement used, every parameter known."""

import re
import sqlite3
from pathlib import Path

from storage.sealed import SEALED
from storage.statements import statements
from tests.registry import migrated_sqlite_url

ROOT = Path(__file__).parents[2]
_NAMED = re.compile(r'"([a-z][a-z_]+)"')


def test_both_engines_have_the_same_statements() -> None:
    assert statements("sqlite").keys() == statements("postgresql").keys()


def test_every_statement_is_used_and_every_used_one_exists() -> None:
    written = "".join(
        path.read_text() for room in ("storage", "otp", "bot") for path in (ROOT / room).rglob("*.py")
    )
    named = set(_NAMED.findall(written))
    made_up = {name for field in SEALED for name in (field.read, field.write)}
    families = ("rotate_subjects_", "rotate_phones_", "rotate_addresses_", "erase_")
    unused = {
        name for name in statements("sqlite") if name not in named | made_up and not name.startswith(families)
    }
    assert unused == set()
    assert made_up <= statements("sqlite").keys()


def test_every_sealed_column_of_the_schema_is_walked(tmp_path: Path) -> None:
    connection = sqlite3.connect(migrated_sqlite_url(tmp_path).removeprefix("sqlite:///"))
    tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    blobs = {
        f"{table}.{column[1]}"
        for table in tables
        for column in connection.execute(f"PRAGMA table_info({table})")
        if column[2] == "BYTEA"
    }
    connection.close()
    never_sealed = ("_index", "_digest", "_hash", ".hash", ".digest", ".previous", ".seal")
    assert {name for name in blobs if not name.endswith(never_sealed)} == {
        f"{field.table}.{field.column}" for field in SEALED
    }


def test_every_statement_is_understood_by_sqlite(tmp_path: Path) -> None:
    connection = sqlite3.connect(migrated_sqlite_url(tmp_path).removeprefix("sqlite:///"))
    for statement in statements("sqlite").values():
        parameters = dict.fromkeys(statements("postgresql")[statement.name].order)
        connection.execute(f"EXPLAIN {statement.sql}", parameters)
    connection.close()


def test_lookups_go_by_index(tmp_path: Path) -> None:
    connection = sqlite3.connect(migrated_sqlite_url(tmp_path).removeprefix("sqlite:///"))
    for name in (
        "person_by_iin", "person_by_id", "attachment_of", "children_of", "standing", "asked_last",
        "challenge_compare", "challenge_compare_by_phone", "consent_alive", "consent_alive_in_chat",
        "inbox_finish", "inbox_claim", "outbox_claim", "outbox_put", "outbox_delivery",
        "conversation_of_address",
        "conversation_advance", "conversations_close_untouched", "challenge_used_last",
        "request_by_id", "request_by_number", "request_by_slot", "request_move",
        "requests_open_of_clinic", "requests_of_person", "request_marks", "due_ripe", "due_take", "due_next",
        "staff_of_person", "group_of_chat",
    ):  # fmt: skip
        statement = statements("sqlite")[name]
        parameters = dict.fromkeys(statements("postgresql")[name].order)
        plan = connection.execute(f"EXPLAIN QUERY PLAN {statement.sql}", parameters).fetchall()
        scans = [row[3] for row in plan if re.match(r"SCAN \w+$", row[3]) and "CONSTANT" not in row[3]]
        assert [scan for scan in scans if scan not in ("SCAN o", "SCAN (subquery-1)")] == [], (name, plan)
    connection.close()
