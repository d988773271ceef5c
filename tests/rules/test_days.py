"""A birth date as people type it, and days and instants as the registry keeps them."""

from datetime import UTC, date, datetime

import pytest

from rules.days import BadDay, DayFault, country_day, day, instant, read_birth_date

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    "text",
    [
        "05.03.2024",
        "5.3.2024",
        "05/03/2024",
        "5 3 2024",
        "05-03-2024",
        "2024-03-05",
        "05032024",
        " 05.03.2024. ",
    ],
)
def test_a_birth_date_is_read_day_first_however_it_is_written(text: str) -> None:
    assert read_birth_date(text, TODAY) == date(2024, 3, 5)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("31.02.2024", DayFault.NO_SUCH_DAY),
        ("05.03.24", DayFault.NOT_A_DAY),
        ("вчера", DayFault.NOT_A_DAY),
        ("", DayFault.NOT_A_DAY),
        ("٠٥.٠٣.٢٠٢٤", DayFault.NOT_A_DAY),
        ("21.11.2026", DayFault.FUTURE),
        ("05.03.1848", DayFault.TOO_LONG_AGO),
    ],
)
def test_what_is_no_birth_date_is_refused_with_its_reason(text: str, fault: DayFault) -> None:
    with pytest.raises(BadDay) as refused:
        read_birth_date(text, TODAY)
    assert refused.value.code is fault
    assert text not in str(refused.value) or not text


def test_midnight_in_kazakhstan_begins_the_day() -> None:
    assert country_day(datetime(2026, 11, 20, 18, 59, 59, tzinfo=UTC)) == TODAY
    assert country_day(datetime(2026, 11, 20, 19, 0, tzinfo=UTC)) == date(2026, 11, 21)


def test_instants_and_days_come_back_as_the_registry_keeps_them() -> None:
    assert instant(1_790_000_000_000_001) == datetime(2026, 9, 21, 14, 13, 20, 1, tzinfo=UTC)
    assert day("2026-11-20") == TODAY
