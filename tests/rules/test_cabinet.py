"""How often a request is looked at anew."""

from datetime import UTC, datetime, timedelta

import pytest

from rules.cabinet import may_refresh

PRESSED = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize(("seconds", "allowed"), [(0, False), (9, False), (10, True), (600, True)])
def test_G_67_a_status_is_refreshed_once_in_ten_seconds(seconds: int, allowed: bool) -> None:
    assert may_refresh(PRESSED, PRESSED + timedelta(seconds=seconds)) is allowed


def test_G_67_the_first_refresh_waits_for_nothing() -> None:
    assert may_refresh(None, PRESSED)
