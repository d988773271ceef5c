"""Digital documents when people leave, services change and messages do not arrive: nobody is left waiting."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.channels.painting import in_base36
from bot.staff.press import NO_REQUEST, Press, Verb
from otp import third_party_answers as answers
from otp.third_party_answers import Said
from rules.call_status import CallStatus
from rules.documents import DocumentStatus
from rules.phone import Phone
from rules.third_party import Matter
from storage import consent_requests, documents, outbox, requests, retention, staff
from storage.addresses import Address
from storage.documents import BODY, DocumentRequest
from storage.requests import NewRequest, RegisteredRequest
from tests.bot.digital import CODE, PHONE, Digital, digital
from tests.bot.ward import CITIZEN, DETAILS, REGISTRAR, SECOND_REGISTRAR
from tests.otp.test_third_party import add_child, add_guardian
from tests.registry import add_person

GET, PAPER = "Құжатты алу", "Қағаз құжат қаралды"
PARENTS_PHONE = "+77017654321"
LATE = datetime(2026, 11, 20, 17, 30, tzinfo=UTC)
"""Half past ten in the evening in Almaty."""


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Digital]:
    async with digital(tmp_path) as opened:
        yield opened


def data(document: DocumentRequest, verb: Verb) -> str:
    return str(Press(NO_REQUEST, 5, verb, (in_base36(document.id), str(document.version))))


async def leave(house: Digital, user: int = REGISTRAR) -> None:
    async with house.ward.db.transaction() as tx:
        assert await staff.leave(tx, user, 5, "operator", house.ward.clock.now())


async def test_a_consent_to_whoever_has_left_keeps_no_colleague_from_asking(house: Digital) -> None:
    request = await house.called()
    document = await house.ask(request)
    await leave(house)
    await house.reply(house.code())
    ended = await documents.by_id(house.ward.db.reader, document.id)
    assert ended is not None
    assert ended.status is DocumentStatus.UNUSED
    page = await house.page(request, SECOND_REGISTRAR)
    assert page.data("Куәлік: пациент")


async def test_a_colleague_ends_what_was_asked_for_once_the_paper_is_there(house: Digital) -> None:
    request, document = await house.consented()
    offered = house.newest()
    page = await house.page(request, SECOND_REGISTRAR)
    assert not [label for label, _ in page.buttons if GET in label], "only who asked takes it"
    await house.press(PAPER, SECOND_REGISTRAR)
    assert (await house.of(request)).status is DocumentStatus.ON_PAPER
    page = await house.page(request, SECOND_REGISTRAR)
    assert page.data("Куәлік: пациент"), "and can be asked for anew"
    get = data(document, Verb.DOCUMENT_GET)
    await house.ward.press(REGISTRAR, "", chat=REGISTRAR, data=get, message=offered)
    assert "қағаз құжат қаралды" in offered.text
    assert not house.service.asked


async def test_what_a_colleague_was_agreed_to_keeps_nobody_else_from_asking(house: Digital) -> None:
    request, document = await house.consented()
    await house.page(request, SECOND_REGISTRAR)
    await house.press("Куәлік: пациент", SECOND_REGISTRAR)
    await house.press("Жеке басын анықтау", SECOND_REGISTRAR)
    theirs = await house.of(request)
    assert (theirs.staff_id, theirs.status) == (SECOND_REGISTRAR, DocumentStatus.ASKED)
    await house.reply(house.code())
    await house.press(GET, SECOND_REGISTRAR)
    await house.fetched()
    assert [one.kind for one in house.ward.chats[str(SECOND_REGISTRAR)]][-1] == BODY
    assert not [one for one in house.ward.chats[str(REGISTRAR)] if one.kind == BODY]
    unused = await documents.by_id(house.ward.db.reader, document.id)
    assert unused is not None
    assert unused.status is DocumentStatus.CONSENTED


async def test_a_document_that_did_not_arrive_is_told_to_whoever_waits_for_it(house: Digital) -> None:
    await house.consented()
    await house.press(GET)
    house.ward.telegram_works = False
    await house.fetched()
    house.later(minutes=15)
    house.ward._late.clear()
    async with house.ward.db.transaction() as tx:
        await outbox.expire(tx, house.ward.clock.now())
    house.ward.telegram_works = True
    await house.fetched()
    assert not [one for one in house.ward.chats[str(REGISTRAR)] if one.kind == BODY]
    assert "жеткізілмеді" in house.newest().text
    assert "Қағаз құжатты сұраңыз" in house.newest().text


async def test_S30_a_document_that_was_on_its_way_when_its_consent_was_taken_back_is_closed_too(
    house: Digital,
) -> None:
    _, document = await house.consented()
    await house.press(GET)
    await house.ward.tick()
    await house.office.in_hand.do_next()
    await house.withdraw(document)
    assert "Сейітова" in house.newest().text, "it had left"
    house.later(minutes=2, seconds=1)
    await house.fetched()
    assert not [text for text in house.ward.read(REGISTRAR) if "Сейітова" in text]


async def test_a_consent_taken_back_long_after_the_look_edits_no_old_message(house: Digital) -> None:
    _, document = await house.consented()
    await house.press(GET)
    await house.fetched()
    house.later(minutes=15)
    await house.fetched()
    before = await house.ward.parcels("telegram")
    house.later(days=3)
    await house.withdraw(document)
    assert await house.ward.parcels("telegram") == before


async def test_a_consent_that_holds_no_longer_is_said_so_at_the_press(house: Digital) -> None:
    request, document = await house.consented()
    async with house.ward.db.transaction() as tx:
        asked = await consent_requests.of_matter(tx, Matter.DOCUMENT, document.id)
        assert asked is not None
        await tx.rows("consent_request_withdraw", id=asked.id)
    await house.press(GET)
    assert (await house.of(request)).status is DocumentStatus.WITHDRAWN
    assert "Қағаз құжатты сұраңыз" in house.newest().text


async def test_a_consent_that_ran_out_is_not_said_to_be_taken_back(house: Digital) -> None:
    request, _ = await house.consented()
    house.later(hours=24)
    await house.press(GET)
    assert (await house.of(request)).status is DocumentStatus.UNUSED
    assert "кері алынды" not in "".join(house.ward.read(REGISTRAR))


async def test_without_a_service_nobody_is_told_of_half_an_hour(house: Digital) -> None:
    request, _ = await house.consented()
    await house.press(GET)
    house.office.service = None
    await house.fetched()
    assert "қосылмаған" in house.newest().text
    assert (await house.of(request)).status is DocumentStatus.CONSENTED


async def test_G_47_whoever_asks_at_night_reads_when_the_sms_goes_and_until_when_it_is_waited_for(
    house: Digital,
) -> None:
    request = await house.called()
    await house.ask(request)
    assert "20 қараша, 11:00" in house.newest().text
    assert "Түнде" not in house.newest().text
    await house.press(PAPER)
    house.ward.clock.at = LATE
    await house.ask(request)
    assert "21 қараша, 08:00" in house.newest().text
    assert "21 қараша, 09:00" in house.newest().text


async def test_G_47_that_nobody_used_a_consent_is_no_news_for_the_night(house: Digital) -> None:
    await house.consented()
    house.ward.clock.at = LATE
    house.later(days=1)
    before = len(house.ward.read(REGISTRAR))
    await house.fetched()
    assert len(house.ward.read(REGISTRAR)) == before
    house.later(hours=10)
    await house.fetched()
    assert "енді ол жарамсыз" in house.newest().text


async def called_for_child(house: Digital, born: date) -> RegisteredRequest:
    """A parent's call for their child; the registry has a phone of each."""
    db, now = house.ward.db, house.ward.clock.now()
    parent, parents_iin = await add_person(db, phone=PARENTS_PHONE)
    child, childs_iin = await add_child(db, born, PHONE)
    await add_guardian(db, childs_iin, parents_iin)
    house.known(childs_iin, "Сейітов", born)
    new = NewRequest(
        clinic_no=5, service="home_call", address=Address("telegram", str(CITIZEN)), locale="kk",
        for_whom="child", status=CallStatus.REGISTERED, details=DETAILS.to_json(), patient_id=child,
        caller_id=parent, answer_due=now, visit_day=now.date(),
    )  # fmt: skip
    async with db.transaction() as tx:
        return await requests.register(tx, new, now)


