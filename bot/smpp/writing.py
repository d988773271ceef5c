"""What we send by SMPP: words cut into messages, and the PDUs that carry them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import smpp34

from bot.smpp import tags
from bot.smpp.alphabet import DEFAULT, UCS2, gsm
from locales.segments import GSM_EXTENSION

WITH_HEADER: Final = 0x40
"""esm_class: a user data header stands before the words."""
RECEIPT_ASKED: Final = 0x01
MOST_PAYLOAD: Final = 64 * 1024 - 1
NATIONAL_CODE: Final = 6
"""The longest short number."""
_GSM_LENGTHS: Final = (160, 153)
_UCS2_LENGTHS: Final = (70, 67)
LAST_OF_ONE_UNIT: Final = 0xFFFF


class Long(StrEnum):
    """How a message of several parts is told to the operator: the contract says which one it takes."""

    UDH = "udh"
    SAR = "sar"
    PAYLOAD = "payload"


@dataclass(frozen=True, slots=True)
class Piece:
    """One ``submit_sm``: its octets, and what tells how they belong together."""

    data_coding: int
    octets: bytes
    esm_class: int = 0
    tlvs: tuple[tuple[int, bytes], ...] = ()


@dataclass(frozen=True, slots=True)
class Sender:
    """Whom it comes from: a number in E.164, a short number, or a registered name."""

    address: str

    @property
    def kind(self) -> tuple[int, int]:
        """Type of number and numbering plan."""
        if not self.address.removeprefix("+").isdigit():
            return 5, 0
        return (3, 0) if len(self.address) <= NATIONAL_CODE else (1, 1)


def pieces(text: str, long: Long, reference: int) -> tuple[Piece, ...]:
    """Cut words as networks cut them; ``reference`` tells this message from others to the same phone."""
    coding, chunks = _chunks(text)
    if len(chunks) == 1:
        return (Piece(coding, chunks[0]),)
    if long is Long.PAYLOAD:
        whole = b"".join(chunks)[:MOST_PAYLOAD]
        return (Piece(coding, b"", tlvs=((tags.MESSAGE_PAYLOAD, whole),)),)
    total = len(chunks)
    if long is Long.SAR:
        return tuple(
            Piece(coding, octets, tlvs=_sar(reference, total, number))
            for number, octets in enumerate(chunks, 1)
        )
    return tuple(
        Piece(coding, bytes((5, 0, 3, reference & 0xFF, total, number)) + octets, WITH_HEADER)
        for number, octets in enumerate(chunks, 1)
    )


def submit(
    piece: Piece, number: int, phone: str, sender: Sender, valid_for: int | None, *, receipt: bool
) -> bytes:
    """Return the PDU of one piece to a phone (E.164), under its sequence number."""
    ton, npi = sender.kind
    pdu = smpp34.SubmitSm(
        sender.address.removeprefix("+"),
        phone.removeprefix("+"),
        piece.octets,
        source_addr_ton=ton,
        source_addr_npi=npi,
        dest_addr_ton=1,
        dest_addr_npi=1,
        esm_class=piece.esm_class,
        validity_period=_relative(valid_for),
        registered_delivery=RECEIPT_ASKED if receipt else 0,
        data_coding=piece.data_coding,
        tlvs=[smpp34.Tlv(tag, value) for tag, value in piece.tlvs],
        sequence_number=number,
    )
    return pdu.encode()


def _chunks(text: str) -> tuple[int, list[bytes]]:
    if gsm(text) is not None:
        return DEFAULT, [gsm(part) or b"" for part in _cut(text, *_GSM_LENGTHS, _septets)]
    return UCS2, [part.encode("utf-16-be", "replace") for part in _cut(text, *_UCS2_LENGTHS, _units)]


def _cut(text: str, single: int, joined: int, length: Callable[[str], int]) -> list[str]:
    """Cut between letters only: neither an escaped one nor a surrogate pair is torn."""
    if sum(map(length, text)) <= single:
        return [text]
    parts, used = [""], 0
    for letter in text:
        if used + length(letter) > joined:
            parts.append("")
            used = 0
        parts[-1] += letter
        used += length(letter)
    return parts


def _septets(letter: str) -> int:
    return 2 if letter in GSM_EXTENSION else 1


def _units(letter: str) -> int:
    return 1 if ord(letter) <= LAST_OF_ONE_UNIT else 2


def _sar(reference: int, total: int, number: int) -> tuple[tuple[int, bytes], ...]:
    return (
        (tags.SAR_REFERENCE, (reference & 0xFFFF).to_bytes(2, "big")),
        (tags.SAR_TOTAL, bytes((total,))),
        (tags.SAR_NUMBER, bytes((number,))),
    )


def _relative(seconds: int | None) -> str:
    """How long the operator tries: days, hours, minutes, seconds from now, in its own form."""
    if seconds is None:
        return ""
    minutes, second = divmod(max(1, seconds), 60)
    hours, minute = divmod(minutes, 60)
    days, hour = divmod(hours, 24)
    return f"0000{min(days, 30):02}{hour:02}{minute:02}{second:02}000R"
