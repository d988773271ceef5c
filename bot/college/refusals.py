"""What is said where something cannot be done with a request, beside the stage that it is in."""

from __future__ import annotations

from bot.college.dossier import Dossier
from bot.college.steps import Lacking, Settled, Suspended
from dialogs.engine import T
from rules.law import rule
from rules.training_stages import BadEntry, OutOfOrder


@rule("TR-11", "TR-18")
def why_not(dossier: Dossier, why: Exception) -> T:
    """The words for what cannot be done: the stage it is in, what is missing, the debt."""
    stage = T(f"training.stage.{dossier.stage}")
    match why:
        case OutOfOrder(wanted=wanted):
            after = T("college.nothing_follows" if dossier.next is None else f"training.stage.{dossier.next}")
            return T(
                "college.out_of_order",
                number=dossier.number,
                stage=stage,
                wanted=T(f"training.stage.{wanted}"),
                next=after,
            )
        case Suspended():
            return T("college.stands_still", number=dossier.number)
        case Lacking(missing=missing):
            lines = tuple(T(f"college.missing.{one}") for one in missing)
            return T("college.lacking", number=dossier.number, lines=lines)
        case Settled():
            return T("college.settled", number=dossier.number, stage=stage)
        case _:
            return T("college.moved_on", number=dossier.number, stage=stage)


@rule("TR-13")
def why_no_entry(dossier: Dossier, bad: BadEntry) -> T:
    """Why a date cannot stand; beside the day that it is measured by."""
    notice = dossier.office.entered.notice
    filed_on = dossier.clinic.local(dossier.request.filed_at).date()
    day = filed_on if notice is None or bad.code == "before_the_application" else notice.on
    return T(f"college.bad_entry.{bad.code}", day=day)
