"""Whose phone is whose: the registry takes a number from the state's register, and from nobody who calls."""

import re
from pathlib import Path

SQL = Path(__file__).parents[2] / "storage" / "sql"
_NEW_NUMBER = re.compile(r"UPDATE people\s+SET[^;]*\bphone_index = (?!NULL)[^;]*;", re.DOTALL)


def test_G_11_no_number_is_changed_by_phone_but_by_loading_the_register_alone() -> None:
    changing = {
        file.name for file in SQL.glob("*.sql") if _NEW_NUMBER.search(file.read_text(encoding="utf-8"))
    }
    # A rotation of keys writes the same number under the new key.
    assert changing == {"load.sql", "rotation.sql"}
