"""S19 on a button phone: before a code has come back, one IIN looks like another, in words and in cost."""

from pathlib import Path

from tests.button_phone import ButtonPhone, strange_phone
from tests.service.test_alike import PEOPLE
from tests.town import RunningTown, running_town

Seen = list[tuple[list[str], int]]


async def _step(phone: ButtonPhone, text: str, seen: Seen) -> None:
    before = phone.town.app.db.statements
    answers = await phone.write(text)
    seen.append((answers, phone.town.app.db.statements - before))


async def _all_that_is_seen(town: RunningTown, iin: str) -> Seen:
    """Every SMS that comes back, and how many statements each step cost."""
    phone, seen = strange_phone(town), Seen()
    await phone.write("запись")
    for text in (iin, "000000", "12345", "1"):
        await _step(phone, text, seen)
    await town.sandbox.advance(60)
    for text in ("новый код", "нет sms", "0", "0"):
        await _step(phone, text, seen)
    return seen


async def test_S19_known_unknown_capped_landline_and_locked_look_the_same_by_sms(
    settled: Path, tmp_path: Path
) -> None:
    seen: dict[str, Seen] = {}
    for name, (iin, prepare) in PEOPLE.items():
        async with running_town(tmp_path / name, settled=settled, sweeping=False) as town:
            await prepare(town)
            # The day's first SMS reads once what the day has cost.
            await strange_phone(town, "+77011230077").write("меню")
            seen[name] = await _all_that_is_seen(town, iin)
    for name, other in seen.items():
        assert other == seen["known"], name
