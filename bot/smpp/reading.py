"""What an operator hands to us by SMPP: a delivery receipt, or an SMS of a person, whole or in parts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import smpp34

from bot.smpp import tags
from bot.smpp.alphabet import letters
from bot.smpp.link import LONGEST_ID

HEADER: Final = 0x40
MESSAGE_TYPE: Final = 0x3C
RECEIPT: Final = 0x04
PERSONS: Final = 0x00
INTERNATIONAL: Final = 1
_JOINED_8: Final = 0x00
_JOINED_16: Final = 0x08
_STATES: Final = {
    2: "DELIVRD",
    3: "EXPIRED",
    4: "DELETED",
    5: "UNDELIV",
    7: "UNKNOWN",
    8: "REJECTD",
}
_RECEIPT_WORDS: Final = re.compile(r"id:(?P<id>\S+).*?stat:(?P<stat>[A-Z]+)", re.DOTALL | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one of ours: the operator's id for it; ``code`` names its end where it was not reached.

    ``outcome`` is None while the message is still on its way.
    """

    message_id: str
    outcome: Literal["delivered", "undelivered"] | None
    code: str


@dataclass(frozen=True, slots=True, repr=False)
class Said:
    """Words of a person; one part of several where ``total`` is above 1."""

    sender: str
    recipient: str
    text: str
    reference: str = ""
    number: int = 1
    total: int = 1


@dataclass(frozen=True, slots=True)
class Other:
    """Something else, as a read notice: taken, and nobody's."""


Handed: TypeAlias = "Receipt | Said | Other"


def read(pdu: smpp34.DeliverSm) -> Handed:
    """Return what a ``deliver_sm`` means."""
    tlvs = {tlv.tag: tlv.value for tlv in pdu.tlvs}
    octets = tlvs.get(tags.MESSAGE_PAYLOAD) or pdu.short_message
    kind = pdu.esm_class & MESSAGE_TYPE
    if kind == RECEIPT or tags.RECEIPTED_MESSAGE_ID in tlvs:
        return _receipt(octets, tlvs)
    if kind != PERSONS:
        return Other()
    reference, total, number, words = _part(pdu.esm_class, octets, tlvs)
    return Said(
        sender=in_full(pdu.source_addr, pdu.source_addr_ton),
        recipient=pdu.destination_addr,
        text=letters(words, pdu.data_coding),
        reference=reference,
        number=number,
        total=total,
    )


def in_full(address: str, kind: int) -> str:
    """A sender in E.164, where it is a number of this country or an international one; else as it came."""
    digits = address.removeprefix("+")
    if not (digits.isascii() and digits.isdigit()):
        return address
    if kind == INTERNATIONAL or address.startswith("+"):
        return f"+{digits}"
    # Inside the country operators write 8 701 ..., 7 701 ... or 701 ...
    if len(digits) == 11 and digits[0] in "78":
        return f"+7{digits[1:]}"
    return f"+7{digits}" if len(digits) == 10 and digits[0] == "7" else address


def _receipt(octets: bytes, tlvs: dict[int, bytes]) -> Handed:
    found = _RECEIPT_WORDS.search(octets.decode("latin-1"))
    named = tlvs.get(tags.RECEIPTED_MESSAGE_ID, b"").rstrip(b"\0").decode("latin-1")
    state = tlvs.get(tags.MESSAGE_STATE, b"")
    message_id = (named or (found["id"] if found else ""))[:LONGEST_ID]
    stat = _STATES.get(state[0], "") if len(state) == 1 else (found["stat"].upper()[:7] if found else "")
    if not message_id:
        return Other()
    if stat == "DELIVRD":
        return Receipt(message_id, "delivered", "")
    ended = stat in _STATES.values()
    return Receipt(message_id, "undelivered" if ended else None, stat.lower())


def _part(esm_class: int, octets: bytes, tlvs: dict[int, bytes]) -> tuple[str, int, int, bytes]:
    """Reference, how many parts, which one, and its words."""
    if esm_class & HEADER and octets and octets[0] < len(octets):
        header, words = octets[1 : octets[0] + 1], octets[octets[0] + 1 :]
        return *_joined_by_header(header), words
    sar = [tlvs.get(tag, b"") for tag in _SAR]
    if all(sar) and 1 <= sar[2][0] <= sar[1][0]:
        return f"sar{sar[0].hex()}", sar[1][0], sar[2][0], octets
    return "", 1, 1, octets


_SAR: Final = (tags.SAR_REFERENCE, tags.SAR_TOTAL, tags.SAR_NUMBER)


def _joined_by_header(header: bytes) -> tuple[str, int, int]:
    at = 0
    while at + 2 <= len(header):
        element, length = header[at], header[at + 1]
        value = header[at + 2 : at + 2 + length]
        long_enough = len(value) == {_JOINED_8: 3, _JOINED_16: 4}.get(element)
        if long_enough and 1 <= value[-1] <= value[-2]:
            return f"udh{value[:-2].hex()}", value[-2], value[-1]
        at += 2 + length
    return "", 1, 1
