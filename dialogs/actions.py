"""Where a conversation can lead: the buttons under an ending, and what each of them starts."""

from typing import Final

from dialogs.engine import Option, T

MENU: Final = Option("menu", T("button.menu"))
HOME_CALL: Final = Option("start:home_call", T("button.home_call"))
CABINET: Final = Option("start:cabinet", T("button.cabinet"))
CLINICS: Final = Option("start:clinics", T("button.clinics"))
HELP: Final = Option("help", T("button.help"))
LANGUAGE: Final = Option("language", T("button.language"))


def again(dialog: str) -> Option:
    """Start that dialog anew."""
    return Option(f"start:{dialog}", T("button.start_again"))


def status_of(request_id: int) -> Option:
    """Open the card of that request."""
    return Option(f"start:cabinet:{request_id}", T("button.refresh_status"))


def withdraw(request_id: int) -> Option:
    """Ask whether to withdraw that request."""
    return Option(f"start:withdraw:{request_id}", T("button.withdraw"))
