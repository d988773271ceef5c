"""What surrounds a term: escalation, technical breaks that extend it, the quiet summaries of the day."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.terms.escalation import City
from bot.terms.joined import terms_of
from bot.terms.summaries import SUMMARY
from bot.watch import Watch
from storage import audit, due, escalations, outages, outbox, requests
from storage.addresses import Address
from storage.audit import Broken
from storage.requests import RegisteredRequest
from tests.bot.ward import CITIZEN, CITY, GROUP, HEAD, OTHER_GROUP, REGISTRAR, TEN, WORKER, Ward, opened, ward

SMS = Address("sms", "+77015556677")


@pytest.fixture
async def clinic(tmp_path: Path) -> AsyncIterator[Ward]:
    async with ward(tmp_path) as open_ward:
        yield open_ward


async def pass_minutes(clinic: Ward, minutes: float) -> None:
    """Let the time pass, minute by minute, as the house lives through it."""
    until = clinic.clock.now() + timedelta(minutes=minutes)
    while clinic.clock.now() < until:
        clinic.clock.at = min(until, clinic.clock.now() + timedelta(minutes=1))
        await clinic.tick()
        await clinic.deliver()


async def stand_still(clinic: Ward, minutes: float) -> None:
    """Telegram does not answer for so long."""
    book = clinic.terms.book
    clinic.telegram_works = False
    book.down("telegram")
    await book.write()
    await pass_minutes(clinic, minutes)
    clinic.telegram_works = True
    book.up("telegram")
    await book.write()
    await clinic.tick()
    await clinic.deliver()


async def noted(clinic: Ward, request: RegisteredRequest) -> list[str | None]:
    return [one.note_code for one in await requests.marks(clinic.db.reader, request.id) if one.note_code]


# Escalation


async def test_HC_07_a_quarter_of_an_hour_after_the_head_the_city_is_told_and_the_citizen_a_new_time(
    clinic: Ward,
) -> None:
    request = await clinic.call(locale="ru")
    await pass_minutes(clinic, 44)
    assert clinic.read(CITY) == []
    assert await escalations.of(clinic.db.reader, request.id) == ()
    await pass_minutes(clinic, 1)
    city = clinic.last(CITY)
    assert "05-000001" in city
    assert "5-емхана" in city
    assert "Поликлиника 5" in city
    assert "Абай" not in city
    assert "Сейітова" not in city
    told = clinic.last(CITIZEN)
    assert told.startswith("Извините, поликлиника не ответила на заявку в срок. Заявка № 05-000001.")
    assert "Новое время ответа: 20 ноября 2026 года, 11:15" in told
    assert "103" in told
    assert "05-000001" in clinic.last(HEAD)
    assert clinic.last(GROUP).startswith("ЖАУАП ӘЛІ ЖОҚ.")
    assert await noted(clinic, request) == ["overdue", "escalated"]
    assert not isinstance(await audit.verify(clinic.db.reader), Broken)


async def test_a_new_time_that_is_not_kept_is_told_again_three_times_at_most(clinic: Ward) -> None:
    request = await clinic.call()
    await pass_minutes(clinic, 8 * 60)
    told = await escalations.of(clinic.db.reader, request.id)
    assert [(one.round, one.at - TEN) for one in told] == [
        (1, timedelta(minutes=45)),
        (2, timedelta(minutes=75)),
        (3, timedelta(minutes=105)),
    ]
    assert len(clinic.read(CITY)) == 3


async def test_an_answer_in_the_quarter_of_an_hour_ends_it_and_one_taken_back_does_not(clinic: Ward) -> None:
    request = await clinic.call()
    await pass_minutes(clinic, 40)
    await clinic.accepted(request)
    await pass_minutes(clinic, 30)
    assert clinic.read(CITY) == []
    other = await clinic.call()
    await pass_minutes(clinic, 44)
    await clinic.accepted(other)
    await clinic.press(REGISTRAR, "Қайтарып алу")
    await pass_minutes(clinic, 4)
    assert len(clinic.read(CITY)) == 1
    assert len(await escalations.of(clinic.db.reader, other.id)) == 1


async def test_a_new_time_after_hours_is_that_of_the_next_opening(clinic: Ward) -> None:
    clinic.clock.at = datetime(2026, 11, 20, 12, 59, tzinfo=UTC)
    request = await clinic.call()
    clinic.clock.at = datetime(2026, 11, 20, 14, 45, tzinfo=UTC)
    await clinic.tick()
    await pass_minutes(clinic, 15)
    told = await escalations.of(clinic.db.reader, request.id)
    assert told[0].promised == datetime(2026, 11, 21, 4, 30, tzinfo=UTC)


async def test_a_citizen_without_telegram_is_told_the_new_time_by_sms(clinic: Ward) -> None:
    await clinic.call(address=SMS, locale="ru")
    await pass_minutes(clinic, 45)
    assert clinic.last(SMS.key).startswith(
        "№ 05-000001: ответа нет в срок, сообщено городу. Новое время: 20.11"
    )


async def test_a_new_time_that_telegram_does_not_bring_comes_by_sms(clinic: Ward) -> None:
    await clinic.call()
    clinic.blocked.add(str(CITIZEN))
    await pass_minutes(clinic, 60)
    texts = clinic.read("+77011234567")
    assert sum("қалаға хабарланды" in text for text in texts) == 1


async def test_without_an_address_of_the_city_the_duty_phone_is_told_and_a_phone_gets_an_sms(
    clinic: Ward,
) -> None:
    await clinic.call()
    city = clinic.terms.escalations
    clinic.ticks._handlers = {  # type: ignore[misc]  # the address is a setting of the whole process
        **clinic.ticks._handlers,
        **terms_of(clinic.room.parts, clinic.db, clinic.clock, clinic.bell, City()).escalations.handlers(),
    }
    await pass_minutes(clinic, 45)
    assert clinic.bell.rung.count("request.unanswered") == 1
    await pass_minutes(clinic, 30)
    assert clinic.bell.rung.count("request.unanswered") == 1, "the same news of the same request rings once"
    assert "қала" not in clinic.last(CITIZEN)
    assert "Жауаптың жаңа уақыты" in clinic.last(CITIZEN)
    assert "қала" not in clinic.last(GROUP)
    phoned = terms_of(clinic.room.parts, clinic.db, clinic.clock, clinic.bell, City(phone="+77010000009"))
    assert city.city.chat_id == CITY
    clinic.ticks._handlers = {**clinic.ticks._handlers, **phoned.escalations.handlers()}  # type: ignore[misc]  # likewise
    await pass_minutes(clinic, 30)
    assert clinic.last("+77010000009").startswith("Е-5: № 05-000001 өтінімге мерзімінде жауап жоқ.")


# Technical breaks


async def test_G_07_a_break_extends_the_term_by_its_length_and_the_citizen_is_told(clinic: Ward) -> None:
    request = await clinic.call(locale="ru")
    await pass_minutes(clinic, 10)
    await stand_still(clinic, 60)
    after = await clinic.request(request)
    assert after.answer_due == request.answer_due + timedelta(hours=1)  # type: ignore[operator]  # has a term
    assert await noted(clinic, request) == ["extended"]
    told = clinic.last(CITIZEN)
    assert told.startswith("Был технический перерыв, поэтому срок ответа на вызов продлён.")
    assert "11:30" in told
    assert "Жауап мерзімі: 11:30" in clinic.card().text
    # The old term came and went in the break: nobody is late, and the clocks run to the new one.
    await pass_minutes(clinic, 19)
    assert await noted(clinic, request) == ["extended"]
    assert any("НАЗАР" in text or "11:30" in text for text in clinic.read(GROUP)[1:])
    await pass_minutes(clinic, 1)
    assert await noted(clinic, request) == ["extended", "overdue"]


async def test_G_07_the_outage_is_in_the_log_with_its_beginning_and_its_end(clinic: Ward) -> None:
    await stand_still(clinic, 30)
    clinic.terms.book.down("sms")
    await clinic.terms.book.write()
    found = await outages.between(clinic.db.reader, TEN, TEN + timedelta(hours=2))
    half_past = TEN + timedelta(minutes=30)
    assert [(one.what, one.began_at, one.ended_at) for one in found] == [
        ("telegram", TEN, half_past),
        ("sms", half_past, None),
    ]


async def test_G_07_a_short_break_and_one_of_the_sms_gateway_change_nothing(clinic: Ward) -> None:
    request = await clinic.call()
    await stand_still(clinic, 1)
    clinic.terms.book.down("sms")
    await pass_minutes(clinic, 10)
    clinic.terms.book.up("sms")
    await clinic.terms.book.write()
    assert (await clinic.request(request)).answer_due == request.answer_due


async def test_G_07_what_was_answered_or_overdue_before_the_break_is_left_as_it_is(clinic: Ward) -> None:
    late = await clinic.call()
    await pass_minutes(clinic, 31)
    answered = await clinic.accepted(await clinic.call())
    await stand_still(clinic, 20)
    assert (await clinic.request(late)).answer_due == late.answer_due
    assert (await clinic.request(answered)).answer_due == answered.answer_due


async def test_G_07_both_ways_of_telegram_closed_at_once_are_one_break(clinic: Ward) -> None:
    request = await clinic.call()
    book = clinic.terms.book
    book.down("telegram")
    await pass_minutes(clinic, 3)
    book.down("telegram_intake")
    await pass_minutes(clinic, 3)
    book.up("telegram")
    await pass_minutes(clinic, 3)
    book.up("telegram_intake")
    await book.write()
    after = await clinic.request(request)
    assert after.answer_due == request.answer_due + timedelta(minutes=9)  # type: ignore[operator]  # has a term


async def test_G_07_the_time_in_which_the_service_did_not_run_is_a_break_too(clinic: Ward) -> None:
    request = await clinic.call()
    await clinic.terms.book.write()
    clinic.clock.forward(45 * 60)
    again = opened(clinic.db, clinic.clock, before=clinic)
    async with clinic.db.transaction() as tx:
        await again.terms.begin(tx, clinic.clock.now())
    await again.tick()
    after = await again.request(request)
    assert after.answer_due == request.answer_due + timedelta(minutes=45)  # type: ignore[operator]  # has a term
    assert await noted(again, request) == ["extended"]
    async with clinic.db.transaction() as tx:
        await again.terms.begin(tx, clinic.clock.now())
    assert (await again.request(request)).answer_due == after.answer_due


async def test_G_07_a_break_that_the_last_life_did_not_see_the_end_of_counts_once_from_its_beginning(
    clinic: Ward,
) -> None:
    request = await clinic.call()
    clinic.terms.book.down("telegram")
    await clinic.terms.book.write()
    clinic.clock.forward(10 * 60)
    await clinic.terms.book.write()
    clinic.clock.forward(10 * 60)
    async with clinic.db.transaction() as tx:
        await opened(clinic.db, clinic.clock).terms.begin(tx, clinic.clock.now())
    after = await clinic.request(request)
    assert after.answer_due == request.answer_due + timedelta(minutes=20)  # type: ignore[operator]  # has a term
    found = await outages.between(clinic.db.reader, TEN, clinic.clock.now())
    assert [one.what for one in found] == ["telegram", "service"]
    assert all(one.ended_at is not None for one in found)


async def test_switched_off_a_break_is_logged_and_extends_nothing(clinic: Ward) -> None:
    request = await clinic.call()
    off = terms_of(clinic.room.parts, clinic.db, clinic.clock, clinic.bell, City(), extends=False)
    off.book.down("telegram")
    clinic.clock.forward(3600)
    off.book.up("telegram")
    await off.book.write()
    assert (await clinic.request(request)).answer_due == request.answer_due
    assert len(await outages.between(clinic.db.reader, TEN, clinic.clock.now())) == 1


async def test_the_watch_writes_into_the_log(clinic: Ward) -> None:
    watch = Watch()
    watch.keep_in(clinic.terms.book)
    watch.gateway_down("telegram", "http_502")
    watch.gateway_down("telegram", "http_502")
    await clinic.terms.book.write()
    assert await outages.lasts_since(clinic.db.reader, outages.TELEGRAM) == TEN
    clinic.clock.forward(5)
    watch.gateway_up("telegram")
    await clinic.terms.book.write()
    assert await outages.lasts_since(clinic.db.reader, outages.TELEGRAM) is None


# Summaries


async def begun(clinic: Ward) -> None:
    async with clinic.db.transaction() as tx:
        await clinic.terms.summaries.begin(tx, clinic.clock.now())


async def test_the_group_is_told_quietly_at_opening_at_noon_and_an_hour_before_closing(clinic: Ward) -> None:
    clinic.clock.at = datetime(2026, 11, 19, 20, 0, tzinfo=UTC)
    await begun(clinic)
    times = []
    for _ in range(48):
        clinic.clock.forward(1800)
        before = len(clinic.read(OTHER_GROUP))
        await clinic.tick()
        await clinic.deliver()
        if len(clinic.read(OTHER_GROUP)) > before:
            times.append(f"{clinic.clock.now() + timedelta(hours=5):%H:%M}")
    assert times == ["08:00", "12:00", "19:00"]
    assert [text.split("\n")[0] for text in clinic.read(OTHER_GROUP)] == [
        f"Қысқаша есеп: {time}. Жауапсыз өтінім де, жасалмаған визит те жоқ."
        for time in ("08:00", "12:00", "19:00")
    ]


async def test_the_summary_counts_what_is_open_overdue_and_still_to_be_visited(clinic: Ward) -> None:
    await begun(clinic)
    await clinic.accepted(await clinic.call())
    await clinic.call()
    await pass_minutes(clinic, 40)
    await clinic.call()
    clinic.clock.at = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
    async with clinic.db.transaction() as tx:
        (parcel,) = await clinic.terms.summaries.tell(tx, 5, clinic.clock.now())
        assert await outbox.put(tx, (parcel,), WORKER, TEN, TEN)
    assert parcel.body["disable_notification"] is True
    assert parcel.body["text"].split("\n")[1:] == [
        "Жауап күтіп тұрған өтінімдер: 2.",
        "Оның ішінде мерзімі өткені: 2.",
        "Бүгін әлі жасалмаған үйге визиттер: 1.",
        "Қабылдау уақыты жоқ жазылулар: 0.",
    ]


async def test_on_a_day_off_nothing_is_summed_up_and_late_ones_are_left_out(clinic: Ward) -> None:
    clinic.clock.at = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)
    async with clinic.db.transaction() as tx:
        assert await clinic.terms.summaries.tell(tx, 5, clinic.clock.now()) == ()
    clinic.clock.at = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
    async with clinic.db.transaction() as tx:
        assert await clinic.terms.summaries.tell(tx, 5, clinic.clock.now()) == ()
    ripe = await due.ripe(clinic.db.reader, datetime(2026, 11, 20, 14, 0, tzinfo=UTC))
    assert [one.due_at for one in ripe if one.kind == SUMMARY] == [datetime(2026, 11, 20, 14, 0, tzinfo=UTC)]