@pytest.mark.parametrize(
    ("born", "label", "purpose", "phone"),
    [
        (date(2010, 11, 21), "Туу куәлігі: пациент", "Кімнің баласы", PARENTS_PHONE),
        (date(2010, 11, 20), "Куәлік: пациент", "Жеке басын анықтау", PHONE),
    ],
    ids=["the day before sixteen", "sixteen today"],
)
async def test_GEN_06_G_37_under_sixteen_a_parent_agrees_to_the_certificate_then_they_do_to_their_card(
    house: Digital, born: date, label: str, purpose: str, phone: str
) -> None:
    request = await called_for_child(house, born)
    await house.page(request)
    await house.press(label)
    await house.press(purpose)
    assert ("ата-анасы" in house.newest().text) is (phone == PARENTS_PHONE)
    [text] = house.ward.read(phone)
    code = CODE.findall(text)[-1]
    other = PHONE if phone == PARENTS_PHONE else PARENTS_PHONE
    assert not house.ward.read(other)
    await house.reply(code, other)
    assert (await house.of(request)).status is DocumentStatus.ASKED
    await house.reply(code, phone)
    await house.press(GET)
    await house.fetched()
    assert (await house.of(request)).status is DocumentStatus.SHOWN


async def test_of_two_documents_asked_for_at_once_the_code_says_which_is_agreed_to(house: Digital) -> None:
    request = await called_for_child(house, date(2020, 1, 1))
    for label, purpose in (
        ("Туу куәлігі: пациент", "Кімнің баласы"),
        ("Куәлік: өтініш беруші", "Жеке басын анықтау"),
    ):
        await house.page(request)
        await house.press(label)
        await house.press(purpose)
    first, second = (CODE.findall(text)[-1] for text in house.ward.read(PARENTS_PHONE))
    assert first != second
    await house.reply(second, PARENTS_PHONE)
    of_child, of_parent = await documents.of_request(house.ward.db.reader, request.id)
    assert (of_child.status, of_parent.status) == (DocumentStatus.ASKED, DocumentStatus.CONSENTED)
    assert of_parent.subject_id == request.caller_id


