"""A request to the college as its staff work on it: the request, whose document it is, what was entered."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TypeAlias

from bot.college.office import Facts, Office
from rules.calendar import WorkingCalendar
from rules.clinics import Clinic
from rules.training import ENDED, Asked, Graduation, Stage, next_stage, staff_target
from rules.training_stages import Missing, missing_for
from storage import training
from storage.database import Reader, Tx
from storage.registry import Directory
from storage.training import Training

Written: TypeAlias = dict[str, Facts]


@dataclass(frozen=True, slots=True, repr=False)
class Dossier:
    """One request. ``record`` is None once its owner was erased: nothing can be done then but to look."""

    request: Training
    record: Graduation | None
    office: Office
    clinic: Clinic
    calendar: WorkingCalendar

    @property
    def id(self) -> int:
        """The request's."""
        return self.request.id

    @property
    def number(self) -> str:
        """What people call it by."""
        return self.request.number

    @property
    def stage(self) -> Stage:
        """Where it stands."""
        return self.request.stage

    @property
    def is_open(self) -> bool:
        """True while something is still to be done."""
        return self.request.stage not in ENDED

    @property
    def is_suspended(self) -> bool:
        """True while its clock stands because of a debt."""
        return self.request.suspended_on is not None

    @property
    def is_duplicate(self) -> bool:
        """True for a duplicate of a lost document."""
        return self.request.asked is Asked.DUPLICATE

    @property
    def is_of_the_desk(self) -> bool:
        """True for what was handed in at the college's own desk, and can be taken back there alone."""
        return self.request.came_by == "desk"

    @property
    def next(self) -> Stage | None:
        """The one stage that may follow."""
        return next_stage(self.request.stage)

    @property
    def missing(self) -> tuple[Missing, ...]:
        """What its next stage still lacks."""
        following = self.next
        return () if following is None else missing_for(following, self.office.entered, self.request.asked)

    @property
    def target_on(self) -> date:
        """The working day by which the college is done (G-27)."""
        return staff_target(self.request.due_on, self.calendar)

    def today(self, now: datetime) -> date:
        """The college's day at that instant."""
        return self.clinic.local(now).date()

    def is_late(self, now: datetime) -> bool:
        """True once its term is over while the college still works on it and its clock goes."""
        works = self.is_open and self.stage is not Stage.READY and not self.is_suspended
        return works and self.today(now) > self.request.due_on

    def with_office(self, office: Office) -> Dossier:
        """The same with these entries."""
        return replace(self, office=office)


@dataclass(frozen=True, slots=True)
class Dossiers:
    """Reads requests for the rooms and clocks of the college."""

    directory: Directory = field(default_factory=Directory)

    async def of(self, reader: Reader, request_id: int) -> Dossier | None:
        """The request under that id, with everything about it."""
        request = await training.by_id(reader, request_id)
        return None if request is None else await self.opened(reader, request)

    async def opened(self, reader: Reader, request: Training) -> Dossier:
        """Everything about a request that was read already."""
        await self.directory.refresh(reader)
        kept: Written = await training.office_of(reader, request.id)
        return Dossier(
            request=request,
            record=await training.graduation(reader, request.graduate_id),
            office=Office(kept),
            clinic=self.directory.clinics[request.clinic_no],
            calendar=self.directory.calendar,
        )

    async def open_of(self, reader: Reader, clinic_no: int) -> tuple[Dossier, ...]:
        """Every open request of the college, the one that is due first first."""
        found = await training.open_requests(reader, clinic_no)
        return tuple([await self.opened(reader, one) for one in found])


def keep(tx: Tx, dossier: Dossier) -> None:
    """Keep the entries as they stand now. They were read after the audit chain was appended to, which one
    transaction does at a time: of two that write at once none is lost.
    """
    training.keep_office(tx, dossier.id, dict(dossier.office.kept))
