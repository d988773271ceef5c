"""Codes: one success, five comparisons, bound to what they are for, dead in time."""

import asyncio
from collections import Counter as Tally
from dataclasses import replace

from otp import codes, evidence
from otp.codes import Confirmed, Issued, TooManyNumbers, TooSoon
from otp.randomness import SystemSecrets
from rules.consent import Purpose
from rules.phone import Phone
from storage import audit, outbox
from storage.addresses import Address
from storage.audit import Sound
from storage.database import Database
from tests.otp.asking import CHAT, DID_NOT_MATCH, Counter, fresh_row, wrong
from tests.registry import HandClock, add_person, made_up_iin

PHONE = "+77011234567"


async def at_counter(db: Database, clock: HandClock) -> Counter:
    _, iin = await add_person(db)
    return Counter(db, clock, iin)


async def test_the_code_of_the_sms_confirms_whose_phone_it_went_to(db: Database, clock: HandClock) -> None:
    person_id, iin = await add_person(db)
    counter = Counter(db, clock, iin)
    _, owed = await counter.ask()
    assert owed[0].address == Address("sms", PHONE)
    compared = await counter.type(str(owed[0].body["text"])[:6])
    assert isinstance(compared, Confirmed)
    assert compared.person_id == person_id
    alive = await evidence.alive(db.reader, 1, CHAT, Purpose.HOME_CALL, iin, clock.now())
    assert alive is not None
    assert alive.id == compared.consent_id
    assert isinstance(await audit.verify(db.reader), Sound)


async def test_S01_the_sms_goes_to_the_registered_phone_whoever_asks(db: Database, clock: HandClock) -> None:
    _, iin = await add_person(db)
    stranger = Counter(db, clock, iin, Address("sms", "+77779998877"))
    _, owed = await stranger.ask()
    assert owed[0].address == Address("sms", PHONE)


async def test_S02_yes_and_a_right_code_from_another_phone_are_no_consent(
    db: Database, clock: HandClock
) -> None:
    counter = await at_counter(db, clock)
    code = await counter.code()
    owner, other = Phone(PHONE), Phone("+77779998877")

    async def reply(phone: Phone, text: str) -> object:
        row = await fresh_row(db, Address("sms", phone.e164), clock.now())
        return await codes.compare_reply(db, row, phone, text, clock.now())

    assert await reply(owner, "ИӘ") is None
    assert await reply(other, f"{code}") == DID_NOT_MATCH
    given = await reply(owner, f"Код {code[:3]} {code[3:]}")
    assert isinstance(given, codes.RepliedTo)
    assert given.conversation_id == counter.conversation_id
    assert await reply(owner, code) == DID_NOT_MATCH, "a code works once"
    record = await evidence.record(db.reader, given.consent_id)
    assert record is not None
    assert (record.reply_channel, record.reply) == ("sms", f"Код {code[:3]} {code[3:]}")


async def test_S02_a_phone_of_two_people_confirms_only_whose_code_came_back(
    db: Database, clock: HandClock
) -> None:
    mother, child = await at_counter(db, clock), await at_counter(db, clock)
    child = replace(child, address=Address("telegram", "9"), conversation_id=2, secrets=mother.secrets)
    await mother.code()
    code = await child.code()
    row = await fresh_row(db, Address("sms", PHONE), clock.now())
    given = await codes.compare_reply(db, row, Phone(PHONE), code, clock.now())
    assert isinstance(given, codes.RepliedTo)
    assert given.conversation_id == 2


async def test_S03_a_code_is_worth_nothing_for_another_purpose_chat_person_or_details(
    db: Database, clock: HandClock
) -> None:
    counter = replace(await at_counter(db, clock), details=b"call of 5 November")
    code = await counter.code()
    _, other = await add_person(db, phone="+77012223344")
    for elsewhere in (
        replace(counter, purpose=Purpose.CABINET),
        replace(counter, address=Address("telegram", "700002")),
        replace(counter, conversation_id=2),
        replace(counter, subject=other),
        replace(counter, details=b"call of 6 November"),
        replace(counter, details=None),
    ):
        assert await elsewhere.type(code) == DID_NOT_MATCH
    assert isinstance(await counter.type(code), Confirmed)


async def test_S04_fifty_right_codes_at_once_succeed_once(db: Database, clock: HandClock) -> None:
    counter = await at_counter(db, clock)
    code = await counter.code()
    rows = [await counter.row() for _ in range(50)]
    results = await asyncio.gather(*(counter.type(code, row) for row in rows))
    assert sum(isinstance(one, Confirmed) for one in results) == 1
    again = await asyncio.gather(*(counter.type(code, row) for row in rows))
    assert again == results, "each message keeps its outcome"


