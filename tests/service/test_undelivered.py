"""An SMS with a code that does not arrive: the chat is told at once, where that gives nothing away."""

import asyncio

import pytest

from storage import outbox
from tests.town import Person, RunningTown
from tests.walks import to_the_code, to_the_summary

AIGUL = "880412294549"


def _told(who: Person, texts: list[str]) -> int:
    return texts.count(who.words("code.not_delivered"))


async def _texts(who: Person) -> list[str]:
    return [message.text for message in await who.messages()]


@pytest.mark.parametrize(
    ("fault", "error"),
    [("sms_undelivered", 30005), ("sms_undelivered", 30003), ("sms_error", 30006)],
)
async def test_G_46_a_chat_that_is_known_learns_at_once_that_its_code_did_not_arrive(
    town: RunningTown, fault: str, error: int
) -> None:
    aigul = await town.citizen(AIGUL)
    await to_the_summary(aigul)
    await town.advance(600)
    await aigul.say("/stop")
    await town.sandbox.fault(fault, phone=aigul.phone, code=error)
    await to_the_code(aigul)
    await town.sandbox.wait_for_message(aigul.id, aigul.words("code.not_delivered"))
    await aigul.read()
    assert _told(aigul, await _texts(aigul)) == 1


async def test_S19_a_chat_that_is_not_known_learns_nothing_of_the_SMS(town: RunningTown) -> None:
    stranger = await town.stranger()
    stranger.iin = AIGUL
    await town.sandbox.fault("sms_undelivered", phone="+77470006161", code=30005)
    await to_the_code(stranger)
    async with asyncio.timeout(10):
        # What is looked at is a row of the registry: there is no event to wait for.
        while (await outbox.counts(town.app.db.reader)).get(("sms", "undelivered")) != 1:  # noqa: ASYNC110 - as said
            await asyncio.sleep(0.05)
    await town.advance(5)
    await stranger.read()
    texts = await _texts(stranger)
    assert _told(stranger, texts) == 0
    # As under every code: the way on when no SMS comes.
    assert stranger.words("button.no_sms") in (await stranger.last()).labels
