"""The whole service by a local operator: the code leaves by SMPP, and the reply comes in by it."""

import asyncio

from storage import outbox
from tests.bot.smsc import Smsc, smsc
from tests.town import CODE, RunningTown
from tests.walks import to_the_code

AIGUL = "880412294549"


async def _by(town: RunningTown, operator: Smsc) -> None:
    await town.stop_bot()
    town.environ |= {
        "SMS_GATEWAYS": "smpp",
        "SMPP_URL": f"smpp://127.0.0.1:{operator.port}",
        "SMPP_SYSTEM_ID": "dariger",
        "SMPP_PASSWORD": "secret12",
        "SMPP_FROM": "1414",
        "TWILIO_AUTH_TOKEN": "",
    }
    await town.start_bot()
    await operator.bound()


async def test_S02_a_code_sent_back_to_the_operator_confirms_the_identity_in_the_chat(
    town: RunningTown,
) -> None:
    aigul = await town.citizen(AIGUL)
    async with smsc() as operator:
        await _by(town, operator)
        await to_the_code(aigul)
        async with asyncio.timeout(5):
            while not operator.submitted:  # noqa: ASYNC110 - the operator is not ours to be told by
                await asyncio.sleep(0.02)
        sent = operator.submitted[0]
        octets = sent.short_message[6:] if sent.esm_class else sent.short_message
        found = CODE.search(octets.decode("utf-16-be"))
        assert found is not None
        answer = f"иә {found[0]}".encode("utf-16-be")
        before = (await aigul.last()).message_id
        assert await operator.hand_over(answer, sender=aigul.phone.removeprefix("+"), coding=8) == 0
        message = await town.sandbox.wait_for_message(aigul.id, after=before)
        assert aigul.words("home_call.reason") in message.text
        assert await operator.receipt(operator.ids[0], "DELIVRD") == 0
        assert (await outbox.counts(town.app.db.reader))["sms", "delivered"] == 1
        await town.stop_bot()
    assert await town.sandbox.sms(aigul.phone) == []


async def test_S10_without_twilio_in_the_settings_its_doors_are_not_there(town: RunningTown) -> None:
    async with smsc() as operator:
        await _by(town, operator)
        side = town.app.settings.public_url
        for path in ("/twilio/sms", "/twilio/status"):
            async with town.app.session.post(f"{side}{path}", data={"x": "y"}) as answer:
                assert answer.status == 404
        await town.stop_bot()
