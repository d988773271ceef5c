"""Whom the survey asks and when, whose answer counts and how often, and what a reply by SMS may look like."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.by_sms.limits import GUESSES_PER_DAY
from bot.channels.events import SmsReceived
from bot.sending.by_day import morning_for
from bot.staff.cards import Cards
from bot.surveys.asking import AGAIN, REPLIED, ROUND, SurveyAsking, code_of
from bot.surveys.decisions import Draft, SurveyDecisions
from bot.surveys.reading import Written, bare_digits, read_reply
from bot.surveys.replies import SurveyReplies
from bot.talk.standing import Pressed
from bot.ticks import Ticks
from dialogs.drafts import (
    OpenSurveyDraft,
    SurveyDeclinedDraft,
    SurveyDraft,
    SurveyLaterDraft,
    SurveyWordsDraft,
)
from dialogs.engine import T
from locales import render
from rules.phone import Phone
from rules.public_services import PublicService
from rules.staff_roles import Role
from rules.survey import OPEN_FOR, Grade, questions
from storage import audit, feedback, outbox, rounds, staff, surveys
from storage.addresses import Address
from storage.database import Database
from storage.outbox import Owed, Parcel
from storage.registry import Directory
from storage.staff import NewMember
from storage.surveys import Survey
from tests.otp.asking import fresh_row
from tests.registry import NOW, HandClock, add_clinic, migrated_sqlite_url, registry
from tests.storage.test_surveys import CHAT, PHONE, ended

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
EVENING = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
"""Half past eight in the evening: an hour later it is night."""
MORNING = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
"""Eight: from now on people may be asked again."""
OTHER_CHAT = Address("telegram", "700002")
OTHER_PHONE = Address("sms", "+77012223344")


@dataclass
class Asker:
    """The survey over a registry, and everything that was sent."""

    db: Database
    clock: HandClock
    file: str
    asking: SurveyAsking = field(default_factory=lambda: SurveyAsking(Directory()))
    sent: list[Owed] = field(default_factory=list)
    told: Sequence[Parcel] = ()

    def __post_init__(self) -> None:
        handlers = self.asking.handlers()
        self.ticks = Ticks(self.db, self.clock, 1, handlers, self.take, lambda: None)
        self.decisions = SurveyDecisions(self.asking, Cards(render), "https://example.kz/quality")
        self.replies = SurveyReplies(self.db, self.asking, self.clock, 1)

    def take(self, owed: Sequence[Owed]) -> None:
        self.sent += [one for one in owed if one.kind == "survey"]

    async def at(self, now: datetime) -> None:
        self.clock.at = now
        await self.ticks.tick(now)

    async def asked(self, told_at: Address = CHAT) -> Survey:
        """The survey about a call that ended an hour ago."""
        await ended(self.db, told_at=told_at)
        await self.at(NOW + HOUR)
        (survey,) = [await surveys.by_id(self.db.reader, one) for one in await self.ids()]
        assert survey is not None
        return survey

    async def ids(self) -> list[int]:
        data = [button for one in self.sent for button in _buttons(one.body)]
        by_chat = {int(one.split(":")[3]) for one in data if one.startswith("a:start:survey:")}
        by_sms = {one.id for one in await surveys.asked_by_sms(self.db.reader, PHONE, self.clock.now())}
        return sorted(by_chat | by_sms)

    async def decide(self, draft: Draft, chat: Address = CHAT) -> dict[str, Any]:
        pressed = Pressed(chat, 7, 12, "ru", self.clock.now())
        decided = await self.db.decide(lambda tx: self.decisions.decide(tx, draft, pressed))
        assert isinstance(decided.receipt, dict)
        self.told = decided.parcels
        return decided.receipt

    async def outcome(self, draft: Draft, chat: Address = CHAT) -> str:
        return str((await self.decide(draft, chat))["outcome"])

    async def writes(self, text: str, phone: Address = PHONE) -> str | None:
        """Send an SMS; the words that come back, None where it is left to whoever hears it next."""
        now = self.clock.now()
        event = SmsReceived(await fresh_row(self.db, phone, now), phone.key, text, "SM1", now)
        owed = await self.replies.answer(event, Phone(phone.key))
        if owed is None:
            return None
        (sms,) = owed
        assert sms.address == phone
        await self._delivered(sms)
        return str(sms.body["text"])

    async def delivered(self) -> None:
        """Whatever was asked has arrived."""
        for one in self.sent:
            await self._delivered(one)

    async def _delivered(self, one: Owed) -> None:
        async with self.db.transaction() as tx:
            await tx.rows("outbox_sent", id=one.id, provider_id="1", now=_us(self.clock.now()))

    async def answers(self) -> int:
        month = await surveys.month(self.db.reader, "2026-11")
        return sum(one.answers for one in month.cells.values())


def _us(now: datetime) -> int:
    return round(now.timestamp() * 1_000_000)


def _buttons(body: Mapping[str, Any]) -> list[str]:
    rows = body.get("reply_markup", {}).get("inline_keyboard", [])
    return [str(button["callback_data"]) for row in rows for button in row]


@pytest.fixture
async def asker(tmp_path: Path) -> AsyncIterator[Asker]:
    clock = HandClock()
    url = migrated_sqlite_url(tmp_path)
    async with registry(url, clock, migrated=True) as db:
        await add_clinic(db)
        made = Asker(db, clock, url.removeprefix("sqlite:///"))
        async with db.transaction() as tx:
            await made.asking.begin(tx, NOW)
        yield made


async def join(db: Database, role: Role) -> int:
    """Somebody who works at clinic 5 in that role; who they are in Telegram."""
    new = NewMember(7_000_000_000 + len(role), 5, role, "kk", "Айша Серікова")
    async with db.transaction() as tx:
        staff.join(tx, new, NOW)
    return new.telegram_id


# Who is asked, and when.


async def test_G_64_it_is_asked_an_hour_after_the_end_and_once(asker: Asker) -> None:
    await ended(asker.db)
    await asker.at(NOW + HOUR - timedelta(minutes=1))
    assert asker.sent == []
    for minutes in (0, 1, 2, 90, 24 * 60):
        await asker.at(NOW + HOUR + timedelta(minutes=minutes))
    assert len(asker.sent) == 1


async def test_G_64_refused_requests_are_asked_about_too(asker: Asker) -> None:
    await ended(asker.db, "refused")
    await ended(asker.db, "cancelled", told_at=OTHER_CHAT)
    await asker.at(NOW + HOUR)
    assert [one.address for one in asker.sent] == [CHAT]


async def test_G_64_G_47_at_night_nobody_is_asked_until_the_morning(asker: Asker) -> None:
    await ended(asker.db)
    # The service was down over the hour at which it would have been asked, until the night.
    await asker.at(EVENING + HOUR)
    assert asker.sent == []
    await asker.at(datetime(2026, 11, 21, 2, 59, tzinfo=UTC))
    assert asker.sent == []
    await asker.at(MORNING)
    assert len(asker.sent) == 1


async def visited(
    asker: Asker, took_place: bool | None, ended_at: datetime = NOW, asked_at: datetime = NOW + HOUR / 2
) -> None:
    """A visit; when it was asked whether the doctor came, and the answer, if any."""
    call = await ended(asker.db, "done", at=ended_at)
    async with asker.db.transaction() as tx:
        assert await rounds.ask(tx, call, asked_at)
        if took_place is not None:
            assert await rounds.answer(tx, call, took_place, "person:1", asked_at)


@pytest.mark.parametrize("took_place", [True, False, None])
async def test_G_64_a_visit_too_is_asked_about_an_hour_after_its_end(
    asker: Asker, took_place: bool | None
) -> None:
    await visited(asker, took_place)
    await asker.at(NOW + timedelta(minutes=59))
    assert asker.sent == []
    await asker.at(NOW + HOUR)
    assert len(asker.sent) == 1


@pytest.mark.parametrize("took_place", [False, None])
async def test_G_64_in_the_morning_too_two_questions_never_come_at_once(
    asker: Asker, took_place: bool | None
) -> None:
    await visited(asker, took_place, EVENING, MORNING)
    await asker.at(MORNING + timedelta(minutes=29))
    assert asker.sent == []
    await asker.at(MORNING + timedelta(minutes=30))
    assert len(asker.sent) == 1


async def test_G_64_in_the_morning_the_survey_follows_a_yes_at_once(asker: Asker) -> None:
    await visited(asker, took_place=True, ended_at=EVENING, asked_at=MORNING)
    await asker.at(MORNING)
    assert len(asker.sent) == 1


async def test_G_64_visits_that_wait_keep_nobody_else_waiting(asker: Asker) -> None:
    for _ in range(surveys.MOST_AT_ONCE):
        await visited(asker, None, EVENING, MORNING)
    await ended(asker.db, "came", OTHER_CHAT, "appointment", EVENING)
    await asker.at(MORNING)
    assert [one.address for one in asker.sent] == [OTHER_CHAT]


async def test_G_64_what_ended_while_nothing_ran_is_asked_about_for_a_day(asker: Asker) -> None:
    await ended(asker.db)
    await asker.at(NOW + HOUR + DAY)
    assert asker.sent == []


async def test_a_day_of_many_ends_is_asked_about_minute_by_minute(asker: Asker) -> None:
    many = surveys.MOST_AT_ONCE + 3
    for _ in range(many):
        await ended(asker.db)
    await asker.at(NOW + HOUR)
    assert len(asker.sent) == surveys.MOST_AT_ONCE
    await asker.at(NOW + HOUR + timedelta(minutes=1))
    assert len(asker.sent) == many


async def test_SV_01_SV_02_SV_03_the_invitation_is_the_form_under_the_name_of_the_service(
    asker: Asker,
) -> None:
    survey = await asker.asked()
    (sent,) = asker.sent
    text = str(sent.body["text"])
    assert render(T(f"service.{survey.service}"), "kk") in text
    assert render(T("survey.quality", no=1), "kk") in text
    data = [one.removeprefix(f"a:start:survey:{survey.id}:") for one in _buttons(sent.body)]
    assert data == ["3", "2", "1", "later", "no"]


async def test_S27_the_first_line_of_the_invitation_names_no_service(asker: Asker) -> None:
    await asker.asked()
    first = str(asker.sent[0].body["text"]).partition("\n")[0]
    assert not any(render(T(f"service.{one}"), "kk") in first for one in PublicService)


@pytest.mark.parametrize("told_at", [CHAT, PHONE])
async def test_G_64_G_47_an_invitation_that_got_late_on_its_way_wakes_nobody(
    asker: Asker, told_at: Address
) -> None:
    survey = await asker.asked(told_at)
    (row,) = asker.sent
    assert row.expires_at == survey.open_until
    assert morning_for(row.kind, EVENING) is None
    assert morning_for(row.kind, EVENING + HOUR) == MORNING
    # Whoever writes to us at night is answered at night.
    assert morning_for(REPLIED, EVENING + HOUR) is None


async def test_CH_02_whoever_is_told_by_sms_is_asked_by_one(asker: Asker) -> None:
    survey = await asker.asked(PHONE)
    (sent,) = asker.sent
    assert sent.address == PHONE
    assert f"{code_of(asker.db.keys, survey)} 3 3" in str(sent.body["text"])


# What is pressed.


async def test_G_64_the_first_answer_counts_and_the_second_is_told_so(asker: Asker) -> None:
    survey = await asker.asked()
    receipt = await asker.decide(SurveyDraft(survey.id, (3, 2)))
    assert (receipt["outcome"], receipt["low"]) == ("counted", False)
    assert await asker.outcome(SurveyDraft(survey.id, (1, 1))) == "answered"
    assert await asker.outcome(OpenSurveyDraft(survey.id)) == "answered"
    assert await asker.outcome(SurveyLaterDraft(survey.id)) == "answered"
    assert await asker.outcome(SurveyDeclinedDraft(survey.id)) == "answered"
    assert await asker.answers() == 1


async def test_G_64_pressed_by_many_at_once_it_counts_once(asker: Asker) -> None:
    survey = await asker.asked()
    draft = SurveyDraft(survey.id, (1, 3))
    outcomes = await asyncio.gather(*(asker.outcome(draft) for _ in range(10)))
    assert sorted(outcomes) == ["answered"] * 9 + ["counted"]
    assert await asker.answers() == 1


async def test_G_64_after_seven_days_it_is_said_to_be_closed(asker: Asker) -> None:
    survey = await asker.asked()
    asker.clock.at = survey.open_until
    drafts = (SurveyDraft(survey.id, (3, 3)), OpenSurveyDraft(survey.id), SurveyLaterDraft(survey.id))
    for draft in drafts:
        assert await asker.outcome(draft) == "closed"
    assert await asker.answers() == 0


@pytest.mark.parametrize("chat", [OTHER_CHAT, Address("sms", CHAT.key), PHONE])
async def test_S33_it_is_answered_in_the_chat_that_was_asked_and_nowhere_else(
    asker: Asker, chat: Address
) -> None:
    survey = await asker.asked()
    for draft in (
        OpenSurveyDraft(survey.id), SurveyDraft(survey.id, (1, 1)), SurveyLaterDraft(survey.id),
        SurveyDeclinedDraft(survey.id), SurveyWordsDraft(survey.id, "Сөз"), OpenSurveyDraft(survey.id + 1),
    ):  # fmt: skip
        assert await asker.decide(draft, chat) == {"outcome": "not_yours"}
    assert await asker.answers() == 0


async def test_G_64_later_asks_once_more_the_next_day_unless_it_was_answered(asker: Asker) -> None:
    survey = await asker.asked()
    assert await asker.outcome(SurveyLaterDraft(survey.id)) == "later"
    assert await asker.outcome(SurveyLaterDraft(survey.id)) == "later_again"
    await asker.at(NOW + HOUR + DAY)
    assert len(asker.sent) == 2
    await asker.at(NOW + HOUR + 3 * DAY)
    assert len(asker.sent) == 2


async def test_G_64_whoever_answered_or_declined_after_later_is_left_alone(asker: Asker) -> None:
    survey = await asker.asked()
    await asker.outcome(SurveyLaterDraft(survey.id))
    assert await asker.outcome(SurveyDeclinedDraft(survey.id)) == "declined"
    await asker.at(NOW + HOUR + DAY)
    assert len(asker.sent) == 1
    assert await asker.outcome(SurveyDraft(survey.id, (3, 3))) == "counted"


async def test_the_words_go_to_the_clinic_without_a_name_and_once(asker: Asker) -> None:
    survey = await asker.asked()
    assert await asker.outcome(SurveyWordsDraft(survey.id, "Ұзақ күттім")) == "not_yours"
    await asker.outcome(SurveyDraft(survey.id, (1, 3)))
    assert await asker.outcome(SurveyWordsDraft(survey.id, "Ұзақ күттім")) == "written"
    assert await asker.outcome(SurveyWordsDraft(survey.id, "Тағы")) == "written_before"
    (kept,) = await feedback.of_clinic(asker.db.reader, 5)
    assert (kept.words, kept.source, kept.service) == ("Ұзақ күттім", "survey", PublicService.HOME_CALL)


async def test_the_words_are_told_of_to_whoever_answers_for_complaints_and_to_nobody_else(
    asker: Asker,
) -> None:
    officer = await join(asker.db, "officer")
    await join(asker.db, "registrar")
    survey = await asker.asked()
    await asker.outcome(SurveyDraft(survey.id, (1, 3)))
    assert not asker.told
    await asker.outcome(SurveyWordsDraft(survey.id, "Ұзақ күттім"))
    [line] = list(asker.told)
    assert line.address.key == str(officer)
    assert "Ұзақ" not in str(line.body)
    assert survey.number not in str(line.body)


async def test_the_row_of_an_sms_never_says_that_somebody_was_not_satisfied(asker: Asker) -> None:
    survey = await asker.asked(PHONE)
    await asker.writes(f"{code_of(asker.db.keys, survey)} 1 1")
    (row,) = rows_of_tables(asker.file)["inbox"]
    assert row[-1] == "counted"


async def test_no_table_and_no_audit_entry_says_what_somebody_answered(asker: Asker) -> None:
    """Between before and after an answer only a state and two sums differ: never a grade beside a person."""
    survey = await asker.asked()
    before = rows_of_tables(asker.file)
    chain = await audit.head(asker.db.reader)
    await asker.decide(SurveyDraft(survey.id, (1, 2)))
    after = rows_of_tables(asker.file)
    changed = {table for table in after if after[table] != before.get(table)}
    assert changed == {"surveys", "survey_counts"}
    assert await audit.head(asker.db.reader) == chain


def rows_of_tables(file: str) -> dict[str, list[Any]]:
    """Everything that stands in the registry, table by table."""
    with closing(sqlite3.connect(file)) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return {name: connection.execute(f"SELECT * FROM {name}").fetchall() for (name,) in names}


# What is written on a button phone.


@pytest.mark.parametrize(
    ("text", "grades"),
    [
        ("482 3 2", (3, 2)), ("48232", (3, 2)), ("482 32", (3, 2)), ("482-3-2", (3, 2)),
        ("482, 3, 2!", (3, 2)), ("482 3 2 рақмет", (3, 2)), ("код 482: 1 и 1", (1, 1)),
        ("482 3", None), ("482", None), ("482 4 1", None), ("482 0 0", None), ("482 39", None),
    ],
)  # fmt: skip
def test_SV_02_a_reply_is_read_as_code_and_two_digits(text: str, grades: tuple[int, int] | None) -> None:
    expected = None if grades is None else (Grade(grades[0]), Grade(grades[1]))
    assert read_reply(text) == Written("482", expected)


@pytest.mark.parametrize(
    "text", ["", "иә", "3", "3 2", "48", "3 2 482", "482913", "482 913", "880412294549", "+7 701 123 45 67"]
)
def test_SV_02_what_is_no_such_reply_is_left_to_others(text: str) -> None:
    assert read_reply(text) is None


@pytest.mark.parametrize(
    ("text", "is_bare"), [("3", True), ("3 2", True), ("32", True), ("3 ок", False), ("", False)]
)
def test_one_or_two_bare_digits_forgot_their_code(text: str, is_bare: bool) -> None:
    assert bare_digits(text) is is_bare


async def told(asker: Asker, key: str, survey: Survey) -> str:
    return render(T(key, number=survey.number, reply=code_of(asker.db.keys, survey)), "kk", short=True)


async def test_G_64_one_sms_answers_the_form_and_the_first_one_counts(asker: Asker) -> None:
    survey = await asker.asked(PHONE)
    code = code_of(asker.db.keys, survey)
    assert await asker.writes(f"{code} 3 2") == await told(asker, "sms.survey_counted", survey)
    assert await asker.writes(f"{code} 1 1") == await told(asker, "sms.survey_answered", survey)
    cell = (await surveys.month(asker.db.reader, "2026-11")).cells[PublicService.HOME_CALL, 5]
    quality, information = questions()
    assert cell.counts == {(quality, Grade.SATISFIED): 1, (information, Grade.PARTLY): 1}


async def test_G_64_whoever_is_not_satisfied_reads_how_to_complain(asker: Asker) -> None:
    survey = await asker.asked(PHONE)
    answer = await asker.writes(f"{code_of(asker.db.keys, survey)} 1 3")
    assert answer == await told(asker, "sms.survey_low", survey)


async def test_G_64_a_late_reply_is_told_so(asker: Asker) -> None:
    survey = await asker.asked(PHONE)
    asker.clock.at = NOW + HOUR + OPEN_FOR.delta
    answer = await asker.writes(f"{code_of(asker.db.keys, survey)} 3 3")
    assert answer == await told(asker, "sms.survey_closed", survey)
    assert await asker.answers() == 0


@pytest.mark.parametrize("text", ["3", "3 3", "{wrong} 3 3"])
async def test_G_64_digits_without_the_right_code_get_one_hint(asker: Asker, text: str) -> None:
    survey = await asker.asked(PHONE)
    await asker.delivered()
    wrong = f"{(int(code_of(asker.db.keys, survey)) + 1) % 1000:03d}"
    hint = await told(asker, "sms.survey_hint", survey)
    assert await asker.writes(text.format(wrong=wrong)) == hint
    assert await asker.writes(text.format(wrong=wrong)) is None
    assert await asker.answers() == 0


async def test_a_digit_that_answers_something_read_since_is_left_to_it(asker: Asker) -> None:
    await asker.asked(PHONE)
    await asker.delivered()
    async with asker.db.transaction() as tx:
        menu = outbox.Parcel(PHONE, "talk", {"text": "1 ..."})
        (owed,) = await outbox.put(tx, (menu,), 1, NOW + HOUR, NOW + HOUR)
    asker.clock.forward(5)
    await asker._delivered(owed)
    assert await asker.writes("3") is None


async def test_S02_the_right_code_from_another_phone_does_nothing(asker: Asker) -> None:
    survey = await asker.asked(PHONE)
    assert await asker.writes(f"{code_of(asker.db.keys, survey)} 1 1", OTHER_PHONE) is None
    assert await asker.answers() == 0


async def test_S02_after_five_wrong_codes_in_a_day_no_code_is_compared_any_more(asker: Asker) -> None:
    survey = await asker.asked(PHONE)
    code = int(code_of(asker.db.keys, survey))
    for more in range(1, GUESSES_PER_DAY.value + 1):
        await asker.writes(f"{(code + more) % 1000:03d} 1 1")
    assert await asker.writes(f"{code:03d} 1 1") is None
    assert await asker.answers() == 0
    asker.clock.at += DAY
    assert await asker.writes(f"{code:03d} 1 1") == await told(asker, "sms.survey_low", survey)


async def two_asked(asker: Asker) -> tuple[Survey, Survey]:
    """The older of two surveys by SMS, which is open, and the newer one, which is answered."""
    older = await asker.asked(PHONE)
    await ended(asker.db, told_at=PHONE)
    asker.clock.at += timedelta(minutes=5)
    await asker.at(asker.clock.at)
    asked = await surveys.asked_by_sms(asker.db.reader, PHONE, asker.clock.now())
    (newer,) = [one for one in asked if one.id != older.id]
    await asker.writes(f"{code_of(asker.db.keys, newer)} 3 3")
    return older, newer


async def test_S02_wrong_codes_are_counted_while_any_survey_of_the_phone_is_open(asker: Asker) -> None:
    older, newer = await two_asked(asker)
    right = {int(code_of(asker.db.keys, one)) for one in (older, newer)}
    wrong = [code for code in range(1000) if code not in right][: GUESSES_PER_DAY.value]
    for code in wrong:
        await asker.writes(f"{code:03d} 1 1")
    assert await asker.writes(f"{code_of(asker.db.keys, older)} 1 1") is None
    assert await asker.answers() == 1


async def test_a_hint_names_the_survey_that_is_still_open(asker: Asker) -> None:
    older, _ = await two_asked(asker)
    await asker.delivered()
    assert await asker.writes("3 3") == await told(asker, "sms.survey_hint", older)


@pytest.mark.parametrize("text", ["жоқ {other}", "нет {other}", "{other} 0", "0 {other}"])
async def test_an_answer_with_the_code_of_another_question_is_left_to_it(asker: Asker, text: str) -> None:
    survey = await asker.asked(PHONE)
    await asker.delivered()
    other = f"{(int(code_of(asker.db.keys, survey)) + 1) % 1000:03d}"
    assert await asker.writes(text.format(other=other)) is None


async def test_S11_an_sms_that_is_handled_twice_counts_once(asker: Asker) -> None:
    survey = await asker.asked(PHONE)
    now = asker.clock.now()
    row = await fresh_row(asker.db, PHONE, now)
    event = SmsReceived(row, PHONE.key, f"{code_of(asker.db.keys, survey)} 3 3", "SM1", now)
    first = await asker.replies.answer(event, Phone(PHONE.key))
    second = await asker.replies.answer(event, Phone(PHONE.key))
    assert first is not None
    assert len(first) == 1
    assert second == ()
    assert await asker.answers() == 1


async def test_the_moments_of_the_survey_are_its_own(asker: Asker) -> None:
    assert set(asker.asking.handlers()) == {ROUND, AGAIN}
