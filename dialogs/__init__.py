"""Conversations with citizens: one file per service, and what they share."""

from typing import Final

from dialogs.answering import answering
from dialogs.answers import coming, offer
from dialogs.appointment import appointment
from dialogs.attachment import attachment
from dialogs.cabinet import cabinet, withdraw
from dialogs.clinics import clinics
from dialogs.engine import Dialog
from dialogs.happened import happened
from dialogs.home_call import home_call
from dialogs.moving import cancel_visit, move, wait

DIALOGS: Final[tuple[Dialog, ...]] = (
    home_call,
    appointment,
    attachment,
    cabinet,
    withdraw,
    move,
    cancel_visit,
    wait,
    offer,
    coming,
    answering,
    happened,
    clinics,
)
"""Every dialog that can be started, by its name."""

OWN_REQUESTS: Final = frozenset(
    {"cabinet", "withdraw", "move", "cancel_visit", "wait", "offer", "coming", "answering"}
)
"""Dialogs about requests already made: they run in a chat confirmed lately, and hold nothing to be lost."""
