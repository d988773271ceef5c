"""What the office adds to a complaint, in the registry: kept once, sealed, erased and pruned in its time."""

import base64
from datetime import date, timedelta
from pathlib import Path

from rules.complaint_terms import Decision, Delivery, Registration
from rules.complaints import Body, ComplaintStatus
from storage import complaint_office, complaints, work
from storage.complaints import Complaint
from storage.database import Database
from storage.retention import RECORDS, erase, prune
from storage.rotation import rotate
from storage.verify import verify
from tests.complainants import Complainant, complainant, electronic, on_paper
from tests.registry import KEYS, NOW, HandClock, add_clinic, migrated_sqlite_url, registry

FRIDAY = date(2026, 11, 20)
REASONS = "Кезекші дәрігер шақыруға басқа мекенжайға кетіп қалған. Ол ескертілді, келу қайта тағайындалды."
DECISION = Decision(REASONS, FRIDAY, "Омарова Г. Б.")
SENT = Delivery(FRIDAY, "RR123456789KZ")


def all_bytes(folder: Path) -> bytes:
    """The registry's files as they lie on the disk."""
    return b"".join(path.read_bytes() for path in folder.glob("registry.sqlite*"))


async def filed(db: Database, made: Complainant | None = None) -> Complaint:
    async with db.transaction() as tx:
        new = on_paper() if made is None else electronic(made)
        complaint = await complaints.register(tx, new, NOW, "person:1")
        complaint_office.begin(tx, complaint.id, FRIDAY)
    return complaint


async def answered(db: Database, complaint: Complaint) -> Complaint:
    async with db.transaction() as tx:
        assert await complaint_office.forward(tx, complaint.id, NOW, FRIDAY)
        complaint_office.register(tx, complaint.id, Body.HEALTH, Registration("ЖТ-1", FRIDAY), "staff:1", NOW)
        complaint_office.is_due(tx, complaint.id, date(2026, 12, 11))
        for status in (ComplaintStatus.REGISTERED, ComplaintStatus.IN_WORK, ComplaintStatus.ANSWERED):
            if status is ComplaintStatus.ANSWERED:
                assert await complaint_office.decide(tx, complaint.id, DECISION)
            moved = await complaints.move(tx, complaint, status, "staff:1", NOW)
            assert moved is not None
            complaint = moved
        assert await complaint_office.deliver(tx, complaint.id, SENT)
    return complaint


async def test_everything_the_office_does_is_kept(db: Database) -> None:
    complaint = await answered(db, await filed(db))
    office = await complaint_office.of(db.reader, complaint.id)
    assert office is not None
    assert (office.forward_due, office.forwarded_on, office.answer_due) == (
        FRIDAY,
        FRIDAY,
        date(2026, 12, 11),
    )
    assert office.body(Body.HEALTH) == Registration("ЖТ-1", FRIDAY)
    assert office.body(Body.QUALITY) is None
    assert (office.decision, office.delivery) == (DECISION, SENT)
    assert "RR1234" not in repr(office)
    assert "Кезекші" not in repr(office)


async def test_each_step_of_the_office_is_taken_once(db: Database) -> None:
    complaint = await answered(db, await filed(db))
    later = NOW + timedelta(days=3)
    other = Decision(f"{REASONS} Тағы.", date(2026, 11, 23), "Басқа А.")
    async with db.transaction() as tx:
        complaint_office.begin(tx, complaint.id, date(2027, 1, 1))
        assert not await complaint_office.forward(tx, complaint.id, later, date(2026, 11, 23))
        assert not await complaint_office.decide(tx, complaint.id, other)
        assert not await complaint_office.deliver(tx, complaint.id, Delivery(date(2026, 11, 23), "x"))
        assert await complaint_office.overdue(tx, complaint.id, later)
        assert not await complaint_office.overdue(tx, complaint.id, later)
    office = await complaint_office.of(db.reader, complaint.id)
    assert office is not None
    assert (office.forward_due, office.forwarded_at, office.decision) == (FRIDAY, NOW, DECISION)


async def test_an_answer_leaves_no_complaint_that_has_none(db: Database) -> None:
    complaint = await filed(db)
    async with db.transaction() as tx:
        assert not await complaint_office.deliver(tx, complaint.id, SENT)


async def test_an_escalation_only_rises_until_it_is_passed_on(db: Database) -> None:
    complaint = await filed(db)
    async with db.transaction() as tx:
        complaint_office.escalate(tx, complaint.id, 2)
        complaint_office.escalate(tx, complaint.id, 1)
    office = await complaint_office.of(db.reader, complaint.id)
    assert office is not None
    assert office.level == 2
    async with db.transaction() as tx:
        assert await complaint_office.forward(tx, complaint.id, NOW, FRIDAY)
    office = await complaint_office.of(db.reader, complaint.id)
    assert office is not None
    assert office.level == 0


