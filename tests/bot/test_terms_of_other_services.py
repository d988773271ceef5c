"""Escalation and technical breaks of attachments, and of appointments whose time the clinic took away."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rules.booking_status import BookingStatus
from storage import due, escalations, requests, slots
from storage.database import Tx
from tests.bot.enrolling import Enrolling, enrolling
from tests.bot.surgery import Surgery, surgery
from tests.bot.ward import CITIZEN, CITY, GROUP, HEAD, TEN

CLOSING = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Enrolling]:
    async with enrolling(tmp_path) as opened:
        yield opened


@pytest.fixture
async def clinic(tmp_path: Path) -> AsyncIterator[Surgery]:
    async with surgery(tmp_path) as opened:
        yield opened


async def take_away(tx: Tx, slot_ids: list[int]) -> None:
    """The clinic's own hours no longer hold these times; whoever had one is told so."""
    for request_id in (await slots.close(tx, slot_ids, TEN)).values():
        due.set_due(tx, slots.LOST, request_id, TEN)


async def test_AT_05_an_attachment_unanswered_after_closing_goes_to_the_city(office: Enrolling) -> None:
    request = await office.ask(await office.person())
    await office.at(CLOSING)
    assert office.ward.read(CITY) == []
    await office.at(CLOSING + timedelta(minutes=15))
    assert "05-000001" in office.ward.last(CITY)
    told = await escalations.of(office.ward.db.reader, request.id)
    assert [one.promised for one in told] == [datetime(2026, 11, 21, 4, 30, tzinfo=UTC)]
    assert "21 ноября 2026 года, 09:30" in office.ward.last(CITIZEN)
    assert "103" not in office.ward.last(CITIZEN)


async def test_G_07_a_break_extends_the_term_of_an_attachment_and_past_closing_it_goes_on_next_morning(
    office: Enrolling,
) -> None:
    request = await office.ask(await office.person())
    book = office.ward.terms.book
    book.down("telegram_intake")
    await book.write()
    office.ward.clock.forward(3600)
    book.up("telegram_intake")
    await book.write()
    await office.at(office.ward.clock.now())
    assert (await office.now(request)).answer_due == datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
    assert "прикреплении продлён" in office.ward.last(CITIZEN)
    assert "10:00" in office.ward.last(CITIZEN)
    await office.at(CLOSING)
    marks = await requests.marks(office.ward.db.reader, request.id)
    assert [one.note_code for one in marks if one.note_code] == ["extended"]


async def test_G_55_a_time_taken_away_with_nothing_in_its_place_comes_to_the_head_and_then_to_the_city(
    clinic: Surgery,
) -> None:
    booking, ward = await clinic.book(), clinic.ward
    assert booking.slot is not None
    async with ward.db.transaction() as tx:
        free = await slots.free(tx, booking.wish, TEN, limit=10_000)
        await take_away(tx, [booking.slot.id, *(one.id for one in free)])
    await clinic.at(TEN + timedelta(seconds=1))
    assert (await clinic.now(booking)).status is BookingStatus.TO_MOVE
    await clinic.at(TEN + timedelta(minutes=30))
    assert not any(text.startswith("СРОК НАРУШЕН") for text in ward.read(GROUP))
    await clinic.at(TEN + timedelta(minutes=30, seconds=1))
    assert ward.last(GROUP).startswith("СРОК НАРУШЕН. Запись № 05-000001")
    assert "05-000001" in ward.last(HEAD)
    assert ward.read(CITY) == []
    assert "в срок не предложила другое время" in ward.last(CITIZEN)
    assert ward.card(CITIZEN).data("Подать жалобу") == f"a:start:complaint:request:{booking.id}"
    await clinic.at(TEN + timedelta(minutes=45, seconds=1))
    assert "05-000001" in ward.last(CITY)
    assert "Новое время ответа" in ward.last(CITIZEN)


async def test_G_55_where_something_was_offered_instead_nobody_is_late(clinic: Surgery) -> None:
    booking, ward = await clinic.book(), clinic.ward
    assert booking.slot is not None
    async with ward.db.transaction() as tx:
        await take_away(tx, [booking.slot.id])
    await clinic.at(TEN + timedelta(seconds=1))
    assert (await clinic.now(booking)).status is BookingStatus.TO_MOVE
    await clinic.at(TEN + timedelta(hours=2))
    assert ward.read(CITY) == []
    assert not any(text.startswith("СРОК НАРУШЕН") for text in ward.read(GROUP))
