"""By which consent something may be released at this very moment (S9), and what ends without one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.centres import notices
from otp import third_party
from rules.centre_info import NO_CONSENT, AboutWhom, InfoStatus, is_open
from rules.law import rule
from rules.third_party import Matter
from storage import audit, centres, due
from storage.centres import Info, Step
from storage.database import Reader, Tx
from storage.outbox import Parcel

CENTRE: str = "centre"
"""Who does what a centre's answer or a clock brings about, as marks and audit name them."""


@rule("IC-06", "IC-15", "G-34")
async def consent_of(reader: Reader, request: Info, now: datetime) -> int | None:
    """The consent that covers this request now; None if it was never given, or is taken back, or over."""
    if request.release_consent is None:
        return None
    if request.about is AboutWhom.OTHER:
        held = await third_party.holds(reader, Matter.CENTRE, request.id, now)
        return held if held == request.release_consent else None
    stands = await centres.own_consent_stands(reader, request.release_consent, request.asker_id)
    return request.release_consent if stands else None


@rule("IC-08", "G-34")
async def refuse(tx: Tx, request: Info, now: datetime) -> Sequence[Parcel]:
    """There is no consent: the only ground of refusal there is. Twice: nothing more."""
    if not is_open(request.status):
        return ()
    step = Step(ground=NO_CONSENT.code, closed_at=now)
    if not await centres.move(tx, request, InfoStatus.REFUSED, CENTRE, now, step):
        return ()
    due.clear(tx, None, request.id)
    parcels = notices.refused(tx, request, now)
    subject = f"centre_request:{request.id}"
    await audit.append(tx, "centre.refused", CENTRE, subject, {"ground": NO_CONSENT.code.value}, now)
    return parcels
