"""The rooms know only the rooms they may know, and the law and the dialogs touch nothing outside."""

import ast
from pathlib import Path
from types import MappingProxyType

import pytest

from tests.house.tree import ROOMS, Import, imports_of, is_within, module_name, python_files, tree_of

# What of ours each room may import, besides itself. A longer name is a room within a room and goes first.
MAY_IMPORT = MappingProxyType(
    {
        "dialogs.engine": (),
        "dialogs": ("dialogs.engine", "rules"),
        "rules": (),
        "sandbox": (),
        "otp": ("rules", "storage"),
        "storage": ("rules", "dialogs.engine", "dialogs.facts"),
        "locales": ("rules", "dialogs.engine"),
        "bot": ROOMS,
        "docs": ("rules",),
        "benchmarks": (*ROOMS, "tests"),
    }
)

# Whoever decides what is lawful or what is asked next must not reach out: the same answers, the same result.
REACHES_OUT = (
    "aiogram aiohttp aiosqlite alembic apscheduler asyncio asyncpg http httpx io logging multiprocessing os "
    "pathlib random requests secrets shutil socket sqlalchemy sqlite3 ssl structlog subprocess sys tempfile "
    "threading time twilio urllib.request"
).split()

LOOKS_AT_THE_CLOCK = ("datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time")


def room_of(path: Path) -> str:
    """The innermost room a file belongs to."""
    return next(room for room in MAY_IMPORT if is_within(module_name(path), room))


def is_ours(found: Import) -> bool:
    return any(is_within(found.module, top) for top in (*ROOMS, "tests", "benchmarks", "docs"))


def test_a_room_imports_only_the_rooms_it_may_know() -> None:
    wrong = [
        f"{path}:{found.line} imports {found.module}"
        for path in python_files(*ROOMS, "docs", "benchmarks")
        for found in imports_of(path)
        if is_ours(found)
        and not any(is_within(found.module, room) for room in (room_of(path), *MAY_IMPORT[room_of(path)]))
    ]
    assert wrong == []


def test_nothing_imports_the_bot_but_the_bot() -> None:
    wrong = [
        f"{path}:{found.line}"
        for path in python_files(*(room for room in ROOMS if room != "bot"), "docs")
        for found in imports_of(path)
        if is_within(found.module, "bot")
    ]
    assert wrong == []


@pytest.mark.parametrize("room", ["rules", "dialogs"])
def test_the_law_and_the_dialogs_reach_for_nothing_outside(room: str) -> None:
    wrong = [
        f"{path}:{found.line} imports {found.module}"
        for path in python_files(room)
        for found in imports_of(path)
        if not found.only_for_types and any(is_within(found.module, outside) for outside in REACHES_OUT)
    ]
    assert wrong == []


def test_a_dialog_is_told_the_time_and_never_asks_for_it() -> None:
    wrong = [
        f"{path}:{found.line} imports {found.module}; for a type, import it under TYPE_CHECKING"
        for path in python_files("dialogs")
        if not is_within(module_name(path), "dialogs.engine")
        for found in imports_of(path)
        if not found.only_for_types and is_within(found.module, "datetime")
    ]
    assert wrong == []


def test_below_the_bot_nobody_looks_at_the_clock() -> None:
    wrong = [
        f"{path}:{node.lineno} {ast.unparse(node)}"
        for path in python_files("dialogs", "locales", "otp", "rules", "storage")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute) and ast.unparse(node) in LOOKS_AT_THE_CLOCK
    ]
    assert wrong == []


def test_the_whole_house_has_no_import_of_a_database_driver_outside_storage() -> None:
    drivers = ("aiosqlite", "asyncpg", "aiosql", "alembic", "sqlalchemy")
    wrong = [
        f"{path}:{found.line} imports {found.module}"
        for path in python_files(*(room for room in ROOMS if room != "storage"))
        for found in imports_of(path)
        if any(is_within(found.module, driver) for driver in drivers)
    ]
    assert wrong == []


def test_PI_01_the_registers_are_behind_one_port_which_a_gateway_to_the_state_can_take_over() -> None:
    """Portal, gateway, workstation and register are apart: dialogs know the register by its port alone."""
    nodes = ast.walk(tree_of(Path("dialogs/facts.py")))
    asked = {node.name for node in nodes if isinstance(node, ast.AsyncFunctionDef)}
    assert {"person", "attachment", "children_of", "calendar", "slot"} <= asked
    known = [
        f"{path}:{found.line} imports {found.module}"
        for path in python_files("dialogs")
        for found in imports_of(path)
        if is_within(found.module, "storage") or is_within(found.module, "bot")
    ]
    assert known == []
