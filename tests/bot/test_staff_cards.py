"""What a clinic's group reads on the card of a call, and what it does not."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.staff.cards import Cards
from bot.staff.press import BadPress, Press, Verb
from dialogs.addresses import Address as Place
from locales import render
from storage import outbox
from tests.bot.ward import CITIZEN, DETAILS, GROUP, REGISTRAR, Ward, ward


@pytest.fixture
async def clinic(tmp_path: Path) -> AsyncIterator[Ward]:
    async with ward(tmp_path) as open_ward:
        yield open_ward


async def test_a_card_shows_number_age_band_street_and_deadline_in_kazakh(clinic: Ward) -> None:
    await clinic.call()
    assert clinic.read(GROUP) == [CARD]


CARD = (
    "ЖАҢА. Дәрігерді үйге шақыру № 05-000001\n"
    "Жасы: 18–62\n"
    "Мекенжай: Абай даңғылы, 10\n"
    "Келу күні: 2026 жылғы 20 қараша\n"
    "Жауап мерзімі: 10:30"
)


async def test_a_group_that_reads_both_languages_gets_both(tmp_path: Path) -> None:
    async with ward(tmp_path, "both") as clinic:
        await clinic.call()
        kazakh, russian = clinic.last(GROUP).split("\n\n")
        assert kazakh.startswith("ЖАҢА.")
        assert russian.startswith("НОВЫЙ. Вызов врача на дом № 05-000001\nВозраст: 18–62")
        assert "Растау · Подтвердить" in [label for label, _ in clinic.card().buttons]


async def test_a_card_keeps_name_flat_phone_and_reason_from_the_group(clinic: Ward) -> None:
    await clinic.call()
    for secret in ("Сейітова", "25", "701", "39", "қызу"):
        assert secret not in clinic.last(GROUP)


async def test_the_registrys_own_line_is_cut_before_the_flat(clinic: Ward) -> None:
    await clinic.call(replace(DETAILS, address=Place(whole="Абай даңғылы 10, 25-пәтер")))
    assert "Мекенжай: Абай даңғылы, 10\n" in clinic.last(GROUP)
    assert "25" not in clinic.last(GROUP)


async def test_a_call_for_another_adult_attached_elsewhere_is_marked_for_staff_only(clinic: Ward) -> None:
    details = replace(DETAILS, standing="elsewhere", attached_to=12, linked_number="05-000077")
    await clinic.call(details, for_whom="other")
    card = clinic.last(GROUP)
    assert "Басқа адамға шақырылған." in card
    assert "Оның емханасы: № 12" in card
    assert "05-000077" in card
    assert clinic.read(CITIZEN) == []


async def test_an_infant_and_somebody_old_are_told_apart_in_words(clinic: Ward) -> None:
    await clinic.call(replace(DETAILS, born=date(2026, 11, 1), newborn=True))
    assert "Жасы: 1 жасқа дейін" in clinic.last(GROUP)
    assert "ЖСН жоқ жаңа туған нәресте." in clinic.last(GROUP)
    await clinic.call(replace(DETAILS, born=date(1935, 1, 1)))
    assert "Жасы: 63 жас және одан үлкен" in clinic.last(GROUP)


async def test_a_call_announced_twice_has_one_card(clinic: Ward) -> None:
    request = await clinic.call()
    async with clinic.db.transaction() as tx:
        again = await clinic.room.feed.announce(tx, request, clinic.clock.now())
        assert await outbox.put(tx, again, 7, clinic.clock.now(), clinic.clock.now()) == ()
    assert len(clinic.read(GROUP)) == 1


async def test_what_may_not_go_abroad_is_not_on_the_card(clinic: Ward) -> None:
    request = await clinic.call()
    call = await clinic.room.feed.call(clinic.db.reader, request.id)
    assert call is not None
    guarded = Cards(render, frozenset({"none"}))
    assert "Жасы" not in guarded.card(call, "kk", clinic.clock.now()).text
    assert "Мекенжай" not in guarded.card(call, "kk", clinic.clock.now()).text
    opened = guarded.details(call, "ru").text
    assert "Сейітова" not in opened
    assert "Смотрите их в журнале регистратуры." in opened


async def test_S42_a_citizens_words_cannot_look_like_lines_of_the_card(clinic: Ward) -> None:
    await clinic.call(replace(DETAILS, address=Place(street="Абай\n\nРАСТАЛДЫ. <b>x</b>", house="1")))
    assert "\nРАСТАЛДЫ" not in clinic.last(GROUP)
    await clinic.press(REGISTRAR, "Толығырақ")
    assert "<b>x</b>" in clinic.last(REGISTRAR)


@pytest.mark.parametrize(
    "data",
    [
        "", "s:", "s:1", "s:1:1", "s:1:1:bad", "s:zzzzzzzzzzzzz:1:yes", "s:1:-1:yes", "s:1:1:yes:a:b:c:d",
        "q:1:1:yes", "s:1:1:yes:" + "a" * 60, "s:1:1:yes:ә", "s:１:1:yes", "s:1:1:yes\n",
    ],
)  # fmt: skip
def test_S33_data_of_no_button_of_ours_are_not_read(data: str) -> None:
    with pytest.raises(BadPress):
        Press.parse(data)


@pytest.mark.parametrize("verb", list(Verb))
def test_every_button_comes_back_as_it_was_drawn_and_fits_telegram(verb: Verb) -> None:
    press = Press(2**63 - 1, 999_999, verb, ("0123456789", "zzzzzz"))
    assert Press.parse(str(press)) == press
    assert len(str(press).encode()) <= 64
