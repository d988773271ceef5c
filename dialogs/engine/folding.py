"""Folding: typed words and the words they are compared with, brought to one spelling.

Kazakh is typed as the keyboard allows: without ә ғ қ ң ө ұ ү һ і, in Latin letters under any of their
rules (jazylu, zhazylu, jazılu), or with one alphabet's letters inside a word of the other. All of these
fold to the same Cyrillic skeleton. It is for comparing only: it loses letters, and nobody reads it.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

# Sounds that one keyboard, or one rule of writing in Latin letters, does not tell apart. "й" becomes the
# Latin "y" that it is typed as: what follows decides how both are read.
_SOUNDS: Final = str.maketrans(
    {
        **dict(zip("әғқңөұүһіыэщйşçıý", "агкноуухииешyшчиу", strict=True)),
        **dict.fromkeys("ьъ'’‘ʼ`´", ""),
    }
)
_ANY_LATIN: Final = re.compile("[A-Za-z]")
_MIXED: Final = re.compile(r"[A-Za-z]*[Ѐ-ӿ][A-Za-zЀ-ӿ]*")
# As the eye takes them: whoever writes "вpaч" or "бyгiн" presses a Latin key for a Cyrillic letter.
_LOOK_ALIKES: Final = str.maketrans("aceopxyhiABCEHKMOPTXYI", "асеорхухиАВСЕНКМОРТХУИ")
_TWO_LETTERS: Final = re.compile("shch|sch|[sczkg]h|y[auo]|(?<![bcdfghjklmnpqrstvwxzбвгджзклмнпрстфхцчш])ye")
_ONE_LETTER: Final = dict(zip("shch sch sh ch zh kh gh ya yu yo ye".split(), "шшшчжхгяюее", strict=True))
_LETTERS: Final = str.maketrans("abcdefghijklmnopqrstuvwxyz", "абцдефгхижклмнопкрстувухиз")
# "Drugoj", "russkij": passports write "й" so, and our own SMS in Latin letters do; "joq" and "qajet" are "ж".
_SHORT_I: Final = re.compile("(?<=[aeiouyаеиоуюя])j(?![aeiouyаеиоуюя])")
# "ң" is typed as "ng" too, "ц" as "ts", "ж" as "dj", "ю" and "я" as "iu" and "ia".
_ONE_SOUND: Final = re.compile("нг|тс|дж|иу+|иа+")
_TOGETHER: Final = {"нг": "н", "тс": "ц", "дж": "ж", "иу": "ю", "иа": "ия"}
# "Даа" and "жоққ" are said with weight; of two letters alone ("сс", a short Tuesday) both are meant.
_DRAWN_OUT: Final = re.compile(r"(?<=\w)([^\W\d_])\1+|([^\W\d_])\2+(?=\w)")
_BETWEEN: Final = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """Return ``text`` as it is compared: case, alphabets, Kazakh letters, marks and spaces folded."""
    if not text.isascii() and _ANY_LATIN.search(text):
        text = _MIXED.sub(lambda word: word[0].translate(_LOOK_ALIKES), text)
    text = text.casefold().translate(_SOUNDS)
    if not unicodedata.is_normalized("NFD", text):
        text = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    text = _TWO_LETTERS.sub(lambda found: _ONE_LETTER[found[0]], text)
    text = _SHORT_I.sub("и", text).translate(_LETTERS)
    text = _ONE_SOUND.sub(lambda found: _TOGETHER[found[0][:2]], text)
    text = _DRAWN_OUT.sub(lambda found: found[1] or found[2], text)
    return _BETWEEN.sub(" ", text).strip()
