"""The data files: the clinics of Almaty, the holidays, and a population of people who do not exist."""

import csv
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import holidays as oracle
import pytest

from rules.attachment import DEFAULT_TERMS
from rules.calendar import Holiday, HolidayKind, Hours, WorkingCalendar
from rules.clinics import AMBULANCE, CALL_CENTRE, Clinic, sharing_phones
from rules.distance import kilometres
from rules.doctors import doctor_role
from rules.iin import Iin
from rules.people import age_on
from rules.phone import BadPhone, Phone, PhoneFault
from rules.training import COLLEGE, Programme, document_of

ROOT = Path(__file__).parents[2]
DEMO_DAY = date(2026, 11, 20)


def rows(file: str) -> list[dict[str, str]]:
    with (ROOT / file).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


DIRECTORY = rows("data/almaty/clinics.csv")
CLINICS = [row for row in DIRECTORY if not row["kind"]]
PEOPLE = rows("sandbox/people/people.csv")
GUARDIANS = rows("sandbox/people/guardians.csv")
DOCTORS = rows("sandbox/people/doctors.csv")
SCHEDULE = rows("sandbox/people/schedule.csv")
SIGNERS = rows("sandbox/people/signers.csv")
GRADUATES = rows("sandbox/people/graduates.csv")
HOLIDAYS = [
    Holiday(date.fromisoformat(row["date"]), HolidayKind(row["kind"]), row["name_ru"], row["name_kk"])
    for row in rows("data/holidays.csv")
]
BORN = {row["iin"]: date.fromisoformat(row["birth_date"]) for row in PEOPLE}


def clinic(row: dict[str, str]) -> Clinic:
    return Clinic(
        no=int(row["clinic_no"]),
        name_ru=row["name_ru"],
        name_kk=row["name_kk"],
        short_ru=row["short_name_ru"],
        short_kk=row["short_name_kk"],
        address=row["address"],
        phones=tuple(row["phones"].split(";")),
        zone=row["timezone"],
        hours=Hours.parse(row["hours"]),
    )


def test_HC_18_the_directory_holds_the_33_organisations_of_the_act() -> None:
    assert [int(row["clinic_no"]) for row in CLINICS] == list(range(1, 34))


def test_TR_01_the_directory_holds_the_college_of_the_act_with_its_address_and_both_phones() -> None:
    [college] = [row for row in DIRECTORY if row["kind"]]
    assert (int(college["clinic_no"]), college["kind"]) == (COLLEGE, "college")
    assert college["address"].endswith("улица Кабанбай батыра, 132")
    assert college["phones"] == "+77272675905;+77272673662"


def test_TR_19_TR_21_the_college_works_on_weekdays_and_has_a_ramp_and_stands() -> None:
    [college] = [row for row in DIRECTORY if row["kind"]]
    assert college["hours"] == "09:00-18:00;-;-"
    assert college["features"] == "ramp;sample_stand"
    assert college["verified_on"] == ""


def test_TR_03_every_made_up_graduate_has_the_document_of_the_programme() -> None:
    for row in GRADUATES:
        assert row["document"] == document_of(Programme(row["programme"]))
        assert row["iin"] in BORN


def test_every_clinic_has_two_names_that_fit_a_button_and_a_text_message() -> None:
    for found in map(clinic, CLINICS):
        assert 0 < len(found.short("ru")) <= 22
        assert 0 < len(found.short("kk")) <= 22
        assert found.name("ru") != found.name("kk")
    for language in ("short_name_ru", "short_name_kk"):
        assert max(Counter(row[language] for row in CLINICS).values()) == 1


def test_GEN_10_X_38_every_clinic_has_a_phone_and_the_state_its_own() -> None:
    assert all(clinic(row).phone.startswith("+7 727 ") for row in CLINICS)
    assert (CALL_CENTRE, AMBULANCE) == ("1414", "103")


def test_a_clinic_without_a_phone_in_the_directory_shows_the_call_centre() -> None:
    assert clinic(CLINICS[0] | {"phones": ""}).phones == ("",)
    assert Clinic(1, "", "", "", "", "", ()).phone == CALL_CENTRE


