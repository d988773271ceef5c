"""Forged presses, foreign contacts, strangers and webhooks: nobody acts for another."""

import pytest
from aiohttp import ClientSession

from bot.town import group_of
from dialogs.engine import T
from tests.town import RunningTown
from tests.walks import accept, call, to_the_code

AIGUL = "880412294549"
OLGA = "900725297363"
VICTORIA = "930303293163"


async def test_S31_a_contact_counts_only_if_it_is_the_senders_own(town: RunningTown) -> None:
    citizen = await town.citizen(AIGUL)
    await to_the_code(citizen)
    await citizen.confirm()
    await citizen.tap("reason.fever", "button.nothing_to_add", "button.address_right", "button.skip")
    await citizen.tap("button.phone_other")
    await town.sandbox.contact(citizen.id, phone="+77010006588", owner=999)
    foreign = await citizen.read()
    assert any(citizen.words("phone.not_own") in m.text for m in (await citizen.messages())[-2:]), (
        foreign.text
    )
    await town.sandbox.contact(citizen.id)
    summary = await citizen.read()
    assert "+7 747 ***-**-61" in summary.text


async def test_HC_17_S33_whoever_is_not_linked_presses_in_vain(town: RunningTown) -> None:
    await call(await town.citizen(AIGUL))
    stranger = await town.stranger()
    before = (await town.group(5))[0]
    for label in before.labels:
        await town.sandbox.press(stranger.id, label=label, chat=group_of(5))
    after = await town.group(5)
    assert after[0].text == before.text
    assert len(after) == 2, "whoever presses in vain is told why, once"


async def test_S33_staff_of_another_clinic_press_in_vain(town: RunningTown) -> None:
    await call(await town.citizen(AIGUL))
    card = (await town.group(5))[0]
    foreign = town.of_staff(4, "registrar")
    for row in card.buttons:
        for button in row:
            await foreign.forge(button.data, chat=group_of(4))
            await foreign.forge(button.data, chat=group_of(5))
    assert (await town.group(5))[0] == card
    assert all(AIGUL not in m.text and "05-000001" not in m.text for m in await foreign.messages())


async def test_S33_a_press_on_an_old_version_of_a_card_changes_nothing(town: RunningTown) -> None:
    citizen = await town.citizen(AIGUL)
    await call(citizen)
    registrar = town.of_staff(5, "registrar")
    accept_label, refuse_label = (
        town.group_words(5, key) for key in ("staff.button.accept", "staff.button.refuse")
    )
    first = (await town.group(5))[0]
    refuse = next(b.data for row in first.buttons for b in row if b.text == refuse_label)
    assert accept_label in first.labels
    forged = refuse.rsplit(":", 1)[0] + ":no:not_attached"
    await accept(town, 5)
    confirmed = (await town.group(5))[0].text
    answer = await registrar.forge(forged, chat=group_of(5))
    assert (await town.group(5))[0].text == confirmed
    assert "05-000001" in answer.text
    assert citizen.words("ground.not_attached") not in (await citizen.last()).text


@pytest.mark.parametrize(
    "data",
    [
        "s:",
        "s:zzzzzzzzzzzzz:1:yes",
        "s:1:1:yes",
        "s:1:1:drop",
        "s:-1:1:card",
        "s:1:1:no:;--",
        "s:" + "9" * 61,
    ],
)
async def test_S33_forged_data_of_staff_buttons_do_nothing(town: RunningTown, data: str) -> None:
    await call(await town.citizen(AIGUL))
    before = (await town.group(5))[0]
    await town.of_staff(5, "registrar").forge(data, chat=group_of(5))
    assert (await town.group(5))[0] == before


async def test_S33_a_refusal_with_a_ground_that_the_law_does_not_know_is_not_saved(town: RunningTown) -> None:
    citizen = await town.citizen(AIGUL)
    await call(citizen)
    card = (await town.group(5))[0]
    request = card.buttons[0][0].data.split(":")[1:3]
    for ground in ("", ":too_busy", ":no_id", ":edoc", ":no_authority"):
        await town.of_staff(5, "registrar").forge(f"s:{':'.join(request)}:no{ground}", chat=group_of(5))
    assert (await town.group(5))[0] == card


@pytest.mark.parametrize(
    "data",
    [
        "q:1:home_call.check:send-0000",
        "q:zzzzzzzzzzzzz:home_call.notice:agree",
        "a:start:withdraw:1",
        "a:forget",
        "a:begin:nothing",
        "a:",
        "q::",
        "x" * 64,
        "a:start:cabinet:99999999999999999999",
    ],
)
async def test_S33_forged_data_of_citizens_buttons_do_no_harm(town: RunningTown, data: str) -> None:
    citizen = await town.citizen(AIGUL)
    gate = await to_the_code(citizen)
    await citizen.forge(data)
    answer = await citizen.confirm()
    assert answer.message_id >= gate.message_id
    assert await town.group(5) == []