async def test_S2_a_yes_without_the_code_brings_no_document(house: Digital) -> None:
    request = await house.called()
    await house.ask(request)
    inbox_id, now = await house.ward.received(), house.ward.clock.now()
    async with house.ward.db.transaction() as tx:
        answered = await answers.compare_reply(
            tx, inbox_id, Phone.parse(PHONE), Said("иә", yes=True), now, asked_last=True
        )
    assert answered is not None
    assert answered.answer == "code_needed"
    assert (await house.of(request)).status is DocumentStatus.ASKED


async def test_S41_the_fourth_question_of_a_day_reaches_nobody_and_reads_like_the_first(
    house: Digital,
) -> None:
    request = await house.called()
    texts = []
    for _ in range(4):
        document = await house.ask(request)
        texts.append(house.newest().text.replace(document.number, ""))
        await house.press(PAPER)
    assert len(set(texts)) == 1
    assert len(house.ward.read(PHONE)) == 3


async def test_S40_of_somebody_erased_meanwhile_nothing_is_asked_or_shown(house: Digital) -> None:
    request, document = await house.consented()
    await house.press(GET)
    async with house.ward.db.transaction() as tx:
        assert await retention.erase(tx, document.subject_id, "citizen", house.ward.clock.now())
    await house.fetched()
    assert not house.service.asked
    assert (await house.of(request)).status is DocumentStatus.WITHDRAWN