@pytest.mark.parametrize("row", CLINICS, ids=lambda row: row["clinic_no"])
def test_X_08_G_06_every_clinic_opens_by_its_own_hours_in_its_own_zone(row: dict[str, str]) -> None:
    schedule = clinic(row).schedule(WorkingCalendar(HOLIDAYS))
    assert schedule.is_working_day(DEMO_DAY)
    assert schedule.zone.key == "Asia/Almaty"


def test_G_83_GEN_12_nothing_of_the_directory_is_passed_off_as_verified() -> None:
    assert {(row["verified_on"], row["features"], row["norm"]) for row in CLINICS} == {("", "", "")}


def test_X_42_G_84_only_clinics_5_and_6_share_phones() -> None:
    owners: dict[str, set[str]] = {}
    for row in CLINICS:
        for phone in row["phones"].split(";"):
            owners.setdefault(phone, set()).add(row["clinic_no"])
    assert {frozenset(shared) for shared in owners.values() if len(shared) > 1} == {frozenset({"5", "6"})}
    assert sharing_phones(map(clinic, CLINICS)) == ((5, 6),)


def test_G_86_a_clinics_list_number_is_not_the_number_in_its_name() -> None:
    assert CLINICS[6]["name_ru"] == "Городская поликлиника № 8"


def test_GEN_02_the_holidays_agree_with_a_calendar_that_is_not_ours() -> None:
    theirs = oracle.country_holidays("KZ", years=[2026, 2027])
    assert [holiday.day for holiday in HOLIDAYS] == sorted(theirs)
    assert {holiday.day for holiday in HOLIDAYS if holiday.kind is HolidayKind.MOVED_DAY_OFF} == {
        day for day, name in theirs.items() if name.endswith("(observed)")
    }


def test_GEN_02_the_years_of_the_demo_are_covered_and_30_august_is_worked() -> None:
    loaded = WorkingCalendar(HOLIDAYS)
    assert (loaded.covers(2026), loaded.covers(2027), loaded.covers(2028)) == (True, True, False)
    assert not loaded.is_day_off(date(2026, 8, 30))


def test_every_holiday_has_a_name_in_both_languages() -> None:
    assert all(holiday.name_ru and holiday.name_kk for holiday in HOLIDAYS)


def test_the_made_up_iins_are_right_and_belong_to_nobody_alive() -> None:
    for row in PEOPLE:
        iin = Iin.parse(row["iin"])
        assert iin.digits[6] in "12"
        assert iin.disagrees_with(BORN[row["iin"]])
    assert len(BORN) == len(PEOPLE) == 64


def test_phones_of_the_population_are_mobile_but_for_one_landline() -> None:
    faults = []
    for row in PEOPLE:
        try:
            assert not row["phone"] or Phone.parse(row["phone"]).e164 == row["phone"]
        except BadPhone as refused:
            faults.append(refused.fault)
    assert faults == [PhoneFault.LANDLINE]


def test_some_have_no_phone_and_one_family_shares_one() -> None:
    shared = Counter(row["phone"] for row in PEOPLE if row["phone"])
    assert [count for count in shared.values() if count > 1] == [3]
    assert sum(not row["phone"] for row in PEOPLE) > 5


def test_two_are_attached_nowhere_and_the_others_to_clinics_that_exist() -> None:
    known = {row["clinic_no"] for row in CLINICS}
    assert sum(not row["clinic_no"] for row in PEOPLE) == 2
    assert {row["clinic_no"] for row in PEOPLE} - {""} <= known
    assert all(bool(row["attached_on"]) is bool(row["clinic_no"]) for row in PEOPLE)


def test_nobody_is_attached_before_birth_and_ages_span_a_life() -> None:
    for row in PEOPLE:
        assert not row["attached_on"] or BORN[row["iin"]] <= date.fromisoformat(row["attached_on"])
    ages = {age_on(birth, DEMO_DAY) for birth in BORN.values()}
    assert (min(ages), max(ages)) == (0, 91)


def test_the_population_has_a_sixteenth_birthday_on_the_demo_day_and_one_a_day_later() -> None:
    sixteen = date(2010, 11, 20)
    assert {sixteen, sixteen + timedelta(days=1)} <= set(BORN.values())


