"""What the plain bot's handlers share: its people and times, the way an IIN and a code are asked for."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State
from aiogram.types import CallbackQuery, Message
from twilio.rest import Client

from benchmarks import plain_screens as screens
from benchmarks.plain_screens import say
from benchmarks.plain_times import Times
from benchmarks.population import Made
from rules.consent import Purpose
from rules.iin import BadIin, Iin

CODE_LIVES = timedelta(minutes=5)
TRIES = 5
ALMATY = ZoneInfo("Asia/Almaty")


@dataclass
class Office:
    """What the handlers need: people by IIN, times, the SMS client, the staff's group, the last number."""

    people: dict[str, Made]
    times: Times
    sms: Client
    sender: str
    group: int
    last: int = 0

    def next_number(self, clinic_no: str) -> str:
        """A number for a request."""
        self.last += 1
        return f"{int(clinic_no):02d}-{self.last:06d}"


async def send_code(
    message: Message, state: FSMContext, office: Office, purpose: Purpose, then: State
) -> None:
    """Check the IIN, go on to that state, and send a code to its phone."""
    locale = await locale_of(state)
    try:
        iin = Iin.parse(message.text or "")
    except BadIin as fault:
        await message.answer(say(f"iin.{fault.fault}", locale, seen=fault.digits_seen))
        return
    code = f"{secrets.randbelow(10**6):06d}"
    await state.update_data(iin=iin.digits, code=code, code_until=datetime.now(UTC) + CODE_LIVES, tries=0)
    await state.set_state(then)
    person = office.people.get(iin.digits)
    if person is not None:
        text = screens.code_sms(code, locale, purpose)
        await office.sms.messages.create_async(to=person.phone, from_=office.sender, body=text)
    text, markup = screens.code(locale, purpose)
    await message.answer(text, reply_markup=markup)


async def is_right_code(message: Message, state: FSMContext, office: Office) -> bool:
    """Compare the code."""
    known = await state.get_data()
    tries = known["tries"] + 1
    await state.update_data(tries=tries)
    right = secrets.compare_digest(
        known["code"], (message.text or "").strip().encode("ascii", "replace").decode()
    )
    if (
        not right
        or tries > TRIES
        or datetime.now(UTC) > known["code_until"]
        or known["iin"] not in office.people
    ):
        await message.answer(say("code.refused", known["locale"]))
        return False
    return True


async def show(press: CallbackQuery, screen: screens.Shown) -> None:
    """Answer a press with a new message."""
    assert isinstance(press.message, Message)
    text, markup = screen
    await press.message.answer(text, reply_markup=markup)


async def locale_of(state: FSMContext) -> str:
    """The language chosen."""
    data: dict[str, Any] = await state.get_data()
    return str(data["locale"])
