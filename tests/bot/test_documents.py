"""Digital documents as staff ask for them: with the holder's consent, once, for one purpose, in private."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot.channels.painting import in_base36
from bot.documents.service import DocumentService, Fetched, Take
from bot.staff.press import NO_REQUEST, Press, Verb
from rules.documents import DocumentStatus
from rules.third_party import Matter
from sandbox.documents import Mood
from storage import audit, consent_requests, documents, people, staff, verify
from storage.audit import Sound
from storage.documents import BODY, DocumentRequest
from tests.bot.digital import PHONE, Digital, digital
from tests.bot.ward import DOCTOR, FOREIGNER, GROUP, HEAD, REGISTRAR, SECOND_REGISTRAR
from tests.registry import made_up_iin

GET, PAPER = "Құжатты алу", "Қағаз құжат қаралды"


@dataclass
class TakenBackMeanwhile:
    """The real service; while it answers, the holder takes the consent back."""

    house: Digital
    document: DocumentRequest
    service: DocumentService

    async def fetch(self, take: Take) -> Fetched:
        found = await self.service.fetch(take)
        await self.house.withdraw(self.document)
        return found


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Digital]:
    async with digital(tmp_path) as opened:
        yield opened


def rows(tmp_path: Path, query: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(tmp_path / "registry.sqlite") as raw:
        return raw.execute(query).fetchall()


async def test_DD_01_a_document_is_shown_to_whoever_asked_once_the_holder_has_agreed(house: Digital) -> None:
    request, document = await house.consented()
    assert document.status is DocumentStatus.CONSENTED
    assert "келісім алынды" in house.newest().text
    await house.press(GET)
    assert not house.service.asked, "the service is asked outside of the transaction"
    await house.fetched()
    shown = house.newest()
    assert shown.kind == "staff_document"
    for words in ("Сейітова Айгүл Қанатқызы", "1990", "сәйкес келеді"):
        assert words in shown.text
    assert (await house.of(request)).status is DocumentStatus.SHOWN
    [asked] = house.service.asked
    assert asked["consent_id"] == str(document.consent_id)
    assert (asked["kind"], asked["purpose"]) == ("identity_card", "identification")


async def test_DD_01_the_document_cannot_be_passed_on_and_is_not_kept(house: Digital, tmp_path: Path) -> None:
    await house.consented()
    await house.press(GET)
    await house.ward.tick()
    await house.office.in_hand.do_next()
    [owed] = [one for one in house.ward._late if one.kind == BODY]
    assert owed.body["protect_content"] is True
    await house.ward.deliver()
    kept = rows(tmp_path, "SELECT body FROM outbox WHERE kind = 'staff_document'")
    assert kept == [(None,)]
    assert not rows(tmp_path, "SELECT 1 FROM document_requests WHERE CAST(kind AS TEXT) LIKE '%Сейітова%'")


async def test_S16_a_life_that_ends_between_the_answer_and_its_showing_loses_and_doubles_nothing(
    house: Digital,
) -> None:
    request, document = await house.consented()
    await house.press(GET)
    holder = await people.by_id(house.ward.db.reader, document.subject_id)
    assert holder is not None
    assert house.office.service is not None
    take = Take(document.id, document.consent_id, holder.iin, document.kind, document.purpose, 5)
    await house.office.service.fetch(take)
    await house.fetched()
    await house.office.fetch(document.id)
    await house.ward.deliver()
    assert (await house.of(request)).status is DocumentStatus.SHOWN
    shown = [one for one in house.ward.chats[str(REGISTRAR)] if one.kind == BODY]
    assert len(shown) == 1


async def test_DD_06_a_second_look_needs_a_new_consent(house: Digital) -> None:
    request, document = await house.consented()
    get = await house.press(GET)
    await house.fetched()
    before = len(house.ward.read(REGISTRAR))
    await house.ward.press(
        REGISTRAR, "", chat=REGISTRAR, data=_data(document, Verb.DOCUMENT_GET), message=get
    )
    await house.fetched()
    assert len(house.service.asked) == 1
    assert len(house.ward.read(REGISTRAR)) == before
    again = await house.ask(request)
    assert (again.id, again.status) != (document.id, DocumentStatus.SHOWN)
    assert again.number != document.number
    await house.press(PAPER)
    assert len(house.service.asked) == 1


async def test_DD_06_an_old_code_is_no_consent_to_a_new_question(house: Digital) -> None:
    request, _ = await house.consented()
    old = house.code()
    await house.press(GET)
    await house.fetched()
    again = await house.ask(request)
    await house.reply(old)
    assert (await house.of(request)).id == again.id
    assert (await house.of(request)).status is DocumentStatus.ASKED


async def test_DD_02_a_wrong_code_or_a_no_brings_no_document(house: Digital) -> None:
    request = await house.called()
    document = await house.ask(request)
    wrong = f"{(int(house.code()) + 1) % 10**6:06d}"
    await house.reply(wrong)
    assert (await house.of(request)).status is DocumentStatus.ASKED
    await house.reply(house.code(), yes=False)
    assert (await house.of(request)).status is DocumentStatus.ASKED, "G-32: silence until the end"
    house.later(hours=1, seconds=1)
    await house.ended(document)
    assert (await house.of(request)).status is DocumentStatus.NO_CONSENT
    assert "Қағаз құжатты сұраңыз" in house.newest().text
    assert not house.service.asked


async def test_DD_02_the_right_code_from_another_number_is_none(house: Digital) -> None:
    request = await house.called()
    await house.ask(request)
    await house.reply(house.code(), phone="+77019999999")
    assert (await house.of(request)).status is DocumentStatus.ASKED


async def test_G_32_silence_and_refusal_read_alike_and_lead_to_paper(house: Digital) -> None:
    told = []
    for says_no in (True, False):
        request = await house.called()
        document = await house.ask(request)
        if says_no:
            await house.reply(house.code(), yes=False)
        house.later(hours=1, seconds=1)
        await house.ended(document)
        told.append(house.newest().text.replace(document.number, ""))
        assert any(document.number in text for text in house.ward.read(PHONE)[-1:])
    assert told[0] == told[1]


async def test_S9_S30_a_consent_taken_back_meanwhile_releases_nothing(house: Digital) -> None:
    request, document = await house.consented()
    await house.press(GET)
    await house.withdraw(document)
    await house.fetched()
    assert not house.service.asked
    assert (await house.of(request)).status is DocumentStatus.WITHDRAWN
    assert not [one for one in house.ward.chats[str(REGISTRAR)] if one.kind == "staff_document"]


async def test_S9_a_consent_taken_back_while_the_service_answers_releases_nothing(house: Digital) -> None:
    request, document = await house.consented()
    await house.press(GET)
    await house.ward.tick()
    assert house.office.service is not None
    house.office.service = TakenBackMeanwhile(house, document, house.office.service)
    await house.office.in_hand.do_next()
    await house.ward.deliver()
    assert (await house.of(request)).status is DocumentStatus.WITHDRAWN
    assert not [one for one in house.ward.chats[str(REGISTRAR)] if one.kind == "staff_document"]


async def test_S30_a_document_that_was_shown_is_closed_when_its_consent_is_taken_back(house: Digital) -> None:
    _, document = await house.consented()
    await house.press(GET)
    await house.fetched()
    await house.withdraw(document)
    assert "жабылды" in house.newest().text
    assert "Сейітова" not in house.newest().text


async def test_a_document_is_open_for_a_quarter_of_an_hour(house: Digital) -> None:
    await house.consented()
    await house.press(GET)
    await house.fetched()
    house.later(minutes=15)
    await house.fetched()
    assert "Сейітова" not in house.newest().text
    assert "жаңа келісім керек" in house.newest().text


async def test_DD_03_who_is_not_in_the_application_shows_the_paper_document(house: Digital) -> None:
    request, _ = await house.consented()
    house.service.strangers.add(house.service.people()[-1].iin)
    await house.press(GET)
    await house.fetched()
    assert (await house.of(request)).status is DocumentStatus.NOT_THERE
    assert "Қағаз құжатты сұраңыз" in house.newest().text
    assert "Қағаз құжатты көрсетіңіз" in house.ward.last(PHONE)


async def test_G_41_a_silent_service_is_tried_on_then_told_and_the_consent_stays(house: Digital) -> None:
    request, document = await house.consented()
    house.service.mood = Mood.DOWN
    await house.press(GET)
    await house.fetched()
    assert "бас тарту емес" in house.newest().text
    for _ in range(40):
        house.later(minutes=1)
        await house.fetched()
    assert len([text for text in house.ward.read(REGISTRAR) if "бас тарту емес" in text]) == 1
    assert "кешірім" in house.newest().text
    assert house.alarms.rung == ["documents"]
    assert (await house.of(request)).status is DocumentStatus.CONSENTED
    house.service.mood = Mood.ANSWERS
    await house.press(GET)
    await house.fetched()
    assert (await house.of(request)).status is DocumentStatus.SHOWN
    assert document.consent_id is not None


async def test_a_service_that_comes_back_shows_the_document_by_itself(house: Digital) -> None:
    request, _ = await house.consented()
    house.service.mood = Mood.DOWN
    await house.press(GET)
    await house.fetched()
    house.service.mood = Mood.ANSWERS
    house.later(seconds=15)
    await house.fetched()
    assert (await house.of(request)).status is DocumentStatus.SHOWN


async def test_another_persons_document_is_never_shown(house: Digital) -> None:
    request, _ = await house.consented()
    house.known(made_up_iin(), surname="Басқа")
    house.service.mood = Mood.WRONG
    await house.press(GET)
    await house.fetched()
    assert (await house.of(request)).status is DocumentStatus.FETCHING
    assert "Басқа" not in "".join(house.ward.read(REGISTRAR))


async def test_a_consent_that_the_service_does_not_accept_alerts_an_administrator(house: Digital) -> None:
    request, document = await house.consented()
    house.service.taken[str(document.consent_id)] = "another take"
    await house.press(GET)
    await house.fetched()
    assert house.alarms.rung == ["documents"]
    assert "әкімшіге" in house.newest().text
    assert (await house.of(request)).status is DocumentStatus.CONSENTED


async def test_DD_06_a_consent_that_nobody_used_is_over_after_a_day(house: Digital) -> None:
    request, _ = await house.consented()
    house.later(hours=24)
    await house.fetched()
    assert (await house.of(request)).status is DocumentStatus.UNUSED
    assert "енді ол жарамсыз" in house.newest().text
    assert not house.service.asked


async def test_a_paper_document_ends_the_question_and_the_code_is_worth_nothing(house: Digital) -> None:
    request = await house.called()
    document = await house.ask(request)
    code = house.code()
    await house.press(PAPER)
    assert (await house.of(request)).status is DocumentStatus.ON_PAPER
    asked = await consent_requests.of_matter(house.ward.db.reader, Matter.DOCUMENT, document.id)
    assert asked is not None
    assert asked.state == "called_off"
    await house.reply(code)
    assert (await house.of(request)).status is DocumentStatus.ON_PAPER


async def test_S33_nobody_but_who_asked_takes_the_document(house: Digital) -> None:
    request, document = await house.consented()
    on = house.newest()
    for user, words in ((HEAD, "әріптесіңіз сұратты"), (SECOND_REGISTRAR, "әріптесіңіз сұратты")):
        await house.ward.press(user, "", chat=user, data=_data(document, Verb.DOCUMENT_GET), message=on)
        assert words in house.ward.last(user)
    for user in (DOCTOR, FOREIGNER):
        await house.ward.press(user, "", chat=user, data=_data(document, Verb.DOCUMENT_GET), message=on)
    await house.ward.press(REGISTRAR, "", chat=GROUP, data=_data(document, Verb.DOCUMENT_GET), message=on)
    assert (await house.of(request)).version == document.version


async def test_S33_who_has_left_the_clinic_is_shown_nothing(house: Digital) -> None:
    request, _ = await house.consented()
    await house.press(GET)
    async with house.ward.db.transaction() as tx:
        assert await staff.leave(tx, REGISTRAR, 5, "operator", house.ward.clock.now())
    await house.fetched()
    assert (await house.of(request)).status is DocumentStatus.UNUSED
    assert not [one for one in house.ward.chats[str(REGISTRAR)] if one.kind == "staff_document"]


@pytest.mark.parametrize(
    "args",
    [
        (),
        ("card",),
        ("card", "x"),
        ("birth", "p", "child"),
        ("card", "p", "child"),
        ("passport", "p", "id"),
    ],
)
async def test_S33_a_forged_question_asks_nobody(house: Digital, args: tuple[str, ...]) -> None:
    request = await house.called()
    await house.page(request)
    data = str(Press(request.id, request.version, Verb.DOCUMENT_ASK, args))
    before = await house.ward.parcels("sms")
    await house.ward.press(REGISTRAR, "", chat=REGISTRAR, data=data, message=house.newest())
    assert await house.ward.parcels("sms") == before
    assert not await documents.of_request(house.ward.db.reader, request.id)


async def test_a_document_that_is_asked_for_is_not_asked_for_twice(house: Digital) -> None:
    request = await house.called()
    await house.page(request)
    await house.press("Куәлік: пациент")
    on = house.newest()
    data = on.data("Жеке басын анықтау")
    for _ in range(2):
        await house.ward.press(REGISTRAR, "", chat=REGISTRAR, data=data, message=on)
    assert len(await documents.of_request(house.ward.db.reader, request.id)) == 1
    assert len(house.ward.read(PHONE)) == 1


async def test_S19_a_holder_who_cannot_be_reached_is_asked_in_the_same_words(house: Digital) -> None:
    texts: list[str] = []
    document: DocumentRequest | None = None
    for blocked in (False, True):
        request = await house.called()
        if blocked:
            async with house.ward.db.transaction() as tx:
                await consent_requests.add_block(
                    tx, str(request.patient_id), "clinic:5", house.ward.clock.now()
                )
        document = await house.ask(request)
        texts.append(house.newest().text.replace(document.number, ""))
        asked = await consent_requests.of_matter(house.ward.db.reader, Matter.DOCUMENT, document.id)
        assert asked is not None
        assert asked.reached is not blocked
    assert texts[0] == texts[1]
    house.later(hours=1, seconds=1)
    before = len(house.ward.read(PHONE))
    assert document is not None
    await house.ended(document)
    assert len(house.ward.read(PHONE)) == before, "who was not asked is not written to either"


async def test_the_audit_chain_tells_who_asked_and_who_looked(house: Digital, tmp_path: Path) -> None:
    _, document = await house.consented()
    await house.press(GET)
    await house.fetched()
    told = rows(tmp_path, f"SELECT action, actor FROM audit WHERE subject = 'document:{document.id}'")
    assert told == [("document.asked", f"staff:{REGISTRAR}"), ("document.looked_at", f"staff:{REGISTRAR}")]
    assert isinstance(await audit.verify(house.ward.db.reader), Sound)
    assert (await verify.verify(house.ward.db)).sound


async def test_a_document_that_does_not_fit_the_registry_is_shown_with_a_warning(house: Digital) -> None:
    request = await house.called()
    [known] = house.service.people()
    house.service.people = lambda: (replace(known, surname="Ахметова"),)
    await house.ask(request)
    await house.reply(house.code())
    await house.press(GET)
    await house.fetched()
    assert "НАЗАР АУДАРЫҢЫЗ" in house.newest().text
    assert known.iin not in house.newest().text, "G-14: the last four digits in a chat"


async def test_what_may_not_go_abroad_is_not_in_the_chat(house: Digital) -> None:
    cards = replace(house.office.steps.pages.cards, fields=frozenset({"age"}))
    pages = replace(house.office.steps.pages, cards=cards)
    house.office.steps = replace(house.office.steps, pages=pages)
    await house.consented()
    await house.press(GET)
    await house.fetched()
    assert "Сейітова" not in house.newest().text
    assert "сәйкес келеді" in house.newest().text


def _data(document: DocumentRequest, verb: Verb) -> str:
    return str(Press(NO_REQUEST, 5, verb, (in_base36(document.id), str(document.version))))
