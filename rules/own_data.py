"""What a person is shown of what is held about them: consents, who asked about them, and who looked."""

from dataclasses import dataclass
from typing import Final

from rules.days import Instant
from rules.law import Limit
from rules.sources import house_default

PAGE: Final = Limit(5, "count", house_default("lines of a list that one screen of a phone holds"))
MOST: Final = Limit(200, "count", house_default("the newest lines of each list; the copy holds them all"))


@dataclass(frozen=True, slots=True)
class OwnConsent:
    """A consent of one's own, asked for with a code or aloud at the desk (S28). Instants are UTC.

    ``lives`` is true while something can still be opened with it; ``aloud`` of one given to a registrar.
    """

    id: int
    purpose: str
    outcome: str
    asked_at: Instant
    answered_at: Instant | None
    aloud: bool
    lives: bool


@dataclass(frozen=True, slots=True, repr=False)
class AskedOfOne:
    """A request for one's consent, or for a consent about one's child: who asks, and what came of it.

    ``asker`` is the short name of a person, ``clinic_no`` is set where a clinic asks instead.
    ``about_child``: one was asked as its parent. ``blocked``: whoever asked cannot ask any more, or it is not
    for this person to say.
    """

    id: int
    number: str
    asker: str | None
    clinic_no: int | None
    what: str
    purpose: str
    state: str
    asked_at: Instant
    answered_at: Instant | None
    used_at: Instant | None
    about_child: bool
    may_answer: bool
    may_withdraw: bool
    blocked: bool


@dataclass(frozen=True, slots=True, repr=False)
class LookAtOne:
    """Somebody opened what is held about one: ``what`` is a catalogue suffix, ``number`` the request's.

    One of the staff (``clinic_no``, ``role``), or whoever asked a centre (``name``); ``own``: oneself.
    """

    at: Instant
    what: str
    number: str
    clinic_no: int | None = None
    role: str | None = None
    name: str | None = None
    own: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class BlockedByOne:
    """Who may not ask about one, or one's child, any more: "person:<id>" or "clinic:<no>"."""

    subject_id: str
    asker: str
    name: str | None
    clinic_no: int | None
    since: Instant
