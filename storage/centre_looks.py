"""The one-time links to results of the centres, and the record of every look through one."""

from dataclasses import dataclass
from datetime import datetime

from rules.centre_info import Centre, InfoPurpose
from storage.centres import purpose_of
from storage.database import Reader, Tx
from storage.instants import instant, micros
from storage.keys import KeyRing


@dataclass(frozen=True, slots=True)
class Opened:
    """A link that has just been opened, for the first and only time."""

    link_id: int
    request_id: int
    person_id: int


@dataclass(frozen=True, slots=True)
class Look:
    """Who looked at a result about somebody, when, and what it had been asked for."""

    request_id: int
    number: str
    centre: Centre
    purpose: InfoPurpose | None
    looker_id: str
    at: datetime


def link(tx: Tx, request_id: int, person_id: str, token: str, expires_at: datetime, now: datetime) -> None:
    """Keep the hash of a one-time link; whatever link was there before opens nothing any more."""
    tx.later("centre_links_end", request_id=request_id, now=micros(now))
    tx.later(
        "centre_link_add",
        id=tx.ids.new(),
        request_id=request_id,
        person_id=int(person_id),
        token_hash=_token_hash(tx.keys, token),
        now=micros(now),
        expires_at=micros(expires_at),
    )


async def link_is_alive(reader: Reader, token: str, now: datetime) -> bool:
    """True if that link would open now."""
    hashed = _token_hash(reader.keys, token)
    return await reader.row("centre_link_alive", token_hash=hashed, now=micros(now)) is not None


async def open_link(tx: Tx, token: str, now: datetime) -> Opened | None:
    """Spend a link. What if it runs twice: None, as for one that is too old or unknown."""
    rows = await tx.rows("centre_link_open", token_hash=_token_hash(tx.keys, token), now=micros(now))
    return Opened(*rows[0]) if rows else None


def looked(tx: Tx, opened: Opened, subject_id: str, now: datetime) -> None:
    """Keep that somebody looked at the result."""
    tx.later(
        "centre_look",
        id=tx.ids.new(),
        request_id=opened.request_id,
        subject_id=int(subject_id),
        looker_id=opened.person_id,
        link_id=opened.link_id,
        now=micros(now),
    )


async def looks_at(reader: Reader, subject_id: str, most: int = 200) -> tuple[Look, ...]:
    """Every look at a result about that person, newest first."""
    rows = await reader.rows("centre_looks_at", subject_id=int(subject_id), most=most)
    return tuple(
        Look(row[1], row[4], Centre(row[5]), purpose_of(row[6]), str(row[2]), instant(row[3])) for row in rows
    )


def _token_hash(keys: KeyRing, token: str) -> bytes:
    return keys.mac("centre link", token.encode())
