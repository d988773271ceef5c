"""The whole service in one process for tests: sandbox, bot, registry, and people who talk to it.

async with running_town(folder) as town:
    citizen = await town.citizen("Айгүл")
    await citizen.say("/start")
    await citizen.press("Русский")

The clock stands still unless a test moves it, so that a second is exactly a second.
"""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiohttp import ClientSession

import locales
from bot.app import App, opened
from bot.settings import read_settings
from bot.town import KEY_PASSWORD, StaffPerson, Town, group_of
from dialogs.engine import T
from rules.clock import Clock
from rules.people import Language
from sandbox.clock import SandboxClock
from sandbox.server import serving
from sandbox.town import Town as SandboxTown
from sandbox.town import new_town
from tests.ports import free_port
from tests.sandbox_server import Button, ChatMessage, SandboxClient

FRIDAY_NOON = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
"""Noon in Almaty on a working Friday."""

CODE = re.compile(r"(?<![0-9-])[0-9]{6}(?![0-9])")
HIDDEN = "······"


@dataclass(frozen=True)
class Line:
    """One line of a transcript: who, and what they said or were shown."""

    who: str
    text: str


@dataclass
class Watched:
    """A chat that the transcript follows: how the bot is called there, and what has been seen of it."""

    who: str
    seen: dict[int, str] = field(default_factory=dict)


@dataclass
class Person:
    """Somebody with a Telegram chat (a citizen or one of the staff) who reads and presses."""

    town: RunningTown
    id: int
    name: str
    locale: Language = "kk"
    phone: str = ""
    iin: str = ""
    person: dict[str, Any] = field(default_factory=dict)

    async def say(self, text: str, shown: str = "") -> ChatMessage:
        """Type words; return the bot's last message once all is answered."""
        self.town.lines.append(Line(self.name, shown or text))
        await self.town.sandbox.say(self.id, text)
        return await self.read()

    async def press(self, label: str) -> ChatMessage:
        """Press the newest button with that label (inline or of the keyboard); return the last message."""
        self.town.lines.append(Line(self.name, f"[{label}]"))
        if any(label == key.text for row in await self.town.sandbox.keyboard(self.id) for key in row):
            await self.town.sandbox.say(self.id, label)
        else:
            await self.town.sandbox.press(self.id, label=label)
        return await self.read()

    async def tap(self, *keys: str) -> ChatMessage:
        """Press buttons by their names in the catalogues, one after another."""
        for key in keys:
            await self.press(self.words(key))
        return await self.last()

    async def forge(self, data: str, chat: int | None = None) -> ChatMessage:
        """Press a button that is not there."""
        await self.town.sandbox.press(self.id, data=data, chat=chat)
        return await self.read()

    async def read(self) -> ChatMessage:
        """Wait until the house has come to rest; return what the bot said last in this chat."""
        await self.town.rest()
        await self.town.look()
        return await self.last()

    async def last(self) -> ChatMessage:
        """The bot's newest message in this chat."""
        return await self.town.sandbox.last(self.id)

    async def messages(self) -> list[ChatMessage]:
        """All that the bot has written here, as it stands now."""
        return await self.town.sandbox.messages(self.id, bot_only=True)

    async def texts(self) -> list[str]:
        """The SMS on this person's phone that came from the service."""
        return [sms.body for sms in await self.town.sandbox.sms(self.phone) if sms.direction != "inbound"]

    async def code(self) -> str:
        """Read the newest code from the phone."""
        found = [match[0] for text in await self.texts() if (match := CODE.search(text))]
        return found[-1]

    async def confirm(self) -> ChatMessage:
        """Type the code that came by SMS."""
        return await self.say(await self.code(), shown=HIDDEN)

    def words(self, key: str, **values: Any) -> str:
        """What stands under that name in the catalogue of this person's language."""
        return locales.render(T(key, **values), self.locale)


