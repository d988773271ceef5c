"""What the registry keeps of a clinic's feed: outages, topics, tokens, escalations, cards that were lost."""

from dataclasses import replace
from datetime import timedelta

import pytest

from storage import due, escalations, feed, feeds, outages, outbox, summaries, topics
from storage.addresses import Address
from storage.database import Database
from storage.errors import Clash
from storage.outbox import Parcel
from tests.registry import NOW, CountingSecrets, HandClock
from tests.storage.test_requests import new, registered

MINUTE = timedelta(minutes=1)


async def test_an_outage_is_one_row_however_many_notice_it_and_ends_once(db: Database) -> None:
    async with db.transaction() as tx:
        outages.begin(tx, outages.TELEGRAM, NOW)
        outages.begin(tx, outages.TELEGRAM, NOW + MINUTE)
    assert await outages.lasts_since(db.reader, outages.TELEGRAM) == NOW
    assert await outages.lasts_since(db.reader, outages.SMS) is None
    async with db.transaction() as tx:
        ended = await outages.end(tx, outages.TELEGRAM, NOW + 5 * MINUTE)
        assert ended == outages.Outage(outages.TELEGRAM, NOW, NOW + 5 * MINUTE)
        assert await outages.end(tx, outages.TELEGRAM, NOW + 6 * MINUTE) is None
        outages.begin(tx, outages.TELEGRAM, NOW + 7 * MINUTE)
    found = await outages.between(db.reader, NOW, NOW + 10 * MINUTE)
    assert [(one.began_at, one.ended_at) for one in found] == [
        (NOW, NOW + 5 * MINUTE),
        (NOW + 7 * MINUTE, None),
    ]
    assert len(await outages.between(db.reader, NOW + 5 * MINUTE, NOW + 6 * MINUTE)) == 0


async def test_an_outage_never_ends_before_it_began(db: Database) -> None:
    async with db.transaction() as tx:
        outages.begin(tx, outages.SMS, NOW)
        ended = await outages.end(tx, outages.SMS, NOW - MINUTE)
    assert ended is not None
    assert ended.ended_at == NOW


async def test_the_last_beat_never_goes_back(db: Database) -> None:
    assert await outages.last_beat(db.reader) is None
    async with db.transaction() as tx:
        outages.beat(tx, NOW)
        outages.beat(tx, NOW - MINUTE)
    assert await outages.last_beat(db.reader) == NOW


async def test_unanswered_are_those_whose_term_was_still_running(db: Database, clock: HandClock) -> None:
    request = await registered(db, new())
    assert await outages.unanswered(db.reader, NOW) == (request.id,)
    assert await outages.unanswered(db.reader, NOW + 30 * MINUTE) == ()


async def test_of_two_topics_for_one_service_the_first_is_kept(db: Database) -> None:
    async with db.transaction() as tx:
        topics.made(tx, -1005, "home_call", 7, NOW)
        topics.made(tx, -1005, "home_call", 8, NOW)
        topics.lost(tx, -1005, "home_call", 8, NOW)
    assert await topics.of(db.reader, -1005, "home_call") == topics.Topic(7, None)
    assert await topics.of(db.reader, -1005, "appointment") is None
    async with db.transaction() as tx:
        topics.lost(tx, -1005, "home_call", 7, NOW)
    assert await topics.of(db.reader, -1005, "home_call") == topics.Topic(7, NOW)


async def test_a_token_is_good_for_its_clinic_until_it_is_ended(db: Database) -> None:
    async with db.transaction() as tx:
        token = await feeds.new_token(tx, 5, "command_line", NOW, CountingSecrets())
    assert await feeds.may_read(db.reader, 5, token)
    assert not await feeds.may_read(db.reader, 6, token)
    assert not await feeds.may_read(db.reader, 5, token + "0")
    async with db.transaction() as tx:
        assert await feeds.revoke(tx, 5, "command_line", NOW) == 1
    assert not await feeds.may_read(db.reader, 5, token)
    with pytest.raises(Clash):
        async with db.transaction() as tx:
            await feeds.new_token(tx, 77, "command_line", NOW, CountingSecrets())


async def test_steps_are_told_newest_first_and_page_by_page(db: Database) -> None:
    made = [await registered(db, new()) for _ in range(3)]
    found = await feeds.steps(db.reader, 5, 2)
    assert [one.request_id for one in found] == [made[2].id, made[1].id]
    rest = await feeds.steps(db.reader, 5, 2, found[-1].id)
    assert [one.request_id for one in rest] == [made[0].id]
    assert await feeds.steps(db.reader, 6, 2) == ()


async def test_escalations_are_counted(db: Database) -> None:
    request = await registered(db, new())
    async with db.transaction() as tx:
        assert await escalations.add(tx, request.id, NOW + MINUTE, NOW) == 1
        assert await escalations.add(tx, request.id, NOW + 2 * MINUTE, NOW + MINUTE) == 2
    told = await escalations.of(db.reader, request.id)
    assert [(one.round, one.promised) for one in told] == [(1, NOW + MINUTE), (2, NOW + 2 * MINUTE)]


async def test_a_lost_card_is_remembered_and_the_one_in_its_place_is_the_newest(db: Database) -> None:
    address = Address("telegram", "-1005")

    async def put(key: str, message: str) -> None:
        async with db.transaction() as tx:
            (owed,) = await outbox.put(
                tx, [Parcel(address, "card", {"text": "x"}, dedupe=key, request_id=7)], 1, NOW, NOW
            )
            await outbox.sent_many(tx, [(owed.id, message)], NOW)

    await put(feed.card_key(7, -1005), "11")
    # Another group's key begins alike.
    await put(feed.card_key(7, -10056), "99")
    async with db.transaction() as tx:
        assert not await feed.lose_card(tx, 7, "-1005", 12, NOW)
        assert await feed.lose_card(tx, 7, "-1005", 11, NOW)
        assert not await feed.lose_card(tx, 7, "-1005", 11, NOW)
    assert [(one.kind, one.subject_id) for one in await due.ripe(db.reader, NOW)] == [(feed.LOST, 7)]
    assert await feed.card(db.reader, 7, -1005) == feed.PostedCard("sent", 11, lost=True)
    await put(feed.card_key(7, -1005, 11), "15")
    assert await feed.card(db.reader, 7, -1005) == feed.PostedCard("sent", 15, lost=False)
    assert await feed.card(db.reader, 7, -10056) == feed.PostedCard("sent", 99)


async def test_a_summary_counts_without_opening_anything(db: Database) -> None:
    await registered(db, replace(new(), answer_due=NOW))
    await registered(db, new())
    (counted,) = await summaries.counted(db.reader, 5, NOW)
    assert (counted.service, counted.status, counted.count, counted.late) == ("home_call", "registered", 2, 1)
