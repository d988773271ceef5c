"""Tells versions of the dialogs' code apart, so that what a fault suspended is tried again once mended."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

import dialogs
import locales
import rules

_ROOMS: Final = tuple(Path(str(room.__file__)).parent for room in (dialogs, rules, locales))
_KINDS: Final = frozenset({".py", ".po", ".tsv"})


@cache
def current_digest() -> str:
    """Return a short digest of all that a dialog is made of: dialogs, rules and words.

    A dialog's fault may lie in any of them. It is read once, as the code itself is.
    """
    return digest_of(_ROOMS)


def digest_of(rooms: Iterable[Path]) -> str:
    """Return a short digest of every source below ``rooms``, names and contents."""
    digest = hashlib.sha256()
    for room in rooms:
        for path in sorted(path for path in room.rglob("*") if path.suffix in _KINDS):
            digest.update(f"{room.name}/{path.relative_to(room).as_posix()}".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]
