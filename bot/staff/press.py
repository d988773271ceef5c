"""What a staff button says on the wire: which request, at which version, and what is wanted.

``s:<request base36>:<version>:<verb>[:<arg>...]``, at most 64 bytes. Everything on it is checked again at the
press: a button proves nothing (S33).
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from bot.channels.painting import in_base36

_EPOCH: Final = datetime(2024, 1, 1, tzinfo=UTC)
_MINUTE: Final = timedelta(minutes=1)
_FORM: Final = re.compile(
    r"s:([0-9a-z]{1,13}):([0-9]{1,9}):([a-z]{2,8})((?::[0-9a-z_]{1,21}){0,3})", re.ASCII
)
_LONGEST: Final = 64
_LARGEST_ID: Final = 2**63 - 1


class Verb(StrEnum):
    """What a press asks for. The first group only turns the pages of a card, the second changes the request.

    The third says whether a patient came, from the doctor's list of the day. The fourth is of a clinic's
    schedule, the fifth of its journals: their buttons name the clinic in the place of the version, and no
    request. So does the last, by which a doctor says who they are.
    """

    CARD = "card"
    DOCTORS = "docs"
    WINDOWS = "wins"
    GROUNDS = "why"
    REFUSAL = "sure"
    DETAILS = "more"
    PAPER = "paper"
    TYPE_DOCTOR = "type"
    ROLE = "role"

    CONFIRM = "yes"
    CONFIRM_TYPED = "typed"
    REFUSE = "no"
    ON_WAY = "way"
    DONE = "done"
    UNDO = "undo"
    NOT_HOME = "nohome"
    CLOSE = "close"

    CAME = "came"
    MISSED = "missed"

    SCHEDULE = "sched"
    KIND = "kind"
    DAY = "day"
    DOCTOR = "doctor"
    FROM = "from"
    TILL = "till"
    SUBSTITUTE = "stand"
    ENTER = "enter"
    TAKE_BACK = "take"

    JOURNAL = "jour"
    JOURNAL_WHY = "jwhy"
    JOURNAL_PAGE = "jpage"
    JOURNAL_FILE = "jfile"

    FIGURES = "figs"
    FIGURES_FILE = "figsfile"

    I_AM = "iam"

    ORAL = "oral"
    SLIP = "slip"
    HAND_RIGHT = "hright"
    HAND_WRONG = "hwrong"

    QUEUE = "queue"
    PILE = "pile"
    WORK = "work"
    TAKE = "grab"
    GIVE = "give"
    GIVE_BACK = "drop"
    ASK = "ask"
    NOTE = "note"
    STOP_TYPING = "stop"
    WHOSE = "whose"
    REOPEN = "reopen"

    DOCUMENT = "ddoc"
    DOCUMENT_ASK = "dask"
    DOCUMENT_GET = "dget"
    DOCUMENT_PAPER = "dpaper"

    PEOPLE = "people"
    PERSON = "person"
    DEPART = "depart"
    DEPARTED = "departed"
    INVITE = "invite"
    UNINVITE = "uninvite"

    ROUNDS = "rounds"
    ROUNDS_SEE = "rsee"
    ROUNDS_WAY = "rway"
    ROUNDS_DONE = "rdone"
    ROUNDS_SHUT = "rshut"
    ROUNDS_UNDO = "rundo"

    COLLEGE = "coll"
    COLLEGE_NEW = "cnew"
    COLLEGE_SEE = "csee"
    COLLEGE_DO = "cdo"
    COLLEGE_ENTER = "center"
    COLLEGE_DECIDE = "cdecide"
    COLLEGE_FILE = "cfile"
    COLLEGE_STOP = "cstop"

    COMPLAINTS = "xall"
    COMPLAINT_PILE = "xpile"
    COMPLAINT_WORDS = "xwords"
    COMPLAINT_ENTER = "xnew"
    COMPLAINT_FIELD = "xfield"
    COMPLAINT = "xsee"
    COMPLAINT_READ = "xread"
    COMPLAINT_FILE = "xfile"
    COMPLAINT_SLIP = "xslip"
    COMPLAINT_SENT = "xsent"
    COMPLAINT_NUMBER = "xnum"
    COMPLAINT_WORK = "xwork"
    COMPLAINT_ANSWER = "xans"
    COMPLAINT_REFUSE = "xref"
    COMPLAINT_SURE = "xsure"
    COMPLAINT_GONE = "xgone"
    COMPLAINT_MINE = "xmine"
    COMPLAINT_STOP = "xstop"


NO_REQUEST: Final = 0
"""In the place of a request, on the buttons of a schedule and of a journal."""


class BadPress(ValueError):
    """The data are none of ours: forged, cut short, or of a form long gone."""


@dataclass(frozen=True, slots=True)
class Press:
    """One button of a request's card, bound to the request and the version it was drawn for."""

    request_id: int
    version: int
    verb: Verb
    args: tuple[str, ...] = ()

    @classmethod
    def parse(cls, data: str) -> Press:
        """Read what came back from a button. Raises BadPress."""
        match = _FORM.fullmatch(data)
        if match is None or len(data) > _LONGEST:
            raise BadPress
        request_id = int(match[1], 36)
        if request_id > _LARGEST_ID:
            raise BadPress
        return cls(request_id, int(match[2]), _verb(match[3]), tuple(match[4].split(":")[1:]))

    def __str__(self) -> str:
        data = ":".join(("s", in_base36(self.request_id), str(self.version), self.verb, *self.args))
        if _FORM.fullmatch(data) is None or len(data) > _LONGEST:
            raise BadPress
        return data


def doctor_key(doctor_no: str) -> str:
    """A doctor's number as a button carries it: clinics write theirs in any alphabet and length."""
    return hashlib.sha256(doctor_no.encode()).hexdigest()[:10]


def minute_key(instant: datetime) -> str:
    """The start of a visit window (aware, from 2024 on) as a button carries it."""
    return in_base36((instant - _EPOCH) // _MINUTE)


def minute_of(key: str) -> datetime:
    """The UTC instant under that key. Raises BadPress."""
    try:
        return _EPOCH + int(key, 36) * _MINUTE
    except (ValueError, OverflowError):
        raise BadPress from None


def _verb(text: str) -> Verb:
    try:
        return Verb(text)
    except ValueError:
        raise BadPress from None
