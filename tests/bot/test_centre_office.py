"""The office that asks the centres, and the consent that it looks for each time."""

import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.centres.office import LATE, CentreOffice
from bot.centres.release import consent_of
from bot.centres.service import CentreAnswer, CentreSilent, Query
from bot.centres.showing import Seen, Showing
from bot.centres.side import CentreSide
from bot.consents.clocks import ConsentClocks
from bot.consents.outcomes import Outcomes
from bot.figures import standing_at
from bot.ticks import Ticks
from otp import evidence, third_party
from otp.consent_steps import END
from otp.third_party_answers import Answer
from rules.centre_info import LINK_LIVES, ConsentClock, InfoStatus, Standing
from rules.days import COUNTRY_ZONE
from rules.third_party import ConsentOutcome, ConsentState, Matter
from storage import audit, centre_looks, centres, consent_requests, due
from storage.audit import Sound
from storage.database import Database, Tx
from storage.outbox import Owed, Parcel
from tests.bot.house import Bells
from tests.inquiries import Inquiry, about_other, about_self
from tests.registry import NOW, CountingSecrets, HandClock, made_up_iin, migrated_sqlite_url, registry

RIGHT = CentreAnswer(Standing.OFF, "Тіркелім", "Регистр")
"""What a centre in order says."""


@dataclass
class System:
    """The centres as a test wants them: an answer, or what is raised instead."""

    answers: CentreAnswer | CentreSilent = RIGHT
    asked: list[tuple[str, int | None, datetime]] = field(default_factory=list)
    clock: HandClock = field(default_factory=HandClock)

    async def ask(self, query: Query, consent_id: int | None) -> CentreAnswer:
        self.asked.append((query.number, consent_id, self.clock.now()))
        if isinstance(self.answers, CentreSilent):
            raise self.answers
        return self.answers


@dataclass
class Bureau:
    """Office, clocks, side of consent: everything but the channels."""

    db: Database
    clock: HandClock
    system: System
    bells: Bells
    office: CentreOffice
    side: CentreSide
    sent: list[Owed] = field(default_factory=list)

    @classmethod
    def of(cls, db: Database, clock: HandClock, system: "System", bells: Bells, sent: list[Owed]) -> "Bureau":
        """Joined over one database."""
        office = CentreOffice(db, system, bells, sent.extend, 1, CountingSecrets())
        return cls(db, clock, system, bells, office, CentreSide(), sent)

    async def pass_time(self, seconds: float = 0) -> None:
        """Let what falls due happen, step by step, and every question be answered."""
        end = self.clock.now() + timedelta(seconds=seconds)
        clocks = ConsentClocks(Outcomes({Matter.CENTRE: self.side}))
        handlers = self.office.handlers() | clocks.handlers()
        ticks = Ticks(self.db, self.clock, 1, handlers, self.sent.extend, lambda: None)
        while True:
            await ticks.tick(self.clock.now())
            await self.office.in_hand.do_waiting()
            coming = await due.next_due(self.db.reader)
            if coming is None or coming > end:
                break
            self.clock.at = max(coming, self.clock.now())
        self.clock.at = end

    async def decided(self, made: Inquiry, outcome: ConsentOutcome) -> tuple[Parcel, ...]:
        """As the room of consents tells it."""

        async def work(tx: Tx) -> tuple[Parcel, ...]:
            request = await consent_requests.of_matter(tx, Matter.CENTRE, made.id)
            assert request is not None
            return tuple(await self.side.decided(tx, request, outcome, self.clock.now()))

        return await self.db.decide(work)

    async def agree(self, made: Inquiry) -> tuple[Parcel, ...]:
        """The person says yes, and the office is told."""
        assert (await made.agree()).request is not None
        return await self.decided(made, ConsentOutcome.GIVEN)

    async def take_back(self, made: Inquiry) -> tuple[Parcel, ...]:
        """The person takes their consent back."""

        async def work(tx: Tx) -> tuple[Parcel, ...]:
            request = await consent_requests.of_matter(tx, Matter.CENTRE, made.id)
            assert request is not None
            outcomes = Outcomes({Matter.CENTRE: self.side})
            taken, parcels = await outcomes.withdraw(tx, request.id, made.subject_id or "", self.clock.now())
            assert taken is not None
            return tuple(parcels)

        return await self.db.decide(work)

    @property
    def told(self) -> list[str]:
        """The kinds of what was put into the outbox."""
        return [owed.kind for owed in self.sent]


