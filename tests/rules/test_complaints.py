"""Complaints: who hears them, what they must hold, what may go with them, the order of their marks."""

from itertools import pairwise

import pytest

from rules.complaints import (
    LARGEST_FILE,
    LONGEST_WORDS,
    MOST_FILES,
    SERIES,
    SHORTEST_WORDS,
    Addressee,
    Body,
    ComplaintStatus,
    Field,
    FileFault,
    FilingWay,
    file_fault,
    may_follow,
    missing_fields,
)
from rules.request_number import RequestNumber

MEGABYTE = 1_048_576
FILLED = dict.fromkeys(Field, "есть")


def test_CO_02_the_addressee_is_one_body_or_both() -> None:
    assert Addressee.HEALTH.bodies == (Body.HEALTH,)
    assert Addressee.QUALITY.bodies == (Body.QUALITY,)
    assert Addressee.BOTH.bodies == (Body.HEALTH, Body.QUALITY)


def test_CO_03_CH_06_there_are_three_ways_of_filing() -> None:
    assert [way.value for way in FilingWay] == ["electronic", "by_hand", "post"]


@pytest.mark.parametrize("field", list(Field))
def test_CO_04_X_34_each_mandatory_field_is_missed_by_its_name(field: Field) -> None:
    assert missing_fields(FILLED | {field: "  "}) == (field,)
    assert missing_fields({one: text for one, text in FILLED.items() if one is not field}) == (field,)


def test_CO_04_nothing_is_missing_once_all_are_filled_and_all_are_named_where_none_is() -> None:
    assert missing_fields(FILLED) == ()
    assert missing_fields({}) == tuple(Field)


def test_G_60_who_gives_neither_name_nor_iin_has_not_complained() -> None:
    nameless = FILLED | {Field.NAME: "", Field.IIN: ""}
    assert missing_fields(nameless) == (Field.NAME, Field.IIN)


def test_CO_08_the_marks_follow_each_other_and_the_last_is_one_of_two() -> None:
    delivered, registered, in_work, answered, refused = ComplaintStatus
    assert all(may_follow(*pair) for pair in pairwise((delivered, registered, in_work, answered)))
    assert may_follow(in_work, refused)
    allowed = [(a, b) for a in ComplaintStatus for b in ComplaintStatus if may_follow(a, b)]
    assert len(allowed) == 4
    assert [one for one in ComplaintStatus if one.is_final] == [answered, refused]


def test_complaints_have_a_series_of_their_own() -> None:
    assert str(RequestNumber(SERIES, 12)) == "95-000012"


@pytest.mark.parametrize(
    ("name", "mime"),
    [
        ("photo.jpg", "image/jpeg"),
        ("PHOTO.JPEG", "image/jpeg"),
        ("scan.png", "image/png"),
        ("scan.PDF", "application/pdf"),
        ("letter.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("", "image/jpeg"),
        ("scan.pdf", ""),
        ("scan.pdf", "application/octet-stream"),
    ],
)
def test_X_34_photos_and_documents_of_these_kinds_may_go_with_it(name: str, mime: str) -> None:
    assert file_fault(name, mime, 1000) is None


@pytest.mark.parametrize(
    ("name", "mime"),
    [
        ("", ""),
        ("run.exe", "application/octet-stream"),
        ("run.exe", "application/pdf"),
        ("photo.jpg.exe", "image/jpeg"),
        ("scan.pdf", "text/html"),
        ("film.mp4", "video/mp4"),
        ("noextension", "application/octet-stream"),
        ("macro.docm", "application/vnd.ms-word.document.macroEnabled.12"),
    ],
)
def test_X_34_what_is_of_another_kind_by_its_name_or_by_its_own_word_may_not(name: str, mime: str) -> None:
    assert file_fault(name, mime, 1000) is FileFault.WRONG_KIND


def test_X_34_a_file_holds_twenty_megabytes_at_most() -> None:
    most = LARGEST_FILE.value * MEGABYTE
    assert file_fault("a.pdf", "application/pdf", most) is None
    assert file_fault("a.pdf", "application/pdf", most + 1) is FileFault.TOO_LARGE
    assert file_fault("a.pdf", "application/pdf", 30 * MEGABYTE) is FileFault.TOO_LARGE


def test_X_34_the_figures_say_where_they_come_from() -> None:
    assert (SHORTEST_WORDS.value, LONGEST_WORDS.value, MOST_FILES.value) == (10, 4000, 10)
    assert {one.source.clause for one in (SHORTEST_WORDS, LONGEST_WORDS, MOST_FILES)} == {"X-34"}
