"""The operator as the settings describe it."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from bot.settings import Settings
from bot.smpp.gateway import Contract, SmppGateway
from bot.smpp.link import Account
from bot.smpp.writing import Long, Sender

PORTS: Final = {"smpp": 2775, "smpps": 3550}
"""Where operators listen when nothing else is said."""


def account_of(settings: Settings, *, sends_only: bool = False) -> Account:
    """Whom we bind as, and where; ``sends_only``: beside a link of ours that also receives."""
    parts = urlsplit(settings.smpp_url)
    return Account(
        parts.hostname or "",
        parts.port or PORTS[parts.scheme],
        parts.scheme == "smpps",
        settings.smpp_system_id,
        settings.smpp_password,
        settings.smpp_system_type,
        sends_only,
    )


def contract_of(settings: Settings) -> Contract:
    """What was agreed with the operator."""
    return Contract(
        Sender(settings.smpp_from), Long(settings.smpp_long), settings.smpp_receipt_ids == "decimal"
    )


def operator_of(settings: Settings, *, sends_only: bool = False) -> SmppGateway:
    """Return the operator as a gateway, not yet bound."""
    return SmppGateway(account_of(settings, sends_only=sends_only), contract_of(settings))
