"""Information of the centres as asker and the person asked about read it: by a code, by consent, without."""

import re

from tests.centre_walks import (
    agree,
    ask_about,
    ask_about_self,
    link_in,
    read_page,
    reply,
    result_page,
    to_the_request_about,
    to_the_request_about_self,
    to_whom_it_is_about,
)
from tests.golden import Golden
from tests.town import Line, Person, RunningTown, transcript
from tests.transcripts.cast import Cast, in_both_languages

# People of the sandbox whom the callers of the cast do not know.
OTHERS = {"kk": "580203293006", "ru": "900725297363"}
NO = {"kk": "жоқ", "ru": "нет"}
TAKE_BACK = {"kk": "кері алу", "ru": "отозвать"}
CHECK_CODE = re.compile(r"\b[0-9A-Z]{5}-[0-9A-Z]{5}\b")


async def both(cast: Cast, town: RunningTown) -> tuple[Person, Person]:
    """The asker, and the person asked about, whose phone is in view."""
    return await town.citizen(cast.caller), await town.citizen(OTHERS[cast.language], name="other")


@in_both_languages
async def test_IC_03_IC_09_E_10_about_oneself_from_the_question_to_the_page(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen = await town.citizen(cast.caller)
    await ask_about_self(citizen, "phthisiatry")
    page = await result_page(citizen)
    town.lines.append(Line("the page", CHECK_CODE.sub("·····-·····", page)))
    town.lines.append(Line("the page again", await read_page(link_in(await citizen.last()))))
    golden.check(cast.name("centre_about_self"), transcript(town.lines))


@in_both_languages
async def test_IC_06_IC_07_E_11_about_another_person_after_a_code_sent_back_by_sms(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen, other = await both(cast, town)
    await ask_about(citizen, other.iin)
    await agree(other)
    page = await result_page(citizen)
    town.lines.append(Line("the page", CHECK_CODE.sub("·····-·····", page)))
    golden.check(cast.name("centre_about_other"), transcript(town.lines))


@in_both_languages
async def test_IC_08_E_12_G_32_no_and_silence_end_alike(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen, other = await both(cast, town)
    asked = await ask_about(citizen, other.iin)
    town.lines.clear()
    await reply(other, NO[cast.language])
    assert (await citizen.last()).text == asked.text
    await town.set_time("2026-11-21T12:00:10")
    refused = (await citizen.read()).text
    golden.check(cast.name("centre_refused"), transcript(town.lines))
    town.lines.clear()
    await citizen.tap("button.centre_info", "button.narcology", "button.agree", "button.about_other")
    await citizen.say(other.iin)
    await citizen.tap("button.purpose_work")
    await citizen.say(citizen.iin)
    await citizen.confirm()
    await citizen.tap("button.send")
    town.lines.clear()
    await town.set_time("2026-11-22T08:00:20")
    await town.set_time("2026-11-22T12:00:20")
    assert (await citizen.read()).text == refused.replace("93-000001", "93-000002")
    golden.check(cast.name("centre_unanswered"), transcript(town.lines))


@in_both_languages
async def test_G_41_a_silent_centre_is_an_error_with_an_apology(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen = await town.citizen(cast.caller)
    await town.sandbox.centres(mood="down")
    await ask_about_self(citizen)
    town.lines.clear()
    await town.advance(30 * 60)
    await citizen.tap("button.refresh_status")
    await citizen.say(citizen.iin)
    await citizen.confirm()
    await town.sandbox.centres(mood="answers")
    await town.advance(15 * 60)
    await citizen.read()
    golden.check(cast.name("centre_silent"), transcript(town.lines))


@in_both_languages
async def test_G_34_S30_what_was_agreed_to_can_be_taken_back(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen, other = await both(cast, town)
    await ask_about(citizen, other.iin)
    await agree(other)
    await citizen.tap("button.open", "button.open")
    link = link_in(await citizen.last())
    town.lines.clear()
    await reply(other, f"{TAKE_BACK[cast.language]} 93-000001")
    town.lines.append(Line("the page", CHECK_CODE.sub("·····-·····", await read_page(link))))
    await citizen.tap("button.refresh_status")
    golden.check(cast.name("centre_taken_back"), transcript(town.lines))


@in_both_languages
async def test_G_74_the_asker_takes_the_request_back(town: RunningTown, cast: Cast, golden: Golden) -> None:
    citizen, other = await both(cast, town)
    await ask_about(citizen, other.iin)
    town.lines.clear()
    await citizen.tap("button.cancel_centre", "button.yes_cancel_centre")
    await agree(other)
    golden.check(cast.name("centre_cancelled"), transcript(town.lines))


@in_both_languages
async def test_a_person_asking_about_themself_as_another_is_led_to_themself(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen = await town.citizen(cast.caller)
    await to_the_request_about(citizen, citizen.iin)
    await citizen.tap("button.about_self", "button.send")
    golden.check(cast.name("centre_oneself_as_another"), transcript(town.lines))


@in_both_languages
async def test_wrong_input_is_answered_with_what_is_wanted(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen = await town.citizen(cast.caller)
    await to_whom_it_is_about(citizen)
    town.lines.clear()
    await citizen.say("?")
    await citizen.tap("button.about_other")
    await citizen.say("12345")
    await citizen.say(OTHERS[cast.language])
    await citizen.say(cast.own_words)
    golden.check(cast.name("centre_wrong_input"), transcript(town.lines))


@in_both_languages
async def test_IC_14_the_cabinet_lists_what_was_asked_and_the_same_is_not_asked_twice(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen, other = await both(cast, town)
    await ask_about(citizen, other.iin)
    await citizen.tap("button.menu")
    town.lines.clear()
    await citizen.tap("button.centre_info", "button.psychiatry", "button.agree", "button.about_self")
    await citizen.say(citizen.iin)
    await citizen.confirm()
    await citizen.tap("button.send")
    await town.advance(1)
    await citizen.tap("button.menu", "button.cabinet")
    await citizen.press("№ 93-000001, 20.11")
    await citizen.tap("button.all_requests")
    golden.check(cast.name("centre_list"), transcript(town.lines))


@in_both_languages
async def test_where_no_centre_is_linked_the_portal_is_named(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen = await town.citizen(cast.caller)
    await town.stop_bot()
    town.environ |= {"CENTRES_URL": ""}
    await town.start_bot()
    await citizen.say("/start")
    await citizen.press({"kk": "Қазақша", "ru": "Русский"}[cast.language])
    town.lines.clear()
    await citizen.tap("button.centre_info")
    golden.check(cast.name("centre_not_linked"), transcript(town.lines))


@in_both_languages
async def test_every_answer_can_be_changed_before_send(town: RunningTown, cast: Cast, golden: Golden) -> None:
    citizen = await town.citizen(cast.caller)
    await to_the_request_about_self(citizen)
    town.lines.clear()
    await citizen.tap("button.change", "button.change_centre", "button.psychiatry")
    golden.check(cast.name("centre_changed"), transcript(town.lines))
