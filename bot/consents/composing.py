"""The words in which a person is asked for their consent: by SMS, once more by SMS, and in their own chat.

No SMS names a centre or a document of somebody's health (S27): what is asked for stands in the chat and in
the cabinet, and 1414 reads it out.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

import locales
from bot.channels.painting import notice
from bot.channels.telegram import parcel_for
from dialogs.actions import agree, block_asker, refuse
from dialogs.engine import T
from dialogs.engine.words import Value
from otp.third_party import Asked
from rules.consent import ConsentText
from rules.days import COUNTRY_ZONE
from rules.law import rule
from rules.third_party import text_of
from storage.outbox import Parcel

REQUEST: Final = "consent"
"""The kind of an SMS that holds the code of a consent: its body is erased once it was sent."""

NOTICE: Final = "notice.consent"
HINT: Final = "consent_hint"
"""What is said to the phone about a request for consent, without a code."""

LONGEST_NAME: Final = 21
LONGEST_CHILD: Final = 10
"""As much of an asker's name, and of a child's, as fits into two parts beside everything else."""

_REMINDER: Final = "sms.consent_again"


class ConsentWords:
    """Composes what goes out when somebody's consent is asked for."""

    def shown(self, asked: Asked, code: str) -> str:
        """The SMS and the notice, as the record keeps them (S28)."""
        notice_text = (locales.render(one, asked.language) for one in _notice(asked))
        return "\n\n".join((_sms(asked, code), *notice_text))

    def parcels(self, asked: Asked, code: str) -> tuple[Parcel, ...]:
        """The SMS, its reminder half-way, and the notice: at night they wait for the morning (G-47)."""
        reminded_at = asked.times.reminded_at
        again = () if reminded_at is None else (_to_phone(asked, code, reminded_at, "again"),)
        return (_to_phone(asked, code, asked.times.sent_at, "first"), *again, _in_chat(asked))


def _to_phone(asked: Asked, code: str, at: datetime, which: str) -> Parcel:
    """One of the two SMS; both are put down at once, so that the code lies nowhere but in the outbox."""
    text = _sms(asked, code) if which == "first" else _reminder(asked, code)
    return Parcel(
        asked.phone,
        REQUEST,
        {"text": text},
        dedupe=f"{REQUEST}:{asked.request_id}:{which}",
        challenge_id=asked.challenge_id,
        not_before=at,
        expires_at=asked.times.ends_at,
    )


def _in_chat(asked: Asked) -> Parcel:
    """The notice, whose first line says nothing of what it is about (S27)."""
    request_id = asked.request_id
    leads = (agree(request_id), refuse(request_id), block_asker(request_id))
    return parcel_for(
        asked.chat,
        notice(_notice(asked), leads, lambda sentence: locales.render(sentence, asked.chat_language)),
        kind=NOTICE,
        dedupe=f"{NOTICE}:{request_id}",
        challenge_id=asked.challenge_id,
        not_before=asked.times.sent_at,
        expires_at=asked.times.ends_at,
    )


def _sms(asked: Asked, code: str) -> str:
    return _said(f"sms.{_text(asked).words_key}", asked, code)


def _reminder(asked: Asked, code: str) -> str:
    return _said(_REMINDER, asked, code)


def _said(key: str, asked: Asked, code: str) -> str:
    values = _values(asked, asked.wanted.asker_name[:LONGEST_NAME], (asked.child or "")[:LONGEST_CHILD])
    return locales.render(T(key, code=code, **values), asked.language, short=True)


def _notice(asked: Asked) -> tuple[T, ...]:
    wanted = asked.wanted
    values = _values(asked, wanted.asker_name, asked.child or "")
    until = asked.times.ends_at.astimezone(COUNTRY_ZONE)
    return (
        T("third_party.first_line", number=wanted.number),
        T(_text(asked).words_key, **values, what=T(f"third_party.what.{wanted.what}")),
        T("third_party.until", until=until),
        T("third_party.how"),
    )


@rule("G-37")
def _text(asked: Asked) -> ConsentText:
    return text_of(asked.wanted.matter, of_a_child=asked.child is not None)


def _values(asked: Asked, requester: str, child: str) -> dict[str, Value]:
    return {
        "requester": requester,
        "number": asked.wanted.number,
        "purpose": T(f"third_party.purpose.{asked.wanted.purpose}"),
        "child": child,
    }