async def test_S05_after_five_wrong_codes_the_right_one_is_refused(db: Database, clock: HandClock) -> None:
    counter = await at_counter(db, clock)
    code = await counter.code()
    rows = [await counter.row() for _ in range(50)]
    results = await asyncio.gather(*(counter.type(wrong(code), row) for row in rows))
    assert set(results) == {DID_NOT_MATCH}
    assert await counter.type(code) == DID_NOT_MATCH


async def test_S05_four_wrong_codes_leave_the_fifth_try(db: Database, clock: HandClock) -> None:
    counter = await at_counter(db, clock)
    code = await counter.code()
    for _ in range(4):
        assert await counter.type(wrong(code)) == DID_NOT_MATCH
    assert isinstance(await counter.type(code), Confirmed)


async def test_the_same_message_handled_again_after_a_crash_keeps_its_outcome(
    db: Database, clock: HandClock
) -> None:
    counter = await at_counter(db, clock)
    code = await counter.code()
    bad, good = await counter.row(), await counter.row()
    assert await counter.type(wrong(code), bad) == DID_NOT_MATCH
    first = await counter.type(code, good)
    clock.forward(1000)
    assert await counter.type(code, bad) == DID_NOT_MATCH
    assert await counter.type(code, good) == first


async def test_S06_ten_failures_lock_the_identity_for_an_hour_over_resends_and_chats(
    db: Database, clock: HandClock
) -> None:
    counter = await at_counter(db, clock)
    for chat in ("1", "2"):
        there = replace(counter, address=Address("telegram", chat), conversation_id=int(chat))
        code = await there.code()
        for _ in range(5):
            await there.type(wrong(code))
    third = replace(counter, address=Address("telegram", "3"), conversation_id=3)
    issued, owed = await third.ask()
    assert isinstance(issued, Issued), "a lock is not told before identity"
    assert owed[0].channel == "nowhere"
    clock.forward(3601)
    fourth = replace(counter, address=Address("telegram", "4"), conversation_id=4)
    assert isinstance(await fourth.confirm(), Confirmed)


async def test_S06_a_code_sent_before_the_lock_is_refused_during_it(db: Database, clock: HandClock) -> None:
    counter = await at_counter(db, clock)
    code = await counter.code()
    for _ in range(5):
        await counter.type(wrong(code))
    other = replace(counter, purpose=Purpose.CABINET, conversation_id=2)
    code = await other.code()
    live = replace(counter, address=Address("telegram", "8"), conversation_id=8)
    code_live = await live.code()
    for _ in range(5):
        await other.type(wrong(code))
    assert await live.type(code_live) == DID_NOT_MATCH


async def test_S07_a_code_is_dead_at_three_hundred_seconds(db: Database, clock: HandClock) -> None:
    counter = await at_counter(db, clock)
    code = await counter.code()
    clock.forward(299)
    assert isinstance(await counter.type(code), Confirmed)
    clock.forward(700)
    code = await counter.code()
    clock.forward(300)
    assert await counter.type(code) == DID_NOT_MATCH


def test_S08_codes_are_uniform_and_keep_their_leading_zeros() -> None:
    drawn = [SystemSecrets().code() for _ in range(100_000)]
    assert {len(code) for code in drawn} == {6}
    for place in range(6):
        digits = Tally(code[place] for code in drawn)
        assert set(digits) == set("0123456789")
        assert max(abs(count - 10_000) for count in digits.values()) < 600
    assert len(set(drawn)) > 94_000


async def test_S20_wrong_used_old_and_never_issued_get_one_answer(db: Database, clock: HandClock) -> None:
    counter = await at_counter(db, clock)
    never = await counter.type("123456")
    code = await counter.code()
    mistyped = await counter.type(wrong(code))
    await counter.type(code)
    used = await counter.type(code)
    assert never == mistyped == used == DID_NOT_MATCH
    for odd in ("", "12345", "1234567", "١٢٣٤٥٦", "12345a", code + " "):
        assert await counter.type(odd) == DID_NOT_MATCH


async def test_S23_ten_taps_send_one_sms_and_a_new_code_ends_the_old(db: Database, clock: HandClock) -> None:
    counter = await at_counter(db, clock)
    first = await counter.code()
    answers = [(await counter.ask())[0] for _ in range(9)]
    assert all(isinstance(answer, TooSoon) for answer in answers)
    for wait in (60, 120, 300):
        clock.forward(wait - 1)
        assert isinstance((await counter.ask())[0], TooSoon)
        clock.forward(1)
        issued, _ = await counter.ask()
        assert isinstance(issued, Issued)
    assert await counter.type(first) == DID_NOT_MATCH


async def test_S24_four_codes_in_ten_minutes_send_three_sms(db: Database, clock: HandClock) -> None:
    counter = await at_counter(db, clock)
    ways = []
    for chat in range(4):
        there = replace(counter, address=Address("telegram", str(chat)), conversation_id=chat)
        issued, owed = await there.ask()
        assert isinstance(issued, Issued)
        ways.append(owed[0].channel)
    assert ways == ["sms", "sms", "sms", "nowhere"]


