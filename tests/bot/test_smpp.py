"""SMPP 3.4 against an operator that we did not write: out, receipts, in, and links that end."""

import asyncio
import json
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
import smpp34
import uvloop
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.by_sms.showing import KIND as TALK
from bot.channels.sms import sms_parcel
from bot.sending.carriers import Carriers, TelegramCarrier
from bot.sending.courier import Courier
from bot.sending.gate import Gate
from bot.sending.gateways import Delivered, Down, Fate, Later, Never
from bot.sending.reports import Reports
from bot.sending.sms_carrier import SmsCarrier, Way
from bot.smpp import tags
from bot.smpp.alphabet import BASIC, EXTENSION, gsm, letters
from bot.smpp.gateway import Contract, SmppGateway
from bot.smpp.inbound import Inbound
from bot.smpp.link import NOT_NOW, Cut, Link
from bot.smpp.writing import Long, Sender, pieces
from locales.segments import GSM_ALPHABET, GSM_EXTENSION, parts
from storage.outbox import Parcel
from tests.bot.house import QUICK as RATES
from tests.bot.house import WORKER, House, open_house, running, until
from tests.bot.smsc import QUICK, Heard, Say, Smsc, account_at, crooked, smsc

PHONE = "+77011234567"
KAZAKH = "Дәрігер бүгін келеді. Өтінім нөмірі: 05-000123. "
CONTRACT = Contract(Sender("1414"))


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as opened:
        yield opened


@asynccontextmanager
async def bound(
    port: int, contract: Contract = CONTRACT, house: House | None = None
) -> AsyncIterator[SmppGateway]:
    """A gateway that runs and is bound; with a house it receives too."""
    gateway = SmppGateway(account_at(port), contract, QUICK)
    if house is not None:
        receive(gateway, house)
    async with running(gateway.run()):
        await until(lambda: gateway.bound)
        yield gateway


def receive(gateway: SmppGateway, house: House) -> None:
    reports = Reports(house.db, house.clock, house.bells)
    gateway.receives(
        Inbound(house.db, house.clock, house.intake, reports, house.bells, gateway.id_in_receipt)
    )


def courier_of(house: House, gateway: SmppGateway) -> Courier:
    gate = Gate("sms", house.bells)
    gateway.tells(lambda fate: gate.reopen() if fate is None else gate.heard(fate))
    sms = SmsCarrier([Way("smpp", gateway, gate)], RATES, 1000, house.db, house.clock, house.bells)
    carriers = Carriers(TelegramCarrier(house.telegram, RATES, house.bells), sms)
    return Courier(house.db, house.clock, carriers, house.bells, WORKER)


def notice(text: str = "Дәрігер барады.") -> Parcel:
    return sms_parcel(PHONE, text, kind="notice")


# Letters and pieces


def test_the_letters_of_GSM_are_those_by_which_parts_are_counted() -> None:
    assert set(BASIC) - {"\x1b"} == GSM_ALPHABET
    assert set(EXTENSION.values()) == GSM_EXTENSION


@given(st.text(sorted(GSM_ALPHABET | GSM_EXTENSION), max_size=200))
def test_what_is_written_in_GSM_is_read_back(text: str) -> None:
    octets = gsm(text)
    assert octets is not None
    assert letters(octets, 0) == text


@given(st.text(max_size=400), st.sampled_from([Long.UDH, Long.SAR]))
def test_words_are_cut_into_as_many_parts_as_were_counted_and_none_is_lost(text: str, long: Long) -> None:
    cut = pieces(text, long, 7)
    joined = "".join(
        letters(piece.octets[6:] if piece.esm_class else piece.octets, piece.data_coding) for piece in cut
    )
    assert joined == text.encode("utf-16-be", "replace").decode("utf-16-be")
    # Neither an escaped letter nor a pair is torn, so now and then there is one part more.
    assert parts(text) <= len(cut) <= parts(text) + 1
    assert all(len(piece.octets) <= (160 if piece.data_coding == 0 else 140) for piece in cut)


# Out


