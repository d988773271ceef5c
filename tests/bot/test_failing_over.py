"""Two gateways for SMS: the second carries what the first surely did not take, and nothing leaves by both."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.channels.sms import sms_parcel
from bot.sending.carriers import Carriers, TelegramCarrier
from bot.sending.courier import NOTICE_PAUSE, Courier
from bot.sending.gate import Gate
from bot.sending.gateways import Delivered, Down, Fate, Later, Never
from bot.sending.joined import Together, sms_ways
from bot.sending.sms_carrier import SmsCarrier, Way
from bot.smpp.gateway import Contract, SmppGateway
from bot.smpp.writing import Sender
from locales.segments import parts
from storage import outbox
from storage.addresses import Address
from storage.outbox import Parcel
from tests.bot.house import QUICK as RATES
from tests.bot.house import WORKER, House, open_house, running, settings_for, until
from tests.bot.smsc import QUICK, Heard, Say, account_at, crooked, smsc

PHONE = "+77011234567"


@dataclass
class Desk:
    """A gateway of the test's own: it answers what it is told to, then takes everything."""

    answers: list[Fate] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)

    async def send(self, phone: str, text: str, valid_for: int | None = None) -> Fate:
        fate = self.answers.pop(0) if self.answers else Delivered(f"id{len(self.taken)}")
        if isinstance(fate, Delivered):
            self.taken.append(text)
        return fate


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as opened:
        yield opened


def courier_of(house: House, ways: Sequence[Way], *, latin: bool = False) -> Courier:
    sms = SmsCarrier(ways, RATES, 1000, house.db, house.clock, house.bells, latin=latin)
    carriers = Carriers(TelegramCarrier(house.telegram, RATES, house.bells), sms)
    return Courier(house.db, house.clock, carriers, house.bells, WORKER)


def two(house: House, first: Desk, second: Desk) -> tuple[Way, Way]:
    together = Together(("smpp", "twilio"), house.bells)
    return (
        Way("smpp", first, Gate("smpp", together)),
        Way("twilio", second, Gate("twilio", together)),
    )


def notice(text: str = "Дәрігер барады.", phone: str = PHONE) -> Parcel:
    return sms_parcel(phone, text, kind="notice")


def code(house: House, life: float = 300) -> Parcel:
    ends = house.clock.now() + timedelta(seconds=life)
    return sms_parcel(PHONE, "Код 123456", kind="code", challenge_id=7, expires_at=ends)


async def test_the_first_in_the_settings_carries_while_it_can(house: House) -> None:
    first, second = Desk(), Desk()
    courier = courier_of(house, two(house, first, second))
    courier.take(await house.owe(notice("1"), notice("2", "+77010000002")))
    await courier.rest()
    assert (sorted(first.taken), second.taken) == (["1", "2"], [])


@pytest.mark.parametrize(
    "refusal",
    [
        Down("smpp_unbound", elsewhere=True),
        Later("smpp_58", 2.0, elsewhere=True),
        Later("sms_20429", elsewhere=True),
        Never("smpp_a", elsewhere=True),
    ],
)
async def test_S35_what_the_first_surely_did_not_take_goes_by_the_second_at_once(
    house: House, refusal: Fate
) -> None:
    first, second = Desk([refusal]), Desk()
    courier = courier_of(house, two(house, first, second))
    courier.take(await house.owe(code(house)))
    await courier.rest()
    assert (first.taken, second.taken) == ([], ["Код 123456"])
    assert await house.statuses() == {("sms", "sent"): 1}


@pytest.mark.parametrize("refusal", [Never("sms_21610", alert=False), Never("smpp_b", alert=False)])
async def test_S35_what_the_person_or_the_number_stands_for_is_not_tried_by_another(
    house: House, refusal: Fate
) -> None:
    first, second = Desk([refusal]), Desk()
    courier = courier_of(house, two(house, first, second))
    courier.take(await house.owe(notice()))
    await courier.rest()
    assert (first.taken, second.taken) == ([], [])
    assert await house.statuses() == {("sms", "dead"): 1}


async def test_what_the_first_may_have_taken_is_never_sent_by_the_second(house: House) -> None:
    first, second = Desk([Down("smpp_TimeoutError")]), Desk()
    courier = courier_of(house, two(house, first, second))
    courier.take(await house.owe(notice("in doubt"), notice("new", "+77010000002")))
    await courier.rest()
    assert second.taken in ([], ["new"])
    assert "in doubt" in first.taken
    assert await house.statuses() == {("sms", "sent"): 2}


