"""At the desk: where a registrar says how they saw who it is, the digital document can be asked for too."""

from __future__ import annotations

from datetime import datetime

from bot.channels.telegram import parcel_for
from bot.documents.pages import DocumentPages
from bot.staff.feed import LINE
from bot.staff.parts import Parts
from rules.channels import Channel
from rules.documents import document_of
from rules.iin import Iin
from rules.law import rule
from storage import people, staff
from storage.database import Reader
from storage.desk import Case
from storage.outbox import Parcel


@rule("DD-05", "AP-12")
async def offered(reader: Reader, parts: Parts, case: Case, iin: Iin, now: datetime) -> tuple[Parcel, ...]:
    """The button under the registrar's question; nothing by phone, where no document is looked at.

    What if it runs twice: offered once for each person of a case.
    """
    if not parts.digital or case.channel is not Channel.DESK:
        return ()
    person = await people.by_iin(reader, iin)
    here = await staff.member(reader, case.staff_id, case.clinic_no)
    if person is None or not here:
        return ()
    kind = document_of(person.birth_date, parts.directory.clinics[case.clinic_no].local(now).date())
    screen = DocumentPages(parts.cards).at_desk(case.clinic_no, case.id, kind, here[0].locale)
    once = f"document_offer:{case.id}:{person.id}"
    return (parcel_for(case.staff_id, screen, kind=LINE, dedupe=once),)
