"""Whether the ring of keys is the one that the registry lives under: looked at before anything is written.

Under another key everybody would be unknown, because people are found by a keyed index; and whoever were
loaded then would be there twice.
"""

from enum import StrEnum

from storage import audit
from storage.database import Reader
from storage.keys import CannotOpen, key_number
from storage.sealed import SEALED, first_blob


class KeyTrouble(StrEnum):
    """Why a registry must not be worked in with a ring."""

    NOT_THE_KEY = "not_the_key"
    NOT_ROTATED = "not_rotated"


class WrongKeys(Exception):
    """The registry does not live under the current key of the ring; carries why."""

    def __init__(self, trouble: KeyTrouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


async def demand_right_keys(reader: Reader) -> None:
    """Return if the registry lives under the current key, or holds nothing yet.

    Raises WrongKeys, Unavailable.
    """
    sealed_by = await audit.head_sealed_by(reader) or await _field_sealed_by(reader)
    if sealed_by is None and not await audit.is_empty(reader):
        raise WrongKeys(KeyTrouble.NOT_THE_KEY)
    if sealed_by not in {None, reader.keys.current}:
        raise WrongKeys(KeyTrouble.NOT_ROTATED)


async def _field_sealed_by(reader: Reader) -> int | None:
    """The number of the key that opens some sealed field, None if there is no field. Raises WrongKeys.

    A head that was tampered with is the matter of `verify`: as long as a field opens, the ring is right.
    """
    shut = False
    for field in SEALED:
        found = await first_blob(reader, field)
        if found is None:
            continue
        try:
            reader.keys.open_bytes(field.place, found.row, found.blob)
        except CannotOpen:
            shut = True
        else:
            return key_number(found.blob)
    if shut:
        raise WrongKeys(KeyTrouble.NOT_THE_KEY)
    return None
