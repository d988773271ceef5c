"""Codes, lost SIMs, and saying that it was not me."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from tests.golden import Golden
from tests.town import HIDDEN, RunningTown, transcript
from tests.transcripts.cast import Cast, in_both_languages
from tests.walks import call, fill_in, to_the_code

WRONG = "wrong code"


@in_both_languages
async def test_S05_wrong_codes_to_the_limit_and_then_a_new_code(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen = await cast.enter(town)
    await to_the_code(citizen)
    town.lines.clear()
    right = await citizen.code()
    wrong = f"{(int(right) + 1) % 10**6:06d}"
    for _ in range(5):
        await citizen.say(wrong, shown=WRONG)
    await citizen.say(right, shown=f"{HIDDEN} (right, but the sixth)")
    await citizen.tap("button.new_code")
    await town.advance(60)
    await citizen.tap("button.new_code")
    await citizen.confirm()
    golden.check(cast.name("wrong_codes"), transcript(town.lines))


@in_both_languages
async def test_a_lost_sim_leads_to_the_desk_of_the_clinic(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen = await cast.enter(town)
    await to_the_code(citizen)
    town.lines.clear()
    await citizen.tap("button.no_sms")
    await citizen.press(cast.clinic_name(5))
    golden.check(cast.name("lost_sim"), transcript(town.lines))


@in_both_languages
async def test_not_me_takes_the_confirmation_back(town: RunningTown, cast: Cast, golden: Golden) -> None:
    citizen = await cast.enter(town)
    await to_the_code(citizen)
    await citizen.confirm()
    town.lines.clear()
    await citizen.tap("button.not_me", "button.menu", "button.cabinet")
    golden.check(cast.name("not_me"), transcript(town.lines))


@in_both_languages
async def test_a_chat_is_forgotten_on_demand(town: RunningTown, cast: Cast, golden: Golden) -> None:
    citizen = await cast.enter(town)
    await call(citizen)
    town.lines.clear()
    await citizen.say("/forget")
    await citizen.tap("button.forget")
    await citizen.say("/start")
    golden.check(cast.name("chat_forgotten"), transcript(town.lines))


@in_both_languages
async def test_an_identity_that_has_grown_old_is_confirmed_anew_before_anything_is_shown(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen = await cast.enter(town)
    await to_the_code(citizen)
    await citizen.confirm()
    town.lines.clear()
    await town.advance(15 * 60)
    await citizen.tap("reason.fever")
    await citizen.confirm()
    await fill_in(citizen)
    golden.check(cast.name("identity_grown_old"), transcript(town.lines))


@in_both_languages
async def test_a_fault_of_ours_is_admitted_and_leads_to_a_phone(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen = await cast.enter(town)
    await to_the_code(citizen)
    await citizen.confirm()
    town.lines.clear()
    with _without_attachments(town.registry):
        await citizen.tap("reason.fever")
    await citizen.tap("button.menu", "button.home_call")
    golden.check(cast.name("fault_of_ours"), transcript(town.lines))


@contextmanager
def _without_attachments(registry: Path) -> Iterator[None]:
    """The register is not as our code expects it: the table of attachments is away."""
    _alter(registry, "ALTER TABLE attachments RENAME TO taken_away")
    yield
    _alter(registry, "ALTER TABLE taken_away RENAME TO attachments")


def _alter(registry: Path, statement: str) -> None:
    with closing(sqlite3.connect(registry)) as raw, raw:
        raw.execute(statement)
