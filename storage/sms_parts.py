"""Parts of a long SMS that a gateway hands over one by one, kept until the last of them is here."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from storage.database import Tx
from storage.instants import micros

WAITED_FOR: Final = timedelta(minutes=10)
"""Our judgement: an older part belongs to another message under the same reference, and is not joined."""

_PLACE: Final = "sms_parts.body"
_PARTS_LOCK: Final = 7003


@dataclass(frozen=True, slots=True, repr=False)
class Part:
    """One part: `message` names sender, recipient and reference; `number` counts from 1 up to `total`."""

    message: str
    number: int
    total: int
    text: str


async def keep(tx: Tx, part: Part, now: datetime) -> str | None:
    """Keep a part; the whole text once every part of it is here, else None.

    What if it runs twice: the part is kept once, and the whole text is handed out again.
    """
    message, row_id = _index(tx, part.message), tx.ids.new()
    # Two parts that come to two processes at once would not see each other, and neither would be the last.
    tx.later("one_claim_at_a_time", which=_PARTS_LOCK)
    body = tx.keys.seal(_PLACE, row_id, part.text)
    tx.later("sms_part_keep", id=row_id, message=message, part=part.number, body=body, now=micros(now))
    rows = await tx.rows("sms_parts_of", message=message, since=micros(now - WAITED_FOR))
    if {row[0] for row in rows} != set(range(1, part.total + 1)):
        return None
    return "".join(tx.keys.open(_PLACE, row[1], row[2]) for row in rows)


def forget(tx: Tx, message: str) -> None:
    """Drop the parts of a message that was joined and written down. Twice: nothing more."""
    tx.later("sms_parts_forget", message=_index(tx, message))


def _index(tx: Tx, message: str) -> bytes:
    return tx.keys.blind("sms_part", message)
