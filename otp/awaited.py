"""Which chat waits for a code, where it may be told what became of the SMS."""

from datetime import datetime

from rules.people import Language
from storage.addresses import Address
from storage.database import Reader
from storage.instants import micros


async def awaited_in(reader: Reader, challenge_id: int, now: datetime) -> tuple[Address, Language] | None:
    """The chat and its language while it waits for this code; None unless this identity was confirmed in it
    before.

    Anywhere else the fate of an SMS would tell that the IIN is known (S19).
    """
    row = await reader.row("challenge_awaited_in", id=challenge_id, now=micros(now))
    return None if row is None else (Address("telegram", row[0]), row[1])
