"""docs/rules.md says what the code and the tests say, of every rule there is."""

import importlib
from pathlib import Path
from types import MappingProxyType

import pytest

from docs.generate_rules import BUILT, ROOT, SECTIONS, STATES, Row, catalogue, evidence, main, missing
from rules.law import RULES

ROWS = catalogue()

# Every number that the rules of a section have, without a gap; the steps of staff begin at 21.
NUMBERS = MappingProxyType(
    {
        "GEN": range(1, 15),
        "HC": range(1, 20),
        "AP": range(1, 21),
        "AT": range(1, 16),
        "TR": range(1, 22),
        "IC": range(1, 17),
        "DD": range(1, 7),
        "CO": range(1, 10),
        "SV": range(1, 5),
        "MO": range(1, 5),
        "PC": range(1, 12),
        "PI": range(1, 7),
        "AU": (*range(12), *range(21, 31)),
        "MAP": range(1, 14),
        "ST": range(1, 7),
        "CH": range(1, 8),
        "RF": range(1, 5),
        "SG": range(1, 6),
        "SEC": range(1, 4),
        "E": range(1, 17),
        "X": range(1, 44),
        "G": range(1, 90),
    }
)


def test_the_page_of_rules_is_up_to_date() -> None:
    assert main(["--check"]) == 0, "run: python -m docs.generate_rules"


def test_every_rule_stands_once_in_a_known_section_and_state() -> None:
    assert len({row.id for row in ROWS}) == len(ROWS)
    assert {row.section for row in ROWS} == set(SECTIONS)
    assert {row.state for row in ROWS} == set(STATES)


def test_no_rule_is_missing_from_the_list_and_none_is_there_that_the_acts_do_not_give() -> None:
    wanted = [f"{section}-{number:02d}" for section, numbers in NUMBERS.items() for number in numbers]
    assert sorted(row.id for row in ROWS) == sorted(wanted)
    assert len(ROWS) == 353


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_every_rule_has_a_sentence_and_a_source_and_says_why_it_does_not_apply(row: Row) -> None:
    assert row.rule
    assert row.source
    assert (row.state == BUILT) is not bool(row.reason)


def test_every_rule_that_is_built_has_a_function_and_a_test_that_carry_its_id() -> None:
    assert missing() == []


def test_every_id_in_the_code_and_in_the_tests_is_a_rule_of_the_catalogue() -> None:
    known, found = {row.id for row in ROWS}, evidence()
    assert set(found.functions) - known == set()
    assert set(found.tests) - known == set()


def test_a_rule_that_does_not_apply_is_carried_out_by_nothing() -> None:
    carried = set(evidence().functions)
    assert [row.id for row in ROWS if row.state != BUILT and row.id in carried] == []


def test_what_the_page_reads_from_the_code_is_what_the_code_records_when_it_runs() -> None:
    for path in sorted(Path(ROOT, "rules").glob("*.py")):
        importlib.import_module(f"rules.{path.stem}")
    read = {
        i: sorted(n for n in names if n.startswith("rules.")) for i, names in evidence().functions.items()
    }
    ran = {i: sorted(n for n in names if n.startswith("rules.")) for i, names in RULES.items()}
    assert {i: names for i, names in read.items() if names} == {i: names for i, names in ran.items() if names}