async def test_nor_in_the_next_life_of_the_process(house: House) -> None:
    first, second = Desk([Down("smpp_TimeoutError")] * 50), Desk()
    courier = courier_of(house, two(house, first, second))
    courier.take(await house.owe(notice()))
    await until(lambda: len(first.answers) < 50)
    await courier.stop()
    # It was in the first one's hands when the process ended; that one is away now, the second is not.
    again = Desk([Down("smpp_unbound", elsewhere=True)] * 50)
    following = courier_of(house, two(house, again, second))
    house.clock.move(seconds=1)
    await following.sweep()
    await asyncio.sleep(0.1)
    await following.stop()
    assert second.taken == []


async def test_what_is_in_doubt_for_long_is_given_up_so_that_it_holds_up_nothing(house: House) -> None:
    away = [Down("smpp_unbound", elsewhere=True)] * 50
    first, second = Desk([Down("smpp_TimeoutError"), *away]), Desk()
    ways = two(house, first, second)
    courier = courier_of(house, ways)
    courier.take(await house.owe(notice("in doubt"), notice("after it")))
    await until(lambda: len(first.answers) < 51)
    await courier.stop()
    house.clock.move(minutes=11)
    following = courier_of(house, ways)
    await following.sweep()
    await following.rest()
    assert second.taken == ["after it"]
    assert await house.statuses() == {("sms", "dead"): 1, ("sms", "sent"): 1}
    assert ("outbox.dead", "sms_in_doubt") in [(what, ids.get("code")) for what, ids in house.bells.rung]


async def test_what_waited_for_the_morning_is_in_doubt_only_since_it_was_handed_over(house: House) -> None:
    first, second = Desk([Down("smpp_TimeoutError")]), Desk()
    courier = courier_of(house, two(house, first, second))
    morning = house.clock.now() + timedelta(hours=9)
    await house.owe(replace(notice(), not_before=morning))
    house.clock.move(hours=9)
    await courier.sweep()
    await courier.rest()
    assert first.taken == ["Дәрігер барады."]
    assert await house.statuses() == {("sms", "sent"): 1}


async def test_what_both_refuse_for_now_is_tried_again_from_the_first_on(house: House) -> None:
    gone = Down("smpp_unbound", elsewhere=True)
    first, second = Desk([gone, gone]), Desk([Down("sms_503", elsewhere=True)])
    courier = courier_of(house, two(house, first, second))
    courier.take(await house.owe(notice()))
    await courier.rest()
    assert len(first.taken) + len(second.taken) == 1
    assert await house.statuses() == {("sms", "sent"): 1}


async def test_one_that_refuses_for_good_does_not_end_what_the_other_may_carry_later(house: House) -> None:
    first = Desk([Down("smpp_unbound", elsewhere=True)])
    second = Desk([Never("sms_21408", elsewhere=True)])
    courier = courier_of(house, two(house, first, second))
    courier.take(await house.owe(notice()))
    await courier.rest()
    assert len(first.taken) + len(second.taken) == 1


async def test_SMS_as_a_whole_is_down_only_when_every_gateway_is(house: House) -> None:
    bell = Together(("smpp", "twilio"), house.bells)
    bell.gateway_down("smpp", "smpp_unbound")
    assert set(house.bells._down) == {"sms_smpp"}
    bell.gateway_down("twilio", "sms_503")
    assert set(house.bells._down) == {"sms_smpp", "sms_twilio", "sms"}
    bell.gateway_up("smpp")
    assert set(house.bells._down) == {"sms_twilio"}
    bell.gateway_up("twilio")
    assert house.bells._down == {}


async def test_a_single_gateway_is_SMS_as_a_whole(house: House) -> None:
    bell = Together(("twilio",), house.bells)
    bell.gateway_down("twilio", "sms_503")
    assert set(house.bells._down) == {"sms"}
    bell.gateway_up("twilio")
    assert house.bells._down == {}


async def test_whoever_waits_at_a_gate_goes_on_as_soon_as_the_gateway_says_it_is_back(house: House) -> None:
    gate, loop = Gate("sms", house.bells), asyncio.get_running_loop()
    gate.close_for(30, "smpp_unbound")
    waiting = asyncio.create_task(gate.pass_through(loop.time() + 60))
    await asyncio.sleep(0)
    gate.reopen()
    async with asyncio.timeout(1):
        await waiting


