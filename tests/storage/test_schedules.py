"""Schedules: what the weeks and their changes say is there, and nobody's booking is forgotten."""

import asyncio
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from rules.slots import ChangeKind, ScheduleChange, Slot, WeeklyHours
from storage import due, schedules, slots
from storage.database import Database
from storage.schedules import Changed, NotInForce
from storage.slot_making import RoomTaken
from tests.registry import NOW, add_clinic
from tests.storage.surgery import (
    ANYBODY,
    CHILDRENS,
    DOCTORS,
    FIRST,
    FRIDAY,
    MONDAY,
    SCHEDULE,
    SECOND,
    WEEK,
    booked,
    clinic_of,
    free,
    made,
    open_surgery,
)

DAY_OFF = ScheduleChange(5, FRIDAY, ChangeKind.DAY_OFF, "501")
CLOSED = ScheduleChange(5, FRIDAY, ChangeKind.CLOSED_DAY)
SWAP = ScheduleChange(5, FRIDAY, ChangeKind.SUBSTITUTION, "501", substitute_no="502")


async def changed(db: Database, wanted: ScheduleChange, now: datetime = NOW) -> Changed:
    clinic, calendar = await clinic_of(db)
    async with db.transaction() as tx:
        return await schedules.change(tx, clinic, calendar, wanted, "staff:1", now)


async def taken_back(db: Database, change_id: int) -> Changed:
    clinic, calendar = await clinic_of(db)
    async with db.transaction() as tx:
        return await schedules.take_back(tx, clinic, calendar, change_id, NOW)


async def days_of(db: Database, wish: object = FIRST) -> list[date]:
    return sorted({slot.day for slot in await free(db, wish)})  # type: ignore[arg-type]  # any Wish


async def due_kinds(db: Database, request_id: int | None) -> list[str]:
    return [one.kind for one in await due.ripe(db.reader, NOW) if one.subject_id == request_id]


async def first_free(db: Database, wish: object = FIRST) -> Slot:
    return (await free(db, wish))[0]  # type: ignore[arg-type]  # any Wish


async def test_G_49_times_are_made_to_the_horizon_and_a_second_time_nothing_is_new(db: Database) -> None:
    await open_surgery(db)
    assert (await slots.free_days(db.reader, FIRST, NOW + timedelta(hours=4)))[-1].day == date(2026, 12, 4)
    again = await made(db)
    assert (again.added, again.closed, again.lost) == (0, 0, ())


async def test_times_are_made_anew_each_night_and_a_missed_night_is_made_up_for(db: Database) -> None:
    await open_surgery(db)
    (tonight,) = [one for one in await due.ripe(db.reader, NOW + timedelta(days=1)) if one.subject_id == 5]
    assert (tonight.kind, tonight.due_at) == (
        schedules.MAKE,
        datetime(2026, 11, 20, 19, 10, tzinfo=NOW.tzinfo),
    )
    made_later = await made(db, NOW + timedelta(days=3))
    assert made_later.added == 3 * 4, "a Monday for each of three doctors"


async def test_GEN_02_on_a_sunday_and_on_a_holiday_there_are_no_times(db: Database) -> None:
    async with db.transaction() as tx:
        tx.later("load_holiday", day=MONDAY.isoformat(), kind="holiday", name_ru="х", name_kk="х")
    await open_surgery(db, [("501", weekday, "09:00", "10:00", 30) for weekday in range(1, 8)])
    days = await days_of(db)
    assert MONDAY not in days
    assert all(day.weekday() != 6 for day in days)


async def test_GEN_02_a_holiday_loaded_later_takes_the_times_and_tells_who_was_booked(db: Database) -> None:
    await open_surgery(db)
    monday = next(slot for slot in await free(db) if slot.day == MONDAY)
    request_id = await booked(db, monday)
    async with db.transaction() as tx:
        tx.later("load_holiday", day=MONDAY.isoformat(), kind="holiday", name_ru="х", name_kk="х")
    result = await made(db)
    assert [one.request_id for one in result.lost] == [request_id]
    assert await due_kinds(db, request_id) == [slots.LOST]
    assert MONDAY not in await days_of(db, ANYBODY)


