"""Staff join by a one-time link and by the six digits that are sent to their own phone."""

import asyncio
from datetime import datetime, timedelta

import pytest

from otp.randomness import SystemSecrets
from rules.phone import Phone
from rules.staff_roles import Role
from storage import Clash, invitations, retention, staff
from storage.database import Database
from storage.invitations import CodeMade, DidNotMatch, Joined, New, NoLink, Opened, TooSoon, Typed
from storage.verify import verify
from tests.registry import NOW, add_clinic

AIGUL, SOMEBODY = 5_000_000_001, 5_000_000_002
PHONE = Phone("+77011234567")
MINUTE = timedelta(minutes=1)


async def invite(db: Database, clinic_no: int = 5, role: Role = "registrar") -> str:
    new = New(clinic_no, role, "kk", PHONE, "Ахметова Айгүл", "operator")
    async with db.transaction() as tx:
        return invitations.invite(tx, new, NOW, SystemSecrets())


async def opened(db: Database, link: str, who: int = AIGUL, now: datetime = NOW) -> Opened:
    async with db.transaction() as tx:
        return await invitations.open_link(tx, link, who, now, SystemSecrets())


async def digits(db: Database, link: str, who: int = AIGUL, now: datetime = NOW) -> str:
    made = await opened(db, link, who, now)
    assert isinstance(made, CodeMade)
    return made.code


async def typed(db: Database, code: str, who: int = AIGUL, now: datetime = NOW) -> Typed:
    async with db.transaction() as tx:
        return await invitations.compare(tx, who, code, now)


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


async def test_whoever_opens_the_link_and_types_the_code_of_the_phone_works_there(db: Database) -> None:
    code = await digits(db, await invite(db))
    assert await staff.members_of(db.reader, AIGUL) == ()
    assert isinstance(await typed(db, code), Joined)
    (member,) = await staff.members_of(db.reader, AIGUL)
    assert (member.clinic_no, member.role, member.name) == (5, "registrar", "Ахметова Айгүл")
    assert member.phone == "+77011234567"
    assert (await verify(db)).sound


async def test_the_link_is_of_whoever_opened_it_first(db: Database) -> None:
    link = await invite(db)
    code = await digits(db, link)
    assert isinstance(await opened(db, link, SOMEBODY, NOW + 5 * MINUTE), NoLink)
    assert isinstance(await typed(db, code, SOMEBODY), DidNotMatch)
    assert isinstance(await typed(db, code), Joined)


async def test_a_link_that_was_used_withdrawn_or_is_too_old_opens_nothing(db: Database) -> None:
    used, old, withdrawn = await invite(db), await invite(db), await invite(db)
    await typed(db, await digits(db, used))
    late = NOW + invitations.LIVES
    (_, second) = await invitations.of_clinic(db.reader, 5, NOW)
    async with db.transaction() as tx:
        assert not await invitations.withdraw(tx, second.id, 6, NOW)
        assert await invitations.withdraw(tx, second.id, 5, NOW)
        assert not await invitations.withdraw(tx, second.id, 5, NOW)
    for link, now in ((used, NOW), (withdrawn, NOW), (old, late), ("ABCDEFGHJ", NOW)):
        assert isinstance(await opened(db, link, AIGUL, now), NoLink)
    assert await invitations.of_clinic(db.reader, 5, late) == ()


async def test_S05_a_code_is_compared_five_times_at_most(db: Database) -> None:
    code = await digits(db, await invite(db))
    lefts = [await typed(db, other_than(code)) for _ in range(5)]
    assert lefts == [DidNotMatch(4), DidNotMatch(3), DidNotMatch(2), DidNotMatch(1), DidNotMatch(0)]
    assert await typed(db, code) == DidNotMatch(0)
    assert await staff.members_of(db.reader, AIGUL) == ()


async def test_S04_a_code_typed_many_times_at_once_lets_in_once(db: Database) -> None:
    code = await digits(db, await invite(db))
    results = await asyncio.gather(*(typed(db, code) for _ in range(12)))
    assert sum(isinstance(one, Joined) for one in results) == 1


async def test_S05_many_wrong_codes_at_once_are_counted_each(db: Database) -> None:
    code = await digits(db, await invite(db))
    await asyncio.gather(*(typed(db, other_than(code)) for _ in range(20)))
    assert await typed(db, code) == DidNotMatch(0)


async def test_S07_a_code_is_dead_after_five_minutes(db: Database) -> None:
    link = await invite(db)
    code = await digits(db, link)
    assert await typed(db, code, now=NOW + 5 * MINUTE) == DidNotMatch(0)
    newer = await digits(db, link, now=NOW + 5 * MINUTE)
    assert isinstance(await typed(db, newer, now=NOW + 6 * MINUTE), Joined)


async def test_S23_the_next_code_comes_after_a_minute_and_ends_the_one_before(db: Database) -> None:
    link = await invite(db)
    first = await digits(db, link)
    soon = await opened(db, link, now=NOW + MINUTE / 2)
    assert isinstance(soon, TooSoon)
    assert soon.again_at == NOW + MINUTE
    second = await digits(db, link, now=NOW + MINUTE)
    if first != second:
        assert isinstance(await typed(db, first, now=NOW + MINUTE), DidNotMatch)
    assert isinstance(await typed(db, second, now=NOW + MINUTE), Joined)


async def test_one_link_sends_three_codes_at_most(db: Database) -> None:
    link = await invite(db)
    for minutes in (0, 1, 3):
        await digits(db, link, now=NOW + minutes * MINUTE)
    assert isinstance(await opened(db, link, now=NOW + 60 * MINUTE), NoLink)


async def test_somebody_may_work_in_two_roles_and_at_two_clinics(db: Database) -> None:
    await add_clinic(db, 6)
    links = (await invite(db), await invite(db, role="officer"), await invite(db, 6, "doctor"))
    for link in links:
        await typed(db, await digits(db, link))
    found = {(one.clinic_no, one.role) for one in await staff.members_of(db.reader, AIGUL)}
    assert found == {(5, "registrar"), (5, "officer"), (6, "doctor")}


async def test_nobody_is_invited_to_a_clinic_that_there_is_not(db: Database) -> None:
    with pytest.raises(Clash):
        await invite(db, 99)


async def test_G_70_what_was_asked_of_a_person_is_not_kept(db: Database) -> None:
    await invite(db)
    await typed(db, await digits(db, await invite(db)))
    async with db.transaction() as tx:
        await staff.leave(tx, AIGUL, 5, "operator", NOW)
    pruned = await retention.prune(db, NOW + timedelta(days=4, seconds=1))
    assert (pruned.rows["invitations"], pruned.rows["staff_left"]) == (2, 0)
    pruned = await retention.prune(db, NOW + retention.MESSAGES + timedelta(days=1))
    assert pruned.rows["staff_left"] == 1
