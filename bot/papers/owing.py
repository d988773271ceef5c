"""Papers owed: what is to be printed is written down in the transaction of the decision itself.

The paper follows by itself. A request has one paper of its kind; owing it again changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from bot.clock import SystemSecrets
from bot.papers.parcels import document
from bot.papers.printed import ZONE, Fact
from rules.clinics import Clinic
from rules.clock import Secrets
from rules.law import Service, rule
from rules.papers import CHECK_CODE_LENGTH, KINDS, PaperKind, new_check_code
from rules.people import Language, Person
from storage import papers, requests
from storage.addresses import Address
from storage.database import Tx
from storage.outbox import Parcel
from storage.registry import Directory
from storage.requests import RegisteredRequest

CHANCE: Final = SystemSecrets()


@rule("AT-13", "RF-03", "G-24")
async def owe_attachment(
    tx: Tx,
    request: RegisteredRequest,
    person: Person,
    clinic: Clinic,
    facts: Mapping[str, Any],
    now: datetime,
    secrets: Secrets = CHANCE,
) -> int:
    """Owe the certificate (talon) of an attachment; its id.

    ``facts``: "since" (ISO day), "cause" (of rules.attachment), "from_clinic" (number, or None).
    """
    printed: dict[str, Fact] = {
        "since": {"day": str(facts["since"])},
        "cause": {"code": str(facts["cause"])},
        "from_clinic": await _clinic_name(tx, facts.get("from_clinic")),
    }
    return await _owe(tx, PaperKind.ATTACHMENT, request, person, clinic, printed, now, secrets)


@rule("RF-01", "G-24")
async def owe_home_call(
    tx: Tx,
    request: RegisteredRequest,
    person: Person,
    clinic: Clinic,
    facts: Mapping[str, Any],
    now: datetime,
    secrets: Secrets = CHANCE,
) -> int:
    """Owe the certificate of a home call; its id.

    ``facts``: "visit_day" (date), "window" (as shown: "14:00–16:00"), "doctor", "role" (a DoctorRole),
    "visit_address".
    """
    day: date = facts["visit_day"]
    printed: dict[str, Fact] = {
        "visit_day": {"day": day.isoformat()},
        "window": str(facts["window"]),
        "doctor": str(facts["doctor"]),
        "role": {"code": str(facts["role"])},
        "visit_address": str(facts["visit_address"]),
    }
    return await _owe(tx, PaperKind.HOME_CALL, request, person, clinic, printed, now, secrets)


@rule("RF-02", "G-24")
async def owe_appointment(
    tx: Tx,
    request: RegisteredRequest,
    person: Person,
    clinic: Clinic,
    facts: Mapping[str, Any],
    now: datetime,
    secrets: Secrets = CHANCE,
) -> int:
    """Owe the certificate of an appointment; its id.

    ``facts``: "visit" (an aware instant), "doctor", "role" (a DoctorRole), "room".
    """
    visit: datetime = facts["visit"]
    printed: dict[str, Fact] = {
        "visit": {"at": visit.isoformat()},
        "doctor": str(facts["doctor"]),
        "role": {"code": str(facts["role"])},
        "room": str(facts["room"] or ""),
    }
    return await _owe(tx, PaperKind.APPOINTMENT, request, person, clinic, printed, now, secrets)


@rule("AT-12")
async def again(
    tx: Tx, request_id: int, chat: Address, locale: Language, now: datetime
) -> tuple[Parcel, ...]:
    """The issued paper of that request once more, as a document into ``chat``; nothing if none is issued.

    For the citizen who asks for it anew, and for the registrar who prints it: whoever calls this for a member
    of staff writes down who asked.
    """
    del now
    request = await requests.by_id(tx, request_id)
    if request is None or request.service not in KINDS:
        return ()
    paper = await papers.of_request(tx, request_id, KINDS[Service(request.service)])
    if paper is None or paper.issued_at is None or paper.withdrawn_at is not None:
        return ()
    if chat.channel != "telegram":
        return ()
    return (document(paper, chat, locale, dedupe=None),)


async def _owe(
    tx: Tx,
    kind: PaperKind,
    request: RegisteredRequest,
    person: Person,
    clinic: Clinic,
    printed: Mapping[str, Fact],
    now: datetime,
    secrets: Secrets,
) -> int:
    facts = {
        ZONE: clinic.zone,
        "person": person.full_name,
        "iin": person.iin.digits,
        "birth_day": {"day": person.birth_date.isoformat()},
        "clinic": {"kk": clinic.name_kk, "ru": clinic.name_ru},
        "clinic_address": clinic.address,
        "clinic_phone": clinic.phone,
        **printed,
    }
    code = new_check_code(secrets.token(CHECK_CODE_LENGTH.value))
    return await papers.owe(tx, kind, request.id, clinic.no, int(person.id), request.number, facts, code, now)


async def _clinic_name(tx: Tx, clinic_no: int | None) -> Fact:
    if clinic_no is None:
        return ""
    directory = Directory()
    await directory.refresh(tx)
    clinic = directory.clinics.get(clinic_no)
    return "" if clinic is None else {"kk": clinic.name_kk, "ru": clinic.name_ru}
