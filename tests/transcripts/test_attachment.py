"""Attachment as citizen and clinic read it: asked, decided, switched, refused, withdrawn."""

from dataclasses import dataclass

import pytest

from tests.attachment_walks import (
    ask_for,
    attach,
    pick_clinic,
    to_the_cause,
    to_the_request,
    to_whom_attached,
)
from tests.golden import Golden
from tests.town import Person, RunningTown, transcript
from tests.transcripts.cast import Cast, in_both_languages
from tests.visit_walks import book, question


@dataclass(frozen=True)
class Move:
    """Where a caller of the cast goes, as they say it; ``children`` says who may be added."""

    clinic: int
    said: str
    children: int
    children_said: str


MOVES = {"kk": Move(4, "төртінші", 29, "1 балалар"), "ru": Move(5, "5-я", 31, "детская 4")}


async def enter(cast: Cast, town: RunningTown) -> tuple[Person, Move]:
    """The caller, with the groups of both clinics in view."""
    citizen, move = await cast.enter(town), MOVES[cast.language]
    town.watch_group(move.clinic)
    return citizen, move


@in_both_languages
async def test_AT_02_AT_05_AT_13_AT_15_G_22_from_the_question_to_the_talon(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen, move = await enter(cast, town)
    await ask_for(citizen, move.said)
    await attach(town, move.clinic)
    await citizen.tap("button.refresh_status", "button.view_result", "button.open")
    golden.check(cast.name("attached"), transcript(town.lines))


@in_both_languages
async def test_AT_12_the_registrar_prints_the_talon(town: RunningTown, cast: Cast, golden: Golden) -> None:
    citizen, move = await enter(cast, town)
    await ask_for(citizen, move.said)
    await attach(town, move.clinic)
    town.lines.clear()
    town.of_staff(move.clinic, "registrar", watch=True)
    await town.staff_tap(move.clinic, "registrar", "staff.button.print")
    golden.check(cast.name("talon_printed"), transcript(town.lines))


@in_both_languages
async def test_AT_07_E_09_a_second_free_choice_in_the_year_is_told_before_anything_is_filled_in(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen, move = await enter(cast, town)
    await ask_for(citizen, move.said)
    await attach(town, move.clinic)
    town.lines.clear()
    await citizen.tap("button.menu", "button.attachment", "button.agree")
    await citizen.say(citizen.iin)
    await citizen.confirm()
    await citizen.tap("button.attach_self")
    await pick_clinic(citizen, str(cast.clinic))
    await citizen.tap("button.cause_free_choice")
    golden.check(cast.name("attachment_too_often"), transcript(town.lines))


@in_both_languages
async def test_E_08_AT_06_a_request_after_18_00_is_carried_over_and_says_so(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen, move = await enter(cast, town)
    await town.set_time("2026-11-20T18:00:00")
    await ask_for(citizen, move.said)
    await town.set_time("2026-11-21T09:00:00")
    await attach(town, move.clinic)
    await citizen.read()
    golden.check(cast.name("attachment_carried"), transcript(town.lines))


@in_both_languages
async def test_G_75_a_family_is_asked_for_in_one_sitting_and_each_has_a_number(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen, move = await enter(cast, town)
    town.watch_group(move.children)
    await to_whom_attached(citizen)
    town.lines.clear()
    await citizen.tap("button.attach_children")
    if cast.language == "kk":
        await citizen.tap("button.all_children")
    await pick_clinic(citizen, move.children_said)
    await citizen.tap("button.cause_moved", "button.send")
    for card in await town.group(move.children):
        registrar = town.of_staff(move.children, "registrar")
        label = town.group_words(move.children, "staff.button.attach")
        data = next(one.data for row in card.buttons for one in row if one.text == label)
        await town.sandbox.press(registrar.id, data=data, chat=card.raw["chat"]["id"])
        await town.group(move.children)
        # One after the other: papers are drawn side by side, in no order.
        await town.advance(120)
    await citizen.read()
    golden.check(cast.name("attachment_of_children"), transcript(town.lines))


@in_both_languages
async def test_AT_15_a_visit_at_the_old_clinic_is_settled_in_the_same_talk(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen, move = await enter(cast, town)
    await book(citizen)
    await to_whom_attached(citizen)
    town.lines.clear()
    await citizen.tap("button.attach_self")
    await pick_clinic(citizen, move.said)
    await citizen.tap("button.cause_free_choice", "button.go_on_leaving")
    await citizen.tap("button.send")
    await attach(town, move.clinic)
    await citizen.read()
    golden.check(cast.name("attachment_gives_up"), transcript(town.lines))


@pytest.mark.parametrize("ground", ["no_id", "two_clinics"])
@in_both_languages
async def test_GEN_14_AT_10_a_refusal_by_staff_names_its_ground(
    town: RunningTown, cast: Cast, golden: Golden, ground: str
) -> None:
    citizen, move = await enter(cast, town)
    await ask_for(citizen, move.said, "moved")
    town.lines.clear()
    buttons = ("staff.button.refuse", f"staff.ground.{ground}", "staff.button.confirm_refusal")
    await town.staff_tap(move.clinic, "registrar", *buttons)
    await citizen.tap("button.refresh_status", "button.view_result", "button.open")
    golden.check(cast.name(f"attachment_refused_{ground}"), transcript(town.lines))


@in_both_languages
async def test_G_74_the_citizen_takes_the_request_back(town: RunningTown, cast: Cast, golden: Golden) -> None:
    citizen, move = await enter(cast, town)
    await ask_for(citizen, move.said)
    town.lines.clear()
    await citizen.tap("button.withdraw")
    await citizen.say(citizen.iin)
    await citizen.confirm()
    await citizen.tap("button.yes_withdraw")
    golden.check(cast.name("attachment_withdrawn"), transcript(town.lines))


@in_both_languages
async def test_a_press_taken_back_is_a_secret_of_the_clinic(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen, move = await enter(cast, town)
    await ask_for(citizen, move.said)
    town.lines.clear()
    await town.staff_tap(move.clinic, "registrar", "staff.button.attach")
    await town.advance(60)
    await town.staff_tap(move.clinic, "registrar", "staff.button.undo")
    await town.advance(120)
    await citizen.read()
    golden.check(cast.name("attachment_taken_back"), transcript(town.lines))


@in_both_languages
async def test_AT_05_X_12_no_answer_by_closing_is_told_to_everybody(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen, move = await enter(cast, town)
    await ask_for(citizen, move.said)
    town.lines.clear()
    town.of_staff(move.clinic, "head", watch=True)
    for hour in ("17:20:00", "19:00:00", "20:00:00"):
        await town.set_time(f"2026-11-20T{hour}")
    await citizen.read()
    golden.check(cast.name("attachment_no_answer"), transcript(town.lines))


@in_both_languages
async def test_wrong_input_is_answered_with_what_is_wanted(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen, move = await enter(cast, town)
    await to_whom_attached(citizen)
    town.lines.clear()
    await citizen.say("?")
    await citizen.tap("button.attach_self")
    await citizen.say("777")
    await pick_clinic(citizen, move.said)
    await citizen.say(cast.own_words)
    await citizen.say("0")
    golden.check(cast.name("attachment_wrong_input"), transcript(town.lines))


@in_both_languages
async def test_a_clinic_where_one_is_already_offers_another(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen, _ = await enter(cast, town)
    await to_the_cause(citizen, str(cast.clinic))
    town.lines.clear()
    await citizen.tap("button.cause_free_choice")
    golden.check(cast.name("attachment_already_here"), transcript(town.lines))


@in_both_languages
async def test_a_day_that_changed_before_send_is_shown_before_it_is_signed(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen, move = await enter(cast, town)
    await town.set_time("2026-11-20T17:59:50")
    await to_the_request(citizen, move.said)
    town.lines.clear()
    await town.set_time("2026-11-20T18:00:10")
    await citizen.tap("button.send")
    await question(citizen)
    golden.check(cast.name("attachment_day_changed"), transcript(town.lines))
