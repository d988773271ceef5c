"""Attachments: one active at a time, the old one ended at the instant the new one begins, and counted."""

import asyncio
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from rules.attachment import Cause, Effect, MonthDay, Period, Terms, has_room
from rules.clinics import Takes
from storage import Clash, attachments
from storage.attachments import history
from storage.database import Database, Tx
from storage.load import BadFiles, Loaded, load
from storage.registry import Directory
from storage.retention import prune
from storage.verify import verify
from tests.registry import NOW, add_clinic, add_person
from tests.storage.attaching import TODAY, request_for, switched
from tests.storage.test_load import PEOPLE, folder, person_row, reading

TERMS = "from,choices,period,campaign_from,campaign_to,effect\n"
SIGNERS = "clinic_no,full_name,position_ru,position_kk,valid_from,valid_to\n"
CLINIC = "clinic_no,name_ru,name_kk,address,phones,norm,takes\n"


@pytest.fixture
async def person(db: Database) -> int:
    """Somebody attached nowhere, and clinics 4 and 5."""
    await add_clinic(db, 4)
    return (await add_person(db))[0]


async def counts(db: Database) -> tuple[int, int]:
    four, five = [await attachments.attached_count(db.reader, no) for no in (4, 5)]
    return four, five


async def test_AT_09_AT_15_a_switch_ends_the_old_attachment_at_the_instant_the_new_one_begins(
    db: Database, person: int
) -> None:
    assert await switched(db, person, 5) is None
    later = NOW + timedelta(hours=1)
    assert await switched(db, person, 4, now=later) == 5
    first, second = await history(db.reader, person)
    assert (first.clinic_no, first.began_at, first.ended_at) == (5, NOW, later)
    assert (second.clinic_no, second.began_at, second.ended_at) == (4, later, None)
    attached = await reading(db).attachment(str(person))
    assert attached is not None
    assert (attached.clinic_no, attached.attached_on) == (4, TODAY)


async def test_AT_09_the_same_request_switches_once_and_answers_the_same(db: Database, person: int) -> None:
    await switched(db, person, 5)
    request = await request_for(db, person, 4)
    assert [await switched(db, person, 4, request) for _ in range(3)] == [5, 5, 5]
    assert await switched(db, person, 5, now=NOW + timedelta(hours=1)) == 4
    assert await switched(db, person, 4, request, NOW + timedelta(hours=2)) == 5
    assert [stay.clinic_no for stay in await history(db.reader, person)] == [5, 4, 5]


async def test_who_is_attached_there_already_stays_as_they_are(db: Database, person: int) -> None:
    await switched(db, person, 5)
    assert await switched(db, person, 5) == 5
    assert len(await history(db.reader, person)) == 1


async def test_AT_09_a_clock_that_stands_or_steps_back_makes_no_overlap(db: Database, person: int) -> None:
    for no, hours in ((5, 0), (4, 0), (5, -3), (4, 1)):
        await switched(db, person, no, now=NOW + timedelta(hours=hours))
    stays = await history(db.reader, person)
    assert [stay.clinic_no for stay in stays] == [5, 4, 5, 4]
    assert all(before.ended_at == after.began_at for before, after in pairwise(stays))
    assert (await verify(db)).sound


async def test_AT_09_two_decisions_at_once_follow_each_other(db: Database, person: int) -> None:
    await add_clinic(db, 6)
    await switched(db, person, 5)
    came_from = await asyncio.gather(switched(db, person, 4), switched(db, person, 6))
    stays = await history(db.reader, person)
    assert sorted(stay.clinic_no for stay in stays) == [4, 5, 6]
    assert set(came_from) in ({5, 4}, {5, 6})
    assert (await verify(db)).sound


INSERT = (
    "INSERT INTO attachments (id, person_id, clinic_no, attached_on, origin, began_at, ended_at)"
    " VALUES ({id}, {person}, 4, '2026-11-20', 'load', {began}, {ended})"
)


@pytest.mark.parametrize(
    "wrong",
    [
        INSERT.format(id=1, person="{person}", began=7, ended="NULL"),
        INSERT.format(id=1, person="{person}", began=7, ended=9),
        "UPDATE attachments SET ended_at = 9000000000000000 WHERE person_id = {person} AND ended_at IS NULL",
        "UPDATE attachments SET ended_at = NULL WHERE person_id = {person}",
        "UPDATE attachments SET ended_at = ended_at + 1 WHERE ended_at IS NOT NULL",
        "UPDATE attachments SET clinic_no = 4 WHERE person_id = {person}",
        "UPDATE attachments SET began_at = began_at - 1 WHERE person_id = {person}",
        "UPDATE attachments SET request_id = NULL WHERE person_id = {person}",
        "DELETE FROM attachments WHERE person_id = {person} AND ended_at IS NULL",
    ],
)  # fmt: skip
async def test_AT_09_the_database_itself_forbids_two_a_gap_and_a_history_written_anew(
    db: Database, person: int, wrong: str
) -> None:
    await switched(db, person, 4)
    await switched(db, person, 5, now=NOW + timedelta(hours=1))
    before = await history(db.reader, person)
    with pytest.raises(Clash):
        await _run(db, wrong.format(person=person))
    assert await history(db.reader, person) == before


