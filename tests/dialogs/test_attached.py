"""Requests for attachment in the cabinet: the card, the result, the paper, the withdrawal."""

from dataclasses import replace
from datetime import date

import pytest

from dialogs.cabinet import cabinet, withdraw
from dialogs.drafts import AttachmentWithdrawalDraft, PaperDraft
from rules.attachment_status import AttachmentStatus
from rules.law import GroundCode
from rules.people import Language
from tests.dialogs.registry import AIGUL, attachment_card
from tests.dialogs.talk import Talk
from tests.dialogs.visits import leads_of, own


@pytest.mark.parametrize(
    ("locale", "fields"),
    [
        ("ru", ["0010", "07-000101", "прикрепление к поликлинике", "зарегистрирована", "свободный выбор"]),
        ("kk", ["0010", "07-000101", "емханаға бекіту", "тіркелді", "еркін таңдау"]),
    ],
)
def test_PC_07_the_card_shows_iin_number_service_status_and_term(locale: Language, fields: list[str]) -> None:
    shown = own(cabinet, attachment_card(), locale=locale, arg="91")
    assert all(field in shown.reads for field in [*fields, "20:00"]), shown.reads


@pytest.mark.parametrize(
    ("status", "steps"),
    [
        (AttachmentStatus.REGISTERED, ["refresh", "withdraw", "history"]),
        (AttachmentStatus.NEXT_DAY, ["refresh", "withdraw", "history"]),
        (AttachmentStatus.ACCEPTED, ["refresh", "view", "withdraw", "history"]),
        (AttachmentStatus.ATTACHED, ["refresh", "view", "history"]),
        (AttachmentStatus.REFUSED, ["refresh", "view", "history"]),
        (AttachmentStatus.CANCELLED, ["refresh", "history"]),
        (AttachmentStatus.CLOSED, ["refresh", "history"]),
    ],
)
def test_PC_09_what_can_be_done_follows_the_status(status: AttachmentStatus, steps: list[str]) -> None:
    shown = own(cabinet, attachment_card(status), arg="91")
    assert [option.id for option in shown.options] == steps


def test_PC_10_and_AT_13_open_shows_the_result_and_sends_the_paper_once_more() -> None:
    shown = own(cabinet, attachment_card(AttachmentStatus.ATTACHED), arg="91").press("view", "open")
    assert shown.done == [PaperDraft(91, AIGUL.id)]
    for part in ("Городская поликлиника № 7", "прикрепление выполнено", "талон"):
        assert part in shown.reads


def test_AT_13_a_paper_that_is_not_ready_follows_by_itself() -> None:
    shown = own(cabinet, attachment_card(AttachmentStatus.ATTACHED), arg="91").press("view")
    shown.receipt = {"request_id": 91, "sent": False}
    assert "готовится" in shown.press("open").reads


@pytest.mark.parametrize(
    ("locale", "words"),
    [("ru", "кто сегодня представляет пациента"), ("kk", "бүгін пациенттің өкілі болып табылатын адам")],
)
def test_G_09_who_acts_for_the_patient_no_more_reads_who_gets_the_paper(locale: Language, words: str) -> None:
    shown = own(cabinet, attachment_card(AttachmentStatus.ATTACHED), locale=locale, arg="91").press("view")
    shown.receipt = {"request_id": 91, "sent": False, "barred": True}
    read = shown.press("open").reads
    assert words in read


def test_G_22_an_accepted_request_shows_the_day_of_effect() -> None:
    later = replace(attachment_card(AttachmentStatus.ACCEPTED), effective_on=date(2027, 1, 1))
    shown = own(cabinet, later, arg="91").press("view", "open")
    assert "1 января 2027 года" in shown.reads
    assert shown.done == []


@pytest.mark.parametrize("ground", [GroundCode.NO_ID, GroundCode.TOO_OFTEN, GroundCode.NORM_EXCEEDED])
def test_AT_10_and_AT_11_a_refusal_opens_with_the_clause_of_attachment(ground: GroundCode) -> None:
    refused = replace(attachment_card(AttachmentStatus.REFUSED), ground=ground)
    shown = own(cabinet, refused, arg="91").press("view", "open")
    for part in ("№ 3/561", "пункт 17", "15 рабочих дней"):
        assert part in shown.reads


def test_G_74_an_open_request_is_withdrawn_after_one_question() -> None:
    asked = own(cabinet, attachment_card(), arg="91").press("withdraw")
    assert "Городская поликлиника № 7" in asked.reads
    asked.press("yes")
    assert asked.done == [AttachmentWithdrawalDraft(91, 1, AIGUL.id, None)]
    assert leads_of(asked) == ["attachment", "menu"]


def test_G_74_what_was_not_meant_changes_nothing() -> None:
    asked = own(withdraw, attachment_card(), arg="91").press("no")
    assert asked.done == []


def test_G_23_what_stands_is_not_withdrawn() -> None:
    late = Talk(withdraw, "ru", arg="91", confirmed=AIGUL.iin)
    late.registry.cards.append(attachment_card(AttachmentStatus.ATTACHED))
    assert "завершена" in late.reads


def test_the_clinic_may_have_been_faster_than_the_withdrawal() -> None:
    beaten = own(withdraw, attachment_card(), arg="91")
    beaten.receipt = {"request_id": 91, "number": "07-000101", "withdrawn": False}
    assert "не удалось" in beaten.press("yes").reads
