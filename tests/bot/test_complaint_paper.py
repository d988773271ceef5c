"""A complaint that came on paper: entered field by field, with a slip; and what the office prints."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from bot.channels.events import Command
from bot.complaints.command import work
from bot.complaints.printed import OWED, ComplaintPapers, What
from bot.setting_forms import CARD_FIELDS
from rules.complaints import AnswerWay, ComplaintStatus, FilingWay
from storage import complaints
from storage.complaints import Complaint
from storage.outbox import Owed
from tests.bot.complaint_desk import GROUND, OFFICER, REASONS, Desk, complaint_desk
from tests.complainants import ADDRESS
from tests.registry import made_up_iin

WORDS = "Тіркеуші талон бермеді, ертең келіңіз деді, ал ертең де талон жоқ болды."
FIELDS = frozenset(CARD_FIELDS)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with complaint_desk(tmp_path) as opened:
        yield opened


async def begun(desk: Desk) -> None:
    assert await desk.ward.write(OFFICER, Command("complaints"))
    await desk.press("Қағаз шағымды енгізу")


async def entered(desk: Desk, **other: str) -> str:
    """Fill in the whole paper but for the last press; what is shown then."""
    said = {
        "way": "Пошта арқылы",
        "received": "19.11.2026",
        "iin": made_up_iin().digits,
        "name": "Ахметов Ерлан Маратұлы",
        "address": ADDRESS,
        "phone": "8 727 233 39 60",
        "to": "Екі органға да",
        "answer": "Кеңседе қолма-қол",
        "request": "Нөмір жоқ",
        "words": WORDS,
        **other,
    }
    await begun(desk)
    await desk.press(said["way"])
    for name in ("received", "iin", "name", "address", "phone"):
        await desk.type(said[name])
    await desk.press(said["to"])
    await desk.press(said["answer"])
    if said["request"] == "Нөмір жоқ":
        await desk.press("Нөмір жоқ")
    else:
        await desk.type(said["request"])
    return await desk.type(said["words"])


async def registered(desk: Desk, **other: str) -> Complaint:
    await entered(desk, **other)
    await desk.press("Шағымды тіркеу")
    found = await complaints.by_number(desk.ward.db.reader, "95-000001")
    assert found is not None
    return found


def text_of(content: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())


async def drawn(desk: Desk, complaint: Complaint, what: What, fields: frozenset[str] = FIELDS) -> str:
    return text_of((await ComplaintPapers(desk.ward.db.reader).drawn(complaint.id, what, fields))[1])


async def test_CO_03_CO_04_a_complaint_by_post_is_entered_with_every_field_of_the_law(desk: Desk) -> None:
    complaint = await registered(desk)
    assert (complaint.number, complaint.way) == ("95-000001", FilingWay.POST)
    assert (str(complaint.received_on), complaint.full_name) == ("2026-11-19", "Ахметов Ерлан Маратұлы")
    assert (complaint.postal_address, complaint.phone) == (ADDRESS, "+77272333960")
    assert (complaint.words, complaint.answer_way) == (WORDS, AnswerWay.HAND)
    assert complaint.official == "Омарова Г. Б."
    assert str((await desk.office(complaint)).forward_due) == "2026-11-20", "from the day it was received"
    assert await desk.audited("complaint.entered") == [(f"staff:{OFFICER}", f"complaint:{complaint.id}")]


async def test_G_58_by_hand_a_stamped_slip_is_given_by_post_it_is_sent_within_a_working_day(
    desk: Desk,
) -> None:
    await registered(desk, way="Қолма-қол, кеңсе арқылы")
    assert any("қолға беріңіз" in text for text in desk.ward.read(OFFICER))
    assert desk.ward.last(OFFICER) == "Шағым талоны № 95-000001"


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("received", "кеше", "Күн оқылмады"),
        ("received", "21.11.2026", "әлі келген жоқ"),
        ("received", "01.01.2020", "Күн оқылмады"),
        ("iin", "123", "Бұл ЖСН емес"),
        ("iin", "900501100018", "Бұл ЖСН емес"),
        ("name", "Ерлан", "Тегі мен аты керек"),
        ("name", "123 456", "Тегі мен аты керек"),
        ("address", "үй", "Мекенжай 5"),
        ("address", "А" * 301, "Мекенжай 5"),
        ("phone", "12", "Телефон оқылмады"),
        ("phone", "+1 212 555 01 23 4", "Телефон оқылмады"),
        ("request", "ABC", "өтінім нөмірі емес"),
        ("request", "05-999999", "табылмады"),
        ("words", "...", "Не болғаны жазылмаған"),
        ("words", "а" * 4001, "тым ұзын"),
    ],
)
async def test_CO_04_what_is_missing_or_wrong_is_named_and_nothing_is_registered(
    desk: Desk, field: str, typed: str, said: str
) -> None:
    order = ["received", "iin", "name", "address", "phone", "to", "answer", "request", "words"]
    right = {
        "received": "19.11.2026",
        "iin": made_up_iin().digits,
        "name": "Ахметов Ерлан",
        "address": ADDRESS,
        "phone": "+77011234567",
        "words": WORDS,
    }
    await begun(desk)
    await desk.press("Пошта арқылы")
    for name in order[: order.index(field)]:
        if name in ("to", "answer", "request"):
            await desk.press({"to": "Екі органға да", "answer": "Пошта арқылы", "request": "Нөмір жоқ"}[name])
        else:
            await desk.type(right[name])
    assert said in await desk.type(typed)
    assert await complaints.by_number(desk.ward.db.reader, "95-000001") is None


async def test_a_field_can_be_gone_back_to_and_the_paper_be_left(desk: Desk) -> None:
    await begun(desk)
    await desk.press("Пошта арқылы")
    assert "Мысалы: 20.11.2026" in desk.ward.last(OFFICER)
    assert "Шағым қалай түсті" in await desk.press("Артқа")
    await desk.press("Енгізуді тоқтату")
    assert not await desk.ward.write(OFFICER, _said("19.11.2026"))


async def test_a_button_of_a_field_that_was_answered_changes_nothing(desk: Desk) -> None:
    await begun(desk)
    page = desk.ward.card(OFFICER)
    data = page.data("Пошта арқылы")
    for _ in range(2):
        await desk.ward.press(OFFICER, "", chat=OFFICER, data=data, message=page)
    assert "Шағым қай күні алынды" in desk.ward.card(OFFICER).text
    for forged in ("s:0:5:xfield:way:electronic", "s:0:5:xfield:words:none", "s:0:5:xfield:x", "s:0:6:xnew"):
        await desk.ward.press(OFFICER, "", chat=OFFICER, data=forged, message=page)
    assert await complaints.by_number(desk.ward.db.reader, "95-000001") is None


async def test_CO_01_a_paper_about_ones_own_request_is_bound_to_it_and_a_second_led_to_the_first(
    desk: Desk,
) -> None:
    made = await desk.complainant()
    mine = {"iin": made.iin.digits, "name": "Сейітова Айгүл Қанатқызы", "request": made.request.number}
    complaint = await registered(desk, **mine)
    assert complaint.matter is not None
    assert (complaint.matter.id, complaint.person_id) == (made.request.id, str(made.person_id))
    await entered(desk, **mine)
    assert "ашық шағым бар: № 95-000001" in await desk.press("Шағымды тіркеу")


async def test_a_paper_under_an_iin_with_another_surname_is_nobodys_in_the_registry(desk: Desk) -> None:
    made = await desk.complainant()
    complaint = await registered(desk, iin=made.iin.digits, name="Ахметов Ерлан")
    assert complaint.person_id is None


async def test_S27_whoever_filed_on_paper_reads_the_marks_by_sms_without_a_word_of_the_complaint(
    desk: Desk,
) -> None:
    complaint = await registered(desk, phone="8 701 123 45 67", to="Денсаулық сақтау органы")
    await desk.registered(complaint)
    await desk.decided(await desk.now(complaint))
    assert desk.ward.read("+77011234567") == [
        "№ 95-000001 шағым тіркелді. Жауап мерзімі: 2026 жылғы 11 желтоқсан",
        "№ 95-000001 шағымға жауап дайын, кеңседен алыңыз. Келіспесеңіз, сотқа жүгіне аласыз.",
    ]


# What is printed.


async def test_CO_05_the_slip_has_the_seven_data_in_both_languages_and_room_for_the_stamp(desk: Desk) -> None:
    text = await drawn(desk, await registered(desk), What.SLIP)
    for part in ("95-000001", "10:00", "Омарова Г. Б.", "Мөртабан орны", "Место штампа", "Алматы"):
        assert part in text
    for part in (
        "2026 жылғы 20 қараша",
        "20 ноября 2026 года",
        "2026 жылғы 11 желтоқсан",
        "11 декабря 2026 года",
    ):
        assert part in text
    assert WORDS not in text


async def test_CO_05_the_slip_is_one_half_of_a_sheet(desk: Desk) -> None:
    complaint = await registered(desk)
    content = (await ComplaintPapers(desk.ward.db.reader).drawn(complaint.id, What.SLIP, FIELDS))[1]
    [page] = PdfReader(io.BytesIO(content)).pages
    assert round(page.mediabox.height / page.mediabox.width, 2) == 1.42


async def test_CO_02_CO_04_the_paper_to_send_on_says_to_whom_from_whom_and_what_happened(desk: Desk) -> None:
    complaint = await registered(desk)
    text = await drawn(desk, complaint, What.COMPLAINT)
    for part in ("95-000001", complaint.iin, "Ахметов Ерлан Маратұлы", ADDRESS, "+7 727 233-39-60", WORDS):
        assert part in text
    assert "денсаулық сақтау саласындағы уәкілетті орган және" in text
    papers = ComplaintPapers(desk.ward.db.reader)
    twice = [await papers.drawn(complaint.id, What.COMPLAINT, FIELDS) for _ in range(2)]
    assert twice[0] == twice[1]


async def test_what_may_not_go_abroad_stands_on_no_paper_that_telegram_carries(desk: Desk) -> None:
    complaint = await registered(desk)
    text = await drawn(desk, complaint, What.COMPLAINT, frozenset())
    for part in (complaint.iin, "Ахметов", ADDRESS, "233-39-60", "талон бермеді"):
        assert part not in text


async def test_S42_words_that_look_like_something_else_stay_words(desk: Desk) -> None:
    words = "=HYPERLINK(1) <b>Тіркеуші</b> талон бермеді \u202eабвг 😀😀 \n\n екінші жол"
    complaint = await registered(desk, words=words)
    text = await drawn(desk, complaint, What.COMPLAINT)
    assert "<b>Тіркеуші</b> талон бермеді" in text
    assert "\u202e" not in text
    assert "екінші жол" in text


async def test_a_complaint_of_four_thousand_letters_goes_over_several_pages(desk: Desk) -> None:
    complaint = await registered(desk, words="шағым мәтіні ұзақ жазылды " * 153)
    content = (await ComplaintPapers(desk.ward.db.reader).drawn(complaint.id, What.COMPLAINT, FIELDS))[1]
    assert len(PdfReader(io.BytesIO(content)).pages) > 1


@pytest.mark.parametrize(
    ("button", "words", "title"),
    [("Жауап беру", REASONS, "Мотивированный ответ"), ("Қараудан бас тарту", GROUND, "Отказ в рассмотрении")],
)
async def test_CO_07_CO_09_G_63_the_answer_on_paper_has_reasons_day_official_and_the_court(
    desk: Desk, button: str, words: str, title: str
) -> None:
    complaint = await desk.decided(await desk.registered(await desk.filed()), button, words)
    text = await drawn(desk, complaint, What.ANSWER)
    for part in (title, words, "20 ноября 2026 года", "Омарова Г. Б.", "в суд"):
        assert part in text
    assert complaint.status in (ComplaintStatus.ANSWERED, ComplaintStatus.REFUSED)


async def caught(desk: Desk, label: str) -> list[Owed]:
    """What a press puts into the outbox."""
    found: list[Owed] = []

    async def catch(owed: Sequence[Owed] = ()) -> None:
        found.extend(owed)

    deliver, desk.ward.deliver = desk.ward.deliver, catch  # type: ignore[method-assign]  # to look into them
    try:
        await desk.ward.press(OFFICER, label, chat=OFFICER)
    finally:
        desk.ward.deliver = deliver  # type: ignore[method-assign]  # put back
    return found


async def test_X_34_the_paper_and_every_file_are_sent_on_and_the_outbox_holds_no_word_of_them(
    desk: Desk,
) -> None:
    await desk.open(await desk.filed())
    paper, photo, document = await caught(desk, "PDF")
    assert len(json.dumps(dict(paper.body[OWED]))) < 200
    filled: dict[str, Any] = await ComplaintPapers(desk.ward.db.reader).filled(paper.body)
    assert OWED not in filled
    assert "трубку" in text_of(filled["upload"]["content"])
    assert (photo.body["method"], photo.body["photo"]) == ("sendPhoto", "photo-1")
    assert (document.body["method"], document.body["document"]) == ("sendDocument", "paper-1")
    assert await ComplaintPapers(desk.ward.db.reader).filled({"method": "sendMessage"}) == {
        "method": "sendMessage"
    }


async def test_the_command_line_writes_a_paper_whole_and_says_what_there_is_not(
    desk: Desk, tmp_path: Path
) -> None:
    complaint, said = await desk.filed(), list[str]()
    path = tmp_path / "complaint.pdf"
    assert await work(desk.ward.db, complaint.number, "complaint", path, said.append) == 0
    assert "трубку" in text_of(path.read_bytes())
    assert path.stat().st_mode & 0o077 == 0
    assert "no answer yet" in str(await work(desk.ward.db, complaint.number, "answer", path, said.append))
    assert "there is no complaint" in str(await work(desk.ward.db, "95-000099", "slip", path, said.append))
    assert "there is no complaint" in str(await work(desk.ward.db, "x", "slip", path, said.append))
    assert await desk.audited("complaint.details_opened") == [("operator", f"complaint:{complaint.id}")]


def _said(text: str) -> Any:
    from dialogs.engine import Said

    return Said(text)