async def test_the_office_lists_what_it_has_to_do_with_and_what_is_just_over(db: Database) -> None:
    first, second = await filed(db), await filed(db)
    await answered(db, second)
    assert await complaint_office.of_clinic(db.reader, 5, NOW) == (first.id, second.id)
    assert await complaint_office.of_clinic(db.reader, 6, NOW) == ()
    later = NOW + complaint_office.ARCHIVED_FOR + timedelta(days=1)
    assert await complaint_office.of_clinic(db.reader, 5, later) == (first.id,)


async def test_G_61_who_acted_on_the_request_and_who_said_so_are_known(
    db: Database, clock: HandClock
) -> None:
    complaint = await filed(db, await complainant(db, clock))
    assert await complaint_office.actors(db.reader, complaint) == frozenset()
    assert complaint.matter is not None
    async with db.transaction() as tx:
        assert await work.take(tx, complaint.matter.id, 501, NOW)
        work.note(tx, complaint.matter.id, 502, "ескертпе", NOW)
        complaint_office.is_about(tx, complaint.id, 503)
        complaint_office.is_about(tx, complaint.id, 503)
    assert await complaint_office.actors(db.reader, complaint) == {501, 502}
    assert await complaint_office.named(db.reader, complaint.id) == {503}
    assert await complaint_office.doctors(db.reader, complaint) == frozenset()
    nothing = await filed(db)
    assert await complaint_office.actors(db.reader, nothing) == frozenset()
    assert await complaint_office.doctors(db.reader, nothing) == frozenset()


async def test_S22_no_word_of_an_answer_lies_open_in_the_file_and_a_new_key_opens_it(
    tmp_path: Path, clock: HandClock
) -> None:
    async with registry(migrated_sqlite_url(tmp_path), clock) as db:
        await add_clinic(db)
        complaint = await answered(db, await filed(db))
        raw = all_bytes(tmp_path)
        for word in ("Кезекші", "Омарова", "RR123456789KZ"):
            assert word.encode() not in raw
    second = f"2:{base64.b64encode(bytes(range(32))[::-1]).decode()}"
    url = f"sqlite:///{tmp_path / 'registry.sqlite'}"
    async with registry(url, clock, f"{second},{KEYS}", migrated=True) as both:
        await rotate(both, NOW)
        assert (await verify(both)).unopened == ()
    async with registry(url, clock, second, migrated=True) as after:
        office = await complaint_office.of(after.reader, complaint.id)
        assert office is not None
        assert office.decision == DECISION


async def test_S40_with_its_person_the_answer_goes_and_the_days_stay(db: Database, clock: HandClock) -> None:
    made = await complainant(db, clock)
    complaint = await answered(db, await filed(db, made))
    async with db.transaction() as tx:
        assert await erase(tx, made.person_id, "operator", NOW)
    office = await complaint_office.of(db.reader, complaint.id)
    assert office is not None
    assert (office.decision, office.delivery) == (None, None)
    assert (office.decided_on, office.delivered_on) == (FRIDAY, FRIDAY)


async def test_S40_what_is_still_examined_keeps_its_answer_until_it_has_left(
    db: Database, clock: HandClock
) -> None:
    made = await complainant(db, clock)
    complaint = await filed(db, made)
    async with db.transaction() as tx:
        assert await erase(tx, made.person_id, "operator", NOW)
    complaint = await answered(db, complaint)
    async with db.transaction() as tx:
        complaint_office.empty_erased(tx, complaint.id)
    office = await complaint_office.of(db.reader, complaint.id)
    assert office is not None
    assert office.decision is None


async def test_after_five_years_the_answer_and_who_gave_it_are_gone(db: Database) -> None:
    complaint = await answered(db, await filed(db))
    async with db.transaction() as tx:
        complaint_office.is_about(tx, complaint.id, 503)
    await prune(db, NOW + RECORDS - timedelta(days=1))
    office = await complaint_office.of(db.reader, complaint.id)
    assert office is not None
    assert office.decision == DECISION
    await prune(db, NOW + RECORDS + timedelta(days=1))
    office = await complaint_office.of(db.reader, complaint.id)
    assert office is not None
    assert (office.decision, office.delivery) == (None, None)
    assert await complaint_office.named(db.reader, complaint.id) == frozenset()
