"""What is shown and copied of one's own data, and the anchors, read alike on both engines."""

from datetime import date, datetime, timedelta

import pytest

from bot.own_data.sections import SECTIONS
from otp import evidence
from storage import (
    anchors,
    audit,
    button_phones,
    consent_requests,
    own_data,
    proofs,
    requests,
    retention,
)
from storage.addresses import Address, stored_key
from storage.database import Database, Tx
from storage.instants import micros
from storage.people import iin_index
from tests.otp.asking import Counter
from tests.otp.test_third_party import add_child, add_guardian
from tests.otp.third_parties import ASKERS_PHONE, PHONE, Desk
from tests.registry import HandClock, add_clinic, add_person, made_up_iin

DAY = 24 * 3600


async def test_S28_one_reads_every_consent_that_was_asked_of_one(db: Database, clock: HandClock) -> None:
    person_id, iin = await add_person(db)
    given = await Counter(db, clock, iin).confirm()
    clock.forward(61)
    await Counter(db, clock, iin, conversation_id=2).code()
    newest, oldest = await own_data.consents(db.reader, str(person_id), clock.now())
    assert (newest.outcome, newest.lives) == ("asked", False)
    assert (oldest.id, oldest.outcome, oldest.lives, oldest.aloud) == (given.consent_id, "given", True, False)
    clock.forward(3600)
    assert not any(one.lives for one in await own_data.consents(db.reader, str(person_id), clock.now()))


async def test_S30_one_ends_ones_own_consent_and_nobody_elses(db: Database, clock: HandClock) -> None:
    person_id, iin = await add_person(db)
    counter = Counter(db, clock, iin)
    given = await counter.confirm()
    async with db.transaction() as tx:
        assert not await own_data.end_consent(tx, given.consent_id, str(person_id + 1), clock.now())
        assert await own_data.end_consent(tx, given.consent_id, str(person_id), clock.now())
        assert not await own_data.end_consent(tx, given.consent_id, str(person_id), clock.now())
    asking = counter.asking
    assert (
        await evidence.alive(
            db.reader, asking.conversation_id, asking.address, asking.purpose, iin, clock.now()
        )
        is None
    )
    assert await proofs.verify(db.reader) == ()


async def test_G_71_every_kind_of_look_is_found(db: Database, clock: HandClock) -> None:
    person_id, iin = await add_person(db)
    other_id, _ = await add_person(db, phone="+77012223344")
    index = iin_index(db.keys, iin)[:8].hex()
    async with db.transaction() as tx:
        for action, subject in (
            ("identity.details_opened", f"person:{person_id}"),
            ("desk.details_opened", f"identity:{index}"),
            ("home_call.details_opened", f"person:{other_id}"),
            ("request.moved", f"person:{person_id}"),
        ):
            await audit.append(tx, action, "staff:1", subject, {}, clock.now())
    looks = await own_data.looks(db.reader, str(person_id))
    assert sorted(look.what for look in looks) == ["desk", "identity"]
    assert await own_data.asked(db.reader, str(person_id), clock.now()) == ()
    assert await own_data.blocked(db.reader, str(person_id), clock.now()) == ()


async def test_every_section_of_the_copy_is_read(db: Database, clock: HandClock) -> None:
    person_id, iin = await add_person(db)
    await Counter(db, clock, iin).confirm()
    bound = {
        "person_id": person_id,
        "person": f"person:{person_id}",
        "chat": "telegram:700001",
        "phone": "sms:none",
        "phone_key": "none",
        "phone_index": None,
        "today": "2026-11-20",
    }
    found = {section.name: await db.reader.rows(section.statement, **bound) for section in SECTIONS}
    for section in SECTIONS:
        assert all(len(row) == len(section.fields) + 1 for row in found[section.name]), section.name
    assert {name for name, rows in found.items() if rows} >= {"consents", "challenges", "known_chats"}


async def test_S40_erasure_works_on_both_engines_and_leaves_what_proves_itself(
    db: Database, clock: HandClock
) -> None:
    person_id, iin = await add_person(db)
    await Counter(db, clock, iin).confirm()
    async with db.transaction() as tx:
        assert await retention.erase(tx, person_id, "person:1", clock.now(), conversation_id=1)
        assert not await retention.erase(tx, person_id, "person:1", clock.now())
    assert await proofs.verify(db.reader) == ()
    assert await requests.of_people(db.reader, [person_id]) == ()
    assert not await db.reader.rows("held_known_chats", person_id=person_id)


async def test_an_anchor_is_taken_once_for_each_head(db: Database, clock: HandClock) -> None:
    async with db.transaction() as tx:
        assert await anchors.take(tx, clock.now()) is None
        await audit.append(tx, "x", "a", "s", {}, clock.now())
    async with db.transaction() as tx:
        assert await anchors.take(tx, clock.now()) == 1
        assert await anchors.take(tx, clock.now()) is None
    (head,) = await anchors.unstamped(db.reader)
    async with db.transaction() as tx:
        assert await anchors.stamp(tx, head, b"token", clock.now())
        assert not await anchors.stamp(tx, head, b"other", clock.now())
    assert [anchor.token async for anchor in anchors.stamped(db.reader)] == [b"token"]
    assert await anchors.astray(db.reader) == ()