# Somebody waits for a code


@pytest.fixture
def quick_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.sending.courier.CODE_PAUSES", (0.05, 0.1, 0.2))


@pytest.mark.usefixtures("quick_pauses")
async def test_a_code_that_the_first_may_have_taken_goes_by_the_second_at_the_next_attempt(
    house: House,
) -> None:
    first, second = Desk([Down("smpp_TimeoutError")]), Desk()
    courier = courier_of(house, two(house, first, second))
    courier.take(await house.owe(code(house)))
    await courier.rest()
    assert (first.taken, second.taken) == ([], ["Код 123456"])
    assert await house.statuses() == {("sms", "sent"): 1}


@pytest.mark.usefixtures("quick_pauses")
async def test_and_by_the_first_if_the_second_surely_does_not_take_it(house: House) -> None:
    first, second = Desk([Down("smpp_TimeoutError")]), Desk([Down("sms_503", elsewhere=True)])
    courier = courier_of(house, two(house, first, second))
    courier.take(await house.owe(code(house)))
    await courier.rest()
    assert (first.taken, second.taken) == (["Код 123456"], [])


@pytest.mark.parametrize("trouble", [Later("smpp_8"), Down("smpp_TimeoutError")])
async def test_a_code_waits_for_no_notice_to_the_same_phone(house: House, trouble: Fate) -> None:
    gateway = Desk([trouble])
    courier = courier_of(house, [Way("smpp", gateway, Gate("sms", house.bells))])
    courier.take(await house.owe(notice("held up")))
    await until(lambda: not gateway.answers)
    await asyncio.sleep(0.1)
    courier.take(await house.owe(code(house)))
    await until(lambda: "Код 123456" in gateway.taken, 2)
    await courier.stop()


async def test_nor_in_another_process_or_its_next_life(house: House) -> None:
    gateway = Desk()
    await house.owe(notice("of another process"), worker=2)
    async with house.db.transaction() as tx:
        (held,) = await outbox.put(tx, [notice("failed")], 1, house.clock.now(), house.clock.now())
        await outbox.failed(tx, held.id, "smpp_8", house.clock.now() + NOTICE_PAUSE, house.clock.now())
    owed = await house.owe(code(house))
    assert owed[0].leased
    house.clock.move(seconds=130)
    courier = courier_of(house, [Way("smpp", gateway, Gate("sms", house.bells))])
    await courier.sweep()
    await courier.rest()
    assert sorted(gateway.taken) == ["of another process", "Код 123456"]


async def test_a_new_code_does_not_wait_for_the_old_one(house: House) -> None:
    first, second = Desk([Down("smpp_TimeoutError")]), Desk([Down("sms_timeout")])
    courier = courier_of(house, two(house, first, second))
    courier.take(await house.owe(code(house)))
    await until(lambda: not first.answers)
    async with house.db.transaction() as tx:
        outbox.cancel_for_challenge(tx, 7)
    ends = house.clock.now() + timedelta(seconds=300)
    new = sms_parcel(PHONE, "Код 654321", kind="code", challenge_id=8, expires_at=ends)
    second.answers.clear()
    courier.take(await house.owe(new))
    await until(lambda: second.taken == ["Код 654321"], 2)
    await courier.stop()
    assert first.taken == []


# A code's life


async def test_a_code_that_expires_while_no_gateway_is_open_never_leaves(house: House) -> None:
    gone = Down("smpp_unbound", elsewhere=True)
    first, second = Desk([gone]), Desk([gone])
    courier = courier_of(house, two(house, first, second))
    courier.take(await house.owe(code(house, life=200)))
    await until(lambda: not second.answers)
    house.clock.move(seconds=201)
    await courier.rest()
    await courier.sweep()
    await courier.rest()
    assert (first.taken, second.taken) == ([], [])
    assert ("sms", "sent") not in await house.statuses()


async def test_S23_a_code_that_was_superseded_while_it_waited_never_leaves(house: House) -> None:
    first, second = Desk([Later("smpp_58", 1.0, elsewhere=True)]), Desk([Later("x", 1.0, elsewhere=True)])
    courier = courier_of(house, two(house, first, second))
    courier.take(await house.owe(code(house)))
    await until(lambda: not second.answers)
    async with house.db.transaction() as tx:
        outbox.cancel_for_challenge(tx, 7)
    await courier.rest()
    assert (first.taken, second.taken) == ([], [])
    assert await house.statuses() == {("sms", "cancelled"): 1}


