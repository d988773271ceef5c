"""What a dialog wants done: everything the deciding transaction needs, with the facts as they were shown.

The transaction checks the facts again; where one has moved, nothing is done and the dialog replays.
"""

from dataclasses import dataclass
from typing import TypeAlias

from dialogs.addresses import Address
from rules.attachment import Cause
from rules.centre_info import Centre, InfoPurpose
from rules.days import Day
from rules.doctors import DoctorRole
from rules.home_call import ForWhom, Reason
from rules.iin import Iin
from rules.people import Language
from rules.representation import Newborn
from rules.training import Asked


@dataclass(frozen=True, slots=True)
class Signed:
    """What "Send" signs: the summary as it stood on the screen, and the digest its button carried."""

    digest: str
    text: str
    locale: Language


@dataclass(frozen=True, slots=True)
class RegisteredPatient:
    """The caller or a child of theirs, with the version of the record that was shown."""

    person_id: str
    version: int


@dataclass(frozen=True, slots=True, repr=False)
class TypedPatient:
    """Another person: all of it is what the caller typed, nothing was looked up.

    ``iin`` is ``None`` where a registrar entered somebody without one (G-10).
    """

    iin: Iin | None
    name: str
    birth_date: Day


Patient: TypeAlias = RegisteredPatient | Newborn | TypedPatient


@dataclass(frozen=True, slots=True, repr=False)
class HomeCallDraft:
    """A home call that was signed. ``phone`` is E.164, mobile or landline.

    ``clinic_chosen`` is true where the caller named the clinic; else it is the clinic of attachment
    of the patient (of the mother, for a newborn), to be the same still. ``visit_day`` is the day shown.
    """

    for_whom: ForWhom
    patient: Patient
    caller_id: str
    caller_version: int
    consent_id: int
    clinic_no: int
    clinic_chosen: bool
    visit_day: Day
    reason: Reason
    words: str
    address: Address
    phone: str
    signed: Signed


@dataclass(frozen=True, slots=True)
class WithdrawalDraft:
    """A call to be withdrawn, as its card stood when "withdraw" was pressed.

    ``consent_id`` is ``None`` where the chat had confirmed this identity before this conversation.
    """

    request_id: int
    version: int
    asker_id: str
    consent_id: int | None


@dataclass(frozen=True, slots=True)
class HoldDraft:
    """A time to be kept for this conversation while it is signed; any other that it keeps is let go.

    The receipt says whether it is held: one that was lost is no fault, the person chooses again.
    """

    slot_id: int


@dataclass(frozen=True, slots=True)
class BookingDraft:
    """An appointment that was signed.

    ``slot_id`` is ``None`` where nothing was free: then the request waits for a time of ``doctor_no``, or
    of any doctor of the role where that is ``None`` too. ``clinic_no`` is the clinic of attachment shown.
    """

    for_whom: ForWhom
    patient: RegisteredPatient
    caller_id: str
    caller_version: int
    consent_id: int
    clinic_no: int
    role: DoctorRole
    doctor_no: str | None
    slot_id: int | None
    signed: Signed


@dataclass(frozen=True, slots=True)
class MoveDraft:
    """An appointment to be moved to another time; the old one is given up only if the new one is got."""

    request_id: int
    version: int
    slot_id: int
    asker_id: str
    consent_id: int | None


@dataclass(frozen=True, slots=True)
class CancelDraft:
    """An appointment to be cancelled, as its card stood when "cancel" was pressed."""

    request_id: int
    version: int
    asker_id: str
    consent_id: int | None


@dataclass(frozen=True, slots=True)
class WaitDraft:
    """An appointment to be put on the list for an earlier time, or taken off it.

    ``doctor_no`` is ``None`` where any doctor of the role will do.
    """

    request_id: int
    version: int
    asker_id: str
    consent_id: int | None
    waits: bool
    doctor_no: str | None


@dataclass(frozen=True, slots=True)
class OfferAnswerDraft:
    """The answer to a time that a notice offered, given in the chat that the notice went to."""

    request_id: int
    slot_id: int
    accepted: bool


@dataclass(frozen=True, slots=True)
class ComingDraft:
    """ "I will come", pressed under a reminder, in the chat that the reminder went to."""

    request_id: int


@dataclass(frozen=True, slots=True)
class AttachedPerson:
    """One person of a sitting, with the version of the record and the clinic that were shown.

    ``from_clinic`` is ``None`` for somebody who is attached nowhere.
    """

    person_id: str
    version: int
    cause: Cause
    from_clinic: int | None
    for_whom: ForWhom


@dataclass(frozen=True, slots=True)
class AttachmentDraft:
    """Requests for attachment that were signed: one for each person, all to one clinic (G-75).

    ``give_up`` are ids and versions of the appointments to be cancelled once the person is attached.
    ``effective_on`` is the day shown for the first person, ``answer_day`` the clinic's day of the answer.
    """

    people: tuple[AttachedPerson, ...]
    caller_id: str
    caller_version: int
    consent_id: int
    clinic_no: int
    give_up: tuple[tuple[int, int], ...]
    effective_on: Day
    answer_day: Day
    signed: Signed


@dataclass(frozen=True, slots=True)
class AttachmentWithdrawalDraft:
    """A request for attachment to be withdrawn, as its card stood when "withdraw" was pressed."""

    request_id: int
    version: int
    asker_id: str
    consent_id: int | None


