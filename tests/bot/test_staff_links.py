"""How people and groups are bound to a clinic, and what happens to calls when a group goes."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.channels.events import Command, GroupChange
from storage import staff
from tests.bot.ward import GROUP, HEAD, OTHER_GROUP, REGISTRAR, STRANGER, Tokens, Ward, ward

NEW_GROUP = -100_77
REFUSED = "Код жарамсыз: қате, мерзімі өткен немесе бұрын қолданылған. Әкімшіден жаңа код сұраңыз."


@pytest.fixture
async def clinic(tmp_path: Path) -> AsyncIterator[Ward]:
    async with ward(tmp_path) as open_ward:
        yield open_ward


async def code_for(clinic: Ward, role: str | None, locale: str = "ru") -> str:
    async with clinic.db.transaction() as tx:
        return staff.new_code(tx, 5, role, locale, clinic.clock.now(), Tokens())  # type: ignore[arg-type]  # as typed


@pytest.mark.parametrize("command", ["link", "start"])
async def test_a_person_is_bound_by_a_code_sent_in_private(clinic: Ward, command: str) -> None:
    code = await code_for(clinic, "doctor")
    sent = Command("link", code) if command == "link" else Command("start", f"link_{code}")
    await clinic.write(STRANGER, sent)
    assert clinic.read(STRANGER)[0].startswith("Готово. Вы связаны с поликлиникой: П-5. Ваша роль: врач.")
    await clinic.call()
    await clinic.press(STRANGER, "Толығырақ")
    assert "Сейітова" in clinic.last(STRANGER)


async def test_a_code_that_is_wrong_used_or_expired_is_answered_in_one_sentence(clinic: Ward) -> None:
    code = await code_for(clinic, "registrar")
    await clinic.write(REGISTRAR, Command("link", code))
    for wrong in (code, "ABCDEFGHJ", "'; DROP TABLE staff", "ә" * 50):
        await clinic.write(STRANGER, Command("link", wrong))
        assert clinic.last(STRANGER).startswith(REFUSED)
    late = await code_for(clinic, "doctor", "kk")
    clinic.clock.forward(timedelta(days=3, seconds=1).total_seconds())
    await clinic.write(STRANGER, Command("link", late))
    assert clinic.last(STRANGER).startswith(REFUSED)


async def test_a_code_for_a_group_binds_no_person(clinic: Ward) -> None:
    await clinic.write(STRANGER, Command("link", await code_for(clinic, None)))
    assert clinic.last(STRANGER).startswith(REFUSED)


async def test_link_without_a_code_says_how_in_both_languages(clinic: Ward) -> None:
    await clinic.write(STRANGER, Command("link"))
    assert "/link КОД" in clinic.last(STRANGER)
    assert "сотрудник" in clinic.last(STRANGER)


async def test_a_new_group_is_bound_by_its_code_and_gets_every_call_that_waits(clinic: Ward) -> None:
    await clinic.call()
    await clinic.send(lambda row: GroupChange(row, "added", NEW_GROUP))
    assert "/link" in clinic.last(NEW_GROUP)
    await clinic.say_in_group(STRANGER, f"/link@dariger_bot {await code_for(clinic, None)}", NEW_GROUP)
    assert clinic.read(NEW_GROUP)[1].startswith("Готово. Группа связана с поликлиникой: Е-5.")
    assert clinic.read(NEW_GROUP)[2].startswith("НОВЫЙ. Вызов врача на дом № 05-000001")


async def test_a_clinics_group_is_not_taken_from_it_by_another_clinics_code(clinic: Ward) -> None:
    code = await code_for(clinic, None, "kk")
    await clinic.say_in_group(STRANGER, f"/link {code}", OTHER_GROUP)
    assert clinic.last(OTHER_GROUP).startswith("Бұл топ басқа емханамен байланысты: Е-6.")
    bound = await staff.group_by_chat(clinic.db.reader, OTHER_GROUP)
    assert bound is not None
    assert bound.clinic_no == 6
    await clinic.send(lambda row: GroupChange(row, "removed", OTHER_GROUP))
    await clinic.say_in_group(STRANGER, f"/link {code}", OTHER_GROUP)
    assert clinic.last(OTHER_GROUP).startswith("Дайын.")


async def test_S32_other_words_in_a_group_are_nobodys(clinic: Ward) -> None:
    await clinic.say_in_group(STRANGER, "990501100017 үйге дәрігер керек")
    await clinic.say_in_group(STRANGER, "/start")
    assert clinic.chats == {}


async def test_calls_wait_while_the_group_is_gone_and_the_heads_are_told(clinic: Ward) -> None:
    await clinic.send(lambda row: GroupChange(row, "removed", GROUP))
    assert clinic.bell.rung == ["staff.group_removed"]
    assert clinic.last(HEAD).startswith("Бот емхана тобынан шығарылды: Е-5.")
    assert not await staff.is_live(clinic.db.reader, 5)
    request = await clinic.call()
    assert clinic.read(GROUP) == []
    await clinic.say_in_group(STRANGER, f"/link {await code_for(clinic, None, 'kk')}", NEW_GROUP)
    assert request.number in clinic.last(NEW_GROUP)


async def test_a_group_that_became_a_supergroup_keeps_its_clinic_under_the_new_id(clinic: Ward) -> None:
    request = await clinic.call()
    await clinic.send(lambda row: GroupChange(row, "migrated", GROUP, NEW_GROUP))
    await clinic.press(REGISTRAR, "Растау", chat=NEW_GROUP)
    await clinic.press(REGISTRAR, "Бейсенова", chat=NEW_GROUP)
    await clinic.press(REGISTRAR, "12:00", chat=NEW_GROUP)
    assert (await clinic.request(request)).status == "confirmed"


async def test_a_group_that_the_bot_left_by_its_move_alone_keeps_its_clinic(clinic: Ward) -> None:
    request = await clinic.call()
    await clinic.send(lambda row: GroupChange(row, "added", NEW_GROUP))
    await clinic.send(lambda row: GroupChange(row, "removed", GROUP))
    await clinic.send(lambda row: GroupChange(row, "migrated", GROUP, NEW_GROUP))
    assert request.number in clinic.last(NEW_GROUP)
    assert await staff.is_live(clinic.db.reader, 5)


async def test_a_group_that_another_took_the_place_of_is_not_brought_back_by_its_move(clinic: Ward) -> None:
    await clinic.say_in_group(STRANGER, f"/link {await code_for(clinic, None, 'kk')}", NEW_GROUP)
    await clinic.send(lambda row: GroupChange(row, "migrated", GROUP, -100_8))
    bound = await staff.group_of(clinic.db.reader, 5)
    assert bound is not None
    assert bound.chat_id == NEW_GROUP


async def test_a_strangers_group_that_drops_the_bot_is_nobodys(clinic: Ward) -> None:
    await clinic.send(lambda row: GroupChange(row, "removed", -1))
    await clinic.send(lambda row: GroupChange(row, "migrated", -1, -2))
    assert clinic.bell.rung == []
