"""A doctor called to the home, as the caller and the clinic's group read it."""

from tests.golden import Golden
from tests.town import Person, RunningTown, transcript
from tests.transcripts.cast import Cast, in_both_languages
from tests.walks import LANGUAGES, accept, begin, call, fill_in, to_the_code, to_the_summary, to_whom


async def _whom(citizen: Person, whom: str) -> None:
    await to_the_code(citizen, whom)
    await citizen.confirm()


async def _typed_person(
    citizen: Person, cast: Cast, iin: str, clinic_no: int, born: str = "03.02.1958"
) -> None:
    await citizen.say(iin)
    await citizen.say(cast.other_name)
    await citizen.say(born)
    await citizen.press(cast.clinic_name(clinic_no))


async def _form_with_typed_address(citizen: Person, cast: Cast) -> None:
    await citizen.say(cast.own_words)
    await citizen.say(cast.typed_address)
    await citizen.tap("button.phone_right")


@in_both_languages
async def test_a_call_for_oneself_from_the_greeting_to_the_visit(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen = await cast.enter(town)
    await call(citizen)
    await accept(town, cast.clinic)
    await town.staff_tap(cast.clinic, "doctor", "staff.button.on_way", "staff.button.done")
    golden.check(cast.name("call_for_oneself"), transcript(town.lines))


@in_both_languages
async def test_a_call_for_a_child_of_the_list(town: RunningTown, cast: Cast, golden: Golden) -> None:
    citizen = await cast.enter(town)
    town.watch_group(cast.child_clinic)
    await _whom(citizen, "child")
    await citizen.press(cast.child)
    await citizen.tap("reason.child_unwell", "button.nothing_to_add", "button.address_right", "button.skip")
    await citizen.tap("button.phone_right", "button.send")
    golden.check(cast.name("call_for_child"), transcript(town.lines))


@in_both_languages
async def test_a_call_for_a_child_who_is_not_on_the_list(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen = await cast.enter(town)
    await _whom(citizen, "child")
    await citizen.tap("button.another_child")
    await _typed_person(citizen, cast, cast.other_child, cast.clinic, born="01.02.2019")
    await _form_with_typed_address(citizen, cast)
    await citizen.tap("button.send")
    golden.check(cast.name("call_for_another_child"), transcript(town.lines))


@in_both_languages
async def test_a_call_for_a_newborn_without_an_iin(town: RunningTown, cast: Cast, golden: Golden) -> None:
    citizen = await cast.enter(town)
    await _whom(citizen, "child")
    await citizen.tap("button.newborn", "button.no_name")
    await citizen.say("15.11.2026")
    await fill_in(citizen)
    await citizen.tap("button.send")
    golden.check(cast.name("call_for_newborn"), transcript(town.lines))


@in_both_languages
async def test_a_call_for_another_adult(town: RunningTown, cast: Cast, golden: Golden) -> None:
    citizen = await cast.enter(town)
    town.watch_group(cast.other_clinic)
    await _whom(citizen, "other")
    await _typed_person(citizen, cast, cast.other, cast.other_clinic)
    await _form_with_typed_address(citizen, cast)
    await citizen.tap("button.send")
    golden.check(cast.name("call_for_another_adult"), transcript(town.lines))


@in_both_languages
async def test_a_warning_sign_leads_to_103(town: RunningTown, cast: Cast, golden: Golden) -> None:
    citizen = await cast.enter(town)
    await begin(citizen)
    await citizen.tap("button.home_call", "button.call_103", "button.called_103")
    golden.check(cast.name("warning_sign_103"), transcript(town.lines))


@in_both_languages
async def test_a_warning_sign_never_refuses_a_call(town: RunningTown, cast: Cast, golden: Golden) -> None:
    citizen = await cast.enter(town)
    await begin(citizen)
    await citizen.tap("button.home_call", "button.call_103", "button.go_on", "button.agree")
    golden.check(cast.name("warning_sign_goes_on"), transcript(town.lines))


@in_both_languages
async def test_whoever_refuses_the_data_notice_is_given_a_phone(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen = await cast.enter(town)
    await begin(citizen)
    await citizen.tap("button.home_call", "button.no_signs", "button.refuse")
    await citizen.say("5")
    await citizen.press(cast.clinic_name(5))
    golden.check(cast.name("notice_refused"), transcript(town.lines))


@in_both_languages
async def test_whoever_is_attached_nowhere_learns_the_ground_and_what_to_do(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen = await town.citizen(cast.attached_nowhere)
    await to_the_code(citizen)
    await citizen.confirm()
    golden.check(cast.name("attached_nowhere"), transcript(town.lines))


@in_both_languages
async def test_a_clinic_without_linked_staff_takes_nothing(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen = await cast.enter(town)
    await _whom(citizen, "other")
    await _typed_person(citizen, cast, cast.other, 2)
    golden.check(cast.name("clinic_not_live"), transcript(town.lines))


@in_both_languages
async def test_a_second_call_is_merged_with_the_first(town: RunningTown, cast: Cast, golden: Golden) -> None:
    citizen = await cast.enter(town)
    await call(citizen)
    town.lines.clear()
    await citizen.tap("button.menu", "button.home_call", "button.no_signs", "button.agree", "button.for_self")
    await citizen.say(citizen.iin)
    await town.advance(61)
    await citizen.confirm()
    golden.check(cast.name("second_call_merged"), transcript(town.lines))
    assert len(await town.group(cast.clinic)) == 1


@in_both_languages
async def test_every_answer_can_be_edited_from_the_summary(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen = await cast.enter(town)
    await to_the_summary(citizen)
    town.lines.clear()
    await citizen.tap("button.change", "button.change_reason")
    await citizen.say(cast.own_words)
    await citizen.tap("button.change", "button.change_address", "button.address_other")
    await citizen.say(cast.typed_address)
    await citizen.tap("button.change", "button.change_phone", "button.phone_other")
    await citizen.say("8 701 000 65 88")
    await citizen.tap("button.change", "button.change_whom", "button.for_child")
    golden.check(cast.name("answers_edited"), transcript(town.lines))


@in_both_languages
async def test_the_language_is_switched_in_the_middle(town: RunningTown, cast: Cast, golden: Golden) -> None:
    citizen = await cast.enter(town)
    await to_whom(citizen)
    town.lines.clear()
    other = next(name for locale, name in LANGUAGES.items() if locale != cast.language)
    await citizen.say(other)
    await citizen.say(LANGUAGES[cast.language])
    golden.check(cast.name("language_switched"), transcript(town.lines))


@in_both_languages
async def test_what_a_person_reads_of_help_menu_back_and_cancel(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen = await cast.enter(town)
    await to_whom(citizen)
    town.lines.clear()
    for words in ("/help", "/menu", "103", "/back", "/menu"):
        await citizen.say(words)
    await citizen.tap("button.clinics")
    await citizen.tap("button.resume", "button.cancel")
    golden.check(cast.name("ways_around"), transcript(town.lines))
