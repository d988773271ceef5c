"""Cases of the desk, on both engines: one open at a time, and a second person for who was seen by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from otp.codes import Asking
from otp.desk_consents import Seeing, give
from rules.channels import Channel
from rules.consent import Purpose
from rules.days import COUNTRY_ZONE
from rules.desk import Way
from rules.iin import Iin
from rules.law import Service
from storage import desk, journal, journal_seals, monthly, people, requests, retention
from storage.database import Database, Tx
from storage.desk import ByPaper, Case
from storage.errors import Clash
from storage.journal import Period, Register
from tests.registry import NOW, add_clinic, add_person
from tests.storage.test_requests import new

STAFF, SECOND = 501, 502
PAPER = ByPaper(
    Iin("580203200016"), "Сейітова", "Күләш", "", date(1858, 2, 3), "+77011234567", "куәлік 012345678"
)


def _case(tx: Tx, staff_id: int = STAFF) -> Case:
    return Case(tx.ids.new(), 5, staff_id, Channel.PHONE, Service.HOME_CALL, "kk", NOW, NOW)


async def opened(db: Database, staff_id: int = STAFF) -> Case:
    async with db.transaction() as tx:
        case = _case(tx, staff_id)
        desk.open_case(tx, case)
    return case


@pytest.fixture
async def clinic(db: Database) -> None:
    await add_clinic(db, 5)


@pytest.mark.usefixtures("clinic")
async def test_a_registrar_has_one_case_open_and_it_is_read_back_whole(db: Database) -> None:
    case = await opened(db)
    assert await desk.open_of(db.reader, STAFF) == case
    with pytest.raises(Clash):
        await opened(db)
    assert (await opened(db, SECOND)).staff_id == SECOND


@pytest.mark.usefixtures("clinic")
async def test_a_case_ends_once_and_is_answered_once(db: Database) -> None:
    case, later = await opened(db), NOW + timedelta(minutes=3)
    person, _ = await add_person(db)
    async with db.transaction() as tx:
        desk.handed_in(tx, case.id, person, NOW)
        desk.handed_in(tx, case.id, person, later)
        desk.speak(tx, case.id, "ru")
        assert [await desk.end(tx, case.id, "entered", later) for _ in range(2)] == [True, False]
        assert [await desk.answered(tx, case.id, later) for _ in range(2)] == [True, False]
    kept = await desk.by_id(db.reader, case.id)
    assert kept == replace(
        case,
        locale="ru",
        handed_in_at=NOW,
        ended_at=later,
        answered_at=later,
        outcome="entered",
        person_id=person,
    )
    assert await desk.open_of(db.reader, STAFF) is None


async def refused(db: Database) -> tuple[Case, int]:
    """A case that ended with a refusal, and whom it was about."""
    case, (person, _) = await opened(db), await add_person(db)
    async with db.transaction() as tx:
        desk.handed_in(tx, case.id, person, NOW)
        await desk.end(tx, case.id, "refused", NOW)
        journal.enter_case(tx, case.id, case.clinic_no, "not_attached", NOW)
    return case, person


@pytest.mark.usefixtures("clinic")
async def test_GEN_09_a_case_refused_within_the_dialog_is_one_entry_of_the_contacts(db: Database) -> None:
    case, _ = await refused(db)
    day = NOW.date()
    period = Period.of_days(5, Register.CONTACTS, day, day, COUNTRY_ZONE)
    spans = await journal.spans(db.reader, period)
    ((entry,),) = [page async for page in journal.entries(db.reader, period, spans)]
    assert (entry.no, entry.status, entry.ground, entry.number) == (1, "refused", "not_attached", "")
    assert (entry.actor, entry.channel, entry.service) == (f"staff:{STAFF}", "phone", "home_call")
    assert entry.card is not None
    assert entry.request_id is None
    with pytest.raises(Clash):
        async with db.transaction() as tx:
            journal.enter_case(tx, case.id, case.clinic_no, None, NOW)


@pytest.mark.usefixtures("clinic")
async def test_SEC_02_the_entry_of_a_case_is_sealed_and_cannot_be_changed(db: Database) -> None:
    await refused(db)
    assert await journal_seals.seal_all(db, NOW, "clock") == 1
    assert await journal_seals.verify(db.reader) == ()


@pytest.mark.usefixtures("clinic")
async def test_the_figures_of_a_month_are_not_cut_short_by_cases_without_a_request(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(monthly, "PAGE", 1)
    _, person = await refused(db)
    async with db.transaction() as tx:
        await requests.register(tx, new(person), NOW)
    day = NOW.date()
    period = Period.of_days(5, Register.CONTACTS, day, day, COUNTRY_ZONE)
    assert len([asked async for asked in monthly.requests_of(db.reader, period, NOW)]) == 1


@pytest.mark.usefixtures("clinic")
async def test_GEN_09_a_request_keeps_by_which_way_it_came_and_in_which_case(db: Database) -> None:
    case, (person, _) = await opened(db), await add_person(db)
    async with db.transaction() as tx:
        made = await requests.register(tx, replace(new(person), came_by="phone", desk_case=case.id), NOW)
    assert [one.id for one in await requests.of_case(db.reader, case.id)] == [made.id]
    kept = await requests.by_id(db.reader, made.id)
    assert kept is not None
    assert (kept.came_by, kept.desk_case) == ("phone", case.id)


@pytest.mark.usefixtures("clinic")
async def test_G_12_a_second_person_checks_and_never_the_first(db: Database) -> None:
    async with db.transaction() as tx:
        person_id, identity_id = await desk.identify_by_hand(tx, PAPER, 5, STAFF, NOW, NOW)
    person = await people.by_iin(db.reader, PAPER.iin)
    assert person is not None
    # No code goes to a number that was only said.
    assert (int(person.id), person.full_name, person.mobile) == (person_id, "Сейітова Күләш", "")
    async with db.transaction() as tx:
        assert not await desk.check_identity(tx, identity_id, STAFF, "right", NOW)
        assert await desk.check_identity(tx, identity_id, SECOND, "right", NOW)
        assert not await desk.check_identity(tx, identity_id, 503, "wrong", NOW)
    identity = await desk.identity_of(db.reader, person_id)
    assert identity is not None
    assert (identity.document, identity.outcome, identity.checked_by) == (PAPER.document, "right", SECOND)


@pytest.mark.usefixtures("clinic")
async def test_whoever_is_erased_leaves_no_document_behind(db: Database) -> None:
    async with db.transaction() as tx:
        person_id, _ = await desk.identify_by_hand(tx, PAPER, 5, STAFF, NOW, NOW)
        await retention.erase(tx, person_id, "person:1", NOW)
    identity = await desk.identity_of(db.reader, person_id)
    assert identity is not None
    assert identity.document == ""


@pytest.mark.usefixtures("clinic")
async def test_X_29_a_word_given_twice_for_one_message_is_one_consent(db: Database) -> None:
    case, (person, iin) = await opened(db), await add_person(db)
    asking = Asking(17, case.address, Purpose.HOME_CALL, iin, "kk", shown="Оқып беріңіз")
    seeing = Seeing(asking, Way.CALL_BACK, case)
    first, second = [await give(db, 9, seeing, NOW) for _ in range(2)]
    assert first == second
    assert first is not None
    assert person
    nobody = replace(seeing, asking=replace(asking, subject=PAPER.iin))
    assert await give(db, 10, nobody, NOW) is None
