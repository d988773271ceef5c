"""The doctor: what is wrong with a live setting is found, all of it at once, and never a secret shown."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from bot.clock import SystemClock
from bot.doctor import about_backups, about_disk, about_settings, examine
from bot.findings import Finding, Level
from bot.papers.examining import about_papers
from bot.papers.key_files import make_key
from bot.papers.template import OF_THE_HOUSE
from bot.settings import Settings
from bot.town import KEY_PASSWORD, Town
from rules.training import COLLEGE
from sandbox import DOCUMENTS_TOKEN
from storage import staff
from storage.database import open_database
from storage.keys import KeyRing
from storage.load import Loaded, load
from tests.bot.house import open_house, settings_for
from tests.bot.web_side import serving
from tests.sandbox_server import SandboxClient, running_sandbox

ROOT = Path(__file__).parents[2]


@pytest.fixture
async def sandbox() -> AsyncIterator[SandboxClient]:
    async with running_sandbox() as opened:
        yield opened


@pytest.fixture
async def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Town:
    monkeypatch.chdir(ROOT)
    made = Town(tmp_path)
    made.key()
    made.signing_key()
    await made.settle(made.furnish())
    return made


def settings_of(town: Town, sandbox: SandboxClient, **more: str) -> Settings:
    keys = {"SIGNING_KEYS": str(town.signing_keys), "SIGNING_KEYS_PASSWORD": KEY_PASSWORD}
    registry = {"DATABASE_URL": town.database_url, "REGISTRY_KEY": town.key()}
    return settings_for(sandbox.url, **(registry | keys | more))


async def found(settings: Settings) -> dict[str, Finding]:
    findings = await examine(settings)
    shown = "\n".join(map(str, findings))
    assert settings.telegram_bot_token not in shown
    assert settings.twilio_auth_token not in shown
    worst: dict[str, Finding] = {}
    for finding in findings:
        if finding.about not in worst or finding.is_fault:
            worst[finding.about] = finding
    return worst


async def test_a_made_up_town_is_found_well_but_for_what_nobody_has_verified(
    town: Town, sandbox: SandboxClient
) -> None:
    findings = await found(settings_of(town, sandbox, DUTY_PHONE="+77010000001"))
    assert findings["telegram"].level is Level.FINE
    assert findings["sms"].level is Level.FINE
    assert findings["registry"].level is Level.FINE
    assert findings["holidays"].level is Level.FINE
    assert findings["DUTY_PHONE"].level is Level.FINE
    assert findings["signing key default.p12"].level is Level.FINE
    assert findings["paper template"].level is Level.FINE
    assert findings["clinic 5"].is_fault
    assert "verified" in findings["clinic 5"].what
    assert findings["college 90"].is_fault
    assert "verified" in findings["college 90"].what


async def test_a_college_where_nobody_works_yet_is_warned_of(
    town: Town, sandbox: SandboxClient, tmp_path: Path
) -> None:
    db = await open_database(town.database_url, KeyRing.parse(town.key()), SystemClock())
    async with db.transaction() as tx:
        for member in await staff.of_clinic(tx, COLLEGE):
            await staff.leave(tx, member.telegram_id, COLLEGE, "operator", db.clock.now())
    await db.close()
    finding = (await found(settings_of(town, sandbox)))["college 90"]
    assert finding.level is Level.WARNING
    assert "nobody of it is linked" in finding.what


async def test_X_42_G_84_clinics_that_share_a_phone_are_named_to_whoever_runs_the_service(
    town: Town, sandbox: SandboxClient
) -> None:
    shared = (await found(settings_of(town, sandbox)))["clinics 5 and 6"]
    assert shared.level is Level.WARNING
    assert "ask them" in shared.what


@pytest.mark.parametrize(
    ("phone", "level"), [("+77272333960", Level.WARNING), ("+77010000001", Level.FINE), ("", Level.FAULT)]
)
def test_G_85_the_phone_on_duty_is_a_mobile_because_a_landline_gets_no_sms(phone: str, level: Level) -> None:
    settings = settings_for("http://127.0.0.1:9", DUTY_PHONE=phone)
    (finding,) = [one for one in about_settings(settings) if one.about == "DUTY_PHONE"]
    assert finding.level is level


async def test_a_clinic_whose_row_was_verified_is_fine(
    town: Town, sandbox: SandboxClient, tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    rows = (ROOT / "data/almaty/clinics.csv").read_text(encoding="utf-8").splitlines()
    fresh = datetime.now(UTC).date() - timedelta(days=2)
    # The day is empty, and after it stands whom the clinic takes.
    day = f",{fresh.isoformat()},everyone"
    verified = [row.replace(",,everyone", day) if row.startswith("5,") else row for row in rows]
    (folder / "clinics.csv").write_text("\n".join(verified), encoding="utf-8")
    db = await open_database(town.database_url, KeyRing.parse(town.key()), SystemClock())
    assert isinstance(await load(db, folder, db.clock.now()), Loaded)
    await db.close()
    assert (await found(settings_of(town, sandbox)))["clinic 5"].level is Level.FINE


async def test_gateways_that_do_not_answer_or_refuse_are_named(town: Town, sandbox: SandboxClient) -> None:
    await sandbox.fault("telegram_down", how="502")
    wrong = replace(settings_of(town, sandbox), twilio_auth_token="wrong-token")
    findings = await found(wrong)
    assert findings["telegram"].is_fault
    assert findings["sms"].is_fault
    assert "TWILIO_AUTH_TOKEN" in findings["sms"].what


async def test_a_lost_key_is_named_by_its_number(town: Town, sandbox: SandboxClient) -> None:
    findings = await found(replace(settings_of(town, sandbox), registry_key=f"9:{KeyRing.new_key()}"))
    assert "key 1" in findings["REGISTRY_KEY"].what


async def test_an_empty_registry_and_an_unreachable_address_are_found(
    sandbox: SandboxClient, tmp_path: Path
) -> None:
    settings = settings_for(
        sandbox.url, DATABASE_URL=f"sqlite:///{tmp_path / 'empty.sqlite'}", PUBLIC_URL="http://127.0.0.1:9"
    )
    findings = await found(settings)
    assert "migrate" in findings["registry"].what
    assert findings["PUBLIC_URL"].is_fault
    assert findings["DUTY_PHONE"].is_fault


async def test_a_bot_behind_a_proxy_that_keeps_health_inside_is_found_well(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house, serving(house) as bot, proxied(bot.url) as outside:
        listen = bot.url.removeprefix("http://")
        findings = await found(settings_for(house.sandbox.url, PUBLIC_URL=outside, LISTEN=listen))
        assert findings["PUBLIC_URL"].level is Level.FINE
        assert findings["LISTEN"].level is Level.FINE
        house.bells._beats["courier"] = -1e9
        findings = await found(settings_for(house.sandbox.url, PUBLIC_URL=f"{outside}/away", LISTEN=listen))
        assert findings["PUBLIC_URL"].is_fault
        assert findings["LISTEN"].is_fault


@asynccontextmanager
async def proxied(inside: str) -> AsyncIterator[str]:
    """A proxy as the guide describes it: Twilio's paths go through, all else is met with 404."""

    async def pass_on(request: web.Request) -> web.Response:
        async with ClientSession() as session, session.post(f"{inside}{request.path}") as answer:
            return web.Response(status=answer.status)

    proxy = web.Application()
    proxy.router.add_post("/twilio/{path}", pass_on)
    async with TestServer(proxy) as server:
        yield str(server.make_url("")).rstrip("/")


