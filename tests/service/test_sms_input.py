"""Whatever strangers and citizens write by SMS: the service answers in two parts, tells nothing, goes on."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import strategies as st

from tests.bot.hostile import gathered
from tests.button_phone import ButtonPhone, phone_of, strange_phone
from tests.town import RunningTown

AIGUL = "880412294549"
TEXTS = st.one_of(
    st.text(max_size=160),
    st.lists(
        st.sampled_from(
            ["жазылу", "запись", "jazylu", "дәрігер", "вызов", "1", "2", "0", "9", "иә", "жоқ", "нет", "да",
             "меню", "мәзір", "помощь", "қазақша", "русский", "123456", "900725297363", "93-000001",
             "КЕРІ АЛУ", "ТЕЛЕГРАМ", "код", "\n", "'; DROP TABLE people; --", "<b>", "=1+1", "\u202e"]
        ),
        min_size=1,
        max_size=5,
    ).map(" ".join),
)  # fmt: skip


def names_of(town: RunningTown) -> set[str]:
    """Surnames of everybody in the registry."""
    with (Path(town.files.people) / "people.csv").open(encoding="utf-8") as rows:
        return {row["surname"] for row in csv.DictReader(rows)}


async def wander(phone: ButtonPhone, texts: list[str]) -> list[str]:
    """Write them one after another; each answer has been held to two parts."""
    return [one for text in texts for one in await phone.write(text)]


async def test_S42_S43_nothing_that_is_written_by_sms_breaks_the_service_or_makes_it_tell_a_name(
    town: RunningTown,
) -> None:
    texts = list(gathered(TEXTS, 90))
    answers: list[str] = []
    for number in range(6):
        phone = strange_phone(town, f"+7701123{number:04d}", f"stranger {number}")
        answers += await wander(phone, texts[number::6])
    assert answers
    assert not [one for one in answers if any(name in one for name in names_of(town))]
    assert 'what="inbox.set_aside"' not in town.app.watch.exposition().decode()
    phone = strange_phone(town, "+77011239999", "the next one")
    assert "ЖСН" in await phone.text("жазылу")


async def test_S42_a_citizen_behind_the_gate_may_write_anything_too(town: RunningTown) -> None:
    phone = await phone_of(town, AIGUL)
    await phone.write(f"жазылу {phone.iin}")
    await phone.confirm()
    await wander(phone, list(gathered(TEXTS, 25)))
    assert 'what="inbox.set_aside"' not in town.app.watch.exposition().decode()
    assert town.serving.done() is False


@pytest.mark.parametrize("sender", ["DARIGER", "1414", "+15005550006", "", "+7", "+77011230011'"])
async def test_S25_a_sender_that_is_no_mobile_of_the_country_is_never_answered(
    town: RunningTown, sender: str
) -> None:
    await town.sandbox.reply_sms(sender or "none", "жазылу")
    await town.rest()
    sent = [one for one in town.world.network.messages.values() if one.resource["direction"] != "inbound"]
    assert sent == []
