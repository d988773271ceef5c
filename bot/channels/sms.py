"""SMS: what Twilio posts becomes an arrival and an event; words become the bodies of outbox rows.

Nothing here does I/O. The sender of an SMS can be forged, so nothing here takes it for
an identity (S2).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from bot.channels.events import Event, Ignored, Poisoned, SmsReceived
from dialogs.engine import clean
from storage.addresses import Address
from storage.inbox import Arrival
from storage.outbox import Parcel

PHONE: Final = re.compile(r"\+[1-9][0-9]{7,14}")
# Far more than ten parts: what is longer was not typed on a phone.
LONGEST_TEXT: Final = 1600


def arrival_of(form: Mapping[str, str], now: datetime) -> Arrival:
    """Return an inbound SMS, whose signature has been checked, as an arrival (S11: MessageSid is unique)."""
    sid, phone = form.get("MessageSid", ""), form.get("From", "")
    body = json.dumps({"from": phone, "text": form.get("Body", ""), "sid": sid}, ensure_ascii=False)
    return Arrival("sms", sid, Address("sms", phone), body, now)


def read_sms(inbox_id: int, body: Mapping[str, object]) -> Event:
    """Return what a kept inbound SMS means. Raises ``Poisoned`` when it is none."""
    phone, text, sid = (body.get(name) for name in ("from", "text", "sid"))
    if not isinstance(phone, str) or not isinstance(text, str) or not isinstance(sid, str):
        raise Poisoned("not_an_sms")
    # A short number or a sender's name cannot be answered, and is nobody's phone.
    if not PHONE.fullmatch(phone):
        return Ignored(inbox_id, "no_number")
    return SmsReceived(inbox_id, phone, clean(text)[:LONGEST_TEXT], sid)


def sms_parcel(
    phone: str,
    text: str,
    *,
    kind: str,
    dedupe: str | None = None,
    request_id: int | None = None,
    challenge_id: int | None = None,
    not_before: datetime | None = None,
    expires_at: datetime | None = None,
) -> Parcel:
    """Return words owed to a phone (E.164). ``kind`` is ``code`` for what must be erased once sent."""
    return Parcel(
        Address("sms", phone),
        kind,
        {"text": text},
        dedupe=dedupe,
        request_id=request_id,
        challenge_id=challenge_id,
        not_before=not_before,
        expires_at=expires_at,
    )
