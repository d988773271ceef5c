"""The acts' path of staff, step by step: who enters, what the register says, the number, the answer aloud."""

import asyncio
from pathlib import Path

import pytest

from bot.desk.slip import slip
from rules.channels import Channel
from rules.grounds import grounds_of
from rules.law import Service
from storage import requests
from storage.registry import Directory
from tests.bot.paper_office import said_by
from tests.service.test_desk import (
    ATTACHED_NOWHERE,
    CLINIC,
    NOBODY,
    answered,
    begin,
    desk_of,
    entered,
    rows,
)
from tests.town import Person, RunningTown
from tests.transcripts.cast import KAZAKH
from tests.walks import accept, to_the_summary


async def test_AU_21_X_22_staff_enter_as_themselves_and_nobody_enters_with_a_patients_number(
    town: RunningTown,
) -> None:
    registrar = await entered(town)
    assert rows(town, "SELECT actor FROM request_marks") == [(f"staff:{registrar.id}",)]
    citizen = await town.citizen(KAZAKH.caller)
    await citizen.say("/phone")
    await citizen.forge(f"a:desk:phone:{CLINIC}:home_call:kk")
    assert rows(town, "SELECT count(*) FROM desk_cases") == [(1,)]


async def test_AU_22_AU_23_AU_24_PI_03_the_service_is_chosen_and_the_register_asked_before_the_form(
    town: RunningTown,
) -> None:
    registrar = desk_of(town)
    await begin(registrar, "/phone", "home_call")
    await registrar.tap("button.aloud_for_self")
    known = await registrar.say(KAZAKH.caller)
    # The register's own words stand there before one question of the form was asked.
    assert "Сейітова Айгүл Қанатқызы" in known.text
    assert registrar.words("button.seen_call_back") in known.labels
    looked = rows(town, "SELECT actor FROM audit WHERE action = 'desk.details_opened'")
    assert looked == [(f"staff:{registrar.id}",)]
    await registrar.tap("button.seen_call_back")
    assert rows(town, "SELECT count(*) FROM requests") == [(0,)]


async def test_AU_24_AU_25_of_whom_there_are_no_data_the_registrar_is_told_so(town: RunningTown) -> None:
    registrar = desk_of(town)
    await begin(registrar, "/phone", "home_call")
    await registrar.tap("button.aloud_for_self")
    said = await registrar.say(NOBODY)
    assert registrar.words("seen.no_data_phone") in said.text


async def test_AU_26_AU_27_what_the_registrar_sends_under_their_account_is_registered_with_a_number(
    town: RunningTown,
) -> None:
    registrar = desk_of(town)
    await begin(registrar, "/phone", "home_call")
    await registrar.tap("button.aloud_for_self")
    await registrar.say(KAZAKH.caller)
    await registrar.tap("button.seen_call_back", "reason.fever", "button.address_right")
    assert rows(town, "SELECT count(*) FROM requests") == [(0,)]
    await registrar.tap("button.send")
    assert rows(town, "SELECT r.number, m.status, m.actor FROM requests r JOIN request_marks m"
                      " ON m.request_id = r.id") == [
        ("05-000001", "registered", f"staff:{registrar.id}")
    ]  # fmt: skip


async def test_AU_28_AU_29_a_refusal_at_the_desk_has_one_of_the_legal_grounds_and_is_read_aloud(
    town: RunningTown,
) -> None:
    registrar = await entered(town)
    asked = await registrar.tap("staff.button.back", "staff.button.refuse")
    legal = grounds_of(Service.HOME_CALL, Channel.PHONE, town.app.clock.now().date())
    named = {registrar.words(f"staff.ground.{ground.code}") for ground in legal}
    offered = {label for label in asked.labels if label in named}
    assert len(offered) == len(legal) == 2
    for _ in range(2):
        await registrar.press((await registrar.last()).labels[0])
    ((status, ground),) = rows(town, "SELECT status, ground FROM requests")
    assert status == "refused"
    read = [message.text for message in await registrar.messages()]
    assert any(registrar.words(f"ground.{ground}") in text for text in read)


