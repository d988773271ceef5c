"""Documents of the medical college: who may have which, by when, and the six stages in their only order.

The service is not automated: what is drawn up, signed and handed over is so on paper and in person, and all
that is kept here is where it stands (TR-07, CH-04).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final, TypeAlias

from rules.calendar import WorkingCalendar, add_months, add_working_days, is_office_day
from rules.law import ALLOWED, Allowed, Limit, rule
from rules.public_services import PublicService
from rules.sources import almaty_training, house_default

COLLEGE: Final = 90
"""The number of the college in the directory of institutions, and of the series of its requests."""

MAIN_TERM: Final = Limit(15, "working_days", almaty_training("cl. 5"))
"""From the decision of the commission, or of the head (TR-05)."""

DUPLICATE_TERM: Final = Limit(1, "months", almaty_training("cl. 14"))
"""From the receipt of the application (TR-14)."""

MAIN_PRICE: Final = Limit(0, "count", almaty_training("cl. 8"))
"""In tenge: the document itself costs nothing (TR-08). A duplicate is paid by the college's price list."""

STORY_LEAST: Final = Limit(
    10, "count", house_default("TR-12", "letters that can tell how something was lost")
)
STORY_MOST: Final = Limit(1000, "count", house_default("TR-12", "letters of the story of a loss"))


class Programme(StrEnum):
    """What was studied at the college."""

    VOCATIONAL = "vocational"
    POST_SECONDARY = "post_secondary"
    RETRAINING = "retraining"
    UPGRADING = "upgrading"


class Document(StrEnum):
    """What is given at the end of it: диплом, удостоверение, свидетельство."""

    DIPLOMA = "diploma"
    RETRAINING_CERTIFICATE = "retraining_certificate"
    UPGRADING_CERTIFICATE = "upgrading_certificate"


_DOCUMENTS: Final[Mapping[Programme, Document]] = {
    Programme.VOCATIONAL: Document.DIPLOMA,
    Programme.POST_SECONDARY: Document.DIPLOMA,
    Programme.RETRAINING: Document.RETRAINING_CERTIFICATE,
    Programme.UPGRADING: Document.UPGRADING_CERTIFICATE,
}


@rule("TR-03")
def document_of(programme: Programme) -> Document:
    """The one kind of document that a programme ends with (cl. 4)."""
    return _DOCUMENTS[programme]


@rule("X-14")
class Asked(StrEnum):
    """What is asked for: the document itself, or a duplicate of a lost one; both are registered (X-14)."""

    MAIN = "main"
    DUPLICATE = "duplicate"

    @property
    def service(self) -> PublicService:
        """The public service that it is."""
        return PublicService.TRAINING if self is Asked.MAIN else PublicService.DUPLICATE


class Paper(StrEnum):
    """What is brought to the college."""

    IDENTITY_CARD = "identity_card"
    NO_DEBT = "no_debt"
    LOSS_NOTICE = "loss_notice"
    PAYMENT = "payment"


@rule("TR-09")
def papers_of(asked: Asked) -> tuple[Paper, ...]:
    """What has to be brought (cl. 11; for a duplicate cl. 8 and 14, whose application is made here)."""
    if asked is Asked.MAIN:
        return (Paper.IDENTITY_CARD, Paper.NO_DEBT)
    return (Paper.IDENTITY_CARD, Paper.LOSS_NOTICE, Paper.PAYMENT)


@rule("TR-08", "G-25")
def is_free(asked: Asked) -> bool:
    """True for the document itself; the price of a duplicate is in the college's price list (cl. 8)."""
    return asked is Asked.MAIN


@dataclass(frozen=True, slots=True, repr=False)
class Graduation:
    """A programme that somebody finished at the college, with its final attestation passed.

    ``full_name`` is as the original bears it; ``original_no`` is "" until a document is issued.
    """

    id: int
    programme: Programme
    title: str
    decided_on: date
    full_name: str
    original_no: str = ""

    @property
    def document(self) -> Document:
        """What it ends with."""
        return document_of(self.programme)

    def __repr__(self) -> str:
        # A repr ends up in logs and tracebacks: the id, and nothing of anybody.
        return f"Graduation({self.id})"


class NotAccepted(StrEnum):
    """Why nothing is registered; none of them is a refusal of the service, and each says what to do."""

    NOT_GRADUATE = "not_graduate"
    NOT_DECIDED = "not_decided"
    ISSUED = "issued"
    NOT_ISSUED = "not_issued"


