"""The doctor: examines live settings before and after going live, and says what is wrong and what to do.

Every check says everything it finds; none stops another. Findings name settings, clinics
and codes, never a value of a secret.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, Final

import aiohttp

from bot.centres.examining import about_centres
from bot.clock import SystemClock
from bot.documents.examining import about_documents
from bot.findings import Finding, fault, fine, warning
from bot.monitoring.examining import about_feed, about_monitoring
from bot.papers.examining import about_authorities, about_papers, about_signing
from bot.sending.gateways import TIMEOUT, NoAnswer, TelegramGateway, asking
from bot.sending.joined import twilio_of
from bot.settings import Settings
from bot.smpp.examining import about_smpp
from rules.clinics import Clinic, sharing_phones
from rules.law import rule
from rules.phone import BadPhone, Phone
from rules.training import COLLEGE
from storage import staff, training
from storage.database import Database, Reader, open_database
from storage.engines import sqlite_path
from storage.errors import Unavailable
from storage.keys import BadKeys, CannotOpen, KeyRing
from storage.migrate import schema_is_current
from storage.registry import Directory, doctors
from storage.right_keys import KeyTrouble, WrongKeys, demand_right_keys

SKEW: Final = timedelta(seconds=5)
BACKUP_LIVES: Final = timedelta(days=1)
LEAST_DISK: Final = 2 * 1024**3
OLD_VERIFICATION: Final = timedelta(days=365)
HTTP_OK: Final = 200
HTTP_FORBIDDEN: Final = 403
EVERYWHERE: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - never bound here
"""Where a side that listens everywhere is asked."""


async def examine(settings: Settings) -> tuple[Finding, ...]:
    """Look at everything; return what was found, the well included."""
    now = datetime.now(UTC)
    findings = [*about_settings(settings), *about_disk(settings), *about_backups(settings, now)]
    findings += about_papers(settings, now)
    async with aiohttp.ClientSession() as session:
        for found in await asyncio.gather(
            _all(about_telegram(settings, session)),
            _all(about_sms(settings, session)),
            _all(about_smpp(settings)),
            _all(about_public_url(settings, session)),
            _all(about_health(settings, session)),
            _all(about_authorities(settings, session)),
            _all(about_documents(settings, session)),
            _all(about_centres(settings, session)),
            _all(about_monitoring(settings, session)),
            _all(about_registry(settings)),
        ):
            findings += found
    return tuple(findings)


async def _all(findings: AsyncIterator[Finding]) -> list[Finding]:
    return [finding async for finding in findings]


# What can be seen without asking anybody


def about_settings(settings: Settings) -> Sequence[Finding]:
    """Look at settings that are allowed to be empty but should not be."""
    return (
        fine("settings", "read, every one in its form")
        if settings.live
        else warning("settings", "both gateways are on this machine: no real person can be reached"),
        _about_duty_phone(settings),
        fine("METRICS_TOKEN", "set")
        if settings.metrics_token
        else warning("METRICS_TOKEN", "is empty; whoever reaches /metrics may read the figures"),
        fine("CARD_FIELDS_ABROAD", ", ".join(sorted(settings.card_fields_abroad)) or "none"),
    )


@rule("G-85")
def _about_duty_phone(settings: Settings) -> Finding:
    if not settings.duty_phone:
        return fault("DUTY_PHONE", "is empty; nobody would learn that the bot stands still")
    try:
        Phone.parse(settings.duty_phone)
    except BadPhone as bad:
        return warning("DUTY_PHONE", f"is no mobile number of Kazakhstan ({bad.code}); SMS may not reach it")
    return fine("DUTY_PHONE", "set")


def about_disk(settings: Settings) -> Sequence[Finding]:
    """Look at the room left beside a registry in a file."""
    path = sqlite_path(settings.database_url)
    if path is None:
        return ()
    folder = Path(path).absolute().parent
    if not folder.exists():
        return (
            fault("disk", "the folder of DATABASE_URL does not exist; make it, for the service's user only"),
        )
    free = shutil.disk_usage(folder).free
    if free < LEAST_DISK:
        return (fault("disk", f"{free // 1024**2} MiB left beside the registry; 2048 are wanted"),)
    return (fine("disk", f"{free // 1024**3} GiB left"),)


def about_backups(settings: Settings, now: datetime) -> Sequence[Finding]:
    """Look at the age of the newest backup."""
    if not settings.backup_folder:
        return (warning("BACKUP_FOLDER", "is empty; nobody looks whether backups are made"),)
    files = [path for path in Path(settings.backup_folder).glob("*") if path.is_file()]
    if not files:
        return (fault("backup", "there is none in BACKUP_FOLDER; run `python -m bot backup FILE`"),)
    age = now - datetime.fromtimestamp(max(path.stat().st_mtime for path in files), UTC)
    if age > BACKUP_LIVES:
        return (fault("backup", f"the newest is {age.total_seconds() / 3600:.0f} hours old; see its timer"),)
    return (fine("backup", f"the newest is {age.total_seconds() / 60:.0f} minutes old"),)


# What Telegram, the SMS gateway and the world say


async def about_telegram(settings: Settings, session: aiohttp.ClientSession) -> AsyncIterator[Finding]:
    """Ask Telegram who the bot is, and how it delivers."""
    gateway = TelegramGateway(session, settings.telegram_api_url, settings.telegram_bot_token)
    try:
        me = await gateway.call("getMe", {})
        hook = await gateway.call("getWebhookInfo", {})
    except NoAnswer as no:
        yield fault("telegram", f"does not answer ({no.code}); see TELEGRAM_API_URL and the network")
        return
    if not me.get("ok"):
        yield fault(
            "TELEGRAM_BOT_TOKEN", f"is refused ({me.get('error_code')}); take it anew from @BotFather"
        )
        return
    yield fine("telegram", f"the bot is @{me['result'].get('username')}")
    if me["result"].get("can_read_all_group_messages"):
        yield warning(
            "telegram", "group privacy is off; switch it on at @BotFather: the bot need not read along"
        )
    for finding in _about_webhook(settings, hook.get("result") or {}):
        yield finding
    yield await _about_clock(settings, session)


def _about_webhook(settings: Settings, hook: dict[str, Any]) -> Sequence[Finding]:
    found: list[Finding] = []
    if hook.get("url", "") != settings.telegram_webhook_url:
        advice = "the service sets it at its next start"
        found.append(warning("webhook", f"Telegram has another address than TELEGRAM_WEBHOOK_URL; {advice}"))
    if hook.get("last_error_message") and settings.webhook:
        found.append(fault("webhook", f"Telegram could not deliver: {hook['last_error_message']}"))
    if int(hook.get("pending_update_count", 0)) > 100:
        found.append(warning("webhook", f"{hook['pending_update_count']} updates wait at Telegram"))
    return found or [fine("webhook", "as the settings say" if settings.webhook else "long polling")]


async def _about_clock(settings: Settings, session: aiohttp.ClientSession) -> Finding:
    try:
        async with asking(
            session.get(settings.telegram_api_url, timeout=TIMEOUT, allow_redirects=False)
        ) as raw:
            theirs = parsedate_to_datetime(raw.headers["Date"])
    except (NoAnswer, KeyError, ValueError):
        return warning("clock", "could not be compared with Telegram's")
    skew = abs(datetime.now(UTC) - theirs)
    if skew > SKEW:
        return fault(
            "clock", f"is {skew.total_seconds():.0f} s off Telegram's; terms would be wrong: start ntp"
        )
    return fine("clock", "right")


async def about_sms(settings: Settings, session: aiohttp.ClientSession) -> AsyncIterator[Finding]:
    """Ask the SMS gateway about the account."""
    if "twilio" not in settings.sms_gateways:
        return
    try:
        status, account = await twilio_of(settings, session).account()
    except NoAnswer as no:
        yield fault("sms", f"the gateway does not answer ({no.code}); see TWILIO_API_URL and the network")
        return
    if status != HTTP_OK:
        yield fault(
            "sms", f"the credentials are refused ({status}); see TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN"
        )
        return
    if account.get("status") not in {None, "active"}:
        yield fault("sms", f"the account is {account['status']}; see the gateway's console")
    if account.get("type") == "Trial":
        yield fault("sms", "the account is a trial: it sends to verified numbers only")
    if not settings.twilio_from.startswith(("+7", "MG")) and settings.twilio_from[:1].isalpha():
        yield warning("sms", "a sender's name cannot be answered: replying by SMS is off")
    yield fine("sms", "the gateway knows the account")


async def about_public_url(settings: Settings, session: aiohttp.ClientSession) -> AsyncIterator[Finding]:
    """Bring an unsigned delivery report from outside, as the SMS gateway would: the bot must refuse it.

    Health is no sign here: a proxy keeps it inside.
    """
    if not settings.public_url or "twilio" not in settings.sms_gateways:
        return
    try:
        async with asking(
            session.post(f"{settings.public_url}/twilio/status", timeout=TIMEOUT, allow_redirects=False)
        ) as raw:
            status = raw.status
    except NoAnswer as no:
        yield fault("PUBLIC_URL", f"cannot be reached ({no.code}); is the bot running, is TLS in order?")
        return
    if status != HTTP_FORBIDDEN:
        advice = "must refuse it with 403; is the bot running, does the proxy pass /twilio/ on?"
        yield fault("PUBLIC_URL", f"answers {status} to an unsigned report at /twilio/status, and {advice}")
    else:
        yield fine("PUBLIC_URL", "the bot is reached there, and refuses what is not signed")


async def about_health(settings: Settings, session: aiohttp.ClientSession) -> AsyncIterator[Finding]:
    """Ask the bot for its health where it listens, beside the proxy."""
    host = EVERYWHERE.get(settings.listen.host, settings.listen.host)
    place = f"[{host}]" if ":" in host else host
    try:
        async with asking(
            session.get(f"http://{place}:{settings.listen.port}/healthz", timeout=TIMEOUT)
        ) as raw:
            status = raw.status
    except NoAnswer as no:
        yield warning("LISTEN", f"nobody answers there ({no.code}); is the bot running?")
        return
    if status != HTTP_OK:
        yield fault("LISTEN", f"answers {status} at /healthz; read what it says there")
    else:
        yield fine("LISTEN", "the bot answers there and is well")


# What the registry says


async def about_registry(settings: Settings) -> AsyncIterator[Finding]:
    """Look into the registry: schema, keys, clinics, staff, holidays."""
    try:
        keys = KeyRing.parse(settings.registry_key)
    except BadKeys as bad:
        yield fault("REGISTRY_KEY", f"cannot be read: {bad}")
        return
    try:
        db = await open_database(settings.database_url, keys, SystemClock())
    except Unavailable as no:
        yield fault("DATABASE_URL", f"the registry does not answer ({no})")
        return
    try:
        async for finding in _about_open_registry(db, settings):
            yield finding
    except Unavailable as no:
        yield fault("DATABASE_URL", f"the registry does not answer ({no})")
    finally:
        await db.close()


async def _about_open_registry(db: Database, settings: Settings) -> AsyncIterator[Finding]:
    if not await schema_is_current(db):
        yield fault("registry", "the schema is not current; run `python -m bot migrate`")
        return
    yield fine("registry", f"answers, the schema is current ({db.engine_name})")
    yield await about_feed(settings, db.reader, db.clock.now())
    directory = Directory()
    await directory.refresh(db.reader)
    yield await _about_keys(db.reader, tuple(directory.clinics))
    for finding in _about_holidays(directory, db.clock.now().date().year):
        yield finding
    live = await staff.live_clinics(db.reader)
    if not live:
        yield fault("clinics", "none is live: each needs a group, a registrar and a head (`staff-code`)")
    for number in live:
        yield _about_clinic(directory.clinics[number], db.clock.now())
        for finding in _about_people(number, await staff.unconfirmed(db.reader, number)):
            yield finding
    clinics = [directory.clinics[number] for number in live]
    async for finding in about_signing(settings, db.reader, clinics, db.clock.now()):
        yield finding
    async for finding in _about_clinics_begun(db.reader, directory, live):
        yield finding
    for finding in _about_shared_phones(tuple(directory.clinics.values())):
        yield finding
    college = directory.clinics.get(COLLEGE)
    if college is not None:
        yield await _about_college(db.reader, college, db.clock.now())


async def _about_keys(reader: Reader, clinics: Sequence[int]) -> Finding:
    try:
        for number in clinics:
            await doctors(reader, number)
        await demand_right_keys(reader)
    except WrongKeys as wrong:
        advice = {
            KeyTrouble.NOT_THE_KEY: "is not the key of this registry; put the right one back",
            KeyTrouble.NOT_ROTATED: "has a new key in front; run `python -m bot rotate-key` first",
        }
        return fault("REGISTRY_KEY", advice[wrong.trouble])
    except CannotOpen as shut:
        return fault("REGISTRY_KEY", f"{shut}; put the missing key back into the ring")
    return fine("REGISTRY_KEY", "opens what was looked at; `python -m bot verify` opens everything")


def _about_holidays(directory: Directory, year: int) -> Sequence[Finding]:
    missing = [str(wanted) for wanted in (year, year + 1) if not directory.calendar.covers(wanted)]
    if missing:
        advice = "terms would be counted wrong (G-03); put them into holidays.csv and load it"
        return (fault("holidays", f"there are none for {' and '.join(missing)}; {advice}"),)
    return (fine("holidays", f"known for {year} and {year + 1}"),)


def _about_shared_phones(clinics: Sequence[Clinic]) -> Sequence[Finding]:
    named = ("clinics " + " and ".join(map(str, numbers)) for numbers in sharing_phones(clinics))
    advice = "have the same phone in the directory; ask them which is whose"
    return tuple(warning(name, advice) for name in named)


def _about_clinic(clinic: Clinic, now: datetime) -> Finding:
    name = f"{clinic.kind} {clinic.no}"
    if clinic.verified_on is None:
        return fault(
            name, "is live, but nobody has verified its row; phone it, then set verified_on in clinics.csv"
        )
    if now.date() - clinic.verified_on > OLD_VERIFICATION:
        return warning(name, f"its row was last verified on {clinic.verified_on.isoformat()}; phone it again")
    return fine(name, "live, verified")


def _about_people(clinic_no: int, unconfirmed: int) -> Sequence[Finding]:
    """Say how many work there who never typed a code from a phone of their own."""
    if not unconfirmed:
        return ()
    advice = "let each be invited anew (`staff-code --role ... --phone ...`, or /staff in the chat)"
    return (warning(f"clinic {clinic_no}", f"{unconfirmed} of its people confirmed no phone; {advice}"),)


async def _about_college(reader: Reader, college: Clinic, now: datetime) -> Finding:
    if not await training.is_linked(reader):
        return warning(f"college {college.no}", "nobody of it is linked yet: citizens are told to go there")
    return _about_clinic(college, now)


async def _about_clinics_begun(
    reader: Reader, directory: Directory, live: Sequence[int]
) -> AsyncIterator[Finding]:
    for number, clinic in directory.clinics.items():
        if number in live or clinic.is_college:
            continue
        roles, group = await staff.roles(reader, number), await staff.group_of(reader, number)
        missing = [role for role in ("registrar", "head") if role not in roles] + ["group"] * (group is None)
        if len(missing) < 3:
            yield warning(f"clinic {number}", f"is not live yet: no {', no '.join(missing)}")
