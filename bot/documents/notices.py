"""What the holder of a document is told: that it was shown, or that the paper one is needed.

In the chat that has confirmed who they are, else by SMS to the registered phone and to no other (S1).
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from bot.channels.painting import notice
from bot.channels.sms import sms_parcel
from bot.channels.telegram import parcel_for
from bot.documents.pages import kind_words
from bot.sending.by_day import by_day
from dialogs.actions import MENU
from dialogs.engine import T
from dialogs.engine.words import Value
from locales import render
from rules.clinics import Clinic
from rules.days import COUNTRY_ZONE
from rules.law import rule
from rules.third_party import Matter
from storage import consent_requests, documents, people
from storage.database import Reader
from storage.documents import DocumentRequest
from storage.outbox import Parcel

KIND: Final = "document_notice"

SHOWN: Final = "shown"
NO_CONSENT: Final = "no_consent"
NOT_IN_APP: Final = "not_in_app"
NO_DOCUMENT: Final = "no_document"

_LED: Final = frozenset({NOT_IN_APP, NO_DOCUMENT})
"""What is followed by how a digital document is opened (DD-04)."""


@rule("DD-03", "DD-04")
async def holder_told(
    reader: Reader, document: DocumentRequest, clinic: Clinic, what: str, now: datetime
) -> tuple[Parcel, ...]:
    """What is owed to whoever was asked; nothing where nobody was, so that it is no way to write to people.

    What if it runs twice: told once.
    """
    asked = await consent_requests.of_matter(reader, Matter.DOCUMENT, document.id)
    if asked is None or not asked.reached or asked.answers_id is None:
        return ()
    holder = await people.by_id(reader, int(asked.answers_id))
    if holder is None:
        return ()
    chat = await documents.holder_chat(reader, int(holder.id), document.staff_id)
    language = holder.language if chat is None else chat[1] or holder.language
    values: dict[str, Value] = {
        "number": document.number,
        "document": kind_words(document.kind),
        "clinic": clinic.short(language),
    }
    once = f"document_{what}:{document.id}"
    if chat is not None:
        words = [T(f"digital.{what}", **values), *([T("digital.how")] if what in _LED else [])]
        screen = notice(words, (MENU,), lambda sentence: render(sentence, language))
        return by_day((parcel_for(chat[0], screen, kind=KIND, dedupe=once),), now, COUNTRY_ZONE)
    if holder.phone is None:
        return ()
    text = render(T(f"sms.document_{what}", **values), language)
    return by_day((sms_parcel(holder.phone.e164, text, kind=KIND, dedupe=once),), now, COUNTRY_ZONE)
