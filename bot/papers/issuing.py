"""Issuing: a paper that is owed is drawn and signed by itself, and sent; what cannot be signed now waits.

The laws of this file:

1. A paper is owed as a due row until it is issued. Each time the row falls due it is set anew before anything
   else, so a life that ends between two steps neither loses a paper nor doubles one.
2. Drawing, signing and the network happen outside of transactions; then one short one keeps the file, and
   puts the parcel down.
3. A paper waits, and goes on by itself, while there is nobody who may sign, no key, or no answer. What waits
   for others is tried ever more seldom, and a cause is told once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import structlog

from bot.in_hand import InHand
from bot.papers.drawing import draw
from bot.papers.key_files import BadKey, KeyFolder, StateKey
from bot.papers.parcels import KIND, document
from bot.papers.printed import ZONE, Issue
from bot.papers.signing import CannotSign, Signing
from bot.papers.state_signature import NcaNode, SignRefused
from bot.papers.template import BadTemplate, Template, template_for
from bot.papers.waiting import FAILED, WaitingRoom
from bot.sending.by_day import by_day
from bot.staff.feed import said
from bot.ticks import Handler, HandOver
from bot.watch import Watch
from dialogs.engine import T, Unavailable
from locales.rendering import render
from rules.law import rule
from rules.papers import PaperKind, Signer, signer_on
from storage import due, outbox, papers, requests, staff
from storage.database import Database, Tx
from storage.outbox import Owed, Parcel
from storage.papers import Paper

MOST_AT_ONCE: Final = 2
"""Drawing one takes a core for a fifth of a second; the others wait their turn."""

log = structlog.get_logger()


class Waits(Exception):
    """The paper cannot be issued now; ``code`` says why. Nothing of it names a person."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Press:
    """What makes a paper: the clinics' keys, their own templates, how it is signed, where it is checked."""

    keys: KeyFolder
    templates: Path | None
    signing: Signing
    page: str
    state: NcaNode | None = None

    async def printed(self, paper: Paper, signer: Signer, now: datetime) -> bytes:
        """The signed file. Raises ``Waits``."""
        key = self.keys.key_for(paper.clinic_no, now)
        if isinstance(key, BadKey):
            raise Waits(f"key_{key.fault}")
        state_key = self._state_key(paper.clinic_no)
        try:
            template = template_for(paper.kind, paper.clinic_no, self.templates)
            unsigned = await asyncio.to_thread(self._drawn, paper, signer, template, now)
            state = await self._state_signature(unsigned, state_key)
            return await asyncio.to_thread(self.signing.sign, unsigned, key, signer.full_name, now, state)
        except BadTemplate as fault:
            raise Waits("template") from fault
        except CannotSign as fault:
            raise Waits(fault.code) from fault
        except SignRefused as fault:
            raise Waits(f"state_{fault.why}") from fault

    def _drawn(self, paper: Paper, signer: Signer, template: Template, now: datetime) -> bytes:
        issue = Issue(paper.kind, paper.number, paper.check_code, paper.facts, signer, now, self.page)
        return draw(issue, template, with_state_signature=self.state is not None)

    def _state_key(self, clinic_no: int) -> StateKey | None:
        if self.state is None:
            return None
        key = self.keys.state_key_for(clinic_no)
        if isinstance(key, BadKey):
            raise Waits(f"state_key_{key.fault}")
        return key

    async def _state_signature(self, unsigned: bytes, key: StateKey | None) -> bytes | None:
        if self.state is None or key is None:
            return None
        return await self.state.sign(unsigned, key.content, self.keys.password.decode(), key.bin)


