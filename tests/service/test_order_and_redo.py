"""Once and in order: repeated and shuffled updates, poison between good ones, crashes, restarts, outages."""

import asyncio
import random
import sqlite3
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.sending.courier import SEND_WITHIN
from bot.sending.gateways import TIMEOUT
from storage import outbox
from storage.database import Tx
from storage.outbox import Parcel
from tests.town import Person, RunningTown, running_town
from tests.walks import accept, begin, call, to_the_code, to_the_summary, to_whom

AIGUL = "880412294549"
OLGA = "900725297363"
BAUYRZHAN = "690707198727"


def _update(update_id: int, who: Person, text: str) -> dict[str, Any]:
    account = {"id": who.id, "is_bot": False, "first_name": "A"}
    chat = {"id": who.id, "type": "private", "first_name": "A"}
    message = {"message_id": update_id, "date": 1, "chat": chat, "from": account, "text": text}
    return {"update_id": update_id, "message": message}


def _script(who: Person) -> list[str]:
    steps = ("button.home_call", "button.no_signs", "button.agree", "button.for_self")
    return [*(who.words(step) for step in steps), who.iin]


def _shuffled(scripts: dict[int, list[dict[str, Any]]], chance: random.Random) -> list[dict[str, Any]]:
    """One stream of all scripts, each one's own order kept."""
    waiting = {number: list(script) for number, script in scripts.items()}
    stream = []
    while waiting:
        number = chance.choice(sorted(waiting))
        stream.append(waiting[number].pop(0))
        if not waiting[number]:
            del waiting[number]
    return stream


@pytest.mark.parametrize("seed", range(3))
async def test_S14_updates_that_come_three_times_and_shuffled_are_answered_once_and_in_order(
    town: RunningTown, seed: int
) -> None:
    chance = random.Random(seed)
    people = [await town.citizen(iin, str(at)) for at, iin in enumerate((AIGUL, OLGA, BAUYRZHAN))]
    for person in people:
        await begin(person)
    before = {person.id: len(await person.messages()) for person in people}
    updates = town.world.telegram.updates
    streams = {who.id: [_update(0, who, text) for text in _script(who)] for who in people}
    numbered = [
        update | {"update_id": updates.next_id + number}
        for number, update in enumerate(_shuffled(streams, chance))
    ]
    repeats = [update for update in numbered for _ in range(3)]
    first_seen = numbered + chance.sample(repeats, len(repeats))
    for update in first_seen:
        updates.push_raw(update)
    for person in people:
        await person.read()
        said = (await person.messages())[before[person.id] :]
        assert len(said) == len(_script(person)), [m.text[:40] for m in said]
        assert "6 цифр" in said[-1].text
        assert len(await person.texts()) == 1


async def test_S45_a_poisoned_update_between_good_ones_stops_nobody(town: RunningTown) -> None:
    aigul, olga = await town.citizen(AIGUL), await town.citizen(OLGA, "olga")
    await begin(aigul)
    await begin(olga)
    updates, first = town.world.telegram.updates, town.world.telegram.updates.next_id
    poison: list[dict[str, Any]] = [
        {"message": {"chat": {"id": aigul.id, "type": "private"}, "text": "half a message"}},
        {"a_kind_that_is_not_known_yet": {"x": 1}},
        {"message": None},
        {"callback_query": {"id": "1", "data": "x" * 5000}},
        {"message": {"chat": "not a chat"}},
    ]
    good = [_update(0, aigul, "Дәрігерді үйге шақыру"), _update(0, olga, "Вызов врача на дом")]
    stream = [good[0], *poison[:3], good[1], *poison[3:], _update(0, aigul, "жоқ"), _update(0, olga, "нет")]
    for number, update in enumerate(stream):
        updates.push_raw(update | {"update_id": first + number})
    assert (await aigul.read()).text == aigul.words("home_call.notice")
    assert (await olga.read()).text == olga.words("home_call.notice")
    exposed = town.app.watch.exposition().decode()
    assert 'dariger_alerts_total{what="inbox.set_aside"}' in exposed


def _rows(town: RunningTown, sql: str) -> list[Any]:
    raw = sqlite3.connect(town.registry)
    try:
        return raw.execute(sql).fetchall()
    finally:
        raw.close()


def _execute(town: RunningTown, sql: str) -> None:
    raw = sqlite3.connect(town.registry)
    with raw:
        raw.execute(sql)
    raw.close()