async def _run(db: Database, sql: str) -> None:
    async with db.transaction() as tx:
        statement = db.statement("data_version")
        await tx._session.run([(type(statement)("by_hand", sql, ()), {})])


async def test_AT_08_the_count_of_a_clinic_follows_every_switch(db: Database, person: int) -> None:
    other, _ = await add_person(db)
    await switched(db, person, 5)
    await switched(db, other, 5)
    assert await counts(db) == (0, 2)
    await switched(db, person, 4)
    assert await counts(db) == (1, 1)
    assert (await reading(db).attached_count(4), await reading(db).attached_count(33)) == (1, 0)


async def test_AT_08_who_is_accepted_holds_a_place_and_a_second_decision_sees_it(
    db: Database, person: int
) -> None:
    await switched(db, person, 5)
    other, _ = await add_person(db)
    await request_for(db, other, 5, status="accepted")
    await request_for(db, other, 5)
    assert await attachments.promised_count(db.reader, 5) == 1
    async with db.transaction() as tx:
        assert await attachments.hold_count(tx, 5) == 2
        assert await attachments.hold_count(tx, 4) == 0


async def test_AT_08_of_two_decisions_about_the_last_place_one_sees_that_it_is_taken(
    db: Database, person: int
) -> None:
    directory = Directory()
    await directory.refresh(db.reader)
    people = [person, (await add_person(db))[0]]
    asked = [await request_for(db, one, 5) for one in people]

    async def accept(request_id: int) -> bool:
        async def work(tx: Tx) -> bool:
            taken = await attachments.hold_count(tx, 5)
            await asyncio.sleep(0)
            if taken >= 1:
                return False
            await tx.rows("request_move", **_accepted(request_id))
            return True

        return await db.decide(work)

    assert sorted(await asyncio.gather(*map(accept, asked))) == [False, True]
    assert has_room(directory.clinics[5], 1) is None


def _accepted(request_id: int) -> dict[str, object]:
    nothing = dict.fromkeys(
        "answer_due visit_day answered_at closed_at ground doctor_no doctor_name doctor_role window_start"
        " window_end undo_until open_slot".split()
    )
    return {**nothing, "id": request_id, "version": 1, "status": "accepted", "undo": 0}


async def test_AT_07_E_09_choices_are_the_days_of_free_choice_alone(db: Database, person: int) -> None:
    hour = timedelta(hours=1)
    await switched(db, person, 5, day=date(2025, 3, 1))
    await switched(db, person, 4, cause=Cause.MOVED, now=NOW + hour)
    await switched(db, person, 5, now=NOW + 2 * hour, day=date(2027, 1, 1), chosen_on=date(2026, 10, 1))
    assert await reading(db).choices_made(str(person)) == (date(2025, 3, 1), date(2026, 10, 1))
    assert await attachments.choices_made(db.reader, 1) == ()


async def test_AT_07_a_register_that_repeats_a_choice_made_here_is_no_second_choice(
    db: Database, tmp_path: Path
) -> None:
    person, iin = await add_person(db)
    await switched(db, person, 5)
    rows = PEOPLE + person_row(iin.digits, attached_on="2026-11-21")
    assert isinstance(await load(db, folder(tmp_path, people=rows), NOW), Loaded)
    assert len(await history(db.reader, person)) == 2
    assert await attachments.choices_made(db.reader, person) == (TODAY,)


async def test_a_load_replaces_what_was_chosen_here_only_by_something_newer(
    db: Database, tmp_path: Path
) -> None:
    await add_clinic(db, 4)
    person, iin = await add_person(db)
    await switched(db, person, 5)
    for attached_on, clinic_no in (("2026-11-19", 5), ("2026-11-20", 5), ("2026-11-21", 4)):
        rows = PEOPLE + person_row(iin.digits, clinic_no="4", attached_on=attached_on)
        assert isinstance(await load(db, folder(tmp_path, people=rows), NOW), Loaded)
        attached = await reading(db).attachment(str(person))
        assert attached is not None
        assert attached.clinic_no == clinic_no
    assert await counts(db) == (1, 0)
    assert (await verify(db)).sound


