"""Fetching: what was taken in hand is asked of the service outside of transactions, and shown in one.

A request stays due until it is over. Each time it falls due it is set anew before anything else, so a life
that ends between two steps neither loses a document nor shows one twice: the service knows each take by its
id.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypeAlias

import structlog

from bot.documents.service import ConsentNotAccepted, DocumentService, Fetched, Take
from bot.documents.steps import CLOSE, FETCH, UNUSED, DocumentSteps
from bot.in_hand import InHand
from bot.sending.gateways import NoAnswer
from bot.ticks import Handler, HandOver
from bot.watch import Watch
from otp import third_party
from rules.documents import DocumentStatus, is_given_up, pause_after
from rules.law import rule
from rules.third_party import Matter
from storage import documents, due, outbox, people
from storage.database import Database, Tx
from storage.documents import DocumentRequest
from storage.outbox import Owed, Parcel

Work: TypeAlias = Callable[[Tx, DocumentRequest], Awaitable[Sequence[Parcel]]]

MOST_AT_ONCE: Final = 4

log = structlog.get_logger()


@dataclass(slots=True)
class DocumentOffice:
    """Fetches what is in hand. ``worker`` is the number under which this process leases rows of the outbox.

    ``service`` is None where none is set: then nothing is asked for, and what still waits is given up.
    """

    db: Database
    service: DocumentService | None
    steps: DocumentSteps
    watch: Watch
    courier: HandOver
    worker: int
    in_hand: InHand = field(init=False)

    def __post_init__(self) -> None:
        self.in_hand = InHand("documents", self.fetch, self._failing, MOST_AT_ONCE)

    def handlers(self) -> dict[str, Handler]:
        """What is done when a document is to be fetched, a consent was not used, and a look is over."""
        return {FETCH: self.take, UNUSED: self.steps.unused, CLOSE: self.steps.close}

    async def take(self, tx: Tx, document_id: int, now: datetime) -> Sequence[Parcel]:
        """Take a due document in hand; until it is over, it stays due."""
        document = await documents.by_id(tx, document_id)
        if document is None or document.status is not DocumentStatus.FETCHING or document.began_at is None:
            return ()
        due.set_due(tx, FETCH, document_id, now + pause_after(document.began_at, now))
        self.in_hand.take(document_id)
        return ()

    def _failing(self, document_id: int) -> None:
        self.watch.alert("documents", document=document_id)

    @rule("DD-01", "G-41")
    async def fetch(self, document_id: int) -> bool:
        """Ask the service, and show what it says; False while it is silent.

        The consent is looked at before the question and again before the answer is shown (S9). What if it
        runs twice: nothing more. Raises Unavailable.
        """
        reader, now = self.db.reader, self.db.clock.now()
        document = await documents.by_id(reader, document_id)
        if document is None or document.status is not DocumentStatus.FETCHING:
            return True
        consent_id = await third_party.holds(reader, Matter.DOCUMENT, document_id, now)
        holder = await people.by_id(reader, document.subject_id)
        if holder is None or self.service is None:
            await self._done(document_id, lambda tx, one: self.steps.given_up(tx, one, "document.no_service"))
            return True
        take = Take(document_id, consent_id, holder.iin, document.kind, document.purpose, document.clinic_no)
        if consent_id is None:
            # Nothing is asked without one; the transaction that ends it says why.
            await self._done(document_id, lambda tx, one: self.steps.lapsed(tx, one, now))
            return True
        return await self._asked(self.service, document, take)

    async def _asked(self, service: DocumentService, document: DocumentRequest, take: Take) -> bool:
        try:
            fetched = await service.fetch(take)
        except NoAnswer as fault:
            return await self._silent(document, fault.code)
        except ConsentNotAccepted as fault:
            log.warning("document.not_accepted", document=document.id, code=fault.code)
            self.watch.alert("documents", document=document.id, code=fault.code)
            await self._done(
                document.id, lambda tx, one: self.steps.given_up(tx, one, "document.not_accepted")
            )
            return True
        await self._done(document.id, lambda tx, one: self._answered(tx, one, fetched))
        return True

    async def _answered(self, tx: Tx, document: DocumentRequest, fetched: Fetched) -> Sequence[Parcel]:
        return await self.steps.answered(tx, document, fetched, self.db.clock.now())

    async def _silent(self, document: DocumentRequest, code: str) -> bool:
        """An error of somebody else's, never a refusal: tried on for half an hour, then told (G-41)."""
        now = self.db.clock.now()
        log.warning("document.silent", document=document.id, code=code)
        if document.began_at is not None and is_given_up(document.began_at, now):
            self.watch.alert("documents", document=document.id, code=code)
            await self._done(document.id, lambda tx, one: self.steps.given_up(tx, one, "document.given_up"))
            return True
        await self._done(document.id, self.steps.silent)
        return False

    async def _done(self, document_id: int, work: Work) -> None:
        """One short transaction over the request as it stands now; what is owed goes out at once."""

        async def decide(tx: Tx) -> tuple[Owed, ...]:
            document = await documents.by_id(tx, document_id)
            if document is None or document.status is not DocumentStatus.FETCHING:
                return ()
            now = self.db.clock.now()
            return await outbox.put(tx, await work(tx, document), self.worker, now + outbox.LEASE, now)

        self.courier(await self.db.decide(decide))
