"""What a clinic's office adds to a complaint: passed on, the bodies' numbers, the decision, its delivery."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from rules.complaint_terms import Decision, Delivery, Registration
from rules.complaints import Body, MatterKind
from storage import training
from storage.complaints import Complaint
from storage.database import Reader, Row, Tx
from storage.instants import day, instant, micros
from storage.keys import KeyRing

_WORDS: Final = "complaint_office.words"
_OFFICIAL: Final = "complaint_office.official"
_DELIVERY: Final = "complaint_office.delivery"
_STAFF: Final = "staff:"

_ACTORS: Final = {
    MatterKind.REQUEST: "complaint_actors_of_request",
    MatterKind.CENTRE: "complaint_actors_of_centre",
    MatterKind.TRAINING: "complaint_actors_of_training",
}

MOST_LISTED: Final = 200
ARCHIVED_FOR: Final = timedelta(days=30)
"""How long a complaint that is over stays in the office's list."""


@dataclass(frozen=True, slots=True)
class Office:
    """Where a complaint stands at its office. Days are the clinic's.

    ``level`` is how far it was escalated; ``decision`` and ``delivery`` are None until there is one, and once
    they were kept long enough.
    """

    complaint_id: int
    level: int
    forward_due: date
    forwarded_at: datetime | None
    forwarded_on: date | None
    answer_due: date | None
    overdue_at: datetime | None
    asked_after: int
    decided_on: date | None
    decision: Decision | None
    delivered_on: date | None
    delivery: Delivery | None
    bodies: tuple[tuple[Body, Registration], ...]

    def body(self, which: Body) -> Registration | None:
        """That body's own number and date."""
        return dict(self.bodies).get(which)


def begin(tx: Tx, complaint_id: int, forward_due: date) -> None:
    """Open the office's side of a complaint. Twice: the first stays."""
    tx.later("complaint_office_add", complaint_id=complaint_id, forward_due=forward_due.isoformat())


async def of(reader: Reader, complaint_id: int) -> Office | None:
    """The office's side of a complaint, None where its office has none."""
    row = await reader.row("complaint_office", complaint_id=complaint_id)
    return (
        None if row is None else _office(reader.keys, complaint_id, row, await _bodies(reader, complaint_id))
    )


async def of_person(reader: Reader, person_id: str) -> dict[int, Office]:
    """The office's side of every complaint of that person, by the ids of the complaints."""
    said = await reader.rows("complaint_bodies_of_person", person_id=int(person_id))
    bodies = {
        complaint_id: tuple(_body(row[1:]) for row in same)
        for complaint_id, same in groupby(said, key=itemgetter(0))
    }
    rows = await reader.rows("complaint_offices_of_person", person_id=int(person_id))
    return {row[0]: _office(reader.keys, row[0], row[1:], bodies.get(row[0], ())) for row in rows}


def _office(
    keys: KeyRing, complaint_id: int, row: Row, bodies: tuple[tuple[Body, Registration], ...]
) -> Office:
    level, due, at, on, answer_due, overdue, asked, words, official, decided, delivered, delivery = row
    decision, left = None, None
    if words is not None and official is not None and decided is not None:
        reasons = keys.open(_WORDS, complaint_id, words)
        decision = Decision(reasons, day(decided), keys.open(_OFFICIAL, complaint_id, official))
    if delivery is not None and delivered is not None:
        left = Delivery(day(delivered), keys.open(_DELIVERY, complaint_id, delivery))
    return Office(
        complaint_id=complaint_id,
        level=level,
        forward_due=day(due),
        forwarded_at=instant(at),
        forwarded_on=_day(on),
        answer_due=_day(answer_due),
        overdue_at=instant(overdue),
        asked_after=asked,
        decided_on=_day(decided),
        decision=decision,
        delivered_on=_day(delivered),
        delivery=left,
        bodies=bodies,
    )


async def of_clinic(reader: Reader, clinic_no: int, now: datetime) -> tuple[int, ...]:
    """The complaints at that clinic's office that it has still to do with, and those just over, by id."""
    since = micros(now - ARCHIVED_FOR)
    rows = await reader.rows(
        "complaint_offices_of_clinic", clinic_no=clinic_no, since=since, most=MOST_LISTED
    )
    return tuple(row[0] for row in rows)


async def forward(tx: Tx, complaint_id: int, now: datetime, on: date) -> bool:
    """It was passed on, which ends an escalation. Twice: False, and the first instant stays."""
    asked = {"complaint_id": complaint_id, "now": micros(now), "day": on.isoformat()}
    return bool(await tx.rows("complaint_forward", **asked))


