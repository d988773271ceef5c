"""Appointments that cannot be here: nobody of the clinic would see them, or the patient belongs elsewhere."""

import pytest

from dialogs.actions import take_offer
from dialogs.answers import offer
from dialogs.drafts import CancelDraft
from dialogs.engine import Dialog
from dialogs.moving import cancel_visit, move, wait
from rules.booking_status import BookingStatus
from rules.people import Language
from tests.dialogs.registry import AIGUL, OWN_DOCTOR, slots_of, visit_card
from tests.dialogs.talk import Talk
from tests.dialogs.visits import leads_of, talk


@pytest.mark.parametrize(
    ("locale", "words"), [("ru", "пока не записывает через чат"), ("kk", "әзірге чат арқылы жазбайды")]
)
def test_a_clinic_whose_staff_are_not_linked_books_nothing_and_gives_its_phone(
    locale: Language, words: str
) -> None:
    asked = talk(locale).press("agree", "self")
    asked.registry.live.discard(5)
    ended = asked.say(AIGUL.iin.digits).confirm()
    assert words in ended.reads
    assert "+7 727 397-47-90" in ended.reads
    assert leads_of(ended) == ["menu"]
    assert ended.done == []


def attached_elsewhere(dialog: Dialog, locale: Language = "ru", **card: object) -> Talk:
    """A dialog about an appointment at clinic 5 of somebody who belongs to clinic 7 by now."""
    started = Talk(dialog, locale, arg="81", confirmed=AIGUL.iin)
    started.registry.cards.append(visit_card(**card))  # type: ignore[arg-type]  # a test knows its card
    started.registry.attached[AIGUL.id] = 7
    return started.settle()


@pytest.mark.parametrize("dialog", [move, wait])
@pytest.mark.parametrize(
    ("locale", "words"), [("ru", "прикреплён уже не к этой поликлинике"), ("kk", "бұл емханаға бекітілмеген")]
)
def test_AP_13_who_is_attached_elsewhere_by_now_gets_no_other_time_here(
    dialog: Dialog, locale: Language, words: str
) -> None:
    ended = attached_elsewhere(dialog, locale)
    assert words in ended.reads
    assert leads_of(ended) == ["cancel_visit", "cabinet", "menu"]


def test_AP_13_who_lost_their_time_and_their_attachment_gets_no_other_time_here() -> None:
    ended = attached_elsewhere(move, status=BookingStatus.TO_MOVE)
    assert "прикреплён уже не к этой поликлинике" in ended.reads


def test_AP_13_what_was_booked_before_the_attachment_moved_can_be_cancelled() -> None:
    assert attached_elsewhere(cancel_visit).press("yes").done == [CancelDraft(81, 1, AIGUL.id, None)]


def test_AP_13_who_is_attached_elsewhere_by_now_can_leave_the_waiting_list() -> None:
    assert attached_elsewhere(wait, waits=True).key == "wait.on"


@pytest.mark.parametrize(("locale", "words"), [("ru", "не к этой поликлинике"), ("kk", "бекітілмеген")])
def test_AP_13_an_offered_time_is_not_got_once_one_is_attached_elsewhere(
    locale: Language, words: str
) -> None:
    arg = take_offer(81, slots_of(OWN_DOCTOR)[0].id).id.partition(":")[2].partition(":")[2]
    answered = Talk(offer, locale, arg=arg)
    answered.receipt = {
        "outcome": "elsewhere",
        "request_id": 81,
        "number": "05-004520",
        "status": "confirmed",
    }
    answered.settle()
    assert words in answered.reads
    assert leads_of(answered) == ["cancel_visit", "cabinet", "menu"]
