"""The SQL of the registry, read from files by aiosql: one text for both engines but for a short set."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal, TypeAlias

import aiosql
from aiosql.utils import VAR_REF

EngineName: TypeAlias = Literal["sqlite", "postgresql"]

_FOLDER: Final = Path(__file__).parent / "sql"


@dataclass(frozen=True, slots=True)
class Statement:
    """One named statement, and the order in which PostgreSQL numbers its parameters."""

    name: str
    sql: str
    order: tuple[str, ...]


@cache
def statements(engine: EngineName) -> dict[str, Statement]:
    """Every statement of that engine by its name."""
    found: dict[str, Statement] = {}
    for path in (*sorted(_FOLDER.glob("*.sql")), *sorted((_FOLDER / engine).glob("*.sql"))):
        # Both drivers take the text as it stands; only the way of writing parameters differs.
        queries = aiosql.from_path(path, "aiosqlite", attribute=None, mandatory_parameters=False)
        for name in queries.available_queries:
            if not name.endswith("_cursor"):
                found[name] = _statement(engine, name, getattr(queries, name).sql)
    return found


def _statement(engine: EngineName, name: str, sql: str) -> Statement:
    if engine == "sqlite":
        return Statement(name, sql, ())
    order: list[str] = []

    def numbered(match: re.Match[str]) -> str:
        variable = match["var_name"]
        if variable is None:
            return match[0]
        if variable not in order:
            order.append(variable)
        return f"{match['lead']}${order.index(variable) + 1}"

    return Statement(name, VAR_REF.sub(numbered, sql), tuple(order))
