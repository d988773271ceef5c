"""A hundred thousand bodies and headers at the webhooks: no 5xx, no effect without a signature (S10, S43)."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bot.hostile import (
    REFUSALS,
    SMS,
    STATUS,
    everywhere,
    fire_all,
    gathered,
    nearly_signed,
    signed,
    signed_forms,
    standing,
    strangers_shots,
)
from tests.bot.house import open_house
from tests.bot.web_side import Served, serving, sms

pytestmark = [pytest.mark.drill, pytest.mark.timeout(1800)]

OF_STRANGERS = 80_000
TOUCHED = 19_000
SIGNED = 1_000
ROUND = 2_000
WEBHOOKS = 3


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    async with open_house(tmp_path) as house, serving(house) as opened:
        yield opened


async def test_S10_and_S43_eighty_thousand_requests_of_strangers_have_no_effect(
    served: Served, tmp_path: Path
) -> None:
    before, seen = standing(tmp_path), Counter[int | None]()
    for _ in range(OF_STRANGERS // (ROUND * WEBHOOKS) + 1):
        answers = await fire_all(served.port, everywhere(gathered(strangers_shots(), ROUND)))
        for shot, status in answers:
            assert status is None or status in REFUSALS, (status, shot)
        seen.update(status for _, status in answers)
    assert seen.total() >= OF_STRANGERS, seen
    assert standing(tmp_path) == before


async def test_S10_nineteen_thousand_touched_requests_have_no_effect(served: Served, tmp_path: Path) -> None:
    before, seen = standing(tmp_path), Counter[int | None]()
    at = 0
    while seen.total() < TOUCHED:
        path = SMS if at % 2 else STATUS
        shots = nearly_signed(signed(served, path, sms(f"SM{at}", f"Иә {at:06d}")), at)
        seen.update(status for _, status in await fire_all(served.port, shots))
        at += 1
    assert set(seen) == {403}
    assert standing(tmp_path) == before


async def test_S11_and_S43_a_thousand_signed_messages_are_each_kept_once(served: Served) -> None:
    forms = gathered(signed_forms, SIGNED)
    answers = await fire_all(served.port, [signed(served, SMS, form) for form in forms] * 2)
    assert {status for _, status in answers} <= {200, 403}
    kept = Counter(row.external_id for row in served.house.desk.rows)
    assert set(kept.values()) == {1}
    assert set(kept) == {form["MessageSid"] for form in forms if form["MessageSid"] and form["From"]}
