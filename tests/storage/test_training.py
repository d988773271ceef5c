"""Requests to the college in the registry: numbers, marks, the clock that stands, what is kept and erased."""

import base64
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from rules.consent import Purpose
from rules.iin import Iin
from rules.training import COLLEGE, Asked, Pause, Programme, Stage, Term
from storage import training, training_cards
from storage.addresses import Address
from storage.database import Database, open_database
from storage.keys import KeyRing
from storage.load import Loaded, load
from storage.retention import RECORDS, erase, prune
from storage.rotation import rotate
from storage.training import AlreadyOpen, NewTraining, Signature, Training
from storage.verify import verify
from tests.otp.asking import Counter
from tests.registry import KEYS, NOW, HandClock, add_person, migrated_sqlite_url, registry

CLINIC_ROW = (
    "clinic_no,name_ru,name_kk,address,phones,norm,hours,kind\n"
    '90,Медицинский колледж,Медициналық колледж,"Қабанбай батыр, 132",+77272675905;+77272673662,,'
    "09:00-18:00;-;-,college\n"
)
GRADUATES = "iin,programme,document,original_no,decided_on,full_name,title\n"
TERM = Term(date(2026, 11, 20), date(2026, 12, 11))
NAME = "Әлімова Айгүл"
NUMBER = "ТКБ № 0123456"
STORY = "Сумкамды автобуста ұмытып кеттім"


@dataclass(frozen=True)
class Student:
    """Somebody of the registry with a line among the graduates."""

    db: Database
    person_id: int
    iin: Iin
    graduate_id: int
    consent_id: int

    def wants(self, asked: Asked = Asked.DUPLICATE) -> NewTraining:
        """A request made in a chat."""
        story = STORY if asked is Asked.DUPLICATE else ""
        return NewTraining(
            asked, self.graduate_id, str(self.person_id), "electronic", Address("telegram", "700001"), "kk",
            TERM, story, Signature(self.consent_id, "digest", "Текст", "12"),
        )  # fmt: skip

    async def registered(self, asked: Asked = Asked.DUPLICATE) -> Training:
        async with self.db.transaction() as tx:
            return await training.register(tx, self.wants(asked), NOW, f"person:{self.person_id}")


def college_files(tmp_path: Path, *graduates: str) -> Path:
    folder = tmp_path / "college"
    folder.mkdir(exist_ok=True)
    (folder / "clinics.csv").write_text(CLINIC_ROW, encoding="utf-8")
    (folder / "graduates.csv").write_text(GRADUATES + "".join(graduates), encoding="utf-8")
    return folder


async def student(db: Database, clock: HandClock, tmp_path: Path) -> Student:
    person_id, iin = await add_person(db)
    row = f"{iin.digits},vocational,diploma,{NUMBER},2008-06-27,{NAME},Мейіргер ісі\n"
    assert isinstance(await load(db, college_files(tmp_path, row), NOW), Loaded)
    [record] = await training.graduations(db.reader, iin)
    given = await Counter(db, clock, iin, purpose=Purpose.TRAINING).confirm()
    return Student(db, person_id, iin, record.id, given.consent_id)


async def test_TR_17_the_entry_of_the_register_has_a_number_of_the_college_and_the_day(
    db: Database, clock: HandClock, tmp_path: Path
) -> None:
    who = await student(db, clock, tmp_path)
    one, two = await who.registered(), await who.registered(Asked.MAIN)
    assert (one.number, two.number) == ("90-000001", "90-000002")
    assert (one.clinic_no, one.filed_at, one.due_on) == (COLLEGE, NOW, TERM.due_on)
    assert (one.stage, one.version, one.story, two.story) == (Stage.REGISTERED, 1, STORY, "")
    [mark] = await training.marks(db.reader, one.id)
    assert (mark.step, mark.at, mark.actor) == (Stage.REGISTERED, NOW, f"person:{who.person_id}")
    assert await training.by_number(db.reader, "90-000001") == one
    assert await training.by_id(db.reader, 1) is None


async def test_the_same_is_not_asked_twice_while_it_is_open(
    db: Database, clock: HandClock, tmp_path: Path
) -> None:
    who = await student(db, clock, tmp_path)
    first = await who.registered()
    async with db.transaction() as tx:
        with pytest.raises(AlreadyOpen) as held:
            await training.register(tx, who.wants(), NOW, "person:1")
        assert held.value.request == first
    async with db.transaction() as tx:
        assert await training.move(tx, first, Stage.CANCELLED, "person:1", NOW)
    assert (await who.registered()).number == "90-000002"


