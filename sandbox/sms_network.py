"""The mobile network behind the sandbox's Twilio: messages, handsets, delivery reports, replies."""

import asyncio
import re
import secrets
from collections import OrderedDict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.utils import format_datetime
from typing import Final

from aiohttp import ClientError, ClientSession, ClientTimeout

from sandbox import TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, TWILIO_NUMBER
from sandbox.clock import SandboxClock
from sandbox.events import EventLog
from sandbox.faults import FaultBoard, FaultKind
from sandbox.segments import segment_count
from sandbox.signature import twilio_signature
from sandbox.sms_refusals import SmsRefusal
from sandbox.wire import Json

API_VERSION: Final = "2010-04-01"
_KEPT: Final = 100_000
_PER_PHONE: Final = 200
_REPORTERS: Final = 8
_STEP_SECONDS: Final = 0.02
_LONGEST_BODY: Final = 1600
_LONGEST_VALIDITY: Final = 36000
_ANSWER_WITHIN: Final = ClientTimeout(total=15)
_E164: Final = re.compile(r"\+[1-9]\d{9,14}")
_KAZAKHSTAN: Final = re.compile(r"\+7[67]\d{9}")
_KAZAKHSTAN_LANDLINE: Final = re.compile(r"\+77[12]\d{8}")
_STOP: Final = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"})
_START: Final = frozenset({"START", "UNSTOP"})


