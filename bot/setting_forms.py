"""The forms of settings: each function returns the value of one text, or raises ``ValueError``."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, urlsplit

from rules.centre_info import ConsentClock
from rules.law import Service, rule

LANGUAGES: Final = ("kk", "ru")
LOG_LEVELS: Final = ("DEBUG", "INFO", "WARNING", "ERROR")
# What of a staff card may be sent through servers abroad (Telegram's), beside number and deadline.
CARD_FIELDS: Final = ("age", "street", "name", "address", "phone", "reason")
# What the acts let end in a status or in a certificate; that of an attachment is no choice.
MAY_BE_CERTIFIED: Final = frozenset({Service.HOME_CALL, Service.APPOINTMENT})
SMS_GATEWAYS: Final = ("twilio", "smpp")
SMPP_LONG: Final = ("udh", "sar", "payload")
SMPP_RECEIPT_IDS: Final = ("same", "decimal")
MOST_A_SECOND: Final = 1_000_000
HIGHEST_PORT: Final = 65535
KEY_BYTES: Final = 32
HIGHEST_KEY_NUMBER: Final = 65535


@dataclass(frozen=True, slots=True)
class Listen:
    """Where the bot's own HTTP side listens."""

    host: str
    port: int


def token(text: str) -> str:
    """A Telegram bot's token, or nothing."""
    sound = not text or re.fullmatch(r"[0-9]{3,20}:[A-Za-z0-9_-]{20,64}", text)
    _demand(sound, "does not look like a token of @BotFather (digits, a colon, 35 characters)")
    return text


def account_sid(text: str) -> str:
    """A Twilio account, or nothing."""
    _demand(
        not text or re.fullmatch(r"AC[0-9A-Za-z]{8,40}", text), "must begin with AC, as in Twilio's console"
    )
    return text


@rule("G-45")
def sender(text: str) -> str:
    """Whom an SMS comes from: a number, a short code, a registered name, a messaging service; or nothing."""
    number, name = r"\+[1-9][0-9]{7,14}|[0-9]{3,6}", r"MG[0-9a-f]{32}|(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}"
    sound = not text or re.fullmatch(f"{number}|{name}", text)
    _demand(sound, "must be a number as +77001234567, a short code, a sender name or an MG service")
    return text


def url(text: str) -> str:
    """An HTTP address without a query and without a slash at its end."""
    parts = _parts(text)
    sound = parts.scheme in {"http", "https"} and parts.hostname and not parts.username
    _demand(
        sound and not parts.query and not parts.fragment,
        "must be an address as https://host or http://host:port",
    )
    return text.rstrip("/")


def _parts(text: str) -> SplitResult:
    parts = urlsplit(text)
    # Asking for the port is what checks it; it raises ValueError with words of its own.
    _demand(parts.port != 0, "has the port 0")
    return parts


def optional_url(text: str) -> str:
    """An HTTP address, or nothing."""
    return url(text) if text else ""


def sealed_url(text: str) -> str:
    """An address that secrets may be sent to: over https, or on this very machine; or nothing."""
    address = optional_url(text)
    sound = not address or urlsplit(address).scheme == "https" or is_loopback(address)
    _demand(sound, "must begin with https://, or be on this machine: keys and their password travel there")
    return address


def smpp_url(text: str) -> str:
    """Where an operator's SMPP is, in the clear or over TLS; or nothing."""
    parts = _parts(text)
    sound = parts.scheme in {"smpp", "smpps"} and parts.hostname and not parts.username
    _demand(
        not text or (sound and not parts.path.strip("/")), "must be smpp://host:port, or smpps:// for TLS"
    )
    return text.rstrip("/")


def smpp_name(text: str) -> str:
    """A name as the operator's contract gives it, or nothing."""
    _demand(
        re.fullmatch(r"[!-~]{0,15}", text), "must be at most 15 letters, digits and signs, without spaces"
    )
    return text


def smpp_password(text: str) -> str:
    """A password, or nothing. The protocol has room for 8 signs; operators give longer ones too."""
    _demand(
        re.fullmatch(r"[!-~]{0,64}", text), "must be at most 64 letters, digits and signs, without spaces"
    )
    return text


def smpp_sender(text: str) -> str:
    """Whom an SMS by SMPP comes from, or nothing."""
    number, name = r"\+[1-9][0-9]{7,14}|[0-9]{3,6}", r"(?=.*[A-Za-z])[A-Za-z0-9 ._-]{1,11}"
    sound = not text or re.fullmatch(f"{number}|{name}", text)
    _demand(sound, "must be a number as +77001234567, a short number or a registered name")
    return text


def smpp_long(text: str) -> str:
    """How messages of several parts are told."""
    return _one_of(text, SMPP_LONG)


def smpp_receipt_ids(text: str) -> str:
    """How the ids in receipts are written."""
    return _one_of(text, SMPP_RECEIPT_IDS)


def sms_gateways(text: str) -> tuple[str, ...]:
    """The gateways for SMS, in the order in which they are tried."""
    named = tuple(part.strip() for part in text.split(","))
    sound = set(named) <= set(SMS_GATEWAYS) and len(set(named)) == len(named)
    _demand(
        sound, f"must be a list of {','.join(SMS_GATEWAYS)}, each once, the one to be tried first in front"
    )
    return named


