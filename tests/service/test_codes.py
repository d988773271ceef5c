"""Codes on the whole service: bound, counted, short-lived, and alike in every refusal."""

import pytest
from smsutil import split

from rules.iin import Iin
from tests.town import CODE, Person, RunningTown
from tests.walks import begin, to_the_code, to_the_summary

AIGUL = "880412294549"
OLGA = "900725297363"
REGISTERED = "+77470006161"


def _wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def _refused(who: Person, text: str) -> bool:
    return text.startswith(who.words("code.refused"))


async def test_S01_the_code_goes_to_the_registered_phone_whatever_phone_the_asker_shows(
    town: RunningTown,
) -> None:
    stranger = await town.stranger()
    await begin(stranger)
    await stranger.tap("button.home_call", "button.no_signs", "button.agree", "button.for_self")
    await town.sandbox.contact(stranger.id, phone="+77010006588")
    await stranger.read()
    await stranger.say(AIGUL)
    assert await town.sandbox.sms("+77010006588") == []
    assert len(await town.sandbox.sms(REGISTERED)) == 1


async def test_S03_the_code_of_one_request_is_worth_nothing_in_another(town: RunningTown) -> None:
    aigul, olga = await town.citizen(AIGUL), await town.citizen(OLGA, "olga")
    await to_the_code(aigul)
    await to_the_code(olga)
    answer = await olga.say(await aigul.code())
    assert _refused(olga, answer.text)


async def test_S03_a_code_asked_for_in_one_chat_is_worth_nothing_in_another_chat(town: RunningTown) -> None:
    aigul, stranger = await town.citizen(AIGUL), await town.stranger()
    await to_the_code(aigul)
    code = await aigul.code()
    stranger.iin = AIGUL
    await to_the_code(stranger)
    assert _refused(stranger, (await stranger.say(code)).text)


async def test_a_code_typed_beside_a_no_opens_no_gate(town: RunningTown) -> None:
    aigul = await town.citizen(AIGUL)
    await to_the_code(aigul)
    code = await aigul.code()
    for words in (f"жоқ {code}", f"не согласна {code}", f"{code} бұл мен емес"):
        assert aigul.words("code.form") in (await aigul.say(words)).text
    assert aigul.words("code.form") not in (await aigul.say(code)).text


async def test_HC_05_S03_an_old_send_after_an_edit_signs_nothing_and_shows_the_new_summary(
    town: RunningTown,
) -> None:
    citizen = await town.citizen(AIGUL)
    old = await to_the_summary(citizen)
    await citizen.tap("button.change", "button.change_reason")
    await citizen.say("Басым ауырады")
    answer = await citizen.forge(old.buttons[0][0].data)
    assert "Басым ауырады" in answer.text
    assert citizen.words("button.send") in answer.labels
    assert await town.group(5) == []
    sent = await citizen.tap("button.send")
    assert "05-000001" in sent.text


async def test_S06_failures_are_counted_per_identity_over_new_codes_and_new_chats(town: RunningTown) -> None:
    aigul = await town.citizen(AIGUL)
    await to_the_code(aigul)
    for _ in range(4):
        await aigul.say(_wrong(await aigul.code()))
    await town.advance(60)
    await aigul.tap("button.new_code")
    for _ in range(4):
        await aigul.say(_wrong(await aigul.code()))
    stranger = await town.stranger()
    stranger.iin = AIGUL
    await to_the_code(stranger)
    for _ in range(2):
        await stranger.say(_wrong(await aigul.code()))
    assert _refused(stranger, (await stranger.say(await aigul.code())).text)


async def test_S06_a_restart_forgets_no_failure(town: RunningTown) -> None:
    aigul = await town.citizen(AIGUL)
    await to_the_code(aigul)
    for _ in range(4):
        await aigul.say(_wrong(await aigul.code()))
    await town.stop_bot()
    await town.start_bot()
    assert _refused(aigul, (await aigul.say(_wrong(await aigul.code()))).text)
    assert _refused(aigul, (await aigul.confirm()).text)


@pytest.mark.parametrize(("seconds", "lives"), [(299, True), (300, False)])
async def test_S07_a_code_lives_for_300_seconds(town: RunningTown, seconds: int, lives: bool) -> None:
    citizen = await town.citizen(AIGUL)
    await to_the_code(citizen)
    await town.advance(seconds)
    answer = await citizen.confirm()
    assert _refused(citizen, answer.text) != lives


async def test_S09_whoever_says_not_me_takes_the_consent_back_before_anything_is_signed(
    town: RunningTown,
) -> None:
    citizen = await town.citizen(AIGUL)
    summary = await to_the_summary(citizen)
    await citizen.tap("button.not_me")
    await citizen.forge(summary.buttons[0][0].data)
    assert await town.group(5) == []


async def test_S20_wrong_expired_used_and_never_issued_codes_are_refused_in_the_same_words(
    town: RunningTown,
) -> None:
    citizen, stranger = await town.citizen(AIGUL), await town.stranger()
    await to_the_code(citizen)
    first = await citizen.code()
    wrong = (await citizen.say(_wrong(first))).text
    await citizen.say(first)
    await citizen.tap("button.cancel", "button.menu", "button.home_call", "button.no_signs", "button.agree")
    await citizen.tap("button.for_self")
    await citizen.say(AIGUL)
    used = (await citizen.say(first)).text
    await town.advance(301)
    expired = (await citizen.confirm()).text
    stranger.iin = "900101300017"
    await to_the_code(stranger)
    never_issued = (await stranger.say("123456")).text
    assert {wrong, used, expired, never_issued} == {wrong}


