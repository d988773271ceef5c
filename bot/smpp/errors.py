"""What each status of SMPP 3.4 asks for (S35)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.sending.gateways import Down, Fate, Later, Never, Policy

TAKEN: Final = 0x00
UNKNOWN: Final = 0xFF
THROTTLED: Final = 0x58
QUEUE_FULL: Final = 0x14
REST: Final[Mapping[int, float]] = {THROTTLED: 2.0, QUEUE_FULL: 5.0}
"""Seconds that the operator is left alone after it said that we are too fast. Our judgement."""

# SMPP 3.4, issue 1.2, section 5.1.3; what is not here is the operator's own, or never comes for a submit_sm.
SMPP_POLICIES: Final[Mapping[int, Policy]] = {
    0x01: Policy.ALERT,  # the message is too long
    0x02: Policy.ALERT,  # the command's length is wrong
    0x03: Policy.ALERT,  # the command is not known there
    0x04: Policy.DOWN,  # we are not bound so as to send
    0x05: Policy.DOWN,  # somebody is bound under our name already
    0x08: Policy.RETRY,  # a fault of its system
    0x0A: Policy.ALERT,  # our sender is refused
    0x0B: Policy.STOP,  # no such number
    0x0D: Policy.DOWN,  # the bind failed
    0x0E: Policy.DOWN,  # our password is refused
    0x0F: Policy.DOWN,  # our name is refused
    QUEUE_FULL: Policy.RETRY,
    0x15: Policy.ALERT,  # our service type is refused
    0x43: Policy.ALERT,  # esm_class
    0x45: Policy.RETRY,  # the submission failed
    0x48: Policy.ALERT,  # type of our sender
    0x50: Policy.STOP,  # type of the number
    THROTTLED: Policy.RETRY,
    0x62: Policy.ALERT,  # validity period
    0x64: Policy.RETRY,  # a fault of its application, for now
    0x65: Policy.ALERT,  # a fault of its application, for good
    0x66: Policy.ALERT,  # refused by its application
    0x67: Policy.DOWN,  # the service is not there for us
    0xFE: Policy.RETRY,  # could not be delivered
    UNKNOWN: Policy.RETRY,  # unknown even to it
}
OF_THE_NUMBER: Final = frozenset({0x0B, 0x50})
"""What another gateway would find as well."""

RECEIPT_POLICIES: Final[Mapping[str, Policy]] = {
    "expired": Policy.RETRY,  # off or out of reach until the end of its validity
    "undeliv": Policy.STOP,
    "deleted": Policy.ALERT,
    "rejectd": Policy.ALERT,  # filtered, or our sender is not registered
    "unknown": Policy.RETRY,
}


def smpp_fate(status: int) -> Fate:
    """Return what a refusal of ``submit_sm``, or of the bind, means. The message was surely not taken."""
    name, elsewhere = f"smpp_{status:x}", status not in OF_THE_NUMBER
    match SMPP_POLICIES.get(status, Policy.ALERT):
        case Policy.RETRY:
            return Later(name, REST.get(status), elsewhere)
        case Policy.DOWN:
            return Down(name, elsewhere)
        case policy:
            return Never(name, alert=policy is Policy.ALERT, elsewhere=elsewhere)
