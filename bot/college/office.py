"""What the college's staff have entered about a request, who entered it and when; kept sealed beside it.

An entry can be made anew until a later stage rests on it; the last one counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final, TypeAlias

from rules.law import rule
from rules.training import Asked, Stage
from rules.training_stages import (
    Attorney,
    Collector,
    DecidedAs,
    Decision,
    Entered,
    LossNotice,
    Payment,
    SignedBy,
)
from storage.instants import instant, micros

Facts: TypeAlias = Mapping[str, Any]

_AT: Final = "at"
_WHO: Final = "who"


class Entry(StrEnum):
    """What can be entered; each is kept once, the last one."""

    EXECUTOR = "executor"
    IDENTITY_CARD = "identity_card"
    NO_DEBT_PROOF = "no_debt_proof"
    NOTICE = "notice"
    SCAN = "scan"
    PAYMENT = "payment"
    DECISION = "decision"
    RESOLUTION = "resolution"
    SIGNED = "signed"
    DOCUMENT_NUMBER = "document_number"
    FORM = "form"
    SEAL = "seal"
    STAMP = "stamp"
    COLLECTOR = "collector"
    ATTORNEY_SCAN = "attorney_scan"
    DEBT = "debt"
    NAME_CHANGE = "name_change"
    ESCALATED = "escalated"


TICKS: Final = frozenset({Entry.IDENTITY_CARD, Entry.NO_DEBT_PROOF, Entry.FORM, Entry.SEAL, Entry.STAMP})
"""What is seen and ticked, and says nothing more."""

_RESTS_ON: Final[Mapping[Stage, frozenset[Entry]]] = {
    Stage.DRAFTED: frozenset({Entry.IDENTITY_CARD, Entry.NO_DEBT_PROOF, Entry.NOTICE, Entry.DECISION}),
    Stage.SIGNED: frozenset({Entry.RESOLUTION, Entry.SIGNED}),
    Stage.READY: frozenset(
        {Entry.SCAN, Entry.PAYMENT, Entry.DOCUMENT_NUMBER, Entry.FORM, Entry.SEAL, Entry.STAMP}
    ),
}
"""From which stage on an entry is settled."""

_ONLY: Final[Mapping[Asked, frozenset[Entry]]] = {
    Asked.MAIN: frozenset({Entry.NO_DEBT_PROOF, Entry.SEAL, Entry.DOCUMENT_NUMBER}),
    Asked.DUPLICATE: frozenset({Entry.NOTICE, Entry.SCAN, Entry.PAYMENT, Entry.DECISION, Entry.STAMP}),
}
_ORDER: Final = (
    Stage.REGISTERED,
    Stage.ASSIGNED,
    Stage.DRAFTED,
    Stage.SIGNED,
    Stage.READY,
    Stage.ISSUED,
)
_FIRST: Final[Mapping[Entry, Stage]] = {
    Entry.RESOLUTION: Stage.DRAFTED,
    Entry.SIGNED: Stage.DRAFTED,
    Entry.DOCUMENT_NUMBER: Stage.SIGNED,
    Entry.FORM: Stage.SIGNED,
    Entry.SEAL: Stage.SIGNED,
    Entry.STAMP: Stage.SIGNED,
    Entry.COLLECTOR: Stage.READY,
    Entry.ATTORNEY_SCAN: Stage.READY,
    Entry.NAME_CHANGE: Stage.REGISTERED,
}
"""Before that stage there is nothing to enter it about."""


_RESTING: Final[Mapping[Entry, frozenset[Entry]]] = {
    # A decision was about the notice that stood then, a copy is of the paper of whoever came then.
    Entry.NOTICE: frozenset({Entry.DECISION, Entry.SCAN}),
    Entry.COLLECTOR: frozenset({Entry.ATTORNEY_SCAN}),
}
"""What goes when an entry is made anew."""


@dataclass(frozen=True, slots=True, repr=False)
class Office:
    """The entries of one request; ``kept`` is what lies sealed in the registry."""

    kept: Mapping[str, Facts]

    def has(self, entry: Entry) -> bool:
        """True if it was entered."""
        return entry.value in self.kept

    def facts(self, entry: Entry) -> Facts:
        """What was entered, empty if nothing was."""
        return self.kept.get(entry.value, {})

    def who(self, entry: Entry) -> str:
        """Who entered it, as marks name them; "" if nobody did."""
        return str(self.facts(entry).get(_WHO, ""))

    def at(self, entry: Entry) -> datetime | None:
        """When it was entered (UTC)."""
        at = self.facts(entry).get(_AT)
        return None if at is None else instant(int(at))

    def with_entry(self, entry: Entry, facts: Facts, who: str, now: datetime) -> Office:
        """The same with that entry, in place of an earlier one."""
        return Office({**self.kept, entry.value: {**facts, _AT: micros(now), _WHO: who}})

    def anew(self, entry: Entry) -> Office:
        """The same without what rests on that entry, which is about to be made in place of an earlier one."""
        return Office(
            {name: facts for name, facts in self.kept.items() if name not in _RESTING.get(entry, ())}
        )

    @property
    def executor(self) -> int | None:
        """The Telegram id of whoever draws the document up."""
        return self.facts(Entry.EXECUTOR).get("id")

    @property
    def entered(self) -> Entered:
        """The entries as the law looks at them."""
        return Entered(
            has_executor=self.has(Entry.EXECUTOR),
            identity_card=self.has(Entry.IDENTITY_CARD),
            no_debt_proof=self.has(Entry.NO_DEBT_PROOF),
            notice=self._notice(),
            payment=self._payment(),
            decision=self._decision(),
            resolution=self.has(Entry.RESOLUTION),
            signed=self._signed(),
            document_number=str(self.facts(Entry.DOCUMENT_NUMBER).get("number", "")),
            form=self.has(Entry.FORM),
            seal=self.has(Entry.SEAL),
            stamp=self.has(Entry.STAMP),
            collector=self._collector(),
        )

    def _notice(self) -> LossNotice | None:
        facts = self.facts(Entry.NOTICE)
        if not facts:
            return None
        return LossNotice(facts["periodical"], facts["number"], date.fromisoformat(facts["on"]))

    def _payment(self) -> Payment | None:
        facts = self.facts(Entry.PAYMENT)
        return None if not facts else Payment(int(facts["amount"]), date.fromisoformat(facts["on"]))

    def _decision(self) -> Decision | None:
        facts = self.facts(Entry.DECISION)
        return None if not facts else Decision(date.fromisoformat(facts["on"]), DecidedAs(facts["as"]))

    def _signed(self) -> SignedBy | None:
        facts = self.facts(Entry.SIGNED)
        return None if not facts else SignedBy(facts["by"])

    @rule("G-28")
    def _collector(self) -> Collector | None:
        facts = self.facts(Entry.COLLECTOR)
        if not facts:
            return None
        attorney = facts.get("attorney")
        proxy = (
            None
            if attorney is None
            else Attorney(attorney["number"], date.fromisoformat(attorney["on"]), attorney["issuer"])
        )
        return Collector(facts["name"], facts["document"], proxy)


def is_of(entry: Entry, asked: Asked) -> bool:
    """True if that entry is made about what is asked for."""
    other = Asked.DUPLICATE if asked is Asked.MAIN else Asked.MAIN
    return entry not in _ONLY[other]


def may_enter(entry: Entry, asked: Asked, stage: Stage) -> bool:
    """True while that entry can be made, or made anew: before a stage that rests on it."""
    if not is_of(entry, asked) or stage not in _ORDER[:-1]:
        return False
    at = _ORDER.index(stage)
    settled = next((_ORDER.index(one) for one, on in _RESTS_ON.items() if entry in on), len(_ORDER))
    return _ORDER.index(_FIRST.get(entry, Stage.REGISTERED)) <= at < settled