async def test_S33_nobody_opens_or_withdraws_somebody_elses_request(town: RunningTown) -> None:
    aigul = await town.citizen(AIGUL)
    sent = await call(aigul)
    actions = [b.data for row in sent.buttons for b in row if b.data.startswith("a:start:")]
    olga = await town.citizen(OLGA, "olga")
    await call(olga)
    for action in actions:
        answer = await olga.forge(action)
        assert "05-000001" not in answer.text
        await olga.say("/cancel")
    assert (await town.group(5))[0].text.startswith("ЖАҢА")
    assert actions


async def test_S33_nothing_of_a_request_is_shown_in_a_chat_that_has_not_confirmed(town: RunningTown) -> None:
    aigul = await town.citizen(AIGUL)
    sent = await call(aigul)
    stranger = await town.stranger()
    await stranger.say("/start")
    await stranger.press("Қазақша")
    for row in sent.buttons:
        answer = await stranger.forge(row[0].data)
        assert "05-000001" not in answer.text
        await stranger.say("/cancel")


@pytest.mark.parametrize("denial", ["forget", "not_me"])
async def test_S30_a_chat_that_was_forgotten_shows_and_withdraws_nothing_without_a_new_code(
    town: RunningTown, denial: str
) -> None:
    citizen = await town.citizen(AIGUL)
    sent = await call(citizen)
    await citizen.forge("a:forget:yes" if denial == "forget" else "a:not_me")
    await citizen.say("/kk")
    since = len(await citizen.messages())
    for row in sent.buttons:
        await citizen.forge(row[0].data)
        await citizen.say("/cancel")
    assert not any("05-000001" in message.text for message in (await citizen.messages())[since:])
    assert (await town.group(5))[0].text.startswith("ЖАҢА")


async def test_HC_17_only_registry_staff_answer_and_only_doctors_go(town: RunningTown) -> None:
    await call(await town.citizen(AIGUL))
    card = await town.staff_tap(5, "doctor", "staff.button.accept")
    assert card.text.startswith("ЖАҢА")
    assert card.labels[0] == town.group_words(5, "staff.button.accept")
    await accept(town, 5)
    card = await town.staff_tap(5, "registrar", "staff.button.on_way")
    assert card.text.startswith("РАСТАЛДЫ")
    card = await town.staff_tap(5, "doctor", "staff.button.on_way")
    assert card.text.startswith("ДӘРІГЕР ЖОЛДА")


async def test_two_who_press_at_once_get_one_result(town: RunningTown) -> None:
    citizen = await town.citizen(AIGUL)
    await call(citizen)
    registrar, head = town.of_staff(5, "registrar"), town.of_staff(5, "head")
    await town.staff_tap(5, "registrar", "staff.button.accept")
    card = await town.press_card(registrar, 5, "Бейсенова Гүлнар Сәбитқызы")
    first, second = card.buttons[0][0].data, card.buttons[1][0].data
    await town.sandbox.press(registrar.id, data=first, message=card.message_id, chat=group_of(5))
    await town.sandbox.press(head.id, data=second, message=card.message_id, chat=group_of(5))
    card = (await town.group(5))[0]
    assert "12:00–14:00" in card.text
    await citizen.read()
    told = [m.text for m in await citizen.messages() if "12:00–14:00" in m.text or "14:00–16:00" in m.text]
    assert len(told) == 1
    assert "05-000001" in (await head.last()).text


async def test_S10_an_unsigned_sms_is_refused(town: RunningTown) -> None:
    citizen = await town.citizen(AIGUL)
    await to_the_code(citizen)
    form = {"MessageSid": "SM1", "From": citizen.phone, "Body": await citizen.code()}
    async with ClientSession() as session:
        for headers in ({}, {"X-Twilio-Signature": "wrong"}, {"X-Twilio-Signature": ""}):
            url = town.environ["PUBLIC_URL"] + "/twilio/sms"
            async with session.post(url, data=form, headers=headers) as answer:
                assert answer.status == 403
    assert citizen.words("home_call.reason") not in (await citizen.read()).text


async def test_the_word_for_103_is_always_within_reach(town: RunningTown) -> None:
    citizen = await town.citizen(VICTORIA)
    await to_the_code(citizen)
    answer = await citizen.say("скорая")
    assert answer.text == citizen.words("desk.emergency")
    assert T("desk.emergency").key == "desk.emergency"
