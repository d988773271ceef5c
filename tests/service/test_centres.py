"""Information of the centres through the whole service: who is asked, what is learnt, what never leaves."""

from pathlib import Path

import pytest

from rules.iin import Iin
from tests.centre_walks import (
    agree,
    ask_about,
    ask_about_self,
    link_in,
    read_page,
    reply,
    result_page,
    to_the_request_about,
    to_the_request_about_self,
)
from tests.town import Person, RunningTown, running_town, shown

ASKER = "930303293163"
KNOWN = "900725297363"
UNKNOWN = "900101300017"
LANDLINE = "350509191426"
NO_PHONE = "381021294274"
FIFTEEN, FIFTEENS_PARENT = "110520290009", "810912290452"
SIXTEEN = "101120291370"
TOLD = ("состоит", "не состоит", "тұрады", "тұрмайды")


async def asked_of(town: RunningTown, iin: str) -> tuple[list[str], int]:
    """All that the asker reads, without the digits they typed, and what "Send" cost."""
    asker = await town.citizen(ASKER)
    await to_the_request_about(asker, iin)
    before = town.app.db.statements
    await asker.tap("button.send")
    cost = town.app.db.statements - before
    await asker.tap("button.refresh_status")
    read = [shown(message) for message in await asker.messages()]
    return [text.replace(iin[-4:], "····") for text in read], cost


async def test_IC_15_S19_whoever_is_asked_about_the_asker_reads_the_same_at_the_same_price(
    settled: Path, tmp_path: Path
) -> None:
    assert Iin.parse(UNKNOWN).digits == UNKNOWN
    seen = {}
    for name, iin in {"known": KNOWN, "unknown": UNKNOWN, "landline": LANDLINE, "none": NO_PHONE}.items():
        async with running_town(tmp_path / name, settled=settled, sweeping=False) as town:
            seen[name] = await asked_of(town, iin)
    for name, other in seen.items():
        assert other == seen["known"], name


async def test_IC_15_E_12_until_the_end_nothing_tells_one_from_another(settled: Path, tmp_path: Path) -> None:
    read: dict[str, list[str]] = {}
    for name, iin in {"refused": KNOWN, "unknown": UNKNOWN, "silent": NO_PHONE}.items():
        async with running_town(tmp_path / name, settled=settled) as town:
            asker = await town.citizen(ASKER)
            await ask_about(asker, iin)
            if name == "refused":
                await reply(await town.citizen(KNOWN, name="other"), "нет")
            await town.set_time("2026-11-21T12:00:10")
            await asker.read()
            texts = [shown(message) for message in await asker.messages()]
            read[name] = [text.replace(iin[-4:], "····") for text in texts]
            assert (await town.sandbox.centres())["asked"] == []
    assert read["refused"] == read["unknown"] == read["silent"]
    assert "пункт 10 стандарта" in read["refused"][-1]


async def test_G_37_about_a_child_of_fifteen_a_parent_is_asked_and_from_sixteen_the_child(
    town: RunningTown,
) -> None:
    asker = await town.citizen(ASKER)
    child, grown = await town.citizen(FIFTEEN, name="child"), await town.citizen(SIXTEEN, name="grown")
    parent = await town.citizen(FIFTEENS_PARENT, name="parent")
    await ask_about(asker, FIFTEEN)
    assert await child.texts() == []
    assert len(await parent.texts()) == 1
    await asker.tap("button.menu", "button.centre_info", "button.narcology", "button.agree")
    await asker.tap("button.about_other")
    await asker.say(SIXTEEN)
    await asker.tap("button.purpose_study")
    await asker.say(ASKER)
    await asker.confirm()
    await asker.tap("button.send")
    await town.advance(1)
    assert len(await grown.texts()) == 1
    await agree(parent)
    (asked,) = (await town.sandbox.centres())["asked"]
    assert asked["iin"] == FIFTEEN
    await agree(grown)
    assert [one["iin"] for one in (await town.sandbox.centres())["asked"]] == [FIFTEEN, SIXTEEN]


async def test_a_parent_asking_about_their_own_child_agrees_from_their_own_phone(town: RunningTown) -> None:
    parent = await town.citizen(FIFTEENS_PARENT)
    await ask_about(parent, FIFTEEN)
    await agree(parent)
    assert parent.words("button.open") in (await parent.read()).labels


