"""What its citizen can do with an appointment: move, cancel, wait for an earlier one, answer a notice."""

from dataclasses import replace
from datetime import timedelta

import pytest

from dialogs.actions import alternative, coming, keep_offer, take_offer
from dialogs.answers import coming as coming_dialog
from dialogs.answers import offer
from dialogs.cabinet import cabinet, withdraw
from dialogs.drafts import CancelDraft, ComingDraft, HoldDraft, MoveDraft, OfferAnswerDraft, WaitDraft
from dialogs.engine import Dialog
from dialogs.moving import cancel_visit, move, wait
from rules.booking_status import BookingStatus
from rules.doctors import DoctorRole
from rules.people import Language
from tests.dialogs.registry import AIGUL, OWN_DOCTOR, slots_of, visit_card
from tests.dialogs.talk import Talk
from tests.dialogs.visits import leads_of, own

BOOKED = slots_of(OWN_DOCTOR)[7]
NEW = slots_of(OWN_DOCTOR)[10]


def in_the_cabinet(locale: Language = "ru", **card: object) -> Talk:
    """The cabinet of Aigul with one appointment."""
    return own(cabinet, visit_card(**card), locale=locale, arg="")  # type: ignore[arg-type]  # a test knows its card


# The cabinet.


@pytest.mark.parametrize(
    ("locale", "parts"),
    [
        (
            "ru",
            ["0010", "05-004520", "запись на приём к врачу", "подтверждена", "24 ноября 2026 года, вторник"],
        ),
        ("kk", ["0010", "05-004520", "дәрігердің қабылдауына жазылу", "расталды", "2026 жылғы 24 қараша"]),
    ],
)
def test_PC_07_the_card_of_an_appointment_shows_doctor_room_day_and_place(
    locale: Language, parts: list[str]
) -> None:
    shown = in_the_cabinet(locale).reads
    assert all(part in shown for part in (*parts, "14:00", "206", "Гоголя", OWN_DOCTOR.full_name)), shown


def test_an_appointment_is_moved_cancelled_and_waited_for_from_the_cabinet() -> None:
    ids = [option.id for option in in_the_cabinet().options]
    assert ids == ["refresh", "view", "move", "cancel_visit", "wait", "history", "consents"]
    moving = in_the_cabinet().press("move", "502", "2026-11-25")
    moving.press(moving.options[0].id, "yes")
    assert moving.done == [MoveDraft(81, 1, NEW.id, AIGUL.id, None)]
    assert in_the_cabinet().press("cancel_visit", "yes").done == [CancelDraft(81, 1, AIGUL.id, None)]
    assert in_the_cabinet().press("wait", "same").done == [
        WaitDraft(81, 1, AIGUL.id, None, waits=True, doctor_no="502")
    ]


def test_AP_09_the_result_of_an_appointment_opens_in_the_cabinet() -> None:
    opened = in_the_cabinet().press("view", "open")
    assert "+7 727 397-47-90" in opened.reads
    assert "14:00" in opened.reads


def test_an_appointment_without_a_time_says_what_it_waits_for() -> None:
    shown = in_the_cabinet(status=BookingStatus.TO_MOVE)
    assert "нужно выбрать новое время" in shown.reads
    assert "move" in [option.id for option in shown.options]


def test_the_withdraw_button_of_an_appointment_cancels_it() -> None:
    assert own(withdraw, visit_card()).key == "cancel_visit.confirm"


# Moving.


