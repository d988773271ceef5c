"""The bot's own HTTP side: webhooks of Telegram and Twilio, health and figures.

A webhook fails closed (S10, S12): whoever cannot show the secret or the signature is
refused before anything is read further, and no body makes this side answer with 5xx.
A 503 stands for one thing only: what was sent could not be written down, so it has to
be sent again.
"""

from __future__ import annotations

import hmac
import json
import logging
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, Literal
from urllib.parse import parse_qsl

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from twilio.request_validator import RequestValidator

from bot.centres.page import CentrePage
from bot.centres.showing import Showing
from bot.channels.intake import Intake, arrival_of
from bot.channels.sms import arrival_of as sms_arrival_of
from bot.channels.telegram import bot_of
from bot.feeds.page import FeedPages
from bot.figures import standing_at
from bot.papers.checking import CheckDesk, CheckPage
from bot.sending.reports import Reports
from bot.sending.twilio import TWILIO_POLICIES
from bot.settings import Settings
from bot.surveys.page import QualityPage
from bot.watch import Watch
from dialogs.engine import Unavailable
from storage.database import Database
from storage.registry import Directory

LARGEST_BODY: Final = 64 * 1024
MOST_FIELDS: Final = 60
LONGEST_CODE: Final = 6
EMPTY_TWIML: Final = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
FINAL_STATUSES: Final[Mapping[str, Literal["delivered", "undelivered"]]] = {
    "delivered": "delivered",
    "read": "delivered",
    "undelivered": "undelivered",
    "failed": "undelivered",
}
# Twilio signs names and values run together, so an unknown name could hide the start of a value.
TWILIO_NAMES: Final = re.compile(
    r"AccountSid|ApiVersion|Body|From|To|MessageSid|SmsSid|SmsMessageSid|NumMedia|NumSegments|SmsStatus"
    r"|MessageStatus|MessagingServiceSid|ErrorCode|ErrorMessage|RawDlrDoneDate|OptOutType|AddOns|ReferralNumMedia"
    r"|(?:From|To)(?:City|State|Zip|Country)|ChannelPrefix|ChannelToAddress|ChannelInstallSid|StructuredMessage"
    r"|MediaUrl[0-9]{1,2}|MediaContentType[0-9]{1,2}|ForwardedMessageSid|ProfileName|WaId|MessageType|EventType"
)


@dataclass(frozen=True, slots=True)
class Side:
    """What the handlers need."""

    settings: Settings
    intake: Intake
    db: Database
    watch: Watch
    reports: Reports


SIDE: Final = web.AppKey("side", Side)


def application(settings: Settings, intake: Intake, db: Database, watch: Watch) -> web.Application:
    """Return the HTTP side, ready to be served on ``settings.listen``."""
    app = web.Application(client_max_size=LARGEST_BODY)
    app[SIDE] = Side(settings, intake, db, watch, Reports(db, intake.clock, watch))
    if settings.webhook:
        app.router.add_post("/telegram", telegram, expect_handler=nothing_more)
    if "twilio" in settings.sms_gateways:
        app.router.add_post("/twilio/sms", twilio_sms, expect_handler=nothing_more)
        app.router.add_post("/twilio/status", twilio_status, expect_handler=nothing_more)
    app.router.add_get("/healthz", health)
    app.router.add_get("/metrics", metrics)
    CheckPage(CheckDesk(db, intake.clock)).add_to(app)
    CentrePage(Showing(db, intake.clock)).add_to(app)
    QualityPage(db, intake.clock).add_to(app)
    FeedPages(db, intake.clock, Directory(), settings.public_url).add_to(app)
    return app


async def serve(app: web.Application, settings: Settings) -> web.AppRunner:
    """Listen; the runner's ``cleanup`` ends it. Raises ``OSError`` if the port is taken."""
    runner = web.AppRunner(app, access_log=None, logger=_logger())
    await runner.setup()
    await web.TCPSite(runner, settings.listen.host, settings.listen.port).start()
    return runner


def _logger() -> logging.Logger:
    """What the server complains of goes into the log, but for what strangers send that is no HTTP at all."""
    logger = logging.getLogger("aiohttp.server")
    if not any(isinstance(one, _NoHttp) for one in logger.filters):
        logger.addFilter(_NoHttp())
    return logger


class _NoHttp(logging.Filter):
    """Anybody can send such bytes, as often as they like: a traceback each would bury everything else."""

    def filter(self, record: logging.LogRecord) -> bool:
        fault = record.exc_info[1] if record.exc_info else None
        return not isinstance(fault, HttpProcessingError | web.RequestPayloadError)


async def nothing_more(_: web.Request) -> None:
    """Refuse whoever wants a word before the body: none of ours does, and aiohttp would repeat its bytes."""
    raise web.HTTPExpectationFailed


async def telegram(request: web.Request) -> web.Response:
    """An update by webhook: the secret in constant time, then the inbox, then 200."""
    side = request.app[SIDE]
    shown = request.headers.getall("X-Telegram-Bot-Api-Secret-Token", [])
    if len(shown) != 1 or not same(shown[0], side.settings.telegram_webhook_secret):
        return _refused(side, "telegram", "secret", 401)
    body = await _body(request)
    if body is None:
        return _refused(side, "telegram", "too_large", 413)
    try:
        bot = bot_of(side.settings.telegram_bot_token)
        arrival = arrival_of(json.loads(body), bot, side.intake.clock)
    except (ValueError, TypeError, RecursionError):
        return _refused(side, "telegram", "not_an_update", 400)
    try:
        await side.intake.accept((arrival,))
    except Unavailable:
        return _refused(side, "telegram", "not_kept", 503)
    return web.Response(status=200)


