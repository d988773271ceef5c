"""Complaints in the registry: numbers, marks in order, sealed words and files; feedback bound to nobody."""

import base64
from datetime import date, timedelta
from pathlib import Path

import pytest

from rules.calendar import WorkingCalendar
from rules.complaints import ComplaintStatus, FilingWay, MatterKind
from rules.public_services import PublicService
from storage import complaints, feedback
from storage.complaint_cards import due_on, number_of, of_person
from storage.complaints import AlreadyComplained, Complaint, ComplaintFile, Matter, NewComplaint
from storage.database import Database, open_database
from storage.errors import Clash
from storage.keys import KeyRing
from storage.retention import RECORDS, erase, prune
from storage.rotation import rotate
from storage.verify import verify
from tests.complainants import WORDS, Complainant, complainant, electronic, on_paper
from tests.registry import KEYS, NOW, HandClock, add_clinic, migrated_sqlite_url, registry

D, R, W, A, N = ComplaintStatus


def all_bytes(folder: Path) -> bytes:
    """The registry's files as they lie on the disk."""
    return b"".join(path.read_bytes() for path in folder.glob("registry.sqlite*"))


async def filed(db: Database, new: NewComplaint) -> Complaint:
    async with db.transaction() as tx:
        return await complaints.register(tx, new, NOW, "person:1")


async def moved(db: Database, complaint: Complaint, *steps: ComplaintStatus) -> Complaint:
    for step in steps:
        async with db.transaction() as tx:
            after = await complaints.move(tx, complaint, step, "staff:7", NOW + timedelta(hours=1))
        assert after is not None
        complaint = after
    return complaint


async def test_complaints_are_numbered_through_the_year_whichever_way_they_came(
    db: Database, clock: HandClock
) -> None:
    made = await complainant(db, clock)
    assert (await filed(db, electronic(made))).number == "95-000001"
    assert (await filed(db, on_paper())).number == "95-000002"
    found = await complaints.by_number(db.reader, "95-000002")
    assert found is not None
    assert (found.way, found.person_id, found.chat) == (FilingWay.POST, None, None)


async def test_CO_04_everything_that_was_said_is_kept(db: Database, clock: HandClock) -> None:
    made = await complainant(db, clock)
    kept = await filed(db, electronic(made))
    assert (kept.full_name, kept.iin, kept.words) == ("Ахметов Ерлан", "580203293006", WORDS)
    assert kept.matter == Matter(MatterKind.REQUEST, made.request.id, PublicService.HOME_CALL)
    assert await complaints.files(db.reader, kept.id) == (
        ComplaintFile("photo", "photo-1"),
        ComplaintFile("document", "paper-1", "выписка.pdf", "x"),
    )
    assert await number_of(db.reader, kept.matter) == made.request.number


async def test_one_matter_has_one_open_complaint_of_a_person(db: Database, clock: HandClock) -> None:
    made = await complainant(db, clock)
    first = await filed(db, electronic(made))
    with pytest.raises(AlreadyComplained) as held:
        await filed(db, electronic(made))
    assert held.value.complaint.id == first.id
    assert first.matter is not None
    found = await complaints.open_about(db.reader, str(made.person_id), first.matter)
    assert found is not None
    await moved(db, first, R, W, A)
    assert (await filed(db, electronic(made))).number == "95-000002"


async def test_CO_08_the_marks_come_in_order_each_with_its_time(db: Database, clock: HandClock) -> None:
    kept = await moved(db, await filed(db, electronic(await complainant(db, clock))), R, W, A)
    marks = await complaints.marks(db.reader, kept.id)
    assert [mark.status for mark in marks] == [D, R, W, A]
    assert [mark.at for mark in marks] == [NOW, *[NOW + timedelta(hours=1)] * 3]
    assert kept.closed_at is not None


async def test_CO_08_no_mark_is_left_out_and_none_comes_twice(db: Database, clock: HandClock) -> None:
    kept = await filed(db, electronic(await complainant(db, clock)))
    for step in (W, A, N, D):
        async with db.transaction() as tx:
            with pytest.raises(ValueError, match="does not follow"):
                await complaints.move(tx, kept, step, "staff:7", NOW)
    await moved(db, kept, R)
    async with db.transaction() as tx:
        assert await complaints.move(tx, kept, R, "staff:7", NOW) is None


async def test_a_signed_complaint_without_its_consent_is_forbidden_by_the_database(db: Database) -> None:
    with pytest.raises(Clash):
        await filed(db, on_paper(way=FilingWay.ELECTRONIC))


async def test_who_accepted_it_is_kept_once(db: Database) -> None:
    kept = await filed(db, on_paper())
    async with db.transaction() as tx:
        assert await complaints.accepted_by(tx, kept, "Омарова Г. Б.")
        assert not await complaints.accepted_by(tx, kept, "Другой Д. Д.")
    found = await complaints.by_id(db.reader, kept.id)
    assert found is not None
    assert found.official == "Омарова Г. Б."


async def test_CO_06_X_33_the_term_promised_is_the_latest_that_the_law_knows(db: Database) -> None:
    kept = await filed(db, on_paper(received_on=date(2026, 11, 20)))
    # Passed on by Monday the 23rd at the latest, then fifteen working days: the 14th of December.
    assert due_on(kept, None, WorkingCalendar()) == date(2026, 12, 14)


