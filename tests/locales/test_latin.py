"""SMS in Latin letters: one part instead of two, and every word can be read back."""

import re
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.engine import T, fold
from locales import LOCALES, render
from locales.latin import BETWEEN, KAZAKH, RUSSIAN, in_latin, latin_word
from locales.segments import parts
from tests.locales.sms_values import values_of
from tests.locales.test_sms_prover import BY_ITSELF

TABLES = {"kk": KAZAKH, "ru": RUSSIAN}
LOWER = {name: "".join(table) for name, table in TABLES.items()}


def read_back(latin: str, table: Mapping[str, str]) -> str:
    """What a reader makes of it: the longest spelling that fits, letter by letter."""
    letters = {spelling: letter for letter, spelling in table.items()}
    if table is KAZAKH:
        letters["iì"] = "й"
    read, at = "", 0
    while at < len(latin):
        if latin[at] == BETWEEN:
            at += 1
            continue
        found = next(
            one for one in sorted(letters, key=len, reverse=True) if latin[at:].lower().startswith(one)
        )
        capital = latin[at].isupper()
        read += letters[found].upper() if capital else letters[found]
        at += len(found)
    return read


@pytest.mark.parametrize("name", ["kk", "ru"])
@given(data=st.data())
def test_every_word_is_read_back_as_it_was(name: str, data: st.DataObject) -> None:
    table = TABLES[name]
    # A sign without a capital of its own in Latin begins no word.
    word = data.draw(st.text(LOWER[name], min_size=1, max_size=14))
    assert read_back(latin_word(word, table), table) == word
    if word[0] not in "ъь":
        titled = word[0].upper() + word[1:]
        assert read_back(latin_word(titled, table), table) == titled


@pytest.mark.parametrize("name", ["kk", "ru"])
@given(data=st.data())
def test_two_words_are_never_written_alike(name: str, data: st.DataObject) -> None:
    words = st.text(LOWER[name], min_size=1, max_size=6)
    one, other = data.draw(words), data.draw(words)
    assert (latin_word(one, TABLES[name]) == latin_word(other, TABLES[name])) == (one == other)


@pytest.mark.parametrize(
    ("text", "latin"),
    [
        ("Дәрігер: код 123456", "Däriger: kod 123456"),
        ("Жазылу үшін емхананы таңдаңыз.", "Jazylu üshin emhanany tañdañyz."),
        ("Кодты ешкімге айтпаңыз.", "Kodty eshkimge aìtpañyz."),
        ("Ұлы, ТОҚТАТ, ШАҚЫРУ, Йод, йод, үй", "Uuly, TOQTAT, SHAQYRU, Iìod, ìod, üì"),
        (
            "Код 123456 для вызова врача. Никому не говорите.",
            "Kod 123456 dlya vyzova vracha. Nikomu ne govorite.",
        ),
        ("Хорошо, объект «Ёлка», № 5 — этаж…", 'Khorosho, ob"ekt "Yolka", N 5 - étazh...'),
        # Where two letters would read as one.
        ("Сходить", "Skhodit'"),
        ("Отшчепить", "Otsh_chepit'"),
        # What is in no Latin table is left whole, and costs its parts.
        ("Жақсы 👍", "Жақсы 👍"),
        ("SMS 103 Telegram", "SMS 103 Telegram"),
    ],
)
def test_what_is_written_can_be_read_aloud(text: str, latin: str) -> None:
    assert in_latin(text) == latin


def test_each_line_goes_by_its_own_language() -> None:
    both = "Емхана: «Медиус». Қоңырау шалыңыз.\nПозвоните в поликлинику, пожалуйста."
    assert in_latin(both).split("\n") == [
        'Emhana: "Mediius". Qoñyrau shalyñyz.',
        "Pozvonite v polikliniku, pozhalujsta.",
    ]


def test_a_short_line_of_a_kazakh_message_is_kazakh() -> None:
    assert in_latin("Кімге дәрігер керек?\n1 Маған\n2 Балама") == "Kimge däriger kerek?\n1 Maghan\n2 Balama"


@pytest.mark.parametrize("locale", LOCALES)
def test_in_latin_letters_what_is_an_SMS_by_itself_has_never_more_parts_and_mostly_one(locale: str) -> None:
    texts = {key: render(T(key, **values_of(key, locale)), locale, short=True) for key in BY_ITSELF}
    assert {key for key, text in texts.items() if parts(in_latin(text)) > parts(text)} == set()
    long = {key for key, text in texts.items() if parts(text) == 2}
    still = {key for key in long if parts(in_latin(texts[key])) == 2}
    assert len(still) * 4 <= len(long), still


@pytest.mark.parametrize("locale", LOCALES)
def test_S26_in_latin_letters_the_code_stands_in_the_first_67_as_well(locale: str) -> None:
    for key in ("code.sms", "code.sms_general"):
        text = in_latin(render(T(key, **values_of(key, locale)), locale, short=True))
        assert text.index("482913") + 6 <= 67


@pytest.mark.parametrize("locale", LOCALES)
def test_what_an_SMS_in_latin_letters_asks_to_be_typed_is_understood_as_it_is_copied(locale: str) -> None:
    asked = re.compile(r"\b[А-ЯӘҒҚҢӨҰҮҺІЁ]{2,}\b")
    for key in (*BY_ITSELF, "short.desk.help", "short.desk.language"):
        text = render(T(key.removeprefix("short."), **values_of(key, locale)), locale, short=True)
        for word in asked.findall(text):
            kept, latin = f" {fold(text)} ", f" {fold(in_latin(text))} "
            assert f" {fold(word)} " in kept
            assert f" {fold(word)} " in latin, (key, word, in_latin(text))
