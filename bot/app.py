"""The one place that joins things: from settings to a running service.

The order of a start: the registry, what earlier lives left undone, the HTTP side, and
only then the first new message. The order of a stop is the reverse.
"""

from __future__ import annotations

import asyncio
import gc
import secrets as chance
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import aiohttp
import structlog
import uvloop

from bot.anchors.taking import Anchoring
from bot.attachments.clocks import AttachmentClocks
from bot.attachments.decisions import AttachmentDecisions
from bot.bookings.clocks import BookingClocks
from bot.bookings.decisions import BookingDecisions
from bot.by_sms.handing import Elsewhere
from bot.by_sms.joined import elsewhere_of, replies_of
from bot.calls.clocks import CallClocks
from bot.centres.joined import Centres, centres_of
from bot.channels import web
from bot.channels.front_desk import FrontDesk
from bot.channels.intake import Intake, Polling, Webhook, read_row
from bot.clock import SandboxClock, SystemClock, SystemSecrets
from bot.college.files import CollegeFiles
from bot.college.joined import college_clocks
from bot.complaints.deciding import complaint_decisions_of
from bot.complaints.printed import ComplaintPapers
from bot.consents.joined import Consents, consents_of
from bot.desk.clocks import DeskClocks
from bot.desk.slip import SlipFiles
from bot.desk.talk import DeskTalk
from bot.documents.joined import Digital, digital_of
from bot.duty import DutyPhone, duty_texts
from bot.journals.files import JournalFiles
from bot.monitoring.joined import Monitoring, monitoring_of
from bot.monthly.files import MonthlyFiles
from bot.own_data.copy_file import OwnCopies
from bot.papers.issuing import PaperOffice, Press
from bot.papers.key_files import KeyFolder
from bot.papers.parcels import PaperFiles
from bot.papers.signing import Signing
from bot.papers.state_signature import NcaNode
from bot.rounds.clocks import RoundsClocks
from bot.rounds.decisions import RoundsDecisions
from bot.sending.carriers import Carriers, TelegramCarrier
from bot.sending.courier import Courier
from bot.sending.gateways import TelegramGateway
from bot.sending.joined import SmsWays, rates_of, sms_ways
from bot.sending.topics import Topics
from bot.settings import Settings
from bot.staff.bot_name import BotName
from bot.staff.certificates import Certificates
from bot.staff.room import StaffRoom
from bot.surveys.joined import Surveys, surveys_of
from bot.talk.conversation import Conversations
from bot.talk.deciding import Deciding
from bot.talk.decisions import Decisions
from bot.talk.mending import take_up_again
from bot.talk.reception import Reception
from bot.talk.registers import Registers
from bot.talk.thinking import Thinking
from bot.terms.escalation import City
from bot.terms.joined import Terms, terms_of
from bot.ticks import Handler, Ticks
from bot.watch import Watch
from bot.work.decisions import WorkDecisions
from bot.work.room import asking_of
from dialogs import DIALOGS
from rules.clock import Clock
from rules.people import Language
from storage.database import Database, open_database
from storage.errors import SchemaNotCurrent
from storage.keys import KeyRing
from storage.migrate import schema_is_current
from storage.one_process import served_alone
from storage.right_keys import demand_right_keys
from storage.staff import unverified

WORKERS: Final = 2**31
ONLY_WORKER: Final = 1
NO_KEYS: Final = "no-signing-keys"
"""A folder that is not there: every key is then missing, and says so."""

log = structlog.get_logger()


class NotVerified(Exception):
    """Real people would meet live clinics whose rows were never verified; carries their numbers."""

    def __init__(self, clinics: Sequence[int]) -> None:
        super().__init__(", ".join(map(str, clinics)))


