"""Papers as they look: every word in both languages, every Kazakh letter, nothing over the edge."""

import re
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.papers.drawing import BOTTOM, INSTEAD, draw
from bot.papers.printed import LONGEST_VALUE, inert
from bot.papers.template import (
    MUST_STAND,
    OF_THE_HOUSE,
    BadTemplate,
    Template,
    fields_in,
    read_template,
    template_faults,
    template_for,
)
from rules.papers import PaperKind
from tests.bot.paper_office import FACTS, issue, said_by

KAZAKH = "ӘәҒғҚқҢңӨөҰұҮүҺһІі"
OTHERS: dict[PaperKind, dict[str, Any]] = {
    PaperKind.ATTACHMENT: {},
    PaperKind.HOME_CALL: {
        "visit_day": {"day": "2026-11-21"},
        "window": "14:00–16:00",
        "doctor": "Бейсенова Гүлнар Сәбитқызы",
        "role": {"code": "paediatrician"},
        "visit_address": "Алматы қ., Абай д-лы, 10, 5-пәтер",
    },
    PaperKind.APPOINTMENT: {
        "visit": {"at": "2026-11-23T04:30:00+00:00"},
        "doctor": "Бейсенова Гүлнар Сәбитқызы",
        "role": {"code": "general_practitioner"},
        "room": "204",
    },
}


def template(kind: PaperKind = PaperKind.ATTACHMENT) -> Template:
    return template_for(kind, 5, None)


def drawn(folder: Path, facts: dict[str, Any], kind: PaperKind = PaperKind.ATTACHMENT) -> Path:
    path = folder / f"{kind}.pdf"
    path.write_bytes(draw(issue(kind, facts), template(kind), with_state_signature=False))
    return path


def text_of(path: Path) -> str:
    """The text as a person selects it, every white space one space."""
    return " ".join(said_by("pdftotext", "-raw", str(path), "-").split())


def columns(path: Path) -> tuple[str, str]:
    """The left and the right half of the page."""
    halves = (
        said_by("pdftotext", "-x", x, "-y", "0", "-W", "298", "-H", "900", str(path), "-")
        for x in "0 298".split()
    )
    left, right = (" ".join(half.split()) for half in halves)
    return left, right


@pytest.mark.parametrize("kind", list(PaperKind))
def test_RF_01_RF_02_RF_03_every_paper_says_everything_in_both_languages(
    kind: PaperKind, tmp_path: Path
) -> None:
    path = drawn(tmp_path, FACTS | OTHERS[kind], kind)
    kazakh, russian = columns(path)
    used = template(kind)
    assert used.title["kk"] in kazakh
    assert used.title["ru"] in russian
    for language, text in (("kk", kazakh), ("ru", russian)):
        for row in used.rows:
            # Where a row is broken into lines, its first words stand together all the same.
            assert row[language].label.split("(")[0].strip() in text  # type: ignore[index]  # both are languages
    for value in ("№ 05-004512", "Сейітова Айгүл Қанатқызы", "900501100013", "8 (727) 397-47-90"):
        assert value in kazakh
        assert value in russian
    assert "2026 жылғы 20 қараша, 12:00" in kazakh
    assert "20 ноября 2026 года, 12:00" in russian


def test_G_24_the_code_and_the_page_stand_beside_the_qr_code(tmp_path: Path) -> None:
    text = text_of(drawn(tmp_path, FACTS))
    assert "Тексеру коды: 7K3QD-WV0XM" in text
    assert "Код проверки: 7K3QD-WV0XM" in text
    assert "https://dariger.example.kz/check" in text


def test_a_paper_is_one_page_and_says_that_it_bears_no_signature_of_the_state(tmp_path: Path) -> None:
    path = drawn(tmp_path, FACTS)
    assert re.search(r"Pages:\s+1\n", said_by("pdfinfo", str(path)))
    text = text_of(path)
    assert "электрондық-цифрлық қолтаңбасы (ЭЦҚ) емес" in text.replace("- ", "-")
    assert "не электронная цифровая подпись (ЭЦП)" in text


def test_AT_13_the_words_for_a_signature_of_the_state_stand_there_only_when_it_does(tmp_path: Path) -> None:
    path = tmp_path / "state.pdf"
    path.write_bytes(draw(issue(), template(), with_state_signature=True))
    text = text_of(path)
    assert "Подпись вложена в этот файл." in text
    assert "не электронная" not in text


