"""A hundred citizens want one time, through two real processes: one is booked, ninety-nine are told."""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections import Counter
from pathlib import Path

from storage import slots
from storage.database import Database
from tests.registry import NOW
from tests.storage.surgery import FIRST, free, open_surgery

ROOT = Path(__file__).parents[2]
EACH = 50


async def started(url: str, slot_id: int) -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.storage.booking_process", url, str(slot_id), str(EACH),
        cwd=ROOT, stdin=PIPE, stdout=PIPE,
    )  # fmt: skip


async def test_S15_of_a_hundred_citizens_over_two_processes_one_is_booked_and_ninety_nine_told(
    db: Database, url: str
) -> None:
    await open_surgery(db)
    slot = (await free(db))[0]
    processes = [await started(url, slot.id) for _ in range(2)]
    for process in processes:
        assert process.stdout is not None
        assert await process.stdout.readline() == b"ready\n"
    answers = Counter[str]()
    for said, _ in await asyncio.gather(*(process.communicate(b"go\n") for process in processes)):
        answers.update(said.decode().split())
    assert answers == {"booked": 1, "told": 99}
    listed = await slots.between(db.reader, "501", NOW, slot.end)
    assert [one.slot for one in listed if one.request_id is not None] == [slot]
    assert slot not in await slots.free(db.reader, FIRST, NOW)