@dataclass(frozen=True, slots=True)
class App:
    """A service that is ready to run."""

    settings: Settings
    db: Database
    watch: Watch
    desk: FrontDesk
    courier: Courier
    intake: Intake
    receiving: Polling | Webhook
    ticks: Ticks
    visits: BookingClocks
    papers: PaperOffice
    terms: Terms
    sms: SmsWays
    digital: Digital
    centres: Centres
    anchors: Anchoring
    monitoring: Monitoring
    surveys: Surveys
    clock: Clock
    session: aiohttp.ClientSession
    name: BotName

    async def begin(self) -> None:
        """Take up what earlier lives left, before anything new is judged or heard."""
        await self.desk.take_back()
        now = self.clock.now()
        await self.db.decide(lambda tx: self.visits.begin(tx, now))
        await self.db.decide(lambda tx: self.terms.begin(tx, now))
        await self.db.decide(lambda tx: self.anchors.begin(tx, now))
        await self.db.decide(lambda tx: self.monitoring.begin(tx, now))
        await self.db.decide(lambda tx: self.surveys.asking.begin(tx, now))
        mended = await take_up_again(self.db, DIALOGS, self.clock.now(), self.courier.worker)
        self.courier.take(mended)

    async def run(self) -> None:
        """Serve until cancelled; ``begin`` comes first."""
        runner = await web.serve(
            web.application(self.settings, self.intake, self.db, self.watch), self.settings
        )
        scheduler = self.ticks.start()
        settle_memory()
        try:
            async with asyncio.TaskGroup() as parts:
                for part in (
                    self.courier.run(),
                    self.desk.run(),
                    self.watch.run(),
                    self.papers.run(),
                    self.terms.book.run(),
                    self.sms.run(self.intake),
                    self.digital.office.in_hand.run(),
                    self.centres.office.in_hand.run(),
                    self.anchors.run(),
                    self.monitoring.run(),
                    self.name.run(),
                    self._receive(),
                    self._follow_clock(),
                ):
                    parts.create_task(part)
        finally:
            scheduler.shutdown(wait=False)
            await runner.cleanup()
            await self.desk.stop()
            await self.courier.stop()

    async def follow_clock(self) -> None:
        """Read the sandbox's clock once, where the house goes by it."""
        if isinstance(self.clock, SandboxClock):
            await self.clock.follow(self.session)

    async def _follow_clock(self) -> None:
        if isinstance(self.clock, SandboxClock):
            await self.clock.run(self.session)

    async def _receive(self) -> None:
        """Fetch updates; where Telegram delivers them itself, tell it where, and the HTTP side takes them."""
        await self.receiving.run()


def start(settings: Settings) -> int:
    """Serve until the process is told to stop; return its exit code.

    Raises as ``opened`` does, and ``AlreadyServed`` where another process serves the same file.
    """
    with (
        served_alone(settings.database_url),
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        runner.run(_serve(settings))
    return 0


async def _serve(settings: Settings) -> None:
    async with opened(settings) as app:
        await app.begin()
        serving = asyncio.create_task(app.run())
        loop = asyncio.get_running_loop()
        for told in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(told, serving.cancel)
        log.info("service.ready", sandbox=settings.loopback)
        with suppress(asyncio.CancelledError):
            await serving


@asynccontextmanager
async def opened(settings: Settings, clock: Clock | None = None) -> AsyncIterator[App]:
    """Open everything that ``settings`` name, and close it again.

    The house goes by ``clock``; without one, by the clock that the settings name.
    Raises ``Unavailable`` when the database does not answer, ``SchemaNotCurrent`` when
    it must be migrated first, ``BadKeys`` for a bad ``REGISTRY_KEY``, ``WrongKeys`` for
    one that the registry does not live under, ``NotVerified`` before real people.
    """
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()))
        clock = clock or await _clock(settings, session)
        db = await open_database(settings.database_url, KeyRing.parse(settings.registry_key), clock)
        stack.push_async_callback(db.close)
        if not await schema_is_current(db):
            raise SchemaNotCurrent
        await demand_right_keys(db.reader)
        if settings.live and (clinics := await unverified(db.reader)):
            raise NotVerified(clinics)
        watch = Watch()
        if settings.duty_phone:
            duty = DutyPhone(settings, duty_texts(settings.default_language))
            watch = Watch(duty)
            duty.start(watch)
            stack.callback(duty.stop)
        yield _join(settings, session, clock, db, watch)


