"""What another person answers: only the live code from the registered number is consent (S2)."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.consents.reading import read
from otp import codes, third_party_answers
from otp.third_party_answers import Answer, Answered
from rules.phone import Phone
from rules.third_party import ConsentOutcome, ConsentState, Matter
from storage import consent_requests
from storage.addresses import Address
from storage.consent_requests import ConsentRequest
from storage.database import Database
from tests.otp.asking import Counter, fresh_row, wrong
from tests.otp.third_parties import ASKERS_CHAT, ASKERS_PHONE, OWN_CHAT, PHONE, Desk
from tests.registry import HandClock, add_person, made_up_iin


@pytest.fixture
async def desk(db: Database, clock: HandClock) -> Desk:
    return Desk(db, clock, *await add_person(db, phone=ASKERS_PHONE, surname="Ахметова"))


def came_to(answered: Answered | None) -> Answer | None:
    return None if answered is None else answered.answer


async def end(desk: Desk, request: ConsentRequest) -> ConsentOutcome | None:
    """Waiting is over."""
    async with desk.db.transaction() as tx:
        over = await third_party_answers.end(tx, request.id, desk.clock.now())
    return None if over is None else over[1]


@pytest.mark.parametrize(
    "text",
    ["{}", " {} ", "{}.", "ИӘ {}", "иә {}", "да {}", "{} да", "{} ИӘ", "1 {}", "{} 1", "№ 93-000001: {}"],
)
async def test_S02_the_code_from_the_registered_number_is_consent(text: str, desk: Desk) -> None:
    _, subject = await add_person(desk.db)
    code, request = await desk.code(subject)
    assert came_to(await desk.reply(text.format(code))) is Answer.GIVEN
    assert (await desk.again(request)).way == "sms_reply"
    assert await desk.holds(request) == request.consent_id


@pytest.mark.parametrize("text", ["НЕТ {}", "{} нет", "жоқ {}", "жок {}", "0 {}", "{} 0"])
async def test_S02_a_no_with_the_code_is_a_refusal(text: str, desk: Desk) -> None:
    _, subject = await add_person(desk.db)
    code, request = await desk.code(subject)
    assert came_to(await desk.reply(text.format(code))) is Answer.REFUSED
    assert await desk.holds(request) is None


async def test_S02_yes_without_the_code_never_is_consent(desk: Desk) -> None:
    _, subject = await add_person(desk.db)
    _, request = await desk.code(subject)
    for text in ("ИӘ", "да", "1", "Да.", "ok"):
        assert came_to(await desk.reply(text)) in (Answer.CODE_NEEDED, None)
    assert (await desk.again(request)).state is ConsentState.WAITING


async def test_S02_the_right_code_from_another_number_is_nothing(desk: Desk) -> None:
    _, subject = await add_person(desk.db)
    code, request = await desk.code(subject)
    await add_person(desk.db, phone="+77077777777")
    for phone in ("+77077777777", ASKERS_PHONE, "+77051112233"):
        assert await desk.reply(code, phone) is None
    assert (await desk.again(request)).state is ConsentState.WAITING
    assert came_to(await desk.reply(code)) is Answer.GIVEN, "and no comparison was counted"


async def test_yesterdays_code_is_nothing(desk: Desk) -> None:
    _, subject = await add_person(desk.db)
    code, request = await desk.code(subject)
    desk.clock.forward(24 * 3600)
    assert await desk.reply(code) is None
    assert await end(desk, request) is ConsentOutcome.NO_CONSENT
    assert await desk.reply(code) is None


async def test_the_last_second_counts_and_the_next_does_not(desk: Desk) -> None:
    _, subject = await add_person(desk.db)
    code, _ = await desk.code(subject)
    desk.clock.forward(24 * 3600 - 1)
    assert came_to(await desk.reply(code)) is Answer.GIVEN


async def test_S03_the_code_of_one_request_answers_no_other(desk: Desk) -> None:
    _, subject = await add_person(desk.db)
    first_code, first = await desk.code(subject)
    second_code, second = await desk.code(subject)
    assert came_to(await desk.reply(second_code)) is Answer.GIVEN
    assert await desk.holds(first) is None
    assert await desk.holds(second) == second.consent_id
    assert came_to(await desk.reply(first_code)) is Answer.GIVEN


async def test_S03_a_code_of_an_identity_is_no_consent_and_costs_it_no_comparison(desk: Desk) -> None:
    _, subject = await add_person(desk.db)
    code, request = await desk.code(subject)
    await desk.reply(wrong(code))
    for at in range(1, 5):
        counter = Counter(desk.db, desk.clock, subject, Address("telegram", f"9{at}"), conversation_id=at)
        counter.secrets = desk.secrets
        identity = await counter.code()
        row = await fresh_row(desk.db, Address("sms", PHONE), desk.clock.now())
        assert came_to(await desk.reply(identity, inbox_id=row)) is Answer.NO_MATCH
        won = await codes.compare_reply(desk.db, row, Phone(PHONE), identity, desk.clock.now())
        assert isinstance(won, codes.RepliedTo)
        desk.clock.forward(3600)
    assert came_to(await desk.reply(code)) is Answer.GIVEN
    assert await desk.holds(request)


async def test_S05_five_comparisons_and_then_the_right_code_is_nothing(desk: Desk) -> None:
    _, subject = await add_person(desk.db)
    code, request = await desk.code(subject)
    for _ in range(5):
        assert came_to(await desk.reply(wrong(code))) is Answer.NO_MATCH
    assert await desk.reply(code) is None
    assert (await desk.again(request)).state is ConsentState.WAITING


async def test_S05_fifty_wrong_codes_at_once_are_five_comparisons(desk: Desk) -> None:
    _, subject = await add_person(desk.db)
    code, _ = await desk.code(subject)
    answers = await asyncio.gather(*(desk.reply(wrong(code)) for _ in range(50)))
    assert [came_to(one) for one in answers].count(Answer.NO_MATCH) == 5
    assert await desk.reply(code) is None


async def test_S04_fifty_right_codes_at_once_are_one_consent(desk: Desk) -> None:
    _, subject = await add_person(desk.db)
    code, _ = await desk.code(subject)
    answers = await asyncio.gather(*(desk.reply(code) for _ in range(50)))
    assert [came_to(one) for one in answers].count(Answer.GIVEN) == 1


async def test_S11_one_inbox_row_is_compared_once(desk: Desk) -> None:
    _, subject = await add_person(desk.db)
    code, _ = await desk.code(subject)
    row = await fresh_row(desk.db, Address("sms", PHONE), desk.clock.now())
    assert came_to(await desk.reply(wrong(code), inbox_id=row)) is Answer.NO_MATCH
    for _ in range(20):
        assert await desk.reply(wrong(code), inbox_id=row) is None
    assert came_to(await desk.reply(code)) is Answer.GIVEN


async def test_the_same_answer_sent_again_is_already_recorded(desk: Desk) -> None:
    _, subject = await add_person(desk.db)
    code, _ = await desk.code(subject)
    assert came_to(await desk.reply(code)) is Answer.GIVEN
    assert came_to(await desk.reply(code)) is Answer.ALREADY


async def test_a_bare_no_is_a_refusal_where_one_request_is_open(desk: Desk) -> None:
    _, subject = await add_person(desk.db)
    _, request = await desk.code(subject)
    assert came_to(await desk.reply("0")) is Answer.REFUSED
    assert (await desk.again(request)).state is ConsentState.REFUSED


async def test_a_bare_no_means_whatever_was_asked_last(desk: Desk) -> None:
    _, subject = await add_person(desk.db)
    _, request = await desk.code(subject)
    assert await desk.reply("0", asked_last=False) is None
    assert (await desk.again(request)).state is ConsentState.WAITING


async def test_of_two_open_the_code_tells_which_and_a_bare_no_asks_which(desk: Desk) -> None:
    _, subject = await add_person(desk.db)
    _, first = await desk.code(subject)
    code, second = await desk.code(subject)
    asked = await desk.reply("нет")
    assert asked is not None
    assert (asked.answer, asked.numbers) == (Answer.WHICH, ("93-000001", "93-000002"))
    assert came_to(await desk.reply(f"нет {first.number}", asked_last=False)) is Answer.REFUSED
    assert came_to(await desk.reply(code)) is Answer.GIVEN
    assert (await desk.again(first)).state is ConsentState.REFUSED
    assert (await desk.again(second)).state is ConsentState.GIVEN


async def test_the_number_of_a_request_is_no_code(desk: Desk) -> None:
    _, subject = await add_person(desk.db)
    _, request = await desk.code(subject)
    assert came_to(await desk.reply(request.number)) is Answer.CODE_NEEDED
    assert came_to(await desk.reply(f"да {request.number}")) is Answer.CODE_NEEDED
    assert (await desk.again(request)).state is ConsentState.WAITING


@pytest.mark.parametrize("text", ["{} не моё", "{} кто это?", "кому {} и зачем", "{}?", "{} да?"])
async def test_S02_a_code_among_other_words_or_in_a_question_is_not_guessed_at(text: str, desk: Desk) -> None:
    _, subject = await add_person(desk.db)
    code, request = await desk.code(subject)
    assert came_to(await desk.reply(text.format(code), asked_last=False)) is Answer.CODE_NEEDED
    assert came_to(await desk.reply(f"{code} 111222")) is Answer.CODE_NEEDED
    assert (await desk.again(request)).state is ConsentState.WAITING


@pytest.mark.parametrize("text", ["701 123 45 67", "900725 297363", "запись 900725 297363", "050000 Алматы"])
async def test_digits_among_words_that_are_no_code_are_for_whoever_talks_with_the_phone(
    text: str, desk: Desk
) -> None:
    _, subject = await add_person(desk.db)
    code, _ = await desk.code(subject)
    for _ in range(9):
        assert await desk.reply(text, asked_last=False) is None
    assert came_to(await desk.reply(code)) is Answer.GIVEN, "and no comparison was counted"


@pytest.mark.parametrize(
    "text", ["ОТОЗВАТЬ 93 000001", "отозвать №93000001", "КЕРІ АЛУ 93–000001", "нет 93 000001"]
)
async def test_S30_the_number_is_read_without_its_hyphen_where_something_is_taken_back(
    text: str, desk: Desk
) -> None:
    _, subject = await add_person(desk.db)
    code, request = await desk.code(subject)
    await desk.reply(code)
    assert came_to(await desk.reply(text, asked_last=False)) is Answer.WITHDRAWN
    assert await desk.holds(request) is None


async def test_S30_of_one_number_in_two_years_the_newest_consent_is_taken_back(desk: Desk) -> None:
    _, subject = await add_person(desk.db)
    code, old = await desk.code(subject)
    await desk.reply(code)
    desk.clock.forward(300 * 24 * 3600)
    wanted = replace(desk.wanted(subject), number=old.number)
    sms, *_ = await desk.ask(wanted)
    await desk.reply(str(sms.body["text"])[4:10])
    assert came_to(await desk.reply(f"отозвать {old.number}")) is Answer.WITHDRAWN
    assert await desk.holds(await desk.of(wanted)) is None


@pytest.mark.parametrize("text", ["", "   ", "менің атым Айгүл", "12345", "1234567", "900725297363", "🙂"])
def test_other_messages_are_about_no_consent(text: str) -> None:
    assert read(text) is None


def test_a_reply_of_ten_parts_is_read_without_harm() -> None:
    said = read("слова " * 100 + "123456")
    assert said is not None
    assert said.unclear


async def test_a_no_with_the_code_after_a_yes_takes_it_back(desk: Desk) -> None:
    _, subject = await add_person(desk.db)
    code, request = await desk.code(subject)
    await desk.reply(code)
    assert came_to(await desk.reply(f"нет {code}")) is Answer.WITHDRAWN
    assert await desk.holds(request) is None
    assert (await desk.again(request)).state is ConsentState.WITHDRAWN


async def test_CH_07_the_code_is_typed_into_the_persons_own_chat(desk: Desk) -> None:
    person, subject = await add_person(desk.db)
    code, request = await desk.code(subject)
    assert came_to(await desk.type(wrong(code), person)) is Answer.NO_MATCH
    assert came_to(await desk.type(code, person)) is Answer.GIVEN
    assert (await desk.again(request)).way == "code"


async def test_CH_07_a_code_typed_into_the_askers_chat_is_nothing(desk: Desk) -> None:
    person, subject = await add_person(desk.db)
    code, request = await desk.code(subject)
    assert await desk.type(code, desk.asker_id, ASKERS_CHAT) is None
    # Nor if that chat was confirmed to be the other person's as well.
    assert await desk.type(code, person, ASKERS_CHAT) is None
    other, _ = await add_person(desk.db, phone="+77470000001")
    assert await desk.type(code, other, Address("telegram", "999")) is None
    assert (await desk.again(request)).state is ConsentState.WAITING


async def test_CH_07_a_yes_from_the_cabinet_is_consent_but_not_in_the_askers_chat(desk: Desk) -> None:
    person, subject = await add_person(desk.db)
    _, request = await desk.code(subject)
    said = third_party_answers.Said("Даю согласие", yes=True)

    async def press(who: int, chat: Address) -> Answer | None:
        async with desk.db.transaction() as tx:
            answered = await third_party_answers.press(tx, request.id, str(who), chat, said, desk.clock.now())
            return came_to(answered)

    assert await press(desk.asker_id, OWN_CHAT) is None
    assert await press(person, ASKERS_CHAT) is None
    assert await press(person, OWN_CHAT) is Answer.GIVEN
    assert await press(person, OWN_CHAT) is None
    assert (await desk.again(request)).way == "cabinet"


async def test_G_32_refusal_and_silence_are_told_alike_and_at_the_same_moment(desk: Desk) -> None:
    _, subject = await add_person(desk.db)
    code, refused = await desk.code(subject)
    _, silent = await desk.code(subject)
    await desk.reply(f"нет {code}")
    assert refused.ends_at == silent.ends_at
    desk.clock.forward(24 * 3600)
    assert await end(desk, refused) is ConsentOutcome.NO_CONSENT
    assert await end(desk, silent) is ConsentOutcome.NO_CONSENT


async def test_E_12_nothing_is_told_of_a_request_that_was_answered_with_yes(desk: Desk) -> None:
    _, subject = await add_person(desk.db)
    code, request = await desk.code(subject)
    await desk.reply(code)
    desk.clock.forward(24 * 3600)
    assert await end(desk, request) is None


async def test_S30_withdrawn_it_holds_no_more_and_only_the_person_withdraws(desk: Desk) -> None:
    person, subject = await add_person(desk.db)
    code, request = await desk.code(subject)
    await desk.reply(code)
    for who, taken in ((desk.asker_id, False), (person, True), (person, False)):
        async with desk.db.transaction() as tx:
            found = await third_party_answers.withdraw(tx, request.id, str(who), desk.clock.now())
        assert (found is not None) is taken
    assert await desk.holds(request) is None


async def test_a_consent_ends_by_itself(desk: Desk) -> None:
    _, subject = await add_person(desk.db)
    code, request = await desk.code(subject)
    await desk.reply(code)
    desk.clock.forward(30 * 24 * 3600)
    assert await desk.holds(request)
    desk.clock.forward(2 * 24 * 3600)
    assert await desk.holds(request) is None
    code, document = await desk.code(subject, Matter.DOCUMENT)
    await desk.reply(code)
    desk.clock.forward(24 * 3600)
    assert await desk.holds(document) is None


async def test_G_38_a_blocked_asker_reaches_nobody_and_what_they_wait_for_is_refused(desk: Desk) -> None:
    person, subject = await add_person(desk.db)
    _, first = await desk.code(subject)
    code, second = await desk.code(subject)
    said = third_party_answers.Said("Заблокировать")
    async with desk.db.transaction() as tx:
        stranger = await third_party_answers.block(
            tx, first.id, str(desk.asker_id), "telegram", said, desk.clock.now()
        )
        assert stranger is None
        await third_party_answers.block(tx, first.id, str(person), "telegram", said, desk.clock.now())
    assert [one.asker for one in await consent_requests.blocks(desk.db.reader, str(person))] == [
        f"person:{desk.asker_id}"
    ]
    for request in (first, second):
        assert (await desk.again(request)).state is ConsentState.REFUSED
    assert came_to(await desk.reply(code)) is Answer.ALREADY
    wanted = desk.wanted(subject)
    assert (await desk.ask(wanted))[0].address.channel == "nowhere"
    async with desk.db.transaction() as tx:
        assert await consent_requests.remove_block(tx, str(person), f"person:{desk.asker_id}")
    assert (await desk.ask(desk.wanted(subject)))[0].address.channel == "sms"


async def test_the_code_of_an_unknown_iin_matches_nothing(desk: Desk) -> None:
    wanted = desk.wanted(made_up_iin())
    await desk.ask(wanted)
    code = desk.secrets.codes[-1]
    assert await desk.reply(code) is None
    assert await desk.reply(code, ASKERS_PHONE) is None
    desk.clock.forward(timedelta(hours=24).total_seconds())
    assert await end(desk, await desk.of(wanted)) is ConsentOutcome.NO_CONSENT
