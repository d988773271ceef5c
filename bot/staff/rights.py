"""Who may press what: every press is authorised anew, by person, by chat and by clinic (S33)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from bot.channels.reactions import Reaction
from bot.staff.cards import Cards, Tongue
from bot.staff.feed import said
from bot.staff.press import BadPress, Verb
from bot.staff.typing import stop
from dialogs.engine import T
from rules.staff_roles import ROLES, Role
from storage import staff
from storage.database import Tx
from storage.staff import Member

CLOCK: Final = "clock"
"""Who acts when a moment comes, as marks and audit name it."""

STAFF_ACTOR: Final = "staff:"


class Act(StrEnum):
    """What one of the staff does; who may, is said by ``RIGHTS`` alone."""

    SEE = "see"
    """Look at the card of a request, at the day's list, at a schedule's day; note who came."""
    ANSWER = "answer"
    """Answer requests, and change when doctors take patients."""
    VISIT = "visit"
    """Say how a visit went."""
    JOURNAL = "journal"
    """Read the journals of the clinic, in private and with a reason."""
    FIGURES = "figures"
    """See the figures of the clinic's month."""
    ROUNDS = "rounds"
    """Have a page of visits: each doctor of their own, and of nobody else's (HC-17)."""
    OWN_DOCTOR = "own_doctor"
    """Say which doctor of the clinic's list one is."""
    WORK = "work"
    """Take requests from the queue, give them on, ask their citizens and note on them."""
    REOPEN = "reopen"
    """Take a mistaken refusal back (G-69)."""
    DESK = "desk"
    """Enter a request for somebody who came or called, print its slip, check an identity seen by hand."""
    DOCUMENT = "document"
    """Ask for a digital document with its holder's consent, and look at it once."""
    PEOPLE = "people"
    """See who works at the clinic, invite people, end their work; be told when the group is gone."""

    COMPLAINT = "complaint"
    """Carry complaints: the office's people; heads and administrators where none is left, or it is late."""

    COLLEGE = "college"
    """Work on what is asked of the medical college: take it in, take it from stage to stage, hand it out."""
    COLLEGE_DECIDE = "college_decide"
    """Decide on a duplicate, as the head of the college or acting for them (TR-13)."""


RIGHTS: Final[Mapping[Act, frozenset[Role]]] = {
    Act.SEE: frozenset({"registrar", "head", "doctor"}),
    Act.ANSWER: frozenset({"registrar", "head"}),
    Act.VISIT: frozenset({"doctor", "head"}),
    Act.JOURNAL: frozenset({"registrar", "head", "administrator"}),
    Act.FIGURES: frozenset({"head", "administrator"}),
    Act.ROUNDS: frozenset({"doctor"}),
    Act.OWN_DOCTOR: frozenset({"doctor"}),
    Act.WORK: frozenset({"registrar", "head"}),
    Act.REOPEN: frozenset({"head"}),
    Act.DESK: frozenset({"registrar", "head"}),
    Act.DOCUMENT: frozenset({"registrar", "head"}),
    Act.PEOPLE: frozenset({"head", "administrator"}),
    Act.COMPLAINT: frozenset({"officer", "head", "administrator"}),
    Act.COLLEGE: frozenset({"college", "head"}),
    Act.COLLEGE_DECIDE: frozenset({"head"}),
}
"""Who may do what, at their own clinic and nowhere else (G-71). Every check reads this table."""