async def twilio_sms(request: web.Request) -> web.Response:
    """An inbound SMS: the signature, then the inbox, then an empty answer."""
    side = request.app[SIDE]
    form = await signed_form(request, "/twilio/sms")
    if form is None or not form.get("MessageSid") or not form.get("From"):
        return _refused(side, "sms", "signature", 403)
    try:
        await side.intake.accept((sms_arrival_of(form, side.intake.clock.now()),))
    except Unavailable:
        return _refused(side, "sms", "not_kept", 503)
    return web.Response(text=EMPTY_TWIML, content_type="text/xml")


async def twilio_status(request: web.Request) -> web.Response:
    """A delivery report: the signature, then the outbox, which only ever goes forward (S34)."""
    side = request.app[SIDE]
    form = await signed_form(request, "/twilio/status")
    sid = "" if form is None else form.get("MessageSid", "")
    if form is None or not sid:
        return _refused(side, "status", "signature", 403)
    status = FINAL_STATUSES.get(form.get("MessageStatus", ""))
    if status is not None:
        code = _error_of(form.get("ErrorCode", ""))
        why = f"sms_{code}" if code else None
        try:
            await side.reports.note(sid, status, why, TWILIO_POLICIES.get(code))
        except Unavailable:
            return _refused(side, "status", "not_kept", 503)
    return web.Response(status=204)


def _error_of(code: str) -> int:
    return int(code) if code.isascii() and code.isdigit() and len(code) <= LONGEST_CODE else 0


async def signed_form(request: web.Request, path: str) -> dict[str, str] | None:
    """Return the fields of a Twilio call, or ``None`` unless its signature is right and its names are known.

    The signed address comes from the settings, never from the request: behind a proxy
    the request does not know it. Signatures carry no time, so a replay is caught by its
    MessageSid, not here (S11).
    """
    side = request.app[SIDE]
    given = request.headers.getall("X-Twilio-Signature", [])
    body = await _body(request)
    if len(given) != 1 or body is None or request.content_type != "application/x-www-form-urlencoded":
        return None
    form = _fields(body)
    if form is None:
        return None
    address = (side.settings.public_url or f"http://{request.host}") + path
    return form if _is_signed(address, form, given[0], side.settings.twilio_auth_token) else None


def _is_signed(address: str, form: Mapping[str, str], signature: str, token: str) -> bool:
    # Under an empty token anybody could sign.
    if not token or not signature.isascii():
        return False
    # The validator raises on what is not ASCII, and on a Host that is none: it takes the address apart to try
    # it with and without its port.
    try:
        return bool(RequestValidator(token).validate(address, form, signature))
    except ValueError:
        return False


def _fields(body: bytes) -> dict[str, str] | None:
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, strict_parsing=True, max_num_fields=MOST_FIELDS,
            errors="strict",
        )  # fmt: skip
    except ValueError:
        return None
    form = dict(pairs)
    if len(form) != len(pairs) or not all(TWILIO_NAMES.fullmatch(name) for name in form):
        return None
    return form


async def health(request: web.Request) -> web.Response:
    """200 while every part moves and the database answers, else 503; facts, no people."""
    side = request.app[SIDE]
    silent = [silence.part for silence in side.watch.silences()]
    waiting = await _waiting(side)
    facts: dict[str, Any] = {
        "ok": not silent and waiting is not None,
        "silent": silent,
        "gateways_down": list(side.watch.long_down()),
        "database": "answers" if waiting is not None else "does not answer",
        "inbox_waiting": waiting,
        "heartbeats": side.watch.ages(),
    }
    return web.json_response(facts, status=200 if facts["ok"] else 503)


async def _waiting(side: Side) -> int | None:
    from storage import inbox

    try:
        return await inbox.waiting(side.db.reader)
    except Unavailable:
        return None


async def metrics(request: web.Request) -> web.Response:
    """The figures, behind a token if the settings name one."""
    side = request.app[SIDE]
    token = side.settings.metrics_token
    if token and not same(request.headers.get("Authorization", ""), f"Bearer {token}"):
        return _refused(side, "metrics", "token", 401)
    # Figures of the registry are left as they last stood when it does not answer; the heartbeats go on.
    with suppress(Unavailable):
        side.watch.stands(await standing_at(side.db.reader, side.intake.clock.now()))
    return web.Response(body=side.watch.exposition(), headers={"Content-Type": "text/plain; version=0.0.4"})


def same(shown: str, secret: str) -> bool:
    """Compare in constant time; an empty secret is like nothing."""
    return bool(secret) and hmac.compare_digest(shown.encode("utf-8", "surrogateescape"), secret.encode())


async def _body(request: web.Request) -> bytes | None:
    try:
        return await request.read()
    except (web.HTTPRequestEntityTooLarge, web.RequestPayloadError, HttpProcessingError):
        # Too long, cut short, or not packed as its header says.
        return None


def _refused(side: Side, path: str, why: str, status: int) -> web.Response:
    side.watch.webhook_refused(path, why)
    return web.Response(status=status)
