"""What staff read of digital documents: what may be asked for, what was asked, and the document itself.

Nothing here does I/O. The document is shown in one person's private chat, and so that it cannot be passed on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from bot.channels.painting import in_base36
from bot.channels.screens import Screen
from bot.channels.telegram import parcel_for
from bot.documents.about import CALLER, PATIENT, About
from bot.staff.cards import Cards, Labelled
from bot.staff.feed import LINE
from bot.staff.press import NO_REQUEST, Press, Verb
from dialogs.engine import T
from dialogs.engine.words import Value
from rules.clinics import Clinic
from rules.days import COUNTRY_ZONE
from rules.documents import (
    PURPOSES,
    SHOWN_FOR,
    DigitalDocument,
    DocumentKind,
    DocumentPurpose,
    DocumentStatus,
)
from rules.law import rule
from rules.people import Language, Person
from rules.third_party import Matter, times
from storage.documents import BODY, DocumentRequest, shown_key
from storage.outbox import Parcel

KINDS: Final = {"card": DocumentKind.IDENTITY_CARD, "birth": DocumentKind.BIRTH_CERTIFICATE}
FOR: Final = {
    "id": DocumentPurpose.IDENTIFICATION,
    "att": DocumentPurpose.ATTACHMENT,
    "child": DocumentPurpose.CHILD,
}
"""How buttons name what they ask for: there is little room on them."""

_WHOSE: Final = {PATIENT: "patient", CALLER: "caller"}

_ASKED: Final = {
    DocumentKind.IDENTITY_CARD: "document.asked",
    DocumentKind.BIRTH_CERTIFICATE: "document.asked_of_parent",
}
"""Under sixteen, as long as a certificate is what proves who somebody is, a parent answers (G-37)."""

_NAME: Final = "name"
"""What CARD_FIELDS_ABROAD must let abroad, or the document only says whether it fits the registry."""


@dataclass(frozen=True, slots=True)
class DocumentPages:
    """Draws them."""

    cards: Cards

    def of_request(self, about: About, tongue: Language, reader: int) -> Screen:
        """What was asked for about a request, and what can be; ``reader`` is the Telegram id of who reads."""
        offered = about.offered_to(reader)
        lines = [T("document.of_request", number=about.number), *(_line(one) for one in about.asked)]
        lines.append(T("document.choose" if offered else "document.nobody"))
        rows: list[list[Labelled]] = [
            [(T(f"staff.button.document_{kind}_{_WHOSE[code]}"), _about(about, Verb.DOCUMENT, kind, code))]
            for code, kind in offered
        ]
        back = T("staff.button.back"), str(Press(about.request_id or NO_REQUEST, about.version, Verb.WORK))
        return self.cards.page(lines, tongue, [*_rows(about.asked, reader), *rows, [back]])

    def purposes(self, about: About, kind: DocumentKind, code: str, tongue: Language) -> Screen:
        """Asks what the document is for; ``code`` is whose it is, as the button says it."""
        rows: list[list[Labelled]] = [
            [
                (
                    T(f"staff.button.document_for_{purpose}"),
                    _about(about, Verb.DOCUMENT_ASK, kind, code, _code(FOR, purpose)),
                )
            ]
            for purpose in PURPOSES[kind]
        ]
        return self.cards.page([T("document.purpose", document=kind_words(kind))], tongue, rows)

    def at_desk(self, clinic_no: int, case_id: int, kind: DocumentKind, tongue: Language) -> Screen:
        """Under the registrar's question how they saw who it is: that the document can be asked for."""
        label = (
            T("staff.button.document_ask"),
            str(Press(NO_REQUEST, clinic_no, Verb.DOCUMENT, (_code(KINDS, kind), in_base36(case_id)))),
        )
        return self.cards.page([T("document.at_desk", document=kind_words(kind))], tongue, [[label]])

    def asked(self, document: DocumentRequest, tongue: Language) -> Screen:
        """That consent was asked: the same words whoever it is, and whatever phone they have (S19).

        At night they also say when the SMS goes, since nobody is woken by it (G-47).
        """
        waiting = times(Matter.DOCUMENT, document.asked_at)
        until, goes = (at.astimezone(COUNTRY_ZONE) for at in (waiting.ends_at, waiting.sent_at))
        lines = [T(_ASKED[document.kind], **_values(document), until=until)]
        if waiting.sent_at > document.asked_at:
            lines.append(T("document.asked_at_night", at=goes))
        return self.cards.page(lines, tongue, [[_paper(document)], *_way_back(document)])

    @rule("DD-02")
    def consented(self, document: DocumentRequest, tongue: Language) -> Screen:
        """That the holder agreed, with the button that takes the document."""
        lines = [T("document.consented", **_values(document))]
        return self.cards.page(lines, tongue, [[_get(document)], [_paper(document)]])

    def told(
        self, document: DocumentRequest, key: str, tongue: Language, reader: int | None = None
    ) -> Screen:
        """Words about a request for a document, with the buttons that it still has; for whoever asked for it,
        if no other ``reader`` is named.
        """
        rows = [*_rows([document], reader or document.staff_id), *_way_back(document)]
        return self.cards.page([T(key, **_values(document))], tongue, rows)

    @rule("DD-01", "DD-05")
    def document(
        self, shown: DocumentRequest, document: DigitalDocument, holder: Person, clinic: Clinic, now: datetime
    ) -> Parcel:
        """The document, for whoever asked for it: once, not to be passed on, not after a quarter of an hour.

        What if it runs twice: one message for each consent.
        """
        today = clinic.local(now).date()
        lines = [T("document.shown", **_values(shown)), *self._lines(document, holder, today)]
        lines.append(T("document.shown_once", minutes=SHOWN_FOR.value))
        parcel = parcel_for(
            shown.staff_id,
            self.cards.page(lines, shown.locale, []),
            kind=BODY,
            dedupe=shown_key(shown.id),
            request_id=shown.request_id,
            expires_at=now + SHOWN_FOR.delta,
        )
        return replace(parcel, body={**parcel.body, "protect_content": True})

    def _lines(self, document: DigitalDocument, holder: Person, today: date) -> Iterable[T]:
        if _NAME in self.cards.fields:
            name = " ".join(filter(None, (document.surname, document.name, document.patronymic)))
            yield T("document.holder", name=name)
            yield T("document.born", birth=document.birth_date)
            yield T("document.iin", last=document.iin[-4:])
            if document.parents:
                yield T("document.parents", names=", ".join(document.parents))
            yield T("document.number", number=document.number, issuer=document.issued_by)
        else:
            yield T("staff.details.withheld")
        yield T("document.issued", day=document.issued_on)
        if document.valid_until is not None:
            key = "document.valid" if document.is_valid_on(today) else "document.ran_out"
            yield T(key, day=document.valid_until)
        yield T("document.fits" if _fits(document, holder) else "document.does_not_fit")

    def closed(self, document: DocumentRequest, tongue: Language) -> Screen:
        """What stands in the place of a document that was shown long enough."""
        return self.cards.page([T("document.closed", **_values(document))], tongue, [])


