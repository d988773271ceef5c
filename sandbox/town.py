"""The made-up town: its people, its clinics, and what Telegram and the mobile network know of them."""

from dataclasses import dataclass, field
from pathlib import Path

from sandbox.centres import Centres
from sandbox.chats import BotIs, Chat
from sandbox.clock import SandboxClock
from sandbox.documents import Documents
from sandbox.events import EventLog
from sandbox.faults import FaultBoard
from sandbox.moments import Calendar, read_calendar
from sandbox.monitoring import Monitoring
from sandbox.people import Person, Population, read_population
from sandbox.sms_network import SmsNetwork
from sandbox.telegram import Telegram, new_telegram
from sandbox.visitors import Visitors


@dataclass(slots=True)
class Town:
    """Everything the sandbox plays, in one place."""

    clock: SandboxClock
    events: EventLog
    faults: FaultBoard
    telegram: Telegram
    visitors: Visitors
    network: SmsNetwork
    population: Population
    calendar: Calendar
    folder: Path | None = None
    documents: Documents = field(init=False)
    centres: Centres = field(init=False)
    monitoring: Monitoring = field(init=False)

    def __post_init__(self) -> None:
        self.documents = Documents(
            self.clock,
            self.events,
            lambda: self.population.people,
            self.parents_of,
        )
        self.centres = Centres(self.clock, self.events, lambda: self.population.people)
        self.monitoring = Monitoring(self.clock, self.events)

    def person_of(self, telegram_id: int) -> Person | None:
        return next((person for person in self.population.people if person.telegram_id == telegram_id), None)

    def parents_of(self, iin: str) -> list[str]:
        """The names of a child's parents, as the files have them now."""
        return self.population.parents_of(iin)

    def settle(self) -> None:
        """Gives everybody in the files an account, and the clinics their groups."""
        chats = self.telegram.chats
        for person in self.population.people:
            chats.add_user(person.account(), person.phone)
        for member in self.population.staff:
            chats.add_user(member.account())
            chat = chats.private(member.telegram_id)
            # Staff were linked by a code that they sent to the bot: it may write to them.
            chat.bot_is = BotIs.MEMBER if chat.bot_is is BotIs.UNKNOWN else chat.bot_is
        for group in self.population.groups:
            chat = chats.all.get(group.chat_id) or chats.group(group.chat_id, group.title)
            chat.members |= self._colleagues(group.clinic_no)
            if group.linked and chat.bot_is is BotIs.UNKNOWN:
                chat.bot_is = BotIs.MEMBER

    def reread(self) -> None:
        """Reads the files again: the supervisor may have written them after the start."""
        self.population = read_population(self.folder)
        self.settle()

    def reset(self) -> None:
        """Empties every chat and phone; the clock and the numbering of updates go on."""
        chats, telegram = self.telegram.chats, self.telegram
        chats.all.clear()
        chats.users.clear()
        chats.phones.clear()
        chats.queries.clear()
        telegram.updates.clear()
        self.network.clear()
        self.faults.clear()
        self.documents.clear()
        self.centres.clear()
        self.monitoring.clear()
        self.settle()
        self.events.note("reset")

    def groups(self) -> list[Chat]:
        return [chat for chat in self.telegram.chats.all.values() if not chat.is_private]

    def _colleagues(self, clinic_no: str) -> set[int]:
        return {member.telegram_id for member in self.population.staff if member.clinic_no == clinic_no}


def new_town(
    clock: SandboxClock, first_update_id: int, folder: Path | None = None, holidays: Path | None = None
) -> Town:
    """A town settled from the files of `folder`; with none it is empty until users are added."""
    events, faults = EventLog(), FaultBoard()
    telegram = new_telegram(clock, events, faults, first_update_id)
    town = Town(
        clock=clock,
        events=events,
        faults=faults,
        telegram=telegram,
        visitors=Visitors(telegram),
        network=SmsNetwork(clock, events, faults),
        population=read_population(folder),
        calendar=read_calendar(holidays),
        folder=folder,
    )
    town.settle()
    return town
