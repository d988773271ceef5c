"""Asking for codes as a conversation would, with every answer at hand."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from otp import codes
from otp.codes import Asking, Compared, Confirmed, DidNotMatch, Issued, Issuing
from rules.consent import Purpose
from rules.iin import Iin
from rules.people import Language
from storage import inbox, outbox
from storage.addresses import Address
from storage.database import Database
from storage.inbox import Arrival
from storage.outbox import Owed
from tests.registry import CountingSecrets, HandClock

CHAT = Address("telegram", "700001")


def sms(code: str, locale: Language, clinic_no: int | None) -> str:
    return f"{code} - {locale} - {clinic_no}"


@dataclass
class Counter:
    """One chat at the counter: asks for codes, types what it likes."""

    db: Database
    clock: HandClock
    subject: Iin
    address: Address = CHAT
    purpose: Purpose = Purpose.HOME_CALL
    conversation_id: int = 1
    details: bytes | None = None
    secrets: CountingSecrets = field(default_factory=CountingSecrets)

    @property
    def asking(self) -> Asking:
        return Asking(
            self.conversation_id, self.address, self.purpose, self.subject, "kk", self.details, "Келісемін"
        )

    async def ask(self) -> tuple[Issuing, tuple[Owed, ...]]:
        now = self.clock.now()
        async with self.db.transaction() as tx:
            issued = await codes.issue(tx, self.asking, now, self.secrets, sms)
            if not isinstance(issued, Issued):
                return issued, ()
            return issued, await outbox.put(tx, [issued.parcel], 1, now + timedelta(seconds=60), now)

    async def code(self) -> str:
        """Ask, and read the SMS."""
        issued, owed = await self.ask()
        assert isinstance(issued, Issued), issued
        assert owed[0].channel == "sms", "no SMS goes out"
        return str(owed[0].body["text"])[:6]

    async def row(self) -> int:
        """A fresh inbox row, as each typed message has its own."""
        return await fresh_row(self.db, self.address, self.clock.now())

    async def type(self, typed: str, inbox_id: int | None = None) -> Compared:
        row = await self.row() if inbox_id is None else inbox_id
        return await codes.compare(self.db, row, self.asking, typed, self.clock.now())

    async def confirm(self) -> Confirmed:
        compared = await self.type(await self.code())
        assert isinstance(compared, Confirmed)
        return compared


def wrong(code: str) -> str:
    """Another code than this one."""
    return f"{(int(code) + 1) % 1_000_000:06d}"


async def fresh_row(db: Database, address: Address, now: datetime) -> int:
    async with db.transaction() as tx:
        arrival = Arrival(address.channel, f"row-{db.ids.new()}", address, "typed", now)
        (row,) = await inbox.add(tx, [arrival], 1, now + timedelta(seconds=60))
        return row.id


DID_NOT_MATCH = DidNotMatch()
