"""Requests to the centres in the registry: numbers, steps, sealed results, one-time links, recorded looks."""

import base64
from datetime import timedelta
from pathlib import Path

import pytest

from rules.centre_info import LINK_LIVES, Centre, InfoStatus, valid_until
from rules.law import GroundCode
from storage import centre_looks, centres
from storage.centres import AlreadyOpen, Step
from storage.database import Database, open_database
from storage.errors import Clash
from storage.keys import KeyRing
from storage.retention import erase, prune
from storage.rotation import rotate
from storage.verify import verify
from tests.inquiries import FORM, Inquiry, about_other, about_self, asker, issued, new_info
from tests.registry import KEYS, NOW, HandClock, add_clinic, made_up_iin, migrated_sqlite_url, registry

CODE = "7K3QDWV0XM"
UNTIL = valid_until(NOW)


def all_bytes(folder: Path) -> bytes:
    """The registry's files as they lie on the disk."""
    return b"".join(path.read_bytes() for path in folder.glob("registry.sqlite*"))


async def registered(made: Inquiry, centre: Centre) -> str:
    async with made.db.transaction() as tx:
        new = new_info(made, NOW, centre)
        return (await centres.register(tx, new, NOW, "person:1")).number


async def test_S27_a_number_does_not_tell_which_centre_is_asked(db: Database, clock: HandClock) -> None:
    one, two = await asker(db, clock), await asker(db, clock)
    assert await registered(one, Centre.PHTHISIATRY) == "93-000001"
    assert await registered(one, Centre.NARCOLOGY) == "93-000002"
    assert await registered(two, Centre.NARCOLOGY) == "93-000003"


async def test_the_same_is_not_asked_twice_while_it_is_open(db: Database, clock: HandClock) -> None:
    made = await about_self(db, clock)
    async with db.transaction() as tx:
        with pytest.raises(AlreadyOpen) as held:
            await centres.register(tx, new_info(made, NOW, Centre.NARCOLOGY), NOW, "person:1")
        assert held.value.request.id == made.id
    await issued(made, UNTIL)
    assert await registered(made, Centre.NARCOLOGY) == "93-000002"


async def test_S19_an_iin_that_nobody_has_makes_the_same_rows(db: Database, clock: HandClock) -> None:
    known = await about_other(db, clock)
    before = db.statements
    await about_other(db, clock)
    of_known = db.statements - before
    before = db.statements
    unknown = await about_other(db, clock, made_up_iin())
    # Those that put the person into the registry are the test's own.
    assert db.statements - before in (of_known, of_known - 1, of_known - 2)
    one, other = await known.now(), await unknown.now()
    assert other.subject_id is None
    assert (one.status, one.consent_due) == (other.status, other.consent_due)


async def test_IC_16_every_step_is_marked_and_a_stale_one_changes_nothing(
    db: Database, clock: HandClock
) -> None:
    made = await about_self(db, clock)
    stale = await made.now()
    async with db.transaction() as tx:
        assert await centres.move(tx, stale, InfoStatus.DELAYED, "centre", NOW, Step(breached_at=NOW))
        assert not await centres.move(tx, stale, InfoStatus.CANCELLED, "centre", NOW, Step(closed_at=NOW))
    assert [mark[0] for mark in await centres.marks(db.reader, made.id)] == [
        InfoStatus.ASKING,
        InfoStatus.DELAYED,
    ]
    assert await centres.delayed(db.reader) == 1
    assert await centres.breached_between(db.reader, NOW, NOW + timedelta(seconds=1)) == 1


async def test_GEN_14_the_database_knows_no_refusal_without_a_ground(db: Database, clock: HandClock) -> None:
    made = await about_self(db, clock)
    with pytest.raises(Clash):
        async with db.transaction() as tx:
            await centres.move(tx, await made.now(), InfoStatus.REFUSED, "centre", NOW, Step(closed_at=NOW))
    async with db.transaction() as tx:
        step = Step(ground=GroundCode.NO_CONSENT, closed_at=NOW)
        assert await centres.move(tx, await made.now(), InfoStatus.REFUSED, "centre", NOW, step)


async def test_IC_15_the_database_asks_no_centre_without_a_consent(db: Database, clock: HandClock) -> None:
    made = await about_other(db, clock)
    with pytest.raises(Clash):
        async with db.transaction() as tx:
            await centres.move(tx, await made.now(), InfoStatus.ASKING, "centre", NOW, Step())


async def test_a_result_is_kept_once_and_found_by_number_and_code(db: Database, clock: HandClock) -> None:
    made = await about_self(db, clock)
    stale = await made.now()
    await issued(made, UNTIL)
    async with db.transaction() as tx:
        result = await centres.result_of(tx, made.id)
        assert result is not None
        assert (result.form, result.check_code) == (FORM, CODE)
        assert not await centres.issue(tx, stale, result, UNTIL, NOW)
    found = await centres.check(db.reader, stale.number, CODE)
    assert found is not None
    assert found[1] is not None
    assert found[1].form == FORM
    assert await centres.check(db.reader, "93-000009", CODE) is None
    assert await centres.check(db.reader, stale.number, CODE[::-1]) is None


