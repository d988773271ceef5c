"""Proofs: whatever is done to the record of a consent behind the house's back is found, and the row named."""

import base64
import sqlite3
from pathlib import Path

import pytest

from otp import evidence
from rules.consent import Purpose
from storage import audit, proofs, retention
from storage.audit import Sound
from storage.database import Database
from storage.migrate import migrate
from storage.proofs import Tampered
from storage.rotation import rotate
from storage.verify import verify
from tests.otp.asking import Counter, wrong
from tests.registry import KEYS, HandClock, add_clinic, add_person, made_up_iin, migrated_sqlite_url, registry

DAY = 24 * 3600


async def lived(db: Database, clock: HandClock) -> dict[str, int]:
    """A registry in which consents were given, refused, expired, withdrawn, and asked of nobody."""
    _, iin = await add_person(db)
    given = await Counter(db, clock, iin).confirm()
    refused = Counter(db, clock, (await add_person(db, phone="+77010000002"))[1], conversation_id=2)
    await refused.code()
    async with db.transaction() as tx:
        await evidence.refuse(tx, 2, clock.now())
    withdrawn = await Counter(
        db, clock, (await add_person(db, phone="+77010000003"))[1], conversation_id=3, purpose=Purpose.CABINET
    ).confirm()
    async with db.transaction() as tx:
        await evidence.withdraw(tx, withdrawn.consent_id, "person:1", clock.now())
    await Counter(db, clock, made_up_iin(), conversation_id=4).ask()
    clock.forward(301)
    async with db.transaction() as tx:
        assert await evidence.expire(tx, clock.now()) == 1
    return {"given": given.consent_id, "withdrawn": withdrawn.consent_id}


async def test_S29_records_as_they_were_made_are_sound(db: Database, clock: HandClock) -> None:
    await lived(db, clock)
    assert await proofs.verify(db.reader) == ()
    assert isinstance(await audit.verify(db.reader), Sound)