def _one_of(text: str, allowed: tuple[str, ...]) -> str:
    _demand(text in allowed, f"must be one of {', '.join(allowed)}")
    return text


def webhook_secret(text: str) -> str:
    """Telegram's secret token, in the characters it allows and long enough not to be guessed."""
    sound = not text or re.fullmatch(r"[A-Za-z0-9_-]{16,256}", text)
    _demand(sound, "must be 16 to 256 characters of A-Z a-z 0-9 _ -")
    return text


def rate(text: str) -> float:
    """A pace above nothing."""
    sound = re.fullmatch(r"[0-9]{1,7}(\.[0-9]{1,3})?", text) and 0 < float(text) <= MOST_A_SECOND
    _demand(sound, "must be a number above 0")
    return float(text)


def count(text: str) -> int:
    """A whole number."""
    _demand(re.fullmatch(r"[0-9]{1,9}", text), "must be a whole number, 0 or more")
    return int(text)


def few_days(text: str) -> int:
    """So many working days as make no term of their own."""
    _demand(re.fullmatch(r"[1-5]", text), "must be a number of working days from 1 to 5")
    return int(text)


def listen(text: str) -> Listen:
    """A host and a port."""
    host, colon, port = text.rpartition(":")
    sound = colon and re.fullmatch(r"[0-9]{1,5}", port) and int(port) <= HIGHEST_PORT
    _demand(sound, "must be host:port, as in 127.0.0.1:8081")
    return Listen(host.strip("[]") or "127.0.0.1", int(port))


def database(text: str) -> str:
    """Where the registry is."""
    sqlite = re.fullmatch(r"sqlite:///.+", text)
    postgresql = text.startswith(("postgresql://", "postgres://")) and urlsplit(text).path.strip("/")
    _demand(sqlite or postgresql, "must be sqlite:///file or postgresql://user@host/name")
    return text


def key_ring(text: str) -> str:
    """The form of a key ring only: opening it takes the cryptography package, which start-up can do later."""
    entries = [entry.strip().partition(":") for entry in text.split(",")] if text else []
    sound = all(re.fullmatch(r"[0-9]{1,9}", number) and _is_key(key) for number, _, key in entries)
    _demand(sound, "must be a ring of 32-byte keys: 2:<base64>,1:<base64>, the current one first")
    numbers = [int(number) for number, _, _ in entries]
    _demand(
        all(0 < number <= HIGHEST_KEY_NUMBER for number in numbers),
        f"must number its keys from 1 to {HIGHEST_KEY_NUMBER}",
    )
    _demand(len(set(numbers)) == len(numbers), "has two keys under one number")
    return text


def _is_key(text: str) -> bool:
    try:
        return len(base64.b64decode(text, validate=True)) == KEY_BYTES
    except (binascii.Error, ValueError):
        return False


def card_fields(text: str) -> frozenset[str]:
    """The fields of a staff card that may be sent abroad; ``none`` is the empty choice, silence is all."""
    fields = frozenset(part.strip() for part in text.split(",") if part.strip())
    if fields == {"none"}:
        return frozenset()
    _demand(fields <= set(CARD_FIELDS), f"must be a list of {','.join(CARD_FIELDS)}, or none")
    return fields or frozenset(CARD_FIELDS)


def language(text: str) -> str:
    """Kazakh or Russian."""
    _demand(text in LANGUAGES, "must be kk or ru")
    return text


def result_certificates(text: str) -> frozenset[Service]:
    """The services whose results end in a certificate too (X-02, X-03); silence is none of them."""
    named = frozenset(part.strip() for part in text.split(",") if part.strip())
    known = ", ".join(sorted(MAY_BE_CERTIFIED))
    _demand(named <= MAY_BE_CERTIFIED, f"must be a list of {known}; an attachment has its certificate anyway")
    return frozenset(Service(name) for name in named)


def folder(text: str) -> str:
    """A folder that is there, or nothing."""
    _demand(not text or Path(text).is_dir(), "must be a folder that is there")
    return text


def phone(text: str) -> str:
    """A number that an SMS can be sent to, or nothing."""
    _demand(not text or re.fullmatch(r"\+[1-9][0-9]{7,14}", text), "must be a number as +77001234567")
    return text


def chat(text: str) -> int | None:
    """A Telegram chat by its number, or nothing; groups have negative ones."""
    _demand(
        not text or re.fullmatch(r"-?[1-9][0-9]{0,18}", text), "must be a chat's number as -1001234567890"
    )
    return int(text) if text else None


def yes_or_no(text: str) -> bool:
    """Whether something is switched on."""
    _demand(text in {"yes", "no"}, "must be yes or no")
    return text == "yes"


def consent_clock(text: str) -> ConsentClock:
    """From when the term of a request about another person runs (G-31)."""
    _demand(text in {"from_consent", "from_filing"}, "must be from_consent or from_filing")
    return "from_filing" if text == "from_filing" else "from_consent"


def log_level(text: str) -> str:
    """How much is logged."""
    _demand(text.upper() in LOG_LEVELS, f"must be one of {', '.join(LOG_LEVELS)}")
    return text.upper()


def is_loopback(address: str) -> bool:
    """True if the address is on this very machine."""
    host = urlsplit(address).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _demand(sound: object, why: str) -> None:
    if not sound:
        raise ValueError(why)
