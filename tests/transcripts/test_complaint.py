"""A complaint as its citizen reads it: after a refusal, when an answer is overdue, without a name."""

from tests.complaint_walks import PAPER, PHOTO, filled_in, identified, refused, sent
from tests.golden import Golden
from tests.town import RunningTown, transcript
from tests.transcripts.cast import Cast, in_both_languages
from tests.walks import begin, call

MEGABYTE = 1_048_576
OWN = {
    "kk": "Шақырудан бас тартты, неге екенін ешкім түсіндірмеді. Телефон алмайды.",
    "ru": "В вызове отказали, почему, никто не объяснил. Трубку не берут.",
}


@in_both_languages
async def test_CO_01_CO_05_a_refusal_is_complained_of_in_one_tap_with_photo_and_document(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen = await cast.enter(town)
    await refused(town, citizen, cast.clinic)
    town.lines.clear()
    await identified(citizen, "button.to_both")
    await citizen.say(OWN[cast.language])
    await sent(citizen, PHOTO)
    await sent(citizen, PAPER)
    await citizen.tap("button.files_done")
    await filled_in(citizen, "button.answer_hand")
    await citizen.tap("button.send", "button.refresh_status")
    golden.check(cast.name("complaint_refused"), transcript(town.lines))


@in_both_languages
async def test_CO_01_at_the_minute_an_answer_is_overdue_the_complaint_is_written_already(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen = await cast.enter(town)
    await call(citizen)
    town.lines.clear()
    await town.advance(31 * 60)
    await citizen.read()
    town.lines.clear()
    await identified(citizen)
    await citizen.tap("button.send_written", "button.no_files")
    await filled_in(citizen)
    await citizen.tap("button.send")
    golden.check(cast.name("complaint_overdue"), transcript(town.lines))


@in_both_languages
async def test_G_60_words_without_a_name_are_kept_as_feedback_and_said_to_be_so(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen = await cast.enter(town)
    await begin(citizen)
    town.lines.clear()
    await citizen.tap("button.complain", "button.nameless")
    await citizen.press(cast.clinic_name(cast.clinic))
    await citizen.say(OWN[cast.language])
    golden.check(cast.name("complaint_nameless"), transcript(town.lines))


@in_both_languages
async def test_wrong_input_is_answered_with_what_is_wanted(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen = await cast.enter(town)
    await refused(town, citizen, cast.clinic)
    await citizen.tap("button.menu")
    town.lines.clear()
    await identified(citizen, "button.to_quality")
    await citizen.say(f"{cast.other_clinic:02d}-000777")
    await citizen.say("?")
    await citizen.say(f"{cast.clinic:02d}-000001")
    await citizen.say("плохо")
    await citizen.say("ж" * 20_000, shown="ж × 20 000")
    await sent(citizen, PHOTO)
    await citizen.say(OWN[cast.language])
    await sent(citizen, PAPER | {"file_size": 30 * MEGABYTE})
    await sent(citizen, PAPER | {"file_name": "photo.jpg.exe", "mime_type": "application/x-msdownload"})
    await sent(citizen, {"kind": "voice"})
    await citizen.tap("button.no_files")
    await citizen.say("-")
    await citizen.tap("button.this_address")
    await citizen.say("123")
    await citizen.tap("button.this_phone", "button.answer_post", "button.change", "button.change_words")
    golden.check(cast.name("complaint_wrong_input"), transcript(town.lines))


@in_both_languages
async def test_a_complaint_about_a_request_of_somebody_else_is_refused_plainly(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    other = await town.citizen(cast.other, name="other")
    await begin(other)
    town.lines.clear()
    await other.forge("a:start:complaint:request:1")
    await other.tap("button.to_health")
    await other.say(other.iin)
    await other.confirm()
    golden.check(cast.name("complaint_not_ones_own"), transcript(town.lines))
