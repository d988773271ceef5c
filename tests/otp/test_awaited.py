"""Which chat may be told that the SMS with its code did not arrive."""

import pytest

from otp.awaited import awaited_in
from otp.codes import Issued
from rules.iin import Iin
from storage import conversations
from storage.addresses import Address
from storage.database import Database
from tests.otp.asking import CHAT, Counter
from tests.registry import HandClock, add_person


@pytest.fixture
async def patient(db: Database) -> Iin:
    return (await add_person(db))[1]


async def asked(db: Database, clock: HandClock, counter: Counter) -> int:
    async with db.transaction() as tx:
        conversation = conversations.open_new(
            tx, counter.address, "home_call", "digest", "kk", "[]", clock.now()
        )
    counter.conversation_id = conversation.id
    issued, _ = await counter.ask()
    assert isinstance(issued, Issued)
    return issued.challenge_id


async def known(db: Database, clock: HandClock, subject: Iin) -> Counter:
    """A chat that has confirmed this identity before."""
    counter = Counter(db, clock, subject)
    await counter.confirm()
    clock.forward(3600)
    return counter


async def test_G_46_a_chat_that_confirmed_this_identity_before_may_be_told(
    db: Database, clock: HandClock, patient: Iin
) -> None:
    counter = await known(db, clock, patient)
    challenge = await asked(db, clock, counter)
    assert await awaited_in(db.reader, challenge, clock.now()) == (CHAT, "kk")


async def test_S19_a_chat_that_never_did_is_told_nothing(
    db: Database, clock: HandClock, patient: Iin
) -> None:
    challenge = await asked(db, clock, Counter(db, clock, patient))
    assert await awaited_in(db.reader, challenge, clock.now()) is None


async def test_a_code_that_is_over_or_was_typed_is_nobodys_matter(
    db: Database, clock: HandClock, patient: Iin
) -> None:
    counter = await known(db, clock, patient)
    challenge = await asked(db, clock, counter)
    clock.forward(301)
    assert await awaited_in(db.reader, challenge, clock.now()) is None


async def test_a_conversation_by_SMS_is_not_told_by_SMS(db: Database, clock: HandClock, patient: Iin) -> None:
    counter = await known(db, clock, patient)
    by_sms = Counter(db, clock, patient, Address("sms", "+77011234567"))
    await by_sms.confirm()
    clock.forward(3600)
    challenge = await asked(db, clock, by_sms)
    assert counter.address == CHAT
    assert await awaited_in(db.reader, challenge, clock.now()) is None
