"""Asks another person for their consent, in the words and by the channels of this house."""

from __future__ import annotations

from datetime import datetime

from bot.consents.composing import ConsentWords
from otp import third_party
from otp.third_party import Wanted
from rules.clock import Secrets
from storage.database import Tx
from storage.outbox import Parcel


async def ask(tx: Tx, wanted: Wanted, now: datetime, secrets: Secrets) -> tuple[Parcel, ...]:
    """Ask for the consent that is wanted; the parcels are to be put into the outbox.

    As many rows, statements and parcels for every IIN (S19). Whether this person may ask once more today is
    `third_party.may_ask`; about oneself nobody is asked (`third_party.about_oneself`). `third_party.holds`
    tells at the moment of release whether there is a consent. Raises Clash for a matter asked for before.
    """
    return await third_party.ask(tx, wanted, now, secrets, ConsentWords())
