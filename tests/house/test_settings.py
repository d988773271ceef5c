"""Every setting is explained, and every explained setting is read."""

import re
from pathlib import Path

from bot.settings import NAMES
from tests.house.tree import python_files, text_of

EXAMPLE = text_of(Path(".env.example"))
# A setting that is off by default stands there commented out.
SETTING = re.compile(r"^(?:# ?)?([A-Z][A-Z0-9_]+)=", re.MULTILINE)
ENVIRONMENT = re.compile(r"os\.environ\[|os\.environ\.get\(|os\.getenv\(")


def test_every_setting_the_bot_reads_is_in_the_example_and_the_other_way_round() -> None:
    assert sorted(SETTING.findall(EXAMPLE)) == sorted(NAMES)


def test_every_setting_in_the_example_is_explained_above_it() -> None:
    lines = EXAMPLE.splitlines()
    unexplained = [
        line
        for before, line in zip(["", *lines], lines, strict=False)
        if SETTING.match(line) and not (before.startswith("# ") or SETTING.match(before))
    ]
    assert unexplained == []


def test_S44_the_example_holds_no_secret() -> None:
    secrets = [name for name in NAMES if name.endswith(("_TOKEN", "_SECRET", "_KEY"))]
    assert [name for name in secrets if not re.search(rf"^(?:# ?)?{name}=\s*$", EXAMPLE, re.MULTILINE)] == []


def test_the_environment_is_read_in_one_place_only() -> None:
    readers = [
        str(path)
        for path in python_files("bot", "otp", "storage", "locales")
        if ENVIRONMENT.search(text_of(path))
    ]
    assert readers == []


def test_every_setting_that_the_page_on_going_live_names_exists() -> None:
    page = text_of(Path("docs/going-live.md"))
    assert set(re.findall(r"`([A-Z]+_[A-Z_]+)`", page)) <= set(NAMES)
