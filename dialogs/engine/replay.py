"""Replay: a dialog run from the top over its journal until something is open.

Whatever affects a dialog's course lives in this file. The public promise is
``replay``; ``ask``, ``gate``, ``submit`` and ``revise`` are what a dialog calls.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, NoReturn, Protocol, TypeAlias

from dialogs.engine.journal import Entry, Journal, Json, Kind, digest
from dialogs.engine.questions import Option, Question
from dialogs.engine.words import Sentence

MOST_REVISIONS = 8


class Unavailable(Exception):
    """Something outside does not answer: the dialog pauses and its answers are kept."""


class AskedTwice(Exception):
    """A dialog asked one key twice in one run: a fault of the dialog."""


@dataclass(frozen=True, slots=True)
class Passed:
    """A gate that stands open: by which consent, and whose identity was confirmed."""

    consent_id: int
    person_id: str


class Ports(Protocol):
    """What the engine needs of the house: whether a gate has been passed."""

    async def passed(self, gate: Gate) -> Passed | None:
        """Return the live consent for this gate, or ``None``."""
        ...


@dataclass(frozen=True, slots=True)
class Gate:
    """A point that only a confirmed code opens.

    ``purpose`` and ``subject`` (an IIN) are what the code is bound to. ``exits`` lead
    aside for those whom no code can reach.
    """

    purpose: str
    subject: str
    text: tuple[Sentence, ...]
    exits: tuple[Option, ...] = ()

    @property
    def key(self) -> str:
        """The key under which a chosen exit is journaled."""
        return f"gate.{self.purpose}"


@dataclass(frozen=True, slots=True)
class Step:
    """One key met in a run; ``barrier`` when no way back leads across it.

    ``passing`` is a submit that going back undoes on its way to the answer before it.
    """

    key: str
    barrier: bool = False
    passing: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """A question is open."""

    journal: Journal
    trace: tuple[Step, ...]
    question: Question
    given: str


@dataclass(frozen=True, slots=True)
class AtGate:
    """A gate is closed: a code is wanted."""

    journal: Journal
    trace: tuple[Step, ...]
    gate: Gate


@dataclass(frozen=True, slots=True)
class Submitting:
    """The dialog wants ``draft`` done, once, in one transaction."""

    journal: Journal
    trace: tuple[Step, ...]
    key: str
    draft: Any


@dataclass(frozen=True, slots=True)
class End:
    """How a dialog ends: what is said, what can be done next, and the ground if refused."""

    text: tuple[Sentence, ...]
    leads: tuple[Option, ...] = ()
    ground: str | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """The dialog is over."""

    journal: Journal
    end: End


@dataclass(frozen=True, slots=True)
class Paused:
    """A register does not answer. Everything said so far is kept."""

    journal: Journal
    trace: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Suspended:
    """The dialog has a fault of ours; ``fault`` names its type and place, never a value."""

    journal: Journal
    fault: str


Outcome: TypeAlias = "Asked | AtGate | Submitting | Ended | Paused | Suspended"


@dataclass(frozen=True, slots=True)
class Dialog:
    """A named conversation: ``run`` takes the context and returns how it ends."""

    name: str
    run: Callable[[Any], Awaitable[End]]


def dialog(name: str) -> Callable[[Callable[[Any], Awaitable[End]]], Dialog]:
    """Make an async function the dialog called ``name``."""
    return lambda run: Dialog(name, run)


async def replay(conversation: Dialog, context: Any, journal: Journal, ports: Ports) -> Outcome:
    """Run ``conversation`` from the top over ``journal`` until something is open.

    Never raises for what a person or a register does. An unexpected exception of the
    dialog becomes ``Suspended``, with the answers kept.
    """
    for _ in range(MOST_REVISIONS):
        run = _Run(journal, ports)
        token = _current.set(run)
        try:
            return Ended(journal, await conversation.run(context))
        except _Revised as revised:
            journal = journal.without(*revised.keys)
        except _Open as open_:
            return Asked(journal, tuple(run.trace), open_.question, open_.given)
        except _Closed as closed:
            return AtGate(journal, tuple(run.trace), closed.gate)
        except _Wanted as wanted:
            return Submitting(journal, tuple(run.trace), wanted.key, wanted.draft)
        except Unavailable:
            return Paused(journal, tuple(run.trace))
        except Exception as fault:  # noqa: BLE001 - a bug of ours must not cost the person their answers
            return Suspended(journal, _place(fault))
        finally:
            _current.reset(token)
    return Suspended(journal, "revised without end")


async def ask(question: Question, *, given: Json | tuple[Json, ...] = None) -> Any:
    """Return the answer to ``question``; open it if there is none that still holds.

    ``given`` is what the answer depends on: when that changes, the question reopens.
    Raises ``AskedTwice`` when the key was asked before in this run.
    """
    run = _current.get()
    run.meet(question.key)
    depends = digest(given)
    entry = run.journal.find(question.key)
    if entry is not None and entry.given == depends and question.accepts(entry):
        return entry.value
    raise _Open(question, depends)


async def gate(closed: Gate) -> Passed | str:
    """Return the consent that opened the gate, or the id of the exit that was taken."""
    run = _current.get()
    passed = await run.ports.passed(closed)
    run.meet(closed.key, barrier=passed is not None)
    if passed is not None:
        return passed
    entry = run.journal.find(closed.key)
    if entry is not None and entry.given == digest(closed.subject):
        return str(entry.value)
    raise _Closed(closed)


async def submit(name: str, draft: Any, *, reversible: bool = False) -> Any:
    """Have ``draft`` done and return its receipt (a JSON value); done once, however often replayed.

    What is ``reversible`` binds nobody (a hold that ends by itself): a way back leads across it,
    and its receipt is forgotten. To have it done anew, ``revise`` its receipt ("submit.<name>").
    """
    run = _current.get()
    key = f"submit.{name}"
    run.meet(key, barrier=not reversible, passing=reversible)
    entry = run.journal.find(key)
    if entry is not None:
        return entry.value
    raise _Wanted(key, draft)


def receipt_of(name: str) -> Any:
    """Return the receipt of the submit ``name``, or ``None`` if it has not been done.

    A dialog asks this first: once its submit is done, the facts tell of its own deed.
    """
    entry = _current.get().journal.find(f"submit.{name}")
    return None if entry is None else entry.value


def answer_of(key: str) -> Any:
    """Return what was answered under ``key`` before, on whichever channel; ``None`` if nothing was.

    It may not hold any more: only ``ask`` tells. A dialog looks at it to go on by the way it was begun.
    """
    entry = _current.get().journal.find(key)
    return None if entry is None else entry.value


def revise(*keys: str) -> NoReturn:
    """Forget the answers under ``keys`` and run again, so that their questions reopen."""
    raise _Revised(keys)


def end(*text: Sentence, leads: tuple[Option, ...] = (), ground: str | None = None) -> End:
    """Return the ending of a dialog, to be returned by it."""
    return End(text, leads, ground)


def back(outcome: Asked | AtGate | Paused) -> Journal | None:
    """Return the journal one answer earlier; ``None`` where no way leads back.

    A passed gate and a submit cannot be crossed, but for a reversible one.
    """
    journal = outcome.journal
    for step in reversed(outcome.trace if isinstance(outcome, Paused) else outcome.trace[:-1]):
        if step.barrier:
            return None
        if journal.find(step.key) is None:
            continue
        journal = journal.without(step.key)
        if not step.passing:
            return journal
    return None


def leave_by(outcome: AtGate, exit_id: str) -> Journal:
    """Return the journal in which the exit ``exit_id`` of the gate was taken."""
    subject = digest(outcome.gate.subject)
    return outcome.journal.put(Entry(outcome.gate.key, exit_id, Kind.EXIT, subject))


def receipted(outcome: Submitting, receipt: Json) -> Journal:
    """Return the journal in which the submit has been done, with its receipt."""
    return outcome.journal.put(Entry(outcome.key, receipt, Kind.RECEIPT))


@dataclass(slots=True)
class _Run:
    journal: Journal
    ports: Ports
    trace: list[Step] = field(default_factory=list)
    met: set[str] = field(default_factory=set)

    def meet(self, key: str, *, barrier: bool = False, passing: bool = False) -> None:
        if key in self.met:
            raise AskedTwice(key)
        self.met.add(key)
        self.trace.append(Step(key, barrier, passing))


_current: ContextVar[_Run] = ContextVar("run")


class _Open(BaseException):
    def __init__(self, question: Question, given: str) -> None:
        self.question, self.given = question, given


class _Closed(BaseException):
    def __init__(self, closed: Gate) -> None:
        self.gate = closed


class _Wanted(BaseException):
    def __init__(self, key: str, draft: Any) -> None:
        self.key, self.draft = key, draft


class _Revised(BaseException):
    def __init__(self, keys: tuple[str, ...]) -> None:
        self.keys = keys


def _place(fault: Exception) -> str:
    """Name the fault's type and line: its message may hold what a person said."""
    trace = fault.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f"{trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}" if trace else "?"
    return f"{type(fault).__name__} at {where}"
