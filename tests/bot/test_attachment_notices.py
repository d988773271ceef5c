"""What staff and citizens read of a switch, and when: the clinic's own name, no message at night, one day."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from rules.attachment_status import AttachmentStatus
from rules.papers import PaperKind
from storage import attachments, requests, retention
from storage.papers import of_request
from tests.bot.enrolling import CLINICS, Enrolling, enrolling
from tests.bot.ward import CITIZEN, GROUP, HEAD, OTHER_GROUP, REGISTRAR

FREE_CHOICE = "from,choices,period,campaign_from,campaign_to,effect"
EIGHTH = "7,Городская поликлиника № 8,№ 8 қалалық емхана,Алматы,+77272405988,,Поликлиника № 8,№ 8 емхана"

MIDNIGHT = datetime(2026, 11, 30, 19, 0, tzinfo=UTC)
"""The first moment of December in Almaty."""
MORNING = datetime(2026, 12, 1, 3, 0, tzinfo=UTC)
PHONE = "+77011234567"


@pytest.fixture
async def clinic(tmp_path: Path) -> AsyncIterator[Enrolling]:
    async with enrolling(tmp_path) as opened:
        yield opened


async def test_staff_read_the_clinics_own_name_and_not_its_number_in_the_directory(clinic: Enrolling) -> None:
    await clinic.load(clinics=f"{CLINICS}\n{EIGHTH}\n")
    await clinic.ask(await clinic.person(clinic_no=7), from_clinic=7)
    assert "Нынешняя поликлиника: Поликлиника № 8\n" in clinic.ward.last(GROUP)


async def test_the_old_clinic_reads_the_new_ones_own_name(clinic: Enrolling) -> None:
    await clinic.ask(await clinic.person())
    await clinic.ward.press(REGISTRAR, "Прикрепить")
    await clinic.pass_seconds(120)
    assert clinic.ward.last(OTHER_GROUP) == (
        "Один пациент прикрепился к другой поликлинике: П-5. У вас прикреплено: 0."
    )


async def switched_at_midnight(clinic: Enrolling) -> tuple[int, int]:
    """A switch at the first moment of December; how much the citizen and the old clinic had read before."""
    await clinic.load(free_choice=f"{FREE_CHOICE}\n2026-01-01,1,calendar_year,,,next_month\n")
    person = await clinic.person()
    await clinic.ask(person)
    await clinic.ward.press(REGISTRAR, "Прикрепить")
    await clinic.pass_seconds(120)
    read = len(clinic.ward.read(CITIZEN)), len(clinic.ward.chats.get(str(OTHER_GROUP), []))
    await clinic.at(MIDNIGHT)
    assert await clinic.clinics_of(person) == [6, 5]
    return read


async def test_G_47_a_switch_at_midnight_is_told_in_the_morning(clinic: Enrolling) -> None:
    citizen, old_clinic = await switched_at_midnight(clinic)
    await clinic.at(MORNING - timedelta(minutes=1))
    assert len(clinic.ward.read(CITIZEN)) == citizen
    assert len(clinic.ward.chats.get(str(OTHER_GROUP), [])) == old_clinic
    await clinic.at(MORNING)
    assert "1 декабря 2026" in clinic.ward.last(CITIZEN)
    assert len(clinic.ward.read(OTHER_GROUP)) == old_clinic + 1


async def test_G_47_at_night_the_card_of_the_switch_is_true_at_once(clinic: Enrolling) -> None:
    await switched_at_midnight(clinic)
    assert clinic.ward.card(GROUP).text.startswith("ПРИКРЕПЛЁН. Прикрепление № 05-000001")


async def test_G_47_who_cannot_be_reached_in_the_chat_gets_no_sms_of_the_switch_at_night(
    clinic: Enrolling,
) -> None:
    await switched_at_midnight(clinic)
    clinic.ward.blocked.add(str(CITIZEN))
    await clinic.at(MORNING - timedelta(minutes=1))
    assert PHONE not in clinic.ward.chats
    await clinic.at(MORNING)
    await clinic.at(MORNING + timedelta(minutes=10))
    assert "05-000001" in clinic.ward.last(PHONE)


@pytest.mark.parametrize("begins", ["at_once", "next_month"])
async def test_AT_13_the_notice_the_register_and_the_paper_name_one_day(
    clinic: Enrolling, begins: str
) -> None:
    """Pressed a minute before midnight, or switched late because the service was down on the day."""
    await clinic.load(free_choice=f"{FREE_CHOICE}\n2026-01-01,1,calendar_year,,,{begins}\n")
    person = await clinic.person()
    request = await clinic.ask(person)
    await clinic.at(MIDNIGHT - timedelta(minutes=1))
    await clinic.ward.press(REGISTRAR, "Прикрепить")
    late = MIDNIGHT + timedelta(minutes=1) if begins == "at_once" else MIDNIGHT + timedelta(days=32)
    await clinic.at(late)
    await clinic.at(late + timedelta(hours=9))
    day = clinic_day(late)
    stay = (await attachments.history(clinic.ward.db.reader, person))[-1]
    paper = await of_request(clinic.ward.db.reader, request.id, PaperKind.ATTACHMENT)
    assert paper is not None
    assert stay.attached_on == day
    assert paper.facts["since"] == {"day": day.isoformat()}
    assert (await clinic.now(request)).effective_on == day


def clinic_day(moment: datetime) -> date:
    return moment.astimezone(ZoneInfo("Asia/Almaty")).date()


async def test_S40_an_erased_persons_request_is_cancelled_and_the_clinics_evening_goes_on(
    clinic: Enrolling,
) -> None:
    erased = await clinic.person()
    request, other = await clinic.ask(erased), await clinic.ask(await clinic.person())
    async with clinic.ward.db.transaction() as tx:
        await retention.erase(tx, erased, "operator", clinic.ward.clock.now())
    await clinic.at(datetime(2026, 11, 20, 14, 0, tzinfo=UTC))
    found = await requests.by_id(clinic.ward.db.reader, request.id)
    assert found is not None
    assert found.status == AttachmentStatus.CANCELLED
    assert other.number in clinic.ward.last(HEAD)
    assert request.number not in clinic.ward.last(HEAD)


async def test_S40_a_row_without_its_people_stops_nobody_elses_clock(clinic: Enrolling) -> None:
    emptied, other = await clinic.ask(await clinic.person()), await clinic.ask(await clinic.person())
    async with clinic.ward.db.transaction() as tx:
        tx.later("erase_requests", person_id=emptied.patient_id)
    await clinic.at(datetime(2026, 11, 20, 14, 0, tzinfo=UTC))
    assert other.number in clinic.ward.last(HEAD)
