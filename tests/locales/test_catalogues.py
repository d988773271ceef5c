"""The two catalogues say the same things, whole and well, and nothing that is not needed."""

import ast
import re
import subprocess
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import polib
import pytest

from dialogs.engine import T, fold
from locales import ACTIONS, LOCALES, render
from locales.catalogue import HERE, all_words, sources, words
from locales.segments import MOST_PARTS, parts
from tests.locales.values import rendered_at_worst

ROOT = HERE.parent
ROOMS = ("dialogs", "bot", "otp", "storage", "rules", "locales")
KEYS = sorted(all_words("kk"))
SHOWN = [key for key in KEYS if not key.startswith(("also.", "command.", "when.", "typed."))]
SMS = [key for key in KEYS if key.startswith(("sms.", "code.sms"))]
BUTTONS = [key for key in KEYS if key.startswith(("button.", "reason.", "staff.button.", "cabinet.row"))]
# "һ" stands in a handful of loan words only.
KAZAKH_LETTERS = set("әғқңөұүі")
# Loan words that both languages write alike.
SAME_IN_BOTH = {
    "cabinet.row",
    "introduction.kk",
    "introduction.ru",
    "visit.room",
    "short.button.paediatrician",
    "short.button.therapist",
    "short.role.paediatrician",
    "short.role.therapist",
    "short.visit.room",
    "training.document.diploma",
    "staff.button.window",
    "staff.button.hours",
    "staff.button.day",
    "staff.day.booked",
    "staff.details.patient",
    "staff.details.phone",
    "staff.details.intercom",
}
HEALTH_WORDS = (
    "ауыр",
    "қызу",
    "жөтел",
    "температур",
    "боль",
    "болезн",
    "диагноз",
    "сырқат",
    "науқас",
    "рвот",
)
PART = re.compile(r"[A-Za-z]+|[А-Яа-яЁёӘәҒғҚқҢңӨөҰұҮүҺһІі]+")


def test_both_languages_have_the_same_keys() -> None:
    assert set(all_words("ru")) == set(all_words("kk"))


@pytest.mark.parametrize("locale", LOCALES)
def test_a_key_stands_in_one_catalogue_only_and_is_never_empty(locale: str) -> None:
    seen: dict[str, str] = {}
    for source in sources(locale):
        for entry in polib.pofile(str(source)):
            assert entry.msgid not in seen, (entry.msgid, seen.get(entry.msgid), source.name)
            assert entry.msgstr.strip(), entry.msgid
            assert not entry.fuzzy, entry.msgid
            seen[entry.msgid] = source.name


def test_a_sentence_names_the_same_values_in_both_languages() -> None:
    for key in KEYS:
        kk, ru = (_fields(words(key, locale)) for locale in LOCALES)
        assert kk == ru, key
        assert all(name.isascii() and name.isidentifier() for name, _ in kk), key


def _fields(template: str) -> set[tuple[str, str]]:
    return {(name, form or "") for _, name, form, _ in Formatter().parse(template) if name is not None}


def test_nothing_is_glued_to_a_value_in_kazakh() -> None:
    glued = [key for key in SHOWN if re.search(r"\}[\w-]", words(key, "kk"))]
    assert not glued


@pytest.mark.parametrize("locale", LOCALES)
def test_a_button_has_at_most_24_letters(locale: str) -> None:
    long = {key: _worst(key, locale) for key in BUTTONS if len(_worst(key, locale)) > 24}
    assert not long


@pytest.mark.parametrize("locale", LOCALES)
def test_a_message_fits_telegram_at_its_longest(locale: str) -> None:
    for key in SHOWN:
        text = _worst(key, locale)
        assert len(text) <= (1500 if "lines" in rendered_at_worst(key, locale) else 800), (key, len(text))


@pytest.mark.parametrize("locale", LOCALES)
def test_S26_and_S27_an_sms_has_two_parts_at_most_and_no_health_word_or_name(locale: str) -> None:
    for key in SMS:
        text = _worst(key, locale)
        assert parts(text) <= MOST_PARTS, (key, len(text), text)
        template = words(key, locale)
        assert not any(word in template.casefold() for word in HEALTH_WORDS), key
        assert not {"name", "reason", "words", "address", "doctor"} & {
            name for name, _ in _fields(template)
        }, key


@pytest.mark.parametrize("locale", LOCALES)
def test_S26_a_code_stands_within_the_first_67_letters_with_its_purpose_and_a_warning(locale: str) -> None:
    for key in (key for key in SMS if "{code}" in words(key, locale)):
        assert _worst(key, locale).index("482913") + 6 <= 67, key
        assert "{purpose}" in words(key, locale), key
        assert "айт" in words(key, locale) or "не сообщайте" in words(key, locale), key