async def test_words_in_latin_letters_go_in_the_default_alphabet_and_others_in_UCS_2() -> None:
    async with smsc() as operator, bound(operator.port) as gateway:
        assert await gateway.send(PHONE, "Kod 123456", 300) == Delivered("smpp:43968")
        assert await gateway.send(PHONE, "Код 123456") == Delivered("smpp:43969")
        latin, cyrillic = operator.submitted
        assert (latin.short_message, latin.data_coding) == (b"Kod 123456", 0)
        assert (cyrillic.short_message.decode("utf-16-be"), cyrillic.data_coding) == ("Код 123456", 8)
        assert (latin.destination_addr, latin.dest_addr_ton, latin.dest_addr_npi) == ("77011234567", 1, 1)
        assert latin.registered_delivery == 1


@pytest.mark.parametrize(
    ("sender", "kind"),
    [("+77001234567", ("77001234567", 1, 1)), ("1414", ("1414", 3, 0)), ("EMHANA 5", ("EMHANA 5", 5, 0))],
)
async def test_the_sender_is_told_as_a_number_a_short_number_or_a_name(
    sender: str, kind: tuple[str, int, int]
) -> None:
    async with smsc() as operator, bound(operator.port, Contract(Sender(sender))) as gateway:
        await gateway.send(PHONE, "x")
        sent = operator.submitted[0]
        assert (sent.source_addr, sent.source_addr_ton, sent.source_addr_npi) == kind


async def test_a_codes_life_is_told_to_the_operator() -> None:
    heard: list[Heard] = []

    async def answer(pdu: Heard, say: Say) -> bool:
        heard.append(pdu)
        await say(pdu.command | 0x80000000, 0, pdu.number, b"7\0")
        return True

    async with crooked(answer) as port, bound(port) as gateway:
        assert await gateway.send(PHONE, "Код", 285) == Delivered("smpp:7")
    submitted = smpp34.decode(next(pdu.raw for pdu in heard if pdu.command == 4))
    assert isinstance(submitted, smpp34.SubmitSm)
    assert submitted.validity_period == "000000000445000R"


@pytest.mark.parametrize("long", list(Long))
async def test_a_long_message_arrives_whole_in_each_form_that_operators_want(long: Long) -> None:
    text = (KAZAKH * 3).strip()
    async with smsc() as operator, bound(operator.port, Contract(Sender("1414"), long)) as gateway:
        assert await gateway.send(PHONE, text) == Delivered("smpp:43968")
        assert joined(operator) == text
        # The receipt stands for the piece with the code.
        assert [one.registered_delivery for one in operator.submitted] == [1, 0, 0][: len(operator.submitted)]


def joined(operator: Smsc) -> str:
    text = ""
    for one in operator.submitted:
        tlvs = {tlv.tag: tlv.value for tlv in one.tlvs}
        octets = tlvs.get(tags.MESSAGE_PAYLOAD, one.short_message)
        text += (octets[6:] if one.esm_class & 0x40 else octets).decode("utf-16-be")
    return text


async def test_the_code_stands_in_the_first_piece() -> None:
    async with smsc() as operator, bound(operator.port) as gateway:
        await gateway.send(PHONE, "482913 – растау коды: үйге дәрігер шақыру. " + KAZAKH)
        assert operator.submitted[0].short_message[6:].decode("utf-16-be").startswith("482913")


# What it refuses


@pytest.mark.parametrize(
    ("status", "fate"),
    [
        (0x0B, Never("smpp_b", alert=False)),
        (0x0A, Never("smpp_a", elsewhere=True)),
        (0x58, Later("smpp_58", 2.0, elsewhere=True)),
        (0x08, Later("smpp_8", elsewhere=True)),
        (0x04, Down("smpp_4", elsewhere=True)),
    ],
)
async def test_S35_what_the_operator_refuses_has_its_policy(status: int, fate: Fate) -> None:
    async with smsc() as operator, bound(operator.port) as gateway:
        operator.refusals.append(status)
        assert await gateway.send(PHONE, "x") == fate
        assert await gateway.send(PHONE, "x") == Delivered("smpp:43968")


