"""What whoever asked a centre is told in their chat: never what the centre said, and by SMS only that it did.

What nobody waits for at night comes in the morning: an answer about oneself is waited for (G-47).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.calls.notices import undelivered
from bot.channels.painting import notice
from bot.channels.screens import Button, Screen
from bot.channels.sms import sms_parcel
from bot.channels.telegram import parcel_for
from bot.sending.by_day import by_day
from dialogs.actions import CENTRE_INFO, MENU, centre_result_of, centre_status_of, complain_about
from dialogs.engine import Option, Sentence, T
from locales import render
from rules.centre_info import AboutWhom, InfoStatus, last_valid_day
from rules.complaints import MatterKind
from rules.days import COUNTRY_ZONE
from rules.law import rule
from rules.people import Language
from storage import due, people
from storage.addresses import Address
from storage.centres import Info
from storage.database import Tx
from storage.outbox import Parcel

CHECK: Final = "centre_notice_check"
READY: Final = "notice.centre_ready"
REFUSED: Final = "notice.centre_refused"
DELAYED: Final = "notice.centre_delayed"
CONSENTED: Final = "notice.centre_consented"
LINK: Final = "centre_link"

_FIRST_LOOK: Final = timedelta(seconds=15)
_BY_SMS: Final = frozenset({READY, REFUSED})
"""What is worth an SMS where Telegram does not take it; both say the same there."""


@rule("IC-03", "IC-12", "PC-11", "G-48")
def ready(tx: Tx, request: Info, until: datetime, now: datetime) -> tuple[Parcel, ...]:
    """There is a result: how long it holds, and where it can be seen."""
    words = T("centre_info.ready", number=request.number, day=last_valid_day(until))
    return _told(tx, request, READY, (words,), (centre_result_of(request.id), MENU), now)


@rule("IC-08", "G-32", "GEN-14", "E-12")
def refused(tx: Tx, request: Info, now: datetime) -> tuple[Parcel, ...]:
    """There is no consent: said no, said nothing, taken back; the words are the same."""
    words = (
        T("centre_info.refused", number=request.number),
        T("centre_info.no_consent"),
        T("appeal.right"),
    )
    leads = (complain_about(MatterKind.CENTRE, request.id), CENTRE_INFO, MENU)
    return _told(tx, request, REFUSED, words, leads, now)


@rule("IC-03", "PC-11", "E-11")
def consented(tx: Tx, request: Info, answer_due: datetime, now: datetime) -> tuple[Parcel, ...]:
    """The consent came: by when there is a result."""
    words = T("centre_info.consented", number=request.number, due=answer_due.astimezone(COUNTRY_ZONE))
    return _told(tx, request, CONSENTED, (words,), (centre_status_of(request.id), MENU), now)


@rule("G-41")
def delayed(tx: Tx, request: Info, now: datetime) -> tuple[Parcel, ...]:
    """The term is over and the centre's system is silent: an apology, and no refusal."""
    words = (T("centre_info.delayed", number=request.number), T("centre_info.delay"), T("complaint.offer"))
    leads = (complain_about(MatterKind.CENTRE, request.id), centre_status_of(request.id), MENU)
    return _told(tx, request, DELAYED, words, leads, now)


@rule("G-40")
def link(
    request: Info, chat: Address, locale: Language, address: str, expires_at: datetime
) -> tuple[Parcel, ...]:
    """The one-time link, behind a button: Telegram makes no preview of it. Too late, it never leaves."""
    button = Button(render(T("button.open_centre_page"), locale), "", url=address)
    screen = Screen(render(T("centres.link", number=request.number), locale), ((button,),))
    return (parcel_for(chat, screen, kind=LINK, request_id=request.id, expires_at=expires_at),)


async def check(tx: Tx, request: Info, now: datetime) -> tuple[Parcel, ...]:
    """An SMS in place of each notice that Telegram refused or has not taken: only that there is an answer.

    What if it runs twice: one SMS for each notice.
    """
    lost = [one for one in await undelivered(tx, request.id, CHECK, now) if one.kind in _BY_SMS]
    asker = await people.by_id(tx, int(request.asker_id)) if lost else None
    if asker is None or not asker.mobile or request.status not in (InfoStatus.READY, InfoStatus.REFUSED):
        return ()
    text = render(T("sms.centre_ready", number=request.number), asker.language)
    parcels = tuple(
        sms_parcel(asker.mobile, text, kind=one.kind, dedupe=f"sms:{one.id}", request_id=request.id)
        for one in lost
    )
    return _in_time(request, parcels, now)


def _told(
    tx: Tx, request: Info, kind: str, words: Sequence[Sentence], leads: tuple[Option, ...], now: datetime
) -> tuple[Parcel, ...]:
    if request.chat is None:
        return ()
    due.set_due(tx, CHECK, request.id, now + _FIRST_LOOK)
    screen = notice(words, leads, lambda sentence: render(sentence, request.locale))
    parcels = (parcel_for(request.chat, screen, kind=kind, request_id=request.id),)
    return _in_time(request, parcels, now)


@rule("G-47")
def _in_time(request: Info, parcels: tuple[Parcel, ...], now: datetime) -> tuple[Parcel, ...]:
    """An answer about oneself is waited for; one about another comes when they please, and by day."""
    return parcels if request.about is AboutWhom.SELF else by_day(parcels, now, COUNTRY_ZONE)
