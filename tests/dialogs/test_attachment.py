"""Attachment to a clinic: what is told before anything is filled in, who, where, why, and what is signed."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from dialogs.engine import Ended
from dialogs.facts import RequestCard
from locales.segments import MOST_PARTS, parts
from rules.attachment import Cause, Effect, MonthDay, Period, Terms
from rules.attachment_status import AttachmentStatus
from rules.booking_status import BookingStatus
from rules.call_status import CallStatus
from rules.clinics import Takes
from rules.home_call import ForWhom
from rules.people import Language
from tests.dialogs.attachments import (
    THIS_YEAR,
    at_the_clinic,
    at_the_summary,
    draft_of,
    identified,
    talk,
)
from tests.dialogs.registry import (
    AIGUL,
    CLINICS,
    DAUGHTER,
    TEENAGER,
    UNATTACHED,
    Registry,
    attachment_card,
    card,
    person,
    visit_card,
)
from tests.dialogs.talk import Talk
from tests.dialogs.visits import leads_of

YEARLY = Terms(date(2026, 1, 1), 1, Period.CALENDAR_YEAR, None, Effect.AT_ONCE)
LANGUAGES: tuple[Language, ...] = ("kk", "ru")


def ground_of(ended: Talk) -> str | None:
    """The ground on which it ended."""
    outcome = ended.outcome
    assert isinstance(outcome, Ended), outcome
    return outcome.end.ground


def with_clinic(no: int, **changes: object) -> Registry:
    """A registry in which one clinic is another."""
    clinics = tuple(replace(one, **changes) if one.no == no else one for one in CLINICS)  # type: ignore[arg-type]  # a test knows its fields
    return Registry(clinics_listed=clinics)


@pytest.mark.parametrize("locale", LANGUAGES)
def test_AT_01_by_sms_it_cannot_be_ordered_and_is_told_how_it_can(locale: Language) -> None:
    told = talk(locale)
    told.channel = "sms"
    assert told.key == "Ended"
    for part in ("Telegram", "Дәрігер", "1414"):
        assert part in told.reads
    assert parts(told.reads) <= MOST_PARTS


def test_who_refuses_the_notice_is_led_to_the_desk() -> None:
    refused = talk().press("refuse").say("7")
    assert "+7 727 397-47-90" in refused.reads
    assert refused.done == []


def test_S19_a_known_and_an_unknown_iin_read_alike_up_to_the_code() -> None:
    known, unknown = talk().press("agree"), talk().press("agree")
    unknown.registry.people.clear()
    known.say(AIGUL.iin.digits)
    unknown.say(AIGUL.iin.digits)
    assert (known.reads, known.buttons) == (unknown.reads, unknown.buttons)


def test_AT_07_where_one_stands_is_told_before_anything_is_filled_in() -> None:
    told = identified()
    assert told.key == "attachment.who"
    for part in ("Городская поликлиника № 5", "1 января 2020 года", "можно сегодня", "Жансая"):
        assert part in told.reads


@pytest.mark.parametrize(
    ("locale", "earliest", "clause"),
    [("ru", "1 января 2027 года", "подпункт 2)"), ("kk", "2027 жылғы 1 қаңтар", "2) тармақшасы")],
)
def test_AT_07_and_E_09_a_second_choice_in_the_year_is_told_with_earliest_day_and_clause(
    locale: Language, earliest: str, clause: str
) -> None:
    told = identified(locale, registry=Registry(choices={"1001": (THIS_YEAR,)}))
    assert earliest in told.reads
    assert clause in told.reads


@pytest.mark.parametrize(
    ("locale", "parts_told"),
    [("ru", ("беременны", "нет 5 лет")), ("kk", ("жүкті болсаңыз", "5 жасқа толмаса"))],
)
def test_G_20_of_every_cause_that_is_not_counted_it_is_told_that_it_lifts_the_limit(
    locale: Language, parts_told: tuple[str, ...]
) -> None:
    told = identified(locale, registry=Registry(choices={"1001": (THIS_YEAR,)}))
    for part in parts_told:
        assert part in told.reads


@pytest.mark.parametrize(
    ("locale", "words"),
    [("ru", "будет считаться поданной 1 января 2027"), ("kk", "мына күнмен тіркеледі: 2027 жылғы 1 қаңтар")],
)
def test_AT_06_E_09_late_on_the_last_day_of_the_year_it_is_told_that_one_may_send_already(
    locale: Language, words: str
) -> None:
    used = Registry(choices={"1001": (THIS_YEAR,)}, children={})
    evening, noon = (datetime(2026, 12, 31, hour, 30, tzinfo=UTC) for hour in (13, 7))
    assert words in identified(locale, evening, used).reads
    assert words not in identified(locale, noon, used).reads


def test_G_20_another_setting_changes_the_answer() -> None:
    twice = replace(YEARLY, choices=2)
    used = Registry(choices={"1001": (THIS_YEAR,)}, terms_known=(twice,), children={})
    assert "можно сегодня" in identified(registry=used).reads
    twelve = replace(YEARLY, period=Period.TWELVE_MONTHS)
    used = Registry(choices={"1001": (THIS_YEAR,)}, terms_known=(twelve,), children={})
    assert "2 марта 2027 года" in identified(registry=used).reads


def test_G_20_outside_the_campaign_the_day_it_opens_is_told() -> None:
    autumn = replace(YEARLY, campaign=(MonthDay(9, 15), MonthDay(11, 15)))
    told = identified(registry=Registry(terms_known=(autumn,)))
    assert "15 сентября 2027 года" in told.reads


@pytest.mark.parametrize(
    ("locale", "words", "ground"),
    [
        ("ru", "сейчас прикрепиться по свободному выбору нельзя", "Основание"),
        ("kk", "қазір еркін таңдау бойынша бекітілуге болмайды", "Негіздеме"),
    ],
)
def test_AT_11_outside_the_campaign_nobody_reads_of_a_choice_made_too_often(
    locale: Language, words: str, ground: str
) -> None:
    autumn = replace(YEARLY, campaign=(MonthDay(9, 15), MonthDay(11, 15)))
    stopped = at_the_summary(locale=locale, registry=Registry(terms_known=(autumn,)))
    assert words in stopped.reads
    for false in (ground, "№ 3/561"):
        assert false not in stopped.reads


@pytest.mark.parametrize(("locale", "former"), [("ru", "прежняя"), ("kk", "бұрынғы емхана")])
def test_AT_07_whoever_is_attached_nowhere_neither_waits_nor_reads_of_a_former_clinic(
    locale: Language, former: str
) -> None:
    late = replace(YEARLY, campaign=(MonthDay(9, 15), MonthDay(11, 15)), effect=MonthDay(1, 1))
    told = identified(locale, registry=Registry(attached={}, children={}, terms_known=(late,)))
    assert former not in told.reads
    done = told.press("self").say("7").press("this", "free_choice", "send")
    assert former not in done.reads
    assert draft_of(done).effective_on == date(2026, 11, 20)


def test_AT_02_whoever_is_18_by_the_day_of_effect_is_told_so_before_anything_is_signed() -> None:
    soon_18 = replace(AIGUL, birth_date=date(2008, 12, 20))
    registry = Registry(terms_known=(replace(YEARLY, effect=MonthDay(1, 1)),), children={})
    registry.people[registry.people.index(AIGUL)] = soon_18
    stopped = at_the_clinic(registry=registry).say("детская 5").press("this", "free_choice")
    assert "только детей до 18 лет" in stopped.reads


def test_G_22_a_later_day_of_effect_is_told_signed_and_shown() -> None:
    terms = (replace(YEARLY, effect=MonthDay(1, 1)),)
    told = identified(registry=Registry(terms_known=terms))
    assert "1 января 2027 года" in told.reads
    summary = told.press("self").say("7").press("this", "free_choice")
    assert "1 января 2027 года" in summary.reads
    assert draft_of(summary.press("send")).effective_on == date(2027, 1, 1)
    moved = identified(registry=Registry(terms_known=terms)).press("self").say("7").press("this", "moved")
    assert draft_of(moved.press("send")).effective_on == date(2026, 11, 20)


def test_who_does_not_want_to_now_sends_nothing() -> None:
    ended = identified().press("not_now")
    assert ended.done == []
    assert "Ничего не отправлено" in ended.reads


def test_AT_02_any_clinic_may_be_chosen_and_its_card_is_looked_at_first() -> None:
    looked = at_the_clinic().say("12")
    assert looked.key == "attachment.card"
    assert "лично" in looked.reads
    assert looked.press("other").key == "attachment.clinic"
    assert looked.say("7").press("this").key == "attachment.cause"


def test_a_clinic_whose_staff_are_not_linked_leads_to_its_phone() -> None:
    ended = at_the_clinic().say("12").press("stop")
    assert "+7 727 397-47-90" in ended.reads
    assert "талон" in ended.reads


def test_AT_09_one_request_is_signed_as_it_was_shown() -> None:
    summary = at_the_summary()
    for part in ("Городская поликлиника № 7", "Сейітова Айгүл", "0010", "Городская поликлиника № 5", "20:00"):
        assert part in summary.reads
    draft = draft_of(summary.press("send"))
    (one,) = draft.people
    assert (one.person_id, one.cause, one.from_clinic, one.for_whom) == (
        AIGUL.id,
        Cause.FREE_CHOICE,
        5,
        ForWhom.SELF,
    )
    assert (draft.clinic_no, draft.answer_day, draft.consent_id) == (7, date(2026, 11, 20), 91)
    assert "Айгүл" in draft.signed.text


@pytest.mark.parametrize("locale", LANGUAGES)
def test_AT_05_the_receipt_names_number_term_phone_and_what_comes_next(locale: Language) -> None:
    done = at_the_summary(locale=locale).press("send")
    for part in ("07-000101", "20:00", "+7 727 397-47-90", "талон", "PDF"):
        assert part in done.reads
    assert leads_of(done) == ["cabinet", "withdraw", "menu"]


def test_AT_06_and_X_12_after_the_cut_off_the_next_working_day_is_shown_and_signed() -> None:
    late = identified(now=datetime(2026, 11, 20, 13, 0, tzinfo=UTC))
    summary = late.press("self").say("7").press("this", "free_choice")
    assert "21 ноября 2026 года, 14:00" in summary.reads
    assert "следующий рабочий день" in summary.reads
    summary.receipt = {
        "requests": [{"request_id": 91, "number": "07-000101", "person_id": "1001"}],
        "due_us": int(datetime(2026, 11, 21, 9, tzinfo=UTC).timestamp()) * 1_000_000,
        "registered_us": 0,
        "same_day": False,
        "clinic_no": 7,
    }
    done = summary.press("send")
    assert draft_of(done).answer_day == date(2026, 11, 21)
    assert "следующий рабочий день" in done.reads


def test_E_08_a_minute_before_the_cut_off_it_is_answered_today() -> None:
    early = identified(now=datetime(2026, 11, 20, 12, 59, 59, tzinfo=UTC))
    summary = early.press("self").say("7").press("this", "free_choice")
    assert "20 ноября 2026 года, 20:00" in summary.reads


def test_G_75_children_are_added_in_one_sitting_each_with_a_number() -> None:
    done = at_the_summary("together").press("send")
    assert [(one.person_id, one.for_whom) for one in draft_of(done).people] == [
        (AIGUL.id, ForWhom.SELF),
        (DAUGHTER.id, ForWhom.CHILD),
        (TEENAGER.id, ForWhom.CHILD),
    ]
    for part in ("07-000101", "07-000102", "07-000103", "Жансая", "Арман"):
        assert part in done.reads


def test_G_75_children_alone_and_one_by_one() -> None:
    chosen = identified().press("children", DAUGHTER.id)
    assert chosen.key == "attachment.child.2"
    assert [option.id for option in chosen.options] == [TEENAGER.id, "no_more"]
    done = chosen.press("no_more").say("детская").press("this", "free_choice", "send")
    assert [one.person_id for one in draft_of(done).people] == [DAUGHTER.id]


def test_who_has_no_children_is_not_asked_about_them() -> None:
    assert [option.id for option in identified(registry=Registry(children={})).options] == ["self", "not_now"]


def test_a_child_over_age_is_told_apart_while_the_others_go_on() -> None:
    mixed = at_the_clinic("together").say("детская").press("this", "free_choice")
    assert mixed.key == "attachment.some_refused"
    assert "Айгүл: эта поликлиника принимает только детей" in mixed.reads
    done = mixed.press("go_on", "send")
    assert [one.person_id for one in draft_of(done).people] == [DAUGHTER.id, TEENAGER.id]


def test_nobody_is_left_for_a_childrens_clinic_and_another_one_is_offered() -> None:
    alone = at_the_clinic().say("детская").press("this", "free_choice")
    assert alone.key == "attachment.all_refused"
    assert alone.press("other").key == "attachment.clinic"
    adults = at_the_clinic("children", registry=with_clinic(7, takes=Takes.ADULTS)).say("7")
    assert "детскую" in adults.press("this", "free_choice").reads


def test_AT_07_the_refusal_names_ground_clause_earliest_day_and_the_right_to_complain() -> None:
    used = Registry(choices={"1001": (THIS_YEAR,)})
    ended = at_the_clinic(registry=used).say("7").press("this", "free_choice")
    for part in ("чаще", "подпункт 2)", "1 января 2027 года", "2 марта 2026 года", "15 рабочих дней"):
        assert part in ended.reads
    assert ground_of(ended) == "too_often"
    assert ended.done == []


@pytest.mark.parametrize("cause", ["moved", "clinic_closed"])
def test_G_20_a_move_or_a_closed_clinic_is_not_a_free_choice(cause: str) -> None:
    used = Registry(choices={"1001": (THIS_YEAR,)})
    summary = at_the_clinic(registry=used).say("7").press("this", cause)
    assert summary.key == "attachment.check"
    assert "документ" in summary.reads


def test_AT_08_and_G_21_a_clinic_over_its_norm_refuses_with_its_clause() -> None:
    full = with_clinic(7, norm=100)
    full.counts[7] = 100
    looked = at_the_clinic(registry=full).say("7")
    assert "Мест для прикрепления сейчас нет" in looked.reads
    refused = looked.press("this", "free_choice")
    assert "подпункт 3)" in refused.reads
    ended = refused.press("stop")
    assert ground_of(ended) == "norm_exceeded"
    assert "15 рабочих дней" in ended.reads


def test_AT_08_the_last_place_goes_to_the_first_of_a_sitting() -> None:
    nearly = with_clinic(7, norm=100)
    nearly.counts[7] = 99
    mixed = at_the_clinic("together", registry=nearly).say("7").press("this", "free_choice", "go_on")
    assert [one.person_id for one in draft_of(mixed.press("send")).people] == [AIGUL.id]


def test_G_21_a_norm_that_is_not_set_refuses_nobody() -> None:
    crowded = Registry()
    crowded.counts[7] = 1_000_000
    looked = at_the_clinic(registry=crowded).say("7")
    assert "не указано" in looked.reads
    assert looked.press("this", "free_choice").key == "attachment.check"


def test_X_11_a_child_refused_for_too_often_does_not_stop_the_mother() -> None:
    used = Registry(choices={DAUGHTER.id: (THIS_YEAR,)})
    mixed = at_the_clinic("together", registry=used).say("7").press("this", "free_choice")
    assert "Жансая: в прикреплении отказано" in mixed.reads
    done = mixed.press("go_on", "send")
    assert [one.person_id for one in draft_of(done).people] == [AIGUL.id, TEENAGER.id]


def test_who_is_attached_there_already_is_told_so_without_a_ground() -> None:
    same = at_the_clinic().say("ГП 5").press("this", "free_choice")
    assert "уже есть" in same.reads
    ended = same.press("stop")
    assert ground_of(ended) is None
    assert "жалобу" not in ended.reads


def test_AT_09_one_open_request_at_a_time() -> None:
    waiting = Registry(cards=[attachment_card()], children={})
    ended = identified(registry=waiting)
    assert "07-000101" in ended.reads
    assert leads_of(ended) == ["cabinet", "withdraw", "menu"]
    family = Registry(cards=[attachment_card(patient_id=DAUGHTER.id)])
    asked = identified(registry=family)
    assert "07-000101" in asked.reads
    done = asked.press("together").say("7").press("this", "free_choice", "send")
    assert [one.person_id for one in draft_of(done).people] == [AIGUL.id, TEENAGER.id]


def test_G_20_two_of_one_age_may_have_each_their_own_reason() -> None:
    asked = at_the_clinic("children").say("7").press("this")
    assert "each" in [option.id for option in asked.options]
    alone = at_the_clinic("self").say("7").press("this")
    assert "each" not in [option.id for option in alone.options]


def test_causes_are_the_persons_own_and_may_differ_in_one_sitting() -> None:
    baby = person("1006", "26090160001", "Сейітова Асем", date(2026, 9, 1), None)
    registry = Registry(children={"1001": ("1006",)})
    registry.people.append(baby)
    asked = identified(registry=registry).press("together").say("7").press("this")
    offered = [option.id for option in asked.options]
    assert offered == ["free_choice", "moved", "actual_residence", "each"]
    done = asked.press("each", "clinic_closed", "birth", "send")
    assert [one.cause for one in draft_of(done).people] == [Cause.CLINIC_CLOSED, Cause.BIRTH]
    assert draft_of(done).people[1].from_clinic is None


def test_who_is_attached_nowhere_is_attached_all_the_same() -> None:
    told = talk().press("agree").say(UNATTACHED.iin.digits).confirm(UNATTACHED.id)
    assert "не прикреплены" in told.reads
    summary = told.press("self").say("7").press("this", "free_choice")
    assert draft_of(summary.press("send")).people[0].from_clinic is None


def waiting_visit() -> RequestCard:
    """An appointment without a time."""
    return replace(visit_card(BookingStatus.WAITING), id=82, number="05-004521")


def test_AT_15_appointments_at_the_old_clinic_end_with_the_attachment_if_the_citizen_agrees() -> None:
    asked = at_the_clinic(registry=Registry(cards=[visit_card(), waiting_visit()]))
    asked.say("7").press("this", "free_choice")
    assert asked.key == "attachment.leaving"
    for part in ("05-004520", "24 ноября 2026 года, 14:00", "05-004521"):
        assert part in asked.reads
    summary = asked.press("go_on")
    assert "05-004520, 05-004521" in summary.reads
    assert draft_of(summary.press("send")).give_up == ((81, 1), (82, 1))


def test_AT_15_who_would_rather_keep_the_appointment_stops_here() -> None:
    kept = (
        at_the_clinic(registry=Registry(cards=[visit_card()])).say("7").press("this", "free_choice", "stop")
    )
    assert kept.done == []
    assert leads_of(kept)[0] == "cabinet"


def test_AT_15_a_home_call_under_way_is_carried_out_and_this_is_said() -> None:
    called = Registry(cards=[card(status=CallStatus.ON_WAY)])
    asked = at_the_clinic(registry=called).say("7").press("this", "free_choice")
    assert "Вызов остаётся в силе" in asked.reads
    assert draft_of(asked.press("go_on", "send")).give_up == ()


def test_G_22_an_appointment_before_the_day_of_effect_stays() -> None:
    later = Registry(cards=[visit_card()], terms_known=(replace(YEARLY, effect=Effect.NEXT_MONTH),))
    asked = at_the_clinic(registry=later).say("7").press("this", "free_choice")
    assert "Остаётся в силе" in asked.reads
    assert draft_of(asked.press("go_on", "send")).give_up == ()


def test_an_appointment_that_changes_meanwhile_is_shown_anew() -> None:
    asked = (
        at_the_clinic(registry=Registry(cards=[visit_card()])).say("7").press("this", "free_choice", "go_on")
    )
    assert asked.key == "attachment.check"
    asked.registry.cards[0] = replace(visit_card(), version=2)
    assert asked.key == "attachment.leaving"


def test_a_clinic_that_fills_up_before_send_is_told_at_once() -> None:
    filling = with_clinic(7, norm=100)
    summary = at_the_clinic(registry=filling).say("7").press("this", "free_choice")
    filling.counts[7] = 100
    assert summary.key == "attachment.all_refused"


@pytest.mark.parametrize(
    ("what", "key"),
    [("clinic", "attachment.clinic"), ("cause", "attachment.cause"), ("whom", "attachment.who")],
)
def test_everything_can_be_changed_at_the_summary(what: str, key: str) -> None:
    assert at_the_summary("together").press("change", what).key == key


def test_another_cause_shows_another_summary_to_sign() -> None:
    first = at_the_summary()
    seal = first.options[0].id
    first.press("change", "cause", "moved")
    assert first.options[0].id != seal


def test_a_receipt_of_a_request_made_before_says_so() -> None:
    summary = at_the_summary()
    summary.receipt = {
        "requests": [{"request_id": 91, "number": "07-000101", "person_id": "1001", "already": True}],
        "due_us": int(datetime(2026, 11, 20, 15, tzinfo=UTC).timestamp()) * 1_000_000,
        "registered_us": 0,
        "same_day": True,
        "clinic_no": 7,
    }
    assert "подана раньше" in summary.press("send").reads


def test_a_request_that_was_accepted_blocks_another_one() -> None:
    accepted = Registry(cards=[attachment_card(AttachmentStatus.ACCEPTED)], children={})
    assert identified(registry=accepted).key == "Ended"