@pytest.mark.parametrize(
    ("locale", "parts"),
    [
        ("ru", ["Сейчас: 24 ноября 2026 года, 14:00", "Новое время: 25 ноября 2026 года, 09:00"]),
        ("kk", ["Қазіргі уақыты: 2026 жылғы 24 қараша, 14:00", "Жаңа уақыты: 2026 жылғы 25 қараша, 09:00"]),
    ],
)
def test_a_move_shows_both_times_and_gives_up_the_old_one_only_for_the_new(
    locale: Language, parts: list[str]
) -> None:
    asked = own(move, visit_card(), locale=locale).press("502", "2026-11-25")
    asked.press(str(NEW.id))
    assert asked.holds == [HoldDraft(NEW.id)]
    assert all(part in asked.reads for part in parts), asked.reads
    assert asked.done == []
    moved = asked.press("yes")
    assert moved.done == [MoveDraft(81, 1, NEW.id, AIGUL.id, None)]
    assert "09:00" in moved.reads
    assert leads_of(moved) == ["move", "cancel_visit", "wait", "menu"]


def test_AP_02_a_move_past_the_age_of_that_doctor_asks_for_another_time() -> None:
    grown = replace(visit_card(), doctor_role=DoctorRole.PAEDIATRICIAN)
    asked = own(move, grown).press("2026-11-25", "50310")
    assert "уже исполнится 18" in asked.reads
    assert [option.id for option in asked.options] == ["time"]
    assert asked.done == []


def test_a_move_can_be_thought_over() -> None:
    asked = own(move, visit_card()).press("502", "2026-11-25", str(NEW.id))
    assert asked.press("other").key == "time.when"
    kept = own(move, visit_card()).press("502", "2026-11-25", str(NEW.id), "no")
    assert kept.done == []
    assert "без изменений" in kept.reads


def test_a_new_time_lost_before_the_move_reopens_the_time() -> None:
    asked = own(move, visit_card()).press("502", "2026-11-25", str(NEW.id))
    asked.registry.taken.add(NEW.id)
    assert asked.key == "time.hour"
    assert "уже занято" in asked.reads


def test_G_55_after_the_clinic_took_the_time_away_a_new_one_is_chosen() -> None:
    asked = own(move, visit_card(BookingStatus.TO_MOVE)).press("501", "2026-11-25")
    asked.press(asked.options[0].id)
    assert "Записать на это время?" in asked.reads
    assert len(asked.press("yes").done) == 1


def test_with_nothing_free_a_move_becomes_waiting() -> None:
    asked = own(move, visit_card())
    asked.registry.taken |= {slot.id for slot in slots_of(OWN_DOCTOR)}
    assert asked.press("502", "wait").done == [WaitDraft(81, 1, AIGUL.id, None, waits=True, doctor_no="502")]


def test_a_move_that_the_clinic_overtook_says_so() -> None:
    asked = own(move, visit_card()).press("502", "2026-11-25", str(NEW.id))
    asked.receipt = {"request_id": 81, "number": "05-004520", "moved": False, "slot_id": NEW.id}
    assert "ничего не сделано" in asked.press("yes").reads


# Too late, over, not one's own.


@pytest.mark.parametrize("dialog", [move, cancel_visit, wait])
@pytest.mark.parametrize(("locale", "words"), [("ru", "меньше двух часов"), ("kk", "екі сағаттан аз")])
def test_G_52_within_two_hours_of_the_visit_the_clinic_is_rung(
    dialog: Dialog, locale: Language, words: str
) -> None:
    late = own(dialog, visit_card(), locale=locale)
    late.now = BOOKED.start - timedelta(minutes=104)
    assert words in late.reads
    assert "+7 727 397-47-90" in late.reads
    assert late.done == []


@pytest.mark.parametrize("dialog", [move, cancel_visit, wait])
@pytest.mark.parametrize(
    ("locale", "words"),
    [("ru", "время приёма уже прошло"), ("kk", "қабылдау уақыты өтіп кетті")],
)
def test_G_51_of_a_visit_whose_time_is_past_it_is_said_when_the_next_can_be_booked(
    dialog: Dialog, locale: Language, words: str
) -> None:
    late = own(dialog, visit_card(), locale=locale)
    late.now = BOOKED.start + timedelta(minutes=1)
    assert words in late.reads
    assert "+7 727 397-47-90" in late.reads
    until = BOOKED.start + timedelta(hours=7)  # two hours later, on the clock of Almaty
    assert f"{until:%H:%M}" in late.reads
    assert leads_of(late) == ["cabinet", "menu"]
    assert late.done == []


