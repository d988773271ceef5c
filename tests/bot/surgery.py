"""A clinic that takes patients by appointment: the ward with a week for its doctors, and bookings in it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from bot.bookings.book import Booking, BookingDetails
from bot.bookings.replies import BookingReplies
from bot.channels.events import SmsReceived
from bot.staff.certificates import OF_ALMATY, Certificates
from dialogs.facts import Wish
from rules.appointment import registration
from rules.booking_status import BookingStatus
from rules.clinics import Clinic
from rules.doctors import DoctorRole
from rules.law import Service
from rules.phone import Phone
from storage import inbox, outbox, requests, schedules, slots
from storage.addresses import Address
from storage.instants import micros
from storage.load import Loaded, load
from storage.requests import NewRequest
from tests.bot.ward import CITIZEN, WORKER, Ward, ward
from tests.registry import add_person

THERAPISTS = Wish(5, DoctorRole.THERAPIST)
MONDAY = date(2026, 11, 23)


@dataclass
class Surgery:
    """The ward, and what is done with appointments there."""

    ward: Ward
    folder: Path
    attachments: dict[int, int] = field(default_factory=dict)

    async def clinic(self) -> Clinic:
        await self.ward.room.visits.bookings.directory.refresh(self.ward.db.reader)
        return self.ward.room.visits.bookings.directory.clinics[5]

    async def make(self) -> None:
        """Give two therapists their weeks, and make their times."""
        db, clinic = self.ward.db, await self.clinic()
        async with db.transaction() as tx:
            sealed = db.keys.seal("doctors.full_name", "505", "Орлов Дмитрий Алексеевич")
            tx.later(
                "load_doctor", doctor_no="505", clinic_no=5, full_name=sealed, role="therapist", room="1"
            )
            for doctor, begins, ends in (("501", "08:00", "10:00"), ("505", "15:00", "16:00")):
                for weekday in range(1, 6):
                    tx.later(
                        "load_schedule", doctor_no=doctor, weekday=weekday, starts=begins, ends=ends,
                        slot_minutes=15,
                    )  # fmt: skip
            calendar = self.ward.room.visits.bookings.directory.calendar
            await schedules.extend(tx, clinic, calendar, self.ward.clock.now())

    async def one_doctor_in_a_room(self) -> None:
        """From now on the clinic lets one doctor at a time into a room."""
        folder = self.folder / "rooms"
        folder.mkdir()
        text = "clinic_no,name_ru,name_kk,address,phones,norm,rooms_exclusive\n5,П,Е,А,+77272333960,,1\n"
        (folder / "clinics.csv").write_text(text, encoding="utf-8")
        loaded = await load(self.ward.db, folder, self.ward.clock.now())
        assert isinstance(loaded, Loaded), loaded

    async def attach(self, person: int, clinic_no: int) -> None:
        """Attach the person there, instead of where they were."""
        db, before = self.ward.db, self.attachments.get(person)
        now = micros(self.ward.clock.now())
        async with db.transaction() as tx:
            if before is not None:
                tx.later("attachment_end", id=before, now=now)
            self.attachments[person] = db.ids.new()
            tx.later(
                "load_attachment_add", id=self.attachments[person], person_id=person,
                clinic_no=clinic_no, attached_on="2020-01-01", doctor_no=None, now=now,
            )  # fmt: skip

    async def book(
        self,
        *,
        address: Address | None = None,
        locale: str = "ru",
        phone: str = "+77011234567",
        wish: Wish = THERAPISTS,
        after: datetime | None = None,
        patient: int | None = None,
    ) -> Booking:
        """Book the nearest time, as the deciding transaction does."""
        now, clinic = self.ward.clock.now(), await self.clinic()
        person = patient or (await add_person(self.ward.db))[0]
        if person not in self.attachments:
            await self.attach(person, 5)
        registered = registration(now, clinic, self.ward.room.visits.bookings.directory.calendar)
        details = BookingDetails("Сейітова Айгүл", date(1990, 5, 1), phone, wish.role)
        new = NewRequest(
            clinic_no=5,
            service=Service.APPOINTMENT,
            address=address or Address("telegram", str(CITIZEN)),
            locale=locale,  # type: ignore[arg-type]  # one of the two languages
            for_whom="self",
            status=BookingStatus.REGISTERED,
            details=details.to_json(),
            patient_id=person,
            caller_id=person,
            answer_due=registered.answer_due,
            visit_day=clinic.local(now).date(),
            open_slot=slots.open_booking(wish.role, person),
        )
        async with self.ward.db.transaction() as tx:
            slot = (await slots.free(tx, wish, now, after=after, limit=1))[0]
            request = await requests.register(tx, new, now)
            assert await slots.book(tx, slot.id, request.id, 1, now)
            done = await self.ward.room.visits.take(tx, request.id, 1, slot, "person:1", now)
            assert done is not None
            owed = await outbox.put(tx, done.parcels, WORKER, now, now)
        await self.ward.deliver(owed)
        return done.booking

    async def now(self, booking: Booking) -> Booking:
        """The booking as it stands."""
        found = await self.ward.room.visits.bookings.booking(self.ward.db.reader, booking.id)
        assert found is not None
        return found

    async def at(self, when: datetime) -> None:
        """Set the clock, and let what falls due happen and arrive."""
        self.ward.clock.at = when
        for _ in range(3):
            await self.ward.tick()
            await self.ward.deliver()

    async def sms(self, phone: str, text: str) -> None:
        """A reply by SMS, handled in the transaction of its row."""
        row, now = await self.ward.received(Address("sms", phone)), self.ward.clock.now()
        event = SmsReceived(row, phone, text, str(row), now)
        async with self.ward.db.transaction() as tx:
            done = await BookingReplies(self.ward.room.visits).answer(tx, event, Phone.parse(phone), now)
            assert await inbox.done(tx, row, done.outcome if done else "not_asked", now)
            owed = await outbox.put(tx, done.parcels if done else (), WORKER, now, now)
        await self.ward.deliver(owed)


@asynccontextmanager
async def surgery(
    folder: Path, tongue: str = "ru", papers: Certificates = OF_ALMATY
) -> AsyncIterator[Surgery]:
    """An open clinic with appointments; it is ten on a Friday."""
    async with ward(folder, tongue, papers=papers) as opened:
        house = Surgery(opened, folder)
        await house.make()
        yield house
