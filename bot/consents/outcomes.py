"""What follows a consent: each matter has a side that waits for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from otp import third_party_answers
from rules.third_party import ConsentOutcome, Matter
from storage.consent_requests import ConsentRequest
from storage.database import Tx
from storage.outbox import Parcel


class MatterSide(Protocol):
    """Whoever asked for a consent, in the name of the asker."""

    async def decided(
        self, tx: Tx, request: ConsentRequest, outcome: ConsentOutcome, now: datetime
    ) -> Sequence[Parcel]:
        """Go on with it, or end it: GIVEN at once, NO_CONSENT when waiting is over (G-32).

        What if it runs twice: it stands beside a change of the request's state, which happens once.
        """
        ...

    async def withdrawn(self, tx: Tx, request: ConsentRequest, now: datetime) -> Sequence[Parcel]:
        """A consent that was given is taken back: stop what has not happened, hide what has (S30, G-34).

        What if it runs twice: as above.
        """
        ...


@dataclass(frozen=True, slots=True)
class Outcomes:
    """The sides of all matters."""

    sides: Mapping[Matter, MatterSide]

    async def decided(
        self, tx: Tx, request: ConsentRequest, outcome: ConsentOutcome, now: datetime
    ) -> Sequence[Parcel]:
        """What is owed because the request was decided."""
        return await self.sides[request.matter].decided(tx, request, outcome, now)

    async def withdraw(
        self, tx: Tx, request_id: int, person_id: str, now: datetime
    ) -> tuple[ConsentRequest | None, Sequence[Parcel]]:
        """Take a given consent back, and let its side know. None where there is nothing to take back.

        Twice: None.
        """
        request = await third_party_answers.withdraw(tx, request_id, person_id, now)
        if request is None:
            return None, ()
        return request, await self.withdrawn(tx, request, now)

    async def withdrawn(self, tx: Tx, request: ConsentRequest, now: datetime) -> Sequence[Parcel]:
        """What is owed because the consent was taken back."""
        return await self.sides[request.matter].withdrawn(tx, request, now)
