"""A ward that can ask for digital documents: the sandbox's service beside it, and a holder with a phone."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from aiohttp import ClientSession, ClientTimeout, web
from aiohttp.test_utils import TestServer

from bot.channels.events import StaffPress
from bot.consents.outcomes import Outcomes
from bot.documents.office import DocumentOffice
from bot.documents.room import document_steps
from bot.documents.service import HttpDocuments
from bot.staff.press import Press, Verb
from bot.staff.room import StaffRoom
from bot.ticks import Ticks
from bot.watch import Watch
from otp import third_party_answers as answers
from otp.third_party_answers import Answered, Said
from rules.iin import Iin
from rules.phone import Phone
from rules.third_party import ConsentOutcome, Matter
from sandbox import DOCUMENTS_TOKEN
from sandbox.clock import SandboxClock
from sandbox.documents import Documents
from sandbox.events import EventLog
from sandbox.people import Person
from storage import consent_requests, documents, outbox, people
from storage.documents import DocumentRequest
from storage.outbox import Parcel
from storage.registry import Directory
from storage.requests import RegisteredRequest
from tests.bot.ward import REGISTRAR, WORKER, Message, Ward, ward

PHONE = "+77011234567"
CODE = re.compile(r"(?<![0-9-])[0-9]{6}(?![0-9])")


class Alarms(Watch):
    """Remembers what was alerted."""

    def __init__(self) -> None:
        super().__init__()
        self.rung: list[str] = []

    def alert(self, what: str, **ids: object) -> None:
        self.rung.append(what)


@dataclass
class Digital:
    """The ward, the service, and the office between them."""

    ward: Ward
    service: Documents
    office: DocumentOffice
    alarms: Alarms

    async def called(self, *, locale: str = "kk") -> RegisteredRequest:
        """A citizen's call, whose patient the service knows as the registry does."""
        request = await self.ward.call(locale=locale)
        holder = await people.by_id(self.ward.db.reader, request.patient_id or 0)
        assert holder is not None
        self.known(holder.iin)
        return request

    def known(self, iin: Iin, surname: str = "Сейітова", born: date = date(1990, 5, 1)) -> None:
        """Let the service have the documents of somebody with a smartphone."""
        one = Person(1, iin.digits, surname, "Айгүл", "Қанатқызы", born, PHONE, "kk", "5", "Абай, 1")
        there = (*self.service.people(), one)
        self.service.people = lambda: there

    def later(self, **by: float) -> None:
        """Time passes."""
        self.ward.clock.at += timedelta(**by)

    async def page(self, request: RegisteredRequest, user: int = REGISTRAR) -> Message:
        """The page of the request's documents in this person's own chat."""
        data = str(Press(request.id, request.version, Verb.DOCUMENT))
        await self.ward.send(lambda row: StaffPress(row, user, user, data, "c", None, private=True))
        return self.newest(user)

    async def press(self, label: str, user: int = REGISTRAR) -> Message:
        """Press a button of the newest message of the chat that has it."""
        chats = self.ward.chats[str(user)]
        on = next(one for one in reversed(chats) if any(label in read for read, _ in one.buttons))
        await self.ward.press(user, label, chat=user, message=on)
        return on

    def newest(self, user: int = REGISTRAR) -> Message:
        return self.ward.chats[str(user)][-1]

    async def ask(self, request: RegisteredRequest) -> DocumentRequest:
        """Ask for the patient's identity card, to see who it is."""
        await self.page(request)
        await self.press("Куәлік: пациент")
        await self.press("Жеке басын анықтау")
        return await self.of(request)

    async def of(self, request: RegisteredRequest) -> DocumentRequest:
        """The newest document asked for about the request."""
        return (await documents.of_request(self.ward.db.reader, request.id))[-1]

    def code(self) -> str:
        """The code on the holder's phone."""
        found = [match[0] for text in self.ward.read(PHONE) if (match := CODE.search(text))]
        return found[-1]

    async def reply(self, code: str, phone: str = PHONE, *, yes: bool | None = None) -> Answered | None:
        """The holder answers the SMS; what follows is carried out as the service does."""
        inbox_id, now = await self.ward.received(), self.ward.clock.now()
        outcomes = Outcomes({Matter.DOCUMENT: self.office.steps})
        async with self.ward.db.transaction() as tx:
            said = Said(f"{code} {yes}", yes=yes, code=code)
            answered = await answers.compare_reply(
                tx, inbox_id, Phone.parse(phone), said, now, asked_last=True
            )
            parcels: tuple[Parcel, ...] = ()
            if answered is not None and answered.answer == "given" and answered.request is not None:
                parcels = tuple(await outcomes.decided(tx, answered.request, ConsentOutcome.GIVEN, now))
            owed = await outbox.put(tx, parcels, WORKER, now, now)
        await self.ward.deliver(owed)
        return answered

    async def ended(self, document: DocumentRequest) -> None:
        """The consent's own clock rings."""
        now = self.ward.clock.now()
        outcomes = Outcomes({Matter.DOCUMENT: self.office.steps})
        async with self.ward.db.transaction() as tx:
            asked = await consent_requests.of_matter(tx, Matter.DOCUMENT, document.id)
            assert asked is not None
            told = await answers.end(tx, asked.id, now)
            assert told is not None
            owed = await outbox.put(tx, await outcomes.decided(tx, *told, now), WORKER, now, now)
        await self.ward.deliver(owed)

    async def withdraw(self, document: DocumentRequest) -> None:
        """The holder takes the consent back."""
        now = self.ward.clock.now()
        outcomes = Outcomes({Matter.DOCUMENT: self.office.steps})
        async with self.ward.db.transaction() as tx:
            asked = await consent_requests.of_matter(tx, Matter.DOCUMENT, document.id)
            assert asked is not None
            assert asked.answers_id is not None
            _, parcels = await outcomes.withdraw(tx, asked.id, asked.answers_id, now)
            owed = await outbox.put(tx, parcels, WORKER, now, now)
        await self.ward.deliver(owed)

    async def fetched(self) -> None:
        """What fell due, done: the service asked, and what it said shown."""
        await self.ward.tick()
        await self.office.in_hand.do_waiting()
        await self.ward.deliver()

    async def consented(self) -> tuple[RegisteredRequest, DocumentRequest]:
        """A document asked for, whose holder has agreed."""
        request = await self.called()
        await self.ask(request)
        answered = await self.reply(self.code())
        assert answered is not None
        assert answered.answer == "given"
        return request, await self.of(request)


@asynccontextmanager
async def digital(folder: Path) -> AsyncIterator[Digital]:
    """The ward with its service."""
    async with ward(folder) as opened:
        room = StaffRoom(opened.db, Directory(), opened.clock, WORKER, opened.bell, digital=True)
        opened.room = room
        clock = SandboxClock(opened.clock.now())
        service = Documents(clock, EventLog(), lambda: ())
        app = web.Application()
        app.add_routes(service.routes())
        alarms = Alarms()
        async with TestServer(app) as server, ClientSession() as session:
            url = str(server.make_url("")).rstrip("/")
            port = HttpDocuments(session, url, DOCUMENTS_TOKEN, ClientTimeout(total=2))
            office = DocumentOffice(opened.db, port, document_steps(room.parts), alarms, opened.take, WORKER)
            handlers = {**dict(opened.ticks._handlers), **office.handlers()}
            opened.ticks = Ticks(opened.db, opened.clock, WORKER, handlers, opened.take, lambda: None)
            yield Digital(opened, service, office, alarms)
