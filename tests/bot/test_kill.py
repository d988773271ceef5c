"""A few sudden deaths of the real process; `make drill` has many."""

import random
import sys
from pathlib import Path

import pytest

from benchmarks.houses import Town, build_town
from benchmarks.processes import gateway
from tests.drill import lives

pytestmark = pytest.mark.timeout(240)

DIALOGS = 12
AT_ONCE = 6


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return build_town(tmp_path / "town", DIALOGS)


@pytest.mark.parametrize(("die", "times"), [(lives.live_and_die, 2), (lives.fork_and_die, 8)])
def test_S13_S16_a_process_that_dies_at_any_moment_answers_everything_and_registers_each_call_once(
    town: Town, die: lives.Die, times: int
) -> None:
    seed = random.SystemRandom().randrange(10**6)
    sys.stdout.write(f"seed {seed}\n")
    registry = town.fresh_registry()
    with gateway("ours", town.people_file, town.folder) as (control, _):
        control.begin(0, DIALOGS, AT_ONCE, thinks=lives.THINKS, seed=seed)
        die(town, control, registry, times, random.Random(seed))
        figures = lives.come_to_rest(town, control, registry, DIALOGS)
    lives.check(lives.look(registry), figures, DIALOGS)
