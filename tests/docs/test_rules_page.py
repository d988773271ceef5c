"""docs/rules.md says what the code and the tests say."""

import importlib
from pathlib import Path

import pytest

from docs.generate_rules import ROOT, SECTIONS, STATES, Row, catalogue, evidence, main
from rules.law import RULES

ROWS = catalogue()


def test_the_page_of_rules_is_up_to_date() -> None:
    assert main(["--check"]) == 0, "run: python -m docs.generate_rules"


def test_every_rule_stands_once_in_a_known_section_and_state() -> None:
    assert len({row.id for row in ROWS}) == len(ROWS)
    assert {row.section for row in ROWS} == set(SECTIONS)
    assert {row.state for row in ROWS} == set(STATES)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_every_rule_has_a_sentence_and_a_source_and_says_why_it_is_not_built(row: Row) -> None:
    assert row.rule
    assert row.source
    assert (row.state == "built") is not bool(row.reason)


def test_every_rule_said_to_be_built_has_a_test_that_carries_its_id() -> None:
    shown = evidence().tests
    assert [row.id for row in ROWS if row.state == "built" and row.id not in shown] == []


def test_every_id_in_the_code_and_in_the_tests_is_a_rule_of_the_catalogue() -> None:
    known, found = {row.id for row in ROWS}, evidence()
    assert set(found.functions) - known == set()
    assert set(found.tests) - known == set()


def test_what_the_page_reads_from_the_code_is_what_the_code_records_when_it_runs() -> None:
    for path in sorted(Path(ROOT, "rules").glob("*.py")):
        importlib.import_module(f"rules.{path.stem}")
    read = {
        i: sorted(n for n in names if n.startswith("rules.")) for i, names in evidence().functions.items()
    }
    ran = {i: sorted(n for n in names if n.startswith("rules.")) for i, names in RULES.items()}
    assert {i: names for i, names in read.items() if names} == {i: names for i, names in ran.items() if names}
