"""The centres' side of somebody's consent: it was given, it was not, it was taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.centres import notices, office
from bot.centres.release import CENTRE, refuse
from rules.centre_info import ConsentClock, InfoStatus, answer_due, counted_from
from rules.law import rule
from rules.third_party import ConsentOutcome
from storage import centres
from storage.centres import Step
from storage.consent_requests import ConsentRequest
from storage.database import Tx
from storage.outbox import Parcel


@dataclass(frozen=True, slots=True)
class CentreSide:
    """Goes on with a request once the person asked about has answered; ``clock`` is CONSENT_CLOCK."""

    clock: ConsentClock = "from_consent"

    @rule("IC-06", "IC-07", "G-31", "E-11", "E-12")
    async def decided(
        self, tx: Tx, request: ConsentRequest, outcome: ConsentOutcome, now: datetime
    ) -> Sequence[Parcel]:
        """Only now is the centre asked; without consent the request is refused. Twice: nothing more."""
        asked = await centres.by_id(tx, request.matter_id)
        if asked is None or asked.status is not InfoStatus.CONSENT:
            return ()
        if outcome is ConsentOutcome.NO_CONSENT:
            return await refuse(tx, asked, now)
        by = answer_due(counted_from(asked.asked_at, now, self.clock))
        step = Step(release_consent=request.consent_id, answer_due=by)
        if not await centres.move(tx, asked, InfoStatus.ASKING, CENTRE, now, step):
            return ()
        office.begin(tx, asked.id, by, now)
        return notices.consented(tx, asked, by, now)

    @rule("G-34")
    async def withdrawn(self, tx: Tx, request: ConsentRequest, now: datetime) -> Sequence[Parcel]:
        """Before a result is there the request ends; later each look asks for the consent, and hides it."""
        asked = await centres.by_id(tx, request.matter_id)
        return () if asked is None else await refuse(tx, asked, now)
