"""What the list of all requests may not say: whose it is no more, what is health, what is not so any more."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from dialogs.all_requests import ON_A_PAGE
from dialogs.cabinet import cabinet
from dialogs.rows import MOST_PAGES
from rules.booking_status import BookingStatus
from rules.call_status import CallStatus
from rules.centre_info import Centre
from rules.home_call import ForWhom
from rules.people import Language
from rules.training import Pause, Stage
from tests.dialogs.registry import AIGUL, DAUGHTER, FRIDAY_AFTERNOON, TEENAGER, UNATTACHED, card, visit_card
from tests.dialogs.talk import Talk
from tests.dialogs.test_all_requests import ASKED, cabinet_of, everything, many, shown_numbers
from tests.dialogs.test_training import request

BESIDE = card("05-000007", CallStatus.CANCELLED, 72)
BIRTHDAY = datetime(2026, 11, 20, 19, 0, tzinfo=UTC)
"""The first instant of 21 November in Almaty: the teenager is sixteen."""


@pytest.mark.parametrize("locale", ["kk", "ru"])
@pytest.mark.parametrize("centre", list(Centre))
def test_S27_the_list_names_no_centre_and_the_card_of_the_request_does(
    centre: Centre, locale: Language
) -> None:
    talk = cabinet_of(BESIDE, locale=locale)
    talk.registry.centre_requests.append(replace(ASKED, centre=centre))
    named = ("арколог", "сихи", "тизи")
    assert not any(name in talk.reads for name in named), talk.reads
    opened = talk.press("c95").reads
    assert any(name in opened for name in named)


@pytest.mark.parametrize("locale", ["kk", "ru"])
def test_every_row_of_the_list_is_short_enough_to_be_read_on_a_phone(locale: Language) -> None:
    talk = everything(locale)
    talk.registry.training_requests.append(request())
    assert max(map(len, talk.reads.splitlines())) <= 75


@pytest.mark.parametrize("typed", ["05-000123", "93-000099", "№ 95 000001"])
@pytest.mark.parametrize(
    ("locale", "words"),
    [("ru", "Заявки с таким номером в вашем списке нет"), ("kk", "мұндай нөмір жоқ")],
)
def test_a_number_that_is_not_ones_own_is_said_to_be_none_of_the_list_whoever_it_is(
    typed: str, locale: Language, words: str
) -> None:
    said = everything(locale).say(typed)
    assert words in said.hint
    assert said.hint == everything(locale).say("05-999999").hint


@pytest.mark.parametrize("arg", ["999", "c95", "k1", "t96", "x", "71:cancel"])
def test_S33_a_forged_or_another_ones_button_opens_nothing_and_says_so(arg: str) -> None:
    talk = cabinet_of(card(), BESIDE, arg=arg)
    assert talk.key == "Ended"
    assert "Этой заявки нет среди ваших" in talk.reads
    assert "05-004512" not in talk.reads


def test_S19_who_was_a_guardian_once_sees_their_own_call_without_a_word_of_the_child() -> None:
    called = replace(card(), for_whom=ForWhom.CHILD, patient_id=DAUGHTER.id)
    before, after = cabinet_of(called, BESIDE), cabinet_of(called, BESIDE)
    after.registry.children.clear()
    assert "Жансая" in before.reads
    assert "Жансая" not in after.reads
    assert "Для кого: другой человек" in after.reads
    assert DAUGHTER.iin.last_four in before.press("71").reads
    opened = after.press("71")
    assert DAUGHTER.iin.last_four not in opened.reads
    assert AIGUL.iin.last_four in opened.reads


def test_S33_what_another_parent_asked_for_is_gone_with_the_guardianship() -> None:
    called = replace(card(), for_whom=ForWhom.CHILD, patient_id=DAUGHTER.id, caller_id=UNATTACHED.id)
    talk = cabinet_of(called, BESIDE, card("05-000006", CallStatus.CANCELLED, 73)).press("71")
    assert "05-004512" in talk.reads
    talk.registry.children.clear()
    assert talk.key == "cabinet.list"
    assert "05-004512" not in shown_numbers(talk)


def test_G_09_nothing_is_shown_of_a_child_from_the_sixteenth_birthday_on() -> None:
    called = replace(card(), for_whom=ForWhom.CHILD, patient_id=TEENAGER.id, caller_id=UNATTACHED.id)
    seen = []
    for now in (BIRTHDAY - timedelta(seconds=1), BIRTHDAY):
        talk = Talk(cabinet, "ru", now=now, confirmed=AIGUL.iin)
        talk.registry.cards.extend([called, BESIDE])
        talk.registry.training_requests.append(request(person_id=TEENAGER.id))
        seen.append([number in talk.reads for number in ("05-004512", "90-000003")])
    assert seen == [[True, True], [False, False]]


@pytest.mark.parametrize("status", [BookingStatus.WAITING, BookingStatus.TO_MOVE])
def test_G_55_no_day_is_told_of_an_appointment_whose_time_was_taken_away(status: BookingStatus) -> None:
    lost = replace(visit_card(status), visit_day=FRIDAY_AFTERNOON.date() + timedelta(days=4))
    talk = cabinet_of(lost, BESIDE)
    assert "24 ноября" not in talk.reads
    assert "24.11" not in " ".join(talk.buttons)
    assert "Подана: " in talk.reads


def test_CO_01_who_waits_by_their_own_wish_is_offered_no_complaint_and_who_was_left_waiting_is() -> None:
    late = FRIDAY_AFTERNOON - timedelta(hours=1)
    for one, offered in (
        (replace(visit_card(BookingStatus.WAITING), answer_due=late), False),
        (replace(visit_card(BookingStatus.TO_MOVE), answer_due=late), False),
        (replace(visit_card(BookingStatus.TO_MOVE), answer_due=late, overdue=True), True),
    ):
        assert bool(cabinet_of(one).leads) is offered


@pytest.mark.parametrize(
    ("stage", "suspended", "term"),
    [
        (Stage.ASSIGNED, False, "Срок: 11 декабря"),
        (Stage.ASSIGNED, True, "Подана: 20 ноября"),
        (Stage.ISSUED, False, "Подана: 20 ноября"),
    ],
)
def test_TR_11_no_term_is_told_while_none_runs(stage: Stage, suspended: bool, term: str) -> None:
    talk = cabinet_of(BESIDE)
    talk.registry.training_requests.append(request(stage, suspended=suspended))
    row = talk.reads.partition("90-000003")[2].partition("№")[0]
    assert term in row
    assert ("Срок:" in talk.press("t96").reads) is not suspended


def test_of_three_hundred_requests_each_is_reached_and_how_what_is_older_is_said() -> None:
    assert "300" in (talk := many(300)).reads
    assert "05-000001" in talk.say("05-000001").reads
    last = many(MOST_PAGES * ON_A_PAGE + 1).press(*["more"] * (MOST_PAGES - 1))
    assert f"Страница: {MOST_PAGES} из {MOST_PAGES}" in last.reads
    assert "Чтобы найти более раннюю заявку, напишите её номер" in last.reads
    assert "more" not in [option.id for option in last.options]
    assert "более раннюю" not in many(ON_A_PAGE + 1).press("more").reads


def test_an_idle_chat_is_asked_who_it_is_before_anything_of_an_open_card_is_shown_again() -> None:
    talk = cabinet_of(card(), BESIDE).press("71")
    assert talk.key == "cabinet.card"
    talk.confirmed = None
    assert talk.key == "identity.iin"
    assert "05-004512" not in talk.reads


def test_a_debt_that_stops_the_term_has_a_status_of_its_own_in_the_history() -> None:
    stopped = request(Stage.ASSIGNED, suspended=True)
    step = type(stopped.marks[0])(Pause.SUSPENDED, FRIDAY_AFTERNOON + timedelta(hours=1))
    talk = cabinet_of(BESIDE)
    talk.registry.training_requests.append(replace(stopped, marks=(*stopped.marks, step)))
    assert "приостановлена" in talk.press("t96", "history").reads
