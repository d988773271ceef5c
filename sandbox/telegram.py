"""The whole of the sandbox's Telegram, joined: chats, updates, files, faults and the bot's own profile."""

from dataclasses import dataclass, field

from sandbox.chats import Chats
from sandbox.clock import SandboxClock
from sandbox.events import EventLog
from sandbox.faults import FaultBoard
from sandbox.files import FileShelf
from sandbox.updates import UpdateQueue
from sandbox.wire import Json


@dataclass(slots=True)
class Webhook:
    """Where updates go when the bot does not poll; an empty url means that it polls."""

    url: str = ""
    secret_token: str = ""
    max_connections: int = 40
    last_error_date: int | None = None
    last_error: str = ""


@dataclass(slots=True)
class Telegram:
    clock: SandboxClock
    events: EventLog
    faults: FaultBoard
    chats: Chats
    updates: UpdateQueue
    files: FileShelf = field(default_factory=FileShelf)
    webhook: Webhook = field(default_factory=Webhook)
    commands: dict[str, list[Json]] = field(default_factory=dict)
    profile: dict[str, str] = field(default_factory=dict)


def new_telegram(clock: SandboxClock, events: EventLog, faults: FaultBoard, first_update_id: int) -> Telegram:
    return Telegram(clock, events, faults, Chats(clock, events), UpdateQueue(first_update_id))