@dataclass
class RunningTown:
    """The sandbox and the bot, running. ``lines`` is all that was said, in every chat that is watched."""

    sandbox: SandboxClient
    files: Town
    staff: tuple[StaffPerson, ...]
    app: App = field(init=False)
    serving: asyncio.Task[None] = field(init=False)
    lines: list[Line] = field(default_factory=list)
    watched: dict[int, Watched] = field(default_factory=dict)
    phones: dict[str, int] = field(default_factory=dict)
    environ: dict[str, str] = field(default_factory=dict)
    clock: Clock | None = None
    sweeping: bool = True
    life: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def stop_bot(self) -> None:
        """End the bot's process of serving in an orderly way; the sandbox lives on."""
        await self.life.aclose()

    async def start_bot(self) -> None:
        """Open the bot anew, on the registry as it stands."""
        self.life = AsyncExitStack()
        self.app = await self.life.enter_async_context(opened(read_settings(self.environ), self.clock))
        if self.sweeping:
            await self.app.begin()
        work = self.app.run() if self.sweeping else self.app.receiving.run()
        self.serving = asyncio.create_task(work)
        self.life.push_async_callback(_stop, self.serving)

    @property
    def world(self) -> SandboxTown:
        """The sandbox itself, which runs in this process."""
        assert self.sandbox.town is not None
        return self.sandbox.town

    @property
    def registry(self) -> Path:
        """The file of the registry."""
        return self.files.folder / "registry.sqlite"

    async def rest(self) -> None:
        """Wait until nothing is on its way: no update unfetched, no row unanswered, no message unsent."""
        while True:
            if self._has_something_to_answer:
                self._demand_life()
                await asyncio.sleep(0.001)
                continue
            await self.app.courier.rest()
            if not self._has_something_to_answer:
                return

    def _demand_life(self) -> None:
        """Nobody would ever answer: say why, instead of waiting for it."""
        if self.serving.done():
            raise AssertionError("the bot serves no more") from self.serving.exception()

    @property
    def _has_something_to_answer(self) -> bool:
        pending = bool(self.world.telegram.updates.pending)
        offices = (self.app.papers, self.app.digital.office, self.app.centres.office)
        return pending or self.app.desk.is_busy or any(office.in_hand for office in offices)

    async def look(self) -> None:
        """Note down what the bot has said or changed in every watched chat, and every SMS."""
        # People first, then groups, whose ids are negative.
        for chat_id, watched in sorted(self.watched.items(), key=lambda item: item[0] < 0):
            for message in await self.sandbox.messages(chat_id, bot_only=True):
                text, before = shown(message), watched.seen.get(message.message_id)
                if text != before:
                    edited = "" if before is None else " (edited)"
                    self.lines.append(Line(f"{watched.who}{edited}", text))
                    watched.seen[message.message_id] = text
        for phone, read in self.phones.items():
            texts = [sms for sms in await self.sandbox.sms(phone) if sms.direction != "inbound"]
            self.lines += [Line("SMS", CODE.sub(HIDDEN, sms.body)) for sms in texts[read:]]
            self.phones[phone] = len(texts)

    async def citizen(self, query: str, name: str = "citizen") -> Person:
        """Return somebody of the made-up population, by name, IIN or phone; the transcript follows them."""
        found = await self.sandbox.person(query)
        chat_id, phone = int(found["telegram_id"]), found.get("phone") or ""
        self.watched.setdefault(chat_id, Watched("bot" if name == "citizen" else f"bot to {name}"))
        if phone:
            self.phones.setdefault(phone, 0)
        return Person(self, chat_id, name, found["language"], phone, str(found["iin"]), found)

    async def stranger(self, locale: Language = "kk", name: str = "stranger") -> Person:
        """Return somebody with a Telegram account whom no registry knows; the transcript follows them."""
        chat_id = await self.sandbox.user(name, language_code=locale)
        self.watched[chat_id] = Watched(f"bot to {name}")
        return Person(self, chat_id, name, locale)

    def of_staff(self, clinic_no: int, role: str, *, watch: bool = False) -> Person:
        """Return one of a clinic's staff, in their private chat."""
        person = next(one for one in self.staff if (one.clinic_no, one.role) == (clinic_no, role))
        if watch:
            self.watched.setdefault(person.telegram_id, Watched(f"bot to {role}"))
        return Person(self, person.telegram_id, role, person.locale)

    def watch_group(self, clinic_no: int) -> None:
        """Let the transcript follow a clinic's group."""
        self.watched.setdefault(group_of(clinic_no), Watched("group"))

    async def group(self, clinic_no: int) -> list[ChatMessage]:
        """Return what the bot has written to a clinic's group."""
        await self.rest()
        await self.look()
        return await self.sandbox.messages(group_of(clinic_no), bot_only=True)

    def group_words(self, clinic_no: int, key: str) -> str:
        """What stands under that name in the catalogue of the clinic's group."""
        return self.of_staff(clinic_no, "registrar").words(key)

    async def staff_tap(self, clinic_no: int, role: str, *keys: str) -> ChatMessage:
        """Have one of the staff press buttons of the group by their names in the catalogues."""
        who = self.of_staff(clinic_no, role)
        for key in keys:
            await self.press_card(who, clinic_no, self.group_words(clinic_no, key))
        return (await self.group(clinic_no))[-1]

    async def press_card(self, who: Person, clinic_no: int, label: str) -> ChatMessage:
        """Have one of the staff press a button in the clinic's group; return the newest message there."""
        self.lines.append(Line(who.name, f"[{label}]"))
        await self.sandbox.press(who.id, label=label, chat=group_of(clinic_no))
        return (await self.group(clinic_no))[-1]

    async def advance(self, seconds: float) -> None:
        """Move the clock, and let everything that falls due happen."""
        await self.sandbox.advance(seconds)
        await self.look_at_the_clock()

    async def set_time(self, iso: str) -> None:
        """Set the clock (Almaty time unless a zone is named), and let what falls due happen."""
        await self.sandbox.set_time(iso)
        await self.look_at_the_clock()

    async def look_at_the_clock(self) -> None:
        """Let the bot read the clock and tick once."""
        await self.app.follow_clock()
        await self.app.ticks.tick_now()
        await self.app.courier.sweep()
        await self.rest()
        await self.look()


