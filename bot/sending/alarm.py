"""An SMS to the duty phone: by a blocking call of its own, past everything that may stand still."""

from __future__ import annotations

import asyncio
import base64
import urllib.error
import urllib.parse
import urllib.request
from typing import Final

import structlog

from bot.sending.gateways import Delivered, Fate
from bot.settings import Settings

TIMEOUT: Final = 10.0

log = structlog.get_logger()


def sent_at_once(settings: Settings, phone: str, text: str) -> bool:
    """Send words to a phone by the first gateway that takes them; False if none does.

    Not from a thread that runs an event loop: an operator is bound on a loop made for this alone.
    """
    return any(_BY[name](settings, phone, text) for name in settings.sms_gateways)


def _by_twilio(settings: Settings, phone: str, text: str) -> bool:
    sender = "MessagingServiceSid" if settings.twilio_from.startswith("MG") else "From"
    form = {"To": phone, sender: settings.twilio_from, "Body": text}
    account = settings.twilio_account_sid
    request = urllib.request.Request(  # noqa: S310 - the address comes from the settings, which allow http(s) only
        f"{settings.twilio_api_url}/2010-04-01/Accounts/{account}/Messages.json",
        urllib.parse.urlencode(form).encode(),
    )
    credentials = base64.b64encode(f"{account}:{settings.twilio_auth_token}".encode()).decode()
    request.add_header("Authorization", f"Basic {credentials}")
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT):  # noqa: S310 - as above
            return True
    except (urllib.error.URLError, OSError) as fault:
        log.error("duty.unreachable", gateway="twilio", fault=type(fault).__name__)  # noqa: TRY400 - a stack says no more
        return False


def _by_smpp(settings: Settings, phone: str, text: str) -> bool:
    fate = asyncio.run(_bound_and_sent(settings, phone, text))
    if not isinstance(fate, Delivered):
        log.error("duty.unreachable", gateway="smpp", fault=getattr(fate, "code", "timeout"))
    return isinstance(fate, Delivered)


async def _bound_and_sent(settings: Settings, phone: str, text: str) -> Fate | None:
    # Imported here: whoever sends by Twilio alone does not load it.
    from bot.smpp.account import operator_of

    gateway = operator_of(settings, sends_only=True)
    heard: asyncio.Future[Fate | None] = asyncio.get_running_loop().create_future()
    gateway.tells(lambda fate: None if heard.done() else heard.set_result(fate))
    running = asyncio.create_task(gateway.run())
    try:
        async with asyncio.timeout(TIMEOUT):
            return await heard or await gateway.send(phone, text)
    except TimeoutError:
        return None
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


_BY: Final = {"twilio": _by_twilio, "smpp": _by_smpp}