@pytest.mark.parametrize(
    "step", ["requests", "request_marks", "audit", "outbox", "due", "conversations", "consents", "inbox"]
)
async def test_S16_a_request_its_notice_and_its_audit_row_stand_together_or_not_at_all(
    town: RunningTown, step: str
) -> None:
    citizen = await town.citizen(AIGUL)
    await to_the_summary(citizen)
    verb = "UPDATE" if step in ("conversations", "consents", "inbox") else "INSERT"
    await town.advance(1)
    sent_before = _rows(town, "SELECT count(*) FROM outbox")
    chain_before = _rows(town, "SELECT count(*) FROM audit")
    _execute(town, f"CREATE TRIGGER broken BEFORE {verb} ON {step} BEGIN SELECT RAISE(ABORT, 'broken'); END")
    await town.sandbox.press(citizen.id, label=citizen.words("button.send"))
    await asyncio.sleep(0.1)
    assert _rows(town, "SELECT count(*) FROM requests") == [(0,)]
    assert _rows(town, "SELECT count(*) FROM outbox") == sent_before
    assert _rows(town, "SELECT count(*) FROM audit") == chain_before
    assert _rows(town, "SELECT count(*) FROM due WHERE kind LIKE 'call%' AND done_at IS NULL") == [(0,)]
    _execute(town, "DROP TRIGGER broken")
    assert "05-000001" in (await citizen.read()).text
    assert len(await town.group(5)) == 1
    assert _rows(town, "SELECT count(*) FROM requests") == [(1,)]


async def test_S39_what_fell_due_while_the_bot_was_down_is_done_once(settled: Path, tmp_path: Path) -> None:
    # With EXTEND_ON_OUTAGE, which is G-07, the term would end later and nothing be due.
    async with running_town(tmp_path / "town", settled=settled, EXTEND_ON_OUTAGE="no") as town:
        await _due_while_it_was_down(town)


async def _due_while_it_was_down(town: RunningTown) -> None:
    citizen = await town.citizen(AIGUL)
    head = town.of_staff(5, "head")
    await call(citizen)
    told = len(await citizen.messages())
    await town.stop_bot()
    await town.sandbox.set_time("2026-11-20T12:45:00")
    await town.start_bot()
    await town.look_at_the_clock()
    await town.look_at_the_clock()
    group = [m.text for m in await town.group(5)]
    assert len([text for text in group if "ЕСКЕРТУ" in text]) <= 1
    assert len([text for text in group if "МЕРЗІМ ӨТТІ. №" in text]) == 1
    assert len(await citizen.messages()) == told + 1
    assert len(await head.messages()) == 2
    await town.stop_bot()
    await town.start_bot()
    await town.look_at_the_clock()
    assert [m.text for m in await town.group(5)] == group
    assert len(await citizen.messages()) == told + 1


async def test_SEC_03_S39_a_dialog_survives_a_restart_with_its_answers(town: RunningTown) -> None:
    citizen = await town.citizen(AIGUL)
    await to_the_code(citizen)
    await citizen.confirm()
    await citizen.tap("reason.fever")
    await town.stop_bot()
    await town.sandbox.press(citizen.id, label=citizen.words("button.nothing_to_add"))
    await town.start_bot()
    assert citizen.words("button.address_right") in (await citizen.read()).labels
    await citizen.tap("button.address_right", "button.skip")
    summary = await citizen.tap("button.phone_right")
    assert "Дене қызуы көтерілді" in summary.text


async def test_SEC_03_S17_with_telegram_down_nothing_is_lost_and_the_card_comes_when_it_is_up(
    town: RunningTown,
) -> None:
    citizen = await town.citizen(AIGUL)
    await to_the_summary(citizen)
    await town.sandbox.fault("telegram_down", how="502")
    await town.sandbox.press(citizen.id, label=citizen.words("button.send"))
    await asyncio.sleep(0.2)
    assert await town.sandbox.messages(-1_002_000_000_005, bot_only=True) == []
    await town.sandbox.clear_faults()
    await town.sandbox.wait_for_message(-1_002_000_000_005, "05-000001", seconds=20)
    await town.sandbox.wait_for_message(citizen.id, "05-000001", seconds=20)
    assert len(await town.group(5)) == 1


