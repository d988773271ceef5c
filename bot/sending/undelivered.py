"""What a citizen is told when the SMS with a code did not arrive: at once, where that gives nothing away."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import locales
from bot.channels.screens import Screen
from bot.channels.telegram import parcel_for
from dialogs.engine import T
from otp.awaited import awaited_in
from rules.law import rule
from storage import outbox
from storage.database import Tx
from storage.outbox import Parcel

_ANY_WORKER: Final = 0


async def tell_at_once(tx: Tx, challenge_id: int | None, now: datetime) -> None:
    """Put ``tell_of_code`` down for whichever courier sweeps next, within a second. Twice: nothing more."""
    parcels = await tell_of_code(tx, challenge_id, now)
    if parcels:
        await outbox.put(tx, parcels, _ANY_WORKER, now - timedelta.resolution, now)


@rule("G-46")
async def tell_of_code(tx: Tx, challenge_id: int | None, now: datetime) -> tuple[Parcel, ...]:
    """A message for the chat that waits for this code, if this identity was confirmed in it before.

    Anywhere else it would tell that the IIN is known; there "No SMS?" leads on, as under every code (S19).
    What if it runs twice: the chat is told once.
    """
    waiting = None if challenge_id is None else await awaited_in(tx, challenge_id, now)
    if waiting is None:
        return ()
    chat, locale = waiting
    words = locales.render(T("code.not_delivered"), locale)
    dedupe = f"code_not_delivered:{challenge_id}"
    return (parcel_for(chat, Screen(words), kind="notice", dedupe=dedupe),)
