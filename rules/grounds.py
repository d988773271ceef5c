"""The legal grounds of refusal: per service, channel and day, never one more and never one less."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from rules.channels import Channel
from rules.law import Ground, GroundCode, Service, rule
from rules.sources import almaty_appointment, almaty_attachment, almaty_home_call, appointment_standard

_ALMATY_FROM: Final = date(2013, 7, 26)
_ALMATY_UNTIL: Final = date(2014, 5, 11)
_STANDARD_FROM: Final = date(2020, 11, 13)

NOT_ATTACHED: Final = Ground(GroundCode.NOT_ATTACHED, appointment_standard("item 9(2)"), _STANDARD_FROM)
FALSE_DATA: Final = Ground(GroundCode.FALSE_DATA, appointment_standard("item 9(1)"), _STANDARD_FROM)
NO_AUTHORITY: Final = Ground(GroundCode.NO_AUTHORITY, appointment_standard("item 8"), _STANDARD_FROM)

OLDER_NO_ID: Final = Ground(
    GroundCode.NO_ID, almaty_home_call("cl. 12, 15"), _ALMATY_FROM, until=_ALMATY_UNTIL
)
OLDER_NOT_ATTACHED: Final = Ground(
    GroundCode.NOT_ATTACHED, almaty_home_call("cl. 12, 15"), _ALMATY_FROM, until=_ALMATY_UNTIL
)
OLDER_EDOC: Final = Ground(GroundCode.EDOC, almaty_home_call("cl. 15"), _ALMATY_FROM, until=_ALMATY_UNTIL)

OLDER_BOOKING_NO_ID: Final = Ground(
    GroundCode.NO_ID, almaty_appointment("cl. 12(1), 15"), _ALMATY_FROM, until=_ALMATY_UNTIL
)
OLDER_BOOKING_NOT_ATTACHED: Final = Ground(
    GroundCode.NOT_ATTACHED, almaty_appointment("cl. 12(2), 15"), _ALMATY_FROM, until=_ALMATY_UNTIL
)
OLDER_BOOKING_EDOC: Final = Ground(
    GroundCode.EDOC, almaty_appointment("cl. 15"), _ALMATY_FROM, until=_ALMATY_UNTIL
)

# Almaty's text on attachment was repealed in 2014, and the order in force (№ ҚР ДСМ-194/2020) is known to us
# by name alone. A refusal needs a ground (GEN-14) and grounds are exhaustive, so without these four a clinic
# would have to attach everybody: they stand without an end, their source says that it is repealed, and a
# lawyer confirms them before going live (G-89). For home calls a newer standard gives the grounds, so there
# the older ones end with their act.
NO_IDENTITY: Final = Ground(GroundCode.NO_ID, almaty_attachment("cl. 17(1)"), _ALMATY_FROM)
TOO_OFTEN: Final = Ground(GroundCode.TOO_OFTEN, almaty_attachment("cl. 17(2)"), _ALMATY_FROM)
NORM_EXCEEDED: Final = Ground(GroundCode.NORM_EXCEEDED, almaty_attachment("cl. 17(3)"), _ALMATY_FROM)
TWO_CLINICS: Final = Ground(GroundCode.TWO_CLINICS, almaty_attachment("cl. 17(4)"), _ALMATY_FROM)
OLDER_ATTACHMENT_EDOC: Final = Ground(
    GroundCode.EDOC, almaty_attachment("cl. 17, electronic, 2)"), _ALMATY_FROM, until=_ALMATY_UNTIL
)

_OLDER_DESK: Final = (OLDER_NO_ID, OLDER_NOT_ATTACHED)

# The two grounds of the appointment standard serve home calls too: order № ҚР ДСМ-90 of 24 August 2021,
# cl. 68, names the same ones (a lawyer is to confirm). A bad signature is a failed authentication in the
# newer texts, so EDOC has no successor.
_HOME_CALL: Final[Mapping[Channel, tuple[Ground, ...]]] = {
    Channel.DESK: (*_OLDER_DESK, NOT_ATTACHED, FALSE_DATA),
    Channel.PHONE: (*_OLDER_DESK, NOT_ATTACHED, FALSE_DATA),
    Channel.ELECTRONIC: (*_OLDER_DESK, OLDER_EDOC, NOT_ATTACHED, FALSE_DATA),
}
_OLDER_BOOKING: Final = (OLDER_BOOKING_NO_ID, OLDER_BOOKING_NOT_ATTACHED)
_APPOINTMENT: Final[Mapping[Channel, tuple[Ground, ...]]] = {
    Channel.DESK: (*_OLDER_BOOKING, NOT_ATTACHED, FALSE_DATA),
    Channel.PHONE: (*_OLDER_BOOKING, NOT_ATTACHED, FALSE_DATA),
    Channel.ELECTRONIC: (*_OLDER_BOOKING, OLDER_BOOKING_EDOC, NOT_ATTACHED, FALSE_DATA),
}
# The text gives the last three to the desk alone; on the portal a person could then break the norm, so they
# hold on every channel of the service. By phone attachment is not given at all (AT-01).
_SUBSTANCE: Final = (NO_IDENTITY, TOO_OFTEN, NORM_EXCEEDED, TWO_CLINICS)
_ATTACHMENT: Final[Mapping[Channel, tuple[Ground, ...]]] = {
    Channel.DESK: _SUBSTANCE,
    Channel.PHONE: (),
    Channel.ELECTRONIC: (*_SUBSTANCE, OLDER_ATTACHMENT_EDOC),
}
_GROUNDS: Final[Mapping[Service, Mapping[Channel, tuple[Ground, ...]]]] = {
    Service.HOME_CALL: _HOME_CALL,
    Service.APPOINTMENT: _APPOINTMENT,
    Service.ATTACHMENT: _ATTACHMENT,
}


@rule("HC-14", "HC-15", "AP-14", "AP-20", "AT-10", "AT-11", "X-01", "X-10", "X-11", "GEN-14", "AU-28")
def grounds_of(service: Service, channel: Channel, day: date) -> tuple[Ground, ...]:
    """The grounds on which that service may be refused on that channel and day, in order of the act."""
    return tuple(ground for ground in _GROUNDS[service][channel] if ground.holds_on(day))


@rule("GEN-14")
def ground_of(service: Service, channel: Channel, day: date, code: GroundCode) -> Ground | None:
    """The ground under that code, or None if the law does not offer it here."""
    return next((ground for ground in grounds_of(service, channel, day) if ground.code is code), None)
