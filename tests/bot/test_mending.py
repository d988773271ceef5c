"""Conversations that a fault of ours suspended are taken up again once any of their code has changed."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.talk.dialog_versions import current_digest, digest_of
from bot.talk.mending import take_up_again
from dialogs import DIALOGS
from storage import conversations
from storage.addresses import Address
from storage.conversations import Conversation
from tests.bot.house import NOON, WORKER, House, open_house

CHAT = Address("telegram", "1001")


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as opened:
        yield opened


async def suspended(house: House, opened_under: str, failed_under: str) -> Conversation:
    async with house.db.transaction() as tx:
        one = conversations.open_new(tx, CHAT, DIALOGS[0].name, opened_under, "kk", "{}", NOON)
        assert await conversations.suspend(tx, one.id, 1, failed_under, NOON)
    return one


async def test_a_conversation_that_failed_under_other_code_goes_on_and_its_person_is_told(
    house: House,
) -> None:
    one = await suspended(house, current_digest(), "before")
    (owed,) = await take_up_again(house.db, DIALOGS, NOON, WORKER)
    assert owed.address == CHAT
    kept = await conversations.by_id(house.db.reader, one.id)
    assert kept is not None
    assert kept.state == "open"


async def test_a_conversation_that_failed_under_this_very_code_waits_also_if_it_was_opened_under_other(
    house: House,
) -> None:
    await suspended(house, "before", current_digest())
    assert await take_up_again(house.db, DIALOGS, NOON, WORKER) == ()


@pytest.mark.parametrize("part", ["dialogs/home_call.py", "rules/days.py", "locales/kk/ground.po"])
def test_a_change_of_dialogs_rules_or_words_is_a_change_of_every_dialog(tmp_path: Path, part: str) -> None:
    rooms = [tmp_path / name for name in ("dialogs", "rules", "locales")]
    path = tmp_path / part
    path.parent.mkdir(parents=True)
    path.write_text("before")
    before = digest_of(rooms)
    assert digest_of(rooms) == before
    path.write_text("after")
    assert digest_of(rooms) != before
