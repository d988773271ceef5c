"""The bot's own HTTP side over real HTTP: secrets, signatures, replays, odd bodies, health, figures."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from twilio.request_validator import RequestValidator

from bot.channels.intake import read_row
from bot.channels.sms import sms_parcel
from sandbox import TWILIO_AUTH_TOKEN
from storage import inbox, outbox, requests
from storage.addresses import Address
from storage.inbox import Arrival
from storage.requests import NewRequest
from tests.bot.house import WORKER, House, open_house
from tests.bot.web_side import PHONE, SECRET, Served, serving, sms, update
from tests.registry import add_clinic


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    async with open_house(tmp_path) as house, serving(house) as opened:
        yield opened


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET[:-1], "ö", "x" * 5000])
async def test_S12_an_update_with_a_wrong_secret_is_refused_and_leaves_nothing(
    served: Served, secret: str
) -> None:
    assert await served.telegram(update(1), secret) == 401
    assert served.house.desk.rows == []


async def test_S14_an_update_delivered_three_times_is_kept_once(served: Served) -> None:
    statuses = await asyncio.gather(*(served.telegram(update(number)) for number in (1, 2, 3) * 3))
    assert set(statuses) == {200}
    bot = served.house.telegram.bot
    assert sorted(served.house.desk.updates) == [f"{bot}:{number}" for number in (1, 2, 3)]


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"{}", b'{"update_id": "1"}', b'{"update_id": true}', b"\xff"]
)
async def test_a_body_that_is_no_update_is_refused_without_a_5xx(served: Served, body: bytes) -> None:
    assert await served.telegram(body) == 400


async def test_S43_a_body_over_64_KiB_is_refused(served: Served) -> None:
    assert await served.telegram(b"x" * 70_000) == 413


async def test_S13_an_update_that_could_not_be_kept_is_asked_for_again(served: Served) -> None:
    await served.house.db.close()
    assert await served.telegram(update(1)) == 503


async def test_an_sms_with_the_right_signature_is_kept(served: Served) -> None:
    assert await served.twilio("/twilio/sms", sms(text="Иә 123456")) == 200
    event = read_row(served.house.desk.rows[0])
    assert (event.phone, event.text) == (PHONE, "Иә 123456")  # type: ignore[union-attr]  # it is an SMS


@pytest.mark.parametrize("signature", [None, "", "wrong", "ö", "=" * 4000, "AAAAAAAAAAAAAAAAAAAAAAAAAAA="])
@pytest.mark.parametrize("path", ["/twilio/sms", "/twilio/status"])
async def test_S10_a_missing_wrong_or_odd_signature_is_403_and_leaves_nothing(
    served: Served, path: str, signature: str | None
) -> None:
    assert await served.twilio(path, {**sms(), "MessageStatus": "delivered"}, signature) == 403
    assert served.house.desk.rows == []


async def test_S10_two_signatures_are_none(served: Served) -> None:
    right = RequestValidator(TWILIO_AUTH_TOKEN).compute_signature(f"{served.url}/twilio/sms", sms())
    headers = [("X-Twilio-Signature", right), ("X-Twilio-Signature", right)]
    async with served.session.post(f"{served.url}/twilio/sms", data=sms(), headers=headers) as answer:
        assert answer.status == 403


async def test_S10_a_signed_body_whose_letters_were_moved_between_name_and_value_is_refused(
    served: Served,
) -> None:
    form = {"Body": "x", "From": PHONE, "MessageSid": "SM1"}
    right = RequestValidator(TWILIO_AUTH_TOKEN).compute_signature(f"{served.url}/twilio/sms", form)
    moved = {"Body": "x", "From": PHONE, "MessageSi": "dSM1"}
    assert await served.twilio("/twilio/sms", moved, right) == 403


@pytest.mark.parametrize(
    "body", [b"", b"Body=1&Body=2&MessageSid=SM1&From=%2B7", b"Body=%ff", b"\xff", b"a" * 70_000]
)
async def test_S10_a_strange_form_is_403_even_when_signed(served: Served, body: bytes) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": "x"}
    async with served.session.post(f"{served.url}/twilio/sms", data=body, headers=headers) as answer:
        assert answer.status == 403
    async with served.session.post(f"{served.url}/twilio/sms", json={"Body": "1"}) as answer:
        assert answer.status == 403


async def test_S11_a_signed_sms_replayed_twenty_times_has_one_effect(served: Served) -> None:
    statuses = [await served.twilio("/twilio/sms", sms("SM7")) for _ in range(20)]
    assert set(statuses) == {200}
    assert len(served.house.desk.rows) == 1


async def sent_sms(house: House, provider_id: str) -> None:
    owed = await house.owe(sms_parcel(PHONE, "x", kind="notice"))
    async with house.db.transaction() as tx:
        await outbox.sent_many(tx, [(owed[0].id, provider_id)], house.clock.now())


async def test_S34_a_delivery_report_never_goes_backwards(served: Served) -> None:
    await sent_sms(served.house, "SM9")
    for status in ("queued", "delivered", "sent", "undelivered", "failed"):
        assert await served.twilio("/twilio/status", {"MessageSid": "SM9", "MessageStatus": status}) == 204
    assert await served.house.statuses() == {("sms", "delivered"): 1}


async def test_a_report_that_overtakes_the_result_of_its_own_sending_is_not_lost(served: Served) -> None:
    form = {"MessageSid": "SM9", "MessageStatus": "delivered"}
    report = asyncio.create_task(served.twilio("/twilio/status", form))
    await asyncio.sleep(0.05)
    await sent_sms(served.house, "SM9")
    assert await report == 204
    assert await served.house.statuses() == {("sms", "delivered"): 1}


async def test_S35_an_sms_that_the_carrier_filtered_raises_an_alert(served: Served) -> None:
    await sent_sms(served.house, "SM9")
    form = {"MessageSid": "SM9", "MessageStatus": "undelivered", "ErrorCode": "30007"}
    assert await served.twilio("/twilio/status", form) == 204
    assert served.house.bells.rung == [("sms.undelivered", {"code": "sms_30007"})]


async def test_the_sandboxs_own_signed_sms_are_accepted(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house, serving(house) as opened:
        await house.sandbox.sms_webhook(f"{opened.url}/twilio/sms")
        told = await house.sandbox.reply_sms(PHONE, "123456")
        assert told["webhook_status"] == 200
        assert len(house.desk.rows) == 1


async def test_health_is_well_while_everything_moves_and_503_when_it_does_not(served: Served) -> None:
    served.house.bells.beat("tick")
    async with served.session.get(f"{served.url}/healthz") as answer:
        facts = await answer.json()
        assert (answer.status, facts["ok"], facts["inbox_waiting"]) == (200, True, 0)
    served.house.bells._beats["tick"] -= 1000
    async with served.session.get(f"{served.url}/healthz") as answer:
        assert (answer.status, (await answer.json())["silent"]) == (503, ["tick"])
    await served.house.db.close()
    async with served.session.get(f"{served.url}/healthz") as answer:
        assert (answer.status, (await answer.json())["database"]) == (503, "does not answer")


async def test_figures_are_shown_to_whoever_has_the_token_and_hold_no_people(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house, serving(house, METRICS_TOKEN="t0ken") as opened:
        await opened.twilio("/twilio/sms", sms(text="canary"))
        async with opened.session.get(f"{opened.url}/metrics") as answer:
            assert answer.status == 401
        headers = {"Authorization": "Bearer t0ken"}
        async with opened.session.get(f"{opened.url}/metrics", headers=headers) as answer:
            text = await answer.text()
    assert 'dariger_received_total{channel="sms"} 1.0' in text
    assert "canary" not in text
    assert PHONE not in text


async def test_figures_tell_what_waits_what_is_late_and_what_was_spent(served: Served) -> None:
    house, now = served.house, served.house.clock.now()
    await add_clinic(house.db)
    async with house.db.transaction() as tx:
        await outbox.put(tx, [sms_parcel(PHONE, "notice", kind="notice")] * 2, WORKER, now, now)
        (sent, _) = await outbox.claim(tx, WORKER, now + timedelta(seconds=1), now)
        await outbox.sent_many(tx, [(sent.id, "SM1")], now)
        await inbox.add(tx, [Arrival("telegram", "1", Address("telegram", "1"), "{}", now)], WORKER, now)
        late = NewRequest(
            clinic_no=5,
            service="home_call",
            address=Address("telegram", "1"),
            locale="kk",
            for_whom="self",
            status="registered",
            details={},
            patient_id=None,
            caller_id=None,
            answer_due=now + timedelta(seconds=40),
            visit_day=now.date(),
            open_slot=None,
        )
        await requests.register(tx, late, now)
    house.clock.move(seconds=45)
    async with served.session.get(f"{served.url}/metrics") as answer:
        lines = (await answer.text()).splitlines()
    for line in (
        'dariger_waiting{box="inbox"} 1.0',
        'dariger_waiting{box="outbox"} 1.0',
        'dariger_oldest_seconds{box="inbox"} 45.0',
        'dariger_oldest_seconds{box="outbox"} 45.0',
        'dariger_outbox_last_hour{channel="sms",status="sent"} 1.0',
        'dariger_outbox_last_hour{channel="sms",status="waiting"} 1.0',
        "dariger_overdue_requests 1.0",
        "dariger_sms_sent_today 1.0",
    ):
        assert line in lines
