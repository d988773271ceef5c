"""Who may still have a time at a clinic, judged again in the transaction that gives it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.bookings.book import Booking
from bot.bookings.decisions import BookingDecisions
from bot.bookings.steps import Answered
from bot.channels.events import Command
from bot.talk.registers import Registers
from bot.talk.standing import Pressed, Stale
from dialogs.drafts import MoveDraft, WaitDraft
from rules.law import GroundCode
from storage import slots, waiting
from storage.addresses import Address
from storage.errors import TryAgain
from tests.bot.surgery import THERAPISTS, Surgery, surgery
from tests.bot.ward import HEAD, TEN

PHONE = "+77011234567"
MONDAY_EIGHT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
IN_CHAT, NEXT_CHAT = Address("telegram", "888"), Address("telegram", "777")


@pytest.fixture
async def clinic(tmp_path: Path) -> AsyncIterator[Surgery]:
    async with surgery(tmp_path) as opened:
        yield opened


async def waits_since(clinic: Surgery, address: Address, since: datetime = TEN) -> Booking:
    """Somebody booked for Thursday who would rather come earlier."""
    booking = await clinic.book(address=address, after=MONDAY_EIGHT + timedelta(days=3))
    async with clinic.ward.db.transaction() as tx:
        assert await waiting.wait(tx, booking.id, THERAPISTS, since)
    return booking


async def tuesday_is_given_up(clinic: Surgery) -> int:
    """The time that became free."""
    gives_up = await clinic.book(after=MONDAY_EIGHT + timedelta(days=1))
    assert gives_up.slot is not None
    async with clinic.ward.db.transaction() as tx:
        assert await clinic.ward.room.visits.cancel(tx, gives_up, "person:1", TEN)
    return gives_up.slot.id


async def taken(clinic: Surgery, booking: Booking, slot_id: int) -> Answered:
    async with clinic.ward.db.transaction() as tx:
        stands = await clinic.now(booking)
        outcome, _ = await clinic.ward.room.visits.answer(
            tx, stands, slot_id, accepted=True, actor="chat", now=clinic.ward.clock.now()
        )
    return outcome


async def test_AP_13_an_offer_is_not_taken_once_the_patient_is_attached_elsewhere_and_goes_on(
    clinic: Surgery,
) -> None:
    waits = await waits_since(clinic, IN_CHAT)
    await waits_since(clinic, NEXT_CHAT, TEN + timedelta(seconds=1))
    freed = await tuesday_is_given_up(clinic)
    await clinic.at(TEN + timedelta(seconds=1))
    await clinic.attach(waits.patient_id, 6)
    assert await taken(clinic, waits, freed) is Answered.ELSEWHERE
    assert (await clinic.now(waits)).starts == waits.starts
    await clinic.at(TEN + timedelta(seconds=2))
    assert any("Освободилось время раньше" in text for text in clinic.ward.read(NEXT_CHAT.key))


async def test_AP_13_who_is_attached_elsewhere_by_now_is_offered_nothing(clinic: Surgery) -> None:
    waits = await waits_since(clinic, IN_CHAT)
    await clinic.attach(waits.patient_id, 6)
    freed = await tuesday_is_given_up(clinic)
    await clinic.at(TEN + timedelta(seconds=1))
    assert not any("Освободилось" in text for text in clinic.ward.read(IN_CHAT.key))
    assert await slots.is_free(clinic.ward.db.reader, freed, None, clinic.ward.clock.now())


async def test_AP_13_an_offer_answered_by_sms_says_that_the_attachment_is_elsewhere(clinic: Surgery) -> None:
    waits = await waits_since(clinic, Address("sms", PHONE))
    await tuesday_is_given_up(clinic)
    await clinic.at(TEN + timedelta(seconds=1))
    await clinic.attach(waits.patient_id, 6)
    await clinic.sms(PHONE, f"1 {clinic.ward.last(PHONE)[-3:]}")
    assert "Прикрепление теперь в другой поликлинике" in clinic.ward.last(PHONE)
    assert (await clinic.now(waits)).starts == waits.starts


async def test_AP_13_a_time_instead_of_a_lost_one_is_given_at_the_clinic_of_attachment_alone(
    clinic: Surgery,
) -> None:
    lost = await without_a_time(clinic)
    await clinic.attach(lost.patient_id, 6)
    free = (await slots.free(clinic.ward.db.reader, THERAPISTS, TEN, after=MONDAY_EIGHT))[0]
    assert await taken(clinic, lost, free.id) is Answered.ELSEWHERE


async def without_a_time(clinic: Surgery) -> Booking:
    """A booking of Monday that the clinic took the time away from."""
    booking = await clinic.book(address=IN_CHAT, after=MONDAY_EIGHT)
    await clinic.ward.write(HEAD, Command("closeday", "23.11"))
    await clinic.ward.press(HEAD, "Иә, енгізу", chat=HEAD)
    await clinic.at(TEN + timedelta(seconds=1))
    return await clinic.now(booking)


def pressed(clinic: Surgery) -> Pressed:
    """The citizen presses in their chat."""
    return Pressed(IN_CHAT, 9, None, "ru", clinic.ward.clock.now())


async def test_AP_13_a_change_signed_before_the_attachment_moved_does_nothing(clinic: Surgery) -> None:
    db, visits = clinic.ward.db, clinic.ward.room.visits
    booking = await clinic.book(address=IN_CHAT, after=MONDAY_EIGHT)
    free = (await slots.free(db.reader, THERAPISTS, TEN, after=MONDAY_EIGHT + timedelta(days=1)))[0]
    whose = (booking.id, booking.version)
    decisions = BookingDecisions(Registers(), visits)
    await clinic.attach(booking.patient_id, 6)
    for draft in (
        MoveDraft(*whose, free.id, str(booking.patient_id), None),
        WaitDraft(*whose, str(booking.patient_id), None, waits=True, doctor_no=None),
    ):
        with pytest.raises(Stale):
            async with db.transaction() as tx:
                await decisions.decide(tx, draft, pressed(clinic))
    assert (await clinic.now(booking)).starts == booking.starts
    await clinic.attach(booking.patient_id, 5)
    async with db.transaction() as tx:
        done = await decisions.decide(
            tx, MoveDraft(*whose, free.id, str(booking.patient_id), None), pressed(clinic)
        )
    assert isinstance(done.receipt, dict)
    assert done.receipt["moved"]


async def test_a_time_chosen_while_staff_withdraw_the_booking_is_decided_anew(clinic: Surgery) -> None:
    lost = await without_a_time(clinic)
    free = (await slots.free(clinic.ward.db.reader, THERAPISTS, TEN, after=MONDAY_EIGHT))[0]
    visits, now = clinic.ward.room.visits, clinic.ward.clock.now()
    async with clinic.ward.db.transaction() as tx:
        assert await visits.refuse(tx, lost, GroundCode.FALSE_DATA, "staff:1", now)
    with pytest.raises(TryAgain):
        async with clinic.ward.db.transaction() as tx:
            await visits.answer(tx, lost, free.id, accepted=True, actor="chat", now=now)
    assert await slots.is_free(clinic.ward.db.reader, free.id, None, now)
    assert await taken(clinic, lost, free.id) is Answered.PASSED
