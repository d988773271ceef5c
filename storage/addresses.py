"""Where a message comes from or goes to: a Telegram chat or a phone."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from storage.keys import KeyRing

Channel: TypeAlias = Literal["telegram", "sms", "nowhere"]


@dataclass(frozen=True, slots=True, repr=False)
class Address:
    """A Telegram chat id as decimal text, or a phone in E.164.

    The channel "nowhere" is for messages that only have to cost what a real one costs (S19): the courier
    marks them sent and sends nothing.
    """

    channel: Channel
    key: str

    def __repr__(self) -> str:
        # A repr ends up in logs and tracebacks, so it must not carry a phone.
        return f"Address({self.channel})"


def stored_key(keys: KeyRing, address: Address) -> str:
    """How the address is looked up: a chat id in the clear (it routes), a phone by its blind index."""
    return address.key if address.channel == "telegram" else keys.blind("phone", address.key).hex()
