"""What is kept of requests for consent when somebody is erased, the key changes, or time has passed."""

from datetime import timedelta
from pathlib import Path

import pytest

from otp import third_party_answers
from otp.third_party_answers import Answer
from rules.third_party import ConsentOutcome, ConsentState
from storage import outbox
from storage.database import Database, open_database
from storage.keys import KeyRing
from storage.retention import RECORDS, erase, prune
from storage.rotation import rotate
from storage.verify import verify
from tests.otp.third_parties import ASKERS_PHONE, Desk
from tests.registry import KEYS, HandClock, add_clinic, add_person, migrated_sqlite_url, registry


@pytest.fixture
async def desk(db: Database, clock: HandClock) -> Desk:
    return Desk(db, clock, *await add_person(db, phone=ASKERS_PHONE, surname="Ахметова"))


async def test_S40_whoever_is_erased_is_asked_nothing_more_and_their_consents_are_taken_back(
    desk: Desk,
) -> None:
    person, subject = await add_person(desk.db)
    code, given = await desk.code(subject)
    await desk.reply(code)
    code, waiting = await desk.code(subject)
    async with desk.db.transaction() as tx:
        assert await erase(tx, person, f"person:{person}", desk.clock.now())
    assert await desk.holds(given) is None
    assert (await desk.again(given)).state is ConsentState.WITHDRAWN
    assert (await desk.again(waiting)).state is ConsentState.EXPIRED
    assert await desk.reply(code) is None
    # The asker is told at the end of the waiting time, as of any other silence.
    desk.clock.forward(24 * 3600)
    async with desk.db.transaction() as tx:
        over = await third_party_answers.end(tx, waiting.id, desk.clock.now())
    assert over is not None
    assert over[1] is ConsentOutcome.NO_CONSENT
    assert (await verify(desk.db)).sound


async def test_S40_an_asker_who_is_erased_asks_no_more(desk: Desk) -> None:
    _, subject = await add_person(desk.db)
    code, request = await desk.code(subject)
    async with desk.db.transaction() as tx:
        assert await erase(tx, desk.asker_id, f"person:{desk.asker_id}", desk.clock.now())
    ended = await desk.again(request)
    assert (ended.state, ended.asker_name) == (ConsentState.CALLED_OFF, None)
    assert await desk.reply(code) is None
    assert (await verify(desk.db)).sound


async def test_G_70_after_five_years_no_name_is_left_and_the_chain_is_whole(desk: Desk) -> None:
    _, subject = await add_person(desk.db)
    code, request = await desk.code(subject)
    await desk.reply(code)
    pruned = await prune(desk.db, desk.clock.now() + RECORDS + timedelta(days=1))
    assert pruned.rows["consent_requests"] == 1
    assert pruned.rows["consent_replies"] == 1
    assert (await desk.again(request)).asker_name is None
    assert (await verify(desk.db)).sound


async def test_a_new_key_ends_what_waits_and_keeps_what_was_given(tmp_path: Path, clock: HandClock) -> None:
    url = migrated_sqlite_url(tmp_path)
    async with registry(url, clock) as db:
        await add_clinic(db)
        desk = Desk(db, clock, *await add_person(db, phone=ASKERS_PHONE))
        _, subject = await add_person(db)
        code, given = await desk.code(subject)
        await desk.reply(code)
        code, waiting = await desk.code(subject)
    ring = KeyRing.parse(f"2:{KeyRing.new_key()},{KEYS}")
    db = await open_database(url, ring, clock)
    try:
        await rotate(db, clock.now())
        desk = Desk(db, clock, desk.asker_id, desk.asker_iin, asked=50)
        assert await desk.holds(given) == given.consent_id
        assert (await desk.again(waiting)).state is ConsentState.EXPIRED
        missed = await desk.reply(code)
        assert missed is not None
        assert missed.answer is Answer.NO_MATCH
        assert (await desk.again(given)).asker_name == "Ахметова А. С."
        assert (await verify(db)).sound
        # The counts of today still find the person under the new key.
        _, third = await desk.code(subject)
        assert third.reached
        assert (await desk.ask(desk.wanted(subject)))[0].address.channel == "nowhere"
    finally:
        await db.close()


async def test_the_sms_with_a_code_is_erased_once_sent(desk: Desk) -> None:
    _, subject = await add_person(desk.db)
    await desk.code(subject)
    now = desk.clock.forward(61)
    async with desk.db.transaction() as tx:
        owed = await outbox.claim(tx, 1, now, now + timedelta(seconds=60))
        (sms,) = [one for one in owed if one.kind == "consent"]
        await outbox.sent_many(tx, [(sms.id, "SM1")], now)
    rows = await desk.db.reader.rows("sealed_outbox_body", after=-(1 << 62), most=50)
    assert sms.id not in {row[0] for row in rows}
