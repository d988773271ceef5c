"""Conversations with citizens: one file per service, and what they share."""

from typing import Final

from dialogs.answering import answering
from dialogs.answers import coming, offer
from dialogs.appointment import appointment
from dialogs.attachment import attachment
from dialogs.cabinet import cabinet, withdraw
from dialogs.centre_info import centre_info
from dialogs.centre_requests import centres
from dialogs.clinics import clinics
from dialogs.complaint import complaint
from dialogs.complaints import complaints
from dialogs.consenting import consenting
from dialogs.engine import Dialog
from dialogs.happened import happened
from dialogs.home_call import home_call
from dialogs.in_chat import in_chat
from dialogs.moving import cancel_visit, move, wait
from dialogs.my_consents import my_consents
from dialogs.my_training import my_training
from dialogs.survey import survey, written
from dialogs.training import training

DIALOGS: Final[tuple[Dialog, ...]] = (
    home_call,
    appointment,
    in_chat(attachment),
    in_chat(centre_info, "desk.centres_in_chat"),
    in_chat(centres, "desk.centres_in_chat"),
    in_chat(training, "desk.college_in_chat"),
    in_chat(my_training, "desk.college_in_chat"),
    cabinet,
    withdraw,
    move,
    cancel_visit,
    wait,
    offer,
    coming,
    in_chat(answering),
    in_chat(happened),
    in_chat(survey),
    in_chat(written),
    in_chat(consenting),
    in_chat(my_consents),
    clinics,
    in_chat(complaint, "desk.complaint_in_chat"),
    in_chat(complaints, "desk.complaint_in_chat"),
)
"""Every dialog that can be started, by its name."""

OWN_REQUESTS: Final = frozenset(
    {
        "cabinet",
        "withdraw",
        "move",
        "cancel_visit",
        "wait",
        "offer",
        "coming",
        "answering",
        "centres",
        "survey",
        "my_training",
        "consenting",
        "consents",
        "complaints",
    }
)
"""Dialogs about requests already made: they run in a chat confirmed lately, and hold nothing to be lost."""

IN_CHAT: Final = frozenset(
    {
        "attachment",
        "centre_info",
        "centres",
        "answering",
        "happened",
        "consenting",
        "consents",
        "training",
        "my_training",
        "survey",
        "survey_words",
        "complaint",
        "complaints",
    }
)
"""Dialogs that a button phone is not served with: what was answered in them stays in the chat."""
