"""A clinic of Almaty with the hours of the act, and moments on its wall clock, for the tests of the rules."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from rules.calendar import Holiday, HolidayKind, Schedule, WorkingCalendar
from rules.clinics import Clinic

ALMATY = ZoneInfo("Asia/Almaty")
NO_HOLIDAYS = WorkingCalendar()
INDEPENDENCE_DAY = Holiday(date(2026, 12, 16), HolidayKind.HOLIDAY, "День независимости", "Тәуелсіздік күні")
CLINIC = Clinic(
    no=5,
    name_ru="Городская поликлиника № 5",
    name_kk="№ 5 қалалық емхана",
    short_ru="Поликлиника № 5",
    short_kk="№ 5 емхана",
    address="город Алматы, улица Макатаева, 141",
    phones=("+77272333960", "+77272333961"),
)


def at(text: str) -> datetime:
    """The instant at which the clinic's clock shows "2026-11-20 17:59:59"."""
    return datetime.fromisoformat(text).replace(tzinfo=ALMATY).astimezone(UTC)


def schedule(calendar: WorkingCalendar = NO_HOLIDAYS) -> Schedule:
    """When the clinic works under that calendar."""
    return CLINIC.schedule(calendar)
