"""Loading doctors and their hours: times are there at once, and what cannot be is told by its line."""

from pathlib import Path

import pytest

from dialogs.facts import Wish
from rules.people import Attachment
from rules.slots import Slot
from storage import due, people, slots
from storage.csv_files import RowFault
from storage.database import Database
from storage.load import BadFiles, Loaded, load
from tests.registry import NOW, made_up_iin
from tests.storage.surgery import ANYBODY, FIRST, FRIDAY, booked, clinic_of, free

CLINICS = "clinic_no,name_ru,name_kk,address,phones,norm,rooms_exclusive\n5,П,Е,А,,,{exclusive}\n"
DOCTORS = "doctor_no,clinic_no,full_name,role,room\n501,5,А Б,therapist,{room}\n502,5,А В,therapist,206\n"
HOURS = "doctor_no,weekday,from,to,slot_minutes\n501,5,14:00,15:00,\n502,5,14:30,15:30,30\n"
PEOPLE = (
    "iin,surname,name,patronymic,birth_date,phone,language,clinic_no,address,attached_on,doctor_no\n"
    "{iin},С,А,,1990-05-01,+77011234567,kk,{clinic},,{on},{doctor}\n"
)


async def loaded(db: Database, folder: Path, **files: str) -> Loaded | BadFiles:
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return await load(db, folder, NOW)


async def surgery(db: Database, folder: Path, exclusive: str = "", room: str = "204") -> Loaded | BadFiles:
    clinics, doctors = CLINICS.format(exclusive=exclusive), DOCTORS.format(room=room)
    return await loaded(db, folder, clinics=clinics, doctors=doctors, schedule=HOURS)


async def on_friday(db: Database, wish: Wish) -> list[Slot]:
    return [slot for slot in await free(db, wish) if slot.day == FRIDAY]


async def test_AP_01_what_is_loaded_can_be_booked_at_once(db: Database, tmp_path: Path) -> None:
    assert isinstance(await surgery(db, tmp_path), Loaded)
    rooms = [slot.room for slot in await on_friday(db, ANYBODY)]
    assert rooms == ["204", "204", "204", "206", "204", "206"]


async def test_G_50_hours_without_a_length_are_cut_into_quarters(db: Database, tmp_path: Path) -> None:
    await surgery(db, tmp_path)
    assert [
        (slot.end - slot.start).seconds // 60 for slot in await free(db, FIRST) if slot.day == FRIDAY
    ] == [15] * 4


async def test_loading_the_same_again_makes_no_time_anew(db: Database, tmp_path: Path) -> None:
    await surgery(db, tmp_path)
    before = await free(db, ANYBODY)
    await surgery(db, tmp_path)
    assert await free(db, ANYBODY) == before


async def test_two_doctors_in_one_room_at_one_time_are_told_by_line_where_the_clinic_forbids_it(
    db: Database, tmp_path: Path
) -> None:
    refused = await surgery(db, tmp_path, exclusive="1", room="206")
    assert refused == BadFiles(
        (RowFault("schedule.csv", 2, "", "room_twice"), RowFault("schedule.csv", 3, "", "room_twice"))
    )
    assert await free(db, ANYBODY) == (), "nothing of it is loaded"
    assert isinstance(await surgery(db, tmp_path, exclusive="0", room="206"), Loaded)
    clinic, _ = await clinic_of(db)
    assert not clinic.rooms_exclusive


async def test_two_doctors_in_two_rooms_are_loaded_where_the_clinic_forbids_sharing(
    db: Database, tmp_path: Path
) -> None:
    assert isinstance(await surgery(db, tmp_path, exclusive="1"), Loaded)
    clinic, _ = await clinic_of(db)
    assert clinic.rooms_exclusive
    assert len(await on_friday(db, ANYBODY)) == 6


async def attachment_of(db: Database, person_id: str) -> Attachment:
    row = await db.reader.row("attachment_of", person_id=int(person_id))
    assert row is not None
    return Attachment(person_id, row[0], FRIDAY, row[2])


async def test_a_persons_own_doctor_is_loaded_and_changed_without_a_new_attachment(
    db: Database, tmp_path: Path
) -> None:
    await surgery(db, tmp_path)
    iin = made_up_iin()
    for doctor in ("501", "502", ""):
        text = PEOPLE.format(iin=iin.digits, clinic=5, on="2019-03-11", doctor=doctor)
        assert isinstance(await loaded(db, tmp_path, people=text), Loaded)
        person = await people.by_iin(db.reader, iin)
        assert person is not None
        assert (await attachment_of(db, person.id)).doctor_no == (doctor or None)


@pytest.mark.parametrize(
    ("doctor", "clinic", "on", "code"),
    [("999", "5", "2019-03-11", "unknown_doctor"), ("501", "", "", "doctor_of_another_clinic")],
)
async def test_a_doctor_who_cannot_be_ones_own_is_told_by_line(
    db: Database, tmp_path: Path, doctor: str, clinic: str, on: str, code: str
) -> None:
    await surgery(db, tmp_path)
    text = PEOPLE.format(iin=made_up_iin().digits, clinic=clinic, on=on, doctor=doctor)
    assert await loaded(db, tmp_path, people=text) == BadFiles(
        (RowFault("people.csv", 2, "doctor_no", code),)
    )


async def test_GEN_02_a_holiday_that_is_loaded_hands_bookings_back(db: Database, tmp_path: Path) -> None:
    await surgery(db, tmp_path)
    request_id = await booked(db, (await on_friday(db, FIRST))[0])
    await loaded(db, tmp_path, holidays=f"date,kind,name_ru,name_kk\n{FRIDAY},holiday,х,х\n")
    assert await on_friday(db, ANYBODY) == []
    lost = [one.subject_id for one in await due.ripe(db.reader, NOW) if one.kind == slots.LOST]
    assert lost == [request_id]


async def test_a_doctors_lines_are_their_whole_week_and_what_is_no_longer_said_ends(
    db: Database, tmp_path: Path
) -> None:
    await surgery(db, tmp_path)
    (slot, *_) = [one for one in await on_friday(db, FIRST) if one.doctor_no == "501"]
    request_id = await booked(db, slot)
    shorter = "doctor_no,weekday,from,to,slot_minutes\n501,5,14:30,15:00,\n"
    result = await loaded(db, tmp_path, schedule=shorter)
    assert isinstance(result, Loaded)
    assert result.hours_ended == 1
    assert len(await on_friday(db, FIRST)) == 2
    told = [one.subject_id for one in await due.ripe(db.reader, NOW) if one.kind == slots.LOST]
    assert told == [request_id], "whoever is booked outside of the new hours is told"
    others = Wish(5, FIRST.role, "502")
    assert len(await on_friday(db, others)) == 2, "a doctor who is not in the file keeps the week"