@pytest.mark.parametrize("dialog", [move, cancel_visit, wait])
@pytest.mark.parametrize(
    "status",
    [
        BookingStatus.CANCELLED,
        BookingStatus.CAME,
        BookingStatus.DID_NOT_COME,
        BookingStatus.NOT_NOTED,
        BookingStatus.REFUSED,
    ],
)
@pytest.mark.parametrize("locale", ["ru", "kk"])
def test_a_button_of_a_booking_that_is_over_leads_to_a_new_one(
    dialog: Dialog, status: BookingStatus, locale: Language
) -> None:
    over = own(dialog, visit_card(status), locale=locale)
    assert leads_of(over) == ["appointment", "menu"]
    assert "05-004520" in over.reads
    assert over.done == []


@pytest.mark.parametrize("dialog", [move, cancel_visit, wait])
def test_somebody_elses_appointment_is_not_shown(dialog: Dialog) -> None:
    theirs = own(dialog, visit_card(), arg="82")
    assert "нет среди ваших" in theirs.reads


@pytest.mark.parametrize("dialog", [move, cancel_visit, wait])
def test_in_a_chat_not_confirmed_lately_the_code_is_asked_first(dialog: Dialog) -> None:
    asked = Talk(dialog, arg="81")
    asked.registry.cards.append(visit_card())
    assert asked.say(AIGUL.iin.digits).key == "AtGate"
    assert asked.confirm().key in {"appointment.doctor", "cancel_visit.confirm", "wait.whose"}


# Cancelling and waiting.


@pytest.mark.parametrize(
    ("locale", "yes", "no"), [("ru", "да", "нет"), ("kk", "иә", "жоқ"), ("kk", "ия", "жок")]
)
def test_an_appointment_is_cancelled_after_one_question(locale: Language, yes: str, no: str) -> None:
    assert own(cancel_visit, visit_card(), locale=locale).say(no).done == []
    done = own(cancel_visit, visit_card(), locale=locale).say(yes)
    assert done.done == [CancelDraft(81, 1, AIGUL.id, None)]
    assert leads_of(done) == ["appointment", "menu"]


def test_a_cancellation_that_came_too_late_says_so() -> None:
    asked = own(cancel_visit, visit_card())
    asked.receipt = {"request_id": 81, "number": "05-004520", "cancelled": False}
    assert "ничего не сделано" in asked.press("yes").reads


@pytest.mark.parametrize(("answer", "doctor_no"), [("same", "502"), ("any", None)])
def test_an_earlier_time_is_waited_for_with_this_doctor_or_any(answer: str, doctor_no: str | None) -> None:
    asked = own(wait, visit_card()).press(answer)
    assert asked.done == [WaitDraft(81, 1, AIGUL.id, None, waits=True, doctor_no=doctor_no)]
    assert "15 минут" in asked.reads


def test_who_waits_can_stop_waiting() -> None:
    assert own(wait, visit_card(waits=True)).press("on").done == []
    asked = own(wait, visit_card(waits=True)).press("stop")
    assert asked.done == [WaitDraft(81, 1, AIGUL.id, None, waits=False, doctor_no=None)]
    assert "больше не ждём" in asked.reads


def test_who_waits_for_a_first_time_ends_the_waiting_by_cancelling() -> None:
    waiting = own(wait, visit_card(BookingStatus.WAITING, waits=True))
    assert leads_of(waiting) == ["cancel_visit", "cabinet", "menu"]
    assert waiting.done == []
    shown = own(cabinet, visit_card(BookingStatus.WAITING, waits=True), arg="")
    ids = [option.id for option in shown.options]
    assert ids == ["refresh", "move", "cancel_visit", "history", "consents"]


