"""Settings: read once, frozen, and every fault named at once, never a value."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

from bot import setting_forms as forms
from bot.setting_forms import CARD_FIELDS, Listen
from rules.centre_info import ConsentClock
from rules.law import Service

Parsed = TypeVar("Parsed")

TELEGRAM_API: Final = "https://api.telegram.org"
TWILIO_API: Final = "https://api.twilio.com"
WEBHOOK_PATH: Final = "/telegram"
DEFAULTS: Final[Mapping[str, str]] = {
    "TELEGRAM_BOT_TOKEN": "",
    "TELEGRAM_API_URL": TELEGRAM_API,
    "TELEGRAM_WEBHOOK_URL": "",
    "TELEGRAM_WEBHOOK_SECRET": "",
    "TELEGRAM_PER_SECOND": "25",
    "TELEGRAM_CHAT_PER_SECOND": "1",
    "TELEGRAM_GROUP_PER_MINUTE": "18",
    "TWILIO_ACCOUNT_SID": "",
    "TWILIO_AUTH_TOKEN": "",
    "TWILIO_FROM": "",
    "TWILIO_API_URL": TWILIO_API,
    "SMPP_URL": "",
    "SMPP_SYSTEM_ID": "",
    "SMPP_PASSWORD": "",
    "SMPP_SYSTEM_TYPE": "",
    "SMPP_FROM": "",
    "SMPP_LONG": "udh",
    "SMPP_RECEIPT_IDS": "same",
    "SMS_GATEWAYS": "twilio",
    "SMS_LATIN": "no",
    "SMS_PER_SECOND": "10",
    "SMS_DAILY_CAP": "3000",
    "PUBLIC_URL": "",
    "LISTEN": "127.0.0.1:8081",
    "DATABASE_URL": "sqlite:///registry.sqlite",
    "REGISTRY_KEY": "",
    "BACKUP_FOLDER": "",
    "CARD_FIELDS_ABROAD": "",
    "DEFAULT_LANGUAGE": "kk",
    "RESULT_CERTIFICATES": "",
    "SIGNING_KEYS": "",
    "SIGNING_KEYS_PASSWORD": "",
    "TSA_URL": "",
    "NCANODE_URL": "",
    "CENTRES_URL": "",
    "CENTRES_TOKEN": "",
    "CONSENT_CLOCK": "from_consent",
    "DOCUMENTS_URL": "",
    "DOCUMENTS_TOKEN": "",
    "MONITORING_URL": "",
    "MONITORING_TOKEN": "",
    "PAPERS_DIR": "",
    "COMPLAINT_FORWARD_DAYS": "1",
    "ESCALATION_CHAT": "",
    "ESCALATION_PHONE": "",
    "EXTEND_ON_OUTAGE": "yes",
    "DUTY_PHONE": "",
    "METRICS_TOKEN": "",
    "LOG_LEVEL": "INFO",
    "SANDBOX_CLOCK_URL": "",
}
NAMES: Final[tuple[str, ...]] = tuple(DEFAULTS)
SMS_CREDENTIALS: Final[Mapping[str, str]] = {"twilio": "TWILIO_AUTH_TOKEN", "smpp": "SMPP_PASSWORD"}
"""By which setting it is seen that a gateway is meant."""
NEEDS_OF_GATEWAYS: Final[Mapping[str, Mapping[str, str]]] = {
    "twilio": {
        "TWILIO_ACCOUNT_SID": "is missing; it stands beside the token in Twilio's console",
        "TWILIO_FROM": "is missing; the number or the registered sender name of your SMS",
    },
    "smpp": {
        "SMPP_URL": "is missing; smpp://host:port or smpps://host:port, as the operator's contract says",
        "SMPP_SYSTEM_ID": "is missing; the name under which the operator knows you",
        "SMPP_FROM": "is missing; the number, short number or registered name of your SMS",
    },
}


@dataclass(frozen=True, slots=True)
class SettingFault:
    """One setting that cannot stand: its name and what to do. Never its value."""

    name: str
    why: str


class BadSettings(Exception):
    """The settings cannot stand; ``faults`` names every one of them."""

    def __init__(self, faults: tuple[SettingFault, ...]) -> None:
        super().__init__("; ".join(f"{fault.name}: {fault.why}" for fault in faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the service is told from outside. Secrets never show in a repr."""

    telegram_bot_token: str = field(repr=False)
    telegram_api_url: str
    telegram_webhook_url: str
    telegram_webhook_secret: str = field(repr=False)
    telegram_per_second: float
    telegram_chat_per_second: float
    telegram_group_per_minute: float
    twilio_account_sid: str = field(repr=False)
    twilio_auth_token: str = field(repr=False)
    twilio_from: str
    twilio_api_url: str
    smpp_url: str
    smpp_system_id: str = field(repr=False)
    smpp_password: str = field(repr=False)
    smpp_system_type: str
    smpp_from: str
    smpp_long: str
    smpp_receipt_ids: str
    sms_gateways: tuple[str, ...]
    sms_latin: bool
    sms_per_second: float
    sms_daily_cap: int
    public_url: str
    listen: Listen
    database_url: str = field(repr=False)
    registry_key: str = field(repr=False)
    backup_folder: str
    card_fields_abroad: frozenset[str]
    default_language: str
    result_certificates: frozenset[Service]
    signing_keys: str
    signing_keys_password: str = field(repr=False)
    tsa_url: str
    ncanode_url: str
    centres_url: str
    centres_token: str = field(repr=False)
    consent_clock: ConsentClock
    documents_url: str
    documents_token: str = field(repr=False)
    monitoring_url: str
    monitoring_token: str = field(repr=False)
    papers_dir: str
    complaint_forward_days: int
    escalation_chat: int | None
    escalation_phone: str = field(repr=False)
    extend_on_outage: bool
    duty_phone: str = field(repr=False)
    metrics_token: str = field(repr=False)
    log_level: str
    sandbox_clock_url: str

    @property
    def sandbox(self) -> bool:
        """True without credentials of either kind: the service then runs as a demonstration."""
        return not self.telegram_bot_token

    @property
    def loopback(self) -> bool:
        """True if every gateway is on this very machine: nothing said here reaches a real person."""
        sms = {"twilio": self.twilio_api_url, "smpp": self.smpp_url}
        places = (self.telegram_api_url, *(sms[name] for name in self.sms_gateways))
        return all(forms.is_loopback(place) for place in places)

    @property
    def page_root(self) -> str:
        """The address that the bot's own pages stand under, as people are told it."""
        host = f"[{self.listen.host}]" if ":" in self.listen.host else self.listen.host
        return self.public_url or f"http://{host}:{self.listen.port}"

    @property
    def check_page(self) -> str:
        """The address of the page that checks papers, as it is printed on them."""
        return f"{self.page_root}/check"

    @property
    def live(self) -> bool:
        """True if real people can be reached."""
        return not self.sandbox and not self.loopback

    @property
    def webhook(self) -> bool:
        """True if Telegram delivers; False if the bot fetches (long polling)."""
        return bool(self.telegram_webhook_url)


