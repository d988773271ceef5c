"""The figures in the chat and on the command line: who may see them, what is owed, and what arrives."""

from __future__ import annotations

import io
import json
import sqlite3
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook
from PIL import Image

from bot.channels.events import Command
from bot.channels.telegram import address_of
from bot.monthly.command import FORMS, Asked, work
from bot.monthly.files import OWED, Form, MonthlyFiles
from bot.monthly.month import Month, counted
from bot.sending.carriers import Carriers, TelegramCarrier
from bot.sending.courier import Courier
from rules.staff_roles import Role
from storage import staff
from storage.outbox import Owed, Parcel
from tests.bot.house import QUICK, WORKER, open_house
from tests.bot.test_command_line import run
from tests.bot.test_settings import LOCAL
from tests.bot.ward import (
    CITIZEN,
    DOCTOR,
    FOREIGNER,
    GROUP,
    HEAD,
    REGISTRAR,
    STRANGER,
    Tokens,
    Ward,
    ward,
)

ADMINISTRATOR = 505
FIGURES = Command("figures")
NOVEMBER = Month(date(2026, 11, 1))


@pytest.fixture
async def clinic(tmp_path: Path) -> AsyncIterator[Ward]:
    async with ward(tmp_path) as opened:
        await _employ(opened, ADMINISTRATOR, 5, "administrator")
        yield opened


async def _employ(clinic: Ward, user: int, clinic_no: int, role: Role) -> None:
    async with clinic.db.transaction() as tx:
        code = staff.new_code(tx, clinic_no, role, "ru", clinic.clock.now(), Tokens())
        await staff.redeem_person(tx, code, user, None, clinic.clock.now())


async def _owed(clinic: Ward, user: int = ADMINISTRATOR, *, press: str = "", month: str = "") -> Owed:
    """Ask for figures, and take what the outbox holds of them."""
    caught: list[Owed] = []
    if press:
        await clinic.write(user, Command("figures", month))

    async def catch(owed: Sequence[Owed] = ()) -> None:
        caught.extend(owed)

    deliver, clinic.deliver = clinic.deliver, catch  # type: ignore[method-assign]  # to look into the parcel
    try:
        if press:
            await clinic.press(user, press, chat=user)
        else:
            await clinic.write(user, Command("figures", month))
    finally:
        clinic.deliver = deliver  # type: ignore[method-assign]  # put back
    [owed] = caught
    return owed


async def _looks(clinic: Ward) -> list[tuple[str, str]]:
    rows = await clinic.db.reader.rows("audit_page", after=0, most=1000)
    return [(row[2], row[4]) for row in rows if row[3] == "figures.looked"]


async def test_the_month_of_a_clinic_is_counted_from_what_happened(clinic: Ward) -> None:
    first = await clinic.call()
    await clinic.accepted(first)
    late = await clinic.call()
    clinic.clock.forward(31 * 60)
    await clinic.tick()
    await clinic.deliver()
    waiting = await clinic.call()
    figures = await counted(
        clinic.db.reader, clinic.room.feed.directory.clinics[5], NOVEMBER, clinic.clock.now()
    )
    assert late.id != waiting.id
    calls = figures.of_service("home_call")
    assert (calls.in_time, calls.late, calls.waiting, calls.withdrawn) == (1, 1, 1, 0)
    assert figures.of_hour(10).registered == 3


@pytest.mark.parametrize("user", [HEAD, ADMINISTRATOR])
async def test_head_and_administrator_see_the_figures_in_private(clinic: Ward, user: int) -> None:
    assert await clinic.write(user, FIGURES)
    shown = clinic.card(user)
    assert shown.kind == "figures"
    assert "Е-5" in shown.text or "П-5" in shown.text
    # The next month has not begun.
    assert len(shown.buttons) == 2
    assert await _looks(clinic) == [(f"staff:{user}", "clinic:5")]


@pytest.mark.parametrize("user", [REGISTRAR, DOCTOR, STRANGER, CITIZEN, FOREIGNER])
async def test_S33_nobody_else_sees_them(clinic: Ward, user: int) -> None:
    assert await clinic.write(user, FIGURES)
    assert "figures" not in [message.kind for message in clinic.chats[str(user)]]
    assert await clinic.write(HEAD, FIGURES)
    page = clinic.card(HEAD)
    for label in ("Алдыңғы ай", "XLSX"):
        await clinic.press(user, "", chat=user, data=page.data(label), message=page)
    assert "figures" not in [message.kind for message in clinic.chats[str(user)]]
    assert len(await _looks(clinic)) == 1


