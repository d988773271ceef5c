"""The copy of everything held: every table is in it, what people wrote stays text, and nothing of others."""

import re
import sqlite3
from pathlib import Path

import pytest

from bot.own_data.copy_file import OWED, OwnCopies
from bot.own_data.gathering import Asked, Gathering, Part, said
from bot.own_data.page import page
from bot.own_data.sections import SECTIONS
from locales import LOCALES
from rules.consent import Purpose
from rules.people import Language
from storage import conversations, inbox, outbox, own_data, retention
from storage.addresses import Address
from storage.database import Database
from storage.inbox import Arrival
from storage.instants import micros
from storage.outbox import Parcel
from storage.registry import Directory
from storage.statements import statements
from tests.otp.asking import CHAT, Counter
from tests.registry import NOW, HandClock, add_clinic, add_person, migrated_sqlite_url, registry
from tests.storage.test_training import NAME, NUMBER, STORY, student

OF_NOBODY = {
    "alembic_version": "the schema's own number",
    "anchors": "hashes of the audit chain",
    "attached_counts": "a sum",
    "audit_head": "a hash",
    "clinics": "clinics",
    "complaint_named": "staff",
    "comparisons": "that an inbox row was compared; the row itself is in the copy",
    "consent_replies": "that an inbox row was compared; the reply is with its consent",
    "data_version": "a number",
    "feedback": "words that nobody stands behind",
    "due": "moments by the ids of requests",
    "feed_messages": "which message of a group shows a request",
    "feed_tokens": "programs of clinics",
    "forum_topics": "groups of clinics",
    "free_choice": "the law",
    "groups": "groups of clinics",
    "handovers": "the hash of a code that lives ten minutes",
    "holidays": "days",
    "invitations": "staff",
    "journal_registers": "names of journals",
    "journal_seals": "digests",
    "journal_series": "counters",
    "last_beat": "the service",
    "monitoring_days": "sums of days",
    "monitoring_events": "steps of requests by their ids; the steps are in the copy",
    "monitoring_feed": "the service",
    "outages": "the service",
    "proofs": "digests of the consents, which are in the copy",
    "address_days": "how many answers an address had in a day",
    "room_use": "rooms",
    "schedule": "doctors",
    "schedule_changes": "doctors",
    "series": "counters",
    "signers": "staff",
    "sms_parts": "parts of an SMS until all are there; the SMS is in the copy",
    "staff_codes": "staff",
    "streets": "streets",
    "summaries": "staff",
    "survey_counts": "sums",
    "work_assignments": "which of the staff has a request",
}


@pytest.fixture
def clock() -> HandClock:
    """A clock that the test moves."""
    return HandClock()


def test_every_table_is_in_the_copy_or_holds_nobody(tmp_path: Path) -> None:
    connection = sqlite3.connect(migrated_sqlite_url(tmp_path).removeprefix("sqlite:///"))
    rows = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
    )
    tables = {row[0] for row in rows}
    connection.close()
    read = {section.statement for section in SECTIONS} | {"held_person", "own_looks", "centre_looks_at"}
    sql = " ".join(statements("sqlite")[name].sql for name in read)
    told = set(re.findall(r"(?:FROM|JOIN) (\w+)", sql))
    assert tables - told - OF_NOBODY.keys() == set()
    assert OF_NOBODY.keys() & told == set()


async def test_the_copy_is_made_when_it_is_sent_in_the_persons_language(
    tmp_path: Path, clock: HandClock
) -> None:
    async with registry(migrated_sqlite_url(tmp_path), clock) as db:
        await add_clinic(db)
        person_id, iin = await add_person(db)
        other_id, other = await add_person(db, phone="+77012223344")
        await Counter(db, clock, iin).confirm()
        await Counter(db, clock, other, conversation_id=2).confirm()
        pages = {language: await filled(db, person_id, language) for language in LOCALES}
    for language, text in pages.items():
        assert f'lang="{language}"' in text
        assert iin.digits in text
        assert "Келісемін" in text
        assert other.digits not in text
        assert str(other_id) not in text
    assert pages["kk"] != pages["ru"]


async def filled(db: Database, person_id: int, language: Language = "kk", consent: int = 0) -> str:
    if not consent:
        rows = await db.reader.rows("own_consents", person_id=person_id, most=1)
        consent = rows[0][0] if rows else 0
    owed = {
        "person": person_id,
        "language": language,
        "at": micros(NOW),
        "chat": "700001",
        "consent": consent,
    }
    body = await OwnCopies(db.reader).filled({"method": "sendDocument", OWED: owed})
    assert OWED not in body
    content: bytes = body["upload"]["content"]
    return content.decode()


async def test_what_owes_no_copy_stays_as_it_is(tmp_path: Path, clock: HandClock) -> None:
    async with registry(migrated_sqlite_url(tmp_path), clock) as db:
        assert await OwnCopies(db.reader).filled({"method": "sendMessage"}) == {"method": "sendMessage"}


async def test_nobody_gets_a_copy_of_what_was_erased_meanwhile(tmp_path: Path, clock: HandClock) -> None:
    async with registry(migrated_sqlite_url(tmp_path), clock) as db:
        await add_clinic(db)
        person_id, iin = await add_person(db)
        given = await Counter(db, clock, iin).confirm()
        async with db.transaction() as tx:
            assert await retention.erase(tx, person_id, "person:1", NOW)
        with pytest.raises(ValueError, match="Gone"):
            await filled(db, person_id, consent=given.consent_id)


