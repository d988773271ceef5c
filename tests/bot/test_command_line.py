"""The command line, as people type it: its answers, its exit codes, its bad input."""

import asyncio
import base64
import io
import logging
import re
import socket
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from bot.clock import SystemClock, SystemSecrets
from bot.command_line import main
from bot.schedules.form import KINDS
from rules.slots import ChangeKind
from storage import staff
from storage.database import open_database
from storage.keys import KeyRing
from storage.one_process import served_alone
from storage.people import iin_index
from tests.bot.test_settings import LIVE, LOCAL
from tests.otp.asking import Counter
from tests.registry import HandClock, add_clinic, add_person, made_up_iin

PEOPLE = "iin,surname,name,patronymic,birth_date,phone,language,clinic_no,address,attached_on\n"
CLINICS = "clinic_no,name_ru,name_kk,address,phones,norm\n5,Поликлиника № 5,№ 5 емхана,Абая 5,+77273974790,\n"


@pytest.fixture(autouse=True)
def _log_as_before() -> Iterator[None]:
    yield
    # Starting the service sets the log up for the whole process, on this test's own stderr.
    structlog.reset_defaults()
    logging.basicConfig(force=True)


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, str]:
    return {**LOCAL, "DATABASE_URL": f"sqlite:///{tmp_path / 'registry.sqlite'}", "LISTEN": "127.0.0.1:0"}


def run(settings: dict[str, str], *arguments: str) -> int:
    return main(["--env-file", "/nonexistent", *arguments], settings)


@pytest.fixture
def migrated(settings: dict[str, str]) -> dict[str, str]:
    assert run(settings, "migrate") == 0
    return settings


def folder_with(folder: Path, **files: str) -> str:
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return str(folder)


def test_bad_settings_are_all_named_and_exit_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert run({"TELEGRAM_BOT_TOKEN": "x", "LISTEN": "y"}, "run") == 2
    said = capsys.readouterr().err
    assert all(name in said for name in ("TELEGRAM_BOT_TOKEN", "TWILIO_AUTH_TOKEN", "LISTEN"))
    assert "Traceback" not in said


def test_an_unknown_command_exits_with_2() -> None:
    with pytest.raises(SystemExit) as ended:
        run({}, "dance")
    assert ended.value.code == 2


