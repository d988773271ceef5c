"""What stands in the copy of everything held about a person: a section for each kind of record, in order."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final


class Form(Enum):
    """How a column is shown."""

    TEXT = auto()
    AT = auto()
    DAY = auto()
    CLINIC = auto()
    YES = auto()
    SEALED = auto()
    DETAILS = auto()
    CARD = auto()
    MESSAGE = auto()
    WORDS = auto()


@dataclass(frozen=True, slots=True)
class Field:
    """One column: `name` gives its label, `place` where a sealed one was sealed, or the words of a code."""

    name: str
    form: Form = Form.TEXT
    place: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """One kind of record: the rows of `statement`, whose first column is what its blobs are bound to."""

    name: str
    statement: str
    fields: tuple[Field, ...]


def _at(name: str) -> Field:
    return Field(name, Form.AT)


def _day(name: str) -> Field:
    return Field(name, Form.DAY)


def _sealed(name: str, place: str) -> Field:
    return Field(name, Form.SEALED, place)


def _words(name: str, prefix: str) -> Field:
    return Field(name, Form.WORDS, prefix)


_NUMBER: Final = Field("number")
_CLINIC: Final = Field("clinic", Form.CLINIC)
_CHANNEL: Final = _words("channel", "held.channel")

_REQUESTS: Final = (
    Section(
        "attachments",
        "held_attachments",
        (
            _day("attached_on"),
            _CLINIC,
            _words("cause", "cause"),
            _at("began_at"),
            _at("ended_at"),
        ),
    ),
    Section(
        "guardians",
        "held_guardians",
        (
            _words("kind", "held.guardian"),
            _day("valid_from"),
            _day("valid_to"),
            Field("name", Form.CARD, "people.card"),
        ),
    ),
    Section(
        "requests",
        "held_requests",
        (
            _NUMBER,
            _words("service", "service"),
            _CLINIC,
            _at("registered_at"),
            _words("status", "status"),
            _day("visit_day"),
            _at("answer_due"),
            _sealed("signed_text", "requests.signed_text"),
            _at("signed_at"),
            Field("details", Form.DETAILS, "requests.details"),
            _at("answered_at"),
            _sealed("doctor", "requests.doctor_name"),
            _at("window_start"),
            _at("window_end"),
            _words("ground", "ground"),
            _at("closed_at"),
        ),
    ),
    Section("request_marks", "held_request_marks", (_NUMBER, _words("status", "status"), _at("at"))),
    Section(
        "visits",
        "held_visits",
        (_NUMBER, _at("starts"), _at("ends"), Field("room"), _sealed("doctor", "doctors.full_name")),
    ),
    Section("waiting", "held_waiting", (_NUMBER, _CLINIC, _at("since"), _at("ended_at"), Field("offers"))),
    Section(
        "papers",
        "held_papers",
        (
            _NUMBER,
            _words("kind", "service"),
            _CLINIC,
            _at("issued_at"),
            _at("valid_until"),
            _at("withdrawn_at"),
            Field("details", Form.DETAILS, "papers.facts"),
        ),
    ),
    Section(
        "work_questions",
        "held_work_questions",
        (
            _NUMBER,
            _at("asked_at"),
            _sealed("text", "work_questions.text"),
            _at("answered_at"),
            _sealed("answer", "work_questions.answer"),
        ),
    ),
    Section("work_notes", "held_work_notes", (_NUMBER, _at("at"), _sealed("text", "work_notes.text"))),
    Section(
        "visit_checks",
        "held_visit_checks",
        (
            _NUMBER,
            _at("asked_at"),
            _at("answered_at"),
            Field("took_place", Form.YES),
            _sealed("complaint", "visit_checks.complaint"),
            _at("complained_at"),
        ),
    ),
    Section("escalations", "held_escalations", (_NUMBER, _at("at"), _at("promised"))),
    Section(
        "journal",
        "held_journal",
        (_CLINIC, _words("register", "journal.title"), Field("year"), _NUMBER, _at("at")),
    ),
    Section(
        "desk_cases",
        "held_desk_cases",
        (
            _CLINIC,
            _CHANNEL,
            _words("service", "service"),
            _at("came_at"),
            _at("ended_at"),
            _words("outcome", "held.outcome"),
        ),
    ),
    Section(
        "hand_identities",
        "held_hand_identities",
        (
            _CLINIC,
            _sealed("document", "hand_identities.document"),
            _at("entered_at"),
            _at("checked_at"),
            _words("outcome", "held.outcome"),
        ),
    ),
)

_CONSENTS: Final = (
    Section(
        "consents",
        "held_consents",
        (
            _words("purpose", "purpose"),
            _at("asked_at"),
            _words("outcome", "consents.state"),
            _at("answered_at"),
            _at("valid_until"),
            _at("withdrawn_at"),
            Field("text_id"),
            Field("text_version"),
            _sealed("text", "consents.text_shown"),
            _sealed("phone", "consents.phone"),
            _CHANNEL,
            _sealed("reply", "consents.reply"),
        ),
    ),
    Section(
        "asked_of",
        "held_asked_of",
        (
            _NUMBER,
            _sealed("asker", "consent_requests.asker_name"),
            _CLINIC,
            _words("what", "third_party.what"),
            _words("purpose", "third_party.purpose"),
            _at("asked_at"),
            _words("outcome", "consents.state"),
            _words("way", "held.way"),
            _at("answered_at"),
            _at("used_at"),
        ),
    ),
    Section(
        "asked_by",
        "held_asked_by",
        (
            _NUMBER,
            _words("what", "third_party.what"),
            _words("purpose", "third_party.purpose"),
            _at("asked_at"),
        ),
    ),
    Section("asker_blocks", "held_asker_blocks", (_at("since"),)),
    Section(
        "centre_requests",
        "held_centre_requests",
        (
            _NUMBER,
            _words("centre", "centre"),
            _words("about", "held.about"),
            _at("asked_at"),
            _sealed("signed_text", "centre_requests.signed_text"),
            _at("issued_at"),
            _at("valid_until"),
            _at("closed_at"),
        ),
    ),
    Section("centre_marks", "held_centre_marks", (_NUMBER, _words("status", "centres.status"), _at("at"))),
    Section("centre_links", "held_centre_links", (_NUMBER, _at("valid_until"))),
    Section(
        "complaints",
        "held_complaints",
        (
            _NUMBER,
            _CLINIC,
            _words("service", "service"),
            _at("filed_at"),
            _words("addressee", "held.addressee"),
            _words("status", "complaint.status"),
            _sealed("name", "complaints.full_name"),
            _sealed("iin", "complaints.iin"),
            _sealed("address", "complaints.postal_address"),
            _sealed("phone", "complaints.phone"),
            _sealed("text", "complaints.words"),
            _sealed("signed_text", "complaints.signed_text"),
            _sealed("official", "complaints.official"),
            _at("closed_at"),
        ),
    ),
    Section(
        "complaint_marks", "held_complaint_marks", (_NUMBER, _words("status", "complaint.status"), _at("at"))
    ),
    Section("complaint_files", "held_complaint_files", (_sealed("document", "complaint_files.file"),)),
    Section(
        "complaint_answers",
        "held_complaint_office",
        (
            _NUMBER,
            _day("forwarded_on"),
            Field("body_number"),
            _day("registered_on"),
            _day("answer_due_on"),
            _day("decided_on"),
            _sealed("reasons", "complaint_office.words"),
            _sealed("official", "complaint_office.official"),
            _day("delivered_on"),
            _sealed("delivery", "complaint_office.delivery"),
        ),
    ),
    Section(
        "surveys",
        "held_surveys",
        (
            _NUMBER,
            _words("service", "service"),
            _at("asked_at"),
            _words("status", "held.survey"),
            _at("ended_at"),
        ),
    ),
    Section(
        "graduates",
        "held_graduates",
        (
            _words("programme", "training.programme"),
            Field("title"),
            _day("commission_on"),
            _sealed("name", "graduates.full_name"),
            _sealed("original", "graduates.original_no"),
        ),
    ),
    Section(
        "training_requests",
        "held_training_requests",
        (
            _NUMBER,
            _words("kind", "training.asked"),
            _at("filed_at"),
            _words("status", "training.stage"),
            _day("due_on"),
            _sealed("story", "training_requests.story"),
            _sealed("signed_text", "training_requests.signed_text"),
            _at("closed_at"),
        ),
    ),
    Section(
        "training_marks", "held_training_marks", (_NUMBER, _words("status", "training.stage"), _at("at"))
    ),
    Section(
        "document_requests",
        "held_document_requests",
        (
            _NUMBER,
            _CLINIC,
            _words("what", "third_party.what"),
            _words("purpose", "third_party.purpose"),
            _at("asked_at"),
            _words("status", "held.document"),
            _at("ended_at"),
        ),
    ),
)

_AROUND: Final = (
    Section(
        "challenges",
        "held_challenges",
        (
            _words("purpose", "purpose"),
            _at("asked_at"),
            _at("valid_until"),
            _words("status", "held.code"),
            Field("comparisons"),
            Field("sent", Form.YES),
        ),
    ),
    Section("guards", "held_guards", (Field("failures"), _at("locked_until"), _at("at"))),
    Section(
        "known_chats",
        "held_known_chats",
        (
            Field("chat"),
            _at("since"),
            _words("language", "held.language"),
            _at("confirmed_at"),
            Field("tries"),
            Field("open_talks"),
        ),
    ),
    Section("stopped", "held_stopped", (_at("since"),)),
    Section("inbox", "held_inbox", (_at("at"), _CHANNEL, Field("text", Form.MESSAGE, "inbox.body"))),
    Section(
        "outbox",
        "held_outbox",
        (
            _at("at"),
            _CHANNEL,
            _words("status", "held.sent"),
            Field("text", Form.MESSAGE, "outbox.body"),
        ),
    ),
    Section("acts", "held_acts", (_at("at"), _words("act", "held.act"))),
)

SECTIONS: Final = (*_REQUESTS, *_CONSENTS, *_AROUND)
"""In the order in which they are written; the person's own card and the looks stand before and after them."""
