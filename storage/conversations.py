"""Conversations: what each address has answered so far, and what is remembered of the address itself.

The journal is sealed, and erased when the conversation closes. The revision's compare-and-swap decides who
was first; a lock in the process only saves work.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, TypeAlias

from rules.people import Language
from storage import proofs
from storage.addresses import Address, stored_key
from storage.database import Reader, Row, Tx
from storage.instants import instant, micros
from storage.keys import KeyRing
from storage.proofs import CONSENT

State: TypeAlias = Literal["open", "closed", "suspended"]

_JOURNAL: Final = "conversations.journal"
_MENU: Final = "chats.last_menu"


@dataclass(frozen=True, slots=True, repr=False)
class Chat:
    """What is remembered of an address: its language, the last menu shown, whose identity was confirmed
    last, when a card was last shown anew.
    """

    locale: Language | None
    known_since: datetime
    last_menu: str | None
    confirmed_person: int | None
    confirmed_at: datetime | None
    refreshed_at: datetime | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Conversation:
    """One conversation; `journal` is the engine's packed text, None once closed."""

    id: int
    dialog: str
    dialog_digest: str
    locale: Language
    journal: str | None
    revision: int
    state: State
    opened_at: datetime
    touched_at: datetime

    def __repr__(self) -> str:
        return f"Conversation({self.id}, {self.dialog}, revision {self.revision})"


async def of_address(reader: Reader, address: Address) -> tuple[Chat | None, Conversation | None]:
    """What is remembered of the address, and its open conversation. One query."""
    key = stored_key(reader.keys, address)
    row = await reader.row("conversation_of_address", channel=address.channel, address_key=key)
    if row is None:
        return None, None
    chat = None if row[1] is None else _chat(reader.keys, f"{address.channel}:{key}", (*row[:5], row[14]))
    return chat, None if row[5] is None else _conversation(reader.keys, row[5:14])


async def by_id(reader: Reader, conversation_id: int) -> Conversation | None:
    """The conversation, in whatever state."""
    row = await reader.row("conversation_by_id", id=conversation_id)
    return None if row is None else _conversation(reader.keys, row[:9])


async def address_of(reader: Reader, conversation_id: int) -> Address | None:
    """The chat that an open conversation is held in; None if it is closed, or held by phone."""
    row = await reader.row("conversation_by_id", id=conversation_id)
    if row is None or row[6] != "open" or row[9] != "telegram":
        return None
    return Address("telegram", row[10])


async def held_by_phone(reader: Reader, conversation_id: int) -> Conversation | None:
    """An open conversation that is held by phone, whichever; None if it is closed, or held in a chat."""
    row = await reader.row("conversation_by_id", id=conversation_id)
    if row is None or row[6] != "open" or row[9] != "sms":
        return None
    return _conversation(reader.keys, row[:9])


async def move(tx: Tx, conversation_id: int, revision: int, to: Address, now: datetime) -> bool:
    """Go on at another address, where nothing is open; it then stands at the next revision.

    What if it runs twice: False, and nothing changes; then roll back and think again.
    """
    key = stored_key(tx.keys, to)
    tx.later("chat_met", channel=to.channel, address_key=key, now=micros(now))
    rows = await tx.rows(
        "conversation_move",
        id=conversation_id,
        revision=revision,
        channel=to.channel,
        address_key=key,
        now=micros(now),
    )
    return bool(rows)


def open_new(
    tx: Tx, address: Address, dialog: str, dialog_digest: str, locale: Language, journal: str, now: datetime
) -> Conversation:
    """Open a conversation at revision 1.

    What if it runs twice: the address has one open conversation at most; a second is a Clash at the commit.
    """
    conversation_id = tx.ids.new()
    key = stored_key(tx.keys, address)
    tx.later("chat_met", channel=address.channel, address_key=key, now=micros(now))
    tx.later(
        "conversation_open",
        id=conversation_id,
        channel=address.channel,
        address_key=key,
        dialog=dialog,
        dialog_digest=dialog_digest,
        locale=locale,
        journal=tx.keys.seal(_JOURNAL, conversation_id, journal),
        now=micros(now),
    )
    return Conversation(conversation_id, dialog, dialog_digest, locale, journal, 1, "open", now, now)


async def advance(
    tx: Tx,
    conversation_id: int,
    revision: int,
    journal: str,
    now: datetime,
    *,
    locale: Language | None = None,
    dialog_digest: str | None = None,
) -> bool:
    """Keep the new journal if the conversation still stands at `revision`; it then stands at the next.

    What if it runs twice: False, and nothing changes; then roll back and think again.
    """
    rows = await tx.rows(
        "conversation_advance",
        id=conversation_id,
        revision=revision,
        journal=tx.keys.seal(_JOURNAL, conversation_id, journal),
        now=micros(now),
        locale=locale,
        dialog_digest=dialog_digest,
    )
    return bool(rows)