async def test_AP_02_a_specialist_of_the_list_has_no_times_here(db: Database) -> None:
    await open_surgery(db, [("601", 1, "09:00", "10:00", 30)], [("601", "surgeon", "300")])
    assert await slots.between(db.reader, "601", NOW, NOW + timedelta(days=15)) == ()


async def test_a_day_off_closes_the_doctors_day_and_hands_back_who_was_booked(db: Database) -> None:
    await open_surgery(db)
    slot = await first_free(db)
    request_id = await booked(db, slot)
    result = await changed(db, DAY_OFF)
    assert (result.closed, [one.request_id for one in result.lost]) == (4, [request_id])
    assert FRIDAY not in await days_of(db)
    assert FRIDAY in await days_of(db, SECOND)
    assert await due_kinds(db, request_id) == [slots.LOST]
    assert await slots.of_request(db.reader, request_id or 0) is None


async def test_a_day_off_taken_back_opens_the_same_times_again(db: Database) -> None:
    await open_surgery(db)
    before = await free(db)
    result = await changed(db, DAY_OFF)
    assert (await taken_back(db, result.change_id)).added == 4
    assert await free(db) == before
    with pytest.raises(NotInForce):
        await taken_back(db, result.change_id)


async def test_the_same_change_twice_is_said_to_stand(db: Database) -> None:
    await open_surgery(db)
    await changed(db, DAY_OFF)
    with pytest.raises(NotInForce):
        await changed(db, DAY_OFF)
    clinic_changes = await schedules.changes_of(db.reader, 5, FRIDAY)
    assert [one.change for one in clinic_changes] == [DAY_OFF]
    assert await schedules.changes_of(db.reader, 5, MONDAY) == ()


async def test_a_doctor_of_another_clinic_cannot_be_changed_here(db: Database) -> None:
    await open_surgery(db)
    await add_clinic(db, 7)
    async with db.transaction() as tx:
        tx.later("load_doctor", doctor_no="701", clinic_no=7, full_name=b"", role="therapist", room="1")
    with pytest.raises(NotInForce):
        await changed(db, ScheduleChange(5, FRIDAY, ChangeKind.DAY_OFF, "701"))
    assert await schedules.changes_of(db.reader, 5, FRIDAY) == ()


async def test_a_closed_day_takes_every_doctors_times(db: Database) -> None:
    await open_surgery(db)
    bookings = [await booked(db, await first_free(db, wish)) for wish in (FIRST, SECOND, CHILDRENS)]
    result = await changed(db, CLOSED)
    assert sorted(one.request_id or 0 for one in result.lost) == sorted(one or 0 for one in bookings)
    for wish in (ANYBODY, CHILDRENS):
        assert FRIDAY not in await days_of(db, wish)


async def test_extra_hours_can_be_booked_at_once(db: Database) -> None:
    await open_surgery(db)
    extra = ScheduleChange(5, FRIDAY, ChangeKind.EXTRA_HOURS, "501", time(17), time(18), 20, "300")
    assert (await changed(db, extra)).added == 3
    assert [slot.room for slot in await free(db) if slot.day == FRIDAY][-3:] == ["300"] * 3


async def test_a_change_beyond_the_horizon_waits_for_its_day_to_be_made(db: Database) -> None:
    await open_surgery(db)
    later = date(2026, 12, 14)
    assert (await changed(db, ScheduleChange(5, later, ChangeKind.DAY_OFF, "501"))).closed == 0
    await made(db, NOW + timedelta(days=14))
    at_last = NOW + timedelta(days=14)
    assert later not in {slot.day for slot in await free(db, FIRST, at_last)}
    assert later in {slot.day for slot in await free(db, SECOND, at_last)}


