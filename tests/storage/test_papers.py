"""Papers: one per request, sealed, found by number and code together, and emptied when it should be."""

import base64
import hashlib
from datetime import date, timedelta
from pathlib import Path

import pytest

from rules.papers import PaperKind, Signer
from storage import due, papers
from storage.database import Database, open_database
from storage.keys import KeyRing
from storage.load import Loaded, load
from storage.retention import erase, prune
from storage.rotation import rotate
from storage.verify import verify
from tests.registry import KEYS, NOW, HandClock, add_clinic, add_person, migrated_sqlite_url, registry
from tests.storage.attaching import request_for
from tests.storage.test_load import folder

HEAD = Signer(5, "Нұрғалиева Сәуле", "главный врач", "бас дәрігер", date(2026, 1, 1))
FACTS = {"person": "Сейітова Айгүл", "iin": "880412294549", "since": "2026-11-20"}
NUMBER, CODE = "05-000001", "7K3QDWV0XM"
PDF = b"%PDF-1.7 \xd0\xa1\xd0\xb5\xd0\xb9"
SIGNERS = "clinic_no,full_name,position_ru,position_kk,valid_from,valid_to\n"


async def owed(db: Database, request_id: int, person_id: int, code: str = CODE) -> int:
    async with db.transaction() as tx:
        return await papers.owe(tx, PaperKind.ATTACHMENT, request_id, 5, person_id, NUMBER, FACTS, code, NOW)


async def issued(db: Database, paper_id: int, pdf: bytes = PDF) -> bool:
    async with db.transaction() as tx:
        return await papers.issued(tx, paper_id, pdf, HEAD, NOW)


async def withdrawn(db: Database, request_id: int) -> None:
    async with db.transaction() as tx:
        await papers.withdraw(tx, request_id, NOW)


@pytest.fixture
async def paper(db: Database) -> tuple[int, int, int]:
    """A paper that is owed: its id, its request, its person."""
    person_id, _ = await add_person(db)
    request_id = await request_for(db, person_id, 5)
    return await owed(db, request_id, person_id), request_id, person_id


async def test_AT_13_RF_03_a_paper_that_is_owed_falls_due_at_once_and_says_what_was_found(
    db: Database, paper: tuple[int, int, int]
) -> None:
    paper_id, request_id, person_id = paper
    (row,) = await due.ripe(db.reader, NOW)
    assert (row.kind, row.subject_id) == (papers.DUE, paper_id)
    found = await papers.to_issue(db.reader, paper_id)
    assert found is not None
    assert (found.number, found.kind, found.facts, found.check_code) == (
        NUMBER, PaperKind.ATTACHMENT, FACTS, CODE,
    )  # fmt: skip
    assert (found.request_id, found.person_id, found.issued_at) == (request_id, person_id, None)
    assert await papers.file(db.reader, paper_id) is None
    assert repr(found) == f"Paper({paper_id}, attachment)"


async def test_AT_13_one_paper_per_request_until_it_is_withdrawn(
    db: Database, paper: tuple[int, int, int]
) -> None:
    paper_id, request_id, person_id = paper
    assert await owed(db, request_id, person_id, "0000000000") == paper_id
    await withdrawn(db, request_id)
    assert await due.ripe(db.reader, NOW) == ()
    second = await owed(db, request_id, person_id, "1111111111")
    assert second != paper_id
    standing = await papers.of_request(db.reader, request_id, PaperKind.ATTACHMENT)
    assert standing is not None
    assert standing.id == second
    assert await papers.of_request(db.reader, request_id, PaperKind.HOME_CALL) is None


async def test_G_24_an_issued_paper_keeps_its_file_its_digest_its_signer_and_how_long_it_holds(
    db: Database, paper: tuple[int, int, int]
) -> None:
    paper_id = paper[0]
    assert await issued(db, paper_id)
    assert not await issued(db, paper_id, b"another")
    found = await papers.to_issue(db.reader, paper_id)
    assert found is not None
    assert (found.issued_at, found.digest) == (NOW, hashlib.sha256(PDF).hexdigest())
    assert (found.signed_by, found.valid_until) == (HEAD.full_name, NOW + timedelta(days=365))
    assert await papers.file(db.reader, paper_id) == PDF


async def test_a_withdrawn_paper_is_not_issued_and_an_unknown_one_neither(
    db: Database, paper: tuple[int, int, int]
) -> None:
    await withdrawn(db, paper[1])
    assert not await issued(db, paper[0])
    assert not await issued(db, 1)
    assert await papers.file(db.reader, 1) is None


async def test_the_file_of_a_withdrawn_paper_is_not_handed_out(
    db: Database, paper: tuple[int, int, int]
) -> None:
    await issued(db, paper[0])
    await withdrawn(db, paper[1])
    assert await papers.file(db.reader, paper[0]) is None


@pytest.mark.parametrize(
    ("number", "code"), [("05-000002", CODE), (NUMBER, "7K3QDWV0XN"), (NUMBER, ""), ("", CODE)]
)
async def test_G_24_only_number_and_code_together_find_a_paper(
    db: Database, paper: tuple[int, int, int], number: str, code: str
) -> None:
    found = await papers.check(db.reader, NUMBER, CODE)
    assert found is not None
    assert found.id == paper[0]
    assert await papers.check(db.reader, number, code) is None


