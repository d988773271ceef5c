"""A complaint as the office and its citizen read it: passed on, numbered, answered; late; on paper."""

from tests.complaint_walks import filled_in, identified, refused
from tests.golden import Golden
from tests.town import Person, RunningTown, transcript
from tests.transcripts.cast import Cast, in_both_languages

OWN = {
    "kk": "Шақырудан бас тартты, неге екенін ешкім түсіндірмеді. Телефон алмайды.",
    "ru": "В вызове отказали, почему, никто не объяснил. Трубку не берут.",
}
REASONS = {
    "kk": "Тіркеуші пациенттің бекітілген емханасын қате тексерген. Ол ескертілді, дәрігер ертең барады.",
    "ru": "Регистратор неверно проверил прикрепление пациента. Ему сделано замечание, врач придёт завтра.",
}
GROUND = {
    "kk": "Шағым дәл осы мәселе бойынша бұрын қаралған, жаңа дерек жоқ, шешім күшінде қалып отыр.",
    "ru": "Жалоба по этому же вопросу уже рассмотрена, новых сведений нет, прежнее решение остаётся в силе.",
}
NAME = {"kk": "Ахметов Ерлан Маратұлы", "ru": "Ахметов Ерлан Маратович"}
ADDRESS = {"kk": "Алматы, Абай даңғылы, 10-үй, 25-пәтер", "ru": "Алматы, проспект Абая, дом 10, кв. 25"}
DAY = 24 * 3600


async def filed(town: RunningTown, cast: Cast) -> tuple[Person, Person]:
    """A complaint about a refusal; whoever complained, and the officer of the clinic."""
    citizen = await cast.enter(town)
    await refused(town, citizen, cast.clinic)
    await identified(citizen, "button.to_both")
    await citizen.say(OWN[cast.language])
    await citizen.tap("button.no_files")
    await filled_in(citizen)
    await citizen.tap("button.send")
    town.lines.clear()
    officer = town.of_staff(cast.clinic, "officer", watch=True)
    await officer.read()
    return citizen, officer


async def numbered(officer: Person, body: str, typed: str, button: str) -> None:
    """The body's number and date."""
    await officer.tap(f"staff.button.{button}", f"complaint_office.body.{body}")
    await officer.say(typed)


@in_both_languages
async def test_X_33_CO_07_the_office_passes_a_complaint_on_enters_the_numbers_and_answers(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen, officer = await filed(town, cast)
    await officer.say("/complaints")
    await officer.press(officer.words("staff.button.complaints_forward", count=1))
    await officer.press((await officer.last()).labels[0])
    await officer.tap("staff.button.complaint_read")
    await officer.say("/complaints")
    await officer.press(officer.words("staff.button.complaints_forward", count=1))
    await officer.press((await officer.last()).labels[0])
    await officer.tap("staff.button.complaint_forward")
    await numbered(officer, "quality", "20.11.2026", "complaint_number")
    await officer.say("К-7/1 01.01.2026")
    await officer.say("К-7/1 31.12.2026")
    await officer.say("К-7/1 20.11.2026")
    await citizen.read()
    await officer.tap("staff.button.complaint_in_work")
    await citizen.read()
    await officer.tap("staff.button.complaint_answer")
    await officer.say("Рассмотрено")
    await officer.say(REASONS[cast.language])
    await officer.tap("staff.button.complaint_sure")
    await citizen.read()
    await officer.tap("staff.button.complaint_gone_post")
    await officer.say("20.11.2026 RR123456789KZ")
    await citizen.tap("button.refresh_status")
    golden.check(cast.name("complaint_office"), transcript(town.lines))


@in_both_languages
async def test_G_63_examination_is_refused_with_ground_day_official_and_the_court(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen, officer = await filed(town, cast)
    await officer.press((await officer.last()).labels[0])
    await officer.tap("staff.button.complaint_forward")
    await numbered(officer, "health", "ЖТ-1 20.11.2026", "complaint_number")
    await officer.tap("staff.button.complaint_refuse")
    await officer.say(GROUND[cast.language])
    await officer.tap("staff.button.complaint_sure")
    await citizen.read()
    golden.check(cast.name("complaint_not_examined"), transcript(town.lines))


@in_both_languages
async def test_X_33_what_the_office_leaves_lying_is_said_to_head_and_citizen(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen, officer = await filed(town, cast)
    head = town.of_staff(cast.clinic, "head", watch=True)
    await town.advance(4 * DAY)
    for reader in (officer, head, citizen):
        await reader.read()
    golden.check(cast.name("complaint_left_lying"), transcript(town.lines))


@in_both_languages
async def test_CO_03_CO_04_a_complaint_on_paper_is_entered_field_by_field(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    await cast.enter(town)
    officer = town.of_staff(cast.clinic, "officer", watch=True)
    await officer.say("/complaints")
    await officer.tap("staff.button.complaint_paper", "complaint_paper.way_by_hand")
    for typed in ("вчера", "20.11.2026", "123", cast.other, NAME[cast.language], ADDRESS[cast.language]):
        await officer.say(typed)
    await officer.say("8 727 233 39 60")
    await officer.tap("complaint_paper.to_health", "complaint_paper.answer_hand")
    await officer.say(f"{cast.clinic:02d}-000777")
    await officer.tap("complaint_paper.request_none")
    await officer.say(OWN[cast.language])
    await officer.tap("staff.button.complaint_register")
    golden.check(cast.name("complaint_on_paper"), transcript(town.lines))
