"""S19: before a code is confirmed, nothing that can be seen or counted tells one IIN from another."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from rules.iin import Iin
from tests.town import Person, RunningTown, running_town, shown
from tests.walks import begin, call, to_the_code

KNOWN = "880412294549"
UNKNOWN = "900101300017"
LANDLINE = "350509191426"
CAPPED = "860930195985"
LOCKED = "580203293006"

Preparing = Callable[[RunningTown], Awaitable[None]]


async def _at_the_gate(who: Person, iin: str, dialog: str) -> None:
    await begin(who)
    await who.tap(f"button.{dialog}")
    if dialog == "home_call":
        await who.tap("button.no_signs", "button.agree", "button.for_self")
    if dialog == "attachment":
        await who.tap("button.agree")
    if dialog == "training":
        await who.tap("button.training_main", "button.agree")
    if dialog == "centre_info":
        await who.tap("button.narcology", "button.agree", "button.about_self")
    await who.say(iin)


async def _nothing(town: RunningTown) -> None:
    del town


async def _asked_for_too_often(town: RunningTown) -> None:
    for _ in range(3):
        await _at_the_gate(await town.stranger(), CAPPED, "cabinet")


async def _failed_too_often(town: RunningTown) -> None:
    phone = (await town.sandbox.person(LOCKED))["phone"]
    for _ in range(2):
        guessing = await town.stranger()
        await _at_the_gate(guessing, LOCKED, "cabinet")
        code = await Person(town, 0, "", phone=phone).code()
        for _ in range(5):
            await guessing.say(f"{(int(code) + 1) % 10**6:06d}")


PEOPLE: dict[str, tuple[str, Preparing]] = {
    "known": (KNOWN, _nothing),
    "unknown": (UNKNOWN, _nothing),
    "landline": (LANDLINE, _nothing),
    "capped": (CAPPED, _asked_for_too_often),
    "locked": (LOCKED, _failed_too_often),
}

Seen = list[tuple[str, int]]


async def _all_that_is_seen(town: RunningTown, iin: str, dialog: str) -> Seen:
    """Every message with its buttons, and how many statements each step cost."""
    who = await town.stranger(name="asker")
    seen: Seen = []
    await _at_the_gate(who, iin, dialog)
    await _step(who, seen)
    for typed in ("000000", "12345", "0 0 0 0 0 0"):
        before = town.app.db.statements
        await who.say(typed)
        await _step(who, seen, before)
    for waits in (0, 60):
        await town.sandbox.advance(waits)
        before = town.app.db.statements
        await who.tap("button.new_code")
        await _step(who, seen, before)
    await who.tap("button.no_sms")
    await _step(who, seen)
    return seen


async def _step(who: Person, seen: Seen, before: int | None = None) -> None:
    cost = 0 if before is None else who.town.app.db.statements - before
    messages = await who.messages()
    seen.append(("\n".join(f"{m.text}|{m.labels}" for m in messages), cost))


@pytest.fixture
async def quiet_town(settled: Path, tmp_path: Path) -> AsyncIterator[RunningTown]:
    """The service with nothing running beside the messages, so that statements can be counted."""
    async with running_town(tmp_path / "town", settled=settled, sweeping=False) as running:
        yield running


@pytest.mark.parametrize("dialog", ["home_call", "attachment", "centre_info", "training", "cabinet"])
async def test_S19_known_unknown_capped_landline_and_locked_look_the_same_until_the_code(
    settled: Path, tmp_path: Path, dialog: str
) -> None:
    assert Iin.parse(UNKNOWN).digits == UNKNOWN
    seen: dict[str, Seen] = {}
    for name, (iin, prepare) in PEOPLE.items():
        async with running_town(tmp_path / name, settled=settled, sweeping=False) as town:
            await prepare(town)
            seen[name] = await _all_that_is_seen(town, iin, dialog)
    for name, other in seen.items():
        assert other == seen["known"], name


async def test_S19_an_iin_that_nobody_has_costs_as_many_statements_as_one_that_somebody_has(
    quiet_town: RunningTown,
) -> None:
    # The day's first SMS reads once what the day has cost.
    await _at_the_gate(await quiet_town.stranger(), CAPPED, "cabinet")
    costs = []
    for iin in (KNOWN, UNKNOWN, LANDLINE):
        who = await quiet_town.stranger()
        await begin(who)
        await who.tap("button.cabinet")
        before = quiet_town.app.db.statements
        await who.say(iin)
        costs.append(quiet_town.app.db.statements - before)
    assert len(set(costs)) == 1, costs


async def test_S19_only_the_registered_phone_gets_a_code(town: RunningTown) -> None:
    person = await town.citizen(KNOWN)
    await _at_the_gate(await town.stranger(), KNOWN, "home_call")
    await _at_the_gate(await town.stranger(), UNKNOWN, "home_call")
    await _at_the_gate(await town.stranger(), LANDLINE, "home_call")
    assert len(await person.texts()) == 1
    assert await town.sandbox.sms("+77272000106") == []


async def _call_for_another(town: RunningTown, iin: str) -> list[str]:
    """All that a caller reads of a call for another adult, without the digits they typed themselves."""
    caller = await town.citizen("900725297363", "caller")
    await to_the_code(caller, "other")
    await caller.confirm()
    since = len(await caller.messages())
    await caller.say(iin)
    await caller.say("Құдайбергенова Ләззат")
    await caller.say("12.09.1981")
    await caller.press("Поликлиника № 5")
    await caller.say("Температура")
    await caller.say("Абая 10, кв 25, подъезд 2")
    await caller.tap("button.phone_right", "button.send", "button.refresh_status", "button.menu")
    read = [shown(message) for message in (await caller.messages())[since:]]
    return [text.replace(iin[-4:], "····") for text in read]


async def test_S19_a_caller_learns_nothing_of_another_adult(settled: Path, tmp_path: Path) -> None:
    told: dict[str, list[str]] = {}
    others = {"known": KNOWN, "unknown": UNKNOWN, "elsewhere": LANDLINE, "nowhere": "750515194784"}
    for name, iin in others.items():
        async with running_town(tmp_path / name, settled=settled) as town:
            told[name] = await _call_for_another(town, iin)
    async with running_town(tmp_path / "open", settled=settled) as town:
        await call(await town.citizen(KNOWN))
        read = await _call_for_another(town, KNOWN)
        told["with a call open"] = [text.replace("05-000002", "05-000001") for text in read]
    for name, read in told.items():
        assert read == told["known"], name