async def test_a_substitute_takes_over_bookings_at_the_same_times_in_the_same_room(db: Database) -> None:
    await open_surgery(db, [("501", 5, "14:00", "16:00", 30), ("502", 1, "14:00", "16:00", 30)])
    slot = await first_free(db)
    request_id = await booked(db, slot)
    result = await changed(db, SWAP)
    assert result.lost == ()
    ((now_with, by),) = [(one.slot, one.request_id) for one in result.substituted]
    assert by == request_id
    assert (now_with.doctor_no, now_with.start, now_with.room) == ("502", slot.start, "204")
    assert await slots.of_request(db.reader, request_id or 0) == now_with
    assert await due_kinds(db, request_id) == [slots.SUBSTITUTED]


async def test_a_substitution_taken_back_gives_the_patients_back(db: Database) -> None:
    await open_surgery(db, [("501", 5, "14:00", "16:00", 30), ("502", 1, "14:00", "16:00", 30)])
    slot = await first_free(db)
    request_id = await booked(db, slot)
    result = await changed(db, SWAP)
    back = await taken_back(db, result.change_id)
    assert [one.slot.id for one in back.substituted] == [slot.id]
    assert await slots.of_request(db.reader, request_id or 0) == slot


async def test_a_substitute_who_is_busy_then_cannot_take_over(db: Database) -> None:
    await open_surgery(db)
    mine, theirs = await first_free(db), await first_free(db, SECOND)
    request_id, other = await booked(db, mine), await booked(db, theirs)
    result = await changed(db, SWAP)
    assert [one.request_id for one in result.lost] == [request_id]
    assert await slots.of_request(db.reader, other or 0) == theirs


async def test_hours_cut_into_other_times_keep_who_is_booked_and_overlap_nobody(db: Database) -> None:
    await open_surgery(db)
    second = (await free(db))[1]
    request_id = await booked(db, second)
    async with db.transaction() as tx:
        for weekday in (1, 5):
            hours = {"weekday": weekday, "starts": "14:00", "ends": "16:00", "slot_minutes": 20}
            tx.later("load_schedule", doctor_no="501", **hours)
    assert (await made(db)).lost == ()
    assert await slots.of_request(db.reader, request_id or 0) == second
    friday = await slots.between(db.reader, "501", NOW, NOW + timedelta(hours=12))
    assert [f"{one.slot.start:%H:%M}-{one.slot.end:%H:%M}" for one in friday] == [
        "09:00-09:20", "09:30-10:00", "10:00-10:20", "10:20-10:40", "10:40-11:00",
    ]  # fmt: skip


async def test_hours_taken_out_of_the_week_hand_back_who_was_booked(db: Database) -> None:
    await open_surgery(db)
    request_id = await booked(db, await first_free(db))
    async with db.transaction() as tx:
        assert await schedules.drop_hours(tx, WeeklyHours("501", 5, time(14), time(16), 30))
        assert not await schedules.drop_hours(tx, WeeklyHours("501", 5, time(14), time(16), 30))
    assert [one.request_id for one in (await made(db)).lost] == [request_id]
    assert FRIDAY not in await days_of(db)


async def test_a_doctor_who_moves_to_another_room_keeps_the_bookings_there(db: Database) -> None:
    await open_surgery(db)
    request_id = await booked(db, await first_free(db))
    async with db.transaction() as tx:
        tx.later("load_doctor", doctor_no="501", clinic_no=5, full_name=b"", role="therapist", room="777")
    assert (await made(db)).lost == ()
    slot = await slots.of_request(db.reader, request_id or 0)
    assert slot is not None
    assert slot.room == "777"
    assert {one.room for one in await free(db)} == {"777"}


async def test_what_has_begun_is_left_alone(db: Database) -> None:
    await open_surgery(db)
    slot = await first_free(db)
    request_id = await booked(db, slot)
    assert (await changed(db, DAY_OFF, slot.start)).lost == ()
    assert await slots.of_request(db.reader, request_id or 0) == slot