@rule("TR-02", "TR-12")
def may_ask(asked: Asked, record: Graduation | None, today: date) -> Allowed | NotAccepted:
    """Tell whether that document can be asked for: by whoever finished there and passed (cl. 7).

    A document that was issued is not issued twice: whoever lost it asks for a duplicate (cl. 14).
    """
    if record is None:
        return NotAccepted.NOT_GRADUATE
    if record.decided_on > today:
        return NotAccepted.NOT_DECIDED
    if asked is Asked.MAIN:
        return NotAccepted.ISSUED if record.original_no else ALLOWED
    return ALLOWED if record.original_no else NotAccepted.NOT_ISSUED


@rule("TR-15")
def printed_name(record: Graduation) -> str:
    """The name that a duplicate bears: the original's, whatever the registry says today (cl. 14)."""
    return record.full_name


# The two clocks


@dataclass(frozen=True, slots=True)
class Term:
    """From which day a request's term counts, and the day on which it ends."""

    starts_on: date
    due_on: date


@rule("TR-05", "E-14")
def main_due(decided_on: date, calendar: WorkingCalendar) -> date:
    """The last day for the document: fifteen working days after the decision (cl. 5)."""
    return add_working_days(decided_on, MAIN_TERM.value, calendar)


@rule("TR-14", "E-15")
def duplicate_due(filed_on: date) -> date:
    """The last day for a duplicate: one month from the application, 28 or 29 February after 31 January."""
    return add_months(filed_on, DUPLICATE_TERM.value)


@rule("X-16", "TR-05", "TR-14")
def term_of(asked: Asked, filed_on: date, decided_on: date, calendar: WorkingCalendar) -> Term:
    """The term of a request registered on that day; ``decided_on`` is the commission's decision.

    Whoever asks for their document when the commission's fifteen days are over already needs a decision of
    the head, which clause 5 puts beside the commission's: that term begins with the request.
    """
    if asked is Asked.DUPLICATE:
        return Term(filed_on, duplicate_due(filed_on))
    due = main_due(decided_on, calendar)
    return Term(decided_on, due) if due >= filed_on else Term(filed_on, main_due(filed_on, calendar))


@rule("G-27", "E-15")
def staff_target(due_on: date, calendar: WorkingCalendar) -> date:
    """The day by which the college has it ready: the term, or the last working day before it."""
    day = due_on
    while not is_office_day(day, calendar):
        day -= timedelta(days=1)
    return day


@rule("TR-11")
def resumed_due(
    asked: Asked, due_on: date, suspended_on: date, resumed_on: date, calendar: WorkingCalendar
) -> date:
    """The term after a debt was cleared: later by as long as the clock stood (cl. 13).

    Of the document itself working days are counted, of a duplicate days. Whose clock stood only within one
    day loses none.
    """
    stood = (resumed_on - suspended_on).days
    if asked is Asked.DUPLICATE:
        return due_on + timedelta(days=stood)
    days = (suspended_on + timedelta(days=number) for number in range(1, stood + 1))
    return add_working_days(due_on, sum(is_office_day(day, calendar) for day in days), calendar)


# The stages


class Stage(StrEnum):
    """Where a request stands: the six stages of clause 16, and the two ways in which it ends before them."""

    REGISTERED = "registered"
    ASSIGNED = "assigned"
    DRAFTED = "drafted"
    SIGNED = "signed"
    READY = "ready"
    ISSUED = "issued"
    REFUSED = "refused"
    CANCELLED = "cancelled"


class Pause(StrEnum):
    """What is marked beside the stages: the clock stands because of a debt, and goes again (TR-11)."""

    SUSPENDED = "suspended"
    RESUMED = "resumed"


Step: TypeAlias = Stage | Pause

STAGES: Final = (
    Stage.REGISTERED,
    Stage.ASSIGNED,
    Stage.DRAFTED,
    Stage.SIGNED,
    Stage.READY,
    Stage.ISSUED,
)
"""The six stages of clause 16, in their only order (TR-18)."""

STAGES_SOURCE: Final = almaty_training("cl. 16")

ENDED: Final = frozenset({Stage.ISSUED, Stage.REFUSED, Stage.CANCELLED})


def next_stage(stage: Stage) -> Stage | None:
    """The only stage of the six that may come next, None at the end."""
    if stage in ENDED:
        return None
    return STAGES[STAGES.index(stage) + 1]


@rule("TR-18")
def may_follow(before: Stage, after: Stage) -> bool:
    """True if a request may go straight from one stage to the other.

    It may be refused until it is ready: a duplicate that is signed may lack its payment still (G-29). Its
    citizen may take it back until it is with the executor.
    """
    if after is Stage.REFUSED:
        return before not in ENDED and STAGES.index(before) < STAGES.index(Stage.READY)
    if after is Stage.CANCELLED:
        return may_be_cancelled(before)
    return next_stage(before) is after


@rule("G-74")
def may_be_cancelled(stage: Stage) -> bool:
    """True until it is handed to whoever draws it up."""
    return stage is Stage.REGISTERED
