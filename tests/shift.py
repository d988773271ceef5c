"""A working day of three clinics on the virtual clock: citizens come, staff answer late, Telegram goes down.

Everybody acts through the sandbox, as people do. Who comes when, for what, and how long the staff take is
drawn from a seed, so that a day can be lived again.
"""

from __future__ import annotations

import asyncio
import csv
import random
import re
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bot.monthly.figures import Answers
from bot.monthly.month import Month, counted
from bot.town import StaffPerson, Town, group_of
from rules.law import Service
from storage import audit, feed, outbox, requests, verify
from storage.audit import Sound
from storage.registry import Directory
from storage.requests import RegisteredRequest
from tests.attachment_walks import ask_for
from tests.registry import made_up_iin
from tests.sandbox_server import ChatMessage
from tests.town import Person, RunningTown
from tests.visit_walks import book
from tests.walks import call

CLINICS = (1, 4, 5)
OPENING = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
"""Eight in the morning in Almaty, on a Friday; the doctors' days begin with it."""
SLICE = timedelta(minutes=10)
SLICES = 58
"""The last citizens come twenty minutes before calls are no longer taken for the day."""
OUTAGE = range(30, 36)
"""The hour from one o'clock, in slices."""
FLOODS = (6, 20, 44)
RESTART = 48

NUMBER = re.compile(r"\b\d{2}-\d{6}\b")
NEVER = 10**6
UNANSWERED = ("registered", "next_day")


@dataclass(frozen=True)
class CrowdedTown(Town):
    """A town with as many people more as come in a day, shared out among the clinics."""

    more: int = 0

    def furnish(self) -> tuple[StaffPerson, ...]:
        """The files of any town, and the people of the day."""
        staff = super().furnish()
        path = self.people / "people.csv"
        with path.open(encoding="utf-8-sig", newline="") as lines:
            known = list(csv.DictReader(lines))
        chance = random.Random(self.more)
        known += [_resident(known[0], at, chance) for at in range(self.more)]
        with path.open("w", encoding="utf-8", newline="") as lines:
            writer = csv.DictWriter(lines, list(known[0]))
            writer.writeheader()
            writer.writerows(known)
        return staff


def _resident(like: dict[str, str], at: int, chance: random.Random) -> dict[str, str]:
    return {
        **like,
        "iin": _iins()[at],
        "name": "Айгүл",
        "birth_date": "1890-05-01",
        "phone": f"+7747{7_000_000 + at}",
        "language": chance.choice(("kk", "ru")),
        "clinic_no": str(CLINICS[at % len(CLINICS)]),
        "attached_on": date(2019, 3, 11).isoformat(),
    }


_MADE: list[str] = []


def _iins() -> list[str]:
    while len(_MADE) < 1_000:
        _MADE.append(made_up_iin().digits)
    return _MADE


@dataclass(frozen=True)
class Visit:
    """Who comes in which slice, for what, and after how many slices the staff answer."""

    at: int
    iin: str
    clinic_no: int
    service: Service
    answered_after: int
    refused: bool


def drawn(count: int, seed: int) -> list[Visit]:
    """The day's visits. Nobody comes while Telegram is down: nothing that they write arrives.

    Just before, two come to each clinic whom nobody answers in time, so that their terms run out in it.
    """
    chance = random.Random(seed)
    open_slices = [at for at in range(SLICES) if at not in OUTAGE]
    first = [
        Visit(
            at=OUTAGE.start - 1,
            iin=_iins()[number],
            clinic_no=CLINICS[number % len(CLINICS)],
            service=Service.HOME_CALL,
            answered_after=after,
            refused=False,
        )
        for number, after in enumerate((8, 8, 8, NEVER, NEVER, NEVER))
    ]
    return first + [
        Visit(
            at=chance.choice(open_slices),
            iin=_iins()[number],
            clinic_no=CLINICS[number % len(CLINICS)],
            service=chance.choices(tuple(Service), (5, 3, 2))[0],
            # Some at once, some after the term, some never.
            answered_after=chance.choices((0, 1, 2, 4, 9, NEVER), (30, 25, 20, 10, 5, 10))[0],
            refused=chance.random() < 0.1,
        )
        for number in range(len(first), count)
    ]


