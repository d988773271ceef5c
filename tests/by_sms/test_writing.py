"""A screen as SMS: nothing is lost, nothing is longer than two parts, and a number means one thing."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.by_sms.writing import MORE, ZERO, Choice, Page, Rest, Shown, cut, fits, page
from locales.segments import parts

NOW = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
BACK = Choice("артқа", "a:back")
WORDS = st.text(alphabet="абвгдежзиклмнопрстәіңғүұқөһ. ,!?1290 \n", max_size=500).map(str.strip)
LABELS = st.text(alphabet="абвгдәіңғ 0123456789:", min_size=1, max_size=24).filter(
    lambda one: one.strip() != ""
)


def _choices(labels: list[str]) -> tuple[Choice, ...]:
    return tuple(Choice(label, f"q:1:key:{number}") for number, label in enumerate(labels))


def _pages(screen: Rest) -> list[Page]:
    shown = [page(screen, "тағы")]
    while (rest := shown[-1].rest) is not None:
        shown.append(page(rest, "тағы"))
        assert len(shown) < 100
    return shown


@given(WORDS, st.lists(LABELS, max_size=14), st.booleans())
def test_every_page_has_at_most_two_parts_and_no_word_is_lost(
    text: str, labels: list[str], has_back: bool
) -> None:
    screen = Rest(text, _choices(labels), BACK if has_back else None)
    shown = _pages(screen)
    assert all(parts(one.text) <= 2 for one in shown)
    together = " ".join(one.text for one in shown)
    for word in text.split():
        assert word[:60] in together
    data = [data for one in shown for key, data in one.keys.items() if key != ZERO]
    assert data == [choice.data for choice in screen.choices]


@given(st.lists(LABELS, min_size=1, max_size=14))
def test_a_number_keeps_its_meaning_from_page_to_page_and_nine_is_never_a_choice(labels: list[str]) -> None:
    meanings: dict[str, str] = {}
    for one in _pages(Rest("Таңдаңыз. " * 9, _choices(labels), BACK)):
        for key, data in one.keys.items():
            assert meanings.setdefault(key, data) == data
            assert f"{key} " in one.text
    assert MORE not in meanings


def test_where_a_number_would_be_the_answer_letters_stand() -> None:
    shown = page(Rest("Емхана нөмірін жазыңыз", _choices(["жақын", "тізім"]), None, lettered=True), "тағы")
    assert shown.text.splitlines()[1:] == ["а жақын", "б тізім"]


def test_what_fits_stands_in_one_sms_with_the_way_back_last() -> None:
    shown = page(Rest("Кімге?", _choices(["өзіме", "балама"]), BACK), "тағы")
    assert shown.text == "Кімге?\n1 өзіме\n2 балама\n0 артқа"
    assert shown.rest is None


def test_a_long_text_breaks_at_the_end_of_a_sentence() -> None:
    first = "Бұл – бірінші сөйлем, ол қысқа емес, бірақ ұзақ та емес, бәрі түсінікті болуы керек."
    shown = page(Rest(f"{first} {first}", _choices(["иә"]), None), "тағы")
    assert shown.text == f"{first}\n9 тағы"


@pytest.mark.parametrize("kept", [None, "", "nonsense", "{}", "[]", '{"keys": 1}'])
def test_a_menu_that_cannot_be_read_any_more_is_none(kept: str | None) -> None:
    assert Shown.unpack(kept) is None


@given(WORDS, st.lists(LABELS, max_size=12))
def test_a_kept_menu_comes_back_as_it_was(text: str, labels: list[str]) -> None:
    written = page(Rest(text, _choices(labels), BACK), "тағы")
    shown = Shown(dict(written.keys), NOW, written.rest)
    assert Shown.unpack(shown.packed()) == shown


@given(st.text(max_size=900))
def test_whatever_is_cut_fits(text: str) -> None:
    assert fits(cut(text))
