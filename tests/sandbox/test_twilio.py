"""Twilio's own client and validator work against the sandbox unchanged."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession, encode_basic_auth, web
from twilio.base.exceptions import TwilioRestException
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from sandbox import TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, TWILIO_NUMBER
from sandbox.segments import segment_count
from tests.sandbox_server import Json, SandboxClient

PHONE = "+77011112233"


class Hooks:
    """The bot's side: keeps every form whose signature Twilio's validator finds right."""

    def __init__(self) -> None:
        self.url = ""
        self.status = 200
        self.forms: list[dict[str, str]] = []

    async def take(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        signature = request.headers["X-Twilio-Signature"]
        assert RequestValidator(TWILIO_AUTH_TOKEN).validate(self.url + request.path, form, signature)
        self.forms.append(form)
        return web.Response(status=self.status)

    def statuses(self) -> list[str]:
        return [form["MessageStatus"] for form in self.forms]


@pytest.fixture
async def hooks() -> AsyncIterator[Hooks]:
    listening = Hooks()
    app = web.Application()
    app.router.add_post("/{name}", listening.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    listening.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield listening
    await runner.cleanup()


@pytest.fixture
async def twilio(sandbox: SandboxClient) -> AsyncIterator[Client]:
    async with AsyncTwilioHttpClient(timeout=5) as http:
        client = Client(TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, http_client=http)
        client.api.base_url = sandbox.url
        yield client


async def _statuses(hooks: Hooks, count: int) -> list[str]:
    for _ in range(200):
        if len(hooks.forms) >= count:
            break
        await asyncio.sleep(0.02)
    return hooks.statuses()


async def test_a_message_is_queued_sent_delivered_and_read_on_the_phone(
    sandbox: SandboxClient, twilio: Client, hooks: Hooks
) -> None:
    sent = await twilio.messages.create_async(
        to=PHONE,
        from_=TWILIO_NUMBER,
        body="Код 482916. Дәрігерді үйге шақыру",
        status_callback=f"{hooks.url}/status",
        validity_period=300,
    )
    assert sent.sid is not None
    assert (sent.sid[:2], sent.status, sent.num_segments) == ("SM", "queued", "1")
    assert await _statuses(hooks, 3) == ["queued", "sent", "delivered"]
    assert {form["MessageSid"] for form in hooks.forms} == {sent.sid}
    assert [sms.body for sms in await sandbox.sms(PHONE)] == ["Код 482916. Дәрігерді үйге шақыру"]
    fetched = await twilio.messages(sent.sid).fetch_async()
    assert (fetched.status, fetched.to) == ("delivered", PHONE)
    assert [message.sid for message in await twilio.messages.list_async(limit=5)] == [sent.sid]


async def test_every_message_has_a_sid_of_its_own(twilio: Client) -> None:
    sent = [await twilio.messages.create_async(to=PHONE, from_=TWILIO_NUMBER, body="a") for _ in range(5)]
    assert len({message.sid for message in sent}) == 5


async def test_an_undelivered_message_never_shows_and_says_why(
    sandbox: SandboxClient, twilio: Client, hooks: Hooks
) -> None:
    await sandbox.fault("sms_undelivered", phone=PHONE, code=30005, status="undelivered", calls=1)
    callback = f"{hooks.url}/status"
    await twilio.messages.create_async(to=PHONE, from_=TWILIO_NUMBER, body="a", status_callback=callback)
    assert await _statuses(hooks, 3) == ["queued", "sent", "undelivered"]
    assert hooks.forms[-1]["ErrorCode"] == "30005"
    assert await sandbox.sms(PHONE) == []


@pytest.mark.parametrize(
    ("to", "sender", "body", "code"),
    [
        ("", TWILIO_NUMBER, "a", 21604),
        (PHONE, "", "a", 21603),
        (PHONE, TWILIO_NUMBER, "", 21602),
        (PHONE, "+77000000034", "a", 21606),
        ("8 701", TWILIO_NUMBER, "a", 21211),
        ("+15005550006", TWILIO_NUMBER, "a", 21408),
        ("+79161234567", TWILIO_NUMBER, "a", 21408),
        ("+77273974790", TWILIO_NUMBER, "a", 21614),
        (PHONE, TWILIO_NUMBER, "a" * 1601, 21617),
    ],
)
async def test_what_twilio_refuses_is_refused_with_its_code(
    twilio: Client, to: str, sender: str, body: str, code: int
) -> None:
    with pytest.raises(TwilioRestException) as refused:
        await twilio.messages.create_async(to=to, from_=sender, body=body)
    assert (refused.value.code, refused.value.status) == (code, 400)


@pytest.mark.parametrize(
    ("fault", "fields", "code", "status"),
    [
        ("sms_error", {"code": 21610}, 21610, 400),
        ("sms_429", {}, 20429, 429),
        ("twilio_down", {}, 20500, 500),
    ],
)
async def test_faults_on_demand_speak_with_twilios_voice(
    sandbox: SandboxClient, twilio: Client, fault: str, fields: Json, code: int, status: int
) -> None:
    await sandbox.fault(fault, calls=1, phone=PHONE, **fields)
    with pytest.raises(TwilioRestException) as refused:
        await twilio.messages.create_async(to=PHONE, from_=TWILIO_NUMBER, body="a")
    assert (refused.value.code, refused.value.status) == (code, status)
    await twilio.messages.create_async(to=PHONE, from_=TWILIO_NUMBER, body="a")


async def test_a_call_that_hangs_keeps_its_caller_waiting(sandbox: SandboxClient, twilio: Client) -> None:
    await sandbox.fault("sms_timeout", seconds=30, phone=PHONE, calls=1)
    with pytest.raises(TimeoutError):
        # The client's own timeout is ignored by its asynchronous half (9.13), so the caller must bring one.
        async with asyncio.timeout(0.5):
            await twilio.messages.create_async(to=PHONE, from_=TWILIO_NUMBER, body="a")
    assert await sandbox.sms(PHONE) == []


@pytest.mark.parametrize("password", ["", "wrong", "sandbox-token "])
async def test_a_wrong_password_is_20003(sandbox: SandboxClient, password: str) -> None:
    headers = {"Authorization": encode_basic_auth(TWILIO_ACCOUNT_SID, password)}
    url = f"{sandbox.url}/2010-04-01/Accounts/{TWILIO_ACCOUNT_SID}/Messages.json"
    async with ClientSession() as session, session.post(url, data={"To": PHONE}, headers=headers) as answer:
        assert (answer.status, (await answer.json())["code"]) == (401, 20003)


async def test_an_inbound_sms_is_signed_and_told_once(sandbox: SandboxClient, hooks: Hooks) -> None:
    await sandbox.sms_webhook(f"{hooks.url}/sms")
    hooks.status = 500
    told = await sandbox.reply_sms(PHONE, "Иә 482916")
    assert told["webhook_status"] == 500
    await asyncio.sleep(0.3)
    assert [(form["From"], form["To"], form["Body"]) for form in hooks.forms] == [
        (PHONE, TWILIO_NUMBER, "Иә 482916")
    ]
    hooks.status = 200
    assert await sandbox.replay_sms(told["sid"]) == 200
    assert len({form["MessageSid"] for form in hooks.forms}) == 1


async def test_the_public_address_is_signed_when_it_differs_from_the_one_posted_to(
    sandbox: SandboxClient, hooks: Hooks
) -> None:
    posted_to, hooks.url = hooks.url, "https://dariger.kz"
    await sandbox.sms_webhook(f"{posted_to}/sms", signed_url="https://dariger.kz/sms")
    assert (await sandbox.reply_sms(PHONE, "a"))["webhook_status"] == 200


async def test_stop_and_start_by_sms_close_and_open_the_number(
    sandbox: SandboxClient, twilio: Client
) -> None:
    await sandbox.reply_sms(PHONE, "stop")
    with pytest.raises(TwilioRestException) as refused:
        await twilio.messages.create_async(to=PHONE, from_=TWILIO_NUMBER, body="a")
    assert refused.value.code == 21610
    await sandbox.reply_sms(PHONE, "START")
    await twilio.messages.create_async(to=PHONE, from_=TWILIO_NUMBER, body="a")


@pytest.mark.parametrize(
    ("body", "parts"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("ә" * 70, 1),
        ("ә" * 71, 2),
        ("ә" * 134, 2),
        ("ә" * 135, 3),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("ә" + "😀" * 66, 2),
    ],
)
def test_parts_of_an_sms_are_counted_as_networks_do(body: str, parts: int) -> None:
    assert segment_count(body) == parts
