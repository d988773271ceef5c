"""The papers of home calls and appointments, where a setting asks for one beside the status."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.bookings.book import Booking
from bot.channels.events import Command
from bot.papers.checking import CheckDesk, Found
from bot.papers.drawing import draw
from bot.papers.printed import Issue
from bot.papers.template import template_for
from bot.settings import read_settings
from bot.staff.certificates import Certificates
from rules.booking_status import BookingStatus
from rules.law import GroundCode
from rules.papers import PaperKind, Signer
from storage import papers, slots
from storage.papers import Paper, of_request
from storage.requests import RegisteredRequest
from tests.bot.paper_office import PAGE, SIGNER, said_by
from tests.bot.surgery import Surgery, surgery
from tests.bot.ward import DOCTOR, HEAD, REGISTRAR, TEN, opened

SETTING = {"RESULT_CERTIFICATES": "home_call,appointment"}
ACTOR = "person:1"
MONDAY_EIGHT = datetime(2026, 11, 23, 3, tzinfo=UTC)


@pytest.fixture
async def clinic(tmp_path: Path) -> AsyncIterator[Surgery]:
    certificates = Certificates(read_settings(SETTING).result_certificates)
    async with surgery(tmp_path, "kk", papers=certificates) as opened:
        yield opened


@pytest.fixture
async def plain(tmp_path: Path) -> AsyncIterator[Surgery]:
    """Where nothing is set."""
    async with surgery(tmp_path, "kk", papers=Certificates(read_settings({}).result_certificates)) as opened:
        yield opened


async def visit_paper(clinic: Surgery, booking: Booking) -> Paper | None:
    """The one paper of the booking that stands; the registry keeps no second one."""
    return await of_request(clinic.ward.db.reader, booking.id, PaperKind.APPOINTMENT)


async def call_paper(clinic: Surgery, request: RegisteredRequest) -> Paper | None:
    return await of_request(clinic.ward.db.reader, request.id, PaperKind.HOME_CALL)


async def standing(clinic: Surgery, booking: Booking) -> Paper:
    paper = await visit_paper(clinic, booking)
    assert paper is not None
    return paper


async def is_withdrawn(clinic: Surgery, paper: Paper) -> bool:
    found = await papers.to_issue(clinic.ward.db.reader, paper.id)
    assert found is not None
    return found.withdrawn_at is not None


async def issued(clinic: Surgery, paper: Paper, signer: Signer = SIGNER) -> None:
    async with clinic.ward.db.transaction() as tx:
        assert await papers.issued(tx, paper.id, b"%PDF-", signer, clinic.ward.clock.now())


async def asked(clinic: Surgery, paper: Paper) -> Found:
    """What the page behind the QR code says."""
    desk = CheckDesk(clinic.ward.db, clinic.ward.clock)
    return (await desk.look(paper.number, paper.check_code, "203.0.113.9")).found


async def moved(clinic: Surgery, booking: Booking) -> Booking:
    """Move the booking to the nearest other time, as its citizen does."""
    now = clinic.ward.clock.now()
    async with clinic.ward.db.transaction() as tx:
        later = (await slots.free(tx, booking.wish, now, limit=1))[0]
        assert await slots.move(tx, booking.id, later.id, 1, now)
        visits = clinic.ward.room.visits
        done = await visits.take(tx, booking.id, booking.version, later, ACTOR, now, booking.slot)
    assert done is not None
    return done.booking


async def cancelled(clinic: Surgery, booking: Booking) -> None:
    async with clinic.ward.db.transaction() as tx:
        assert await clinic.ward.room.visits.cancel(tx, booking, ACTOR, clinic.ward.clock.now())


async def two_minutes_later(clinic: Surgery) -> None:
    await clinic.at(clinic.ward.clock.now() + timedelta(minutes=2))


# Appointments


async def test_AP_09_RF_02_X_03_one_paper_stands_while_a_booking_does_and_none_after_it(
    clinic: Surgery,
) -> None:
    booking = await clinic.book()
    first = await standing(clinic, booking)
    booking = await moved(clinic, booking)
    second = await standing(clinic, booking)
    assert await is_withdrawn(clinic, first)
    assert second.facts["visit"]["at"] != first.facts["visit"]["at"]
    await cancelled(clinic, booking)
    assert await visit_paper(clinic, booking) is None
    assert await is_withdrawn(clinic, second)


async def test_RF_02_RF_04_the_page_calls_the_paper_of_an_earlier_time_withdrawn(clinic: Surgery) -> None:
    booking = await clinic.book()
    first = await standing(clinic, booking)
    await issued(clinic, first)
    assert await asked(clinic, first) is Found.GENUINE
    booking = await moved(clinic, booking)
    second = await standing(clinic, booking)
    await issued(clinic, second)
    assert [await asked(clinic, first), await asked(clinic, second)] == [Found.WITHDRAWN, Found.GENUINE]
    await cancelled(clinic, booking)
    assert [await asked(clinic, first), await asked(clinic, second)] == [Found.WITHDRAWN, Found.WITHDRAWN]


async def test_AP_14_RF_02_a_booking_that_the_clinic_withdraws_takes_its_paper_along(
    clinic: Surgery,
) -> None:
    booking = await clinic.book()
    async with clinic.ward.db.transaction() as tx:
        visits, now = clinic.ward.room.visits, clinic.ward.clock.now()
        assert await visits.refuse(tx, booking, GroundCode.NOT_ATTACHED, "staff:1", now)
    assert await visit_paper(clinic, booking) is None


async def test_RF_02_a_time_that_the_clinic_took_away_is_certified_no_longer(clinic: Surgery) -> None:
    booking = await clinic.book(after=MONDAY_EIGHT)
    await clinic.ward.write(HEAD, Command("dayoff", "23.11"))
    for label in ("Бейсенова", "Иә, енгізу"):
        await clinic.ward.press(HEAD, label, chat=HEAD)
    await clinic.at(TEN + timedelta(seconds=1))
    assert (await clinic.now(booking)).status is BookingStatus.TO_MOVE
    assert await visit_paper(clinic, booking) is None


async def test_RF_02_another_doctor_at_the_same_time_is_another_paper(clinic: Surgery) -> None:
    booking = await clinic.book(after=MONDAY_EIGHT)
    before = await standing(clinic, booking)
    await clinic.ward.write(HEAD, Command("substitute", "23.11"))
    for label in ("Бейсенова", "Орлов", "Иә, енгізу"):
        await clinic.ward.press(HEAD, label, chat=HEAD)
    await clinic.at(TEN + timedelta(seconds=1))
    after = await standing(clinic, booking)
    assert await is_withdrawn(clinic, before)
    assert after.facts["doctor"] == "Орлов Дмитрий Алексеевич"


async def test_AP_09_X_02_X_03_where_nothing_is_set_a_result_is_a_status_alone(plain: Surgery) -> None:
    booking = await moved(plain, await plain.book())
    assert await visit_paper(plain, booking) is None
    request = await plain.ward.accepted(await plain.ward.call())
    await two_minutes_later(plain)
    assert await call_paper(plain, request) is None


async def test_X_03_what_was_certified_before_the_setting_was_taken_back_ends_with_its_booking(
    clinic: Surgery,
) -> None:
    booking = await clinic.book()
    paper = await standing(clinic, booking)
    clinic.ward = opened(clinic.ward.db, clinic.ward.clock, clinic.ward)
    await cancelled(clinic, booking)
    assert await is_withdrawn(clinic, paper)


# Home calls


async def test_HC_12_RF_01_X_02_a_confirmed_call_is_certified_once_it_cannot_be_taken_back(
    clinic: Surgery,
) -> None:
    request = await clinic.ward.accepted(await clinic.ward.call())
    assert await call_paper(clinic, request) is None
    await two_minutes_later(clinic)
    paper = await call_paper(clinic, request)
    assert paper is not None
    assert (paper.facts["window"], paper.facts["role"]) == ("12:00–14:00", {"code": "therapist"})


async def test_HC_12_a_slip_of_the_registrar_is_never_certified(clinic: Surgery) -> None:
    request = await clinic.ward.accepted(await clinic.ward.call())
    await clinic.ward.press(REGISTRAR, "Қайтарып алу")
    await two_minutes_later(clinic)
    assert await call_paper(clinic, request) is None


async def test_HC_12_a_doctor_on_the_way_within_those_minutes_is_certified_all_the_same(
    clinic: Surgery,
) -> None:
    request = await clinic.ward.accepted(await clinic.ward.call())
    await clinic.ward.press(DOCTOR, "Дәрігер жолда")
    await two_minutes_later(clinic)
    assert (await clinic.ward.request(request)).status == "on_way"
    assert await call_paper(clinic, request) is not None


async def test_HC_12_on_the_way_pressed_by_mistake_leaves_the_promise_certified(clinic: Surgery) -> None:
    request = await clinic.ward.accepted(await clinic.ward.call())
    await clinic.ward.press(DOCTOR, "Дәрігер жолда")
    await clinic.ward.press(DOCTOR, "Қайтарып алу")
    assert (await clinic.ward.request(request)).status == "confirmed"
    assert await call_paper(clinic, request) is not None


async def test_RF_01_a_call_that_its_citizen_withdraws_takes_its_paper_along(clinic: Surgery) -> None:
    request = await clinic.ward.accepted(await clinic.ward.call())
    await two_minutes_later(clinic)
    paper = await call_paper(clinic, request)
    assert paper is not None
    async with clinic.ward.db.transaction() as tx:
        now = clinic.ward.clock.now()
        await clinic.ward.room.withdrawn(tx, await clinic.ward.request(request), now)
    assert await is_withdrawn(clinic, paper)


async def test_S19_a_call_for_another_adult_gets_no_paper_that_would_tell_of_them(clinic: Surgery) -> None:
    request = await clinic.ward.accepted(await clinic.ward.call(for_whom="other"))
    await two_minutes_later(clinic)
    assert await call_paper(clinic, request) is None


# Both


@pytest.mark.parametrize("kind", [PaperKind.APPOINTMENT, PaperKind.HOME_CALL])
async def test_SG_03_what_is_owed_is_drawn_with_all_its_facts_and_who_signs(
    clinic: Surgery, kind: PaperKind, tmp_path: Path
) -> None:
    request = await clinic.ward.accepted(await clinic.ward.call())
    await two_minutes_later(clinic)
    booking = await clinic.book()
    paper = await of_request(
        clinic.ward.db.reader, booking.id if kind is PaperKind.APPOINTMENT else request.id, kind
    )
    assert paper is not None
    issue = Issue(kind, paper.number, paper.check_code, paper.facts, SIGNER, clinic.ward.clock.now(), PAGE)
    path = tmp_path / "paper.pdf"
    path.write_bytes(draw(issue, template_for(kind, 5, None), with_state_signature=False))
    text = " ".join(said_by("pdftotext", "-raw", str(path), "-").split())
    for part in (paper.number, SIGNER.full_name, str(paper.facts["doctor"]), str(paper.facts["person"])):
        assert part in text