# Nobody is told apart


async def test_S19_a_message_to_nowhere_is_written_down_like_any_other(house: House) -> None:
    first, second = Desk(), Desk()
    courier = courier_of(house, two(house, first, second))
    nowhere = Parcel(Address("nowhere", "-1"), "code", {"text": "Код 123456"})
    owed = await house.owe(nowhere, code(house))
    courier.take(owed)
    await courier.rest()
    held = [await outbox.held_by(house.db.reader, one.id) for one in owed]
    assert [one and one.gateway for one in held] == ["smpp", "smpp"]
    assert first.taken == ["Код 123456"]


# Latin letters


async def test_with_latin_letters_two_parts_become_one(house: House) -> None:
    text = "482913 – растау коды: үйге дәрігер шақыру. Медиус емханасы. 5 минут жарамды. Ешкімге айтпаңыз."
    first = Desk()
    courier = courier_of(house, [Way("smpp", first, Gate("sms", house.bells))], latin=True)
    courier.take(await house.owe(notice(text)))
    await courier.rest()
    assert (parts(text), parts(first.taken[0])) == (2, 1)
    assert first.taken[0].startswith("482913 - rastau kody: üìge däriger shaqyru.")


# The real ones


@asynccontextmanager
async def joined(house: House, smpp_port: int, order: str, **more: str) -> AsyncIterator[Courier]:
    settings = settings_for(
        house.sandbox.url,
        SMS_GATEWAYS=order,
        SMPP_URL=f"smpp://127.0.0.1:{smpp_port}",
        SMPP_SYSTEM_ID="dariger",
        SMPP_PASSWORD="secret12",
        SMPP_FROM="1414",
        **more,
    )
    ways = sms_ways(settings, house.session, house.db, house.clock, house.bells)
    carriers = Carriers(TelegramCarrier(house.telegram, RATES, house.bells), ways.carrier)
    courier = Courier(house.db, house.clock, carriers, house.bells, WORKER)
    async with running(ways.run(house.intake)):
        if ways.smpp is not None:
            await asyncio.sleep(0.2)
        yield courier


async def test_with_the_operator_away_twilio_carries(house: House) -> None:
    async with joined(house, 9, "smpp,twilio") as courier:
        courier.take(await house.owe(code(house)))
        await courier.rest()
    assert [sms.body for sms in await house.sandbox.sms(PHONE)] == ["Код 123456"]


async def test_with_twilio_down_the_operator_carries_and_what_is_said_to_it_comes_in(house: House) -> None:
    await house.sandbox.fault("sms_error", code=20003, phone=PHONE)
    async with smsc() as operator, joined(house, operator.port, "twilio,smpp") as courier:
        courier.take(await house.owe(code(house)))
        await courier.rest()
        assert [one.short_message.decode("utf-16-be") for one in operator.submitted] == ["Код 123456"]
        assert await operator.hand_over(b"1") == 0
        await operator.receipt(operator.ids[0], "DELIVRD")
    assert len(house.desk.rows) == 1
    assert await house.sandbox.sms(PHONE) == []
    assert await house.statuses() == {("sms", "delivered"): 1}


async def test_an_operator_that_took_a_message_and_fell_silent_keeps_it_from_twilio(house: House) -> None:
    submitted = 0

    async def answer(pdu: Heard, say: Say) -> bool:
        nonlocal submitted
        if pdu.command == 4:
            submitted += 1
            return False
        await say(pdu.command | 0x80000000, 0, pdu.number, b"7\0")
        return True

    async with crooked(answer) as port:
        gateway = SmppGateway(account_at(port), Contract(Sender("1414")), QUICK)
        together = Together(("smpp", "twilio"), house.bells)
        gate = Gate("smpp", together)
        gateway.tells(lambda fate: gate.reopen() if fate is None else gate.heard(fate))
        ways = [Way("smpp", gateway, gate), Way("twilio", house.sms, Gate("twilio", together))]
        courier = courier_of(house, ways)
        async with running(gateway.run()):
            await until(lambda: gateway.bound)
            courier.take(await house.owe(notice()))
            await until(lambda: submitted >= 2)
            await courier.stop()
    assert await house.sandbox.sms(PHONE) == []
