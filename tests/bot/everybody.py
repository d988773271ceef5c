"""Two clinics with one person for each role, something for each button to be on, and presses undone again."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from bot.channels.events import CitizenEvent, Command, StaffPress
from bot.channels.painting import in_base36
from bot.channels.reactions import Reaction
from bot.staff.press import NO_REQUEST, Press, Verb, doctor_key
from bot.staff.room import StaffRoom
from rules.channels import Channel
from rules.documents import DocumentKind, DocumentPurpose
from rules.impartiality import CITY
from rules.law import Service
from rules.people import Language
from rules.staff_roles import ROLES, Role
from rules.training import COLLEGE, Asked
from storage import complaint_office, complaints, desk, documents, requests, staff
from storage.addresses import Address
from storage.database import Tx
from storage.desk import ByPaper, Case
from storage.documents import NewDocument
from storage.registry import Directory
from storage.requests import RegisteredRequest
from storage.staff import NewMember
from tests.bot.enrolling import Enrolling, enrolling
from tests.bot.ward import GROUP, HEAD, REGISTRAR, WORKER, Ward
from tests.complainants import on_paper
from tests.monitored import asked_of_college
from tests.registry import add_clinic, made_up_iin

OWN: Mapping[Role, int] = {role: 1000 + number for number, role in enumerate(ROLES)}
OTHERS: Mapping[Role, int] = {role: 2000 + number for number, role in enumerate(ROLES)}
NOBODY, HAS_LEFT = 3000, 3001
REFUSED = frozenset({"forged", "wrong_role", "not_linked"})
THERAPIST = "501"
"""Who the doctor of clinic 5 is."""


@dataclass(frozen=True)
class Answer:
    """What somebody was answered: the outcome, and all that would have been sent."""

    outcome: str
    texts: tuple[str, ...]

    @property
    def is_refusal(self) -> bool:
        return self.outcome in REFUSED


class _Undone(Exception):
    """Nothing that was tried stays."""

    def __init__(self, reaction: Reaction) -> None:
        super().__init__()
        self.reaction = reaction


@dataclass
class Everybody:
    """The clinics, and the requests of clinic 5 by what they are called in the matrix."""

    enrolling: Enrolling
    subjects: dict[str, int] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)

    @property
    def ward(self) -> Ward:
        return self.enrolling.ward

    async def furnish(self) -> None:
        """People first, then one request of each kind."""
        now = self.ward.clock.now()
        async with self.ward.db.transaction() as tx:
            for role in ROLES:
                staff.join(tx, NewMember(OWN[role], 5, role, "kk"), now)
                staff.join(tx, NewMember(OTHERS[role], 6, role, "kk"), now)
                staff.join(tx, NewMember(HAS_LEFT, 5, role, "kk"), now)
            assert await staff.is_doctor(tx, OWN["doctor"], 5, THERAPIST)
            assert await staff.leave(tx, HAS_LEFT, 5, "operator", now)
        await self._refused_call()
        self.keep("confirmed", await self.ward.accepted(await self.ward.call(locale="ru"), "12:00"))
        on_way = await self.ward.accepted(await self.ward.call(locale="ru"), "12:00")
        await self.ward.press(HEAD, "Дәрігер жолда")
        self.keep("on_way", await self.ward.request(on_way))
        self.keep("call", await self.ward.call())
        booking = await self.enrolling.surgery.book()
        self.subjects["booking"], self.versions["booking"] = booking.id, booking.version
        self.keep("attachment", await self.enrolling.ask(await self.enrolling.person()))
        await self._at_the_desk()
        await self._documents()
        await self._complaint()
        await self._training()

    def keep(self, name: str, request: RegisteredRequest) -> None:
        self.subjects[name], self.versions[name] = request.id, request.version

    async def _refused_call(self) -> None:
        call = await self.ward.call()
        for label in ("Бас тарту", "Бекітілмеген", "Иә, бас тарту"):
            await self.ward.press(REGISTRAR, label)
        self.keep("refused", await self.ward.request(call))

    async def _at_the_desk(self) -> None:
        """A case in which the open call was entered, and somebody whom the head identified by paper."""
        db, now = self.ward.db, self.ward.clock.now()
        case = Case(db.ids.new(), 5, REGISTRAR, Channel.PHONE, Service.HOME_CALL, "kk", now, now)
        paper = ByPaper(
            made_up_iin(), "Сейітова", "Айгүл", "", now.date() - timedelta(days=9000), "+77011234567", "1"
        )
        async with db.transaction() as tx:
            desk.open_case(tx, case)
            _, identity = await desk.identify_by_hand(tx, paper, 5, HEAD, now + timedelta(days=1), now)
            self.subjects["identity"] = identity
        other = await self.ward.call(for_whom="other")
        async with db.transaction() as tx:
            await desk.end(tx, case.id, "registered", now)
        with sqlite3.connect(self.enrolling.folder / "registry.sqlite") as raw:
            raw.execute("UPDATE requests SET desk_case = ? WHERE id = ?", (case.id, other.id))
        self.keep("desk", other)

    async def _documents(self) -> None:
        """A digital document that the registrar has asked for; from now on there is a service of them."""
        ward = self.ward
        ward.room = StaffRoom(ward.db, Directory(), ward.clock, WORKER, ward.bell, digital=True)
        async with ward.db.transaction() as tx:
            request = await requests.by_id(tx, self.subjects["call"])
            assert request is not None
            assert request.patient_id is not None
            # About another request of theirs: so that the open one can still be asked about.
            asked = NewDocument(
                5, OWN["registrar"], "kk", request.patient_id, DocumentKind.IDENTITY_CARD,
                DocumentPurpose.IDENTIFICATION, request_id=self.subjects["refused"],
            )  # fmt: skip
            self.subjects["document"] = (await documents.ask(tx, asked, ward.clock.now())).id

    async def _complaint(self) -> None:
        """One that was left lying so long that it is open to everybody who may carry complaints."""
        now, office = self.ward.clock.now(), self.ward.room.parts.complaints
        async with self.ward.db.transaction() as tx:
            complaint = await complaints.register(tx, on_paper(), now, "operator")
            await office.arrived(tx, complaint, now)
            complaint_office.escalate(tx, complaint.id, CITY - 1)
        self.subjects["complaint"], self.versions["complaint"] = complaint.id, complaint.version

    async def _training(self) -> None:
        """A request for a duplicate, as if clinic 5 were the college: its people are asked."""
        db = self.ward.db
        await add_clinic(db, COLLEGE)
        request = await asked_of_college(db, self.ward.clock.now(), Asked.DUPLICATE)
        with sqlite3.connect(self.enrolling.folder / "registry.sqlite") as raw:
            raw.execute("UPDATE training_requests SET clinic_no = 5 WHERE id = ?", (request.id,))
        self.subjects["training"], self.versions["training"] = request.id, request.version

    def press(self, verb: Verb, subject: str, args: Sequence[str]) -> str:
        """The data of the button; without a subject it is of clinic 5 itself."""
        if subject == "":
            return str(Press(NO_REQUEST, 5, verb, tuple(args)))
        return str(Press(self.subjects[subject], self.versions[subject], verb, tuple(args)))

    async def pressed(self, user: int, data: str, *, group: bool = False) -> Answer:
        """What a press comes to, which is then undone."""
        chat = GROUP if group else user
        event = StaffPress(0, chat, user, data, "c", None, not group)
        return await self._tried(lambda tx: self.ward.room._presses.answer(tx, event, self.ward.clock.now()))

    async def commanded(self, user: int, name: str) -> Answer:
        """What a command in private comes to, which is then undone."""
        event = CitizenEvent(0, Address("telegram", str(user)), user, user, Command(name))
        assert await self.ward.room.handles(event)
        return await self._tried(lambda tx: self.ward.room._react(tx, event, self.ward.clock.now()))

    async def _tried(self, do: Callable[[Tx], Awaitable[Reaction]]) -> Answer:
        try:
            async with self.ward.db.transaction() as tx:
                raise _Undone(await do(tx))
        except _Undone as undone:
            parcels = undone.reaction.parcels
            texts = tuple(json.dumps(dict(one.body), ensure_ascii=False, default=str) for one in parcels)
            return Answer(undone.reaction.outcome, texts)


@asynccontextmanager
async def everybody(folder: Path, tongue: Language = "kk") -> AsyncIterator[Everybody]:
    """Both clinics, furnished."""
    async with enrolling(folder, tongue) as opened:
        house = Everybody(opened)
        await house.furnish()
        yield house


def of_identity(house: Everybody) -> str:
    return in_base36(house.subjects["identity"])


def of_document(house: Everybody) -> str:
    return in_base36(house.subjects["document"])


def therapist() -> str:
    return doctor_key(THERAPIST)