async def test_a_link_opens_once_within_five_minutes_and_a_new_one_ends_it(
    db: Database, clock: HandClock
) -> None:
    made = await about_self(db, clock)
    ends = NOW + LINK_LIVES.delta
    async with db.transaction() as tx:
        centre_looks.link(tx, made.id, made.asker_id, "first", ends, NOW)
    later = NOW + timedelta(seconds=1)
    async with db.transaction() as tx:
        centre_looks.link(tx, made.id, made.asker_id, "second", ends, later)
    assert not await centre_looks.link_is_alive(db.reader, "first", later)
    assert await centre_looks.link_is_alive(db.reader, "second", ends - timedelta(seconds=1))
    assert not await centre_looks.link_is_alive(db.reader, "second", ends)
    async with db.transaction() as tx:
        assert await centre_looks.open_link(tx, "nobody's", later) is None
        opened = await centre_looks.open_link(tx, "second", later)
        assert opened is not None
        assert await centre_looks.open_link(tx, "second", later) is None
        centre_looks.looked(tx, opened, made.asker_id, later)
    (look,) = await centre_looks.looks_at(db.reader, made.asker_id)
    assert (look.request_id, look.looker_id, look.at, look.number) == (
        made.id,
        made.asker_id,
        later,
        "93-000001",
    )


async def test_IC_12_an_expired_result_is_removed_after_a_while(db: Database, clock: HandClock) -> None:
    made = await about_self(db, clock)
    await issued(made, UNTIL)
    await prune(db, UNTIL + timedelta(days=89))
    assert await centres.result_of(db.reader, made.id) is not None
    async with db.transaction() as tx:
        centre_looks.link(tx, made.id, made.asker_id, "unopened", UNTIL, NOW)
    removed = await prune(db, UNTIL + timedelta(days=91))
    assert removed.rows["centre_results"] == 1
    assert removed.rows["centre_links"] == 1
    assert await centres.result_of(db.reader, made.id) is None
    assert (await prune(db, UNTIL + timedelta(days=91))).rows["centre_results"] == 0


async def test_S40_an_erased_asker_leaves_a_number_and_nothing_of_anybody(
    db: Database, clock: HandClock
) -> None:
    made, other = await about_self(db, clock), await about_other(db, clock)
    async with db.transaction() as tx:
        assert await erase(tx, int(made.asker_id), "operator", NOW)
        assert await erase(tx, int(other.subject_id or "0"), "operator", NOW)
    erased = await made.now()
    assert (erased.status, erased.subject, erased.chat) == (InfoStatus.CANCELLED, None, None)
    assert (await verify(db)).unopened == ()


async def test_S19_S40_the_asker_of_an_erased_person_sees_no_change_until_it_ends(
    db: Database, clock: HandClock
) -> None:
    made = await about_other(db, clock)
    before = centres.card_of(await made.now(), NOW)
    async with db.transaction() as tx:
        assert await erase(tx, int(made.subject_id or "0"), "operator", NOW)
    assert centres.card_of(await made.now(), NOW) == before
    step = Step(ground=GroundCode.NO_CONSENT, closed_at=NOW)
    async with db.transaction() as tx:
        assert await centres.move(tx, await made.now(), InfoStatus.REFUSED, "clock", NOW, step)
    assert (await made.now()).subject is None
    assert (await verify(db)).unopened == ()


async def test_S22_nothing_of_a_result_can_be_read_in_the_file(tmp_path: Path, clock: HandClock) -> None:
    url = migrated_sqlite_url(tmp_path)
    async with registry(url, clock) as db:
        await add_clinic(db)
        made = await about_self(db, clock)
        await issued(made, UNTIL)
        async with db.transaction() as tx:
            centre_looks.link(tx, made.id, made.asker_id, "a-very-secret-token", UNTIL, NOW)
        iin = made.asker.digits
    raw = all_bytes(tmp_path)
    for canary in (iin, CODE, FORM.address, FORM.system_ru, "a-very-secret-token", "Проверьте запрос"):
        assert canary.encode() not in raw, canary


async def test_a_new_key_opens_and_finds_what_the_old_one_kept(
    db: Database, clock: HandClock, url: str
) -> None:
    made = await about_self(db, clock)
    await issued(made, UNTIL)
    number = (await made.now()).number
    ring = f"2:{base64.b64encode(b'k' * 32).decode()},{KEYS}"
    rotated = await open_database(url, KeyRing.parse(ring), clock)
    try:
        await rotate(rotated, NOW)
        found = await centres.check(rotated.reader, number, CODE)
        assert found is not None
        assert found[1] is not None
        assert found[1].form == FORM
    finally:
        await rotated.close()
