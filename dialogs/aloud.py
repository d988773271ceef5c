"""What a registrar reads aloud where a dialog is over, and what a desk does not do."""

from dialogs.context import Context
from dialogs.engine import End, Json, T, end
from rules.clinics import Clinic
from rules.law import rule


@rule("SEC-01")
def is_elsewhere(ctx: Context, clinic: Clinic) -> bool:
    """True at the desk of another clinic: its registrar enters nothing for that one, and sees nothing."""
    return ctx.desk is not None and ctx.desk.clinic_no != clinic.no


def at_its_own_clinic(ctx: Context, clinic: Clinic) -> End:
    """Whom to call instead."""
    said = T("aloud.elsewhere", clinic=clinic.name(ctx.locale), phone=clinic.phone)
    return end(said, T("emergency.line"))


@rule("HC-11", "AP-08", "GEN-09")
def entered(number: Json, *, merged: bool = False) -> End:
    """The request has its number. What is read aloud is the clinic's answer, which comes with its card."""
    return end(T("aloud.merged" if merged else "aloud.entered", number=str(number)))