async def close(tx: Tx, conversation_id: int, revision: int, now: datetime) -> bool:
    """End the conversation and erase its journal. False if it moved on meanwhile, so also the second time."""
    return bool(await tx.rows("conversation_close", id=conversation_id, revision=revision, now=micros(now)))


def close_untouched(tx: Tx, dialog: str, since: datetime, now: datetime) -> None:
    """End every conversation of that dialog that nobody has touched since then. Twice: nothing more."""
    tx.later("conversations_close_untouched", dialog=dialog, untouched_since=micros(since), now=micros(now))


async def suspend(tx: Tx, conversation_id: int, revision: int, dialog_digest: str, now: datetime) -> bool:
    """Set the conversation aside with its journal, for a fault of ours in the code of that digest.

    False if it moved on meanwhile.
    """
    rows = await tx.rows(
        "conversation_suspend",
        id=conversation_id,
        revision=revision,
        dialog_digest=dialog_digest,
        now=micros(now),
    )
    return bool(rows)


async def resume(tx: Tx, conversation_id: int, now: datetime) -> bool:
    """Open a suspended conversation again.

    False if it is not suspended, the address has opened another, or has been through the same dialog since.
    """
    return bool(await tx.rows("conversation_resume", id=conversation_id, now=micros(now)))


async def suspended(reader: Reader) -> tuple[tuple[int, str, str], ...]:
    """(id, dialog, digest of the dialog) of every suspended conversation."""
    return tuple((row[0], row[1], row[2]) for row in await reader.rows("conversation_suspended"))


async def open_count(reader: Reader) -> int:
    """How many conversations are open."""
    return int((await reader.rows("conversations_open_count"))[0][0])


def set_locale(tx: Tx, address: Address, locale: Language | None, now: datetime) -> None:
    """Remember the language of the address, or (None) that it is to be chosen anew. Twice: the same."""
    key = stored_key(tx.keys, address)
    tx.later("chat_locale", channel=address.channel, address_key=key, locale=locale, now=micros(now))


def keep_menu(tx: Tx, address: Address, menu: str | None, now: datetime) -> None:
    """Remember the menu as it was shown, to read a number or an old button against. Twice: the same."""
    key = stored_key(tx.keys, address)
    sealed = None if menu is None else tx.keys.seal(_MENU, f"{address.channel}:{key}", menu)
    tx.later("chat_menu", channel=address.channel, address_key=key, last_menu=sealed, now=micros(now))


def remember_confirmed(tx: Tx, address: Address, person_id: int, now: datetime) -> None:
    """Remember whose identity this address has confirmed, for the cabinet. Twice: the same."""
    key = stored_key(tx.keys, address)
    tx.later("chat_confirmed", channel=address.channel, address_key=key, person_id=person_id, now=micros(now))


def remember_refreshed(tx: Tx, address: Address, now: datetime) -> None:
    """Remember when a card was shown anew at this address (G-67). Twice: the later one."""
    key = stored_key(tx.keys, address)
    tx.later("chat_refreshed", channel=address.channel, address_key=key, now=micros(now))


async def forget(tx: Tx, address: Address, now: datetime) -> None:
    """Forget this chat: its open conversation, menu and confirmations. Its language stays. Twice: the
    same.
    """
    key = stored_key(tx.keys, address)
    tx.later("conversation_forget", channel=address.channel, address_key=key, now=micros(now))
    tx.later("chat_forget", channel=address.channel, address_key=key)
    tx.later("known_chat_forget", chat_key=f"{address.channel}:{key}")
    ended = await tx.rows("consents_forget_chat", channel=address.channel, address_key=key, now=micros(now))
    for (consent_id,) in ended:
        await proofs.chain(tx, CONSENT, consent_id, "consent.ended", f"{address.channel}:{key}", now)


def _chat(keys: KeyRing, row_name: str, row: Row) -> Chat:
    locale, known_since, menu, person, confirmed_at, refreshed_at = row
    shown = None if menu is None else keys.open(_MENU, row_name, menu)
    return Chat(locale, instant(known_since), shown, person, instant(confirmed_at), instant(refreshed_at))


def _conversation(keys: KeyRing, row: Row) -> Conversation:
    row_id, dialog, digest, locale, journal, revision, state, opened_at, touched_at = row
    text = None if journal is None else keys.open(_JOURNAL, row_id, journal)
    return Conversation(
        row_id, dialog, digest, locale, text, revision, state, instant(opened_at), instant(touched_at)
    )
