"""What another person answers: by code, by SMS, or from the cabinet; and what becomes of it when they do not.

The laws of this file:

1. A comparison is counted before it is made, in the transaction that carries out what it comes to; it is kept
under its inbox row, so that running the row again compares nothing twice. 2. The reply must carry the live
code and come from the registered number (S2); a bare yes never is consent, a bare no is a refusal where it is
clear of what; a code among other words gives nothing, so that it counts as no comparison. 3. Refusal and
silence are one outcome for the asker, at the same moment (G-32).
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final, TypeAlias

from otp.consent_steps import END, chain, chat_index, code_hash, end_unanswered
from rules import third_party as law
from rules.consent import ConsentWay
from rules.law import rule
from rules.phone import Phone
from rules.third_party import ConsentOutcome, ConsentState
from storage import audit, consent_requests, due, outbox
from storage.addresses import Address
from storage.consent_requests import ConsentRequest
from storage.database import Reader, Row, Tx
from storage.instants import micros
from storage.keys import KeyRing
from storage.people import phone_index

_Statement: TypeAlias = "tuple[str, Mapping[str, object]]"

_REPLY: Final = "consents.reply"
_CLOCK: Final = "clock"


class Answer(StrEnum):
    """What a reply, a typed code or a press came to."""

    GIVEN = "given"
    REFUSED = "refused"
    ALREADY = "already"
    WITHDRAWN = "withdrawn"
    NO_MATCH = "no_match"
    WHICH = "which"
    CODE_NEEDED = "code_needed"


@dataclass(frozen=True, slots=True, repr=False)
class Answered:
    """What it came to, and for which request; where that is not clear, the newest and all open `numbers`."""

    answer: Answer
    request: ConsentRequest
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class Said:
    """A message as read: yes or no (None: neither word), the six digits, the number of a request.

    `verbatim` is the message itself, kept with the consent (S28). `unclear`: the code stands among words that
    mean neither yes nor no, and consent is never guessed at.
    """

    verbatim: str
    yes: bool | None = None
    code: str | None = None
    number: str | None = None
    unclear: bool = False


async def compare_reply(
    tx: Tx, inbox_id: int, phone: Phone, said: Said, now: datetime, *, asked_last: bool
) -> Answered | None:
    """What an SMS from that phone comes to (S2: the code and the registered number, both).

    `asked_last`: the last thing this phone was sent is a request for consent, so that a bare word can mean
    it. None if it is nobody's answer here. To be carried out in the transaction that ends the inbox row;
    twice for one row: the second compares nothing and is None.
    """
    index = phone_index(tx.keys, phone)
    if said.code is not None and not said.unclear:
        by_phone: _Statement = "consent_compare_by_phone", {"phone_index": index}
        return await _by_code(tx, by_phone, inbox_id, said, now, ConsentWay.SMS_REPLY, index)
    rows = await tx.rows("consent_open_of_phone", phone_index=index, now=micros(now))
    if said.number is not None and said.yes is False:
        # A no that names what was given takes it back (S30).
        rows = [*rows, *await tx.rows("consent_given_of_phone", phone_index=index, number=said.number)]
    return await _by_words(tx, rows, inbox_id, said, now, asked_last=asked_last)


async def compare_typed(
    tx: Tx, inbox_id: int, address: Address, person_id: str, said: Said, now: datetime
) -> Answered | None:
    """What a code typed into the person's own confirmed chat comes to; never in the chat of the asker.

    `person_id` is whom this chat was last confirmed to be. Otherwise as `compare_reply`.
    """
    if said.code is None or said.unclear:
        return None
    bound = {"answers_id": int(person_id), "chat_index": chat_index(tx.keys, address)}
    statement: _Statement = "consent_compare_by_person", bound
    return await _by_code(tx, statement, inbox_id, said, now, ConsentWay.CODE, None)


async def press(
    tx: Tx, request_id: int, person_id: str, address: Address, said: Said, now: datetime
) -> Answered | None:
    """A yes or no pressed in the cabinet, whose identity the caller has checked (IC-07).

    None where this person has nothing to answer there, or where the asker asked from this very chat.
    """
    request = await consent_requests.by_id(tx, request_id)
    here = await tx.rows(
        "consent_open_of_person",
        answers_id=int(person_id),
        chat_index=chat_index(tx.keys, address),
        now=micros(now),
    )
    if request is None or request_id not in {row[0] for row in here}:
        return None
    return await _answer(tx, request, said, ConsentWay.CABINET, address.channel, None, now)


async def withdraw(tx: Tx, request_id: int, person_id: str, now: datetime) -> ConsentRequest | None:
    """Take a given consent back; nothing is released by it from now on (S30, G-34). None if there is none.

    Twice: None. What was released before stays with whoever saw it; the matter hides what it still holds.
    """
    request = await consent_requests.by_id(tx, request_id)
    if request is None or person_id not in (request.subject_id, request.answers_id):
        return None
    if not await tx.rows("consent_request_withdraw", id=request_id):
        return None
    await tx.rows("consent_withdraw", id=request.consent_id, now=micros(now))
    await chain(tx, request.consent_id, request_id, "withdrawn", f"person:{person_id}", now)
    return await consent_requests.by_id(tx, request_id)


@rule("G-38")
async def block(
    tx: Tx, request_id: int, person_id: str, channel: str, said: Said, now: datetime
) -> ConsentRequest | None:
    """Block whoever asked by that request, and refuse all they still wait for about the same person.

    None if the request is not this person's affair. Twice: the same.
    """
    request = await consent_requests.by_id(tx, request_id)
    if request is None or request.subject_id is None or person_id != request.answers_id:
        return None
    if await consent_requests.add_block(tx, request.subject_id, request.asker, now):
        facts: dict[str, str | int] = {"asker": request.asker, "request": request.id}
        actor, subject = f"person:{person_id}", f"person:{request.subject_id}"
        await audit.append(tx, "asker.blocked", actor, subject, facts, now)
    waiting = await tx.rows(
        "consent_waiting_from_asker",
        subject_id=int(request.subject_id),
        asker_id=None if request.asker_id is None else int(request.asker_id),
        asker_clinic=request.asker_clinic,
        now=micros(now),
    )
    for (waiting_id,) in waiting:
        one = await consent_requests.by_id(tx, waiting_id)
        if one is not None:
            await _answer(tx, one, replace(said, yes=False), ConsentWay.CABINET, channel, None, now)
    return request


@rule("G-32", "E-12")
async def end(tx: Tx, request_id: int, now: datetime) -> tuple[ConsentRequest, ConsentOutcome] | None:
    """Waiting is over: what the asker's side is told now. None if it was told before, or called off.

    A refusal and silence end alike. Twice: the due row is taken once.
    """
    request = await consent_requests.by_id(tx, request_id)
    if request is None:
        return None
    if request.state is ConsentState.WAITING:
        await end_unanswered(tx, request, ConsentState.EXPIRED, _CLOCK, now)
        request = await consent_requests.by_id(tx, request_id) or request
    told = request.state in (ConsentState.EXPIRED, ConsentState.REFUSED)
    return (request, ConsentOutcome.NO_CONSENT) if told else None


async def _by_code(
    tx: Tx,
    statement: _Statement,
    inbox_id: int,
    said: Said,
    now: datetime,
    way: ConsentWay,
    index: bytes | None,
) -> Answered | None:
    if not await tx.rows("consent_reply_begin", inbox_id=inbox_id, phone_index=index, now=micros(now)):
        return None
    name, bound = statement
    candidates = await tx.rows(name, **bound, now=micros(now), most=law.COMPARISONS.value)
    typed = (said.code or "").encode()
    if not candidates:
        return None
    won = [row[0] for row in candidates if _matches(tx.keys, row[0], typed, bytes(row[1]))]
    request = await _known(tx, won[0] if won else candidates[-1][0])
    if not won:
        return Answered(Answer.NO_MATCH, request)
    tx.later("consent_reply_set", inbox_id=inbox_id, outcome="match", request_id=request.id)
    channel = "sms" if way is ConsentWay.SMS_REPLY else "telegram"
    return await _answer(tx, request, said, way, channel, inbox_id, now)


async def _by_words(
    tx: Tx, rows: list[Row], inbox_id: int, said: Said, now: datetime, *, asked_last: bool
) -> Answered | None:
    """A word without a code: no is understood where it is clear which; yes never is consent (S2)."""
    named = [row[0] for row in rows if said.number and row[1] == said.number]
    if said.unclear and said.code is not None and not named:
        # Six digits among other words may as well be somebody's house: they are ours if they are a code.
        typed = said.code.encode()
        named = [row[0] for row in rows if len(row) > 2 and _matches(tx.keys, row[0], typed, bytes(row[2]))]
    if not rows or not (named or asked_last):
        return None
    if said.yes is not False:
        return Answered(Answer.CODE_NEEDED, await _known(tx, (named or [rows[-1][0]])[0]))
    meant = named or ([rows[0][0]] if len(rows) == 1 else [])
    if not meant:
        numbers = tuple(str(row[1]) for row in rows)
        return Answered(Answer.WHICH, await _known(tx, rows[-1][0]), numbers)
    return await _answer(tx, await _known(tx, meant[0]), said, ConsentWay.SMS_REPLY, "sms", inbox_id, now)


async def _answer(
    tx: Tx,
    request: ConsentRequest,
    said: Said,
    way: ConsentWay,
    channel: str | None,
    inbox_id: int | None,
    now: datetime,
) -> Answered:
    agrees = said.yes is not False
    if request.state is ConsentState.GIVEN and not agrees:
        withdrawn = await withdraw(tx, request.id, request.answers_id or "", now)
        return Answered(Answer.WITHDRAWN if withdrawn else Answer.ALREADY, withdrawn or request)
    state = ConsentState.GIVEN if agrees else ConsentState.REFUSED
    if not await tx.rows("consent_request_answer", id=request.id, state=state, way=way, now=micros(now)):
        return Answered(Answer.ALREADY, request)
    outbox.cancel_for_challenge(tx, request.consent_id)
    if agrees:
        due.clear(tx, END, request.id)
    tx.later(
        "consent_settle",
        id=request.consent_id,
        outcome=state,
        now=micros(now),
        valid_until=micros(law.holds_until(request.matter, now)) if agrees else None,
        last_used_at=micros(now) if agrees else None,
        inbox_id=inbox_id,
        reply_channel=channel,
        reply=tx.keys.seal(_REPLY, request.consent_id, said.verbatim),
    )
    await chain(tx, request.consent_id, request.id, state, f"person:{request.answers_id}", now)
    return Answered(Answer.GIVEN if agrees else Answer.REFUSED, await _known(tx, request.id))


async def _known(reader: Reader, request_id: int) -> ConsentRequest:
    """The request of a row that was just read. Raises LookupError."""
    request = await consent_requests.by_id(reader, request_id)
    if request is None:
        raise LookupError(request_id)
    return request


def _matches(keys: KeyRing, request_id: int, typed: bytes, kept: bytes) -> bool:
    return hmac.compare_digest(kept, code_hash(keys, request_id, typed))
