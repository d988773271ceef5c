"""The office that asks the centres: each request is asked until it is answered, and answered once.

The laws of this file:

1. What is to be asked is a due row, set anew before anything else: a life that ends in between loses nothing.
2. The network is outside of transactions. The consent is looked at before the centre is asked, and again in
the transaction that keeps the result (S9).
3. A silent centre is an error, never a refusal (G-41): it is asked again and again; when the term is over the
asker gets an apology, the breach is counted, and the operator is told.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, TypeAlias

import structlog

from bot.centres import notices
from bot.centres.release import CENTRE, consent_of, refuse
from bot.centres.service import CentreAnswer, CentreSilent, CentreSystem, Query
from bot.in_hand import InHand
from bot.ticks import Handler, HandOver
from bot.watch import Watch
from otp import third_party
from rules.centre_info import Form, InfoStatus, NoSystemName, next_try, valid_until
from rules.clock import Secrets
from rules.days import country_day
from rules.law import rule
from rules.papers import CHECK_CODE_LENGTH, new_check_code
from rules.people import Person
from rules.third_party import Matter
from storage import audit, centres, due, outbox, people
from storage.centres import Info, Result, Step
from storage.database import Database, Tx
from storage.outbox import Owed, Parcel

QUERY: Final = "centre_query"
"""Due kind, subject a request: the centre is to be asked."""

LATE: Final = "centre_late"
"""Due kind, subject a request: the term is over."""

IN_HAND: Final = timedelta(minutes=1)
"""After which a request is taken up again that was in hand when a life ended; an answer takes seconds."""

MOST_AT_ONCE: Final = 4
NOTHING: Final = "\u2013"

Handling: TypeAlias = Callable[[Tx], Awaitable[Sequence[Parcel]]]

log = structlog.get_logger()


@dataclass(slots=True)
class CentreOffice:
    """Asks. ``system`` is None where no centre is linked; ``worker`` leases rows of the outbox."""

    db: Database
    system: CentreSystem | None
    watch: Watch
    courier: HandOver
    worker: int
    secrets: Secrets
    in_hand: InHand = field(init=False)

    def __post_init__(self) -> None:
        self.in_hand = InHand("centres", self._answered, self._failing, MOST_AT_ONCE)

    def handlers(self) -> dict[str, Handler]:
        """What is done when a request is due."""
        return {QUERY: self.take, LATE: self.late, notices.CHECK: self.check}

    async def take(self, tx: Tx, request_id: int, now: datetime) -> Sequence[Parcel]:
        """Take a request in hand; until it is answered, it stays due."""
        due.set_due(tx, QUERY, request_id, now + IN_HAND)
        self.in_hand.take(request_id)
        return ()

    @rule("G-41", "IC-02")
    async def late(self, tx: Tx, request_id: int, now: datetime) -> Sequence[Parcel]:
        """The thirty minutes are over: an apology, and the centre is asked on. Twice: nothing."""
        request = await centres.by_id(tx, request_id)
        if request is not None and request.status is InfoStatus.CONSENT:
            # Set by the strict reading of the term alone (G-31).
            await third_party.call_off(tx, Matter.CENTRE, request_id, now)
            return await refuse(tx, request, now)
        if request is None or request.status is not InfoStatus.ASKING:
            return ()
        if not await centres.move(tx, request, InfoStatus.DELAYED, CENTRE, now, Step(breached_at=now)):
            return ()
        self.watch.alert("centres.silent", request=request_id)
        parcels = notices.delayed(tx, request, now)
        await audit.append(tx, "centre.delayed", CENTRE, f"centre_request:{request_id}", {}, now)
        return parcels

    async def check(self, tx: Tx, request_id: int, now: datetime) -> Sequence[Parcel]:
        """Look whether the notice arrived."""
        request = await centres.by_id(tx, request_id)
        return () if request is None else await notices.check(tx, request, now)

    async def _answered(self, request_id: int) -> None:
        self.courier(await self.ask(request_id))

    def _failing(self, request_id: int) -> None:
        self.watch.alert("centres.wrong", request=request_id)

    async def ask(self, request_id: int) -> tuple[Owed, ...]:
        """Ask the centre once, and keep what it says. Twice: one result. Raises Unavailable."""
        now = self.db.clock.now()
        request = await centres.by_id(self.db.reader, request_id)
        if request is None or not _waits(request):
            return await self._put(lambda tx: self._leave(tx, request_id), now)
        consent = await consent_of(self.db.reader, request, now)
        if consent is None or request.subject is None:
            return await self._put(lambda tx: self._refused(tx, request_id, now), now)
        if self.system is None:
            # Unlinked for a while: a promised answer is still owed once the centres are linked again.
            return await self._failed(request_id, CentreSilent("not_linked"), now)
        query = Query(request.number, request.centre, request.subject)
        try:
            answer = await self.system.ask(query, consent)
        except CentreSilent as silent:
            return await self._failed(request_id, silent, self.db.clock.now())
        now = self.db.clock.now()
        try:
            return await self._put(lambda tx: self._kept(tx, request_id, consent, answer, now), now)
        except NoSystemName:
            return await self._failed(request_id, CentreSilent("no_system_name", wrong=True), now)

    @rule("IC-06", "IC-11", "IC-12", "IC-15", "E-11", "G-42", "G-43")
    async def _kept(
        self, tx: Tx, request_id: int, consent: int, answer: CentreAnswer, now: datetime
    ) -> Sequence[Parcel]:
        request = await centres.by_id(tx, request_id)
        if request is None or not _waits(request):
            return ()
        subject = None if request.subject_id is None else await people.by_id(tx, int(request.subject_id))
        if subject is None or await consent_of(tx, request, now) != consent:
            # Taken back while the centre was asked: what it said is shown to nobody.
            return await refuse(tx, request, now)
        code = new_check_code(self.secrets.token(CHECK_CODE_LENGTH.value))
        result, until = Result(_form(request, subject, answer, now), code), valid_until(now)
        if not await centres.issue(tx, request, result, until, now):
            return ()
        due.clear(tx, None, request_id)
        parcels = notices.ready(tx, request, until, now)
        await audit.append(
            tx, "centre.issued", CENTRE, f"centre_request:{request_id}", {"consent": consent}, now
        )
        return parcels

    async def _refused(self, tx: Tx, request_id: int, now: datetime) -> Sequence[Parcel]:
        request = await centres.by_id(tx, request_id)
        if request is None or (request.subject and await consent_of(tx, request, now) is not None):
            return ()
        return await refuse(tx, request, now)

    async def _failed(self, request_id: int, silent: CentreSilent, now: datetime) -> tuple[Owed, ...]:
        """It is asked again; who answers wrongly is told of at once, who does not when the term is over."""
        log.warning("centre.silent", request=request_id, code=silent.code)
        if silent.wrong:
            self.watch.alert("centres.wrong", request=request_id, code=silent.code)

        async def work(tx: Tx) -> Sequence[Parcel]:
            request = await centres.by_id(tx, request_id)
            tries = await centres.tried(tx, request_id)
            if request is None or tries is None or request.answer_due is None:
                due.clear(tx, QUERY, request_id)
            else:
                due.set_due(tx, QUERY, request_id, next_try(tries, now, request.answer_due))
            return ()

        return await self._put(work, now)

    async def _leave(self, tx: Tx, request_id: int) -> Sequence[Parcel]:
        due.clear(tx, QUERY, request_id)
        return ()

    async def _put(self, work: Handling, now: datetime) -> tuple[Owed, ...]:
        async def whole(tx: Tx) -> tuple[Owed, ...]:
            return await outbox.put(tx, await work(tx), self.worker, now + outbox.LEASE, now)

        return await self.db.decide(whole)


def begin(tx: Tx, request_id: int, answer_due: datetime, now: datetime) -> None:
    """From now on the centre is asked; twice: the same."""
    due.set_due(tx, QUERY, request_id, now)
    due.set_due(tx, LATE, request_id, answer_due)


def _waits(request: Info) -> bool:
    return request.status in (InfoStatus.ASKING, InfoStatus.DELAYED)


def _form(request: Info, subject: Person, answer: CentreAnswer, now: datetime) -> Form:
    """The form of the order, from the registry as it is now. Raises NoSystemName."""
    return Form(
        issued_on=country_day(now),
        surname=subject.surname,
        name=subject.name,
        patronymic=subject.patronymic or "",
        birth_date=subject.birth_date,
        address=subject.address or NOTHING,
        told=request.centre.tells,
        standing=answer.standing,
        system_kk=answer.system_kk,
        system_ru=answer.system_ru,
    )
