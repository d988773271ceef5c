"""The key ring: seals personal fields, and finds them again by a blind index without opening them.

Every use has a key of its own, derived from the ring by HKDF (RFC 5869). A sealed blob is two bytes of key
number, twelve of nonce, then AES-256-GCM; it opens only at the table, column and row it was sealed for.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_NUMBER: Final = struct.Struct(">H")
_HEAD: Final = _NUMBER.size + _NONCE_BYTES
_LARGEST_NUMBER: Final = 0xFFFF


@dataclass(frozen=True, slots=True)
class KeyFault:
    """What is wrong with one entry of the ring: its place (1 is the first) and a code, never the entry."""

    place: int
    code: str


class BadKeys(ValueError):
    """The ring cannot be read; carries every fault at once."""

    def __init__(self, faults: tuple[KeyFault, ...]) -> None:
        super().__init__("; ".join(f"key {fault.place}: {fault.code}" for fault in faults))
        self.faults = faults


class CannotOpen(Exception):
    """A sealed field does not open: a key is missing from the ring, or the bytes or their place were
    changed.
    """

    def __init__(self, place: str, key_number: int) -> None:
        super().__init__(f"{place} does not open with key {key_number}")
        self.place = place
        self.key_number = key_number


class _Key:
    """One key of the ring with the keys derived from it."""

    __slots__ = ("_macs", "_master", "cipher", "number")

    def __init__(self, number: int, master: bytes) -> None:
        self.number: Final = number
        self._master: Final = master
        self._macs: Final[dict[str, hmac.HMAC]] = {}
        # Making a cipher costs more than sealing with it, so each key makes its own once.
        self.cipher: Final = AESGCM(self._derived("seal"))

    def mac(self, use: str, *parts: bytes) -> bytes:
        keyed = self._macs.get(use)
        if keyed is None:
            keyed = self._macs[use] = hmac.new(self._derived(f"mac {use}"), digestmod=hashlib.sha256)
        keyed = keyed.copy()
        for part in parts:
            # With its length before it, no part can lend bytes to its neighbour.
            keyed.update(struct.pack(">I", len(part)) + part)
        return keyed.digest()

    def _derived(self, use: str) -> bytes:
        return HKDF(SHA256(), _KEY_BYTES, salt=b"dariger registry", info=use.encode()).derive(self._master)


class KeyRing:
    """The keys of REGISTRY_KEY; the first is current, the others only open what they once sealed."""

    __slots__ = ("_by_number", "_current")

    def __init__(self, ring: Sequence[_Key]) -> None:
        self._current: Final = ring[0]
        self._by_number: Final = {key.number: key for key in ring}

    @classmethod
    def parse(cls, text: str) -> "KeyRing":
        """Read "2:<base64 of 32 bytes>,1:<...>". Raises BadKeys with every fault at once."""
        read = [_parse_entry(place, entry.strip()) for place, entry in enumerate(text.split(","), 1)]
        faults = [fault for fault in read if isinstance(fault, KeyFault)]
        keys = [key for key in read if not isinstance(key, KeyFault)]
        numbers = [None if isinstance(entry, KeyFault) else entry[0] for entry in read]
        faults += [
            KeyFault(place, "number_twice")
            for place, number in enumerate(numbers, 1)
            if number is not None and number in numbers[: place - 1]
        ]
        if faults:
            raise BadKeys(tuple(faults))
        return cls([_Key(number, master) for number, master in keys])

    @staticmethod
    def new_key() -> str:
        """Base64 of 32 fresh random bytes, to be put after a number and a colon."""
        return base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode()

    @property
    def current(self) -> int:
        """The number of the key that seals."""
        return self._current.number

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of all keys, the current one first."""
        return tuple(self._by_number)

    def only(self, number: int) -> "KeyRing":
        """A ring of that key alone: to find what was indexed before a rotation. Raises KeyError."""
        return KeyRing([self._by_number[number]])

    def seal(self, place: str, row: int | str, text: str | bytes) -> bytes:
        """Seal text for `place` ("table.column") of that row."""
        data = text.encode() if isinstance(text, str) else text
        nonce = secrets.token_bytes(_NONCE_BYTES)
        bound = f"{place}|{row}".encode()
        return _NUMBER.pack(self._current.number) + nonce + self._current.cipher.encrypt(nonce, data, bound)

    def open(self, place: str, row: int | str, blob: bytes) -> str:
        """The text sealed for that place and row. Raises CannotOpen."""
        return self.open_bytes(place, row, blob).decode()

    def open_bytes(self, place: str, row: int | str, blob: bytes) -> bytes:
        """The bytes sealed for that place and row. Raises CannotOpen."""
        number = key_number(blob)
        key = self._by_number.get(number)
        if key is None or len(blob) < _HEAD:
            raise CannotOpen(place, number)
        bound = f"{place}|{row}".encode()
        try:
            return key.cipher.decrypt(blob[_NUMBER.size : _HEAD], blob[_HEAD:], bound)
        except InvalidTag:
            raise CannotOpen(place, number) from None

    def blind(self, kind: str, value: str) -> bytes:
        """The blind index of a value: equal values of one kind are equal, and nothing else can be told."""
        return self._current.mac(f"blind {kind}", value.encode())

    def mac(self, use: str, *parts: bytes) -> bytes:
        """HMAC-SHA-256 of the parts under the current key derived for that use."""
        return self._current.mac(use, *parts)

    def mac_with(self, number: int, use: str, *parts: bytes) -> bytes | None:
        """The same under the key of that number, None if the ring no longer has it."""
        key = self._by_number.get(number)
        return None if key is None else key.mac(use, *parts)

    def __repr__(self) -> str:
        return f"KeyRing{self.numbers}"


def key_number(blob: bytes) -> int:
    """The number of the key that sealed the blob; 0, which no key has, for what is no sealed blob."""
    return int(_NUMBER.unpack_from(blob)[0]) if len(blob) >= _NUMBER.size else 0


def _parse_entry(place: int, entry: str) -> tuple[int, bytes] | KeyFault:
    number, colon, encoded = entry.partition(":")
    if not colon:
        return KeyFault(place, "no_number")
    if not (number.isascii() and number.isdigit() and 0 < int(number) <= _LARGEST_NUMBER):
        return KeyFault(place, "bad_number")
    try:
        master = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        return KeyFault(place, "not_base64")
    return (int(number), master) if len(master) == _KEY_BYTES else KeyFault(place, "not_32_bytes")
