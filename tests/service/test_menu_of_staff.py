"""The menu of a private chat leads those who take work to their queue, and nobody else."""

from tests.town import RunningTown
from tests.transcripts.cast import KAZAKH

CLINIC = KAZAKH.clinic


async def test_a_registrar_finds_the_queue_in_the_menu(town: RunningTown) -> None:
    registrar = town.of_staff(CLINIC, "registrar", watch=True)
    await registrar.say("/kk")
    menu = await registrar.say("/menu")
    assert registrar.words("staff.button.queue") in menu.labels
    said = await registrar.tap("staff.button.queue")
    assert registrar.words("staff.button.queue_free", count=0) in said.labels


async def test_a_doctor_and_a_citizen_have_no_queue_in_their_menu(town: RunningTown) -> None:
    for person in (town.of_staff(CLINIC, "doctor", watch=True), await town.stranger()):
        await person.say("/kk")
        menu = await person.say("/menu")
        assert person.words("button.home_call") in menu.labels
        assert person.words("staff.button.queue") not in menu.labels


async def test_S33_the_menus_button_opens_nothing_for_a_stranger(town: RunningTown) -> None:
    stranger = await town.stranger()
    await stranger.say("/kk")
    said = await stranger.forge("a:queue")
    assert stranger.words("staff.not_linked") in said.text


async def test_G_44_one_of_the_staff_reads_in_the_language_that_they_choose(town: RunningTown) -> None:
    registrar = town.of_staff(CLINIC, "registrar", watch=True)
    for language in ("ru", "kk"):
        registrar.locale = language
        await registrar.say(f"/{language}")
        said = await registrar.say("/queue")
        assert registrar.words("staff.button.queue_free", count=0) in said.labels
