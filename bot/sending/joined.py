"""The gateways for SMS, joined in the order of the settings: what the house needs of them is here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import aiohttp

from bot.sending.gate import Gate
from bot.sending.gateways import Down, Fate
from bot.sending.pace import Rates
from bot.sending.reports import Reports
from bot.sending.sms_carrier import SmsCarrier, Way
from bot.sending.twilio import Twilio
from bot.settings import Settings
from bot.watch import Watch
from rules.clock import Clock
from storage.database import Database

if TYPE_CHECKING:
    from bot.channels.intake import Intake
    from bot.smpp.gateway import SmppGateway

SMS: Final = "sms"
"""SMS as a whole, as the watch and the log of outages know it."""


class Together:
    """Tells the watch of each gateway, and of SMS as a whole once none of them answers."""

    def __init__(self, names: Sequence[str], watch: Watch) -> None:
        self._names = frozenset(names)
        self._down: set[str] = set()
        self._watch = watch

    def gateway_down(self, name: str, code: str) -> None:
        """A gateway does not answer."""
        self._down.add(name)
        if len(self._names) > 1:
            self._watch.gateway_down(f"{SMS}_{name}", code)
        if self._down == self._names:
            self._watch.gateway_down(SMS, code)

    def gateway_up(self, name: str) -> None:
        """It answers again."""
        if self._down == self._names:
            self._watch.gateway_up(SMS)
        if len(self._names) > 1:
            self._watch.gateway_up(f"{SMS}_{name}")
        self._down.discard(name)


@dataclass(frozen=True, slots=True)
class SmsWays:
    """The carrier of SMS, and the link that has to be kept up, if there is one."""

    carrier: SmsCarrier
    smpp: SmppGateway | None
    _begin: Callable[[Intake], None]

    async def run(self, intake: Intake) -> None:
        """Keep the operator's link up until cancelled; what it hands over goes to ``intake``."""
        if self.smpp is None:
            return
        self._begin(intake)
        await self.smpp.run()


def sms_ways(
    settings: Settings, session: aiohttp.ClientSession, db: Database, clock: Clock, watch: Watch
) -> SmsWays:
    """Return the gateways that the settings name, ready to carry."""
    together, reports = Together(settings.sms_gateways, watch), Reports(db, clock, watch)
    smpp: SmppGateway | None = None
    ways: list[Way] = []
    for name in settings.sms_gateways:
        gate = Gate(name, together)
        if name == "twilio":
            ways.append(Way(name, twilio_of(settings, session), gate))
            continue
        # Imported here: whoever sends by Twilio alone does not load it.
        from bot.smpp.account import operator_of

        smpp = operator_of(settings)
        smpp.tells(_hearing(gate))
        ways.append(Way(name, smpp, gate))
    carrier = SmsCarrier(
        ways, rates_of(settings), settings.sms_daily_cap, db, clock, watch, latin=settings.sms_latin
    )

    def begin(intake: Intake) -> None:
        if smpp is not None:
            from bot.smpp.inbound import Inbound

            smpp.receives(Inbound(db, clock, intake, reports, watch, smpp.id_in_receipt))

    return SmsWays(carrier, smpp, begin)


def rates_of(settings: Settings) -> Rates:
    """How fast each gateway may be used."""
    return Rates(
        telegram_per_second=settings.telegram_per_second,
        chat_per_second=settings.telegram_chat_per_second,
        group_per_minute=settings.telegram_group_per_minute,
        sms_per_second=settings.sms_per_second,
    )


def twilio_of(settings: Settings, session: aiohttp.ClientSession) -> Twilio:
    """Return Twilio as the settings describe it."""
    return Twilio(
        session,
        settings.twilio_api_url,
        settings.twilio_account_sid,
        settings.twilio_auth_token,
        settings.twilio_from,
        f"{settings.public_url}/twilio/status" if settings.public_url else "",
    )


def _hearing(gate: Gate) -> Callable[[Fate | None], None]:
    def hear(fate: Fate | None) -> None:
        if fate is None:
            gate.reopen()
        elif isinstance(fate, Down):
            gate.heard(fate)

    return hear