ALL_ROLES: Final = RIGHTS[Act.SEE]
REGISTRY_ROLES: Final = RIGHTS[Act.ANSWER]
VISIT_ROLES: Final = RIGHTS[Act.VISIT]
JOURNAL_ROLES: Final = RIGHTS[Act.JOURNAL]
FIGURES_ROLES: Final = RIGHTS[Act.FIGURES]
ROUNDS_ROLES: Final = RIGHTS[Act.ROUNDS]
OWN_DOCTOR_ROLES: Final = RIGHTS[Act.OWN_DOCTOR]
WORK_ROLES: Final = RIGHTS[Act.WORK]
REOPENING_ROLES: Final = RIGHTS[Act.REOPEN]
DESK_ROLES: Final = RIGHTS[Act.DESK]
DOCUMENT_ROLES: Final = RIGHTS[Act.DOCUMENT]
PEOPLE_ROLES: Final = RIGHTS[Act.PEOPLE]
COMPLAINT_ROLES: Final = RIGHTS[Act.COMPLAINT]
COLLEGE_ROLES: Final = RIGHTS[Act.COLLEGE]
DECIDING_ROLES: Final = RIGHTS[Act.COLLEGE_DECIDE]

_BUTTONS: Final[Mapping[Act, tuple[Verb, ...]]] = {
    Act.SEE: (
        Verb.CARD,
        Verb.DETAILS,
        Verb.CAME,
        Verb.MISSED,
        Verb.KIND,
        Verb.DAY,
        Verb.DOCTOR,
    ),
    Act.ANSWER: (
        Verb.DETAILS,
        Verb.DOCTORS,
        Verb.WINDOWS,
        Verb.GROUNDS,
        Verb.REFUSAL,
        Verb.PAPER,
        Verb.TYPE_DOCTOR,
        Verb.ROLE,
        Verb.CONFIRM,
        Verb.CONFIRM_TYPED,
        Verb.CLOSE,
        Verb.REFUSE,
        Verb.UNDO,
        Verb.SCHEDULE,
        Verb.KIND,
        Verb.DAY,
        Verb.DOCTOR,
        Verb.FROM,
        Verb.TILL,
        Verb.SUBSTITUTE,
        Verb.ENTER,
        Verb.TAKE_BACK,
    ),
    Act.VISIT: (
        Verb.ON_WAY,
        Verb.DONE,
        Verb.NOT_HOME,
        Verb.UNDO,
    ),
    Act.JOURNAL: (
        Verb.JOURNAL,
        Verb.JOURNAL_WHY,
        Verb.JOURNAL_PAGE,
        Verb.JOURNAL_FILE,
    ),
    Act.FIGURES: (
        Verb.FIGURES,
        Verb.FIGURES_FILE,
    ),
    Act.ROUNDS: (
        Verb.ROUNDS,
        Verb.ROUNDS_SEE,
        Verb.ROUNDS_WAY,
        Verb.ROUNDS_DONE,
        Verb.ROUNDS_SHUT,
        Verb.ROUNDS_UNDO,
    ),
    Act.OWN_DOCTOR: (Verb.I_AM,),
    Act.WORK: (
        Verb.QUEUE,
        Verb.PILE,
        Verb.WORK,
        Verb.TAKE,
        Verb.GIVE,
        Verb.GIVE_BACK,
        Verb.ASK,
        Verb.NOTE,
        Verb.STOP_TYPING,
        Verb.WHOSE,
    ),
    Act.REOPEN: (
        Verb.PILE,
        Verb.REOPEN,
    ),
    Act.DESK: (
        Verb.ORAL,
        Verb.SLIP,
        Verb.HAND_RIGHT,
        Verb.HAND_WRONG,
    ),
    Act.DOCUMENT: (
        Verb.DOCUMENT,
        Verb.DOCUMENT_ASK,
        Verb.DOCUMENT_GET,
        Verb.DOCUMENT_PAPER,
    ),
    Act.PEOPLE: (
        Verb.PEOPLE,
        Verb.PERSON,
        Verb.DEPART,
        Verb.DEPARTED,
        Verb.INVITE,
        Verb.UNINVITE,
    ),
    Act.COMPLAINT: (
        Verb.COMPLAINTS,
        Verb.COMPLAINT_PILE,
        Verb.COMPLAINT_WORDS,
        Verb.COMPLAINT_ENTER,
        Verb.COMPLAINT_FIELD,
        Verb.COMPLAINT,
        Verb.COMPLAINT_READ,
        Verb.COMPLAINT_FILE,
        Verb.COMPLAINT_SLIP,
        Verb.COMPLAINT_SENT,
        Verb.COMPLAINT_NUMBER,
        Verb.COMPLAINT_WORK,
        Verb.COMPLAINT_ANSWER,
        Verb.COMPLAINT_REFUSE,
        Verb.COMPLAINT_SURE,
        Verb.COMPLAINT_GONE,
        Verb.COMPLAINT_MINE,
        Verb.COMPLAINT_STOP,
    ),
    Act.COLLEGE: (
        Verb.COLLEGE,
        Verb.COLLEGE_NEW,
        Verb.COLLEGE_SEE,
        Verb.COLLEGE_DO,
        Verb.COLLEGE_ENTER,
        Verb.COLLEGE_FILE,
        Verb.COLLEGE_STOP,
    ),
    Act.COLLEGE_DECIDE: (Verb.COLLEGE_DECIDE,),
}