@pytest.mark.parametrize(("status", "code"), [(0, "smpp_ff"), (0x58, "smpp_58")])
async def test_an_answer_that_is_no_answer_to_what_was_sent_counts_as_a_refusal(
    status: int, code: str
) -> None:
    async def answer(pdu: Heard, say: Say) -> bool:
        command = 0x80000000 if pdu.command == 4 else pdu.command | 0x80000000
        await say(command, status if pdu.command == 4 else 0, pdu.number, b"")
        return True

    async with crooked(answer) as port, bound(port) as gateway:
        fate = await gateway.send(PHONE, "x")
        assert isinstance(fate, Later)
        assert (fate.code, fate.elsewhere) == (code, True)


async def test_S35_too_fast_is_waited_out_and_costs_the_message_no_attempt(house: House) -> None:
    async with smsc() as operator, bound(operator.port) as gateway:
        courier = courier_of(house, gateway)
        operator.refusals.extend([0x58])
        began = asyncio.get_running_loop().time()
        courier.take(await house.owe(notice("1"), sms_parcel("+77010000002", "2", kind="notice")))
        await courier.rest()
        assert asyncio.get_running_loop().time() - began >= 1.9
        assert len(operator.submitted) == 2
    assert await house.statuses() == {("sms", "sent"): 2}


async def test_half_a_message_is_never_sent_whole_by_another_gateway() -> None:
    submitted = 0

    async def answer(pdu: Heard, say: Say) -> bool:
        nonlocal submitted
        submitted += pdu.command == 4
        status = 0x58 if pdu.command == 4 and submitted == 2 else 0
        await say(pdu.command | 0x80000000, status, pdu.number, b"7\0")
        return True

    async with crooked(answer) as port, bound(port) as gateway:
        assert await gateway.send(PHONE, KAZAKH * 3) == Down("smpp_58")


# Links


async def test_what_waits_while_the_operator_is_away_leaves_when_it_is_back(house: House) -> None:
    async with smsc() as operator, bound(operator.port) as gateway:
        port = operator.port
        courier = courier_of(house, gateway)
        # The library's server lets its links live on when it stops listening.
        esme = await operator.bound()
        await operator.server.stop()
        await esme.unbind()
        await until(lambda: not gateway.bound)
        assert await gateway.send(PHONE, "x") == Down("smpp_unbound", elsewhere=True)
        courier.take(await house.owe(notice()))
        async with smsc(port) as again:
            await until(lambda: gateway.bound)
            await courier.rest()
            assert len(again.submitted) == 1
    assert await house.statuses() == {("sms", "sent"): 1}


async def test_an_operator_that_falls_silent_is_left_and_bound_anew() -> None:
    binds = 0

    async def answer(pdu: Heard, say: Say) -> bool:
        nonlocal binds
        if pdu.command == 9:
            binds += 1
            await say(0x80000009, 0, pdu.number, b"SMSC\0")
        elif binds > 1:
            await say(pdu.command | 0x80000000, 0, pdu.number, b"")
        return True

    async with crooked(answer) as port, bound(port) as gateway:
        await until(lambda: binds > 1)
        await until(lambda: gateway.bound)


async def test_a_message_that_was_never_answered_may_have_been_taken() -> None:
    async def answer(pdu: Heard, say: Say) -> bool:
        if pdu.command != 4:
            await say(pdu.command | 0x80000000, 0, pdu.number, b"\0")
        return True

    async with crooked(answer) as port, bound(port) as gateway:
        assert await gateway.send(PHONE, "x") == Down("smpp_TimeoutError")


async def test_a_link_that_is_cut_under_a_message_leaves_it_in_doubt() -> None:
    async def answer(pdu: Heard, say: Say) -> bool:
        if pdu.command == 4:
            return False
        await say(pdu.command | 0x80000000, 0, pdu.number, b"\0")
        return True

    async with crooked(answer) as port, bound(port) as gateway:
        fate = await gateway.send(PHONE, "x")
        assert isinstance(fate, Down)
        assert not fate.elsewhere


