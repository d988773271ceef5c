"""A clinic's paper office for tests: a registry, a signing key, a person, and papers that are owed."""

import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from bot.papers.issuing import PaperOffice, Press
from bot.papers.key_files import GoodKey, KeyFolder, make_key, open_key
from bot.papers.owing import owe_attachment
from bot.papers.parcels import PaperFiles
from bot.papers.printed import Issue
from bot.papers.signing import Signing
from bot.papers.state_signature import NcaNode
from bot.sending.carriers import Carriers, TelegramCarrier
from bot.sending.courier import Courier
from bot.ticks import Ticks
from rules.papers import PaperKind, Signer
from rules.people import Person
from storage import papers, requests
from storage.addresses import Address
from storage.load import Loaded, load
from storage.papers import Paper
from storage.registry import Directory
from storage.requests import NewRequest, RegisteredRequest
from tests.bot.house import NOON, QUICK, WORKER, House, open_house
from tests.registry import add_clinic, add_person

PASSWORD = b"correct horse"
PAGE = "https://dariger.example.kz/check"
SIGNER = Signer(5, "Әубәкірова Гүлнәр Өмірбекқызы", "главный врач", "бас дәрігер", date(2026, 1, 1))
SIGNERS = "clinic_no,full_name,position_ru,position_kk,valid_from,valid_to"
BIN: Final = "150440012345"
"""The business number of a made-up clinic."""
FACTS: dict[str, Any] = {
    "zone": "Asia/Almaty",
    "person": "Сейітова Айгүл Қанатқызы",
    "iin": "900501100013",
    "birth_day": {"day": "1990-05-01"},
    "clinic": {"kk": "№ 5 қалалық емхана", "ru": "Городская поликлиника № 5"},
    "clinic_address": "Алматы қ., Манас к-сі, 40",
    "clinic_phone": "8 (727) 397-47-90",
    "since": {"day": "2026-11-20"},
    "cause": {"code": "moved"},
    "from_clinic": {"kk": "№ 4 қалалық емхана", "ru": "Городская поликлиника № 4"},
}


@cache
def key_file(begins: int = -1, ends: int = 365, name: str = "Clinic 5") -> bytes:
    """A PKCS#12 file whose certificate stands from so many days before NOON to so many after it."""
    return make_key(name, PASSWORD, NOON + timedelta(days=begins), NOON + timedelta(days=ends))


@cache
def office_key_file(number: str) -> bytes:
    """A PKCS#12 file as the state's centre gives it to an organisation: its business number is in it."""
    private, certificate, _ = pkcs12.load_key_and_certificates(key_file(), PASSWORD)
    assert isinstance(private, ec.EllipticCurvePrivateKey)
    assert certificate is not None
    unit = x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, f"BIN{number}")
    name = x509.Name((*certificate.subject, unit))
    own = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(certificate.not_valid_before_utc)
        .not_valid_after(certificate.not_valid_after_utc)
        .sign(private, hashes.SHA256())
    )
    sealing = serialization.BestAvailableEncryption(PASSWORD)
    return pkcs12.serialize_key_and_certificates(b"state", private, own, None, sealing)


def good_key() -> GoodKey:
    key = open_key("5.p12", key_file(), PASSWORD, NOON)
    assert isinstance(key, GoodKey)
    return key


def issue(kind: PaperKind = PaperKind.ATTACHMENT, facts: dict[str, Any] | None = None) -> Issue:
    return Issue(kind, "05-004512", "7K3QDWV0XM", FACTS if facts is None else facts, SIGNER, NOON, PAGE)


def said_by(program: str, *arguments: str) -> str:
    """What one of poppler's programs says."""
    done = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


