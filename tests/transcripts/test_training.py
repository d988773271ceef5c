"""Documents of the medical college as their owners read it: asked for, looked at, taken back, refused."""

from tests.golden import Golden
from tests.town import RunningTown, transcript
from tests.training_walks import apply, to_the_application, to_what_is_brought
from tests.transcripts.cast import Cast, in_both_languages
from tests.walks import begin


@in_both_languages
async def test_TR_05_TR_08_TR_09_TR_17_the_document_itself_from_the_card_to_the_number(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen = await town.citizen(cast.caller)
    await apply(citizen)
    await citizen.tap("button.refresh_status", "button.history", "button.to_the_request")
    golden.check(cast.name("training"), transcript(town.lines))


@in_both_languages
async def test_TR_12_TR_14_TR_15_a_duplicate_under_the_name_of_the_original(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen = await town.citizen(cast.caller)
    await apply(citizen, "duplicate")
    await citizen.tap("button.refresh_status", "button.cancel_training", "button.yes_cancel_training")
    golden.check(cast.name("training_duplicate"), transcript(town.lines))


@in_both_languages
async def test_TR_02_whoever_did_not_finish_there_is_told_where_to_ask(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen = await town.citizen(cast.other)
    await to_what_is_brought(citizen)
    await citizen.tap("button.agree")
    await citizen.say(citizen.iin)
    await citizen.confirm()
    golden.check(cast.name("training_not_graduate"), transcript(town.lines))


@in_both_languages
async def test_TR_19_X_13_the_card_at_lunch_after_five_at_night_and_on_a_holiday(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen = await town.citizen(cast.caller)
    await begin(citizen)
    told = []
    for moment in ("2026-11-20T13:30", "2026-11-20T17:30", "2026-11-20T21:00", "2026-12-16T11:00"):
        await town.set_time(moment)
        town.lines.clear()
        await citizen.tap("button.training")
        told += town.lines
        await citizen.tap("button.training_main", "button.refuse", "button.menu")
    golden.check(cast.name("training_hours"), transcript(told))


@in_both_languages
async def test_what_is_no_story_is_asked_for_again(town: RunningTown, cast: Cast, golden: Golden) -> None:
    citizen = await town.citizen(cast.caller)
    await to_what_is_brought(citizen, "duplicate")
    await citizen.tap("button.agree")
    await citizen.say(citizen.iin)
    await citizen.confirm()
    town.lines.clear()
    await citizen.say("5")
    await citizen.say("а" * 1200, shown="а × 1200")
    golden.check(cast.name("training_story"), transcript(town.lines))


@in_both_languages
async def test_the_same_is_asked_for_once(town: RunningTown, cast: Cast, golden: Golden) -> None:
    citizen = await town.citizen(cast.caller)
    await apply(citizen)
    await town.advance(61)
    town.lines.clear()
    await to_the_application(citizen)
    await citizen.tap("button.send")
    golden.check(cast.name("training_already"), transcript(town.lines))
