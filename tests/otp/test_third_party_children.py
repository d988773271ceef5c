"""A parent is asked for their child: what they read says so, and which child it is (G-37)."""

from datetime import date
from pathlib import Path

import pytest

import locales
from dialogs.engine import T
from locales.segments import MOST_PARTS, parts
from otp import evidence
from otp.third_party_answers import Answer
from rules.iin import Iin
from rules.third_party import ConsentState, Matter
from storage import outbox
from storage.database import Database
from storage.load import Loaded, load
from tests.otp.test_third_party import add_child, add_guardian
from tests.otp.third_parties import ASKERS_PHONE, OWN_CHAT, PHONE, Desk, text_of
from tests.registry import NOW, HandClock, add_person
from tests.storage.test_load import PEOPLE, folder, person_row


@pytest.fixture
async def desk(db: Database, clock: HandClock) -> Desk:
    return Desk(db, clock, *await add_person(db, phone=ASKERS_PHONE, surname="Ахметова"))


async def child_of(desk: Desk) -> tuple[int, Iin]:
    """A child of ten, and the id of the parent who answers."""
    _, subject = await add_child(desk.db, date(2016, 5, 1), "")
    parent, parents_iin = await add_person(desk.db, phone=PHONE)
    await add_guardian(desk.db, subject, parents_iin)
    return parent, subject


@pytest.mark.parametrize("matter", list(Matter))
async def test_G_37_a_parent_reads_that_it_is_about_the_child_and_about_which(
    desk: Desk, matter: Matter
) -> None:
    parent, subject = await child_of(desk)
    await desk.confirm_chat(parent)
    sms, *_, note = await desk.ask(wanted := desk.wanted(subject, matter))
    assert "Алан" in text_of(sms)
    assert "сіз туралы" not in text_of(sms)
    assert "құжатыңызды" not in text_of(sms)
    assert parts(text_of(sms)) <= MOST_PARTS
    assert "Ребёнок: Алан" in str(note.body["text"])
    assert "о вас" not in str(note.body["text"])
    record = await evidence.record(desk.db.reader, (await desk.of(wanted)).consent_id)
    assert record is not None
    assert record.text_id == f"of_another_{matter}_child"
    assert record.text_is_genuine


async def test_G_37_adults_read_that_it_is_about_them(desk: Desk) -> None:
    person, subject = await add_person(desk.db)
    await desk.confirm_chat(person)
    sms, _, note = await desk.ask(desk.wanted(subject))
    assert "сіз туралы" in text_of(sms)
    assert "о вас" in str(note.body["text"])
    assert locales.render(T("button.consent_agree"), "ru") in str(note.body)


async def test_S01_once_the_phone_in_the_registry_is_another_the_old_one_answers_nothing(
    db: Database, clock: HandClock, tmp_path: Path
) -> None:
    desk = Desk(db, clock, *await add_person(db, phone=ASKERS_PHONE))
    person, subject = await add_person(db)
    await desk.confirm_chat(person)
    code, request = await desk.code(subject)
    rows = PEOPLE + person_row(subject.digits, phone="+77019998877", clinic_no="", attached_on="")
    assert isinstance(await load(db, folder(tmp_path, people=rows), NOW), Loaded)
    for text in (code, "0", f"нет {request.number}"):
        assert await desk.reply(text) is None
    assert (await desk.again(request)).state is ConsentState.WAITING
    async with db.transaction() as tx:
        owed = await outbox.claim(tx, 2, request.ends_at, request.ends_at)
    assert not [one for one in owed if one.channel == "sms"]
    # Nor does the code of that SMS, typed by whoever read it.
    assert await desk.type(code, person, OWN_CHAT) is None


async def test_S30_what_was_given_is_taken_back_from_the_new_phone(
    db: Database, clock: HandClock, tmp_path: Path
) -> None:
    desk = Desk(db, clock, *await add_person(db, phone=ASKERS_PHONE))
    _, subject = await add_person(db)
    code, request = await desk.code(subject)
    await desk.reply(code)
    rows = PEOPLE + person_row(subject.digits, phone="+77019998877", clinic_no="", attached_on="")
    assert isinstance(await load(db, folder(tmp_path, people=rows), NOW), Loaded)
    assert await desk.reply(f"отозвать {request.number}") is None
    taken = await desk.reply(f"отозвать {request.number}", "+77019998877")
    assert taken is not None
    assert taken.answer is Answer.WITHDRAWN
