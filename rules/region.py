"""What differs by region: ways to sign, the form of the result, the act whose steps are counted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Final

from rules.law import Service, Source, rule
from rules.sources import aktobe_home_call, house_default
from rules.stages import Path


class AuthMethod(StrEnum):
    """How a citizen signs: the digital signature (ЭЦП, ЭЦҚ), a one-time code, a reply to an SMS."""

    SIGNATURE = "signature"
    CODE = "code"
    SMS_REPLY = "sms_reply"


class ResultForm(StrEnum):
    """What an electronic request ends in: a status in the cabinet, or also a signed certificate."""

    STATUS = "status"
    CERTIFICATE = "certificate"


CODE_AND_REPLY: Final = frozenset({AuthMethod.CODE, AuthMethod.SMS_REPLY})
SIGNATURE_ONLY: Final = frozenset({AuthMethod.SIGNATURE})

# Attachment ends in a certificate (the talon) everywhere: Almaty decree № 3/561 of 2013, attachment cl. 8.
_FORMS: Final[Mapping[Service, frozenset[ResultForm]]] = {
    Service.HOME_CALL: frozenset({ResultForm.STATUS}),
    Service.APPOINTMENT: frozenset({ResultForm.STATUS}),
    Service.ATTACHMENT: frozenset({ResultForm.STATUS, ResultForm.CERTIFICATE}),
}


@dataclass(frozen=True, slots=True)
class RegionLaw:
    """The law of one region from one day on; the defaults are this project's."""

    name: str = "almaty"
    since: date = date(2020, 11, 13)
    source: Source = field(default_factory=lambda: house_default("X-04, X-02"))
    auth_methods: Mapping[Service, frozenset[AuthMethod]] = field(
        default_factory=lambda: dict.fromkeys(Service, CODE_AND_REPLY)
    )
    result_forms: Mapping[Service, frozenset[ResultForm]] = field(default_factory=lambda: dict(_FORMS))
    path: Path = Path.ALMATY_CITIZEN

    @rule("X-04", "SG-01", "HC-05", "AP-15")
    def may_sign_by(self, service: Service, method: AuthMethod) -> bool:
        """True if a request for that service may be signed in that way here."""
        return method in self.auth_methods[service]

    @rule("HC-12", "HC-13", "AT-13", "RF-01", "RF-02", "RF-03", "X-02", "X-03", "X-41")
    def forms_of_result(self, service: Service) -> frozenset[ResultForm]:
        """The forms of the result; the status is always among them."""
        return self.result_forms[service] | {ResultForm.STATUS}

    @rule("HC-12", "AP-09", "RF-01", "RF-02", "X-02", "X-03")
    def certifying(self, services: Iterable[Service]) -> "RegionLaw":
        """The same law where the results of ``services`` end in a certificate beside their status."""
        both = dict.fromkeys(services, frozenset(ResultForm))
        return replace(self, result_forms={**self.result_forms, **both})


ALMATY: Final = RegionLaw()
AKTOBE: Final = RegionLaw(name="aktobe", source=aktobe_home_call("cl. 3, 4"), path=Path.AKTOBE_CITIZEN)
REGIONS: Final = (ALMATY, AKTOBE)


class UnknownRegion(ValueError):
    """No law is kept for a region of that name; carries the name, which is the operator's own."""


@rule("X-01")
def region_law(name: str, day: date, regions: tuple[RegionLaw, ...] = REGIONS) -> RegionLaw:
    """The newest law of that region already in force on that day. Raises UnknownRegion."""
    known = [region for region in regions if region.name == name and region.since <= day]
    if not known:
        raise UnknownRegion(name)
    return max(known, key=lambda region: region.since)
