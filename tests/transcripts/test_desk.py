"""A registrar serves somebody on the phone and at the desk, as both of them and the group read it."""

from tests.desk_walks import begin_button
from tests.golden import Golden
from tests.town import Person, RunningTown, transcript
from tests.transcripts.cast import Cast, in_both_languages

NOBODY = "580203200016"


async def begin(registrar: Person, command: str, service: str, cast: Cast) -> None:
    """Open a case in the language of the cast; at the desk the person has waited five minutes."""
    await registrar.say(command)
    await registrar.press(begin_button(registrar, service, cast.language))
    if command == "/desk":
        await registrar.press(registrar.words("button.waited", minutes=5))
    registrar.locale = cast.language


@in_both_languages
async def test_a_home_call_by_phone_until_the_answer_is_read(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    registrar = town.of_staff(cast.clinic, "registrar", watch=True)
    caller = await town.citizen(cast.caller)
    town.watch_group(cast.clinic)
    await begin(registrar, "/phone", "home_call", cast)
    await registrar.tap("button.aloud_for_self")
    await registrar.say(caller.iin)
    await registrar.tap("button.seen_call_back", "reason.fever", "button.address_right", "button.send")
    await registrar.press((await registrar.last()).labels[0])
    await registrar.press((await registrar.last()).labels[0])
    await registrar.tap("button.read_aloud", "button.slip")
    golden.check(cast.name("home_call_by_phone"), transcript(town.lines))


@in_both_languages
async def test_an_appointment_at_the_desk(town: RunningTown, cast: Cast, golden: Golden) -> None:
    registrar = town.of_staff(cast.clinic, "registrar", watch=True)
    caller = await town.citizen(cast.caller)
    await begin(registrar, "/desk", "appointment", cast)
    await registrar.tap("button.for_self")
    await registrar.say(caller.iin)
    await registrar.tap("button.seen_document")
    for _ in range(4):
        await registrar.press((await registrar.last()).labels[0])
    golden.check(cast.name("appointment_at_the_desk"), transcript(town.lines))


@in_both_languages
async def test_an_attachment_at_the_desk(town: RunningTown, cast: Cast, golden: Golden) -> None:
    registrar = town.of_staff(7, "registrar", watch=True)
    caller = await town.citizen(cast.caller)
    await begin(registrar, "/desk", "attachment", cast)
    await registrar.say(caller.iin)
    await registrar.tap("button.seen_digital", "button.attach_self", "button.cause_free_choice")
    await registrar.tap("button.send")
    golden.check(cast.name("attachment_at_the_desk"), transcript(town.lines))


@in_both_languages
async def test_somebody_without_data_is_identified_by_their_paper_and_checked(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    registrar = town.of_staff(cast.clinic, "registrar", watch=True)
    head = town.of_staff(cast.clinic, "head", watch=True)
    await begin(registrar, "/desk", "home_call", cast)
    await registrar.tap("button.aloud_for_self")
    await registrar.say(NOBODY)
    await registrar.tap("button.by_paper")
    await registrar.say(f"{cast.other_name.replace(' ', chr(10))}\n03.02.1958\n87011234567\nN 012345678")
    await registrar.tap("button.seen_by_hand", "reason.pain")
    await registrar.say(cast.typed_address)
    await registrar.tap("button.send")
    await town.set_time("2026-11-21T09:01:00")
    await head.press((await head.last()).labels[0])
    golden.check(cast.name("identified_by_hand"), transcript(town.lines))
