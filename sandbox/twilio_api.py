"""Twilio's Messages API over HTTP."""

import asyncio
import base64
import hmac
from typing import Final

from aiohttp import web

from sandbox import TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN
from sandbox.faults import FaultKind
from sandbox.sms_network import API_VERSION, Sms, SmsNetwork, Wanted
from sandbox.sms_refusals import SmsRefusal
from sandbox.wire import Json, json_answer

_AUTHORIZATION: Final = (
    "Basic " + base64.b64encode(f"{TWILIO_ACCOUNT_SID}:{TWILIO_AUTH_TOKEN}".encode()).decode()
).encode()
_PATH: Final = f"/{API_VERSION}/Accounts/{{account}}"
_PAGE: Final = 50


class TwilioApi:
    """Handlers for /2010-04-01/Accounts/<sid>/..."""

    def __init__(self, network: SmsNetwork) -> None:
        self._network = network

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get(f"{_PATH}.json", self.account),
            web.post(f"{_PATH}/Messages.json", self.create),
            web.get(f"{_PATH}/Messages.json", self.listing),
            web.get(f"{_PATH}/Messages/{{sid}}.json", self.fetch),
        ]

    async def account(self, request: web.Request) -> web.Response:
        try:
            _check_account(request)
        except SmsRefusal as refused:
            return json_answer(refused.body(), status=refused.status)
        return json_answer({"sid": TWILIO_ACCOUNT_SID, "status": "active", "friendly_name": "Sandbox"})

    async def create(self, request: web.Request) -> web.Response:
        try:
            _check_account(request)
            form = {name: str(value) for name, value in (await request.post()).items()}
            wanted = Wanted(
                to=form.get("To", "").strip(),
                from_=form.get("From", "").strip(),
                body=form.get("Body", ""),
                status_callback=form.get("StatusCallback", ""),
                validity_period=form.get("ValidityPeriod", ""),
            )
            await self._spoil(request, wanted.to)
            return json_answer(_shown(self._network.send(wanted)), status=201)
        except SmsRefusal as refused:
            return json_answer(refused.body(), status=refused.status)

    async def fetch(self, request: web.Request) -> web.Response:
        try:
            _check_account(request)
            return json_answer(_shown(self._kept(request)))
        except SmsRefusal as refused:
            return json_answer(refused.body(), status=refused.status)

    async def listing(self, request: web.Request) -> web.Response:
        try:
            _check_account(request)
        except SmsRefusal as refused:
            return json_answer(refused.body(), status=refused.status)
        size = int(request.query.get("PageSize", _PAGE))
        return json_answer(self._page(request, size))

    def _kept(self, request: web.Request) -> Sms:
        sms = self._network.messages.get(request.match_info["sid"])
        if sms is None:
            raise SmsRefusal(20404, request.path)
        return sms

    def _page(self, request: web.Request, size: int) -> Json:
        wanted = {name.lower(): value for name, value in request.query.items() if name in {"To", "From"}}
        found = [
            _shown(sms)
            for sms in reversed(self._network.messages.values())
            if all(sms.resource[name] == value for name, value in wanted.items())
        ]
        return {
            "messages": found[:size],
            "page": 0,
            "page_size": size,
            "start": 0,
            "end": min(size, len(found)) - 1,
            "uri": request.path_qs,
            "first_page_uri": request.path_qs,
            "next_page_uri": None,
            "previous_page_uri": None,
        }

    async def _spoil(self, request: web.Request, phone: str) -> None:
        """Lets the faults in force have their way with a message to `phone`."""
        faults = self._network.faults
        if not faults.faults:
            return
        if faults.twilio(FaultKind.TWILIO_DOWN, phone) is not None:
            raise SmsRefusal(20500)
        stuck = faults.twilio(FaultKind.SMS_TIMEOUT, phone)
        if stuck is not None:
            await asyncio.sleep(stuck.seconds)
            if request.transport is not None:
                request.transport.abort()
            raise SmsRefusal(20500)
        if faults.twilio(FaultKind.SMS_429, phone) is not None:
            raise SmsRefusal(20429)
        error = faults.twilio(FaultKind.SMS_ERROR, phone)
        if error is not None:
            raise SmsRefusal(error.code, phone)


def _check_account(request: web.Request) -> None:
    given = request.headers.get("Authorization", "").encode()
    if not hmac.compare_digest(given, _AUTHORIZATION):
        raise SmsRefusal(20003)
    if request.match_info["account"] != TWILIO_ACCOUNT_SID:
        raise SmsRefusal(20404, request.path)


def _shown(sms: Sms) -> Json:
    return {key: value for key, value in sms.resource.items() if key != "sent_at"}
