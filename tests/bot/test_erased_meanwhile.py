"""Somebody is erased while a doctor is to come: the clinic is told by number, and shown nothing of them."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.own_data.telling import tell_clinics
from dialogs.engine import T
from locales import render
from storage import feed, outbox, requests, retention
from storage.requests import RegisteredRequest
from tests.bot.ward import DETAILS, GROUP, WORKER, Ward, ward


@pytest.fixture
async def clinic(tmp_path: Path) -> AsyncIterator[Ward]:
    async with ward(tmp_path) as opened:
        yield opened


async def erased(clinic: Ward, call: RegisteredRequest) -> list[Mapping[str, Any]]:
    """Erase the caller as their own dialog does; what the clinic is sent."""
    person, now = call.patient_id, clinic.clock.now()
    assert person is not None
    async with clinic.db.transaction() as tx:
        every = [one for one in await requests.of_people(tx, [person]) if one.closed_at is None]
        assert await retention.erase(tx, person, f"person:{person}", now)
        parcels = await tell_clinics(tx, every, now)
        owed = await outbox.put(tx, parcels, WORKER, now, now)
    await clinic.deliver(owed)
    assert {parcel.address.key for parcel in parcels} <= {str(GROUP)}
    return [parcel.body for parcel in parcels]


async def test_S40_a_clinic_hears_at_once_that_nobody_is_to_go_to_whoever_was_erased(clinic: Ward) -> None:
    call = await clinic.call()
    await clinic.accepted(call)
    bodies = await erased(clinic, call)
    words = render(T("staff.withdrawn", number=call.number), "kk")
    assert len(bodies) == 2
    assert all(words in str(body["text"]) for body in bodies)
    # Their card is emptied in its place, and has no buttons any more.
    assert [body["method"] for body in bodies] == ["editMessageText", "sendMessage"]
    assert DETAILS.address.street not in str(bodies)
    assert "callback_data" not in str(bodies)


async def test_S40_a_card_on_its_way_does_not_arrive_after_its_person_was_erased(clinic: Ward) -> None:
    clinic.telegram_works = False
    call = await clinic.call()
    bodies = await erased(clinic, call)
    assert [body["method"] for body in bodies] == ["sendMessage"]
    card = await feed.card(clinic.db.reader, call.id, GROUP)
    assert card is not None
    assert card.status == "cancelled"


async def test_a_clinic_without_a_group_is_told_nothing(clinic: Ward) -> None:
    call = await clinic.call()
    async with clinic.db.transaction() as tx:
        await tx.rows("group_leave", chat_id=GROUP, now=1)
    assert await erased(clinic, call) == []
