"""Requests for digital documents: numbered, taken step by step, one consent for one of them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from rules.documents import DocumentKind, DocumentPurpose, DocumentStatus
from storage import documents, outbox, requests, retention
from storage.addresses import Address
from storage.database import Database
from storage.documents import DocumentRequest, NewDocument, Step
from storage.errors import Clash
from storage.outbox import Parcel
from tests.registry import NOW, add_person
from tests.storage.test_requests import new

CARD, ID = DocumentKind.IDENTITY_CARD, DocumentPurpose.IDENTIFICATION


async def consent(db: Database, person: int) -> int:
    """A row of the consents, as the room of one-time codes writes them."""
    consent_id = db.ids.new()
    async with db.transaction() as tx:
        tx.later(
            "consent_ask", id=consent_id, kind="third_party", purpose="document", subject_id=person,
            subject_index=b"x", asker_channel="clinic", asker_key="5", conversation_id=0, text_id="t",
            text_version=1, text_digest=b"d", text_shown=None, language="kk", details_digest=b"d",
            phone_index=None, phone=None, source_of_phone=None, challenge_id=consent_id, now=0,
        )  # fmt: skip
    return consent_id


@pytest.fixture
async def wanted(db: Database) -> NewDocument:
    person, _ = await add_person(db)
    async with db.transaction() as tx:
        request = await requests.register(tx, new(person), NOW)
    return NewDocument(5, 501, "kk", person, CARD, ID, request_id=request.id)


async def asked(db: Database, wanted: NewDocument) -> DocumentRequest:
    async with db.transaction() as tx:
        return await documents.ask(tx, wanted, NOW)


async def test_documents_are_numbered_through_the_year(db: Database, wanted: NewDocument) -> None:
    first, second = await asked(db, wanted), await asked(db, wanted)
    assert (first.number, second.number) == ("94-000001", "94-000002")
    assert await documents.of_request(db.reader, wanted.request_id or 0) == (first, second)
    assert await documents.of_subject(db.reader, wanted.subject_id) == (first, second)
    assert await documents.of_case(db.reader, 1) == ()
    assert await documents.by_id(db.reader, 1) is None


async def test_of_two_who_move_a_request_the_second_comes_too_late(db: Database, wanted: NewDocument) -> None:
    document, consent_id = await asked(db, wanted), await consent(db, wanted.subject_id)
    given = Step(consent_id=consent_id, consented_at=NOW)
    async with db.transaction() as tx:
        moved = await documents.move(tx, document, DocumentStatus.CONSENTED, given)
        assert await documents.move(tx, document, DocumentStatus.ON_PAPER) is None
    assert moved is not None
    assert (moved.status, moved.version, moved.consent_id) == (DocumentStatus.CONSENTED, 2, consent_id)
    async with db.transaction() as tx:
        fetching = await documents.move(tx, moved, DocumentStatus.FETCHING, Step(began_at=NOW))
    assert fetching is not None
    assert (fetching.consented_at, fetching.began_at, fetching.ended_at) == (NOW, NOW, None)


async def test_DD_06_a_consent_is_of_one_document_alone(db: Database, wanted: NewDocument) -> None:
    step = Step(consent_id=await consent(db, wanted.subject_id))
    first, second = await asked(db, wanted), await asked(db, wanted)
    async with db.transaction() as tx:
        assert await documents.move(tx, first, DocumentStatus.CONSENTED, step)
    with pytest.raises(Clash):
        async with db.transaction() as tx:
            await documents.move(tx, second, DocumentStatus.CONSENTED, step)


async def test_DD_01_nothing_is_shown_without_a_consent(db: Database, wanted: NewDocument) -> None:
    document = await asked(db, wanted)
    with pytest.raises(Clash):
        async with db.transaction() as tx:
            await documents.move(tx, document, DocumentStatus.SHOWN)


async def test_a_document_is_of_a_request_or_of_a_case_never_of_both_or_none(
    db: Database, wanted: NewDocument
) -> None:
    with pytest.raises(Clash):
        await asked(db, replace(wanted, request_id=None))


async def test_a_document_that_has_not_left_yet_is_stopped_and_its_words_are_gone(
    db: Database, wanted: NewDocument
) -> None:
    document = await asked(db, wanted)
    parcel = Parcel(
        Address("telegram", "501"), documents.BODY, {"text": "x"}, documents.shown_key(document.id)
    )
    async with db.transaction() as tx:
        [owed] = await outbox.put(tx, (parcel,), 1, NOW, NOW)
    assert await documents.shown_message(db.reader, document.id) is None
    async with db.transaction() as tx:
        documents.unsend(tx, document.id)
    assert not await outbox.still_due(db.reader, owed.id, NOW)


async def test_what_shows_a_document_is_emptied_once_it_is_sent(db: Database, wanted: NewDocument) -> None:
    document = await asked(db, wanted)
    parcel = Parcel(
        Address("telegram", "501"), documents.BODY, {"text": "x"}, documents.shown_key(document.id)
    )
    async with db.transaction() as tx:
        [owed] = await outbox.put(tx, (parcel,), 1, NOW, NOW)
        await outbox.sent_many(tx, [(owed.id, "77")], NOW)
    assert await documents.shown_message(db.reader, document.id) == 77


async def test_S33_a_document_does_not_reach_whoever_has_left_the_clinic(
    db: Database, wanted: NewDocument
) -> None:
    document = await asked(db, wanted)
    # As at the desk: the message belongs to no citizen's request.
    parcel = Parcel(
        Address("telegram", "501"), documents.BODY, {"text": "x"}, documents.shown_key(document.id)
    )
    async with db.transaction() as tx:
        [owed] = await outbox.put(tx, (parcel,), 1, NOW, NOW)
        outbox.cancel_of_leaver(tx, 501, 6)
    assert await outbox.still_due(db.reader, owed.id, NOW), "another clinic they have left"
    async with db.transaction() as tx:
        outbox.cancel_of_leaver(tx, 501, 5)
    assert not await outbox.still_due(db.reader, owed.id, NOW)


async def test_S40_nothing_is_asked_for_about_somebody_erased(db: Database, wanted: NewDocument) -> None:
    document = await asked(db, wanted)
    async with db.transaction() as tx:
        assert await retention.erase(tx, wanted.subject_id, "citizen", NOW + timedelta(hours=1))
    left = await documents.by_id(db.reader, document.id)
    assert left is not None
    assert left.status is DocumentStatus.WITHDRAWN