@dataclass
class Office:
    """What a test of the office holds in its hands."""

    house: House
    office: PaperOffice
    keys: Path
    courier: Courier
    ticks: Ticks
    person: Person
    folder: Path
    chat: int

    async def owe(self, *, by_telegram: bool = True) -> Paper:
        """Owe an attachment's paper for a request of its own."""
        request = await self._request(self.chat if by_telegram else None)
        async with self.house.db.transaction() as tx:
            directory = Directory()
            await directory.refresh(tx)
            facts = {"since": "2026-11-20", "cause": "moved", "from_clinic": 4}
            paper_id = await owe_attachment(
                tx, request, self.person, directory.clinics[5], facts, self.house.clock.now()
            )
        return await self.paper(paper_id)

    async def paper(self, paper_id: int) -> Paper:
        paper = await papers.to_issue(self.house.db.reader, paper_id)
        assert paper is not None
        return paper

    async def tick(self) -> None:
        """Do what is due now, and send what comes of it."""
        await self.ticks.tick(self.house.clock.now())
        await self.office.in_hand.do_waiting()
        await self.courier.rest()

    async def file(self, paper: Paper) -> bytes:
        content = await papers.file(self.house.db.reader, paper.id)
        assert content is not None
        return content

    async def signers(self, *rows: str) -> None:
        """Load these rows of signers.csv."""
        folder = self.folder / "in"
        folder.mkdir(exist_ok=True)
        (folder / "signers.csv").write_text("\n".join((SIGNERS, *rows)), encoding="utf-8")
        assert isinstance(await load(self.house.db, folder, self.house.clock.now()), Loaded)

    async def documents(self) -> list[dict[str, Any]]:
        """The documents that stand in the citizen's chat."""
        shown = await self.house.sandbox.messages(self.chat, bot_only=True)
        return [message.raw for message in shown if "document" in message.raw]

    async def _request(self, chat: int | None) -> RegisteredRequest:
        address = Address("nowhere", "x") if chat is None else Address("telegram", str(chat))
        new = NewRequest(
            clinic_no=5, service="attachment", address=address, locale="ru", for_whom="self",
            status="registered", details={}, patient_id=int(self.person.id),
        )  # fmt: skip
        async with self.house.db.transaction() as tx:
            return await requests.register(tx, new, self.house.clock.now())


@asynccontextmanager
async def open_office(
    folder: Path, *, state: str = "", tsa: str = "", key: bytes | None = None
) -> AsyncIterator[Office]:
    keys = folder / "keys"
    keys.mkdir()
    (keys / "default.p12").write_bytes(key or key_file())
    async with open_house(folder) as house:
        await add_clinic(house.db, 5)
        await add_clinic(house.db, 4)
        files = PaperFiles(house.db)
        telegram = TelegramCarrier(house.telegram, QUICK, house.bells, files)
        sms = house.sms_carrier(cap=100)
        courier = Courier(house.db, house.clock, Carriers(telegram, sms), house.bells, WORKER)
        nca = NcaNode(house.session, state) if state else None
        press = Press(KeyFolder(keys, PASSWORD), None, Signing(tsa), PAGE, nca)
        office = PaperOffice(house.db, press, house.bells, courier.take, WORKER)
        ticks = Ticks(house.db, house.clock, WORKER, office.handlers(), courier.take, lambda: None)
        opened = Office(house, office, keys, courier, ticks, await _person(house), folder, await _chat(house))
        await opened.signers(f"5,{SIGNER.full_name},главный врач,бас дәрігер,2026-01-01,")
        yield opened


async def _chat(house: House) -> int:
    chat = await house.sandbox.user("Айгүл")
    await house.sandbox.say(chat, "/start")
    return chat


async def _person(house: House) -> Person:
    person_id, iin = await add_person(house.db)
    return Person(str(person_id), iin, "Сейітова", "Айгүл", "Қанатқызы", date(1990, 5, 1), None, "kk", None)


def at(day: int, hour: int = 7) -> datetime:
    """A moment of November 2026 (UTC)."""
    return datetime(2026, 11, day, hour, tzinfo=UTC)
