"""The form of a home call: how it is filled in, changed and kept."""

from datetime import UTC, datetime

import pytest

from dialogs.engine import Moved, Pressed, SentOther, SharedContact, SharedLocation
from rules.home_call import Reason
from tests.dialogs.calls import draft_of, filled, identified, talk
from tests.dialogs.registry import AIGUL, DAUGHTER

AFTER_CUTOFF = datetime(2026, 11, 20, 13, 0, tzinfo=UTC)
SUNDAY = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
ON_HOLIDAY = datetime(2026, 12, 16, 6, 0, tzinfo=UTC)


def test_own_words_at_the_list_of_reasons_are_enough() -> None:
    said = identified().say("Третий день температура 39, кашель")
    assert said.key == "home_call.address"
    draft = draft_of(said.press("registered", "skip", "registered", "send"))
    assert (draft.reason, draft.words) == (Reason.OTHER, "Третий день температура 39, кашель")


def test_five_thousand_letters_get_a_sentence_that_helps_and_keep_the_answers() -> None:
    long = identified().say("а" * 5000)
    assert "5000" in long.hint
    assert "500" in long.hint
    assert long.key == "home_call.reason"


def test_S42_what_a_citizen_types_stays_inert_text() -> None:
    said = identified().say("<b>39</b> \N{RIGHT-TO-LEFT OVERRIDE}😀\nПациент: Другой")
    shown = said.press("registered", "skip", "registered")
    assert "Ваши слова: <b>39</b> 😀 Пациент: Другой" in shown.reads


@pytest.mark.parametrize(
    ("change", "reopened"),
    [
        ("whom", ["home_call.for_whom"]),
        ("reason", ["home_call.reason"]),
        ("address", ["home_call.address"]),
        ("phone", ["home_call.phone"]),
    ],
)
def test_each_answer_can_be_changed_and_only_that_question_reopens(change: str, reopened: list[str]) -> None:
    shown = filled().press("change", change)
    assert [shown.key] == reopened
    again = {
        "whom": ("self",),
        "reason": ("fever", "skip"),
        "address": ("registered",),
        "phone": ("registered",),
    }
    shown.press(*again[change])
    if shown.key == "home_call.entrance":
        shown.press("skip")
    assert shown.key == "home_call.check"


def test_another_patient_reopens_identity_address_and_phone_but_not_the_reason() -> None:
    shown = filled().press("change", "whom", "child")
    assert shown.key == "identity.iin"
    shown.say(AIGUL.iin.digits)
    assert shown.key == "home_call.child"
    assert shown.press(DAUGHTER.id).key == "home_call.address"
    shown.press("registered")
    if shown.key == "home_call.entrance":
        shown.press("skip")
    assert shown.key == "home_call.phone"
    assert "Причина: Высокая температура" in shown.press("registered").reads


def test_the_language_can_be_switched_at_the_summary_and_a_new_text_is_signed() -> None:
    shown = filled(locale="kk")
    old = next(option.id for option in shown.options if option.id.startswith("send-"))
    shown.locale = "ru"
    shown.send(Pressed("home_call.check", old))
    assert isinstance(shown.heard, Moved)
    draft = draft_of(shown.press("send"))
    assert draft.signed.text.startswith("Проверьте.")


def test_an_attachment_that_moved_before_send_shows_the_new_clinic_and_old_send_is_nothing() -> None:
    shown = filled()
    old = next(option.id for option in shown.options if option.id.startswith("send-"))
    shown.registry.attached[AIGUL.id] = 7
    shown.send(Pressed("home_call.check", old))
    assert shown.done == []
    assert "Городская поликлиника № 7" in shown.reads
    assert draft_of(shown.press("send")).clinic_no == 7


def test_a_registry_address_that_changed_reopens_the_address() -> None:
    shown = filled()
    shown.registry.change(AIGUL.id, address="Гоголя, 53")
    assert shown.key == "home_call.address"
    assert "Гоголя, 53" in shown.reads


def test_a_registry_that_is_down_pauses_and_loses_nothing() -> None:
    shown = filled()
    shown.registry.down = True
    assert shown.key == "Paused"
    shown.registry.down = False
    assert shown.key == "home_call.check"


def test_a_closed_identity_reopens_beneath_the_answers_and_keeps_them() -> None:
    shown = filled()
    shown.consents.clear()
    assert shown.key == "AtGate"
    assert shown.confirm().key == "home_call.check"


def test_back_does_not_cross_the_code() -> None:
    begun = identified()
    assert not begun.back()
    begun.say("кашель")
    assert begun.back()
    assert begun.key == "home_call.reason"


def test_a_point_on_the_map_still_asks_for_the_flat() -> None:
    begun = identified().press("fever", "skip")
    begun.send(SharedLocation(43.23801, 76.94551))
    assert begun.key == "home_call.flat"
    shown = begun.say("25", "2 4 25").press("registered")
    assert "43.23801, 76.94551" in shown.reads
    assert draft_of(shown.press("send")).address.entrance == "2"


def test_an_address_of_one_word_is_kept_and_only_the_house_is_asked() -> None:
    begun = identified().press("fever", "skip").say("Абая")
    assert begun.key == "home_call.house"
    assert "Абая" in begun.reads
    assert "10/2" in begun.say("не знаю").hint
    assert begun.say("10", "25").key == "home_call.entrance"


def test_S31_only_ones_own_contact_counts_and_a_landline_may_be_given() -> None:
    begun = identified().press("fever", "skip", "registered", "skip")
    begun.send(SharedContact("77051234567", own=False))
    assert "чужой" in begun.hint
    begun.send(SentOther("voice"))
    assert begun.key == "home_call.phone"
    assert "казахстанский" in begun.say("+44 20 7946 0958").hint
    assert draft_of(begun.say("8 (727) 233-39-60").press("send")).phone == "+77272333960"
    own = identified().press("fever", "skip", "registered", "skip")
    own.send(SharedContact("77051234567", own=True))
    assert draft_of(own.press("send")).phone == "+77051234567"


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("85030540001", "11"),
        ("8503054OOO17", "О"),
        ("ААА", "12"),
        ("850305400019", "опечатка"),
        ("9" * 400, "12"),
        ("😀", "12"),
    ],
)
def test_GEN_08_a_wrong_iin_is_answered_with_what_would_be_right(typed: str, hint: str) -> None:
    asked = talk().press("none", "agree", "self").say(typed)
    assert hint in asked.hint
    assert asked.key == "identity.iin"


@pytest.mark.parametrize("typed", ["850305 400 010", "850305-400010", " 850305400010 "])
def test_an_iin_is_read_as_people_type_it(typed: str) -> None:
    assert talk().press("none", "agree", "self").say(typed).key == "AtGate"
