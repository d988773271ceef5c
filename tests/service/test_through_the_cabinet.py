"""A complaint and a paper of the college from first to last, as the cabinet shows them to their citizen."""

from tests.complaint_walks import filled_in, refused
from tests.sandbox_server import ChatMessage
from tests.town import Person, RunningTown
from tests.training_walks import apply

AIGUL = "880412294549"
WORDS = "Шақырудан бас тартты, неге екенін ешкім түсіндірмеді. Телефон алмайды."
REASONS = "Тіркеуші пациенттің бекітілген емханасын қате тексерген. Ол ескертілді, дәрігер ертең барады."


async def complained(town: RunningTown) -> Person:
    """A complaint in one tap from the card of a refused call, whose number it holds already."""
    citizen = await town.citizen(AIGUL)
    await refused(town, citizen, 5)
    await citizen.tap("button.menu", "button.cabinet", "button.complain", "button.to_health")
    await citizen.say(citizen.iin)
    await citizen.confirm()
    await citizen.say(WORDS)
    await citizen.tap("button.no_files")
    summary = await filled_in(citizen)
    assert "05-000001" in summary.text
    await citizen.tap("button.send")
    return citizen


async def marks(citizen: Person) -> str:
    """The complaint as its card stands now, with the marks so far."""
    await citizen.town.advance(11)
    await citizen.tap("button.menu", "button.cabinet")
    return (await citizen.press(next(one for one in (await citizen.last()).labels if "95-" in one))).text


async def test_CO_01_CO_08_a_complaint_from_a_refused_call_shows_each_mark_in_the_cabinet(
    town: RunningTown,
) -> None:
    citizen = await complained(town)
    officer = town.of_staff(5, "officer")
    names = [citizen.words(f"complaint.status.{one}") for one in ("delivered", "registered", "in_work")]
    assert names[1] not in (shown := await marks(citizen))
    assert names[0] in shown
    await officer.read()
    await officer.press((await officer.last()).labels[0])
    await officer.tap("staff.button.complaint_forward", "staff.button.complaint_number")
    await officer.say("ЖТ-1 20.11.2026")
    assert names[1] in (shown := await marks(citizen))
    assert "ЖТ-1" in shown
    await officer.tap("staff.button.complaint_in_work")
    assert names[2] in await marks(citizen)
    await officer.tap("staff.button.complaint_answer")
    await officer.say(REASONS)
    await officer.tap("staff.button.complaint_sure")
    assert citizen.words("complaint.status.answered") in await marks(citizen)
    assert REASONS in (await citizen.tap("button.open")).text


async def pressed(person: Person, *keys: str) -> ChatMessage:
    """Press buttons of the staff's own page, which may be redrawn each time."""
    return await person.tap(*(f"staff.button.{key}" for key in keys))


async def test_TR_18_a_document_of_the_college_shows_each_stage_in_the_cabinet(town: RunningTown) -> None:
    citizen = await town.citizen(AIGUL)
    await apply(citizen)
    executor = town.of_staff(90, "college")
    await executor.say("/college")
    await executor.press(executor.words("staff.button.college_all", count=1))
    await executor.press(executor.words("staff.button.queue_open", number="90-000001"))

    async def stage() -> str:
        await town.advance(11)
        return (await citizen.tap("button.menu", "button.cabinet")).text

    assert citizen.words("training.stage.registered") in await stage()
    await pressed(executor, "take")
    assert citizen.words("training.stage.assigned") in await stage()
    await pressed(executor, "college_identity_card", "college_no_debt_proof", "college_to_drafted")
    assert citizen.words("training.stage.drafted") in await stage()
    await pressed(executor, "college_resolution")
    await executor.say("Оспанов Б. А.")
    await pressed(executor, "college_signed_head")
    await executor.say("Қасымов Т. Е.")
    await pressed(executor, "college_to_signed")
    assert citizen.words("training.stage.signed") in await stage()
    await pressed(executor, "college_form", "college_seal", "college_number")
    await executor.say("ТКБ № 0777001")
    await pressed(executor, "college_to_ready")
    assert citizen.words("training.stage.ready") in await stage()
    await pressed(executor, "college_in_person")
    await executor.say("куәлік 012345678")
    await pressed(executor, "college_to_issued")
    assert citizen.words("training.stage.issued") in await stage()
    assert len((await citizen.tap("button.history")).text.splitlines()) == 1 + 6
