"""The cabinet: one's requests, their state, their result; and taking a request back."""

from tests.golden import Golden
from tests.town import RunningTown, transcript
from tests.transcripts.cast import Cast, in_both_languages
from tests.walks import accept, call, fill_in


@in_both_languages
async def test_PC_07_PC_08_PC_09_PC_10_a_request_is_looked_at_refreshed_and_its_result_opened(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen = await cast.enter(town)
    await call(citizen)
    town.lines.clear()
    await citizen.tap("button.menu", "button.cabinet")
    await accept(town, cast.clinic)
    await citizen.tap("button.refresh_status", "button.view_result", "button.open")
    golden.check(cast.name("cabinet"), transcript(town.lines))


@in_both_languages
async def test_PC_01_the_cabinet_asks_for_iin_and_code_once_the_chat_is_idle(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen = await cast.enter(town)
    await call(citizen)
    town.lines.clear()
    await town.advance(301)
    await citizen.tap("button.menu", "button.cabinet")
    await citizen.say(citizen.iin)
    await citizen.confirm()
    golden.check(cast.name("cabinet_after_idling"), transcript(town.lines))


@in_both_languages
async def test_several_requests_stand_in_a_list(town: RunningTown, cast: Cast, golden: Golden) -> None:
    citizen = await cast.enter(town)
    await call(citizen)
    await town.advance(61)
    await citizen.tap("button.menu", "button.home_call", "button.no_signs", "button.agree")
    await citizen.tap("button.for_child")
    await citizen.say(citizen.iin)
    await citizen.confirm()
    await citizen.press(cast.child)
    await fill_in(citizen)
    await citizen.tap("button.send")
    town.lines.clear()
    await citizen.tap("button.menu")
    listed = await citizen.tap("button.cabinet")
    await citizen.press(listed.labels[0])
    await citizen.tap("button.all_requests")
    golden.check(cast.name("cabinet_list"), transcript(town.lines))


@in_both_languages
async def test_G_67_the_list_is_narrowed_a_history_read_and_a_card_refreshed_once_in_ten_seconds(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen = await cast.enter(town)
    await call(citizen)
    await town.advance(61)
    await citizen.tap("button.withdraw", "button.yes_withdraw")
    await call(citizen)
    await accept(town, cast.clinic)
    town.lines.clear()
    await citizen.tap("button.menu", "button.cabinet", "button.narrow")
    listed = await citizen.tap("button.only_open")
    await citizen.press(listed.labels[0])
    await citizen.tap("button.history", "button.to_the_request")
    await citizen.tap("button.refresh_status", "button.refresh_status", "button.resume")
    await town.advance(10)
    await citizen.tap("button.refresh_status", "button.all_requests")
    golden.check(cast.name("cabinet_part_and_history"), transcript(town.lines))


@in_both_languages
async def test_a_call_is_withdrawn_until_the_doctor_is_on_the_way(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen = await cast.enter(town)
    await call(citizen)
    town.lines.clear()
    await citizen.tap("button.withdraw", "button.no_keep", "button.refresh_status", "button.withdraw")
    await citizen.tap("button.yes_withdraw")
    golden.check(cast.name("withdrawn"), transcript(town.lines))


@in_both_languages
async def test_once_the_doctor_is_on_the_way_the_clinic_has_to_be_rung(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen = await cast.enter(town)
    sent = await call(citizen)
    withdraw = next(b.data for row in sent.buttons for b in row if b.text == citizen.words("button.withdraw"))
    await accept(town, cast.clinic)
    await town.staff_tap(cast.clinic, "doctor", "staff.button.on_way")
    town.lines.clear()
    await citizen.forge(withdraw)
    golden.check(cast.name("withdrawn_too_late"), transcript(town.lines))