async def test_TR_18_each_stage_keeps_who_and_when_and_none_is_taken_twice(
    db: Database, clock: HandClock, tmp_path: Path
) -> None:
    who = await student(db, clock, tmp_path)
    request = await who.registered()
    later = NOW + timedelta(hours=1)
    async with db.transaction() as tx:
        moved = await training.move(tx, request, Stage.ASSIGNED, "staff:7", later)
        assert moved is not None
        assert await training.move(tx, request, Stage.ASSIGNED, "staff:8", later) is None
    assert await training.by_id(db.reader, request.id) == moved
    steps = [(one.step, one.actor) for one in await training.marks(db.reader, request.id)]
    assert steps == [(Stage.REGISTERED, f"person:{who.person_id}"), (Stage.ASSIGNED, "staff:7")]
    assert [one.id for one in await training.open_requests(db.reader)] == [request.id]
    async with db.transaction() as tx:
        ended = await training.move(tx, moved, Stage.REFUSED, "staff:7", later, "not_brought")
        assert ended is not None
        assert await training.move(tx, ended, Stage.ASSIGNED, "staff:7", later) is None
    kept = await training.by_id(db.reader, request.id)
    assert kept is not None
    assert (kept.closed_at, kept.ground) == (later, "not_brought")
    assert await training.open_requests(db.reader) == ()
    assert await training.of_graduate(db.reader, who.graduate_id) == (kept,)


async def test_TR_11_while_the_clock_stands_no_stage_is_taken_and_then_it_has_a_new_term(
    db: Database, clock: HandClock, tmp_path: Path
) -> None:
    who = await student(db, clock, tmp_path)
    request = await who.registered()
    async with db.transaction() as tx:
        stands = await training.suspend(tx, request, date(2026, 11, 23), "staff:7", NOW)
        assert stands is not None
        assert await training.suspend(tx, stands, date(2026, 11, 23), "staff:7", NOW) is None
        assert await training.move(tx, stands, Stage.ASSIGNED, "staff:7", NOW) is None
    [card] = await training_cards.cards(db.reader, [str(who.person_id)])
    assert (card.shown, card.suspended) == ("suspended", True)
    async with db.transaction() as tx:
        goes = await training.resume(tx, stands, date(2026, 12, 16), "staff:7", NOW)
        assert goes is not None
        assert await training.resume(tx, goes, date(2026, 12, 16), "staff:7", NOW) is None
    assert await training.by_id(db.reader, request.id) == replace(goes, due_on=date(2026, 12, 16))
    assert [one.step for one in await training.marks(db.reader, request.id)] == [
        Stage.REGISTERED,
        Pause.SUSPENDED,
        Pause.RESUMED,
    ]
    [card] = await training_cards.cards(db.reader, [str(who.person_id)])
    assert (card.shown, card.due_on, card.programme) == ("registered", date(2026, 12, 16), "Мейіргер ісі")


async def test_what_is_suspended_can_still_be_taken_back(
    db: Database, clock: HandClock, tmp_path: Path
) -> None:
    who = await student(db, clock, tmp_path)
    request = await who.registered()
    async with db.transaction() as tx:
        stands = await training.suspend(tx, request, date(2026, 11, 23), "staff:7", NOW)
        assert stands is not None
        assert await training.move(tx, stands, Stage.CANCELLED, "person:1", NOW)


async def test_a_term_is_broken_once(db: Database, clock: HandClock, tmp_path: Path) -> None:
    who = await student(db, clock, tmp_path)
    request = await who.registered()
    async with db.transaction() as tx:
        assert await training.breached(tx, request.id, NOW)
        assert not await training.breached(tx, request.id, NOW)


async def test_X_14_a_request_handed_in_at_the_desk_needs_no_chat_and_no_record_of_the_registry(
    db: Database, clock: HandClock, tmp_path: Path
) -> None:
    who = await student(db, clock, tmp_path)
    new = NewTraining(Asked.DUPLICATE, who.graduate_id, None, "desk", None, "ru", TERM, STORY)
    async with db.transaction() as tx:
        made = await training.register(tx, new, NOW, "staff:7")
    assert (made.person_id, made.chat, made.came_by) == (None, None, "desk")
    assert await training.iin_of(db.reader, who.graduate_id) == who.iin


async def test_TR_15_the_name_of_the_original_stays_when_the_registry_has_another(
    db: Database, clock: HandClock, tmp_path: Path
) -> None:
    who = await student(db, clock, tmp_path)
    record = await training.graduation(db.reader, who.graduate_id)
    assert record is not None
    assert (record.full_name, record.original_no) == (NAME, NUMBER)
    assert (record.programme, record.decided_on) == (Programme.VOCATIONAL, date(2008, 6, 27))