def read_settings(environ: Mapping[str, str], env_file: Path | None = None) -> Settings:
    """Read the settings from the environment, and from ``env_file`` where the environment is silent.

    An empty value counts as silence. Raises ``BadSettings`` with every fault at once.
    """
    from_file, faults = _read_env_file(env_file)
    text = {name: environ.get(name) or from_file.get(name) or DEFAULTS[name] for name in NAMES}
    reading = _Reading({name: value.strip() for name, value in text.items()}, faults)
    settings = reading.settings()
    reading.check_together(settings)
    if reading.faults:
        raise BadSettings(tuple(reading.faults))
    return settings


def _read_env_file(path: Path | None) -> tuple[dict[str, str], list[SettingFault]]:
    if path is None:
        return {}, []
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines() if path.exists() else []
    except UnicodeDecodeError:
        return {}, [SettingFault(path.name, "is not UTF-8; save it so, in an editor that lets you choose")]
    except OSError as fault:
        return {}, [SettingFault(path.name, f"cannot be read ({fault.strerror})")]
    return _read_lines(lines, path)


def _read_lines(lines: Sequence[str], path: Path) -> tuple[dict[str, str], list[SettingFault]]:
    found: dict[str, str] = {}
    faults: list[SettingFault] = []
    for number, raw in enumerate(lines, start=1):
        line = raw.strip().removeprefix("export ").strip()
        if not line or line.startswith("#"):
            continue
        name, equals, value = line.partition("=")
        name = name.strip()
        if not equals:
            faults.append(SettingFault(f"line {number} of {path.name}", "write NAME=value"))
        elif name not in NAMES:
            faults.append(SettingFault(name[:40], _unknown(name, path)))
        else:
            found[name] = _unquoted(value.strip())
    return found, faults


