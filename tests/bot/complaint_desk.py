"""A clinic with somebody who answers complaints: the ward, an officer, and complaints filed in it."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.channels.events import Command
from dialogs.engine import Said
from rules.staff_roles import Role
from storage import complaint_office, complaints, staff
from storage.complaint_office import Office
from storage.complaints import Complaint
from storage.load import Loaded, load
from storage.staff import NewMember
from tests.bot.ward import HEAD, Message, Ward, ward
from tests.complainants import Complainant, complainant
from tests.otp.asking import CHAT

OFFICER, SECOND_OFFICER, ADMINISTRATOR = 701, 702, 703
CITIZEN_CHAT = CHAT.key
HOLIDAYS = Path(__file__).parents[2] / "data" / "holidays.csv"
ALMATY = ZoneInfo("Asia/Almaty")
REASONS = "Кезекші дәрігер шақыруға басқа мекенжайға кетіп қалған. Ол ескертілді, келу қайта тағайындалды."
GROUND = "Шағым дәл осы мәселе бойынша бұрын қаралған, жаңа дерек жоқ, шешім күшінде қалып отыр."


def at(text: str) -> datetime:
    """The instant at which Almaty's clock shows "2026-11-20 17:59"."""
    return datetime.fromisoformat(text).replace(tzinfo=ALMATY).astimezone(UTC)


@dataclass
class Desk:
    """The ward, and what is done there about complaints."""

    ward: Ward
    folder: Path

    async def employ(self, user: int, role: Role, name: str | None = None, clinic_no: int = 5) -> None:
        async with self.ward.db.transaction() as tx:
            staff.join(tx, NewMember(user, clinic_no, role, "kk", name), self.ward.clock.now())

    async def complainant(self) -> Complainant:
        return await complainant(self.ward.db, self.ward.clock)

    async def filed(self, made: Complainant | None = None, **changes: Any) -> Complaint:
        """A complaint by bot, filed as the deciding transaction does; everybody reads what they were sent."""
        made = made or await self.complainant()
        receipt, owed = await made.submit(made.draft(**changes))
        await self.ward.deliver(owed)
        return await self.now(int(receipt["complaint_id"]))

    async def now(self, complaint: Complaint | int) -> Complaint:
        """The complaint as it stands."""
        found = await complaints.by_id(
            self.ward.db.reader, complaint if isinstance(complaint, int) else complaint.id
        )
        assert found is not None
        return found

    async def office(self, complaint: Complaint) -> Office:
        found = await complaint_office.of(self.ward.db.reader, complaint.id)
        assert found is not None
        return found

    async def at(self, when: str) -> None:
        """Set the clock, and let what falls due happen and arrive."""
        self.ward.clock.at = at(when)
        for _ in range(3):
            await self.ward.tick()
            await self.ward.deliver()

    async def open(self, complaint: Complaint, user: int = OFFICER) -> Message:
        """Open it from the list, as its reader does; the page."""
        await self.ward.write(user, Command("complaints"))
        on = self.ward.chats[str(user)][-1]
        data = f"s:{_base36(complaint.id)}:{complaint.version}:xsee:anew"
        await self.ward.press(user, "", chat=user, data=data, message=on)
        return self.ward.card(user)

    async def press(self, label: str, user: int = OFFICER) -> str:
        """Press a button of the last page; what was written last then."""
        await self.ward.press(user, label, chat=user)
        return self.ward.last(user)

    async def type(self, text: str, user: int = OFFICER) -> str:
        """Type something; what was answered."""
        assert await self.ward.write(user, Said(text)), "nobody waits for words"
        return self.ward.last(user)

    async def forwarded(self, complaint: Complaint) -> Complaint:
        await self.open(complaint)
        await self.press("Органға жіберілді")
        return await self.now(complaint)

    async def registered(self, complaint: Complaint, typed: str = "ЖТ-1234/26 20.11.2026") -> Complaint:
        await self.forwarded(complaint)
        await self.press("Орган нөмірін енгізу")
        await self.type(typed)
        return await self.now(complaint)

    async def decided(
        self, complaint: Complaint, button: str = "Жауап беру", words: str = REASONS
    ) -> Complaint:
        await self.open(complaint)
        await self.press(button)
        await self.type(words)
        await self.press("Иә, бекітемін")
        return await self.now(complaint)

    async def with_holidays(self) -> None:
        """From now on the country has its holidays of 2026 and 2027."""
        folder = self.folder / "days"
        folder.mkdir()
        shutil.copy(HOLIDAYS, folder / "holidays.csv")
        loaded = await load(self.ward.db, folder, self.ward.clock.now())
        assert isinstance(loaded, Loaded), loaded

    def citizen(self) -> list[str]:
        """What the chat of whoever complained reads."""
        return self.ward.read(CITIZEN_CHAT)

    async def audited(self, action: str) -> list[tuple[str, str]]:
        """Who did that, and to what."""
        rows = await self.ward.db.reader.rows("audit_page", after=0, most=1000)
        return [(row[2], row[4]) for row in rows if row[3] == action]


def _base36(number: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    out = ""
    while number:
        number, rest = divmod(number, 36)
        out = digits[rest] + out
    return out or "0"


@asynccontextmanager
async def complaint_desk(folder: Path) -> AsyncIterator[Desk]:
    """An open clinic with an officer and an administrator; it is ten on Friday 20 November 2026."""
    async with ward(folder) as opened:
        desk = Desk(opened, folder)
        await desk.employ(OFFICER, "officer", "Омарова Гүлмира Бекқызы")
        await desk.employ(ADMINISTRATOR, "administrator", "Нұрланов Асқар")
        yield desk


__all__ = ["ADMINISTRATOR", "CITIZEN_CHAT", "HEAD", "OFFICER", "SECOND_OFFICER", "Desk", "complaint_desk"]
