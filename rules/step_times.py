"""The times that Astana's step tables give the software; what people need counts in the term alone.

Only these figures are left of the tables: those of the home call's second table and of the last two steps are
lost, so the home call's staff path goes by the figures of the appointment and of attachment (X-24), and the
last two steps have no limit of their own (G-88).
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from rules.law import Limit, rule
from rules.sources import astana_attachment, astana_home_call
from rules.stages import Path

_CITIZEN: Final = astana_home_call("appendix 1, table 1")
_STAFF: Final = astana_attachment("appendix 1, table 2")

CITIZEN: Final[Mapping[int, Limit]] = {
    1: Limit(60, "seconds", _CITIZEN),
    2: Limit(30, "seconds", _CITIZEN),
    3: Limit(90, "seconds", _CITIZEN),
    4: Limit(90, "seconds", _CITIZEN),
    5: Limit(60, "seconds", _CITIZEN),
    6: Limit(60, "seconds", _CITIZEN),
}
"""At most so long for each process of the citizen's path; where the table gives a span, its longer end."""

STAFF: Final[Mapping[int, Limit]] = {
    1: Limit(15, "seconds", _STAFF),
    2: Limit(10, "seconds", _STAFF),
    3: Limit(90, "seconds", _STAFF),
    4: Limit(15, "seconds", _STAFF),
    5: Limit(15, "seconds", _STAFF),
    6: Limit(90, "seconds", _STAFF),
}

LOOKUP: Final = STAFF[3]
"""How long the register is waited for; then it does not answer, which never means that it knows nobody."""

_SUCCESS: Final[Mapping[Path, tuple[int, ...]]] = {
    Path.ALMATY_CITIZEN: (1, 3, 5, 6),
    Path.ALMATY_STAFF: (1, 2, 3, 5, 6),
}
"""The known processes of a request that nothing stands against; 7 or 8 follows them."""


@rule("G-88", "ST-06", "X-24")
def step_limit(path: Path, process: int) -> Limit | None:
    """The limit of that process for the software, None where no table has one: then the whole term applies.

    Aktobe's act has no table. Whoever fills in a form is given no seconds for it: ten or fifteen are the
    software's own part (ST-06).
    """
    match path:
        case Path.ALMATY_CITIZEN:
            return CITIZEN.get(process)
        case Path.ALMATY_STAFF:
            return STAFF.get(process)
        case Path.AKTOBE_CITIZEN:
            return None


@rule("ST-01", "ST-03")
def known_steps(path: Path) -> timedelta:
    """How long the known steps of that path take at most, if nothing stands against the request."""
    limits = (step_limit(path, process) for process in _SUCCESS.get(path, ()))
    return sum((limit.delta for limit in limits if limit is not None), timedelta())


@rule("ST-01", "ST-03")
def left_of(term: Limit, path: Path) -> timedelta:
    """What of a term is left for people once the software's known steps took as long as they may."""
    return term.delta - known_steps(path)
