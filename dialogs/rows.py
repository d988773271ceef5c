"""The list of all requests: what a row of it says, and who brings the rows of each service."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, NoReturn, TypeAlias

from dialogs.context import Context
from dialogs.engine import End, Option, Question, T, ask, revise
from dialogs.identity import Identity
from rules.days import Day, Instant

MOST_PAGES: Final = 24
LIST: Final = "cabinet.list"
FILTER: Final = "cabinet.filter"
FILTERED: Final = "cabinet.filtered"
HISTORY: Final = "cabinet.history"
NEWBORN: Final = "newborn"
SOMEBODY: Final = ""
PAGES: Final = tuple(
    key if page == 1 else f"{key}.{page}" for key in (LIST, FILTERED) for page in range(1, MOST_PAGES + 1)
)
"""Every answer that was given to the list, whatever of it was shown."""

REFRESH: Final = Option("refresh", T("button.refresh_status"))
HISTORY_OF_IT: Final = Option("history", T("button.history"))
ALL_REQUESTS: Final = Option("list", T("button.all_requests"))


@dataclass(frozen=True, slots=True, repr=False)
class Row:
    """One request as the list shows it, with the five fields of PC-07.

    ``service`` names what it is asked for ("home_call", "complaint"); ``kind`` is what the list can be
    narrowed to ("centre_info" is all three centres). ``term`` is a whole line: by when, or for which day.
    ``whose`` is the id of the person it is for, `NEWBORN`, or `SOMEBODY` whom the register does not tie to
    a request; ``made_at`` is UTC. ``day`` is said on its button, that of ``made_at`` where there is none.
    """

    id: int
    number: str
    service: str
    kind: str
    status: T
    term: T
    whose: str
    made_at: Instant
    is_open: bool
    day: Day | None = None

    def __repr__(self) -> str:
        # A repr ends up in logs and tracebacks: the id, and nothing of anybody.
        return f"Row({self.kind}, {self.id})"


RowsOf: TypeAlias = Callable[[Context, Identity], Awaitable[tuple[Row, ...]]]
Opened: TypeAlias = Callable[[Context, Identity, int, bool], Awaitable[End]]
Settled: TypeAlias = Callable[[Context], Awaitable[End | None]]


@dataclass(frozen=True, slots=True)
class Source:
    """Who brings the rows of a service into the list, and opens them.

    ``prefix`` is a letter of its own before the ids ("" for requests to clinics). ``opened`` is given the
    id of one of its rows, and whether there is a list to go back to: it shows the card, its history and
    what can be done. ``settled`` says how it ended once something of it was submitted.
    """

    prefix: str
    rows: RowsOf
    opened: Opened
    settled: Settled


def to_list(*keys: str) -> NoReturn:
    """Go back to the list of all requests; ``keys`` are the answers given since, to be forgotten."""
    revise(*PAGES, FILTER, *keys)


async def history(number: str, steps: tuple[tuple[T, Instant], ...], *keys: str) -> NoReturn:
    """Show every step of a request with its time, then its card again.

    ``steps`` are its marks, the first first, with instants in the zone they are to be read in; ``keys``
    are those of the card's answers.
    """
    lines = tuple(T("cabinet.step", status=status, at=at) for status, at in steps)
    options = (Option("card", T("button.to_the_request")),)
    await ask(Question(HISTORY, (T(HISTORY, number=number, lines=lines),), T("hint.buttons"), options))
    revise(HISTORY, *keys)
