"""Requests for digital documents: who asked for which, for what, with whose consent, and what came of it.

The document itself is never kept here: it is in the message that shows it, whose body goes once it is sent.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from rules.documents import SERIES, DocumentKind, DocumentPurpose, DocumentStatus
from rules.law import rule
from rules.people import Language
from rules.request_number import RequestNumber
from storage import journal
from storage.addresses import Address
from storage.database import Reader, Row, Tx
from storage.instants import instant, micros

BODY: Final = "staff_document"
"""The kind of the outbox row that shows a document."""


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A document to be asked for: about a request, or in a case of the desk; one of the two."""

    clinic_no: int
    staff_id: int
    locale: Language
    subject_id: int
    kind: DocumentKind
    purpose: DocumentPurpose
    request_id: int | None = None
    desk_case: int | None = None


@dataclass(frozen=True, slots=True)
class DocumentRequest:
    """One document asked for; `version` rises with every step; since `began_at` the service is asked."""

    id: int
    number: str
    clinic_no: int
    request_id: int | None
    desk_case: int | None
    staff_id: int
    locale: Language
    subject_id: int
    kind: DocumentKind
    purpose: DocumentPurpose
    status: DocumentStatus
    version: int
    consent_id: int | None
    asked_at: datetime
    consented_at: datetime | None
    began_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Step:
    """What a step sets besides the status; None keeps what stands."""

    consent_id: int | None = None
    consented_at: datetime | None = None
    began_at: datetime | None = None
    ended_at: datetime | None = None


NOTHING: Final = Step()


async def ask(tx: Tx, new: NewDocument, now: datetime) -> DocumentRequest:
    """Write the request down under the next number of the year.

    What if it runs twice: two requests, so it stands in the transaction that ends the inbox row.
    """
    rows = await tx.rows("document_number", series=SERIES, year=journal.year_of(now))
    request = DocumentRequest(
        tx.ids.new(), str(RequestNumber(SERIES, rows[0][0])), new.clinic_no, new.request_id, new.desk_case,
        new.staff_id, new.locale, new.subject_id, new.kind, new.purpose, DocumentStatus.ASKED, 1, None, now,
        None, None, None,
    )  # fmt: skip
    tx.later(
        "document_ask",
        id=request.id,
        number=request.number,
        clinic_no=new.clinic_no,
        request_id=new.request_id,
        desk_case=new.desk_case,
        staff_id=new.staff_id,
        locale=new.locale,
        subject_id=new.subject_id,
        kind=new.kind.value,
        purpose=new.purpose.value,
        now=micros(now),
    )
    return request


async def by_id(reader: Reader, document_id: int) -> DocumentRequest | None:
    """The request under that id."""
    row = await reader.row("document_by_id", id=document_id)
    return None if row is None else _request(row)


async def of_request(reader: Reader, request_id: int) -> tuple[DocumentRequest, ...]:
    """What was asked for about a citizen's request, the oldest first."""
    return tuple(_request(row) for row in await reader.rows("documents_of_request", request_id=request_id))


async def of_case(reader: Reader, desk_case: int) -> tuple[DocumentRequest, ...]:
    """What was asked for in a case of the desk, the oldest first."""
    return tuple(_request(row) for row in await reader.rows("documents_of_case", desk_case=desk_case))


async def of_subject(reader: Reader, person_id: int) -> tuple[DocumentRequest, ...]:
    """Which documents of this person were asked for, the oldest first."""
    return tuple(_request(row) for row in await reader.rows("documents_of_subject", person_id=person_id))


@rule("DD-06")
async def move(
    tx: Tx, request: DocumentRequest, to: DocumentStatus, step: Step = NOTHING
) -> DocumentRequest | None:
    """Take the request one step further, if it still stands as it was read; None if it does not.

    What if it runs twice, or two at once: None for the second. Raises Clash for a consent of another request.
    """
    moved = await tx.rows(
        "document_move",
        id=request.id,
        before=request.status.value,
        version=request.version,
        status=to.value,
        consent_id=step.consent_id,
        consented_at=micros(step.consented_at),
        began_at=micros(step.began_at),
        ended_at=micros(step.ended_at),
    )
    return await by_id(tx, request.id) if moved else None


def shown_key(document_id: int) -> str:
    """What the message that shows a document is found by."""
    return f"document:{document_id}"


async def shown_message(reader: Reader, document_id: int) -> int | None:
    """The Telegram message that showed the document, None while there is none."""
    row = await reader.row("document_message", dedupe=shown_key(document_id))
    return None if row is None or row[0] is None else int(row[0])


async def is_on_its_way(reader: Reader, document_id: int) -> bool:
    """True while the message that shows the document waits, perhaps leaving this very moment."""
    row = await reader.row("document_message", dedupe=shown_key(document_id))
    return row is not None and bool(row[1])


def _request(row: Row) -> DocumentRequest:
    consented_at, began_at, ended_at = (instant(at) for at in row[14:17])
    return DocumentRequest(
        row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7], DocumentKind(row[8]),
        DocumentPurpose(row[9]), DocumentStatus(row[10]), row[11], row[12], instant(row[13]),
        consented_at, began_at, ended_at,
    )  # fmt: skip


def unsend(tx: Tx, document_id: int) -> None:
    """Stop the message that shows the document, if it has not left yet. Twice: nothing more."""
    tx.later("document_unsend", dedupe=shown_key(document_id))


async def holder_chat(
    reader: Reader, person_id: int, staff_id: int
) -> tuple[Address, Language | None] | None:
    """Where this person was last confirmed to talk to us, and in which language; never the asker's chat."""
    row = await reader.row("consent_chat", person_id=person_id, asker_chat=str(staff_id))
    return None if row is None else (Address("telegram", row[0]), row[1])