GIVEN = "WHERE id = :given"
EMPTY = f"UPDATE consents SET phone = NULL, reply = NULL, text_shown = NULL {GIVEN}"
TAMPERING = {
    "outcome": ("UPDATE consents SET outcome = 'refused' WHERE id = :given", "changed"),
    "text's digest": ("UPDATE consents SET text_digest = zeroblob(32) WHERE id = :given", "changed"),
    "text": ("UPDATE consents SET text_shown = :other_text WHERE id = :given", "changed"),
    "text of another row": (
        "UPDATE consents SET text_shown = (SELECT text_shown FROM consents WHERE id = :withdrawn) " + GIVEN,
        "does_not_open",
    ),
    "reply": ("UPDATE consents SET reply = NULL WHERE id = :given", "changed"),
    "phone": ("UPDATE consents SET phone = NULL WHERE id = :given", "changed"),
    "all personal fields": (
        EMPTY,
        "changed",
    ),
    "personal fields and their salt": (
        EMPTY + "; UPDATE proofs SET salt = NULL WHERE record = 'consent:' || :given",
        "changed",
    ),
    "longer life": ("UPDATE consents SET valid_until = valid_until + 1 WHERE id = :given", "changed"),
    "whose": ("UPDATE consents SET subject_id = subject_id + 1 WHERE id = :given", "changed"),
    "when": ("UPDATE consents SET answered_at = answered_at - 1 WHERE id = :given", "changed"),
    "its proof": (
        "UPDATE proofs SET fields_digest = zeroblob(32) WHERE record = 'consent:' || :given", "changed",
    ),
    "its place in the chain": (
        "UPDATE proofs SET entry = 3 WHERE record = 'consent:' || :given", "not_as_last_recorded",
    ),
    "its proof taken away": ("DELETE FROM proofs WHERE record = 'consent:' || :given", "never_recorded"),
    "row taken away": ("DELETE FROM consents WHERE id = :given", "deleted"),
    "row and proof taken away": (
        "DELETE FROM consents WHERE id = :given; DELETE FROM proofs WHERE record = 'consent:' || :given",
        "not_as_last_recorded",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", TAMPERING)
async def test_S29_a_tampered_consent_is_found_and_named(what: str, tmp_path: Path, clock: HandClock) -> None:
    url = migrated_sqlite_url(tmp_path)
    script, why = TAMPERING[what]
    async with registry(url, clock) as db:
        await add_clinic(db)
        ids = await lived(db, clock)
        other_text = db.keys.seal("consents.text_shown", ids["given"], "Another text")
    with sqlite3.connect(url.removeprefix("sqlite:///")) as thief:
        for statement in script.split("; "):
            thief.execute(statement, {**ids, "other_text": other_text})
    async with registry(url, clock) as db:
        assert await proofs.verify(db.reader) == (Tampered(f"consent:{ids['given']}", why),)
        report = await verify(db)
        assert not report.sound
        assert isinstance(report.chain, Sound)


async def test_S29_S30_a_withdrawal_that_is_taken_back_is_found(tmp_path: Path, clock: HandClock) -> None:
    url = migrated_sqlite_url(tmp_path)
    async with registry(url, clock) as db:
        await add_clinic(db)
        ids = await lived(db, clock)
        before = await db.reader.row("proof_of", record=f"consent:{ids['withdrawn']}")
    assert before is not None
    with sqlite3.connect(url.removeprefix("sqlite:///")) as thief:
        thief.execute("UPDATE consents SET outcome = 'given', withdrawn_at = NULL WHERE id = :withdrawn", ids)
        # Even with the proof set back to where the consent stood given.
        thief.execute(
            "UPDATE proofs SET entry = (SELECT max(seq) FROM audit WHERE action = 'consent.given')"
            " WHERE record = 'consent:' || :withdrawn",
            ids,
        )
    async with registry(url, clock) as db:
        assert [one.record for one in await proofs.verify(db.reader)] == [f"consent:{ids['withdrawn']}"]


async def test_S29_a_consent_that_nobody_gave_is_found(tmp_path: Path, clock: HandClock) -> None:
    url = migrated_sqlite_url(tmp_path)
    async with registry(url, clock) as db:
        await add_clinic(db)
        ids = await lived(db, clock)
    columns = (
        "kind, purpose, subject_id, subject_index, asker_channel, asker_key, conversation_id, text_id,"
        " text_version, text_digest, language, details_digest, challenge_id, asked_at, outcome"
    )
    with sqlite3.connect(url.removeprefix("sqlite:///")) as forger:
        forger.execute(
            f"INSERT INTO consents (id, {columns}) SELECT 77, {columns} FROM consents WHERE id = :given",
            ids,
        )
    async with registry(url, clock) as db:
        assert await proofs.verify(db.reader) == (Tampered("consent:77", "never_recorded"),)


async def test_S19_codes_asked_of_nobody_are_taken_away_in_due_course(db: Database, clock: HandClock) -> None:
    await lived(db, clock)
    clock.forward(DAY + 1)
    assert (await retention.prune(db, clock.now())).rows["phantom_consents"] == 1
    assert await proofs.verify(db.reader) == ()


async def test_S40_what_is_left_of_an_erased_consent_proves_itself(db: Database, clock: HandClock) -> None:
    ids = await lived(db, clock)
    record = await evidence.record(db.reader, ids["given"])
    assert record is not None
    async with db.transaction() as tx:
        assert await retention.erase(tx, record.person_id or 0, "person:1", clock.now())
    assert await proofs.verify(db.reader) == ()
    rows = await db.reader.rows("proofs_consent", after=0, most=9)
    (kept,) = [row for row in rows if row[0] == ids["given"]]
    assert [kept[1], *kept[4:7]] == [None] * 4


async def test_what_is_emptied_after_five_years_proves_itself(db: Database, clock: HandClock) -> None:
    await lived(db, clock)
    clock.forward(6 * 366 * DAY)
    await retention.prune(db, clock.now())
    assert await proofs.verify(db.reader) == ()


async def test_records_prove_themselves_after_a_rotation(tmp_path: Path, clock: HandClock) -> None:
    url = migrated_sqlite_url(tmp_path)
    async with registry(url, clock) as db:
        await add_clinic(db)
        await lived(db, clock)
    new = f"2:{base64.b64encode(b'k' * 32).decode()}"
    async with registry(url, clock, f"{new},{KEYS}") as db:
        await rotate(db, clock.now())
    async with registry(url, clock, new) as db:
        assert await proofs.verify(db.reader) == ()


async def test_a_wrong_code_changes_no_record(db: Database, clock: HandClock) -> None:
    counter = Counter(db, clock, (await add_person(db))[1])
    await counter.type(wrong(await counter.code()))
    assert await proofs.verify(db.reader) == ()


async def test_a_registry_older_than_proofs_takes_its_consents_over_once(
    tmp_path: Path, clock: HandClock
) -> None:
    url = migrated_sqlite_url(tmp_path)
    async with registry(url, clock) as db:
        await add_clinic(db)
        await lived(db, clock)
    with sqlite3.connect(url.removeprefix("sqlite:///")) as before:
        before.execute("DELETE FROM proofs")
        before.executescript(
            "DROP TRIGGER audit_no_delete; DELETE FROM audit;"
            " UPDATE audit_head SET seq = 0, hash = NULL, seal = NULL"
        )
    async with registry(url, clock) as db:
        assert await proofs.verify(db.reader) == ()
        async with db.transaction() as tx:
            assert await proofs.adopt(tx, "clock", clock.now()) == 4
        assert await proofs.verify(db.reader) == ()
    with sqlite3.connect(url.removeprefix("sqlite:///")) as thief:
        thief.execute("UPDATE consents SET outcome = 'given' WHERE outcome = 'refused'")
        thief.execute("DELETE FROM proofs")
    async with registry(url, clock) as db:
        async with db.transaction() as tx:
            assert await proofs.adopt(tx, "clock", clock.now()) == 0
        assert {one.why for one in await proofs.verify(db.reader)} == {
            "never_recorded",
            "not_as_last_recorded",
        }


async def test_migrating_twice_keeps_proofs(tmp_path: Path) -> None:
    url = migrated_sqlite_url(tmp_path)
    assert (await migrate(url)).before == (await migrate(url)).after
