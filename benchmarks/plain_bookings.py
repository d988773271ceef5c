"""The plain bot's appointment: a handler per state, times held and booked in dictionaries."""

from __future__ import annotations

from datetime import datetime

from aiogram import Bot, F, Router
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import BufferedInputFile, CallbackQuery, Message

from benchmarks import plain_screens
from benchmarks import plain_visit_screens as screens
from benchmarks.plain_office import ALMATY, Office, is_right_code, locale_of, send_code, show
from rules.consent import Purpose

router = Router()


class Booking(StatesGroup):
    """Where a citizen stands."""

    notice = State()
    whom = State()
    iin = State()
    code = State()
    role = State()
    doctor = State()
    when = State()
    check = State()


@router.callback_query(F.data == "appointment")
async def appointment(press: CallbackQuery, state: FSMContext) -> None:
    """Tell what happens to the data."""
    await press.answer()
    await state.set_state(Booking.notice)
    await show(press, screens.notice(await locale_of(state)))


@router.callback_query(Booking.notice, F.data == "answer:notice:agree")
async def agreed(press: CallbackQuery, state: FSMContext) -> None:
    """Ask who is to see the doctor."""
    await press.answer()
    await state.set_state(Booking.whom)
    await show(press, screens.whom(await locale_of(state)))


@router.callback_query(Booking.whom, F.data == "answer:whom:self")
async def for_self(press: CallbackQuery, state: FSMContext) -> None:
    """Ask for the IIN."""
    await press.answer()
    await state.set_state(Booking.iin)
    await show(press, plain_screens.iin(await locale_of(state)))


@router.message(Booking.iin, F.text)
async def iin_given(message: Message, state: FSMContext, office: Office) -> None:
    """Send a code."""
    await send_code(message, state, office, Purpose.APPOINTMENT, Booking.code)


@router.message(Booking.code, F.text)
async def code_given(message: Message, state: FSMContext, office: Office) -> None:
    """Compare the code and ask for the kind of doctor."""
    if await is_right_code(message, state, office):
        await state.set_state(Booking.role)
        text, markup = screens.role(await locale_of(state))
        await message.answer(text, reply_markup=markup)


@router.callback_query(Booking.role, F.data == "answer:role:therapist")
async def role_given(press: CallbackQuery, state: FSMContext, office: Office) -> None:
    """Ask for the doctor, the person's own first."""
    await press.answer()
    await state.set_state(Booking.doctor)
    known = await state.get_data()
    own = office.people[known["iin"]].doctor_no
    doctors = sorted(office.times.doctors.values(), key=lambda one: (one.doctor_no != own, one.full_name))
    await show(press, screens.doctor(known["locale"], doctors))


@router.callback_query(Booking.doctor, F.data.startswith("answer:doctor:"))
async def doctor_given(press: CallbackQuery, state: FSMContext, office: Office) -> None:
    """Ask for the time, the nearest first."""
    assert press.data is not None
    await press.answer()
    await state.update_data(doctor=press.data.rsplit(":", 1)[1])
    await state.set_state(Booking.when)
    await _ask_when(press, state, office)


async def _ask_when(press: CallbackQuery, state: FSMContext, office: Office, *, taken: bool = False) -> None:
    known = await state.get_data()
    now = datetime.now(ALMATY)
    free = office.times.free(known["doctor"], press.from_user.id, now)
    await show(
        press, screens.when(known["locale"], office.times.doctors[known["doctor"]], free, now, taken=taken)
    )


@router.callback_query(Booking.when, F.data.startswith("answer:time:"))
async def time_given(press: CallbackQuery, state: FSMContext, office: Office) -> None:
    """Hold the time and show the summary."""
    assert press.data is not None
    await press.answer()
    time = office.times.hold(int(press.data.rsplit(":", 1)[1]), press.from_user.id, datetime.now(ALMATY))
    if time is None:
        await _ask_when(press, state, office, taken=True)
        return
    await state.update_data(time=time.id)
    await state.set_state(Booking.check)
    known = await state.get_data()
    await show(press, screens.check(known["locale"], office.people[known["iin"]], time))


@router.callback_query(Booking.check, F.data == "answer:check:send")
async def sent(press: CallbackQuery, state: FSMContext, office: Office, bot: Bot) -> None:
    """Book the time, give it a number, tell the citizen with a calendar file, and the staff."""
    await press.answer()
    known = await state.get_data()
    now = datetime.now(ALMATY)
    time = office.times.book(known["time"], press.from_user.id, now)
    if time is None:
        await state.set_state(Booking.when)
        await _ask_when(press, state, office, taken=True)
        return
    await state.clear()
    person = office.people[known["iin"]]
    number = office.next_number(person.clinic_no)
    await show(press, screens.booked(known["locale"], number, time))
    caption, name, content = screens.calendar(known["locale"], number, time, now)
    await bot.send_document(press.from_user.id, BufferedInputFile(content.encode(), name), caption=caption)
    text, markup = screens.card(number, person, time, now)
    await bot.send_message(office.group, text, reply_markup=markup)