def test_every_kazakh_letter_can_be_drawn_and_selected(tmp_path: Path) -> None:
    text = text_of(drawn(tmp_path, FACTS | {"person": KAZAKH}))
    assert KAZAKH in text
    assert INSTEAD not in text


def test_the_same_paper_is_the_same_bytes() -> None:
    assert draw(issue(), template(), with_state_signature=False) == draw(
        issue(), template(), with_state_signature=False
    )


def test_G_24_a_row_without_a_value_is_left_out(tmp_path: Path) -> None:
    text = text_of(drawn(tmp_path, FACTS | {"from_clinic": ""}))
    assert "Прежняя поликлиника" not in text
    assert "Бұрынғы емхана" not in text


def rewritten(folder: Path, *changes: tuple[str, str]) -> Template:
    """The house's template with these words changed, as a clinic's own."""
    words = (OF_THE_HOUSE / "attachment.toml").read_text(encoding="utf-8")
    for ours, theirs in changes:
        assert ours in words
        words = words.replace(ours, theirs)
    path = folder / "attachment.toml"
    path.write_text(words, encoding="utf-8")
    return read_template(path, PaperKind.ATTACHMENT)


@pytest.mark.parametrize(
    "change",
    [
        ('"{iin}"]', '"{iin} {from_clinic}"]'),
        # In one language only, and in the words before the value.
        ('kk = ["ЖСН", "{iin}"]', 'kk = ["ЖСН: {iin}", "{from_clinic}"]'),
        ('ru = ["ИИН", "{iin}"]', 'ru = ["ИИН: {iin}", "{from_clinic}"]'),
    ],
)
def test_G_24_a_row_with_what_must_stand_stays_whatever_else_it_lacks(
    change: tuple[str, str], tmp_path: Path
) -> None:
    own = rewritten(tmp_path, change)
    path = tmp_path / "paper.pdf"
    path.write_bytes(draw(issue(facts=FACTS | {"from_clinic": ""}), own, with_state_signature=False))
    for column in columns(path):
        assert "900501100013" in column


def test_G_24_a_value_that_must_stand_and_is_not_known_is_a_dash(tmp_path: Path) -> None:
    kazakh, russian = columns(drawn(tmp_path, FACTS | {"clinic_phone": ""}))
    assert "Емхананың телефоны –" in kazakh
    assert "Телефон поликлиники –" in russian


HOSTILE = (
    "<b>Ақ</b><script>alert(1)</script>",
    "=HYPERLINK(1)\n\n+7\t;DROP TABLE people--",
    "\u202eабв\u202c\u200b\u2066где\ufeff",
    "{iin}{{number}}{0.__class__}%s$x",
    "😀漢字\U0001f1f0\U0001f1ff \x00\x07\x1b[31m",
    "Ұ" * 2000,
    "Нұрмағамбетова-Құлмағамбетова " * 40,
)


@pytest.mark.parametrize("value", HOSTILE)
def test_S42_what_people_wrote_stays_one_inert_text_and_nothing_runs_over(value: str, tmp_path: Path) -> None:
    facts = FACTS | {
        "person": value,
        "clinic": {"kk": value, "ru": value},
        "clinic_address": value,
        "from_clinic": {"kk": value, "ru": value},
    }
    path = drawn(tmp_path, facts)
    assert re.search(r"Pages:\s+1\n", said_by("pdfinfo", str(path)))
    # Every word stands within the margins, and the rows end above the words beside the QR code.
    boxes = re.findall(
        r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">([^<]*)<',
        said_by("pdftotext", "-bbox", str(path), "-"),
    )
    assert boxes
    points = 72 / 25.4
    for x_min, y_min, x_max, y_max, _ in boxes:
        assert float(x_min) >= 15 * points - 1
        assert float(x_max) <= 195 * points + 1
        assert float(y_max) <= 282 * points + 1
        assert float(y_min) >= 15 * points - 3
    foot = min(float(y) for _, y, _, _, word in boxes if word == "Тексеру")
    rows_end = max(float(y_max) for _, y, _, y_max, _ in boxes if float(y) < foot)
    assert rows_end <= BOTTOM * points + 1
    assert not any(unicodedata.category(letter) in {"Cf", "Cc"} for letter in text_of(path))


@given(st.text(max_size=400))
def test_S42_a_value_is_always_one_printable_line(value: str) -> None:
    line = inert(value)
    assert len(line) <= LONGEST_VALUE
    assert not any(unicodedata.category(letter)[0] == "C" or letter in "\n\r\u2028\u2029" for letter in line)


