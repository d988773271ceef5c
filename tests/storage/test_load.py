"""Loading: bad files are refused whole with every bad row named, good ones are loaded whole."""

from pathlib import Path
from unicodedata import normalize

import pytest

from otp.codes import DidNotMatch
from rules.iin import Iin
from rules.slots import Slot
from storage import people
from storage.csv_files import RowFault
from storage.database import Database
from storage.load import BadFiles, Loaded, load
from storage.registry import Directory, Registry
from storage.requests import Mark, RegisteredRequest
from tests.otp.asking import Counter
from tests.registry import NOW, HandClock, made_up_iin

ROOT = Path(__file__).parents[2]
PEOPLE = "iin,surname,name,patronymic,birth_date,phone,language,clinic_no,address,attached_on\n"


def card(
    request: RegisteredRequest, marks: tuple[Mark, ...], visit: Slot | None, waits: bool
) -> RegisteredRequest:
    return request


def reading(db: Database) -> Registry[RegisteredRequest]:
    return Registry(db.reader, Directory(), card)


def person_row(iin: str, **changed: str) -> str:
    row = {
        "iin": iin, "surname": "Сейітова", "name": "Айгүл", "patronymic": "", "birth_date": "1988-04-12",
        "phone": "+77470006161", "language": "kk", "clinic_no": "5", "address": "Абай, 1",
        "attached_on": "2019-03-11",
    } | changed  # fmt: skip
    return ",".join(f'"{value}"' for value in row.values()) + "\n"


def folder(tmp_path: Path, **written: str) -> Path:
    for name, text in written.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8", newline="")
    return tmp_path


async def test_the_made_up_population_is_loaded_and_found(db: Database) -> None:
    for place in ("data/almaty", "data", "sandbox/people"):
        assert isinstance(await load(db, ROOT / place, NOW), Loaded)
    registry = reading(db)
    assert len(await registry.clinics()) == 33
    assert (await registry.calendar()).covers(2026)
    rows = (ROOT / "sandbox/people/people.csv").read_text().splitlines()
    people_loaded = await load(db, ROOT / "sandbox/people", NOW)
    assert isinstance(people_loaded, Loaded)
    assert (people_loaded.unchanged, people_loaded.added) == (len(rows) - 1, 0)
    guardians = (ROOT / "sandbox/people/guardians.csv").read_text().splitlines()[1].split(",")
    mother = await registry.person(Iin(guardians[1]))
    assert mother is not None
    children = await registry.children_of(mother.id, NOW.date())
    assert guardians[0] in {child.iin.digits for child in children}
    assert await registry.guardianship(children[0].id, mother.id, NOW.date())
    assert await registry.doctors(5)


async def test_a_loaded_person_reads_as_written(db: Database, tmp_path: Path) -> None:
    iin = made_up_iin()
    written = "\ufeff" + (PEOPLE + person_row(iin.digits, phone="8 (747) 000-61-61")).replace("\n", "\r\n")
    told: list[tuple[str, int]] = []
    loaded = await load(
        db, folder(tmp_path, people=written), NOW, lambda file, rows: told.append((file, rows))
    )
    assert isinstance(loaded, Loaded)
    assert (loaded.rows, loaded.added) == ({"people.csv": 1}, 1)
    assert told == [("people.csv", 1)]
    person = await people.by_iin(db.reader, iin)
    assert person is not None
    assert person.phone is not None
    assert (person.surname, person.phone.e164, person.patronymic) == ("Сейітова", "+77470006161", None)
    attached = await reading(db).attachment(person.id)
    assert attached is not None
    assert (attached.clinic_no, str(attached.attached_on)) == (5, "2019-03-11")


async def test_every_bad_row_is_named_and_nothing_is_loaded(db: Database, tmp_path: Path) -> None:
    good = made_up_iin().digits
    bad = [
        person_row("12345678901"),
        person_row(made_up_iin().digits, birth_date="12.04.1988"),
        person_row(made_up_iin().digits, phone="8 747 000"),
        person_row(made_up_iin().digits, surname="=HYPERLINK(1)"),
        person_row(made_up_iin().digits, name=""),
        person_row(made_up_iin().digits, language="en"),
        person_row(made_up_iin().digits, clinic_no="77"),
        person_row(made_up_iin().digits, address="x" * 301),
        person_row(made_up_iin().digits, address="a\u202eb"),
        person_row(good),
        "one,two\n",
    ]
    found = await load(db, folder(tmp_path, people=PEOPLE + person_row(good) + "".join(bad)), NOW)
    assert isinstance(found, BadFiles)
    assert [(fault.line, fault.column, fault.code) for fault in found.faults] == [
        (3, "iin", "iin_too_short"),
        (4, "birth_date", "bad_date"),
        (5, "phone", "phone_too_short"),
        (6, "surname", "formula"),
        (7, "name", "empty"),
        (8, "language", "not_one_of"),
        (9, "clinic_no", "unknown_clinic"),
        (10, "address", "too_long"),
        (11, "address", "control_character"),
        (12, "iin", "row_twice"),
        (13, "", "wrong_number_of_fields"),
    ]
    assert await db.reader.rows("rotate_people", after=-1, most=9) == []


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        (PEOPLE.replace("iin,", ""), RowFault("people.csv", 1, "iin", "missing_column")),
        (PEOPLE.replace("\n", ",note\n"), RowFault("people.csv", 1, "note", "unknown_column")),
        (PEOPLE.replace("\n", ",name\n"), RowFault("people.csv", 1, "name", "column_twice")),
        (PEOPLE + '"unclosed', RowFault("people.csv", 2, "", "not_csv")),
    ],
)
async def test_a_broken_file_is_named(db: Database, tmp_path: Path, written: str, fault: RowFault) -> None:
    found = await load(db, folder(tmp_path, people=written), NOW)
    assert isinstance(found, BadFiles)
    assert fault in found.faults


