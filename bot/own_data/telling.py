"""What clinics are told when somebody with open requests is erased: nobody is to go, or to wait for them.

Numbers only: whoever is erased is not named once more, and their card in the group is emptied.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from bot.channels.screens import Screen
from bot.staff import feed
from bot.staff.cards import Tongue
from bot.staff.topics import topic_of
from dialogs.engine import T
from locales import render
from rules.law import Service
from rules.people import Language
from storage import staff
from storage.database import Tx
from storage.outbox import Parcel
from storage.requests import RegisteredRequest

_WORDS: Final = {
    Service.HOME_CALL: "staff.withdrawn",
    Service.APPOINTMENT: "staff.visit.cancelled",
    Service.ATTACHMENT: "staff.attachment.withdrawn",
}
_LANGUAGES: Final[tuple[Language, ...]] = ("kk", "ru")


async def tell_clinics(tx: Tx, closed: Sequence[RegisteredRequest], now: datetime) -> tuple[Parcel, ...]:
    """A message for each closed request, which makes a sound, and its card without a word about its people.

    A clinic without a group is told nothing: it was shown nothing either.
    """
    parcels: list[Parcel] = []
    for request in closed:
        parcels.extend(await _told(tx, request, now))
    return tuple(parcels)


async def _told(tx: Tx, request: RegisteredRequest, now: datetime) -> tuple[Parcel, ...]:
    group = await staff.group_of(tx, request.clinic_no)
    service = Service(request.service)
    key = _WORDS.get(service)
    if group is None or key is None:
        return ()
    text = _say(T(key, number=request.number), group.locale)
    topic = topic_of(_say, service, group.locale)
    card = await feed.placed(tx, request.id, group.chat_id, Screen(text), feed.REDRAW, now, topic)
    return (*card, feed.said(group.chat_id, text, request.id, topic=topic))


def _say(words: T, tongue: Tongue) -> str:
    languages = _LANGUAGES if tongue == "both" else (tongue,)
    return "\n\n".join(render(words, language) for language in languages)