# Answers to notices.


def answered(dialog: Dialog, arg: str, locale: Language = "ru", **receipt: object) -> Talk:
    """A button of a notice pressed."""
    pressed = Talk(dialog, locale, arg=arg)
    pressed.receipt = {"request_id": 81, "number": "05-004520", **receipt} if receipt else {}
    return pressed.settle()


def arg_of(option_id: str) -> str:
    """What the dialog of that button is started with."""
    return option_id.split(":", 2)[2]


def test_an_offer_is_taken_or_left_with_one_tap_and_no_code() -> None:
    taken = answered(offer, arg_of(take_offer(81, NEW.id).id))
    assert taken.done == [OfferAnswerDraft(81, NEW.id, accepted=True)]
    assert "25 ноября 2026 года" in taken.reads
    kept = answered(offer, arg_of(keep_offer(81, NEW.id).id), "kk")
    assert kept.done == [OfferAnswerDraft(81, NEW.id, accepted=False)]
    assert "сізде қалды" in kept.reads


def test_G_55_an_alternative_is_taken_with_one_tap() -> None:
    assert arg_of(alternative(81, NEW.id, NEW.start).id) == arg_of(take_offer(81, NEW.id).id)


@pytest.mark.parametrize(
    ("outcome", "words"),
    [("passed", "срок предложения прошёл"), ("not_yours", "не для этого чата"), ("kept", "остаётся за вами")],
)
def test_an_offer_that_is_over_or_anothers_changes_nothing(outcome: str, words: str) -> None:
    told = answered(
        offer, f"81:{NEW.id}:take", outcome=outcome, slot_id=NEW.id, status="confirmed", instead=[]
    )
    assert words in told.reads


@pytest.mark.parametrize(
    ("status", "instead", "words", "leads"),
    [
        (
            "to_move",
            [NEW.id],
            "только что заняли. Заявка № 05-004520 открыта",
            ["offer", "move", "cancel_visit"],
        ),
        ("to_move", [], "другого свободного пока нет", ["move", "cancel_visit"]),
        ("waiting", [], "остаётся в очереди", ["cabinet", "menu"]),
        ("cancelled", [], "закрыта", ["appointment", "menu"]),
    ],
)
def test_G_55_whoever_has_no_time_is_shown_what_is_left_when_an_alternative_was_taken(
    status: str, instead: list[int], words: str, leads: list[str]
) -> None:
    told = answered(
        offer, f"81:{NEW.id}:take", outcome="passed", slot_id=NEW.id, status=status, instead=instead
    )
    assert words in told.reads
    assert leads_of(told) == leads


def test_whoever_waits_for_a_first_time_and_leaves_one_stays_on_the_list() -> None:
    told = answered(offer, f"81:{NEW.id}:keep", outcome="kept", slot_id=NEW.id, status="waiting", instead=[])
    assert "остаётесь в очереди" in told.reads


@pytest.mark.parametrize("arg", ["", "81", "81:x:take", "x:1:take", "::", "81::take"])
def test_a_broken_button_of_an_offer_does_nothing(arg: str) -> None:
    told = answered(offer, arg)
    assert told.done == []
    assert "устарела" in told.reads


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        ("noted", "ждём вас"),
        ("already", "уже отметили"),
        ("closed", "этого приёма не будет"),
        ("past", "уже прошло"),
        ("not_yours", "не для этого чата"),
    ],
)
def test_a_reminder_is_answered_once_and_says_where_the_booking_stands(outcome: str, words: str) -> None:
    starts = int(BOOKED.start.timestamp()) * 1_000_000
    told = answered(coming_dialog, arg_of(coming(81).id), outcome=outcome, starts_us=starts, clinic_no=5)
    assert told.done == [ComingDraft(81)]
    assert words in told.reads


def test_a_broken_button_of_a_reminder_does_nothing() -> None:
    assert answered(coming_dialog, "x").done == []