def _unknown(name: str, path: Path) -> str:
    near = get_close_matches(name, NAMES, n=1)
    meant = f"; did you mean {near[0]}?" if near else f"; remove it from {path.name}"
    return f"is no setting of this service{meant}"


def _unquoted(value: str) -> str:
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1]
    return re.split(r"\s+#", value, maxsplit=1)[0]


_FORMS: Final[Mapping[str, Callable[[str], Any]]] = {
    "TELEGRAM_BOT_TOKEN": forms.token,
    "TELEGRAM_API_URL": forms.url,
    "TELEGRAM_WEBHOOK_URL": forms.optional_url,
    "TELEGRAM_WEBHOOK_SECRET": forms.webhook_secret,
    "TELEGRAM_PER_SECOND": forms.rate,
    "TELEGRAM_CHAT_PER_SECOND": forms.rate,
    "TELEGRAM_GROUP_PER_MINUTE": forms.rate,
    "TWILIO_ACCOUNT_SID": forms.account_sid,
    "TWILIO_AUTH_TOKEN": str,
    "TWILIO_FROM": forms.sender,
    "TWILIO_API_URL": forms.url,
    "SMPP_URL": forms.smpp_url,
    "SMPP_SYSTEM_ID": forms.smpp_name,
    "SMPP_PASSWORD": forms.smpp_password,
    "SMPP_SYSTEM_TYPE": forms.smpp_name,
    "SMPP_FROM": forms.smpp_sender,
    "SMPP_LONG": forms.smpp_long,
    "SMPP_RECEIPT_IDS": forms.smpp_receipt_ids,
    "SMS_GATEWAYS": forms.sms_gateways,
    "SMS_LATIN": forms.yes_or_no,
    "SMS_PER_SECOND": forms.rate,
    "SMS_DAILY_CAP": forms.count,
    "PUBLIC_URL": forms.optional_url,
    "LISTEN": forms.listen,
    "DATABASE_URL": forms.database,
    "REGISTRY_KEY": forms.key_ring,
    "BACKUP_FOLDER": str,
    "CARD_FIELDS_ABROAD": forms.card_fields,
    "DEFAULT_LANGUAGE": forms.language,
    "RESULT_CERTIFICATES": forms.result_certificates,
    "SIGNING_KEYS": forms.folder,
    "SIGNING_KEYS_PASSWORD": str,
    "TSA_URL": forms.optional_url,
    "NCANODE_URL": forms.sealed_url,
    "CENTRES_URL": forms.sealed_url,
    "CENTRES_TOKEN": str,
    "CONSENT_CLOCK": forms.consent_clock,
    "DOCUMENTS_URL": forms.sealed_url,
    "DOCUMENTS_TOKEN": str,
    "MONITORING_URL": forms.sealed_url,
    "MONITORING_TOKEN": str,
    "PAPERS_DIR": forms.folder,
    "COMPLAINT_FORWARD_DAYS": forms.few_days,
    "ESCALATION_CHAT": forms.chat,
    "ESCALATION_PHONE": forms.phone,
    "EXTEND_ON_OUTAGE": forms.yes_or_no,
    "DUTY_PHONE": forms.phone,
    "METRICS_TOKEN": str,
    "LOG_LEVEL": forms.log_level,
    "SANDBOX_CLOCK_URL": forms.optional_url,
}
"""How each setting is read; its field is its name in small letters."""