@pytest.mark.parametrize("loop", [asyncio.new_event_loop, uvloop.new_event_loop])
def test_a_link_that_is_gone_before_anybody_noticed_is_cut(
    loop: Callable[[], asyncio.AbstractEventLoop],
) -> None:
    """The service runs on uvloop, which has a word of its own for a connection that is gone."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        bind = await reader.read(1000)
        writer.write(struct.pack(">IIII", 17, 0x80000009, 0, int.from_bytes(bind[12:16], "big")) + b"\0")
        await writer.drain()
        # Reset, not closed.
        own = writer.get_extra_info("socket")
        own.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    async def cut() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        async with server:
            link = await Link.bound(account_at(server.sockets[0].getsockname()[1]), nobody, QUICK)
            await asyncio.sleep(0.1)
            with pytest.raises(Cut):
                await link.submit(
                    lambda number: smpp34.SubmitSm("1", "2", b"x", sequence_number=number).encode()
                )
            link.close()

    async def nobody(pdu: smpp34.DeliverSm) -> int:
        return NOT_NOW

    with asyncio.Runner(loop_factory=loop) as runner:
        runner.run(cut())


async def test_a_flood_of_words_does_not_keep_us_from_hearing_what_became_of_a_code() -> None:
    flood = 500
    body = smpp34.DeliverSm("77011234567", "1414", b"1", source_addr_ton=1).encode()[16:]

    class Slow:
        async def begin(self) -> None:
            return

        async def take(self, pdu: smpp34.DeliverSm) -> int:
            await asyncio.sleep(60)
            return 0

    statuses: list[int] = []

    async def answer(pdu: Heard, say: Say) -> bool:
        if pdu.command == 4:
            for number in range(1, flood + 1):
                await say(5, 0, number, body)
        if pdu.command == 0x80000005:
            statuses.append(int.from_bytes(pdu.raw[8:12], "big"))
        else:
            await say(pdu.command | 0x80000000, 0, pdu.number, b"7\0")
        return True

    async with crooked(answer) as port:
        gateway = SmppGateway(account_at(port), CONTRACT, QUICK)
        gateway.receives(Slow())
        async with running(gateway.run()):
            await until(lambda: gateway.bound)
            assert await gateway.send(PHONE, "x") == Delivered("smpp:7")
            await until(lambda: len(statuses) >= flood - 201)
    assert set(statuses) == {NOT_NOW}


async def test_an_operator_that_gives_no_ids_takes_a_message_once(house: House) -> None:
    submitted = 0

    async def answer(pdu: Heard, say: Say) -> bool:
        nonlocal submitted
        submitted += pdu.command == 4
        await say(pdu.command | 0x80000000, 0x58 if submitted == 2 else 0, pdu.number, b"\0")
        return True

    async with crooked(answer) as port, bound(port) as gateway:
        # Half of it is there: it is no other gateway's any more.
        assert await gateway.send(PHONE, KAZAKH * 3) == Down("smpp_58")
        assert await gateway.send(PHONE, "x") == Delivered(None)
        assert gateway.id_in_receipt("") not in {None, "smpp:7"}


@pytest.mark.parametrize("status", [0x0E, 0x0F, 0x05])
async def test_a_bind_that_is_refused_is_heard_of_and_tried_again(status: int) -> None:
    heard: list[Fate | None] = []

    async def answer(pdu: Heard, say: Say) -> bool:
        await say(0x80000009, 0 if heard else status, pdu.number, b"\0")
        return True

    async with crooked(answer) as port:
        gateway = SmppGateway(account_at(port), CONTRACT, QUICK)
        gateway.tells(heard.append)
        async with running(gateway.run()):
            await until(lambda: gateway.bound)
    assert heard[:2] == [Down(f"smpp_{status:x}", elsewhere=True), None]


async def test_we_answer_enquiries_and_part_when_we_are_told_to() -> None:
    said: list[Heard] = []

    async def answer(pdu: Heard, say: Say) -> bool:
        said.append(pdu)
        if pdu.command == 9:
            await say(0x80000009, 0, pdu.number, b"\0")
            await say(0x15, 0, 77, b"")
            await say(0x0102, 0, 78, b"what is that")
            await say(0x06, 0, 79, b"")
        return True

    async with crooked(answer) as port:
        gateway = SmppGateway(account_at(port), CONTRACT, QUICK)
        async with running(gateway.run()):
            await until(lambda: any(pdu.number == 79 for pdu in said))
    answered = {pdu.number: pdu.command for pdu in said if pdu.number >= 77}
    assert answered == {77: 0x80000015, 78: 0x80000000, 79: 0x80000006}


async def test_at_an_orderly_stop_we_say_goodbye() -> None:
    said: list[int] = []

    async def answer(pdu: Heard, say: Say) -> bool:
        said.append(pdu.command)
        await say(pdu.command | 0x80000000, 0, pdu.number, b"\0")
        return True

    async with crooked(answer) as port:
        async with bound(port):
            pass
        await until(lambda: 6 in said)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(junk=st.binary(min_size=1, max_size=200))
async def test_S10_whatever_an_operator_sends_the_link_is_bound_anew_and_nothing_breaks(junk: bytes) -> None:
    spoiled = False

    async def answer(pdu: Heard, say: Say) -> bool:
        nonlocal spoiled
        await say(pdu.command | 0x80000000, 0, pdu.number, b"\0")
        if not spoiled and pdu.command == 9:
            spoiled = True
            # As a PDU of its own, as the body of what may be handed over, and as bytes without a head.
            await say(0x05, 0, 5, junk)
            await say(int.from_bytes(junk[:4], "big"), 0, 6, junk)
            return False
        return True

    async with crooked(answer) as port:
        gateway = SmppGateway(account_at(port), CONTRACT, QUICK)
        async with running(gateway.run()):
            async with asyncio.timeout(5):
                # What is looked at is the gateway's answer: there is no event to wait for.
                while not isinstance(await gateway.send(PHONE, "x"), Delivered):  # noqa: ASYNC110 - as said
                    await asyncio.sleep(0.01)
            assert spoiled


# Receipts


async def sent(house: House, gateway: SmppGateway) -> None:
    courier = courier_of(house, gateway)
    courier.take(await house.owe(notice()))
    await courier.rest()


@pytest.mark.parametrize(
    ("stat", "status"),
    [("DELIVRD", "delivered"), ("UNDELIV", "undelivered"), ("DELETED", "undelivered"), ("ENROUTE", "sent")],
)
async def test_a_receipt_ends_a_message_or_leaves_it_on_its_way(house: House, stat: str, status: str) -> None:
    async with smsc() as operator, bound(operator.port, house=house) as gateway:
        await sent(house, gateway)
        assert await operator.receipt(operator.ids[0], stat) == 0
    assert await house.statuses() == {("sms", status): 1}


async def test_S34_a_receipt_never_takes_a_message_back(house: House) -> None:
    async with smsc() as operator, bound(operator.port, house=house) as gateway:
        await sent(house, gateway)
        for stat in ("DELIVRD", "UNDELIV", "ENROUTE", "DELIVRD"):
            assert await operator.receipt(operator.ids[0], stat) == 0
    assert await house.statuses() == {("sms", "delivered"): 1}


async def test_a_receipt_by_parameters_alone_is_read_too(house: House) -> None:
    async with smsc() as operator, bound(operator.port, house=house) as gateway:
        await sent(house, gateway)
        named = {tags.RECEIPTED_MESSAGE_ID: f"{operator.ids[0]}\0".encode(), tags.MESSAGE_STATE: b"\x02"}
        assert await operator.hand_over(b"", tlvs=named) == 0
    assert await house.statuses() == {("sms", "delivered"): 1}


async def test_receipts_that_nobody_knows_hold_up_nobodys_words(house: House) -> None:
    async with smsc() as operator, bound(operator.port, house=house):
        loop = asyncio.get_running_loop()
        began = loop.time()
        receipts = [asyncio.ensure_future(operator.receipt(str(number), "DELIVRD")) for number in range(15)]
        await asyncio.sleep(0)
        assert await operator.hand_over(b"1") == 0
        assert loop.time() - began < 2
        assert set(await asyncio.gather(*receipts)) == {0}


async def test_an_operator_that_answers_in_hexadecimal_and_reports_in_decimal_is_understood(
    house: House,
) -> None:
    contract = Contract(Sender("1414"), decimal_receipts=True)
    async with smsc() as operator, bound(operator.port, contract, house) as gateway:
        operator.hexadecimal = True
        await sent(house, gateway)
        assert await operator.receipt(str(int(operator.ids[0], 16)), "DELIVRD") == 0
    assert await house.statuses() == {("sms", "delivered"): 1}


@pytest.mark.parametrize("answered", ["0000abc0", "ABC0", "abc0"])
async def test_however_the_hexadecimal_id_is_written(answered: str) -> None:
    async def answer(pdu: Heard, say: Say) -> bool:
        await say(pdu.command | 0x80000000, 0, pdu.number, answered.encode() + b"\0")
        return True

    contract = Contract(Sender("1414"), decimal_receipts=True)
    async with crooked(answer) as port, bound(port, contract) as gateway:
        taken = await gateway.send(PHONE, "x")
        assert taken == Delivered(gateway.id_in_receipt(str(0xABC0)))


@pytest.mark.parametrize("named", ["²", "9" * 500, "-1", "\x7f"])
async def test_S45_a_receipt_with_a_strange_id_is_taken_and_nobodys(house: House, named: str) -> None:
    contract = Contract(Sender("1414"), decimal_receipts=True)
    async with smsc() as operator, bound(operator.port, contract, house):
        tlvs = {tags.RECEIPTED_MESSAGE_ID: named.encode("latin-1") + b"\0", tags.MESSAGE_STATE: b"\x02"}
        assert await operator.hand_over(b"", esm_class=4, tlvs=tlvs) == 0


async def test_G_47_a_notice_that_did_not_arrive_in_the_evening_is_sent_again_in_the_morning(
    house: House,
) -> None:
    house.clock.move(hours=8, minutes=59)  # 20:59
    async with smsc() as operator, bound(operator.port, house=house) as gateway:
        courier = courier_of(house, gateway)
        courier.take(await house.owe(notice()))
        await courier.rest()
        assert await operator.receipt(operator.ids[-1], "EXPIRED") == 0
        for _ in range(11):
            house.clock.move(hours=1)
            assert await courier.sweep() == 0
        house.clock.move(minutes=1)
        assert await courier.sweep() == 1
        await courier.rest()


async def test_a_notice_whose_phone_was_off_for_a_day_is_not_sent_again(house: House) -> None:
    async with smsc() as operator, bound(operator.port, house=house) as gateway:
        await sent(house, gateway)
        house.clock.move(hours=24)
        assert await operator.receipt(operator.ids[-1], "EXPIRED") == 0
    assert await house.statuses() == {("sms", "undelivered"): 1}


async def test_a_page_of_a_conversation_is_not_sent_again_for_its_numbers_mean_something_else_by_then(
    house: House,
) -> None:
    async with smsc() as operator, bound(operator.port, house=house) as gateway:
        courier = courier_of(house, gateway)
        courier.take(await house.owe(sms_parcel(PHONE, "1 иә 2 жоқ", kind=TALK)))
        await courier.rest()
        assert await operator.receipt(operator.ids[-1], "EXPIRED") == 0
    assert await house.statuses() == {("sms", "undelivered"): 1}


async def test_S35_a_notice_for_a_phone_out_of_reach_is_sent_again_three_times_and_then_no_more(
    house: House,
) -> None:
    async with smsc() as operator, bound(operator.port, house=house) as gateway:
        courier = courier_of(house, gateway)
        courier.take(await house.owe(notice()))
        await courier.rest()
        for minutes in (5, 30, 120, 240):
            assert await operator.receipt(operator.ids[-1], "EXPIRED") == 0
            house.clock.move(minutes=minutes - 1)
            assert await courier.sweep() == 0
            house.clock.move(minutes=1)
            await courier.sweep()
            await courier.rest()
        assert len(operator.submitted) == 4
    assert await house.statuses() == {("sms", "undelivered"): 4}


async def test_S35_a_code_for_a_phone_out_of_reach_is_not_sent_again(house: House) -> None:
    async with smsc() as operator, bound(operator.port, house=house) as gateway:
        courier = courier_of(house, gateway)
        ends = house.clock.now() + timedelta(minutes=5)
        courier.take(await house.owe(sms_parcel(PHONE, "123456", kind="code", expires_at=ends)))
        await courier.rest()
        await operator.receipt(operator.ids[-1], "EXPIRED")
    assert await house.statuses() == {("sms", "undelivered"): 1}


async def test_S35_what_the_operator_rejects_raises_an_alert(house: House) -> None:
    async with smsc() as operator, bound(operator.port, house=house) as gateway:
        await sent(house, gateway)
        await operator.receipt(operator.ids[0], "REJECTD")
    assert house.bells.rung == [("sms.undelivered", {"code": "smpp_rejectd"})]


async def test_a_receipt_for_a_message_that_is_not_ours_is_nobodys(house: House) -> None:
    async with smsc() as operator, bound(operator.port, house=house):
        assert await operator.receipt("12345", "DELIVRD") == 0
        assert await operator.hand_over(b"no receipt at all", esm_class=0x04) == 0
        assert await operator.hand_over(b"read", esm_class=0x08) == 0
    assert house.desk.rows == []


# In


@pytest.mark.parametrize(
    ("octets", "coding", "text"),
    [
        (b"Iya 123456", 0, "Iya 123456"),
        ("Иә 123456".encode("utf-16-be"), 8, "Иә 123456"),
        ("да".encode("iso8859-5"), 6, "да"),
        (b"\x01\x02", 4, ""),
        (b"", 0, ""),
        ("да".encode("utf-16-be"), 0x18, "да"),
    ],
)
async def test_an_SMS_is_written_down_as_it_was_typed(
    house: House, octets: bytes, coding: int, text: str
) -> None:
    async with smsc() as operator, bound(operator.port, house=house):
        assert await operator.hand_over(octets, coding=coding) == 0
    assert said(house) == [(PHONE, text)]


def said(house: House) -> list[tuple[str, str]]:
    bodies = [json.loads(row.body) for row in house.desk.rows]
    return [(body["from"], body["text"]) for body in bodies]


@pytest.mark.parametrize(
    ("sender", "ton", "phone"),
    [
        ("77011234567", 1, PHONE),
        ("+77011234567", 0, PHONE),
        ("77011234567", 0, PHONE),
        ("87011234567", 2, PHONE),
        ("7011234567", 2, PHONE),
        ("491701234567", 1, "+491701234567"),
        ("1414", 0, "1414"),
        ("Kcell", 5, "Kcell"),
    ],
)
async def test_a_sender_is_known_by_the_number_in_full(
    house: House, sender: str, ton: int, phone: str
) -> None:
    async with smsc() as operator, bound(operator.port, house=house):
        await operator.hand_over(b"1", sender=sender, ton=ton)
    assert said(house) == [(phone, "1")]


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 1, 2), (2, 2, 1, 3)])
async def test_parts_that_come_late_twice_or_out_of_order_are_one_SMS(
    house: House, order: tuple[int, ...]
) -> None:
    words = {1: "Кеудем ", 2: "ауырады, ", 3: "қызуым бар"}
    async with smsc() as operator, bound(operator.port, house=house):
        for number in order:
            header = bytes((5, 0, 3, 42, 3, number))
            octets = header + words[number].encode("utf-16-be")
            assert await operator.hand_over(octets, coding=8, esm_class=0x40) == 0
    assert said(house) == [(PHONE, "Кеудем ауырады, қызуым бар")]


async def test_parts_told_by_parameters_or_with_a_long_reference_are_joined_too(house: House) -> None:
    async with smsc() as operator, bound(operator.port, house=house):
        for number, octets in ((1, b"one "), (2, b"two")):
            sar = {tags.SAR_REFERENCE: b"\0\7", tags.SAR_TOTAL: b"\2", tags.SAR_NUMBER: bytes((number,))}
            await operator.hand_over(octets, tlvs=sar)
        for number, octets in ((2, b"four"), (1, b"three ")):
            await operator.hand_over(bytes((6, 8, 4, 1, 2, 2, number)) + octets, esm_class=0x40)
    assert said(house) == [(PHONE, "one two"), (PHONE, "three four")]


async def test_two_people_with_one_reference_are_not_mixed_up_and_an_old_part_joins_nothing(
    house: House,
) -> None:
    async with smsc() as operator, bound(operator.port, house=house):
        first = bytes((5, 0, 3, 42, 2, 1))
        await operator.hand_over(first + b"old ", esm_class=0x40)
        await operator.hand_over(first + b"other's ", sender="77010000002", esm_class=0x40)
        house.clock.move(minutes=11)
        second = bytes((5, 0, 3, 42, 2, 2))
        await operator.hand_over(second + b"words", esm_class=0x40)
        assert said(house) == []
        await operator.hand_over(first + b"new ", esm_class=0x40)
    assert said(house) == [(PHONE, "new words")]


async def test_a_whole_message_in_one_parameter_is_read(house: House) -> None:
    text = "ұзақ " * 100
    async with smsc() as operator, bound(operator.port, house=house):
        payload = {tags.MESSAGE_PAYLOAD: text.encode("utf-16-be")}
        await operator.hand_over(b"", coding=8, tlvs=payload)
    assert said(house) == [(PHONE, text)]


async def test_S11_the_same_words_typed_twice_are_two_answers(house: House) -> None:
    async with smsc() as operator, bound(operator.port, house=house):
        for _ in range(2):
            house.clock.move(seconds=1)
            await operator.hand_over(b"1")
    assert said(house) == [(PHONE, "1"), (PHONE, "1")]


async def test_S11_nor_has_it_a_second_effect_when_we_were_away_for_an_hour(house: House) -> None:
    async with smsc() as operator:
        async with bound(operator.port, house=house):
            await operator.hand_over(b"1")
            operator.esmes.clear()
        house.clock.move(hours=1)
        async with bound(operator.port, house=house):
            assert await operator.hand_over(b"1") == 0
            assert said(house) == [(PHONE, "1")]
            assert await operator.hand_over(b"1") == 0
    assert said(house) == [(PHONE, "1"), (PHONE, "1")]


async def test_S11_what_is_handed_over_again_after_a_cut_link_has_one_effect(house: House) -> None:
    """The operator never saw our answer: the link ended under it."""
    handed = 0
    answers: list[int] = []
    body = smpp34.DeliverSm("77011234567", "1414", b"1", source_addr_ton=1).encode()[16:]

    async def answer(pdu: Heard, say: Say) -> bool:
        nonlocal handed
        if pdu.command == 9:
            await say(0x80000009, 0, pdu.number, b"\0")
            if handed < 2:
                handed += 1
                await say(5, 0, handed, body)
        elif pdu.command == 0x80000005:
            answers.append(int.from_bytes(pdu.raw[8:12], "big"))
            return len(answers) > 1
        else:
            await say(pdu.command | 0x80000000, 0, pdu.number, b"")
        return True

    async with crooked(answer) as port, bound(port, house=house):
        await until(lambda: len(answers) == 2)
        assert answers == [0, 0]
    assert said(house) == [(PHONE, "1")]


async def test_S13_what_could_not_be_written_down_stays_with_the_operator() -> None:
    class Shut:
        async def begin(self) -> None:
            return

        async def take(self, pdu: smpp34.DeliverSm) -> int:
            raise RuntimeError

    async with smsc() as operator:
        gateway = SmppGateway(account_at(operator.port), CONTRACT, QUICK)
        gateway.receives(Shut())
        async with running(gateway.run()):
            assert await operator.hand_over(b"1") == NOT_NOW
            # And the link lives on.
            assert await operator.hand_over(b"1") == NOT_NOW


async def test_an_operator_without_anybody_who_receives_keeps_everything() -> None:
    async with smsc() as operator, bound(operator.port):
        assert await operator.hand_over(b"1") == NOT_NOW


# TLS


def certificate(folder: Path, name: str) -> Path:
    """A certificate for 127.0.0.1 that vouches for itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    whose = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(whose)
        .issuer_name(whose)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{name}.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.mark.parametrize("trusted", [True, False])
async def test_over_TLS_only_an_operator_that_is_vouched_for_is_told_the_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trusted: bool
) -> None:
    passwords: list[bytes] = []

    async def answer(pdu: Heard, say: Say) -> bool:
        passwords.append(pdu.raw)
        await say(pdu.command | 0x80000000, 0, pdu.number, b"\0")
        return True

    own, other = certificate(tmp_path, "own"), certificate(tmp_path, "other")
    monkeypatch.setenv("SSL_CERT_FILE", str(own if trusted else other))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(own)
    heard: list[Fate | None] = []
    async with crooked(answer, tls) as port:
        gateway = SmppGateway(account_at(port, tls=True), CONTRACT, QUICK)
        gateway.tells(heard.append)
        async with running(gateway.run()):
            await until(lambda: bool(heard))
    assert (heard[0] is None) is trusted
    assert any(b"secret12" in raw for raw in passwords) is trusted
