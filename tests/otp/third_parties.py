"""Asking for somebody's consent as a matter would, with phones and chats at hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from bot.consents.composing import ConsentWords
from bot.consents.reading import read
from otp import third_party, third_party_answers
from otp.third_party import Wanted
from otp.third_party_answers import Answered, Said
from rules.iin import Iin
from rules.phone import Phone
from rules.third_party import Matter
from storage import consent_requests, conversations, outbox
from storage.addresses import Address
from storage.consent_requests import ConsentRequest
from storage.database import Database, Tx
from storage.outbox import Owed, Parcel
from tests.otp.asking import fresh_row
from tests.registry import CountingSecrets, HandClock

PHONE = "+77011234567"
ASKERS_PHONE = "+77017654321"
ASKERS_CHAT = Address("telegram", "811")
OWN_CHAT = Address("telegram", "700001")


@dataclass
class Desk:
    """Whoever asks, and whoever is asked."""

    db: Database
    clock: HandClock
    asker_id: int
    asker_iin: Iin
    secrets: CountingSecrets = field(default_factory=CountingSecrets)
    asked: int = 0

    def wanted(
        self,
        subject: Iin,
        matter: Matter = Matter.CENTRE,
        asker_id: int | None = None,
        clinic: int | None = None,
    ) -> Wanted:
        self.asked += 1
        series = "93" if matter is Matter.CENTRE else "94"
        asks = None if clinic else str(asker_id or self.asker_id)
        what = "narcology" if matter is Matter.CENTRE else "identity_card"
        purpose = "work" if matter is Matter.CENTRE else "identification"
        return Wanted(
            matter=matter,
            matter_id=self.asked,
            number=f"{series}-{self.asked:06d}",
            asker_id=asks,
            asker_clinic=clinic,
            asker_name="Ахметова А. С.",
            subject=subject,
            what=what,
            purpose=purpose,
            asker_chat=ASKERS_CHAT,
        )

    async def ask(self, wanted: Wanted) -> tuple[Parcel, ...]:
        now = self.clock.now()

        async def work(tx: Tx) -> tuple[Parcel, ...]:
            parcels = await third_party.ask(tx, wanted, now, self.secrets, ConsentWords())
            await outbox.put(tx, parcels, 1, now + timedelta(seconds=60), now)
            return parcels

        return await self.db.decide(work)

    async def code(self, subject: Iin, matter: Matter = Matter.CENTRE) -> tuple[str, ConsentRequest]:
        """Ask, read the SMS on the person's phone; the code, and the request."""
        wanted = self.wanted(subject, matter)
        sms, *_ = await self.ask(wanted)
        assert sms.address.channel == "sms", "no SMS goes out"
        return str(sms.body["text"])[4:10], await self.of(wanted)

    async def of(self, wanted: Wanted) -> ConsentRequest:
        request = await consent_requests.of_matter(self.db.reader, wanted.matter, wanted.matter_id)
        assert request is not None
        return request

    async def again(self, request: ConsentRequest) -> ConsentRequest:
        """The same request as it stands now."""
        fresh = await consent_requests.by_id(self.db.reader, request.id)
        assert fresh is not None
        return fresh

    async def reply(
        self, text: str, phone: str = PHONE, *, asked_last: bool = True, inbox_id: int | None = None
    ) -> Answered | None:
        """An SMS from that phone."""
        said, now = read(text), self.clock.now()
        if said is None:
            return None
        row = inbox_id or await fresh_row(self.db, Address("sms", phone), now)

        async def work(tx: Tx, said: Said = said) -> Answered | None:
            return await third_party_answers.compare_reply(
                tx, row, Phone(phone), said, now, asked_last=asked_last
            )

        return await self.db.decide(work)

    async def type(self, text: str, person_id: int, chat: Address = OWN_CHAT) -> Answered | None:
        """Six digits typed into a chat that was confirmed to be this person's."""
        said, now = read(text), self.clock.now()
        assert said is not None
        row = await fresh_row(self.db, chat, now)
        return await self.db.decide(
            lambda tx: third_party_answers.compare_typed(tx, row, chat, str(person_id), said, now)
        )

    async def confirm_chat(self, person_id: int, chat: Address = OWN_CHAT) -> None:
        """This chat has confirmed whose it is."""
        async with self.db.transaction() as tx:
            conversations.set_locale(tx, chat, "ru", self.clock.now())
            conversations.remember_confirmed(tx, chat, person_id, self.clock.now())

    async def holds(self, request: ConsentRequest) -> int | None:
        return await third_party.holds(self.db.reader, request.matter, request.matter_id, self.clock.now())


def text_of(owed: Owed | Parcel) -> str:
    """The words of an SMS."""
    return str(owed.body["text"])
