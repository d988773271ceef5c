"""What would leave a request with nobody: leavers, lost questions, terms at night, long notes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.people.leaving import Leaving
from storage import outbox, work
from storage.addresses import Address
from tests.bot.test_queue import ANSWER, PHONE, answer, ask_citizen, open_pile, open_request, refused, reopen
from tests.bot.ward import (
    CITIZEN,
    DETAILS,
    DOCTOR,
    GROUP,
    HEAD,
    REGISTRAR,
    SECOND_REGISTRAR,
    WORKER,
    Ward,
    ward,
)


@pytest.fixture
async def clinic(tmp_path: Path) -> AsyncIterator[Ward]:
    async with ward(tmp_path) as open_ward:
        yield open_ward


async def leaves(clinic: Ward, who: int) -> None:
    async with clinic.db.transaction() as tx:
        told = await Leaving(clinic.room.parts).end(tx, who, 5, "operator", clinic.clock.now())
        owed = await outbox.put(tx, told or (), WORKER, clinic.clock.now(), clinic.clock.now())
    await clinic.deliver(owed)


async def later(clinic: Ward, seconds: int, times: int = 1) -> None:
    for _ in range(times):
        clinic.clock.forward(seconds)
        await clinic.tick()
        await clinic.deliver()


async def test_G_69_a_reopened_request_of_somebody_who_has_left_is_anybodys(clinic: Ward) -> None:
    request = await clinic.call()
    await open_request(clinic, REGISTRAR)
    await clinic.press(REGISTRAR, "Өзіме алу", chat=REGISTRAR)
    for label in ("Бас тарту", "Деректер", "Иә, бас тарту"):
        await clinic.press(REGISTRAR, label, chat=REGISTRAR)
    await leaves(clinic, REGISTRAR)
    await reopen(clinic)
    assert (await work.of(clinic.db.reader, request.id)).holder is None
    await open_pile(clinic, SECOND_REGISTRAR, "Алынбаған: 1")
    assert "Жұмысқа алынды" not in clinic.read(GROUP)[0]


async def test_G_46_whoever_asked_is_told_when_the_question_reaches_nobody(clinic: Ward) -> None:
    await clinic.call(replace(DETAILS, phone="+77272333960"))
    clinic.blocked.add(str(CITIZEN))
    await ask_citizen(clinic)
    await later(clinic, 20, 3)
    lines = [one for one in clinic.read(REGISTRAR) if "жетпеді" in one]
    assert len(lines) == 1
    assert "+77272333960" not in lines[0]


async def test_G_46_whoever_asked_is_told_when_the_sms_of_the_question_is_lost(clinic: Ward) -> None:
    await clinic.call(address=Address("sms", PHONE))
    clinic.blocked.add(PHONE)
    await ask_citizen(clinic)
    await later(clinic, 600, 3)
    assert len([one for one in clinic.read(REGISTRAR) if "жетпеді" in one]) == 1


async def test_an_answered_question_is_never_said_to_be_lost(clinic: Ward) -> None:
    await clinic.call()
    clinic.blocked.add(str(CITIZEN))
    question_id = await ask_citizen(clinic)
    clinic.blocked.clear()
    assert await answer(clinic, question_id) == "taken"
    await later(clinic, 600, 3)
    assert not [one for one in clinic.read(REGISTRAR) if "жетпеді" in one]


async def test_G_69_what_is_reopened_after_closing_is_answered_when_the_clinic_opens(clinic: Ward) -> None:
    before = await refused(clinic)
    clinic.clock.forward(12 * 3600)
    await reopen(clinic)
    after = await clinic.request(before)
    assert after.answer_due == datetime(2026, 11, 21, 4, 30, tzinfo=UTC)
    assert (after.status, after.visit_day) == ("next_day", date(2026, 11, 21))
    await later(clinic, 3600)
    assert not any("МЕРЗІМ" in one for one in clinic.read(GROUP))
    await later(clinic, 10 * 3600)
    assert (await clinic.request(before)).status == "registered"
    assert "№ 05-000001" in clinic.last(GROUP)


async def test_G_47_an_answer_that_comes_at_night_is_read_in_the_morning(clinic: Ward) -> None:
    await clinic.call()
    question_id = await ask_citizen(clinic)
    clinic.clock.forward(13 * 3600)
    before = clinic.read(REGISTRAR)
    assert await answer(clinic, question_id) == "taken"
    assert clinic.read(REGISTRAR) == before
    assert clinic.read(GROUP)[0].endswith("Пациент сұраққа жауап берді.")
    await later(clinic, 9 * 3600)
    assert clinic.last(REGISTRAR) == f"№ 05-000001: пациенттің жауабы:\n{ANSWER}"


async def test_the_latest_answer_is_read_whole_however_much_was_noted_before(clinic: Ward) -> None:
    request = await clinic.call(replace(DETAILS, own_words="😷" * 250))
    async with clinic.db.transaction() as tx:
        for _ in range(4):
            work.note(tx, request.id, REGISTRAR, "Н" * 500, clinic.clock.now())
        for _ in range(2):
            question_id = work.ask(tx, request.id, REGISTRAR, "С" * 500, clinic.clock.now())
            await work.answer(tx, question_id, "Ж" * 499 + "!", clinic.clock.forward(60))
    await clinic.press(DOCTOR, "Толығырақ")
    assert "Ж" * 499 + "!\n" in clinic.last(DOCTOR)
    assert clinic.last(DOCTOR).endswith("журналға жазылды.")
    assert "Бұдан бұрынғы жазбалар мұнда сыймады:" in clinic.last(DOCTOR)


async def test_short_notes_are_all_read(clinic: Ward) -> None:
    request = await clinic.call()
    async with clinic.db.transaction() as tx:
        for place in range(9):
            work.note(tx, request.id, REGISTRAR, f"Ескертпе {place}", clinic.clock.now())
    await clinic.press(DOCTOR, "Толығырақ")
    assert all(f"Ескертпе {place}" in clinic.last(DOCTOR) for place in range(9))


async def test_G_71_whoever_leaves_reads_no_answer_that_was_kept_for_the_morning(clinic: Ward) -> None:
    await clinic.call()
    question_id = await ask_citizen(clinic)
    clinic.clock.forward(13 * 3600)
    assert await answer(clinic, question_id) == "taken"
    await leaves(clinic, REGISTRAR)
    await later(clinic, 9 * 3600)
    assert not any(ANSWER in one for one in clinic.read(REGISTRAR))
    await clinic.press(SECOND_REGISTRAR, "Толығырақ", message=clinic.chats[str(GROUP)][0])
    assert ANSWER in clinic.last(SECOND_REGISTRAR)


async def test_G_69_the_head_is_told_to_call_whoever_cannot_be_written_to(clinic: Ward) -> None:
    await clinic.call(address=Address("nowhere", ""))
    for label in ("Бас тарту", "Деректер", "Иә, бас тарту"):
        await clinic.press(REGISTRAR, label)
    await reopen(clinic)
    assert "№ 05-000001: пациентке хабар жіберетін жер жоқ. Телефонмен хабарласыңыз." in clinic.read(HEAD)