ACTS_OF: Final[Mapping[Verb, frozenset[Act]]] = {
    verb: frozenset(act for act, verbs in _BUTTONS.items() if verb in verbs) for verb in Verb
}
"""Which acts a button stands for: one of them, by what it is on."""

INVITED_BY: Final[Mapping[Role, frozenset[Role]]] = {
    "administrator": frozenset(ROLES),
    "head": frozenset(ROLES) - {"administrator"},
}
"""Whom each of ``PEOPLE_ROLES`` lets in and puts out: nobody gives a right that they do not have."""


@dataclass(frozen=True, slots=True)
class Presser:
    """Somebody of a clinic, with their roles there, who pressed or typed in a chat where they may."""

    member: Member
    roles: frozenset[str]
    tongue: Tongue

    @property
    def actor(self) -> str:
        """The presser as marks and audit name them."""
        return actor_of(self.member.telegram_id)


def actor_of(telegram_id: int) -> str:
    """One of the staff, as marks and audit name them."""
    return f"{STAFF_ACTOR}{telegram_id}"


async def presser(
    tx: Tx, chat_id: int, user_id: int, private: bool, clinic_no: int, members: Sequence[Member]
) -> Presser:
    """The sender as one of that clinic's. Raises BadPress for another clinic's people or another chat."""
    own = [one for one in members if one.clinic_no == clinic_no]
    if not own:
        raise BadPress
    tongue: Tongue = own[0].locale
    if not private:
        group = await staff.group_of(tx, clinic_no)
        if group is None or group.chat_id != chat_id:
            raise BadPress
        tongue = group.locale
    elif chat_id != user_id:
        raise BadPress
    return Presser(own[0], frozenset(one.role for one in own), tongue)


def to_stranger(cards: Cards, chat_id: int, user_id: int, now: datetime) -> Reaction:
    """Said where it was pressed, for strangers cannot be written to; once a day, not at every press."""
    once = f"stranger:{chat_id}:{user_id}:{now.date()}"
    line = said(chat_id, cards.say(T("staff.not_linked"), "both"), dedupe=once)
    return Reaction("not_linked", (line,))


async def shut(
    tx: Tx, cards: Cards, chat_id: int, user_id: int, members: Sequence[Member], only: T, now: datetime
) -> Reaction:
    """Why a room does not open: whoever asks works nowhere, or it is a group, which is told ``only``."""
    if not members:
        await stop(tx, user_id, now)
        return to_stranger(cards, chat_id, user_id, now)
    return Reaction("private_only", (said(chat_id, cards.say(only, members[0].locale)),))


def line_to(cards: Cards, member: Member, words: T, outcome: str) -> Reaction:
    """Words about a press, in the presser's own chat."""
    return Reaction(outcome, (said(member.telegram_id, cards.say(words, member.locale)),))
