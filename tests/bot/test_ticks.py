"""What happens to a call when its moments come, also when the service was down as they came."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.ticks import Ticks
from dialogs.engine import Unavailable
from storage import due, requests
from storage.database import Tx
from tests.bot.ward import CITIZEN, DOCTOR, GROUP, HEAD, REGISTRAR, WORKER, Ward, opened, ward

MINUTE = 60
REMINDER = "ЕСКЕРТУ. № 05-000001 шақыруға әлі жауап берілген жоқ. Жауап мерзімі: 10:30."


@pytest.fixture
async def clinic(tmp_path: Path) -> AsyncIterator[Ward]:
    async with ward(tmp_path) as open_ward:
        yield open_ward


async def at(clinic: Ward, minutes: float) -> None:
    """Let that many minutes pass, with one tick at their end."""
    clinic.clock.forward(minutes * MINUTE)
    await clinic.tick()
    await clinic.deliver()


async def test_HC_07_an_unanswered_call_is_brought_up_by_a_new_message_at_minute_20(clinic: Ward) -> None:
    await clinic.call()
    await at(clinic, 19.99)
    assert len(clinic.read(GROUP)) == 1
    await at(clinic, 0.01)
    assert clinic.read(GROUP)[1:] == [REMINDER]
    await at(clinic, 1)
    assert len(clinic.read(GROUP)) == 2


async def test_HC_07_at_minute_30_head_and_citizen_are_told_and_the_call_is_marked(
    clinic: Ward,
) -> None:
    request = await clinic.call(locale="ru")
    await at(clinic, 30)
    assert clinic.read(GROUP)[0].startswith("МЕРЗІМ ӨТТІ. Дәрігерді үйге шақыру № 05-000001")
    assert clinic.read(HEAD)[0].startswith("МЕРЗІМ ӨТТІ. № 05-000001")
    told = clinic.last(CITIZEN)
    assert "+7 727 233-39-60" in told
    assert "103" in told
    marks = await requests.marks(clinic.db.reader, request.id)
    assert [(mark.actor, mark.note_code) for mark in marks][-1] == ("clock", "overdue")


async def test_the_head_answers_an_overdue_call_from_the_private_message(clinic: Ward) -> None:
    request = await clinic.call()
    await at(clinic, 31)
    for label in ("Растау", "Бейсенова", "12:00"):
        await clinic.press(HEAD, label, chat=HEAD)
    assert (await clinic.request(request)).status == "confirmed"
    assert clinic.last(HEAD).startswith("РАСТАЛДЫ.")
    assert clinic.read(GROUP)[0].startswith("РАСТАЛДЫ.")


async def test_HC_06_the_ten_minutes_of_the_desk_are_not_the_term_of_an_electronic_call(clinic: Ward) -> None:
    await clinic.call()
    await at(clinic, 11)
    assert len(clinic.read(GROUP)) == 1
    assert clinic.read(HEAD) == []


async def test_HC_07_an_answered_call_is_never_brought_up(clinic: Ward) -> None:
    await clinic.accepted(await clinic.call())
    await at(clinic, 31)
    assert len(clinic.read(GROUP)) == 1
    assert len(clinic.read(CITIZEN)) == 1


async def test_HC_07_after_a_wrong_press_the_clocks_run_on_as_they_stood(clinic: Ward) -> None:
    await clinic.call()
    await at(clinic, 29)
    for label in ("Растау", "Бейсенова", "12:00", "Қайтарып алу"):
        await clinic.press(REGISTRAR, label, message=clinic.chats[str(GROUP)][0])
    assert clinic.read(GROUP)[1:] == [REMINDER]
    await at(clinic, 1)
    assert clinic.read(GROUP)[2].startswith("МЕРЗІМ ӨТТІ.")


async def test_S39_what_fell_due_while_the_service_was_down_is_done_once(clinic: Ward) -> None:
    await clinic.call()
    clinic.clock.forward(45 * MINUTE)
    later = opened(clinic.db, clinic.clock, clinic)
    await asyncio.gather(later.tick(), clinic.tick())
    await later.deliver()
    await clinic.deliver()
    await at(later, 1)
    assert later.read(GROUP)[1] == REMINDER
    assert later.read(GROUP)[2].startswith("МЕРЗІМ ӨТТІ. № 05-000001")
    assert len(later.read(GROUP)) == 3
    assert len(later.read(CITIZEN)) == 1
    assert len(later.read(HEAD)) == 2


async def test_E_02_a_call_carried_over_is_brought_up_when_the_clinic_opens(clinic: Ward) -> None:
    clinic.clock.at = datetime(2026, 11, 20, 13, 0, tzinfo=UTC)
    request = await clinic.call()
    assert clinic.last(GROUP).startswith("КЕЛЕСІ ЖҰМЫС КҮНІНЕ.")
    clinic.clock.at = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
    await at(clinic, 0)
    assert (await clinic.request(request)).status == "registered"
    assert clinic.read(GROUP)[0].startswith("ЖАҢА.")
    assert "09:30" in clinic.read(GROUP)[1]
    assert len(clinic.read(GROUP)) == 2
    await at(clinic, 20)
    assert len(clinic.read(GROUP)) == 3


async def test_G_72_an_hour_before_closing_the_head_hears_of_all_visits_not_made(
    clinic: Ward,
) -> None:
    first, second, third = [await clinic.call() for _ in range(3)]
    for request in (third, second, first):
        message = next(one for one in clinic.chats[str(GROUP)] if request.number in one.text)
        for label in ("Растау", "Бейсенова", "12:00"):
            await clinic.press(REGISTRAR, label, message=message)
    message = next(one for one in clinic.chats[str(GROUP)] if third.number in one.text)
    await clinic.press(DOCTOR, "Қаралып болды", message=message)
    clinic.clock.at = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
    await at(clinic, 0)
    assert clinic.read(HEAD) == [
        "Жабылмаған үйге шақырулар: 2. Емхананың жабылу уақыты: 20:00. Нөмірлері: 05-000001, 05-000002."
    ]


async def test_G_72_a_call_accepted_in_the_last_hour_before_closing_rings_nobody(clinic: Ward) -> None:
    await clinic.call()
    clinic.clock.at = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
    await at(clinic, 0)
    await at(clinic, 10)
    for label in ("Растау", "Бейсенова", "18:00"):
        await clinic.press(HEAD, label, chat=HEAD)
    await at(clinic, 3)
    assert sum("Жабылмаған" in text for text in clinic.read(HEAD)) == 1


async def test_S17_a_card_not_sent_yet_is_drawn_as_it_stands_once_it_was(clinic: Ward) -> None:
    clinic.telegram_works = False
    request = await clinic.call()
    async with clinic.db.transaction() as tx:
        moved = await requests.move(tx, request.id, 1, "cancelled", "person:1", clinic.clock.now())
        after = await requests.by_id(tx, request.id)
        assert moved
        assert after is not None
        call = await clinic.room.feed.call_of(tx, after)
        assert await clinic.room.feed.refresh(tx, call, clinic.clock.now()) == ()
    await at(clinic, 1)
    clinic.telegram_works = True
    await clinic.deliver()
    assert clinic.last(GROUP).startswith("ЖАҢА.")
    await at(clinic, 1)
    assert clinic.read(GROUP) == [clinic.last(GROUP)]
    assert clinic.last(GROUP).startswith("ҚАЙТАРЫП АЛЫНДЫ.")


async def test_a_moment_whose_effects_fail_holds_up_no_other_and_is_tried_again(clinic: Ward) -> None:
    await clinic.call()
    async with clinic.db.transaction() as tx:
        due.set_due(tx, "unheard_of", 1, clinic.clock.now())
    await at(clinic, 20)
    assert clinic.read(GROUP)[1:] == [REMINDER]
    (left,) = await due.ripe(clinic.db.reader, clinic.clock.forward(31))
    assert (left.kind, left.tries) == ("unheard_of", 1)


async def test_a_database_that_does_not_answer_is_asked_again_at_the_next_tick(clinic: Ward) -> None:
    await clinic.call()
    clinic.clock.forward(20 * MINUTE)
    reading, asked = clinic.db.read, []

    async def silent(steps: object) -> object:
        asked.append(steps)
        raise Unavailable("database")

    clinic.db.read = silent  # type: ignore[method-assign,assignment]  # the engine itself, out of reach
    await clinic.ticks.tick_now()
    clinic.db.read = reading  # type: ignore[method-assign]  # and back
    assert len(asked) == 1
    await clinic.ticks.tick_now()
    await clinic.deliver()
    assert clinic.read(GROUP)[1:] == [REMINDER]


async def test_effects_and_the_row_stand_or_fall_together(clinic: Ward) -> None:
    await clinic.call()
    clinic.clock.forward(20 * MINUTE)
    (row,) = await due.ripe(clinic.db.reader, clinic.clock.now())

    async def crash(tx: Tx) -> None:
        assert await due.take(tx, row.id, clinic.clock.now())
        raise RuntimeError("the process died here")

    with pytest.raises(RuntimeError):
        await clinic.db.decide(crash)
    assert await clinic.tick() == 1


async def test_the_scheduler_ticks_every_real_second(clinic: Ward) -> None:
    await clinic.call()
    clinic.clock.forward(20 * MINUTE)
    ticked = asyncio.Event()
    clinic.ticks = Ticks(clinic.db, clinic.clock, WORKER, clinic.clocks.handlers(), clinic.take, ticked.set)
    scheduler = clinic.ticks.start()
    try:
        async with asyncio.timeout(5):
            await ticked.wait()
    finally:
        scheduler.shutdown(wait=False)
    await clinic.deliver()
    assert clinic.read(GROUP)[1:] == [REMINDER]
