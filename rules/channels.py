"""The ways by which a citizen's request reaches a clinic."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from rules.law import Service, rule


class Channel(StrEnum):
    """In person, by phone, or electronically: the portal's cabinet in the acts, Telegram and SMS here."""

    DESK = "desk"
    PHONE = "phone"
    ELECTRONIC = "electronic"


# Almaty decree № 3/561 of 2013, home call cl. 1, 7 and appointment cl. 1, 7; Aktobe decree № 191 of 2015,
# cl. 1, 4; the appointment standard, item 2. Attachment (cl. 1, 6) has no way by phone.
_CHANNELS: Final[Mapping[Service, frozenset[Channel]]] = {
    Service.HOME_CALL: frozenset(Channel),
    Service.APPOINTMENT: frozenset(Channel),
    Service.ATTACHMENT: frozenset({Channel.DESK, Channel.ELECTRONIC}),
}


@rule("HC-02", "AP-03", "AT-01", "CH-01", "CH-02", "CH-03", "X-07", "GEN-13", "X-06")
def channels_of(service: Service) -> frozenset[Channel]:
    """The channels on which the law gives that service."""
    return _CHANNELS[service]