async def test_S24_a_hundred_requests_in_a_loop_send_no_more_than_ten_a_day(
    db: Database, clock: HandClock
) -> None:
    counter = await at_counter(db, clock)
    sent = 0
    for chat in range(100):
        there = replace(counter, address=Address("telegram", str(chat)), conversation_id=chat)
        _, owed = await there.ask()
        sent += owed[0].channel == "sms"
        clock.forward(800)
    assert sent == 10


async def test_S24_a_chat_may_try_five_numbers_a_day(db: Database, clock: HandClock) -> None:
    counter = Counter(db, clock, made_up_iin())
    tried = [replace(counter, subject=made_up_iin(), conversation_id=at) for at in range(6)]
    answers = [(await one.ask())[0] for one in tried]
    assert [type(answer) for answer in answers] == [Issued] * 5 + [TooManyNumbers]
    clock.forward(61)
    assert isinstance((await tried[0].ask())[0], Issued), "one of the five may be asked again"
    clock.forward(86_400)
    assert isinstance((await tried[5].ask())[0], Issued)


async def test_S25_a_landline_gets_no_sms(db: Database, clock: HandClock) -> None:
    _, iin = await add_person(db, phone="+77272333960")
    _, owed = await Counter(db, clock, iin).ask()
    assert owed[0].channel == "nowhere"


async def test_strangers_never_bind_a_chat_that_is_known(db: Database, clock: HandClock) -> None:
    counter = await at_counter(db, clock)
    await counter.confirm()
    clock.forward(700)
    own = await counter.code()
    for chat in range(20):
        there = replace(counter, address=Address("telegram", f"9{chat}"), conversation_id=100 + chat)
        await there.ask()
        for _ in range(5):
            await there.type("000000")
    assert isinstance(await counter.type(own), Confirmed), "neither killed, nor locked, nor capped"


async def test_a_hundred_failures_in_a_row_leave_only_the_desk(db: Database, clock: HandClock) -> None:
    counter = await at_counter(db, clock)
    for chat in range(20):
        there = replace(counter, address=Address("telegram", f"9{chat}"), conversation_id=100 + chat)
        await there.ask()
        for _ in range(5):
            await there.type("999999")
        clock.forward(3601)
    clock.forward(90_000)
    _, owed = await counter.ask()
    assert owed[0].channel == "nowhere"
    async with db.transaction() as tx:
        assert await evidence.unlock(tx, counter.subject, "operator", clock.now())
    clock.forward(301)
    assert await counter.code()


async def test_a_phantom_code_matches_nothing_even_if_guessed(db: Database, clock: HandClock) -> None:
    counter = Counter(db, clock, made_up_iin())
    await counter.ask()
    assert await counter.type(counter.secrets.codes[-1]) == DID_NOT_MATCH


async def test_the_sms_of_a_code_that_was_used_or_spent_no_longer_leaves(
    db: Database, clock: HandClock
) -> None:
    used, spent = (
        await at_counter(db, clock),
        Counter(db, clock, (await add_person(db))[1], conversation_id=2),
    )
    await used.confirm()
    code = await spent.code()
    for _ in range(4):
        await spent.type(wrong(code))
    assert await outbox.counts(db.reader) == {("sms", "cancelled"): 1, ("sms", "waiting"): 1}
    await spent.type(wrong(code))
    assert await outbox.counts(db.reader) == {("sms", "cancelled"): 2}


async def test_S28_an_sms_cancelled_while_it_was_leaving_is_written_down_as_sent(
    db: Database, clock: HandClock
) -> None:
    counter = await at_counter(db, clock)
    _, owed = await counter.ask()
    confirmed = await counter.type(str(owed[0].body["text"])[:6])
    assert isinstance(confirmed, Confirmed)
    async with db.transaction() as tx:
        await outbox.sent_many(tx, [(owed[0].id, "SM1")], clock.now())
    record = await evidence.record(db.reader, confirmed.consent_id)
    assert record is not None
    assert record.provider_message == "SM1"


async def test_a_used_code_is_known_again_in_its_conversation_and_nothing_is_counted(
    db: Database, clock: HandClock
) -> None:
    counter = await at_counter(db, clock)
    code, row, other = await counter.code(), await counter.row(), await counter.row()
    assert not await codes.has_opened(db.reader, row, 1, code)
    await counter.type(code, row)
    assert await codes.has_opened(db.reader, row, 2, wrong(code))
    assert await codes.has_opened(db.reader, other, 1, code)
    assert not await codes.has_opened(db.reader, other, 1, wrong(code))
    assert not await codes.has_opened(db.reader, other, 2, code)
