"""A request for the consent of another person: who is asked, when, how often, and what is kept of it."""

import sqlite3
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from otp import evidence, third_party, third_party_answers
from otp.consent_steps import END
from otp.third_party_answers import Answer
from rules.consent import Purpose
from rules.iin import Iin, check_digit
from rules.phone import Phone
from rules.third_party import ConsentState, Matter
from storage import consent_requests, due, people, proofs
from storage.addresses import Address
from storage.database import Database
from storage.errors import Clash
from storage.people import Card, card_text, iin_index, phone_index, sealed_card
from storage.verify import verify
from tests.otp.third_parties import ASKERS_CHAT, ASKERS_PHONE, OWN_CHAT, PHONE, Desk, text_of
from tests.registry import (
    NOW,
    HandClock,
    add_clinic,
    add_person,
    made_up_iin,
    migrated_sqlite_url,
    registry,
)

CHILDS_PHONE = "+77019990000"


@pytest.fixture
async def desk(db: Database, clock: HandClock) -> Desk:
    return Desk(db, clock, *await add_person(db, phone=ASKERS_PHONE, surname="Ахметова"))


def iin_of(birth: date) -> Iin:
    """An IIN that says this day."""
    for serial in range(1000, 9999):
        eleven = f"{birth:%y%m%d}5{serial}"
        last = check_digit(eleven)
        if last is not None:
            return Iin(f"{eleven}{last}")
    raise AssertionError


async def add_child(db: Database, birth: date, phone: str = CHILDS_PHONE) -> tuple[int, Iin]:
    iin, row_id = iin_of(birth), db.ids.new()
    card = Card(iin.digits, "Сейітов", "Алан", "", birth.isoformat(), phone, phone, "Абай, 1")
    async with db.transaction() as tx:
        tx.later(
            "load_person_add",
            id=row_id,
            iin_index=iin_index(db.keys, iin),
            phone_index=phone_index(db.keys, Phone(phone)) if phone else None,
            card=sealed_card(db.keys, row_id, card),
            card_digest=db.keys.mac("card", card_text(card).encode()),
            language="ru",
        )
    return row_id, iin


async def add_guardian(db: Database, child_iin: Iin, guardian_iin: Iin) -> None:
    child, guardian = iin_index(db.keys, child_iin), iin_index(db.keys, guardian_iin)
    async with db.transaction() as tx:
        tx.later(
            "load_guardian",
            child_index=child,
            guardian_index=guardian,
            kind="parent",
            valid_from="2010-01-01",
            valid_to=None,
        )


async def test_S01_the_request_goes_to_the_phone_in_the_registry_and_never_to_the_askers(desk: Desk) -> None:
    _, subject = await add_person(desk.db)
    sms, again, note = await desk.ask(desk.wanted(subject))
    assert sms.address == again.address == Address("sms", PHONE)
    assert note.address.channel == "nowhere"
    assert ASKERS_PHONE not in str(sms)


async def test_IC_06_the_sms_says_who_asks_and_what_for_and_neither_the_centre_nor_a_name(desk: Desk) -> None:
    _, subject = await add_person(desk.db)
    sms, again, _ = await desk.ask(desk.wanted(subject))
    for parcel in (sms, again):
        text = text_of(parcel)
        assert "Ахметова А. С." in text
        assert "93-000001" in text
        assert desk.secrets.codes[0] in text[:67]
        assert not any(word in text.casefold() for word in ("нарко", "психи", "фтиз", "айгүл"))


async def test_G_30_one_reminder_half_way_and_the_end_after_a_day(desk: Desk) -> None:
    _, subject = await add_person(desk.db)
    desk.clock.at = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)  # eight in the morning
    sms, again, _ = await desk.ask(wanted := desk.wanted(subject))
    request = await desk.of(wanted)
    assert sms.not_before == NOW - timedelta(hours=2)
    assert again.not_before == sms.not_before + timedelta(hours=12)
    assert request.ends_at == sms.not_before + timedelta(hours=24)
    assert sms.expires_at == again.expires_at == request.ends_at
    row = await due.next_due(desk.db.reader)
    assert row == request.ends_at


