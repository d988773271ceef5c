"""A fresh copy of what is committed sets itself up, hashes checked, and needs nothing from beside it."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.house.tree import HOUSE, committed_files

pytestmark = [pytest.mark.drill, pytest.mark.timeout(600)]


@pytest.fixture
def fresh_copy(tmp_path: Path) -> Path:
    """What a clone would hold, and nothing else."""
    for path in committed_files():
        target = tmp_path / "house" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(HOUSE / path, target)
    return tmp_path / "house"


def run(house: Path, *command: str) -> subprocess.CompletedProcess[str]:
    outside = {name: value for name, value in os.environ.items() if name not in {"VIRTUAL_ENV", "PYTHONPATH"}}
    return subprocess.run(command, cwd=house, env=outside, check=False, capture_output=True, text=True)


def test_a_fresh_copy_sets_itself_up_and_the_second_time_has_nothing_to_do(fresh_copy: Path) -> None:
    first = run(fresh_copy, "make", ".venv/.stamp-run")
    assert first.returncode == 0, first.stderr
    again = run(fresh_copy, "make", ".venv/.stamp-run")
    assert "up to date" in again.stdout
    libraries = (
        "import aiogram, aiohttp, aiosql, aiosqlite, alembic, apscheduler, asyncpg, babel, cryptography"
    )
    imported = run(fresh_copy, ".venv/bin/python", "-W", "error", "-c", libraries)
    assert imported.returncode == 0, imported.stderr
    assert run(fresh_copy, ".venv/bin/python", "-m", "pip", "check").returncode == 0


def test_a_tampered_requirement_is_refused(fresh_copy: Path) -> None:
    (fresh_copy / "requirements" / "run.txt").write_text(f"tzdata==2026.6 --hash=sha256:{'0' * 64}\n")
    refused = run(fresh_copy, "make", ".venv/.stamp-run")
    assert refused.returncode != 0
    assert "HASH" in refused.stderr.upper()
    assert not (fresh_copy / ".venv" / ".stamp-run").exists()


def test_without_a_sound_python_the_set_up_says_so_in_one_sentence(fresh_copy: Path) -> None:
    refused = run(fresh_copy, "env", "PYTHON=false", "make", ".venv/.stamp-run")
    assert refused.returncode != 0
    assert "Python 3.11 or later is needed" in refused.stderr
