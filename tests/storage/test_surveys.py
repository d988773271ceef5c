"""The registry of the survey: each end is asked about once, each answer is counted once and is nobody's."""

from datetime import datetime, timedelta
from pathlib import Path

from rules.centre_info import Centre, InfoStatus
from rules.law import GroundCode
from rules.public_services import PublicService
from rules.survey import NO_CLINIC, OPEN_FOR, Grade, questions
from rules.training import Asked, Stage
from storage import centres, outbox, requests, retention, surveys, training
from storage.addresses import Address
from storage.centres import Step
from storage.database import Database
from storage.outbox import Parcel
from storage.requests import Changes, NewRequest
from storage.surveys import Ended, Survey
from tests.inquiries import about_self, issued
from tests.registry import NOW, HandClock, add_person
from tests.storage.test_training import student

CHAT = Address("telegram", "700001")
PHONE = Address("sms", "+77011234567")
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
QUALITY, INFORMATION = questions()
GRADES = {QUALITY: Grade.SATISFIED, INFORMATION: Grade.NOT_SATISFIED}


async def ended(
    db: Database,
    status: str = "refused",
    told_at: Address = CHAT,
    service: str = "home_call",
    at: datetime = NOW,
) -> int:
    """A request that ended so, at that instant; its id."""
    person, _ = await add_person(db)
    new = NewRequest(5, service, told_at, "kk", "self", "registered", {"a": 1}, person, person)
    ground = "not_attached" if status == "refused" else None
    async with db.transaction() as tx:
        request = await requests.register(tx, new, at)
        changes = Changes(closed_at=at, ground=ground)
        assert await requests.move(tx, request.id, 1, status, "staff:1", at, changes)
    return request.id


async def found(db: Database, after: timedelta = HOUR) -> list[Ended]:
    return list(await surveys.ended(db.reader, NOW + after))


async def asked(db: Database, told_at: Address = CHAT) -> Survey:
    """The survey about a call that ended at NOW, asked an hour later."""
    await ended(db, told_at=told_at)
    [over] = await found(db)
    async with db.transaction() as tx:
        survey = await surveys.ask(tx, over, NOW + HOUR)
    assert survey is not None
    return survey


async def count(db: Database, survey: Survey, after: timedelta = HOUR) -> bool:
    async with db.transaction() as tx:
        return await surveys.count(tx, survey, GRADES, NOW + after)


async def test_G_64_what_ended_is_found_from_an_hour_after_to_a_day_later(db: Database) -> None:
    call = await ended(db)
    assert await found(db, HOUR - timedelta(microseconds=1)) == []
    [over] = await found(db)
    assert (over.matter, over.matter_id, over.service) == ("request", call, PublicService.HOME_CALL)
    assert (over.told_at, over.clinic_no, over.ended_at, over.locale) == (CHAT, 5, NOW, "kk")
    assert len(await found(db, HOUR + DAY - timedelta(microseconds=1))) == 1
    assert await found(db, HOUR + DAY) == []


async def test_G_64_a_refused_request_is_found_and_one_taken_back_is_not(db: Database) -> None:
    refused = await ended(db, "refused")
    for status in ("cancelled", "closed"):
        await ended(db, status)
    await ended(db, told_at=Address("nowhere", "-1"))
    assert [one.matter_id for one in await found(db)] == [refused]


async def test_G_64_a_refusal_that_was_reopened_is_not_asked_about(db: Database) -> None:
    call = await ended(db, "refused")
    async with db.transaction() as tx:
        assert await requests.move(tx, call, 2, "registered", "staff:1", NOW, Changes(undo=True))
    assert await found(db) == []


async def test_G_64_every_service_of_the_requests_is_found_without_saying_so(db: Database) -> None:
    await ended(db, "came", service="appointment")
    await ended(db, "attached", service="attachment")
    assert {one.service for one in await found(db)} == {PublicService.APPOINTMENT, PublicService.ATTACHMENT}


async def test_G_64_a_centre_that_answered_or_refused_is_found_under_its_own_service(
    db: Database, clock: HandClock
) -> None:
    ready = await about_self(db, clock)
    await issued(ready, NOW + DAY)
    refused = await about_self(db, clock, Centre.PSYCHIATRY)
    cancelled = await about_self(db, clock, Centre.PHTHISIATRY)
    async with db.transaction() as tx:
        step = Step(ground=GroundCode.NO_CONSENT, closed_at=NOW)
        assert await centres.move(tx, await refused.now(), InfoStatus.REFUSED, "centre", NOW, step)
        called_off = Step(closed_at=NOW)
        assert await centres.move(
            tx, await cancelled.now(), InfoStatus.CANCELLED, "person:1", NOW, called_off
        )
    over = await found(db)
    assert {(one.matter, one.matter_id, one.service) for one in over} == {
        ("centre", ready.id, PublicService.NARCOLOGY),
        ("centre", refused.id, PublicService.PSYCHIATRY),
    }
    assert {one.clinic_no for one in over} == {NO_CLINIC}


async def test_G_64_a_request_to_the_college_is_found_once_it_is_refused(
    db: Database, clock: HandClock, tmp_path: Path
) -> None:
    who = await student(db, clock, tmp_path)
    request = await who.registered(Asked.DUPLICATE)
    async with db.transaction() as tx:
        assert await training.move(tx, request, Stage.REFUSED, "staff:7", NOW, "not_brought")
    [over] = await found(db)
    assert (over.matter, over.matter_id, over.service) == ("training", request.id, PublicService.DUPLICATE)
    assert (over.clinic_no, over.told_at) == (90, CHAT)


