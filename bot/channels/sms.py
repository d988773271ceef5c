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
LONGEST_TEXT: Final = 500
"""As many letters as a person's own words may have in a chat; seven parts and a half."""
OPT_OUT: Final = frozenset({"STOP", "START", "HELP"})


def arrival_of(form: Mapping[str, str], now: datetime) -> Arrival:
    """Return an inbound SMS, whose signature has been checked, as an arrival (S11: MessageSid is unique)."""
    sid, phone = form.get("MessageSid", ""), form.get("From", "")
    body: dict[str, str] = {"from": phone, "text": form.get("Body", ""), "sid": sid}
    if form.get("NumMedia", "0") not in ("", "0"):
        body["media"] = form["NumMedia"]
    if form.get("OptOutType"):
        body["opt_out"] = form["OptOutType"]
    return Arrival("sms", sid, Address("sms", phone), json.dumps(body, ensure_ascii=False), now)


def read_sms(inbox_id: int, body: Mapping[str, object], received_at: datetime) -> Event:
    """Return what a kept inbound SMS means. Raises ``Poisoned`` when it is none."""
    phone, text, sid = (body.get(name) for name in ("from", "text", "sid"))
    if not isinstance(phone, str) or not isinstance(text, str) or not isinstance(sid, str):
        raise Poisoned("not_an_sms")
    # A short number or a sender's name cannot be answered, and is nobody's phone.
    if not PHONE.fullmatch(phone):
        return Ignored(inbox_id, "no_number")
    text, opt_out = clean(text), str(body.get("opt_out", ""))
    return SmsReceived(
        inbox_id,
        phone,
        cut_to_sense(text),
        sid,
        received_at,
        is_media="media" in body or not text,
        opt_out=opt_out if opt_out in OPT_OUT else "",
        is_cut=len(text) > LONGEST_TEXT,
    )


def cut_to_sense(text: str) -> str:
    """Return the beginning of a text that is too long, up to the end of a sentence or of a word."""
    if len(text) <= LONGEST_TEXT:
        return text
    head = text[:LONGEST_TEXT]
    ends = max(head.rfind(mark) for mark in (". ", "! ", "? ", "\n"))
    if ends > LONGEST_TEXT // 2:
        return head[: ends + 1].strip()
    return head.rpartition(" ")[0].strip() or head


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
