"""How many parts an SMS takes: GSM-7 160 (153 each when joined), UCS-2 70 (67 each).

Source: 3GPP TS 23.038 (default alphabet and its extension) and TS 23.040 (joined messages).
"""

from typing import Final

_GSM_7: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "ÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_7_TWO_SEPTETS: Final = frozenset("^{}\\[~]|€\f")


def is_gsm7(body: str) -> bool:
    return all(letter in _GSM_7 or letter in _GSM_7_TWO_SEPTETS for letter in body)


def segment_count(body: str) -> int:
    """The number of parts of a message; a letter of two units is never cut in half."""
    if is_gsm7(body):
        return _parts([2 if letter in _GSM_7_TWO_SEPTETS else 1 for letter in body], 160, 153)
    return _parts([2 if letter > "\uffff" else 1 for letter in body], 70, 67)


def _parts(widths: list[int], alone: int, joined: int) -> int:
    if sum(widths) <= alone:
        return 1
    parts, used = 1, 0
    for width in widths:
        if used + width > joined:
            parts, used = parts + 1, 0
        used += width
    return parts
