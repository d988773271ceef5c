"""What a dialog is given: the moment, the language, the facts, and how its words will read."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from dialogs.engine import Sentence
from dialogs.facts import Facts
from rules.channels import Channel
from rules.days import Instant
from rules.desk import judged_at
from rules.iin import Iin
from rules.people import Language
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
    def by(self) -> Channel:
        """By which of the law's ways the request comes."""
        return Channel.ELECTRONIC if self.desk is None else self.desk.channel

    @property
    def judged_at(self) -> Instant:
        """The instant that a cut-off looks at (G-01)."""
        if self.desk is None:
            return self.now
        return judged_at(self.by, self.desk.opened_at, self.desk.handed_in_at, self.now)
