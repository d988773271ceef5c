"""What an operator hands over, written down before it is answered: receipts, and SMS of people.

``deliver_sm`` has no id of its own, so nothing tells by itself that one is handed over again. An operator
does that after a link that ended before our answer arrived; so whatever was written down last before the end
of a link is looked for at the beginning of the next, and is then answered without being written down twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Final

import smpp34
import structlog

from bot.channels.intake import Intake
from bot.channels.sms import arrival_of
from bot.sending.reports import Reports
from bot.smpp.errors import RECEIPT_POLICIES, TAKEN
from bot.smpp.link import FOR_GOOD, NOT_NOW
from bot.smpp.reading import Other, Receipt, Said, read
from bot.watch import Watch
from dialogs.engine import Unavailable
from rules.clock import Clock
from storage import inbox, sms_parts
from storage.database import Database, Tx
from storage.instants import micros
from storage.sms_parts import Part

LOOKED_BACK: Final = timedelta(days=7)
"""How long before a bind something may have been written down and be handed over again: we may have been away
for days, and operators keep for days what was not answered."""
AT_THE_END: Final = timedelta(seconds=5)
"""What came in so short a time before the last message of a link may have lost its answer with it."""
AGAIN_WITHIN: Final = timedelta(minutes=1)
"""For how long after a bind operators hand over again. The three are our judgement."""
BEHIND: Final = "smpp:g"
"""Stands after every external id of ours, which go on in hexadecimal."""
MOST_PARTS: Final = 20
_DIGEST: Final = 16

log = structlog.get_logger()


class Inbound:
    """Takes what is handed over; its answers are statuses of SMPP."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        intake: Intake,
        reports: Reports,
        watch: Watch,
        id_in_receipt: Callable[[str], str],
    ) -> None:
        self._db = db
        self._clock = clock
        self._intake = intake
        self._reports = reports
        self._watch = watch
        self._id_in_receipt = id_in_receipt
        self._again: Counter[str] = Counter()
        self._began = clock.now()

    async def begin(self) -> None:
        """Look, after a bind, what may be handed over again. Raises ``Unavailable``."""
        self._began = self._clock.now()
        self._again.clear()
        last = await inbox.last_id(self._db.reader, "sms", _id(micros(self._began - LOOKED_BACK), ""), BEHIND)
        if last is not None:
            first = _id(_at(last) - AT_THE_END // timedelta(microseconds=1), "")
            ids = await inbox.ids_between(self._db.reader, "sms", first, BEHIND)
            self._again.update(one.rpartition(":")[2] for one in ids)

    async def take(self, pdu: smpp34.DeliverSm) -> int:
        """Write one down; the operator keeps what could not be."""
        try:
            match read(pdu):
                case Receipt() as receipt:
                    return await self._receipt(receipt)
                case Said() as said:
                    return await self._said(said)
                case Other():
                    return TAKEN
        except Unavailable:
            self._watch.webhook_refused("smpp", "not_kept")
            return NOT_NOW

    async def _receipt(self, receipt: Receipt) -> int:
        if receipt.outcome is not None:
            code = f"smpp_{receipt.code}" if receipt.code else None
            policy = RECEIPT_POLICIES.get(receipt.code)
            await self._reports.note(self._id_in_receipt(receipt.message_id), receipt.outcome, code, policy)
        return TAKEN

    async def _said(self, said: Said) -> int:
        if said.total > MOST_PARTS:
            self._watch.webhook_refused("smpp", "too_long")
            return FOR_GOOD
        if said.total == 1:
            await self._accept(said, said.text)
            return TAKEN
        message = f"{said.sender}|{said.recipient}|{said.reference}|{said.total}"
        part = Part(message, said.number, said.total, said.text)
        whole = await self._db.decide(lambda tx: sms_parts.keep(tx, part, self._clock.now()))
        if whole is not None:
            await self._accept(said, whole)
            # The words are written down: were the part not taken now, they would come a second time.
            with suppress(Unavailable):
                await self._db.decide(lambda tx: _forget(tx, message))
        return TAKEN

    async def _accept(self, said: Said, text: str) -> None:
        now = self._clock.now()
        digest = self._digest(said, text)
        if self._is_again(digest):
            log.info("smpp.handed_over_again")
            return
        external_id = _id(micros(now), digest)
        form = {"From": said.sender, "Body": text, "MessageSid": external_id}
        await self._intake.accept((arrival_of(form, now),))

    def _is_again(self, digest: str) -> bool:
        if self._clock.now() - self._began > AGAIN_WITHIN:
            self._again.clear()
        if not self._again[digest]:
            return False
        self._again[digest] -= 1
        return True

    def _digest(self, said: Said, text: str) -> str:
        # Keyed: an id stands in the clear, and must not tell a phone or its words to whoever tries some.
        words = f"{said.sender}\n{said.recipient}\n{text}".encode()
        return self._db.reader.keys.mac("smpp", words).hex()[:_DIGEST]


async def _forget(tx: Tx, message: str) -> None:
    sms_parts.forget(tx, message)


def _id(at: int, digest: str) -> str:
    """An external id: when, then what; in hexadecimal of one width, so that ids stand in order of time."""
    return f"smpp:{at:016x}:{digest}"


def _at(external_id: str) -> int:
    return int(external_id.split(":")[1], 16)