async def test_in_a_group_they_do_not_open(clinic: Ward) -> None:
    await clinic.say_in_group(HEAD, "/figures")
    assert clinic.last(GROUP) == "Көрсеткіштер тек ботпен жеке чатта ашылады."
    assert await clinic.write(HEAD, FIGURES)
    page, before = clinic.card(HEAD), clinic.read(GROUP)
    await clinic.press(HEAD, "", data=page.data("XLSX"), message=page)
    assert clinic.read(GROUP) == before


async def test_other_months_can_be_typed_and_turned_to(clinic: Ward) -> None:
    assert await clinic.write(ADMINISTRATOR, Command("figures", "9.2026"))
    assert "сентябрь 2026 года" in clinic.last(ADMINISTRATOR)
    await clinic.press(ADMINISTRATOR, "Следующий месяц", chat=ADMINISTRATOR)
    assert "октябрь 2026 года" in clinic.last(ADMINISTRATOR)
    await clinic.press(ADMINISTRATOR, "Предыдущий месяц", chat=ADMINISTRATOR)
    assert "сентябрь 2026 года" in clinic.last(ADMINISTRATOR)
    assert await clinic.write(ADMINISTRATOR, Command("figures", "soon"))
    assert "/figures 11.2026" in clinic.last(ADMINISTRATOR)


@pytest.mark.parametrize(
    "data",
    ["s:0:5:figs", "s:0:5:figs:x", "s:0:5:figs:202613", "s:0:99:figs:202611", "s:1:5:figs:202611",
     "s:0:5:figsfile:202611:1", "s:0:6:figsfile:202611"],
)  # fmt: skip
async def test_S33_a_forged_button_opens_nothing(clinic: Ward, data: str) -> None:
    assert await clinic.write(HEAD, FIGURES)
    page = clinic.card(HEAD)
    await clinic.press(HEAD, "", chat=HEAD, data=data, message=page)
    assert len(await _looks(clinic)) == 1


async def test_somebody_of_two_clinics_is_asked_which(clinic: Ward) -> None:
    await _employ(clinic, HEAD, 6, "administrator")
    assert await clinic.write(HEAD, FIGURES)
    assert [label for label, _ in clinic.card(HEAD).buttons] == ["Емхана № 5", "Емхана № 6"]
    await clinic.press(HEAD, "Емхана № 6", chat=HEAD)
    assert await _looks(clinic) == [(f"staff:{HEAD}", "clinic:6")]


async def test_whoever_has_left_sees_nothing_more(clinic: Ward) -> None:
    assert await clinic.write(HEAD, FIGURES)
    page = clinic.card(HEAD)
    async with clinic.db.transaction() as tx:
        await staff.leave(tx, HEAD, 5, "operator", clinic.clock.now())
    await clinic.press(HEAD, "", chat=HEAD, data=page.data("XLSX"), message=page)
    assert len(await _looks(clinic)) == 1


async def test_the_outbox_holds_no_figure_and_the_picture_is_made_at_sending(clinic: Ward) -> None:
    await clinic.accepted(await clinic.call())
    owed = await _owed(clinic)
    assert owed.body["method"] == "sendPhoto"
    assert len(json.dumps(owed.body[OWED])) < 200
    files = MonthlyFiles(clinic.db.reader)
    body = await files.filled(owed.body)
    assert OWED not in body
    assert Image.open(io.BytesIO(body["upload"]["content"])).width == 1080
    clinic.clock.forward(1)
    await clinic.call()
    # What came after it was asked for is not on it.
    assert await files.filled(owed.body) == body
    assert await files.filled({"method": "sendMessage"}) == {"method": "sendMessage"}


