"""The cabinet: what a confirmed person sees of their requests, and how one is withdrawn."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from dialogs.actions import complain_about
from dialogs.cabinet import cabinet, withdraw
from dialogs.drafts import PaperDraft, WithdrawalDraft
from dialogs.engine import Ended
from dialogs.facts import RequestCard
from rules.call_status import CallStatus
from rules.doctors import DoctorRole
from rules.home_call import ForWhom, VisitWindow
from rules.law import GroundCode
from rules.people import Language
from tests.dialogs.registry import AIGUL, DAUGHTER, STRANGER, UNATTACHED, card, visit_card
from tests.dialogs.talk import Talk
from tests.dialogs.visits import own

WINDOW = VisitWindow(datetime(2026, 11, 20, 11, 0, tzinfo=UTC), datetime(2026, 11, 20, 13, 0, tzinfo=UTC))


def confirmed_call(**changes: object) -> RequestCard:
    """A call the clinic has answered."""
    answered = replace(
        card(status=CallStatus.CONFIRMED),
        version=2,
        window=WINDOW,
        doctor_name="Серікова А. Б.",
        doctor_role=DoctorRole.THERAPIST,
    )
    return replace(answered, **changes)  # type: ignore[arg-type]  # a test knows its fields


def cabinet_of(*cards: RequestCard, locale: Language = "ru", arg: str = "") -> Talk:
    """The cabinet of Aigul, confirmed in this chat a minute ago."""
    talk = Talk(cabinet, locale, arg=arg, confirmed=AIGUL.iin)
    talk.registry.cards.extend(cards)
    return talk


def test_PC_01_the_way_in_is_the_iin_and_the_code() -> None:
    talk = Talk(cabinet)
    talk.registry.cards.append(card())
    assert talk.key == "identity.iin"
    assert talk.say(AIGUL.iin.digits).key == "AtGate"
    assert talk.confirm().key == "cabinet.card"


def test_PC_01_after_five_idle_minutes_the_code_is_asked_again() -> None:
    talk = Talk(cabinet)
    talk.registry.cards.append(card())
    talk.say(AIGUL.iin.digits).confirm()
    talk.consents.clear()
    assert talk.key == "AtGate"


@pytest.mark.parametrize(
    ("locale", "fields"),
    [
        ("ru", ["0010", "05-004512", "вызов врача на дом", "зарегистрирована", "20 ноября 2026 года, 14:33"]),
        ("kk", ["0010", "05-004512", "дәрігерді үйге шақыру", "тіркелді", "2026 жылғы 20 қараша, 14:33"]),
    ],
)
def test_PC_07_the_card_shows_iin_number_service_status_and_term(locale: Language, fields: list[str]) -> None:
    shown = cabinet_of(card(), locale=locale)
    assert all(field in shown.reads for field in fields), shown.reads
    assert AIGUL.iin.digits not in shown.reads


def test_PC_08_refresh_reads_the_state_anew() -> None:
    shown = cabinet_of(card())
    shown.registry.cards[0] = confirmed_call()
    shown.press("refresh")
    assert shown.key == "cabinet.card"
    assert "подтверждена" in shown.reads


def test_PC_09_view_result_is_there_only_when_an_answer_has_come() -> None:
    ids = [option.id for option in cabinet_of(card()).options]
    assert ids == ["refresh", "withdraw", "history", "consents"]
    assert "view" in [option.id for option in cabinet_of(confirmed_call()).options]


def test_PC_10_and_HC_13_open_puts_day_window_and_doctor_on_the_screen() -> None:
    shown = cabinet_of(confirmed_call()).press("view")
    assert shown.buttons == ["Открыть"]
    shown.press("open")
    for part in (
        "20 ноября 2026 года",
        "16:00–18:00",
        "Серікова А. Б.",
        "участковый терапевт",
        "+7 727 397-47-90",
    ):
        assert part in shown.reads


def test_G_79_a_refusal_opens_with_its_ground_and_the_right_to_complain() -> None:
    refused = replace(card(status=CallStatus.REFUSED), ground=GroundCode.NOT_ATTACHED)
    shown = cabinet_of(refused).press("view", "open")
    for part in ("ДСМ-194/2020", "15 рабочих дней", "в суд"):
        assert part in shown.reads
    outcome = shown.outcome
    assert isinstance(outcome, Ended)
    assert outcome.end.ground == "not_attached"
    assert outcome.end.leads[0] == complain_about("request", refused.id)


def test_several_requests_are_listed_and_found_by_number() -> None:
    listed = cabinet_of(card(), card("05-000007", CallStatus.CANCELLED, 72))
    assert listed.buttons[:2] == ["№ 05-004512, 20.11", "№ 05-000007, 20.11"]
    assert "с таким номером в вашем списке нет" in listed.say("05-999999").hint
    assert "05-004512" in listed.say("не знаю").hint
    assert "отозвана" in listed.say("№ 05-000007").reads
    assert listed.press("list").key == "cabinet.list"


def test_a_childs_request_is_shown_to_the_parent_with_the_childs_iin() -> None:
    shown = cabinet_of(replace(card(), patient_id=DAUGHTER.id, caller_id="77"))
    assert DAUGHTER.iin.last_four in shown.reads


def test_S19_a_call_for_another_adult_never_shows_whether_the_registry_knows_them() -> None:
    known = replace(card(), for_whom=ForWhom.OTHER, patient_id=STRANGER.id)
    unknown = replace(card(), for_whom=ForWhom.OTHER, patient_id=None)
    assert cabinet_of(known).reads == cabinet_of(unknown).reads


def test_somebody_elses_request_is_not_shown() -> None:
    theirs = replace(card(), patient_id=UNATTACHED.id, caller_id=UNATTACHED.id)
    assert cabinet_of(theirs, arg="71").key == "Ended"
    refused = Talk(withdraw, "ru", arg="71", confirmed=AIGUL.iin)
    refused.registry.cards.append(theirs)
    assert "нет среди ваших" in refused.reads


def test_who_has_no_requests_is_led_on() -> None:
    assert [option.id for option in cabinet_of().options] == [
        "start:home_call",
        "start:appointment",
        "start:attachment",
        "start:consents",
        "menu",
    ]


def test_G_74_a_call_is_withdrawn_after_one_question_and_only_once() -> None:
    asked = cabinet_of(card(), arg="71").press("withdraw")
    assert "05-004512" in asked.reads
    assert asked.done == []
    asked.press("yes")
    assert asked.done == [WithdrawalDraft(71, 1, AIGUL.id, None)]
    assert "закрыта" in asked.reads


@pytest.mark.parametrize("words", ["нет", "жоқ", "Жок"])
def test_a_withdrawal_that_was_not_meant_changes_nothing(words: str) -> None:
    asked = cabinet_of(card()).press("withdraw").say(words)
    assert asked.done == []
    assert "остаётся в силе" in asked.reads


def test_G_74_once_the_doctor_is_on_the_way_the_clinic_is_rung() -> None:
    shown = cabinet_of(confirmed_call(status=CallStatus.ON_WAY))
    assert "withdraw" not in [option.id for option in shown.options]
    late = Talk(withdraw, "ru", arg="71", confirmed=AIGUL.iin)
    late.registry.cards.append(confirmed_call(status=CallStatus.ON_WAY))
    assert "+7 727 397-47-90" in late.reads
    beaten = cabinet_of(card()).press("withdraw")
    beaten.receipt = {"number": "05-004512", "withdrawn": False}
    assert "врач в пути" in beaten.press("yes").reads


def test_the_status_button_under_a_notice_opens_that_request() -> None:
    talk = cabinet_of(card("05-000007", CallStatus.CANCELLED, 72), card(), arg="71")
    assert "05-004512" in talk.reads


@pytest.mark.parametrize(("locale", "words"), [("ru", "Справку отправили"), ("kk", "Анықтаманы осы чатқа")])
def test_PC_10_and_HC_12_open_sends_the_certificate_too_where_there_is_one(
    locale: Language, words: str
) -> None:
    shown = cabinet_of(confirmed_call(), locale=locale)
    shown.registry.certified.add(confirmed_call().id)
    shown.press("view", "open")
    assert shown.done == [PaperDraft(confirmed_call().id, AIGUL.id)]
    assert "Серікова А. Б." in shown.reads
    assert words in shown.reads


def test_HC_12_a_certificate_that_is_still_being_made_is_said_to_be() -> None:
    shown = cabinet_of(confirmed_call())
    shown.registry.certified.add(confirmed_call().id)
    shown.press("view")
    shown.receipt = {"request_id": confirmed_call().id, "sent": False}
    assert "ещё готовится" in shown.press("open").reads


def test_X_02_without_a_certificate_open_shows_the_result_alone() -> None:
    shown = cabinet_of(confirmed_call()).press("view", "open")
    assert shown.done == []
    assert "правк" not in shown.reads


def test_AP_09_and_X_03_open_sends_the_certificate_of_an_appointment() -> None:
    shown = own(cabinet, visit_card())
    shown.registry.certified.add(81)
    shown.press("view", "open")
    assert shown.done == [PaperDraft(81, AIGUL.id)]
    assert "Справку отправили" in shown.reads
