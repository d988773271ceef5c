"""What the dialog of a complaint submits: signed, checked again, receipted; or words without a name."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.complaints.receipt import receipt_parcel
from bot.talk.standing import Stale
from dialogs.complaint_drafts import FeedbackDraft
from rules.complaints import AboutMatter, AnswerWay, ComplaintStatus, MatterKind
from rules.days import COUNTRY_ZONE
from storage import complaints, feedback, requests, rounds
from storage.complaints import Complaint
from storage.database import Database
from storage.outbox import Parcel
from storage.registry import Directory
from tests.complainants import ADDRESS, HEAD, OFFICER, WORDS, Complainant, call_of, complainant, works
from tests.inquiries import about_self
from tests.otp.asking import CHAT
from tests.registry import NOW, HandClock, add_clinic, add_person, migrated_sqlite_url, registry


@pytest.fixture
def clock() -> HandClock:
    """A clock that the test moves."""
    return HandClock()


@pytest.fixture
async def made(tmp_path: Path, clock: HandClock) -> AsyncIterator[Complainant]:
    """Somebody who complains at clinic 5, which has an officer."""
    async with registry(migrated_sqlite_url(tmp_path), clock) as db:
        for no in (5, 6):
            await add_clinic(db, no)
        await works(db, OFFICER, "officer", "Омарова Гүлмира Бекқызы", clock.now())
        yield await complainant(db, clock)


async def audited(db: Database, action: str) -> int:
    rows = await db.reader.rows("audit_page", after=0, most=1000)
    return sum(action in str(row) for row in rows)


async def test_CO_05_G_58_the_receipt_has_the_seven_data_at_once(made: Complainant) -> None:
    receipt, _ = await made.submit(made.draft())
    assert receipt["outcome"] == "registered"
    assert (receipt["number"], receipt["official"]) == ("95-000001", "Омарова Г. Б.")
    assert (receipt["clinic_no"], receipt["answer_way"], receipt["due"]) == (5, "post", "2026-12-14")
    assert receipt["filed_us"] == int(NOW.timestamp() * 1_000_000)


async def test_CO_04_name_and_iin_are_the_registrys_whatever_a_draft_says(made: Complainant) -> None:
    kept = await made.filed()
    assert kept.full_name == "Сейітова Айгүл Қанатқызы"
    assert (kept.iin, kept.postal_address, kept.words) == (made.iin.digits, ADDRESS, WORDS)
    assert len(await complaints.files(made.db.reader, kept.id)) == 2
    assert kept.status is ComplaintStatus.DELIVERED


async def test_CO_04_without_a_mandatory_field_nothing_is_kept(made: Complainant) -> None:
    for changes in ({"postal_address": " "}, {"phone": ""}, {"words": ""}):
        with pytest.raises(Stale):
            await made.submit(made.draft(**changes))
    assert await complaints.of_person(made.db.reader, str(made.person_id)) == ()


async def test_a_request_of_somebody_else_and_one_that_there_is_not_are_refused_alike(
    made: Complainant,
) -> None:
    other, _ = await add_person(made.db, phone="+77012223344")
    theirs = await call_of(made.db, NOW, other)
    for request_id in (theirs.id, 99_999):
        with pytest.raises(Stale):
            await made.submit(made.draft(matter=AboutMatter(MatterKind.REQUEST, request_id)))
    with pytest.raises(Stale):
        await made.submit(made.draft(matter=AboutMatter(MatterKind.TRAINING, 99_999)))


async def test_the_office_is_that_of_the_clinic_complained_of(made: Complainant) -> None:
    with pytest.raises(Stale):
        await made.submit(made.draft(clinic_no=6))
    assert (await made.filed(matter=None, clinic_no=6)).clinic_no == 6


async def test_a_request_to_a_centre_is_complained_of_by_its_asker_alone(
    made: Complainant, clock: HandClock
) -> None:
    asked = await about_self(made.db, clock)
    with pytest.raises(Stale):
        await made.submit(made.draft(matter=AboutMatter(MatterKind.CENTRE, asked.id)))


async def test_what_was_signed_needs_its_consent_in_this_conversation(made: Complainant) -> None:
    with pytest.raises(Stale):
        await made.submit(made.draft(consent_id=made.consent_id + 1))
    made.conversation_id = 2
    with pytest.raises(Stale):
        await made.submit(made.draft())


async def test_a_changed_record_is_shown_again_before_it_is_signed(made: Complainant) -> None:
    with pytest.raises(Stale):
        await made.submit(made.draft(caller_version=7))


async def test_a_second_complaint_about_the_same_is_the_first(made: Complainant) -> None:
    first, _ = await made.submit(made.draft())
    second, owed = await made.submit(made.draft())
    assert (second["outcome"], second["complaint_id"]) == ("already", first["complaint_id"])
    assert owed == ()


async def test_it_stands_in_the_audit_by_ids_alone(made: Complainant) -> None:
    await made.filed()
    assert await audited(made.db, "complaint.filed") == 1
    assert await audited(made.db, "Айгүл") == 0


async def test_that_nobody_came_is_marked_in_the_call_once_it_is_complained_of(made: Complainant) -> None:
    async with made.db.transaction() as tx:
        await rounds.ask(tx, made.request.id, NOW)
        await rounds.answer(tx, made.request.id, took_place=False, actor="chat", now=NOW)
    await made.filed()
    marks = await requests.marks(made.db.reader, made.request.id)
    assert [mark.note_code for mark in marks] == [None, "visit_complaint"]
    check = await rounds.check(made.db.reader, made.request.id)
    assert check is not None
    assert (check.complained_at, check.complaint) == (NOW, None)


async def test_CO_05_without_an_official_the_receipt_says_so_and_comes_anew_with_the_name(
    tmp_path: Path, clock: HandClock
) -> None:
    async with registry(migrated_sqlite_url(tmp_path), clock) as db:
        await add_clinic(db)
        made = await complainant(db, clock)
        receipt, _ = await made.submit(made.draft())
        assert receipt["official"] == ""
        kept = await complaints.by_id(db.reader, int(receipt["complaint_id"]))
        assert kept is not None
        assert "еще не назначен" in (await _sent(db, kept)).replace("ё", "е")
        named = replace(kept, official="Омарова Г. Б.")
        assert "Омарова Г. Б." in await _sent(db, named)
        assert await _owed(db, replace(named, chat=None)) == ()


async def _owed(db: Database, kept: Complaint) -> tuple[Parcel, ...]:
    directory = Directory()
    await directory.refresh(db.reader)
    due = kept.received_on + timedelta(days=24)
    return receipt_parcel(kept, directory.clinics[kept.clinic_no], due, NOW)


async def _sent(db: Database, kept: Complaint) -> str:
    (parcel,) = await _owed(db, kept)
    assert parcel.address == CHAT
    return str(parcel.body["text"])


async def test_G_60_words_without_a_name_reach_the_officer_and_are_bound_to_nobody(
    made: Complainant,
) -> None:
    await works(made.db, HEAD, "head", "Серікова А.", made.clock.now())
    receipt, owed = await made.submit(FeedbackDraft(5, WORDS))
    assert receipt == {"outcome": "kept"}
    assert [one.address.key for one in owed] == [str(OFFICER)]
    assert WORDS not in str(owed[0].body)
    (kept,) = await feedback.of_clinic(made.db.reader, 5)
    assert (kept.words, kept.source) == (WORDS, "nameless")
    assert await complaints.of_person(made.db.reader, str(made.person_id)) == ()


async def test_G_60_however_many_words_come_the_officer_is_told_once_an_hour(made: Complainant) -> None:
    assert len((await made.submit(FeedbackDraft(5, WORDS)))[1]) == 1
    assert (await made.submit(FeedbackDraft(5, "Ещё раз: никто не отвечает")))[1] == ()
    made.clock.forward(3600)
    assert len((await made.submit(FeedbackDraft(5, "И сегодня тоже никто")))[1]) == 1
    assert len(await feedback.of_clinic(made.db.reader, 5)) == 3


async def test_G_60_where_there_is_no_officer_the_head_is_told(tmp_path: Path, clock: HandClock) -> None:
    async with registry(migrated_sqlite_url(tmp_path), clock) as db:
        await add_clinic(db)
        made = await complainant(db, clock)
        assert (await made.submit(FeedbackDraft(5, WORDS)))[1] == ()
        await works(db, HEAD, "head", "Серікова А.", clock.now())
        clock.forward(3600)
        (owed,) = (await made.submit(FeedbackDraft(5, WORDS)))[1]
        assert owed.address.key == str(HEAD)


async def test_how_the_answer_is_wanted_is_kept(made: Complainant) -> None:
    assert (await made.filed(answer_way=AnswerWay.HAND)).answer_way is AnswerWay.HAND


async def test_G_60_nobody_is_woken_at_night_for_words_without_a_name(made: Complainant) -> None:
    made.clock.forward(14 * 3600)
    (owed,) = (await made.submit(FeedbackDraft(5, WORDS)))[1]
    assert owed.due_at.astimezone(COUNTRY_ZONE).hour == 8