async def test_the_number_of_an_issued_document_stays_whatever_is_loaded_later(
    db: Database, clock: HandClock, tmp_path: Path
) -> None:
    who = await student(db, clock, tmp_path)
    row = f"{who.iin.digits},upgrading,,,2026-11-13,{NAME},Курс\n"
    assert isinstance(await load(db, college_files(tmp_path, row), NOW), Loaded)
    newest, _ = await training.graduations(db.reader, who.iin)
    async with db.transaction() as tx:
        assert await training.issued_as(tx, newest.id, "ПК 7")
        assert not await training.issued_as(tx, newest.id, "ПК 8")
    assert isinstance(await load(db, college_files(tmp_path, row), NOW), Loaded)
    found = await training.graduations(db.reader, who.iin)
    assert [one.original_no for one in found] == ["ПК 7", NUMBER]


async def test_what_the_office_writes_is_sealed_and_kept_beside_the_request(
    db: Database, clock: HandClock, tmp_path: Path
) -> None:
    who = await student(db, clock, tmp_path)
    request = await who.registered()
    assert await training.office_of(db.reader, request.id) == {}
    async with db.transaction() as tx:
        training.keep_office(tx, request.id, {"payment": {"amount": 5000}})
    assert await training.office_of(db.reader, request.id) == {"payment": {"amount": 5000}}


def all_bytes(folder: Path) -> bytes:
    """The registry's files as they lie on the disk."""
    return b"".join(path.read_bytes() for path in folder.glob("registry.sqlite*"))


async def test_S39_nothing_of_a_graduate_can_be_read_in_the_file(tmp_path: Path, clock: HandClock) -> None:
    async with registry(migrated_sqlite_url(tmp_path), clock) as db:
        who = await student(db, clock, tmp_path)
        request = await who.registered()
        async with db.transaction() as tx:
            training.keep_office(tx, request.id, {"recipient": "Сенімді Өкіл"})
    lying = all_bytes(tmp_path)
    for text in (NAME, NUMBER, STORY, who.iin.digits, "Сенімді Өкіл"):
        assert text.encode() not in lying


async def test_a_new_key_finds_graduates_again(
    url: str, db: Database, clock: HandClock, tmp_path: Path
) -> None:
    who = await student(db, clock, tmp_path)
    request = await who.registered()
    new = f"2:{base64.b64encode(b'k' * 32).decode()}"
    both = await open_database(url, KeyRing.parse(f"{new},{KEYS}"), clock)
    await rotate(both, NOW)
    await both.close()
    rotated = await open_database(url, KeyRing.parse(new), clock)
    try:
        [record] = await training.graduations(rotated.reader, who.iin)
        assert (record.full_name, record.original_no) == (NAME, NUMBER)
        kept = await training.by_id(rotated.reader, request.id)
        assert kept is not None
        assert kept.story == STORY
        assert (await verify(rotated)).unopened == ()
    finally:
        await rotated.close()


async def test_S40_erasure_cancels_what_is_open_and_leaves_nobodys_name(
    db: Database, clock: HandClock, tmp_path: Path
) -> None:
    who = await student(db, clock, tmp_path)
    request = await who.registered()
    at_desk = NewTraining(Asked.MAIN, who.graduate_id, None, "desk", None, "ru", TERM, STORY)
    async with db.transaction() as tx:
        other = await training.register(tx, at_desk, NOW, "staff:7")
        training.keep_office(tx, other.id, {"recipient": "X"})
        assert await erase(tx, who.person_id, "person:1", NOW)
    for request_id in (request.id, other.id):
        kept = await training.by_id(db.reader, request_id)
        assert kept is not None
        assert (kept.stage, kept.story, kept.chat) == (Stage.CANCELLED, "", None)
        assert (await training.marks(db.reader, request_id))[-1].step is Stage.CANCELLED
    assert await training.graduations(db.reader, who.iin) == ()
    assert await training.graduation(db.reader, who.graduate_id) is None
    assert await training.iin_of(db.reader, who.graduate_id) is None
    assert await training.office_of(db.reader, other.id) == {}


async def test_G_70_after_five_years_words_and_papers_of_a_request_are_gone(
    db: Database, clock: HandClock, tmp_path: Path
) -> None:
    who = await student(db, clock, tmp_path)
    request = await who.registered()
    async with db.transaction() as tx:
        assert await training.move(tx, request, Stage.CANCELLED, "person:1", NOW)
    assert (await prune(db, NOW + RECORDS - timedelta(days=1))).rows["training_requests"] == 0
    assert (await prune(db, NOW + RECORDS + timedelta(days=1))).rows["training_requests"] == 1
    kept = await training.by_id(db.reader, request.id)
    assert kept is not None
    assert (kept.story, kept.number) == ("", request.number)


async def test_a_request_in_a_log_names_nobody(db: Database, clock: HandClock, tmp_path: Path) -> None:
    who = await student(db, clock, tmp_path)
    request = await who.registered()
    assert STORY not in repr(request)
    assert repr(request).startswith("Training(")
