"""Evidence: how long an identity lives, what ends it, and that the record of a consent is complete."""

from dataclasses import replace

from otp import evidence
from otp.codes import Issued
from otp.evidence import Consent
from rules.consent import Purpose
from storage import audit, conversations, outbox
from storage.addresses import Address
from storage.audit import Sound
from storage.database import Database
from tests.otp.asking import CHAT, Counter, wrong
from tests.registry import HandClock, add_person


async def confirmed(
    db: Database, clock: HandClock, purpose: Purpose = Purpose.HOME_CALL
) -> tuple[Counter, int]:
    _, iin = await add_person(db)
    counter = Counter(db, clock, iin, purpose=purpose)
    return counter, (await counter.confirm()).consent_id


async def alive(counter: Counter) -> Consent | None:
    return await evidence.alive(
        counter.db.reader,
        counter.conversation_id,
        counter.address,
        counter.purpose,
        counter.subject,
        counter.clock.now(),
    )


async def touch(counter: Counter, consent_id: int) -> None:
    async with counter.db.transaction() as tx:
        evidence.touch(tx, consent_id, counter.clock.now())


async def test_an_identity_lives_fifteen_minutes_idle_and_sixty_at_most(
    db: Database, clock: HandClock
) -> None:
    counter, consent_id = await confirmed(db, clock)
    for _ in range(4):
        clock.forward(14 * 60)
        assert await alive(counter)
        await touch(counter, consent_id)
    clock.forward(239)
    assert await alive(counter)
    clock.forward(1)
    assert await alive(counter) is None
    idle, _ = await confirmed(db, clock)
    clock.forward(15 * 60)
    assert await alive(idle) is None


async def test_the_cabinet_lives_five_minutes_idle(db: Database, clock: HandClock) -> None:
    counter, consent_id = await confirmed(db, clock, Purpose.CABINET)
    for _ in range(20):
        clock.forward(299)
        assert await alive(counter)
        await touch(counter, consent_id)
    clock.forward(300)
    assert await alive(counter) is None


async def test_S03_a_consent_opens_only_its_own_gate(db: Database, clock: HandClock) -> None:
    counter, _ = await confirmed(db, clock)
    _, other = await add_person(db, phone="+77012223344")
    for elsewhere in (
        replace(counter, conversation_id=2),
        replace(counter, purpose=Purpose.CABINET),
        replace(counter, subject=other),
        replace(counter, address=Address("telegram", "2")),
    ):
        assert await alive(elsewhere) is None
    assert await alive(counter)


async def test_S09_S30_a_withdrawn_consent_opens_nothing(db: Database, clock: HandClock) -> None:
    counter, consent_id = await confirmed(db, clock)
    async with db.transaction() as tx:
        assert await evidence.withdraw(tx, consent_id, "person:1", clock.now())
    async with db.transaction() as tx:
        assert not await evidence.withdraw(tx, consent_id, "person:1", clock.now())
    assert await alive(counter) is None
    record = await evidence.record(db.reader, consent_id)
    assert record is not None
    assert (record.outcome, record.withdrawn_at) == ("withdrawn", clock.now())
    assert isinstance(await audit.verify(db.reader), Sound)


async def test_a_forgotten_chat_has_no_identity(db: Database, clock: HandClock) -> None:
    counter, _ = await confirmed(db, clock)
    assert await evidence.alive_in_chat(db.reader, CHAT, clock.now())
    assert await evidence.known_chat(db.reader, CHAT, counter.subject)
    async with db.transaction() as tx:
        await conversations.forget(tx, CHAT, clock.now())
    assert await alive(counter) is None
    assert await evidence.alive_in_chat(db.reader, CHAT, clock.now()) is None
    assert not await evidence.known_chat(db.reader, CHAT, counter.subject)


async def test_S28_the_record_of_a_consent_is_complete(db: Database, clock: HandClock) -> None:
    person_id, iin = await add_person(db)
    counter = Counter(db, clock, iin, details=b"what was shown")
    issued, owed = await counter.ask()
    async with db.transaction() as tx:
        await outbox.sent_many(tx, [(owed[0].id, "SM123")], clock.now())
    asked_at = clock.now()
    answered_at = clock.forward(20)
    code = str(owed[0].body["text"])[:6]
    row = await counter.row()
    await counter.type(code, row)
    (consent,) = [await alive(counter)]
    assert consent is not None
    record = await evidence.record(db.reader, consent.id)
    assert record is not None
    assert record.text_is_genuine
    assert (record.text_shown, record.text_id, record.text_version, record.language) == (
        "Келісемін", "home_call", 1, "kk",
    )  # fmt: skip
    assert (record.person_id, record.asker, record.purpose) == (person_id, "telegram:700001", "home_call")
    assert (record.phone, record.source_of_phone) == ("+77011234567", "registry")
    assert (record.request_message, record.provider_message) == (owed[0].id, "SM123")
    assert (record.reply, record.reply_channel, record.reply_inbox_id) == (code, "telegram", row)
    assert record.reply_message is not None
    assert (record.asked_at, record.answered_at, record.outcome) == (asked_at, answered_at, "given")
    assert record.valid_until is not None
    assert len(record.details_digest) == 32
    assert isinstance(issued, Issued)


async def test_S28_refusals_and_expiries_are_records_too(db: Database, clock: HandClock) -> None:
    _, iin = await add_person(db)
    expired, refused = (
        Counter(db, clock, iin),
        Counter(db, clock, iin, Address("telegram", "2"), conversation_id=2),
    )
    await expired.code()
    clock.forward(300)
    async with db.transaction() as tx:
        assert await evidence.expire(tx, clock.now()) == 1
        assert await evidence.expire(tx, clock.now()) == 0
    code = await refused.code()
    async with db.transaction() as tx:
        await evidence.refuse(tx, 2, clock.now())
    assert await refused.type(code) == await refused.type(wrong(code))
    assert sorted([await outcome(db, at) for at in await consent_ids(db)]) == ["expired", "refused"]


async def test_a_code_that_is_refused_no_longer_waits_to_be_sent(db: Database, clock: HandClock) -> None:
    _, iin = await add_person(db)
    counter = Counter(db, clock, iin)
    await counter.code()
    async with db.transaction() as tx:
        await evidence.refuse(tx, counter.conversation_id, clock.now())
    assert set(await outbox.counts(db.reader)) == {("sms", "cancelled")}


async def consent_ids(db: Database) -> list[int]:
    return [row[0] for row in await db.reader.rows("sealed_consents_text_shown", after=0, most=9)]


async def outcome(db: Database, consent_id: int) -> str:
    record = await evidence.record(db.reader, consent_id)
    assert record is not None
    return record.outcome
