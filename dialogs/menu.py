"""The menu: what can be done here. A service that is not there yet is not shown."""

from dialogs.actions import (
    APPOINTMENT,
    ATTACHMENT,
    CABINET,
    CENTRE_INFO,
    CLINICS,
    COMPLAINT,
    HELP,
    HOME_CALL,
    LANGUAGE,
    TRAINING,
)
from dialogs.engine import End, T, end


def menu(*, terse: bool = False) -> End:
    """The menu's words and buttons; ``terse`` is what a button phone can be served with."""
    if terse:
        return end(T("desk.menu"), leads=(HOME_CALL, APPOINTMENT, CABINET, CLINICS, LANGUAGE, HELP))
    services = (HOME_CALL, APPOINTMENT, ATTACHMENT, CENTRE_INFO, TRAINING, COMPLAINT)
    return end(T("desk.menu"), leads=(*services, CABINET, CLINICS, LANGUAGE, HELP))
