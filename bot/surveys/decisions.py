"""Decides what the dialogs of the survey submit; an answer counts only in the chat that was asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias, assert_never

from bot.complaints.feedback import to_officers
from bot.staff.cards import Cards
from bot.surveys.asking import SurveyAsking, answers_of
from bot.talk.standing import Decided, Pressed
from dialogs.drafts import (
    OpenSurveyDraft,
    SurveyDeclinedDraft,
    SurveyDraft,
    SurveyLaterDraft,
    SurveyWordsDraft,
)
from dialogs.engine import Json
from rules.survey import Grade
from storage import feedback, surveys
from storage.database import Tx
from storage.instants import micros
from storage.outbox import Parcel
from storage.surveys import Survey

Draft: TypeAlias = OpenSurveyDraft | SurveyDraft | SurveyLaterDraft | SurveyDeclinedDraft | SurveyWordsDraft

_NOT_YOURS: Final[Json] = {"outcome": "not_yours"}


@dataclass(frozen=True, slots=True)
class SurveyDecisions:
    """One method for each kind of draft; ``page`` is the address of the page of the figures, "" for none."""

    asking: SurveyAsking
    cards: Cards
    page: str

    async def decide(self, tx: Tx, draft: Draft, pressed: Pressed) -> Decided:
        """Do what ``draft`` says."""
        survey = await surveys.by_id(tx, draft.survey_id)
        if survey is None or pressed.address.channel != "telegram" or survey.chat != pressed.address.key:
            return Decided(_NOT_YOURS)
        low, parcels = False, tuple[Parcel, ...]()
        match draft:
            case OpenSurveyDraft():
                outcome = "open" if survey.is_open(pressed.now) else _why_not(survey)
            case SurveyDraft(grades=(first, second)):
                outcome = await self._count(tx, survey, Grade(first), Grade(second), pressed)
                low = Grade.NOT_SATISFIED in (first, second)
            case SurveyLaterDraft():
                outcome = await self._put_off(tx, survey, pressed)
            case SurveyDeclinedDraft():
                declined = await surveys.decline(tx, survey.id, pressed.now)
                outcome = "declined" if declined or survey.state == "declined" else _why_not(survey)
            case SurveyWordsDraft(words=words):
                outcome, parcels = await self._write(tx, survey, words, pressed)
            case _:
                assert_never(draft)
        return Decided(self._receipt(survey, outcome) | {"low": low}, parcels)

    async def _count(self, tx: Tx, survey: Survey, first: Grade, second: Grade, pressed: Pressed) -> str:
        counted = await surveys.count(tx, survey, answers_of(first, second), pressed.now)
        return "counted" if counted else _why_not(survey)

    async def _put_off(self, tx: Tx, survey: Survey, pressed: Pressed) -> str:
        if not survey.is_open(pressed.now):
            return _why_not(survey)
        return "later" if await self.asking.put_off(tx, survey, pressed.now) else "later_again"

    async def _write(
        self, tx: Tx, survey: Survey, words: str, pressed: Pressed
    ) -> tuple[str, tuple[Parcel, ...]]:
        """Keep the words for the clinic, without anybody's name, and tell who reads them. Twice: once."""
        clinic = await self.asking.clinic(tx, survey.clinic_no)
        if survey.state != "answered" or clinic is None:
            return "not_yours", ()
        if not await surveys.wrote(tx, survey.id, pressed.now):
            return "written_before", ()
        service = survey.service
        feedback.keep(tx, clinic.no, words, pressed.locale, pressed.now, source="survey", service=service)
        return "written", await to_officers(tx, clinic, self.cards, pressed.now)

    def _receipt(self, survey: Survey, outcome: str) -> dict[str, Json]:
        return {
            "outcome": outcome,
            "survey_id": survey.id,
            "matter": survey.matter,
            "matter_id": survey.matter_id,
            "number": survey.number,
            "service": survey.service.value,
            "clinic_no": survey.clinic_no,
            "wrote": survey.wrote_at is not None,
            "until_us": micros(survey.open_until),
            "page": self.page,
        }


def _why_not(survey: Survey) -> str:
    """The first answer counts; what is not answered was closed."""
    return "answered" if survey.state == "answered" else "closed"