async def _clock(settings: Settings, session: aiohttp.ClientSession) -> Clock:
    if not settings.sandbox_clock_url:
        return SystemClock()
    clock = SandboxClock(settings.sandbox_clock_url)
    await clock.follow(session)
    return clock


def _join(
    settings: Settings, session: aiohttp.ClientSession, clock: Clock, db: Database, watch: Watch
) -> App:
    worker = _worker(db)
    telegram = TelegramGateway(session, settings.telegram_api_url, settings.telegram_bot_token)
    sms = sms_ways(settings, session, db, clock, watch)
    courier = Courier(db, clock, _carriers(settings, telegram, sms, db, clock, watch), watch, worker)
    registers = Registers()
    certificates = Certificates(settings.result_certificates)
    staff = _staff(settings, db, registers, clock, worker, watch, certificates)
    centres = centres_of(settings, session, db, registers, watch, courier.take, worker)
    digital = digital_of(settings, session, staff.parts, db, watch, courier.take, worker)
    consents = consents_of(db, clock, worker, centres.side, digital.steps)
    surveys = surveys_of(settings, db, registers.directory, staff.parts.cards, clock, worker)
    deciding = _deciding(registers, staff, centres, consents, surveys, watch, elsewhere_of(settings, staff))
    reception = _reception(db, clock, worker, registers, deciding, staff, consents, surveys, courier, watch)
    desk = FrontDesk(db, read_row, reception.answer, courier, watch, clock, worker)
    intake = Intake(db, clock, desk, watch, worker)
    receiving = _receiving(settings, telegram, intake, watch)
    visits = BookingClocks(staff.visits)
    papers = PaperOffice(db, _press(settings, session), watch, courier.take, worker)
    terms = _terms(settings, staff, db, clock, watch)
    others = _handlers(staff, watch, certificates, visits, papers) | digital.office.handlers()
    anchors = Anchoring(db, clock, session, settings.tsa_url)
    others |= centres.office.handlers() | consents.clocks.handlers() | anchors.handlers()
    monitoring = monitoring_of(settings, session, db, watch, courier.take, worker)
    others |= monitoring.handlers() | surveys.asking.handlers()
    others |= college_clocks(staff.parts, watch, terms.escalations.city).handlers()
    handlers = terms.handlers(others)
    ticks = Ticks(db, clock, worker, handlers, courier.take, lambda: watch.beat("tick"))
    return App(
        settings, db, watch, desk, courier, intake, receiving, ticks, visits, papers, terms, sms, digital,
        centres, anchors, monitoring, surveys, clock, session,
        staff.parts.bot.asks(telegram),
    )  # fmt: skip


def _reception(
    db: Database,
    clock: Clock,
    worker: int,
    registers: Registers,
    deciding: Deciding,
    staff: StaffRoom,
    consents: Consents,
    surveys: Surveys,
    courier: Courier,
    watch: Watch,
) -> Reception:
    thinking = Thinking(db, registers, {dialog.name: dialog for dialog in DIALOGS}, clock)
    heard_first = (consents.replies, surveys.replies)
    replies = replies_of(db, registers, thinking, deciding, staff, clock, worker, heard_first)
    conversations = Conversations(db, thinking, deciding, consents.typed, clock, worker)
    at_desk = DeskTalk(db, thinking, deciding, staff.parts, clock, worker)
    return Reception(db, clock, conversations, replies, staff, at_desk, courier, watch)


def _receiving(
    settings: Settings, telegram: TelegramGateway, intake: Intake, watch: Watch
) -> Polling | Webhook:
    return Webhook(telegram, settings, watch) if settings.webhook else Polling(telegram, intake, watch)


