"""The bot beside which ours is measured: aiogram as its documentation teaches it, with nothing made durable.

States in MemoryStorage, a handler per state, long polling by `start_polling`, the code sent from the handler
by Twilio's own asynchronous client, people and calls in dictionaries. It asks the same questions in the same
words and sends the same messages; whatever it knows is gone when it stops.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from datetime import datetime
from pathlib import Path

from aiogram import Bot, Dispatcher, F, Router
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import CommandStart
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.rest import Client

from benchmarks import plain_bookings
from benchmarks import plain_screens as screens
from benchmarks.gateway import read_people
from benchmarks.plain_office import ALMATY, Office, is_right_code, locale_of, send_code, show
from benchmarks.plain_times import Times
from benchmarks.surgeries import read_posts
from rules.consent import Purpose

router = Router()


class Call(StatesGroup):
    """Where a citizen stands."""

    flags = State()
    notice = State()
    whom = State()
    iin = State()
    code = State()
    reason = State()
    words = State()
    address = State()
    entrance = State()
    phone = State()
    check = State()


@router.message(CommandStart())
async def start(message: Message, state: FSMContext) -> None:
    """Greet, and ask for a language."""
    await state.clear()
    text, markup = screens.languages()
    await message.answer(text, reply_markup=markup)


@router.callback_query(F.data.startswith("language:"))
async def language(press: CallbackQuery, state: FSMContext) -> None:
    """Remember the language and show the menu."""
    assert press.data is not None
    await press.answer()
    locale = press.data.removeprefix("language:")
    await state.update_data(locale=locale)
    await show(press, screens.menu(locale))


@router.callback_query(F.data == "home_call")
async def home_call(press: CallbackQuery, state: FSMContext) -> None:
    """Begin with the warning signs."""
    await press.answer()
    await state.set_state(Call.flags)
    await show(press, screens.flags(await locale_of(state)))


@router.callback_query(Call.flags, F.data == "answer:flags:none")
async def no_flags(press: CallbackQuery, state: FSMContext) -> None:
    """Tell what happens to the data."""
    await press.answer()
    await state.set_state(Call.notice)
    await show(press, screens.notice(await locale_of(state)))


@router.callback_query(Call.notice, F.data == "answer:notice:agree")
async def agreed(press: CallbackQuery, state: FSMContext) -> None:
    """Ask for whom the doctor is."""
    await press.answer()
    await state.set_state(Call.whom)
    await show(press, screens.whom(await locale_of(state)))


@router.callback_query(Call.whom, F.data == "answer:whom:self")
async def for_self(press: CallbackQuery, state: FSMContext) -> None:
    """Ask for the IIN."""
    await press.answer()
    await state.set_state(Call.iin)
    await show(press, screens.iin(await locale_of(state)))


@router.message(Call.iin, F.text)
async def iin_given(message: Message, state: FSMContext, office: Office) -> None:
    """Send a code."""
    await send_code(message, state, office, Purpose.HOME_CALL, Call.code)


@router.message(Call.code, F.text)
async def code_given(message: Message, state: FSMContext, office: Office) -> None:
    """Compare the code and ask what is wrong."""
    if await is_right_code(message, state, office):
        await state.set_state(Call.reason)
        text, markup = screens.reason(await locale_of(state))
        await message.answer(text, reply_markup=markup)


@router.callback_query(Call.reason, F.data.startswith("answer:reason:"))
async def reason_given(press: CallbackQuery, state: FSMContext) -> None:
    """Ask for more words."""
    assert press.data is not None
    await press.answer()
    await state.update_data(reason=press.data.rsplit(":", 1)[1])
    await state.set_state(Call.words)
    await show(press, screens.words(await locale_of(state)))


@router.callback_query(Call.words, F.data == "answer:words:skip")
async def no_words(press: CallbackQuery, state: FSMContext, office: Office) -> None:
    """Ask whether the registered address is right."""
    await press.answer()
    await state.set_state(Call.address)
    known = await state.get_data()
    await show(press, screens.address(known["locale"], office.people[known["iin"]].address))


@router.callback_query(Call.address, F.data == "answer:address:registered")
async def address_right(press: CallbackQuery, state: FSMContext, office: Office) -> None:
    """Ask for entrance and floor."""
    await press.answer()
    known = await state.get_data()
    await state.update_data(address=office.people[known["iin"]].address)
    await state.set_state(Call.entrance)
    await show(press, screens.entrance(known["locale"]))


@router.callback_query(Call.entrance, F.data == "answer:entrance:skip")
async def no_entrance(press: CallbackQuery, state: FSMContext, office: Office) -> None:
    """Ask whether the registered phone is right."""
    await press.answer()
    await state.set_state(Call.phone)
    known = await state.get_data()
    await show(press, screens.phone(known["locale"], office.people[known["iin"]].phone))


@router.callback_query(Call.phone, F.data == "answer:phone:registered")
async def phone_right(press: CallbackQuery, state: FSMContext, office: Office) -> None:
    """Show the summary."""
    await press.answer()
    known = await state.get_data()
    await state.set_state(Call.check)
    person = office.people[known["iin"]]
    await show(press, screens.check(known["locale"], person, known["reason"], datetime.now(ALMATY).date()))


@router.callback_query(Call.check, F.data == "answer:check:send")
async def sent(press: CallbackQuery, state: FSMContext, office: Office, bot: Bot) -> None:
    """Give the call a number, tell the citizen and the staff."""
    await press.answer()
    known = await state.get_data()
    await state.clear()
    person, now = office.people[known["iin"]], datetime.now(ALMATY)
    number = office.next_number(person.clinic_no)
    await show(press, screens.registered(known["locale"], number, now))
    text, markup = screens.card(number, person, now)
    await bot.send_message(office.group, text, reply_markup=markup)


async def main(settings: dict[str, str]) -> None:
    """Poll until stopped."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(settings["TELEGRAM_API_URL"]))
    bot = Bot(settings["TELEGRAM_BOT_TOKEN"], session=session)
    twilio = Client(
        settings["TWILIO_ACCOUNT_SID"], settings["TWILIO_AUTH_TOKEN"], http_client=AsyncTwilioHttpClient()
    )
    twilio.api.base_url = settings["TWILIO_API_URL"]
    people = {person.iin: person for person in read_people(Path(settings["PEOPLE"]))}
    times = Times(read_posts(Path(settings["DOCTORS"])), datetime.now(ALMATY))
    office = Office(people, times, twilio, settings["TWILIO_FROM"], int(settings["GROUP"]))
    dispatcher = Dispatcher(office=office)
    dispatcher.include_routers(router, plain_bookings.router)
    await dispatcher.start_polling(bot)


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    asyncio.run(main(dict(os.environ)))
