"""The monitoring feed: what is told of each stage of a request, and how often it is told until it is taken.

The laws of this file:

1. An event says that a request of a public service came to a stage: its number, the service, the stage, when,
and at which clinic. It has the fields of `Event` and no other, each of a closed set or a number, so that no
word about anybody's health, and nobody's name, can stand in it (MO-03). Of a centre the service is named,
because the three are three services of the order; that its result is given is told, what it says is not.
2. The id of an event comes from the step that it tells of: told twice, it is the same event (MO-04).
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from rules.attachment_status import AttachmentStatus
from rules.booking_status import BookingStatus
from rules.call_status import CallStatus
from rules.centre_info import InfoStatus
from rules.law import Limit, rule
from rules.public_services import PublicService
from rules.request_number import BadNumber, RequestNumber
from rules.sources import centre_rules, house_default
from rules.stages import Stage, stage_of
from rules.training import Pause
from rules.training import Stage as TrainingStage

DUTY: Final = centre_rules("rules cl. 6, 7")
"""The provider sees to it that the stage of every service gets into the monitoring system, by itself."""

SENT_WITHIN: Final = Limit(1, "minutes", house_default("G-80", "order № 452 is not among our texts"))

TOLD_AFTER: Final = Limit(15, "minutes", house_default("MO-02", "a server that restarts is nobody's news"))
"""How long the feed fails before staff are told."""

TOLD_AGAIN: Final = Limit(6, "hours", house_default("MO-02", "one that fails now and then is told of once"))

COMPARED_FOR: Final = Limit(7, "days", house_default("G-80", "daily reconciliation"))
"""How long a day that does not agree with the server is compared and sent again."""

TOLD_AFTER_TRIES: Final = 20
"""So often an event is put off by itself before staff are told: a quarter of an hour, by `pause_after`."""

_FIRST_PAUSE: Final = timedelta(seconds=2)
_LONGEST_PAUSE: Final = timedelta(minutes=1)
_MOST_DOUBLINGS: Final = 10
_LONGEST_ASKED: Final = timedelta(hours=1)


class Source(StrEnum):
    """Which of the registry's books a request stands in."""

    REQUEST = "request"
    CENTRE = "centre"
    TRAINING = "training"


@dataclass(frozen=True, slots=True)
class Transition:
    """A change of a request's status, as the registry keeps it; `mark` numbers the steps of the request.

    `number` and what follows are empty or None where the request itself is gone.
    """

    source: str
    subject_id: int
    mark: int
    status: str
    at: datetime
    number: str
    year: int
    service: str
    clinic_no: int | None

    @property
    def id(self) -> str:
        """The id of its event, the same whenever it is told."""
        return f"{self.source}.{self.subject_id}.{self.mark}"

    @property
    def request(self) -> tuple[str, int]:
        """Whose step it is."""
        return self.source, self.subject_id


