"""Every word a person reads stands in locales/, where both languages are seen side by side."""

import ast
from pathlib import Path
from types import MappingProxyType

from tests.house.tree import python_files, tree_of

SPEAKING_ROOMS = ("bot", "dialogs", "otp", "rules", "storage")

# Letters that are data, not words of ours. Each says why it is here.
ALLOWED = MappingProxyType(
    {
        Path("bot/talk/deciding.py"): "the two languages, each under its own name whatever the language",
        Path("bot/log.py"): "the letters by which a name is recognised, and kept out of the log",
        Path("bot/papers/checking.py"): "the letter O, typed for a nought in either alphabet",
        Path("dialogs/addresses.py"): "how people write an address; nobody reads it from us",
        Path("dialogs/clinic_names.py"): "how people name a clinic; nobody reads it from us",
        Path("dialogs/engine/folding.py"): "the letters to which every way of typing a word is folded",
        Path("rules/complaint_terms.py"): "what people write around a date; nobody reads it from us",
        Path("rules/impartiality.py"): "the endings of surnames, and how names are spelt in both languages",
        Path("rules/iin.py"): "the letter O, typed for a nought in either alphabet",
        Path("rules/sources.py"): "acts are cited under the numbers they bear: № ҚР ДСМ-51",
    }
)


def is_cyrillic(text: str) -> bool:
    return any("\u0400" <= letter <= "\u052f" for letter in text)


def docstrings(tree: ast.Module) -> set[int]:
    """The identities of strings that stand alone: docstrings, and the notes below constants."""
    return {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}


def cyrillic_strings(path: Path) -> list[str]:
    tree = tree_of(path)
    notes = docstrings(tree)
    return [
        f"{path}:{node.lineno} {node.value!r}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if id(node) not in notes and is_cyrillic(node.value)
    ]


def test_no_sentence_for_a_person_is_written_in_python() -> None:
    wrong = [
        line
        for path in python_files(*SPEAKING_ROOMS)
        if path not in ALLOWED
        for line in cyrillic_strings(path)
    ]
    assert wrong == []


def test_what_is_allowed_to_hold_letters_holds_no_sentences() -> None:
    wrong = [
        line
        for path in python_files(*SPEAKING_ROOMS)
        if path in ALLOWED
        for line in cyrillic_strings(path)
        if line.rstrip("'").endswith(("?", "!"))
    ]
    assert wrong == []


def test_every_exception_is_still_needed() -> None:
    needed = {path for path in python_files(*SPEAKING_ROOMS) if cyrillic_strings(path)}
    assert set(ALLOWED) - needed == set()
