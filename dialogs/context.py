"""What a dialog is given: the moment, the language, the facts, and how its words will read."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from dialogs.engine import Sentence
from dialogs.facts import Facts
from rules.days import Instant
from rules.iin import Iin
from rules.people import Language
from rules.when import WhenWords

ChannelName: TypeAlias = Literal["telegram", "sms"]


@dataclass(frozen=True, slots=True)
class Context:
    """Everything a dialog may look at; it is made anew for each replay.

    ``now`` is aware UTC. ``render`` gives the words in ``locale``. ``arg`` is what the dialog was
    started with: "" or, say, the id of a request. ``confirmed`` is the identity confirmed in this
    chat so lately that its own requests may be shown (rules: `CABINET_IDLE`). ``when`` is how
    people say days, in all languages.
    """

    now: Instant
    locale: Language
    channel: ChannelName
    facts: Facts
    render: Callable[[Sentence], str]
    when: WhenWords
    arg: str = ""
    confirmed: Iin | None = None
