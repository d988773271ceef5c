"""Somebody who complains, brought to where tests start from: confirmed, with a request of their own."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from bot.clock import SystemSecrets
from bot.complaints.decisions import ComplaintDecisions
from bot.complaints.office import ComplaintOffice
from bot.staff.cards import Cards
from bot.talk.registers import Registers
from bot.talk.standing import Decided, Pressed
from dialogs.complaint_drafts import ComplaintDraft, FeedbackDraft
from dialogs.drafts import Signed
from dialogs.engine import SentFile
from locales import render
from rules.complaints import AboutMatter, Addressee, AnswerWay, FilingWay, MatterKind
from rules.consent import Purpose
from rules.iin import Iin
from rules.public_services import PublicService
from storage import complaints, outbox, requests, staff
from storage.complaints import Complaint, ComplaintFile, Consented, Matter, NewComplaint
from storage.database import Database
from storage.outbox import Owed
from storage.requests import NewRequest, RegisteredRequest
from tests.otp.asking import CHAT, Counter
from tests.registry import HandClock, add_person

WORDS = "Врач не пришёл, трубку никто не взял."
ADDRESS = "Алматы, Абай даңғылы, 10-үй, 25-пәтер"
PHONE = "+77011234567"
OFFICER, HEAD = 701, 702
WORKER = 1
FILES = (
    SentFile("photo", "photo-1", mime="image/jpeg", size=90_000),
    SentFile("document", "paper-1", "выписка.pdf", "application/pdf", 300_000, "от врача"),
)


@dataclass
class Complainant:
    """A person of clinic 5 with a home call, and the chat in which they are confirmed."""

    db: Database
    clock: HandClock
    person_id: int
    iin: Iin
    consent_id: int
    request: RegisteredRequest
    registers: Registers
    conversation_id: int = 1

    @property
    def decisions(self) -> ComplaintDecisions:
        cards = Cards(render)
        return ComplaintDecisions(self.registers, ComplaintOffice(self.registers.directory, cards), cards)

    def draft(self, **changes: Any) -> ComplaintDraft:
        """A complaint about the request, as the dialog submits it."""
        draft = ComplaintDraft(
            caller_id=str(self.person_id),
            caller_version=1,
            consent_id=self.consent_id,
            clinic_no=5,
            matter=AboutMatter(MatterKind.REQUEST, self.request.id),
            addressee=Addressee.HEALTH,
            postal_address=ADDRESS,
            phone=PHONE,
            answer_way=AnswerWay.POST,
            words=WORDS,
            files=FILES,
            signed=Signed("digest", "Шағымды тексеріңіз.", "ru"),
        )
        return replace(draft, **changes)

    async def submit(self, draft: ComplaintDraft | FeedbackDraft) -> tuple[Any, tuple[Owed, ...]]:
        """What the deciding transaction makes of it: the receipt, and what is owed."""
        now = self.clock.now()
        pressed = Pressed(CHAT, self.conversation_id, 17, "ru", now)
        async with self.db.transaction() as tx:
            await self.registers.directory.refresh(tx)
            decided: Decided = await self.decisions.decide(tx, draft, pressed)
            owed = await outbox.put(tx, decided.parcels, WORKER, now, now)
        return decided.receipt, owed

    async def filed(self, **changes: Any) -> Complaint:
        """The same, and the complaint as it is kept then."""
        receipt, _ = await self.submit(self.draft(**changes))
        found = await complaints.by_id(self.db.reader, int(receipt["complaint_id"]))
        assert found is not None
        return found


async def complainant(db: Database, clock: HandClock, conversation_id: int = 1) -> Complainant:
    """Somebody with a home call of their own, confirmed for a complaint."""
    person_id, iin = await add_person(db)
    counter = Counter(db, clock, iin, purpose=Purpose.COMPLAINT, conversation_id=conversation_id)
    confirmed = await counter.confirm()
    request = await call_of(db, clock.now(), person_id)
    return Complainant(db, clock, person_id, iin, confirmed.consent_id, request, Registers(), conversation_id)


async def call_of(db: Database, now: datetime, person_id: int) -> RegisteredRequest:
    """A home call of that person's, to clinic 5."""
    new = NewRequest(
        clinic_no=5,
        service="home_call",
        address=CHAT,
        locale="ru",
        for_whom="self",
        status="registered",
        details={},
        patient_id=person_id,
        caller_id=person_id,
        answer_due=now,
        visit_day=now.date(),
    )
    async with db.transaction() as tx:
        return await requests.register(tx, new, now)


async def works(db: Database, telegram_id: int, role: Any, name: str | None, now: datetime) -> None:
    """Somebody of the clinic in one role, under a name if they gave one."""
    async with db.transaction() as tx:
        code = staff.new_code(tx, 5, role, "kk", now, SystemSecrets())
        await staff.redeem_person(tx, code, telegram_id, name, now)


def on_paper(**changes: Any) -> NewComplaint:
    """A complaint on paper, from somebody whom the registry does not know."""
    new = NewComplaint(
        clinic_no=5,
        way=FilingWay.POST,
        received_on=date(2026, 11, 20),
        addressee=Addressee.BOTH,
        answer_way=AnswerWay.HAND,
        full_name="Ахметов Ерлан",
        iin="580203293006",
        postal_address=ADDRESS,
        phone=PHONE,
        words=WORDS,
        locale="kk",
    )
    return replace(new, **changes)


def electronic(made: Complainant, matter: Matter | None = None, **changes: Any) -> NewComplaint:
    """A signed one of theirs, about their call if nothing else is said."""
    about = matter or Matter(MatterKind.REQUEST, made.request.id, PublicService.HOME_CALL)
    return on_paper(
        way=FilingWay.ELECTRONIC,
        person_id=str(made.person_id),
        chat=CHAT,
        matter=about,
        signed=Consented(made.consent_id, "digest", "Шағымды тексеріңіз.", "17"),
        files=(ComplaintFile("photo", "photo-1"), ComplaintFile("document", "paper-1", "выписка.pdf", "x")),
        **changes,
    )