@dataclass(slots=True)
class PaperOffice:
    """Issues what is owed. ``worker`` is the number under which this process leases rows of the outbox."""

    db: Database
    press: Press
    watch: Watch
    courier: HandOver
    worker: int
    in_hand: InHand = field(init=False)
    _waiting: WaitingRoom = field(default_factory=WaitingRoom)

    def __post_init__(self) -> None:
        self.in_hand = InHand("papers", self.issue, self._failing, MOST_AT_ONCE)

    def handlers(self) -> dict[str, Handler]:
        """What is done when a paper is due."""
        return {KIND: self.take}

    async def take(self, tx: Tx, paper_id: int, now: datetime) -> Sequence[Parcel]:
        """Take a due paper in hand; until it is issued, it stays due."""
        due.set_due(tx, KIND, paper_id, now + self._waiting.pause(paper_id))
        self.in_hand.take(paper_id)
        return ()

    async def run(self) -> None:
        """Issue what comes, until cancelled; first say which keys cannot sign."""
        await self.look_at_keys()
        await self.in_hand.run()

    async def look_at_keys(self) -> tuple[BadKey, ...]:
        """Name every key of a live clinic that cannot sign, in the log and to the duty phone."""
        try:
            clinics = await staff.live_clinics(self.db.reader)
        except Unavailable:
            return ()
        keys = self.press.keys.keys_for(clinics, self.db.clock.now())
        bad = tuple(key for key in keys if isinstance(key, BadKey))
        for key in bad:
            self.watch.alert("papers", file=key.name, why=str(key.fault))
        return bad

    def _failing(self, paper_id: int) -> None:
        self._waiting.waits(paper_id, FAILED)
        if self._waiting.is_news(paper_id, FAILED, self.db.clock.now()):
            self.watch.alert("papers", paper=paper_id)

    @rule("AT-13", "SG-03", "AP-19")
    async def issue(self, paper_id: int) -> bool:
        """Draw, sign, keep and send one paper; False while it waits.

        What if it runs twice: nothing more. Raises Unavailable.
        """
        paper = await papers.to_issue(self.db.reader, paper_id)
        if paper is None or paper.issued_at or paper.withdrawn_at or not paper.facts:
            await self._no_longer_due(paper_id)
            return True
        now = self.db.clock.now()
        try:
            signer = await self._signer(paper, now)
            content = await self.press.printed(paper, signer, now)
        except Waits as waits:
            await self._wait(paper, waits.code, now)
            return False
        self._waiting.leaves(paper_id)
        self.courier(await self.db.decide(lambda tx: self._kept(tx, paper, content, signer, now)))
        return True

    async def _signer(self, paper: Paper, now: datetime) -> Signer:
        signers = await papers.signers(self.db.reader, paper.clinic_no)
        today = now.astimezone(_zone(paper)).date()
        signer = signer_on(signers, paper.clinic_no, today)
        if signer is None:
            raise Waits("no_signer")
        return signer

    async def _kept(
        self, tx: Tx, paper: Paper, content: bytes, signer: Signer, now: datetime
    ) -> tuple[Owed, ...]:
        due.clear(tx, KIND, paper.id)
        if not await papers.issued(tx, paper.id, content, signer, now):
            return ()
        request = await requests.by_id(tx, paper.request_id)
        if request is None or request.address.channel != "telegram":
            return ()
        parcel = document(paper, request.address, request.locale, f"paper:{paper.id}")
        # A talon follows a switch, which comes at midnight; the other papers answer what was just done.
        owed = by_day((parcel,), now, _zone(paper)) if paper.kind is PaperKind.ATTACHMENT else (parcel,)
        return await outbox.put(tx, owed, self.worker, now + outbox.LEASE, now)

    async def _no_longer_due(self, paper_id: int) -> None:
        self._waiting.leaves(paper_id)

        async def work(tx: Tx) -> None:
            due.clear(tx, KIND, paper_id)

        await self.db.decide(work)

    async def _wait(self, paper: Paper, code: str, now: datetime) -> None:
        """Tell those who can do something, once for each clinic and cause; the paper stays due."""
        log.warning("paper.waits", paper=paper.id, clinic=paper.clinic_no, code=code)
        self._waiting.waits(paper.id, code)
        if not self._waiting.is_news(paper.clinic_no, code, now):
            return
        self.watch.alert("papers", clinic=paper.clinic_no, code=code)
        self.courier(await self.db.decide(lambda tx: self._staff_told(tx, paper, code, now)))

    async def _staff_told(self, tx: Tx, paper: Paper, code: str, now: datetime) -> tuple[Owed, ...]:
        group = await staff.group_of(tx, paper.clinic_no)
        if group is None:
            return ()
        words = T(
            "staff.paper_no_signer" if code == "no_signer" else "staff.paper_waits", number=paper.number
        )
        languages = ("kk", "ru") if group.locale == "both" else (group.locale,)
        text = "\n\n".join(render(words, language) for language in languages)
        parcel = said(group.chat_id, text, paper.request_id)
        return await outbox.put(tx, (parcel,), self.worker, now + outbox.LEASE, now)


def _zone(paper: Paper) -> ZoneInfo:
    return ZoneInfo(str(paper.facts[ZONE]))