@dataclass(slots=True)
class Sms:
    """One message, in either direction, as Twilio keeps it and as the handset shows it."""

    resource: Json
    status_callback: str = ""
    final_status: str = "delivered"
    error_code: int | None = None

    def handset(self) -> Json:
        resource = self.resource
        keys = ("sid", "body", "from", "to", "direction", "status", "num_segments", "error_code")
        return {key: resource[key] for key in keys} | {"at": resource["sent_at"]}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a Messages call asks for."""

    to: str
    from_: str
    body: str
    status_callback: str = ""
    validity_period: str = ""


@dataclass(slots=True)
class SmsNetwork:
    clock: SandboxClock
    events: EventLog
    faults: FaultBoard
    webhook_url: str = ""
    signed_url: str = ""
    messages: OrderedDict[str, Sms] = field(default_factory=OrderedDict)
    handsets: dict[str, deque[Sms]] = field(default_factory=dict)
    unsubscribed: set[str] = field(default_factory=set)
    _reports: asyncio.Queue[Sms] = field(default_factory=asyncio.Queue)

    def send(self, wanted: Wanted) -> Sms:
        """Takes a message for delivery; raises SmsRefusal as Twilio would."""
        self._check(wanted)
        sms = Sms(self._resource("outbound-api", "queued", wanted), wanted.status_callback)
        undelivered = self.faults.twilio(FaultKind.SMS_UNDELIVERED, wanted.to)
        if undelivered is not None:
            sms.final_status, sms.error_code = undelivered.status, undelivered.code or 30003
        self._keep(wanted.to, sms)
        self._reports.put_nowait(sms)
        return sms

    async def reply(self, session: ClientSession, phone: str, body: str) -> Json:
        """A message typed on a handset. Twilio tells the webhook once and does not try again."""
        wanted = Wanted(to=TWILIO_NUMBER, from_=phone, body=body)
        sms = Sms(self._resource("inbound", "received", wanted))
        self._keep(phone, sms)
        self._note_opt_out(phone, body)
        if not self.webhook_url:
            return {"sid": sms.resource["sid"], "webhook_status": None}
        form = _inbound_form(sms.resource)
        status = await self._post(session, self.webhook_url, self.signed_url or self.webhook_url, form)
        return {"sid": sms.resource["sid"], "webhook_status": status}

    async def replay(self, session: ClientSession, sid: str) -> Json:
        """Posts an inbound message to the webhook once more: the same signed body."""
        form = _inbound_form(self.messages[sid].resource)
        status = await self._post(session, self.webhook_url, self.signed_url or self.webhook_url, form)
        return {"sid": sid, "webhook_status": status}

    def on_handset(self, phone: str) -> list[Json]:
        """The thread on a phone, oldest first, without what never arrived."""
        return [sms.handset() for sms in self.handsets.get(phone, ()) if sms.final_status == "delivered"]

    @asynccontextmanager
    async def reporting(self, session: ClientSession) -> AsyncIterator[None]:
        """While open, messages move on to their final status and callbacks are posted."""
        reporters = [asyncio.create_task(self._report(session)) for _ in range(_REPORTERS)]
        try:
            yield
        finally:
            for reporter in reporters:
                reporter.cancel()
            await asyncio.gather(*reporters, return_exceptions=True)

    def clear(self) -> None:
        self.messages.clear()
        self.handsets.clear()
        self.unsubscribed.clear()

    def _check(self, wanted: Wanted) -> None:
        for missing, code in ((wanted.to, 21604), (wanted.from_, 21603), (wanted.body, 21602)):
            if not missing:
                raise SmsRefusal(code)
        if wanted.from_ != TWILIO_NUMBER:
            raise SmsRefusal(21606, from_=wanted.from_)
        _check_recipient(wanted.to)
        if len(wanted.body) > _LONGEST_BODY:
            raise SmsRefusal(21617)
        _check_options(wanted)
        if wanted.to in self.unsubscribed:
            raise SmsRefusal(21610)

    def _resource(self, direction: str, status: str, wanted: Wanted) -> Json:
        sid = "SM" + secrets.token_hex(16)
        uri = f"/{API_VERSION}/Accounts/{TWILIO_ACCOUNT_SID}/Messages/{sid}"
        now = self.clock.now()
        return {
            "sid": sid,
            "account_sid": TWILIO_ACCOUNT_SID,
            "api_version": API_VERSION,
            "body": wanted.body,
            "date_created": format_datetime(now),
            "date_sent": None,
            "date_updated": format_datetime(now),
            "direction": direction,
            "error_code": None,
            "error_message": None,
            "from": wanted.from_,
            "messaging_service_sid": None,
            "num_media": "0",
            "num_segments": str(segment_count(wanted.body)),
            "price": None,
            "price_unit": "USD",
            "sent_at": now.isoformat(),
            "status": status,
            "subresource_uris": {"media": f"{uri}/Media.json"},
            "to": wanted.to,
            "uri": f"{uri}.json",
        }

    def _keep(self, phone: str, sms: Sms) -> None:
        self.messages[sms.resource["sid"]] = sms
        if len(self.messages) > _KEPT:
            self.messages.popitem(last=False)
        self.handsets.setdefault(phone, deque(maxlen=_PER_PHONE)).append(sms)
        self.events.note("sms", phone=phone)

    def _note_opt_out(self, phone: str, body: str) -> None:
        word = body.strip().upper()
        if word in _STOP:
            self.unsubscribed.add(phone)
        elif word in _START:
            self.unsubscribed.discard(phone)

    async def _report(self, session: ClientSession) -> None:
        while True:
            sms = await self._reports.get()
            for status in ("queued", "sent", sms.final_status):
                self._move(sms, status)
                await self._call_back(session, sms)
                await asyncio.sleep(_STEP_SECONDS)

    def _move(self, sms: Sms, status: str) -> None:
        now = format_datetime(self.clock.now())
        sms.resource |= {"status": status, "date_updated": now}
        if status == "sent":
            sms.resource["date_sent"] = now
        if status == sms.final_status:
            sms.resource["error_code"] = sms.error_code
            self.events.note("sms", phone=sms.resource["to"])

    async def _call_back(self, session: ClientSession, sms: Sms) -> None:
        if not sms.status_callback:
            return
        await self._post(session, sms.status_callback, sms.status_callback, _status_form(sms.resource))

    async def _post(
        self, session: ClientSession, url: str, signed_url: str, form: dict[str, str]
    ) -> int | None:
        """Posts a signed form; None when nobody answered."""
        headers = {"X-Twilio-Signature": twilio_signature(TWILIO_AUTH_TOKEN, signed_url, form)}
        try:
            async with session.post(url, data=form, headers=headers, timeout=_ANSWER_WITHIN) as answer:
                return answer.status
        except (ClientError, TimeoutError, OSError):
            return None


def _check_recipient(to: str) -> None:
    """The account may send to Kazakhstan only; landlines take no SMS."""
    if not _E164.fullmatch(to):
        raise SmsRefusal(21211, to)
    if not _KAZAKHSTAN.fullmatch(to):
        raise SmsRefusal(21408, to)
    if _KAZAKHSTAN_LANDLINE.fullmatch(to):
        raise SmsRefusal(21614, to)


def _check_options(wanted: Wanted) -> None:
    if wanted.status_callback and not wanted.status_callback.startswith(("http://", "https://")):
        raise SmsRefusal(21609, wanted.status_callback)
    period = wanted.validity_period
    if period and not (period.isdigit() and 1 <= int(period) <= _LONGEST_VALIDITY):
        raise SmsRefusal(35100)


def _inbound_form(resource: Json) -> dict[str, str]:
    return _status_names(resource) | {
        "Body": resource["body"],
        "NumMedia": "0",
        "NumSegments": resource["num_segments"],
        "FromCountry": "KZ",
        "ToCountry": "KZ",
    }


def _status_form(resource: Json) -> dict[str, str]:
    form = _status_names(resource) | {"MessageStatus": resource["status"]}
    if resource["error_code"] is not None:
        form["ErrorCode"] = str(resource["error_code"])
    return form


def _status_names(resource: Json) -> dict[str, str]:
    return {
        "AccountSid": resource["account_sid"],
        "ApiVersion": API_VERSION,
        "From": resource["from"],
        "To": resource["to"],
        "MessageSid": resource["sid"],
        "SmsMessageSid": resource["sid"],
        "SmsSid": resource["sid"],
        "SmsStatus": resource["status"],
    }
