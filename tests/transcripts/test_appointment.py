"""An appointment as the citizen reads it: booked, moved, cancelled, reminded of, waited for, lost."""

from bot.clock import SystemSecrets
from storage import staff
from tests.golden import Golden
from tests.town import RunningTown, transcript
from tests.transcripts.cast import Cast, in_both_languages
from tests.visit_walks import (
    book,
    enter_change,
    pick_doctor,
    pick_nearest,
    question,
    to_the_doctor,
    to_the_time,
)

OTHERS = {5: "900725297363", 4: "910606192221"}
"""Another adult of the same clinic, who takes times away."""
DOCTORS = {5: "Бейсенова Гүлнар Сәбитқызы", 4: "Романенко Ирина Павловна"}
CHILDREN = {"kk": ("940527195906", "Адия, 2023"), "ru": ("900725297363", "Мария, 2018")}
"""A parent with a child of a clinic that has doctors of every kind."""
MONDAY_AFTERNOON = {"kk": "дүйсенбі түстен кейін", "ru": "в понедельник после обеда"}


@in_both_languages
async def test_AP_01_AP_10_AP_15_AP_17_the_nearest_time_is_three_taps_away(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen = await cast.enter(town)
    await book(citizen)
    golden.check(cast.name("visit_nearest"), transcript(town.lines))


@in_both_languages
async def test_AP_01_a_day_of_the_week_and_then_an_hour(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen = await cast.enter(town)
    await to_the_time(citizen)
    town.lines.clear()
    await citizen.press((await question(citizen)).labels[2])
    await citizen.press((await question(citizen)).labels[3])
    await citizen.tap("button.send")
    golden.check(cast.name("visit_by_week"), transcript(town.lines))


@in_both_languages
async def test_a_typed_day_is_understood_and_one_that_is_past_is_not(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen = await cast.enter(town)
    await to_the_time(citizen)
    town.lines.clear()
    await citizen.say("19.11")
    await citizen.say(cast.own_words)
    await citizen.say(MONDAY_AFTERNOON[cast.language])
    golden.check(cast.name("visit_typed_day"), transcript(town.lines))


@in_both_languages
async def test_AP_02_a_child_goes_to_the_paediatrician_and_an_adult_to_the_therapist(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen = await cast.enter(town)
    await to_the_doctor(citizen, "child")
    town.lines.clear()
    await citizen.press(cast.child)
    await pick_doctor(citizen, "paediatrician")
    await pick_nearest(citizen)
    await citizen.tap("button.send")
    golden.check(cast.name("visit_of_child"), transcript(town.lines))


@in_both_languages
async def test_a_child_is_led_from_the_adults_doctor_to_the_right_one(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    iin, child = CHILDREN[cast.language]
    citizen = await town.citizen(iin)
    await to_the_doctor(citizen, "child")
    town.lines.clear()
    await citizen.press(child)
    await citizen.tap("button.therapist")
    golden.check(cast.name("visit_wrong_doctor"), transcript(town.lines))


@in_both_languages
async def test_AP_01_a_time_lost_while_it_was_signed_reopens_only_that_question(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen = await cast.enter(town)
    other = await town.citizen(OTHERS[cast.clinic], "other")
    await to_the_time(citizen)
    await pick_nearest(citizen)
    await town.advance(601)
    await book(other)
    town.lines.clear()
    await citizen.tap("button.send")
    await pick_nearest(citizen)
    await citizen.tap("button.send")
    golden.check(cast.name("visit_time_lost"), transcript(town.lines))


@in_both_languages
async def test_a_move_gives_the_old_time_up_only_for_the_new_one(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen = await cast.enter(town)
    await book(citizen)
    town.lines.clear()
    await citizen.tap("button.move_visit")
    if citizen.words("button.any_doctor") in (await question(citizen)).labels:
        await citizen.tap("button.any_doctor")
    await pick_nearest(citizen)
    await citizen.tap("button.yes_move")
    golden.check(cast.name("visit_moved"), transcript(town.lines))


@in_both_languages
async def test_a_cancelled_booking_and_its_old_button(town: RunningTown, cast: Cast, golden: Golden) -> None:
    citizen = await cast.enter(town)
    await book(citizen)
    town.lines.clear()
    await citizen.tap("button.cancel_visit", "button.yes_cancel_visit")
    await citizen.tap("button.move_visit")
    golden.check(cast.name("visit_cancelled"), transcript(town.lines))


@in_both_languages
async def test_a_reminder_comes_in_the_day_and_its_answer_counts_once(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen = await cast.enter(town)
    await book(citizen)
    town.lines.clear()
    await town.set_time("2026-11-23T07:30")
    await citizen.tap("button.coming", "button.coming")
    await town.set_time("2026-11-23T12:30")
    golden.check(cast.name("visit_reminded"), transcript(town.lines))


@in_both_languages
async def test_a_freed_time_is_offered_to_whoever_waits_and_swapped_in_one_step(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen = await cast.enter(town)
    other = await town.citizen(OTHERS[cast.clinic], "other")
    await book(other)
    await book(citizen)
    town.lines.clear()
    await citizen.tap("button.wait_for_earlier", "button.any_doctor")
    await other.tap("button.cancel_visit", "button.yes_cancel_visit")
    await town.advance(1)
    await citizen.tap("button.take_offer")
    golden.check(cast.name("visit_offered"), transcript(town.lines))


@in_both_languages
async def test_an_offer_that_is_not_answered_goes_on_after_a_quarter_of_an_hour(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen = await cast.enter(town)
    other = await town.citizen(OTHERS[cast.clinic], "other")
    await book(other)
    await book(citizen)
    await citizen.tap("button.wait_for_earlier", "button.any_doctor")
    await other.tap("button.cancel_visit", "button.yes_cancel_visit")
    await town.advance(1)
    town.lines.clear()
    await town.advance(901)
    await citizen.tap("button.take_offer")
    golden.check(cast.name("visit_offer_passed"), transcript(town.lines))


@in_both_languages
async def test_G_55_a_closed_day_brings_three_alternatives_and_the_request_stays_open(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen = await cast.enter(town)
    await book(citizen)
    town.lines.clear()
    await enter_change(town, cast.clinic, "/closeday 23.11")
    await citizen.press((await question(citizen)).labels[0])
    golden.check(cast.name("visit_clinic_closed"), transcript(town.lines))


@in_both_languages
async def test_G_55_an_alternative_taken_meanwhile_brings_those_that_are_left(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen = await town.citizen(cast.caller)
    await book(citizen)
    await enter_change(town, cast.clinic, "/closeday 23.11")
    await book(await town.citizen(OTHERS[cast.clinic], "other"))
    town.lines.clear()
    notice = next(one for one in reversed(await citizen.messages()) if len(one.labels) == 5)
    await citizen.press(notice.labels[0])
    await citizen.press((await question(citizen)).labels[0])
    golden.check(cast.name("visit_alternative_taken"), transcript(town.lines))


@in_both_languages
async def test_extra_hours_are_offered_to_whoever_waits(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen = await town.citizen(cast.caller)
    await book(await town.citizen(OTHERS[cast.clinic], "other"))
    await book(citizen)
    await citizen.tap("button.wait_for_earlier", "button.any_doctor")
    town.lines.clear()
    await enter_change(town, cast.clinic, "/hours 21.11 12:00-13:00", DOCTORS[cast.clinic])
    await citizen.tap("button.keep_offer")
    golden.check(cast.name("visit_extra_hours"), transcript(town.lines))


@in_both_languages
async def test_a_doctor_says_who_they_are_and_gets_the_list_of_the_next_day_at_once(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    doctor = town.of_staff(cast.clinic, "doctor", watch=True)
    db = town.app.db
    async with db.transaction() as tx:
        await staff.leave(tx, doctor.id, cast.clinic, "command_line", db.clock.now())
        code = staff.new_code(tx, cast.clinic, "doctor", cast.language, db.clock.now(), SystemSecrets())
    town.lines.clear()
    await doctor.say(f"/link {code}", shown="/link ·········")
    await doctor.press(DOCTORS[cast.clinic])
    await town.advance(1)
    golden.check(cast.name("staff_own_doctor"), transcript(town.lines))


@in_both_languages
async def test_G_55_a_doctor_on_a_day_off_is_replaced_by_another(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen = await cast.enter(town)
    await book(citizen)
    town.lines.clear()
    await enter_change(town, cast.clinic, "/dayoff 23.11", DOCTORS[cast.clinic])
    golden.check(cast.name("visit_day_off"), transcript(town.lines))


@in_both_languages
async def test_AP_14_G_57_staff_withdraw_a_booking_on_a_legal_ground_within_half_an_hour(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen = await cast.enter(town)
    await book(citizen)
    town.lines.clear()
    await town.staff_tap(
        cast.clinic,
        "registrar",
        "staff.button.withdraw_visit",
        "staff.ground.false_data",
        "staff.button.confirm_refusal",
    )
    golden.check(cast.name("visit_withdrawn_by_staff"), transcript(town.lines))


@in_both_languages
async def test_E_06_a_booking_made_out_of_hours_is_registered_on_the_next_working_day(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen = await cast.enter(town)
    await town.set_time("2026-11-20T20:05")
    await to_the_time(citizen)
    await pick_nearest(citizen)
    town.lines.clear()
    await citizen.tap("button.send")
    golden.check(cast.name("visit_out_of_hours"), transcript(town.lines))


@in_both_languages
async def test_G_56_whoever_asks_for_a_specialist_is_told_of_the_referral(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen = await cast.enter(town)
    await to_the_doctor(citizen)
    town.lines.clear()
    await citizen.tap("button.specialist")
    golden.check(cast.name("visit_specialist"), transcript(town.lines))


@in_both_languages
async def test_G_51_a_second_booking_with_the_same_kind_of_doctor_leads_to_the_first(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen = await cast.enter(town)
    await book(citizen)
    town.lines.clear()
    await citizen.tap("button.menu", "button.appointment", "button.agree", "button.for_self")
    await citizen.say(citizen.iin)
    await citizen.confirm()
    await citizen.tap("button.therapist")
    golden.check(cast.name("visit_second"), transcript(town.lines))


@in_both_languages
async def test_G_51_after_a_visit_that_nobody_noted_one_can_be_booked_again_and_staff_note_it_later(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen = await cast.enter(town)
    await book(citizen)
    await town.set_time("2026-11-23T15:00")
    town.lines.clear()
    await to_the_doctor(citizen)
    await citizen.tap("button.therapist")
    await town.set_time("2026-11-30T10:00")
    await book(citizen)
    # To the doctor the lists of other days come by themselves, and when is another scene.
    registrar = town.of_staff(cast.clinic, "registrar", watch=True)
    await registrar.say(f"/day 23.11 {DOCTORS[cast.clinic].split()[0]}")
    await registrar.press((await question(registrar)).labels[0])
    golden.check(cast.name("visit_not_noted"), transcript(town.lines))


@in_both_languages
async def test_AP_18_the_doctors_list_fills_up_and_says_who_came(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    doctor = town.of_staff(cast.clinic, "doctor", watch=True)
    surname = DOCTORS[cast.clinic].split()[0]
    town.lines.clear()
    citizen = await cast.enter(town)
    await book(citizen)
    await doctor.say(f"/day 23.11 {surname}")
    visit = next(line for line in (await doctor.last()).text.splitlines() if "№" in line)[2:7]
    hour, minute = int(visit[:2]), int(visit[3:])
    await town.set_time(f"2026-11-23T{(hour * 60 + minute - 31) // 60:02d}:{(minute - 31) % 60:02d}")
    town.lines.clear()
    await town.set_time(f"2026-11-23T{visit}:01")
    await doctor.press(next(label for label in (await question(doctor)).labels if label.startswith(visit)))
    golden.check(cast.name("visit_came"), transcript(town.lines))


@in_both_languages
async def test_G_54_whoever_has_no_telegram_is_reminded_by_sms_and_answers_by_sms(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen = await cast.enter(town)
    await book(citizen)
    await town.sandbox.block(citizen.id)
    town.lines.clear()
    await town.set_time("2026-11-23T07:30")
    for _ in range(2):
        await town.advance(20)
    reminded = (await citizen.texts())[-1]
    code = reminded.rsplit(maxsplit=1)[-1].strip(".")
    for reply in ("1", f"1 {code}", f"0 {code}"):
        await town.sandbox.reply_sms(citizen.phone, reply)
        await town.advance(1)
    golden.check(cast.name("visit_by_sms"), transcript(town.lines).replace(code, "···"))
