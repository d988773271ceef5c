"""SMS about a consent, as the service hears them: each message once, and none that ends in silence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import pytest

from bot.channels.events import SmsReceived
from bot.consents.outcomes import Outcomes
from bot.consents.replies import ConsentReplies
from rules.phone import Phone
from rules.third_party import ConsentOutcome, ConsentState, Matter
from storage.addresses import Address
from storage.consent_requests import ConsentRequest
from storage.database import Database, Tx
from storage.outbox import Parcel
from tests.otp.asking import fresh_row
from tests.otp.third_parties import ASKERS_PHONE, PHONE, Desk
from tests.registry import HandClock, add_person


class Noting:
    """A matter that only notes what it is told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    async def decided(
        self, tx: Tx, request: ConsentRequest, outcome: ConsentOutcome, now: datetime
    ) -> Sequence[Parcel]:
        del tx, now
        self.told.append(f"{request.number} {outcome}")
        return ()

    async def withdrawn(self, tx: Tx, request: ConsentRequest, now: datetime) -> Sequence[Parcel]:
        del tx, now
        self.told.append(f"{request.number} withdrawn")
        return ()


@pytest.fixture
async def desk(db: Database, clock: HandClock) -> Desk:
    return Desk(db, clock, *await add_person(db, phone=ASKERS_PHONE, surname="Ахметова"))


def replies(desk: Desk) -> ConsentReplies:
    side = Noting()
    outcomes = Outcomes({Matter.CENTRE: side, Matter.DOCUMENT: side})
    return ConsentReplies(desk.db, outcomes, desk.clock, 1)


async def arrived(desk: Desk, text: str) -> SmsReceived:
    row = await fresh_row(desk.db, Address("sms", PHONE), desk.clock.now())
    return SmsReceived(row, PHONE, text, f"SM{row}", desk.clock.now())


async def test_a_message_that_was_handled_before_answers_no_later_request(desk: Desk) -> None:
    _, subject = await add_person(desk.db)
    _, first = await desk.code(subject)
    listener, event = replies(desk), await arrived(desk, "0")
    assert await listener.answer(event, Phone(PHONE))
    _, second = await desk.code(subject)
    assert await listener.answer(event, Phone(PHONE)) == ()
    assert (await desk.again(first)).state is ConsentState.REFUSED
    assert (await desk.again(second)).state is ConsentState.WAITING


async def test_S02_a_message_too_long_to_be_read_whole_is_no_consent(desk: Desk) -> None:
    _, subject = await add_person(desk.db)
    code, request = await desk.code(subject)
    cut = replace(await arrived(desk, f"{code} да"), is_cut=True)
    assert await replies(desk).answer(cut, Phone(PHONE))
    assert (await desk.again(request)).state is ConsentState.WAITING


@pytest.mark.parametrize("text", ["1", "да", "900725 297363"])
async def test_the_hint_is_given_once_and_then_the_words_are_for_whoever_talks_with_the_phone(
    text: str, desk: Desk
) -> None:
    _, subject = await add_person(desk.db)
    _, request = await desk.code(subject)
    listener = replies(desk)
    hinted = await listener.answer(await arrived(desk, text), Phone(PHONE))
    assert hinted
    assert "6 цифр" in str(hinted[0].body["text"])
    assert await listener.answer(await arrived(desk, text), Phone(PHONE)) is None
    assert await listener.answer(await arrived(desk, "0"), Phone(PHONE))
    assert (await desk.again(request)).state is ConsentState.REFUSED


async def test_which_of_two_is_asked_once(desk: Desk) -> None:
    _, subject = await add_person(desk.db)
    await desk.code(subject)
    await desk.code(subject)
    listener = replies(desk)
    assert await listener.answer(await arrived(desk, "жоқ"), Phone(PHONE))
    assert await listener.answer(await arrived(desk, "жоқ"), Phone(PHONE)) is None