class NotInSchema(ValueError):
    """Something that no event can say; carries the field, never its value."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


@rule("MO-03", "G-80")
@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What the monitoring system is told. Raises NotInSchema for anything that is not of the closed sets.

    `stage` is the acts' own, None where they describe nothing; `status` is where our process stands. `step`
    rises with every event of a request, with gaps. A centre has no clinic.
    """

    id: str
    number: str
    year: int
    service: PublicService
    stage: Stage | None
    status: str
    step: int
    at: datetime
    clinic: int | None

    def __post_init__(self) -> None:
        if _ID.fullmatch(self.id) is None:
            raise NotInSchema("id")
        if not _is_number(self.number):
            raise NotInSchema("number")
        if self.status not in STATUSES[self.service]:
            raise NotInSchema("status")

    def written(self) -> dict[str, str | int | None]:
        """The event as it goes over the wire; the instant is UTC."""
        return {
            "id": self.id,
            "number": self.number,
            "year": self.year,
            "service": self.service.value,
            "stage": None if self.stage is None else self.stage.value,
            "status": self.status,
            "step": self.step,
            "at": self.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "clinic": self.clinic,
        }

    def digest(self) -> str:
        """SHA-256 of its one written form: keys in order, nothing between, ASCII."""
        line = json.dumps(self.written(), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(line.encode()).hexdigest()


def _is_number(text: str) -> bool:
    try:
        return str(RequestNumber.parse(text)) == text
    except BadNumber:
        return False


_ID: Final = re.compile(r"(request|centre|training)\.[0-9]{1,19}\.[0-9]{1,6}", re.ASCII)

_CENTRES: Final = (PublicService.PHTHISIATRY, PublicService.PSYCHIATRY, PublicService.NARCOLOGY)
_TRAINING: Final = (PublicService.TRAINING, PublicService.DUPLICATE)

STATUSES: Final[Mapping[PublicService, frozenset[str]]] = {
    PublicService.HOME_CALL: frozenset(CallStatus),
    PublicService.APPOINTMENT: frozenset(BookingStatus),
    PublicService.ATTACHMENT: frozenset(AttachmentStatus),
    **dict.fromkeys(_CENTRES, frozenset(InfoStatus)),
    **dict.fromkeys(_TRAINING, frozenset(TrainingStage) | frozenset(Pause)),
}
"""Every status that a request of each service can come to."""

_CENTRE_STAGES: Final[Mapping[str, Stage]] = {
    # Of a request about another person: it is registered, and waits for that person's consent (IC-06).
    InfoStatus.CONSENT: Stage.REGISTERED,
    InfoStatus.ASKING: Stage.IN_REVIEW,
    InfoStatus.DELAYED: Stage.IN_REVIEW,
    InfoStatus.READY: Stage.DONE,
    InfoStatus.REFUSED: Stage.REFUSED,
}
_TRAINING_STAGES: Final[Mapping[str, Stage]] = {
    TrainingStage.REGISTERED: Stage.REGISTERED,
    TrainingStage.ASSIGNED: Stage.IN_REVIEW,
    TrainingStage.DRAFTED: Stage.IN_REVIEW,
    TrainingStage.SIGNED: Stage.IN_REVIEW,
    TrainingStage.READY: Stage.IN_REVIEW,
    TrainingStage.ISSUED: Stage.DONE,
    TrainingStage.REFUSED: Stage.REFUSED,
}


@rule("MO-01", "G-82", "IC-16")
def stage_told(service: PublicService, status: str) -> Stage | None:
    """The stage of the acts that a status of that service stands for, None where they describe nothing."""
    if service in _CENTRES:
        return _CENTRE_STAGES.get(status)
    if service in _TRAINING:
        return _TRAINING_STAGES.get(status)
    return stage_of(status)


@rule("MO-01", "MO-03", "G-82")
def event_of(transition: Transition) -> Event:
    """The event that tells of a transition. Raises NotInSchema."""
    try:
        service = PublicService(transition.service)
    except ValueError as fault:
        raise NotInSchema("service") from fault
    return Event(
        id=transition.id,
        number=transition.number,
        year=transition.year,
        service=service,
        stage=stage_told(service, transition.status),
        status=transition.status,
        step=transition.mark,
        at=transition.at,
        clinic=transition.clinic_no,
    )


@dataclass(frozen=True, slots=True)
class DaySum:
    """What a day's events come to: how many, and the SHA-256 of their ids and digests in order of the ids."""

    events: int
    digest: str


@rule("G-80", "MO-04")
def sum_of(digests: Iterable[tuple[str, str]]) -> DaySum:
    """The sum of a day, from the id and the digest of each of its events, in whatever order."""
    lines = sorted(f"{event_id} {digest}" for event_id, digest in digests)
    return DaySum(len(lines), hashlib.sha256("\n".join(lines).encode()).hexdigest())


@rule("MO-02", "G-80")
def pause_after(tries: int, asked: timedelta | None = None) -> timedelta:
    """How long the server is left alone after so many attempts in a row: for ever, a minute at most.

    Whoever asks for more is given up to an hour.
    """
    doublings = min(max(tries - 1, 0), _MOST_DOUBLINGS)
    own = min(_FIRST_PAUSE * (1 << doublings), _LONGEST_PAUSE)
    return own if asked is None else max(own, min(asked, _LONGEST_ASKED))


@rule("MO-02")
def is_to_be_told(failing_since: datetime, told_at: datetime | None, now: datetime) -> bool:
    """True once staff are to be told that the feed fails."""
    if now - failing_since < TOLD_AFTER.delta:
        return False
    if told_at is None or told_at - now > TOLD_AFTER.delta:
        # What is to come yet was noted by a clock that was set back since.
        return True
    return told_at < failing_since and now - told_at >= TOLD_AGAIN.delta
