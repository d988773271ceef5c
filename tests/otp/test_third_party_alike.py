"""Whoever asks about another person learns nothing from asking: known or not, it costs and looks the same."""

from collections import Counter as Tally
from dataclasses import dataclass
from datetime import timedelta

import pytest

from otp import third_party_answers
from rules.iin import Iin
from storage import due
from storage.database import Database
from storage.verify import count
from tests.otp.third_parties import ASKERS_PHONE, OWN_CHAT, Desk
from tests.registry import HandClock, add_person, made_up_iin

MANY = 10_000
KINDS = ("unknown", "landline", "in_the_chat", "blocked", "reached_thrice", "askers_own_phone", "child")


@dataclass(frozen=True)
class Seen:
    """What whoever asks, or counts, could notice."""

    statements: int
    parcels: tuple[tuple[str, object, object], ...]
    rows: Tally[str]


async def subject_of(desk: Desk, kind: str) -> Iin:
    phone = {"landline": "+77272333960", "askers_own_phone": ASKERS_PHONE}.get(kind, "+77013330000")
    if kind == "unknown":
        return made_up_iin()
    person, iin = await add_person(desk.db, phone=phone)
    if kind == "in_the_chat":
        await desk.confirm_chat(person, OWN_CHAT)
    if kind == "blocked":
        _, request = await desk.code(iin)
        async with desk.db.transaction() as tx:
            said = third_party_answers.Said("-")
            now = desk.clock.now()
            await third_party_answers.block(tx, request.id, str(person), "telegram", said, now)
    if kind == "reached_thrice":
        for at in range(3):
            other = Desk(desk.db, desk.clock, *await add_person(desk.db), asked=100 + at)
            await other.ask(other.wanted(iin))
    return iin


async def observed(desk: Desk, subject: Iin) -> Seen:
    before, rows = desk.db.statements, await counted(desk.db)
    parcels = await desk.ask(desk.wanted(subject))
    statements = desk.db.statements - before
    grown = await counted(desk.db)
    grown.subtract(rows)
    seen = tuple((one.kind, one.not_before, one.expires_at) for one in parcels)
    return Seen(statements, seen, +grown)


async def counted(db: Database) -> Tally[str]:
    seen = await count(db.reader)
    first = -(1 << 62)
    requests = await db.reader.rows("sealed_consent_requests_asker_name", after=first, most=MANY)
    proven = await db.reader.rows("sealed_proofs_salt", after="", most=MANY)
    ripe = await due.ripe(db.reader, db.clock.now() + timedelta(days=9), MANY)
    return Tally(
        consents=seen.consents,
        audit=seen.audit,
        outbox=seen.outbox,
        requests=len(requests),
        proofs=len(proven),
        due=len(ripe),
    )


@pytest.mark.parametrize("kind", KINDS)
async def test_S19_and_IC_15_asking_costs_and_leaves_the_same_for_every_iin(
    kind: str, db: Database, clock: HandClock
) -> None:
    desk = Desk(db, clock, *await add_person(db, phone=ASKERS_PHONE))
    _, known = await add_person(db, phone="+77012220000")
    there = await observed(desk, known)
    subject = await subject_of(desk, kind)
    asker = Desk(db, clock, desk.asker_id, desk.asker_iin, desk.secrets, desk.asked)
    here = await observed(asker, subject)
    assert here == there


async def test_S19_twenty_known_and_twenty_unknown_leave_alike(db: Database, clock: HandClock) -> None:
    seen = []
    for at in range(40):
        desk = Desk(db, clock, *await add_person(db, phone=f"+77000000{at:03d}"), asked=at * 10)
        subject = (await add_person(db, phone=f"+77780000{at:03d}"))[1] if at % 2 else made_up_iin()
        seen.append(await observed(desk, subject))
    assert len({repr(one) for one in seen}) == 1


async def test_S19_a_parcel_to_nowhere_is_as_long_as_one_to_a_phone(db: Database, clock: HandClock) -> None:
    desk = Desk(db, clock, *await add_person(db, phone=ASKERS_PHONE))
    _, known = await add_person(db)
    lengths = []
    for subject in (known, made_up_iin()):
        parcels = await desk.ask(desk.wanted(subject))
        assert {one.address.channel for one in parcels[:2]} <= {"sms", "nowhere"}
        lengths.append([len(str(one.body)) for one in parcels])
        assert len(parcels[0].address.key) == len("+77011234567")
    # The number of a request says how many there were, in as many digits.
    assert lengths[0][:2] == lengths[1][:2]
    assert abs(lengths[0][2] - lengths[1][2]) < 10


async def test_S19_typing_a_code_that_is_nobodys_costs_the_same(db: Database, clock: HandClock) -> None:
    desk = Desk(db, clock, *await add_person(db, phone=ASKERS_PHONE))
    _, known = await add_person(db)
    costs = []
    for subject in (known, made_up_iin()):
        await desk.ask(desk.wanted(subject))
        before = db.statements
        assert await desk.reply("000000", "+77770001122") is None
        costs.append(db.statements - before)
    assert costs[0] == costs[1]
