"""Who plays in the golden transcripts: a family that speaks Kazakh, and one that speaks Russian."""

from dataclasses import dataclass

import pytest

from rules.people import Language
from tests.town import Person, RunningTown


@dataclass(frozen=True)
class Cast:
    """A caller with a child, in one language; ``clinic`` and ``child_clinic`` have staff that answer."""

    language: Language
    caller: str
    clinic: int
    child: str
    child_clinic: int
    other_child: str
    other: str
    other_name: str
    other_clinic: int
    attached_nowhere: str
    own_words: str
    typed_address: str
    typed_doctor: str

    async def enter(self, town: RunningTown) -> Person:
        """The caller, with the group of the clinic in view."""
        caller = await town.citizen(self.caller)
        town.watch_group(self.clinic)
        return caller

    def clinic_name(self, clinic_no: int) -> str:
        """A clinic as the buttons name it."""
        return f"№ {clinic_no} емхана" if self.language == "kk" else f"Поликлиника № {clinic_no}"

    def name(self, scene: str) -> str:
        """The name of the golden file of a scene."""
        return f"{scene}.{self.language}"


KAZAKH = Cast(
    language="kk",
    caller="880412294549",
    clinic=5,
    child="Амина, 2021",
    child_clinic=31,
    other_child="190201197065",
    other="580203293006",
    other_name="Сейітова Күләш",
    other_clinic=5,
    attached_nowhere="530820198889",
    own_words="Үшінші күн қызуы 39, жөтеледі",
    typed_address="Абай даңғылы, 10-үй, 25-пәтер, 2-кіреберіс, 4-қабат",
    typed_doctor="Ахметова Айгүл Болатқызы",
)
RUSSIAN = Cast(
    language="ru",
    caller="930303293163",
    clinic=4,
    child="Марк, 2024",
    child_clinic=4,
    other_child="230423298011",
    other="900725297363",
    other_name="Иванова Ольга",
    other_clinic=5,
    attached_nowhere="750515194784",
    own_words="Третий день температура 39, кашель",
    typed_address="проспект Абая, дом 10, кв. 25, подъезд 2, этаж 4",
    typed_doctor="Ахметова Айгуль Болатовна",
)

in_both_languages = pytest.mark.parametrize(
    "cast", [KAZAKH, RUSSIAN], ids=[KAZAKH.language, RUSSIAN.language]
)
