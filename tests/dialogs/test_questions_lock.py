"""No question changes its meaning behind an open conversation."""

import ast
import json
from pathlib import Path

import dialogs
from tests.dialogs.lock import FILE, shapes

ASKING = {
    "Question",
    "iin_question",
    "name_question",
    "birth_question",
    "phone_question",
    "words_question",
    "_typed_or_shared",
    "chosen_clinic",
    "_open",
}
ASKED = {
    "home_call",
    "appointment",
    "time",
    "move",
    "cancel_visit",
    "wait",
    "cabinet",
    "identity",
    "answering",
}
"""What the keys of questions begin with."""


def test_a_question_that_changed_is_seen_by_whoever_changed_it() -> None:
    assert json.loads(FILE.read_text(encoding="utf-8")) == shapes(), (
        "A question has changed. If it now means something else, give it a new key: old answers lie under "
        "the old one. If it means the same, run `python -m tests.dialogs.lock` and commit the list."
    )


def test_every_question_in_the_code_is_on_the_list() -> None:
    listed = shapes().keys()
    for source in Path(dialogs.__file__).parent.glob("[!_]*.py"):
        for key in _keys(ast.parse(source.read_text(encoding="utf-8"))):
            assert key in listed, (source.name, key)


def test_a_press_of_any_button_fits_the_64_bytes_of_telegram() -> None:
    for key, shape in shapes().items():
        for option in shape["options"]:
            name = option.partition(" = ")[0].replace("#", "0" * 19 if option[0] == "#" else "0" * 16)
            # "q:" and 13 characters of a 63-bit id in base 36, ":", key, ":", option.
            assert len(f"q:{'z' * 13}:{key}:{name}".encode()) <= 64, (key, option)


def _keys(tree: ast.Module) -> set[str]:
    calls = [
        node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    ]
    asking = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id in ASKING]
    firsts = [
        next((a.value for a in call.args if isinstance(a, ast.Constant) and isinstance(a.value, str)), None)
        for call in asking
    ]
    return {key for key in firsts if key is not None and key.partition(".")[0] in ASKED}
