"""A request for consent on its way: by day, and not given up for having been put down long before."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.channels.sms import sms_parcel
from storage.outbox import Parcel
from tests.bot.house import House, open_house

PHONE = "+77011234567"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as opened:
        yield opened


def request(house: House, hours: float, kind: str = "consent") -> Parcel:
    now = house.clock.now()
    return sms_parcel(
        PHONE,
        "Код 123456",
        kind=kind,
        challenge_id=7,
        not_before=now + timedelta(hours=hours),
        expires_at=now + timedelta(hours=hours + 24),
    )


async def test_G_47_a_request_for_consent_that_got_late_waits_for_the_morning_and_holds_up_no_code(
    house: House,
) -> None:
    code = sms_parcel(PHONE, "Код 654321", kind="code", expires_at=house.clock.now() + timedelta(hours=15))
    await house.owe(request(house, 0), code, worker=9)
    house.clock.move(hours=14)  # two in the night
    courier = house.courier()
    await courier.sweep()
    await courier.rest()
    assert [one.body for one in await house.sandbox.sms(PHONE)] == ["Код 654321"]
    house.clock.move(hours=8)
    await courier.sweep()
    await courier.rest()
    assert [one.body for one in await house.sandbox.sms(PHONE)] == ["Код 654321", "Код 123456"]


async def test_a_reminder_put_down_half_a_day_before_is_tried_again_when_the_gateway_fails_once(
    house: House,
) -> None:
    await house.owe(request(house, 6))
    house.clock.move(hours=6)
    await house.sandbox.fault("sms_error", code=30003, phone=PHONE, calls=1)
    courier = house.courier()
    await courier.sweep()
    await courier.rest()
    assert await house.statuses() == {("sms", "waiting"): 1}
    house.clock.move(seconds=301)
    await courier.sweep()
    await courier.rest()
    assert await house.statuses() == {("sms", "sent"): 1}
