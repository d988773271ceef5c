"""The journals in the chat: who may look, why is always said, pages, and files made when they are sent."""

from __future__ import annotations

import io
import json
import sqlite3
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pypdf
import pytest
from openpyxl import load_workbook

from bot.channels.events import Command
from bot.channels.telegram import address_of
from bot.journals import room
from bot.journals.files import OWED, JournalFiles
from bot.journals.pages import SHOWN
from bot.sending.carriers import Carriers, TelegramCarrier
from bot.sending.courier import Courier
from bot.sending.gate import GateClosed
from bot.sending.pace import Rates
from dialogs.engine import Unavailable
from storage import audit, staff
from storage.audit import Sound
from storage.outbox import Owed, Parcel
from tests.bot.house import QUICK, WORKER, open_house
from tests.bot.ward import (
    CITIZEN,
    DOCTOR,
    FOREIGNER,
    GROUP,
    HEAD,
    REGISTRAR,
    STRANGER,
    Message,
    Tokens,
    Ward,
    ward,
)

ADMINISTRATOR = 505
JOURNAL = Command("journal")


@pytest.fixture
async def clinic(tmp_path: Path) -> AsyncIterator[Ward]:
    async with ward(tmp_path) as opened:
        async with opened.db.transaction() as tx:
            code = staff.new_code(tx, 5, "administrator", "ru", opened.clock.now(), Tokens())
            await staff.redeem_person(tx, code, ADMINISTRATOR, None, opened.clock.now())
        yield opened


async def audited(clinic: Ward) -> list[tuple[str, str, str]]:
    rows = await clinic.db.reader.rows("audit_page", after=0, most=1000)
    return [(row[2], row[3], row[4]) for row in rows if str(row[3]).startswith("journal")]


async def reading(clinic: Ward, user: int = REGISTRAR, why: str = "Тексеру") -> Message:
    """Open the journal of calls for today, with a reason."""
    assert await clinic.write(user, JOURNAL)
    await clinic.press(user, "Үйге шақырулар", chat=user)
    await clinic.press(user, why, chat=user)
    return clinic.card(user)


async def test_SEC_01_a_journal_opens_with_a_reason_and_the_look_is_on_record(clinic: Ward) -> None:
    await clinic.call()
    assert await clinic.write(REGISTRAR, JOURNAL)
    await clinic.press(REGISTRAR, "Үйге шақырулар", chat=REGISTRAR)
    assert "не үшін" in clinic.last(REGISTRAR)
    assert "Сейітова" not in "".join(clinic.read(REGISTRAR))
    assert await audited(clinic) == []
    await clinic.press(REGISTRAR, "Азаматқа жауап", chat=REGISTRAR)
    page = clinic.last(REGISTRAR)
    assert "№ 1 · 20.11.2026 10:00 · 05-000001: Тіркелді" in page
    assert "Сейітова Айгүл Қанатқызы" in page
    assert "900501" not in page
    assert await audited(clinic) == [(f"staff:{REGISTRAR}", "journal.looked.answer", "journal:5:home_calls")]
    assert isinstance(await audit.verify(clinic.db.reader), Sound)


@pytest.mark.parametrize("user", [REGISTRAR, HEAD, ADMINISTRATOR])
async def test_registrar_head_and_administrator_may_open_the_journals(clinic: Ward, user: int) -> None:
    assert await clinic.write(user, JOURNAL)
    labels = [label for label, _ in clinic.card(user).buttons]
    assert len(labels) == 4


@pytest.mark.parametrize("user", [DOCTOR, STRANGER, CITIZEN])
async def test_S33_a_doctor_and_a_stranger_may_not(clinic: Ward, user: int) -> None:
    assert await clinic.write(user, JOURNAL)
    assert clinic.chats[str(user)][-1].buttons == []
    page = await reading(clinic)
    forged = page.data("Келесі кезең")
    await clinic.press(user, "", chat=user, data=forged, message=page)
    assert len(await audited(clinic)) == 1


async def test_S33_SEC_01_nobody_of_another_clinic_sees_anything_of_this_one(clinic: Ward) -> None:
    await clinic.call()
    page = await reading(clinic)
    for label in ("Келесі кезең", "XLSX", "Басқа журнал"):
        await clinic.press(FOREIGNER, "", chat=FOREIGNER, data=page.data(label), message=page)
    assert "Сейітова" not in "".join(clinic.read(FOREIGNER))
    assert len(await audited(clinic)) == 1
    assert await clinic.write(FOREIGNER, JOURNAL)
    assert all(":6:" in data for _, data in clinic.card(FOREIGNER).buttons)


