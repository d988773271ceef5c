"""The words that the acts settled on, where their texts differ among themselves."""

import re

import pytest

import locales
from dialogs.actions import ATTACHMENT
from locales import LOCALES
from locales.catalogue import all_words, words

READ = ("also.", "command.", "typed.", "when.")
"""What begins so is typed by people, in whatever words they have."""


def shown(locale: str) -> dict[str, str]:
    return {key: text for key, text in all_words(locale).items() if not key.startswith(READ)}


def test_X_18_attachment_is_bekitu_in_every_word_that_is_read() -> None:
    assert words("service.attachment", "kk") == "емханаға бекіту"
    about_it = [text for key, text in shown("kk").items() if key.startswith(("attachment.", "button.attach"))]
    assert not [text for text in about_it if re.search("емханаға тіркел|емханаға тіркеу", text)]


@pytest.mark.parametrize("typed", ["бекітілу", "тіркелу", "тіркеу", "бекіту"])
def test_X_18_typed_by_either_name_attachment_is_found(typed: str) -> None:
    assert set(locales.ways(typed)) & set(locales.spellings(ATTACHMENT))


def test_X_19_the_digital_signature_has_one_abbreviation_in_kazakh() -> None:
    other = re.compile(r"\bЭСҚ\b|\bЭСК\b|\bЭЦП\b")
    assert not {key for key, text in shown("kk").items() if other.search(text)}
    assert any("ЭЦҚ" in text for text in shown("kk").values())


@pytest.mark.parametrize("locale", LOCALES)
def test_X_37_the_portal_has_one_address(locale: str) -> None:
    texts = " ".join(shown(locale).values())
    assert "egov.kz" in texts
    assert not re.search(r"\be\.gov\.kz", texts)
