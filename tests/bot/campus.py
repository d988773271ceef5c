"""The medical college for the tests of its staff: the real registry, and chats as people read them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from bot.channels.events import Command
from bot.college import announcing
from bot.college.dossier import Dossier, Dossiers
from bot.college.joined import college_clocks
from bot.terms.escalation import City
from bot.ticks import Ticks
from dialogs.engine import Said, T
from locales import render
from rules.calendar import Holiday, HolidayKind, WorkingCalendar
from rules.iin import Iin
from rules.people import Language
from rules.training import COLLEGE, Asked, Stage, term_of
from storage import outbox, staff, training
from storage.addresses import Address
from storage.database import Database
from storage.people import iin_index
from storage.staff import NewMember
from storage.training import NewTraining, Signature, Training
from tests.bot import ward
from tests.bot.ward import CITIZEN, CITY, WORKER, Message, Ward
from tests.otp.asking import Counter
from tests.registry import HandClock, add_clinic, add_person, migrated_sqlite_url, registry

EXECUTOR, COLLEAGUE, HEAD = 901, 902, 903
FRIDAY_TEN = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
"""A Friday, ten in the morning in Almaty."""
DECIDED = date(2026, 11, 20)
NAME, ORIGINAL, TITLE = "Әлімова Айгүл Серікқызы", "ТКБ № 0123456", "Мейіргер ісі"
STORY = "Сумкамды автобуста ұмытып кеттім"
HOLIDAYS = (date(2026, 12, 16), date(2027, 1, 1), date(2027, 1, 2), date(2027, 1, 7))


@dataclass
class Campus:
    """The college with two of its staff and its head, and one graduate who is also in the registry."""

    ward: Ward
    person_id: int
    iin: Iin
    consent_id: int
    tongue: Language
    _serial: int = 0

    @property
    def db(self) -> Database:
        return self.ward.db

    @property
    def clock(self) -> HandClock:
        return self.ward.clock

    async def graduate(
        self, *, original: str = "", decided_on: date = DECIDED, iin: Iin | None = None
    ) -> int:
        """A line of the list of graduates; each of another year's course."""
        graduate_id, self._serial = self.db.ids.new(), self._serial + 1
        whose, keys = iin or self.iin, self.db.keys
        title = TITLE if self._serial == 1 else f"{TITLE} {self._serial}"
        async with self.db.transaction() as tx:
            tx.later(
                "load_graduate", id=graduate_id, iin_index=iin_index(keys, whose),
                iin=keys.seal(training.IIN, graduate_id, whose.digits),
                full_name=keys.seal(training.NAME, graduate_id, NAME),
                original_no=keys.seal(training.ORIGINAL, graduate_id, original) if original else None,
                programme="vocational", title=title, decided_on=decided_on.isoformat(),
            )  # fmt: skip
        return graduate_id

    async def asked(
        self, asked: Asked = Asked.MAIN, *, decided_on: date = DECIDED, chat: Address | None = None
    ) -> Training:
        """A request made in the citizen's chat, registered and announced as the deciding transaction does."""
        original = ORIGINAL if asked is Asked.DUPLICATE else ""
        graduate_id = await self.graduate(original=original, decided_on=decided_on)
        await self.ward.room.parts.directory.refresh(self.db.reader)
        now, calendar = self.clock.now(), self.ward.room.parts.directory.calendar
        term = term_of(asked, (now + timedelta(hours=5)).date(), decided_on, calendar)
        story = STORY if asked is Asked.DUPLICATE else ""
        signature = Signature(self.consent_id, "digest", "Мәтін", "12")
        new = NewTraining(
            asked, graduate_id, str(self.person_id), "electronic", chat or Address("telegram", str(CITIZEN)),
            self.tongue, term, story, signature,
        )  # fmt: skip
        async with self.db.transaction() as tx:
            made = await training.register(tx, new, now, f"person:{self.person_id}")
            owed = await outbox.put(tx, await announcing.announce(tx, made, now), WORKER, now, now)
        await self.ward.deliver(owed)
        return made

    async def dossier(self, request: Training) -> Dossier:
        found = await Dossiers().of(self.db.reader, request.id)
        assert found is not None
        return found

    async def stage(self, request: Training) -> Stage:
        return (await self.dossier(request)).stage

    # What its people do.

    def words(self, key: str, **values: object) -> str:
        return render(T(key, **values), self.tongue)  # type: ignore[arg-type]  # values as the catalogues take

    def page(self, user: int = EXECUTOR) -> Message:
        """The last message of that person's chat that has buttons."""
        return self.ward.card(user)

    async def press(self, key: str, user: int = EXECUTOR, **values: object) -> None:
        """Press the button with these words on the last page."""
        await self.ward.press(user, self.words(f"staff.button.{key}", **values), chat=user)

    async def forge(self, data: str, user: int = EXECUTOR) -> None:
        """Press a button that is not there."""
        await self.ward.press(user, "", chat=user, data=data, message=self.page(user))

    async def say(self, text: str, user: int = EXECUTOR) -> bool:
        return await self.ward.write(user, Said(text))

    async def open(self, request: Training, user: int = EXECUTOR) -> None:
        """Open the request from the list of everything open."""
        await self.ward.write(user, Command("college"))
        await self.ward.press(user, self.words("staff.button.college_all", count="").strip(), chat=user)
        await self.press("queue_open", user, number=request.number)

    def last(self, user: int = EXECUTOR) -> str:
        return self.ward.last(user)

    def told(self) -> list[str]:
        """What the citizen has read."""
        return self.ward.read(CITIZEN)

    async def at(self, when: datetime) -> None:
        """Let the clock go to that instant, with what falls due on the way at its end."""
        self.clock.at = when
        await self.ward.tick()
        await self.ward.deliver()

    # Ways through the stages.

    async def taken(self, request: Training) -> None:
        await self.open(request)
        await self.press("take")

    async def drafted_main(self, request: Training) -> None:
        await self.taken(request)
        for key in ("college_identity_card", "college_no_debt_proof", "college_to_drafted"):
            await self.press(key)

    async def noticed(self, lines: str = "Алматы ақшамы\n№ 135\n19.11.2026") -> None:
        """The notice of loss is entered, without its picture."""
        await self.press("college_notice")
        await self.say(lines)
        await self.press("stop_typing")

    async def decided(self, request: Training, on: str = "20.11.2026") -> None:
        await self.open(request, HEAD)
        await self.press("college_decision_head", HEAD)
        await self.say(on, HEAD)


