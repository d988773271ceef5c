"""The cabinet of somebody who has asked for everything: one list, and each of it opened from there."""

from datetime import timedelta
from pathlib import Path

from rules.iin import Iin
from storage import people, requests
from storage.addresses import Address
from storage.requests import NewRequest
from tests.centre_walks import ask_about_self
from tests.sandbox_server import ChatMessage
from tests.town import FRIDAY_NOON, Person, RunningTown, running_town
from tests.training_walks import apply
from tests.walks import accept, begin, call

AIGUL = "880412294549"
WORDS = "Күні бойы дәрігерді күттім, ешкім келмеді де, қоңырау шалмады да."


async def asked_for_everything(town: RunningTown) -> Person:
    """A call that is confirmed, a question to a centre, a document of the college, and a complaint."""
    citizen = await town.citizen(AIGUL)
    await call(citizen)
    await accept(town, 5)
    await town.advance(61)
    await ask_about_self(citizen)
    await town.advance(61)
    await apply(citizen)
    await town.advance(61)
    await complain(citizen)
    await town.advance(61)
    return citizen


async def complain(citizen: Person) -> ChatMessage:
    """File a complaint about no request, in the shortest way."""
    await citizen.tap("button.menu", "button.complain", "button.to_health")
    await citizen.say(citizen.iin)
    await citizen.confirm()
    await citizen.tap("button.no_request")
    await citizen.press((await citizen.last()).labels[0])
    await citizen.say(WORDS)
    await citizen.tap("button.no_files", "button.this_address", "button.this_phone", "button.answer_post")
    return await citizen.tap("button.send")


async def labelled(citizen: Person, number: str) -> str:
    """The button of that request in the list."""
    return next(label for label in (await citizen.last()).labels if number in label)


async def test_PC_07_all_services_stand_in_one_list_and_are_opened_from_it(town: RunningTown) -> None:
    citizen = await asked_for_everything(town)
    listed = await citizen.tap("button.menu", "button.cabinet")
    numbers = [label.split(",")[0].removeprefix("№ ") for label in listed.labels if label.startswith("№")]
    assert numbers == ["95-000001", "90-000001", "93-000001", "05-000001"]
    for number in numbers:
        opened = await citizen.press(await labelled(citizen, number))
        assert number in opened.text
        history = await citizen.tap("button.history")
        assert number in history.text
        assert "2026 жылғы 20 қараша, 12:0" in history.text
        await citizen.tap("button.to_the_request")
        again = await citizen.tap("button.all_requests")
        assert again.text == listed.text


async def test_G_67_the_list_is_narrowed_a_number_typed_and_a_card_refreshed_once_in_ten_seconds(
    town: RunningTown,
) -> None:
    citizen = await asked_for_everything(town)
    shown = await citizen.tap("button.menu", "button.cabinet", "button.narrow", "button.only_complaints")
    assert "95-000001" in shown.text
    assert "05-000001" not in shown.text
    await citizen.tap("button.menu", "button.cabinet")
    assert "93-000001" in (await citizen.say("№ 93 000001")).text
    assert "93-000001" in (await citizen.tap("button.refresh_status")).text
    again = await citizen.tap("button.refresh_status")
    assert again.text == citizen.words("cabinet.too_soon", seconds=10)
    await town.advance(9)
    assert (await citizen.press(citizen.words("button.refresh_status"))).text == again.text
    await town.advance(1)
    assert "93-000001" in (await citizen.tap("button.refresh_status")).text


async def test_S19_another_person_sees_none_of_it(town: RunningTown) -> None:
    await asked_for_everything(town)
    other = await town.citizen("580203293006", "other")
    await begin(other)
    await other.tap("button.cabinet")
    await other.say(other.iin)
    assert (await other.confirm()).text == other.words("cabinet.empty")


async def made_before(town: RunningTown, many: int, service: str = "home_call") -> None:
    """That many requests of Aigul's from years ago, of which only the outline is kept (G-70)."""
    async with town.app.db.transaction() as tx:
        person = await people.by_iin(tx, Iin(AIGUL))
        assert person is not None
        for days in range(many):
            at = FRIDAY_NOON - timedelta(days=1 + days)
            wanted = NewRequest(
                clinic_no=5,
                service=service,
                address=Address("telegram", "1"),
                locale="kk",
                for_whom="self",
                status="cancelled",
                details={},
                patient_id=int(person.id),
                caller_id=int(person.id),
                answer_due=at,
                visit_day=at.date(),
            )
            await requests.register(tx, wanted, at)


async def test_the_cabinet_opens_though_of_an_old_request_nothing_but_the_outline_is_kept(
    town: RunningTown,
) -> None:
    citizen = await town.citizen(AIGUL)
    await call(citizen)
    await made_before(town, 1, "attachment")
    listed = await citizen.tap("button.menu", "button.cabinet")
    assert citizen.words("service.attachment") in listed.text
    old = next(label for label in listed.labels if "19.11" in label)
    opened = await citizen.press(old)
    assert citizen.words("service.attachment") in opened.text
    assert "05-00000" in (await citizen.tap("button.history")).text


async def test_a_list_of_three_hundred_costs_no_more_looks_than_a_list_of_three(
    settled: Path, tmp_path: Path
) -> None:
    async with running_town(tmp_path / "town", settled=settled, sweeping=False) as town:
        citizen = await town.citizen(AIGUL)
        await call(citizen)
        await made_before(town, 3)
        await citizen.tap("button.menu", "button.cabinet")
        cost = []
        for more in (0, 297):
            await made_before(town, more)
            await citizen.tap("button.menu")
            before = town.app.db.statements
            await citizen.tap("button.cabinet")
            cost.append(town.app.db.statements - before)
        assert "301" in (await citizen.last()).text
        assert cost[1] <= cost[0]


async def test_S33_the_button_of_a_notice_in_a_chat_of_somebody_else_opens_nothing(town: RunningTown) -> None:
    await call(await town.citizen(AIGUL))
    other = await town.citizen("580203293006", "other")
    await call(other)
    request = await requests.by_number(town.app.db.reader, "05-000001")
    assert request is not None
    said = await other.forge(f"a:start:cabinet:{request.id}")
    assert said.text == other.words("cabinet.not_yours")
