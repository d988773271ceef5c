"""Phones that talk by SMS: stop holds for everything but codes, a hand-over code moves a talk once."""

import base64
from dataclasses import replace
from datetime import date, timedelta

from otp import evidence
from rules.consent import Purpose
from storage import button_phones, conversations, outbox
from storage.addresses import Address
from storage.button_phones import Day
from storage.database import Database, open_database
from storage.keys import KeyRing
from storage.outbox import Parcel
from storage.retention import prune
from storage.rotation import rotate
from tests.registry import KEYS, NOW, HandClock, made_up_iin

PHONE, OTHER, CHAT = (
    Address("sms", "+77011234567"),
    Address("sms", "+77011234568"),
    Address("telegram", "1001"),
)
ROTATED = f"2:{base64.b64encode(b'n' * 32).decode()},{KEYS}"
LEASE = NOW + timedelta(seconds=60)
TODAY = date(2026, 11, 20)


def _words(address: Address, kind: str) -> Parcel:
    return Parcel(address, kind, {"text": kind})


async def _waiting(db: Database, clock: HandClock) -> list[str]:
    clock.forward(120)
    async with db.transaction() as tx:
        claimed = await outbox.claim(tx, 2, clock.now(), clock.now() + timedelta(seconds=60))
    return [f"{one.address.channel}:{one.kind}" for one in claimed]


async def test_to_a_stopped_phone_only_codes_go_and_telegram_stays(db: Database, clock: HandClock) -> None:
    async with db.transaction() as tx:
        assert await button_phones.stop(tx, PHONE, NOW)
        assert not await button_phones.stop(tx, PHONE, NOW)
    assert await button_phones.is_stopped(db.reader, PHONE)
    assert not await button_phones.is_stopped(db.reader, OTHER)
    parcels = [
        *(_words(PHONE, kind) for kind in ("talk", "notice.confirmed", "consent", "code", "stop")),
        _words(OTHER, "talk"),
        _words(CHAT, "screen"),
    ]
    async with db.transaction() as tx:
        owed = await outbox.put(tx, parcels, 1, LEASE, NOW)
    leased = {(one.address, one.kind) for one in owed if one.leased}
    assert leased == {(PHONE, "code"), (PHONE, "stop"), (OTHER, "talk"), (CHAT, "screen")}
    assert sorted(await _waiting(db, clock)) == ["sms:code", "sms:stop", "sms:talk", "telegram:screen"]


async def test_a_consents_code_that_a_stop_holds_back_is_erased(db: Database, clock: HandClock) -> None:
    async with db.transaction() as tx:
        waits = await outbox.put(tx, [_words(PHONE, "consent"), _words(OTHER, "consent")], 1, LEASE, NOW)
    async with db.transaction() as tx:
        await button_phones.stop(tx, PHONE, NOW)
    async with db.transaction() as tx:
        late = await outbox.put(tx, [_words(PHONE, "consent"), _words(PHONE, "talk")], 1, LEASE, NOW)
    kept = {row[0] for row in await db.reader.rows("sealed_outbox_body", after=0, most=9)}
    assert kept == {waits[1].id, late[1].id}


async def test_what_waits_when_somebody_says_stop_is_not_sent_any_more(
    db: Database, clock: HandClock
) -> None:
    async with db.transaction() as tx:
        await outbox.put(tx, [_words(PHONE, "notice.confirmed"), _words(PHONE, "code")], 1, LEASE, NOW)
        await button_phones.stop(tx, PHONE, NOW)
    assert await _waiting(db, clock) == ["sms:code"]


async def test_start_undoes_stop(db: Database, clock: HandClock) -> None:
    async with db.transaction() as tx:
        await button_phones.stop(tx, PHONE, NOW)
        assert await button_phones.start(tx, PHONE)
        assert not await button_phones.start(tx, PHONE)
        await outbox.put(tx, [_words(PHONE, "talk")], 1, LEASE, NOW)
    assert await _waiting(db, clock) == ["sms:talk"]


async def test_a_stopped_phone_of_a_stranger_stays_stopped_under_a_new_key(
    db: Database, clock: HandClock, url: str
) -> None:
    async with db.transaction() as tx:
        await button_phones.stop(tx, PHONE, NOW)
    rotating = await open_database(url, KeyRing.parse(ROTATED), clock)
    await rotate(rotating, NOW)
    await rotating.close()
    after = await open_database(url, KeyRing.parse(ROTATED.partition(",")[0]), clock)
    assert await button_phones.is_stopped(after.reader, PHONE)
    await after.close()


async def test_a_day_of_an_address_is_kept_and_forgotten(db: Database) -> None:
    assert await button_phones.day_of(db.reader, PHONE, TODAY) == Day()
    async with db.transaction() as tx:
        button_phones.keep_day(tx, PHONE, TODAY, Day(answers=2, misses=1))
        button_phones.keep_day(tx, PHONE, TODAY, Day(answers=3, guesses=1))
    assert await button_phones.day_of(db.reader, PHONE, TODAY) == Day(answers=3, guesses=1)
    assert await button_phones.day_of(db.reader, CHAT, TODAY) == Day()
    await prune(db, NOW + timedelta(days=3))
    assert await button_phones.day_of(db.reader, PHONE, TODAY) == Day()


async def test_a_hand_over_code_is_used_once_and_only_where_it_is_for(db: Database) -> None:
    until = NOW + timedelta(minutes=10)
    async with db.transaction() as tx:
        talk = conversations.open_new(tx, CHAT, "home_call", "d1", "kk", "{}", NOW)
        button_phones.hand_over(tx, talk.id, "sms", "111111", NOW, until)
        button_phones.hand_over(tx, talk.id, "sms", "222222", NOW, until)
    reader = db.reader
    assert await button_phones.any_handed_over(reader, "sms", NOW)
    assert not await button_phones.any_handed_over(reader, "telegram", NOW)
    assert await button_phones.handed_over(reader, "sms", "111111", NOW) is None
    assert await button_phones.handed_over(reader, "telegram", "222222", NOW) is None
    assert await button_phones.handed_over(reader, "sms", "222222", until) is None
    found = await button_phones.handed_over(reader, "sms", "222222", NOW)
    assert found is not None
    assert found.conversation_id == talk.id
    async with db.transaction() as tx:
        assert await button_phones.take_over(tx, found.id, NOW)
        assert not await button_phones.take_over(tx, found.id, NOW)
        assert await conversations.move(tx, talk.id, talk.revision, PHONE, NOW)
        assert not await conversations.move(tx, talk.id, talk.revision, OTHER, NOW)
    assert await button_phones.handed_over(reader, "sms", "222222", NOW) is None
    _, here = await conversations.of_address(reader, PHONE)
    assert here == replace(talk, revision=2)
    assert await conversations.held_by_phone(reader, talk.id) == here
    assert await conversations.of_address(reader, CHAT) != (None, talk)
    await prune(db, NOW + timedelta(days=3))


async def test_no_consent_lives_at_a_phone_that_has_given_none(db: Database) -> None:
    found = await evidence.alive(db.reader, 1, PHONE, Purpose.APPOINTMENT, made_up_iin(), NOW)
    assert found is None
