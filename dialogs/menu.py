"""The menu: what can be done here. A service that is not there yet is not shown."""

from dialogs.actions import APPOINTMENT, ATTACHMENT, CABINET, CLINICS, HELP, HOME_CALL, LANGUAGE
from dialogs.engine import End, T, end


def menu() -> End:
    """The menu's words and buttons."""
    return end(T("desk.menu"), leads=(HOME_CALL, APPOINTMENT, ATTACHMENT, CABINET, CLINICS, LANGUAGE, HELP))
