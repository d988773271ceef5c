"""Replies by SMS to the survey: the code of its message and two digits; nothing else counts (S2).

What is no answer is told once how one is written, and later ones are left to whoever hears this phone next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.by_sms.limits import GUESSES_PER_DAY
from bot.by_sms.spending import affordable
from bot.channels.events import SmsReceived
from bot.surveys.asking import KIND, REPLIED, SurveyAsking, answers_of, code_of
from bot.surveys.reading import Written, bare_digits, read_reply
from bot.talk import reply_codes
from rules.clock import Clock
from rules.days import country_day
from rules.law import rule
from rules.phone import Phone
from rules.survey import Grade
from storage import button_phones, inbox, outbox, surveys
from storage.addresses import Address, stored_key
from storage.database import Database, Tx
from storage.instants import micros
from storage.outbox import Owed, Parcel
from storage.surveys import Survey


@dataclass(frozen=True, slots=True)
class Heard:
    """What a reply came to: the outcome of its inbox row, and the SMS that says so."""

    outcome: str
    parcel: Parcel


@dataclass(frozen=True, slots=True)
class SurveyReplies:
    """Hears what may be an answer, and ends its inbox row."""

    db: Database
    asking: SurveyAsking
    clock: Clock
    worker: int

    @rule("G-64", "SV-02")
    async def answer(self, event: SmsReceived, phone: Phone) -> Sequence[Owed] | None:
        """Count the answer, or say how one is written; None where this phone was asked nothing like it.

        What if it runs twice: the inbox row is done once. Raises Unavailable.
        """
        written = read_reply(event.text)
        if written is None and not bare_digits(event.text):
            return None

        async def work(tx: Tx) -> tuple[Owed, ...] | None:
            now = self.clock.now()
            heard = await self._heard(tx, event, phone, written, now)
            if heard is None:
                return None
            if not await inbox.done(tx, event.inbox_id, heard.outcome, now):
                return ()
            parcels = await affordable(tx, _address(phone), (heard.parcel,), now)
            return await outbox.put(tx, parcels, self.worker, now + outbox.LEASE, now)

        return await self.db.decide(work)

    async def _heard(
        self, tx: Tx, event: SmsReceived, phone: Phone, written: Written | None, now: datetime
    ) -> Heard | None:
        asked = await surveys.asked_by_sms(tx, _address(phone), now)
        if not asked or await _guessed_enough(tx, phone, now):
            return None
        meant = None if written is None else _meant(tx, asked, written.code)
        if meant is None or written is None:
            return await self._missed(tx, asked, event.text, phone, now)
        if written.grades is None and meant.is_open(now):
            hint = self._says(tx, meant, phone, "sms.survey_hint", f"survey_reply:{event.inbox_id}")
            return Heard("no_grades", hint)
        said = await self._counted(tx, meant, written.grades, now)
        key, dedupe = f"sms.survey_{said}", f"survey_reply:{event.inbox_id}"
        # The row of the inbox stands beside a phone: it says that they answered, never what.
        return Heard("counted" if said == "low" else said, self._says(tx, meant, phone, key, dedupe))

    async def _counted(
        self, tx: Tx, survey: Survey, grades: tuple[Grade, Grade] | None, now: datetime
    ) -> str:
        if grades is not None and await surveys.count(tx, survey, answers_of(*grades), now):
            return "low" if Grade.NOT_SATISFIED in grades else "counted"
        return "answered" if survey.state == "answered" else "closed"

    async def _missed(
        self, tx: Tx, asked: Sequence[Survey], text: str, phone: Phone, now: datetime
    ) -> Heard | None:
        """Digits without the right code: about the survey only if it was what the phone read last."""
        newest = next((one for one in asked if one.is_open(now)), None)
        if newest is None:
            return None
        written, elsewhere = read_reply(text), reply_codes.read_reply(text)
        if written is not None and written.grades is not None:
            await _count_guess(tx, phone, now)
        elif elsewhere is not None and elsewhere[1]:
            # "No" with a code answers another question of ours, whatever was read since.
            return None
        outcome = "no_code" if written is None else "wrong_code"
        return await self._hint(tx, newest, phone, outcome) if await _read_last(tx, phone, now) else None

    async def _hint(self, tx: Tx, survey: Survey, phone: Phone, outcome: str) -> Heard | None:
        """Once for each survey; the code goes to the phone itself, so a forged sender learns nothing."""
        dedupe = f"survey_hint:{survey.id}"
        if await tx.rows("consent_hint_given", dedupe=dedupe):
            return None
        return Heard(outcome, self._says(tx, survey, phone, "sms.survey_hint", dedupe))

    def _says(self, tx: Tx, survey: Survey, phone: Phone, key: str, dedupe: str) -> Parcel:
        return self.asking.replied(tx.keys, survey, phone.e164, key, dedupe)


def _meant(tx: Tx, asked: Sequence[Survey], code: str) -> Survey | None:
    """The newest with that code; one that is open goes before one that is not."""
    known = [one for one in asked if code_of(tx.keys, one) == code]
    return next((one for one in known if one.state in ("asked", "later")), known[0] if known else None)


async def _guessed_enough(tx: Tx, phone: Phone, now: datetime) -> bool:
    """Whoever can forge the sender must not be able to try all codes: five wrong ones in a day are enough."""
    seen = await button_phones.day_of(tx, _address(phone), country_day(now))
    return seen.guesses >= GUESSES_PER_DAY.value


async def _count_guess(tx: Tx, phone: Phone, now: datetime) -> None:
    today = country_day(now)
    seen = await button_phones.day_of(tx, _address(phone), today)
    button_phones.keep_day(tx, _address(phone), today, replace(seen, guesses=seen.guesses + 1))


async def _read_last(tx: Tx, phone: Phone, now: datetime) -> bool:
    key = stored_key(tx.keys, _address(phone))
    rows = await tx.rows("sms_sent_last", address_key=key, now=micros(now))
    return bool(rows) and rows[0][0] in (KIND, REPLIED)


def _address(phone: Phone) -> Address:
    return Address("sms", phone.e164)
