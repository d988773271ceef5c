"""What becomes of an appointment at its edges: a visit nobody noted, a late offer, an erased person."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.bookings.book import Booking
from bot.bookings.decisions import signed_time
from bot.bookings.steps import Answered
from bot.channels.events import Command
from bot.talk.standing import Stale
from dialogs.drafts import BookingDraft, RegisteredPatient, Signed
from dialogs.facts import Wish
from rules.booking_status import BookingStatus
from rules.doctors import DoctorRole
from rules.home_call import ForWhom
from storage import requests, retention, schedules, slots, waiting
from storage.addresses import Address
from storage.instants import micros
from tests.bot.surgery import THERAPISTS, Surgery, surgery
from tests.bot.ward import CITIZEN, DOCTOR, HEAD, TEN
from tests.registry import add_person

PHONE = "+77011234567"
MONDAY_EIGHT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
ANOTHER = Address("telegram", "888")


@pytest.fixture
async def clinic(tmp_path: Path) -> AsyncIterator[Surgery]:
    async with surgery(tmp_path) as opened:
        yield opened


# A visit that nobody noted.


async def unnoted(clinic: Surgery) -> Booking:
    """A visit of Monday at eight, a week later, about which nobody has said anything."""
    booking = await clinic.book(after=MONDAY_EIGHT)
    await clinic.at(MONDAY_EIGHT + timedelta(days=7))
    return booking


async def test_G_51_a_visit_that_nobody_noted_is_closed_and_the_patient_can_be_booked_again(
    clinic: Surgery,
) -> None:
    booking = await unnoted(clinic)
    after = await requests.by_id(clinic.ward.db.reader, booking.id)
    assert after is not None
    assert (after.status, after.open_slot) == ("not_noted", None)
    assert after.closed_at is not None
    assert (await clinic.book(patient=booking.patient_id)).status == "confirmed"


async def test_G_51_two_hours_after_its_time_a_visit_that_nobody_noted_binds_nobody(clinic: Surgery) -> None:
    booking = await clinic.book(after=MONDAY_EIGHT)
    await clinic.at(MONDAY_EIGHT + timedelta(hours=1, minutes=59))
    assert (await clinic.now(booking)).status == "confirmed"
    await clinic.at(MONDAY_EIGHT + timedelta(hours=2, seconds=1))
    assert (await clinic.now(booking)).status == "not_noted"


async def test_AP_18_staff_note_a_visit_of_days_past_from_the_list_of_that_day(clinic: Surgery) -> None:
    booking = await unnoted(clinic)
    await clinic.ward.write(DOCTOR, Command("day", "23.11"))
    await clinic.ward.press(DOCTOR, "Бейсенова", chat=DOCTOR)
    assert "08:00 – № 05-000001" in clinic.ward.last(DOCTOR)
    await clinic.ward.press(DOCTOR, "08:00 келмеді", chat=DOCTOR)
    assert (await clinic.now(booking)).status == "did_not_come"
    await clinic.ward.press(DOCTOR, "08:00 келді", chat=DOCTOR)
    assert (await clinic.now(booking)).status == "came"


async def test_AP_18_the_buttons_of_the_list_lead_to_days_past_too(clinic: Surgery) -> None:
    await unnoted(clinic)
    await clinic.ward.write(DOCTOR, Command("day", "когда-нибудь"))
    await clinic.ward.press(DOCTOR, "23.11", chat=DOCTOR)
    await clinic.ward.press(DOCTOR, "Бейсенова", chat=DOCTOR)
    assert "08:00 – № 05-000001" in clinic.ward.last(DOCTOR)


async def test_a_day_longer_past_than_two_weeks_is_asked_for_by_buttons(clinic: Surgery) -> None:
    await clinic.at(MONDAY_EIGHT + timedelta(days=20))
    await clinic.ward.write(DOCTOR, Command("day", "23.11"))
    assert "күн" in clinic.ward.last(DOCTOR).lower()
    assert not any("23.11" in label for label, _ in clinic.ward.card(DOCTOR).buttons)


async def test_no_change_of_the_schedule_is_entered_for_a_day_past(clinic: Surgery) -> None:
    await clinic.at(MONDAY_EIGHT + timedelta(days=7))
    await clinic.ward.write(HEAD, Command("closeday", "23.11"))
    assert not any("23.11" in label for label, _ in clinic.ward.card(HEAD).buttons)


async def test_a_judged_visit_is_left_alone_by_the_clock(clinic: Surgery) -> None:
    booking = await clinic.book(after=MONDAY_EIGHT)
    await clinic.at(MONDAY_EIGHT + timedelta(hours=1))
    async with clinic.ward.db.transaction() as tx:
        now = clinic.ward.clock.now()
        await clinic.ward.room.visits.judge(tx, await clinic.now(booking), BookingStatus.CAME, "staff:1", now)
    await clinic.at(MONDAY_EIGHT + timedelta(days=7))
    assert (await clinic.now(booking)).status == "came"


async def test_a_moved_visit_is_closed_by_its_new_day(clinic: Surgery) -> None:
    booking = await clinic.book(after=MONDAY_EIGHT)
    await moved(clinic, booking, MONDAY_EIGHT + timedelta(days=3))
    await clinic.at(MONDAY_EIGHT + timedelta(days=2))
    assert (await clinic.now(booking)).status == "confirmed"
    await clinic.at(MONDAY_EIGHT + timedelta(days=5))
    assert (await clinic.now(booking)).status == "not_noted"


# Reminders, and the night.


async def test_G_54_the_second_reminder_can_be_answered_by_cancelling(clinic: Surgery) -> None:
    booking = await clinic.book(after=MONDAY_EIGHT + timedelta(hours=6))
    assert booking.starts is not None
    await clinic.at(booking.starts - timedelta(hours=2) + timedelta(seconds=1))
    shown = [data.split(":")[2] for _, data in clinic.ward.chats[str(CITIZEN)][-1].buttons]
    assert shown == ["coming", "move", "cancel_visit"]


async def test_G_54_the_second_reminder_by_sms_can_be_answered_by_no(clinic: Surgery) -> None:
    booking = await clinic.book(address=Address("sms", PHONE), after=MONDAY_EIGHT + timedelta(hours=6))
    assert booking.starts is not None
    await clinic.at(booking.starts - timedelta(hours=2) + timedelta(seconds=1))
    code = clinic.ward.last(PHONE)[-3:]
    await clinic.sms(PHONE, f"0 {code}")
    assert (await clinic.now(booking)).status == "cancelled"


async def test_G_47_a_reminder_that_is_late_waits_for_the_morning(clinic: Surgery) -> None:
    await clinic.book(after=MONDAY_EIGHT + timedelta(hours=5))
    before = len(clinic.ward.read(CITIZEN))
    await clinic.at(datetime(2026, 11, 22, 21, 0, tzinfo=UTC))
    assert len(clinic.ward.read(CITIZEN)) == before
    await clinic.at(datetime(2026, 11, 23, 3, 0, 1, tzinfo=UTC))
    assert len(clinic.ward.read(CITIZEN)) == before + 1


async def test_G_47_that_an_offer_passed_is_not_told_at_night(clinic: Surgery) -> None:
    waits, _ = await offered(clinic)
    await clinic.at(datetime(2026, 11, 20, 21, 0, tzinfo=UTC))
    assert "Освободилось время раньше" in clinic.ward.last("888")
    assert waits.status == "confirmed"
    await clinic.at(datetime(2026, 11, 21, 3, 0, 1, tzinfo=UTC))
    assert "ответа на предложенное время не было" in clinic.ward.last("888")


# Offers.


async def offered(clinic: Surgery) -> tuple[Booking, int]:
    """Somebody booked for Thursday is offered the Tuesday that another gave up: the booking, the time."""
    db, visits = clinic.ward.db, clinic.ward.room.visits
    waits = await clinic.book(address=ANOTHER, after=MONDAY_EIGHT + timedelta(days=3))
    gives_up = await clinic.book(after=MONDAY_EIGHT + timedelta(days=1))
    async with db.transaction() as tx:
        await waiting.wait(tx, waits.id, THERAPISTS, TEN)
        await visits.cancel(tx, gives_up, "person:1", TEN)
    await clinic.at(TEN + timedelta(seconds=1))
    standing = await waiting.of_request(db.reader, waits.id)
    assert standing is not None
    assert standing.offered_slot is not None
    return waits, standing.offered_slot


async def moved(clinic: Surgery, booking: Booking, after: datetime) -> None:
    """The citizen moves it by hand to the first time after that instant."""
    db, now = clinic.ward.db, clinic.ward.clock.now()
    async with db.transaction() as tx:
        stands = await clinic.ward.room.visits.bookings.booking(tx, booking.id)
        assert stands is not None
        slot = (await slots.free(tx, THERAPISTS, now, after=after, limit=1))[0]
        assert await slots.move(tx, booking.id, slot.id, 9, now)
        assert await clinic.ward.room.visits.take(
            tx, booking.id, stands.version, slot, "person:1", now, stands.slot
        )


async def answered(clinic: Surgery, booking: Booking, slot_id: int, *, accepted: bool = True) -> Answered:
    now = clinic.ward.clock.now()
    async with clinic.ward.db.transaction() as tx:
        outcome, _ = await clinic.ward.room.visits.answer(
            tx, await clinic.now(booking), slot_id, accepted, "chat", now
        )
    return outcome


async def test_an_offer_that_is_no_longer_earlier_is_over_and_goes_to_the_next(clinic: Surgery) -> None:
    waits, slot_id = await offered(clinic)
    await moved(clinic, waits, MONDAY_EIGHT - timedelta(minutes=1))
    monday = (await clinic.now(waits)).starts
    assert await answered(clinic, waits, slot_id) is Answered.PASSED
    assert (await clinic.now(waits)).starts == monday
    assert await slots.is_free(clinic.ward.db.reader, slot_id, None, clinic.ward.clock.now())


async def test_an_offer_that_is_still_earlier_stands_after_a_move(clinic: Surgery) -> None:
    waits, slot_id = await offered(clinic)
    await moved(clinic, waits, MONDAY_EIGHT + timedelta(days=2))
    assert await answered(clinic, waits, slot_id) is Answered.TAKEN


async def test_G_52_within_two_hours_of_the_visit_nothing_is_swapped_and_nothing_offered(
    clinic: Surgery,
) -> None:
    waits = await clinic.book(address=ANOTHER, after=TEN + timedelta(hours=5, minutes=40))
    assert waits.starts is not None
    gives_up = await clinic.book(after=TEN + timedelta(hours=5, minutes=25))
    now = waits.starts - timedelta(hours=1, minutes=44)
    await clinic.at(now)
    async with clinic.ward.db.transaction() as tx:
        await waiting.wait(tx, waits.id, THERAPISTS, TEN)
        freed = await slots.give_up(tx, gives_up.id)
        assert freed is not None
        waiting.freed(tx, freed, now, waits.zone)
    await clinic.at(now + timedelta(seconds=1))
    standing = await waiting.of_request(clinic.ward.db.reader, waits.id)
    assert standing is not None
    assert standing.offered_slot is None


async def test_G_52_an_offer_is_not_taken_once_it_is_too_late_to_change(clinic: Surgery) -> None:
    waits = await clinic.book(address=ANOTHER, after=TEN + timedelta(hours=5, minutes=40))
    assert waits.starts is not None
    gives_up = await clinic.book(after=TEN + timedelta(hours=5, minutes=25))
    now = waits.starts - timedelta(hours=1, minutes=44)
    async with clinic.ward.db.transaction() as tx:
        await waiting.wait(tx, waits.id, THERAPISTS, TEN)
        freed = await slots.give_up(tx, gives_up.id)
        assert freed is not None
        row = await tx.row("waiting_of_request", request_id=waits.id)
        assert row is not None
        until = micros(now + timedelta(minutes=1))
        asked = {"slot_id": freed.id, "now": micros(TEN), "until": until}
        assert await tx.rows("waiting_offer", id=row[0], **asked)
        assert await tx.rows("slot_offer", id=freed.id, request_id=waits.id, now=micros(TEN), until=until)
    clinic.ward.clock.at = now
    assert await answered(clinic, waits, freed.id) is Answered.PASSED


async def without_a_time(clinic: Surgery) -> Booking:
    """A booking whose time the clinic took away, to be told at 888."""
    booking = await clinic.book(address=ANOTHER, after=MONDAY_EIGHT)
    await clinic.ward.write(HEAD, Command("closeday", "23.11"))
    await clinic.ward.press(HEAD, "Иә, енгізу", chat=HEAD)
    await clinic.at(TEN + timedelta(seconds=1))
    lost = await clinic.now(booking)
    assert lost.status == "to_move"
    return lost


async def test_whoever_has_no_time_is_not_told_that_the_earlier_one_stands(clinic: Surgery) -> None:
    lost = await without_a_time(clinic)
    async with clinic.ward.db.transaction() as tx:
        await waiting.wait(tx, lost.id, THERAPISTS, TEN)
        free = (await slots.free(tx, THERAPISTS, TEN, after=MONDAY_EIGHT + timedelta(days=1)))[0]
        waiting.freed(tx, free, TEN, lost.zone)
    await clinic.at(TEN + timedelta(seconds=5))
    await clinic.at(TEN + timedelta(minutes=20))
    told = clinic.ward.last("888")
    assert "ответа на предложенное время не было" in told
    assert "в силе" not in told


# The list of a full day.


async def test_AP_18_the_list_of_a_full_day_keeps_to_what_telegram_can_show(clinic: Surgery) -> None:
    booked = await full_day(clinic)
    await clinic.at(MONDAY_EIGHT + timedelta(hours=12, minutes=1))
    await clinic.ward.write(DOCTOR, Command("day", ""))
    await clinic.ward.press(DOCTOR, "Бейсенова", chat=DOCTOR)
    shown = clinic.ward.chats[str(DOCTOR)][-1]
    assert len(shown.buttons) <= 100
    assert len(shown.text) <= 4096
    latest = f"{booked[-1].local(booked[-1].slot.start):%H:%M}"  # type: ignore[union-attr]  # it has a time
    assert any(latest in label for label, _ in shown.buttons)
    assert all(label[:5] in shown.text for label, _ in shown.buttons)
    assert "08:00" not in shown.text
    assert shown.text.endswith("журналға жазылды.")


async def test_AP_18_once_the_latest_are_noted_the_earlier_ones_can_be(clinic: Surgery) -> None:
    booked = await full_day(clinic)
    await clinic.at(MONDAY_EIGHT + timedelta(hours=12, minutes=1))
    now = clinic.ward.clock.now()
    for one in booked[5:]:
        async with clinic.ward.db.transaction() as tx:
            stands = await clinic.now(one)
            assert await clinic.ward.room.visits.judge(tx, stands, BookingStatus.CAME, "staff:1", now)
    await clinic.ward.write(DOCTOR, Command("day", ""))
    await clinic.ward.press(DOCTOR, "Бейсенова", chat=DOCTOR)
    shown = clinic.ward.chats[str(DOCTOR)][-1]
    assert any(label.startswith("08:00 келді") for label, _ in shown.buttons)


async def full_day(clinic: Surgery) -> list[Booking]:
    """A doctor takes 72 patients on Monday."""
    async with clinic.ward.db.transaction() as tx:
        tx.later("load_schedule", doctor_no="501", weekday=1, starts="08:00", ends="20:00", slot_minutes=10)
        calendar = clinic.ward.room.visits.bookings.directory.calendar
        await schedules.extend(tx, await clinic.clinic(), calendar, TEN)
    own = Wish(5, DoctorRole.THERAPIST, "501")
    return [await clinic.book(wish=own, after=MONDAY_EIGHT) for _ in range(72)]


# What was signed.


async def signed(clinic: Surgery, role: DoctorRole, clinic_no: int = 5) -> BookingDraft:
    """A draft for the first free time of a therapist of clinic 5, signed for that role and clinic."""
    slot = (await slots.free(clinic.ward.db.reader, THERAPISTS, TEN))[0]
    return BookingDraft(
        for_whom=ForWhom.SELF,
        patient=RegisteredPatient("1", 1),
        caller_id="1",
        caller_version=1,
        consent_id=1,
        clinic_no=clinic_no,
        role=role,
        doctor_no=slot.doctor_no,
        slot_id=slot.id,
        signed=Signed("", "", "ru"),
    )


async def test_a_time_is_booked_only_with_the_kind_of_doctor_and_at_the_clinic_that_were_signed(
    clinic: Surgery,
) -> None:
    async with clinic.ward.db.transaction() as tx:
        as_shown = await signed_time(tx, await signed(clinic, DoctorRole.THERAPIST))
        assert as_shown is not None
        with pytest.raises(Stale):
            await signed_time(tx, await signed(clinic, DoctorRole.PAEDIATRICIAN))
        with pytest.raises(Stale):
            await signed_time(tx, await signed(clinic, DoctorRole.THERAPIST, clinic_no=6))


# An erased person.


async def test_S40_erasing_a_person_cancels_what_is_open_and_frees_the_time(clinic: Surgery) -> None:
    booking = await clinic.book(after=MONDAY_EIGHT)
    assert booking.slot is not None
    async with clinic.ward.db.transaction() as tx:
        assert await retention.erase(tx, booking.patient_id, "operator", TEN)
    after = await requests.by_id(clinic.ward.db.reader, booking.id)
    assert after is not None
    assert (after.status, after.open_slot, after.details) == ("cancelled", None, {})
    assert await slots.is_free(clinic.ward.db.reader, booking.slot.id, None, TEN)


async def test_S40_after_an_erasure_clocks_and_lists_go_on(clinic: Surgery) -> None:
    booking = await clinic.book(after=MONDAY_EIGHT)
    seen = await clinic.book(after=MONDAY_EIGHT)
    await clinic.at(MONDAY_EIGHT + timedelta(hours=1))
    async with clinic.ward.db.transaction() as tx:
        stands, now = await clinic.now(seen), clinic.ward.clock.now()
        assert await clinic.ward.room.visits.judge(tx, stands, BookingStatus.CAME, "staff:1", now)
        for one in (booking, seen):
            assert await retention.erase(tx, one.patient_id, "operator", now)
    await clinic.at(MONDAY_EIGHT + timedelta(hours=2))
    await clinic.ward.write(DOCTOR, Command("day", ""))
    await clinic.ward.press(DOCTOR, "Бейсенова", chat=DOCTOR)
    assert "Сейітова" not in clinic.ward.last(DOCTOR)
    assert clinic.ward.bell.rung == []


async def test_S40_a_time_freed_by_an_erasure_is_offered_to_whoever_waits(clinic: Surgery) -> None:
    waits = await clinic.book(address=ANOTHER, after=MONDAY_EIGHT + timedelta(days=3))
    erased = await clinic.book(after=MONDAY_EIGHT + timedelta(days=1))
    person, _ = await add_person(clinic.ward.db)
    assert person not in (waits.patient_id, erased.patient_id)
    async with clinic.ward.db.transaction() as tx:
        await waiting.wait(tx, waits.id, THERAPISTS, TEN)
        assert await retention.erase(tx, erased.patient_id, "operator", TEN)
    await clinic.at(TEN + timedelta(seconds=1))
    standing = await waiting.of_request(clinic.ward.db.reader, waits.id)
    assert standing is not None
    assert standing.offered_slot is not None
