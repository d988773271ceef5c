"""Staff are linked by a code that works once; a clinic is live with a group, a registrar and a head."""

from datetime import timedelta

import pytest

from otp.randomness import SystemSecrets
from rules.staff_roles import Role
from storage import Clash, staff
from storage.database import Database
from tests.registry import NOW, add_clinic

ROLES: tuple[Role, ...] = ("registrar", "doctor", "head")


async def code(db: Database, role: Role | None, clinic_no: int = 5) -> str:
    async with db.transaction() as tx:
        return staff.new_code(tx, clinic_no, role, "kk", NOW, SystemSecrets())


async def link(db: Database, role: Role, telegram_id: int = 5_000_000_001) -> None:
    made = await code(db, role)
    async with db.transaction() as tx:
        assert await staff.redeem_person(tx, made, telegram_id, "Ахметова", NOW)


async def link_group(db: Database, chat_id: int = -1_001_234_567_890) -> None:
    made = await group_code(db)
    async with db.transaction() as tx:
        assert await staff.redeem_group(tx, made, chat_id, NOW)


async def group_code(db: Database) -> str:
    async with db.transaction() as tx:
        return staff.new_code(tx, 5, None, "ru", NOW, SystemSecrets())


async def test_a_code_works_once_and_as_people_type_it(db: Database) -> None:
    made = await code(db, "head")
    typed = f" {made[:4].lower()}-{made[4:]} "
    async with db.transaction() as tx:
        linked = await staff.redeem_person(tx, typed, 7, "Ахметова", NOW)
        assert linked is not None
        assert (linked.clinic_no, linked.role, linked.locale) == (5, "head", "kk")
        assert await staff.redeem_person(tx, made, 8, "Другой", NOW) is None
    (member,) = await staff.members_of(db.reader, 7)
    assert (member.name, member.role) == ("Ахметова", "head")
    assert await staff.members_of(db.reader, 8) == ()


async def test_an_old_code_and_one_of_the_other_kind_bind_nobody(db: Database) -> None:
    made = await code(db, "head")
    async with db.transaction() as tx:
        assert await staff.redeem_group(tx, made, -1, NOW) is None
        late = NOW + staff.CODE_LIVES + timedelta(seconds=1)
        assert await staff.redeem_person(tx, made, 7, None, late) is None


async def test_a_code_for_a_clinic_that_is_not_there_is_refused(db: Database) -> None:
    with pytest.raises(Clash):
        await code(db, "head", clinic_no=77)


async def test_a_clinic_is_live_with_a_group_a_registrar_and_a_head(db: Database) -> None:
    steps = []
    for role in (None, *ROLES):
        steps.append(await staff.is_live(db.reader, 5))
        await (link_group(db) if role is None else link(db, role))
    assert steps == [False] * 4
    assert await staff.is_live(db.reader, 5)
    assert await staff.live_clinics(db.reader) == (5,)
    assert await staff.roles(db.reader, 5) == {"registrar", "doctor", "head"}
    async with db.transaction() as tx:
        assert await staff.leave(tx, 5_000_000_001, 5, "operator", NOW)
    assert not await staff.is_live(db.reader, 5)


async def test_a_group_that_moves_keeps_its_clinic_and_a_new_one_replaces_it(db: Database) -> None:
    await link_group(db, -1)
    async with db.transaction() as tx:
        assert await staff.group_moved(tx, -1, -100_5) == 5
        assert await staff.group_moved(tx, -1, -100_5) is None
    moved = await staff.group_of(db.reader, 5)
    assert moved is not None
    assert (moved.chat_id, moved.locale) == (-100_5, "ru")
    await link_group(db, -2)
    assert await staff.group_by_chat(db.reader, -100_5) is None
    async with db.transaction() as tx:
        assert await staff.group_left(tx, -2, NOW) == 5
    assert await staff.group_of(db.reader, 5) is None


async def test_an_older_card_never_replaces_a_newer_one(db: Database) -> None:
    await add_clinic(db, 6)
    async with db.transaction() as tx:
        staff.shown_in(tx, 1, -1, 10, 2)
        staff.shown_in(tx, 1, -1, 11, 1)
    (shown,) = await staff.feed_messages(db.reader, 1)
    assert (shown.message_id, shown.version) == (10, 2)