@pytest.fixture
async def bureau(tmp_path: Path) -> AsyncIterator[Bureau]:
    clock = HandClock()
    async with registry(migrated_sqlite_url(tmp_path), clock) as db:
        yield Bureau.of(db, clock, System(clock=clock), Bells(), [])


def words(parcels: tuple[Parcel, ...]) -> str:
    return "\n".join(str(parcel.body["text"]) for parcel in parcels)


async def test_E_10_about_oneself_the_centre_is_asked_at_once_and_the_result_holds(bureau: Bureau) -> None:
    bureau.clock.at = datetime.fromisoformat("2026-11-22T03:00:00+05:00")
    made = await about_self(bureau.db, bureau.clock)
    assert (await made.now()).answer_due == datetime.fromisoformat("2026-11-22T03:30:00+05:00")
    await bureau.pass_time(1)
    request = await made.now()
    assert request.status is InfoStatus.READY
    assert request.valid_until == datetime.fromisoformat("2026-12-03T00:00:00+05:00")
    assert bureau.told == ["notice.centre_ready"]
    assert [consent for _, consent, _ in bureau.system.asked] == [made.consent_id]


async def test_E_11_about_another_the_centre_is_asked_only_after_the_consent(bureau: Bureau) -> None:
    bureau.clock.at = datetime.fromisoformat("2026-11-20T10:00:00+05:00")
    made = await about_other(bureau.db, bureau.clock)
    await bureau.pass_time(5 * 3600 + 20 * 60)
    assert bureau.system.asked == []
    assert (await made.now()).status is InfoStatus.CONSENT
    parcels = await bureau.agree(made)
    assert "15:50" in words(parcels)
    await bureau.pass_time(1)
    ((_, consent, at),) = bureau.system.asked
    assert at == datetime.fromisoformat("2026-11-20T15:20:00+05:00")
    assert consent == await third_party.holds(bureau.db.reader, Matter.CENTRE, made.id, bureau.clock.now())
    request = await made.now()
    assert (request.status, request.answer_due) == (
        InfoStatus.READY,
        datetime.fromisoformat("2026-11-20T15:50:00+05:00"),
    )


async def test_E_12_IC_08_without_a_consent_it_is_refused_on_the_only_ground(bureau: Bureau) -> None:
    made = await about_other(bureau.db, bureau.clock)
    refused = words(await bureau.decided(made, ConsentOutcome.NO_CONSENT))
    assert "пункт 10 стандарта" in refused
    request = await made.now()
    assert request.status is InfoStatus.REFUSED
    assert bureau.system.asked == []
    assert await bureau.decided(made, ConsentOutcome.NO_CONSENT) == ()


async def test_G_41_a_silent_centre_is_an_error_with_an_apology_and_never_a_refusal(bureau: Bureau) -> None:
    bureau.system.answers = CentreSilent("no_answer")
    made = await about_self(bureau.db, bureau.clock)
    await bureau.pass_time(30 * 60 - 1)
    tries = len(bureau.system.asked)
    assert tries >= 8
    assert (await made.now()).status is InfoStatus.ASKING
    assert bureau.bells.rung == []
    await bureau.pass_time(2)
    assert (await made.now()).status is InfoStatus.DELAYED
    assert bureau.bells.rung == [("centres.silent", {"request": made.id})]
    assert bureau.told == ["notice.centre_delayed"]
    standing = await standing_at(bureau.db.reader, bureau.clock.now())
    assert (standing.centres_delayed, standing.centre_terms_broken) == (1, 1)
    bureau.system.answers = RIGHT
    await bureau.pass_time(20 * 60)
    assert (await made.now()).status is InfoStatus.READY
    assert bureau.told[-1] == "notice.centre_ready"


