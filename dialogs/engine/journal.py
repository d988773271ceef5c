"""The journal of one conversation: the answers given, each under its question's key."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"

# Made once: json.dumps makes an encoder at every call.
_compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


class Kind(StrEnum):
    """How an entry came about, which decides what can make it stale."""

    OPTION = "o"
    FREE = "f"
    EXIT = "e"
    RECEIPT = "r"
    START = "s"


@dataclass(frozen=True, slots=True)
class Entry:
    """One answer: its question's key, its value, and the digest of what it depended on."""

    key: str
    value: Json
    kind: Kind
    given: str = ""


@dataclass(frozen=True, slots=True)
class Journal:
    """An immutable set of entries, one per key, in the order they were first given."""

    entries: tuple[Entry, ...] = ()

    def find(self, key: str) -> Entry | None:
        """Return the entry under ``key``, or ``None``."""
        # A plain loop: this runs for every question of every replay, and a generator costs twice as much.
        for entry in self.entries:
            if entry.key == key:
                return entry
        return None

    def put(self, entry: Entry) -> Journal:
        """Return a journal with ``entry`` in the place of an older one of its key."""
        return Journal((*self.without(entry.key).entries, entry))

    def without(self, *keys: str) -> Journal:
        """Return a journal that has forgotten ``keys``."""
        return Journal(tuple(entry for entry in self.entries if entry.key not in keys))


def pack(journal: Journal) -> str:
    """Return the journal as compact JSON text."""
    rows = [[e.key, e.value, e.kind.value, e.given] for e in journal.entries]
    return _compact(rows)


def unpack(text: str) -> Journal:
    """Return the journal that ``pack`` wrote.

    Raises ``ValueError`` or ``TypeError`` on anything else: the conversation is then
    suspended with its answers kept, never discarded.
    """
    rows = json.loads(text)
    if not isinstance(rows, list):
        raise TypeError("a journal is a list of entries")
    return Journal(tuple(Entry(key, value, Kind(kind), given) for key, value, kind, given in rows))


def digest(given: Json | tuple[Json, ...]) -> str:
    """Return a short stable digest of what an answer depends on; of ``None``, an empty one."""
    if given is None:
        return ""
    canonical = _canonical(given)
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]
