"""Faults on demand: what Telegram and Twilio do on a bad day."""

from dataclasses import dataclass, field, fields
from enum import StrEnum
from itertools import count
from typing import Any, Final

from sandbox.wire import Json


class FaultKind(StrEnum):
    TELEGRAM_429 = "telegram_429"
    TELEGRAM_DOWN = "telegram_down"
    TELEGRAM_DELAY = "telegram_delay"
    SMS_ERROR = "sms_error"
    SMS_UNDELIVERED = "sms_undelivered"
    SMS_429 = "sms_429"
    SMS_TIMEOUT = "sms_timeout"
    TWILIO_DOWN = "twilio_down"


@dataclass(slots=True)
class Fault:
    """One fault. `calls`: how many calls it spoils, None for all until cleared.

    `chat_id`, `method` (Telegram) and `phone` (Twilio, E.164) narrow it down when given. `code` is Twilio's
    error code, `status` the final one of an undelivered message, `how` is "502" or "drop" for an outage.
    """

    kind: FaultKind
    calls: int | None = None
    chat_id: int | None = None
    method: str = ""
    phone: str = ""
    seconds: float = 0.0
    retry_after: int = 5
    code: int = 0
    status: str = "undelivered"
    how: str = "502"
    number: int = field(default=0)

    def shown(self) -> Json:
        return {entry.name: getattr(self, entry.name) for entry in fields(self)}


_FIELDS: Final = {entry.name for entry in fields(Fault)} - {"number"}


class FaultBoard:
    """The faults in force; with none in force every question costs one look at an empty list."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self._numbers = count(1)

    def add(self, wanted: dict[str, Any]) -> Fault:
        """Adds a fault from its JSON; raises ValueError that names what is wrong in it."""
        unknown = sorted(set(wanted) - _FIELDS)
        if unknown:
            raise ValueError(f"unknown fields of a fault: {', '.join(unknown)}")
        if wanted.get("kind") not in list(FaultKind):
            raise ValueError(f"kind must be one of: {', '.join(FaultKind)}")
        fault = Fault(**{**wanted, "kind": FaultKind(wanted["kind"]), "number": next(self._numbers)})
        self.faults.append(fault)
        return fault

    def clear(self, number: int | None = None) -> None:
        self.faults = [fault for fault in self.faults if number is not None and fault.number != number]

    def telegram(self, kind: FaultKind, method: str, chat_id: str) -> Fault | None:
        """The fault that spoils this call, used up by one."""
        for fault in self.faults:
            if fault.kind is kind and _touches(fault, method, chat_id):
                return self._spend(fault)
        return None

    def twilio(self, kind: FaultKind, phone: str) -> Fault | None:
        """As `telegram`, for a message to a phone."""
        for fault in self.faults:
            if fault.kind is kind and fault.phone in {"", phone}:
                return self._spend(fault)
        return None

    def telegram_is_down(self) -> Fault | None:
        """The outage in force, if any; asking does not use it up."""
        return next((fault for fault in self.faults if fault.kind is FaultKind.TELEGRAM_DOWN), None)

    def _spend(self, fault: Fault) -> Fault:
        if fault.calls is not None:
            fault.calls -= 1
            if fault.calls <= 0:
                self.faults.remove(fault)
        return fault


def _touches(fault: Fault, method: str, chat_id: str) -> bool:
    if fault.chat_id is not None and str(fault.chat_id) != chat_id:
        return False
    if fault.method:
        return fault.method.lower() == method
    return fault.kind is not FaultKind.TELEGRAM_429 or method != "getupdates"
