"""The plain bot's screens of an appointment: the same words, buttons and calendar file as ours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from benchmarks.plain_screens import (
    ANSWER_WITHIN,
    CLINIC_PHONE,
    Row,
    Shown,
    inline,
    name_of,
    not_me,
    question,
    say,
    ways_out,
)
from benchmarks.plain_times import Time, by_day
from benchmarks.population import Made
from benchmarks.surgeries import Post
from bot.bookings.calendar_file import FILE_NAME, Event, calendar_file
from locales.catalogue import words as template
from locales.dates import long_day, long_moment, short_day, weekday
from rules.home_call import ForWhom

ON_A_PAGE = 7
CLINIC = "№ 5"
ADDRESS = "улица Абая, 5"


def notice(locale: str) -> Shown:
    """What happens to the data."""
    return say("appointment.notice", locale), question(locale, "notice", agree="agree", refuse="refuse")


def whom(locale: str) -> Shown:
    """Who is to see the doctor."""
    answers = {who.value: f"for_{who}" for who in ForWhom}
    return say("appointment.for_whom", locale), question(locale, "whom", **answers)


def role(locale: str) -> Shown:
    """The kind of doctor."""
    text = say("appointment.role", locale, clinic=CLINIC)
    return text, question(locale, "role", not_me(locale), therapist="therapist", specialist="specialist")


def doctor(locale: str, doctors: Sequence[Post]) -> Shown:
    """The doctor, one's own first."""
    own, *others = [(_short_name(one), f"answer:doctor:{one.doctor_no}") for one in doctors[:ON_A_PAGE]]
    either = (say("button.any_doctor", locale), "answer:doctor:any")
    more = (say("button.more_doctors", locale), "answer:doctor:more")
    rows: list[Row] = [(one,) for one in (own, either, *others, more)]
    text = say(
        "appointment.own_doctor", locale, doctor=doctors[0].full_name, role=say("role.therapist", locale)
    )
    return text, inline(*rows, ways_out(locale), not_me(locale))


def when(locale: str, of: Post, free: Sequence[Time], now: datetime, *, taken: bool) -> Shown:
    """The time: the nearest, or a day of the week."""
    days = by_day(free)
    first = free[0].start
    nearest = template("button.nearest", locale).replace("{start:short}", short_day(first))
    rows: list[Row] = [((nearest.replace("{start:time}", f"{first:%H:%M}"), f"answer:time:{free[0].id}"),)]
    rows += [
        ((_day(locale, day, number, now), f"answer:day:{day}"),)
        for day, number in list(days.items())[:ON_A_PAGE]
    ]
    if len(days) > ON_A_PAGE:
        rows.append(((say("button.more_days", locale), "answer:day:more"),))
    rows.append(((say("button.other_doctor", locale), "answer:day:doctor"),))
    text = say("time.when", locale, doctor=of.full_name, role=say("role.therapist", locale))
    text = f"{say('time.taken', locale)}\n\n{text}" if taken else text
    return text, inline(*rows, ways_out(locale), not_me(locale))


def _day(locale: str, day: date, number: int, now: datetime) -> str:
    text = template("button.today" if day == now.date() else "button.day", locale)
    text = text.replace("{day:weekday}", weekday(day, locale)).replace("{day:short}", short_day(day))
    return text.format(count=number)


def check(locale: str, person: Made, time: Time) -> Shown:
    """The summary."""
    lines = (
        say("check.patient", locale, name=name_of(person), last=person.iin[-4:]),
        *(_told(key, locale, time) for key in ("visit.doctor", "visit.day", "visit.time", "visit.room")),
        *(_told(key, locale, time) for key in ("visit.clinic", "visit.address", "visit.identity_document")),
    )
    text = say("appointment.check", locale, lines="\n".join(lines))
    return text, question(locale, "check", not_me(locale), send="send", change="change")


def booked(locale: str, number: str, time: Time) -> Shown:
    """The number, the doctor, the room, the day and the hour."""
    names = {"move_visit": "move", "cancel_visit": "cancel_visit", "wait_for_earlier": "wait", "menu": "menu"}
    rows: list[Row] = [((say(f"button.{name}", locale), data),) for name, data in names.items()]
    return _told("notice.visit_booked", locale, time, number), inline(*rows)


def calendar(locale: str, number: str, time: Time, now: datetime) -> tuple[str, str, str]:
    """The caption, the name and the text of the calendar file."""
    event = Event(
        uid=f"{number}@plain",
        sequence=1,
        starts=time.start,
        ends=time.end,
        made_at=now,
        summary=say("calendar.summary", locale, number=number),
        location=f"{CLINIC}, {ADDRESS}",
        description=_told("calendar.description", locale, time),
    )
    return say("calendar.caption", locale), FILE_NAME, calendar_file(event)


def card(number: str, person: Made, time: Time, now: datetime) -> Shown:
    """The staff's line, in Russian."""
    age = (now.date() - date.fromisoformat(person.birth_date)).days // 365
    lines = (
        say("staff.visit.head.confirmed", "ru", number=number),
        say("staff.visit.time", "ru", start=long_moment(time.start, "ru")),
        _told("staff.line.doctor", "ru", time),
        _told("staff.visit.room", "ru", time),
        say("staff.line.age", "ru", age=say("staff.age.band", "ru", band=f"{age}")),
        say("staff.visit.withdraw_until", "ru", due=long_moment(now + ANSWER_WITHIN, "ru")),
    )
    return "\n".join(lines), inline(((say("staff.button.withdraw_visit", "ru"), f"staff:withdraw:{number}"),))


def _told(key: str, locale: str, time: Time, number: str = "") -> str:
    """The words under a key, with what they say of the visit."""
    text = template(key, locale)
    forms = {
        "{start:day}": long_day(time.start, locale),
        "{start:weekday}": weekday(time.start, locale),
        "{start:time}": f"{time.start:%H:%M}",
    }
    for form, shown in forms.items():
        text = text.replace(form, shown)
    return text.format(
        number=number,
        doctor=time.doctor.full_name,
        role=say("role.therapist", locale),
        room=time.doctor.room,
        clinic=CLINIC,
        address=ADDRESS,
        clinic_phone=CLINIC_PHONE,
    )


def _short_name(of: Post) -> str:
    surname, *others = of.full_name.split()
    return " ".join((surname, *(f"{name[0]}." for name in others)))
