"""Documents are held to the truth: links resolve, and every command they name exists."""

import ast
import re
from importlib import import_module
from inspect import signature
from pathlib import Path
from textwrap import dedent

import pytest

from tests.house.tree import HOUSE, committed_files, text_of

DOCUMENTS = tuple(path for path in committed_files() if path.suffix == ".md")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ +(.+?) *$", re.MULTILINE)
MAKE = re.compile(r"(?:^|`|\$ |&& )make ([a-z]+)", re.MULTILINE)
TARGET = re.compile(r"^([a-z]+):", re.MULTILINE)
BLOCK = re.compile(r"```.*?```", re.DOTALL)


def anchor(heading: str) -> str:
    """The name a heading gets as a link's target."""
    plain = re.sub(r"[^\w\- ]", "", heading.replace("`", "").lower())
    return plain.strip().replace(" ", "-")


def anchors(path: Path) -> set[str]:
    return {anchor(heading) for heading in HEADING.findall(BLOCK.sub("", text_of(path)))}


def is_dead(document: Path, link: str) -> bool:
    if re.match(r"[a-z]+:", link):
        return False
    name, _, fragment = link.partition("#")
    target = (HOUSE / document.parent / name).resolve() if name else HOUSE / document
    if not target.exists() or not target.is_relative_to(HOUSE):
        return True
    return bool(fragment) and fragment not in anchors(target.relative_to(HOUSE))


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_every_link_inside_the_house_leads_somewhere(document: Path) -> None:
    links = LINK.findall(BLOCK.sub("", text_of(document)))
    assert [link for link in links if is_dead(document, link)] == []


def test_every_make_command_that_a_document_names_exists() -> None:
    targets = set(TARGET.findall(text_of(Path("Makefile"))))
    named = {(str(path), name) for path in DOCUMENTS for name in MAKE.findall(text_of(path))}
    assert {(path, name) for path, name in named if name not in targets} == set()


def test_the_sample_of_a_service_calls_the_house_as_it_is() -> None:
    found = re.search(r"^ +```python\n(.*?)```", text_of(Path("CONTRIBUTING.md")), re.DOTALL | re.MULTILINE)
    assert found is not None
    sample = ast.parse(dedent(found[1]))
    its_own = {node.name for node in sample.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    # By its name: `dialogs.home_call` itself is the dialog, which stands before its module.
    house = vars(import_module("dialogs.home_call"))
    called: set[str] = set()
    for call in ast.walk(sample):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in house:
            if call.func.id in its_own:
                continue
            called.add(call.func.id)
            named = {word.arg: word.value for word in call.keywords if word.arg is not None}
            signature(house[call.func.id]).bind(*call.args, **named)
    assert {"receipt_of", "identified", "ask", "submit", "end"} <= called


def test_every_script_that_a_document_or_the_makefile_names_exists() -> None:
    texts = {path: text_of(path) for path in (*DOCUMENTS, Path("Makefile"), Path(".ci/run"))}
    named = {
        (str(path), name) for path, text in texts.items() for name in re.findall(r"scripts/\w+\.\w+", text)
    }
    assert {(path, name) for path, name in named if not (HOUSE / name).exists()} == set()


def test_the_gate_runs_the_tests_and_then_the_drill() -> None:
    commands = [line for line in text_of(Path(".ci/run")).splitlines() if line.startswith("make")]
    assert commands == ["make test", "make drill"]
