"""One's complaints in the cabinet: every mark with its time, the bodies' numbers, a copy of the answer."""

from dataclasses import replace
from datetime import date

import pytest

from dialogs.complaints import SOURCE, complaints, rows
from dialogs.engine import AtGate, Ended
from rules.complaints import AnswerWay, ComplaintStatus
from rules.people import Language
from tests.dialogs.complaining import filed
from tests.dialogs.registry import AIGUL
from tests.dialogs.talk import Talk

BOTH = pytest.mark.parametrize("locale", ["kk", "ru"])
WORDS = {
    "kk": {"delivered": "жеткізілді", "registered": "тіркелді", "in_work": "орындалуда"},
    "ru": {"delivered": "доставлена", "registered": "зарегистрирована", "in_work": "на исполнении"},
}
LAST = {
    "kk": {"answered": "жауап берілді", "refused": "бас тартылды"},
    "ru": {"answered": "дан ответ", "refused": "отказано в рассмотрении"},
}


def own(
    status: ComplaintStatus = ComplaintStatus.DELIVERED, locale: Language = "ru", arg: str = "61"
) -> Talk:
    talk = Talk(complaints, locale, arg=arg, confirmed=AIGUL.iin)
    talk.registry.complaints.append(filed(status))
    return talk


@BOTH
@pytest.mark.parametrize("status", [ComplaintStatus.ANSWERED, ComplaintStatus.REFUSED])
def test_CO_08_PC_11_the_four_marks_stand_in_order_each_with_its_time(
    locale: Language, status: ComplaintStatus
) -> None:
    reads = own(status, locale).reads
    marks = [*WORDS[locale].values(), LAST[locale][status.value]]
    assert [reads.rindex(mark) for mark in marks] == sorted(reads.rindex(mark) for mark in marks)
    for time in ("14:03", "14:04", "14:05", "14:06"):
        assert time in reads


def test_CO_08_a_mark_that_has_not_come_is_not_shown() -> None:
    reads = own(ComplaintStatus.DELIVERED).reads
    assert "доставлена" in reads
    assert "зарегистрирована" not in reads


@BOTH
def test_PC_07_the_card_has_number_request_status_and_term(locale: Language) -> None:
    reads = own(ComplaintStatus.REGISTERED, locale).reads
    for datum in ("95-000012", "05-004512", "ЖТ-17", "Омарова Г. Б.", "2026"):
        assert datum in reads


def test_PC_08_refresh_reads_it_anew() -> None:
    talk = own()
    assert "зарегистрирована" not in talk.reads
    talk.registry.complaints[0] = filed(ComplaintStatus.REGISTERED)
    assert "зарегистрирована" in talk.press("refresh").reads


def test_the_history_shows_every_step_and_leads_back() -> None:
    talk = own(ComplaintStatus.IN_WORK).press("history")
    assert "на исполнении" in talk.reads
    assert talk.press("card").key == "complaints.card"


@BOTH
def test_CO_07_CO_09_G_62_a_copy_of_the_answer_names_the_official_and_the_court(locale: Language) -> None:
    talk = own(ComplaintStatus.ANSWERED, locale).press("answer")
    for datum in ("Проверка проведена", "Омарова Г. Б.", "95-000012", "4"):
        assert datum in talk.reads
    assert ("сот" if locale == "kk" else "суд") in talk.reads.casefold()
    assert talk.press("card").key == "complaints.card"


def test_G_63_a_refusal_to_examine_has_its_ground_its_date_and_its_official() -> None:
    reads = own(ComplaintStatus.REFUSED).press("answer").reads
    for datum in ("Основание", "4 декабря", "Омарова Г. Б.", "суд"):
        assert datum in reads


def test_CO_07_how_the_answer_comes_and_when_it_went_is_said() -> None:
    talk = own(ComplaintStatus.ANSWERED)
    assert "по почте" in talk.reads
    sent = replace(filed(ComplaintStatus.ANSWERED), delivered_on=date(2026, 12, 5))
    talk.registry.complaints[0] = sent
    assert "5 декабря" in talk.reads
    talk.registry.complaints[0] = replace(sent, answer_way=AnswerWay.HAND)
    assert "вручён" in talk.reads


def test_among_several_one_is_chosen_and_the_list_is_a_press_away() -> None:
    talk = own(arg="")
    talk.registry.complaints.append(filed(complaint_id=62))
    assert talk.key == "complaints.list"
    talk.press("62")
    assert "95-000013" in talk.reads
    assert talk.press("list").key == "complaints.list"


def test_nobodys_and_somebody_elses_complaint_are_told_alike() -> None:
    talk = own(arg="99")
    assert isinstance(talk.outcome, Ended)
    assert "95-000012" not in talk.reads


def test_whoever_never_complained_is_led_to_the_form() -> None:
    talk = Talk(complaints, confirmed=AIGUL.iin)
    assert "start:complaint" in [option.id for option in talk.options]


def test_without_a_code_nothing_is_shown() -> None:
    talk = Talk(complaints, arg="61")
    talk.registry.complaints.append(filed())
    assert isinstance(talk.say(AIGUL.iin.digits).outcome, AtGate)


def test_the_list_of_all_requests_has_them_too() -> None:
    assert (SOURCE.prefix, SOURCE.rows) == ("k", rows)
