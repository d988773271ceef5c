"""What the college enters on the way of a training document, and what each of its six stages still lacks.

The stages, their order and the terms stand in rules.training. Days are the college's own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from rules.calendar import WorkingCalendar
from rules.law import Limit, rule
from rules.sources import almaty_training, house_default
from rules.training import Asked, Paper, Stage, may_follow, papers_of, staff_target

DEBT: Final = almaty_training("cl. 13")
"""A debt to the college suspends the service."""

REMINDERS: Final = (
    Limit(10, "days", house_default("G-29", "first reminder of what a duplicate still lacks")),
    Limit(20, "days", house_default("G-29", "second reminder")),
)
_ALARM_PART: Final = (2, 3)
"""The part of a term after which whoever has the request is reminded of it."""


class OutOfOrder(Exception):
    """A stage was asked for that does not follow the one that the request is in; carries both."""

    def __init__(self, stands: Stage, wanted: Stage) -> None:
        super().__init__(f"{wanted} does not follow {stands}")
        self.stands = stands
        self.wanted = wanted


@rule("TR-18")
def demand_next(stands: Stage, wanted: Stage) -> None:
    """Let ``wanted`` through where it follows the stage that the request is in. Raises OutOfOrder."""
    if not may_follow(stands, wanted):
        raise OutOfOrder(stands, wanted)


class Missing(StrEnum):
    """What a request still lacks for its next stage; the words are in the catalogues."""

    EXECUTOR = "executor"
    IDENTITY_CARD = "identity_card"
    NO_DEBT_PROOF = "no_debt_proof"
    LOSS_NOTICE = "loss_notice"
    DECISION = "decision"
    PAYMENT = "payment"
    RESOLUTION = "resolution"
    DOCUMENT_NUMBER = "document_number"
    FORM = "form"
    SEAL = "seal"
    SIGNATURE = "signature"
    BOTH_SIGNATURES = "both_signatures"
    STAMP = "stamp"
    COLLECTOR = "collector"


class EntryFault(StrEnum):
    """Why what was typed cannot be entered; the words are in the catalogues."""

    IN_THE_FUTURE = "in_the_future"
    NO_NOTICE = "no_notice"
    BEFORE_THE_NOTICE = "before_the_notice"
    BEFORE_THE_APPLICATION = "before_the_application"
    NOT_POSITIVE = "not_positive"


class BadEntry(ValueError):
    """What was typed cannot be entered; says only why."""

    def __init__(self, code: EntryFault) -> None:
        super().__init__(code.value)
        self.code = code


@dataclass(frozen=True, slots=True)
class LossNotice:
    """That the loss was published: in which periodical, its number, the day (G-26)."""

    periodical: str
    number: str
    on: date


@dataclass(frozen=True, slots=True)
class Payment:
    """The document of payment: tenge and the day (TR-10, G-25)."""

    amount: int
    on: date


class DecidedAs(StrEnum):
    """Who decided on a duplicate."""

    HEAD = "head"
    ACTING = "acting"


@dataclass(frozen=True, slots=True)
class Decision:
    """The decision to issue a duplicate."""

    on: date
    by: DecidedAs


class SignedBy(StrEnum):
    """Whose signatures a document bears."""

    HEAD = "head"
    DEPUTY = "deputy"
    BOTH = "both"


@dataclass(frozen=True, slots=True, repr=False)
class Attorney:
    """A power of attorney: its number, day and who certified it (G-28)."""

    number: str
    on: date
    issuer: str

    def __repr__(self) -> str:
        # A repr ends up in logs and tracebacks: nothing of the paper.
        return "Attorney(...)"


@dataclass(frozen=True, slots=True, repr=False)
class Collector:
    """Who came for the document, and the identity document that they showed; ``attorney`` if another's."""

    name: str
    identity_document: str
    attorney: Attorney | None = None

    def __repr__(self) -> str:
        return f"Collector(attorney={self.attorney is not None})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """Everything that was entered about a request up to now."""

    has_executor: bool = False
    identity_card: bool = False
    no_debt_proof: bool = False
    notice: LossNotice | None = None
    payment: Payment | None = None
    decision: Decision | None = None
    resolution: bool = False
    signed: SignedBy | None = None
    document_number: str = ""
    form: bool = False
    seal: bool = False
    stamp: bool = False
    collector: Collector | None = None


@rule("TR-13", "G-26")
def demand_notice(notice: LossNotice, today: date) -> None:
    """Let through a notice that was printed already. Raises BadEntry."""
    if notice.on > today:
        raise BadEntry(EntryFault.IN_THE_FUTURE)


@rule("TR-10", "G-25")
def demand_payment(payment: Payment, today: date) -> None:
    """Let through a payment with an amount, made already. Raises BadEntry."""
    if payment.amount <= 0:
        raise BadEntry(EntryFault.NOT_POSITIVE)
    if payment.on > today:
        raise BadEntry(EntryFault.IN_THE_FUTURE)


@rule("TR-13")
def demand_decision(on: date, notice: LossNotice | None, filed_on: date, today: date) -> None:
    """Let through a decision that is dated after the notice of loss was printed. Raises BadEntry."""
    if notice is None:
        raise BadEntry(EntryFault.NO_NOTICE)
    if on < notice.on:
        raise BadEntry(EntryFault.BEFORE_THE_NOTICE)
    if on < filed_on:
        raise BadEntry(EntryFault.BEFORE_THE_APPLICATION)
    if on > today:
        raise BadEntry(EntryFault.IN_THE_FUTURE)


@rule("G-28", "TR-06")
def demand_attorney(attorney: Attorney, today: date) -> None:
    """Let through a power of attorney that was drawn up already. Raises BadEntry."""
    if attorney.on > today:
        raise BadEntry(EntryFault.IN_THE_FUTURE)


@rule("TR-04", "TR-10", "TR-13", "TR-16", "TR-18", "X-15")
def missing_for(wanted: Stage, entered: Entered, asked: Asked) -> tuple[Missing, ...]:
    """What is still to be entered before the request may come to that stage, in the order of the act."""
    return tuple(one for one in _NEEDS[asked].get(wanted, ()) if not _is_there(one, entered))


_NEEDS: Final[Mapping[Asked, Mapping[Stage, tuple[Missing, ...]]]] = {
    Asked.MAIN: {
        Stage.ASSIGNED: (Missing.EXECUTOR,),
        Stage.DRAFTED: (Missing.IDENTITY_CARD, Missing.NO_DEBT_PROOF),
        # Clause 4: the head or the deputy; of a duplicate alone clause 14 asks for both.
        Stage.SIGNED: (Missing.RESOLUTION, Missing.SIGNATURE),
        Stage.READY: (Missing.FORM, Missing.SEAL, Missing.DOCUMENT_NUMBER),
        Stage.ISSUED: (Missing.COLLECTOR,),
    },
    Asked.DUPLICATE: {
        Stage.ASSIGNED: (Missing.EXECUTOR,),
        Stage.DRAFTED: (Missing.IDENTITY_CARD, Missing.LOSS_NOTICE, Missing.DECISION),
        Stage.SIGNED: (Missing.RESOLUTION, Missing.BOTH_SIGNATURES),
        Stage.READY: (Missing.FORM, Missing.STAMP, Missing.PAYMENT),
        Stage.ISSUED: (Missing.COLLECTOR,),
    },
}


def _is_there(one: Missing, entered: Entered) -> bool:
    there = {
        Missing.EXECUTOR: entered.has_executor,
        Missing.IDENTITY_CARD: entered.identity_card,
        Missing.NO_DEBT_PROOF: entered.no_debt_proof,
        Missing.LOSS_NOTICE: entered.notice is not None,
        Missing.DECISION: entered.decision is not None,
        Missing.PAYMENT: entered.payment is not None,
        Missing.RESOLUTION: entered.resolution,
        Missing.SIGNATURE: entered.signed is not None,
        Missing.BOTH_SIGNATURES: entered.signed is SignedBy.BOTH,
        Missing.DOCUMENT_NUMBER: bool(entered.document_number),
        Missing.FORM: entered.form,
        Missing.SEAL: entered.seal,
        Missing.STAMP: entered.stamp,
        Missing.COLLECTOR: entered.collector is not None,
    }
    return there[one]


@rule("G-29")
def owed_by_the_citizen(entered: Entered) -> tuple[Missing, ...]:
    """What of a duplicate's papers only the citizen can bring, and has not brought."""
    owed = (Missing.LOSS_NOTICE, Missing.PAYMENT)
    return tuple(one for one in owed if not _is_there(one, entered))


@rule("TR-09", "G-29")
def not_brought(entered: Entered, asked: Asked) -> tuple[Paper, ...]:
    """Which of the papers to be brought nobody at the college has seen yet."""
    return tuple(one for one in papers_of(asked) if not _is_there(_SEEN[one], entered))


_SEEN: Final[Mapping[Paper, Missing]] = {
    Paper.IDENTITY_CARD: Missing.IDENTITY_CARD,
    Paper.NO_DEBT: Missing.NO_DEBT_PROOF,
    Paper.LOSS_NOTICE: Missing.LOSS_NOTICE,
    Paper.PAYMENT: Missing.PAYMENT,
}


# Moments.


def alarm_on(began_on: date, due_on: date, calendar: WorkingCalendar) -> date:
    """The working day on which two thirds of a term are over; staff have the last third to finish."""
    part, of = _ALARM_PART
    return staff_target(began_on + (due_on - began_on) * part // of, calendar)


@rule("G-29")
def reminders_of(filed_on: date) -> tuple[date, ...]:
    """The days on which whoever applied for a duplicate is reminded of what is missing."""
    return tuple(filed_on + limit.delta for limit in REMINDERS)
