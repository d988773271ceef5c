"""How many parts an SMS has: GSM 03.38 where every letter allows it, UCS-2 otherwise."""

from typing import Final

GSM_ALPHABET: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""The basic table of 3GPP TS 23.038, one septet each."""

GSM_EXTENSION: Final = frozenset("^{}\\[~]|€\f")
"""The table behind the escape: two septets each."""

MOST_PARTS: Final = 2
"""A longer text is not sent: each part costs, and old phones show them apart."""


def units(text: str) -> int:
    """Length in the units that the network counts: septets, or 16-bit units where a letter needs UCS-2."""
    if _is_gsm(text):
        return len(text) + sum(letter in GSM_EXTENSION for letter in text)
    return len(text.encode("utf-16-be")) // 2


def parts(text: str) -> int:
    """How many messages the network makes of the text: 160/153 septets or 70/67 units."""
    single, joined = (160, 153) if _is_gsm(text) else (70, 67)
    length = units(text)
    return 1 if length <= single else -(-length // joined)


def _is_gsm(text: str) -> bool:
    return all(letter in GSM_ALPHABET or letter in GSM_EXTENSION for letter in text)