async def test_the_card_has_no_answer_before_there_is_one(db: Database, clock: HandClock) -> None:
    made = await complainant(db, clock)
    await filed(db, electronic(made))
    (card,) = await of_person(db.reader, str(made.person_id), WorkingCalendar())
    assert (card.answer, card.bodies, card.matter_number) == ("", (), made.request.number)
    assert [step.status for step in card.marks] == [D]


async def test_S22_nothing_of_it_is_readable_on_the_disk(tmp_path: Path) -> None:
    url = migrated_sqlite_url(tmp_path)
    async with registry(url, HandClock()) as db:
        await add_clinic(db)
        kept = await filed(db, electronic(await complainant(db, HandClock())))
        async with db.transaction() as tx:
            await complaints.accepted_by(tx, kept, "Омарова Г. Б.")
            feedback.keep(tx, 5, "Долго ждали в очереди", "ru", NOW)
    raw = all_bytes(tmp_path)
    for text in (WORDS, "Ахметов Ерлан", "580203293006", "photo-1", "выписка", "Омарова", "Долго ждали"):
        assert text.encode() not in raw, text


async def test_S40_an_open_complaint_stays_until_it_is_closed_and_then_goes_with_its_person(
    db: Database, clock: HandClock
) -> None:
    made = await complainant(db, clock)
    closed = await moved(db, await filed(db, electronic(made)), R, W, N)
    kept = await filed(db, electronic(made))
    async with db.transaction() as tx:
        assert await erase(tx, made.person_id, "operator", NOW)
    gone = await complaints.by_id(db.reader, closed.id)
    assert gone is not None
    assert (gone.full_name, gone.iin, gone.words, gone.chat) == ("", "", "", None)
    assert await complaints.files(db.reader, closed.id) == ()
    still = await complaints.by_id(db.reader, kept.id)
    assert still is not None
    assert (still.words, still.chat) == (WORDS, None)
    over = await moved(db, still, R, W, A)
    assert (over.words, over.full_name, over.postal_address) == ("", "", "")
    assert await complaints.files(db.reader, kept.id) == ()


async def test_G_70_a_closed_complaint_is_emptied_after_five_years_and_feedback_after_ninety_days(
    db: Database, clock: HandClock
) -> None:
    made = await complainant(db, clock)
    kept = await moved(db, await filed(db, electronic(made)), R, W, A)
    async with db.transaction() as tx:
        feedback.keep(tx, 5, "Долго ждали в очереди", "ru", NOW)
    assert (await prune(db, NOW + timedelta(days=89))).rows["feedback"] == 0
    pruned = await prune(db, NOW + timedelta(days=91))
    assert (pruned.rows["feedback"], pruned.rows["complaints"]) == (1, 0)
    later = await prune(db, NOW + RECORDS + timedelta(days=2))
    assert (later.rows["complaints"], later.rows["complaint_files"]) == (1, 2)
    emptied = await complaints.by_id(db.reader, kept.id)
    assert emptied is not None
    assert (emptied.words, emptied.number) == ("", "95-000001")


async def test_G_70_who_accepted_a_complaint_of_an_erased_person_goes_after_five_years_too(
    db: Database, clock: HandClock
) -> None:
    made = await complainant(db, clock)
    kept = await filed(db, electronic(made))
    async with db.transaction() as tx:
        await complaints.accepted_by(tx, kept, "Омарова Г. Б.")
        assert await erase(tx, made.person_id, "operator", NOW)
    await moved(db, kept, R, W, A)
    assert (await prune(db, NOW + RECORDS + timedelta(days=2))).rows["complaints"] == 1
    emptied = await complaints.by_id(db.reader, kept.id)
    assert emptied is not None
    assert emptied.official == ""


async def test_new_keys_open_what_old_ones_sealed(tmp_path: Path) -> None:
    url = migrated_sqlite_url(tmp_path)
    made: Complainant
    async with registry(url, HandClock()) as db:
        await add_clinic(db)
        made = await complainant(db, HandClock())
        kept = await filed(db, electronic(made))
        async with db.transaction() as tx:
            await complaints.accepted_by(tx, kept, "Омарова Г. Б.")
            feedback.keep(tx, 5, "Долго ждали в очереди", "ru", NOW)
        ring = KeyRing.parse(f"2:{base64.b64encode(b'k' * 32).decode()},{KEYS}")
    both = await open_database(url, ring, HandClock())
    try:
        await rotate(both, NOW)
        assert (await verify(both)).unopened == ()
        found = await complaints.by_id(both.reader, kept.id)
        assert found is not None
        assert (found.words, found.official) == (WORDS, "Омарова Г. Б.")
        assert len(await complaints.files(both.reader, kept.id)) == 2
        (words,) = await feedback.of_clinic(both.reader, 5)
        assert words.words == "Долго ждали в очереди"
    finally:
        await both.close()


async def test_G_60_feedback_is_bound_to_no_person(db: Database) -> None:
    async with db.transaction() as tx:
        feedback.keep(tx, 5, "Долго ждали", "ru", NOW)
        feedback.keep(tx, 5, "Всё хорошо", "kk", NOW, source="survey", service=PublicService.HOME_CALL)
    found = await feedback.of_clinic(db.reader, 5)
    assert [(one.words, one.source, one.service) for one in found] == [
        ("Всё хорошо", "survey", PublicService.HOME_CALL),
        ("Долго ждали", "nameless", None),
    ]
    columns = await db.reader.rows("feedback_of_clinic", clinic_no=5, most=1)
    assert len(columns[0]) == 7
