"""The monthly sheet before it is a picture or a table: its figures, and every word on it in one language.

Nothing here does I/O.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.monthly.figures import Answers, Figures, RefusalGroup
from bot.monthly.month import Month
from dialogs.engine import T
from locales import MissingWords, render
from rules.clinics import Clinic
from rules.people import Language
from rules.public_services import PublicService
from rules.survey import Shares, services_of, shown_from


@dataclass(frozen=True, slots=True)
class Sheet:
    """A clinic's figures of a month for one reader; ``made_at`` (aware) is when they were counted."""

    clinic: Clinic
    month: Month
    figures: Figures
    made_at: datetime
    language: Language

    @property
    def title(self) -> str:
        """What it is."""
        return self.say("figures.title")

    @property
    def month_words(self) -> str:
        """Which month, as a heading."""
        words = self.say("figures.month", first=self.month.first)
        return words[:1].upper() + words[1:]

    @property
    def notes(self) -> tuple[str, ...]:
        """Whose it is, when it was counted, and whether the month was over then."""
        made = self.clinic.local(self.made_at)
        notes = [
            self.say("figures.clinic", clinic=self.clinic.name(self.language)),
            self.say("figures.made", made=made),
        ]
        if made.date() <= self.month.last:
            notes.append(self.say("figures.unfinished"))
        return tuple(notes)

    @property
    def hides(self) -> bool:
        """True if some group of refusals is too small to be shown."""
        return any(group.count is None for group in self.figures.refusals)

    @property
    def too_few(self) -> tuple[str, ...]:
        """The grounds of each service on which too few were refused to say how many, a line a service."""
        by_service: dict[str, list[str]] = {}
        for group in self.figures.refusals:
            if group.count is None:
                by_service.setdefault(group.service, []).append(self.ground(group.ground))
        return tuple(
            self.say("figures.few_of", service=self.service(service), grounds=", ".join(grounds))
            for service, grounds in by_service.items()
        )

    def refused(self, group: RefusalGroup) -> str:
        """On which ground, of which service."""
        ground, service = self.ground(group.ground), self.service(group.service)
        return self.say("figures.refused", ground=ground, service=service)

    def say(self, key: str, **values: str | int | datetime | object) -> str:
        """The words under that key."""
        return render(T(key, **values), self.language)  # type: ignore[arg-type]  # values of every kind

    def service(self, name: str) -> str:
        """The service by its official name."""
        return self._word(T(f"journal.service.{name}"), name)

    def ground(self, name: str) -> str:
        """The ground by its short name."""
        return self._word(T(f"staff.ground.{name}"), name)

    def count(self, count: int | None) -> str:
        """A number of people, in words where it is too small to be shown."""
        return self.say("figures.few") if count is None else str(count)

    def percent(self, percent: int | None) -> str:
        """A share, a dash where there is nothing to share."""
        return "–" if percent is None else self.say("figures.share", percent=percent)

    def ways(self, answers: Answers) -> tuple[tuple[str, int], ...]:
        """What became of requests: words and number of each."""
        return (
            (self.say("figures.in_time"), answers.in_time),
            (self.say("figures.late"), answers.late),
            (self.say("figures.waiting"), answers.waiting),
            (self.say("figures.withdrawn"), answers.withdrawn),
        )

    @property
    def appointments(self) -> tuple[tuple[str, int], ...]:
        """What became of the month's appointments."""
        outcomes = self.figures.outcomes
        return self._worded(came=outcomes.came, missed=outcomes.missed, not_noted=outcomes.not_noted)

    @property
    def missed_share(self) -> str:
        """Which share of the appointments with an outcome was missed; nothing where there is none."""
        percent = self.figures.outcomes.percent_missed
        return "" if percent is None else self.say("figures.missed_share", percent=percent)

    @property
    def home_visits(self) -> tuple[tuple[str, int], ...]:
        """What became of the visits to the home."""
        outcomes = self.figures.outcomes
        return self._worded(visited=outcomes.visited, not_home=outcomes.not_home, denied=outcomes.denied)

    @property
    def survey(self) -> tuple[tuple[PublicService, Shares | None], ...]:
        """What was answered about each service; None where too few did. Empty while it is not shown yet."""
        survey = self.figures.survey
        if survey is None:
            return ()
        return tuple((one, survey.of_clinic(one, self.clinic.no)) for one in services_of(self.clinic))

    @property
    def survey_notes(self) -> tuple[str, ...]:
        """From when the answers are shown, or of which services too few answered."""
        if self.figures.survey is None:
            day = shown_from(f"{self.month.first:%Y-%m}").date()
            return (self.say("figures.survey_waits", day=day),)
        few = [self.surveyed(service) for service, shares in self.survey if shares is None]
        return (self.say("figures.survey_few", services=", ".join(few)),) if few else ()

    def surveyed(self, service: PublicService) -> str:
        """The service as the survey named it."""
        words = self.say(f"service.{service}")
        return words[:1].upper() + words[1:]

    def _worded(self, **counts: int) -> tuple[tuple[str, int], ...]:
        return tuple((self.say(f"figures.{name}"), count) for name, count in counts.items())

    def _word(self, words: T, code: str) -> str:
        """A code that is newer than the words stands as it is: nothing is left out."""
        try:
            return render(words, self.language)
        except MissingWords:
            return code
