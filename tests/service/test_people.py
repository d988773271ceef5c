"""Somebody starts and stops working at a clinic, on the whole service: Telegram, SMS and the group."""

import re

from storage import staff
from tests.town import CODE, RunningTown

CLINIC = 4
NEWCOMER_PHONE = "+77015550011"


async def invited(town: RunningTown) -> str:
    """The head invites somebody; the link."""
    head = town.of_staff(CLINIC, "head")
    await head.say("/staff")
    await head.tap("people.button_invite", "staff.role.doctor")
    shown = await head.say(f"{NEWCOMER_PHONE} Жақсыбекова Дана")
    found = re.search(r"https://t\.me/(\w+)\?start=(link_\w+)", shown.text)
    assert found, shown.text
    return found[2]


async def test_G_71_a_doctor_is_let_in_by_a_link_and_a_code_and_put_out_at_once(town: RunningTown) -> None:
    assert await town.app.name.learn()
    link, newcomer = await invited(town), await town.stranger("ru", "newcomer")
    newcomer.phone = NEWCOMER_PHONE
    shown = await newcomer.say(f"/start {link}")
    assert "11" in shown.text
    (sms,) = await newcomer.texts()
    code = CODE.findall(sms)[0]
    assert (await newcomer.say(f"{(int(code) + 1) % 10**6:06d}")).text
    await newcomer.say(code)
    (member,) = await staff.members_of(town.app.db.reader, newcomer.id)
    assert (member.clinic_no, member.role, member.phone) == (CLINIC, "doctor", NEWCOMER_PHONE)
    head = town.of_staff(CLINIC, "head")
    await head.say("/staff")
    await head.press("Жақсыбекова Дана")
    await head.tap("people.button_end", "people.button_sure")
    assert await staff.members_of(town.app.db.reader, newcomer.id) == ()
    left = (await newcomer.read()).text
    assert "№" not in left or "4" in left


async def test_S19_a_code_of_staff_is_nowhere_in_the_registry(town: RunningTown) -> None:
    link, newcomer = await invited(town), await town.stranger("kk", "newcomer")
    newcomer.phone = NEWCOMER_PHONE
    await newcomer.say(f"/start {link}")
    code = await newcomer.code()
    dump = town.registry.read_bytes() + (town.registry.parent / "registry.sqlite-wal").read_bytes()
    for secret in (code, link.removeprefix("link_"), NEWCOMER_PHONE[2:], "Жақсыбекова"):
        assert secret.encode() not in dump
