"""Words that one of the staff types are taken by whatever asked them last, and by nothing older."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.channels.events import Command
from dialogs.engine import Said
from rules.phone import Phone
from storage import conversations, desk, invitations
from storage.addresses import Address
from storage.invitations import New
from tests.bot.test_queue import QUESTION, open_request
from tests.bot.ward import CITIZEN, REGISTRAR, Tokens, Ward, ward

NEWCOMER = 777
OF_ANOTHER = "900501350127"
"""What a caller says while the registrar holds the phone."""


@pytest.fixture
async def clinic(tmp_path: Path) -> AsyncIterator[Ward]:
    async with ward(tmp_path) as open_ward:
        yield open_ward


async def asked_elsewhere(clinic: Ward, address: Address) -> None:
    """A dialog opens beside, as a case at the desk does or the person's own talk as a citizen."""
    clinic.clock.forward(30)
    async with clinic.db.transaction() as tx:
        conversations.open_new(tx, address, "home_call", "1", "kk", "{}", clinic.clock.now())


async def about_to_ask(clinic: Ward) -> None:
    await clinic.call()
    await open_request(clinic, REGISTRAR)
    await clinic.press(REGISTRAR, "Пациенттен сұрау", chat=REGISTRAR)


async def test_what_a_caller_dictates_at_the_desk_never_goes_to_another_patient(clinic: Ward) -> None:
    await about_to_ask(clinic)
    await asked_elsewhere(clinic, desk.conversation_of(REGISTRAR))
    assert not await clinic.write(REGISTRAR, Said(OF_ANOTHER))
    assert OF_ANOTHER not in "".join(clinic.read(CITIZEN))


async def test_what_staff_type_as_citizens_themselves_is_no_question_to_a_patient(clinic: Ward) -> None:
    await about_to_ask(clinic)
    await asked_elsewhere(clinic, Address("telegram", str(REGISTRAR)))
    assert not await clinic.write(REGISTRAR, Said("Басым ауырып тұр"))


async def test_a_question_begun_during_a_case_is_still_the_question(clinic: Ward) -> None:
    await asked_elsewhere(clinic, desk.conversation_of(REGISTRAR))
    clinic.clock.forward(30)
    await about_to_ask(clinic)
    assert await clinic.write(REGISTRAR, Said(QUESTION))
    assert QUESTION in clinic.last(CITIZEN)


async def test_a_doctors_name_is_not_read_from_what_was_asked_later(clinic: Ward) -> None:
    await clinic.call()
    for label in ("Растау", "Басқа дәрігер"):
        await clinic.press(REGISTRAR, label)
    await asked_elsewhere(clinic, desk.conversation_of(REGISTRAR))
    assert not await clinic.write(REGISTRAR, Said("Ахметова Айгүл"))


async def test_a_code_that_a_citizens_own_talk_waits_for_is_not_eaten_by_an_older_link(
    clinic: Ward,
) -> None:
    async with clinic.db.transaction() as tx:
        new = New(5, "registrar", "kk", Phone.parse("+77011234567"), "Ахметова Айгүл", "operator")
        link = invitations.invite(tx, new, clinic.clock.now(), Tokens())
    await clinic.write(NEWCOMER, Command("start", f"link_{link}"))
    await asked_elsewhere(clinic, Address("telegram", str(NEWCOMER)))
    assert not await clinic.write(NEWCOMER, Said("123456"))