async def test_a_file_in_another_encoding_and_an_empty_folder_are_refused(
    db: Database, tmp_path: Path
) -> None:
    assert await load(db, tmp_path, NOW) == BadFiles((RowFault(tmp_path.name, 0, "", "no_files"),))
    (tmp_path / "people.csv").write_bytes(
        (PEOPLE + person_row(made_up_iin().digits)).encode("cp1251", "replace")
    )
    found = await load(db, tmp_path, NOW)
    assert isinstance(found, BadFiles)
    assert found.faults[0].code == "not_utf8"


async def test_guardians_must_be_people_and_schedules_of_doctors(db: Database, tmp_path: Path) -> None:
    known, stranger = made_up_iin().digits, made_up_iin().digits
    found = await load(
        db,
        folder(
            tmp_path,
            people=PEOPLE + person_row(known),
            guardians="child_iin,guardian_iin,kind,valid_from,valid_to\n"
            f"{known},{stranger},parent,2020-01-01,\n",
            schedule="doctor_no,weekday,from,to,slot_minutes\n9,8,08:00,14:00,15\n9,1,14:00,08:00,15\n9,1,08:00,14:00,15\n",
        ),
        NOW,
    )
    assert isinstance(found, BadFiles)
    assert [(fault.file, fault.line, fault.code) for fault in found.faults] == [
        ("guardians.csv", 2, "unknown_person"),
        ("schedule.csv", 2, "bad_number"),
        ("schedule.csv", 3, "ends_before_it_starts"),
        ("schedule.csv", 4, "unknown_doctor"),
    ]


async def test_a_landline_is_kept_and_no_code_goes_there(
    db: Database, tmp_path: Path, clock: HandClock
) -> None:
    iin = made_up_iin()
    rows = PEOPLE + person_row(iin.digits, phone="+7 727 233 39 60")
    assert isinstance(await load(db, folder(tmp_path, people=rows), NOW), Loaded)
    person = await people.by_iin(db.reader, iin)
    assert person is not None
    assert person.phone is None
    _, owed = await Counter(db, clock, iin).ask()
    assert owed[0].channel == "nowhere"


async def test_a_changed_row_rises_in_version_and_a_changed_phone_ends_live_codes(
    db: Database, tmp_path: Path, clock: HandClock
) -> None:
    iin = made_up_iin()
    await load(db, folder(tmp_path, people=PEOPLE + person_row(iin.digits)), NOW)
    counter = Counter(db, clock, iin)
    code = await counter.code()
    moved = PEOPLE + person_row(iin.digits, phone="+77010000001", address="Абай, 2")
    changed = await load(db, folder(tmp_path, people=moved), NOW)
    assert isinstance(changed, Loaded)
    assert changed.changed == 1
    assert isinstance(await counter.type(code), DidNotMatch)
    person = await people.by_iin(db.reader, iin)
    assert person is not None
    assert (person.version, person.address) == (2, "Абай, 2")


async def test_a_newer_attachment_replaces_the_one_before(db: Database, tmp_path: Path) -> None:
    iin = made_up_iin()

    async def loaded(clinic_no: str, attached_on: str) -> int:
        rows = PEOPLE + person_row(iin.digits, clinic_no=clinic_no, attached_on=attached_on)
        clinics = "clinic_no,name_ru,name_kk,address,phones,norm\n6,Шестая,Алтыншы,Алматы,,\n"
        assert isinstance(await load(db, folder(tmp_path, people=rows, clinics=clinics), NOW), Loaded)
        person = await people.by_iin(db.reader, iin)
        assert person is not None
        attached = await reading(db).attachment(person.id)
        assert attached is not None
        return attached.clinic_no

    assert await loaded("5", "2019-01-01") == 5
    assert await loaded("6", "2020-01-01") == 6
    assert await loaded("5", "2021-01-01") == 5


async def test_names_are_kept_as_they_are_spelt(db: Database, tmp_path: Path) -> None:
    iin = made_up_iin()
    await load(db, folder(tmp_path, people=PEOPLE + person_row(iin.digits, surname="Әбдіғаппарұлы")), NOW)
    person = await people.by_iin(db.reader, iin)
    assert person is not None
    assert normalize("NFC", person.surname) == person.surname == "Әбдіғаппарұлы"


async def test_streets_are_loaded_with_the_names_they_had_before(db: Database, tmp_path: Path) -> None:
    rows = "name_ru,name_kk,old_names\nАблай хана,Абылай хан,Коммунистический; Сталина ;\n,Абай,\n"
    found = await load(db, folder(tmp_path, streets=rows), NOW)
    assert found == BadFiles((RowFault("streets.csv", 3, "name_ru", "empty"),))
    good = rows.replace(",Абай,\n", "Абая,Абай,\n")
    assert isinstance(await load(db, folder(tmp_path, streets=good), NOW), Loaded)
    abai, ablai = await reading(db).streets()
    assert (abai.name_ru, abai.old_names) == ("Абая", ())
    assert (ablai.name_kk, ablai.old_names) == ("Абылай хан", ("Коммунистический", "Сталина"))
