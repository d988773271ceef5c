"""Asks whoever asked for a service how it was: an hour after its end, once, by day; the end of every service.

Once a minute it is looked what has ended: no service has to tell, and what ended while nothing ran is found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.channels.painting import notice
from bot.channels.sms import sms_parcel
from bot.channels.telegram import parcel_for
from bot.talk.reply_codes import Question, reply_code
from bot.ticks import Handler
from dialogs.actions import decline_survey, grade_survey, survey_later
from dialogs.engine import Option, T
from dialogs.engine.words import Value
from locales import render
from rules.clinics import Clinic
from rules.days import COUNTRY_ZONE
from rules.law import rule
from rules.quiet_hours import MessageKind, may_be_sent_at
from rules.survey import Grade, SurveyQuestion, asked_again_at, asks_after, is_asked, questions
from storage import due, surveys
from storage.addresses import Address
from storage.database import Reader, Tx
from storage.keys import KeyRing
from storage.outbox import Parcel
from storage.registry import Directory
from storage.surveys import Ended, Survey

ROUND: Final = "survey_round"
"""Due kind, subject 0: what has ended is looked for."""

AGAIN: Final = "survey_again"
"""Due kind, subject a survey: somebody wanted to be asked once more."""

KIND: Final = surveys.INVITATION
REPLIED: Final = "survey_reply"
"""The kind of what answers a reply by SMS: whoever wrote waits for it, by night too."""

_EVERY: Final = timedelta(minutes=1)
_NO_SUBJECT: Final = 0


@dataclass(frozen=True, slots=True)
class SurveyAsking:
    """The handlers of two kinds of moments, and the words of what is sent."""

    directory: Directory

    def handlers(self) -> dict[str, Handler]:
        """The kinds of due rows, and who does them."""
        return {ROUND: self.look, AGAIN: self.ask_again}

    async def begin(self, tx: Tx, now: datetime) -> None:
        """Look from now on. Twice: the moment that is set stays."""
        due.begin(tx, ROUND, _NO_SUBJECT, now)

    @rule("G-64", "G-47")
    async def look(self, tx: Tx, subject: int, now: datetime) -> Sequence[Parcel]:
        """Ask about everything that ended an hour ago; by night it waits. Twice: each is asked about once."""
        due.set_due(tx, ROUND, subject, now + _EVERY)
        over = await surveys.ended(tx, now)
        await self.directory.refresh(tx)
        asked = [await self._ask(tx, one, now) for one in over if self._is_due(one, now)]
        return tuple(parcel for parcel in asked if parcel is not None)

    @rule("G-64")
    async def ask_again(self, tx: Tx, survey_id: int, now: datetime) -> Sequence[Parcel]:
        """Ask whoever pressed "later" once more, unless they have answered meanwhile, or it is closed."""
        survey = await surveys.by_id(tx, survey_id)
        if survey is None or survey.state != "later" or not survey.is_open(now) or survey.chat is None:
            return ()
        morning = may_be_sent_at(MessageKind.REMINDER, now, self.zone(survey.clinic_no))
        if morning > now:
            due.set_due(tx, AGAIN, survey_id, morning)
            return ()
        return (self._in_chat(survey, survey.chat),)

    async def put_off(self, tx: Tx, survey: Survey, now: datetime) -> bool:
        """Set when they are asked once more. False where that is not to be: the second time, or too late."""
        again = asked_again_at(now, survey.open_until, self.zone(survey.clinic_no))
        if again is None or not await surveys.put_off(tx, survey.id, now):
            return False
        due.set_due(tx, AGAIN, survey.id, again)
        return True

    def replied(self, keys: KeyRing, survey: Survey, phone: str, key: str, dedupe: str) -> Parcel:
        """What an SMS says of what became of a reply."""
        text = self._short(keys, survey, key)
        return sms_parcel(phone, text, kind=REPLIED, dedupe=dedupe)

    def _by_sms(self, keys: KeyRing, survey: Survey, phone: str) -> Parcel:
        text, once = self._short(keys, survey, "sms.survey"), surveys.sms_key(survey.id)
        return sms_parcel(phone, text, kind=KIND, dedupe=once, expires_at=survey.open_until)

    def _short(self, keys: KeyRing, survey: Survey, key: str) -> str:
        values = self._values(survey) | {"reply": code_of(keys, survey)}
        return render(T(key, **values), survey.locale, short=True)

    async def clinic(self, reader: Reader, clinic_no: int) -> Clinic | None:
        """Who gave the service; None where no clinic did."""
        await self.directory.refresh(reader)
        return self.directory.clinics.get(clinic_no)

    def zone(self, clinic_no: int) -> ZoneInfo:
        """The zone of whoever gave the service."""
        clinic = self.directory.clinics.get(clinic_no)
        return COUNTRY_ZONE if clinic is None else ZoneInfo(clinic.zone)

    def _is_due(self, over: Ended, now: datetime) -> bool:
        return asks_after(over.status) and is_asked(over.ended_at, now, self.zone(over.clinic_no))

    async def _ask(self, tx: Tx, over: Ended, now: datetime) -> Parcel | None:
        survey = await surveys.ask(tx, over, now)
        if survey is None:
            return None
        if survey.chat is not None:
            return self._in_chat(survey, survey.chat)
        return self._by_sms(tx.keys, survey, over.told_at.key)

    @rule("SV-01", "SV-02", "SV-03")
    def _in_chat(self, survey: Survey, chat: str) -> Parcel:
        """The first question with its answers stands in the invitation: two taps are all there is to it."""
        first, values = questions()[0], self._values(survey)
        words = (
            T("survey.invitation", **values),
            T("survey.heading", **values),
            T(f"survey.{first}", no=1),
        )
        grades = tuple(grade_survey(survey.id, grade) for grade in sorted(Grade, reverse=True))
        leads: tuple[Option, ...] = (*grades, survey_later(survey.id), decline_survey(survey.id))
        screen = notice(words, leads, lambda sentence: render(sentence, survey.locale))
        expires = survey.open_until
        address = Address("telegram", chat)
        return parcel_for(address, screen, kind=KIND, request_id=survey.matter_id, expires_at=expires)

    def _values(self, survey: Survey) -> dict[str, Value]:
        return {
            "number": survey.number,
            "service": T(f"service.{survey.service}"),
            "until": survey.open_until.astimezone(self.zone(survey.clinic_no)),
        }


def code_of(keys: KeyRing, survey: Survey) -> str:
    """The three digits that an SMS reply to this survey begins with."""
    return reply_code(keys, Question(KIND, survey.id, 0))


def answers_of(first: Grade, second: Grade) -> dict[SurveyQuestion, Grade]:
    """The grades by their questions, in the order of the form."""
    return dict(zip(questions(), (first, second), strict=True))