async def test_G_41_a_centre_that_answers_wrongly_is_told_of_at_once(bureau: Bureau) -> None:
    bureau.system.answers = CentreSilent("another", wrong=True)
    made = await about_self(bureau.db, bureau.clock)
    await bureau.pass_time(1)
    assert bureau.bells.rung == [("centres.wrong", {"request": made.id, "code": "another"})]
    assert (await made.now()).status is InfoStatus.ASKING


async def test_G_42_without_the_name_of_the_system_nothing_is_issued(bureau: Bureau) -> None:
    bureau.system.answers = CentreAnswer(Standing.ON, "", "Регистр")
    made = await about_self(bureau.db, bureau.clock)
    await bureau.pass_time(1)
    assert (await made.now()).status is InfoStatus.ASKING
    assert await centres.result_of(bureau.db.reader, made.id) is None
    assert bureau.bells.rung[0][1]["code"] == "no_system_name"
    bureau.system.answers = RIGHT
    await bureau.pass_time(60)
    assert (await made.now()).status is InfoStatus.READY


async def test_IC_11_G_43_the_form_is_of_the_registry_at_the_moment_of_issue(bureau: Bureau) -> None:
    made = await about_other(bureau.db, bureau.clock)
    await bureau.agree(made)
    await bureau.pass_time(1)
    result = await centres.result_of(bureau.db.reader, made.id)
    assert result is not None
    form = result.form
    assert (form.full_name, form.address) == ("Ахметова Айгүл Қанатқызы", "Абай, 1")
    assert (form.standing, form.system_kk, form.system_ru) == (Standing.OFF, "Тіркелім", "Регистр")
    assert len(result.check_code) == 10


async def test_S09_a_consent_taken_back_before_the_centre_is_asked_stops_it(bureau: Bureau) -> None:
    made = await about_other(bureau.db, bureau.clock)
    await bureau.agree(made)
    assert "пункт 10 стандарта" in words(await bureau.take_back(made))
    await bureau.pass_time(3600)
    assert bureau.system.asked == []
    assert (await made.now()).status is InfoStatus.REFUSED


async def test_S09_a_consent_taken_back_while_the_centre_is_asked_releases_nothing(bureau: Bureau) -> None:
    made = await about_self(bureau.db, bureau.clock)

    class TakenBackMeanwhile(System):
        async def ask(self, query: Query, consent_id: int | None) -> CentreAnswer:
            async with bureau.db.transaction() as tx:
                assert await evidence.withdraw(tx, made.consent_id, "person:1", NOW)
            return await super().ask(query, consent_id)

    bureau.office.system = TakenBackMeanwhile(clock=bureau.clock)
    await bureau.pass_time(1)
    assert (await made.now()).status is InfoStatus.REFUSED
    assert await centres.result_of(bureau.db.reader, made.id) is None
    assert bureau.told == ["notice.centre_refused"]


async def test_S09_an_iin_that_nobody_has_is_never_asked_about(bureau: Bureau) -> None:
    made = await about_other(bureau.db, bureau.clock, made_up_iin())
    await bureau.pass_time(24 * 3600 + 1)
    assert bureau.system.asked == []
    assert (await made.now()).status is InfoStatus.REFUSED
    assert await consent_of(bureau.db.reader, await made.now(), bureau.clock.now()) is None


async def test_a_request_that_was_taken_back_while_it_was_asked_keeps_nothing(bureau: Bureau) -> None:
    made = await about_self(bureau.db, bureau.clock)

    class CancelledMeanwhile(System):
        async def ask(self, query: Query, consent_id: int | None) -> CentreAnswer:
            async with bureau.db.transaction() as tx:
                step = centres.Step(closed_at=NOW)
                assert await centres.move(tx, await made.now(), InfoStatus.CANCELLED, "p", NOW, step)
            return await super().ask(query, consent_id)

    bureau.office.system = CancelledMeanwhile(clock=bureau.clock)
    await bureau.pass_time(1)
    assert (await made.now()).status is InfoStatus.CANCELLED
    assert await centres.result_of(bureau.db.reader, made.id) is None