@pytest.mark.parametrize("how", ["taken back", "chat forgotten"])
async def test_S09_S30_a_copy_is_not_sent_once_its_consent_is_taken_back(
    how: str, tmp_path: Path, clock: HandClock
) -> None:
    async with registry(migrated_sqlite_url(tmp_path), clock) as db:
        await add_clinic(db)
        person_id, iin = await add_person(db)
        given = await Counter(db, clock, iin, purpose=Purpose.OWN_COPY).confirm()
        assert await filled(db, person_id, consent=given.consent_id)
        async with db.transaction() as tx:
            if how == "taken back":
                assert await own_data.end_consent(tx, given.consent_id, str(person_id), clock.forward(60))
            else:
                await conversations.forget(tx, CHAT, clock.forward(60))
        with pytest.raises(ValueError, match="Withdrawn"):
            await filled(db, person_id, consent=given.consent_id)


SECRET = "Екінші адамның құпиясы"


async def written(db: Database, clock: HandClock) -> None:
    """Something is sent to the phone and the chat, and something is written in both."""
    now = clock.now()
    for address in (CHAT, Address("sms", "+77011234567")):
        async with db.transaction() as tx:
            arrival = Arrival(address.channel, f"row-{db.ids.new()}", address, SECRET, now)
            await inbox.add(tx, [arrival], 1, now)
            (owed,) = await outbox.put(tx, [Parcel(address, "notice", {"text": SECRET})], 1, NOW, now)
            await tx.rows("outbox_sent", id=owed.id, provider_id="1", now=micros(now))


async def test_messages_of_a_phone_and_a_chat_of_ones_own_are_in_the_copy(
    tmp_path: Path, clock: HandClock
) -> None:
    async with registry(migrated_sqlite_url(tmp_path), clock) as db:
        await add_clinic(db)
        person_id, iin = await add_person(db)
        await Counter(db, clock, iin).confirm()
        await written(db, clock)
        assert (await filled(db, person_id)).count(SECRET) == 4


@pytest.mark.parametrize("whose", ["shared phone", "shared chat", "forgotten chat", "staff's chat"])
async def test_the_copy_holds_nothing_that_somebody_else_wrote_or_was_told(
    whose: str, tmp_path: Path, clock: HandClock
) -> None:
    async with registry(migrated_sqlite_url(tmp_path), clock) as db:
        await add_clinic(db)
        person_id, iin = await add_person(db)
        await Counter(db, clock, iin).confirm()
        if whose == "shared phone":
            await add_person(db)
        elif whose == "staff's chat":
            async with db.transaction() as tx:
                tx.later("staff_join", telegram_id=int(CHAT.key), clinic_no=5, role="registrar", name=None,
                         phone=None, locale="kk", now=1)  # fmt: skip
        else:
            _, other = await add_person(db, phone="+77012223344")
            await Counter(db, clock, other, conversation_id=2).confirm()
        await written(db, clock)
        if whose == "forgotten chat":
            async with db.transaction() as tx:
                tx.later("known_chat_forget", chat_key=f"telegram:{CHAT.key}")
        # What is left is of the address that is theirs alone.
        assert (await filled(db, person_id)).count(SECRET) == 2


async def test_S21_a_code_on_its_way_is_not_in_the_copy(tmp_path: Path, clock: HandClock) -> None:
    async with registry(migrated_sqlite_url(tmp_path), clock) as db:
        await add_clinic(db)
        person_id, iin = await add_person(db)
        first = Counter(db, clock, iin)
        await first.confirm()
        clock.forward(61)
        code = await Counter(db, clock, iin, conversation_id=2, secrets=first.secrets).code()
        given = await db.reader.rows("own_consents", person_id=person_id, most=9)
        assert code not in await filled(db, person_id, consent=given[-1][0])


def test_S42_what_people_wrote_is_text_in_the_copy() -> None:
    wicked = "<script>alert(1)</script>\u202e\"'&"
    part = Part(wicked, ((("<b>", wicked),),))
    for language in LOCALES:
        made = page((part,), language, NOW).decode()
        assert "<script" not in made
        assert "<b>" not in made
        assert "\u202e" not in made


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ('700001\n{"text": "salem"}', "salem"),
        ('700001\n{"message": {"text": "salem", "chat": {"id": 1}}}', "salem"),
        (
            '{"method": "sendMessage", "text": "сәлем", "reply_markup": {"x": [[{"text": "Мәзір"}]]}}',
            "сәлем\nМәзір",
        ),
        ("700001\njust words", "just words"),
    ],
)
def test_of_a_message_its_words_are_told(body: str, text: str) -> None:
    assert said(body) == text


async def test_every_section_has_its_words(tmp_path: Path, clock: HandClock) -> None:
    async with registry(migrated_sqlite_url(tmp_path), clock) as db:
        await add_clinic(db)
        person_id, _ = await add_person(db)
        directory = Directory()
        await directory.refresh(db.reader)
        for language in LOCALES:
            parts = await Gathering(
                db.reader, directory, Asked(person_id, language, "telegram:1", NOW)
            ).parts()
            assert len({part.title for part in parts}) == len(SECTIONS) + 2


async def test_the_copy_of_a_graduate_has_what_the_college_has_of_them(
    tmp_path: Path, clock: HandClock
) -> None:
    async with registry(migrated_sqlite_url(tmp_path), clock) as db:
        who = await student(db, clock, tmp_path)
        request = await who.registered()
        for language in LOCALES:
            text = await filled(db, who.person_id, language, who.consent_id)
            for told in (NAME, NUMBER, STORY, request.number, "Мейіргер ісі"):
                assert told in text
