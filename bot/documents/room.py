"""The buttons of digital documents: one is asked for about a request or at the desk, and looked at once.

Only in private, only for those whose work it is, only at their own clinic; each press is judged anew (S33).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from bot.channels.events import CitizenEvent, GroupMessage, StaffPress
from bot.channels.reactions import Reaction
from bot.channels.screens import Screen
from bot.channels.telegram import address_of, parcel_for
from bot.clock import SystemSecrets
from bot.consents.asking import ask
from bot.documents.about import About, of_case, of_request, subject_of
from bot.documents.pages import FOR, KINDS, DocumentPages
from bot.documents.steps import DocumentSteps
from bot.staff.feed import LINE, edited
from bot.staff.parts import Parts
from bot.staff.press import NO_REQUEST, BadPress, Press, Verb
from bot.staff.rights import DOCUMENT_ROLES, Presser, line_to, presser
from dialogs.engine import T
from otp.wanted import Wanted
from rules.clinics import Clinic
from rules.clock import Secrets
from rules.documents import DocumentKind, DocumentPurpose, DocumentStatus, may_be_asked
from rules.law import rule
from rules.people import Person
from rules.third_party import Matter
from storage import audit, documents
from storage.database import Reader, Tx
from storage.documents import DocumentRequest, NewDocument
from storage.outbox import Parcel
from storage.staff import Member

_ABOUT: Final = frozenset({Verb.DOCUMENT, Verb.DOCUMENT_ASK})
_STEPS: Final = frozenset({Verb.DOCUMENT_GET, Verb.DOCUMENT_PAPER})
_WITH_PURPOSE: Final = 3
_LARGEST_ID: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class DocumentRoom:
    """Answers presses, each within the transaction of its inbox row."""

    parts: Parts
    pages: DocumentPages
    steps: DocumentSteps
    chance: Secrets = field(default_factory=SystemSecrets)

    @property
    def verbs(self) -> frozenset[Verb]:
        """The buttons of digital documents."""
        return _ABOUT | _STEPS

    async def hears(self, reader: Reader, event: CitizenEvent | GroupMessage, now: datetime) -> bool:
        """Nothing is typed here: what is asked for is chosen."""
        del reader, event, now
        return False

    async def typed(self, tx: Tx, event: CitizenEvent | GroupMessage, now: datetime) -> Reaction:
        """Never called: this room hears no words."""
        del tx, event, now
        return Reaction("nothing_asked")

    async def pressed(
        self, tx: Tx, event: StaffPress, press: Press, members: Sequence[Member], now: datetime
    ) -> Reaction:
        """A button. Raises BadPress for another clinic's people, and for any chat but their own."""
        if not event.private:
            raise BadPress
        if press.verb in _STEPS:
            return await self._step(tx, event, press, members, now)
        about = await self._about(tx, event, press, now)
        who = await presser(tx, event.chat_id, event.user_id, event.private, about.clinic.no, members)
        if not who.roles & DOCUMENT_ROLES:
            return line_to(self.pages.cards, who.member, T("document.no_right"), "wrong_role")
        if not self.parts.digital:
            return line_to(self.pages.cards, who.member, T("document.no_service"), "no_service")
        if press.verb is Verb.DOCUMENT:
            return self._shown(event, self._page(about, press, who), about.request_id)
        return await self._ask(tx, event, about, press, who, now)

    # What is asked for.

    async def _about(self, tx: Tx, event: StaffPress, press: Press, now: datetime) -> About:
        await self.parts.directory.refresh(tx)
        about = (
            await of_case(tx, self.parts.directory, press, event.user_id, now)
            if press.request_id == NO_REQUEST
            else await of_request(tx, self.parts.directory, press, now)
        )
        if about is None:
            raise BadPress
        return about

    def _page(self, about: About, press: Press, who: Presser) -> Screen:
        """What can be asked for, or, once that is chosen, for what."""
        tongue = who.member.locale
        if not press.args:
            return self.pages.of_request(about, tongue, who.member.telegram_id)
        kind, code = _chosen(about, press.args)
        return self.pages.purposes(about, kind, code, tongue)

    @rule("DD-01", "DD-02", "DD-06")
    async def _ask(
        self, tx: Tx, event: StaffPress, about: About, press: Press, who: Presser, now: datetime
    ) -> Reaction:
        """Ask the holder; the same words whoever they are, and whether or not they can be reached (S19)."""
        kind, code = _chosen(about, press.args)
        purpose, holder, tongue = _purpose(kind, press.args), subject_of(about, code), who.member.locale
        if (code, kind) not in about.offered_to(event.user_id):
            return line_to(self.pages.cards, who.member, T("document.is_asked"), "document_is_asked")
        new = NewDocument(
            about.clinic.no, event.user_id, tongue, int(holder.id), kind, purpose, about.request_id,
            about.desk_case,
        )  # fmt: skip
        document = await documents.ask(tx, new, now)
        facts: dict[str, str | int] = {"clinic": new.clinic_no, "kind": kind.value, "purpose": purpose.value}
        await audit.append(tx, "document.asked", who.actor, f"document:{document.id}", facts, now)
        asked = await ask(tx, _wanted(document, about.clinic, holder), now, self.chance)
        shown = self._shown(event, self.pages.asked(document, tongue), about.request_id)
        return Reaction("document_asked", (*shown.parcels, *asked))

    # What is done with one that was asked for.

    async def _step(
        self, tx: Tx, event: StaffPress, press: Press, members: Sequence[Member], now: datetime
    ) -> Reaction:
        document, version = await _of_button(tx, press)
        who = await presser(tx, event.chat_id, event.user_id, event.private, document.clinic_no, members)
        if not who.roles & DOCUMENT_ROLES:
            return line_to(self.pages.cards, who.member, T("document.no_right"), "wrong_role")
        if document.staff_id != event.user_id and press.verb is Verb.DOCUMENT_GET:
            return line_to(self.pages.cards, who.member, T("document.not_yours"), "document_not_yours")
        if version != document.version:
            return self._moved_on(event, document, who)
        if press.verb is Verb.DOCUMENT_GET:
            return await self._get(tx, event, document, who, now)
        return await self._on_paper(tx, event, document, who, now)

    @rule("DD-01")
    async def _get(
        self, tx: Tx, event: StaffPress, document: DocumentRequest, who: Presser, now: datetime
    ) -> Reaction:
        """Have the service asked for it; whoever asked for the document sees it, and nobody else."""
        if document.status is not DocumentStatus.CONSENTED:
            return self._moved_on(event, document, who)
        begun = await self.steps.begin(tx, document, now)
        if begun is not None:
            return self._told(event, begun, "document.fetching", who)
        told = await self.steps.lapsed(tx, document, now)
        stands = await documents.by_id(tx, document.id) or document
        moved_on = self._moved_on(event, stands, who)
        return Reaction(moved_on.outcome, (*moved_on.parcels, *told))

    async def _on_paper(
        self, tx: Tx, event: StaffPress, document: DocumentRequest, who: Presser, now: datetime
    ) -> Reaction:
        if document.status not in {DocumentStatus.ASKED, DocumentStatus.CONSENTED}:
            return self._moved_on(event, document, who)
        seen = await self.steps.on_paper(tx, document, who.actor, now)
        if seen is None:
            return self._moved_on(event, document, who)
        return self._told(event, seen, "document.on_paper", who)

    def _moved_on(self, event: StaffPress, document: DocumentRequest, who: Presser) -> Reaction:
        """How it stands now, with the buttons that it has now."""
        return self._told(event, document, "document.stands", who)

    def _told(self, event: StaffPress, document: DocumentRequest, key: str, who: Presser) -> Reaction:
        screen = self.pages.told(document, key, who.member.locale, event.user_id)
        return Reaction(
            f"document_{document.status}", self._shown(event, screen, document.request_id).parcels
        )

    def _shown(self, event: StaffPress, screen: Screen, request_id: int | None) -> Reaction:
        if event.message_id is None:
            parcels: tuple[Parcel, ...] = (
                parcel_for(event.chat_id, screen, kind=LINE, request_id=request_id),
            )
        else:
            parcels = (edited(event.chat_id, event.message_id, screen, request_id),)
        return Reaction("document_page", parcels)


