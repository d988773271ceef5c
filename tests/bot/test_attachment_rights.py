"""What was signed for several people, and whose papers are whose, judged in the deciding transaction."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest

from bot.attachments.decisions import AttachmentDecisions
from bot.talk.registers import Registers
from bot.talk.standing import Decided, Pressed
from dialogs.drafts import AttachedPerson, AttachmentDraft, PaperDraft, Signed
from dialogs.engine import Json
from rules.attachment import Cause
from rules.consent import Purpose
from rules.home_call import ForWhom
from rules.people import Person
from storage import requests
from storage.addresses import Address
from storage.people import by_id
from storage.requests import RegisteredRequest
from tests.bot.enrolling import Enrolling, enrolling
from tests.bot.ward import CITIZEN, REGISTRAR
from tests.otp.asking import Counter
from tests.registry import HandClock

CHAT = Address("telegram", str(CITIZEN))
IN_JANUARY = "from,choices,period,campaign_from,campaign_to,effect\n2026-01-01,1,calendar_year,,,01-01\n"


@pytest.fixture
async def clinic(tmp_path: Path) -> AsyncIterator[Enrolling]:
    async with enrolling(tmp_path) as opened:
        yield opened


async def _decided(clinic: Enrolling, draft: AttachmentDraft | PaperDraft) -> dict[str, Json]:
    decisions = AttachmentDecisions(Registers(), clinic.ward.room.attachments)
    pressed = Pressed(CHAT, 1, None, "ru", clinic.ward.clock.now())
    async with clinic.ward.db.transaction() as tx:
        done: Decided = await decisions.decide(tx, draft, pressed)
    assert isinstance(done.receipt, dict)
    return done.receipt


async def _found(clinic: Enrolling, person_id: int) -> Person:
    found = await by_id(clinic.ward.db.reader, person_id)
    assert found is not None
    return found


async def _signed(clinic: Enrolling, caller: Person, *people: AttachedPerson) -> AttachmentDraft:
    """A sitting that the caller has confirmed by a code; the first one is to be attached from January on."""
    clock = HandClock(clinic.ward.clock.now())
    counter = Counter(clinic.ward.db, clock, caller.iin, CHAT, Purpose.ATTACHMENT)
    consent_id = (await counter.confirm()).consent_id
    begins, today = date(2027, 1, 1), clock.now().date()
    signed = Signed("", "", "ru")
    return AttachmentDraft(people, caller.id, caller.version, consent_id, 5, (), begins, today, signed)


async def test_G_75_of_several_in_one_sitting_each_has_a_day_of_effect_of_their_own(
    clinic: Enrolling,
) -> None:
    await clinic.load(free_choice=IN_JANUARY)
    mother, baby = await clinic.person(), await clinic.person(clinic_no=None, born="2026-09-01")
    await clinic.guards(mother, baby)
    caller, child = await _found(clinic, mother), await _found(clinic, baby)
    draft = await _signed(
        clinic,
        caller,
        AttachedPerson(caller.id, caller.version, Cause.FREE_CHOICE, 6, ForWhom.SELF),
        AttachedPerson(child.id, child.version, Cause.BIRTH, None, ForWhom.CHILD),
    )
    await _decided(clinic, draft)
    registered = await requests.open_of_clinic(clinic.ward.db.reader, 5)
    days = {one.patient_id: one.visit_day for one in registered}
    assert days == {mother: date(2027, 1, 1), baby: date(2026, 11, 20)}


# The talon once more


async def _talon_of(clinic: Enrolling, parent: int, until: str) -> RegisteredRequest:
    """A child was attached by that parent, who acts for it up to that day."""
    child = await clinic.person(born="2018-06-12")
    await clinic.guards(parent, child, until)
    request = await clinic.ask(child, caller=parent)
    await clinic.ward.press(REGISTRAR, "Прикрепить")
    await clinic.pass_seconds(120)
    return request


async def test_G_09_PC_10_who_acts_for_the_child_today_may_have_its_talon_again(clinic: Enrolling) -> None:
    parent = await clinic.person()
    request = await _talon_of(clinic, parent, "")
    assert "barred" not in await _decided(clinic, PaperDraft(request.id, str(parent)))


async def test_G_09_PC_10_who_acted_for_the_child_once_does_not_get_its_talon_again(
    clinic: Enrolling,
) -> None:
    parent = await clinic.person()
    request = await _talon_of(clinic, parent, "2026-11-21")
    await clinic.pass_seconds(2 * 86400)
    receipt = await _decided(clinic, PaperDraft(request.id, str(parent)))
    assert (receipt["sent"], receipt["barred"]) == (False, True)
