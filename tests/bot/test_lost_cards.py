"""One message per request in the feed: edited, and put down once more where Telegram no longer edits it."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.channels.screens import Button, Screen
from bot.sending.carriers import Carriers, TelegramCarrier
from bot.sending.courier import Courier
from bot.sending.topics import Topics
from bot.staff.feed import edited, placed, said
from bot.staff.topics import Topic
from storage import due, feed, outbox, topics
from storage.outbox import Parcel
from tests.bot.house import QUICK, WORKER, House, open_house, running, until
from tests.bot.ward import GROUP, HEAD, Ward, ward

CALLS: Topic = {"of": "home_call", "name": "Дәрігерді үйге шақыру"}
VISITS: Topic = {"of": "appointment", "name": "Дәрігердің қабылдауы"}


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as opened:
        yield opened


@pytest.fixture
async def clinic(tmp_path: Path) -> AsyncIterator[Ward]:
    async with ward(tmp_path) as open_ward:
        yield open_ward


def carriers_of(house: House) -> Carriers:
    """Ways out that sort groups by topic."""
    telegram = TelegramCarrier(
        house.telegram, QUICK, house.bells, topics=Topics(house.telegram, house.db, house.clock)
    )
    sms = house.sms_carrier(cap=100)
    return Carriers(telegram, sms)


def courier_of(house: House, carriers: Carriers | None = None) -> Courier:
    return Courier(house.db, house.clock, carriers or carriers_of(house), house.bells, WORKER)


async def group(house: House) -> tuple[int, int]:
    """A group with the bot in it, and one of its people."""
    user = await house.sandbox.user()
    chat = await house.sandbox.group("Емхана", user)
    await house.sandbox.add_bot(chat, user)
    return chat, user


async def draw(house: House, courier: Courier, chat: int, text: str, request: int = 7) -> None:
    """Draw the request's card as any step of it does."""
    screen = Screen(text, ((Button("Растау", "s:7:1:yes"),),))
    async with house.db.transaction() as tx:
        parcels = await placed(tx, request, chat, screen, "call_redraw", house.clock.now(), CALLS)
    await carry(house, courier, *parcels)


async def carry(house: House, courier: Courier, *parcels: Parcel) -> None:
    courier.take(await house.owe(*parcels))
    await courier.rest()


async def texts(house: House, chat: int) -> list[str]:
    return [one.text for one in await house.sandbox.messages(chat, bot_only=True) if one.text]


async def test_a_card_is_one_message_that_is_edited(house: House) -> None:
    chat, _ = await group(house)
    courier = courier_of(house)
    for text in ("жаңа", "расталды", "аяқталды"):
        await draw(house, courier, chat, text)
    assert await texts(house, chat) == ["аяқталды"]


async def test_a_card_that_telegram_no_longer_edits_is_put_down_once_more_and_that_is_remembered(
    house: House,
) -> None:
    chat, _ = await group(house)
    courier = courier_of(house)
    await draw(house, courier, chat, "жаңа")
    chats = house.sandbox.town.telegram.chats  # type: ignore[union-attr]  # it runs in this process
    first = (await house.sandbox.last(chat)).message_id
    chats.remove(chats.all[chat], first)
    await draw(house, courier, chat, "расталды")
    assert await texts(house, chat) == []
    ripe = await due.ripe(house.db.reader, house.clock.now())
    assert [(one.kind, one.subject_id) for one in ripe] == [(feed.LOST, 7)]
    await draw(house, courier, chat, "расталды")
    await draw(house, courier, chat, "аяқталды")
    assert await texts(house, chat) == ["аяқталды"]
    # Somebody presses on the old message, of which a copy was kept open: the new card stays the only one.
    await carry(house, courier, edited(chat, first, Screen("артық"), 7))
    await draw(house, courier, chat, "тағы")
    assert await texts(house, chat) == ["тағы"]
    assert house.bells.rung == []


async def test_an_edit_of_a_page_in_a_private_chat_that_is_gone_puts_no_card_down(house: House) -> None:
    user = await house.sandbox.user()
    await house.sandbox.say(user, "/start")
    await carry(house, courier_of(house), edited(user, 999, Screen("бет"), 7))
    assert await due.ripe(house.db.reader, house.clock.now()) == ()


async def test_a_lost_card_comes_back_as_the_call_now_stands(clinic: Ward) -> None:
    request = await clinic.call()
    first = clinic.card().id
    await clinic.accepted(request)
    async with clinic.db.transaction() as tx:
        assert await feed.lose_card(tx, request.id, str(GROUP), first, clinic.clock.now())
    async with clinic.db.transaction() as tx:
        assert not await feed.lose_card(tx, request.id, str(GROUP), first, clinic.clock.now())
    clinic.clock.forward(1)
    await clinic.tick()
    await clinic.deliver()
    cards = [one for one in clinic.chats[str(GROUP)] if one.kind == "card"]
    assert [one.text.split(".")[0] for one in cards] == ["РАСТАЛДЫ", "РАСТАЛДЫ"]
    await clinic.press(HEAD, "Дәрігер жолда", message=cards[1])
    cards = [one for one in clinic.chats[str(GROUP)] if one.kind == "card"]
    assert [one.text.split(".")[0] for one in cards] == ["РАСТАЛДЫ", "ДӘРІГЕР ЖОЛДА"]


