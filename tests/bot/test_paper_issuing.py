"""Issuing: a paper that is owed goes out once, by itself; what cannot be signed waits, nothing is lost."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer

from bot.papers.issuing import Press, Waits
from bot.papers.owing import again
from bot.papers.signing import Signing
from bot.papers.verifying import Verdict, look_at
from bot.papers.waiting import FAILED, WaitingRoom
from rules.papers import PaperKind, Signer
from sandbox.ncanode import NcaNode as NcaNodeServer
from storage import due, papers
from storage.addresses import Address
from storage.papers import Paper
from storage.retention import erase
from tests.bot.house import NOON
from tests.bot.paper_office import BIN, SIGNER, Office, key_file, office_key_file, open_office, said_by


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with open_office(tmp_path) as opened:
        yield opened


def bytes_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.glob("registry.sqlite*"))


async def looked_at(content: bytes) -> Verdict:
    import asyncio

    return (await asyncio.to_thread(look_at, content)).verdict


async def test_AT_13_RF_03_an_owed_paper_is_signed_and_sent_as_a_document_by_itself(office: Office) -> None:
    paper = await office.owe()
    assert paper.issued_at is None
    await office.tick()
    issued = await office.paper(paper.id)
    assert issued.issued_at == NOON
    assert issued.signed_by == SIGNER.full_name
    assert await looked_at(await office.file(paper)) is Verdict.INTACT
    [document] = await office.documents()
    assert document["document"]["file_name"] == f"{paper.number}.pdf"
    assert document["document"]["mime_type"] == "application/pdf"
    assert paper.number in document["caption"]
    assert "Сейітова" not in document["caption"]


async def test_G_47_a_talon_of_a_switch_at_midnight_comes_in_the_morning(office: Office) -> None:
    office.house.clock.move(hours=12)
    paper = await office.owe()
    await office.tick()
    assert (await office.paper(paper.id)).issued_at is not None
    assert await office.documents() == []
    office.house.clock.move(hours=8)
    await office.courier.sweep()
    await office.courier.rest()
    assert len(await office.documents()) == 1


async def test_S22_the_file_lies_sealed_in_the_registry(office: Office, tmp_path: Path) -> None:
    paper = await office.owe()
    await office.tick()
    assert await office.file(paper)
    kept = bytes_in(tmp_path)
    assert b"%PDF" not in kept
    assert paper.check_code.encode() not in kept


async def test_a_paper_is_issued_once_however_often_it_falls_due(office: Office) -> None:
    paper = await office.owe()
    for _ in range(3):
        await office.tick()
        async with office.house.db.transaction() as tx:
            due.set_due(tx, "paper", paper.id, office.house.clock.now())
    await office.tick()
    assert len(await office.documents()) == 1
    assert await due.ripe(office.house.db.reader, office.house.clock.now()) == ()


async def test_a_life_that_ends_while_a_paper_is_drawn_neither_loses_nor_doubles_it(office: Office) -> None:
    paper = await office.owe()
    # Taken in hand, and then the process is gone: nothing is left of it but the due row.
    await office.ticks.tick(office.house.clock.now())
    office.office.in_hand.forget()
    await office.tick()
    assert await office.documents() == []
    office.house.clock.move(minutes=2)
    await office.tick()
    assert len(await office.documents()) == 1
    assert (await office.paper(paper.id)).issued_at is not None


async def test_two_processes_issue_one_paper(office: Office) -> None:
    paper = await office.owe()
    assert await office.office.issue(paper.id)
    first = await office.file(paper)
    assert await office.office.issue(paper.id)
    await office.courier.rest()
    assert await office.file(paper) == first
    assert len(await office.documents()) == 1


async def test_SG_03_a_signer_whose_time_is_over_cannot_issue_and_the_paper_waits(office: Office) -> None:
    await office.signers(f"5,{SIGNER.full_name},главный врач,бас дәрігер,2026-01-01,2026-11-19")
    paper = await office.owe()
    await office.tick()
    assert (await office.paper(paper.id)).issued_at is None
    assert ("papers", {"clinic": 5, "code": "no_signer"}) in office.house.bells.rung
    # Another is appointed, and the paper goes on by itself.
    await office.signers("5,Ким Виктор Андреевич,главный врач,бас дәрігер,2026-11-20,")
    office.house.clock.move(minutes=2)
    await office.tick()
    assert (await office.paper(paper.id)).signed_by == "Ким Виктор Андреевич"
    assert len(await office.documents()) == 1


async def test_AP_19_the_paper_of_an_appointment_bears_the_signature_of_the_clinics_authorised_person(
    office: Office,
) -> None:
    import asyncio

    paper = replace(await office.owe(), kind=PaperKind.APPOINTMENT)
    content = await office.office.press.printed(paper, SIGNER, NOON)
    seen = await asyncio.to_thread(look_at, content)
    assert seen.verdict is Verdict.INTACT
    assert seen.signed_at == NOON
    file = office.folder / "visit.pdf"
    file.write_bytes(content)
    said = await asyncio.to_thread(said_by, "pdftotext", str(file), "-")
    assert SIGNER.full_name in " ".join(said.split())
    # Whose appointment has ended signs none of them.
    await office.signers(f"5,{SIGNER.full_name},главный врач,бас дәрігер,2026-01-01,2026-11-19")
    with pytest.raises(Waits):
        await office.office._signer(paper, NOON)


async def test_SG_03_a_signer_not_yet_appointed_cannot_issue(office: Office) -> None:
    await office.signers(
        f"5,{SIGNER.full_name},главный врач,бас дәрігер,2026-01-01,2026-06-01",
        "5,Ким Виктор Андреевич,главный врач,бас дәрігер,2026-11-21,",
    )
    paper = await office.owe()
    await office.tick()
    assert (await office.paper(paper.id)).issued_at is None


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (key_file(-400, -1), "key_expired"),
        (b"spoilt", "key_unreadable"),
        (None, "key_missing"),
    ],
)
async def test_a_key_that_cannot_sign_makes_papers_wait_and_the_right_one_lets_them_go(
    content: bytes | None, code: str, office: Office
) -> None:
    key = office.keys / "default.p12"
    key.unlink()
    if content is not None:
        key.write_bytes(content)
    waiting = [await office.owe() for _ in range(3)]
    await office.tick()
    # Told once for the clinic, not once for each paper.
    assert office.house.bells.rung == [("papers", {"clinic": 5, "code": code})]
    key.write_bytes(key_file())
    office.house.clock.move(minutes=2)
    await office.tick()
    assert [(await office.paper(paper.id)).issued_at is not None for paper in waiting] == [True] * 3
    assert len(await office.documents()) == 3


async def test_the_start_names_every_key_that_cannot_sign(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def live(reader: object) -> tuple[int, ...]:
        return (4, 5)

    monkeypatch.setattr("bot.papers.issuing.staff.live_clinics", live)
    (office.keys / "4.p12").write_bytes(b"spoilt")
    (office.keys / "5.p12").write_bytes(key_file(-9, -1))
    assert {(key.name, str(key.fault)) for key in await office.office.look_at_keys()} == {
        ("4.p12", "unreadable"),
        ("5.p12", "expired"),
    }
    assert [what for what, _ in office.house.bells.rung] == ["papers", "papers"]


async def test_a_withdrawn_paper_is_not_issued(office: Office) -> None:
    paper = await office.owe()
    async with office.house.db.transaction() as tx:
        await papers.withdraw(tx, paper.request_id, office.house.clock.now())
    await office.tick()
    assert await office.documents() == []
    assert (await office.paper(paper.id)).issued_at is None


async def test_a_paper_that_is_withdrawn_before_it_left_is_not_sent(office: Office) -> None:
    paper = await office.owe()
    # Issued and put down, and then the process is gone: the next life finds it in the outbox.
    office.office.courier = lambda owed: None
    await office.office.issue(paper.id)
    async with office.house.db.transaction() as tx:
        await papers.withdraw(tx, paper.request_id, office.house.clock.now())
    office.house.clock.move(minutes=10)
    await office.courier.sweep()
    await office.courier.rest()
    assert await office.documents() == []


@dataclass(frozen=True, slots=True)
class SlowPress(Press):
    """A press that takes so long that meanwhile a person is erased."""

    office: Office | None = None

    async def printed(self, paper: Paper, signer: Signer, now: datetime) -> bytes:
        content = await Press.printed(self, paper, signer, now)
        assert self.office is not None
        async with self.office.house.db.transaction() as tx:
            assert await erase(tx, int(self.office.person.id), "operator", now)
        return content


async def test_S40_who_is_erased_while_the_paper_is_drawn_gets_none_and_it_is_due_no_more(
    office: Office,
) -> None:
    press = office.office.press
    office.office.press = SlowPress(press.keys, press.templates, press.signing, press.page, None, office)
    paper = await office.owe()
    await office.tick()
    assert await papers.file(office.house.db.reader, paper.id) is None
    assert (await office.paper(paper.id)).issued_at is None
    assert await office.documents() == []
    office.house.clock.move(days=1)
    ripe = await due.ripe(office.house.db.reader, office.house.clock.now())
    assert [row for row in ripe if row.kind == papers.DUE] == []


@dataclass(frozen=True, slots=True)
class StuckPress(Press):
    """A press that cannot print some papers, each for a cause of its own; counts how often it was tried."""

    causes: dict[int, str] | None = None
    tried: list[int] | None = None

    async def printed(self, paper: Paper, signer: Signer, now: datetime) -> bytes:
        assert self.tried is not None
        self.tried.append(paper.id)
        code = (self.causes or {}).get(paper.id)
        if code == FAILED:
            raise RuntimeError
        if code is not None:
            raise Waits(code)
        return await Press.printed(self, paper, signer, now)


def stuck(office: Office, causes: dict[int, str]) -> list[int]:
    """Put such a press there; which papers it was asked for."""
    press, tried = office.office.press, list[int]()
    office.office.press = StuckPress(
        press.keys, press.templates, press.signing, press.page, None, causes, tried
    )
    return tried


async def test_causes_of_several_papers_are_told_once_each_whatever_else_is_issued_between(
    office: Office,
) -> None:
    first, second, third = [await office.owe() for _ in range(3)]
    stuck(office, {first.id: "template", second.id: "no_time_stamp", third.id: FAILED})
    for _ in range(8):
        await office.owe()
        await office.tick()
        office.house.clock.move(minutes=5)
    assert office.house.bells.rung == [
        ("papers", {"clinic": 5, "code": "template"}),
        ("papers", {"clinic": 5, "code": "no_time_stamp"}),
        ("papers", {"paper": third.id}),
    ]
    assert len(await office.documents()) == 8


async def test_a_paper_that_waits_for_others_is_tried_ever_more_seldom(office: Office) -> None:
    paper = await office.owe()
    tried = stuck(office, {paper.id: "no_time_stamp"})
    minutes = []
    for minute in range(130):
        before = len(tried)
        await office.tick()
        minutes += [minute] * (len(tried) - before)
        office.house.clock.move(minutes=1)
    assert minutes == [0, 1, 3, 7, 15, 31, 61, 91, 121]
    stuck(office, {})
    office.house.clock.move(minutes=30)
    await office.tick()
    assert len(await office.documents()) == 1


async def test_a_cause_that_comes_back_after_hours_is_told_anew() -> None:
    room, ends = WaitingRoom(), NOON.replace(hour=9, minute=1)
    assert room.is_news(5, "no_time_stamp", NOON)
    assert room.is_news(4, "no_time_stamp", NOON)
    assert not room.is_news(5, "no_time_stamp", NOON.replace(hour=8))
    assert not room.is_news(5, "no_time_stamp", ends)
    assert room.is_news(4, "no_time_stamp", ends)


async def test_a_key_or_a_signer_that_is_put_right_is_seen_within_a_minute_however_long_it_took() -> None:
    room = WaitingRoom()
    for code in ("no_signer", "key_expired", "state_key_missing", "template") * 9:
        room.waits(1, code)
        assert room.pause(1).total_seconds() == 60
    room.waits(1, "state_key_refused")
    assert room.pause(1).total_seconds() == 120
    room.leaves(1)
    assert room.pause(1).total_seconds() == 60


async def test_an_authority_that_is_down_costs_less_and_less(office: Office) -> None:
    office.office.press = replace(office.office.press, signing=Signing("http://127.0.0.1:9"))
    paper = await office.owe()
    await office.tick()
    assert office.house.bells.rung == [("papers", {"clinic": 5, "code": "no_time_stamp"})]
    for _ in range(4):
        office.house.clock.move(minutes=1)
        await office.tick()
    assert office.office._waiting.pause(paper.id).total_seconds() == 8 * 60


async def test_who_is_reached_by_no_chat_has_a_paper_all_the_same(office: Office) -> None:
    paper = await office.owe(by_telegram=False)
    await office.tick()
    assert (await office.paper(paper.id)).issued_at is not None
    assert await office.documents() == []


async def test_AT_12_an_issued_paper_is_handed_out_again_for_printing(office: Office) -> None:
    paper = await office.owe()
    chat = Address("telegram", str(office.chat))
    async with office.house.db.transaction() as tx:
        assert await again(tx, paper.request_id, chat, "kk", office.house.clock.now()) == ()
    await office.tick()
    async with office.house.db.transaction() as tx:
        parcels = await again(tx, paper.request_id, chat, "kk", office.house.clock.now())
    office.courier.take(await office.house.owe(*parcels))
    await office.courier.rest()
    assert len(await office.documents()) == 2


async def test_AT_13_with_NCANode_the_paper_bears_the_states_signature_or_waits(tmp_path: Path) -> None:
    server = NcaNodeServer(down=True)
    async with TestServer(server.application()) as listening:
        url = str(listening.make_url("")).rstrip("/")
        async with open_office(tmp_path, state=url) as office:
            (office.keys / "5.state.p12").write_bytes(office_key_file(BIN))
            paper = await office.owe()
            await office.tick()
            assert office.house.bells.rung == [("papers", {"clinic": 5, "code": "state_no_answer"})]
            server.down = False
            office.house.clock.move(minutes=2)
            await office.tick()
            file = tmp_path / "paper.pdf"
            file.write_bytes(await office.file(paper))
    assert "электронной цифровой подписью (ЭЦП)" in " ".join(said_by("pdftotext", str(file), "-").split())
    assert "Total document signed" in said_by("pdfsig", str(file))


async def test_SG_03_SG_05_a_paper_waits_for_the_clinics_own_state_key(tmp_path: Path) -> None:
    server = TestServer(NcaNodeServer().application())
    await server.start_server()
    async with server, open_office(tmp_path, state=str(server.make_url("")).rstrip("/")) as office:
        (office.keys / "default.state.p12").write_bytes(office_key_file(BIN))
        paper = await office.owe()
        await office.tick()
        # A private person's key is no clinic's.
        (office.keys / "5.state.p12").write_bytes(key_file())
        office.house.clock.move(minutes=2)
        await office.tick()
        codes = [told["code"] for what, told in office.house.bells.rung if what == "papers"]
        assert codes == ["state_key_missing", "state_other_person"]
        (office.keys / "5.state.p12").write_bytes(office_key_file(BIN))
        office.house.clock.move(hours=1)
        await office.tick()
        assert (await office.paper(paper.id)).issued_at is not None


async def test_SG_03_the_facts_are_those_of_the_decision(office: Office) -> None:
    paper = await office.owe()
    assert paper.kind is PaperKind.ATTACHMENT
    assert paper.facts["since"] == {"day": "2026-11-20"}
    assert paper.facts["from_clinic"] == {"kk": "4-емхана", "ru": "Поликлиника 4"}
    assert paper.facts["iin"] == office.person.iin.digits
