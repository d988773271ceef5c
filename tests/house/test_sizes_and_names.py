"""Functions and files stay readable, and everything has a name that says what it is for."""

import ast
from pathlib import Path

from tests.house.tree import PRODUCT, committed_files, python_files, text_of, tree_of

LONGEST_FUNCTION = 40
LONGEST_FILE = 500
NAMELESS = frozenset(
    {"utils", "util", "helpers", "helper", "misc", "base", "common", "shared", "lib", "stuff"}
)


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [
        node for node in ast.walk(tree_of(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from `def` to the end, without the docstring: explaining is not what makes a function long."""
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function, clean=False) is None or first.end_lineno is None:
        return lines
    return lines - (first.end_lineno - first.lineno + 1)


def test_no_function_is_longer_than_a_screen() -> None:
    wrong = [
        f"{path}:{function.lineno} {function.name}: {length(function)} lines"
        for path in python_files(*PRODUCT)
        for function in functions(path)
        if length(function) > LONGEST_FUNCTION
    ]
    assert wrong == []


def test_most_functions_fit_into_ten_lines() -> None:
    sizes = sorted(length(function) for path in python_files(*PRODUCT) for function in functions(path))
    assert sizes[len(sizes) // 2] < 10


def test_no_file_is_about_more_than_one_thing() -> None:
    counted = {path: len(text_of(path).splitlines()) for path in python_files(*PRODUCT)}
    assert [f"{path}: {lines} lines" for path, lines in counted.items() if lines > LONGEST_FILE] == []


def test_every_file_and_folder_has_a_name_of_the_trade() -> None:
    wrong = [
        str(path)
        for path in committed_files()
        if NAMELESS & {part.lower() for part in (*path.parent.parts, path.name.split(".")[0])}
    ]
    assert wrong == []


def test_every_module_opens_with_a_sentence_saying_what_it_is_for() -> None:
    documented = {path: ast.get_docstring(tree_of(path)) or "" for path in python_files(*PRODUCT)}
    wrong = [
        str(path)
        for path, text in documented.items()
        if text_of(path).strip() and not text.split("\n")[0].rstrip().endswith((".", "?", ":"))
    ]
    assert wrong == []


def test_nothing_unfinished_or_silenced_is_left_lying() -> None:
    # Written in two halves, or this file would find itself.
    marks = (
        "TO" + "DO",
        "FIX" + "ME",
        "X" + "XX",
        "HA" + "CK",
        "NotImplemented" + "Error",
        "pytest.mark." + "skip",
    )
    wrong = [
        f"{path}:{number} {mark}"
        for path in python_files(*PRODUCT, "tests")
        for number, line in enumerate(text_of(path).splitlines(), 1)
        for mark in marks
        if mark in line
    ]
    assert wrong == []


def test_what_silences_a_checker_gives_its_reason_beside_it() -> None:
    silencers = ("# type: " + "ignore", "# no" + "qa")
    wrong = [
        f"{path}:{number} {line.strip()}"
        for path in python_files(*PRODUCT, "tests")
        for number, line in enumerate(text_of(path).splitlines(), 1)
        for silencer in silencers
        if silencer in line and not gives_reason(line.split(silencer, 1)[1])
    ]
    assert wrong == []


def gives_reason(rest: str) -> bool:
    """What follows the silencer's code must hold words: `# noqa: S608  the table's name is ours`."""
    return any(word.isalpha() and len(word) > 2 for word in rest.replace("[", " [").split()[1:])