@dataclass(frozen=True)
class TownClock:
    """The bot's clock where the sandbox runs in the same process: the sandbox's own."""

    sandbox: SandboxClock

    def now(self) -> datetime:
        """The instant that the sandbox shows."""
        return self.sandbox.now()


@asynccontextmanager
async def running_town(
    folder: Path,
    *,
    start: datetime = FRIDAY_NOON,
    settled: Path | None = None,
    made: Town | None = None,
    moving: bool = False,
    webhook: bool = False,
    sweeping: bool = True,
    monitored: bool = False,
    **settings: str,
) -> AsyncIterator[RunningTown]:
    """Start everything in this process on free ports. ``settled`` is a town's folder made before,
    ``made`` a town of other people, in ``folder``.

    ``moving``: the clock runs on, and the bot asks for it over HTTP. ``webhook``: the sandbox delivers.
    Without ``sweeping`` nothing runs but what a message sets going: then statements can be counted.
    ``monitored``: the sandbox's monitoring system is linked, and every stage is sent there.
    """
    files, staff = await _files(made or Town(folder), settled)
    port = free_port()
    async with AsyncExitStack() as stack:
        sandbox = await stack.enter_async_context(_sandbox(files, start, port, moving))
        assert sandbox.town is not None
        linked = sandbox.monitored if monitored else {}
        environ = environment(sandbox, files, port, webhook=webhook) | linked | settings
        clock = None if moving else TownClock(sandbox.town.clock)
        # A long poll that nobody waits for any more ends at once where there is something to fetch.
        stack.callback(sandbox.town.telegram.updates.push_raw, {})
        town = RunningTown(sandbox, files, staff, environ=environ, clock=clock, sweeping=sweeping)
        stack.push_async_callback(town.stop_bot)
        await town.start_bot()
        await let_into_groups(town)
        yield town


async def _files(files: Town, settled: Path | None) -> tuple[Town, tuple[StaffPerson, ...]]:
    if settled is not None:
        shutil.copytree(settled, files.folder, dirs_exist_ok=True)
        return files, files.furnish()
    staff = files.furnish()
    await files.settle(staff)
    return files, staff


@asynccontextmanager
async def _sandbox(files: Town, start: datetime, port: int, moving: bool) -> AsyncIterator[SandboxClient]:
    clock = SandboxClock(start) if moving else SandboxClock(start, lambda: FRIDAY_NOON)
    world = new_town(clock, 1_000, files.people, None)
    world.network.webhook_url = f"http://127.0.0.1:{port}/twilio/sms"
    async with serving(world, "127.0.0.1", 0, None) as address, ClientSession() as session:
        yield SandboxClient(address.url, session, world)


def environment(sandbox: SandboxClient, files: Town, port: int, *, webhook: bool = False) -> dict[str, str]:
    """The bot's settings in a town; messages may leave as fast as they can."""
    here = f"http://127.0.0.1:{port}"
    delivered = {
        "TELEGRAM_WEBHOOK_URL": f"{here}/telegram",
        "TELEGRAM_WEBHOOK_SECRET": "a-secret-of-the-town",
    }
    return {
        **sandbox.settings,
        "DATABASE_URL": files.database_url,
        "REGISTRY_KEY": files.key(),
        "SIGNING_KEYS": str(files.signing_keys),
        "SIGNING_KEYS_PASSWORD": KEY_PASSWORD,
        "LISTEN": f"127.0.0.1:{port}",
        "PUBLIC_URL": here,
        "TELEGRAM_PER_SECOND": "10000",
        "TELEGRAM_CHAT_PER_SECOND": "10000",
        "TELEGRAM_GROUP_PER_MINUTE": "100000",
        "SMS_PER_SECOND": "10000",
        **(delivered if webhook else {}),
    }


async def let_into_groups(town: RunningTown) -> None:
    """Have each registrar add the bot to the clinic's group."""
    for person in town.staff:
        if person.role == "registrar":
            await town.sandbox.add_bot(group_of(person.clinic_no), person.telegram_id)
    await town.rest()


async def _stop(serving: asyncio.Task[None]) -> None:
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)


def transcript(lines: Iterable[Line]) -> str:
    """Return the talk as a golden file holds it."""
    return "\n\n".join(f"{line.who}:\n{line.text}" for line in lines) + "\n"


def shown(message: ChatMessage) -> str:
    """A message as it looks: its words, then its buttons."""
    rows = (*message.buttons, *message.keys)
    return "\n".join((message.text, *(_row(row) for row in rows)))


def _row(row: tuple[Button, ...]) -> str:
    return "  ".join(f"[{button.text}]" for button in row)
