"""Conversations that a fault of ours suspended: taken up again once the dialog's code has changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import locales
from bot.channels import telegram
from bot.channels.painting import CANCEL, RESUME, notice
from bot.talk.dialog_versions import current_digest
from dialogs.engine import Dialog, T
from storage import conversations, outbox
from storage.database import Database, Tx
from storage.outbox import Owed


async def take_up_again(
    db: Database, dialogs: Iterable[Dialog], now: datetime, worker: int
) -> tuple[Owed, ...]:
    """Open what was suspended under other code, and tell each person that they can go on.

    What if it runs twice: a conversation is opened once, and its message has one place in the outbox.
    """
    names, current = {dialog.name for dialog in dialogs}, current_digest()
    owed: tuple[Owed, ...] = ()
    for conversation_id, name, digest in await conversations.suspended(db.reader):
        if name in names and digest != current:
            owed += await db.decide(lambda tx, one=conversation_id: _reopen(tx, one, now, worker))  # type: ignore[misc]  # a lambda's default
    return owed


async def _reopen(tx: Tx, conversation_id: int, now: datetime, worker: int) -> tuple[Owed, ...]:
    if not await conversations.resume(tx, conversation_id, now):
        return ()
    address = await conversations.address_of(tx, conversation_id)
    kept = await conversations.by_id(tx, conversation_id)
    if address is None or kept is None:
        return ()
    locale = kept.locale
    screen = notice((T("desk.mended"),), (RESUME, CANCEL), lambda words: locales.render(words, locale))
    parcel = telegram.parcel_for(address, screen, dedupe=f"mended:{conversation_id}:{kept.revision}")
    return await outbox.put(tx, [parcel], worker, now + outbox.LEASE, now)
