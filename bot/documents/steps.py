"""The steps of a request for a digital document, each within somebody's transaction.

asked → consented → fetching → shown; or it ends before, and the paper document is asked for. A consent is
spent in the transaction that puts the document into the outbox, and asked after there once more (S9, DD-06).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.documents import notices
from bot.documents.pages import DocumentPages, private
from bot.documents.service import Fetched, NotThere
from bot.sending.by_day import by_day
from bot.staff.feed import edited
from bot.staff.rights import DOCUMENT_ROLES, actor_of
from otp import third_party
from rules.clinics import Clinic
from rules.days import COUNTRY_ZONE
from rules.documents import SHOWN_FOR, DigitalDocument, DocumentStatus
from rules.law import rule
from rules.third_party import ConsentOutcome, ConsentState, Matter, holds_until
from storage import audit, consent_requests, documents, due, outbox, people, staff
from storage.consent_requests import ConsentRequest
from storage.database import Reader, Tx
from storage.documents import DocumentRequest, Step
from storage.instants import micros
from storage.outbox import Parcel
from storage.registry import Directory

FETCH: Final = "document_fetch"
"""Due kind, subject a request for a document: the service is to be asked."""
UNUSED: Final = "document_unused"
"""Due kind: nobody has used the consent, which holds no longer."""
CLOSE: Final = "document_close"
"""Due kind: what was shown is taken out of the chat."""

_ENDS: Final = {
    DocumentStatus.NO_CONSENT: "document.no_consent",
    DocumentStatus.WITHDRAWN: "document.withdrawn",
    DocumentStatus.UNUSED: "document.unused",
}


@dataclass(frozen=True, slots=True)
class DocumentSteps:
    """Takes requests from step to step; ``pages`` draw what staff read of it."""

    directory: Directory
    pages: DocumentPages

    # What the holder does.

    @rule("DD-02", "G-32")
    async def decided(
        self, tx: Tx, request: ConsentRequest, outcome: ConsentOutcome, now: datetime
    ) -> Sequence[Parcel]:
        """The holder agreed, or did not: whoever asked takes the document, or asks for the paper one.

        What if it runs twice: nothing more.
        """
        document = await documents.by_id(tx, request.matter_id)
        if document is None or document.status is not DocumentStatus.ASKED:
            return ()
        if outcome is not ConsentOutcome.GIVEN:
            return await self._ended(tx, document, DocumentStatus.NO_CONSENT, now)
        given = Step(consent_id=request.consent_id, consented_at=now)
        moved = await documents.move(tx, document, DocumentStatus.CONSENTED, given)
        if moved is None:
            return ()
        if not await self._asker_is_here(tx, moved):
            # Open, it would keep every colleague from asking.
            return await self._ended(tx, moved, DocumentStatus.UNUSED, now)
        due.set_due(tx, UNUSED, document.id, holds_until(Matter.DOCUMENT, now))
        return (private(moved, self.pages.consented(moved, moved.locale)),)

    @rule("G-34")
    async def withdrawn(self, tx: Tx, request: ConsentRequest, now: datetime) -> Sequence[Parcel]:
        """The holder took the consent back: nothing is shown any more, and what is still open is closed."""
        document = await documents.by_id(tx, request.matter_id)
        if document is None:
            return ()
        if document.status is DocumentStatus.SHOWN and document.ended_at is not None:
            is_closed = now >= document.ended_at + SHOWN_FOR.delta
            return () if is_closed else await self.close(tx, document.id, now)
        if not document.status.is_open:
            return ()
        return await self._ended(tx, document, DocumentStatus.WITHDRAWN, now)

    # What clocks do.

    async def unused(self, tx: Tx, document_id: int, now: datetime) -> Sequence[Parcel]:
        """A day has passed since the holder agreed. Twice: nothing more."""
        document = await documents.by_id(tx, document_id)
        if document is None or document.status not in {DocumentStatus.CONSENTED, DocumentStatus.FETCHING}:
            return ()
        return await self._ended(tx, document, DocumentStatus.UNUSED, now)

    async def close(self, tx: Tx, document_id: int, now: datetime) -> Sequence[Parcel]:
        """Take the document out of the chat in which it was shown. Twice: the same edit.

        What leaves this very moment is looked for once more; of what never left, whoever waits is told.
        """
        document = await documents.by_id(tx, document_id)
        if document is None or document.status is not DocumentStatus.SHOWN:
            return ()
        if await documents.is_on_its_way(tx, document_id):
            documents.unsend(tx, document_id)
            due.set_due(tx, CLOSE, document_id, now + outbox.LEASE)
            return ()
        due.clear(tx, CLOSE, document_id)
        message = await documents.shown_message(tx, document_id)
        if message is None:
            return await self._not_delivered(tx, document, now)
        screen = self.pages.closed(document, document.locale)
        return (edited(document.staff_id, message, screen, document.request_id),)

    async def _not_delivered(self, tx: Tx, document: DocumentRequest, now: datetime) -> tuple[Parcel, ...]:
        """The consent is used up, and nothing was seen: the audit chain says so, beside the look."""
        facts: dict[str, str | int] = {"clinic": document.clinic_no}
        await audit.append(tx, "document.not_delivered", "clock", f"document:{document.id}", facts, now)
        if not await self._asker_is_here(tx, document):
            return ()
        screen = self.pages.told(document, "document.not_delivered", document.locale)
        once = f"document_not_delivered:{document.id}"
        return by_day((private(document, screen, dedupe=once),), now, COUNTRY_ZONE)

    # What staff do.

    async def begin(self, tx: Tx, document: DocumentRequest, now: datetime) -> DocumentRequest | None:
        """Take the document in hand: the service is asked at once, outside of this transaction.

        None if the consent does not hold any more, or somebody was faster (S9).
        """
        if await third_party.holds(tx, Matter.DOCUMENT, document.id, now) != document.consent_id:
            return None
        moved = await documents.move(tx, document, DocumentStatus.FETCHING, Step(began_at=now))
        if moved is not None:
            due.set_due(tx, FETCH, document.id, now)
        return moved

    async def on_paper(
        self, tx: Tx, document: DocumentRequest, actor: str, now: datetime
    ) -> DocumentRequest | None:
        """The paper document was shown: nothing is asked of the holder any more. Twice: None."""
        moved = await documents.move(tx, document, DocumentStatus.ON_PAPER, Step(ended_at=now))
        if moved is None:
            return None
        due.clear(tx, None, document.id)
        await third_party.call_off(tx, Matter.DOCUMENT, document.id, now)
        facts: dict[str, str | int] = {"clinic": document.clinic_no, "status": document.status.value}
        await audit.append(tx, "document.on_paper", actor, f"document:{document.id}", facts, now)
        return moved

    # What the service answered.

    @rule("DD-01", "DD-03", "DD-06")
    async def answered(
        self, tx: Tx, document: DocumentRequest, fetched: Fetched, now: datetime
    ) -> tuple[Parcel, ...]:
        """Show what came, or say that there is nothing; the consent is spent with it.

        It is asked once more whether the consent holds (S9), and whether whoever asked still works here
        (S33). What if it runs twice: nothing more.
        """
        due.clear(tx, FETCH, document.id)
        if document.status is not DocumentStatus.FETCHING:
            return ()
        if not await self._asker_is_here(tx, document):
            return await self._ended(tx, document, DocumentStatus.UNUSED, now)
        spent = await third_party.spend(tx, Matter.DOCUMENT, document.id, now)
        if spent is None or spent != document.consent_id:
            return await self.lapsed(tx, document, now)
        clinic = await self._clinic(tx, document.clinic_no)
        if isinstance(fetched, NotThere):
            return await self._not_there(tx, document, clinic, fetched, now)
        return await self._shown(tx, document, clinic, fetched, now)

    async def _shown(
        self, tx: Tx, document: DocumentRequest, clinic: Clinic, found: DigitalDocument, now: datetime
    ) -> tuple[Parcel, ...]:
        holder = await people.by_id(tx, document.subject_id)
        shown = await documents.move(tx, document, DocumentStatus.SHOWN, Step(ended_at=now))
        if holder is None or shown is None:
            return ()
        due.clear(tx, UNUSED, document.id)
        due.set_due(tx, CLOSE, document.id, now + SHOWN_FOR.delta)
        facts: dict[str, str | int] = {
            "clinic": document.clinic_no,
            "consent": document.consent_id or 0,
            "kind": document.kind.value,
            "purpose": document.purpose.value,
        }
        actor = actor_of(document.staff_id)
        await audit.append(tx, "document.looked_at", actor, f"document:{document.id}", facts, now)
        message = self.pages.document(shown, found, holder, clinic, now)
        return (message, *await notices.holder_told(tx, shown, clinic, notices.SHOWN, now))

    async def _not_there(
        self, tx: Tx, document: DocumentRequest, clinic: Clinic, why: NotThere, now: datetime
    ) -> tuple[Parcel, ...]:
        moved = await documents.move(tx, document, DocumentStatus.NOT_THERE, Step(ended_at=now))
        if moved is None:
            return ()
        due.clear(tx, UNUSED, document.id)
        line = private(moved, self.pages.told(moved, f"document.{why}", moved.locale))
        return (line, *await notices.holder_told(tx, moved, clinic, why.value, now))

    @rule("G-41")
    async def silent(self, tx: Tx, document: DocumentRequest) -> tuple[Parcel, ...]:
        """The service does not answer: no refusal, and it is tried on. Twice: told once for each press."""
        del tx
        began = micros(document.began_at)
        screen = self.pages.told(document, "document.silent", document.locale)
        return (private(document, screen, dedupe=f"document_silent:{document.id}:{began}"),)

    @rule("G-41")
    async def given_up(self, tx: Tx, document: DocumentRequest, key: str) -> tuple[Parcel, ...]:
        """It was tried long enough, or is not accepted: the consent is unspent, and can be used later on."""
        due.clear(tx, FETCH, document.id)
        moved = await documents.move(tx, document, DocumentStatus.CONSENTED)
        if moved is None:
            return ()
        return (private(moved, self.pages.told(moved, key, moved.locale)),)

    @rule("G-34")
    async def lapsed(self, tx: Tx, document: DocumentRequest, now: datetime) -> tuple[Parcel, ...]:
        """The consent holds no longer: it was taken back, or has run out. Twice: nothing more."""
        asked = await consent_requests.of_matter(tx, Matter.DOCUMENT, document.id)
        is_withdrawn = asked is not None and asked.state is ConsentState.WITHDRAWN
        to = DocumentStatus.WITHDRAWN if is_withdrawn else DocumentStatus.UNUSED
        return await self._ended(tx, document, to, now)

    async def _ended(
        self, tx: Tx, document: DocumentRequest, to: DocumentStatus, now: datetime
    ) -> tuple[Parcel, ...]:
        moved = await documents.move(tx, document, to, Step(ended_at=now))
        if moved is None:
            return ()
        due.clear(tx, None, document.id)
        told: tuple[Parcel, ...] = ()
        if await self._asker_is_here(tx, moved):
            told = (private(moved, self.pages.told(moved, _ENDS[to], moved.locale)),)
        if to is not DocumentStatus.NO_CONSENT:
            # A no is waited for; that nothing came of a yes is not.
            return by_day(told, now, COUNTRY_ZONE)
        clinic = await self._clinic(tx, document.clinic_no)
        return (*told, *await notices.holder_told(tx, moved, clinic, notices.NO_CONSENT, now))

    async def _asker_is_here(self, reader: Reader, document: DocumentRequest) -> bool:
        """True while whoever asked still has a role that may."""
        here = await staff.member(reader, document.staff_id, document.clinic_no)
        return any(one.role in DOCUMENT_ROLES for one in here)

    async def _clinic(self, reader: Reader, clinic_no: int) -> Clinic:
        await self.directory.refresh(reader)
        return self.directory.clinics[clinic_no]
