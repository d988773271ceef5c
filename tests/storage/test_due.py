"""Due moments are done once each, also when the service was down meanwhile."""

from datetime import timedelta

from storage import due
from storage.database import Database
from tests.registry import NOW

LATER = NOW + timedelta(minutes=20)


async def test_S39_what_fell_due_while_the_service_was_down_is_done_once(db: Database) -> None:
    async with db.transaction() as tx:
        due.set_due(tx, "remind", 1, LATER)
        due.set_due(tx, "overdue", 1, LATER + timedelta(minutes=10))
    assert await due.ripe(db.reader, NOW) == ()
    assert await due.next_due(db.reader) == LATER
    ripe = await due.ripe(db.reader, NOW + timedelta(days=1))
    assert [one.kind for one in ripe] == ["remind", "overdue"]
    for one in ripe:
        async with db.transaction() as tx:
            assert await due.take(tx, one.id, NOW + timedelta(days=1))
            assert not await due.take(tx, one.id, NOW + timedelta(days=1))
    assert await due.ripe(db.reader, NOW + timedelta(days=2)) == ()


async def test_a_moment_that_is_set_again_moves(db: Database) -> None:
    async with db.transaction() as tx:
        due.set_due(tx, "remind", 1, NOW)
        due.set_due(tx, "remind", 1, LATER)
    assert await due.ripe(db.reader, NOW) == ()
    (one,) = await due.ripe(db.reader, LATER)
    async with db.transaction() as tx:
        assert not await due.take(tx, one.id, NOW), "moved to later"
        assert await due.postpone(tx, one.id, LATER + timedelta(minutes=1))
    (again,) = await due.ripe(db.reader, LATER + timedelta(minutes=1))
    assert again.tries == 1


async def test_what_is_cleared_is_not_done(db: Database) -> None:
    async with db.transaction() as tx:
        for kind in ("remind", "overdue"):
            for subject in (1, 2):
                due.set_due(tx, kind, subject, NOW)
        due.clear(tx, "remind", 1)
        due.clear(tx, None, 2)
    assert [(one.kind, one.subject_id) for one in await due.ripe(db.reader, NOW)] == [("overdue", 1)]
