"""A value that is wrong, by SMS: it is told what is wrong with it, each time, up to what a day has."""

from __future__ import annotations

import pytest

import locales
from dialogs.engine import T
from tests.button_phone import ButtonPhone, phone_of
from tests.town import CODE, RunningTown

AIGUL = "880412294549"
WRONG_DIGIT = "880412294540"


def _says(key: str, **values: str) -> str:
    return locales.render(T(key, **values), "kk", short=True)


async def _at_the_iin(town: RunningTown) -> ButtonPhone:
    phone = await phone_of(town, AIGUL)
    await phone.write("жазылу")
    return phone


async def test_each_wrong_iin_is_told_what_is_wrong_with_it_and_the_right_one_is_taken(
    town: RunningTown,
) -> None:
    phone = await _at_the_iin(town)
    for _ in range(2):
        assert _says("iin.check_digit") in await phone.text(WRONG_DIGIT)
        assert _says("iin.too_short", seen="11") in await phone.text(AIGUL[:-1])
        assert _says("iin.too_long", seen="13") in await phone.text(AIGUL + "1")
        assert _says("iin.letter_o") in await phone.text("88О412294549")
    assert CODE.search(await phone.text(f"менің ЖСН-ім {AIGUL}"))


async def test_words_between_wrong_values_still_lead_to_a_phone_and_to_silence(town: RunningTown) -> None:
    phone = await _at_the_iin(town)
    assert _says("iin.letters") in await phone.text("абра")
    assert "1414" in await phone.text("кадабра")
    await phone.silence("абра")
    assert _says("iin.check_digit") in await phone.text(WRONG_DIGIT)


async def test_S24_wrong_values_cannot_run_up_more_than_a_day_has(town: RunningTown) -> None:
    phone = await _at_the_iin(town)
    for _ in range(38):
        assert _says("iin.check_digit") in await phone.text(WRONG_DIGIT)
    assert "1414" in await phone.text(WRONG_DIGIT)
    await phone.silence(WRONG_DIGIT)


@pytest.mark.parametrize("sent", ["12345", "1234", "1234567"])
async def test_S19_a_code_with_a_digit_too_few_or_too_many_is_told_how_many_it_has(
    town: RunningTown, sent: str
) -> None:
    phone = await _at_the_iin(town)
    await phone.write(AIGUL)
    for _ in range(3):
        assert _says("code.form") in await phone.text(sent)
    assert await phone.confirm()


async def test_a_number_that_a_hint_pushed_behind_nine_means_what_it_meant(town: RunningTown) -> None:
    phone = await _at_the_iin(town)
    await phone.write(AIGUL)
    (offer,) = await phone.confirm()
    third = next(line for line in offer.splitlines() if line.startswith("3 "))
    hint = await phone.text("абра")
    assert third not in hint
    assert third.removeprefix("3 ") in await phone.text("3")
