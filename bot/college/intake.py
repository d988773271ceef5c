"""Papers handed in at the college's own desk: whose they are, by IIN, what is asked for, the number and day.

Who came is seen with their identity card; nothing is signed here but the paper that they hand in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.college.dossier import Dossier, Dossiers
from bot.college.steps import CollegeSteps
from rules.clinics import Clinic
from rules.iin import Iin
from rules.law import Allowed, rule
from rules.people import Language
from rules.training import Asked, Graduation, may_ask, term_of
from storage import audit, people, training
from storage.database import Reader, Tx
from storage.people import iin_index
from storage.training import AlreadyOpen, NewTraining


@dataclass(frozen=True, slots=True)
class Found:
    """What the person with an IIN finished here, and what they can ask for now."""

    records: tuple[Graduation, ...]
    offered: tuple[tuple[Graduation, Asked], ...]


class NotOffered(Exception):
    """That cannot be asked for by that line of the graduates."""


@dataclass(frozen=True, slots=True)
class Intake:
    """Takes requests in, within the transaction of an inbox row."""

    dossiers: Dossiers
    steps: CollegeSteps

    @rule("TR-02", "X-14", "G-71")
    async def found(self, tx: Tx, iin: Iin, clinic: Clinic, actor: str, now: datetime) -> Found:
        """Look somebody up; the look is kept with its reason."""
        records = await training.graduations(tx, iin)
        subject = f"identity:{iin_index(tx.keys, iin)[:8].hex()}"
        facts: dict[str, str | int] = {"clinic": clinic.no, "reason": "intake"}
        await audit.append(tx, "training.details_opened", actor, subject, facts, now)
        today = clinic.local(now).date()
        offered = [
            (record, asked)
            for record in records
            for asked in Asked
            if isinstance(may_ask(asked, record, today), Allowed)
        ]
        return Found(records, tuple(offered))

    @rule("TR-17", "TR-18", "X-14")
    async def register(
        self, tx: Tx, clinic: Clinic, graduate_id: int, asked: Asked, story: str,
        language: Language, actor: str, now: datetime,
    ) -> tuple[Dossier, bool]:  # fmt: skip
        """Enter the request in the register; True if it was open already. Raises NotOffered.

        What if it runs twice: the second finds the first.
        """
        record = await training.graduation(tx, graduate_id)
        today = clinic.local(now).date()
        if record is None or not isinstance(may_ask(asked, record, today), Allowed):
            raise NotOffered
        await self.dossiers.directory.refresh(tx)
        term = term_of(asked, today, record.decided_on, self.dossiers.directory.calendar)
        owner = await self._owner(tx, graduate_id)
        person_id, locale = (None, language) if owner is None else owner
        new = NewTraining(asked, graduate_id, person_id, "desk", None, locale, term, story)
        try:
            made = await training.register(tx, new, now, actor)
        except AlreadyOpen as held:
            return await self.dossiers.opened(tx, held.request), True
        facts: dict[str, str | int] = {"clinic": clinic.no, "by": "desk"}
        await audit.append(tx, "training.registered", actor, f"training_request:{made.id}", facts, now)
        dossier = await self.dossiers.opened(tx, made)
        self.steps.begin(tx, dossier, now)
        return dossier, False

    async def _owner(self, reader: Reader, graduate_id: int) -> tuple[str, Language] | None:
        """The person of the registry whose line it is, and the language in which they are written to."""
        iin = await training.iin_of(reader, graduate_id)
        person = None if iin is None else await people.by_iin(reader, iin)
        return None if person is None else (person.id, person.language)
