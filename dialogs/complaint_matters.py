"""What a complaint can be about: one's own and one's children's requests, of all services.

Nothing is told of a request that is somebody else's, not even whether there is one under its number.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from dialogs.context import Context
from dialogs.engine import T
from dialogs.engine.words import Named
from dialogs.facts import CentreCard, RequestCard, TrainingCard
from dialogs.identity import Identity
from dialogs.moving import cards_of
from dialogs.patients import children_listed
from rules.attachment_status import AttachmentStatus
from rules.booking_status import BookingStatus
from rules.call_status import CallStatus
from rules.centre_info import InfoStatus
from rules.clinics import Clinic
from rules.complaints import AboutMatter, MatterKind
from rules.days import COUNTRY_ZONE, Instant
from rules.law import rule
from rules.public_services import PublicService
from rules.training import Stage

_ENDED: Final = frozenset[StrEnum](
    {
        CallStatus.REFUSED,
        CallStatus.DONE,
        CallStatus.NOT_HOME,
        CallStatus.NOBODY_HOME,
        BookingStatus.CAME,
        BookingStatus.DID_NOT_COME,
        BookingStatus.NOT_NOTED,
        AttachmentStatus.ATTACHED,
        InfoStatus.READY,
        Stage.ISSUED,
    }
)
"""Refused (one word in all services) or finished: people complain of these, and of what is overdue, first."""


@dataclass(frozen=True, slots=True, repr=False)
class ComplainedOf:
    """A request that may be complained of.

    ``clinic_no`` is None where no clinic carries it (information of the centres). ``words`` are a complaint
    that is written already, of what the registry itself knows: a term that was broken, a doctor who did not
    come. ``first``: refused, overdue or finished.
    """

    matter: AboutMatter
    number: str
    service: PublicService
    clinic_no: int | None
    made_at: Instant
    first: bool
    words: T | None = None


@rule("CO-01")
async def own_matters(ctx: Context, identity: Identity) -> tuple[ComplainedOf, ...]:
    """Everything that this person may complain of: what is complained of most first, then the newest."""
    requests = [await _of_request(ctx, card) for card in await cards_of(ctx, identity)]
    centres = [_of_centre(card) for card in await ctx.facts.centre_cards(identity.person.id, ctx.now)]
    people = (identity.person.id, *await children_listed(ctx, identity.person))
    trained = [await _of_training(ctx, card) for card in await ctx.facts.training_cards(people)]
    found = sorted((*requests, *centres, *trained), key=lambda one: one.made_at, reverse=True)
    return tuple(sorted(found, key=lambda one: not one.first))


async def _of_request(ctx: Context, card: RequestCard) -> ComplainedOf:
    clinic = await ctx.facts.clinic(card.clinic_no)
    found = ComplainedOf(
        matter=AboutMatter(MatterKind.REQUEST, card.id),
        number=card.number,
        service=PublicService(card.service.value),
        clinic_no=card.clinic_no,
        made_at=card.registered_at,
        first=card.overdue or card.status in _ENDED,
    )
    if clinic is None:
        return found
    if card.denied and card.window is not None:
        return replace(found, words=_not_come(card, clinic))
    return replace(found, words=_late(card, clinic)) if card.overdue else found


def _late(card: RequestCard, clinic: Clinic) -> T:
    if card.status == BookingStatus.TO_MOVE:
        return T(
            "complaint.words_not_moved",
            number=card.number,
            registered=clinic.local(card.registered_at),
            clinic=Named(clinic.name_kk, clinic.name_ru),
        )
    return T(
        "complaint.words_late",
        service=T(f"service.{card.service}"),
        number=card.number,
        registered=clinic.local(card.registered_at),
        due=clinic.local(card.answer_due),
        clinic=Named(clinic.name_kk, clinic.name_ru),
    )


def _not_come(card: RequestCard, clinic: Clinic) -> T:
    """The doctor noted a visit, and its citizen says that nobody came."""
    if card.window is None:
        raise LookupError("a visit that was made without a window")
    return T(
        "complaint.words_not_come",
        number=card.number,
        registered=clinic.local(card.registered_at),
        day=card.visit_day,
        start=clinic.local(card.window.start),
        end=clinic.local(card.window.end),
        doctor=card.doctor_name or "–",
        clinic=Named(clinic.name_kk, clinic.name_ru),
    )


def _of_centre(card: CentreCard) -> ComplainedOf:
    """Which centre it is stands in no words that a clinic's office reads: it is health (S27)."""
    late = card.status == InfoStatus.DELAYED and card.answer_due is not None
    words = None
    if late and card.answer_due is not None:
        words = T(
            "complaint.words_centre_late",
            number=card.number,
            asked=card.asked_at.astimezone(COUNTRY_ZONE),
            due=card.answer_due.astimezone(COUNTRY_ZONE),
        )
    return ComplainedOf(
        matter=AboutMatter(MatterKind.CENTRE, card.id),
        number=card.number,
        service=PublicService(card.centre.value),
        clinic_no=None,
        made_at=card.asked_at,
        first=late or card.status in _ENDED,
        words=words,
    )


async def _of_training(ctx: Context, card: TrainingCard) -> ComplainedOf:
    college = await ctx.facts.clinic(card.clinic_no)
    found = ComplainedOf(
        matter=AboutMatter(MatterKind.TRAINING, card.id),
        number=card.number,
        service=card.asked.service,
        clinic_no=card.clinic_no,
        made_at=card.filed_at,
        first=card.stage in _ENDED,
    )
    if college is None or card.suspended or card.stage in (Stage.ISSUED, Stage.REFUSED, Stage.CANCELLED):
        return found
    if college.local(ctx.now).date() <= card.due_on:
        return found
    words = T(
        "complaint.words_training_late",
        service=T(f"service.{card.asked.service}"),
        number=card.number,
        registered=college.local(card.filed_at),
        due=card.due_on,
    )
    return replace(found, first=True, words=words)