async def child_with_a_parent(db: Database, born: date) -> tuple[int, int]:
    """A child, and the guardian who was asked for their consent."""
    child_id, child = await add_child(db, born, "")
    parent_id, parent = await add_person(db)
    await add_guardian(db, child, parent)
    return child_id, parent_id


async def test_G_37_a_parent_sees_and_lifts_the_blocks_of_a_child_until_the_sixteenth_birthday(
    db: Database, clock: HandClock
) -> None:
    child_id, parent_id = await child_with_a_parent(db, date(2010, 11, 21))
    async with db.transaction() as tx:
        await consent_requests.add_block(tx, str(child_id), "person:7", clock.now())
    blocks = await own_data.blocked(db.reader, str(parent_id), clock.now())
    assert [(block.subject_id, block.asker) for block in blocks] == [(str(child_id), "person:7")]
    clock.forward(DAY)
    assert await own_data.blocked(db.reader, str(parent_id), clock.now()) == ()
    assert await own_data.answers_for(db.reader, str(parent_id), clock.now()) == (str(parent_id),)
    assert len(await own_data.blocked(db.reader, str(child_id), clock.now())) == 1


async def test_G_71_who_looked_is_named_by_where_they_worked_then(db: Database, clock: HandClock) -> None:
    person_id, _ = await add_person(db)
    await add_clinic(db, 6)
    looked = clock.now()
    async with db.transaction() as tx:
        join(tx, 5, "registrar", looked - timedelta(days=9))
        await audit.append(tx, "identity.details_opened", "staff:1", f"person:{person_id}", {}, looked)
        await tx.rows("staff_leave", telegram_id=1, clinic_no=5, now=micros(looked + timedelta(days=1)))
        join(tx, 6, "head", looked + timedelta(days=2))
    (look,) = await own_data.looks(db.reader, str(person_id))
    assert (look.clinic_no, look.role) == (5, "registrar")


def join(tx: Tx, clinic_no: int, role: str, since: datetime) -> None:
    tx.later(
        "staff_join", telegram_id=1, clinic_no=clinic_no, role=role, name=None, phone=None, locale="kk",
        now=micros(since),
    )  # fmt: skip


async def test_S40_whoever_shares_the_phone_stays_stopped_and_talks_on(
    db: Database, clock: HandClock
) -> None:
    phone = Address("sms", "+77011234567")
    erased, iin = await add_person(db)
    _, other = await add_person(db)
    for conversation_id, subject in ((1, iin), (2, other)):
        await Counter(db, clock, subject, phone, conversation_id=conversation_id).confirm()
        clock.forward(61)
    async with db.transaction() as tx:
        await button_phones.stop(tx, phone, clock.now())
        tx.later(
            "conversation_open", id=2, channel="sms", address_key=stored_key(db.keys, phone),
            dialog="home_call", dialog_digest="x", locale="kk", journal=b"j", now=1,
        )  # fmt: skip
    async with db.transaction() as tx:
        assert await retention.erase(tx, erased, "person:1", clock.now())
    assert await button_phones.is_stopped(db.reader, phone)
    row = await db.reader.row("conversation_by_id", id=2)
    assert row is not None
    assert "open" in tuple(row)
    assert await proofs.verify(db.reader) == ()


async def test_S40_a_parents_phone_goes_from_what_they_answered_for_a_child(
    db: Database, clock: HandClock
) -> None:
    _, subject = await add_child(db, date(2016, 5, 1), "")
    parent_id, parent = await add_person(db)
    await add_guardian(db, subject, parent)
    desk = Desk(db, clock, *await add_person(db, phone=ASKERS_PHONE))
    code, request = await desk.code(subject)
    await desk.reply(f"ИӘ {code}")
    before = await evidence.record(db.reader, request.consent_id)
    assert before is not None
    assert before.phone == PHONE
    async with db.transaction() as tx:
        assert await retention.erase(tx, parent_id, "person:1", clock.now())
    after = await evidence.record(db.reader, request.consent_id)
    assert after is not None
    assert (after.phone, after.reply, after.text_shown) == (None, None, before.text_shown)
    assert await proofs.verify(db.reader) == ()


async def test_S28_thousands_of_codes_that_nobody_typed_are_recorded_a_part_at_a_time(
    db: Database, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence, "SWEPT", 2)
    monkeypatch.setattr(retention, "MOST", 2)
    for conversation_id in range(5):
        await Counter(db, clock, made_up_iin(), conversation_id=conversation_id).ask()
    clock.forward(301)
    for expected in (2, 2, 1, 0):
        async with db.transaction() as tx:
            assert await evidence.expire(tx, clock.now()) == expected
    clock.forward(DAY)
    assert (await retention.prune(db, clock.now())).rows["phantom_consents"] == 5
    assert await proofs.verify(db.reader) == ()
