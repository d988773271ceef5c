"""The college stands in the directory beside the clinics, and is met nowhere that a clinic is chosen."""

from bot.work.welcome import COMMANDS, OF_THE_COLLEGE
from dialogs.staff_roles import role_named
from locales import render
from rules.clinics import Institution
from rules.staff_roles import ROLES, roles_at
from rules.training import COLLEGE
from storage import staff
from tests.town import RunningTown
from tests.walks import begin


async def test_no_list_and_no_search_of_a_citizen_finds_the_college(town: RunningTown) -> None:
    citizen = await town.citizen("930303293163")
    await begin(citizen)
    pages = [await citizen.tap("button.clinics")]
    while citizen.words("button.more_clinics") in pages[-1].labels:
        pages.append(await citizen.tap("button.more_clinics"))
    assert not any("олледж" in label for page in pages for label in page.labels)
    for words in ("90", "колледж", "Кабанбай батыра", "Медицинский колледж"):
        found = await citizen.say(words)
        assert "132" not in found.text
        assert not any("олледж" in label for label in found.labels)


async def test_the_head_of_the_college_has_no_queue_and_no_desk_of_a_clinic(town: RunningTown) -> None:
    head = town.of_staff(COLLEGE, "head")
    queue = await head.say("/queue")
    assert queue.text == head.words("queue.no_right")
    before = len(await head.messages())
    for command in ("/desk", "/phone"):
        await head.say(command)
    for said in (await head.messages())[before:]:
        assert not any(head.words(f"button.{one}") in said.labels for one in ("home_call", "appointment"))


async def test_only_people_of_the_college_are_invited_there_and_nobody_of_it_to_a_clinic(
    town: RunningTown,
) -> None:
    for clinic_no, institution in ((COLLEGE, Institution.COLLEGE), (5, Institution.CLINIC)):
        head = town.of_staff(clinic_no, "head")
        await head.say("/staff")
        offered = await head.tap("people.button_invite")
        there = {role for role in ROLES if render(role_named(role, clinic_no), head.locale) in offered.labels}
        assert there == roles_at(institution) - {"administrator"}


async def test_the_college_is_linked_without_a_group_and_is_no_live_clinic(town: RunningTown) -> None:
    async with town.app.db.transaction() as tx:
        live = await staff.live_clinics(tx)
    assert 5 in live
    assert COLLEGE not in live


async def test_whoever_heads_the_college_heads_no_department(town: RunningTown) -> None:
    head = town.of_staff(COLLEGE, "head")
    everybody = await head.say("/staff")
    assert head.words("staff.role.head_of_college") in everybody.text
    assert head.words("staff.role.head") not in everybody.text


async def test_nothing_of_a_clinic_is_opened_by_the_head_or_the_people_of_the_college(
    town: RunningTown,
) -> None:
    for role in ("head", "college"):
        one = town.of_staff(COLLEGE, role)
        for command in sorted(COMMANDS.keys() - OF_THE_COLLEGE):
            answer = await one.say(f"/{command}")
            assert not answer.labels, command
            if command in ("journal", "schedule", "day"):
                assert answer.text == one.words("college.of_clinics") or role == "college"


async def test_nobody_of_a_clinic_opens_the_college(town: RunningTown) -> None:
    for role in ("head", "registrar", "officer", "administrator"):
        one = town.of_staff(5, role)
        answer = await one.say("/college")
        assert answer.text == one.words("college.no_right")
