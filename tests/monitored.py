"""Requests of every service for tests of the monitoring feed, and what is owed of them."""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from rules.training import Asked, Term
from storage import requests, training
from storage.addresses import Address
from storage.database import Database
from storage.people import iin_index
from storage.requests import NewRequest, RegisteredRequest
from storage.statements import Statement
from storage.training import NewTraining, Training
from tests.registry import made_up_iin

CHAT = Address("telegram", "1001")

_MARKS = """
SELECT 'request', request_id, seq, status FROM request_marks
UNION ALL SELECT 'centre', request_id, no, status FROM centre_marks
UNION ALL SELECT 'training', request_id, no, stage FROM training_marks
"""
_EVENTS = "SELECT source, subject_id, mark, status, state FROM monitoring_events ORDER BY seq"


@dataclass(frozen=True, slots=True)
class Step:
    """A change of a request's status, or the event that tells of it."""

    source: str
    subject_id: int
    mark: int
    status: str

    @property
    def id(self) -> str:
        return f"{self.source}.{self.subject_id}.{self.mark}"


async def transitions(db: Database) -> list[Step]:
    """Every change of a status, read from the marks of all three books, by request and in order."""
    marks = sorted(tuple(row) for row in await _rows(db, _MARKS))
    found: list[Step] = []
    for _, of_one in groupby(marks, key=lambda mark: mark[:2]):
        before = None
        for source, subject_id, number, status in of_one:
            if status != before:
                found.append(Step(source, subject_id, number, status))
            before = status
    return found


async def events(db: Database, state: str | None = None) -> list[Step]:
    """Every event, or those of one state, in the order in which they were written."""
    return [Step(*row[:4]) for row in await _rows(db, _EVENTS) if state in (None, row[4])]


async def _rows(db: Database, sql: str) -> list[tuple[Any, ...]]:
    [rows] = await db.read([(Statement("test", sql, ()), {})])
    return [tuple(row) for row in rows]


def by_step(step: Step) -> tuple[str, int, int]:
    """The order of a request's steps."""
    return step.source, step.subject_id, step.mark


def wanted(service: str = "home_call", clinic_no: int = 5, patient_id: int | None = None) -> NewRequest:
    """A request of a clinic's service."""
    return NewRequest(
        clinic_no=clinic_no, service=service, address=CHAT, locale="kk", for_whom="self", status="registered",
        details={"reason": "fever", "street": "Абай, 1"}, patient_id=patient_id, caller_id=patient_id,
    )  # fmt: skip


async def registered(
    db: Database, now: datetime, service: str = "home_call", clinic_no: int = 5
) -> RegisteredRequest:
    """Such a request, registered."""
    async with db.transaction() as tx:
        return await requests.register(tx, wanted(service, clinic_no), now)


async def moved(db: Database, request_id: int, to: str, now: datetime) -> None:
    """The request's next step."""
    request = await requests.by_id(db.reader, request_id)
    assert request is not None
    ground = requests.Changes(ground="false_data") if to == "refused" else requests.NO_CHANGES
    async with db.transaction() as tx:
        assert await requests.move(tx, request_id, request.version, to, "staff:1", now, ground)


async def asked_of_college(db: Database, now: datetime, asked: Asked = Asked.MAIN) -> Training:
    """A request at the college, whose clinic 90 must be there."""
    graduate_id, iin = db.ids.new(), made_up_iin()
    async with db.transaction() as tx:
        tx.later(
            "load_graduate", id=graduate_id, iin_index=iin_index(tx.keys, iin),
            iin=tx.keys.seal("graduates.iin", graduate_id, iin.digits),
            full_name=tx.keys.seal("graduates.full_name", graduate_id, "Сейітова Айгүл"), original_no=None,
            programme="vocational", title="Мейіргер ісі", decided_on="2026-06-20",
        )  # fmt: skip
        term = Term(date(2026, 6, 20), date(2026, 7, 13))
        new = NewTraining(asked, graduate_id, None, "desk", None, "ru", term, story="Өртте жанды")
        return await training.register(tx, new, now, "staff:9")
