"""What a person will read, named by key: the words themselves stand in the catalogues."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import TypeAlias

Value: TypeAlias = "str | int | date | datetime | T | Named | tuple[T, ...]"


@dataclass(frozen=True, slots=True)
class Plain:
    """Text that is data, not words: a person's name, a clinic's name. Never translated."""

    text: str


@dataclass(frozen=True, slots=True)
class Named:
    """A name that the data gives in each language: what is written in both names it in both."""

    kk: str
    ru: str


@dataclass(frozen=True, slots=True, init=False)
class T:
    """A whole sentence or message of the catalogues, with the values it names.

    ``key`` is the message id, as in ``home_call.red_flags``. Instants among the values
    must already be in the clinic's zone: they are shown as they stand.
    """

    key: str
    values: Mapping[str, Value] = field(hash=False)

    def __init__(self, key: str, /, **values: Value) -> None:
        object.__setattr__(self, "key", key)
        object.__setattr__(self, "values", MappingProxyType(values))


Sentence: TypeAlias = "T | Plain"