async def test_S27_G_48_what_the_centre_told_is_never_in_a_chat_or_an_sms(town: RunningTown) -> None:
    asker, other = await town.citizen(ASKER), await town.citizen(KNOWN, name="other")
    for standing in ("on", "off"):
        await town.sandbox.centres(centre="narcology", iin=KNOWN, standing=standing)
        await ask_about(asker, KNOWN)
        await agree(other)
        page = await result_page(asker)
        assert any(value in page for value in TOLD)
        assert ("не состоит" in page) == (standing == "off")
        for person in (asker, other):
            said = [shown(message) for message in await person.messages()] + await person.texts()
            assert not any(value in text for text in said for value in TOLD)


async def test_S22_nothing_of_a_result_lies_readable_on_the_disk(town: RunningTown) -> None:
    asker = await town.citizen(ASKER)
    await ask_about_self(asker)
    await asker.tap("button.open", "button.open")
    key = link_in(await asker.last()).rpartition("/")[2]
    raw = b"".join(path.read_bytes() for path in sorted(town.files.folder.glob("registry.sqlite*")))
    for canary in (ASKER, key, "Регистр «Наркология»"):
        assert canary.encode() not in raw


async def test_S39_a_bot_that_was_down_asks_when_it_is_back_and_once(town: RunningTown) -> None:
    asker = await town.citizen(ASKER)
    await to_the_request_about_self(asker)
    await asker.tap("button.send")
    await town.stop_bot()
    await town.start_bot()
    await town.advance(120)
    assert asker.words("button.open") in (await asker.read()).labels
    asked = (await town.sandbox.centres())["asked"]
    assert len(asked) == 1


async def test_G_48_whoever_blocked_the_bot_learns_by_sms_only_that_there_is_an_answer(
    town: RunningTown,
) -> None:
    asker = await town.citizen(ASKER)
    await to_the_request_about_self(asker)
    await asker.tap("button.send")
    await town.sandbox.block(asker.id)
    await town.advance(1)
    await town.rest()
    before = len(await asker.texts())
    await town.advance(30)
    (text,) = (await asker.texts())[before:]
    assert "93-000001" in text
    assert "1414" in text
    assert not any(value in text for value in TOLD)


@pytest.mark.parametrize("forged", ["start:centres:1", "start:centres:95:cancel", "start:centres:x:y:z"])
async def test_S33_nobody_opens_what_another_asked(town: RunningTown, forged: str) -> None:
    await ask_about_self(await town.citizen(ASKER))
    thief = await town.citizen(KNOWN, name="thief")
    await _greet(thief)
    await thief.forge(f"a:{forged}")
    await thief.say(KNOWN)
    await thief.confirm()
    read = [message.text for message in await thief.messages()]
    assert not any("93-000001" in text for text in read)


async def test_a_link_of_one_request_is_useless_to_a_second_reader(town: RunningTown) -> None:
    asker = await town.citizen(ASKER)
    await ask_about_self(asker)
    await asker.tap("button.open", "button.open")
    link = link_in(await asker.last())
    assert "не состоит" in await read_page(link)
    assert "не состоит" not in await read_page(link)


async def _greet(person: Person) -> None:
    await person.say("/start")
    await person.press({"kk": "Қазақша", "ru": "Русский"}[person.locale])


async def taken_back(town: RunningTown, iin: str, *, refused: bool) -> tuple[list[str], int]:
    """All that an asker reads who takes a request back and asks again, and what taking it back cost."""
    asker = await town.citizen(ASKER)
    await ask_about(asker, iin)
    if refused:
        await reply(await town.citizen(iin, name="other"), "нет")
    await asker.tap("button.cancel_centre")
    before = town.app.db.statements
    await asker.tap("button.yes_cancel_centre")
    cost = town.app.db.statements - before
    await asker.tap("button.menu", "button.cabinet")
    read = [shown(message) for message in await asker.messages()]
    return [text.replace(iin[-4:], "····") for text in read], cost


async def test_IC_15_G_32_whoever_takes_a_request_back_learns_nothing_of_a_refusal(
    settled: Path, tmp_path: Path
) -> None:
    seen = {}
    for name, iin in {"refused": KNOWN, "unknown": UNKNOWN}.items():
        async with running_town(tmp_path / name, settled=settled, sweeping=False) as town:
            seen[name] = await taken_back(town, iin, refused=name == "refused")
    assert seen["refused"] == seen["unknown"]
