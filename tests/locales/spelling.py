"""Which words of the catalogues neither the dictionary nor our own list knows.

The lists beside this file hold names, terms and forms that the dictionaries lack; each was read by a person.
After reading the words it prints: `python -m tests.locales.spelling >> tests/locales/words_kk.txt` (or `ru`).
"""

import re
import subprocess
import sys
from pathlib import Path

from locales.catalogue import all_words

DICTIONARIES = {"kk": "kk_KZ", "ru": "ru_RU"}


def unknown_words(locale: str) -> set[str]:
    """The words that look misspelt."""
    return _strangers(_text(locale), locale) - accepted(locale)


def accepted(locale: str) -> set[str]:
    """Words of our own list."""
    return set(Path(__file__).with_name(f"words_{locale}.txt").read_text(encoding="utf-8").split())


def _text(locale: str) -> str:
    # What people may type is not held to spelling.
    typed = ("also.", "command.", "when.", "reply.", "typed.")
    shown = (text for key, text in all_words(locale).items() if not key.startswith(typed))
    return re.sub(r"\{[^}]*\}", " ", "\n".join(shown))


def _strangers(text: str, locale: str) -> set[str]:
    ran = subprocess.run(
        ["hunspell", "-i", "UTF-8", "-d", DICTIONARIES[locale], "-l"],
        input=text,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(ran.stdout.split())


if __name__ == "__main__":
    for language in sys.argv[1:] or DICTIONARIES:
        sys.stdout.write("".join(f"{word}\n" for word in sorted(unknown_words(language))))