async def test_the_registry_standing_still_for_a_while_costs_nobody_an_answer(town: RunningTown) -> None:
    citizen = await town.citizen(AIGUL)
    await to_whom(citizen)
    locking = sqlite3.connect(town.registry, isolation_level=None)
    locking.execute("BEGIN IMMEDIATE")
    answered = len(await citizen.messages())
    await town.sandbox.press(citizen.id, label=citizen.words("button.for_self"))
    await asyncio.sleep(0.3)
    assert len(await citizen.messages()) == answered
    locking.execute("ROLLBACK")
    locking.close()
    assert (await citizen.read()).text == citizen.words("identity.iin")
    assert len(await citizen.messages()) == answered + 1


async def test_GEN_09_every_call_stands_in_the_register_with_every_step_that_was_taken(
    town: RunningTown,
) -> None:
    citizen = await town.citizen(AIGUL)
    await call(citizen)
    await accept(town, 5)
    await town.staff_tap(5, "doctor", "staff.button.on_way", "staff.button.done")
    assert _rows(town, "SELECT number, clinic_no, service, status FROM requests") == [
        ("05-000001", 5, "home_call", "done")
    ]
    marks = _rows(town, "SELECT status FROM request_marks ORDER BY seq")
    assert [mark[0] for mark in marks] == ["registered", "confirmed", "on_way", "done"]


async def test_SEC_02_the_register_and_the_chain_refuse_to_be_changed_behind_the_back(
    town: RunningTown,
) -> None:
    await call(await town.citizen(AIGUL))
    for change in (
        "DELETE FROM audit",
        "UPDATE audit SET action = 'x'",
        "UPDATE request_marks SET status = 'done'",
    ):
        with pytest.raises(sqlite3.IntegrityError):
            _execute(town, change)


async def test_a_right_code_that_is_thought_through_again_is_nobodys_complaint(town: RunningTown) -> None:
    citizen = await town.citizen(AIGUL)
    await to_the_code(citizen)
    _execute(town, "CREATE TRIGGER broken BEFORE UPDATE ON conversations BEGIN SELECT RAISE(ABORT, 'x'); END")
    await town.sandbox.say(citizen.id, await citizen.code())
    await asyncio.sleep(0.15)
    assert _rows(town, "SELECT outcome FROM comparisons") == [("yes",)]
    _execute(town, "DROP TRIGGER broken")
    assert citizen.words("home_call.reason") in (await citizen.read()).text


@pytest.mark.parametrize("by", ["chat", "sms"])
async def test_a_right_code_that_comes_twice_is_nobodys_complaint(town: RunningTown, by: str) -> None:
    citizen = await town.citizen(AIGUL)
    await to_the_code(citizen)
    code = await citizen.code()
    if by == "sms":
        await town.sandbox.reply_sms(citizen.phone, code)
        asked = await citizen.read()
    else:
        asked = await citizen.say(code)
    again = await citizen.say(f"{code[:3]} {code[3:]}")
    assert (again.text, again.labels) == (asked.text, asked.labels)
    assert again.message_id != asked.message_id
    assert citizen.words("button.nothing_to_add") in (await citizen.tap("reason.fever")).labels


async def test_what_is_owed_is_held_for_longer_than_the_courier_may_take_to_send_it(
    town: RunningTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[timedelta] = []
    put = outbox.put

    async def noting(tx: Tx, parcels: Sequence[Parcel], worker: int, until: datetime, now: datetime) -> Any:
        held.append(until - now)
        return await put(tx, parcels, worker, until, now)

    monkeypatch.setattr(outbox, "put", noting)
    citizen = await town.citizen(AIGUL)
    await call(citizen)
    await accept(town, 5)
    await town.advance(7200)
    await town.sandbox.reply_sms(citizen.phone, "123456")
    await citizen.read()
    assert held
    assert min(held) > timedelta(seconds=SEND_WITHIN + (TIMEOUT.total or 0))


async def test_a_message_that_fails_for_good_is_answered_with_an_apology_and_a_phone(
    town: RunningTown,
) -> None:
    citizen = await town.citizen(AIGUL)
    await to_whom(citizen)
    _execute(town, "CREATE TRIGGER broken BEFORE UPDATE ON conversations BEGIN SELECT RAISE(ABORT, 'x'); END")
    answer = await citizen.tap("button.for_self")
    assert answer.text == citizen.words("desk.suspended")
    _execute(town, "DROP TRIGGER broken")
    assert (await citizen.tap("button.resume")).text == citizen.words("home_call.for_whom")
