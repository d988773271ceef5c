"""What a dialog wants done: everything the deciding transaction needs, with the facts as they were shown.

The transaction checks the facts again; where one has moved, nothing is done and the dialog replays.
"""

from dataclasses import dataclass
from typing import TypeAlias

from dialogs.addresses import Address
from rules.days import Day
from rules.home_call import ForWhom, Reason
from rules.iin import Iin
from rules.people import Language
from rules.representation import Newborn


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
    """Another person: all of it is what the caller typed, nothing was looked up."""

    iin: Iin
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
