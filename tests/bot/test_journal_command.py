"""The journal on the command line: bad options told at once, files whole or not at all, memory that stays."""

from __future__ import annotations

import argparse
import asyncio
import io
import sqlite3
from pathlib import Path

import pytest
from openpyxl import load_workbook

from bot.journals.command import ACTOR, FORMS, REASONS, REGISTERS, Wanted, read
from bot.journals.sheet import Form, Why
from storage import requests
from storage.database import open_database
from storage.journal import Register
from storage.keys import KeyRing
from storage.migrate import migrate
from tests.bot.test_command_line import run
from tests.bot.test_settings import LOCAL
from tests.registry import NOW, HandClock, add_clinic
from tests.storage.test_requests import new

GOOD = {
    "--clinic": "5",
    "--register": "home_calls",
    "--from": "2026-11-20",
    "--to": "2026-11-20",
    "--as": "csv",
    "--why": "inspection",
    "--language": "ru",
}


def arguments(file: Path | str, **changed: str) -> list[str]:
    options = {**GOOD, **{f"--{name.rstrip('_')}": value for name, value in changed.items()}}
    return ["journal", *(word for pair in options.items() for word in pair), str(file)]


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, str]:
    url = f"sqlite:///{tmp_path / 'registry.sqlite'}"
    made = {**LOCAL, "DATABASE_URL": url, "LISTEN": "127.0.0.1:0"}

    async def prepared() -> None:
        await migrate(url)
        db = await open_database(url, KeyRing.parse(made["REGISTRY_KEY"]), HandClock())
        await add_clinic(db)
        for _ in range(3):
            async with db.transaction() as tx:
                await requests.register(tx, new(), NOW)
        await db.close()

    asyncio.run(prepared())
    return made


def test_the_options_name_what_the_house_knows() -> None:
    assert (tuple(Register), tuple(Form), tuple(Why)) == (REGISTERS, FORMS, REASONS)


@pytest.mark.parametrize("form", FORMS)
def test_GEN_09_a_journal_is_exported_in_each_form_and_progress_is_shown(
    settings: dict[str, str], tmp_path: Path, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / f"calls.{form}"
    assert run(settings, *arguments(file, as_=form)) == 0
    said = capsys.readouterr()
    assert "3 entries, audit chain" in said.out
    assert "3 of 3 entries" in said.err
    assert file.stat().st_mode & 0o077 == 0
    assert sorted(path.name for path in tmp_path.iterdir() if "journal" in path.name) == []
    if form == "xlsx":
        rows = list(load_workbook(io.BytesIO(file.read_bytes())).active.iter_rows(values_only=True))
        assert [row[0] for row in rows[-3:]] == [1, 2, 3]


def test_SEC_01_an_export_is_in_the_audit_chain_with_who_and_why(
    settings: dict[str, str], tmp_path: Path
) -> None:
    assert run(settings, *arguments(tmp_path / "a.csv")) == 0
    kept = sqlite3.connect(tmp_path / "registry.sqlite")
    rows = kept.execute("SELECT actor, action, subject, hex(hash) FROM audit ORDER BY seq").fetchall()
    kept.close()
    assert rows[-1][:3] == (ACTOR, "journal.exported.inspection", "journal:5:home_calls")
    # What is printed is the head after this very record.
    assert rows[-1][3].lower() in (tmp_path / "a.csv").read_text(encoding="utf-8-sig")
    assert run(settings, "verify") == 0


def test_every_bad_option_is_told_at_once_and_nothing_is_written(
    settings: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = arguments(
        tmp_path / "no" / "a.csv",
        clinic="five", register="books", from_="20.11.2026", to="2026-13-01", as_="doc", why="fun",
        language="en",
    )  # fmt: skip
    assert run(settings, *bad) == 2
    said = capsys.readouterr().err
    for name in ("--clinic", "--register", "--from", "--to", "--as", "--why", "--language", "FILE"):
        assert name in said
    assert "Traceback" not in said


def test_what_is_missing_is_told_at_once_too(
    settings: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(settings, "journal") == 2
    said = capsys.readouterr().err
    assert said.count("is missing") == 6


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"from_": "2026-11-21"}, "before --from"),
        ({"from_": "0001-01-01"}, "so old"),
        ({"to": "9999-12-31"}, "so new"),
        ({"clinic": "-5"}, "--clinic"),
    ],
)
def test_options_that_mean_nothing_together_are_refused(
    settings: dict[str, str], tmp_path: Path, changed: dict[str, str], said: str,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    assert run(settings, *arguments(tmp_path / "a.csv", **changed)) == 2
    assert said in capsys.readouterr().err


def test_a_clinic_that_is_not_there_and_a_folder_for_a_file_are_said(
    settings: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(settings, *arguments(tmp_path / "a.csv", clinic="7")) == 1
    assert "no clinic 7" in capsys.readouterr().err
    assert run(settings, *arguments(tmp_path)) == 2
    assert "is a folder" in capsys.readouterr().err


def test_a_file_that_stood_there_stays_whole_when_the_export_fails(
    settings: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a.csv"
    file.write_text("yesterday's")
    broken = sqlite3.connect(tmp_path / "registry.sqlite")
    broken.execute("UPDATE requests SET details = zeroblob(60) WHERE number = '05-000003'")
    broken.commit()
    broken.close()
    assert run(settings, *arguments(file)) == 1
    assert "verify" in capsys.readouterr().err
    assert file.read_text() == "yesterday's"
    assert sorted(path.name for path in tmp_path.glob(".journal*")) == []


def test_verify_names_a_journal_that_is_not_whole(
    settings: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(settings, "verify") == 0
    thief = sqlite3.connect(tmp_path / "registry.sqlite")
    thief.executescript("DROP TRIGGER journal_no_delete; DELETE FROM journal WHERE no = 2")
    thief.close()
    assert run(settings, "verify") == 1
    assert "journal of clinic 5, home_calls of 2026, entry 2: missing" in capsys.readouterr().err


def test_the_language_of_the_house_is_taken_where_none_is_named(tmp_path: Path) -> None:
    parser = argparse.ArgumentParser()
    from bot.journals.command import add_arguments

    add_arguments(parser)
    wanted = read(parser.parse_args([*arguments(tmp_path / "a.csv")[1:13], str(tmp_path / "a")]), "kk")
    assert isinstance(wanted, Wanted)
    assert wanted.language == "kk"
