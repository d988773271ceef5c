"""What goes wrong around breaks and delays: restarts, nights, answers meanwhile, a city out of reach."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.channels.events import Command
from bot.terms.escalation import City
from bot.terms.joined import terms_of
from bot.terms.summaries import SUMMARY
from storage import due, escalations, outages, staff
from storage.addresses import Address
from tests.bot.enrolling import Enrolling, enrolling
from tests.bot.ward import CITIZEN, CITY, GROUP, HEAD, REGISTRAR, STRANGER, Tokens, Ward, opened, ward

NEW_GROUP = -100_7
QUEUE = Command("queue")


@pytest.fixture
async def clinic(tmp_path: Path) -> AsyncIterator[Ward]:
    async with ward(tmp_path) as open_ward:
        yield open_ward


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Enrolling]:
    async with enrolling(tmp_path) as open_office:
        yield open_office


async def pass_minutes(clinic: Ward, minutes: float) -> None:
    """Let the time pass, minute by minute, as the house lives through it."""
    until = clinic.clock.now() + timedelta(minutes=minutes)
    while clinic.clock.now() < until:
        clinic.clock.at = min(until, clinic.clock.now() + timedelta(minutes=1))
        await clinic.tick()
        await clinic.deliver()


# Breaks


async def test_G_07_a_quick_restart_in_the_midst_of_a_long_break_loses_none_of_it(clinic: Ward) -> None:
    request = await clinic.call()
    clinic.terms.book.down("telegram")
    await clinic.terms.book.write()
    clinic.clock.forward(60 * 60)
    await clinic.terms.book.write()
    clinic.clock.forward(20)
    again = opened(clinic.db, clinic.clock, before=clinic)
    async with clinic.db.transaction() as tx:
        await again.terms.begin(tx, clinic.clock.now())
    after = await clinic.request(request)
    assert after.answer_due == request.answer_due + timedelta(seconds=3620)  # type: ignore[operator]  # has a term
    # Telegram is still away in the new life: that is a break of its own, and counts once.
    again.terms.book.down("telegram")
    clinic.clock.forward(10 * 60)
    again.terms.book.up("telegram")
    await again.terms.book.write()
    last = await clinic.request(request)
    assert last.answer_due == after.answer_due + timedelta(minutes=10)
    assert await outages.lasts_since(clinic.db.reader, outages.TELEGRAM) is None


async def test_G_07_who_was_answered_before_the_new_time_could_be_told_does_not_hear_of_it(
    clinic: Ward,
) -> None:
    request = await clinic.call()
    book = clinic.terms.book
    book.down("telegram_intake")
    clinic.clock.forward(20 * 60)
    book.up("telegram_intake")
    await book.write()
    # The card of before the break is drawn anew by the first press.
    await clinic.press(REGISTRAR, "Растау")
    await clinic.accepted(request)
    before = clinic.read(CITIZEN)
    await pass_minutes(clinic, 1)
    assert clinic.read(CITIZEN) == before
    assert not any("үзіліс" in text for text in clinic.read(CITIZEN))


async def test_G_47_after_a_break_that_ends_at_night_only_those_who_wait_for_a_doctor_are_told_at_once(
    office: Enrolling,
) -> None:
    clinic = office.ward
    await office.ask(await office.person())
    book = clinic.terms.book
    clinic.clock.at = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
    await clinic.tick()
    await clinic.deliver()
    before = len(clinic.read(CITIZEN))
    book.down("telegram")
    await book.write()
    clinic.clock.at = datetime(2026, 11, 20, 19, 0, tzinfo=UTC)
    book.up("telegram")
    await book.write()
    await pass_minutes(clinic, 30)
    assert len(clinic.read(CITIZEN)) == before
    assert not clinic.read("+77011234567")
    clinic.clock.at = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
    await clinic.tick()
    await clinic.deliver()
    assert len(clinic.read(CITIZEN)) == before + 1
    assert "10:00" in clinic.last(CITIZEN)


# Cards that never arrived


async def test_a_card_that_never_arrived_is_put_down_with_the_next_step_and_is_then_the_only_one(
    clinic: Ward,
) -> None:
    clinic.blocked.add(str(GROUP))
    request = await clinic.call()
    assert clinic.read(GROUP) == []
    clinic.blocked.clear()
    await pass_minutes(clinic, 31)
    await clinic.accepted(request)
    cards = [one for one in clinic.chats[str(GROUP)] if one.kind == "card"]
    assert [one.text.split(".")[0] for one in cards] == ["РАСТАЛДЫ"]


# Escalation


async def test_HC_07_the_duty_phone_rings_once_for_a_request_however_often_its_new_time_is_not_kept(
    clinic: Ward,
) -> None:
    alone = terms_of(clinic.room.parts, clinic.db, clinic.clock, clinic.bell, City())
    clinic.ticks._handlers = {**clinic.ticks._handlers, **alone.escalations.handlers()}  # type: ignore[misc]  # a setting of the process
    request = await clinic.call()
    await pass_minutes(clinic, 4 * 60)
    assert len(await escalations.of(clinic.db.reader, request.id)) == 3
    assert clinic.bell.rung.count("request.unanswered") == 1


async def test_HC_07_a_city_chat_that_takes_nothing_makes_the_duty_phone_ring(clinic: Ward) -> None:
    clinic.blocked.add(str(CITY))
    await clinic.call()
    await pass_minutes(clinic, 60)
    assert clinic.bell.rung.count("request.unanswered") == 1


async def test_HC_07_who_waits_for_a_doctor_reads_103_in_the_sms_of_the_new_time_too(clinic: Ward) -> None:
    await clinic.call(address=Address("sms", "+77015556677"), locale="ru")
    await pass_minutes(clinic, 45)
    assert clinic.last("+77015556677").endswith("Скорая: 103")


async def test_HC_07_after_a_restart_or_in_a_second_process_a_request_goes_to_the_city_once(
    clinic: Ward,
) -> None:
    request = await clinic.call()
    await pass_minutes(clinic, 44)
    clinic.clock.forward(60)
    again = opened(clinic.db, clinic.clock, before=clinic)
    for house in (again, clinic, again):
        await house.tick()
        await house.deliver()
    assert len(clinic.read(CITY)) == 1
    assert [one.round for one in await escalations.of(clinic.db.reader, request.id)] == [1]


async def refused_and_reopened(clinic: Ward) -> None:
    """The registrar refuses by mistake; the head takes that back."""
    card = clinic.chats[str(GROUP)][0]
    for label in ("Бас тарту", "Деректер", "Иә, бас тарту"):
        await clinic.press(REGISTRAR, label, message=card)
    await clinic.write(HEAD, QUEUE)
    for label in ("Бүгінгі бас тарту: 1", "05-000001", "Қате бас тартуды жою", "Иә"):
        await clinic.press(HEAD, label, chat=HEAD)


async def test_G_69_a_request_reopened_goes_to_the_city_only_after_its_new_term_and_again_three_times(
    clinic: Ward,
) -> None:
    request = await clinic.call()
    await pass_minutes(clinic, 31)
    await refused_and_reopened(clinic)
    await pass_minutes(clinic, 44)
    assert (await clinic.request(request)).status == "registered"
    assert clinic.read(CITY) == []
    await pass_minutes(clinic, 2)
    assert len(clinic.read(CITY)) == 1
    await pass_minutes(clinic, 70)
    assert len(clinic.read(CITY)) == 3
    await refused_and_reopened(clinic)
    await pass_minutes(clinic, 46)
    assert len(clinic.read(CITY)) == 4


# Summaries


async def test_a_clinic_loaded_while_the_service_runs_is_summed_up_from_the_day_its_group_is_linked(
    office: Enrolling,
) -> None:
    clinic = office.ward
    async with clinic.db.transaction() as tx:
        await clinic.terms.begin(tx, clinic.clock.now())
    await office.set_norm(None, 7)
    async with clinic.db.transaction() as tx:
        code = staff.new_code(tx, 7, None, "kk", clinic.clock.now(), Tokens())
    await clinic.say_in_group(STRANGER, f"/link {code}", NEW_GROUP)
    clinic.clock.at = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
    await clinic.tick()
    await clinic.deliver()
    assert clinic.last(NEW_GROUP).startswith("Қысқаша есеп: 12:00.")
    ripe = await due.ripe(clinic.db.reader, datetime(2026, 11, 20, 14, 0, tzinfo=UTC))
    assert sum(one.kind == SUMMARY and one.subject_id == 7 for one in ripe) == 1