async def test_G_47_a_request_at_night_waits_for_the_morning_and_the_day_is_whole(desk: Desk) -> None:
    _, subject = await add_person(desk.db)
    desk.clock.at = datetime(2026, 11, 20, 19, 0, tzinfo=UTC)  # midnight
    sms, again, note = await desk.ask(wanted := desk.wanted(subject))
    morning = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
    assert sms.not_before == note.not_before == morning
    assert (await desk.of(wanted)).ends_at == morning + timedelta(hours=24)
    assert again.not_before == morning + timedelta(hours=12)


async def test_a_matter_is_asked_for_once(desk: Desk) -> None:
    _, subject = await add_person(desk.db)
    wanted = desk.wanted(subject)
    await desk.ask(wanted)
    with pytest.raises(Clash):
        await desk.ask(wanted)


@pytest.mark.parametrize(("years", "reaches"), [(16, CHILDS_PHONE), (15, PHONE)])
async def test_G_37_from_sixteen_on_they_answer_themself_before_it_a_parent(
    desk: Desk, years: int, reaches: str
) -> None:
    today = date(2026, 11, 20)
    birth = today.replace(year=today.year - years)
    child, subject = await add_child(desk.db, birth)
    parent, parents_iin = await add_person(desk.db, phone=PHONE)
    await add_guardian(desk.db, subject, parents_iin)
    sms, *_ = await desk.ask(wanted := desk.wanted(subject))
    assert sms.address == Address("sms", reaches)
    request = await desk.of(wanted)
    assert request.subject_id == str(child)
    assert request.answers_id == str(child if years == 16 else parent)
    # A day before the birthday a parent answers still.
    birth_tomorrow = date(today.year - 16, 11, 21)
    _, younger = await add_child(desk.db, birth_tomorrow, "")
    sms, *_ = await desk.ask(desk.wanted(younger))
    assert sms.address.channel == "nowhere", "no parent is known to the registry"


async def test_G_37_a_parent_who_asks_about_their_child_agrees_on_their_own_phone(desk: Desk) -> None:
    _, subject = await add_child(desk.db, date(2015, 5, 1), "")
    _, other = await add_person(desk.db, phone=PHONE)
    await add_guardian(desk.db, subject, desk.asker_iin)
    await add_guardian(desk.db, subject, other)
    sms, *_ = await desk.ask(wanted := desk.wanted(subject))
    assert sms.address == Address("sms", ASKERS_PHONE)
    answered = await desk.reply(text_of(sms)[4:10], ASKERS_PHONE)
    assert answered is not None
    assert answered.answer is Answer.GIVEN
    assert await desk.holds(await desk.of(wanted))


async def test_a_phone_that_is_the_askers_as_well_agrees_to_nothing(desk: Desk) -> None:
    _, subject = await add_person(desk.db, phone=ASKERS_PHONE)
    sms, *_ = await desk.ask(desk.wanted(subject))
    assert sms.address.channel == "nowhere"


async def test_S41_twenty_askers_of_one_person_make_three_messages_a_day(
    db: Database, clock: HandClock
) -> None:
    _, subject = await add_person(db)
    sent = []
    for at in range(20):
        asker = await add_person(db, phone=f"+770250000{at:02d}")
        desk = Desk(db, clock, *asker, asked=at * 10)
        sent.append((await desk.ask(desk.wanted(subject)))[0].address.channel)
        clock.forward(60)
    assert sent.count("sms") == 3
    assert sent[:3] == ["sms"] * 3
    clock.forward(24 * 3600)
    desk = Desk(db, clock, *await add_person(db, phone="+77025000099"), asked=900)
    assert (await desk.ask(desk.wanted(subject)))[0].address.channel == "sms"


async def test_S41_a_parent_is_reached_three_times_a_day_however_many_children(desk: Desk) -> None:
    parent, parents_iin = await add_person(desk.db, phone=PHONE)
    sent = []
    for year in (2014, 2016, 2018, 2020):
        _, subject = await add_child(desk.db, date(year, 5, 1), "")
        await add_guardian(desk.db, subject, parents_iin)
        sent.append((await desk.ask(desk.wanted(subject)))[0].address.channel)
    assert sent == ["sms", "sms", "sms", "nowhere"]
    assert (await desk.ask(desk.wanted(parents_iin)))[0].address.channel == "nowhere"
    assert parent


