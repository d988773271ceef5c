"""What a person is told when a fault of ours kept their message from being answered."""

from __future__ import annotations

import locales
from bot.channels import telegram
from bot.channels.painting import MENU, RESUME, notice
from bot.channels.sms import sms_parcel
from dialogs.engine import Plain, T
from rules.phone import BadPhone, Phone
from storage import conversations
from storage.addresses import Address
from storage.database import Tx
from storage.inbox import Received
from storage.outbox import Parcel


async def apology_for(tx: Tx, row: Received) -> tuple[Parcel, ...]:
    """The words owed for a message that was put aside: sorry, a phone, 103. Groups get none.

    What if it runs twice: each inbox row has one apology in the outbox.
    """
    if row.channel == "telegram" and int(row.address_key) <= 0:
        return ()
    address = Address("telegram", row.address_key) if row.channel == "telegram" else row.address
    chat, _ = await conversations.of_address(tx, address)
    spoken = (chat.locale,) if chat and chat.locale else locales.LOCALES
    if row.channel == "sms":
        return _by_sms(address, spoken[0], row.id)
    words = tuple(Plain(locales.render(T("desk.suspended"), name)) for name in spoken)
    screen = notice(words, (RESUME, MENU), lambda said: locales.render(said, spoken[0]))
    return (telegram.parcel_for(address, screen, dedupe=f"apology:{row.id}"),)


def _by_sms(address: Address, spoken: str, inbox_id: int) -> tuple[Parcel, ...]:
    """A mobile of the country gets one; a number abroad costs most and is nobody's here."""
    try:
        Phone.parse(address.key)
    except BadPhone:
        return ()
    words = locales.render(T("desk.suspended"), spoken, short=True)
    return (sms_parcel(address.key, words, kind="apology", dedupe=f"apology:{inbox_id}"),)
