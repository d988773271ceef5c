"""A time held while it is signed, on the whole service: stale, lost, and what is said of each."""

from pathlib import Path

import pytest

from storage import slots
from tests.town import Person, RunningTown
from tests.visit_walks import book, pick_nearest, question, to_the_time

AIGUL, OTHER = "880412294549", "580203293006"
TEN_MINUTES = 600


async def signing(town: RunningTown) -> tuple[Person, str]:
    """Somebody with the summary before them; and the label of the time that they chose."""
    citizen = await town.citizen(AIGUL)
    await to_the_time(citizen)
    label = (await question(citizen)).labels[0]
    await pick_nearest(citizen)
    return citizen, label


async def booked_times(town: RunningTown) -> list[int | None]:
    """Who has the times of the clinic's first booked day: a request each."""
    rows = await town.app.db.reader.rows("requests_open_of_clinic", clinic_no=5)
    found = [await slots.of_request(town.app.db.reader, int(row[0])) for row in rows]
    return [None if slot is None else slot.id for slot in found]


async def test_G_53_a_held_time_is_shown_to_nobody_else(town: RunningTown) -> None:
    _, label = await signing(town)
    other = await town.citizen(OTHER, "other")
    shown = await to_the_time(other)
    assert label not in shown.labels
    await pick_nearest(other)
    await other.tap("button.send")
    assert len(set(await booked_times(town))) == 1


async def test_G_53_a_hold_that_ran_out_still_books_if_nobody_came_between(town: RunningTown) -> None:
    citizen, _ = await signing(town)
    await town.advance(TEN_MINUTES + 1)
    await citizen.tap("button.send")
    times = await booked_times(town)
    assert len(times) == 1
    assert times[0] is not None


async def test_AP_01_a_hold_that_ran_out_and_was_taken_books_nothing_and_asks_for_the_time_alone(
    town: RunningTown,
) -> None:
    citizen, lost = await signing(town)
    await town.advance(TEN_MINUTES + 1)
    other = await town.citizen(OTHER, "other")
    await book(other)
    asked = await citizen.tap("button.send")
    assert citizen.words("time.taken") in asked.text
    assert lost not in asked.labels
    assert len(await booked_times(town)) == 1
    await pick_nearest(citizen)
    sent = await citizen.tap("button.send")
    assert "№ 05-000002" in (await question(citizen)).text, sent.text
    assert len(set(await booked_times(town))) == 2


async def test_G_53_a_time_that_is_held_by_another_when_it_is_pressed_is_not_got(town: RunningTown) -> None:
    citizen, other = await town.citizen(AIGUL), await town.citizen(OTHER, "other")
    await to_the_time(citizen)
    await to_the_time(other)
    label = (await question(citizen)).labels[0]
    assert label in (await question(other)).labels
    await pick_nearest(other)
    asked = await citizen.press(label)
    assert label not in asked.labels
    assert citizen.words("time.taken") in asked.text


@pytest.mark.parametrize("pause", [0, TEN_MINUTES + 1])
async def test_G_53_a_restart_keeps_who_holds_what(town: RunningTown, pause: int) -> None:
    citizen, _ = await signing(town)
    await town.stop_bot()
    await town.sandbox.advance(pause)
    await town.start_bot()
    await citizen.tap("button.send")
    assert len(await booked_times(town)) == 1
    assert isinstance(town.registry, Path)