async def test_S23_ten_taps_send_one_sms_and_a_new_code_kills_the_old(town: RunningTown) -> None:
    citizen = await town.citizen(AIGUL)
    gate = await to_the_code(citizen)
    first = await citizen.code()
    await town.advance(59)
    for _ in range(10):
        await town.sandbox.press(citizen.id, data="a:new_code", message=gate.message_id)
    await citizen.read()
    assert len(await citizen.texts()) == 1
    await town.advance(1)
    for _ in range(10):
        await town.sandbox.press(citizen.id, data="a:new_code", message=gate.message_id)
    await citizen.read()
    assert len(await citizen.texts()) == 2
    assert _refused(citizen, (await citizen.say(first)).text)
    assert not _refused(citizen, (await citizen.confirm()).text)


async def test_S23_each_further_code_waits_longer(town: RunningTown) -> None:
    citizen = await town.citizen(AIGUL)
    await to_the_code(citizen)
    for wait, sent in ((60, 2), (119, 2), (1, 3)):
        await town.advance(wait)
        await citizen.tap("button.new_code")
        assert len(await citizen.texts()) == sent


async def test_S24_a_phone_gets_three_codes_in_ten_minutes_and_no_more(town: RunningTown) -> None:
    aigul = await town.citizen(AIGUL)
    for _ in range(6):
        stranger = await town.stranger()
        stranger.iin = AIGUL
        await to_the_code(stranger)
    assert len(await aigul.texts()) == 3


async def test_S24_a_chat_may_try_five_different_iins_a_day(town: RunningTown) -> None:
    stranger = await town.stranger()
    for iin in ("860930195985", "580203293006", "900725297363", "871214192184", "620817291088"):
        stranger.iin = iin
        answer = await to_the_code(stranger)
        assert not answer.text.startswith(stranger.words("code.too_many_numbers"))
        await stranger.tap("button.cancel")
    stranger.iin = AIGUL
    answer = await to_the_code(stranger)
    assert answer.text.startswith(stranger.words("code.too_many_numbers"))
    assert await town.sandbox.sms(REGISTERED) == []


@pytest.mark.parametrize(("iin", "nobody"), [(AIGUL, "ешкімге"), (OLGA, "Никому")])
async def test_S26_an_sms_begins_with_its_code_and_names_purpose_clinic_and_secrecy(
    town: RunningTown, iin: str, nobody: str
) -> None:
    citizen = await town.citizen(iin)
    await to_the_code(citizen)
    text = (await citizen.texts())[-1]
    found = CODE.search(text)
    assert found is not None
    assert found.end() <= 67
    assert citizen.words("purpose.home_call") in text
    assert "№ 5" in text
    assert nobody.casefold() in text.casefold()
    assert len(split(text).parts) <= 2


async def test_G_48_S27_no_sms_and_no_first_line_of_a_message_speaks_of_health_or_names(
    town: RunningTown,
) -> None:
    citizen = await town.citizen(AIGUL)
    await to_the_code(citizen)
    await citizen.confirm()
    await citizen.say("Қатты жөтел, қызу")
    await citizen.tap("button.address_right", "button.skip", "button.phone_right", "button.send")
    since = len(await citizen.messages())
    await town.staff_tap(5, "registrar", "staff.button.accept")
    await town.press_card(town.of_staff(5, "registrar"), 5, "Бейсенова Гүлнар Сәбитқызы")
    await town.press_card(town.of_staff(5, "registrar"), 5, "12:00–14:00")
    await town.staff_tap(5, "doctor", "staff.button.on_way", "staff.button.done")
    heads = [m.text.splitlines()[0] for m in (await citizen.messages())[since:]]
    heads += [m.text.splitlines()[0] for m in await town.group(5)]
    for line in (*heads, *await citizen.texts()):
        for never in ("жөтел", "қызу", "Сейітова", "Айгүл", "терапевт", AIGUL):
            assert never not in line, line
    assert len(heads) == 4


async def test_S02_a_code_sent_back_from_the_registered_phone_confirms_in_the_chat(town: RunningTown) -> None:
    citizen = await town.citizen(AIGUL)
    await to_the_code(citizen)
    answer = await town.sandbox.reply_sms(REGISTERED, f"Код {await citizen.code()}")
    assert answer["webhook_status"] == 200
    assert citizen.words("home_call.reason") in (await citizen.read()).text


async def test_G_36_S02_yes_and_the_code_from_another_phone_confirm_nothing(town: RunningTown) -> None:
    citizen = await town.citizen(AIGUL)
    gate = await to_the_code(citizen)
    await town.sandbox.reply_sms(REGISTERED, "ИӘ")
    await town.sandbox.reply_sms("+77010006588", await citizen.code())
    assert (await citizen.read()).message_id == gate.message_id
    await town.sandbox.reply_sms(REGISTERED, await citizen.code())
    assert citizen.words("home_call.reason") in (await citizen.read()).text


async def test_S11_an_sms_that_is_delivered_twenty_times_has_one_effect(town: RunningTown) -> None:
    citizen = await town.citizen(AIGUL)
    await to_the_code(citizen)
    sent = await town.sandbox.reply_sms(REGISTERED, await citizen.code())
    await citizen.read()
    after = len(await citizen.messages())
    for _ in range(20):
        assert await town.sandbox.replay_sms(str(sent["sid"])) == 200
    await citizen.read()
    assert len(await citizen.messages()) == after


async def test_AU_01_the_iin_is_the_only_number_that_is_asked_for_and_its_code_is_six_digits(
    town: RunningTown,
) -> None:
    citizen = await town.citizen(AIGUL)
    gate = await to_the_code(citizen)
    assert "6 цифр" in gate.text
    assert Iin.parse(AIGUL).digits not in gate.text
    assert len(await citizen.code()) == 6