async def test_what_was_in_hand_when_a_life_ended_is_taken_up_again(bureau: Bureau) -> None:
    made = await about_self(bureau.db, bureau.clock)
    async with bureau.db.transaction() as tx:
        await bureau.office.take(tx, made.id, NOW)
    again = CentreOffice(bureau.db, bureau.system, bureau.bells, bureau.sent.extend, 1, CountingSecrets())
    bureau.office = again
    await bureau.pass_time(61)
    assert (await made.now()).status is InfoStatus.READY


@pytest.mark.parametrize("clock", ["from_consent", "from_filing"])
async def test_G_31_from_when_the_term_runs_is_a_setting(bureau: Bureau, clock: ConsentClock) -> None:
    bureau.side = CentreSide(clock)
    made = await about_other(bureau.db, bureau.clock)
    bureau.clock.forward(600)
    await bureau.agree(made)
    asked = NOW if clock == "from_filing" else NOW + timedelta(minutes=10)
    assert (await made.now()).answer_due == asked + timedelta(minutes=30)


async def test_G_31_by_the_strict_reading_who_does_not_consent_in_thirty_minutes_does_not(
    bureau: Bureau,
) -> None:
    made = await about_other(bureau.db, bureau.clock)
    async with bureau.db.transaction() as tx:
        due.set_due(tx, LATE, made.id, NOW + timedelta(minutes=30))
    await bureau.pass_time(30 * 60 - 1)
    assert (await made.now()).status is InfoStatus.CONSENT
    await bureau.pass_time(1)
    assert (await made.now()).status is InfoStatus.REFUSED
    assert bureau.told == ["notice.centre_refused"]
    request = await consent_requests.of_matter(bureau.db.reader, Matter.CENTRE, made.id)
    assert request is not None
    assert request.state is ConsentState.CALLED_OFF


async def test_G_41_what_was_asked_while_no_centre_was_linked_is_asked_once_one_is(bureau: Bureau) -> None:
    made = await about_self(bureau.db, bureau.clock)
    bureau.office.system = None
    await bureau.pass_time(40 * 60)
    assert (await made.now()).status is InfoStatus.DELAYED
    bureau.office.system = bureau.system
    await bureau.pass_time(20 * 60)
    assert (await made.now()).status is InfoStatus.READY


async def test_IC_12_a_result_that_came_late_stands_ten_days_all_the_same(bureau: Bureau) -> None:
    made = await about_other(bureau.db, bureau.clock)
    await bureau.agree(made)
    bureau.system.answers = CentreSilent("no_answer")
    await bureau.pass_time(3 * 24 * 3600)
    bureau.system.answers = RIGHT
    await bureau.pass_time(20 * 60)
    until = (await made.now()).valid_until
    assert until is not None
    bureau.clock.at = until - timedelta(seconds=1)
    assert (await (await linked(bureau, made)).open("t")).seen is Seen.SHOWN


async def test_IC_15_G_32_taking_it_back_tells_the_asker_nothing_of_a_refusal(bureau: Bureau) -> None:
    seen = []
    for said_no in (False, True):
        made = await about_other(bureau.db, bureau.clock)
        if said_no:
            assert (await made.refuse()).answer is Answer.REFUSED
        before = bureau.db.statements
        async with bureau.db.transaction() as tx:
            await third_party.call_off(tx, Matter.CENTRE, made.id, NOW)
        cost = bureau.db.statements - before
        acts = await bureau.db.reader.rows("held_acts", person=f"person:{made.asker_id}")
        seen.append((cost, [action for *_, action in acts]))
        ripe = await due.ripe(bureau.db.reader, NOW + timedelta(days=2))
        assert END not in {one.kind for one in ripe}
    assert seen[0] == seen[1]


def texted(folder: Path) -> list[str]:
    """When each SMS about a request may go, local time."""
    connection = sqlite3.connect(folder / "registry.sqlite")
    rows = connection.execute(
        "SELECT not_before FROM outbox WHERE channel = 'sms' AND kind LIKE 'notice.%' ORDER BY id"
    ).fetchall()
    connection.close()
    return [f"{datetime.fromtimestamp(at / 1_000_000, COUNTRY_ZONE):%H:%M}" for (at,) in rows]


