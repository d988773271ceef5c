"""What follows an attachment in the whole service, and what must never be doubled."""

import sqlite3

from rules.law import GroundCode
from tests.attachment_walks import ask_for, attach, to_the_request
from tests.sandbox_server import ChatMessage
from tests.town import Person, RunningTown
from tests.visit_walks import to_the_doctor
from tests.walks import begin, call

VICTORIA = "930303293163"
NEW, OLD = 5, 4


def rows(town: RunningTown, sql: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(town.registry) as raw:
        found = raw.execute(sql).fetchall()
    raw.close()
    return found


async def attached(town: RunningTown) -> Person:
    citizen = await town.citizen(VICTORIA)
    await ask_for(citizen, str(NEW))
    await attach(town, NEW)
    return citizen


async def documents(citizen: Person) -> list[ChatMessage]:
    return [one for one in await citizen.messages() if "document" in one.raw]


async def test_AT_15_a_home_call_goes_to_the_new_clinic_from_that_moment(town: RunningTown) -> None:
    citizen = await attached(town)
    before = len(await town.group(OLD))
    await citizen.tap("button.menu")
    await call(citizen)
    assert (await town.group(NEW))[-1].text.startswith("ЖАҢА. Дәрігерді үйге шақыру")
    assert len(await town.group(OLD)) == before


async def test_AT_15_an_appointment_is_one_with_the_doctors_of_the_new_clinic(town: RunningTown) -> None:
    citizen = await attached(town)
    await to_the_doctor(citizen)
    shown = await citizen.tap("button.therapist")
    assert "Бейсенова" in "".join((shown.text, *shown.labels))
    assert "Романенко" not in "".join((shown.text, *shown.labels))


async def test_AT_15_until_the_switch_the_old_clinic_serves(town: RunningTown) -> None:
    citizen = await town.citizen(VICTORIA)
    await ask_for(citizen, str(NEW))
    await town.staff_tap(NEW, "registrar", "staff.button.attach")
    await call(citizen)
    assert (await town.group(OLD))[-1].text.startswith("НОВЫЙ. Вызов врача на дом")


async def test_AT_13_the_talon_comes_by_itself_once_and_again_when_it_is_opened(town: RunningTown) -> None:
    citizen = await attached(town)
    assert len(await documents(citizen)) == 1
    await citizen.tap("button.refresh_status")
    await citizen.tap("button.view_result", "button.open")
    assert len(await documents(citizen)) == 2


async def test_AT_09_a_service_that_is_down_at_the_moment_of_the_switch_makes_it_when_it_is_up(
    town: RunningTown,
) -> None:
    citizen = await town.citizen(VICTORIA)
    await ask_for(citizen, str(NEW))
    await town.staff_tap(NEW, "registrar", "staff.button.attach")
    await town.stop_bot()
    await town.sandbox.advance(3600)
    await town.start_bot()
    await town.look_at_the_clock()
    await citizen.read()
    assert rows(town, "SELECT status FROM requests") == [("attached",)]
    person = rows(town, "SELECT patient_id FROM requests")[0][0]
    of_hers = f"FROM attachments WHERE person_id = {person} ORDER BY began_at"
    stays = rows(town, f"SELECT clinic_no, ended_at IS NULL {of_hers}")
    assert stays == [(OLD, 0), (NEW, 1)]
    assert len(await documents(citizen)) == 1


async def test_AT_04_AT_14_a_request_and_its_answer_stand_in_the_register_and_the_chain(
    town: RunningTown,
) -> None:
    await attached(town)
    requests = rows(town, "SELECT service, clinic_no, status, signed_digest IS NOT NULL FROM requests")
    assert requests == [("attachment", NEW, "attached", 1)]
    marks = rows(town, "SELECT status, actor FROM request_marks ORDER BY seq")
    assert [status for status, _ in marks] == ["registered", "accepted", "attached"]
    assert str(marks[1][1]).startswith("staff:")
    chain = [action for (action,) in rows(town, "SELECT action FROM audit ORDER BY seq")]
    assert [one for one in chain if str(one).startswith(("request.", "attachment."))] == [
        "request.registered",
        "attachment.accepted",
        "attachment.attached",
    ]


async def test_AT_09_of_two_requests_at_once_one_is_registered(town: RunningTown) -> None:
    citizen = await town.citizen(VICTORIA)
    other = await town.stranger("ru", "phone of hers")
    other.iin, other.phone = citizen.iin, citizen.phone
    await to_the_request(citizen, str(NEW))
    await to_the_request(other, str(NEW))
    await citizen.tap("button.send")
    answer = await other.tap("button.send")
    assert rows(town, "SELECT count(*) FROM requests") == [(1,)]
    assert "05-000001" in answer.text


async def test_AT_09_send_pressed_twice_registers_one_request(town: RunningTown) -> None:
    citizen = await town.citizen(VICTORIA)
    summary = await to_the_request(citizen, str(NEW))
    send = next(
        one.data for row in summary.buttons for one in row if one.text == citizen.words("button.send")
    )
    await citizen.forge(send)
    await citizen.forge(send)
    assert rows(town, "SELECT count(*) FROM requests") == [(1,)]


async def test_AT_08_a_norm_reached_between_choice_and_decision_is_the_only_answer_left(
    town: RunningTown,
) -> None:
    citizen = await town.citizen(VICTORIA)
    await ask_for(citizen, str(NEW))
    with sqlite3.connect(town.registry) as raw:
        raw.execute("UPDATE clinics SET norm = 1 WHERE no = ?", (NEW,))
        raw.execute("UPDATE data_version SET version = version + 1")
    raw.close()
    await town.staff_tap(NEW, "registrar", "staff.button.attach")
    keys = ("staff.button.refuse", "staff.ground.norm_exceeded", "staff.button.confirm_refusal")
    await town.staff_tap(NEW, "registrar", *keys)
    told = await citizen.read()
    assert citizen.words(f"ground.{GroundCode.NORM_EXCEEDED}") in told.text


async def test_AT_01_attachment_is_not_given_by_sms(town: RunningTown) -> None:
    citizen = await town.citizen(VICTORIA)
    await begin(citizen)
    await town.sandbox.reply_sms(citizen.phone, "прикрепление")
    await citizen.read()
    assert rows(town, "SELECT count(*) FROM requests") == [(0,)]