async def test_the_table_is_a_document_without_anybodys_name(clinic: Ward) -> None:
    await clinic.accepted(await clinic.call())
    owed = await _owed(clinic, press="XLSX")
    body = await MonthlyFiles(clinic.db.reader).filled(owed.body)
    assert (body["method"], body["upload"]["name"]) == ("sendDocument", "figures-5-2026-11.xlsx")
    page = load_workbook(io.BytesIO(body["upload"]["content"])).active
    said = " ".join(str(cell.value) for row in page.iter_rows() for cell in row if cell.value is not None)
    assert "Поликлиника 5" in said
    assert "Сейітова" not in said


async def test_picture_and_table_go_out_whole_through_the_courier(clinic: Ward, tmp_path: Path) -> None:
    picture, table = await _owed(clinic), await _owed(clinic, press="XLSX")
    (tmp_path / "house").mkdir()
    async with open_house(tmp_path / "house") as house:
        user = await house.sandbox.user()
        await house.sandbox.say(user, "/start")
        carriers = Carriers(
            TelegramCarrier(house.telegram, QUICK, house.bells, MonthlyFiles(clinic.db.reader)),
            house.sms_carrier(cap=10),
        )
        courier = Courier(house.db, house.clock, carriers, house.bells, WORKER)
        for owed in (picture, table):
            courier.take(await house.owe(Parcel(address_of(user), owed.kind, owed.body)))
            await courier.rest()
        assert await house.statuses() == {("telegram", "sent"): 2}
        assert house.bells.rung == []
        *_, photo, document = await house.sandbox.messages(user, bot_only=True)
        assert photo.raw["photo"]
        assert document.raw["document"]["file_name"] == "figures-5-2026-11.xlsx"
        assert photo.labels == ("« Предыдущий месяц", "Таблица XLSX")


# The command line


def test_the_options_name_what_the_house_knows() -> None:
    assert tuple(Form) == FORMS


async def test_the_command_writes_both_files_for_their_owner_alone(clinic: Ward, tmp_path: Path) -> None:
    await clinic.accepted(await clinic.call())
    png, xlsx = tmp_path / "a.png", tmp_path / "a.xlsx"
    said: list[str] = []
    wanted = Asked(5, "2026-11", (("png", png), ("xlsx", xlsx)), "kk")
    assert await work(clinic.db, wanted, said.append) == 0
    assert [line.split(":")[0] for line in said] == [str(png), str(xlsx)]
    assert all(path.stat().st_mode & 0o077 == 0 for path in (png, xlsx))
    assert load_workbook(xlsx).active["A2"].value == "Емхана: 5-емхана"
    assert await _looks(clinic) == [("command_line", "clinic:5")]
    missing = await work(clinic.db, replace(wanted, clinic=77), said.append)
    assert isinstance(missing, str)
    assert "no clinic 77" in missing


def test_every_bad_option_is_told_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = {**LOCAL, "DATABASE_URL": f"sqlite:///{tmp_path / 'registry.sqlite'}"}
    bad = (
        "--clinic",
        "five",
        "--month",
        "11.2026",
        "--language",
        "en",
        "--png",
        str(tmp_path / "no" / "a.png"),
    )
    assert run(settings, "figures", *bad) == 2
    said = capsys.readouterr().err
    for name in ("--clinic", "--month", "--language", "--png"):
        assert name in said
    assert run(settings, "figures") == 2
    assert capsys.readouterr().err.count("missing") == 3


def test_the_command_runs_on_a_registry_of_its_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "registry.sqlite"
    settings = {**LOCAL, "DATABASE_URL": f"sqlite:///{file}", "LISTEN": "127.0.0.1:0"}
    assert run(settings, "migrate") == 0
    kept = sqlite3.connect(file)
    kept.execute(
        "INSERT INTO clinics (no, name_ru, name_kk, short_ru, short_kk, address, phones, zone, hours,"
        " features) VALUES (5, 'П', 'Е', 'П', 'Е', 'А', '', 'Asia/Almaty', '08:00-20:00;-;-', '')"
    )
    kept.commit()
    kept.close()
    png = tmp_path / "month.png"
    month = f"{datetime.now(UTC):%Y-%m}"
    assert run(settings, "figures", "--clinic", "5", "--month", month, "--png", str(png)) == 0, (
        capsys.readouterr()
    )
    assert Image.open(io.BytesIO(png.read_bytes())).width == 1080
    assert sorted(path.name for path in tmp_path.iterdir() if "figures" in path.name) == []
    assert run(settings, "verify") == 0
