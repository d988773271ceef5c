"""What the dialog of a complaint wants done: a signed complaint, or words that nobody stands behind."""

from dataclasses import dataclass

from dialogs.drafts import Signed
from dialogs.engine import SentFile
from rules.complaints import AboutMatter, Addressee, AnswerWay


@dataclass(frozen=True, slots=True, repr=False)
class ComplaintDraft:
    """A complaint that was signed. Name and IIN are the registry's own; ``phone`` is E.164.

    ``clinic_no`` is of the office that carries it; ``matter`` is None where no request is complained of.
    """

    caller_id: str
    caller_version: int
    consent_id: int
    clinic_no: int
    matter: AboutMatter | None
    addressee: Addressee
    postal_address: str
    phone: str
    answer_way: AnswerWay
    words: str
    files: tuple[SentFile, ...]
    signed: Signed


@dataclass(frozen=True, slots=True, repr=False)
class FeedbackDraft:
    """Words about a clinic from somebody who does not say who they are (G-60)."""

    clinic_no: int
    words: str
