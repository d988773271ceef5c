"""A conversation that goes on elsewhere: from the chat by SMS, and from the phone in the chat.

Six digits are shown where it is held, and sent from where it is to go on. Its answers go along; its consents
do not, so behind a gate nothing is shown before a code has come from the registered phone again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Protocol

import locales
from bot.channels import telegram
from bot.channels.painting import MENU, notice
from bot.talk.standing import Stale
from bot.talk.thoughts import HandOver, Scene, TakeOver
from dialogs import IN_CHAT
from dialogs.engine import T
from otp import evidence
from rules.clock import Secrets
from rules.days import COUNTRY_ZONE
from rules.law import Limit
from rules.sources import house_default
from storage import button_phones, conversations
from storage.addresses import Address
from storage.database import Tx
from storage.outbox import Parcel

LIVES: Final = Limit(10, "minutes", house_default("life of a hand-over code"))
_CODE: Final = re.compile(
    r"(?P<word>[^\W\d][\w\s]*?)?[\s:,.–-]*(?P<one>[0-9]{3})[ -]?(?P<two>[0-9]{3})[\s.!]*"
)


class Named(Protocol):
    """Whoever knows what the bot is called."""

    @property
    def at(self) -> str:
        """The name as it is written in Telegram; empty while nobody knows it."""
        ...


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Where a conversation can go on: the service's number (empty: it takes no SMS), and the bot's name."""

    number: str
    bot: Named | None

    def place(self, to: button_phones.Elsewhere) -> str:
        """What is written down to get there; empty where no way leads."""
        if to == "sms":
            return self.number
        return "" if self.bot is None else self.bot.at


NOWHERE: Final = Elsewhere("", None)


@dataclass(frozen=True, slots=True)
class Claim:
    """Six digits that may bring a conversation here; ``named``: a word said so too."""

    code: str
    named: bool


def claim_in(text: str) -> Claim | None:
    """Return the hand-over code that is the whole message, alone or after "continue"."""
    found = _CODE.fullmatch(text.strip())
    if found is None:
        return None
    word = (found["word"] or "").strip()
    if word and locales.command_meant(word) != "resume":
        return None
    return Claim(found["one"] + found["two"], bool(word))


async def offered(
    tx: Tx, scene: Scene, wanted: HandOver, elsewhere: Elsewhere, secrets: Secrets, now: datetime
) -> T:
    """Make the code for going on elsewhere, and return the words that say how. Twice: the last one counts."""
    place = elsewhere.place(wanted.to)
    if not place:
        return T("handover.no_way")
    if scene.conversation is None:
        said = {"sms": T("handover.nothing_to_sms", number=place)}
        return said.get(wanted.to, T("handover.nothing_to_telegram", bot=place))
    if wanted.to == "sms" and scene.conversation.dialog in IN_CHAT:
        return T("handover.no_way")
    code, until = secrets.code(), now + LIVES.delta
    button_phones.hand_over(tx, scene.conversation.id, wanted.to, code, now, until)
    local = until.astimezone(COUNTRY_ZONE)
    if wanted.to == "sms":
        return T("handover.to_sms", code=code, number=place, until=local)
    return T("handover.to_telegram", code=code, bot=place, until=local)


async def come(tx: Tx, scene: Scene, taken: TakeOver, now: datetime) -> tuple[Scene, tuple[Parcel, ...]]:
    """Move the conversation here; return where it stands now, and what is told where it was.

    Raises ``Stale`` where it has moved on meanwhile, and the second time.
    """
    came, before = taken.came, taken.closes
    if taken.handover_id is not None:
        if not await button_phones.take_over(tx, taken.handover_id, now):
            raise Stale
        # A code that was sent for the other place must open nothing here.
        await evidence.refuse(tx, came.id, now)
    if before is not None and not await conversations.close(tx, before.id, before.revision, now):
        raise Stale
    left = await conversations.address_of(tx, came.id)
    if not await conversations.move(tx, came.id, came.revision, scene.address, now):
        raise Stale
    conversations.set_locale(tx, scene.address, scene.locale or came.locale, now)
    moved = replace(scene, conversation=replace(came, revision=came.revision + 1), of_staff=None)
    return moved, () if left is None else (_left(left, came.locale),)


def _left(address: Address, locale: str) -> Parcel:
    screen = notice((T("handover.left"),), (MENU,), lambda said: locales.render(said, locale))
    return telegram.parcel_for(address, screen)
