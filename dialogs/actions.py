"""Where a conversation can lead: the buttons under an ending, and what each of them starts."""

from typing import Final

from dialogs.engine import Option, T
from rules.days import Instant

MENU: Final = Option("menu", T("button.menu"))
HOME_CALL: Final = Option("start:home_call", T("button.home_call"))
APPOINTMENT: Final = Option("start:appointment", T("button.appointment"))
ATTACHMENT: Final = Option("start:attachment", T("button.attachment"))
CENTRE_INFO: Final = Option("start:centre_info", T("button.centre_info"))
CABINET: Final = Option("start:cabinet", T("button.cabinet"))
CLINICS: Final = Option("start:clinics", T("button.clinics"))
COMPLAINT: Final = Option("start:complaint", T("button.complain"))
COMPLAINTS: Final = Option("start:complaints", T("button.my_complaints"))
TRAINING: Final = Option("start:training", T("button.training"))
HELP: Final = Option("help", T("button.help"))
LANGUAGE: Final = Option("language", T("button.language"))


def again(dialog: str) -> Option:
    """Start that dialog anew."""
    return Option(f"start:{dialog}", T("button.start_again"))


def status_of(request_id: int) -> Option:
    """Open the card of that request."""
    return Option(f"start:cabinet:{request_id}", T("button.refresh_status"))


def centre_status_of(request_id: int) -> Option:
    """Open the card of that request to a centre."""
    return Option(f"start:centres:{request_id}", T("button.refresh_status"))


def centre_result_of(request_id: int) -> Option:
    """The same, once there is a result to be opened."""
    return Option(f"start:centres:{request_id}", T("button.open"))


def cancel_centre_request(request_id: int) -> Option:
    """Ask whether to take that request to a centre back."""
    return Option(f"start:centres:{request_id}:cancel", T("button.cancel_centre"))


def withdraw(request_id: int) -> Option:
    """Ask whether to withdraw that request."""
    return Option(f"start:withdraw:{request_id}", T("button.withdraw"))


def move_visit(request_id: int) -> Option:
    """Choose another time for that appointment."""
    return Option(f"start:move:{request_id}", T("button.move_visit"))


def cancel_visit(request_id: int) -> Option:
    """Ask whether to cancel that appointment."""
    return Option(f"start:cancel_visit:{request_id}", T("button.cancel_visit"))


def wait_for_earlier(request_id: int) -> Option:
    """Ask to be told when something earlier is free."""
    return Option(f"start:wait:{request_id}", T("button.wait_for_earlier"))


def coming(request_id: int) -> Option:
    """ "I will come", under a reminder."""
    return Option(f"start:coming:{request_id}", T("button.coming"))


def take_offer(request_id: int, slot_id: int) -> Option:
    """Take the time that a notice offers."""
    return Option(f"start:offer:{request_id}:{slot_id}:take", T("button.take_offer"))


def keep_offer(request_id: int, slot_id: int) -> Option:
    """Leave the offered time to others."""
    return Option(f"start:offer:{request_id}:{slot_id}:keep", T("button.keep_offer"))


def alternative(request_id: int, slot_id: int, start: Instant) -> Option:
    """Take one of the times offered instead of one that the clinic cannot keep; ``start`` in its zone."""
    return Option(f"start:offer:{request_id}:{slot_id}:take", T("button.alternative", start=start))


def answer_question(question_id: int) -> Option:
    """Answer what the clinic asked about a request."""
    return Option(f"start:answering:{question_id}", T("button.answer_question"))


def complain_about(matter: str, matter_id: int) -> Option:
    """Complain about that request: ``matter`` is "request", "centre" or "training"."""
    return Option(f"start:complaint:{matter}:{matter_id}", T("button.complain"))


def complaint_of(complaint_id: int) -> Option:
    """Open the card of that complaint."""
    return Option(f"start:complaints:{complaint_id}", T("button.refresh_status"))


def training_of(request_id: int) -> Option:
    """Open the card of that request to the college."""
    return Option(f"start:my_training:{request_id}", T("button.refresh_status"))


def grade_survey(survey_id: int, grade: int) -> Option:
    """Answer the first question of the survey, under its invitation."""
    return Option(f"start:survey:{survey_id}:{grade}", T(f"button.grade_{grade}"))


def survey_later(survey_id: int) -> Option:
    """Be asked once more tomorrow."""
    return Option(f"start:survey:{survey_id}:later", T("button.survey_later"))


def decline_survey(survey_id: int) -> Option:
    """Answer nothing."""
    return Option(f"start:survey:{survey_id}:no", T("button.survey_no"))


def begin_survey(survey_id: int) -> Option:
    """Answer it now after all."""
    return Option(f"start:survey:{survey_id}", T("button.survey_now"))


def first_of_survey(survey_id: int) -> Option:
    """Answer the first question again, before the second one is answered."""
    return Option(f"start:survey:{survey_id}", T("button.survey_first"))


def survey_words(survey_id: int) -> Option:
    """Write to the clinic what was not liked."""
    return Option(f"start:survey_words:{survey_id}", T("button.survey_write"))


def visit_made(request_id: int) -> Option:
    """The doctor came, under the question whether they did."""
    return Option(f"start:happened:{request_id}:yes", T("button.visit_made"))


def visit_not_made(request_id: int) -> Option:
    """The doctor did not come."""
    return Option(f"start:happened:{request_id}:no", T("button.visit_not_made"))


def agree(request_id: int) -> Option:
    """Agree to a request for one's consent, under its notice."""
    return Option(f"start:consenting:{request_id}:agree", T("button.consent_agree"))


def refuse(request_id: int) -> Option:
    """Do not agree to it."""
    return Option(f"start:consenting:{request_id}:refuse", T("button.consent_refuse"))


def block_asker(request_id: int) -> Option:
    """Let whoever asked ask no more."""
    return Option(f"start:consenting:{request_id}:block", T("button.block_asker"))
