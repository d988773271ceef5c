"""What the clinic answers, and how staff and citizen read it: refusals, typed doctors, undoing, no answer."""

from datetime import date

import pytest

from rules.channels import Channel
from rules.grounds import grounds_of
from rules.law import Service
from tests.golden import Golden
from tests.town import RunningTown, transcript
from tests.transcripts.cast import Cast, in_both_languages
from tests.walks import accept, call

GROUNDS = [ground.code for ground in grounds_of(Service.HOME_CALL, Channel.ELECTRONIC, date(2026, 11, 20))]


@pytest.mark.parametrize("ground", GROUNDS)
@in_both_languages
async def test_GEN_14_a_refusal_by_staff_names_its_ground_and_what_can_be_done(
    town: RunningTown, cast: Cast, golden: Golden, ground: str
) -> None:
    citizen = await cast.enter(town)
    await call(citizen)
    town.lines.clear()
    buttons = ("staff.button.refuse", f"staff.ground.{ground}", "staff.button.confirm_refusal")
    await town.staff_tap(cast.clinic, "registrar", *buttons)
    await citizen.tap("button.refresh_status", "button.view_result", "button.open")
    golden.check(cast.name(f"refused_{ground}"), transcript(town.lines))


@in_both_languages
async def test_a_doctor_who_is_not_on_the_list_is_typed_in(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen = await cast.enter(town)
    await call(citizen)
    town.lines.clear()
    registrar = town.of_staff(cast.clinic, "registrar", watch=True)
    await town.staff_tap(cast.clinic, "registrar", "staff.button.accept", "staff.button.other_doctor")
    await registrar.say("12")
    await registrar.say(cast.typed_doctor)
    windows = await registrar.tap("role.paediatrician")
    await registrar.press(windows.labels[0])
    await citizen.read()
    golden.check(cast.name("doctor_typed_in"), transcript(town.lines))


@in_both_languages
async def test_a_wrong_press_is_taken_back_within_two_minutes(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen = await cast.enter(town)
    await call(citizen)
    await accept(town, cast.clinic)
    town.lines.clear()
    await town.advance(119)
    await town.staff_tap(cast.clinic, "registrar", "staff.button.undo")
    await citizen.read()
    golden.check(cast.name("taken_back"), transcript(town.lines))


@in_both_languages
async def test_after_two_minutes_nothing_is_taken_back(town: RunningTown, cast: Cast, golden: Golden) -> None:
    citizen = await cast.enter(town)
    await call(citizen)
    card = await accept(town, cast.clinic)
    town.lines.clear()
    registrar = town.of_staff(cast.clinic, "registrar", watch=True)
    undo = card.buttons[-1][-1].data
    await town.advance(121)
    await registrar.forge(undo, chat=card.raw["chat"]["id"])
    golden.check(cast.name("taken_back_too_late"), transcript(town.lines))


@in_both_languages
async def test_HC_07_no_answer_is_brought_up_at_minute_20_and_escalated_at_minute_30(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen = await cast.enter(town)
    await call(citizen)
    town.lines.clear()
    town.of_staff(cast.clinic, "head", watch=True)
    await town.set_time("2026-11-20T12:19:59")
    assert town.lines == []
    await town.set_time("2026-11-20T12:20:00")
    await town.set_time("2026-11-20T12:30:00")
    await citizen.read()
    golden.check(cast.name("no_answer"), transcript(town.lines))


@in_both_languages
async def test_details_open_in_private_for_linked_staff(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen = await cast.enter(town)
    await call(citizen)
    town.lines.clear()
    doctor = town.of_staff(cast.clinic, "doctor", watch=True)
    await town.staff_tap(cast.clinic, "doctor", "staff.button.details")
    await doctor.read()
    golden.check(cast.name("details_in_private"), transcript(town.lines))


@in_both_languages
async def test_whoever_has_blocked_the_chat_is_told_by_sms(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen = await cast.enter(town)
    await call(citizen)
    town.lines.clear()
    await town.sandbox.block(citizen.id)
    await accept(town, cast.clinic)
    await town.advance(60)
    await town.advance(600)
    golden.check(cast.name("chat_blocked"), transcript(town.lines))
