"""Where time and randomness come from; both are passed in, so that every rule can be tried at any moment."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """The one clock of the house."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


class Secrets(Protocol):
    """The one source of randomness for what must not be guessed."""

    def code(self) -> str:
        """Six digits, each equally likely, leading zeros included."""
        ...

    def token(self, length: int) -> bytes:
        """That many random bytes."""
        ...
