"""The dialogs on a button phone: fewer questions, the same law, nothing about health and no whole name."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import locales
from dialogs import DIALOGS
from dialogs.appointment import appointment
from dialogs.attachment import attachment
from dialogs.cabinet import cabinet, withdraw
from dialogs.drafts import HomeCallDraft
from dialogs.engine import Asked, AtGate, Ended, Entry, Kind, NotRead, Pressed, Said, T, digest
from dialogs.home_call import home_call
from dialogs.in_chat import in_chat
from dialogs.menu import menu
from dialogs.moving import cancel_visit, move
from locales.segments import MOST_PARTS, parts
from rules.consent import SMS_TEXTS, Purpose
from rules.home_call import RED_FLAGS, ForWhom
from rules.people import Language
from tests.dialogs.by_sms import by_sms, identified, sms_of, the_sms
from tests.dialogs.registry import (
    AIGUL,
    DAUGHTER,
    OWN_DOCTOR,
    STRANGER,
    TEENAGER,
    UNATTACHED,
    card,
    slots_of,
    visit_card,
)
from tests.dialogs.talk import Talk
from tests.dialogs.visits import booking_of, leads_of

FIRST, SECOND, THIRD = slots_of(OWN_DOCTOR)[:3]
in_both = pytest.mark.parametrize("locale", locales.LOCALES)


# The appointment.


@in_both
def test_CH_02_a_whole_booking_is_four_sms_with_the_code(locale: Language) -> None:
    talk = by_sms(appointment, locale)
    asks = the_sms(talk)
    gate = talk.say(AIGUL.iin.digits)
    assert isinstance(gate.outcome, AtGate)
    offers = sms_of(talk.confirm())
    confirms = the_sms(talk.press(talk.options[0].id))
    assert isinstance(talk.outcome, Ended)
    assert len(offers) == 1
    assert all(parts(sms) <= MOST_PARTS for sms in (asks, *offers, confirms))
    assert "05-004520" in confirms


@in_both
def test_AP_01_the_first_sms_has_the_notice_and_asks_for_the_iin_and_a_child_is_a_digit(
    locale: Language,
) -> None:
    talk = by_sms(appointment, locale)
    assert "103" in the_sms(talk)
    assert ("согласие" if locale == "ru" else "келісім") in the_sms(talk)
    assert [option.id for option in talk.options] == ["child"]


@in_both
def test_what_a_digit_signs_is_what_that_sms_showed(locale: Language) -> None:
    talk = identified(appointment, locale)
    shown = the_sms(talk)
    signed = booking_of(talk.press(talk.options[1].id)).signed
    heading, _, label = signed.text.rpartition("\n")
    assert heading in shown
    assert f"2 {label}" in shown
    for part in ("Орлов Д. А.", "206", "23.11 09:15"):
        assert part in signed.text
    assert AIGUL.full_name not in shown


def test_S03_a_time_signed_for_another_room_or_doctor_is_not_taken() -> None:
    talk = identified(appointment)
    pressed = talk.options[0].id
    talk.registry.slots = [replace(slot, room="999") for slot in talk.registry.slots]
    talk.send(Pressed(talk.key, pressed))
    assert talk.done == []
    assert "999" in the_sms(talk)


def test_a_time_lost_meanwhile_reopens_the_question_with_what_is_left() -> None:
    talk = identified(appointment)
    first = talk.options[0].id
    talk.registry.taken.add(FIRST.id)
    talk.send(Pressed(talk.key, first))
    assert talk.done == []
    assert "09:15" in the_sms(talk)
    assert booking_of(talk.press(talk.options[0].id)).slot_id == SECOND.id


def test_a_time_that_somebody_else_got_as_it_was_signed_is_said_to_be_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    talk = identified(appointment)
    monkeypatch.setattr(talk.registry, "hold", lambda slot_id: slot_id != FIRST.id)
    first = talk.options[0].id
    talk.press(first)
    talk.registry.taken.add(FIRST.id)
    assert "Время занято" in the_sms(talk)
    assert booking_of(talk.press(talk.options[0].id)).slot_id == SECOND.id


def test_another_doctor_or_time_is_chosen_step_by_step_in_numbered_menus() -> None:
    talk = identified(appointment).press("other", "therapist", "501").say("25.11", "14:00")
    assert talk.key == "appointment.check"
    assert len(sms_of(talk)) == 1
    draft = booking_of(talk.press("send"))
    assert draft.doctor_no == "501"
    assert "Бейсенова Г. С." in draft.signed.text


def test_without_an_own_doctor_whoever_is_free_first_is_offered() -> None:
    talk = by_sms(appointment)
    talk.registry.own_doctors.clear()
    talk.registry.taken |= {FIRST.id}
    talk.say(AIGUL.iin.digits).confirm()
    assert "Бейсенова Г. С." in the_sms(talk)


def test_an_own_doctor_without_any_time_gives_way_to_another() -> None:
    talk = by_sms(appointment)
    talk.registry.slots = [slot for slot in talk.registry.slots if slot.doctor_no != "502"]
    talk.say(AIGUL.iin.digits).confirm()
    assert "Бейсенова Г. С." in the_sms(talk)


def test_where_nobody_has_a_time_it_can_be_waited_for() -> None:
    talk = by_sms(appointment)
    talk.registry.slots.clear()
    talk.say(AIGUL.iin.digits).confirm().press("therapist", "502")
    assert talk.key == "time.none"
    assert "15 минут" in the_sms(talk.press("wait", "send"))


def test_G_51_whoever_is_booked_already_is_told_so() -> None:
    talk = by_sms(appointment)
    talk.registry.cards.append(visit_card())
    talk.say(AIGUL.iin.digits).confirm()
    assert "05-004520" in the_sms(talk)
    assert "move" in leads_of(talk)


@in_both
def test_AP_02_a_child_is_seen_by_the_paediatrician_and_named_by_the_first_name(locale: Language) -> None:
    talk = identified(appointment, locale, "", "child").press(DAUGHTER.id)
    assert the_sms(talk).startswith(f"{DAUGHTER.name}: Тәжібаева М. А.")
    draft = booking_of(talk.press(talk.options[0].id))
    assert draft.patient.person_id == DAUGHTER.id
    assert DAUGHTER.full_name not in draft.signed.text


def test_an_only_child_need_not_be_chosen() -> None:
    talk = by_sms(appointment).press("child")
    talk.registry.children[AIGUL.id] = (DAUGHTER.id,)
    talk.say(AIGUL.iin.digits).confirm()
    assert the_sms(talk).startswith(DAUGHTER.name)


def test_AP_02_nobody_is_booked_with_a_doctor_who_does_not_take_them_on_that_day() -> None:
    talk = identified(appointment, "ru", "", "child").press(TEENAGER.id)
    assert booking_of(talk.press(talk.options[0].id)).role == "paediatrician"


@in_both
def test_AP_13_a_refusal_names_its_ground_and_clause_and_what_is_next(locale: Language) -> None:
    talk = by_sms(appointment, locale).say(UNATTACHED.iin.digits).confirm(UNATTACHED.id)
    assert "ДСМ-194/2020" in the_sms(talk)
    assert leads_of(talk) == ["menu"]


# The home call.


@in_both
def test_G_16_a_home_call_begins_with_every_warning_sign_and_103_in_one_sms(locale: Language) -> None:
    talk = by_sms(home_call, locale)
    (sms,) = sms_of(talk)
    assert "103" in sms
    for flag in RED_FLAGS:
        assert talk.render(T(f"red_flag.{flag}")) in sms
    assert [option.id for option in talk.options] == ["yes", "none"]
    assert "103" in the_sms(talk.press("yes"))


@in_both
def test_HC_01_a_home_call_for_oneself_from_first_to_last(locale: Language) -> None:
    talk = by_sms(home_call, locale).press("none").say(AIGUL.iin.digits).confirm()
    talk.say("Температура 39, кашель").press("registered")
    (check,) = sms_of(talk)
    assert "Абай" in check
    talk.press("send")
    draft = talk.done[0]
    assert isinstance(draft, HomeCallDraft)
    assert (draft.for_whom, draft.words, draft.phone) == (
        ForWhom.SELF,
        "Температура 39, кашель",
        "+77011234567",
    )
    assert "05-004512" in the_sms(talk)
    assert "103" in the_sms(talk)


def test_S27_the_summary_of_a_home_call_says_nothing_of_health_and_yet_binds_it() -> None:
    talk = by_sms(home_call).press("none").say(AIGUL.iin.digits).confirm().say("Кашель").press("registered")
    assert "ашель" not in "".join(sms_of(talk))
    first = talk.options[0].id
    talk.press("change", "reason").say("Сыпь")
    assert talk.options[0].id != first
    talk.send(Pressed(talk.key, first))
    assert talk.done == []


@in_both
def test_of_another_adult_no_name_is_said_by_sms(locale: Language) -> None:
    talk = identified(home_call, locale, "", "none", "other")
    talk.say(STRANGER.iin.digits, "Ахметова Сара", "05.03.1948", "7", "әлсіз", "Абая 10, кв 25")
    sms = "".join(sms_of(talk))
    assert "Сара" not in sms
    assert "Ахметова" not in sms
    assert STRANGER.iin.last_four in sms
    assert talk.press("send").done[0].clinic_no == 7


def test_a_long_address_is_cut_on_the_screen_and_signed_whole() -> None:
    long = "город Алматы, микрорайон Шанырак-2, улица Жан-кожа батыра, 193 «а», кв. 25"
    talk = by_sms(home_call).press("none")
    talk.registry.change(AIGUL.id, address=long)
    talk.say(AIGUL.iin.digits).confirm().say("слабость").press("registered")
    assert "…" in the_sms(talk)
    assert talk.press("send").done[0].address.whole == long


def test_HC_08_after_the_cut_off_the_next_day_is_offered_and_103_named() -> None:
    talk = by_sms(home_call).press("none").say(AIGUL.iin.digits)
    talk.now = talk.now.replace(hour=13)
    talk.confirm()
    assert talk.key == "home_call.carry_over"
    assert "103" in the_sms(talk)


# What was asked for already.


@in_both
def test_PC_07_the_card_of_a_request_is_one_tap_from_being_cancelled(locale: Language) -> None:
    talk = by_sms(cabinet, locale)
    talk.registry.cards.append(visit_card())
    talk.say(AIGUL.iin.digits).confirm()
    sms = the_sms(talk)
    assert "05-004520" in sms
    assert "24.11" in sms
    assert leads_of(talk.press("cancel_visit", "yes")) == ["appointment", "menu"]
    assert len(talk.done) == 1


@in_both
def test_a_home_call_is_withdrawn_by_sms(locale: Language) -> None:
    talk = by_sms(withdraw, locale, "71")
    talk.registry.cards.append(card())
    talk.say(AIGUL.iin.digits).confirm().press("yes")
    assert "05-004512" in the_sms(talk)


@in_both
def test_an_appointment_is_moved_by_sms(locale: Language) -> None:
    talk = by_sms(move, locale, "81")
    talk.registry.cards.append(visit_card())
    talk.say(AIGUL.iin.digits).confirm().press("502").say("25.11", "14:00")
    assert len(sms_of(talk)) == 1
    assert "25.11" in the_sms(talk.press("yes"))


def test_S27_a_question_of_the_clinic_is_not_said_by_sms_but_its_phone_is() -> None:
    talk = by_sms(cabinet)
    talk.registry.cards.append(card())
    talk.registry.asked[71] = 17
    talk.say(AIGUL.iin.digits).confirm()
    assert "question" not in [option.id for option in talk.options]
    assert "+7 727 397-47-90" in the_sms(talk)


def test_a_service_that_is_not_for_sms_says_where_it_is_to_be_had() -> None:
    talk = by_sms(in_chat(attachment))
    assert "Telegram" in the_sms(talk)
    assert leads_of(talk) == ["menu"]
    assert in_chat(attachment).name == "attachment"


def test_the_menu_by_sms_offers_what_can_be_done_by_sms() -> None:
    assert [lead.id for lead in menu(terse=True).leads] == [
        "start:home_call",
        "start:appointment",
        "start:cabinet",
        "start:clinics",
        "language",
        "help",
    ]


def test_G_78_every_purpose_that_is_asked_for_by_sms_has_its_own_words_of_consent() -> None:
    assert set(SMS_TEXTS) == {Purpose.HOME_CALL, Purpose.APPOINTMENT, Purpose.CABINET}
    for text in SMS_TEXTS.values():
        assert all(locales.render(T(text.words_key), locale) for locale in locales.LOCALES)


# Begun in a chat, finished by SMS, and the other way round.


def test_a_conversation_begun_in_a_chat_goes_on_by_sms_without_asking_again() -> None:
    talk = Talk(home_call).press("none", "agree", "self").say(AIGUL.iin.digits).confirm()
    talk.press("fever", "skip")
    talk.channel = "sms"
    assert talk.key == "home_call.address"
    talk.press("registered", "send")
    assert talk.done[0].reason == "fever"


def test_a_booking_begun_in_a_chat_goes_on_by_sms_where_it_was() -> None:
    talk = Talk(appointment).press("agree", "self").say(AIGUL.iin.digits).confirm().press("therapist", "502")
    talk.channel = "sms"
    assert talk.key == "time.when"


def test_a_conversation_begun_by_sms_goes_on_in_a_chat_without_asking_again() -> None:
    talk = by_sms(home_call).press("none").say(AIGUL.iin.digits).confirm().say("кашель")
    talk.channel = "telegram"
    assert talk.key == "home_call.address"
    talk.press("registered", "skip", "registered", "send")
    assert talk.done[0].words == "кашель"


def test_a_booking_begun_by_sms_goes_on_in_a_chat() -> None:
    talk = by_sms(appointment).say(AIGUL.iin.digits)
    talk.channel = "telegram"
    assert isinstance(talk.outcome, AtGate)
    assert talk.confirm().key == "appointment.role"


# Whatever is sent.

SENT = st.one_of(
    st.integers(0, 12),
    st.sampled_from(
        (
            AIGUL.iin.digits,
            STRANGER.iin.digits,
            "завтра",
            "25.11",
            "5",
            "Абая 10 кв 5",
            "иә",
            "нет",
            "05.03.1948",
        )
    ).map(Said),
    st.text(max_size=30).map(Said),
    st.sampled_from(["code", "back", "hour", "beaten", "chat"]),
)
BY_SMS = (home_call, appointment, cabinet, withdraw, move, cancel_visit)


def _do(talk: Talk, step: int | Said | str) -> None:
    outcome = talk.outcome
    if step == "code" and isinstance(outcome, AtGate):
        known = [one for one in talk.registry.people if one.iin.digits == outcome.gate.subject]
        talk.confirm(known[0].id) if known else talk.leave()
    elif step == "back" and isinstance(outcome, Asked | AtGate):
        talk.back()
    elif step == "hour":
        talk.now += timedelta(hours=1)
    elif step == "beaten":
        talk.registry.taken |= {slot.id for slot in talk.registry.slots[::3]}
    elif step == "chat":
        talk.channel = "telegram" if talk.channel == "sms" else "sms"
    elif isinstance(step, Said) and isinstance(outcome, Asked):
        talk.send(step)
    elif isinstance(step, int) and isinstance(outcome, Asked) and outcome.question.options:
        options = outcome.question.options
        talk.send(Pressed(outcome.question.key, options[step % len(options)].id))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(BY_SMS), st.sampled_from(locales.LOCALES), st.lists(SENT, max_size=40))
def test_S27_no_path_by_sms_breaks_a_dialog_or_says_a_whole_name(
    which: object, locale: Language, steps: list[int | Said | str]
) -> None:
    dialog = next(one for one in BY_SMS if one is which)
    talk = by_sms(dialog, locale, "81" if dialog in (move, cancel_visit) else "71")
    talk.registry.cards += [card(), visit_card()] if dialog not in (home_call, appointment) else []
    talk.settle()
    for step in steps:
        _do(talk, step)
        talk.settle()
        if talk.channel == "sms":
            for sms in sms_of(talk):
                assert parts(sms) <= MOST_PARTS, sms
                assert not any(one.full_name in sms or one.iin.digits in sms for one in talk.registry.people)
        if isinstance(talk.heard, NotRead):
            assert talk.hint
        if isinstance(talk.outcome, Ended):
            break
    assert len(talk.done) <= 1


def test_every_dialog_that_can_be_started_answers_a_button_phone() -> None:
    for dialog in DIALOGS:
        talk = by_sms(dialog, arg="71")
        talk.registry.cards.append(card())
        if dialog.name in {"offer", "coming"}:
            # Asked by a notice of a chat; by SMS it is a reply with its code.
            continue
        assert the_sms(talk.settle()), dialog.name


def test_an_answer_to_a_menu_of_long_ago_is_not_taken() -> None:
    talk = identified(appointment)
    stale = Entry("appointment.at_once", "send-0000000000000000", Kind.OPTION, digest(None))
    talk.journal = talk.journal.put(stale)
    assert talk.key == "appointment.at_once"
    assert talk.done == []


# Said in place of a digit.


@in_both
@pytest.mark.parametrize("said", ["25.11", "25.11 14:00", "сәрсенбі", "в среду после обеда"])
def test_another_day_can_be_said_in_place_of_a_digit(said: str, locale: Language) -> None:
    talk = identified(appointment, locale).say(said)
    assert talk.key in {"time.hour", "appointment.check"}
    assert "25.11" in the_sms(talk)
    if talk.key == "time.hour":
        talk.say("14:30")
    draft = booking_of(talk.press("send"))
    assert draft.doctor_no == "502"
    assert "25.11" in draft.signed.text


def test_from_another_day_the_way_back_is_to_the_nearest_times() -> None:
    talk = identified(appointment).say("25.11").press("days")
    assert talk.key == "appointment.at_once"
    assert identified(appointment).say("25.11", "14:30").press("change", "time").key == "appointment.at_once"
    assert identified(appointment).say("25.11", "14:30").press("change", "role").key == "appointment.at_once"


@pytest.mark.parametrize("said", ["7", "12", "99", "кошка", "вчера", "32.11"])
def test_what_is_no_day_and_no_digit_of_the_menu_books_nothing(said: str) -> None:
    talk = identified(appointment).say(said)
    assert talk.done == []
    assert talk.key == "appointment.at_once", talk.reads
    assert isinstance(talk.heard, NotRead)
