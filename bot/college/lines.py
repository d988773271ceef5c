"""What is said of a request to the college on its pages, line by line.

Nothing here does I/O.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from bot.college.dossier import Dossier
from bot.college.office import Entry
from dialogs.engine import T
from rules.law import rule
from storage.training import TrainingMark

_TICKED: Final = (
    Entry.IDENTITY_CARD,
    Entry.NO_DEBT_PROOF,
    Entry.RESOLUTION,
    Entry.FORM,
    Entry.SEAL,
    Entry.STAMP,
)


def list_line(dossier: Dossier, now: datetime) -> T:
    """A request in a list."""
    key = "college.line"
    if dossier.is_suspended:
        key = "college.line_suspended"
    elif dossier.is_late(now):
        key = "college.line_late"
    return T(
        key,
        number=dossier.number,
        asked=T(f"training.asked.{dossier.request.asked}"),
        stage=T(f"training.stage.{dossier.stage}"),
        due=dossier.target_on,
    )


def standing_lines(dossier: Dossier, marks: Sequence[TrainingMark], now: datetime) -> Iterable[T]:
    """The stage and since when; the term and the working day by which it is to be done; a stopped clock."""
    since = [mark.at for mark in marks if mark.step == dossier.stage]
    at = dossier.clinic.local(since[-1] if since else dossier.request.filed_at)
    yield T("college.stage", stage=T(f"training.stage.{dossier.stage}"), at=at)
    if not dossier.is_open:
        return
    if dossier.request.suspended_on is not None:
        yield T("college.is_suspended", day=dossier.request.suspended_on)
        return
    key = "college.due" if dossier.target_on == dossier.request.due_on else "college.due_target"
    key = "college.late" if dossier.is_late(now) else key
    yield T(key, due=dossier.request.due_on, target=dossier.target_on)


def entered_lines(dossier: Dossier) -> Iterable[T]:
    """What was entered, without anybody's name."""
    entered, office = dossier.office.entered, dossier.office
    yield from _papers(dossier)
    yield from (T(f"college.line.{tick}") for tick in _TICKED if office.has(tick))
    if entered.signed is not None:
        yield T(f"college.line.signed_{entered.signed}")
    if entered.document_number:
        yield T("college.line.document_number", number=entered.document_number)
    if entered.collector is not None:
        yield T("college.line.in_person" if entered.collector.attorney is None else "college.line.attorney")
    if office.has(Entry.ATTORNEY_SCAN):
        yield T("college.line.attorney_scan")
    if office.has(Entry.NAME_CHANGE):
        yield T("college.line.name_change", certificate=str(office.facts(Entry.NAME_CHANGE)["certificate"]))


def _papers(dossier: Dossier) -> Iterable[T]:
    """What a duplicate rests on: the notice of loss, the decision, the payment."""
    entered = dossier.office.entered
    if entered.notice is not None:
        notice = entered.notice
        yield T("college.line.notice", periodical=notice.periodical, number=notice.number, day=notice.on)
    if dossier.office.has(Entry.SCAN):
        yield T("college.line.scan")
    if entered.decision is not None:
        yield T(f"college.line.decision_{entered.decision.by}", day=entered.decision.on)
    if entered.payment is not None:
        yield T("college.line.payment", amount=entered.payment.amount, day=entered.payment.on)


def lacking_lines(dossier: Dossier) -> Iterable[T]:
    """What its next stage still lacks."""
    if dossier.next is None or not dossier.missing or dossier.is_suspended:
        return
    yield T("college.missing", stage=T(f"training.stage.{dossier.next}"))
    for one in dossier.missing:
        yield T(f"college.missing.{one}")


@rule("TR-18", "X-15")
def official_lines(dossier: Dossier) -> Iterable[T]:
    """Who gave the resolution, who signed, and what was owed; for the page that names people."""
    office = dossier.office
    if office.has(Entry.RESOLUTION):
        yield T("college.resolution_by", name=str(office.facts(Entry.RESOLUTION)["name"]))
    signed = office.facts(Entry.SIGNED)
    for place in ("head", "deputy"):
        if place in signed:
            yield T(f"college.signed_by_{place}", name=str(signed[place]))
    if office.has(Entry.DEBT):
        yield T("college.debt_words", words=str(office.facts(Entry.DEBT)["words"]))


def collector_lines(dossier: Dossier) -> Iterable[T]:
    """Who came for the document, and under which power of attorney."""
    collector = dossier.office.entered.collector
    if collector is None:
        return
    yield T("college.collector", name=collector.name, document=collector.identity_document)
    if collector.attorney is not None:
        attorney = collector.attorney
        yield T("college.attorney", number=attorney.number, day=attorney.on, issuer=attorney.issuer)