@dataclass
class Shift:
    """The day as it is lived."""

    town: RunningTown
    visits: list[Visit]
    asked: dict[str, Visit] = field(default_factory=dict)
    answers: dict[int, list[str]] = field(default_factory=dict)
    held_up: int = 0
    wrote_in_vain: Person | None = None

    async def live(self) -> None:
        """From opening until the next day's first hours."""
        for at in range(SLICES):
            await self._events(at)
            coming = [one for one in self.visits if one.at == at]
            for one in coming:
                await self._come(one)
            if at not in OUTAGE:
                await self._answer(at)
            await self._wait(at)
        for at in range(SLICES, SLICES + 12):
            await self._answer(at)
            await self.town.advance(SLICE.total_seconds())
        for hour in ("20T20:30", "21T09:05", "21T09:45", "21T14:30"):
            await self.town.set_time(f"2026-11-{hour}:00")

    async def _events(self, at: int) -> None:
        if at in FLOODS:
            await self.town.sandbox.fault("telegram_429", calls=3, retry_after=1)
        if at == OUTAGE.start:
            await self.town.sandbox.fault("telegram_down")
            self.wrote_in_vain = await self.town.stranger()
            await self.town.sandbox.say(self.wrote_in_vain.id, "/start")
        if at == OUTAGE.stop:
            self.held_up = await self.owed()
            await self.town.sandbox.clear_faults()
            await self._until_up()
        if at == RESTART:
            await self.town.stop_bot()
            await self.town.start_bot()

    async def _wait(self, at: int) -> None:
        """Ten minutes pass. While Telegram is down nothing comes to rest: what is owed stays owed."""
        if at not in OUTAGE:
            await self.town.advance(SLICE.total_seconds())
            return
        await self.town.sandbox.advance(SLICE.total_seconds())
        await self.town.app.ticks.tick_now()
        await asyncio.sleep(0.02)

    async def _until_up(self) -> None:
        """The gateway finds out by itself, at the pace at which it asks."""
        for _ in range(600):
            await self.town.app.courier.sweep()
            await asyncio.sleep(0.1)
            if not await self.owed():
                return
        raise AssertionError("Telegram is up again, and messages are still waiting")

    async def owed(self) -> int:
        """How many messages still wait for Telegram."""
        counted = await outbox.counts(self.town.app.db.reader)
        return counted.get(("telegram", "waiting"), 0)

    async def _come(self, visit: Visit) -> None:
        known = await self.town.sandbox.person(visit.iin)
        person = Person(
            self.town,
            int(known["telegram_id"]),
            "citizen",
            known["language"],
            known["phone"],
            visit.iin,
            known,
        )
        shown = await self._ask(person, visit)
        found = NUMBER.search(shown.text)
        assert found is not None, (visit, shown.text)
        self.asked[found[0]] = visit
        self.answers.setdefault(visit.at + visit.answered_after, []).append(found[0])

    async def _ask(self, person: Person, visit: Visit) -> ChatMessage:
        match visit.service:
            case Service.HOME_CALL:
                return await call(person)
            case Service.APPOINTMENT:
                return await book(person)
            case Service.ATTACHMENT:
                # The next clinic of the three: nobody is attached where they are already.
                return await ask_for(person, str(self._next_of(visit.clinic_no)))

    def _next_of(self, clinic_no: int) -> int:
        return CLINICS[(CLINICS.index(clinic_no) + 1) % len(CLINICS)]

    async def _answer(self, at: int) -> None:
        """The registrars press what is their turn now; what fell into the outage comes after it."""
        due = [number for turn in sorted(self.answers) if turn <= at for number in self.answers[turn]]
        self.answers = {turn: numbers for turn, numbers in self.answers.items() if turn > at}
        for number in due:
            request = await self.request(number)
            if request.status in UNANSWERED:
                await self._press(request, refuse=self.asked[number].refused)

    async def _press(self, request: RegisteredRequest, *, refuse: bool) -> None:
        """Answer from the card in the group: the first button, and again the first, until it is answered."""
        registrar, chat = self.town.of_staff(request.clinic_no, "registrar"), group_of(request.clinic_no)
        accept = "attach" if request.service == Service.ATTACHMENT else "accept"
        wanted = registrar.words(f"staff.button.{'refuse' if refuse else accept}")
        for _ in range(4):
            card = await self.card(request)
            assert card is not None
            label = wanted if wanted in card.labels else card.labels[0]
            await self.town.sandbox.press(registrar.id, label=label, message=card.message_id, chat=chat)
            await self.town.rest()
            if (await self.request(request.number)).status not in UNANSWERED:
                return
        raise AssertionError((request, (await self.card(request)) or "no card"))

    async def request(self, number: str) -> RegisteredRequest:
        found = await requests.by_number(self.town.app.db.reader, number)
        assert found is not None
        return found

    async def card(self, request: RegisteredRequest) -> ChatMessage | None:
        """The request's message in its group."""
        chat = group_of(request.clinic_no)
        posted = await feed.card(self.town.app.db.reader, request.id, chat)
        assert posted is not None, request
        messages = await self.town.sandbox.messages(chat, bot_only=True)
        return next((one for one in messages if one.message_id == posted.message_id), None)


