"""The receipt of a complaint as a message of its own, for whoever was to be told later who accepted it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot.channels.painting import notice
from bot.channels.telegram import parcel_for
from bot.sending.by_day import by_day
from dialogs.actions import MENU, complaint_of
from dialogs.complaint_receipt import receipt_words
from locales import render
from rules.clinics import Clinic
from rules.law import rule
from storage.complaints import Complaint
from storage.outbox import Parcel

KIND: Final = "complaint_receipt"


@rule("CO-05", "G-58")
def receipt_parcel(
    complaint: Complaint, clinic: Clinic, answer_due: date, now: datetime
) -> tuple[Parcel, ...]:
    """The receipt into the chat that the complaint came from; nothing where it came on paper. Twice: once."""
    if complaint.chat is None:
        return ()
    words = receipt_words(
        clinic, complaint.number, complaint.filed_at, complaint.official, answer_due, complaint.answer_way
    )
    leads = (complaint_of(complaint.id), MENU)
    screen = notice(words, leads, lambda sentence: render(sentence, complaint.locale))
    named = "named" if complaint.official else "unnamed"
    dedupe = f"{KIND}:{complaint.id}:{named}"
    parcel = parcel_for(complaint.chat, screen, kind=KIND, dedupe=dedupe, request_id=complaint.id)
    return by_day((parcel,), now, ZoneInfo(clinic.zone))
