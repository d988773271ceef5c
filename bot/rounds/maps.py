"""Where a visit is, as a link that any phone opens on a map.

Nothing here does I/O. Street and house are in the link and nothing of who lives there: no flat, no name.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from dialogs.addresses import Address

MAP: Final = "https://2gis.kz/almaty"


def map_link(address: Address, street_and_house: str) -> str:
    """The map at the point that was shared, else a search for street and house; "" where neither is known."""
    if address.latitude is not None and address.longitude is not None:
        return f"{MAP}/geo/{address.longitude:.5f},{address.latitude:.5f}"
    return f"{MAP}/search/{quote(street_and_house, safe='')}" if street_and_house else ""
