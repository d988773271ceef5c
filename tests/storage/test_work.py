"""Work on requests: who has one, what its citizen was asked, what is noted, and what lies on which pile."""

from datetime import timedelta

import pytest

from storage import requests, work
from storage.database import Database
from storage.requests import Changes
from storage.work import Counts, Pile, Question, Work
from tests.registry import NOW, add_person
from tests.storage.test_requests import new

ONE, TWO = 501, 502
MORNING = NOW.replace(hour=0)


async def request_of(db: Database) -> int:
    """A request that waits for its answer."""
    person, _ = await add_person(db)
    async with db.transaction() as tx:
        return (await requests.register(tx, new(person), NOW)).id


@pytest.fixture
async def request_id(db: Database) -> int:
    return await request_of(db)


async def test_a_request_has_one_holder_and_the_second_comes_too_late(db: Database, request_id: int) -> None:
    async with db.transaction() as tx:
        assert await work.take(tx, request_id, ONE, NOW)
        assert not await work.take(tx, request_id, TWO, NOW)
        assert not await work.take(tx, request_id, ONE, NOW)
    assert await work.of(db.reader, request_id) == Work(ONE)


async def test_only_from_who_has_it_a_request_goes_on(db: Database, request_id: int) -> None:
    async with db.transaction() as tx:
        assert not await work.give(tx, request_id, ONE, TWO, NOW)
        assert await work.take(tx, request_id, ONE, NOW)
        assert await work.give(tx, request_id, ONE, TWO, NOW)
        assert not await work.give(tx, request_id, ONE, TWO, NOW)
        assert not await work.give_back(tx, request_id, ONE)
        assert await work.give_back(tx, request_id, TWO)
    assert await work.of(db.reader, request_id) == work.NO_WORK


async def test_a_question_is_open_until_it_is_answered_once(db: Database, request_id: int) -> None:
    async with db.transaction() as tx:
        asked = work.ask(tx, request_id, ONE, "Домофон?", NOW)
    assert (await work.of(db.reader, request_id)).question is Question.OPEN
    assert await work.open_question(db.reader, request_id) == asked
    async with db.transaction() as tx:
        assert await work.answer(tx, asked, "Иә", NOW)
        assert not await work.answer(tx, asked, "Жоқ", NOW)
    assert (await work.of(db.reader, request_id)).question is Question.ANSWERED
    assert await work.open_question(db.reader, request_id) is None
    (kept,) = await work.questions(db.reader, request_id)
    assert (kept.text, kept.answer, kept.answered_at) == ("Домофон?", "Иә", NOW)
    assert "Домофон" not in repr(kept)


async def test_the_question_of_a_closed_request_waits_for_nobody(db: Database, request_id: int) -> None:
    async with db.transaction() as tx:
        work.ask(tx, request_id, ONE, "Домофон?", NOW)
    async with db.transaction() as tx:
        await requests.move(tx, request_id, 1, "cancelled", "person:1", NOW, Changes(closed_at=NOW))
    assert await work.open_question(db.reader, request_id) is None


async def test_notes_are_kept_in_order(db: Database, request_id: int) -> None:
    async with db.transaction() as tx:
        work.note(tx, request_id, ONE, "Ит бар", NOW)
        work.note(tx, request_id, TWO, "Қоңырау шалу", NOW)
    kept = await work.notes(db.reader, request_id)
    assert [(one.noted_by, one.text) for one in kept] == [(ONE, "Ит бар"), (TWO, "Қоңырау шалу")]
    assert "Ит бар" not in repr(kept)


async def test_each_request_lies_on_its_piles(db: Database, request_id: int) -> None:
    mine, refused, due = await request_of(db), await request_of(db), NOW + timedelta(minutes=30)
    async with db.transaction() as tx:
        await work.take(tx, mine, ONE, NOW)
        changes = Changes(closed_at=NOW, answered_at=NOW, ground="not_attached")
        await requests.move(tx, refused, 1, "refused", "staff:1", NOW, changes)
    late = due + timedelta(seconds=1)
    found = await work.counts(db.reader, 5, ONE, MORNING, late)
    assert found == Counts(mine=1, unassigned=1, overdue=2, refused=1)
    assert await work.counts(db.reader, 5, TWO, late, NOW) == Counts(0, 1, 0, 0)
    assert await work.counts(db.reader, 6, ONE, MORNING, late) == Counts(0, 0, 0, 0)
    piles = {
        pile: [one.id for one in await work.listed(db.reader, 5, pile, ONE, MORNING, late)] for pile in Pile
    }
    assert piles == {
        Pile.MINE: [mine],
        Pile.UNASSIGNED: [request_id],
        Pile.OVERDUE: [request_id, mine],
        Pile.REFUSED: [refused],
    }


async def test_what_a_leaver_had_open_at_the_clinic_is_given_back(db: Database, request_id: int) -> None:
    closed = await request_of(db)
    async with db.transaction() as tx:
        await work.take(tx, request_id, ONE, NOW)
        await work.take(tx, closed, ONE, NOW)
        await requests.move(tx, closed, 1, "cancelled", "person:1", NOW, Changes(closed_at=NOW))
        assert await work.release(tx, ONE, 6, NOW) == ()
        assert await work.release(tx, ONE, 5, NOW) == (request_id,)
        assert await work.release(tx, ONE, 5, NOW) == ()
    assert (await work.of(db.reader, closed)).holder == ONE
