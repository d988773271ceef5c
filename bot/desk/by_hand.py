"""Somebody without data in the state register: entered by their paper, checked by a second person (G-12)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bot.talk.registers import Registers
from bot.talk.standing import Decided, Pressed, Stale
from dialogs.drafts import ByHandDraft
from rules.desk import check_due
from rules.law import rule
from storage import audit, desk, due, people
from storage.database import Tx
from storage.desk import ByPaper

CHECK: Final = "hand_identity_check"
"""Due kind, subject an identity: a second person is to compare it with the paper."""


@dataclass(frozen=True, slots=True)
class ByHand:
    """Carries out what a registrar typed from a paper."""

    registers: Registers

    @rule("G-12", "AU-25")
    async def enter(self, tx: Tx, draft: ByHandDraft, pressed: Pressed) -> Decided:
        """Enter the person, and set when a second person looks. Raises ``Stale`` outside of a case."""
        case = pressed.case
        registry = self.registers.of(tx)
        clinic = None if case is None else await registry.clinic(case.clinic_no)
        if case is None or clinic is None:
            raise Stale
        name, _, patronymic = draft.name.partition(" ")
        iin = await desk.stand_in(tx) if draft.iin is None else draft.iin
        paper = ByPaper(iin, draft.surname, name, patronymic, draft.birth_date, draft.phone, draft.document)
        when = check_due(pressed.now, clinic, await registry.calendar())
        person_id, identity_id = await desk.identify_by_hand(
            tx, paper, clinic.no, case.staff_id, when, pressed.now
        )
        due.set_due(tx, CHECK, identity_id, when)
        facts: dict[str, str | int] = {"clinic": clinic.no, "case": case.id}
        actor = f"staff:{case.staff_id}"
        await audit.append(tx, "identity.by_hand", actor, f"person:{person_id}", facts, pressed.now)
        return Decided({"person_id": str(person_id), "iin": iin.digits, "phone": draft.phone})


@rule("G-12")
async def waits_for_check(tx: Tx, *person_ids: int | None) -> bool:
    """True while one of these people was identified by hand alone: attachment waits for the second look."""
    for person_id in filter(None, person_ids):
        person = await people.by_id(tx, person_id)
        if person is None or not person.by_hand:
            continue  # the state register's own record needs no second look
        identity = await desk.identity_of(tx, person_id)
        if identity is None or identity.outcome != "right":
            return True
    return False