def test_a_backup_that_is_missing_or_old_is_found(tmp_path: Path) -> None:
    settings = replace(settings_for("http://127.0.0.1:1"), backup_folder=str(tmp_path))
    now = datetime.now(UTC)
    assert about_backups(settings, now)[0].is_fault
    (tmp_path / "registry.backup").write_text("x")
    assert about_backups(settings, now)[0].level is Level.FINE
    assert about_backups(settings, now + timedelta(days=2))[0].is_fault


def test_a_folder_that_is_missing_is_found(tmp_path: Path) -> None:
    settings = settings_for(
        "http://127.0.0.1:1", DATABASE_URL=f"sqlite:///{tmp_path / 'no' / 'registry.sqlite'}"
    )
    assert about_disk(settings)[0].is_fault


async def test_SG_03_a_wrong_password_and_an_authority_that_is_down_are_found(
    town: Town, sandbox: SandboxClient
) -> None:
    findings = await found(
        settings_of(town, sandbox, SIGNING_KEYS_PASSWORD="wrong", TSA_URL="http://127.0.0.1:9")
    )
    assert "SIGNING_KEYS_PASSWORD" in findings["signing key default.p12"].what
    assert findings["TSA_URL"].is_fault
    assert not findings["tsa.cer"].is_fault
    assert "wrong" not in findings["signing key default.p12"].what


def test_every_bad_key_and_every_fault_of_a_template_is_named_at_once(tmp_path: Path) -> None:
    keys, words = tmp_path / "keys", tmp_path / "words"
    keys.mkdir()
    words.mkdir()
    now = datetime.now(UTC)
    (keys / "4.p12").write_bytes(b"spoilt")
    (keys / "5.p12").write_bytes(make_key("5", b"x", now - timedelta(days=9), now - timedelta(days=1)))
    (keys / "6.p12").write_bytes(make_key("6", b"x", now - timedelta(days=9), now + timedelta(days=9)))
    right = (OF_THE_HOUSE / "attachment.toml").read_text(encoding="utf-8")
    (words / "attachment.toml").write_text(right.replace("{person}", "{persom}"), encoding="utf-8")
    settings = replace(
        settings_for("http://127.0.0.1:1"),
        signing_keys=str(keys),
        signing_keys_password="x",
        papers_dir=str(words),
    )
    said = "\n".join(map(str, about_papers(settings, now)))
    assert "4.p12: is no PKCS#12 file" in said
    assert "5.p12: has a certificate that has expired" in said
    assert "6.p12: ends on" in said
    assert said.count("{persom} is no field here; did you mean person?") == 2
    assert "{person} stands nowhere" in said


async def test_DD_01_the_service_of_documents_is_asked_whether_it_knows_us(
    town: Town, sandbox: SandboxClient
) -> None:
    there = {"DOCUMENTS_URL": sandbox.url, "DOCUMENTS_TOKEN": DOCUMENTS_TOKEN}
    assert (await found(settings_of(town, sandbox)))["DOCUMENTS_URL"].level is Level.WARNING
    assert (await found(settings_of(town, sandbox, **there)))["DOCUMENTS_URL"].level is Level.FINE
    stranger = await found(settings_of(town, sandbox, **{**there, "DOCUMENTS_TOKEN": "another"}))
    assert stranger["DOCUMENTS_TOKEN"].is_fault
    gone = await found(settings_of(town, sandbox, **{**there, "DOCUMENTS_URL": "http://127.0.0.1:9"}))
    assert gone["DOCUMENTS_URL"].is_fault
