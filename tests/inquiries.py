"""Requests to the centres, brought to where tests start from: people, consents, rows."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.centres import office
from otp import third_party
from otp.third_party_answers import Answered, Said, compare_reply
from otp.wanted import Asked, Wanted
from rules.centre_info import (
    AboutWhom,
    Centre,
    Form,
    InfoPurpose,
    InfoStatus,
    Standing,
    Told,
    answer_due,
)
from rules.consent import Purpose
from rules.iin import Iin
from rules.phone import Phone
from rules.third_party import Matter, times
from storage import centres
from storage.addresses import Address
from storage.centres import Info, NewInfo, Result
from storage.database import Database
from storage.outbox import Parcel
from tests.otp.asking import CHAT, Counter, fresh_row
from tests.registry import CountingSecrets, HandClock, add_person

SUBJECTS_PHONE = "+77025556688"
FORM = Form(
    issued_on=date(2026, 11, 20),
    surname="Сейітова",
    name="Айгүл",
    patronymic="Қанатқызы",
    birth_date=date(1990, 5, 1),
    address="Абай, 1",
    told=Told.OBSERVATION,
    standing=Standing.ON,
    system_kk="Тіркелім",
    system_ru="Регистр",
)


@dataclass
class Inquiry:
    """A request, and who is behind it."""

    db: Database
    clock: HandClock
    asker_id: str
    asker: Iin
    consent_id: int
    id: int = 0
    subject_id: str | None = None
    code: str = ""

    async def now(self) -> Info:
        """The request as it stands."""
        found = await centres.by_id(self.db.reader, self.id)
        assert found is not None
        return found

    async def agree(self) -> Answered:
        """The person asked about sends the code back from their phone, and it counts."""
        answered = await self.answer()
        assert answered is not None
        return answered

    async def refuse(self) -> Answered:
        """They send it back with a no."""
        answered = await self.answer(yes=False)
        assert answered is not None
        return answered

    async def answer(self, *, yes: bool | None = None) -> Answered | None:
        """They send the code back, whatever it comes to."""
        row = await fresh_row(self.db, Address("sms", SUBJECTS_PHONE), self.clock.now())
        async with self.db.transaction() as tx:
            said = Said(self.code, yes=yes, code=self.code)
            phone = Phone(SUBJECTS_PHONE)
            return await compare_reply(tx, row, phone, said, self.clock.now(), asked_last=True)


async def asker(db: Database, clock: HandClock) -> Inquiry:
    """Somebody who has just confirmed who they are, for information of a centre."""
    person_id, iin = await add_person(db)
    confirmed = await Counter(db, clock, iin, purpose=Purpose.CENTRE_INFO).confirm()
    return Inquiry(db, clock, str(person_id), iin, confirmed.consent_id)


async def about_self(db: Database, clock: HandClock, centre: Centre = Centre.NARCOLOGY) -> Inquiry:
    """A request about oneself that the centre is to be asked."""
    made = await asker(db, clock)
    now = clock.now()
    new = new_info(made, now, centre)
    async with db.transaction() as tx:
        request = await centres.register(tx, new, now, f"person:{made.asker_id}")
        office.begin(tx, request.id, answer_due(now), now)
    made.id, made.subject_id = request.id, made.asker_id
    return made


async def about_other(db: Database, clock: HandClock, subject: Iin | None = None) -> Inquiry:
    """A request about another person, who has been asked for their consent; ``subject`` may be nobody's."""
    made = await asker(db, clock)
    subject_id: int | None = None
    if subject is None:
        subject_id, subject = await add_person(db, phone=SUBJECTS_PHONE, surname="Ахметова")
    now = clock.now()
    secrets = CountingSecrets()
    async with db.transaction() as tx:
        new = new_info(made, now, Centre.NARCOLOGY, subject, None if subject_id is None else str(subject_id))
        request = await centres.register(tx, new, now, f"person:{made.asker_id}")
        await third_party.ask(tx, _wanted(made, request, subject), now, secrets, Silent())
    made.id, made.code = request.id, secrets.codes[-1]
    made.subject_id = None if subject_id is None else str(subject_id)
    return made


def new_info(
    made: Inquiry, now: datetime, centre: Centre, other: Iin | None = None, subject_id: str | None = None
) -> NewInfo:
    oneself = other is None
    return NewInfo(
        centre=centre,
        about=AboutWhom.SELF if oneself else AboutWhom.OTHER,
        purpose=None if oneself else InfoPurpose.WORK,
        asker_id=made.asker_id,
        subject=other or made.asker,
        subject_id=made.asker_id if oneself else subject_id,
        chat=CHAT,
        locale="ru",
        consent_id=made.consent_id,
        signed_digest="d" * 16,
        signed_text="Проверьте запрос.",
        signed_message="7",
        status=InfoStatus.ASKING if oneself else InfoStatus.CONSENT,
        consent_due=None if oneself else times(Matter.CENTRE, now).ends_at,
        release_consent=made.consent_id if oneself else None,
        answer_due=answer_due(now) if oneself else None,
    )


def _wanted(made: Inquiry, request: Info, subject: Iin) -> Wanted:
    return Wanted(
        matter=Matter.CENTRE,
        matter_id=request.id,
        number=request.number,
        asker_id=made.asker_id,
        asker_clinic=None,
        asker_name="Сейітова А. Қ.",
        subject=subject,
        what=request.centre.value,
        purpose="work",
        asker_chat=CHAT,
    )


class Silent:
    """Nobody is written to: only the rows matter here."""

    def shown(self, asked: Asked, code: str) -> str:
        return f"{asked.wanted.number} {code}"

    def parcels(self, asked: Asked, code: str) -> tuple[Parcel, ...]:
        del asked, code
        return ()


async def issued(made: Inquiry, until: datetime, code: str = "7K3QDWV0XM") -> None:
    """The centre has answered."""
    async with made.db.transaction() as tx:
        request = await made.now()
        assert await centres.issue(tx, request, Result(FORM, code), until, made.clock.now())
