"""The entries of a clinic's feed: each step of a request in both languages, and nothing of any person.

Nothing here does I/O. Number, service, stage, status and instant are said; who asked, who answered and on
which ground are not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from dialogs.engine import T
from locales import MissingWords, render
from rules.clinics import Clinic
from rules.law import Service
from rules.people import Language
from rules.stages import Path, ProcessLabel, Stage, process_label, stage_of
from storage.feeds import Step

LANGUAGES: Final[tuple[Language, ...]] = ("kk", "ru")
# The name under which entries are the same for ever, whatever address they are fetched from (RFC 4151).
_TAG: Final = "tag:dariger,2026:clinic"


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One step. ``at`` is in UTC; ``titles`` and ``texts`` stand in the order of ``LANGUAGES``."""

    id: str
    at: datetime
    number: str
    service: str
    service_names: tuple[str, ...]
    status: str
    note: str | None
    stage: Stage | None
    label: ProcessLabel | None
    visit_day: date | None
    titles: tuple[str, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the feed, the newest entry first; ``before`` is where the next one begins, None on the last.

    ``is_first`` is true of the page that a reader subscribes to.
    """

    clinic: Clinic
    entries: tuple[FeedEntry, ...]
    before: int | None
    is_first: bool

    @property
    def id(self) -> str:
        """The feed's own id."""
        return f"{_TAG}/{self.clinic.no}"

    @property
    def titles(self) -> tuple[str, ...]:
        """The feed's title in each language."""
        return tuple(
            render(T("feed.title", clinic=self.clinic.name(language)), language) for language in LANGUAGES
        )

    @property
    def updated(self) -> datetime | None:
        """When the newest entry was made, None for a page without any."""
        return max((entry.at for entry in self.entries), default=None)


def page_of(clinic: Clinic, steps: Sequence[Step], most: int, *, is_first: bool) -> Page:
    """The page of these steps; one more of them than ``most`` says that another page follows."""
    shown = steps[:most]
    before = shown[-1].id if len(steps) > most else None
    return Page(clinic, tuple(_entry(clinic, step) for step in shown), before, is_first)


def _entry(clinic: Clinic, step: Step) -> FeedEntry:
    stage = stage_of(step.status)
    # The acts number the processes of the home call alone.
    counted = stage is not None and step.service == Service.HOME_CALL
    label = process_label(stage, Path.ALMATY_CITIZEN) if stage is not None and counted else None
    return FeedEntry(
        id=f"{_TAG}/{clinic.no}/request/{step.request_id}/{step.mark}",
        at=step.at,
        number=step.number,
        service=step.service,
        service_names=tuple(_service(step, language) for language in LANGUAGES),
        status=step.status,
        note=step.note_code,
        stage=stage,
        label=label,
        visit_day=step.visit_day,
        titles=tuple(_title(step, language) for language in LANGUAGES),
        texts=tuple(_text(step, stage, label, language) for language in LANGUAGES),
    )


def _title(step: Step, language: Language) -> str:
    status = _word(T(f"journal.status.{step.status}"), step.status, language)
    if step.note_code:
        status = f"{status}; {_word(T(f'journal.note.{step.note_code}'), step.note_code, language)}"
    return render(T("feed.entry", number=step.number, status=status), language)


def _text(step: Step, stage: Stage | None, label: ProcessLabel | None, language: Language) -> str:
    service = _service(step, language)
    if stage is None:
        return render(T("feed.line_after", service=service), language)
    values = {"service": service, "stage": render(T(f"feed.stage.{stage}"), language)}
    if label is not None and label.process is not None:
        return render(T("feed.line_process", process=label.process, **values), language)
    if label is not None and label.condition is not None:
        return render(T("feed.line_condition", condition=label.condition, **values), language)
    return render(T("feed.line", **values), language)


def _service(step: Step, language: Language) -> str:
    return _word(T(f"journal.service.{step.service}"), step.service, language)


def _word(words: T, code: str, language: Language) -> str:
    """The word for a code; one that is newer than the words stands as it is: nothing is left out."""
    try:
        return render(words, language)
    except MissingWords:
        return code


def in_both(words: Sequence[str]) -> str:
    """The same in every language, in one line."""
    return " · ".join(dict.fromkeys(words))


def facts(entry: FeedEntry) -> Mapping[str, str | int]:
    """What a program reads of an entry, by codes that do not change with the words."""
    found: dict[str, str | int] = {
        "number": entry.number,
        "service": entry.service,
        "status": entry.status,
    }
    if entry.note:
        found["note"] = entry.note
    if entry.stage is not None:
        found["stage"] = entry.stage.value
    if entry.label is not None and entry.label.process is not None:
        found["process"] = entry.label.process
    if entry.label is not None and entry.label.condition is not None:
        found["condition"] = entry.label.condition
    if entry.visit_day is not None:
        found["visit_day"] = entry.visit_day.isoformat()
    return found