def kind_words(kind: DocumentKind) -> T:
    """The document as staff and its holder read it."""
    return T(f"document.kind.{kind}")


def private(document: DocumentRequest, screen: Screen, *, dedupe: str | None = None) -> Parcel:
    """A line for whoever asked, in their own chat."""
    return parcel_for(document.staff_id, screen, kind=LINE, dedupe=dedupe, request_id=document.request_id)


def request_lead(request_id: int, version: int) -> str:
    """The data of the button that leads from a request to its documents."""
    return str(Press(request_id, version, Verb.DOCUMENT))


def _values(document: DocumentRequest) -> dict[str, Value]:
    return {
        "number": document.number,
        "document": kind_words(document.kind),
        "purpose": T(f"document.for.{document.purpose}"),
        "status": T(f"document.status.{document.status}"),
    }


def _line(document: DocumentRequest) -> T:
    return T("document.line", **_values(document))


def _rows(asked: Sequence[DocumentRequest], reader: int) -> list[list[Labelled]]:
    """Whoever asked takes the document; that the paper one was shown is said by any colleague."""
    rows: list[list[Labelled]] = []
    for one in asked:
        if one.status is DocumentStatus.CONSENTED and one.staff_id == reader:
            rows.append([_get(one)])
        if one.status in {DocumentStatus.ASKED, DocumentStatus.CONSENTED}:
            rows.append([_paper(one)])
    return rows


def _way_back(document: DocumentRequest) -> list[list[Labelled]]:
    """Back to the citizen's request; a case of the desk goes on below."""
    if document.request_id is None:
        return []
    return [[(T("staff.button.work"), str(Press(document.request_id, 1, Verb.WORK)))]]


def _get(document: DocumentRequest) -> Labelled:
    return T("staff.button.document_get"), _step(document, Verb.DOCUMENT_GET)


def _paper(document: DocumentRequest) -> Labelled:
    return T("staff.button.document_paper"), _step(document, Verb.DOCUMENT_PAPER)


def _step(document: DocumentRequest, verb: Verb) -> str:
    args = in_base36(document.id), str(document.version)
    return str(Press(NO_REQUEST, document.clinic_no, verb, args))


def _about(about: About, verb: Verb, kind: DocumentKind, *args: str) -> str:
    return str(Press(about.request_id or NO_REQUEST, about.version, verb, (_code(KINDS, kind), *args)))


def _code(codes: Mapping[str, str], wanted: str) -> str:
    return next(code for code, value in codes.items() if value == wanted)


def _fits(document: DigitalDocument, holder: Person) -> bool:
    """True if the registry has the same surname, name and birth date, in whichever letter case."""
    on_paper = (document.surname.casefold(), document.name.casefold(), document.birth_date)
    return on_paper == (holder.surname.casefold(), holder.name.casefold(), holder.birth_date)
