"""Whatever happens in whatever order, a centre is asked and a result is shown only under a living consent."""

import asyncio
import tempfile
from datetime import timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.centres.service import CentreAnswer, CentreSilent, Query
from bot.centres.showing import Seen
from otp import third_party
from otp.third_party_answers import Answer
from rules.centre_info import InfoStatus, is_open
from rules.third_party import ConsentOutcome, Matter
from storage import centres, consent_requests
from storage.centres import Step
from storage.outbox import Owed
from tests.bot.house import Bells
from tests.bot.test_centre_office import RIGHT, Bureau, System, linked
from tests.inquiries import Inquiry, about_other
from tests.registry import HandClock, migrated_sqlite_url, registry

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
STEPS = st.lists(
    st.sampled_from(["agree", "take_back", "cancel", "silent", "answers", "minute", "hour", "days", "look"]),
    min_size=1,
    max_size=14,
)


class Watching(System):
    """Notes at each question whether there was a consent to ask it by."""

    bureau: Bureau
    made: Inquiry
    asked_without: int = 0

    async def ask(self, query: Query, consent_id: int | None) -> CentreAnswer:
        held = await third_party.holds(self.bureau.db.reader, Matter.CENTRE, self.made.id, self.clock.now())
        self.asked_without += held is None or held != consent_id
        return await super().ask(query, consent_id)


async def _step(bureau: Bureau, made: Inquiry, what: str, at: int) -> None:
    match what:
        case "agree":
            await _agree(bureau, made)
        case "take_back":
            request = await consent_requests.of_matter(bureau.db.reader, Matter.CENTRE, made.id)
            if request is not None and request.state == "given":
                await bureau.take_back(made)
        case "cancel":
            await _cancel(bureau, made)
        case "silent" | "answers":
            bureau.system.answers = CentreSilent("no_answer") if what == "silent" else RIGHT
        case "look":
            await _look(bureau, made, f"key-{at}")
        case _:
            bureau.clock.at += {"minute": MINUTE, "hour": HOUR, "days": 5 * DAY}[what]
            await bureau.pass_time()


async def _agree(bureau: Bureau, made: Inquiry) -> None:
    answered = await made.answer()
    if answered is not None and answered.answer is Answer.GIVEN:
        await bureau.decided(made, ConsentOutcome.GIVEN)


async def _cancel(bureau: Bureau, made: Inquiry) -> None:
    async with bureau.db.transaction() as tx:
        request = await made.now()
        now, waits = bureau.clock.now(), is_open(request.status)
        if waits and await centres.move(tx, request, InfoStatus.CANCELLED, "p", now, Step(closed_at=now)):
            await third_party.call_off(tx, Matter.CENTRE, made.id, now)


async def _look(bureau: Bureau, made: Inquiry, key: str) -> None:
    now = bureau.clock.now()
    view = await (await linked(bureau, made, key)).open(key)
    held = await third_party.holds(bureau.db.reader, Matter.CENTRE, made.id, now)
    if view.seen is Seen.SHOWN:
        until = (await made.now()).valid_until
        assert held is not None
        assert until is not None
        assert now < until
    else:
        assert view.result is None


async def _live(steps: list[str], folder: Path) -> None:
    clock = HandClock()
    async with registry(migrated_sqlite_url(folder), clock) as db:
        system, bells, sent = Watching(clock=clock), Bells(), list[Owed]()
        bureau = Bureau.of(db, clock, system, bells, sent)
        system.bureau, system.made = bureau, await about_other(db, clock)
        for at, what in enumerate(steps):
            await _step(bureau, system.made, what, at)
        await _look(bureau, system.made, "the last")
        assert system.asked_without == 0
        request = await system.made.now()
        assert (request.status is InfoStatus.READY) == (request.issued_at is not None)
        if request.status is InfoStatus.READY:
            assert system.asked


@settings(max_examples=15)
@given(STEPS)
def test_S09_IC_06_no_order_of_events_releases_anything_without_a_consent(steps: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_live(steps, Path(folder)))