def _staff(
    settings: Settings,
    db: Database,
    registers: Registers,
    clock: Clock,
    worker: int,
    watch: Watch,
    certificates: Certificates,
) -> StaffRoom:
    fields, digital = settings.card_fields_abroad, bool(settings.documents_url)
    return StaffRoom(
        db, registers.directory, clock, worker, watch, fields, certificates,
        digital=digital, forward_days=settings.complaint_forward_days,
    )  # fmt: skip


def _handlers(
    staff: StaffRoom, watch: Watch, certificates: Certificates, visits: BookingClocks, papers: PaperOffice
) -> dict[str, Handler]:
    parts = (
        CallClocks(staff.feed, staff.notices, staff.cards, watch, certificates),
        visits,
        AttachmentClocks(staff.attachments, watch),
        RoundsClocks(staff.parts.rounds),
        asking_of(staff.parts),
        papers,
        DeskClocks(staff.parts),
    )
    return {name: handler for part in parts for name, handler in part.handlers().items()}


def _terms(settings: Settings, staff: StaffRoom, db: Database, clock: Clock, watch: Watch) -> Terms:
    language: Language = "ru" if settings.default_language == "ru" else "kk"
    city = City(settings.escalation_chat, settings.escalation_phone, language)
    terms = terms_of(staff.parts, db, clock, watch, city, extends=settings.extend_on_outage)
    watch.keep_in(terms.book)
    return terms


def _deciding(
    registers: Registers,
    staff: StaffRoom,
    centres: Centres,
    consents: Consents,
    surveys: Surveys,
    watch: Watch,
    elsewhere: Elsewhere,
) -> Deciding:
    bookings = BookingDecisions(registers, staff.visits)
    attachments = AttachmentDecisions(registers, staff.attachments)
    rounds = RoundsDecisions(staff.parts.rounds.questions)
    work = WorkDecisions(registers, asking_of(staff.parts))
    decisions = Decisions(
        registers, staff, bookings, attachments, rounds, work, centres.decisions, consents.decisions,
        surveys=surveys.decisions, complaints=complaint_decisions_of(registers, staff.parts),
    )  # fmt: skip
    return Deciding(registers, decisions, SystemSecrets(), watch, elsewhere)


def _worker(db: Database) -> int:
    """Return the number under which this process leases rows.

    A SQLite file is served by one process: under one number its next life takes back at once what
    the last one held. Processes that share a PostgreSQL must not take each other's.
    """
    return ONLY_WORKER if db.engine_name == "sqlite" else chance.randbelow(WORKERS)


def _carriers(
    settings: Settings,
    telegram: TelegramGateway,
    sms: SmsWays,
    db: Database,
    clock: Clock,
    watch: Watch,
) -> Carriers:
    return Carriers(
        TelegramCarrier(
            telegram,
            rates_of(settings),
            watch,
            PaperFiles(db),
            SlipFiles(db.reader),
            JournalFiles(db.reader),
            MonthlyFiles(db.reader),
            OwnCopies(db.reader),
            ComplaintPapers(db.reader),
            CollegeFiles(db.reader),
            topics=Topics(telegram, db, clock),
        ),
        sms.carrier,
    )


def _press(settings: Settings, session: aiohttp.ClientSession) -> Press:
    return Press(
        KeyFolder(Path(settings.signing_keys or NO_KEYS), settings.signing_keys_password.encode()),
        Path(settings.papers_dir) if settings.papers_dir else None,
        Signing(settings.tsa_url),
        settings.check_page,
        NcaNode(session, settings.ncanode_url) if settings.ncanode_url else None,
    )


def settle_memory() -> None:
    """Take what start-up has made out of every later collection: walking it would stop answers for 75 ms."""
    gc.collect()
    gc.freeze()
    # What a message makes is gone with it: looking for cycles after every 700 objects costs 3 % of all.
    gc.set_threshold(20_000, 20, 50)
