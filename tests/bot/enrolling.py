"""Two clinics that people move between: the surgery, with requests for attachment to the one or the other."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from bot.attachments.book import Asked, AttachmentDetails
from rules.attachment import Cause, effective_on, registration, terms_on
from rules.attachment_status import AttachmentStatus
from rules.iin import Iin
from rules.law import Service
from storage import attachments, outbox, requests
from storage.addresses import Address
from storage.instants import micros
from storage.load import Loaded, load
from storage.people import by_id, by_iin
from storage.requests import NewRequest, RegisteredRequest
from tests.bot.surgery import Surgery, surgery
from tests.bot.ward import CITIZEN, WORKER, Ward
from tests.registry import made_up_iin

CLINICS = "clinic_no,name_ru,name_kk,address,phones,norm,short_name_ru,short_name_kk"
PEOPLE = "iin,surname,name,patronymic,birth_date,phone,language,clinic_no,address,attached_on"
GUARDIANS = "child_iin,guardian_iin,kind,valid_from,valid_to"
LONG_AGO = date(2024, 3, 1)


@dataclass
class Enrolling:
    """Clinic 5, which people ask for, and clinic 6, where they are; each with a group."""

    surgery: Surgery
    folder: Path
    loads: int = 0

    @property
    def ward(self) -> Ward:
        return self.surgery.ward

    async def load(self, **files: str) -> None:
        """Load these files (name without its ending: text)."""
        self.loads += 1
        folder = self.folder / f"load_{self.loads}"
        folder.mkdir()
        for name, text in files.items():
            (folder / f"{name}.csv").write_text(text, encoding="utf-8")
        loaded = await load(self.ward.db, folder, self.ward.clock.now())
        assert isinstance(loaded, Loaded), loaded

    async def set_norm(self, norm: int | None, clinic_no: int = 5) -> None:
        """From now on the clinic has that norm."""
        number = "" if norm is None else norm
        row = f"{clinic_no},Поликлиника {clinic_no},{clinic_no}-емхана,Алматы,+77272333960,{number},П,Е"
        await self.load(clinics=f"{CLINICS}\n{row}\n")

    async def person(
        self, clinic_no: int | None = 6, attached_on: date = LONG_AGO, born: str = "1990-05-01"
    ) -> int:
        """Somebody made up, attached to that clinic since that day."""
        iin = made_up_iin()
        since = "" if clinic_no is None else attached_on.isoformat()
        await self.move(iin, "" if clinic_no is None else str(clinic_no), since, born)
        found = await by_iin(self.ward.db.reader, iin)
        assert found is not None
        return int(found.id)

    async def move(self, iin: Iin, clinic_no: str, since: str, born: str = "1990-05-01") -> None:
        """What the register of attached people says of somebody."""
        row = f"{iin.digits},Сейітова,Айгүл,Қанатқызы,{born},+77011234567,kk,{clinic_no},Абай 1,{since}"
        await self.load(people=f"{PEOPLE}\n{row}\n")

    async def guards(self, guardian: int, child: int, until: str = "") -> None:
        """From now on the register says that this person acts for that child, up to that day."""
        found = [await by_id(self.ward.db.reader, one) for one in (child, guardian)]
        iins = ",".join(one.iin.digits for one in found if one is not None)
        await self.load(guardians=f"{GUARDIANS}\n{iins},parent,2020-01-01,{until}\n")

    async def ask(
        self,
        person_id: int,
        *,
        cause: Cause = Cause.FREE_CHOICE,
        from_clinic: int | None = 6,
        clinic_no: int = 5,
        give_up: tuple[int, ...] = (),
        locale: str = "ru",
        caller: int | None = None,
    ) -> RegisteredRequest:
        """Register a request as the deciding transaction does, and deliver its card."""
        now, directory = self.ward.clock.now(), self.ward.room.feed.directory
        await directory.refresh(self.ward.db.reader)
        clinic = directory.clinics[clinic_no]
        registered = registration(now, clinic, directory.calendar)
        person = await by_id(self.ward.db.reader, person_id)
        assert person is not None
        details = AttachmentDetails(
            patient_name=person.full_name,
            born=person.birth_date,
            phone="+77011234567",
            cause=cause,
            registered_us=micros(registered.at),
            same_day=registered.same_day,
            from_clinic=from_clinic,
            give_up=give_up,
        )
        terms = await attachments.terms(self.ward.db.reader)
        today = clinic.local(registered.at).date()
        assert terms_on(today, terms).choices
        new = NewRequest(
            clinic_no=clinic_no,
            service=Service.ATTACHMENT,
            address=Address("telegram", str(CITIZEN)),
            locale=locale,  # type: ignore[arg-type]  # one of the two languages
            for_whom="self" if caller is None else "child",
            status=AttachmentStatus.REGISTERED if registered.same_day else AttachmentStatus.NEXT_DAY,
            details=details.to_json(),
            patient_id=person_id,
            caller_id=caller or person_id,
            answer_due=registered.answer_due,
            visit_day=effective_on(terms, today, cause, attached=from_clinic is not None),
            open_slot=requests.open_slot(Service.ATTACHMENT, person_id),
        )
        async with self.ward.db.transaction() as tx:
            request = await requests.register(tx, new, now)
            parcels = await self.ward.room.attachments.feed.announce(tx, request, now)
            owed = await outbox.put(tx, parcels, WORKER, now, now)
        await self.ward.deliver(owed)
        return request

    async def now(self, request: RegisteredRequest) -> Asked:
        """The request as it stands."""
        found = await self.ward.room.attachments.feed.book.asked(self.ward.db.reader, request.id)
        assert found is not None
        return found

    async def status(self, request: RegisteredRequest) -> AttachmentStatus:
        return (await self.now(request)).status

    async def at(self, when: datetime) -> None:
        """Set the clock, and let what falls due happen and arrive."""
        await self.surgery.at(when)

    async def pass_seconds(self, seconds: float) -> None:
        """Let time pass, and what falls due happen and arrive."""
        self.ward.clock.forward(seconds)
        await self.at(self.ward.clock.now())

    async def clinics_of(self, person_id: int) -> list[int]:
        """Every clinic the person was attached to, the first first."""
        return [stay.clinic_no for stay in await attachments.history(self.ward.db.reader, person_id)]


@asynccontextmanager
async def enrolling(folder: Path, tongue: str = "ru") -> AsyncIterator[Enrolling]:
    """Both clinics open, no norm set; it is ten on a Friday."""
    async with surgery(folder, tongue) as opened:
        yield Enrolling(opened, folder)