def register(tx: Tx, complaint_id: int, body: Body, said: Registration, actor: str, now: datetime) -> None:
    """Keep a body's number and date. Twice: what was said last counts, for numbers are mistyped."""
    tx.later(
        "complaint_body_set",
        complaint_id=complaint_id,
        body=body.value,
        number=said.number,
        registered_on=said.day.isoformat(),
        now=micros(now),
        actor=actor,
    )


def is_due(tx: Tx, complaint_id: int, on: date) -> None:
    """Until when the body answers. Twice: the later call counts."""
    tx.later("complaint_answer_due", complaint_id=complaint_id, day=on.isoformat())


async def asked_after(tx: Tx, complaint_id: int) -> int:
    """Count that the body's number was asked after; how often by now."""
    rows = await tx.rows("complaint_asked_after", complaint_id=complaint_id)
    return int(rows[0][0]) if rows else 0


async def overdue(tx: Tx, complaint_id: int, now: datetime) -> bool:
    """The term of the examination was broken. Twice: False."""
    return bool(await tx.rows("complaint_overdue", complaint_id=complaint_id, now=micros(now)))


def not_overdue(tx: Tx, complaint_id: int) -> None:
    """A number put right has moved the term into the future again: it can be broken anew. Twice: the same."""
    tx.later("complaint_not_overdue", complaint_id=complaint_id)


def escalate(tx: Tx, complaint_id: int, level: int) -> None:
    """Open it to the next in line too; a level never falls by this. Twice: the same."""
    tx.later("complaint_level", complaint_id=complaint_id, level=level)


async def decide(tx: Tx, complaint_id: int, decision: Decision) -> bool:
    """Keep the answer, or why it is not examined, sealed. Twice: False, and the first stays."""
    return bool(
        await tx.rows(
            "complaint_decide",
            complaint_id=complaint_id,
            words=tx.keys.seal(_WORDS, complaint_id, decision.words),
            official=tx.keys.seal(_OFFICIAL, complaint_id, decision.official),
            day=decision.day.isoformat(),
        )
    )


async def deliver(tx: Tx, complaint_id: int, delivery: Delivery) -> bool:
    """Keep how the answer left. False where there is none, or it left before; so also the second time."""
    sealed = tx.keys.seal(_DELIVERY, complaint_id, delivery.note)
    asked = {"complaint_id": complaint_id, "day": delivery.day.isoformat(), "delivery": sealed}
    return bool(await tx.rows("complaint_deliver", **asked))


def empty_erased(tx: Tx, complaint_id: int) -> None:
    """Of a person erased while it was examined, the answer and its address go once it has left.

    Twice: the same.
    """
    tx.later("complaint_office_empty_erased", id=complaint_id)
    tx.later("complaint_empty_erased", id=complaint_id)


# Whom a complaint is about (G-61).


def is_about(tx: Tx, complaint_id: int, telegram_id: int) -> None:
    """One of the staff says that it is about them. Twice: the same."""
    tx.later("complaint_name", complaint_id=complaint_id, telegram_id=telegram_id)


async def named(reader: Reader, complaint_id: int) -> frozenset[int]:
    """Who said so, by Telegram id."""
    rows = await reader.rows("complaint_named", complaint_id=complaint_id)
    return frozenset(row[0] for row in rows)


async def actors(reader: Reader, complaint: Complaint) -> frozenset[int]:
    """The Telegram ids of the staff who did anything about the request that is complained of."""
    if complaint.matter is None:
        return frozenset()
    statement = _ACTORS[complaint.matter.kind]
    rows = await reader.rows(statement, matter_id=complaint.matter.id)
    who = {str(row[0]) for row in rows}
    if complaint.matter.kind is MatterKind.TRAINING:
        who |= _entered(await training.office_of(reader, complaint.matter.id))
    found = (one.removeprefix(_STAFF) for one in who)
    return frozenset(int(one) for one in found if one.isdecimal())


def _entered(written: Mapping[str, Any]) -> set[str]:
    """Who entered anything beside a request to the college, and who is to carry it out, idle or not."""
    facts = [one for one in written.values() if isinstance(one, Mapping)]
    return {str(one[name]) for one in facts for name in ("who", "id") if name in one}


async def doctors(reader: Reader, complaint: Complaint) -> frozenset[str]:
    """The numbers of the doctors whom the request was given to."""
    if complaint.matter is None or complaint.matter.kind is not MatterKind.REQUEST:
        return frozenset()
    rows = await reader.rows("complaint_doctors", matter_id=complaint.matter.id)
    return frozenset(row[0] for row in rows)


async def _bodies(reader: Reader, complaint_id: int) -> tuple[tuple[Body, Registration], ...]:
    rows = await reader.rows("complaint_bodies", complaint_id=complaint_id)
    return tuple(_body(row) for row in rows)


def _body(row: Row) -> tuple[Body, Registration]:
    return Body(row[0]), Registration(row[1], day(row[2]))


def _day(text: str | None) -> date | None:
    return None if text is None else day(text)
