"""How what somebody is at their institution is called: whoever heads the college heads no department."""

from typing import Final

from dialogs.engine import T
from rules.law import rule
from rules.training import COLLEGE

_OTHERWISE_THERE: Final = frozenset({"head", "administrator"})


@rule("TR-13", "TR-18")
def role_named(role: str, clinic_no: int | None) -> T:
    """The words for a role at that clinic, or at the college."""
    if clinic_no == COLLEGE and role in _OTHERWISE_THERE:
        return T(f"staff.role.{role}_of_college")
    return T(f"staff.role.{role}")
