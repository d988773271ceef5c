"""Letters of SMS as octets: the default alphabet of GSM 03.38, UCS-2, and others that operators send us."""

from __future__ import annotations

from typing import Final

BASIC: Final = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""3GPP TS 23.038, in the order of its codes; over SMPP one octet holds one of them."""
ESCAPE: Final = 0x1B
EXTENSION: Final = dict(
    zip((0x0A, 0x14, 0x28, 0x29, 0x2F, 0x3C, 0x3D, 0x3E, 0x40, 0x65), "\f^{}\\[~]|€", strict=True)
)

DEFAULT: Final = 0x00
UCS2: Final = 0x08

_CODES: Final = {
    **{letter: bytes((code,)) for code, letter in enumerate(BASIC) if code != ESCAPE},
    **{letter: bytes((ESCAPE, code)) for code, letter in EXTENSION.items()},
}
_CODECS: Final = {0x01: "ascii", 0x03: "latin-1", 0x06: "iso8859-5", 0x07: "iso8859-8", UCS2: "utf-16-be"}
_CLASSED: Final = frozenset({0x00, 0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x70, 0xF0})
_KIND: Final = 0x0C


def gsm(text: str) -> bytes | None:
    """The text in the default alphabet, None if a letter of it is not there."""
    codes = [_CODES.get(letter) for letter in text]
    return None if None in codes else b"".join(code for code in codes if code is not None)


def letters(octets: bytes, data_coding: int) -> str:
    """The text of octets; what is no text, or broken, is as empty as a picture is."""
    coding = _plain(data_coding)
    if coding == DEFAULT:
        return _from_gsm(octets)
    codec = _CODECS.get(coding)
    return "" if codec is None else octets.decode(codec, "ignore")


def _plain(data_coding: int) -> int:
    """The alphabet behind a coding that also names a class, as phones' own messages do."""
    if data_coding in _CODECS or data_coding & 0xF0 not in _CLASSED or data_coding in {0x02, 0x04}:
        return data_coding
    return {0x00: DEFAULT, 0x08: UCS2}.get(data_coding & _KIND, 0x04)


def _from_gsm(octets: bytes) -> str:
    read: list[str] = []
    escaped = False
    for octet in octets:
        if octet == ESCAPE and not escaped:
            escaped = True
            continue
        basic = BASIC[octet] if octet < len(BASIC) and octet != ESCAPE else " "
        read.append(EXTENSION.get(octet, basic) if escaped else basic)
        escaped = False
    return "".join(read)