async def test_in_a_group_a_journal_does_not_open(clinic: Ward) -> None:
    await clinic.call()
    page = await reading(clinic)
    await clinic.say_in_group(REGISTRAR, "/journal")
    assert clinic.last(GROUP) == "Журнал тек ботпен жеке чатта ашылады."
    before = clinic.read(GROUP)
    await clinic.press(REGISTRAR, "", data=page.data("Келесі кезең"))
    assert clinic.read(GROUP) == before
    assert len(await audited(clinic)) == 1


@pytest.mark.parametrize(
    "data",
    [
        "s:0:5:jpage", "s:0:5:jpage:calls", "s:0:5:jpage:calls_check", "s:0:5:jpage:calls_check:20261399",
        "s:0:5:jpage:calls_fun:20261120", "s:0:5:jpage:books_check:20261120", "s:0:5:jpage:calls_check:x",
        "s:0:5:jpage:calls_check:20261120:z_z", "s:0:5:jpage:calls_check:00010101", "s:0:5:jwhy:calls",
        "s:0:5:jfile:calls_check:20261120", "s:0:5:jfile:calls_check:20261120:exe", "s:0:99:jour",
        "s:1:5:jpage:calls_check:20261120",
    ],
)  # fmt: skip
async def test_S33_a_forged_button_of_a_journal_opens_nothing(clinic: Ward, data: str) -> None:
    await clinic.call()
    page = await reading(clinic)
    await clinic.press(REGISTRAR, "", chat=REGISTRAR, data=data, message=page)
    assert len(await audited(clinic)) == 1


async def test_pages_go_earlier_and_later_without_a_line_lost(clinic: Ward) -> None:
    for _ in range(SHOWN * 2 + 3):
        await clinic.call()
    seen = [await reading(clinic)]
    texts = [seen[0].text]
    for _ in range(2):
        await clinic.press(REGISTRAR, "Келесі жазбалар", chat=REGISTRAR)
        texts.append(clinic.card(REGISTRAR).text)
    numbers = [line.split()[1] for text in texts for line in text.splitlines() if line.startswith("№ ")]
    assert numbers == [str(number) for number in range(1, SHOWN * 2 + 4)]
    assert not any("Келесі жазбалар" in label for label, _ in clinic.card(REGISTRAR).buttons)
    await clinic.press(REGISTRAR, "Алдыңғы жазбалар", chat=REGISTRAR)
    assert clinic.card(REGISTRAR).text == texts[1]
    assert len(await audited(clinic)) == 4


async def test_days_and_months_can_be_turned_and_a_day_be_typed(clinic: Ward) -> None:
    await clinic.call()
    await reading(clinic)
    await clinic.press(REGISTRAR, "Алдыңғы кезең", chat=REGISTRAR)
    assert "Күні: 2026 жылғы 19 қараша" in clinic.last(REGISTRAR)
    assert "жазба жоқ" in clinic.last(REGISTRAR)
    await clinic.press(REGISTRAR, "Бүкіл ай", chat=REGISTRAR)
    assert "1 қараша – 2026 жылғы 30 қараша" in clinic.last(REGISTRAR)
    assert "05-000001" in clinic.last(REGISTRAR)
    await clinic.press(REGISTRAR, "Келесі кезең", chat=REGISTRAR)
    assert "31 желтоқсан" in clinic.last(REGISTRAR)
    assert await clinic.write(REGISTRAR, Command("journal", "18.11"))
    await clinic.press(REGISTRAR, "Өтініштер", chat=REGISTRAR)
    await clinic.press(REGISTRAR, "Өз жұмысы", chat=REGISTRAR)
    assert "18 қараша" in clinic.last(REGISTRAR)


async def test_somebody_of_two_clinics_is_asked_which(clinic: Ward) -> None:
    async with clinic.db.transaction() as tx:
        code = staff.new_code(tx, 6, "head", "kk", clinic.clock.now(), Tokens())
        await staff.redeem_person(tx, code, REGISTRAR, None, clinic.clock.now())
    assert await clinic.write(REGISTRAR, JOURNAL)
    assert [label for label, _ in clinic.card(REGISTRAR).buttons] == ["Емхана № 5", "Емхана № 6"]
    await clinic.press(REGISTRAR, "Емхана № 6", chat=REGISTRAR)
    assert "Е-6" in clinic.last(REGISTRAR)


async def test_whoever_has_left_reads_no_further(clinic: Ward) -> None:
    page = await reading(clinic)
    async with clinic.db.transaction() as tx:
        await staff.leave(tx, REGISTRAR, 5, "operator", clinic.clock.now())
    await clinic.press(REGISTRAR, "", chat=REGISTRAR, data=page.data("Бүкіл ай"), message=page)
    assert len(await audited(clinic)) == 1


# Files


