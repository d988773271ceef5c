"""What another person's consent is wanted for, and how the request for it goes out."""

from dataclasses import dataclass
from typing import Protocol

from rules.iin import Iin
from rules.people import Language
from rules.third_party import Matter, Times
from storage.addresses import Address
from storage.outbox import Parcel


@dataclass(frozen=True, slots=True, repr=False)
class Wanted:
    """What somebody's consent is wanted for.

    `matter_id` is the row of the matter's own table, `number` what people call it ("93-000012"). Either
    `asker_id` (a person) or `asker_clinic` asks; `asker_name` is "Ахметова А. С." or the clinic's short name.
    `what` and `purpose` are suffixes of catalogue keys. `asker_chat` is where the asker talks to us: an
    answer never counts there.
    """

    matter: Matter
    matter_id: int
    number: str
    asker_id: str | None
    asker_clinic: int | None
    asker_name: str
    subject: Iin
    what: str
    purpose: str
    asker_chat: Address | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Asked:
    """One request as it goes out: in which language, where to, and when.

    `phone` and `chat` go nowhere for a phantom; `chat` is where the person asked was last confirmed.
    `challenge_id` is the consent's: its parcels are cancelled by it. `child` is the first name of a child
    for whom a parent answers; None where people answer for themselves.
    """

    request_id: int
    challenge_id: int
    wanted: Wanted
    times: Times
    language: Language
    chat_language: Language
    phone: Address
    chat: Address
    child: str | None = None


class Composing(Protocol):
    """Whoever knows the words and the channels."""

    def shown(self, asked: Asked, code: str) -> str:
        """The exact text that is consented to, as the record keeps it (S28)."""
        ...

    def parcels(self, asked: Asked, code: str) -> tuple[Parcel, ...]:
        """The SMS, its reminder, and the notice into the person's own chat: as many for every IIN."""
        ...
