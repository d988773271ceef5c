"""My consents: who asked, who looked, what was agreed to; taking back, the copy, erasure."""

from tests.golden import Golden
from tests.service.test_consents import ASKER, asks
from tests.service.test_my_consents import opens
from tests.town import RunningTown, transcript
from tests.transcripts.cast import Cast, in_both_languages
from tests.walks import call


@in_both_languages
async def test_S28_what_one_agreed_to_and_who_looked(town: RunningTown, cast: Cast, golden: Golden) -> None:
    citizen = await cast.enter(town)
    await call(citizen)
    await town.staff_tap(cast.clinic, "registrar", "staff.button.details")
    town.lines.clear()
    await citizen.tap("button.menu", "button.cabinet", "button.my_consents", "button.consents_own")
    await citizen.tap("button.back_to_consents", "button.consents_looks")
    await citizen.tap("button.back_to_consents", "button.consents_asked")
    await citizen.tap("button.back_to_consents", "button.consents_blocked")
    golden.check(cast.name("my_consents"), transcript(town.lines))


@in_both_languages
async def test_S30_a_consent_is_taken_back_and_whoever_asked_is_blocked(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    subject = await cast.enter(town)
    await call(subject)
    asker = await town.citizen(ASKER, "asker")
    await asks(town, asker, subject.iin)
    await subject.confirm()
    await town.sandbox.wait(lambda: opens(asker), "no result came", 10)
    await asker.read()
    town.lines.clear()
    await subject.say("менің келісімдерім" if cast.language == "kk" else "мои согласия")
    listed = await subject.tap("button.consents_asked")
    back, block = listed.labels[:2]
    await subject.press(back)
    await subject.tap("button.my_consents", "button.consents_asked")
    await subject.press(block)
    await subject.tap("button.my_consents", "button.consents_blocked")
    await subject.press(subject.words("button.unblock", number=1))
    golden.check(cast.name("my_consents_taken_back"), transcript(town.lines))


@in_both_languages
async def test_S40_a_copy_is_taken_and_everything_is_erased(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen = await cast.enter(town)
    await call(citizen)
    town.lines.clear()
    await citizen.tap("button.menu", "button.cabinet", "button.my_consents", "button.consents_copy")
    await citizen.confirm()
    await citizen.tap("button.my_consents", "button.consents_erase")
    await citizen.confirm()
    await citizen.tap("button.go_on_erasing", "button.erase_for_good")
    await citizen.tap("button.menu", "button.cabinet")
    golden.check(cast.name("my_consents_erased"), transcript(town.lines))