async def _owed(clinic: Ward, form: str) -> Owed:
    """Press for a file, and take what the outbox holds of it."""
    await reading(clinic)
    caught: list[Owed] = []
    deliver, clinic.deliver = clinic.deliver, lambda owed=(): _caught(caught, owed)  # type: ignore[method-assign]  # to look into the parcel
    try:
        await clinic.press(REGISTRAR, form, chat=REGISTRAR)
    finally:
        clinic.deliver = deliver  # type: ignore[method-assign]  # put back
    [owed] = caught
    return owed


async def _caught(caught: list[Owed], owed: Sequence[Owed]) -> None:
    caught.extend(owed)


@pytest.mark.parametrize("form", ["XLSX", "CSV", "PDF"])
async def test_GEN_13_a_file_is_made_when_it_is_sent_and_the_outbox_holds_no_line_of_it(
    clinic: Ward, form: str, tmp_path: Path
) -> None:
    await clinic.call()
    owed = await _owed(clinic, form)
    assert "Сейітова" not in json.dumps(owed.body, ensure_ascii=False)
    await clinic.call()
    body = await JournalFiles(clinic.db.reader).filled(owed.body)
    assert OWED not in body
    upload = body["upload"]
    assert upload["name"] == f"journal-5-home_calls-2026-11-20-2026-11-20.{form.lower()}"
    content: bytes = upload["content"]
    match form:
        case "CSV":
            said = content.decode("utf-8-sig")
        case "XLSX":
            sheet = load_workbook(io.BytesIO(content)).active
            said = " ".join(str(cell.value) for row in sheet.iter_rows() for cell in row)
        case _:
            said = " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)
    assert "05-000001" in said
    # What was entered after it was asked for is not in it.
    assert "05-000002" not in said
    # Telegram's servers are abroad: an IIN never goes there.
    assert "жасырылған" in said
    assert "9005011" not in said
    [looked, exported] = await audited(clinic)
    assert (looked[1], exported[1]) == ("journal.looked.inspection", "journal.exported.inspection")
    kept = sqlite3.connect(tmp_path / "registry.sqlite")
    (head,) = kept.execute("SELECT hex(hash) FROM audit WHERE action LIKE 'journal.exported%'").fetchone()
    kept.close()
    assert head.lower() in "".join(said.split())


async def test_the_same_file_is_made_however_often_it_is_tried(clinic: Ward) -> None:
    await clinic.call()
    owed = await _owed(clinic, "CSV")
    files = JournalFiles(clinic.db.reader)
    first, second = await files.filled(owed.body), await files.filled(owed.body)
    assert first == second


async def test_too_long_a_journal_is_not_made_in_the_chat_and_the_command_is_named(
    clinic: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "MOST_IN_A_FILE", 1)
    await clinic.call()
    await clinic.call()
    await reading(clinic)
    await clinic.press(REGISTRAR, "PDF", chat=REGISTRAR)
    said = clinic.last(REGISTRAR)
    assert "python -m bot journal --clinic 5 --register home_calls --from 2026-11-20" in said
    assert [action for _, action, _ in await audited(clinic)] == ["journal.looked.inspection"]


async def test_a_file_goes_out_whole_through_the_courier(clinic: Ward, tmp_path: Path) -> None:
    await clinic.call()
    owed = await _owed(clinic, "PDF")
    (tmp_path / "house").mkdir()
    async with open_house(tmp_path / "house") as house:
        user = await house.sandbox.user()
        await house.sandbox.say(user, "/start")
        files = JournalFiles(clinic.db.reader)
        carriers = Carriers(
            TelegramCarrier(house.telegram, QUICK, house.bells, files),
            house.sms_carrier(cap=10),
        )
        courier = Courier(house.db, house.clock, carriers, house.bells, WORKER)
        courier.take(await house.owe(Parcel(address_of(user), owed.kind, owed.body)))
        await courier.rest()
        assert await house.statuses() == {("telegram", "sent"): 1}
        assert house.bells.rung == []
        shown = await house.sandbox.last(user)
        assert "Дәрігерді үйге шақыруларды тіркеу журналы" in shown.text
        document = shown.raw["document"]
        assert (document["file_name"].endswith(".pdf"), document["file_size"] > 10_000) == (True, True)


async def test_SEC_03_a_file_waits_while_the_registry_does_not_answer(clinic: Ward) -> None:
    class Shut:
        async def filled(self, body: object) -> dict[str, object]:
            raise Unavailable("registry")

    await clinic.call()
    owed = await _owed(clinic, "CSV")
    carrier = TelegramCarrier(None, Rates(1, 1, 1, 1, 1), None, Shut())  # type: ignore[arg-type]  # never reached
    with pytest.raises(GateClosed):
        await carrier.carry(owed, 1e12)
