"""What a person may see of what is held about them: consents, who asked, who looked, who is blocked."""

from datetime import datetime, timedelta
from typing import Final

from rules.consent import IDENTITY_AT_MOST, Purpose, identity_lives
from rules.days import COUNTRY_ZONE
from rules.own_data import MOST, AskedOfOne, BlockedByOne, LookAtOne, OwnConsent
from rules.third_party import ConsentState, Matter, answers_themself
from storage import centre_looks, consent_requests, people, proofs
from storage.consent_requests import Block, ConsentRequest
from storage.database import Reader, Row, Tx
from storage.instants import instant, micros
from storage.people import iin_index
from storage.proofs import CONSENT

_ALOUD: Final = "desk"
_LIVES_BY_ITSELF: Final = "given"


async def consents(reader: Reader, person_id: str, now: datetime) -> tuple[OwnConsent, ...]:
    """Every consent of their own that was asked for, newest first."""
    rows = await reader.rows("own_consents", person_id=int(person_id), most=MOST.value)
    return tuple(_consent(row, now) for row in rows)


async def end_consent(tx: Tx, consent_id: int, person_id: str, now: datetime) -> bool:
    """End a consent of their own; it opens nothing from now on (S30). Twice: False."""
    bound = {"id": consent_id, "person_id": int(person_id), "now": micros(now)}
    if not await tx.rows("own_consent_end", **bound):
        return False
    await proofs.chain(tx, CONSENT, consent_id, "consent.withdrawn", f"person:{person_id}", now)
    return True


async def still_given(reader: Reader, consent_id: int, person_id: int) -> bool:
    """True unless that consent of theirs was taken back, or its chat forgotten meanwhile (S9)."""
    lasting = IDENTITY_AT_MOST.delta // timedelta(microseconds=1)
    bound = {"id": consent_id, "person_id": person_id, "lasting": lasting}
    return bool(await reader.rows("own_consent_given", **bound))


async def asked(reader: Reader, person_id: str, now: datetime) -> tuple[AskedOfOne, ...]:
    """Every request for their consent, or for one about their child, newest first."""
    blocks = {(one.subject_id, one.asker) for one in await blocked(reader, person_id, now)}
    found = await consent_requests.about(reader, person_id, most=MOST.value)
    theirs = await answers_for(reader, person_id, now)
    # There is nobody to block in the name of a child that has grown up.
    blocks |= {(one.subject_id or "", one.asker) for one in found if one.subject_id not in theirs}
    return tuple(_asked(request, person_id, blocks, now) for request in found)


async def looks(reader: Reader, person_id: str) -> tuple[LookAtOne, ...]:
    """Every look at what is held about them, newest first."""
    person = await people.by_id(reader, int(person_id))
    if person is None:
        return ()
    rows = await reader.rows(
        "own_looks",
        person_id=int(person_id),
        person=f"person:{person_id}",
        identity=f"identity:{iin_index(reader.keys, person.iin)[:8].hex()}",
        most=MOST.value,
    )
    found = [_look(row) for row in rows] + [
        await _centre_look(reader, look, person_id) for look in await centre_looks.looks_at(reader, person_id)
    ]
    return tuple(sorted(found, key=lambda look: look.at, reverse=True)[: MOST.value])


async def blocked(reader: Reader, person_id: str, now: datetime) -> tuple[BlockedByOne, ...]:
    """Whom they have blocked, from themselves and their children, under the name they last asked by.

    A child of sixteen lets ask, or not, alone (G-37), and so does whoever they are no guardian of any more.
    """
    about = await consent_requests.about(reader, person_id, most=MOST.value)
    known = {one.asker: one for one in reversed(about)}
    found = [
        _block(subject, block, known.get(block.asker))
        for subject in await answers_for(reader, person_id, now)
        for block in await consent_requests.blocks(reader, subject)
    ]
    return tuple(found)


async def answers_for(reader: Reader, person_id: str, now: datetime) -> tuple[str, ...]:
    """For whom they say yes or no now: themselves, and the children they are a guardian of (G-37)."""
    today = now.astimezone(COUNTRY_ZONE).date()
    rows = await reader.rows("children_of", guardian_id=int(person_id), today=today.isoformat())
    children = {row[0]: people.person_of(reader.keys, row) for row in rows}
    return person_id, *(
        child.id
        for _, child in sorted(children.items())
        if child is not None and not answers_themself(child.birth_date, today)
    )


def _block(subject_id: str, block: Block, last: ConsentRequest | None) -> BlockedByOne:
    name, clinic_no = (last.asker_name, last.asker_clinic) if last else (None, None)
    return BlockedByOne(subject_id, block.asker, name, clinic_no, block.since)


def _consent(row: Row, now: datetime) -> OwnConsent:
    row_id, kind, purpose, outcome, asked_at, answered_at, valid_until, last_used_at = row
    given = outcome == _LIVES_BY_ITSELF and (valid_until is None or micros(now) < valid_until)
    lives = given and identity_lives(Purpose(purpose), instant(answered_at), instant(last_used_at), now)
    return OwnConsent(
        row_id, purpose, outcome, instant(asked_at), instant(answered_at), kind == _ALOUD, lives
    )


def _asked(
    request: ConsentRequest, person_id: str, blocks: set[tuple[str, str]], now: datetime
) -> AskedOfOne:
    return AskedOfOne(
        id=request.id,
        number=request.number,
        asker=request.asker_name,
        clinic_no=request.asker_clinic,
        what=request.what,
        purpose=request.purpose,
        state=request.state,
        asked_at=request.asked_at,
        answered_at=request.answered_at,
        used_at=request.used_at,
        about_child=request.subject_id != person_id,
        may_answer=request.may_be_answered_by(person_id, now),
        may_withdraw=request.state is ConsentState.GIVEN and request.used_at is None,
        blocked=(request.subject_id or "", request.asker) in blocks,
    )


def _look(row: Row) -> LookAtOne:
    at, action, number, clinic_no, role = row
    return LookAtOne(instant(at), action.partition(".")[0], number or "", clinic_no, role)


async def _centre_look(reader: Reader, look: centre_looks.Look, person_id: str) -> LookAtOne:
    request = await consent_requests.of_matter(reader, Matter.CENTRE, look.request_id)
    name = None if request is None else request.asker_name
    return LookAtOne(look.at, look.centre, look.number, name=name, own=look.looker_id == person_id)