async def test_the_list_of_a_day_is_the_clinics_day(db: Database) -> None:
    await open_surgery(db)
    clinic, calendar = await clinic_of(db)
    listed = await schedules.day_of_doctor(db.reader, clinic, calendar, "501", FRIDAY)
    assert [one.slot.day for one in listed] == [FRIDAY] * 4


async def one_doctor_per_room(db: Database) -> None:
    await add_clinic(db, rooms_exclusive=1)


async def test_two_doctors_get_one_room_at_one_time_only_where_the_clinic_lets_them(db: Database) -> None:
    extra = ScheduleChange(5, FRIDAY, ChangeKind.EXTRA_HOURS, "502", time(15), time(17), 30, "204")
    await open_surgery(db, [("501", 5, "14:00", "16:00", 30)])
    await changed(db, extra)
    await one_doctor_per_room(db)
    result = await made(db)
    assert [(one.room, one.doctor_no) for one in result.rooms_taken] == [("204", "501")]
    assert FRIDAY not in await days_of(db, SECOND)


async def test_staff_who_put_a_second_doctor_into_a_room_are_told_who_has_it(db: Database) -> None:
    await one_doctor_per_room(db)
    await open_surgery(db, [("501", 5, "14:00", "16:00", 30)])
    with pytest.raises(RoomTaken) as taken:
        await changed(
            db, ScheduleChange(5, FRIDAY, ChangeKind.EXTRA_HOURS, "502", time(15), time(17), 30, "204")
        )
    assert (taken.value.room, taken.value.doctor_no) == ("204", "501")
    assert taken.value.at == datetime(2026, 11, 20, 10, 0, tzinfo=NOW.tzinfo)
    after = ScheduleChange(5, FRIDAY, ChangeKind.EXTRA_HOURS, "502", time(16), time(17), 30, "204")
    assert (await changed(db, after)).added == 2


async def test_a_room_is_judged_also_for_a_day_too_far_ahead_to_be_made(db: Database) -> None:
    await one_doctor_per_room(db)
    await open_surgery(db, [("501", 5, "14:00", "16:00", 30)])
    far = FRIDAY + timedelta(days=28)
    too_early = ScheduleChange(5, far, ChangeKind.EXTRA_HOURS, "502", time(15), time(17), 30, "204")
    with pytest.raises(RoomTaken) as taken:
        await changed(db, too_early)
    assert (taken.value.room, taken.value.doctor_no) == ("204", "501")
    await changed(db, replace(too_early, start=time(16)))


async def test_AP_01_a_day_closed_while_another_process_makes_times_stays_closed(db: Database) -> None:
    await open_surgery(db, week=())
    clinic, calendar = await clinic_of(db)
    made_up = asyncio.Event()

    async def making() -> None:
        async with db.transaction() as tx:
            for row in WEEK:
                tx.later("load_schedule", **dict(zip(SCHEDULE, row, strict=True)))
            await schedules.extend(tx, clinic, calendar, NOW)
            made_up.set()
            await asyncio.sleep(0.2)

    async def closing() -> None:
        await made_up.wait()
        await changed(db, CLOSED)

    await asyncio.gather(making(), closing())
    assert FRIDAY not in await days_of(db, ANYBODY)


async def test_a_substitute_takes_the_room_over(db: Database) -> None:
    await one_doctor_per_room(db)
    doctors = [("501", "therapist", "206"), ("502", "therapist", "204")]
    await open_surgery(db, [("502", 5, "14:00", "16:00", 30)], doctors)
    swap = ScheduleChange(5, FRIDAY, ChangeKind.SUBSTITUTION, "502", substitute_no="501")
    assert (await changed(db, swap)).added == 4
    assert {slot.room for slot in await free(db) if slot.day == FRIDAY} == {"204"}


def test_the_three_doctors_of_these_tests_have_rooms_of_their_own() -> None:
    assert len({room for *_, room in DOCTORS}) == len(DOCTORS)
