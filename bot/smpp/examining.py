"""What the doctor finds about a local operator: whether it lets us in, and what its contract cannot do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from ipaddress import ip_address
from typing import Final

from bot.findings import Finding, fault, fine, warning
from bot.settings import Settings
from bot.smpp.account import account_of
from bot.smpp.gateway import TIMERS
from bot.smpp.link import NOT_NOW, Link, NotBound

WRONG_NAMES: Final = frozenset({0x0D, 0x0E, 0x0F})
BOUND_ALREADY: Final = 0x05


async def about_smpp(settings: Settings) -> AsyncIterator[Finding]:
    """Bind once, to send only, and part again."""
    if "smpp" not in settings.sms_gateways:
        return
    account = account_of(settings, sends_only=True)
    if not account.tls and not _is_near(account.host):
        yield warning(
            "SMPP_URL", "words and codes travel in the clear unless a VPN carries them; ask for smpps://"
        )
    if not settings.smpp_from.removeprefix("+").isdigit():
        yield warning("SMPP_FROM", "a sender's name cannot be answered: replying by SMS is off")
    try:
        link = await Link.bound(account, _nothing, TIMERS)
    except NotBound as no:
        yield _not_bound(no)
        return
    serving = asyncio.create_task(link.serve())
    # One turn of the loop, so that it is there to say goodbye.
    await asyncio.sleep(0)
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)
    yield fine("smpp", "the operator knows us and lets us in")


def _not_bound(no: NotBound) -> Finding:
    if no.status is None:
        return fault("smpp", f"the operator does not answer ({no.code}); see SMPP_URL and the network")
    if no.status == BOUND_ALREADY:
        return fine("smpp", "the operator knows us: the service is bound, and a second link is not allowed")
    if no.status in WRONG_NAMES:
        return fault(
            "smpp", f"the bind is refused ({no.code}); see SMPP_SYSTEM_ID, SMPP_PASSWORD, SMPP_SYSTEM_TYPE"
        )
    return fault("smpp", f"the bind is refused ({no.code}); ask the operator")


def _is_near(host: str) -> bool:
    """True for this machine and for addresses that only a private network leads to."""
    try:
        return ip_address(host).is_private
    except ValueError:
        return host == "localhost"


async def _nothing(pdu: object) -> int:
    del pdu
    return NOT_NOW
