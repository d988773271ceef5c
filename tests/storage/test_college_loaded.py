"""The college and its graduates as loaded: every fault by its line, and no clinic is ever mistaken for it."""

from pathlib import Path

import pytest

from rules.slots import Slot
from rules.training import COLLEGE, Programme
from storage import schedules, staff, training
from storage.csv_files import RowFault
from storage.database import Database
from storage.load import BadFiles, Loaded, load
from storage.registry import Directory, Registry
from storage.requests import Mark, RegisteredRequest
from tests.registry import NOW, made_up_iin
from tests.storage.test_training import CLINIC_ROW, GRADUATES, college_files

PEOPLE = "iin,surname,name,patronymic,birth_date,phone,language,clinic_no,address,attached_on\n"


def card(
    request: RegisteredRequest, marks: tuple[Mark, ...], visit: Slot | None, waits: bool
) -> RegisteredRequest:
    return request


def reading(db: Database) -> Registry[RegisteredRequest]:
    return Registry(db.reader, Directory(), card)


def line(**changed: str) -> str:
    row = {
        "iin": made_up_iin().digits, "programme": "vocational", "document": "diploma", "original_no": "",
        "decided_on": "2026-11-13", "full_name": "Ким Анна", "title": "Сестринское дело",
    } | changed  # fmt: skip
    return ",".join(row.values()) + "\n"


async def test_the_college_is_found_and_is_none_of_the_clinics(db: Database, tmp_path: Path) -> None:
    assert isinstance(await load(db, college_files(tmp_path), NOW), Loaded)
    registry = reading(db)
    assert [clinic.no for clinic in await registry.clinics()] == [5]
    college = await registry.college()
    assert college is not None
    assert (college.no, college.is_college, str(college.hours)) == (COLLEGE, True, "09:00-18:00;-;-")
    assert await registry.clinic(COLLEGE) == college
    five = await registry.clinic(5)
    assert five is not None
    assert not five.is_college


async def test_a_registry_without_the_college_has_none(db: Database) -> None:
    assert await reading(db).college() is None
    assert not await reading(db).college_linked()


async def test_whoever_works_at_the_college_makes_it_linked_and_never_a_live_clinic(
    db: Database, tmp_path: Path
) -> None:
    assert isinstance(await load(db, college_files(tmp_path), NOW), Loaded)
    assert await staff.unverified(db.reader) == ()
    async with db.transaction() as tx:
        for number, role in enumerate(("college", "head", "registrar")):
            tx.later("staff_join", telegram_id=number, clinic_no=COLLEGE, role=role, name=None, phone=None,
                     locale="kk", now=1)  # fmt: skip
        tx.later("group_link", chat_id=-1, clinic_no=COLLEGE, locale="kk", now=1)
    assert await training.is_linked(db.reader)
    assert await reading(db).college_linked()
    assert await staff.live_clinics(db.reader) == ()
    # Nobody has phoned the college to put its row right: real people are not let in before.
    assert await staff.unverified(db.reader) == (COLLEGE,)


async def test_graduates_are_found_by_their_iin(db: Database, tmp_path: Path) -> None:
    iin = made_up_iin()
    rows = (
        line(iin=iin.digits),
        line(iin=iin.digits, programme="upgrading", document="", original_no="ПК 7", decided_on="2026-11-16"),
        line(),
    )
    assert isinstance(await load(db, college_files(tmp_path, *rows), NOW), Loaded)
    found = await reading(db).graduations(iin)
    assert [(one.programme, one.original_no) for one in found] == [
        (Programme.UPGRADING, "ПК 7"),
        (Programme.VOCATIONAL, ""),
    ]
    assert await reading(db).graduations(made_up_iin()) == ()


