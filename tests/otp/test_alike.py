"""Before the code is confirmed, a known and an unknown IIN cost and look the same (S19)."""

from dataclasses import dataclass, replace

import pytest

from otp.codes import Issued
from rules.iin import Iin
from storage.addresses import Address
from storage.database import Database
from tests.otp.asking import Counter, wrong
from tests.registry import HandClock, add_person, made_up_iin

KINDS = ("known", "unknown", "landline", "capped", "locked")


@dataclass(frozen=True)
class Seen:
    """What a stranger at the counter could notice."""

    answers: tuple[str, ...]
    statements: tuple[int, ...]
    waits: tuple[float, ...]
    parcel_bytes: tuple[int, ...]


async def prepared(db: Database, clock: HandClock, kind: str) -> Iin:
    if kind == "unknown":
        return made_up_iin()
    _, iin = await add_person(db, phone="+77272333960" if kind == "landline" else "+77011234567")
    other = Counter(db, clock, iin, Address("telegram", "555"), conversation_id=555)
    if kind == "capped":
        for at in range(3):
            await replace(other, address=Address("telegram", f"55{at}"), conversation_id=at).ask()
    if kind == "locked":
        for at in range(2):
            there = replace(other, address=Address("telegram", f"55{at}"), conversation_id=50 + at)
            code = await there.code()
            for _ in range(5):
                await there.type(wrong(code))
    return iin


async def observed(db: Database, clock: HandClock, kind: str) -> Seen:
    counter = Counter(db, clock, await prepared(db, clock, kind))
    answers, counted, waits, sizes = list[str](), list[int](), list[float](), list[int]()
    for step in ("ask", "type", "ask", "later", "ask", "type"):
        before = db.statements
        if step == "later":
            clock.forward(61)
        elif step == "type":
            answers.append(repr(await counter.type("000001")))
        else:
            issued, owed = await counter.ask()
            answers.append(type(issued).__name__)
            sizes.extend(len(str(one.body)) for one in owed)
            if isinstance(issued, Issued):
                waits.append((issued.resend_at - clock.now()).total_seconds())
        counted.append(db.statements - before)
    return Seen(tuple(answers), tuple(counted), tuple(waits), tuple(sizes))


@pytest.mark.parametrize("kind", KINDS[1:])
async def test_S19_an_iin_that_gets_no_sms_looks_like_one_that_does(
    kind: str, db: Database, clock: HandClock
) -> None:
    known = await observed(db, clock, "known")
    clock.forward(100_000)
    other = await observed(db, clock, kind)
    assert (other.answers, other.statements, other.waits) == (known.answers, known.statements, known.waits)
    assert len(set(known.parcel_bytes)) == 1


async def test_S19_rows_in_the_database_are_as_many_for_an_unknown_iin(
    db: Database, clock: HandClock
) -> None:
    counts = []
    for kind in ("known", "unknown"):
        before = await rows(db)
        await observed(db, clock, kind)
        counts.append([now - then for now, then in zip(await rows(db), before, strict=True)])
        clock.forward(100_000)
    assert counts[0][1:] == counts[1][1:], "people apart, every table grew alike"


async def rows(db: Database) -> list[int]:
    return list((await db.reader.rows("verify_counts"))[0])