# Templates


def test_RF_04_G_24_every_template_of_the_house_can_be_used() -> None:
    assert list(template_faults(None)) == []
    for kind in PaperKind:
        used = template(kind)
        for language in ("kk", "ru"):
            texts = [used.check[language], *(row[language].value for row in used.rows)]
            assert frozenset().union(*(fields_in(text) for text in texts)) >= MUST_STAND


def test_RF_04_a_clinic_replaces_a_template_without_code(tmp_path: Path) -> None:
    words = (OF_THE_HOUSE / "attachment.toml").read_text(encoding="utf-8")
    own = tmp_path / "5"
    own.mkdir()
    (own / "attachment.toml").write_text(words.replace("Справка (талон)", "Талон"), encoding="utf-8")
    assert template_for(PaperKind.ATTACHMENT, 5, tmp_path).title["ru"].startswith("Талон")
    assert template_for(PaperKind.ATTACHMENT, 4, tmp_path).title["ru"].startswith("Справка")
    (tmp_path / "attachment.toml").write_text(words.replace("Справка (талон)", "Бумага"), encoding="utf-8")
    assert template_for(PaperKind.ATTACHMENT, 4, tmp_path).title["ru"].startswith("Бумага")


def test_RF_04_what_lies_among_templates_and_is_never_read_is_a_fault(tmp_path: Path) -> None:
    for name in (
        "05/attachment.toml",
        "five/attachment.toml",
        "5/attachement.toml",
        "attachment.toml.txt",
        "55",
    ):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("", encoding="utf-8")
    (tmp_path / "7" / "7").mkdir(parents=True)
    (tmp_path / ".gitkeep").touch()
    folder = tmp_path.name
    assert {str(fault) for fault in template_faults(tmp_path)} == {
        f"{folder}/05: the name: is not looked for; did you mean 5?",
        f"{folder}/five: the name: is not looked for",
        f"{folder}/attachment.toml.txt: the name: is not looked for; did you mean attachment.toml?",
        f"{folder}/55: the name: is not looked for",
        "5/attachement.toml: the name: is not looked for; did you mean attachment.toml?",
        "7/7: the name: is not looked for; did you mean 7?",
    }


def test_RF_04_a_folder_of_templates_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    (fault,) = template_faults(tmp_path / "papers")
    assert str(fault).endswith("/papers: the folder: cannot be read")


@pytest.mark.parametrize("part", ["signature", "state_signature"])
def test_AT_13_no_template_says_how_a_paper_is_signed(part: str, tmp_path: Path) -> None:
    claim = f'[{part}]\nkk = "ЭЦҚ қойылған."\nru = "Подписано ЭЦП."\n\n[check]'
    with pytest.raises(BadTemplate, match=f"{part}: is no part of a paper"):
        rewritten(tmp_path, ("[check]", claim))


def test_RF_04_every_fault_of_a_template_is_named_at_once(tmp_path: Path) -> None:
    words = (OF_THE_HOUSE / "attachment.toml").read_text(encoding="utf-8")
    for right, wrong in (
        ('ru = ["ИИН", "{iin}"]', 'ru = ["ИИН", "{inn}"]'),
        ('kk = ["ЖСН", "{iin}"]', 'kk = "ЖСН"'),
        ("[note]", "[notes]"),
        ("№ {number}", "№ {number"),
        ("{clinic_phone}", "{clinic_phone.__class__}"),
    ):
        words = words.replace(right, wrong)
    path = tmp_path / "attachment.toml"
    path.write_text(words, encoding="utf-8")
    with pytest.raises(BadTemplate) as bad:
        read_template(path, PaperKind.ATTACHMENT)
    said = "\n".join(map(str, bad.value.faults))
    assert "{inn} is no field here; did you mean iin?" in said
    assert "row 4, kk: must be" in said
    assert "notes: is no part of a paper; did you mean note?" in said
    assert "note: is missing" in said
    assert "has a brace without its other" in said
    assert "{clinic_phone.__class__} is no field here" in said
    assert "{iin} stands nowhere" in said


@pytest.mark.parametrize("content", [b"\xff\xfe", b"[title", b"", b"row = 5\nwords = 3\n[title]\nkk = 1"])
def test_a_file_that_is_no_template_is_a_fault_and_not_a_crash(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "attachment.toml"
    path.write_bytes(content)
    assert list(template_faults(tmp_path))
