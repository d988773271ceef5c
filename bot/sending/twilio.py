"""Twilio as a gateway for SMS: what is sent by its Messages API, and what each of its errors means (S35)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import aiohttp

from bot.sending.gateways import (
    TIMEOUT,
    TOO_MANY,
    Delivered,
    Down,
    Fate,
    Later,
    Never,
    NoAnswer,
    Policy,
    as_answer,
    asking,
)

LONGEST_VALIDITY: Final = 36_000
"""Seconds for which Twilio keeps a message at most."""
SERVER_ERROR: Final = 500
SURELY_NOT_TAKEN: Final = frozenset({401, 403, 404, 429, 503})
"""What the API answers before it has looked at the message; after any other fault it may have taken it."""

# https://www.twilio.com/docs/api/errors, the codes that a send or a delivery report can bring.
TWILIO_POLICIES: Final[Mapping[int, Policy]] = {
    20003: Policy.DOWN,  # our credentials are refused
    20005: Policy.DOWN,  # the account is not active
    20429: Policy.RETRY,  # too many requests
    21211: Policy.STOP,  # not a phone number
    21408: Policy.ALERT,  # this country is not allowed in our account
    21606: Policy.ALERT,  # our sender cannot send this
    21610: Policy.STOP,  # the person answered STOP
    21611: Policy.RETRY,  # the sender's queue is full
    21612: Policy.STOP,  # no route to this number from our sender
    21614: Policy.STOP,  # not a mobile number
    21617: Policy.ALERT,  # longer than 1,600 characters
    30001: Policy.RETRY,  # queue overflow
    30002: Policy.DOWN,  # the account is suspended
    30003: Policy.RETRY,  # the handset is off or out of reach
    30004: Policy.STOP,  # the person blocks us
    30005: Policy.STOP,  # no such number
    30006: Policy.STOP,  # a landline, or a carrier out of reach
    30007: Policy.ALERT,  # the carrier filtered it as spam
    30008: Policy.RETRY,  # unknown to the carrier itself
}


TWILIO_ALONE: Final = frozenset({20003, 20005, 20429, 21408, 21606, 21611, 21612, 30001, 30002, 30007})
"""Refusals for a reason of Twilio's or of our account there: another gateway may well carry the message.

Never for what the person or the number stands for: whoever said STOP to one gateway gets nothing by another.
"""


def twilio_fate(status: int, code: int | None) -> Fate:
    """Return what a refusal of Twilio means, from its HTTP status and its own code."""
    name = f"sms_{code or status}"
    policy = TWILIO_POLICIES.get(code or 0)
    elsewhere = code in TWILIO_ALONE or (policy is None and status in SURELY_NOT_TAKEN)
    if policy is Policy.RETRY or (policy is None and status == TOO_MANY):
        return Later(name, elsewhere=elsewhere)
    if policy is Policy.DOWN or (policy is None and (status >= SERVER_ERROR or status in SURELY_NOT_TAKEN)):
        return Down(name, elsewhere=elsewhere)
    return Never(name, alert=policy is not Policy.STOP, elsewhere=elsewhere)


class Twilio:
    """Twilio's Messages API over HTTP, by plain aiohttp: a fifth less CPU than its client, and no import."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        api_url: str,
        account: str,
        token: str,
        sender: str,
        report_to: str,
    ) -> None:
        self._session = session
        self._url = f"{api_url}/2010-04-01/Accounts/{account}"
        self._headers = {"Authorization": aiohttp.encode_basic_auth(account, token)}
        self._sender = {"MessagingServiceSid" if sender.startswith("MG") else "From": sender}
        self._report = {"StatusCallback": report_to} if report_to else {}

    async def send(self, phone: str, text: str, valid_for: int | None = None) -> Fate:
        """Send words to a phone; after ``valid_for`` seconds the provider gives up by itself."""
        form = {"To": phone, "Body": text, **self._sender, **self._report}
        if valid_for is not None:
            form["ValidityPeriod"] = str(min(LONGEST_VALIDITY, max(1, valid_for)))
        try:
            status, answer = await self._post(f"{self._url}/Messages.json", form)
        except NoAnswer as fault:
            return Down(fault.code, elsewhere=fault.unasked)
        if status < 300:
            sid = answer.get("sid")
            return Delivered(sid if isinstance(sid, str) else None)
        return twilio_fate(status, answer.get("code"))

    async def account(self) -> tuple[int, dict[str, Any]]:
        """Return the HTTP status and the account as the provider sees it. Raises ``NoAnswer``."""
        url = f"{self._url}.json"
        async with asking(self._session.get(url, headers=self._headers, timeout=TIMEOUT)) as raw:
            return raw.status, as_answer(await raw.read(), raw.status)

    async def _post(self, url: str, form: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
        async with asking(self._session.post(url, data=form, headers=self._headers, timeout=TIMEOUT)) as raw:
            return raw.status, as_answer(await raw.read(), raw.status)
