"""What the college's own people are told in their private chats, with the button that opens the request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.channels.telegram import parcel_for
from bot.college.dossier import Dossier
from bot.college.pages import CollegePages
from bot.sending.by_day import by_day
from bot.staff.feed import LINE
from dialogs.engine import T
from rules.days import COUNTRY_ZONE
from storage import staff
from storage.database import Reader
from storage.outbox import Parcel
from storage.staff import Member

_COLLEGE: Final = "college"
_HEAD: Final = "head"


@dataclass(frozen=True, slots=True)
class Telling:
    """Writes to them, by day; a person of several roles is told once."""

    pages: CollegePages

    async def to_everybody(
        self, reader: Reader, dossier: Dossier, words: T, now: datetime
    ) -> tuple[Parcel, ...]:
        """To whoever takes requests."""
        members = await staff.of_clinic(reader, dossier.clinic.no, _COLLEGE)
        return self._lines(dossier, words, members, now)

    async def to_holder(
        self, reader: Reader, dossier: Dossier, words: T, now: datetime
    ) -> tuple[Parcel, ...]:
        """To whoever draws it up, or to everybody while nobody does; and to the head."""
        everyone = await staff.of_clinic(reader, dossier.clinic.no)
        # Whoever had it may work there no more: then it is everybody's again.
        held = any(one.telegram_id == dossier.office.executor for one in everyone)
        members = [
            one
            for one in everyone
            if one.role == _HEAD
            or one.telegram_id == dossier.office.executor
            or (not held and one.role == _COLLEGE)
        ]
        return self._lines(dossier, words, members, now)

    async def to_heads(self, reader: Reader, dossier: Dossier, words: T, now: datetime) -> tuple[Parcel, ...]:
        """To the head of the college."""
        return self._lines(dossier, words, await staff.of_clinic(reader, dossier.clinic.no, _HEAD), now)

    async def to_one(
        self, reader: Reader, dossier: Dossier, words: T, telegram_id: int, now: datetime
    ) -> tuple[Parcel, ...]:
        """To one of the college's people."""
        members = await staff.member(reader, telegram_id, dossier.clinic.no)
        return self._lines(dossier, words, members[:1], now)

    def _lines(
        self, dossier: Dossier, words: T, members: Sequence[Member], now: datetime
    ) -> tuple[Parcel, ...]:
        readers = {one.telegram_id: one.locale for one in members}
        lines = [
            parcel_for(reader, self.pages.told(dossier, words, locale), kind=LINE, request_id=dossier.id)
            for reader, locale in readers.items()
        ]
        return by_day(lines, now, COUNTRY_ZONE)
