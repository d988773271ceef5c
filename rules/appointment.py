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
from rules.law import ALLOWED, Allowed, Limit, Refused, Verdict, rule
from rules.people import Attachment, Person, age_on
from rules.quiet_hours import DAY_BEGINS, DAY_ENDS, MessageKind, may_be_sent_at
from rules.sources import appointment_standard, house_default

DESK_ANSWER: Final = Limit(10, "minutes", appointment_standard("item 3, in person or by phone, 3)"))
ELECTRONIC_ANSWER: Final = Limit(30, "minutes", appointment_standard("item 3, by the portal, 1)"))
CHILDREN_UNDER: Final = Limit(18, "years", house_default("AP-02", "whom a paediatrician takes"))

HOLD: Final = Limit(10, "minutes", house_default("G-53"))
CANCEL_BEFORE: Final = Limit(2, "hours", house_default("G-52"))
# The reminder of two hours before has a "cancel" on it: this is the time to read it and to press.
CANCEL_GRACE: Final = Limit(15, "minutes", house_default("G-52", "for the answer to the second reminder"))
REMIND_DAY_BEFORE: Final = Limit(24, "hours", house_default("G-54"))
REMIND_HOURS_BEFORE: Final = Limit(2, "hours", house_default("G-54"))
MORNING_REMINDER_FROM: Final = Limit(6, "hours", house_default("G-54", "the same morning, for early visits"))
LIST_BEFORE: Final = Limit(30, "minutes", house_default("AP-18", "the doctor's list, before the first time"))
# Two buttons each, and Telegram takes no more than a hundred in one message.
ASKED_ABOUT: Final = Limit(20, "count", house_default("AP-18", "patients with buttons on one list"))
NOTED_WITHIN: Final = Limit(2, "hours", house_default("G-51", "from the time of a visit that nobody noted"))
WRONG_REPLIES: Final = Limit(5, "count", house_default("G-54", "wrong codes in SMS replies, in a day"))
OFFER: Final = Limit(15, "minutes", house_default("waiting list", "one citizen after another"))
OFFER_BY_SMS_WITHIN: Final = Limit(
    1, "minutes", house_default("waiting list", "if the chat refuses the offer")
)
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
    belongs = may_be_seen_at(clinic_no, attachment)
    if isinstance(belongs, Refused):
        return belongs
    fitting = doctors_for(patient.birth_date, today)
    return ALLOWED if role in fitting else OtherDoctor(fitting)


@rule("AP-13")
def may_be_seen_at(clinic_no: int, attachment: Attachment | None) -> Verdict:
    """Whether times of that clinic are for the patient at all: to book, to move to, or to wait for."""
    if attachment is None:
        return Refused(NOT_ATTACHED)
    if attachment.clinic_no != clinic_no:
        return Refused(NOT_ATTACHED, attached_to=attachment.clinic_no)
    return ALLOWED


@rule("AP-02")
def doctors_for(birth: date, today: date) -> tuple[DoctorRole, ...]:
    """The roles that take a patient of that age: a paediatrician under 18, a therapist from then on."""
    own = DoctorRole.PAEDIATRICIAN if age_on(birth, today) < CHILDREN_UNDER.value else DoctorRole.THERAPIST
    return own, DoctorRole.GENERAL_PRACTITIONER


@rule("AP-02")
def doctors_within(birth: date, days: Iterable[date]) -> tuple[DoctorRole, ...]:
    """The roles that take the patient on any of these days: the age counts on the day of the visit."""
    return tuple(dict.fromkeys(role for on in days for role in doctors_for(birth, on)))


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
        return starts is None or now <= changeable_until(starts)
    return status in {BookingStatus.REGISTERED, BookingStatus.WAITING, BookingStatus.TO_MOVE}


@rule("G-52")
def changeable_until(starts: datetime) -> datetime:
    """The last instant at which the citizen may move or cancel a visit that begins at `starts`."""
    return starts - CANCEL_BEFORE.delta + CANCEL_GRACE.delta


@rule("G-52")
def changeable_from(now: datetime) -> datetime:
    """When the first of the visits begins that may still be moved or cancelled `now`."""
    return now + CANCEL_BEFORE.delta - CANCEL_GRACE.delta


@rule("G-52")
def may_change_time(status: BookingStatus, starts: datetime | None, now: datetime) -> bool:
    """True while the citizen may move to another time: as long as cancelling is, for it frees the old one."""
    return may_cancel(status, starts, now)


@rule("AP-18")
def may_have_outcome(starts: datetime, now: datetime) -> bool:
    """True once staff may say whether the patient came."""
    return now >= starts


@rule("G-51", "AP-18")
def closes_unnoted_at(starts: datetime) -> datetime:
    """When a visit that nobody noted stops binding its patient, who may be told to come again tomorrow."""
    return starts + NOTED_WITHIN.delta


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


@rule("G-47", "G-54")
def late_reminder_at(now: datetime, starts: datetime, zone: ZoneInfo) -> datetime:
    """When a reminder that is due already may go (UTC): `now`, or at night the next morning at eight.

    From six on where the visit is on that morning; the caller drops what would come after the visit.
    """
    day = starts.astimezone(zone).date()
    morning = datetime.combine(day, time(MORNING_REMINDER_FROM.value), zone).astimezone(UTC)
    if morning <= now < starts:
        return now
    wakes = may_be_sent_at(MessageKind.REMINDER, now, zone)
    return wakes if wakes < starts else max(now, morning)


@rule("G-54")
def reminds_until(kind: ReminderKind, starts: datetime) -> datetime:
    """From when that reminder is worth nothing: the second is due in its stead, or the visit began."""
    return starts - REMIND_HOURS_BEFORE.delta if kind is ReminderKind.DAY_BEFORE else starts


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