async def test_in_a_forum_each_service_has_its_topic_which_is_made_once(house: House) -> None:
    chat, _ = await group(house)
    await house.sandbox.make_forum(chat)
    await carry(house, courier_of(house), said(chat, "1", topic=CALLS), said(chat, "2", topic=VISITS))
    # After a restart it is still known.
    await carry(house, courier_of(house), said(chat, "3", topic=CALLS), said(chat, "4"))
    found = {one["message_thread_id"]: one["name"] for one in await house.sandbox.topics(chat)}
    assert list(found.values()) == [CALLS["name"], VISITS["name"]]
    said_in = {
        one.text: found.get(one.raw.get("message_thread_id"))
        for one in await house.sandbox.messages(chat, bot_only=True)
        if one.text
    }
    assert said_in == {"1": CALLS["name"], "2": VISITS["name"], "3": CALLS["name"], "4": None}


@pytest.mark.parametrize("changed", [{"deleted": True}, {"closed": True}])
async def test_a_closed_or_deleted_topic_falls_back_to_the_group_at_large(
    house: House, changed: dict[str, bool]
) -> None:
    chat, _ = await group(house)
    await house.sandbox.make_forum(chat)
    courier = courier_of(house)
    await carry(house, courier, said(chat, "1", topic=CALLS))
    thread = (await house.sandbox.topics(chat))[0]["message_thread_id"]
    await house.sandbox.change_topic(chat, thread, **changed)
    await house.sandbox.make_forum(chat, bot_manages_topics=False)
    await carry(house, courier, said(chat, "2", topic=CALLS), said(chat, "3", topic=CALLS))
    at_large = [one.text for one in await house.sandbox.messages(chat, bot_only=True) if one.text]
    assert at_large == ["1", "2", "3"]
    assert "message_thread_id" not in (await house.sandbox.last(chat)).raw
    known = await topics.of(house.db.reader, chat, "home_call")
    assert known is not None
    assert (known.lost_at is not None) is ("deleted" in changed)
    assert await house.statuses() == {("telegram", "sent"): 3}


async def test_a_group_without_topics_or_without_the_right_to_make_them_gets_its_cards_all_the_same(
    house: House,
) -> None:
    plain, _ = await group(house)
    barred, _ = await group(house)
    await house.sandbox.make_forum(barred, bot_manages_topics=False)
    courier = courier_of(house)
    await carry(house, courier, said(plain, "1", topic=CALLS), said(barred, "1", topic=CALLS))
    await carry(house, courier, said(plain, "2", topic=CALLS), said(barred, "2", topic=CALLS))
    assert await texts(house, plain) == await texts(house, barred) == ["1", "2"]
    assert await house.sandbox.topics(barred) == []


async def test_cards_on_their_way_to_a_group_that_becomes_a_supergroup_stand_there_once(house: House) -> None:
    user = await house.sandbox.user()
    old = await house.sandbox.group("Емхана", user, kind="group")
    await house.sandbox.add_bot(old, user)
    courier = courier_of(house)
    async with house.db.transaction() as tx:
        cards = [
            parcel
            for request in (7, 8, 9)
            for parcel in await placed(
                tx, request, old, Screen(f"{request}"), "call_redraw", house.clock.now()
            )
        ]
    owed = await house.owe(*cards, said(old, "сөз"))
    new = await house.sandbox.upgrade_group(old)
    courier.take(owed)
    await asyncio.sleep(0.5)
    # What Telegram tells us of the move comes in while the courier finds out by itself.
    async with house.db.transaction() as tx:
        feed.leave_behind(tx, old)
        anew = [
            parcel
            for request in (7, 8, 9)
            for parcel in await placed(
                tx, request, new, Screen(f"{request}"), "call_redraw", house.clock.now()
            )
        ]
    await carry(house, courier, *anew)
    assert sorted(await texts(house, new)) == ["7", "8", "9", "сөз"]


class Turns:
    """Remembers what broke down and came back."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def down(self, gateway: str) -> None:
        self.told.append(f"{gateway} down")

    def up(self, gateway: str) -> None:
        self.told.append(f"{gateway} up")


async def test_G_07_a_break_ends_when_telegram_is_back_and_not_with_the_next_message(house: House) -> None:
    chat, _ = await group(house)
    log, ways = Turns(), carriers_of(house)
    courier = courier_of(house, ways)
    house.bells.keep_in(log)
    await house.sandbox.fault("telegram_down", how="502")
    owed = await house.owe(said(chat, "сөз"))
    courier.take(owed)
    await asyncio.sleep(0.3)
    # The only message there was is nobody's any more.
    async with house.db.transaction() as tx:
        await outbox.dead(tx, owed[0].id, "too_late", house.clock.now())
    await courier.stop()
    assert set(log.told) == {"telegram down"}
    await house.sandbox.clear_faults()
    async with running(courier_of(house, ways).run()):
        await until(lambda: log.told[-1] == "telegram up")
    assert await texts(house, chat) == []
