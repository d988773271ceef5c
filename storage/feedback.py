"""Feedback: words about a clinic's work that are no complaint, for nobody stands behind them (G-60)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, TypeAlias

from rules.law import rule
from rules.people import Language
from rules.public_services import PublicService
from storage.database import Reader, Tx
from storage.instants import instant, micros

Source: TypeAlias = Literal["nameless", "survey"]
"""Somebody who does not say who they are, or an answer to the survey."""

_WORDS: Final = "feedback.words"

MOST_READ: Final = 50


@dataclass(frozen=True, slots=True, repr=False)
class Feedback:
    """Words as they were written, and nothing of who wrote them."""

    id: int
    clinic_no: int
    source: Source
    service: PublicService | None
    words: str
    locale: Language
    at: datetime


@rule("G-60")
def keep(
    tx: Tx,
    clinic_no: int,
    words: str,
    locale: Language,
    now: datetime,
    *,
    source: Source = "nameless",
    service: PublicService | None = None,
) -> int:
    """Keep the words, sealed, bound to no person; the id of the row.

    What if it runs twice: two rows, so it stands in the transaction that ends the inbox row.
    """
    feedback_id = tx.ids.new()
    tx.later(
        "feedback_add",
        id=feedback_id,
        clinic_no=clinic_no,
        source=source,
        service=None if service is None else service.value,
        words=tx.keys.seal(_WORDS, feedback_id, words),
        locale=locale,
        now=micros(now),
    )
    return feedback_id


async def of_clinic(reader: Reader, clinic_no: int) -> tuple[Feedback, ...]:
    """What was written about that clinic, newest first, at most `MOST_READ`."""
    rows = await reader.rows("feedback_of_clinic", clinic_no=clinic_no, most=MOST_READ)
    return tuple(
        Feedback(
            id=row[0],
            clinic_no=row[1],
            source=row[2],
            service=None if row[3] is None else PublicService(row[3]),
            words=reader.keys.open(_WORDS, row[0], row[4]),
            locale=row[5],
            at=instant(row[6]),
        )
        for row in rows
    )