async def check(shift: Shift) -> Counter[str]:
    """What must hold at the end of such a day; how many requests came to what."""
    town, reader = shift.town, shift.town.app.db.reader
    came_to: Counter[str] = Counter()
    heads = {clinic_no: await _read_by_head(town, clinic_no) for clinic_no in CLINICS}
    assert len(shift.asked) == len(shift.visits)
    # What fell into the outage was held up, and lost neither on the way out nor on the way in.
    assert shift.held_up >= 2 * len(CLINICS)
    assert shift.wrote_in_vain is not None
    assert await shift.wrote_in_vain.messages()
    for number in shift.asked:
        request = await shift.request(number)
        marks = await requests.marks(reader, request.id)
        late = any(mark.note_code == "overdue" for mark in marks)
        answered = request.status not in UNANSWERED
        # Every request is answered, or its head was told of it.
        assert answered or (late and number in heads[request.clinic_no]), (number, request, marks)
        came_to["late" if late else "in_time"] += 1
        came_to["answered" if answered else "escalated"] += 1
    await _check_feed(shift)
    report = await verify.verify(town.app.db)
    assert report.sound, report
    assert isinstance(await audit.verify(reader), Sound)
    await _check_journals(shift)
    await _check_figures(shift, came_to)
    assert await shift.owed() == 0
    return came_to


async def _check_figures(shift: Shift, came_to: Counter[str]) -> None:
    """The month's figures say of this day what its requests themselves say."""
    db, directory = shift.town.app.db, Directory()
    await directory.refresh(db.reader)
    total = Answers()
    for clinic_no in CLINICS:
        clinic = directory.clinics[clinic_no]
        one = (await counted(db.reader, clinic, Month.of(OPENING.date()), db.clock.now())).total
        total = Answers(total.in_time + one.in_time, total.late + one.late, total.waiting + one.waiting)
    assert (total.late, total.waiting) == (came_to["late"], 0)
    assert total.registered == len(shift.asked)


async def _read_by_head(town: RunningTown, clinic_no: int) -> str:
    messages = await town.of_staff(clinic_no, "head").messages()
    return "\n".join(message.text for message in messages)


async def _check_feed(shift: Shift) -> None:
    """One message for each request, in the group of its clinic and in no other."""
    heads: Counter[tuple[int, str]] = Counter()
    for clinic_no in CLINICS:
        chat = group_of(clinic_no)
        cards = {await _card_of(shift, number, chat) for number in shift.asked} - {None}
        for message in await shift.town.sandbox.messages(chat, bot_only=True):
            if message.message_id in cards:
                found = NUMBER.search(message.text)
                assert found is not None
                heads[clinic_no, found[0]] += 1
    assert {number for _, number in heads} == set(shift.asked)
    assert set(heads.values()) == {1}
    assert all(int(number[:2]) == clinic_no for clinic_no, number in heads)
    owed = rows_of(shift.town, "SELECT count(*) FROM outbox WHERE kind = 'card' GROUP BY request_id")
    assert set(owed) == {(1,)}


async def _card_of(shift: Shift, number: str, chat: int) -> int | None:
    request = await shift.request(number)
    posted = await feed.card(shift.town.app.db.reader, request.id, chat)
    return None if posted is None else posted.message_id


def rows_of(town: RunningTown, query: str) -> list[Any]:
    """What the registry's own file says."""
    with closing(sqlite3.connect(f"file:{town.registry}?mode=ro", uri=True)) as connection:
        return connection.execute(query).fetchall()


async def _check_journals(shift: Shift) -> None:
    """Numbers from 1 to the last, in every journal of every clinic."""
    entered: dict[tuple[int, str], list[int]] = {}
    for clinic_no, register, no in rows_of(
        shift.town, "SELECT clinic_no, register, no FROM journal ORDER BY clinic_no, register, year, no"
    ):
        entered.setdefault((clinic_no, register), []).append(no)
    assert {clinic_no for clinic_no, _ in entered} >= set(CLINICS)
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in entered.values())
