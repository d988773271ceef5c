"""The doctor's own page of visits, a closed door, and whether the doctor came, as everybody reads it."""

import re

from tests.complaint_walks import filled_in
from tests.golden import Golden
from tests.sandbox_server import ChatMessage
from tests.town import Person, RunningTown, transcript
from tests.transcripts.cast import Cast, in_both_languages
from tests.walks import call

HALF_AN_HOUR = 1800
TWO_MINUTES = 120


async def on_the_road(town: RunningTown, cast: Cast) -> tuple[Person, Person]:
    """A call promised with the doctor who works with us: the citizen, and the doctor in their chat."""
    citizen = await cast.enter(town)
    doctor = town.of_staff(cast.clinic, "doctor", watch=True)
    await call(citizen)
    town.lines.clear()
    registrar = town.of_staff(cast.clinic, "registrar")
    name = next(one.name for one in town.staff if one.telegram_id == doctor.id)
    await town.staff_tap(cast.clinic, "registrar", "staff.button.accept")
    windows = await town.press_card(registrar, cast.clinic, name)
    await town.press_card(registrar, cast.clinic, windows.labels[0])
    await town.look_at_the_clock()
    return citizen, doctor


async def step(town: RunningTown, doctor: Person, key: str) -> ChatMessage:
    """Press a button of the page, and let what follows arrive."""
    await doctor.tap(key)
    await town.advance(1)
    return await doctor.read()


async def made(town: RunningTown, doctor: Person) -> None:
    """The visit is noted as made, and half an hour passes."""
    for key in ("staff.button.on_way", "staff.button.done"):
        await step(town, doctor, key)
    await town.advance(TWO_MINUTES)
    town.lines.clear()
    await town.advance(HALF_AN_HOUR)


@in_both_languages
async def test_HC_17_a_doctor_makes_a_visit_from_the_page(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen, doctor = await on_the_road(town, cast)
    for key in ("staff.button.on_way", "staff.button.done"):
        await step(town, doctor, key)
    await town.advance(TWO_MINUTES)
    await citizen.read()
    golden.check(cast.name("rounds_visit"), transcript(town.lines))


@in_both_languages
async def test_G_19_a_door_that_stays_closed_twice(town: RunningTown, cast: Cast, golden: Golden) -> None:
    citizen, doctor = await on_the_road(town, cast)
    town.lines.clear()
    for _ in range(2):
        for key in ("staff.button.on_way", "staff.button.not_home"):
            await step(town, doctor, key)
    await citizen.tap("button.refresh_status")
    golden.check(cast.name("rounds_closed_door"), transcript(town.lines))


@in_both_languages
async def test_whoever_was_visited_says_so_once(town: RunningTown, cast: Cast, golden: Golden) -> None:
    citizen, doctor = await on_the_road(town, cast)
    await made(town, doctor)
    await citizen.tap("button.visit_made", "button.visit_not_made")
    golden.check(cast.name("visit_happened"), transcript(town.lines))


@in_both_languages
async def test_whoever_was_left_waiting_has_a_complaint_drafted(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen, doctor = await on_the_road(town, cast)
    await made(town, doctor)
    town.of_staff(cast.clinic, "head", watch=True)
    town.lines.clear()
    await citizen.tap("button.visit_not_made", "button.complain", "button.to_health")
    await citizen.say(citizen.iin)
    await citizen.confirm()
    await citizen.tap("button.send_written", "button.no_files")
    await filled_in(citizen)
    await citizen.tap("button.send")
    golden.check(cast.name("visit_denied"), transcript(town.lines))


@in_both_languages
async def test_whoever_wants_no_complaint_is_led_on(town: RunningTown, cast: Cast, golden: Golden) -> None:
    citizen, doctor = await on_the_road(town, cast)
    await made(town, doctor)
    await citizen.tap("button.visit_not_made", "button.no_complaint")
    golden.check(cast.name("visit_denied_no_complaint"), transcript(town.lines))


@in_both_languages
async def test_whoever_blocked_the_chat_answers_by_sms(town: RunningTown, cast: Cast, golden: Golden) -> None:
    citizen, doctor = await on_the_road(town, cast)
    town.of_staff(cast.clinic, "head", watch=True)
    await town.sandbox.block(citizen.id)
    await made(town, doctor)
    await town.advance(60)
    found = re.search(r"0 (\d{3})", (await citizen.texts())[-1])
    assert found is not None
    await town.sandbox.reply_sms(citizen.phone, found[0])
    await town.rest()
    await town.look()
    golden.check(cast.name("visit_denied_by_sms"), re.sub(r"([01]) \d{3}", r"\1 ···", transcript(town.lines)))
