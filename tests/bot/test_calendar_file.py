"""The calendar file of a visit, as phones read it, and how it reaches Telegram."""

from datetime import UTC, datetime
from pathlib import Path

from bot.bookings.calendar_file import Event, calendar_file
from bot.channels.telegram import file_body
from bot.sending.gateways import Delivered
from tests.bot.house import open_house

EVENT = Event(
    uid="7@dariger",
    sequence=2,
    starts=datetime(2026, 11, 23, 3, 0, tzinfo=UTC),
    ends=datetime(2026, 11, 23, 3, 15, tzinfo=UTC),
    made_at=datetime(2026, 11, 20, 7, 0, tzinfo=UTC),
    summary="Приём у врача, № 05-000001",
    location="Поликлиника № 5, ул. Макатаева; 141",
    description="Врач: Нұрмағамбетова Гүлбаршын Қуанышбекқызы. Кабинет: 204. Тел. +7 727 233-39-60\nсмена",
)


def test_AP_09_instants_are_utc_and_a_moved_visit_replaces_the_earlier_one() -> None:
    lines = calendar_file(EVENT).split("\r\n")
    assert "DTSTART:20261123T030000Z" in lines
    assert "DTEND:20261123T031500Z" in lines
    assert "UID:7@dariger" in lines
    assert "SEQUENCE:2" in lines


def test_long_lines_are_folded_at_75_octets_and_no_letter_is_cut() -> None:
    text = calendar_file(EVENT)
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    whole = text.replace("\r\n ", "")
    assert "Нұрмағамбетова Гүлбаршын Қуанышбекқызы. Кабинет: 204. Тел. +7 727 233-39-60\\nсмена" in whole
    assert "LOCATION:Поликлиника № 5\\, ул. Макатаева\\; 141" in whole


async def test_the_file_is_uploaded_as_telegram_wants_it(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        chat = await house.sandbox.user("Айгүл")
        await house.sandbox.say(chat, "/start")
        body = file_body("Файл", "visit.ics", "text/calendar", calendar_file(EVENT))
        assert isinstance(await house.telegram.send(str(chat), body), Delivered)
        shown = (await house.sandbox.messages(chat, bot_only=True))[-1]
        assert shown.raw["document"]["file_name"] == "visit.ics"
        assert shown.raw["caption"] == "Файл"
