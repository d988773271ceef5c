"""What the doctor looks at of papers: keys, who may sign, templates, the authorities that are asked."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import aiohttp

from bot.findings import Finding, fault, fine, warning
from bot.papers.key_files import SOON, BadKey, KeyFolder, why
from bot.papers.template import template_faults
from bot.sending.gateways import TIMEOUT, NoAnswer, asking
from bot.settings import Settings
from rules.clinics import Clinic
from rules.papers import signer_on
from storage import papers
from storage.database import Reader
from storage.keys import CannotOpen

NOT_THERE: Final = 500


def about_papers(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Look at what lies in files: every key, every template."""
    yield from _about_keys(settings, now)
    faults = tuple(template_faults(Path(settings.papers_dir) if settings.papers_dir else None))
    for found in faults:
        yield fault("paper template", str(found))
    if not faults:
        yield fine("paper template", "all can be used")


def _about_keys(settings: Settings, now: datetime) -> Iterator[Finding]:
    if not settings.signing_keys:
        yield fault(
            "SIGNING_KEYS", "is empty; papers would wait unsigned: name the folder of the clinics' keys"
        )
        return
    keys = tuple(_folder(settings).all_keys(now))
    if not keys:
        yield fault("SIGNING_KEYS", "holds no key; put default.p12 or 5.p12 there, or run `signing-key`")
    if settings.tsa_url and not _folder(settings).authorities():
        yield warning("tsa.cer", "is not in SIGNING_KEYS, yet TSA_URL is set; verify-pdf counts no stamp")
    for key in keys:
        if isinstance(key, BadKey):
            yield fault(f"signing key {key.name}", why(key.fault))
        elif key.ends - now < SOON:
            yield warning(f"signing key {key.name}", f"ends on {key.ends:%Y-%m-%d}; get a new certificate")
        else:
            yield fine(f"signing key {key.name}", f"can sign, until {key.ends:%Y-%m-%d}")


async def about_signing(
    settings: Settings, reader: Reader, clinics: Sequence[Clinic], now: datetime
) -> AsyncIterator[Finding]:
    """Look whether each of these clinics has somebody who may sign, and a key (SG-03)."""
    for clinic in clinics:
        today = now.astimezone(ZoneInfo(clinic.zone)).date()
        try:
            signers = await papers.signers(reader, clinic.no)
        except CannotOpen:
            # Said under REGISTRY_KEY already, for everything it no longer opens.
            return
        if signer_on(signers, clinic.no, today) is None:
            yield fault(f"clinic {clinic.no}", "nobody may sign its papers today; load signers.csv")
        if not settings.signing_keys:
            continue
        key = _folder(settings).key_for(clinic.no, now)
        if isinstance(key, BadKey):
            yield fault(f"clinic {clinic.no}", f"its signing key {key.name} {why(key.fault)}")
        if settings.ncanode_url and isinstance(_folder(settings).state_key_for(clinic.no), BadKey):
            yield fault(f"clinic {clinic.no}", "has no key for the state's signature, yet NCANODE_URL is set")


async def about_authorities(settings: Settings, session: aiohttp.ClientSession) -> AsyncIterator[Finding]:
    """Ask whether the time-stamp authority and NCANode are there at all."""
    for name, url in (("TSA_URL", settings.tsa_url), ("NCANODE_URL", settings.ncanode_url)):
        if not url:
            continue
        try:
            async with asking(session.get(url, timeout=TIMEOUT, allow_redirects=False)) as raw:
                status = raw.status
        except NoAnswer as no:
            yield fault(name, f"does not answer ({no.code}); papers would wait for it")
            continue
        # What it says to a bare question does not matter: it is there.
        yield fine(name, "answers") if status < NOT_THERE else warning(name, f"answers {status}")


def _folder(settings: Settings) -> KeyFolder:
    return KeyFolder(Path(settings.signing_keys), settings.signing_keys_password.encode())