async def test_G_64_each_end_is_asked_about_once(db: Database) -> None:
    await ended(db)
    [over] = await found(db)
    async with db.transaction() as tx:
        assert await surveys.ask(tx, over, NOW + HOUR) is not None
        assert await surveys.ask(tx, over, NOW + HOUR) is None
    assert await found(db) == []


async def test_SV_03_the_name_of_the_service_is_kept_with_the_question_and_with_the_count(
    db: Database,
) -> None:
    survey = await asked(db)
    assert (survey.service, survey.month, survey.chat) == (PublicService.HOME_CALL, "2026-11", CHAT.key)
    assert await count(db, survey)
    month = await surveys.month(db.reader, "2026-11")
    assert month.cells.keys() == {(PublicService.HOME_CALL, 5)}


async def test_G_64_the_first_answer_counts_and_a_second_changes_nothing(db: Database) -> None:
    survey = await asked(db)
    assert await count(db, survey)
    assert not await count(db, survey)
    cell = (await surveys.month(db.reader, "2026-11")).cells[PublicService.HOME_CALL, 5]
    assert cell.answers == 1
    assert cell.counts == {(QUALITY, Grade.SATISFIED): 1, (INFORMATION, Grade.NOT_SATISFIED): 1}
    assert await surveys.months(db.reader) == ("2026-11",)


async def test_G_64_an_answer_counts_for_seven_days_and_not_a_moment_longer(db: Database) -> None:
    survey = await asked(db)
    closes = HOUR + OPEN_FOR.delta
    assert survey.open_until == NOW + closes
    assert not await count(db, survey, closes)
    assert await surveys.months(db.reader) == ()
    assert await count(db, survey, closes - timedelta(seconds=1))


async def test_G_64_whoever_declined_may_think_again_and_whoever_answered_cannot_decline(
    db: Database,
) -> None:
    survey = await asked(db)
    async with db.transaction() as tx:
        assert await surveys.decline(tx, survey.id, NOW + HOUR)
        assert not await surveys.decline(tx, survey.id, NOW + HOUR)
        assert not await surveys.put_off(tx, survey.id, NOW + HOUR)
    assert await count(db, survey)
    async with db.transaction() as tx:
        assert not await surveys.decline(tx, survey.id, NOW + HOUR)


async def test_later_is_said_once(db: Database) -> None:
    survey = await asked(db)
    async with db.transaction() as tx:
        assert await surveys.put_off(tx, survey.id, NOW + HOUR)
        assert not await surveys.put_off(tx, survey.id, NOW + HOUR)
    assert await count(db, survey)


async def test_words_are_kept_of_whoever_answered_and_once(db: Database) -> None:
    survey = await asked(db)
    async with db.transaction() as tx:
        assert not await surveys.wrote(tx, survey.id, NOW)
    await count(db, survey)
    async with db.transaction() as tx:
        assert await surveys.wrote(tx, survey.id, NOW)
        assert not await surveys.wrote(tx, survey.id, NOW)


async def test_a_survey_by_sms_is_found_by_its_phone_alone(db: Database) -> None:
    survey = await asked(db, PHONE)
    assert survey.chat is None
    parcel = Parcel(PHONE, "survey", {"text": "?"}, dedupe=surveys.sms_key(survey.id))
    other = Parcel(PHONE, "survey", {"text": "?"}, dedupe="survey_hint:77")
    async with db.transaction() as tx:
        await outbox.put(tx, (parcel, other), 1, NOW, NOW)
    assert await surveys.asked_by_sms(db.reader, PHONE, NOW + HOUR) == (survey,)
    assert await surveys.asked_by_sms(db.reader, Address("sms", "+77012223344"), NOW + HOUR) == ()


async def test_no_row_says_what_anybody_answered(db: Database) -> None:
    """Whoever reads every row learns who answered, and how many gave which grade: never both."""
    survey = await asked(db)
    before = await surveys.by_id(db.reader, survey.id)
    await count(db, survey)
    after = await surveys.by_id(db.reader, survey.id)
    assert before is not None
    assert after is not None
    changed = {name for name in Survey.__slots__ if getattr(before, name) != getattr(after, name)}
    assert changed == {"state"}
    assert not {name for name in Survey.__slots__ if "grade" in name or "answer" in name}


async def test_S40_erasure_takes_who_was_asked_and_leaves_the_counts(db: Database) -> None:
    survey = await asked(db)
    await count(db, survey)
    request = await requests.by_id(db.reader, survey.matter_id)
    assert request is not None
    assert request.caller_id is not None
    async with db.transaction() as tx:
        assert await retention.erase(tx, request.caller_id, "person:1", NOW + HOUR)
    assert await surveys.by_id(db.reader, survey.id) is None
    # Nobody is asked about it again.
    assert await found(db) == []
    assert (await surveys.month(db.reader, "2026-11")).cells[PublicService.HOME_CALL, 5].answers == 1


async def test_who_was_asked_is_pruned_and_the_counts_stay(db: Database) -> None:
    survey = await asked(db)
    await count(db, survey)
    await retention.prune(db, survey.open_until + retention.MESSAGES)
    assert await surveys.by_id(db.reader, survey.id) is not None
    await retention.prune(db, survey.open_until + retention.MESSAGES + timedelta(seconds=1))
    assert await surveys.by_id(db.reader, survey.id) is None
    assert await surveys.months(db.reader) == ("2026-11",)
