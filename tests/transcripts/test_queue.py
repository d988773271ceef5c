"""The queue of staff, as a registrar, a head and a citizen read it: from taking to reopening."""

from tests.golden import Golden
from tests.town import RunningTown, transcript
from tests.transcripts.cast import Cast, in_both_languages
from tests.walks import call

QUESTION = {"kk": "Домофон істей ме?", "ru": "Домофон работает?"}
ANSWER = {"kk": "Иә, 25 батырмасы", "ru": "Да, кнопка 25"}
NOTE = {"kk": "Ит бар, алдымен қоңырау шалу", "ru": "Есть собака, сначала позвонить"}


@in_both_languages
async def test_a_registrar_takes_a_call_from_the_queue_asks_and_notes(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen = await cast.enter(town)
    await call(citizen)
    town.lines.clear()
    registrar = town.of_staff(cast.clinic, "registrar", watch=True)
    await registrar.say("/queue")
    await registrar.press(registrar.words("staff.button.queue_free", count=1))
    opened = (await registrar.last()).labels[0]
    await registrar.press(opened)
    await registrar.tap("staff.button.take", "staff.button.ask_citizen")
    await registrar.say(QUESTION[cast.language])
    await citizen.read()
    await citizen.tap("button.answer_question")
    await citizen.say(ANSWER[cast.language])
    await registrar.read()
    await registrar.press(opened)
    await registrar.tap("staff.button.note")
    await registrar.say(NOTE[cast.language])
    await registrar.tap("staff.button.details")
    golden.check(cast.name("queue_question"), transcript(town.lines))


@in_both_languages
async def test_G_69_a_head_reopens_a_refusal_of_the_same_day(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen = await cast.enter(town)
    await call(citizen)
    buttons = ("staff.button.refuse", "staff.ground.false_data", "staff.button.confirm_refusal")
    await town.staff_tap(cast.clinic, "registrar", *buttons)
    await citizen.read()
    await town.advance(3600)
    town.lines.clear()
    head = town.of_staff(cast.clinic, "head", watch=True)
    await head.say("/queue")
    await head.press(head.words("staff.button.queue_refused", count=1))
    await head.press((await head.last()).labels[0])
    await head.tap("staff.button.reopen", "staff.button.reopen_sure")
    await citizen.read()
    golden.check(cast.name("queue_reopened"), transcript(town.lines))


@in_both_languages
async def test_a_question_and_its_answer_outlive_a_restart(town: RunningTown, cast: Cast) -> None:
    citizen = await cast.enter(town)
    await call(citizen)
    registrar = town.of_staff(cast.clinic, "registrar", watch=True)
    await registrar.say("/queue")
    await registrar.press(registrar.words("staff.button.queue_free", count=1))
    await registrar.press((await registrar.last()).labels[0])
    await registrar.tap("staff.button.ask_citizen")
    await town.stop_bot()
    await town.start_bot()
    await registrar.say(QUESTION[cast.language])
    await citizen.read()
    await citizen.tap("button.answer_question")
    await town.stop_bot()
    await town.start_bot()
    await citizen.say(ANSWER[cast.language])
    assert ANSWER[cast.language] in (await registrar.read()).text
