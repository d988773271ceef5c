"""What a form that was filled in comes to: an entry beside the request, or a clock that stops."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from bot.college.dossier import Dossier
from bot.college.forms import PICTURES, Form
from bot.college.office import Entry, Facts, is_of, may_enter
from bot.college.steps import CollegeSteps, Settled
from dialogs.engine import SentFile
from rules.law import rule
from rules.training_stages import (
    Attorney,
    DecidedAs,
    LossNotice,
    Payment,
    SignedBy,
    demand_attorney,
    demand_decision,
    demand_notice,
    demand_payment,
)
from storage.database import Tx
from storage.outbox import Parcel

ENTRY_OF: Final[Mapping[Form, Entry]] = {
    Form.NOTICE: Entry.NOTICE,
    Form.SCAN: Entry.SCAN,
    Form.PAYMENT: Entry.PAYMENT,
    Form.DECISION_HEAD: Entry.DECISION,
    Form.DECISION_ACTING: Entry.DECISION,
    Form.RESOLUTION: Entry.RESOLUTION,
    Form.SIGNED_HEAD: Entry.SIGNED,
    Form.SIGNED_DEPUTY: Entry.SIGNED,
    Form.SIGNED_BOTH: Entry.SIGNED,
    Form.NUMBER: Entry.DOCUMENT_NUMBER,
    Form.IN_PERSON: Entry.COLLECTOR,
    Form.ATTORNEY: Entry.COLLECTOR,
    Form.ATTORNEY_SCAN: Entry.ATTORNEY_SCAN,
    Form.DEBT: Entry.DEBT,
    Form.NAME_CHANGE: Entry.NAME_CHANGE,
}
"""The entry that each form makes; intake makes a request."""

DECIDES: Final = frozenset({Form.DECISION_HEAD, Form.DECISION_ACTING})

_DECIDED_AS: Final = {Form.DECISION_HEAD: DecidedAs.HEAD, Form.DECISION_ACTING: DecidedAs.ACTING}
_SIGNED_BY: Final = {
    Form.SIGNED_HEAD: SignedBy.HEAD,
    Form.SIGNED_DEPUTY: SignedBy.DEPUTY,
    Form.SIGNED_BOTH: SignedBy.BOTH,
}


@dataclass(frozen=True, slots=True)
class Entering:
    """Makes entries, within the transaction of an inbox row."""

    steps: CollegeSteps

    def may(self, dossier: Dossier, form: Form) -> bool:
        """True while that form can be filled in about this request."""
        entry = ENTRY_OF.get(form)
        if entry is None or not dossier.is_open or dossier.record is None:
            return False
        if form is Form.DEBT:
            return not dossier.is_suspended
        if form in PICTURES and not has_paper_of(dossier, form):
            return False
        if form in _SIGNED_BY and (form is Form.SIGNED_BOTH) is not dossier.is_duplicate:
            return False
        return is_of(entry, dossier.request.asked) and may_enter(entry, dossier.request.asked, dossier.stage)

    async def take(
        self, tx: Tx, dossier: Dossier, form: Form, values: Mapping[str, str], actor: str, now: datetime
    ) -> tuple[Dossier, tuple[Parcel, ...]]:
        """Make the entry. Raises BadEntry, Settled, Moved. Twice: entered twice, and the last counts."""
        if not self.may(dossier, form):
            raise Settled
        facts = _facts(dossier, form, values, dossier.today(now))
        after = await self.steps.enter(tx, dossier, ENTRY_OF[form], facts, actor, now)
        if form is not Form.DEBT:
            return after, ()
        return await self.steps.suspend(tx, after, actor, now)

    @rule("G-26", "G-28")
    async def scanned(
        self, tx: Tx, dossier: Dossier, form: Form, file: SentFile, actor: str, now: datetime
    ) -> Dossier:
        """Keep the picture of the notice, or the copy of a power of attorney: Telegram has the file, the
        registry what opens it there, sealed.

        Raises Settled, Moved.
        """
        if not self.may(dossier, form):
            raise Settled
        facts = {"kind": file.kind, "file": file.file_id}
        return await self.steps.enter(tx, dossier, ENTRY_OF[form], facts, actor, now)


@rule("G-26", "G-28")
def has_paper_of(dossier: Dossier, form: Form) -> bool:
    """True if the paper that a picture would be of was entered."""
    entered = dossier.office.entered
    if form is Form.ATTORNEY_SCAN:
        return entered.collector is not None and entered.collector.attorney is not None
    return entered.notice is not None


def _facts(dossier: Dossier, form: Form, values: Mapping[str, str], today: date) -> Facts:
    """What is kept of a form, once the law lets it through. Raises BadEntry."""
    match form:
        case Form.NOTICE:
            notice = LossNotice(values["periodical"], values["number"], _day(values))
            demand_notice(notice, today)
            return dict(values)
        case Form.PAYMENT:
            demand_payment(Payment(int(values["amount"]), _day(values)), today)
            return {"amount": int(values["amount"]), "on": values["on"]}
        case Form.DECISION_HEAD | Form.DECISION_ACTING:
            filed_on = dossier.clinic.local(dossier.request.filed_at).date()
            demand_decision(_day(values), dossier.office.entered.notice, filed_on, today)
            return {"on": values["on"], "as": _DECIDED_AS[form].value}
        case Form.SIGNED_HEAD | Form.SIGNED_DEPUTY | Form.SIGNED_BOTH:
            return {"by": _SIGNED_BY[form].value, **values}
        case Form.IN_PERSON:
            return {"name": "" if dossier.record is None else dossier.record.full_name, **values}
        case Form.ATTORNEY:
            return _by_attorney(values, today)
        case _:
            return dict(values)


@rule("G-28", "TR-06")
def _by_attorney(values: Mapping[str, str], today: date) -> Facts:
    """Another person comes: whose document was seen, and under which power of attorney."""
    attorney = Attorney(values["attorney"], _day(values), values["issuer"])
    demand_attorney(attorney, today)
    return {
        "name": values["name"],
        "document": values["document"],
        "attorney": {"number": attorney.number, "on": values["on"], "issuer": attorney.issuer},
    }


def _day(values: Mapping[str, str]) -> date:
    return date.fromisoformat(values["on"])
