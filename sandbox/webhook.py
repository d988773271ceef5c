"""Delivers updates to the bot's webhook: one at a time, in order, again until the bot says 2xx."""

import asyncio
from typing import Final

from aiohttp import ClientError, ClientSession, ClientTimeout

from sandbox.telegram import Telegram, Webhook
from sandbox.wire import Json

_PAUSES: Final = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
_ANSWER_WITHIN: Final = ClientTimeout(total=60)
_LOOK_AGAIN_SECONDS: Final = 1.0


async def deliver_updates(telegram: Telegram, session: ClientSession) -> None:
    """Runs until cancelled; does nothing while no webhook is set or Telegram is down."""
    failures = 0
    while True:
        updates, webhook = telegram.updates, telegram.webhook
        if not webhook.url or not updates.pending or telegram.faults.telegram_is_down() is not None:
            await updates.change(_LOOK_AGAIN_SECONDS)
            continue
        update = updates.pending[0]
        if await _post(telegram, session, webhook, update):
            updates.confirm_below(update["update_id"] + 1)
            failures = 0
            continue
        await asyncio.sleep(_PAUSES[min(failures, len(_PAUSES) - 1)])
        failures += 1


async def _post(telegram: Telegram, session: ClientSession, webhook: Webhook, update: Json) -> bool:
    headers = {}
    if webhook.secret_token:
        headers["X-Telegram-Bot-Api-Secret-Token"] = webhook.secret_token
    try:
        sending = session.post(webhook.url, json=update, headers=headers, timeout=_ANSWER_WITHIN)
        async with sending as answer:
            if answer.ok:
                return True
            complaint = f"Wrong response from the webhook: {answer.status} {answer.reason}"
    except (ClientError, TimeoutError, OSError):
        complaint = "Connection refused"
    webhook.last_error = complaint
    webhook.last_error_date = telegram.chats.timestamp()
    return False
