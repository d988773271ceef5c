"""Requests for attachment and switches, for the tests of attachments and papers."""

from datetime import date, datetime

from rules.attachment import Cause
from storage import attachments, requests
from storage.addresses import Address
from storage.database import Database, Tx
from storage.requests import NewRequest
from tests.registry import NOW

TODAY = date(2026, 11, 20)


async def asked(
    tx: Tx, person_id: int, clinic_no: int, now: datetime = NOW, status: str = "registered"
) -> int:
    """Register a request of that person for that clinic; its id."""
    wanted = NewRequest(
        clinic_no=clinic_no,
        service="attachment",
        address=Address("telegram", "1001"),
        locale="kk",
        for_whom="self",
        status=status,
        details={"cause": "free_choice"},
        patient_id=person_id,
        caller_id=person_id,
    )
    return (await requests.register(tx, wanted, now)).id


async def request_for(db: Database, person_id: int, clinic_no: int, status: str = "registered") -> int:
    """The same, in a transaction of its own."""
    async with db.transaction() as tx:
        return await asked(tx, person_id, clinic_no, status=status)


async def switched(
    db: Database,
    person_id: int,
    clinic_no: int,
    request_id: int | None = None,
    now: datetime = NOW,
    *,
    cause: Cause = Cause.FREE_CHOICE,
    day: date = TODAY,
    chosen_on: date | None = None,
) -> int | None:
    """Attach the person there, for a request of theirs or a new one."""

    async def work(tx: Tx) -> int | None:
        request = request_id or await asked(tx, person_id, clinic_no, now)
        return await attachments.switch(
            tx, person_id, clinic_no, cause, request, now, day, chosen_on=chosen_on
        )

    return await db.decide(work)