@dataclass(frozen=True, slots=True)
class PaperDraft:
    """The paper of a result to be sent into this chat once more; the receipt says whether it was there."""

    request_id: int
    asker_id: str


@dataclass(frozen=True, slots=True, repr=False)
class ByHandDraft:
    """Somebody without data in the state register, as their paper has them (G-12).

    ``iin`` is ``None`` for somebody who has none, or does not know it (G-10). ``name`` may hold a patronymic
    too. ``phone`` is E.164; ``document`` is its kind and number as typed.
    """

    iin: Iin | None
    surname: str
    name: str
    birth_date: Day
    phone: str
    document: str


@dataclass(frozen=True, slots=True)
class OpenQuestionDraft:
    """A question of the clinic to be answered; the receipt says what it is, and whether it still waits.

    ``asker_id`` is ``None`` where no identity was asked: then it counts only in the chat it was sent to.
    """

    question_id: int
    asker_id: str | None


@dataclass(frozen=True, slots=True, repr=False)
class AnswerDraft:
    """What the citizen answered; ``asker_id`` as above."""

    question_id: int
    asker_id: str | None
    words: str


@dataclass(frozen=True, slots=True)
class OpenSurveyDraft:
    """A survey answered in the chat it was sent to; the receipt says what it is about and how it stands."""

    survey_id: int


@dataclass(frozen=True, slots=True)
class SurveyDraft:
    """The answers to both questions, in their order, by the codes of the form."""

    survey_id: int
    grades: tuple[int, int]


@dataclass(frozen=True, slots=True)
class SurveyLaterDraft:
    """They want to be asked once more."""

    survey_id: int


@dataclass(frozen=True, slots=True)
class SurveyDeclinedDraft:
    """They will not answer."""

    survey_id: int


@dataclass(frozen=True, slots=True, repr=False)
class SurveyWordsDraft:
    """What was not liked, for the clinic to read: no complaint, and nobody's name is with it."""

    survey_id: int
    words: str


@dataclass(frozen=True, slots=True)
class HappenedDraft:
    """Whether the doctor came, pressed in the chat that the question went to."""

    request_id: int
    took_place: bool


@dataclass(frozen=True, slots=True, repr=False)
class CentreInfoDraft:
    """A request for information of a centre that was signed.

    ``other`` is the IIN typed, and ``None`` where it is about the caller; ``purpose`` goes with it.
    """

    centre: Centre
    caller_id: str
    caller_version: int
    consent_id: int
    other: Iin | None
    purpose: InfoPurpose | None
    signed: Signed


@dataclass(frozen=True, slots=True)
class CentreCancelDraft:
    """A request to a centre to be taken back, as its card stood when "cancel" was pressed."""

    request_id: int
    version: int
    asker_id: str


@dataclass(frozen=True, slots=True)
class CentreLinkDraft:
    """A one-time link to the result of a request, to be sent into this chat."""

    request_id: int
    asker_id: str


@dataclass(frozen=True, slots=True, repr=False)
class TrainingDraft:
    """A request to the medical college that was signed; ``story`` tells how the original was lost.

    ``graduate_id`` is the programme that was chosen, ``due_on`` the last day of the term as it was shown.
    """

    asked: Asked
    graduate_id: int
    caller_id: str
    caller_version: int
    consent_id: int
    due_on: Day
    story: str
    signed: Signed


@dataclass(frozen=True, slots=True)
class TrainingCancelDraft:
    """A request to the college to be taken back, as its card stood when "cancel" was pressed."""

    request_id: int
    version: int
    asker_id: str


@dataclass(frozen=True, slots=True)
class ConsentLookDraft:
    """A request for consent to be looked at; the receipt says what it is, and whether it still waits."""

    request_id: int


@dataclass(frozen=True, slots=True)
class ConsentAnswerDraft:
    """An answer to a request for consent; ``label`` is the button that was pressed, as it was read.

    To agree needs an identity: ``asker_id``, and ``consent_id`` unless this chat was confirmed just before.
    """

    request_id: int
    agrees: bool
    asker_id: str | None
    consent_id: int | None
    label: str


@dataclass(frozen=True, slots=True)
class ConsentBlockDraft:
    """Whoever asked by that request is to be blocked; ``label`` as above."""

    request_id: int
    label: str


@dataclass(frozen=True, slots=True)
class ConsentBackDraft:
    """A consent that somebody else asked for, and that its giver takes back."""

    request_id: int
    person_id: str


@dataclass(frozen=True, slots=True)
class ConsentEndDraft:
    """A consent of one's own, by which a service was opened, to be ended now."""

    consent_id: int
    person_id: str


@dataclass(frozen=True, slots=True)
class BlockDraft:
    """Whoever asked by that request is to ask no more."""

    request_id: int
    person_id: str


@dataclass(frozen=True, slots=True)
class UnblockDraft:
    """Whoever was blocked by that person may ask again; ``asker`` as it is kept with the block."""

    asker: str
    person_id: str


@dataclass(frozen=True, slots=True)
class OwnCopyDraft:
    """A copy of everything held about somebody, to be sent into this chat."""

    person_id: str
    consent_id: int


@dataclass(frozen=True, slots=True)
class ErasureDraft:
    """Everything held about somebody, to be erased as far as the law lets it."""

    person_id: str
    person_version: int
    consent_id: int
