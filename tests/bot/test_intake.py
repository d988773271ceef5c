"""Intake by long polling against the sandbox: written down first, acknowledged afterwards."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.channels import intake
from bot.channels.events import CitizenEvent, Poisoned
from bot.channels.intake import arrival_of, read_row
from bot.channels.sms import arrival_of as sms_arrival_of
from bot.channels.telegram import bot_of
from dialogs.engine import Said, Unavailable
from sandbox import TELEGRAM_TOKEN
from storage import inbox
from storage.addresses import Address
from storage.inbox import Arrival
from tests.bot.house import House, open_house, running, until

BOT = bot_of(TELEGRAM_TOKEN)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as opened:
        yield opened


async def test_S13_an_update_is_confirmed_only_after_it_was_written_down(house: House) -> None:
    user = await house.sandbox.user()
    async with running(house.polling().run()):
        await house.sandbox.say(user, "сәлем")
        await until(lambda: len(house.desk.rows) == 1)
        event = read_row(house.desk.rows[0])
    assert isinstance(event, CitizenEvent)
    assert event.sent == Said("сәлем")
    assert await inbox.waiting(house.db.reader) == 1


async def test_S14_an_update_that_comes_again_is_handed_on_once(house: House) -> None:
    user = await house.sandbox.user()
    await house.sandbox.say(user, "1")
    async with running(house.polling().run()):
        await until(lambda: len(house.desk.rows) == 1)
    # The next life of the process is handed again what the last one had not confirmed yet.
    await house.sandbox.say(user, "2")
    async with running(house.polling().run()):
        await until(lambda: len(house.desk.rows) == 2)
    assert len(set(house.desk.updates)) == 2
    again = [
        Arrival("telegram", house.desk.updates[0], Address("telegram", str(user)), "{}", house.clock.now())
    ]
    await house.intake.accept(again * 3)
    assert len(house.desk.rows) == 2


async def test_S13_updates_that_are_numbered_anew_from_lower_down_are_heard(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "POLL_SECONDS", 0)
    assert house.sandbox.town is not None
    updates = house.sandbox.town.telegram.updates
    async with running(house.polling().run()):
        updates.push_raw({"update_id": 9_000_000, "message": {}})
        await until(lambda: len(house.desk.rows) == 1 and not updates.pending)
        await asyncio.sleep(0.2)
        updates.push_raw({"update_id": 17, "message": {}})
        # Confirmed too: a poll that still bears the old offset would throw away what comes next.
        await until(lambda: len(house.desk.rows) == 2 and not updates.pending)
    updates.push_raw({"update_id": 5, "message": {}})
    async with running(house.polling().run()):
        await until(lambda: len(house.desk.rows) == 3)


async def test_S13_another_bots_updates_are_not_taken_for_repeats(house: House) -> None:
    for bot in ("1", "2", "2"):
        await house.intake.accept((arrival_of({"update_id": 7}, bot, house.clock),))
    assert house.desk.updates == ["1:7", "2:7"]


async def test_S45_half_of_a_surrogate_pair_stops_no_polling(house: House) -> None:
    user = await house.sandbox.user()
    await house.sandbox.inject({"message": {"chat": {"id": user}, "text": "\ud83d"}})
    await house.sandbox.say(user, "after")
    async with running(house.polling().run()):
        await until(lambda: len(house.desk.rows) == 2)
    with pytest.raises(Poisoned):
        read_row(house.desk.rows[0])
    assert isinstance(read_row(house.desk.rows[1]), CitizenEvent)


async def test_a_bot_api_that_is_down_at_the_start_is_asked_again(house: House) -> None:
    user = await house.sandbox.user()
    await house.sandbox.fault("telegram_down", how="502")
    async with running(house.polling().run()):
        await asyncio.sleep(0.2)
        await house.sandbox.clear_faults()
        await house.sandbox.say(user, "still there?")
        await until(lambda: len(house.desk.rows) == 1)
    assert house.bells.long_down() == ()


async def test_a_bot_api_that_drops_the_connection_later_is_asked_again(house: House) -> None:
    user = await house.sandbox.user()
    async with running(house.polling().run()):
        await house.sandbox.say(user, "before")
        await until(lambda: len(house.desk.rows) == 1)
        await house.sandbox.fault("telegram_down", how="drop")
        await asyncio.sleep(0.2)
        await house.sandbox.say(user, "during")
        await house.sandbox.clear_faults()
        await until(lambda: len(house.desk.rows) == 2)


async def test_S45_a_poisoned_update_between_good_ones_stops_neither(house: House) -> None:
    user = await house.sandbox.user()
    await house.sandbox.say(user, "before")
    await house.sandbox.inject({"teleport": {"to": "Алматы"}})
    await house.sandbox.say(user, "after")
    async with running(house.polling().run()):
        await until(lambda: len(house.desk.rows) == 3)
    assert isinstance(read_row(house.desk.rows[0]), CitizenEvent)
    with pytest.raises(Poisoned):
        read_row(house.desk.rows[1])
    assert isinstance(read_row(house.desk.rows[2]), CitizenEvent)


async def test_calls_that_come_together_share_a_commit(house: House) -> None:
    def arrival(number: int) -> Arrival:
        return arrival_of({"update_id": number, "message": {"chat": {"id": number}}}, BOT, house.clock)

    await asyncio.gather(*(house.intake.accept((arrival(number),)) for number in range(1, 51)))
    assert len(house.desk.rows) == 50
    assert all(row.leased for row in house.desk.rows)


async def test_S13_what_could_not_be_written_down_is_not_acknowledged(house: House) -> None:
    await house.db.close()
    with pytest.raises(Unavailable):
        await house.intake.accept((arrival_of({"update_id": 1}, BOT, house.clock),))
    assert house.desk.rows == []


@pytest.mark.parametrize("body", ["", "[]", "{", "1", '{"from": 1}'])
async def test_S45_a_row_that_is_no_json_object_is_poisoned(house: House, body: str) -> None:
    await house.intake.accept(
        (Arrival("sms", "SM1", Address("sms", "+77011234567"), body, house.clock.now()),)
    )
    with pytest.raises(Poisoned):
        read_row(house.desk.rows[0])


async def test_an_sms_is_read_as_words_from_a_phone(house: House) -> None:
    form = {"MessageSid": "SM1", "From": "+77011234567", "Body": " 123456\u200b "}
    arrival = sms_arrival_of(form, house.clock.now())
    assert json.loads(arrival.body)["sid"] == "SM1"
    await house.intake.accept((arrival,))
    event = read_row(house.desk.rows[0])
    assert (event.phone, event.text) == ("+77011234567", "123456")  # type: ignore[union-attr]  # it is an SMS