async def test_the_page_still_finds_a_paper_that_was_withdrawn(
    db: Database, paper: tuple[int, int, int]
) -> None:
    await issued(db, paper[0])
    await withdrawn(db, paper[1])
    found = await papers.check(db.reader, NUMBER, CODE)
    assert found is not None
    assert found.withdrawn_at == NOW


async def test_S21_nothing_of_a_paper_can_be_read_in_the_file_of_the_database(
    tmp_path: Path, clock: HandClock
) -> None:
    async with registry(migrated_sqlite_url(tmp_path), clock) as db:
        await add_clinic(db)
        person_id, _ = await add_person(db)
        paper_id = await owed(db, await request_for(db, person_id, 5), person_id)
        await issued(db, paper_id)
        await load(db, folder(tmp_path, signers=f"{SIGNERS}5,{HEAD.full_name},в,д,2026-01-01,\n"), NOW)
        raw = contents(tmp_path)
    for word in (FACTS["person"], FACTS["iin"], CODE, HEAD.full_name, "%PDF"):
        assert word.encode() not in raw, word


def contents(where: Path) -> bytes:
    return b"".join(file.read_bytes() for file in where.glob("registry.sqlite*"))


async def test_papers_are_found_and_open_under_a_new_key(
    db: Database, url: str, clock: HandClock, paper: tuple[int, int, int]
) -> None:
    await issued(db, paper[0])
    ring = KeyRing.parse(f"2:{base64.b64encode(b'k' * 32).decode()},{KEYS}")
    turned = await open_database(url, ring, clock)
    await rotate(turned, NOW)
    assert (await verify(turned)).sound
    await turned.close()
    alone = await open_database(url, ring.only(2), clock)
    found = await papers.check(alone.reader, NUMBER, CODE)
    assert found is not None
    assert (found.facts, await papers.file(alone.reader, found.id)) == (FACTS, PDF)
    await alone.close()


async def test_after_five_years_a_paper_says_only_that_it_existed(
    db: Database, paper: tuple[int, int, int]
) -> None:
    await issued(db, paper[0])
    later = NOW + timedelta(days=365 * 5 + 3)
    assert (await prune(db, later)).rows["papers"] == 1
    assert (await prune(db, later)).rows["papers"] == 0
    found = await papers.check(db.reader, NUMBER, CODE)
    assert found is not None
    assert (found.facts, found.signed_by, found.valid_until) == ({}, None, NOW + timedelta(days=365))
    assert await papers.file(db.reader, paper[0]) is None


async def test_S40_who_is_erased_is_on_no_paper_any_more(db: Database, paper: tuple[int, int, int]) -> None:
    await issued(db, paper[0])
    async with db.transaction() as tx:
        assert await erase(tx, paper[2], "operator", NOW)
    found = await papers.to_issue(db.reader, paper[0])
    assert found is not None
    assert (found.facts, await papers.file(db.reader, paper[0])) == ({}, None)


async def test_S40_who_is_erased_while_a_paper_is_drawn_does_not_come_back_with_it(
    db: Database, paper: tuple[int, int, int]
) -> None:
    async with db.transaction() as tx:
        assert await erase(tx, paper[2], "operator", NOW)
    assert not await issued(db, paper[0])
    found = await papers.to_issue(db.reader, paper[0])
    assert found is not None
    assert (found.issued_at, found.signed_by, found.digest) == (None, None, None)
    assert await papers.file(db.reader, paper[0]) is None


async def test_SG_03_a_signer_is_loaded_and_revoked_by_the_next_load(db: Database, tmp_path: Path) -> None:
    row = "5,Нұрғалиева Сәуле,главный врач,бас дәрігер,2026-01-01,"
    assert isinstance(await load(db, folder(tmp_path, signers=f"{SIGNERS}{row}\n"), NOW), Loaded)
    assert await papers.signers(db.reader, 5) == (HEAD,)
    again = f"{SIGNERS}{row}2026-11-19\n5,Лебедева Ирина,врач,дәрігер,2026-11-20,\n"
    assert isinstance(await load(db, folder(tmp_path, signers=again), NOW), Loaded)
    first, second = await papers.signers(db.reader, 5)
    assert (first.full_name, first.valid_to) == (HEAD.full_name, date(2026, 11, 19))
    assert second.full_name == "Лебедева Ирина"
    assert await papers.signers(db.reader, 4) == ()


async def test_PC_10_a_paper_stands_from_when_it_is_owed_until_it_is_withdrawn(
    db: Database, paper: tuple[int, int, int]
) -> None:
    paper_id, request_id, _ = paper
    assert await papers.stands(db.reader, request_id)
    assert await issued(db, paper_id)
    assert await papers.stands(db.reader, request_id)
    await withdrawn(db, request_id)
    assert not await papers.stands(db.reader, request_id)
    assert not await papers.stands(db.reader, request_id + 1)
