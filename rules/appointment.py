"""An appointment with a doctor: who may book whom, when a booking is registered, and every term of it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final, Literal, TypeAlias, assert_never
from zoneinfo import ZoneInfo

from rules.booking_status import BookingStatus
from rules.calendar import WorkingCalendar, add_months
from rules.channels import Channel
from rules.clinics import Clinic
from rules.doctors import DoctorRole
from rules.grounds import NOT_ATTACHED
from rules.law import ALLOWED, Allowed, Limit, Refused, rule
from rules.people import Attachment, Person, age_on
from rules.quiet_hours import DAY_BEGINS, DAY_ENDS, MessageKind, may_be_sent_at
from rules.sources import appointment_standard, house_default

DESK_ANSWER: Final = Limit(10, "minutes", appointment_standard("item 3, in person or by phone, 3)"))
ELECTRONIC_ANSWER: Final = Limit(30, "minutes", appointment_standard("item 3, by the portal, 1)"))
CHILDREN_UNDER: Final = Limit(18, "years", house_default("AP-02", "whom a paediatrician takes"))

HOLD: Final = Limit(10, "minutes", house_default("G-53"))
CANCEL_BEFORE: Final = Limit(2, "hours", house_default("G-52"))
REMIND_DAY_BEFORE: Final = Limit(24, "hours", house_default("G-54"))
REMIND_HOURS_BEFORE: Final = Limit(2, "hours", house_default("G-54"))
MORNING_REMINDER_FROM: Final = Limit(6, "hours", house_default("G-54", "the same morning, for early visits"))
OFFER: Final = Limit(15, "minutes", house_default("waiting list", "one citizen after another"))
TIME_TO_COME: Final = Limit(60, "minutes", house_default("waiting list", "what an offer leaves for the way"))
ALTERNATIVES: Final = Limit(3, "count", house_default("G-55"))
NO_SHOWS_SHOWN_FROM: Final = Limit(3, "count", house_default("G-52"))
NO_SHOWS_WITHIN: Final = Limit(6, "months", house_default("G-52"))


@dataclass(frozen=True, slots=True)
class OtherDoctor:
    """Not a refusal of the service: this doctor does not take patients of that age, these do."""

    see: tuple[DoctorRole, ...]
    allowed: Literal[False] = field(default=False, init=False)


MayBook: TypeAlias = Allowed | Refused | OtherDoctor


@rule("AP-13", "AP-14", "AP-02", "GEN-14")
def may_book(
    patient: Person, attachment: Attachment | None, clinic_no: int, role: DoctorRole, today: date
) -> MayBook:
    """Whether that patient may be booked with a doctor of that role at that clinic; today by its calendar.

    Attachment is the only ground that the registry can judge; that data are untrue is for staff to say.
    """
    if attachment is None:
        return Refused(NOT_ATTACHED)
    if attachment.clinic_no != clinic_no:
        return Refused(NOT_ATTACHED, attached_to=attachment.clinic_no)
    fitting = doctors_for(patient.birth_date, today)
    return ALLOWED if role in fitting else OtherDoctor(fitting)


@rule("AP-02")
def doctors_for(birth: date, today: date) -> tuple[DoctorRole, ...]:
    """The roles that take a patient of that age: a paediatrician under 18, a therapist from then on."""
    own = DoctorRole.PAEDIATRICIAN if age_on(birth, today) < CHILDREN_UNDER.value else DoctorRole.THERAPIST
    return own, DoctorRole.GENERAL_PRACTITIONER


@dataclass(frozen=True, slots=True)
class Registration:
    """When a booking counts as registered, and until when the clinic may still answer otherwise (UTC).

    `same_day` is false if it was made out of hours and counts from the opening of a later day.
    """

    at: datetime
    answer_due: datetime
    same_day: bool


@rule("AP-07", "AP-10", "AP-11", "G-04", "GEN-03", "X-05", "E-05", "E-06", "E-07")
def registration(
    now: datetime, clinic: Clinic, calendar: WorkingCalendar, channel: Channel = Channel.ELECTRONIC
) -> Registration:
    """How a booking made `now` (aware) is registered: at once in hours, else when the clinic opens next.

    There is no cut-off before closing, and the term runs on past closing. Raises NeverOpen.
    """
    schedule = clinic.schedule(calendar)
    at = now if schedule.is_open(now) else schedule.next_opening(now)
    same_day = schedule.local_day(at) == schedule.local_day(now)
    return Registration(at, at + answer_limit(channel).delta, same_day)


@rule("AP-04", "AP-06", "AP-07")
def answer_limit(channel: Channel) -> Limit:
    """How long the clinic has to answer."""
    match channel:
        case Channel.DESK | Channel.PHONE:
            return DESK_ANSWER
        case Channel.ELECTRONIC:
            return ELECTRONIC_ANSWER
        case _:
            assert_never(channel)


@rule("G-57")
def may_be_withdrawn(status: BookingStatus, answer_due: datetime, now: datetime) -> bool:
    """True while staff may take a confirmed booking back on a legal ground: within the term of the answer."""
    return status is BookingStatus.CONFIRMED and now <= answer_due


@rule("G-52")
def may_cancel(status: BookingStatus, starts: datetime | None, now: datetime) -> bool:
    """True while the citizen may cancel by themself; `starts` is None where there is no time to keep."""
    if status is BookingStatus.CONFIRMED:
        return starts is None or now <= starts - CANCEL_BEFORE.delta
    return status in {BookingStatus.REGISTERED, BookingStatus.WAITING, BookingStatus.TO_MOVE}


@rule("G-52")
def may_change_time(status: BookingStatus, starts: datetime | None, now: datetime) -> bool:
    """True while the citizen may move to another time: as long as cancelling is, for it frees the old one."""
    return may_cancel(status, starts, now)


@rule("AP-18")
def may_have_outcome(starts: datetime, now: datetime) -> bool:
    """True once staff may say whether the patient came."""
    return now >= starts


class ReminderKind(StrEnum):
    """Which of the two reminders."""

    DAY_BEFORE = "day_before"
    HOURS_BEFORE = "hours_before"


@dataclass(frozen=True, slots=True)
class Reminder:
    """A reminder and the instant (UTC) at which it goes."""

    kind: ReminderKind
    at: datetime


@rule("G-54", "G-47")
def reminders(starts: datetime, booked_at: datetime, zone: ZoneInfo) -> tuple[Reminder, ...]:
    """The reminders of a visit that begins at `starts`; what would be due before the booking is left out."""
    wanted = (
        Reminder(ReminderKind.DAY_BEFORE, _waking(starts - REMIND_DAY_BEFORE.delta, starts, zone)),
        Reminder(ReminderKind.HOURS_BEFORE, _waking(starts - REMIND_HOURS_BEFORE.delta, starts, zone)),
    )
    return tuple(reminder for reminder in wanted if reminder.at > booked_at)


def _waking(due: datetime, starts: datetime, zone: ZoneInfo) -> datetime:
    """That instant, or the nearest at which people are not asleep.

    A reminder of an early visit may come on the same morning from six; otherwise it comes at eight if that
    is before the visit, else one minute before nine on the evening before.
    """
    local = due.astimezone(zone)
    if DAY_BEGINS.value <= local.hour < DAY_ENDS.value:
        return due
    if local.hour >= DAY_ENDS.value:
        return _evening(local.date(), zone)
    same_morning = local.date() == starts.astimezone(zone).date()
    if same_morning and local.hour >= MORNING_REMINDER_FROM.value:
        return due
    morning = datetime.combine(local.date(), time(DAY_BEGINS.value), zone).astimezone(UTC)
    return morning if morning < starts else _evening(local.date() - timedelta(days=1), zone)


def _evening(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(DAY_ENDS.value - 1, 59), zone).astimezone(UTC)


@rule("G-47")
def offer_at(now: datetime, zone: ZoneInfo) -> datetime:
    """The earliest instant (UTC) at which a freed time may be offered: the answer fits before the night."""
    at = may_be_sent_at(MessageKind.OFFER, now, zone)
    ends = at + OFFER.delta
    morning = may_be_sent_at(MessageKind.OFFER, ends, zone)
    return at if morning == ends else morning


def is_worth_offering(starts: datetime, now: datetime) -> bool:
    """True if whoever takes a freed time at the last moment of an offer can still come."""
    return starts - now >= OFFER.delta + TIME_TO_COME.delta


@rule("G-52")
def no_shows_in_half_a_year(days: Iterable[date], today: date) -> int:
    """How many of these days, on which the patient did not come, lie within the last six months."""
    since = add_months(today, -NO_SHOWS_WITHIN.value)
    return sum(since < day <= today for day in days)


@rule("G-52")
def is_shown_to_staff(no_shows: int) -> bool:
    """True from the third time on. It is shown, and never refuses anybody."""
    return no_shows >= NO_SHOWS_SHOWN_FROM.value