def document_room(parts: Parts) -> DocumentRoom:
    """The room of digital documents."""
    return DocumentRoom(parts, DocumentPages(parts.cards), document_steps(parts))


def document_steps(parts: Parts) -> DocumentSteps:
    """The steps, for the room and for whatever else moves a request for a document."""
    return DocumentSteps(parts.directory, DocumentPages(parts.cards))


@rule("DD-06")
def _wanted(document: DocumentRequest, clinic: Clinic, holder: Person) -> Wanted:
    """One document, for one purpose, asked by the clinic; never answered in the chat of who asks."""
    return Wanted(
        matter=Matter.DOCUMENT,
        matter_id=document.id,
        number=document.number,
        asker_id=None,
        asker_clinic=clinic.no,
        asker_name=clinic.short(holder.language),
        subject=holder.iin,
        what=document.kind.value,
        purpose=document.purpose.value,
        asker_chat=address_of(document.staff_id),
    )


def _chosen(about: About, args: Sequence[str]) -> tuple[DocumentKind, str]:
    """Which document, and whose. Raises BadPress."""
    try:
        kind, code = KINDS[args[0]], args[1]
    except (IndexError, KeyError):
        raise BadPress from None
    subject_of(about, code)
    if about.kind_of(code) is not kind:
        raise BadPress
    return kind, code


def _purpose(kind: DocumentKind, args: Sequence[str]) -> DocumentPurpose:
    """Raises BadPress for one that the document is not asked for."""
    purpose = FOR.get(args[2]) if len(args) == _WITH_PURPOSE else None
    if purpose is None or not may_be_asked(kind, purpose):
        raise BadPress
    return purpose


async def _of_button(tx: Tx, press: Press) -> tuple[DocumentRequest, int]:
    """The request for a document that a button is of, and its version then. Raises BadPress."""
    try:
        document_id, version = int(press.args[0], 36), int(press.args[1])
    except (IndexError, ValueError):
        raise BadPress from None
    document = await documents.by_id(tx, document_id) if document_id <= _LARGEST_ID else None
    if document is None or press.request_id != NO_REQUEST or document.clinic_no != press.version:
        raise BadPress
    return document, version
