"""Decides what the dialogs of the centres submit: a request, its taking back, the link to a result.

What was shown is checked again inside the transaction; where it has moved, the dialog is replayed.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.centres import notices, office
from bot.centres.release import consent_of
from bot.consents.asking import ask
from bot.talk.registers import Registers
from bot.talk.standing import Decided, Pressed, Stale, Standing
from dialogs.drafts import CentreCancelDraft, CentreInfoDraft, CentreLinkDraft
from dialogs.engine import Json
from otp import third_party
from otp.wanted import Wanted
from rules import third_party as waiting
from rules.centre_info import (
    LINK_LIVES,
    AboutWhom,
    ConsentClock,
    InfoStatus,
    answer_due,
    may_be_cancelled,
    shown_status,
)
from rules.clock import Secrets
from rules.consent import Purpose
from rules.iin import Iin
from rules.law import rule
from rules.people import Person
from rules.third_party import Matter
from storage import audit, centre_looks, centres, due
from storage.centres import AlreadyOpen, Info, NewInfo, Step
from storage.database import Tx
from storage.instants import micros
from storage.outbox import Parcel
from storage.people import iin_index

TOKEN_BYTES: int = 32


@dataclass(frozen=True, slots=True)
class CentreDecisions:
    """One method for each kind of draft.

    ``page`` is the address of the page that shows results, ``clock`` is CONSENT_CLOCK.
    """

    registers: Registers
    secrets: Secrets
    page: str
    clock: ConsentClock = "from_consent"

    async def decide(
        self, tx: Tx, draft: CentreInfoDraft | CentreCancelDraft | CentreLinkDraft, pressed: Pressed
    ) -> Decided:
        """Do what ``draft`` says. Raises ``Stale`` when it rests on what is no longer so."""
        match draft:
            case CentreInfoDraft():
                return await self._register(tx, draft, pressed)
            case CentreCancelDraft():
                return await self._cancel(tx, draft, pressed)
            case CentreLinkDraft():
                return await self._link(tx, draft, pressed)

    @rule("IC-01", "IC-05", "IC-06", "IC-15")
    async def _register(self, tx: Tx, draft: CentreInfoDraft, pressed: Pressed) -> Decided:
        standing = Standing(tx, self.registers.of(tx, pressed.conversation_id), pressed)
        caller = await standing.unchanged(draft.caller_id, draft.caller_version)
        await standing.check_consent(Purpose.CENTRE_INFO, caller, draft.consent_id)
        if not self.registers.directory.centres_linked:
            return Decided({"outcome": "not_linked"})
        other = None if draft.other == caller.iin else draft.other
        if other is not None and not await third_party.may_ask(tx, caller.id, pressed.now):
            return Decided({"outcome": "too_often"})
        subject_id = caller.id if other is None else await _subject_id(tx, other)
        actor = pressed.actor(draft.caller_id)
        try:
            new = self._new(draft, caller, other, subject_id, pressed)
            made = await centres.register(tx, new, pressed.now, actor)
        except AlreadyOpen as held:
            return Decided(_receipt(held.request, "already"))
        facts: dict[str, str | int] = {"consent": draft.consent_id, "signed": draft.signed.digest}
        parcels = await self._begun(tx, made, caller, pressed.now)
        await audit.append(tx, "centre.asked", actor, f"centre_request:{made.id}", facts, pressed.now)
        return Decided(_receipt(made, "registered"), parcels)

    def _new(
        self,
        draft: CentreInfoDraft,
        caller: Person,
        other: Iin | None,
        subject_id: str | None,
        pressed: Pressed,
    ) -> NewInfo:
        about_self = other is None
        return NewInfo(
            centre=draft.centre,
            about=AboutWhom.SELF if about_self else AboutWhom.OTHER,
            purpose=None if about_self else draft.purpose,
            asker_id=caller.id,
            subject=other or caller.iin,
            subject_id=subject_id,
            chat=pressed.address,
            locale=pressed.locale,
            consent_id=draft.consent_id,
            signed_digest=draft.signed.digest,
            signed_text=draft.signed.text,
            signed_message=None if pressed.message_id is None else str(pressed.message_id),
            status=InfoStatus.ASKING if about_self else InfoStatus.CONSENT,
            consent_due=None if about_self else self._consent_due(pressed.now),
            release_consent=draft.consent_id if about_self else None,
            answer_due=answer_due(pressed.now) if about_self else None,
        )

    @rule("G-30", "G-31")
    def _consent_due(self, now: datetime) -> datetime:
        """Until when a consent is waited for; by the strict reading the term of the answer ends that too."""
        waited = waiting.times(Matter.CENTRE, now).ends_at
        return waited if self.clock == "from_consent" else min(waited, answer_due(now))

    async def _begun(self, tx: Tx, made: Info, caller: Person, now: datetime) -> Sequence[Parcel]:
        """About oneself the centre is asked at once; about another, that person is (IC-06)."""
        if made.answer_due is not None:
            office.begin(tx, made.id, made.answer_due, now)
            return ()
        if made.subject is None or made.purpose is None or made.consent_due is None:
            raise LookupError("a request about another without an IIN, a purpose or a term")
        if self.clock == "from_filing":
            due.set_due(tx, office.LATE, made.id, made.consent_due)
        wanted = Wanted(
            matter=Matter.CENTRE,
            matter_id=made.id,
            number=made.number,
            asker_id=caller.id,
            asker_clinic=None,
            asker_name=caller.short_name,
            subject=made.subject,
            what=made.centre.value,
            purpose=made.purpose.value,
            asker_chat=made.chat,
        )
        return await ask(tx, wanted, now, self.secrets)

    @rule("G-74")
    async def _cancel(self, tx: Tx, draft: CentreCancelDraft, pressed: Pressed) -> Decided:
        request = await _own(tx, draft.request_id, draft.asker_id)
        receipt: dict[str, Json] = {"request_id": request.id, "number": request.number}
        if not may_be_cancelled(request.status):
            return Decided(receipt | {"cancelled": False})
        if request.version != draft.version:
            raise Stale
        now, actor = pressed.now, f"person:{draft.asker_id}"
        if not await centres.move(tx, request, InfoStatus.CANCELLED, actor, now, Step(closed_at=now)):
            raise Stale
        due.clear(tx, None, request.id)
        if request.status is InfoStatus.CONSENT:
            await third_party.call_off(tx, Matter.CENTRE, request.id, now)
        await audit.append(tx, "centre.cancelled", actor, f"centre_request:{request.id}", {}, now)
        return Decided(receipt | {"cancelled": True})

    @rule("G-40", "IC-12", "G-34")
    async def _link(self, tx: Tx, draft: CentreLinkDraft, pressed: Pressed) -> Decided:
        request, now = await _own(tx, draft.request_id, draft.asker_id), pressed.now
        receipt: dict[str, Json] = {"request_id": request.id}
        consented = await consent_of(tx, request, now) is not None
        match shown_status(request.status, request.valid_until, now, consented=consented):
            case InfoStatus.READY:
                pass
            case "expired" | "withdrawn" as over:
                return Decided(receipt | {"outcome": over})
            case _:
                return Decided(receipt | {"outcome": "gone"})
        token = urlsafe_b64encode(self.secrets.token(TOKEN_BYTES)).decode().rstrip("=")
        expires = now + LINK_LIVES.delta
        centre_looks.link(tx, request.id, draft.asker_id, token, expires, now)
        actor = f"person:{draft.asker_id}"
        await audit.append(tx, "centre.link_made", actor, f"centre_request:{request.id}", {}, now)
        return Decided(
            receipt | {"outcome": "sent"},
            notices.link(request, pressed.address, pressed.locale, f"{self.page}/{token}", expires),
        )


async def _own(tx: Tx, request_id: int, asker_id: str) -> Info:
    """The request, if it is that person's. Raises Stale."""
    request = await centres.by_id(tx, request_id)
    if request is None or request.asker_id != asker_id:
        raise Stale
    return request


async def _subject_id(tx: Tx, iin: Iin) -> str | None:
    """The id of whoever has that IIN. Nothing of theirs is opened: it takes as long for nobody (S19)."""
    rows = await tx.rows("centre_subject", subject_index=iin_index(tx.keys, iin))
    return str(rows[0][0]) if rows and rows[0][0] is not None else None


def _receipt(request: Info, outcome: str) -> dict[str, Json]:
    return {
        "outcome": outcome,
        "request_id": request.id,
        "number": request.number,
        "about": request.about.value,
        "due_us": micros(request.answer_due),
        "ends_us": micros(request.consent_due),
    }