async def test_G_38_one_person_asks_about_others_five_times_a_day(desk: Desk) -> None:
    for at in range(5):
        assert await third_party.may_ask(desk.db.reader, str(desk.asker_id), desk.clock.now())
        _, subject = await add_person(desk.db, phone=f"+770260000{at:02d}")
        assert (await desk.ask(desk.wanted(subject)))[0].address.channel == "sms"
    assert not await third_party.may_ask(desk.db.reader, str(desk.asker_id), desk.clock.now())
    _, subject = await add_person(desk.db)
    assert (await desk.ask(desk.wanted(subject)))[0].address.channel == "nowhere"
    # A clinic that asks for documents has no such limit.
    assert (await desk.ask(desk.wanted(subject, Matter.DOCUMENT, clinic=5)))[0].address.channel == "sms"
    desk.clock.forward(24 * 3600)
    assert await third_party.may_ask(desk.db.reader, str(desk.asker_id), desk.clock.now())


async def test_about_oneself_nobody_is_asked() -> None:
    iin, other = made_up_iin(), made_up_iin()
    assert third_party.about_oneself(iin, Iin(iin.digits))
    assert not third_party.about_oneself(iin, other)


async def test_the_notice_goes_to_the_persons_own_chat_and_never_to_the_askers(desk: Desk) -> None:
    person, subject = await add_person(desk.db)
    await desk.confirm_chat(person, ASKERS_CHAT)
    *_, note = await desk.ask(desk.wanted(subject))
    assert note.address.channel == "nowhere"
    await desk.confirm_chat(person)
    *_, note = await desk.ask(desk.wanted(subject))
    assert note.address == OWN_CHAT
    first, *rest = str(note.body["text"]).split("\n")
    assert first == "Запрос № 93-000002 ждёт вашего ответа."
    assert any("Наркология" in line for line in rest)
    assert any("для работы" in line for line in rest)


async def test_S28_the_record_of_a_consent_of_another_is_complete(desk: Desk) -> None:
    person, subject = await add_person(desk.db)
    code, request = await desk.code(subject)
    await desk.reply(f"ИӘ {code}")
    record = await evidence.record(desk.db.reader, request.consent_id)
    assert record is not None
    assert (record.kind, record.outcome, record.person_id) == ("third_party", "given", person)
    assert record.purpose == "centre:narcology:work"
    assert record.asker == f"person:{desk.asker_id}"
    assert (record.text_id, record.text_version, record.language) == ("of_another_centre", 1, "kk")
    assert record.text_is_genuine
    assert record.text_shown is not None
    assert "Ахметова А. С." in record.text_shown
    assert code not in record.text_shown
    assert (record.phone, record.source_of_phone) == (PHONE, "registry")
    assert (record.reply_channel, record.reply) == ("sms", f"ИӘ {code}")
    assert record.request_message is not None
    assert record.reply_message is not None
    assert (record.asked_at, record.answered_at) == (NOW, NOW)
    assert record.valid_until == datetime(2026, 12, 21, 19, 0, tzinfo=UTC)
    signed = replace(desk.wanted(subject), number="93-000001")
    assert record.details_digest == third_party.details_digest(signed)


async def test_S28_refusals_and_expiries_are_records_too(desk: Desk) -> None:
    _, subject = await add_person(desk.db)
    code, refused = await desk.code(subject)
    await desk.reply(f"нет {code}")
    _, silent = await desk.code(subject)
    desk.clock.forward(24 * 3600)
    async with desk.db.transaction() as tx:
        await third_party_answers.end(tx, silent.id, desk.clock.now())
    for request, outcome in ((refused, "refused"), (silent, "expired")):
        record = await evidence.record(desk.db.reader, request.consent_id)
        assert record is not None
        assert record.outcome == outcome
        assert record.answered_at is not None


@pytest.mark.parametrize(
    "edit",
    [
        "UPDATE consent_requests SET state = 'given' WHERE state = 'refused'",
        "UPDATE consent_requests SET asker_id = 7 WHERE state = 'refused'",
        "UPDATE consents SET outcome = 'given' WHERE outcome = 'refused'",
    ],
)
async def test_S29_every_step_is_in_the_chain_and_tampering_names_the_row(
    edit: str, tmp_path: Path, clock: HandClock
) -> None:
    async with registry(migrated_sqlite_url(tmp_path), clock) as db:
        await add_clinic(db)
        desk = Desk(db, clock, *await add_person(db, phone=ASKERS_PHONE))
        await _answered_twice_and_edited(desk, tmp_path, edit)


