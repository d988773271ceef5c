"""The figures on the whole service: a head asks for the month of the clinic, and gets picture and table."""

from tests.town import RunningTown
from tests.walks import accept, call

AIGUL = "880412294549"


async def test_a_head_sees_the_month_with_the_call_of_this_morning(town: RunningTown) -> None:
    await call(await town.citizen(AIGUL))
    await accept(town, 5)
    head = town.of_staff(5, "head")
    shown = await head.say("/figures")
    assert "ноябрь 2026 года" in shown.text
    [*_, largest] = shown.raw["photo"]
    assert largest["file_size"] > 10_000
    table = await head.tap("staff.button.figures_file")
    assert table.raw["document"]["file_name"] == "figures-5-2026-11.xlsx"


async def test_S33_a_registrar_is_told_whose_the_figures_are(town: RunningTown) -> None:
    registrar = town.of_staff(5, "registrar")
    shown = await registrar.say("/figures")
    assert shown.text == registrar.words("figures.no_right")
