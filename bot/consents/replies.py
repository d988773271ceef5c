"""SMS about a consent: the code alone or with a word, a no, the number of a request (S2, G-36)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import locales
from bot.channels.events import SmsReceived
from bot.channels.sms import sms_parcel
from bot.consents.composing import HINT
from bot.consents.outcomes import Outcomes
from bot.consents.reading import read
from dialogs.engine import T
from dialogs.engine.words import Value
from otp import third_party_answers
from otp.third_party_answers import Answer, Answered
from rules.clinics import CALL_CENTRE
from rules.clock import Clock
from rules.days import country_day
from rules.law import rule
from rules.phone import Phone
from rules.third_party import ConsentOutcome
from storage import button_phones, inbox, outbox, people
from storage.addresses import Address, stored_key
from storage.database import Database, Tx
from storage.instants import micros
from storage.outbox import Owed, Parcel
from storage.people import phone_index

MOST_NAMED: Final = 4
"""As many open requests are named as one SMS holds; each can be refused by its code as well."""

_KEYS: Final = {
    Answer.GIVEN: "sms.consent_given",
    Answer.REFUSED: "sms.consent_refused",
    Answer.ALREADY: "sms.consent_already",
    Answer.WITHDRAWN: "sms.consent_withdrawn",
    Answer.NO_MATCH: "sms.consent_no_match",
    Answer.WHICH: "sms.consent_which",
    Answer.CODE_NEEDED: "sms.consent_code_needed",
}
_ONCE: Final = frozenset({Answer.CODE_NEEDED, Answer.WHICH})


class DoneBefore(Exception):
    """The message was handled before: whatever it came to now is rolled back."""


@dataclass(frozen=True, slots=True)
class ConsentReplies:
    """Hears them first of all, and carries out what they come to."""

    db: Database
    outcomes: Outcomes
    clock: Clock
    worker: int

    @rule("IC-07", "DD-02", "CH-07", "G-36")
    async def answer(self, event: SmsReceived, phone: Phone) -> tuple[Owed, ...] | None:
        """Do what the SMS means and end its inbox row; None where it is about no consent of this phone.

        What if it runs twice: nothing is compared twice, and the row is done once. Raises Unavailable.
        """
        if read(event.text) is None:
            return None
        try:
            return await self.db.decide(lambda tx: self._decide(tx, event, phone))
        except DoneBefore:
            return ()

    async def _decide(self, tx: Tx, event: SmsReceived, phone: Phone) -> tuple[Owed, ...] | None:
        now = self.clock.now()
        answered = await self._meant(tx, event, phone, now)
        if answered is None:
            return None
        said = await _said(tx, answered, phone, event.inbox_id, now)
        if answered.answer in _ONCE and await tx.rows("consent_hint_given", dedupe=said.dedupe):
            # Told before: now the words are for whoever talks with this phone, and do not end in silence.
            return None
        if not await inbox.done(tx, event.inbox_id, f"consent_{answered.answer}", now):
            raise DoneBefore
        parcels = [said]
        parcels += await follow(tx, self.outcomes, answered, now)
        return await outbox.put(tx, parcels, self.worker, now + outbox.LEASE, now)

    async def _meant(self, tx: Tx, event: SmsReceived, phone: Phone, now: datetime) -> Answered | None:
        said = read(event.text)
        if said is None:
            return None
        if event.is_cut:
            # What was cut off may have said the opposite.
            said = replace(said, unclear=True)
        # A word without a code means whatever was asked of this phone last.
        asked_last = said.code is None and await _asked_last(tx, phone, now)
        answered = await third_party_answers.compare_reply(
            tx, event.inbox_id, phone, said, now, asked_last=asked_last
        )
        unmatched = answered is not None and answered.answer in (Answer.NO_MATCH, Answer.CODE_NEEDED)
        if unmatched and said.code is not None and await _is_for_others(tx, phone, said.code, now):
            return None
        return answered


async def follow(tx: Tx, outcomes: Outcomes, answered: Answered, now: datetime) -> list[Parcel]:
    """What the matter's side does about an answer: a refusal it does not hear of yet (G-32)."""
    match answered.answer:
        case Answer.GIVEN:
            return [*await outcomes.decided(tx, answered.request, ConsentOutcome.GIVEN, now)]
        case Answer.WITHDRAWN:
            return [*await outcomes.withdrawn(tx, answered.request, now)]
        case _:
            return []


async def _asked_last(tx: Tx, phone: Phone, now: datetime) -> bool:
    key = stored_key(tx.keys, Address("sms", phone.e164))
    rows = await tx.rows("sms_sent_last", address_key=key, now=micros(now))
    return bool(rows) and str(rows[0][0]).startswith("consent")


async def _is_for_others(tx: Tx, phone: Phone, code: str, now: datetime) -> bool:
    """It may confirm an identity, or bring a conversation here: whoever hears those compares it next."""
    index = phone_index(tx.keys, phone)
    if await tx.rows("identity_awaited_from", phone_index=index, now=micros(now)):
        return True
    return await button_phones.handed_over(tx, "sms", code, now) is not None


async def _said(tx: Tx, answered: Answered, phone: Phone, inbox_id: int, now: datetime) -> Parcel:
    request = answered.request
    key = _KEYS[answered.answer]
    values: dict[str, Value] = {"number": request.number, "phone": CALL_CENTRE}
    if answered.answer is Answer.WHICH:
        values["numbers"] = ", ".join(answered.numbers[-MOST_NAMED:])
    person = await people.by_id(tx, int(request.answers_id or 0))
    text = locales.render(T(key, **values), person.language if person else locales.DEFAULT)
    day = country_day(now).isoformat()
    # A hint is given once; what was really done is confirmed each time.
    about = f"{request.id}:{day}" if answered.answer in _ONCE else f"{request.id}:{inbox_id}"
    return sms_parcel(phone.e164, text, kind=HINT, dedupe=f"{key}:{about}")
