"""The sandbox never runs beside real credentials, and never where others can reach it."""

import ipaddress
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

from sandbox import TELEGRAM_TOKEN, TWILIO_AUTH_TOKEN

_OWN: Final[Mapping[str, str]] = {
    "TELEGRAM_BOT_TOKEN": TELEGRAM_TOKEN,
    "TWILIO_AUTH_TOKEN": TWILIO_AUTH_TOKEN,
}


def real_credentials(environment: Mapping[str, str], env_file: Path | None) -> bool:
    """Whether the environment or the file of settings holds credentials that are not the sandbox's own."""
    written = _settings(env_file) if env_file is not None and env_file.exists() else {}
    return any(
        place.get(name, "") not in {"", own} for place in (environment, written) for name, own in _OWN.items()
    )


@lru_cache(maxsize=256)
def is_loopback(host: str) -> bool:
    """Whether a host name or address can mean only this machine; asked at every request, hence cached."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _settings(env_file: Path) -> dict[str, str]:
    lines = env_file.read_text(encoding="utf-8").splitlines()
    pairs = (line.removeprefix("export ").partition("=") for line in map(str.strip, lines))
    return {name.strip(): value.strip().strip("'\"") for name, mark, value in pairs if mark}
