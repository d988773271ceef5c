"""A conversation walked without any channel: the engine over a dict of consents and receipts."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

from dialogs.engine import (
    Answered,
    Asked,
    AtGate,
    Dialog,
    Ended,
    Gate,
    Input,
    Journal,
    Option,
    Outcome,
    Passed,
    Plain,
    Pressed,
    Reading,
    Said,
    Submitting,
    back,
    fold,
    leave_by,
    read,
    receipted,
    replay,
)


def spellings(option: Option) -> set[str]:
    """Return the folded label, as a channel would."""
    return {fold(option.label.text if isinstance(option.label, Plain) else option.label.key)}


@dataclass
class House:
    """What stands outside a dialog: live consents, what was submitted, the facts."""

    consents: dict[tuple[str, str], Passed] = field(default_factory=dict)
    done: list[Any] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)

    async def passed(self, gate: Gate) -> Passed | None:
        """Return the consent for the gate, if one lives."""
        return self.consents.get((gate.purpose, gate.subject))


@dataclass
class Walk:
    """One person walking through one dialog, message by message."""

    dialog: Dialog
    house: House
    journal: Journal = field(default_factory=Journal)
    said: Reading | None = None

    @property
    def outcome(self) -> Outcome:
        """Replay from the top and return where the dialog stands."""
        return asyncio.run(replay(self.dialog, self.house.facts, self.journal, self.house))

    def send(self, sent: Input) -> Outcome:
        """Give one input; submits are carried out at once."""
        outcome = self.outcome
        self.journal = getattr(outcome, "journal", self.journal)
        if isinstance(outcome, Asked):
            self.said = read(outcome.question, outcome.given, outcome.journal, sent, spellings)
            if isinstance(self.said, Answered):
                self.journal = self.journal.put(self.said.entry)
        return self.settle()

    def say(self, text: str) -> Outcome:
        """Type words."""
        return self.send(Said(text))

    def press(self, option: str) -> Outcome:
        """Press an option of the open question."""
        outcome = self.outcome
        assert isinstance(outcome, Asked), outcome
        return self.send(Pressed(outcome.question.key, option))

    def confirm(self, person_id: str = "7") -> Outcome:
        """Pass the closed gate by a right code."""
        outcome = self.outcome
        assert isinstance(outcome, AtGate), outcome
        self.house.consents[outcome.gate.purpose, outcome.gate.subject] = Passed(91, person_id)
        return self.settle()

    def leave(self, exit_id: str) -> Outcome:
        """Take an exit of the closed gate."""
        outcome = self.outcome
        assert isinstance(outcome, AtGate), outcome
        self.journal = leave_by(outcome, exit_id)
        return self.settle()

    def back(self) -> bool:
        """Go one answer back; tell whether there was a way."""
        outcome = self.outcome
        assert not isinstance(outcome, Ended | Submitting), outcome
        earlier = back(outcome)  # type: ignore[arg-type]  # Suspended never occurs in these walks
        self.journal = earlier or self.journal
        return earlier is not None

    def settle(self) -> Outcome:
        """Carry out a wanted submit, as the deciding transaction does, and replay on."""
        outcome = self.outcome
        if isinstance(outcome, Submitting):
            self.house.done.append(outcome.draft)
            self.journal = receipted(outcome, {"number": len(self.house.done)})
            return self.outcome
        return outcome

    @property
    def key(self) -> str:
        """The key of the open question, or the name of the outcome."""
        outcome = self.outcome
        return outcome.question.key if isinstance(outcome, Asked) else type(outcome).__name__