def test_G_37_a_child_of_fifteen_and_one_of_sixteen_have_a_phone_of_their_own_for_months_yet() -> None:
    shared = Counter(row["phone"] for row in PEOPLE)
    alone = [row["iin"] for row in PEOPLE if row["phone"] and shared[row["phone"]] == 1]
    spring = DEMO_DAY + timedelta(days=150)
    assert {15, 16} <= {age_on(BORN[iin], DEMO_DAY) for iin in alone if BORN[iin].year >= 2010}
    assert {15, 16} <= {age_on(BORN[iin], spring) for iin in alone if BORN[iin].year >= 2010}


def test_guardians_and_children_exist_and_are_two_people() -> None:
    for row in GUARDIANS:
        assert row["child_iin"] != row["guardian_iin"]
        assert BORN[row["guardian_iin"]] < BORN[row["child_iin"]]
        assert row["kind"] in {"parent", "guardian"}
        assert row["valid_from"] < (row["valid_to"] or "9999")


def test_every_child_under_sixteen_has_a_guardian_today() -> None:
    today = DEMO_DAY.isoformat()
    kept = {
        row["child_iin"] for row in GUARDIANS if row["valid_from"] <= today <= (row["valid_to"] or "9999")
    }
    assert {iin for iin, birth in BORN.items() if age_on(birth, DEMO_DAY) < 16} <= kept


def test_HC_01_doctors_have_one_of_the_three_roles_at_a_clinic_that_exists() -> None:
    assert len({row["doctor_no"] for row in DOCTORS}) == len(DOCTORS)
    assert all(doctor_role(row["role"]) for row in DOCTORS)
    assert {row["clinic_no"] for row in DOCTORS} <= {row["clinic_no"] for row in CLINICS}


def test_doctors_work_inside_their_clinics_hours() -> None:
    by_no = {clinic(row).no: clinic(row) for row in CLINICS}
    place = {row["doctor_no"]: by_no[int(row["clinic_no"])] for row in DOCTORS}
    for row in SCHEDULE:
        span = place[row["doctor_no"]].hours.of_weekday(int(row["weekday"]) - 1)
        assert span is not None
        assert f"{span.opens:%H:%M}" <= row["from"] < row["to"] <= f"{span.closes:%H:%M}"


def test_AT_02_the_childrens_clinics_are_known_by_their_names() -> None:
    takes = {row["clinic_no"]: row["takes"] for row in CLINICS}
    assert {no for no, whom in takes.items() if whom == "children"} == {"29", "30", "31", "32", "33"}
    assert {no for no, whom in takes.items() if whom == "adults"} == {"28"}


def test_every_estimated_place_lies_in_almaty() -> None:
    placed = [(float(row["lat"]), float(row["lon"])) for row in CLINICS if row["lat"]]
    assert len(placed) > 20
    assert all(kilometres(43.25, 76.93, *place) < 20 for place in placed)
    assert all(bool(row["lat"]) is bool(row["lon"]) for row in CLINICS)


def test_G_20_the_row_of_free_choice_is_the_default_of_the_project() -> None:
    (row,) = rows("data/free_choice.csv")
    assert (row["choices"], row["period"], row["campaign_from"], row["effect"]) == (
        str(DEFAULT_TERMS.choices), DEFAULT_TERMS.period, "", DEFAULT_TERMS.effect,
    )  # fmt: skip


def test_SG_03_every_clinic_with_doctors_has_somebody_who_may_sign_today() -> None:
    today = DEMO_DAY.isoformat()
    able = {row["clinic_no"] for row in SIGNERS if row["valid_from"] <= today <= (row["valid_to"] or "9999")}
    assert {row["clinic_no"] for row in DOCTORS} == able
    assert any(row["valid_to"] and row["valid_to"] < today for row in SIGNERS)


def test_AT_07_two_adults_of_the_population_have_used_up_their_free_choice() -> None:
    this_year = [row for row in PEOPLE if row["attached_on"].startswith("2026")]
    adults = [row["name"] for row in this_year if age_on(BORN[row["iin"]], DEMO_DAY) >= 18]
    assert adults == ["Бекзат", "Роман"]
