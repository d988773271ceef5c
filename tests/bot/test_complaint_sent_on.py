"""What of a complaint reaches the office that carries it: the words under a photo, and no centre's name."""

import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pypdf import PdfReader

from bot.complaints.printed import complaint_paper, owed_file
from bot.setting_forms import CARD_FIELDS
from rules.complaints import MatterKind
from rules.public_services import PublicService
from storage import complaints
from storage.complaints import ComplaintFile, Matter
from storage.registry import Directory
from tests.complainants import OFFICER, Complainant, complainant, electronic
from tests.inquiries import about_self
from tests.registry import HandClock, add_clinic, migrated_sqlite_url, registry

FIELDS = frozenset(CARD_FIELDS)


@pytest.fixture
async def made(tmp_path: Path) -> AsyncIterator[Complainant]:
    """Somebody who complains at clinic 5."""
    clock = HandClock()
    async with registry(migrated_sqlite_url(tmp_path), clock) as db:
        await add_clinic(db)
        yield await complainant(db, clock)


async def test_X_34_what_was_written_under_a_photo_goes_on_with_it(made: Complainant) -> None:
    complaint = await made.filed()
    noted, bare = ComplaintFile("photo", "p", note="<b>дверь</b> закрыта"), ComplaintFile("photo", "p")
    sent = owed_file(OFFICER, complaint, 1, noted, 9).body
    assert sent["caption"] == "95-000001 · 1\n<b>дверь</b> закрыта"
    assert "parse_mode" not in sent
    assert owed_file(OFFICER, complaint, 2, bare, 9).body["caption"] == "95-000001 · 2"
    longest = ComplaintFile("document", "d", note="ж" * 1024)
    assert len(owed_file(OFFICER, complaint, 3, longest, 9).body["caption"]) == 1024


async def test_G_61_the_paper_that_a_clinic_sends_on_does_not_say_which_centre_was_asked(
    made: Complainant,
) -> None:
    asked = await about_self(made.db, made.clock)
    matter = Matter(MatterKind.CENTRE, asked.id, PublicService.PSYCHIATRY)
    async with made.db.transaction() as tx:
        filed = await complaints.register(tx, electronic(made, matter), made.clock.now(), "person:1")
    directory = Directory()
    await directory.refresh(made.db.reader)
    paper = complaint_paper(filed, directory.clinics[5], FIELDS, (), "93-000001")
    read = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(paper)).pages).casefold()
    assert "93-000001" in read
    for word in ("психи", "нарко", "фтизи", "туберкул"):
        assert word not in read
