"""Randomness for what must not be guessed, from the operating system."""

import secrets
from typing import Final

from rules.consent import CODE_DIGITS

_CODES: Final = 10**CODE_DIGITS.value


class SystemSecrets:
    """The one source of randomness of the running service."""

    def code(self) -> str:
        """Six digits, each equally likely, leading zeros included (S8)."""
        return f"{secrets.randbelow(_CODES):0{CODE_DIGITS.value}d}"

    def token(self, length: int) -> bytes:
        """That many random bytes."""
        return secrets.token_bytes(length)
