"""Codes under every order of asking, typing, waiting and repeating, against a model of a few lines."""

import asyncio
import tempfile
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from otp.codes import Confirmed, DidNotMatch, Issued
from storage.addresses import Address
from storage.audit import Sound, verify
from tests.otp.asking import Counter, wrong
from tests.registry import HandClock, add_clinic, add_person, migrated_sqlite_url, registry

CHATS = ("1", "2", "3")
HOUR = timedelta(hours=1)


@dataclass
class Sent:
    """The model's live code of one chat."""

    code: str
    at: datetime
    known: bool
    comparisons: int = 0


@dataclass
class Model:
    """What must be true: live codes by chat, failures and locks by lane, which chats are known."""

    live: dict[str, Sent] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)
    failures: dict[bool, int] = field(default_factory=lambda: {True: 0, False: 0})
    locked: dict[bool, datetime | None] = field(default_factory=lambda: {True: None, False: None})

    def is_locked(self, lane: bool, now: datetime) -> bool:
        until = self.locked[lane]
        return until is not None and now < until

    def issued(self, chat: str, code: str, now: datetime) -> None:
        known = chat in self.known
        # A new code ends the chat's own, and among strangers the one there is.
        self.live = {
            other: sent for other, sent in self.live.items() if other != chat and (known or sent.known)
        }
        self.live[chat] = Sent(code, now, known)

    def typed(self, chat: str, code: str, now: datetime) -> bool:
        sent = self.live.get(chat)
        if sent is None or now >= sent.at + timedelta(seconds=300) or sent.comparisons >= 5:
            return False
        sent.comparisons += 1
        lane = sent.known
        if sent.code == code and not self.is_locked(lane, now):
            del self.live[chat]
            self.known.add(chat)
            self.failures[lane] = 0
            self.locked[lane] = None
            return True
        if not self.is_locked(lane, now):
            self.failures[lane] += 1
            if self.failures[lane] % 10 == 0:
                self.locked[lane] = now + HOUR
        return False


class Codes(RuleBasedStateMachine):
    """One person, three chats, one clock."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.stack = AsyncExitStack()
        self.model = Model()
        self.clock = HandClock()
        self.history: list[tuple[str, str, int, bool]] = []

    def run(self, work: Any) -> Any:
        return self.loop.run_until_complete(work)

    @initialize()
    def open(self) -> None:
        folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        url = migrated_sqlite_url(folder)
        self.db = self.run(self.stack.enter_async_context(registry(url, self.clock)))
        self.run(add_clinic(self.db))
        _, iin = self.run(add_person(self.db))
        # One source of codes for all, so that no two chats are sent the same.
        first = Counter(self.db, self.clock, iin)
        self.counters = {
            chat: replace(first, address=Address("telegram", chat), conversation_id=int(chat))
            for chat in CHATS
        }

    @rule(chat=st.sampled_from(CHATS))
    def ask(self, chat: str) -> None:
        counter = self.counters[chat]
        issued, owed = self.run(counter.ask())
        if not isinstance(issued, Issued):
            return
        now = self.clock.now()
        lane = chat in self.model.known
        if self.model.is_locked(lane, now):
            assert owed[0].channel == "nowhere"
        # A capped or locked code matches nothing, so the model knows it by a text nobody can type.
        sent = owed[0].channel == "sms"
        self.model.issued(chat, counter.secrets.codes[-1] if sent else "unsent", now)

    @rule(chat=st.sampled_from(CHATS), right=st.booleans(), of=st.sampled_from(CHATS))
    def type(self, chat: str, right: bool, of: str) -> None:
        sent = self.model.live.get(of)
        code = "000000" if sent is None or sent.code == "unsent" else sent.code
        typed = code if right else wrong(code)
        counter = self.counters[chat]
        row = self.run(counter.row())
        expected = self.model.typed(chat, typed, self.clock.now())
        got = self.run(counter.type(typed, row))
        assert isinstance(got, Confirmed) is expected, (chat, typed)
        self.history.append((chat, typed, row, expected))

    @rule(back=st.integers(0, 5))
    def repeat(self, back: int) -> None:
        """The same message is handled again, as after a crash."""
        if back < len(self.history):
            chat, typed, row, expected = self.history[-1 - back]
            got = self.run(self.counters[chat].type(typed, row))
            assert isinstance(got, Confirmed if expected else DidNotMatch)

    @rule(seconds=st.sampled_from([1, 59, 61, 120, 299, 301, 700, 3601]))
    def wait(self, seconds: int) -> None:
        self.clock.forward(seconds)

    @invariant()
    def the_chain_is_whole(self) -> None:
        if hasattr(self, "db"):
            assert isinstance(self.run(verify(self.db.reader)), Sound)

    def teardown(self) -> None:
        self.run(self.stack.aclose())
        self.loop.close()


TestCodes = Codes.TestCase
TestCodes.settings = settings(parent=settings(), max_examples=25, stateful_step_count=40, deadline=None)
