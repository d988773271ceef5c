"""What the staff room comes to over one event: messages owed, a code for the inbox, and whom to tell."""

from __future__ import annotations

from dataclasses import dataclass

from storage.outbox import Parcel


@dataclass(frozen=True, slots=True)
class Reaction:
    """The result of one event of staff.

    ``outcome`` is kept with the inbox row. ``alert`` names what an administrator must know, and ``clinic_no``
    where.
    """

    outcome: str
    parcels: tuple[Parcel, ...] = ()
    alert: str | None = None
    clinic_no: int | None = None
