"""Conversations: one open per address, whoever is first wins, nothing personal is left when they close."""

import pytest

from storage import Clash, conversations
from storage.addresses import Address
from storage.conversations import Conversation
from storage.database import Database
from tests.registry import NOW

CHAT, PHONE = Address("telegram", "1001"), Address("sms", "+77011234567")


async def opened(db: Database, address: Address = CHAT, dialog: str = "home_call") -> Conversation:
    async with db.transaction() as tx:
        return conversations.open_new(tx, address, dialog, "d1", "kk", '{"iin": "x"}', NOW)


async def test_an_address_and_its_conversation_come_in_one_query(db: Database) -> None:
    assert await conversations.of_address(db.reader, PHONE) == (None, None)
    conversation = await opened(db, PHONE)
    async with db.transaction() as tx:
        conversations.set_locale(tx, PHONE, "ru", NOW)
        conversations.keep_menu(tx, PHONE, "1. Дәрігер шақыру", NOW)
        conversations.remember_confirmed(tx, PHONE, 7, NOW)
    before = db.statements
    chat, found = await conversations.of_address(db.reader, PHONE)
    assert db.statements - before == 1
    assert found == conversation
    assert chat is not None
    assert (chat.locale, chat.last_menu, chat.confirmed_person) == ("ru", "1. Дәрігер шақыру", 7)


async def test_the_second_of_two_answers_at_one_revision_is_refused(db: Database) -> None:
    one = await opened(db)
    async with db.transaction() as tx:
        assert await conversations.advance(tx, one.id, 1, '{"a": 1}', NOW, locale="ru")
        assert not await conversations.advance(tx, one.id, 1, '{"a": 2}', NOW)
    _, found = await conversations.of_address(db.reader, CHAT)
    assert found is not None
    assert (found.revision, found.journal, found.locale) == (2, '{"a": 1}', "ru")


async def test_an_address_has_one_open_conversation(db: Database) -> None:
    one = await opened(db)
    with pytest.raises(Clash):
        await opened(db)
    async with db.transaction() as tx:
        assert await conversations.close(tx, one.id, 1, NOW)
    await opened(db)


async def test_a_closed_conversation_has_no_journal(db: Database) -> None:
    one = await opened(db)
    async with db.transaction() as tx:
        assert await conversations.close(tx, one.id, 1, NOW)
        assert not await conversations.close(tx, one.id, 2, NOW)
    closed = await conversations.by_id(db.reader, one.id)
    assert closed is not None
    assert (closed.state, closed.journal) == ("closed", None)
    assert await conversations.open_count(db.reader) == 0


async def test_a_suspended_conversation_keeps_its_answers_and_can_be_resumed(db: Database) -> None:
    one = await opened(db)
    async with db.transaction() as tx:
        assert await conversations.suspend(tx, one.id, 1, "d2", NOW)
    assert await conversations.suspended(db.reader) == ((one.id, "home_call", "d2"),)
    other = await opened(db, dialog="cabinet")
    async with db.transaction() as tx:
        assert not await conversations.resume(tx, one.id, NOW), "another is open"
        assert await conversations.close(tx, other.id, 1, NOW)
        assert await conversations.resume(tx, one.id, NOW)
    _, found = await conversations.of_address(db.reader, CHAT)
    assert found is not None
    assert found.journal == '{"iin": "x"}'


async def test_who_has_been_through_the_dialog_since_is_not_taken_back_to_the_suspended_one(
    db: Database,
) -> None:
    one = await opened(db)
    async with db.transaction() as tx:
        assert await conversations.suspend(tx, one.id, 1, "d1", NOW)
    other = await opened(db)
    async with db.transaction() as tx:
        assert await conversations.close(tx, other.id, 1, NOW)
        assert not await conversations.resume(tx, one.id, NOW)


async def test_a_forgotten_chat_keeps_only_its_language(db: Database) -> None:
    await opened(db)
    async with db.transaction() as tx:
        conversations.set_locale(tx, CHAT, "ru", NOW)
        conversations.keep_menu(tx, CHAT, "menu", NOW)
        conversations.remember_confirmed(tx, CHAT, 7, NOW)
        await conversations.forget(tx, CHAT, NOW)
    chat, conversation = await conversations.of_address(db.reader, CHAT)
    assert conversation is None
    assert chat is not None
    assert (chat.locale, chat.last_menu, chat.confirmed_person) == ("ru", None, None)