@pytest.mark.parametrize("locale", LOCALES)
def test_no_word_mixes_two_alphabets(locale: str) -> None:
    for key in SHOWN:
        text = re.sub(r"\{[^}]*\}", " ", words(key, locale))
        for word in re.findall(r"[^\W\d_]+", text):
            scripts = {unicodedata.name(letter).split()[0] for letter in word}
            assert len(scripts) == 1, (key, word, scripts)


def test_kazakh_is_written_with_its_own_letters_and_is_not_russian() -> None:
    text = "".join(words(key, "kk") for key in SHOWN).casefold()
    assert set(text) >= KAZAKH_LETTERS
    same = {
        key for key in SHOWN if words(key, "kk") == words(key, "ru") and re.search("[а-я]", words(key, "kk"))
    }
    assert same <= SAME_IN_BOTH, same


def test_kazakh_speaks_to_the_citizen_politely() -> None:
    for key in SHOWN:
        sentences = words(key, "kk")
        assert not re.search(r"\b(сен|сенің|саған|сені)\b", sentences.casefold()), key
        assert not re.search(r"[^.!?»\n –] Сіз", sentences), key


@pytest.mark.parametrize(
    "source", [path for locale in LOCALES for path in sources(locale)], ids=lambda p: p.name
)
def test_msgfmt_finds_no_fault(source: Path) -> None:
    checked = subprocess.run(
        ["msgfmt", "--check-format", "--check-domain", "-o", "/dev/null", str(source)],
        check=False,
        capture_output=True,
        text=True,
    )
    assert checked.returncode == 0, checked.stderr


def test_every_key_that_the_code_says_has_words() -> None:
    for source in _python_files():
        for node in _strings(source, inside_t=True):
            if isinstance(node, ast.Constant):
                assert node.value in KEYS, (source.name, node.value)
            elif isinstance(node, ast.JoinedStr):
                assert any(_pattern(node).fullmatch(key) for key in KEYS), (source.name, ast.unparse(node))


def test_every_sms_about_an_appointment_has_words() -> None:
    """Which SMS answers is often decided first and said later, so not within a T."""
    for source in (ROOT / "bot" / "bookings").glob("*.py"):
        for node in _strings(source, inside_t=False):
            if isinstance(node, ast.Constant) and re.fullmatch(r"sms\.[a-z_]+", str(node.value)):
                assert node.value in KEYS, (source.name, node.value)


def test_no_words_lie_about_that_nothing_says() -> None:
    named: set[str] = set()
    patterns: set[re.Pattern[str]] = set()
    for source in _python_files():
        for node in _strings(source, inside_t=False):
            if isinstance(node, ast.Constant):
                named.add(str(node.value))
            elif isinstance(node, ast.JoinedStr) and "." in ast.unparse(node.values[0]):
                patterns.add(_pattern(node))
    answered = {f"also.{key}" for key in KEYS} | {f"command.{name}" for name in ACTIONS}
    silent = [
        key for key in KEYS if key not in named | answered and not any(p.fullmatch(key) for p in patterns)
    ]
    assert not silent


def _strings(source: Path, *, inside_t: bool) -> Iterator[ast.AST]:
    tree = ast.parse(source.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if not inside_t:
            yield node
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "T" and node.args:
            yield node.args[0]


def _pattern(node: ast.JoinedStr) -> re.Pattern[str]:
    """The keys that a key with values in it can become."""
    pieces = (re.escape(str(p.value)) if isinstance(p, ast.Constant) else "[a-z0-9_.]+" for p in node.values)
    return re.compile("".join(pieces))


def _python_files() -> Iterator[Path]:
    for room in ROOMS:
        yield from (ROOT / room).rglob("*.py")


def test_a_word_means_one_command_and_no_answer() -> None:
    said: dict[str, str] = {}
    for name, action in ACTIONS.items():
        for locale in LOCALES:
            for word in words(f"command.{name}", locale).split("|"):
                assert said.setdefault(fold(word), action) == action, word
    for key in SHOWN:
        if key.startswith(("button.", "reason.")) and "{" not in words(key, "kk"):
            answers = {fold(render(T(key), locale)) for locale in LOCALES}
            answers |= {
                fold(w) for loc in LOCALES for w in all_words(loc).get(f"also.{key}", "").split("|") if w
            }
            # A button of a command is that command; any other must stay an answer.
            clash = answers & said.keys()
            assert not clash or key.removeprefix("button.") in {*ACTIONS, "cabinet"}, (key, clash)


def _worst(key: str, locale: str) -> str:
    return render(T(key, **rendered_at_worst(key, locale)), locale)  # type: ignore[arg-type]  # values of every kind