def test_the_schema_is_made_once(settings: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(settings, "migrate") == 0
    assert run(settings, "migrate") == 0
    assert "was current" in capsys.readouterr().out


def test_nothing_runs_on_a_schema_that_is_not_current(
    settings: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(settings, "verify") == 1
    assert "python -m bot migrate" in capsys.readouterr().err


def test_a_registry_without_its_key_is_not_opened(
    settings: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    sandbox = {"DATABASE_URL": settings["DATABASE_URL"]}
    assert run(sandbox, "verify") == 2
    assert "REGISTRY_KEY" in capsys.readouterr().err


def test_a_bad_csv_is_refused_whole_with_every_bad_row_named(
    migrated: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = PEOPLE + "88041229454,А,Б,,1988-04-12,,kk,5,,\n880412294549,А,Б,,1988-13-12,,kk,5,,\n"
    assert run(migrated, "load", folder_with(tmp_path, people=bad, clinics=CLINICS)) == 1
    said = capsys.readouterr().err
    assert "people.csv:2: iin" in said
    assert "people.csv:3: birth_date" in said
    assert "88041229454" not in said


def test_good_files_are_loaded_and_counted(
    migrated: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(migrated, "load", folder_with(tmp_path, clinics=CLINICS)) == 0
    assert "clinics.csv: 1" in capsys.readouterr().out


def test_a_folder_that_is_none_is_said_in_one_line(
    migrated: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(migrated, "load", "/nowhere") == 1
    assert capsys.readouterr().err == "There is no folder /nowhere.\n"


def test_a_staff_code_is_made_for_a_clinic_that_there_is(
    migrated: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(migrated, "staff-code", "--clinic", "5", "--role", "registrar") == 1
    assert "no clinic 5" in capsys.readouterr().err
    run(migrated, "load", folder_with(tmp_path, clinics=CLINICS))
    assert run(migrated, "staff-code", "--clinic", "5", "--role", "registrar") == 0
    assert "/link " in capsys.readouterr().out
    assert run(migrated, "staff-code", "--clinic", "5", "--group") == 0


def test_G_71_somebody_is_invited_by_a_link_and_their_own_phone(
    migrated: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = ("staff-code", "--clinic", "5", "--role", "officer", "--phone", "8 701 123 45 67")
    assert run(migrated, *wanted) == 1
    assert "no clinic 5" in capsys.readouterr().err
    run(migrated, "load", folder_with(tmp_path, clinics=CLINICS))
    capsys.readouterr()
    assert run(migrated, *wanted, "--name", "Ахметова Айгүл") == 0
    said = capsys.readouterr().out
    assert "/link " in said
    assert "ends in 67" in said
    run(migrated, "staff", "--clinic", "5")
    assert re.search(
        r"^awaited  officer  until \d{4}-\d\d-\d\d  Ахметова Айгүл$", capsys.readouterr().out, re.MULTILINE
    )


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("--role", "head", "--phone", "+7 727 397 47 90"), "landline"),
        (("--role", "head", "--phone", "abc"), "letters"),
        (("--group", "--phone", "+77011234567"), "A group has no phone"),
    ],
)
def test_a_phone_that_gets_no_code_is_refused_in_one_line(
    migrated: dict[str, str], arguments: tuple[str, ...], why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(migrated, "staff-code", "--clinic", "5", *arguments) == 1
    assert why in capsys.readouterr().err


def test_G_71_a_live_service_makes_no_code_for_a_person_without_a_phone(
    migrated: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(migrated, "load", folder_with(tmp_path, clinics=CLINICS))
    live = {**migrated, **LIVE, "TELEGRAM_API_URL": "", "TWILIO_API_URL": ""}
    capsys.readouterr()
    assert run(live, "staff-code", "--clinic", "5", "--role", "head") == 1
    assert "Name the person's own mobile phone: --phone" in capsys.readouterr().err
    assert run(live, "staff-code", "--clinic", "5", "--group") == 0


def test_one_who_has_left_a_clinic_is_taken_off_its_list(
    migrated: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(migrated, "load", folder_with(tmp_path, clinics=CLINICS))
    asyncio.run(link_a_head(migrated, telegram_id=7_000_000_001))
    assert run(migrated, "staff", "--clinic", "5") == 0
    assert "7000000001  head" in capsys.readouterr().out
    assert run(migrated, "staff-leave", "--clinic", "5", "--telegram-id", "7000000001") == 0
    with sqlite3.connect(tmp_path / "registry.sqlite") as raw:
        told = raw.execute("SELECT actor, subject FROM audit WHERE action = 'staff.left'").fetchall()
        owed = raw.execute("SELECT address_key FROM outbox WHERE status = 'waiting'").fetchall()
    assert told == [("operator", "staff:7000000001")]
    assert owed == [("7000000001",)]
    assert run(migrated, "staff-leave", "--clinic", "5", "--telegram-id", "7000000001") == 1
    capsys.readouterr()
    run(migrated, "staff", "--clinic", "5")
    assert capsys.readouterr().out == "no group\n"


def test_real_people_are_not_let_in_to_a_live_clinic_that_nobody_has_verified(
    migrated: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(migrated, "load", folder_with(tmp_path, clinics=CLINICS))
    asyncio.run(switch_on(migrated))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        live = {**migrated, **LIVE, "LISTEN": f"127.0.0.1:{taken.getsockname()[1]}"}
        live |= {"TELEGRAM_API_URL": "", "TWILIO_API_URL": ""}
        assert run(live, "run") == 1
        assert "verified_on are live: 5." in capsys.readouterr().err
        verified = CLINICS.replace("norm\n", "norm,verified_on\n").rstrip() + ",2026-11-01\n"
        run(migrated, "load", folder_with(tmp_path, clinics=verified))
        assert run(live, "run") == 1
        assert "cannot listen" in capsys.readouterr().err


async def switch_on(settings: dict[str, str]) -> None:
    """Link a group, a registrar and a head to clinic 5."""
    await link_a_head(settings, telegram_id=7_000_000_001)
    db = await open_database(settings["DATABASE_URL"], KeyRing.parse(settings["REGISTRY_KEY"]), SystemClock())
    now = db.clock.now()
    async with db.transaction() as tx:
        code = staff.new_code(tx, 5, "registrar", "kk", now, SystemSecrets())
        await staff.redeem_person(tx, code, 7_000_000_002, None, now)
        code = staff.new_code(tx, 5, None, "kk", now, SystemSecrets())
        await staff.redeem_group(tx, code, -100_5, now)
    await db.close()


def test_only_a_group_reads_in_both_languages(
    migrated: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(migrated, "load", folder_with(tmp_path, clinics=CLINICS))
    assert run(migrated, "staff-code", "--clinic", "5", "--group", "--language", "both") == 0
    assert run(migrated, "staff-code", "--clinic", "5", "--role", "head", "--language", "both") == 1
    assert "one language" in capsys.readouterr().err


async def link_a_head(settings: dict[str, str], telegram_id: int) -> None:
    """Link a head to clinic 5 by a code, as the bot does when it is sent one."""
    db = await open_database(settings["DATABASE_URL"], KeyRing.parse(settings["REGISTRY_KEY"]), SystemClock())
    try:
        async with db.transaction() as tx:
            code = staff.new_code(tx, 5, "head", "kk", db.clock.now(), SystemSecrets())
            await staff.redeem_person(tx, code, telegram_id, None, db.clock.now())
    finally:
        await db.close()


def test_S38_a_backup_restores_and_verifies(
    migrated: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(migrated, "load", folder_with(tmp_path, clinics=CLINICS))
    copy = str(tmp_path / "copy.backup")
    assert run(migrated, "backup", copy) == 0
    assert run(migrated, "backup", copy) == 1
    assert run(migrated, "restore", copy) == 1
    assert "--force" in capsys.readouterr().err
    assert run(migrated, "restore", copy, "--force") == 0
    assert run(migrated, "verify") == 0
    assert "clinics: 1" in capsys.readouterr().out


def test_S29_a_registry_that_was_tampered_with_is_not_sound(
    migrated: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(migrated, "load", folder_with(tmp_path, clinics=CLINICS))
    with sqlite3.connect(migrated["DATABASE_URL"].removeprefix("sqlite:///")) as connection:
        connection.execute("UPDATE audit_head SET seq = seq + 1")
    connection.close()
    assert run(migrated, "verify") == 1
    assert "not sound" in capsys.readouterr().err


def test_S29_verify_names_the_consent_that_was_tampered_with(
    migrated: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    consent_id = asyncio.run(_consented(migrated))
    assert run(migrated, "verify") == 0
    with sqlite3.connect(migrated["DATABASE_URL"].removeprefix("sqlite:///")) as connection:
        connection.execute("UPDATE consents SET outcome = 'given', answered_at = asked_at")
    connection.close()
    capsys.readouterr()
    assert run(migrated, "verify") == 1
    assert f"  consent:{consent_id}: changed" in capsys.readouterr().err.splitlines()


async def _consented(settings: dict[str, str]) -> int:
    clock = HandClock()
    keys = KeyRing.parse(settings["REGISTRY_KEY"])
    db = await open_database(settings["DATABASE_URL"], keys, clock)
    try:
        await add_clinic(db)
        await Counter(db, clock, (await add_person(db))[1]).code()
        rows = await db.reader.rows("sealed_consents_text_shown", after=0, most=1)
        return int(rows[0][0])
    finally:
        await db.close()


def test_a_key_is_rotated_and_old_things_are_taken_away(
    migrated: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    ring = with_a_new_key(migrated)
    assert run(ring, "rotate-key") == 0
    assert "Under key 3" in capsys.readouterr().out
    assert run(ring, "prune") == 0


def test_a_schedule_is_listed_changed_and_the_change_taken_back(
    migrated: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    doctors = "doctor_no,clinic_no,full_name,role,room\n501,5,Бейсенова Гүлнар,therapist,204\n"
    weeks = "doctor_no,weekday,from,to,slot_minutes\n501,1,08:00,10:00,15\n"
    run(migrated, "load", folder_with(tmp_path, clinics=CLINICS, doctors=doctors, schedule=weeks))
    to_clinic = ("schedule", "--clinic", "5")
    day = "2099-01-05"
    assert run(migrated, *to_clinic, "add", "day_off", day, "--doctor", "501") == 0
    assert run(migrated, *to_clinic, "add", "day_off", day, "--doctor", "501") == 1
    assert run(migrated, *to_clinic, "add", "day_off", day) == 1
    capsys.readouterr()
    assert run(migrated, *to_clinic, "list") == 0
    week, change = capsys.readouterr().out.splitlines()
    assert week == "501 weekday 1 08:00-10:00"
    assert change.endswith(f"{day} day_off doctor 501")
    assert run(migrated, *to_clinic, "take-back", change.split()[0]) == 0
    assert run(migrated, *to_clinic, "take-back", change.split()[0]) == 1
    assert run(migrated, "schedule", "--clinic", "99", "list") == 1
    capsys.readouterr()
    assert run(migrated, *to_clinic, "drop", "--doctor", "501", "--weekday", "1") == 1
    assert "--weekday and --from go together" in capsys.readouterr().err
    assert run(migrated, *to_clinic, "drop", "--doctor", "501", "--weekday", "2", "--from", "08:00") == 1
    assert run(migrated, *to_clinic, "drop", "--doctor", "501") == 0
    assert "1 lines dropped" in capsys.readouterr().out
    assert run(migrated, *to_clinic, "list") == 0
    assert capsys.readouterr().out == "", "a doctor who left has no hours"


def test_the_kinds_of_changes_are_those_of_the_law() -> None:
    assert set(KINDS) == {kind.value for kind in ChangeKind}


def a_person() -> str:
    return f"{made_up_iin().digits},Сейітова,Айгүл,,1890-05-01,,kk,5,Абай 1,2019-03-11\n"


def with_a_new_key(settings: dict[str, str]) -> dict[str, str]:
    return {**settings, "REGISTRY_KEY": f"3:{KeyRing.new_key()},{settings['REGISTRY_KEY']}"}


def test_under_a_new_key_nothing_works_in_the_registry_until_it_is_rotated(
    migrated: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = folder_with(tmp_path, clinics=CLINICS, people=PEOPLE + a_person())
    assert run(migrated, "load", folder) == 0
    ring = with_a_new_key(migrated)
    for command in (("run",), ("load", folder), ("staff", "--clinic", "5"), ("prune",)):
        assert run(ring, *command) == 1
        assert "`python -m bot rotate-key`" in capsys.readouterr().err
    assert run(ring, "verify") == 0
    assert run(ring, "rotate-key") == 0
    assert run(ring, "load", folder) == 0


def test_a_well_formed_key_that_is_not_the_registrys_is_refused_in_one_line(
    migrated: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = folder_with(tmp_path, clinics=CLINICS, people=PEOPLE + a_person())
    assert run(migrated, "load", folder) == 0
    wrong = {**migrated, "REGISTRY_KEY": f"1:{KeyRing.new_key()}"}
    capsys.readouterr()
    for command in (("run",), ("load", folder), ("prune",)):
        assert run(wrong, *command) == 1
        said = capsys.readouterr().err
        assert "REGISTRY_KEY is not this registry's" in said
        assert said.count("\n") == 1


def test_an_identity_locked_until_the_desk_is_unlocked_by_an_iin_that_is_no_argument(
    migrated: dict[str, str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    subject = made_up_iin()
    index = iin_index(KeyRing.parse(migrated["REGISTRY_KEY"]), subject)
    path = migrated["DATABASE_URL"].removeprefix("sqlite:///")
    with sqlite3.connect(path) as connection:
        connection.execute("INSERT INTO guards VALUES (?, 'known', 20, NULL, 1, 0)", (index,))
    said = {"is no IIN (": "123", "Nothing is locked": made_up_iin().digits, "Unlocked.": subject.digits}
    for words, typed in said.items():
        monkeypatch.setattr(sys, "stdin", io.StringIO(f"{typed}\n"))
        assert run(migrated, "unlock") == (0 if words == "Unlocked." else 1)
        captured = capsys.readouterr()
        assert words in captured.out + captured.err
        assert typed not in captured.out + captured.err
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT failures, desk_only FROM guards").fetchall() == [(0, 0)]
    connection.close()


def test_a_second_process_on_one_file_is_refused_in_one_line(
    migrated: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    with served_alone(migrated["DATABASE_URL"]):
        assert run(migrated, "run") == 1
    assert capsys.readouterr().err == (
        "Another process serves this registry already (DATABASE_URL): there must be one.\n"
    )


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_a_backup_that_the_disk_refuses_is_said_in_one_line(
    migrated: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    capsys.readouterr()
    copy, elsewhere = tmp_path / "copy", {**migrated}
    if command == "backup":
        copy = tmp_path / "nowhere" / "copy"
    else:
        assert run(migrated, "backup", str(copy)) == 0
        elsewhere["DATABASE_URL"] = f"sqlite:///{tmp_path / 'nowhere' / 'new.sqlite'}"
    assert run(elsewhere, command, str(copy)) == 1
    said = capsys.readouterr().err
    assert "disk: " in said
    assert said.count("\n") == 1


@pytest.mark.parametrize("damaged", [False, True])
def test_a_file_that_is_no_whole_registry_is_said_in_one_line_and_nothing_hangs(
    settings: dict[str, str], capsys: pytest.CaptureFixture[str], damaged: bool
) -> None:
    path = Path(settings["DATABASE_URL"].removeprefix("sqlite:///"))
    if damaged:
        run(settings, "migrate")
        whole = path.read_bytes()
        path.write_bytes(whole[:100] + b"\xff" * (len(whole) - 100))
        capsys.readouterr()
    else:
        path.write_text("no database, though long enough to be read as the header of one" * 20)
    for command in ("migrate", "verify", "run"):
        assert run(settings, command) == 1
        said = capsys.readouterr().err
        assert "The registry does not answer (sqlite: SQLITE_" in said
        assert "Traceback" not in said


def test_a_registry_that_does_not_answer_is_said_in_one_line(
    settings: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    nowhere = {**settings, "DATABASE_URL": "sqlite:////nowhere/registry.sqlite"}
    for command in ("migrate", "verify", "run"):
        assert run(nowhere, command) == 1
        said = capsys.readouterr().err
        assert "DATABASE_URL" in said
        assert "Traceback" not in said


def test_S44_the_demonstration_never_runs_beside_real_credentials(
    settings: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(settings, "demo") == 2
    said = capsys.readouterr().err
    assert "TELEGRAM_BOT_TOKEN" in said
    assert "TWILIO_AUTH_TOKEN" in said
    assert settings["TWILIO_AUTH_TOKEN"] not in said


def test_the_suggested_way_of_making_a_key_makes_one() -> None:
    key = base64.b64encode(bytes(32)).decode()
    assert KeyRing.parse(f"1:{key}").current == 1


def test_a_token_for_programs_is_printed_once_and_revoke_ends_all(
    settings: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "clinics.csv").write_text(CLINICS, encoding="utf-8")
    assert run(settings, "migrate") == 0
    assert run(settings, "load", str(tmp_path)) == 0
    capsys.readouterr()
    assert run(settings, "feed-token", "--clinic", "5") == 0
    said = capsys.readouterr().out
    token = said.split("\n")[1]
    assert re.fullmatch(r"[0-9a-f]{48}", token)
    assert f"/feed/5.atom?token={token}" in said
    assert run(settings, "feed-token", "--clinic", "5", "--revoke") == 0
    assert "Ended: 1." in capsys.readouterr().out
    assert run(settings, "feed-token", "--clinic", "77") != 0
    assert "no clinic 77" in capsys.readouterr().err