async def test_AU_30_the_result_is_an_entry_of_the_register_and_the_same_answer_aloud(
    town: RunningTown,
) -> None:
    registrar = await answered(town)
    script = (await registrar.last()).text
    ((request_id,),) = rows(town, "SELECT id FROM requests")
    kept = await requests.by_id(town.app.db.reader, int(str(request_id)))
    assert kept is not None
    assert kept.number in script
    assert str(kept.doctor_name) in script
    await registrar.tap("button.read_aloud")
    found = rows(town, "SELECT DISTINCT register FROM journal ORDER BY register")
    assert found == [("contacts",), ("home_calls",)]


async def _to_the_end(town: RunningTown, registrar: Person) -> None:
    for _ in range(8):
        if rows(town, "SELECT 1 FROM requests"):
            return
        await registrar.press((await registrar.last()).labels[0])


@pytest.mark.parametrize("service", Service)
async def test_GEN_13_G_11_HC_04_whoever_has_no_phone_is_served_at_the_desk_by_a_document_without_a_paper(
    town: RunningTown, service: Service
) -> None:
    registrar = desk_of(town)
    await begin(registrar, "/desk", service)
    if service is Service.HOME_CALL:
        await registrar.tap("button.aloud_for_self")
    elif service is Service.APPOINTMENT:
        await registrar.tap("button.for_self")
    await registrar.say("930303293163" if service is Service.ATTACHMENT else KAZAKH.caller)
    await registrar.tap("button.seen_document")
    await _to_the_end(town, registrar)
    ((kept, came_by),) = rows(town, "SELECT service, came_by FROM requests")
    assert (kept, came_by) == (service.value, "desk")
    # No code went anywhere, and no application was scanned or typed.
    assert rows(town, "SELECT count(*) FROM challenges") == [(0,)]
    assert all(line.text.strip() for line in town.lines if line.who == "registrar")


async def test_G_15_the_printed_slip_has_number_day_hour_and_the_clinics_phone_in_both_languages(
    town: RunningTown, tmp_path: Path
) -> None:
    await answered(town)
    ((request_id,),) = rows(town, "SELECT id FROM requests")
    reader, directory = town.app.db.reader, Directory()
    await directory.refresh(reader)
    request = await requests.by_id(reader, int(str(request_id)))
    assert request is not None
    clinic = directory.clinics[CLINIC]
    file = tmp_path / "slip.pdf"
    file.write_bytes(await slip(reader, request, clinic))
    text = await asyncio.to_thread(said_by, "pdftotext", "-layout", str(file), "-")
    said = " ".join(text.split())
    for part in (clinic.name("kk"), clinic.name("ru")):
        assert part.replace(" ", "") in said.replace(" ", "")
    assert said.count(clinic.phone) == 2
    assert text.count("05-000001") == 2
    assert "2026 жылғы 20 қараша" in text
    assert "20 ноября 2026 года" in text
    assert text.count("12:00–14:00") == 2


async def test_PI_02_a_request_goes_from_the_chat_to_the_clinic_and_its_result_back_to_the_chat(
    town: RunningTown,
) -> None:
    citizen = await town.citizen(KAZAKH.caller)
    await to_the_summary(citizen)
    assert await town.group(CLINIC) == []
    sent = await citizen.tap("button.send")
    assert "05-000001" in sent.text
    (card,) = await town.group(CLINIC)
    assert "05-000001" in card.text
    ((heard, registered, told),) = rows(
        town,
        "SELECT (SELECT max(id) FROM inbox WHERE id < r.id), r.id,"
        " (SELECT min(id) FROM outbox WHERE request_id = r.id) FROM requests r",
    )
    assert int(str(heard)) < int(str(registered)) < int(str(told))
    await accept(town, CLINIC)
    assert "12:00–14:00" in (await citizen.read()).text


async def test_AU_29_whoever_is_attached_nowhere_is_refused_with_the_ground_before_anything_is_entered(
    town: RunningTown,
) -> None:
    registrar = desk_of(town)
    await begin(registrar, "/phone", "home_call")
    await registrar.tap("button.aloud_for_self")
    await registrar.say(ATTACHED_NOWHERE)
    await registrar.tap("button.seen_call_back")
    assert rows(town, "SELECT ground FROM journal WHERE register = 'contacts'") == [("not_attached",)]
    assert rows(town, "SELECT count(*) FROM requests") == [(0,)]
