"""What a registrar can begin: a service, in the language of whoever came or called."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

import locales
from bot.channels.screens import Button, Screen
from dialogs.engine import T
from rules.channels import Channel, channels_of
from rules.clinics import Clinic
from rules.desk import WAITED
from rules.law import Service, rule
from rules.people import Language

COMMANDS: Final[Mapping[str, Channel]] = {"phone": Channel.PHONE, "desk": Channel.DESK}
ACTION: Final = "desk"


@dataclass(frozen=True, slots=True)
class Begun:
    """What a button of the menu begins; ``waited`` is None while it was not asked, in minutes."""

    channel: Channel
    clinic_no: int
    service: Service
    locale: Language
    waited: int | None = None

    @classmethod
    def of(cls, action_id: str) -> Begun | None:
        """Read a pressed button; None for one that is forged, or of a form long gone."""
        name, *parts = action_id.split(":")
        try:
            channel, clinic, service, locale, *waited = parts
            begun = cls(
                Channel(channel),
                int(clinic),
                Service(service),
                "kk" if locale == "kk" else "ru",
                int(waited[0]) if waited else None,
            )
        except ValueError:
            return None
        held = name == ACTION and begun.channel in channels_of(begun.service)
        return begun if held and begun.waited in (None, *WAITED) else None

    def __str__(self) -> str:
        parts = [ACTION, self.channel.value, str(self.clinic_no), self.service.value, self.locale]
        return ":".join(parts if self.waited is None else [*parts, str(self.waited)])


@rule("HC-02", "AP-03", "AT-01", "AU-22", "X-22")
def services(channel: Channel, clinics: Collection[Clinic], language: Language) -> Screen:
    """The services that the law gives that way, each in both languages; by clinic where there are two."""
    rows = tuple(
        tuple(
            _button(Begun(channel, clinic.no, service, name), clinics, clinic, language)
            for name in locales.LOCALES
        )
        for clinic in clinics
        for service in Service
        if channel in channels_of(service)
    )
    return Screen(locales.render(T(f"desk_case.begin_{channel}"), language), rows)


@rule("AP-05", "X-30")
def waited(begun: Begun, language: Language) -> Screen:
    """How long the person has waited in the line: of that the house knows nothing by itself."""
    buttons = tuple(
        Button(
            locales.render(T("button.waited", minutes=minutes), language),
            f"a:{Begun(begun.channel, begun.clinic_no, begun.service, begun.locale, minutes)}",
        )
        for minutes in WAITED
    )
    rows = tuple(buttons[at : at + 3] for at in range(0, len(buttons), 3))
    return Screen(locales.render(T("desk_case.waited"), language), rows)


def _button(begun: Begun, clinics: Collection[Clinic], clinic: Clinic, language: Language) -> Button:
    values = {"service": T(f"button.desk_{begun.service}"), "language": T(f"desk_case.in_{begun.locale}")}
    label = T("desk_case.begin", **values)
    if len(clinics) > 1:
        label = T("desk_case.begin_at", clinic=clinic.short(language), **values)
    return Button(locales.render(label, language), f"a:{begun}")
