"""The clinic's feed in the whole service: topics, technical breaks, escalation, and what programs read."""

import asyncio
import json

from bot.town import group_of
from storage import feeds, outages
from tests.registry import CountingSecrets
from tests.town import RunningTown
from tests.walks import call

AIGUL = "880412294549"


async def stands_still(town: RunningTown) -> bool:
    return await outages.lasts_since(town.app.db.reader, outages.TELEGRAM) is not None


async def until_the_log_says(town: RunningTown, *, down: bool) -> None:
    """Wait until the registry knows that Telegram stands still, or goes on."""
    async with asyncio.timeout(20):
        while await stands_still(town) is not down:  # noqa: ASYNC110 - a row of the registry tells, no event
            await asyncio.sleep(0.05)


async def test_in_a_forum_a_call_stands_in_its_topic_as_one_message_and_programs_follow_its_stages(
    town: RunningTown,
) -> None:
    await town.sandbox.make_forum(group_of(5))
    citizen = await town.citizen(AIGUL)
    await call(citizen)
    await town.staff_tap(5, "registrar", "staff.button.accept")
    await town.press_card(town.of_staff(5, "registrar"), 5, "Жақыпов Ержан Төреханұлы")
    await town.press_card(town.of_staff(5, "registrar"), 5, "14:00–16:00")
    (topic,) = await town.sandbox.topics(group_of(5))
    assert topic["name"] == town.group_words(5, "staff.topic.home_call")
    cards = [one for one in await town.group(5) if "05-000001" in one.text]
    assert [one.raw["message_thread_id"] for one in cards] == [topic["message_thread_id"]]
    async with town.app.db.transaction() as tx:
        token = await feeds.new_token(tx, 5, "command_line", town.app.clock.now(), CountingSecrets())
    url = f"http://{town.app.settings.listen.host}:{town.app.settings.listen.port}/feed/5.json"
    headers = {"Authorization": f"Bearer {token}"}
    async with town.app.session.get(url, headers=headers) as answer:
        items = json.loads(await answer.read())["items"]
    assert [item["_dariger"]["status"] for item in items] == ["confirmed", "registered"]
    async with town.app.session.get(url) as answer:
        assert answer.status == 401


async def test_G_07_an_hour_without_telegram_is_logged_and_added_to_the_term(town: RunningTown) -> None:
    citizen = await town.citizen(AIGUL)
    await call(citizen)
    await town.sandbox.fault("telegram_down", how="502")
    await until_the_log_says(town, down=True)
    await town.sandbox.advance(3600)
    await town.app.follow_clock()
    await town.app.ticks.tick_now()
    await town.sandbox.clear_faults()
    await until_the_log_says(town, down=False)
    await town.look_at_the_clock()
    told = [one.text for one in await citizen.messages()]
    assert any("Техникалық үзіліс болды" in text and "13:30" in text for text in told), told
    assert not any("кешігіп" in text for text in told)


async def test_G_07_an_hour_in_which_the_service_did_not_run_is_added_too(town: RunningTown) -> None:
    citizen = await town.citizen(AIGUL)
    await call(citizen)
    await town.stop_bot()
    await town.sandbox.advance(3600)
    await town.start_bot()
    # It looks at what it missed before its own clock ticks; here the clock is ticked by hand.
    async with asyncio.timeout(20):
        while await outages.last_beat(town.app.db.reader) != town.app.clock.now():  # noqa: ASYNC110 - a row only
            await asyncio.sleep(0.05)
    await town.look_at_the_clock()
    assert "13:30" in (await citizen.last()).text
    assert (await citizen.last()).text.startswith("Техникалық үзіліс болды")


async def test_HC_07_what_nobody_answers_ends_with_the_city(town: RunningTown) -> None:
    citizen = await town.citizen(AIGUL)
    await call(citizen)
    for _ in range(46):
        await town.advance(60)
    told = (await citizen.last()).text
    assert told.startswith("Кешіріңіз, емхана өтінімге мерзімінде жауап бермеді.")
    cards = [one for one in await town.group(5) if one.buttons and "05-000001" in one.text]
    assert len(cards) == 1
