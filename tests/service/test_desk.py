"""A registrar enters a home call, an appointment and an attachment for somebody who came or called."""

import sqlite3

from bot.town import group_of
from otp import evidence
from rules.people import Language
from storage import desk, requests, staff
from tests.desk_walks import begin_button
from tests.sandbox_server import ChatMessage
from tests.town import Person, RunningTown
from tests.transcripts.cast import KAZAKH

CLINIC = KAZAKH.clinic
ATTACHED_NOWHERE = KAZAKH.attached_nowhere
NOBODY = "580203200016"
"""An IIN of which the state register has no data."""


def rows(town: RunningTown, sql: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(town.registry) as raw:
        found = raw.execute(sql).fetchall()
    raw.close()
    return found


async def begin(registrar: Person, command: str, service: str, spoken: Language = "kk") -> None:
    await registrar.say(command)
    await registrar.press(begin_button(registrar, service, spoken))
    if command == "/desk":
        await registrar.press(registrar.words("button.waited", minutes=15))
    registrar.locale = spoken


def desk_of(town: RunningTown, clinic_no: int = CLINIC) -> Person:
    return town.of_staff(clinic_no, "registrar", watch=True)


async def entered(town: RunningTown) -> Person:
    """A home call by phone, from the command to the number."""
    registrar = desk_of(town)
    await begin(registrar, "/phone", "home_call")
    await registrar.tap("button.aloud_for_self")
    await registrar.say(KAZAKH.caller)
    await registrar.tap("button.seen_call_back", "reason.fever", "button.address_right", "button.send")
    return registrar


async def answered(town: RunningTown) -> Person:
    """The same, with a doctor and a window chosen while the caller waits."""
    registrar = await entered(town)
    for _ in range(2):
        await registrar.press((await registrar.last()).labels[0])
    return registrar


def messages_of(town: RunningTown, who: str = "registrar") -> int:
    return sum(line.who == who for line in town.lines)


async def slips(person: Person) -> list[ChatMessage]:
    return [one for one in await person.messages() if "document" in one.raw]


async def test_HC_06_a_home_call_by_phone_takes_a_registrar_eight_messages(town: RunningTown) -> None:
    registrar = await entered(town)
    assert messages_of(town) == 8
    assert "05-000001" in " ".join(one.text for one in await registrar.messages())


async def test_HC_11_answers_typed_together_leave_room_for_the_doctor_and_the_window(
    town: RunningTown,
) -> None:
    registrar = desk_of(town)
    await begin(registrar, "/phone", "home_call")
    await registrar.say(f"1\n{KAZAKH.caller}")
    await registrar.tap("button.seen_call_back")
    await registrar.say("1\n1")
    await registrar.tap("button.send")
    for _ in range(2):
        await registrar.press((await registrar.last()).labels[0])
    assert messages_of(town) == 8
    script = (await registrar.last()).text
    assert "05-000001" in script
    assert "12:00–14:00" in script


async def test_a_line_that_is_no_answer_stops_the_ones_after_it(town: RunningTown) -> None:
    registrar = desk_of(town)
    await begin(registrar, "/phone", "home_call")
    said = await registrar.say("1\n123\n1")
    assert registrar.words("desk_case.lines_left", lines=1) in said.text
    assert registrar.words("identity.iin_aloud") in said.text


async def test_X_29_no_line_typed_ahead_says_whom_the_registrar_has_seen(town: RunningTown) -> None:
    registrar = desk_of(town)
    await begin(registrar, "/phone", "home_call")
    said = await registrar.say(f"1\n{KAZAKH.caller}\n1\n1")
    assert registrar.words("desk_case.lines_left", lines=2) in said.text
    assert rows(town, "SELECT count(*) FROM consents WHERE kind = 'desk'") == [(0,)]


async def test_S03_no_line_typed_ahead_signs_a_summary_that_nobody_has_seen(town: RunningTown) -> None:
    registrar = desk_of(town)
    await begin(registrar, "/phone", "home_call")
    await registrar.say(f"1\n{KAZAKH.caller}")
    await registrar.tap("button.seen_call_back")
    said = await registrar.say("1\n1\n1")
    assert registrar.words("desk_case.lines_left", lines=1) in said.text
    assert rows(town, "SELECT count(*) FROM requests") == [(0,)]
    await registrar.tap("button.send")
    assert rows(town, "SELECT count(*) FROM requests") == [(1,)]


async def left(town: RunningTown, registrar: Person) -> None:
    now = town.app.clock.now()
    async with town.app.db.transaction() as tx:
        await staff.leave(tx, registrar.id, CLINIC, "staff:1", now)


async def test_S33_no_consent_is_recorded_on_the_word_of_somebody_who_left(town: RunningTown) -> None:
    registrar = desk_of(town)
    await begin(registrar, "/phone", "home_call")
    await registrar.tap("button.aloud_for_self")
    await registrar.say(KAZAKH.caller)
    await left(town, registrar)
    await registrar.tap("button.seen_call_back")
    assert rows(town, "SELECT count(*) FROM consents WHERE kind = 'desk'") == [(0,)]
    assert rows(town, "SELECT outcome FROM desk_cases") == [("stopped",)]


async def test_S33_whoever_left_is_told_nothing_of_the_answer_to_a_call_they_entered(
    town: RunningTown,
) -> None:
    registrar = await entered(town)
    await left(town, registrar)
    before = len(await registrar.messages())
    head = town.of_staff(CLINIC, "head")
    for _ in range(3):
        await town.press_card(head, CLINIC, (await town.group(CLINIC))[-1].labels[0])
    assert rows(town, "SELECT status FROM requests") == [("confirmed",)]
    await town.advance(11 * 60)
    assert len(await registrar.messages()) == before


async def test_HC_11_an_answer_that_changed_meanwhile_is_shown_anew_and_not_noted_as_read(
    town: RunningTown,
) -> None:
    registrar = await answered(town)
    ((request_id, version),) = rows(town, "SELECT id, version FROM requests")
    now = town.app.clock.now()
    changes = requests.Changes(closed_at=now)
    async with town.app.db.transaction() as tx:
        which = int(str(request_id)), int(str(version))
        await requests.move(tx, *which, "cancelled", "person:1", now, changes)
    said = await registrar.tap("button.read_aloud")
    assert registrar.words("aloud.called_off", number="05-000001") in said.text
    assert rows(town, "SELECT answered_at FROM desk_cases") == [(None,)]
    await registrar.tap("button.read_aloud")
    assert rows(town, "SELECT answered_at IS NULL FROM desk_cases") == [(0,)]


async def test_HC_11_what_is_read_aloud_is_what_the_register_holds(town: RunningTown) -> None:
    registrar = await answered(town)
    script = (await registrar.last()).text
    assert "2026 жылғы 20 қараша" in script
    (row,) = rows(town, "SELECT number, status, came_by, visit_day FROM requests")
    assert row == ("05-000001", "confirmed", "phone", "2026-11-20")


async def test_GEN_09_a_case_is_one_entry_of_its_register_with_the_registrars_number(
    town: RunningTown,
) -> None:
    registrar = await entered(town)
    found = rows(town, "SELECT j.register, m.actor FROM journal j JOIN request_marks m ON m.request_id ="
                       " j.request_id AND m.seq = j.mark ORDER BY j.register")  # fmt: skip
    assert found == [("contacts", f"staff:{registrar.id}"), ("home_calls", f"staff:{registrar.id}")]


async def contacts(town: RunningTown) -> list[tuple[object, ...]]:
    """Who entered each contact, and on what ground it was refused."""
    return rows(town, "SELECT coalesce(m.actor, 'staff:' || c.staff_id), j.ground, c.outcome FROM journal j"
                      " LEFT JOIN request_marks m ON m.request_id = j.request_id AND m.seq = j.mark"
                      " LEFT JOIN desk_cases c ON c.id = j.desk_case"
                      " WHERE j.register = 'contacts' ORDER BY j.no")  # fmt: skip


async def test_GEN_09_a_caller_refused_within_the_dialog_is_an_entry_of_the_contacts_with_the_ground(
    town: RunningTown,
) -> None:
    registrar = desk_of(town)
    await begin(registrar, "/phone", "home_call")
    await registrar.tap("button.aloud_for_self")
    await registrar.say(ATTACHED_NOWHERE)
    await registrar.tap("button.seen_call_back")
    assert await contacts(town) == [(f"staff:{registrar.id}", "not_attached", "refused")]


async def test_GEN_09_a_case_given_up_is_an_entry_of_the_contacts_too(town: RunningTown) -> None:
    registrar = desk_of(town)
    await begin(registrar, "/phone", "home_call")
    await registrar.tap("button.aloud_for_self")
    await registrar.say("/cancel")
    assert await contacts(town) == [(f"staff:{registrar.id}", None, "nothing")]


async def test_HC_06_the_answer_by_phone_is_due_ten_minutes_after_the_case_was_opened(
    town: RunningTown,
) -> None:
    registrar = desk_of(town)
    await begin(registrar, "/phone", "home_call")
    await town.advance(120)
    await registrar.tap("button.aloud_for_self")
    await registrar.say(KAZAKH.caller)
    await registrar.tap("button.seen_call_back", "reason.fever", "button.address_right", "button.send")
    (row,) = rows(
        town, "SELECT r.answer_due - c.opened_at FROM requests r JOIN desk_cases c ON c.id = r.desk_case"
    )
    assert row == (600_000_000,)


async def test_E_03_a_case_opened_at_11_59_on_saturday_is_answered_by_12_09(town: RunningTown) -> None:
    await town.set_time("2026-11-21T11:59:00")
    registrar = desk_of(town)
    await begin(registrar, "/phone", "home_call")
    assert "12:09" in (await registrar.last()).text
    await town.set_time("2026-11-21T12:03:00")
    await registrar.tap("button.aloud_for_self")
    await registrar.say(KAZAKH.caller)
    await registrar.tap("button.seen_call_back", "reason.fever", "button.address_right", "button.send")
    assert rows(town, "SELECT status, visit_day FROM requests") == [("registered", "2026-11-21")]


async def test_E_04_a_case_opened_at_noon_on_saturday_is_for_monday(town: RunningTown) -> None:
    await town.set_time("2026-11-21T12:00:00")
    registrar = desk_of(town)
    await begin(registrar, "/phone", "home_call")
    await registrar.tap("button.aloud_for_self")
    await registrar.say(KAZAKH.caller)
    await registrar.tap("button.seen_call_back", "button.carry", "reason.fever", "button.address_right")
    await registrar.tap("button.send")
    assert rows(town, "SELECT status, visit_day FROM requests") == [("next_day", "2026-11-23")]
    assert any("2026 жылғы 23 қараша" in one.text for one in await registrar.messages())


async def test_the_alarm_at_eight_minutes_and_the_word_at_ten(town: RunningTown) -> None:
    registrar = await entered(town)
    await town.advance(8 * 60)
    assert any(one.text.startswith("8 минут өтті") for one in await registrar.messages())
    await town.advance(2 * 60)
    assert any(one.text.startswith("10 минут өтті") for one in await registrar.messages())


async def test_nobody_is_reminded_of_an_answer_that_was_read(town: RunningTown) -> None:
    registrar = await answered(town)
    await registrar.tap("button.read_aloud")
    before = len(await registrar.messages())
    await town.advance(11 * 60)
    assert len(await registrar.messages()) == before


async def test_AP_05_X_30_the_three_times_are_measured_and_a_wait_too_long_is_said(town: RunningTown) -> None:
    registrar = desk_of(town)
    await begin(registrar, "/desk", "appointment")
    await town.advance(60)
    await registrar.tap("button.for_self")
    await registrar.say(KAZAKH.caller)
    await registrar.tap("button.seen_document")
    for _ in range(4):
        await registrar.press((await registrar.last()).labels[0])
    await town.advance(120)
    said = (await registrar.tap("button.read_aloud")).text
    assert registrar.words("aloud.took_late", waited=15, hand_in=2, served=3) in said


async def test_AP_08_an_appointment_is_read_with_its_day_hour_doctor_and_room_and_sent(
    town: RunningTown,
) -> None:
    registrar, caller = desk_of(town), await town.citizen(KAZAKH.caller)
    await begin(registrar, "/phone", "appointment")
    await registrar.tap("button.for_self")
    await registrar.say(KAZAKH.caller)
    await registrar.tap("button.seen_call_back")
    for _ in range(4):
        await registrar.press((await registrar.last()).labels[0])
    script = (await registrar.last()).text
    assert "08:00" in script
    assert "Бейсенова" in script
    assert "204" in script
    assert any("05-000001" in text for text in await caller.texts())


async def test_AT_01_an_attachment_is_entered_at_the_desk_alone(town: RunningTown) -> None:
    registrar = desk_of(town)
    shown = await registrar.say("/phone")
    assert not any(registrar.words("button.desk_attachment") in label for label in shown.labels)
    # A button made up for the phone opens nothing.
    await registrar.forge(f"a:desk:phone:{CLINIC}:attachment:kk")
    assert rows(town, "SELECT count(*) FROM desk_cases") == [(0,)]


async def test_AT_14_an_attachment_at_the_desk_has_its_paper_and_its_number(town: RunningTown) -> None:
    registrar = desk_of(town)
    await begin(registrar, "/desk", "attachment")
    await registrar.say("930303293163")
    await registrar.tap("button.seen_document")
    for _ in range(6):
        if not (await registrar.last()).labels or rows(town, "SELECT 1 FROM requests"):
            break
        await registrar.press((await registrar.last()).labels[0])
    (row,) = rows(town, "SELECT service, came_by, status FROM requests")
    assert row == ("attachment", "desk", "registered")
    assert registrar.words("aloud.paper") in (await registrar.last()).text


async def test_X_29_the_consent_keeps_who_saw_it_how_and_what_was_read(town: RunningTown) -> None:
    registrar = await entered(town)
    ((consent_id,),) = rows(town, "SELECT id FROM consents WHERE kind = 'desk'")
    record = await evidence.record(town.app.db.reader, int(str(consent_id)))
    assert record is not None
    assert record.reply == "call_back"
    assert record.reply_channel == "phone"
    assert str(registrar.id) in record.asker
    assert record.text_is_genuine
    assert (record.text_shown or "").startswith("Оқып беріңіз")
    assert record.source_of_phone == "registry"


async def test_an_identity_seen_too_long_ago_is_looked_at_again(town: RunningTown) -> None:
    registrar = desk_of(town)
    await begin(registrar, "/phone", "home_call")
    await registrar.tap("button.aloud_for_self")
    await registrar.say(KAZAKH.caller)
    await registrar.tap("button.seen_call_back", "reason.fever")
    await town.advance(16 * 60)
    said = await registrar.tap("button.address_right")
    assert registrar.words("button.seen_call_back") in said.labels
    after = await registrar.tap("button.seen_call_back")
    assert registrar.words("button.send") in after.labels or "?" in after.text


async def test_the_citizen_without_a_chat_is_told_by_sms(town: RunningTown) -> None:
    caller = await town.citizen(KAZAKH.caller)
    await answered(town)
    assert any("05-000001" in text for text in await caller.texts())


async def test_a_refusal_is_read_with_its_ground(town: RunningTown) -> None:
    registrar = await entered(town)
    await registrar.tap("staff.button.back", "staff.button.refuse")
    await registrar.press((await registrar.last()).labels[0])
    await registrar.press((await registrar.last()).labels[0])
    assert "103" in (await registrar.last()).text
    assert rows(town, "SELECT status FROM requests") == [("refused",)]


async def test_a_slip_is_printed_as_a_pdf(town: RunningTown) -> None:
    registrar = await answered(town)
    await registrar.tap("button.slip")
    (slip,) = await slips(registrar)
    assert slip.raw["document"]["file_name"].endswith(".pdf")


async def test_SEC_01_a_registrar_of_another_clinic_sees_nothing_of_the_call(town: RunningTown) -> None:
    foreigner = desk_of(town, 4)
    await begin(foreigner, "/phone", "home_call")
    await foreigner.tap("button.aloud_for_self")
    await foreigner.say(KAZAKH.caller)
    said = await foreigner.tap("button.seen_call_back")
    assert "5" in said.text
    assert rows(town, "SELECT count(*) FROM requests") == [(0,)]
    assert rows(town, "SELECT outcome FROM desk_cases") == [("nothing",)]


async def test_S33_another_clinics_registrar_presses_nothing_of_a_case(town: RunningTown) -> None:
    await answered(town)
    ((request_id, version),) = rows(town, "SELECT id, version FROM requests")
    foreigner, stranger = desk_of(town, 4), town.of_staff(CLINIC, "doctor", watch=True)
    for verb in ("oral", "slip"):
        await foreigner.forge(f"s:{_base36(int(str(request_id)))}:{version}:{verb}")
        await stranger.forge(f"s:{_base36(int(str(request_id)))}:{version}:{verb}")
    assert await slips(foreigner) == []
    assert await slips(stranger) == []
    assert rows(town, "SELECT answered_at FROM desk_cases") == [(None,)]


async def test_a_doctor_and_a_citizen_open_no_case(town: RunningTown) -> None:
    doctor, citizen = town.of_staff(CLINIC, "doctor"), await town.citizen(KAZAKH.caller)
    await doctor.say("/phone")
    await doctor.forge(f"a:desk:phone:{CLINIC}:home_call:kk")
    await citizen.say("/phone")
    await citizen.forge(f"a:desk:phone:{CLINIC}:home_call:kk")
    await desk_of(town, 4).forge(f"a:desk:phone:{CLINIC}:home_call:kk")
    assert rows(town, "SELECT count(*) FROM desk_cases") == [(0,)]


async def test_whoever_leaves_the_clinic_in_the_middle_of_a_case_enters_nothing_more(
    town: RunningTown,
) -> None:
    registrar = desk_of(town)
    await begin(registrar, "/phone", "home_call")
    now = town.app.clock.now()
    async with town.app.db.transaction() as tx:
        await staff.leave(tx, registrar.id, CLINIC, "staff:1", now)
    await registrar.tap("button.aloud_for_self")
    assert rows(town, "SELECT outcome FROM desk_cases") == [("stopped",)]


async def test_in_a_group_it_is_only_said_where_a_case_is_opened(town: RunningTown) -> None:
    registrar = desk_of(town)
    await town.sandbox.say(registrar.id, "/phone", chat=group_of(CLINIC))
    assert (await town.group(CLINIC))[-1].text == registrar.words("desk_case.private_only")
    assert rows(town, "SELECT count(*) FROM desk_cases") == [(0,)]


async def test_a_case_outlives_a_restart(town: RunningTown) -> None:
    registrar = desk_of(town)
    await begin(registrar, "/phone", "home_call")
    await registrar.tap("button.aloud_for_self")
    await town.stop_bot()
    await town.start_bot()
    said = await registrar.say(KAZAKH.caller)
    assert registrar.words("button.seen_call_back") in said.labels


async def test_a_case_that_nobody_finishes_is_closed_after_an_hour(town: RunningTown) -> None:
    registrar = desk_of(town)
    await begin(registrar, "/phone", "home_call")
    await town.advance(61 * 60)
    assert (await registrar.last()).text == registrar.words("aloud.left")
    assert rows(town, "SELECT outcome FROM desk_cases") == [("left",)]
    assert await desk.open_of(town.app.db.reader, registrar.id) is None


async def test_a_case_can_be_closed_and_another_opened(town: RunningTown) -> None:
    registrar = desk_of(town)
    await begin(registrar, "/phone", "home_call")
    await registrar.say("/phone")
    assert (await registrar.last()).text == registrar.words("desk_case.is_open")
    await registrar.tap("button.close_case")
    await begin(registrar, "/phone", "appointment", "ru")
    assert rows(town, "SELECT outcome FROM desk_cases ORDER BY opened_at, id") == [("nothing",), (None,)]


async def test_the_language_can_change_in_the_middle_of_a_case(town: RunningTown) -> None:
    registrar = desk_of(town)
    await begin(registrar, "/phone", "home_call")
    said = await registrar.say("/ru")
    registrar.locale = "ru"
    assert registrar.words("button.aloud_for_self") in said.labels
    after = await registrar.tap("button.aloud_for_self")
    assert after.text == registrar.words("identity.iin_aloud")


async def test_a_registrars_own_talk_as_a_citizen_is_untouched_by_a_case(town: RunningTown) -> None:
    await entered(town)
    assert rows(town, "SELECT count(*) FROM chats WHERE confirmed_person IS NOT NULL") == [(0,)]


async def test_G_71_the_look_at_the_record_is_kept_with_its_reason(town: RunningTown) -> None:
    registrar = await entered(town)
    found = rows(town, "SELECT actor FROM audit WHERE action = 'desk.details_opened'")
    assert found == [(f"staff:{registrar.id}",)]


async def by_hand(town: RunningTown, service: str = "home_call") -> Person:
    """Somebody of whom the state register has no data, at the desk, until the consent is read."""
    registrar = desk_of(town)
    await begin(registrar, "/desk", service)
    if service == "home_call":
        await registrar.tap("button.aloud_for_self")
    await registrar.say(NOBODY)
    await registrar.tap("button.by_paper")
    await registrar.say("Сейітова\nКүләш Маратқызы\n03.02.1958\n87011234567\nжеке куәлік 012345678")
    await registrar.tap("button.seen_by_hand")
    return registrar


async def test_G_12_AU_25_somebody_without_data_has_a_doctor_called_and_is_checked_the_next_day(
    town: RunningTown,
) -> None:
    registrar = await by_hand(town)
    await registrar.tap("reason.fever")
    await registrar.say("Абай даңғылы 10, 5-пәтер")
    await registrar.tap("button.send")
    assert rows(town, "SELECT service, came_by FROM requests") == [("home_call", "desk")]
    head = town.of_staff(CLINIC, "head", watch=True)
    await town.set_time("2026-11-21T09:01:00")
    asked = await head.last()
    assert "Сейітова Күләш Маратқызы" in asked.text
    assert "012345678" in asked.text
    assert not any("012345678" in one.text for one in await registrar.messages())
    await head.tap("button.hand_right")
    assert rows(town, "SELECT outcome, checked_by FROM hand_identities") == [("right", head.id)]


async def without_iin(town: RunningTown, whom: str = "button.aloud_for_self") -> Person:
    """Somebody on the phone who has no IIN, until what troubles them is asked."""
    registrar = desk_of(town)
    await begin(registrar, "/phone", "home_call")
    await registrar.tap(whom, "button.without_iin", "button.by_paper")
    await registrar.say("Ли\nАнна\n03.02.1988\n87017654321\nпаспорт N1234567")
    await registrar.tap("button.heard_by_hand")
    return registrar


async def test_G_10_a_call_by_phone_without_an_iin_is_registered_and_told_by_sms(town: RunningTown) -> None:
    registrar = await without_iin(town)
    await registrar.tap("reason.fever")
    await registrar.say("Абай даңғылы 10, 5-пәтер")
    await registrar.tap("button.send")
    assert rows(town, "SELECT service, came_by, channel FROM requests") == [("home_call", "phone", "sms")]
    assert registrar.words("staff.line.without_iin") in (await registrar.last()).text
    for _ in range(2):
        await registrar.press((await registrar.last()).labels[0])
    sent = rows(town, "SELECT count(*) FROM outbox WHERE channel = 'sms' AND kind = 'notice.confirmed'")
    assert sent == [(1,)]


async def test_G_10_a_newborn_of_a_mother_without_an_iin_has_a_doctor_called(town: RunningTown) -> None:
    registrar = await without_iin(town, "button.aloud_for_child")
    await registrar.tap("button.newborn", "button.no_name")
    await registrar.say("19.11.2026")
    await registrar.tap("reason.fever")
    await registrar.say("Абай даңғылы 10, 5-пәтер")
    await registrar.tap("button.send")
    assert rows(town, "SELECT service, status FROM requests") == [("home_call", "registered")]


async def test_G_12_whoever_calls_again_before_the_check_is_entered_anew_and_not_refused(
    town: RunningTown,
) -> None:
    for name in ("Күләш", "Күлән"):
        registrar = desk_of(town)
        await begin(registrar, "/desk", "home_call")
        await registrar.tap("button.aloud_for_self")
        await registrar.say(NOBODY)
        await registrar.tap("button.by_paper")
        await registrar.say(f"Сейітова\n{name}\n03.02.1958\n87011234567\nжеке куәлік 012345678")
        await registrar.tap("button.seen_by_hand", "reason.fever")
        await registrar.say("Абай даңғылы 10, 5-пәтер")
        await registrar.tap("button.send")
    # The second is of the same call, and a contact of its own.
    assert rows(town, "SELECT count(*) FROM requests") == [(1,)]
    assert [entry[2] for entry in await contacts(town)] == [None, "nothing"]
    head = town.of_staff(CLINIC, "head", watch=True)
    await town.set_time("2026-11-21T09:01:00")
    assert "Сейітова Күлән" in (await head.last()).text


async def test_G_12_the_notices_of_an_attachment_entered_by_hand_go_to_the_number_that_was_given(
    town: RunningTown,
) -> None:
    registrar = await by_hand(town, "attachment")
    await _to_the_end(town, registrar)
    assert rows(town, "SELECT service, channel FROM requests") == [("attachment", "sms")]


async def test_G_12_nobody_checks_what_they_entered_themselves(town: RunningTown) -> None:
    registrar = await by_hand(town)
    ((identity_id,),) = rows(town, "SELECT id FROM hand_identities")
    await registrar.forge(f"s:0:{CLINIC}:hright:{_base36(int(str(identity_id)))}")
    assert rows(town, "SELECT outcome FROM hand_identities") == [(None,)]


async def test_S01_what_a_caller_dictates_is_never_a_question_to_the_patient_before(
    town: RunningTown,
) -> None:
    registrar = await entered(town)
    ((request_id, version),) = rows(town, "SELECT id, version FROM requests")
    await registrar.forge(f"s:{_base36(int(str(request_id)))}:{version}:ask")
    await begin(registrar, "/phone", "home_call")
    await registrar.tap("button.aloud_for_self")
    await registrar.say(ATTACHED_NOWHERE)
    await registrar.tap("button.close_case")
    await registrar.say("Қайда тұрасыз?")
    assert rows(town, "SELECT count(*) FROM work_questions") == [(0,)]


async def test_G_12_attachment_waits_for_the_second_look(town: RunningTown) -> None:
    registrar = await by_hand(town, "attachment")
    await _to_the_end(town, registrar)
    assert rows(town, "SELECT service, status FROM requests") == [("attachment", "registered")]
    await town.staff_tap(CLINIC, "registrar", "staff.button.attach")
    assert rows(town, "SELECT status FROM requests") == [("registered",)]
    head = town.of_staff(CLINIC, "head")
    ((identity_id,),) = rows(town, "SELECT id FROM hand_identities")
    await head.forge(f"s:0:{CLINIC}:hright:{_base36(int(str(identity_id)))}")
    await town.staff_tap(CLINIC, "registrar", "staff.button.attach")
    assert rows(town, "SELECT status FROM requests") == [("accepted",)]


async def _to_the_end(town: RunningTown, registrar: Person) -> None:
    for _ in range(6):
        if rows(town, "SELECT 1 FROM requests"):
            return
        await registrar.press((await registrar.last()).labels[0])


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[rest] + digits
    return digits or "0"
