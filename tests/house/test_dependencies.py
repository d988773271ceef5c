"""Dependencies: each has its reason beside it, and what is imported is declared."""

import re
import sys
import tomllib
from pathlib import Path

from tests.house.tree import HOUSE, PRODUCT, imports_of, python_files, text_of

PROJECT = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))["project"]

# Where the name one installs is not the name one imports.
IMPORTED_AS = {
    "fonttools": "fontTools",
    "fpdf2": "fpdf",
    "pillow": "PIL",
    "prometheus-client": "prometheus_client",
    "pyHanko": "pyhanko",
    "pytest-asyncio": "pytest_asyncio",
    "python-telegram-bot": "telegram",
}
# Come with a declared one, which promises them: yarl with aiohttp, pydantic with aiogram, and so on.
COMES_WITH = frozenset({"yarl", "pydantic", "multidict", "pyhanko_certvalidator"})


def imported_names(requirements: list[str]) -> set[str]:
    names = [re.split(r"[\[<>=]", requirement)[0] for requirement in requirements]
    return {IMPORTED_AS.get(name, name) for name in names}


def foreign_imports(*tops: str) -> dict[str, str]:
    """Top-level names of imported libraries, with one place that imports them."""
    own = {*PRODUCT, "tests"}
    return {
        found.module.split(".")[0]: f"{path}:{found.line}"
        for path in python_files(*tops)
        for found in imports_of(path)
        if found.module.split(".")[0] not in own | set(sys.stdlib_module_names)
    }


def test_the_service_imports_only_what_it_declares() -> None:
    declared = imported_names(PROJECT["dependencies"]) | COMES_WITH
    service = tuple(room for room in PRODUCT if room != "benchmarks")
    assert {name: where for name, where in foreign_imports(*service).items() if name not in declared} == {}


def test_tests_and_benchmarks_import_only_what_is_declared() -> None:
    requirements = PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"]
    declared = imported_names(requirements) | COMES_WITH
    found = foreign_imports("tests", "benchmarks")
    assert {name: where for name, where in found.items() if name not in declared} == {}


def test_every_dependency_says_why_it_is_here() -> None:
    lines = [
        line
        for line in text_of(Path("pyproject.toml")).splitlines()
        if re.match(r'    "[a-z].*[<>=].*",', line)
    ]
    assert len(lines) == len(PROJECT["dependencies"]) + len(PROJECT["optional-dependencies"]["dev"])
    assert [line for line in lines if not re.search(r'",\s+# \w', line)] == []
