"""Phones that talk to us by SMS: who said stop, what a day has seen of them, what goes on elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal, TypeAlias

from rules.people import Language
from storage.addresses import Address, stored_key
from storage.database import Reader, Tx
from storage.instants import instant, micros
from storage.keys import KeyRing

Elsewhere: TypeAlias = Literal["telegram", "sms"]

_CODE: Final = "handover"
_PHONE: Final = "sms_stopped.phone"


@dataclass(frozen=True, slots=True)
class Day:
    """One address on one day: answers sent, messages in a row not understood, wrong hand-over codes."""

    answers: int = 0
    misses: int = 0
    guesses: int = 0


@dataclass(frozen=True, slots=True)
class Handover:
    """A conversation that is to go on elsewhere, until ``expires_at``."""

    id: int
    conversation_id: int
    expires_at: datetime


async def is_stopped(reader: Reader, phone: Address) -> bool:
    """True if that phone said stop and has not said start since."""
    return bool(await reader.rows("sms_stopped", phone_key=stored_key(reader.keys, phone)))


async def stop(tx: Tx, phone: Address, now: datetime) -> bool:
    """Send nothing there any more but codes; what waits is cancelled. False if it was so already."""
    key, row_id = stored_key(tx.keys, phone), tx.ids.new()
    # Sealed beside its key: when the key of the registry changes, a stranger's phone is found in no register.
    sealed = tx.keys.seal(_PHONE, row_id, phone.key)
    stopped = await tx.rows("sms_stop", id=row_id, phone_key=key, phone=sealed, now=micros(now))
    tx.later("outbox_cancel_of_stopped", address_key=key)
    return bool(stopped)


async def start(tx: Tx, phone: Address) -> bool:
    """Send there again. False if nothing was stopped."""
    return bool(await tx.rows("sms_start", phone_key=stored_key(tx.keys, phone)))


async def reindex(tx: Tx) -> None:
    """Find every stopped phone under today's key of the registry. Twice: the same."""
    for row_id, sealed, key in await tx.rows("sms_stopped_all"):
        new = stored_key(tx.keys, Address("sms", tx.keys.open(_PHONE, row_id, sealed)))
        if new != key:
            tx.later("rotate_sms_stopped", id=row_id, phone_key=new)


async def was_read(reader: Reader, phone: Address, before: datetime) -> bool | None:
    """Whether the last page of the talk can have been read before that instant; None while it is on its way.

    What was given up, or reported as not delivered, was not. Two such reports one after the other are
    doubted: whoever answers all the same can be reached.
    """
    rows = await reader.rows("sms_pages_last", address_key=stored_key(reader.keys, phone))
    if not rows:
        return True
    status, sent_at = rows[0]
    match status:
        case "waiting":
            return None
        case "dead" | "expired" | "cancelled" if sent_at is None:
            return False
        case "undelivered" if all(row[0] != "undelivered" for row in rows[1:]):
            return False
        case _:
            return sent_at is None or before >= instant(sent_at)


async def is_phone_of(reader: Reader, person_id: int, phone: Address) -> bool:
    """Whether the register has that phone as the person's today."""
    index = reader.keys.blind("phone", phone.key)
    return bool(await reader.rows("sms_is_phone_of", person_id=person_id, phone_index=index))


async def told_of(reader: Reader, phone: Address) -> tuple[int, Language] | None:
    """Clinic and language of the newest open request told to that phone by SMS; None if there is none."""
    rows = await reader.rows("sms_told_of", address_key=stored_key(reader.keys, phone))
    return (int(rows[0][0]), rows[0][1]) if rows else None


async def day_of(reader: Reader, address: Address, day: date) -> Day:
    """What that day has seen of the address."""
    row = await reader.row("address_day", address=_name(reader.keys, address), day=day.isoformat())
    return Day() if row is None else Day(*row)


def keep_day(tx: Tx, address: Address, day: date, seen: Day) -> None:
    """Keep what the day has seen of the address. Twice: the same."""
    tx.later(
        "address_day_keep",
        address=_name(tx.keys, address),
        day=day.isoformat(),
        answers=seen.answers,
        misses=seen.misses,
        guesses=seen.guesses,
    )


def hand_over(
    tx: Tx, conversation_id: int, to: Elsewhere, code: str, now: datetime, expires_at: datetime
) -> None:
    """Let the conversation go on elsewhere by that code; one before it is dead."""
    tx.later("handovers_end", conversation_id=conversation_id, now=micros(now))
    tx.later(
        "handover_add",
        id=tx.ids.new(),
        code_hash=tx.keys.mac(_CODE, code.encode()),
        to_channel=to,
        conversation_id=conversation_id,
        now=micros(now),
        expires_at=micros(expires_at),
    )


async def handed_over(reader: Reader, to: Elsewhere, code: str, now: datetime) -> Handover | None:
    """What goes on there by that code. None if it is wrong, old or used, or if two have the same."""
    rows = await reader.rows(
        "handover_live", code_hash=reader.keys.mac(_CODE, code.encode()), to_channel=to, now=micros(now)
    )
    return Handover(rows[0][0], rows[0][1], instant(rows[0][2])) if len(rows) == 1 else None


async def any_handed_over(reader: Reader, to: Elsewhere, now: datetime) -> bool:
    """True if anything at all waits to go on there: without that no code is a guess."""
    return bool(await reader.rows("handovers_live", to_channel=to, now=micros(now)))


async def take_over(tx: Tx, handover_id: int, now: datetime) -> bool:
    """Use the code up. False the second time."""
    return bool(await tx.rows("handover_take", id=handover_id, now=micros(now)))


def _name(keys: KeyRing, address: Address) -> str:
    return f"{address.channel}:{stored_key(keys, address)}"
