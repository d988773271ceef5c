"""One of two processes whose citizens all want the same time: prints how many were booked and how many told.

Run by the test of a hundred citizens: python -m tests.storage.booking_process URL SLOT CITIZENS
"""

import asyncio
import sys

from storage import slots
from storage.database import Database, open_database
from storage.errors import Unavailable
from storage.keys import KeyRing
from tests.registry import KEYS, NOW, HandClock
from tests.storage.surgery import Lost, free, new_request


async def citizen(db: Database, slot_id: int) -> str:
    """Sign and send: "booked", or "told" with other times to choose from."""
    try:
        async with db.transaction() as tx:
            request_id = await new_request(tx)
            if not await slots.book(tx, slot_id, request_id, request_id, NOW):
                raise Lost
    except Lost:
        others = await free(db)
        return "told" if others and all(slot.id != slot_id for slot in others) else "left alone"
    except Unavailable:
        return "unavailable"
    return "booked"


async def main(url: str, slot_id: int, citizens: int) -> None:
    """Let every citizen of this process try at once, as soon as the test says so."""
    db = await open_database(url, KeyRing.parse(KEYS), HandClock())
    try:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.readline)
        answers = await asyncio.gather(*(citizen(db, slot_id) for _ in range(citizens)))
    finally:
        await db.close()
    sys.stdout.write(" ".join(answers) + "\n")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