async def test_G_20_G_22_terms_are_loaded_and_a_second_load_changes_them(
    db: Database, tmp_path: Path
) -> None:
    rows = "2013-07-26,1,calendar_year,,,\n2027-01-01,2,twelve_months,09-15,11-15,01-01\n"
    assert await reading(db).terms() == ()
    assert isinstance(await load(db, folder(tmp_path, free_choice=TERMS + rows), NOW), Loaded)
    old, new = await reading(db).terms()
    assert old == Terms(date(2013, 7, 26), 1, Period.CALENDAR_YEAR, None, Effect.AT_ONCE)
    autumn = (MonthDay(9, 15), MonthDay(11, 15))
    assert new == Terms(date(2027, 1, 1), 2, Period.TWELVE_MONTHS, autumn, MonthDay(1, 1))
    changed = TERMS + "2013-07-26,2,calendar_year,,,next_month\n"
    assert isinstance(await load(db, folder(tmp_path, free_choice=changed), NOW), Loaded)
    first, _ = await reading(db).terms()
    assert (first.choices, first.effect) == (2, Effect.NEXT_MONTH)


async def test_terms_signers_and_kinds_of_clinics_that_are_wrong_are_all_named_at_once(
    db: Database, tmp_path: Path
) -> None:
    found = await load(
        db,
        folder(
            tmp_path,
            clinics=CLINIC + "7,П,Е,Алматы,,,toddlers\n",
            free_choice=TERMS + "2026-01-01,0,calendar_year,,,\n2026-01-01,1,decade,,,\n"
            "2026-01-01,1,calendar_year,02-29,03-01,\n2026-01-01,1,calendar_year,09-15,,\n"
            "2026-01-01,1,calendar_year,,,soon\n2026-01-01,1,calendar_year,,,\n2026-01-01,2,calendar_year,,,\n",
            signers=SIGNERS + "99,Н,в,д,2026-01-01,\n5,,в,д,2026-01-01,\n5,Н,в,д,2026-01-02,2026-01-01\n",
        ),
        NOW,
    )
    assert isinstance(found, BadFiles)
    assert [(fault.file, fault.line, fault.column, fault.code) for fault in found.faults] == [
        ("clinics.csv", 2, "takes", "not_one_of"),
        ("free_choice.csv", 2, "choices", "bad_number"),
        ("free_choice.csv", 3, "period", "not_one_of"),
        ("free_choice.csv", 4, "campaign_from", "bad_month_day"),
        ("free_choice.csv", 5, "campaign_to", "empty"),
        ("free_choice.csv", 6, "effect", "bad_month_day"),
        ("free_choice.csv", 8, "from", "row_twice"),
        ("signers.csv", 2, "clinic_no", "unknown_clinic"),
        ("signers.csv", 3, "full_name", "empty"),
        ("signers.csv", 4, "valid_to", "ends_before_it_starts"),
    ]
    assert await reading(db).terms() == ()


async def test_AT_02_whom_a_clinic_takes_is_loaded(db: Database, tmp_path: Path) -> None:
    rows = CLINIC + "7,П,Е,Алматы,,,children\n8,П,Е,Алматы,,100,\n"
    assert isinstance(await load(db, folder(tmp_path, clinics=rows), NOW), Loaded)
    seven, eight = await reading(db).clinic(7), await reading(db).clinic(8)
    assert seven is not None
    assert eight is not None
    assert (seven.takes, eight.takes, eight.norm) == (Takes.CHILDREN, Takes.EVERYONE, 100)


async def test_open_requests_at_the_old_clinic_are_found_and_no_others(db: Database, person: int) -> None:
    here, there = await request_for(db, person, 5), await request_for(db, person, 4)
    registry = reading(db)
    assert [card.id for card in await registry.open_at(str(person), 5)] == [here]
    assert [card.id for card in await registry.open_at(str(person), 4)] == [there]


async def test_what_ended_long_ago_is_forgotten_and_what_stands_is_not(db: Database, person: int) -> None:
    await switched(db, person, 5)
    await switched(db, person, 4, now=NOW + timedelta(hours=1))
    await switched(db, person, 5, now=NOW + timedelta(days=400))
    assert (await prune(db, NOW + timedelta(days=365 * 5 + 3))).rows["attachments"] == 1
    assert [stay.clinic_no for stay in await history(db.reader, person)] == [4, 5]
    assert (await verify(db)).sound


async def test_verify_tells_of_a_clinic_that_is_miscounted(db: Database, person: int) -> None:
    await switched(db, person, 5)
    await _run(db, "UPDATE attached_counts SET people = 7")
    found = await verify(db)
    assert (found.sound, found.miscounted, found.torn) == (False, (5,), ())
