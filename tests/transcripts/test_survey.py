"""The survey as people read it: in the chat with two taps, by SMS with one reply, and what follows either."""

import re

from tests.button_phone import ButtonPhone, phone_of
from tests.golden import Golden
from tests.town import Person, RunningTown, transcript
from tests.transcripts.cast import Cast, in_both_languages
from tests.transcripts.test_rounds import made, on_the_road
from tests.walks import call

MINUTE, HOUR, DAY = 60, 3600, 24 * 3600
CALL = {"kk": "дәрігер шақыру", "ru": "вызов врача"}
TOO_LONG = {"kk": "Тіркеу бөлімінде ұзақ күттім.", "ru": "Долго ждали в регистратуре."}


async def refused(town: RunningTown, cast: Cast) -> None:
    """The clinic refuses the call that was made; an hour goes by."""
    buttons = ("staff.button.refuse", "staff.ground.not_attached", "staff.button.confirm_refusal")
    await town.staff_tap(cast.clinic, "registrar", *buttons)
    await town.advance(HOUR - 1)
    town.lines.clear()
    await town.look()
    assert town.lines == []
    # Once a minute it is looked what has ended.
    await town.advance(MINUTE)


async def asked(town: RunningTown, cast: Cast) -> Person:
    """Somebody whose call was refused an hour ago."""
    citizen = await town.citizen(cast.caller)
    await call(citizen)
    await refused(town, cast)
    return citizen


@in_both_languages
async def test_SV_01_SV_03_two_taps_answer_the_form_and_the_first_answer_counts(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen = await asked(town, cast)
    await citizen.tap("button.grade_3", "button.grade_2")
    await citizen.forge(await invited(citizen, "button.grade_1"))
    golden.check(cast.name("survey"), without_page(transcript(town.lines)))


@in_both_languages
async def test_G_64_whoever_is_not_satisfied_may_write_or_complain(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen = await asked(town, cast)
    await citizen.tap("button.grade_1", "button.grade_3", "button.survey_write")
    await citizen.say(TOO_LONG[cast.language])
    await citizen.tap("button.survey_write")
    golden.check(cast.name("survey_low"), transcript(town.lines))


@in_both_languages
async def test_a_slip_of_the_first_tap_is_put_right(town: RunningTown, cast: Cast, golden: Golden) -> None:
    citizen = await asked(town, cast)
    await citizen.tap("button.grade_1", "button.survey_first", "button.grade_3", "button.grade_3")
    golden.check(cast.name("survey_slip"), without_page(transcript(town.lines)))


@in_both_languages
async def test_G_64_after_a_visit_the_survey_follows_the_answer_whether_the_doctor_came(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen, doctor = await on_the_road(town, cast)
    await made(town, doctor)
    await citizen.tap("button.visit_made")
    await town.advance(HOUR // 2)
    golden.check(cast.name("survey_after_visit"), transcript(town.lines))


@in_both_languages
async def test_G_64_later_is_tomorrow_and_once(town: RunningTown, cast: Cast, golden: Golden) -> None:
    citizen = await asked(town, cast)
    await citizen.tap("button.survey_later")
    await town.advance(DAY)
    await citizen.tap("button.survey_later")
    await town.advance(2 * DAY)
    await citizen.tap("button.survey_now")
    await citizen.say("4")
    await citizen.say("3")
    await citizen.tap("button.grade_2")
    golden.check(cast.name("survey_later"), without_page(transcript(town.lines)))


@in_both_languages
async def test_G_64_nobody_has_to_answer_and_after_seven_days_nothing_counts(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen = await asked(town, cast)
    await citizen.tap("button.survey_no")
    await town.advance(7 * DAY)
    await citizen.tap("button.grade_3")
    golden.check(cast.name("survey_closed"), transcript(town.lines))


@in_both_languages
async def test_CH_02_G_64_a_button_phone_answers_with_one_sms(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    phone, code = await asked_by_sms(town, cast)
    for text in ("3", f"{code} 3", f"{code} 3 2", f"{code} 1 1"):
        await phone.write(text)
    golden.check(cast.name("survey_by_sms"), transcript(town.lines).replace(code, "···"))


async def asked_by_sms(town: RunningTown, cast: Cast) -> tuple[ButtonPhone, str]:
    """Somebody who called a doctor by SMS and was refused; the code of what they were asked."""
    phone = await phone_of(town, cast.caller)
    await phone.write(CALL[cast.language])
    await phone.write("2")
    await phone.write(phone.iin)
    await phone.confirm()
    for text in (cast.own_words, "1", "1"):
        await phone.write(text)
    await refused(town, cast)
    found = re.search(r"«(\d{3}) 3 3»", (await phone.new())[-1])
    assert found is not None
    return phone, found[1]


async def invited(citizen: Person, key: str) -> str:
    """What stands behind that button of the invitation."""
    label = citizen.words(key)
    found = [
        button.data
        for message in await citizen.messages()
        for row in message.buttons
        for button in row
        if button.text == label and ":survey:" in button.data
    ]
    return found[0]


def without_page(text: str) -> str:
    """The address of the page has a port that is drawn anew each time."""
    return re.sub(r"http://127\.0\.0\.1:\d+", "https://…", text)
