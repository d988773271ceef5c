"""S38: a backup made while citizens talk is restored elsewhere and found sound."""

from pathlib import Path

import pytest

from benchmarks.houses import build_town, command, our_bot, settings_of_ours
from benchmarks.processes import gateway
from benchmarks.rounds import wait_until_ready
from tests.drill import lives

pytestmark = [pytest.mark.drill, pytest.mark.timeout(300)]

DIALOGS = 200
BACKUPS = 3


def test_S38_a_backup_under_load_restores_to_a_sound_registry(tmp_path: Path) -> None:
    town = build_town(tmp_path / "town", DIALOGS)
    registry = town.fresh_registry()
    with gateway("ours", town.people_file, town.folder) as (control, _):
        settings = settings_of_ours(town, registry, control)
        with our_bot(town, control, registry, core=None):
            wait_until_ready(control)
            control.begin(0, DIALOGS, 20)
            for number in range(BACKUPS):
                _, at_least = (
                    control.wait("load", lambda seen: seen["finished"] > 0, 30),
                    _registered(registry),
                )
                made = command(
                    "backup", str(tmp_path / f"{number}.backup"), folder=town.folder, settings=settings
                )
                assert made.returncode == 0, made.stderr
                assert not control.figures()["over"] or number, "made while there is load"
                elsewhere = tmp_path / f"restored-{number}.sqlite"
                there = {**settings, "DATABASE_URL": f"sqlite:///{elsewhere}"}
                for words in (("restore", str(tmp_path / f"{number}.backup")), ("verify",)):
                    done = command(*words, folder=town.folder, settings=there)
                    assert done.returncode == 0, done.stdout + done.stderr
                assert _registered(elsewhere) >= at_least
            control.wait("every citizen to be served", lambda seen: bool(seen["over"]), 200)


def _registered(registry: Path) -> int:
    with lives.reading(registry) as rows:
        return int(rows("SELECT count(*) FROM requests")[0][0])
