"""What a dialog is given: the moment, the language, the facts, and how its words will read."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from dialogs.engine import Sentence
from dialogs.facts import Facts
from rules.channels import Channel
from rules.clinics import Clinic
from rules.days import Instant
from rules.desk import judged_at
from rules.doctors import short_name
from rules.iin import Iin
from rules.law import rule
from rules.people import Language, Person
from rules.when import WhenWords

ChannelName: TypeAlias = Literal["telegram", "sms"]


@dataclass(frozen=True, slots=True)
class AtDesk:
    """A registrar answers for somebody who came or called, and reads the questions aloud.

    ``clinic_no`` is the registrar's own clinic. ``opened_at`` is when the case was opened,
    ``handed_in_at`` when the registrar saw who it is.
    """

    channel: Channel
    clinic_no: int
    opened_at: Instant
    handed_in_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """Everything a dialog may look at; it is made anew for each replay.

    ``now`` is aware UTC. ``render`` gives the words in ``locale``. ``arg`` is what the dialog was
    started with: "" or, say, the id of a request. ``confirmed`` is the identity confirmed in this
    chat so lately that its own requests may be shown (rules: `CABINET_IDLE`). ``when`` is how
    people say days, in all languages. ``desk`` stands where a registrar answers for the citizen.
    """

    now: Instant
    locale: Language
    channel: ChannelName
    facts: Facts
    render: Callable[[Sentence], str]
    when: WhenWords
    arg: str = ""
    confirmed: Iin | None = None
    desk: AtDesk | None = None

    @property
    def terse(self) -> bool:
        """Whether it is read on a button phone, where each message is paid for and holds few words."""
        return self.channel == "sms" and self.desk is None

    def named(self, clinic: Clinic) -> str:
        """The clinic's name, as long as there is room for it here."""
        return clinic.short(self.locale) if self.terse else clinic.name(self.locale)

    def doctor(self, full_name: str) -> str:
        """The doctor's name, as long as there is room for it here."""
        return short_name(full_name) if self.terse else full_name

    @rule("G-48")
    def patient(self, person: Person) -> str:
        """The patient's name; no SMS says it whole, whoever may read it."""
        return person.name if self.terse else person.full_name

    @property
    def by(self) -> Channel:
        """By which of the law's ways the request comes."""
        return Channel.ELECTRONIC if self.desk is None else self.desk.channel

    @property
    def judged_at(self) -> Instant:
        """The instant that a cut-off looks at (G-01)."""
        if self.desk is None:
            return self.now
        return judged_at(self.by, self.desk.opened_at, self.desk.handed_in_at, self.now)