async def test_loading_graduates_twice_changes_nothing_and_a_corrected_name_is_taken(
    db: Database, tmp_path: Path
) -> None:
    iin = made_up_iin()
    for name in ("Ким Анна", "Ким Анна", "Ким Анна Сергеевна"):
        row = line(iin=iin.digits, full_name=name)
        assert isinstance(await load(db, college_files(tmp_path, row), NOW), Loaded)
    [record] = await training.graduations(db.reader, iin)
    assert record.full_name == "Ким Анна Сергеевна"


async def test_every_fault_of_graduates_is_named_at_once_by_its_line(db: Database, tmp_path: Path) -> None:
    good = line()
    rows = (
        line(iin="880412294540"),
        line(programme="doctorate"),
        line(document="upgrading_certificate"),
        line(document="certificate"),
        line(decided_on="20.11.2026"),
        line(full_name=""),
        good,
        good,
        line(full_name="=1+1"),
    )
    found = await load(db, college_files(tmp_path, *rows), NOW)
    assert isinstance(found, BadFiles)
    assert found.faults == (
        RowFault("graduates.csv", 2, "iin", "iin_check_digit"),
        RowFault("graduates.csv", 3, "programme", "not_one_of"),
        RowFault("graduates.csv", 4, "document", "of_another_programme"),
        RowFault("graduates.csv", 5, "document", "not_one_of"),
        RowFault("graduates.csv", 6, "decided_on", "bad_date"),
        RowFault("graduates.csv", 7, "full_name", "empty"),
        RowFault("graduates.csv", 9, "iin", "row_twice"),
        RowFault("graduates.csv", 10, "full_name", "formula"),
    )
    assert await reading(db).college() is None


async def test_TR_03_a_document_of_another_programme_is_refused(db: Database, tmp_path: Path) -> None:
    rows = (line(programme="retraining", document="diploma"),)
    found = await load(db, college_files(tmp_path, *rows), NOW)
    assert isinstance(found, BadFiles)
    assert [fault.code for fault in found.faults] == ["of_another_programme"]


async def test_graduates_without_a_college_in_the_directory_are_refused(db: Database, tmp_path: Path) -> None:
    (tmp_path / "graduates.csv").write_text(GRADUATES + line(), encoding="utf-8")
    found = await load(db, tmp_path, NOW)
    assert isinstance(found, BadFiles)
    assert found.faults == (RowFault("graduates.csv", 2, "clinic_no", "no_college"),)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (CLINIC_ROW.replace("\n90,", "\n7,"), "not_the_college"),
        (CLINIC_ROW.replace(",college\n", ",\n"), "not_the_college"),
        (CLINIC_ROW.replace(",college\n", ",school\n"), "not_one_of"),
    ],
)
async def test_only_number_90_is_the_college_and_it_is_nothing_else(
    db: Database, tmp_path: Path, row: str, code: str
) -> None:
    (tmp_path / "clinics.csv").write_text(row, encoding="utf-8")
    found = await load(db, tmp_path, NOW)
    assert isinstance(found, BadFiles)
    assert [(fault.column, fault.code) for fault in found.faults] == [("kind", code)]


async def test_nobody_is_attached_to_the_college_or_treated_there(db: Database, tmp_path: Path) -> None:
    folder = college_files(tmp_path)
    iin = made_up_iin().digits
    person = f"{iin},Ким,Анна,,1988-04-12,+77470006161,ru,90,Абай,2019-03-11\n"
    (folder / "people.csv").write_text(PEOPLE + person, encoding="utf-8")
    doctor = "doctor_no,clinic_no,full_name,role,room\n900,90,Ким Олег,therapist,1\n"
    (folder / "doctors.csv").write_text(doctor, encoding="utf-8")
    found = await load(db, folder, NOW)
    assert isinstance(found, BadFiles)
    assert {(fault.file, fault.code) for fault in found.faults} == {
        ("people.csv", "not_a_clinic"),
        ("doctors.csv", "not_a_clinic"),
    }
    assert await schedules.weeks_of(db.reader, COLLEGE) == ()
