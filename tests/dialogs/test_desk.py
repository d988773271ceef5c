"""The same dialogs where a registrar answers: identity, the desk's own clinic, the moment that counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from dialogs.appointment import appointment
from dialogs.attachment import attachment
from dialogs.context import AtDesk
from dialogs.drafts import AttachmentDraft, BookingDraft, ByHandDraft, HomeCallDraft, TypedPatient
from dialogs.engine import Dialog, Ended
from dialogs.home_call import home_call
from rules.channels import Channel
from rules.representation import Newborn
from tests.dialogs.registry import AIGUL, DAUGHTER, FRIDAY_AFTERNOON, STRANGER
from tests.dialogs.talk import Talk

NOBODY = "580203293006"
SATURDAY = datetime(2026, 11, 21, 6, 59, tzinfo=UTC)
"""11:59 in Almaty: a minute before the cut-off of a short day."""


def case(
    dialog: Dialog = home_call,
    by: Channel = Channel.PHONE,
    clinic_no: int = 5,
    opened_at: datetime = FRIDAY_AFTERNOON,
    **more: datetime,
) -> Talk:
    """A case just opened at that clinic."""
    return Talk(dialog, now=opened_at, desk=AtDesk(by, clinic_no, opened_at, **more))


def called_back(talk: Talk) -> Talk:
    return talk.press("self").say(AIGUL.iin.digits).press("call_back").confirm()


def test_X_29_by_phone_it_is_the_name_and_a_call_to_the_number_that_the_registry_knows() -> None:
    talk = case().press("self").say(AIGUL.iin.digits)
    assert AIGUL.full_name in talk.reads
    assert AIGUL.phone is not None
    assert AIGUL.phone.shown in talk.reads
    assert [option.id for option in talk.options] == ["call_back", "not_seen"]


def test_DD_05_at_the_desk_it_is_a_document_on_paper_or_a_digital_one() -> None:
    talk = case(by=Channel.DESK).press("self").say(AIGUL.iin.digits)
    assert [option.id for option in talk.options] == ["document", "digital", "not_seen"]
    assert AIGUL.phone is not None
    assert AIGUL.phone.shown not in talk.reads


def test_somebody_who_was_not_recognised_gets_nothing_and_103() -> None:
    talk = case().press("self").say(AIGUL.iin.digits).press("not_seen")
    assert isinstance(talk.outcome, Ended)
    assert "103" in talk.reads
    assert talk.done == []


def test_G_16_signs_lead_to_103_on_the_phone_too_and_refuse_nothing() -> None:
    talk = case().press("signs")
    assert "103" in talk.reads
    talk.press("go_on", "self").say(AIGUL.iin.digits).press("call_back").confirm()
    assert talk.key == "home_call.reason"


def test_what_a_caller_has_just_confirmed_is_not_asked_again() -> None:
    talk = called_back(case()).press("fever", "registered")
    assert talk.key == "home_call.check"
    draft = talk.press("send").done[0]
    assert isinstance(draft, HomeCallDraft)
    assert AIGUL.phone is not None
    assert draft.phone == AIGUL.phone.e164


def test_E_03_a_case_opened_at_11_59_is_for_today_though_it_is_sent_after_noon() -> None:
    talk = case(opened_at=SATURDAY)
    talk.now = SATURDAY + timedelta(minutes=4)
    called_back(talk).press("fever", "registered", "send")
    assert talk.done[0].visit_day == SATURDAY.date()


def test_E_04_a_case_opened_at_noon_is_for_monday() -> None:
    talk = called_back(case(opened_at=SATURDAY + timedelta(minutes=1)))
    assert talk.key == "home_call.carry_over"
    assert "23" in talk.reads


def test_G_01_at_the_desk_the_hand_in_counts_and_not_the_opening() -> None:
    late = SATURDAY + timedelta(minutes=2)
    talk = case(by=Channel.DESK, opened_at=SATURDAY, handed_in_at=late)
    talk.now = late
    talk.press("self").say(AIGUL.iin.digits).press("document").confirm()
    assert talk.key == "home_call.carry_over"


def test_SEC_01_a_desk_enters_nothing_for_another_clinic_and_names_its_phone() -> None:
    talk = called_back(case(clinic_no=7))
    assert isinstance(talk.outcome, Ended)
    assert talk.done == []
    visit = case(appointment, Channel.DESK, clinic_no=7).press("self").say(AIGUL.iin.digits)
    assert isinstance(visit.press("document").confirm().outcome, Ended)


def test_AP_16_another_adults_appointment_is_made_out_on_paper() -> None:
    talk = case(appointment, Channel.DESK).press("other")
    assert isinstance(talk.outcome, Ended)


def test_a_call_for_another_adult_is_for_the_clinic_of_the_desk() -> None:
    talk = case().press("other").say(AIGUL.iin.digits).press("call_back").confirm()
    talk.say(STRANGER.iin.digits, STRANGER.full_name, "05.03.1948")
    assert talk.key == "home_call.reason"


def test_AP_08_an_appointment_is_booked_in_the_same_dialog() -> None:
    talk = case(appointment, Channel.PHONE).press("self").say(AIGUL.iin.digits).press("call_back").confirm()
    talk.press("therapist", "any")
    talk.press(talk.options[0].id, "send")
    assert isinstance(talk.done[-1], BookingDraft)
    assert "05-004520" in talk.reads


def test_AT_01_an_attachment_at_the_desk_is_to_the_clinic_of_the_desk() -> None:
    talk = case(attachment, Channel.DESK, clinic_no=7).say(AIGUL.iin.digits).press("document").confirm()
    while talk.key != "attachment.check":
        talk.press(talk.options[0].id)
    talk.press("send")
    assert isinstance(talk.done[0], AttachmentDraft)
    assert talk.done[0].clinic_no == 7


def test_G_12_somebody_without_data_is_entered_by_their_paper_and_has_a_doctor_called() -> None:
    talk = case(by=Channel.DESK).press("self").say(NOBODY)
    talk.press("go_on").say("Ахметов", "Ерлан Қайратұлы", "03.02.1958", "87011234567", "паспорт N1")
    entered = talk.done[0]
    assert isinstance(entered, ByHandDraft)
    assert entered.iin is not None
    assert (entered.iin.digits, entered.phone, entered.document) == (NOBODY, "+77011234567", "паспорт N1")
    talk.press("by_hand").confirm("77").press("fever").say("Абая 10, кв 5")
    call = talk.press("send").done[-1]
    assert isinstance(call, HomeCallDraft)
    assert isinstance(call.patient, TypedPatient)
    assert call.phone == "+77011234567"
    assert call.clinic_no == 5


def test_G_12_by_phone_somebody_without_a_known_number_is_entered_by_hand() -> None:
    talk = case()
    talk.registry.people[0] = replace(AIGUL, phone=None)
    assert talk.press("self").say(AIGUL.iin.digits).key == "identity.no_data"


def entered_by_hand(talk: Talk, *iin: str) -> Talk:
    """Whoever is on the phone is entered as they say who they are."""
    talk.say(*iin) if iin else talk.press("without_iin")
    talk.press("go_on").say("Ли", "Анна", "03.02.1988", "87011234567", "паспорт N1")
    return talk.press("by_hand").confirm("77")


def test_G_10_by_phone_somebody_without_an_iin_has_a_doctor_called() -> None:
    talk = entered_by_hand(case().press("self")).press("fever").say("Абая 10, кв 5")
    assert "Без ИИН" in talk.reads
    call = talk.press("send").done[-1]
    assert isinstance(call, HomeCallDraft)
    assert isinstance(call.patient, TypedPatient)
    assert (call.patient.iin, call.patient.birth_date) == (None, date(1988, 2, 3))
    assert (call.phone, call.clinic_no, call.clinic_chosen) == ("+77011234567", 5, True)


def test_G_10_by_phone_a_patient_without_an_iin_is_called_for_by_name_and_birth_date() -> None:
    for whom in ("other", "child"):
        talk = case().press(whom).say(AIGUL.iin.digits).press("call_back").confirm()
        if whom == "child":
            talk.press("another")
        talk.press("no_iin").say("Ли Анна", "05.03.1948").press("fever").say("Абая 10, кв 5").press("send")
        patient = talk.done[-1].patient
        assert (patient.iin, patient.name, patient.birth_date) == (None, "Ли Анна", date(1948, 3, 5))


def test_G_10_a_newborn_of_a_mother_without_data_has_a_doctor_called() -> None:
    talk = entered_by_hand(case().press("child"), NOBODY)
    talk.press("newborn", "no_name").say("19.11.2026").press("fever").say("Абая 10, кв 5").press("send")
    call = talk.done[-1]
    assert isinstance(call.patient, Newborn)
    assert (call.clinic_no, call.clinic_chosen) == (5, True)


def test_G_12_whoever_was_entered_by_hand_before_is_never_refused_as_attached_nowhere() -> None:
    talk = entered_by_hand(case().press("self"), NOBODY).press("fever").say("Абая 10, кв 5").press("send")
    again = case(by=Channel.DESK)
    again.registry = talk.registry
    assert again.press("self").say(NOBODY).key == "identity.no_data"


def test_G_12_an_appointment_of_somebody_without_data_is_not_refused_as_attached_nowhere() -> None:
    talk = entered_by_hand(case(appointment, Channel.DESK).press("self"), NOBODY)
    assert isinstance(talk.outcome, Ended)
    assert talk.outcome.end.ground is None
    assert "прикрепиться" in talk.reads


def test_only_a_home_call_is_entered_without_an_iin() -> None:
    talk = case(appointment, Channel.DESK).press("self")
    assert talk.options == ()


def test_by_phone_nobody_says_that_a_paper_was_seen() -> None:
    talk = case().press("self").press("without_iin", "go_on")
    talk.say("Ли", "Анна", "03.02.1988", "87011234567", "паспорт N1")
    assert talk.buttons[0] == "Записано со слов"


def test_a_child_is_called_for_by_its_parent_at_the_desk() -> None:
    talk = case(by=Channel.DESK).press("child").say(AIGUL.iin.digits).press("document").confirm()
    talk.press(DAUGHTER.id)
    assert talk.key == "home_call.reason"