class _Reading:
    """One pass over the texts: values come out, faults pile up."""

    def __init__(self, text: Mapping[str, str], faults: list[SettingFault]) -> None:
        self.text = text
        self.faults = faults

    def settings(self) -> Settings:
        """Return the settings; where one is at fault, its default stands in until the faults are raised."""
        read: dict[str, Any] = {name.lower(): self._one(name, form) for name, form in _FORMS.items()}
        return Settings(**read)

    def _one(self, name: str, parse: Callable[[str], Parsed]) -> Parsed:
        try:
            return parse(self.text[name])
        except ValueError as fault:
            self.fault(name, str(fault))
            return parse(DEFAULTS[name])

    def fault(self, name: str, why: str) -> None:
        """Note a fault, once for each name."""
        if not any(known.name == name for known in self.faults):
            self.faults.append(SettingFault(name, why))

    def check_together(self, settings: Settings) -> None:
        """Note what each setting by itself cannot show."""
        self._check_credentials(settings)
        if not any(self.text[name] for name in ("TELEGRAM_BOT_TOKEN", *SMS_CREDENTIALS.values())):
            return
        self._check_needs_of_a_service(settings)
        self._check_webhook(settings)
        if settings.sandbox_clock_url and not (
            settings.loopback and forms.is_loopback(settings.sandbox_clock_url)
        ):
            self.fault("SANDBOX_CLOCK_URL", "only beside gateways on this machine; empty it for real people")
        if settings.documents_url and not self.text["DOCUMENTS_TOKEN"]:
            self.fault("DOCUMENTS_TOKEN", "is missing; the service of digital documents knows us by it")
        if settings.monitoring_url and not self.text["MONITORING_TOKEN"]:
            self.fault("MONITORING_TOKEN", "is missing; the monitoring system knows us by it")
        if settings.live:
            self._check_needs_of_a_live_service(settings)

    def _check_credentials(self, settings: Settings) -> None:
        telegram = "TELEGRAM_BOT_TOKEN"
        for gateway, credential in SMS_CREDENTIALS.items():
            if self.text[credential] and not self.text[telegram]:
                self._fault_of_one(telegram, credential)
            elif self.text[telegram] and not self.text[credential] and gateway in settings.sms_gateways:
                self._fault_of_one(credential, telegram)

    def _fault_of_one(self, missing: str, there: str) -> None:
        self.fault(missing, f"is missing, though {there} is set; set both, or neither for the sandbox")
        self.fault(there, f"is set without {missing}; set both, or neither for the sandbox")

    def _check_needs_of_a_service(self, settings: Settings) -> None:
        needs = {"REGISTRY_KEY": "is missing; 1:<base64>, made by `openssl rand -base64 32`"}
        for gateway in settings.sms_gateways:
            needs |= NEEDS_OF_GATEWAYS[gateway]
        for name, why in needs.items():
            if not self.text[name]:
                self.fault(name, why)

    def _check_webhook(self, settings: Settings) -> None:
        if self.text["TELEGRAM_WEBHOOK_URL"] and not self.text["TELEGRAM_WEBHOOK_SECRET"]:
            self.fault("TELEGRAM_WEBHOOK_SECRET", "is missing; a webhook without it accepts anybody's words")
        if self.text["TELEGRAM_WEBHOOK_URL"] and urlsplit(settings.telegram_webhook_url).path != WEBHOOK_PATH:
            self.fault("TELEGRAM_WEBHOOK_URL", f"must end in {WEBHOOK_PATH}, where the bot takes updates")

    def _check_needs_of_a_live_service(self, settings: Settings) -> None:
        for name in ("TELEGRAM_WEBHOOK_URL", "PUBLIC_URL"):
            if self.text[name] and not self.text[name].startswith("https://"):
                self.fault(name, "must begin with https:// for real people")
        addresses = {"TELEGRAM_API_URL": settings.telegram_api_url}
        if "twilio" in settings.sms_gateways:
            addresses["TWILIO_API_URL"] = settings.twilio_api_url
        for name, url in addresses.items():
            if not url.startswith("https://") and not forms.is_loopback(url):
                self.fault(name, "must begin with https://: the credentials would travel in the clear")
        if forms.is_loopback(addresses.get("TWILIO_API_URL", "")):
            self.fault("TWILIO_API_URL", "is on this machine while TELEGRAM_API_URL is not; use both or none")
        if not settings.public_url:
            self.fault("PUBLIC_URL", "is missing; delivery reports of SMS arrive there")
        if not self.text["CARD_FIELDS_ABROAD"]:
            self.fault("CARD_FIELDS_ABROAD", f"is missing; choose of {','.join(CARD_FIELDS)}, or none")