async def _answered_twice_and_edited(desk: Desk, folder: Path, edit: str) -> None:
    person, subject = await add_person(desk.db)
    code, given = await desk.code(subject)
    await desk.reply(code)
    async with desk.db.transaction() as tx:
        await third_party_answers.withdraw(tx, given.id, str(person), desk.clock.now())
    code, refused = await desk.code(subject)
    await desk.reply(f"жоқ {code}")
    assert (await verify(desk.db)).sound
    thief = sqlite3.connect(folder / "registry.sqlite")
    thief.executescript(edit)
    thief.close()
    found = await proofs.verify(desk.db.reader)
    names = {f"consent:{refused.consent_id}", f"consent_request:{refused.id}"}
    assert {one.record for one in found} & names
    assert not {one.record for one in found} - names


async def test_the_consents_of_another_open_no_gate_of_an_identity(desk: Desk) -> None:
    person, subject = await add_person(desk.db)
    code, request = await desk.code(subject)
    await desk.reply(code)
    now = desk.clock.now()
    for address in (OWN_CHAT, ASKERS_CHAT, Address("sms", PHONE)):
        assert await evidence.alive_in_chat(desk.db.reader, address, now) is None
        for purpose in Purpose:
            found = await evidence.alive(desk.db.reader, 0, address, purpose, subject, now)
            assert found is None
    async with desk.db.transaction() as tx:
        assert await evidence.expire(tx, now + timedelta(minutes=6)) == 0
    del person, request


async def test_the_sweep_of_codes_lets_a_request_for_consent_wait(desk: Desk) -> None:
    _, subject = await add_person(desk.db)
    code, request = await desk.code(subject)
    desk.clock.forward(3 * 3600)
    async with desk.db.transaction() as tx:
        assert await evidence.expire(tx, desk.clock.now()) == 0
    answered = await desk.reply(code)
    assert answered is not None
    assert answered.answer is Answer.GIVEN
    assert (await desk.again(request)).state is ConsentState.GIVEN


async def test_the_asker_may_call_it_off_and_then_nobody_is_asked_any_more(desk: Desk) -> None:
    _, subject = await add_person(desk.db)
    code, request = await desk.code(subject)
    async with desk.db.transaction() as tx:
        assert await third_party.call_off(tx, request.matter, request.matter_id, desk.clock.now())
    async with desk.db.transaction() as tx:
        assert not await third_party.call_off(tx, request.matter, request.matter_id, desk.clock.now())
    assert await desk.reply(code) is None
    assert (await desk.again(request)).state is ConsentState.CALLED_OFF
    assert not [one for one in await due.ripe(desk.db.reader, NOW + timedelta(days=2)) if one.kind == END]
    waiting = await desk.db.reader.rows("outbox_waiting", now=2**60)
    assert waiting[0][0] == 0


async def test_DD_06_a_consent_is_spent_once(desk: Desk) -> None:
    _, subject = await add_person(desk.db)
    code, request = await desk.code(subject, Matter.DOCUMENT)
    async with desk.db.transaction() as tx:
        assert await third_party.spend(tx, request.matter, request.matter_id, desk.clock.now()) is None
    await desk.reply(code)
    async with desk.db.transaction() as tx:
        spent = await third_party.spend(tx, request.matter, request.matter_id, desk.clock.now())
    assert spent == request.consent_id
    async with desk.db.transaction() as tx:
        assert await third_party.spend(tx, request.matter, request.matter_id, desk.clock.now()) is None
    assert (await verify(desk.db)).sound


async def test_what_was_asked_about_a_person_is_listed_newest_first(desk: Desk) -> None:
    person, subject = await add_person(desk.db)
    _, first = await desk.code(subject)
    _, second = await desk.code(subject)
    listed = await consent_requests.about(desk.db.reader, str(person))
    assert [one.id for one in listed] == [second.id, first.id]
    assert listed[0].asker_name == "Ахметова А. С."
    page = await consent_requests.about(desk.db.reader, str(person), before=second.id)
    assert [one.id for one in page] == [first.id]
    assert await people.by_id(desk.db.reader, person)
