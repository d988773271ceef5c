"""The courier against the sandbox's Telegram and Twilio: order, retries, refusals, pace, restarts."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.channels.screens import Button, Screen
from bot.channels.sms import sms_parcel
from bot.channels.telegram import address_of, edit_body, parcel_for
from bot.sending.pace import Rates
from storage import outbox
from storage.addresses import Address
from storage.outbox import Parcel
from tests.bot.house import QUICK, House, open_house, running

PHONE = "+77011234567"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as opened:
        yield opened


async def citizen(house: House) -> int:
    user = await house.sandbox.user()
    await house.sandbox.say(user, "/start")
    return user


def line(chat: int, text: str) -> Parcel:
    return parcel_for(chat, Screen(text))


def code(text: str, house: House, life: float = 300) -> Parcel:
    return sms_parcel(
        PHONE, text, kind="code", challenge_id=7, expires_at=house.clock.now() + timedelta(seconds=life)
    )


async def texts(house: House, chat: int) -> list[str]:
    return [message.text for message in await house.sandbox.messages(chat, bot_only=True)]


async def test_a_screen_arrives_with_its_buttons_and_is_marked_sent(house: House) -> None:
    chat = await citizen(house)
    screen = Screen("Кімге дәрігер керек?", ((Button("Маған", "q:1:home_call.whom:me"),),))
    courier = house.courier()
    courier.take(await house.owe(parcel_for(chat, screen)))
    await courier.rest()
    last = await house.sandbox.last(chat)
    assert (last.text, last.labels) == (screen.text, ("Маған",))
    assert await house.statuses() == {("telegram", "sent"): 1}


async def test_S36_messages_of_one_chat_keep_their_order_even_if_one_is_refused_for_a_while(
    house: House,
) -> None:
    chat = await citizen(house)
    await house.sandbox.fault("telegram_429", calls=1, retry_after=1)
    courier = house.courier()
    courier.take(await house.owe(*(line(chat, str(number)) for number in range(5))))
    courier.take(await house.owe(line(chat, "5")))
    await courier.rest()
    assert await texts(house, chat) == ["0", "1", "2", "3", "4", "5"]


async def test_S35_429_is_obeyed_for_as_long_as_telegram_says(house: House) -> None:
    chat = await citizen(house)
    await house.sandbox.fault("telegram_429", calls=1, retry_after=2, chat_id=chat)
    courier, began = house.courier(), time.monotonic()
    courier.take(await house.owe(line(chat, "later")))
    await courier.rest()
    assert time.monotonic() - began >= 2
    assert await texts(house, chat) == ["later"]


async def test_S17_nothing_is_lost_while_telegram_is_down_and_order_is_kept_after_it(house: House) -> None:
    chat = await citizen(house)
    number = await house.sandbox.fault("telegram_down", how="502")
    assert number >= 0
    courier = house.courier()
    async with running(courier.run()):
        courier.take(await house.owe(line(chat, "first"), line(chat, "second")))
        await asyncio.sleep(1.2)
        await house.sandbox.clear_faults()
        courier.take(await house.owe(line(chat, "third")))
        await house.sandbox.wait_for_message(chat, "third")
        await courier.rest()
    assert await texts(house, chat) == ["first", "second", "third"]
    assert house.bells.long_down() == ()


async def test_rows_left_by_a_process_that_died_are_sent_by_the_next_one(house: House) -> None:
    chat = await citizen(house)
    await house.owe(line(chat, "left behind"))
    courier = house.courier()
    async with running(courier.run()):
        await house.sandbox.wait_for_message(chat, "left behind")
    await courier.stop()
    assert await house.statuses() == {("telegram", "sent"): 1}


async def test_a_blocked_chat_is_a_dead_letter_without_an_alert_and_stops_nobody_else(house: House) -> None:
    gone, here = await citizen(house), await citizen(house)
    await house.sandbox.block(gone)
    courier = house.courier()
    courier.take(await house.owe(line(gone, "lost"), line(here, "seen")))
    await courier.rest()
    assert await texts(house, here) == ["seen"]
    assert await house.statuses() == {("telegram", "dead"): 1, ("telegram", "sent"): 1}
    assert house.bells.rung == []


async def test_S17_a_message_to_a_chat_that_does_not_exist_is_a_dead_letter_with_an_alert(
    house: House,
) -> None:
    courier = house.courier()
    courier.take(await house.owe(line(999, "to nobody")))
    await courier.rest()
    assert [what for what, _ in house.bells.rung] == ["outbox.dead"]


async def test_a_body_that_is_none_becomes_a_dead_letter_and_the_next_is_sent(house: House) -> None:
    chat = await citizen(house)
    courier = house.courier()
    broken = Parcel(address_of(chat), "screen", {"text": "no method"})
    courier.take(await house.owe(broken, line(chat, "sound")))
    await courier.rest()
    assert await texts(house, chat) == ["sound"]
    assert house.bells.rung[0][1]["code"] == "unsendable"


async def test_an_edit_that_changes_nothing_counts_as_done(house: House) -> None:
    chat = await citizen(house)
    courier = house.courier()
    courier.take(await house.owe(line(chat, "same")))
    await courier.rest()
    message = (await house.sandbox.last(chat)).message_id
    courier.take(await house.owe(Parcel(address_of(chat), "edit", edit_body(message, Screen("same")))))
    await courier.rest()
    assert await house.statuses() == {("telegram", "sent"): 2}


async def test_a_row_taken_twice_is_sent_once(house: House) -> None:
    chat = await citizen(house)
    courier = house.courier()
    owed = await house.owe(line(chat, "once"))
    courier.take(owed)
    courier.take(owed)
    await courier.sweep()
    await courier.rest()
    assert await texts(house, chat) == ["once"]


async def test_an_expired_code_never_leaves(house: House) -> None:
    courier = house.courier()
    owed = await house.owe(code("Код 123456", house))
    house.clock.move(seconds=300)
    courier.take(owed)
    await courier.rest()
    assert await house.sandbox.sms(PHONE) == []
    assert await house.statuses() == {("sms", "expired"): 1}


async def test_S23_a_code_killed_by_a_newer_one_never_leaves(house: House) -> None:
    courier = house.courier()
    owed = await house.owe(code("Код 123456", house))
    async with house.db.transaction() as tx:
        outbox.cancel_for_challenge(tx, 7)
    courier.take(owed)
    await courier.rest()
    assert await house.sandbox.sms(PHONE) == []
    assert await house.statuses() == {("sms", "cancelled"): 1}


async def test_S21_the_words_of_a_code_are_erased_once_it_is_sent(house: House) -> None:
    courier = house.courier()
    courier.take(await house.owe(code("Код 123456", house)))
    await courier.rest()
    assert [sms.body for sms in await house.sandbox.sms(PHONE)] == ["Код 123456"]
    assert await house.statuses() == {("sms", "sent"): 1}
    async with house.db.reading() as reader:
        assert not await outbox.still_due(reader, 0, house.clock.now())


async def test_a_code_is_not_tried_again_with_under_two_minutes_of_life(house: House) -> None:
    await house.sandbox.fault("sms_error", code=30003, phone=PHONE)
    courier = house.courier()
    courier.take(await house.owe(code("Код 123456", house, life=119)))
    await courier.rest()
    assert await house.statuses() == {("sms", "dead"): 1}


@pytest.mark.parametrize(("error", "alerts"), [(21610, 0), (30006, 0), (30007, 1), (21211, 0)])
async def test_S35_an_sms_that_can_never_arrive_is_given_up(house: House, error: int, alerts: int) -> None:
    await house.sandbox.fault("sms_error", code=error, phone=PHONE)
    courier = house.courier()
    courier.take(await house.owe(sms_parcel(PHONE, "Дәрігер барады.", kind="notice")))
    await courier.rest()
    assert await house.statuses() == {("sms", "dead"): 1}
    assert len(house.bells.rung) == alerts


@pytest.mark.parametrize("error", [30003, 20429])
async def test_S35_an_sms_that_may_arrive_later_is_tried_every_five_minutes_for_four_hours(
    house: House, error: int
) -> None:
    await house.sandbox.fault("sms_error", code=error, phone=PHONE)
    courier = house.courier()
    courier.take(await house.owe(sms_parcel(PHONE, "Дәрігер барады.", kind="notice")))
    await courier.rest()
    tried = 1
    while await house.statuses() == {("sms", "waiting"): 1}:
        house.clock.move(minutes=5)
        tried += await courier.sweep()
        await courier.rest()
    assert await house.statuses() == {("sms", "dead"): 1}
    assert tried == 4 * 12 + 1
    assert [what for what, _ in house.bells.rung] == ["outbox.dead"]


async def test_S24_no_sms_leaves_above_the_daily_cap(house: House) -> None:
    courier = house.courier(cap=2)
    courier.take(await house.owe(*(sms_parcel(PHONE, str(n), kind="notice") for n in range(3))))
    await courier.rest()
    assert len(await house.sandbox.sms(PHONE)) == 2
    assert await house.statuses() == {("sms", "sent"): 2, ("sms", "dead"): 1}
    assert ("sms.daily_cap", {}) in house.bells.rung


async def test_S24_the_survey_leaves_half_of_a_day_to_codes_and_answers(house: House) -> None:
    courier = house.courier(cap=4)
    for kind in ("survey", "survey", "survey", "notice", "survey_reply"):
        courier.take(await house.owe(sms_parcel(PHONE, "x", kind=kind)))
        await courier.rest()
    assert await house.statuses() == {("sms", "sent"): 4, ("sms", "dead"): 1}
    assert ("sms.daily_cap", {}) not in house.bells.rung


async def test_S24_many_phones_at_once_do_not_get_past_the_daily_cap(house: House) -> None:
    courier = house.courier(cap=2)
    phones = [f"+7701000000{n}" for n in range(8)]
    courier.take(await house.owe(*(sms_parcel(phone, "x", kind="notice") for phone in phones)))
    await courier.rest()
    assert await house.statuses() == {("sms", "sent"): 2, ("sms", "dead"): 6}


async def test_S24_the_daily_cap_counts_what_another_process_sends(house: House) -> None:
    one, other = house.courier(cap=2, reread=0), house.courier(cap=2, reread=0)
    for courier in (one, other, one):
        courier.take(await house.owe(sms_parcel(PHONE, "x", kind="notice")))
        await courier.rest()
    assert await house.statuses() == {("sms", "sent"): 2, ("sms", "dead"): 1}


async def test_S24_an_sms_that_did_not_leave_is_not_spent(house: House) -> None:
    courier = house.courier(cap=1)
    courier.take(await house.owe(sms_parcel("+1", "x", kind="notice")))
    await courier.rest()
    courier.take(await house.owe(sms_parcel(PHONE, "x", kind="notice")))
    await courier.rest()
    assert await house.statuses() == {("sms", "dead"): 1, ("sms", "sent"): 1}


async def test_S19_a_message_to_nowhere_is_marked_sent_and_sends_nothing(house: House) -> None:
    courier = house.courier()
    courier.take(await house.owe(Parcel(Address("nowhere", "-"), "code", {"text": "Код 123456"})))
    await courier.rest()
    assert await house.statuses() == {("nowhere", "sent"): 1}


async def test_a_group_that_became_a_supergroup_gets_its_message_under_the_new_id(house: House) -> None:
    registrar = await citizen(house)
    group = await house.sandbox.group("Емхана № 5", registrar, kind="group")
    await house.sandbox.add_bot(group, registrar)
    moved = await house.sandbox.upgrade_group(group)
    courier = house.courier()
    courier.take(await house.owe(line(group, "a call")))
    await courier.rest()
    # What else the bot's own account "says" there is Telegram's note that the group has moved.
    assert [text for text in await texts(house, moved) if text] == ["a call"]


async def test_S36_a_chat_gets_three_at_once_and_then_one_a_second(house: House) -> None:
    chat = await citizen(house)
    courier, began = house.courier(Rates(1000, 1, 3, 1000, 1000)), time.monotonic()
    courier.take(await house.owe(*(line(chat, str(number)) for number in range(5))))
    await courier.rest()
    assert 1.9 <= time.monotonic() - began < 4


async def test_an_orderly_stop_gives_back_what_was_not_sent(house: House) -> None:
    chat = await citizen(house)
    await house.sandbox.fault("telegram_down", how="502")
    courier = house.courier()
    courier.take(await house.owe(line(chat, "first"), line(chat, "second")))
    await asyncio.sleep(0.2)
    await courier.stop()
    await house.sandbox.clear_faults()
    following = house.courier(QUICK)
    await following.sweep()
    await following.rest()
    assert await texts(house, chat) == ["first", "second"]


async def test_a_press_has_its_spinner_stopped_even_though_nothing_is_owed(house: House) -> None:
    chat = await citizen(house)
    courier = house.courier()
    courier.take(await house.owe(parcel_for(chat, Screen("?", ((Button("Иә", "a:menu"),),)))))
    await courier.rest()
    press = await house.sandbox.press(chat, label="Иә")
    courier.answer_callback(press)
    await courier.rest()
    assert await house.statuses() == {("telegram", "sent"): 1}
