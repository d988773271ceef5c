"""What is kept, sealed, with a home call: what the citizen gave and what staff need for the visit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Literal, TypeAlias

from dialogs.addresses import Address, read_address

Standing: TypeAlias = Literal["here", "elsewhere", "nowhere"]


@dataclass(frozen=True, slots=True, repr=False)
class CallDetails:
    """The sealed part of a home call's row.

    ``born`` is the registry's birth date, or the typed one of somebody it does not know. ``standing`` says
    where the patient is attached, as staff alone are told (G-73). ``linked_number`` is the open call of the
    same patient that this one stands beside. ``without_iin``: the patient's paper is looked at (G-10). Phones
    are E.164.
    """

    patient_name: str
    born: date | None
    phone: str
    address: Address
    reason: str = ""
    own_words: str = ""
    caller_name: str = ""
    caller_phone: str = ""
    newborn: bool = False
    standing: Standing = "here"
    attached_to: int | None = None
    linked_number: str = ""
    without_iin: bool = False

    def to_json(self) -> dict[str, Any]:
        """The value to seal with the request."""
        kept = {field.name: getattr(self, field.name) for field in fields(self)}
        return {**kept, "born": self.born.isoformat() if self.born else None, "address": self.address.as_json}

    @property
    def street_and_house(self) -> str:
        """The address as far as the group may read it; the registry's own line is cut before the flat."""
        address = self.address if self.address.street else read_address(self.address.whole)
        if address.street:
            return ", ".join(filter(None, (address.street, address.house)))
        return place(self.address)

    @classmethod
    def of_json(cls, value: Mapping[str, Any]) -> CallDetails:
        """Read what ``to_json`` gave. Raises TypeError, ValueError if it is anything else."""
        born = value["born"]
        address = Address(**value["address"])
        return cls(**{**value, "born": date.fromisoformat(born) if born else None, "address": address})

    def __repr__(self) -> str:
        # A repr ends up in logs and tracebacks, so it must not carry the person.
        return "CallDetails(...)"


def place(address: Address) -> str:
    """The shared point in degrees, or nothing."""
    if address.latitude is None or address.longitude is None:
        return ""
    return f"{address.latitude:.5f}, {address.longitude:.5f}"