async def test_G_47_a_notice_held_until_the_morning_is_not_followed_by_an_sms_at_night(
    bureau: Bureau, tmp_path: Path
) -> None:
    made = await about_other(bureau.db, bureau.clock)
    bureau.clock.at = datetime.fromisoformat("2026-11-20T22:30:00+05:00")
    await bureau.agree(made)
    await bureau.pass_time(9 * 3600)
    assert (await made.now()).status is InfoStatus.READY
    assert texted(tmp_path) == []
    await bureau.pass_time(3600)
    # Nobody carries anything here: Telegram has not taken it for ten minutes of the day.
    assert texted(tmp_path) == ["08:10"]


async def test_G_47_an_sms_in_place_of_a_lost_notice_about_another_waits_for_the_morning(
    bureau: Bureau, tmp_path: Path
) -> None:
    made = await about_other(bureau.db, bureau.clock)
    bureau.clock.at = datetime.fromisoformat("2026-11-20T20:55:00+05:00")
    await bureau.agree(made)
    await bureau.pass_time(3600)
    assert texted(tmp_path) == ["08:00"]


# Looking at a result.


async def linked(bureau: Bureau, made: Inquiry, key: str = "t") -> Showing:
    """A link was made just now."""
    now = bureau.clock.now()
    async with bureau.db.transaction() as tx:
        centre_looks.link(tx, made.id, made.asker_id, key, now + LINK_LIVES.delta, now)
    return Showing(bureau.db, bureau.clock)


async def test_a_look_spends_the_link_and_is_recorded_in_the_chain(bureau: Bureau) -> None:
    made = await about_other(bureau.db, bureau.clock)
    await bureau.agree(made)
    await bureau.pass_time(1)
    showing = await linked(bureau, made)
    assert (await showing.knock("t")).seen is Seen.BEFORE
    assert (await showing.knock("t")).seen is Seen.BEFORE
    shown = await showing.open("t")
    assert shown.seen is Seen.SHOWN
    assert shown.result is not None
    assert (await showing.open("t")).seen is Seen.CLOSED
    assert (await showing.knock("t")).seen is Seen.CLOSED
    (look,) = await centre_looks.looks_at(bureau.db.reader, made.subject_id or "")
    assert look.looker_id == made.asker_id
    assert isinstance(await audit.verify(bureau.db.reader), Sound)


async def test_G_34_S30_what_was_taken_back_is_shown_no_more(bureau: Bureau) -> None:
    made = await about_other(bureau.db, bureau.clock)
    await bureau.agree(made)
    await bureau.pass_time(1)
    showing = await linked(bureau, made)
    assert await bureau.take_back(made) == ()
    assert (await showing.open("t")).seen is Seen.WITHDRAWN
    assert await centre_looks.looks_at(bureau.db.reader, made.subject_id or "") == ()
    (card,) = [centres.card_of(one, NOW) for one in await centres.of_asker(bureau.db.reader, made.asker_id)]
    assert card.status == "withdrawn"


async def test_IC_12_an_expired_result_is_not_shown(bureau: Bureau) -> None:
    made = await about_self(bureau.db, bureau.clock)
    await bureau.pass_time(1)
    until = (await made.now()).valid_until
    assert until is not None
    bureau.clock.at = until - timedelta(seconds=1)
    assert (await (await linked(bureau, made)).open("t")).seen is Seen.SHOWN
    bureau.clock.at = until
    assert (await (await linked(bureau, made, "u")).open("u")).seen is Seen.EXPIRED


async def test_a_link_is_dead_after_five_minutes_and_an_unknown_one_always_was(bureau: Bureau) -> None:
    made = await about_self(bureau.db, bureau.clock)
    await bureau.pass_time(1)
    showing = await linked(bureau, made)
    bureau.clock.at += LINK_LIVES.delta
    assert (await showing.open("t")).seen is Seen.CLOSED
    assert (await showing.open("nobody's")).seen is Seen.CLOSED
