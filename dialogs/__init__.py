"""Conversations with citizens: one file per service, and what they share."""

from typing import Final

from dialogs.cabinet import cabinet, withdraw
from dialogs.clinics import clinics
from dialogs.engine import Dialog
from dialogs.home_call import home_call

DIALOGS: Final[tuple[Dialog, ...]] = (home_call, cabinet, withdraw, clinics)
"""Every dialog that can be started, by its name."""
