"""What stands against a request to the college between summary and "Send", between card and taking back."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.college.decisions import TrainingDecisions
from bot.talk.registers import Registers
from bot.talk.standing import Decided, Pressed, Stale
from dialogs.drafts import Signed, TrainingCancelDraft, TrainingDraft
from rules.consent import Purpose
from rules.iin import Iin
from rules.training import COLLEGE, Asked, Stage
from storage import audit, training
from storage.database import Database
from storage.load import Loaded, load
from storage.training import Training
from tests.otp.asking import CHAT, Counter
from tests.registry import HandClock, add_person, migrated_sqlite_url, registry
from tests.storage.test_training import college_files

CLERK = 900
COURSE = "upgrading,,,2026-11-13,Ким Анна,Курс\n"
DIPLOMA = "vocational,diploma,ТКБ 1,2008-06-27,Цой Анна,Сестринское дело\n"
STORY = "Оставила сумку с дипломом в автобусе."
IN_A_MONTH = date(2026, 12, 20)


@pytest.fixture
def clock() -> HandClock:
    """A clock that the test moves."""
    return HandClock()


@dataclass
class Office:
    """A college that works, and somebody who finished there and has typed the code."""

    db: Database
    clock: HandClock
    person_id: int
    iin: Iin
    consent_id: int
    folder: Path

    async def record(self, *, issued: bool) -> int:
        """The id of the diploma, or of the course whose document is not issued yet."""
        found = await training.graduations(self.db.reader, self.iin)
        return next(one.id for one in found if bool(one.original_no) is issued)

    async def draft(self, asked: Asked = Asked.DUPLICATE) -> TrainingDraft:
        main = asked is Asked.MAIN
        record = await self.record(issued=not main)
        signed = Signed("digest", "Текст", "ru")
        return TrainingDraft(
            asked, record, str(self.person_id), 1, self.consent_id,
            date(2026, 12, 4) if main else IN_A_MONTH, "" if main else STORY, signed,
        )  # fmt: skip

    async def send(self, draft: TrainingDraft | TrainingCancelDraft) -> Decided:
        decisions = TrainingDecisions(Registers())
        pressed = Pressed(CHAT, 1, 12, "ru", self.clock.now())
        async with self.db.transaction() as tx:
            return await decisions.decide(tx, draft, pressed)

    async def open(self) -> list[Training]:
        return list(await training.open_requests(self.db.reader))


async def office(db: Database, clock: HandClock, tmp_path: Path, *, born: date = date(1990, 5, 1)) -> Office:
    person_id, iin = await add_person(db, born=born)
    rows = [f"{iin.digits},{COURSE}", f"{iin.digits},{DIPLOMA}"]
    assert isinstance(await load(db, college_files(tmp_path, *rows), clock.now()), Loaded)
    async with db.transaction() as tx:
        for number, role in enumerate(("college", "head")):
            tx.later("staff_join", telegram_id=CLERK + number, clinic_no=COLLEGE, role=role, name=None,
                     phone=None, locale="kk", now=1)  # fmt: skip
    given = await Counter(db, clock, iin, purpose=Purpose.TRAINING).confirm()
    return Office(db, clock, person_id, iin, given.consent_id, tmp_path)


async def refused(made: Office, draft: TrainingDraft | TrainingCancelDraft) -> None:
    with pytest.raises(Stale):
        await made.send(draft)
    assert await made.open() == []


async def test_TR_17_a_request_is_registered_once_with_its_number_and_told_to_the_college(
    tmp_path: Path, clock: HandClock
) -> None:
    async with registry(migrated_sqlite_url(tmp_path), clock) as db:
        made = await office(db, clock, tmp_path)
        first = await made.send(await made.draft())
        assert isinstance(first.receipt, dict)
        assert (first.receipt["outcome"], first.receipt["number"]) == ("registered", "90-000001")
        assert (first.receipt["filed_on"], first.receipt["due_on"]) == ("2026-11-20", "2026-12-20")
        told = {parcel.address.key for parcel in first.parcels}
        assert str(CLERK) in told
        again = await made.send(await made.draft())
        assert isinstance(again.receipt, dict)
        assert (again.receipt["outcome"], again.receipt["number"]) == ("already", "90-000001")
        [request] = await made.open()
        assert (request.story, request.chat, request.came_by) == (STORY, CHAT, "electronic")
        assert isinstance(await audit.verify(db.reader), audit.Sound)


async def test_TR_02_the_line_of_somebody_else_is_nobodys_to_ask_for(
    tmp_path: Path, clock: HandClock
) -> None:
    async with registry(migrated_sqlite_url(tmp_path), clock) as db:
        made = await office(db, clock, tmp_path)
        _, other = await add_person(db, phone="+77012223344")
        folder = college_files(tmp_path, f"{other.digits},{DIPLOMA}")
        assert isinstance(await load(db, folder, clock.now()), Loaded)
        [theirs] = await training.graduations(db.reader, other)
        await refused(made, replace(await made.draft(), graduate_id=theirs.id))
        await refused(made, replace(await made.draft(), graduate_id=1))


async def test_what_moved_since_the_summary_is_asked_anew(tmp_path: Path, clock: HandClock) -> None:
    async with registry(migrated_sqlite_url(tmp_path), clock) as db:
        made = await office(db, clock, tmp_path)
        draft = await made.draft()
        await refused(made, replace(draft, due_on=date(2026, 12, 19)))
        await refused(made, replace(draft, caller_version=2))
        await refused(made, replace(draft, consent_id=1))
        # A document that was issued meanwhile is not issued again, and of none there is no duplicate.
        await refused(made, replace(draft, asked=Asked.MAIN, due_on=date(2026, 12, 11)))
        await refused(made, replace(draft, graduate_id=await made.record(issued=False)))


async def test_TR_12_without_the_story_of_the_loss_nothing_is_registered(
    tmp_path: Path, clock: HandClock
) -> None:
    async with registry(migrated_sqlite_url(tmp_path), clock) as db:
        made = await office(db, clock, tmp_path)
        await refused(made, replace(await made.draft(), story=""))


async def test_a_consent_to_something_else_opens_nothing_here(tmp_path: Path, clock: HandClock) -> None:
    async with registry(migrated_sqlite_url(tmp_path), clock) as db:
        made = await office(db, clock, tmp_path)
        clock.forward(61)
        other = await Counter(db, clock, made.iin, purpose=Purpose.CABINET).confirm()
        await refused(made, replace(await made.draft(), consent_id=other.consent_id))


async def test_a_college_whose_people_have_left_takes_nothing(tmp_path: Path, clock: HandClock) -> None:
    async with registry(migrated_sqlite_url(tmp_path), clock) as db:
        made = await office(db, clock, tmp_path)
        async with db.transaction() as tx:
            await tx.rows("staff_leave", telegram_id=CLERK, clinic_no=COLLEGE, now=2)
        await refused(made, await made.draft())


async def test_G_74_a_request_is_taken_back_by_its_person_and_by_nobody_else(
    tmp_path: Path, clock: HandClock
) -> None:
    async with registry(migrated_sqlite_url(tmp_path), clock) as db:
        made = await office(db, clock, tmp_path)
        await made.send(await made.draft())
        [request] = await made.open()
        stranger, _ = await add_person(db, phone="+77012223344")
        for wrong in (
            TrainingCancelDraft(request.id, 1, str(stranger)),
            TrainingCancelDraft(1, 1, str(made.person_id)),
            TrainingCancelDraft(request.id, 2, str(made.person_id)),
        ):
            with pytest.raises(Stale):
                await made.send(wrong)
        over = await made.send(TrainingCancelDraft(request.id, 1, str(made.person_id)))
        assert isinstance(over.receipt, dict)
        assert over.receipt["cancelled"] is True
        assert await made.open() == []


@pytest.mark.parametrize(("born", "acts"), [(date(2012, 3, 1), True), (date(2004, 3, 1), False)])
async def test_G_74_a_parent_takes_back_what_a_child_under_16_asked_for_and_no_adult_childs(
    tmp_path: Path, clock: HandClock, born: date, acts: bool
) -> None:
    async with registry(migrated_sqlite_url(tmp_path), clock) as db:
        made = await office(db, clock, tmp_path, born=born)
        await made.send(await made.draft())
        [request] = await made.open()
        parent, parent_iin = await add_person(db, phone="+77012223344")
        (tmp_path / "g").mkdir()
        (tmp_path / "g" / "guardians.csv").write_text(
            "child_iin,guardian_iin,kind,valid_from,valid_to\n"
            f"{made.iin.digits},{parent_iin.digits},parent,2020-01-01,2030-01-01\n"
        )
        assert isinstance(await load(db, tmp_path / "g", clock.now()), Loaded)
        draft = TrainingCancelDraft(request.id, 1, str(parent))
        if acts:
            over = await made.send(draft)
            assert isinstance(over.receipt, dict)
            assert over.receipt["cancelled"] is True
            return
        with pytest.raises(Stale):
            await made.send(draft)
        assert await made.open() == [request]


async def test_G_74_what_is_with_its_executor_is_not_taken_back(tmp_path: Path, clock: HandClock) -> None:
    async with registry(migrated_sqlite_url(tmp_path), clock) as db:
        made = await office(db, clock, tmp_path)
        await made.send(await made.draft())
        [request] = await made.open()
        async with db.transaction() as tx:
            assert await training.move(tx, request, Stage.ASSIGNED, f"staff:{CLERK}", clock.now())
        over = await made.send(TrainingCancelDraft(request.id, 1, str(made.person_id)))
        assert isinstance(over.receipt, dict)
        assert over.receipt["cancelled"] is False
        [still] = await made.open()
        assert still.stage is Stage.ASSIGNED


async def test_TR_05_sent_after_midnight_the_term_is_shown_anew(tmp_path: Path, clock: HandClock) -> None:
    async with registry(migrated_sqlite_url(tmp_path), clock) as db:
        made = await office(db, clock, tmp_path)
        draft = await made.draft()
        clock.at = datetime(2026, 11, 20, 19, 1, tzinfo=UTC)
        await refused(made, draft)
