"""Help as it is read: in the middle of a call that stays as it is, page by page, and on a button phone."""

from rules.about import Topic
from tests.button_phone import phone_of
from tests.golden import Golden
from tests.town import RunningTown, transcript
from tests.transcripts.cast import Cast, in_both_languages
from tests.walks import begin, fill_in, to_the_code, to_the_summary

SHOWN_AT_ONCE = {"kk": 2, "ru": 4}
"""Topics in the first SMS of help; the rest is behind "9"."""
HELP = {"kk": "КӨМЕК", "ru": "ПОМОЩЬ"}


@in_both_languages
async def test_GEN_10_GEN_11_every_page_of_help_and_its_law(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen = await cast.enter(town)
    await begin(citizen)
    town.lines.clear()
    await citizen.tap("button.help")
    for topic in Topic:
        await citizen.tap(f"button.about_{topic}", "button.about_law", "button.help")
    golden.check(cast.name("help"), transcript(town.lines))


@in_both_languages
async def test_S39_help_in_the_middle_of_a_call_keeps_every_answer(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen = await cast.enter(town)
    before = await to_the_summary(citizen)
    town.lines.clear()
    first = await citizen.say("/help")
    assert first.labels[1] == citizen.words("button.about_home_call")
    page = await citizen.tap("button.about_home_call")
    # Whoever has just proven who they are reads their own clinic's phone.
    assert "+7 727" in page.text
    await citizen.tap("button.about_law")
    after = await citizen.tap("button.resume")
    assert after.text == before.text
    golden.check(cast.name("help_in_a_call"), transcript(town.lines))
    sent = await citizen.tap("button.send")
    assert "-000001" in sent.text


@in_both_languages
async def test_help_stands_on_the_screen_of_a_code_and_the_code_still_counts(
    town: RunningTown, cast: Cast
) -> None:
    citizen = await cast.enter(town)
    await to_the_code(citizen)
    await citizen.say("/help")
    page = await citizen.tap("button.about_home_call")
    # Nobody is known here yet: no clinic is named.
    assert "+7 727" not in page.text
    await citizen.confirm()
    await fill_in(citizen)
    assert "-000001" in (await citizen.tap("button.send")).text


@in_both_languages
async def test_GEN_10_GEN_11_help_on_a_button_phone(town: RunningTown, cast: Cast, golden: Golden) -> None:
    phone = await phone_of(town, cast.caller)
    await phone.write(HELP[cast.language])
    for number in range(1, len(Topic) + 1):
        if number > SHOWN_AT_ONCE[cast.language]:
            await phone.write("9")
        assert "1414" in (await phone.write(str(number)))[-1]
        await phone.write(HELP[cast.language])
    golden.check(cast.name("sms_help"), transcript(town.lines))
