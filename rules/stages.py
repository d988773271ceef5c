"""The stages of a request under one name each, beside the process numbers that the regions give them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from rules.law import rule
from rules.sources import aktobe_home_call, almaty_home_call


class Stage(StrEnum):
    """Where a request stands in the acts' own description of the process."""

    AUTH_INPUT = "auth_input"
    AUTH_CHECK = "auth_check"
    AUTH_REFUSED = "auth_refused"
    DRAFT = "draft"
    REGISTRY_LOOKUP = "registry_lookup"
    NO_REGISTRY_DATA = "no_registry_data"
    SIGN_CHECK = "sign_check"
    SIGN_REFUSED = "sign_refused"
    SENT = "sent"
    REGISTERED = "registered"
    IN_REVIEW = "in_review"
    REFUSED = "refused"
    DONE = "done"


class Path(StrEnum):
    """Whose steps are counted, by whose act."""

    ALMATY_CITIZEN = "almaty_citizen"
    AKTOBE_CITIZEN = "aktobe_citizen"
    ALMATY_STAFF = "almaty_staff"


SOURCES: Final = {
    Path.ALMATY_CITIZEN: almaty_home_call("cl. 16"),
    Path.AKTOBE_CITIZEN: aktobe_home_call("cl. 8"),
    Path.ALMATY_STAFF: almaty_home_call("cl. 17"),
}


@dataclass(frozen=True, slots=True)
class ProcessLabel:
    """The acts count processes and conditions apart: "process 6", "condition 3"."""

    process: int | None = None
    condition: int | None = None


def _p(number: int) -> ProcessLabel:
    return ProcessLabel(process=number)


def _c(number: int) -> ProcessLabel:
    return ProcessLabel(condition=number)


_ROWS: Final[Mapping[Stage, tuple[ProcessLabel | None, ProcessLabel | None, ProcessLabel | None]]] = {
    Stage.AUTH_INPUT: (_p(1), _p(1), _p(1)),
    Stage.AUTH_CHECK: (_c(1), _c(1), None),
    Stage.AUTH_REFUSED: (_p(2), _p(2), None),
    Stage.DRAFT: (_p(3), _p(3), _p(2)),
    Stage.REGISTRY_LOOKUP: (None, None, ProcessLabel(process=3, condition=1)),
    Stage.NO_REGISTRY_DATA: (None, None, _p(4)),
    Stage.SIGN_CHECK: (_c(2), _c(2), None),
    Stage.SIGN_REFUSED: (_p(4), _p(4), None),
    Stage.SENT: (_p(5), _p(5), _p(5)),
    # Aktobe implies registration without a process of its own.
    Stage.REGISTERED: (_p(6), None, _p(6)),
    Stage.IN_REVIEW: (_c(3), _c(3), _c(2)),
    Stage.REFUSED: (_p(7), _p(6), _p(7)),
    Stage.DONE: (_p(8), _p(7), _p(8)),
}
_NEXT: Final[Mapping[Stage, frozenset[Stage]]] = {
    Stage.AUTH_INPUT: frozenset({Stage.AUTH_CHECK}),
    Stage.AUTH_CHECK: frozenset({Stage.AUTH_REFUSED, Stage.DRAFT}),
    Stage.DRAFT: frozenset({Stage.SIGN_CHECK}),
    Stage.SIGN_CHECK: frozenset({Stage.SIGN_REFUSED, Stage.SENT}),
    Stage.SENT: frozenset({Stage.REGISTERED}),
    Stage.REGISTERED: frozenset({Stage.IN_REVIEW}),
    Stage.IN_REVIEW: frozenset({Stage.REFUSED, Stage.DONE}),
}


_NEXT_OF_STAFF: Final[Mapping[Stage, frozenset[Stage]]] = {
    Stage.AUTH_INPUT: frozenset({Stage.DRAFT}),
    Stage.DRAFT: frozenset({Stage.REGISTRY_LOOKUP}),
    Stage.REGISTRY_LOOKUP: frozenset({Stage.NO_REGISTRY_DATA, Stage.SENT}),
    Stage.SENT: frozenset({Stage.REGISTERED}),
    Stage.REGISTERED: frozenset({Stage.IN_REVIEW}),
    Stage.IN_REVIEW: frozenset({Stage.REFUSED, Stage.DONE}),
}


# What follows the result (a doctor on the way, a patient who came) is no stage of the acts any more.
_OF_STATUS: Final[Mapping[str, Stage]] = {
    "registered": Stage.REGISTERED,
    "next_day": Stage.REGISTERED,
    "waiting": Stage.IN_REVIEW,
    "to_move": Stage.IN_REVIEW,
    "accepted": Stage.IN_REVIEW,
    "confirmed": Stage.DONE,
    "attached": Stage.DONE,
    "refused": Stage.REFUSED,
}


def stage_of(status: str) -> Stage | None:
    """The stage that a request of that status has come to, None where the acts describe nothing any more."""
    return _OF_STATUS.get(status)


@rule("MAP-01", "MAP-02", "MAP-03", "MAP-04", "MAP-05", "MAP-06", "MAP-07", "X-25")
@rule("MAP-08", "MAP-09", "MAP-10", "MAP-11", "MAP-12", "MAP-13")
def process_label(stage: Stage, path: Path) -> ProcessLabel | None:
    """The number that path's act gives to the stage, None where the act has no such step."""
    return _ROWS[stage][tuple(Path).index(path)]


@rule(
    "AU-02", "AU-03", "AU-04", "AU-05", "AU-06", "AU-07", "AU-08", "AU-09", "AU-10", "AU-11", "PI-06", "ST-02"
)
def may_follow(before: Stage, after: Stage) -> bool:
    """True if the citizen's path of the acts leads from one stage straight to the other."""
    return after in _NEXT.get(before, frozenset())


@rule("ST-04", "PI-03")
def staff_may_follow(before: Stage, after: Stage) -> bool:
    """True if the staff's path leads from one stage straight to the other: the look-up before the form."""
    return after in _NEXT_OF_STAFF.get(before, frozenset())