@asynccontextmanager
async def campus(folder: Path, tongue: Language = "ru") -> AsyncIterator[Campus]:
    """An open college, and a calendar of two years."""
    clock = HandClock(FRIDAY_TEN)
    async with registry(migrated_sqlite_url(folder), clock, migrated=True) as db:
        yield await _furnished(db, clock, tongue)


async def _furnished(db: Database, clock: HandClock, tongue: Language) -> Campus:
    await add_clinic(db)
    async with db.transaction() as tx:
        tx.later(
            "load_clinic", no=COLLEGE, kind="college", name_ru="Медицинский колледж",
            name_kk="Медициналық колледж", short_ru="Медколледж", short_kk="Медколледж",
            address="Қабанбай батыр көшесі, 132", phones="+77272675905;+77272673662", norm=None,
            zone="Asia/Almaty", hours="09:00-18:00;-;-", lat=None, lon=None, features="", verified_on=None,
            rooms_exclusive=0, takes="everyone",
        )  # fmt: skip
        for day in HOLIDAYS:
            tx.later(
                "load_holiday", day=day.isoformat(), kind="holiday", name_ru="Праздник", name_kk="Мереке"
            )
        now = clock.now()
        for user, role in ((EXECUTOR, "college"), (COLLEAGUE, "college"), (HEAD, "head")):
            staff.join(tx, NewMember(user, COLLEGE, role, tongue), now)  # type: ignore[arg-type]  # a role
    person_id, iin = await add_person(db)
    consent = (await Counter(db, clock, iin).confirm()).consent_id
    house = ward.opened(db, clock)
    clocks = college_clocks(house.room.parts, house.bell, City(CITY))
    handlers = house.terms.handlers(dict(clocks.handlers()))
    house.ticks = Ticks(db, clock, WORKER, handlers, house.take, lambda: None)
    return Campus(house, person_id, iin, consent, tongue)


CALENDAR = WorkingCalendar([Holiday(day, HolidayKind.HOLIDAY, "", "") for day in HOLIDAYS])
