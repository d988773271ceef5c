"""The real process is killed at random while citizens talk; then everything is there, and once."""

import random
import sys
from pathlib import Path

import pytest

from benchmarks.houses import Town, build_town, command, settings_of_ours
from benchmarks.processes import gateway
from tests.drill import lives

pytestmark = [pytest.mark.drill, pytest.mark.timeout(900)]

LIVES = 50
FORKS = 100
DIALOGS = 150
AT_ONCE = 12


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return build_town(tmp_path / "town", DIALOGS)


@pytest.mark.parametrize(("die", "times"), [(lives.live_and_die, LIVES), (lives.fork_and_die, FORKS)])
def test_S13_S16_S39_sudden_deaths_lose_nothing_and_double_nothing(
    town: Town, die: lives.Die, times: int
) -> None:
    seed = random.SystemRandom().randrange(10**6)
    sys.stdout.write(f"seed {seed}\n")
    registry = town.fresh_registry()
    with gateway("ours", town.people_file, town.folder) as (control, _):
        control.begin(0, DIALOGS, AT_ONCE, thinks=lives.THINKS, seed=seed)
        die(town, control, registry, times, random.Random(seed))
        figures = lives.come_to_rest(town, control, registry, DIALOGS)
        verified = command("verify", folder=town.folder, settings=settings_of_ours(town, registry, control))
    lives.check(lives.look(registry), figures, DIALOGS)
    assert verified.returncode == 0, verified.stdout + verified.stderr
    sys.stdout.write(f"{lives.repeated(figures, DIALOGS)}\n")
