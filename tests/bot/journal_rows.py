"""Very many entries of a journal, made by the database itself: one call with a step for each."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

from storage.database import Database
from storage.instants import micros
from tests.bot.ward import DETAILS
from tests.registry import NOW

_REQUEST = 77


def fill(db: Database, file: Path, entries: int) -> None:
    """Enter so many steps of one call at clinic 5, numbered from 1, a millisecond apart."""
    sealed = db.keys.seal("requests.details", _REQUEST, json.dumps(DETAILS.to_json()))
    writer = sqlite3.connect(file)
    writer.execute(
        "INSERT INTO requests (id, number, year, clinic_no, service, channel, address_key, locale, for_whom,"
        " status, version, registered_at, details) VALUES (?, '05-000001', 2026, 5, 'home_call', 'telegram',"
        " '1', 'kk', 'self', 'registered', 1, 1, ?)",
        (_REQUEST, sealed),
    )
    counted = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
    writer.execute(
        f"{counted} INSERT INTO request_marks (request_id, seq, status, at, actor, note_code)"
        " SELECT ?, i, 'registered', ? + i * 1000, 'staff:501', 'overdue' FROM n",
        (entries, _REQUEST, micros(NOW)),
    )
    writer.execute(
        f"{counted} INSERT INTO journal (id, clinic_no, register, year, no, at, request_id, mark)"
        " SELECT i, 5, 'home_calls', 2026, i, ? + i * 1000, ?, i FROM n",
        (entries, micros(NOW), _REQUEST),
    )
    writer.execute("INSERT INTO journal_series VALUES (5, 'home_calls', 2026, ?)", (entries,))
    writer.commit()
    writer.close()
