"""Appointments by SMS: replies that come too late, and what goes in place of a notice that did not arrive."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.bookings.book import Booking
from bot.channels.events import Command
from rules.people import Language
from storage import outbox, slots, waiting
from storage.addresses import Address
from tests.bot.surgery import THERAPISTS, Surgery, surgery
from tests.bot.ward import CITIZEN, HEAD, TEN
from tests.registry import add_person

PHONE, THEIRS, LANDLINE = "+77011234567", "+77015556677", "+77272333960"
MONDAY_EIGHT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
IN_CHAT, NEXT_CHAT, BY_SMS = Address("telegram", "888"), Address("telegram", "777"), Address("sms", PHONE)


@pytest.fixture
async def clinic(tmp_path: Path) -> AsyncIterator[Surgery]:
    async with surgery(tmp_path) as opened:
        yield opened


# Replies that come when nothing can be done by them any more.


async def reminded(clinic: Surgery, locale: Language = "ru") -> tuple[Booking, str]:
    """A visit of Monday afternoon whose citizen was reminded by SMS the day before; the code."""
    booking = await clinic.book(address=BY_SMS, after=MONDAY_EIGHT + timedelta(hours=6), locale=locale)
    await clinic.at(MONDAY_EIGHT - timedelta(hours=12))
    return booking, clinic.ward.last(PHONE)[-3:]


@pytest.mark.parametrize(("locale", "words"), [("ru", "уже нельзя"), ("kk", "болмайды")])
async def test_G_54_a_no_that_comes_too_late_leads_to_the_clinics_phone(
    clinic: Surgery, locale: Language, words: str
) -> None:
    booking, code = await reminded(clinic, locale)
    assert booking.starts is not None
    clinic.ward.clock.at = booking.starts - timedelta(hours=1)
    await clinic.sms(PHONE, f"0 {code}")
    assert words in clinic.ward.last(PHONE)
    assert booking.clinic.phone in clinic.ward.last(PHONE)
    assert (await clinic.now(booking)).status == "confirmed"


@pytest.mark.parametrize("answer", ["1", "0"])
async def test_G_54_a_reply_once_the_visit_has_begun_leads_to_the_clinics_phone(
    clinic: Surgery, answer: str
) -> None:
    booking, code = await reminded(clinic)
    assert booking.starts is not None
    clinic.ward.clock.at = booking.starts + timedelta(minutes=5)
    await clinic.sms(PHONE, f"{answer} {code}")
    assert "Время приёма уже наступило" in clinic.ward.last(PHONE)
    assert not (await clinic.now(booking)).coming


async def test_G_54_a_reply_about_a_time_that_was_moved_since_tells_the_present_one(clinic: Surgery) -> None:
    booking, code = await reminded(clinic)
    async with clinic.ward.db.transaction() as tx:
        now, stands = clinic.ward.clock.now(), await clinic.now(booking)
        slot = (await slots.free(tx, THERAPISTS, now, after=MONDAY_EIGHT + timedelta(days=1)))[0]
        assert await slots.move(tx, booking.id, slot.id, 9, now)
        visits = clinic.ward.room.visits
        assert await visits.take(tx, booking.id, stands.version, slot, "person:1", now, stands.slot)
    await clinic.sms(PHONE, f"0 {code}")
    assert "24.11" in clinic.ward.last(PHONE)
    assert (await clinic.now(booking)).status == "confirmed"


async def test_G_55_a_reply_about_a_time_that_the_clinic_took_away_says_so(clinic: Surgery) -> None:
    booking, code = await reminded(clinic)
    await clinic.ward.write(HEAD, Command("closeday", "23.11"))
    await clinic.ward.press(HEAD, "Иә, енгізу", chat=HEAD)
    await clinic.at(clinic.ward.clock.now() + timedelta(seconds=1))
    await clinic.sms(PHONE, f"1 {code}")
    assert "Врач не сможет принять" in clinic.ward.last(PHONE)
    assert (await clinic.now(booking)).status == "to_move"


# In place of a notice that did not arrive.


async def substituted(clinic: Surgery) -> None:
    """On Monday another doctor takes the patients."""
    await clinic.ward.write(HEAD, Command("substitute", "23.11"))
    for label in ("Бейсенова", "Орлов", "Иә, енгізу"):
        await clinic.ward.press(HEAD, label, chat=HEAD)


@pytest.mark.parametrize(("locale", "words"), [("ru", "Время прежнее"), ("kk", "Уақыты бұрынғыдай")])
async def test_a_substitution_told_by_sms_says_that_the_time_is_the_same(
    clinic: Surgery, locale: Language, words: str
) -> None:
    await clinic.book(address=BY_SMS, after=MONDAY_EIGHT, locale=locale)
    await substituted(clinic)
    await clinic.at(TEN + timedelta(seconds=1))
    told = clinic.ward.last(PHONE)
    assert words in told
    assert "08:00" in told
    assert "Орлов" not in told


async def test_G_54_a_reminder_that_is_known_too_late_not_to_have_arrived_is_not_sent_by_sms(
    clinic: Surgery,
) -> None:
    booking = await clinic.book(after=MONDAY_EIGHT + timedelta(hours=6))
    assert booking.starts is not None
    clinic.ward.blocked.add(str(CITIZEN))
    clinic.ward.clock.at = booking.starts - timedelta(hours=2)
    await clinic.ward.tick()
    await clinic.ward.deliver()
    await clinic.at(booking.starts + timedelta(hours=1))
    assert clinic.ward.read(PHONE) == []


async def test_G_47_a_reminder_that_did_not_arrive_in_the_evening_goes_by_sms_in_the_morning(
    clinic: Surgery,
) -> None:
    booking = await clinic.book(after=MONDAY_EIGHT + timedelta(days=1, hours=6))
    assert booking.starts is not None
    clinic.ward.blocked.add(str(CITIZEN))
    clinic.ward.telegram_works = False
    await clinic.at(booking.starts - timedelta(hours=24))
    clinic.ward.telegram_works = True
    night = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
    await clinic.at(night)
    assert clinic.ward.read(PHONE) == []
    await clinic.at(datetime(2026, 11, 24, 3, 0, tzinfo=UTC))
    assert len(clinic.ward.read(PHONE)) == 1


async def test_G_54_a_substitution_does_not_bring_the_old_reminder_by_sms_again(clinic: Surgery) -> None:
    await clinic.book(after=MONDAY_EIGHT)
    clinic.ward.blocked.add(str(CITIZEN))
    for seconds in (60, 120):
        await clinic.at(MONDAY_EIGHT - timedelta(hours=24) + timedelta(seconds=seconds))
    assert len(clinic.ward.read(PHONE)) == 1
    late = datetime(2026, 11, 22, 15, 30, tzinfo=UTC)
    clinic.ward.clock.at = late
    await substituted(clinic)
    for seconds in (1, 30, 60):
        await clinic.at(late + timedelta(seconds=seconds))
    reminders = [text for text in clinic.ward.read(PHONE) if "Ответьте" in text]
    assert len(reminders) == 1
    assert "Время прежнее" in clinic.ward.last(PHONE)


async def test_G_54_a_reminder_is_not_delivered_after_its_visit(clinic: Surgery) -> None:
    booking = await clinic.book(after=MONDAY_EIGHT + timedelta(hours=6), phone=LANDLINE)
    assert booking.starts is not None
    clinic.ward.telegram_works = False
    await clinic.at(booking.starts - timedelta(hours=2))
    await clinic.at(booking.starts + timedelta(minutes=10))
    counts = await outbox.counts(clinic.ward.db.reader)
    assert counts.get(("telegram", "expired"), 0) == 1


# An offer to somebody who blocked the bot.


async def freed(clinic: Surgery, phone: str = THEIRS) -> Booking:
    """Somebody who waits is unreachable in the chat, and an earlier time becomes free: who waits."""
    visits = clinic.ward.room.visits
    person, _ = await add_person(clinic.ward.db, phone=phone)
    waits = await clinic.book(
        address=IN_CHAT, after=MONDAY_EIGHT + timedelta(days=3), phone=phone, patient=person
    )
    gives_up = await clinic.book(after=MONDAY_EIGHT + timedelta(days=1))
    clinic.ward.blocked.add(IN_CHAT.key)
    async with clinic.ward.db.transaction() as tx:
        await waiting.wait(tx, waits.id, THERAPISTS, TEN)
        await visits.cancel(tx, gives_up, "person:1", TEN)
    return waits


async def later(clinic: Surgery, *seconds: int) -> None:
    for one in seconds:
        await clinic.at(TEN + timedelta(seconds=one))


@pytest.mark.parametrize(("answer", "words"), [("1", "Новое время приёма: 24.11"), ("0", "прежнее время")])
async def test_an_offer_that_the_chat_refused_goes_by_sms_at_once_and_is_answered_by_sms(
    clinic: Surgery, answer: str, words: str
) -> None:
    waits = await freed(clinic)
    await later(clinic, 1, 20, 100)
    (asked,) = clinic.ward.read(THEIRS)
    assert "24.11, 08:00" in asked
    assert "10:15" in asked
    await clinic.sms(THEIRS, f"{answer} {asked[-3:]}")
    assert words in clinic.ward.last(THEIRS)
    starts = (await clinic.now(waits)).starts
    assert (starts == MONDAY_EIGHT + timedelta(days=1)) == (answer == "1")


async def test_an_offer_that_went_by_sms_stands_for_its_quarter_of_an_hour(clinic: Surgery) -> None:
    waits = await freed(clinic)
    await later(clinic, 1, 20, 120, 600)
    standing = await waiting.of_request(clinic.ward.db.reader, waits.id)
    assert standing is not None
    assert standing.offered_slot is not None


@pytest.mark.parametrize(("phone", "looks"), [(LANDLINE, (1, 20, 21)), (THEIRS, (1, 90, 91))])
async def test_an_offer_that_cannot_reach_its_citizen_in_time_goes_on_to_the_next(
    clinic: Surgery, phone: str, looks: tuple[int, ...]
) -> None:
    waits = await freed(clinic, phone)
    follows = await clinic.book(address=NEXT_CHAT, after=MONDAY_EIGHT + timedelta(days=3))
    async with clinic.ward.db.transaction() as tx:
        await waiting.wait(tx, follows.id, THERAPISTS, TEN + timedelta(seconds=1))
    await later(clinic, *looks)
    assert clinic.ward.read(THEIRS) == []
    assert any("Освободилось время раньше" in text for text in clinic.ward.read(NEXT_CHAT.key))
    assert (await clinic.now(waits)).starts == waits.starts
