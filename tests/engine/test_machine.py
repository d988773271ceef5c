"""Whatever happens in whatever order, a dialog is submitted once and as it was shown.

The machine plays a person with two thumbs, a network that repeats and reorders, a
process that dies at any moment, a code that expires and facts that change.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from dialogs.engine import (
    Answered,
    Asked,
    AtGate,
    End,
    Ended,
    Gate,
    Journal,
    Option,
    Passed,
    Plain,
    Pressed,
    Question,
    Submitting,
    Suspended,
    T,
    ask,
    back,
    dialog,
    digest,
    end,
    gate,
    pack,
    read,
    receipted,
    replay,
    revise,
    submit,
    unpack,
)
from tests.engine.walk import House, spellings

REASONS = ("fever", "cough", "pain")
CLINICS = ("c1", "c2", "c3")


def choice(key: str, *ids: str) -> Question:
    """A question with the options ``ids``."""
    return Question(key, (T(key),), T("hint"), tuple(Option(i, Plain(i)) for i in ids))


@dialog("call")
async def call(facts: dict[str, Any]) -> End:
    """A small home call with every primitive of the engine in it."""
    who = await ask(choice("who", "me", "child"))
    passed = await gate(Gate("call", "iin", (T("code"),)))
    assert isinstance(passed, Passed)
    clinic = await ask(choice("clinic", *facts["open"]), given=who)
    reason = await ask(choice("reason", *REASONS))
    shown = f"{who} {clinic} {reason} {facts['day']}"
    sent = await ask(choice("check", f"send.{digest(shown)}", "change"))
    if sent == "change":
        revise("check", "edit", await ask(choice("edit", "who", "reason")))
    receipt = await submit("call", (shown, passed.consent_id))
    return end(T("registered", number=receipt["number"]))


@dataclass
class Row:
    """What the store holds of the conversation: the only thing that survives a crash."""

    journal: str = "[]"
    revision: int = 0


class Conversation(RuleBasedStateMachine):
    """The store decides by compare-and-swap on the revision; a message is taken once."""

    def __init__(self) -> None:
        super().__init__()
        self.house = House(facts={"open": list(CLINICS), "day": 20})
        self.row = Row()
        self.taken: set[int] = set()
        self.messages: list[tuple[int, Pressed]] = []
        self.shown: set[str] = set()
        self.consents_given = 0

    def outcome(self) -> Any:
        """Replay what the store holds."""
        return asyncio.run(replay(call, self.house.facts, unpack(self.row.journal), self.house))

    def look(self) -> Any:
        """Replay, and note what the person is shown to sign."""
        outcome = self.outcome()
        if isinstance(outcome, Asked) and outcome.question.key == "check":
            self.shown.add(outcome.question.options[0].id)
        return outcome

    def commit(self, number: int, revision: int, journal: Journal, draft: Any = None) -> None:
        """The one short transaction: all of it, or nothing."""
        if number in self.taken or revision != self.row.revision:
            return
        self.taken.add(number)
        if draft is not None:
            self.house.done.append(draft)
        self.row = Row(pack(journal), revision + 1)

    def handle(self, number: int, sent: Pressed, *, dies: bool) -> None:
        """Think about one message and decide, or die before the decision."""
        revision, outcome = self.row.revision, self.look()
        journal: Journal = outcome.journal
        if isinstance(outcome, Asked):
            reading = read(outcome.question, outcome.given, journal, sent, spellings)
            if isinstance(reading, Answered):
                journal = journal.put(reading.entry)
        after = asyncio.run(replay(call, self.house.facts, journal, self.house))
        if dies:
            return
        if isinstance(after, Submitting):
            self.commit(number, revision, receipted(after, {"number": 1}), after.draft)
            return
        self.commit(number, revision, after.journal)

    @initialize()
    def begins(self) -> None:
        """The person opens the dialog."""
        assert isinstance(self.look(), Asked)

    @rule(index=st.integers(0, 3), dies=st.booleans(), copies=st.integers(1, 3))
    def presses(self, index: int, dies: bool, copies: int) -> None:
        """A button of the open question, perhaps delivered several times, perhaps into a crash."""
        outcome = self.look()
        if not isinstance(outcome, Asked):
            return
        options = outcome.question.options
        sent = Pressed(outcome.question.key, options[index % len(options)].id)
        number = len(self.messages)
        self.messages.append((number, sent))
        self.handle(number, sent, dies=dies)
        for _ in range(copies):
            self.handle(number, sent, dies=False)

    @precondition(lambda self: bool(self.messages))
    @rule(data=st.data())
    def an_old_message_comes_again(self, data: st.DataObject) -> None:
        """A button of the past, as a new message or as a late copy of an old one."""
        number, sent = data.draw(st.sampled_from(self.messages))
        again = data.draw(st.booleans())
        self.handle(len(self.messages) if again else number, sent, dies=False)
        if again:
            self.messages.append((len(self.messages), sent))

    @rule()
    def confirms(self) -> None:
        """The right code, if one is wanted."""
        if isinstance(self.look(), AtGate):
            self.consents_given += 1
            self.house.consents["call", "iin"] = Passed(self.consents_given, "7")

    @rule()
    def the_consent_expires(self) -> None:
        """Fifteen quiet minutes."""
        self.house.consents.clear()

    @rule()
    def goes_back(self) -> None:
        """The back button."""
        outcome = self.look()
        if isinstance(outcome, Asked | AtGate):
            earlier = back(outcome)
            if earlier is not None:
                self.row = Row(pack(earlier), self.row.revision + 1)

    @rule(day=st.integers(20, 22), still=st.sets(st.sampled_from(CLINICS), min_size=1))
    def facts_change(self, day: int, still: set[str]) -> None:
        """Midnight, or a clinic that closes."""
        self.house.facts["day"], self.house.facts["open"] = day, sorted(still)

    @invariant()
    def is_submitted_at_most_once(self) -> None:
        """Nothing happens twice."""
        assert len(self.house.done) <= 1

    @invariant()
    def signs_only_what_was_shown_under_a_consent_that_was_given(self) -> None:
        """What is signed is what was shown."""
        for shown, consent in self.house.done:
            assert f"send.{digest(shown)}" in self.shown
            assert 1 <= consent <= self.consents_given

    @invariant()
    def never_breaks_or_ends_unsubmitted(self) -> None:
        """No order of events is a fault of ours; an end always has its request."""
        outcome = self.look()
        assert not isinstance(outcome, Suspended), outcome
        if isinstance(outcome, Ended):
            assert self.house.done


TestConversation = Conversation.TestCase
TestConversation.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
