"""Help knows: what a service is, needs, takes, costs and stands on, in both languages and by SMS."""

from dataclasses import replace
from datetime import date

import pytest

import locales
from bot.by_sms.showing import said
from bot.by_sms.writing import Choice, Rest, page
from dialogs import actions
from dialogs.engine import End, Option, T
from dialogs.help import about as lead_to
from dialogs.help import help_about, help_law, help_words, topic_of
from locales.segments import MOST_PARTS, parts
from rules.about import Today, Topic, about
from rules.attachment import Effect, Period, Terms
from rules.calendar import Hours
from rules.clinics import CENTRES_LINE
from rules.people import Language
from rules.public_services import PublicService
from tests.rules.almaty import CLINIC

ON = Today(date(2026, 11, 20))
in_both = pytest.mark.parametrize("locale", locales.LOCALES)
every_topic = pytest.mark.parametrize("topic", Topic)
FREE = {"kk": "тегін", "ru": "бесплатно"}
PAID = {"kk": "ақылы", "ru": "платно, по прейскуранту"}


def read(shown: End, locale: Language, *, short: bool = False) -> str:
    return "\n\n".join(locales.render(words, locale, short=short) for words in shown.text)


def of(topic: Topic, locale: Language, today: Today = ON) -> str:
    return read(help_about(about(topic, today), locale), locale)


@in_both
@every_topic
def test_GEN_10_every_service_is_told_with_its_name_its_term_its_price_and_1414(
    topic: Topic, locale: Language
) -> None:
    told = about(topic, ON)
    text = of(topic, locale)
    for service in told.services:
        assert locales.render(T(f"service.{service}"), locale) in text
    assert (PAID if topic is Topic.DUPLICATE else FREE)[locale] in text
    assert "1414" in text
    assert all(str(figure) in text for figure in told.figures.values())


@in_both
def test_GEN_11_the_help_of_the_three_centres_shows_both_numbers(locale: Language) -> None:
    text = of(Topic.CENTRES, locale)
    assert f"1414, {CENTRES_LINE}" in text
    for centre in (PublicService.PHTHISIATRY, PublicService.PSYCHIATRY, PublicService.NARCOLOGY):
        assert locales.render(T(f"service.{centre}"), locale) in text
    others = [of(topic, locale) for topic in Topic if topic is not Topic.CENTRES]
    assert not any(CENTRES_LINE in other for other in others)


@in_both
def test_GEN_04_the_first_page_says_that_all_is_free_but_a_duplicate(locale: Language) -> None:
    text = read(help_words(about(Topic.HOME_CALL, ON)), locale)
    assert ("телнұсқасы ақылы" if locale == "kk" else "кроме дубликата") in text


@in_both
@every_topic
def test_X_01_G_89_the_law_is_named_with_its_clauses_since_when_and_whether_it_is_repealed(
    topic: Topic, locale: Language
) -> None:
    told = about(topic, ON)
    text = read(help_law(told), locale)
    for basis in told.bases:
        assert ", ".join(basis.clauses) in text
        assert str(basis.in_force_from.year) in text
    is_repealed = any(basis.repealed_on for basis in told.bases)
    assert (("Утратило силу" if locale == "ru" else "Күші жойылған") in text) is is_repealed


@in_both
@every_topic
def test_X_01_a_button_phone_too_reads_which_act_is_repealed(topic: Topic, locale: Language) -> None:
    told = about(topic, ON)
    sms = first_sms(help_law(told, terse=True), locale)
    repealed = "(күші жойылған)" if locale == "kk" else "(утратил силу)"
    assert sms.count(repealed) == sum(basis.repealed_on is not None for basis in told.bases)


@in_both
def test_X_01_an_act_without_a_date_is_not_said_to_hold_since_one(locale: Language) -> None:
    standard = read(help_law(about(Topic.APPOINTMENT, ON)), locale).splitlines()[1]
    assert ("нет даты" if locale == "ru" else "күні жоқ") in standard
    order = read(help_law(about(Topic.COMPLAINT, ON)), locale)
    assert ("десять календарных дней" if locale == "ru" else "күнтізбелік он күн") in order
    decree = read(help_law(about(Topic.DUPLICATE, ON)), locale)
    assert ("Вступило в силу 26 июля" if locale == "ru" else "Күшіне енген күні: 2013") in decree


@in_both
def test_G_31_the_strict_clock_of_consent_is_told_as_it_is_set(locale: Language) -> None:
    strict = of(Topic.CENTRES, locale, replace(ON, consent_clock="from_filing"))
    assert "24" not in strict
    assert ("те же 30 минут" if locale == "ru" else "сол 30 минут") in strict
    usual = of(Topic.CENTRES, locale)
    assert ("30 минут считают с его согласия" if locale == "ru" else "30 минут келісім берілген") in usual


@in_both
def test_X_33_the_days_of_a_complaint_run_from_its_registration_at_the_body(locale: Language) -> None:
    text = of(Topic.COMPLAINT, locale)
    assert ("зарегистрировал её у себя" if locale == "ru" else "өзінде тіркеген") in text


@in_both
def test_HC_03_help_says_that_a_call_needs_an_attachment(locale: Language) -> None:
    text = of(Topic.HOME_CALL, locale)
    assert ("Что нужно: прикрепление" if locale == "ru" else "Қажет: емханаға бекітілу") in text


@in_both
@pytest.mark.parametrize("topic", [Topic.HOME_CALL, Topic.ATTACHMENT])
def test_GEN_01_a_clinic_that_is_closed_on_saturdays_is_said_to_take_nothing_then(
    topic: Topic, locale: Language
) -> None:
    own = replace(CLINIC, hours=Hours.parse("08:00-19:00;-;-"))
    today = replace(ON, clinic=own)
    text = of(topic, locale, today)
    assert ("в субботу не принимают" if locale == "ru" else "сенбіде қабылданбайды") in text
    sms = read(help_about(about(topic, today), locale, terse=True), locale, short=True)
    assert ("сб нет" if locale == "ru" else "сб жоқ") in sms
    first = read(help_words(about(Topic.HOME_CALL, today)), locale)
    assert ("не принимают" if locale == "ru" else "қабылданбайды") in first
    assert "12:00" in of(topic, locale)


@in_both
def test_G_20_other_terms_of_free_choice_are_other_words(locale: Language) -> None:
    twice = Terms(date(2026, 1, 1), 2, Period.TWELVE_MONTHS, None, Effect.AT_ONCE)
    text = of(Topic.ATTACHMENT, locale, replace(ON, terms=(twice,)))
    assert ": 2." in text
    assert ("он екі" if locale == "kk" else "двенадцать") in text
    assert text != of(Topic.ATTACHMENT, locale)


@in_both
def test_GEN_10_whoever_is_known_here_reads_the_phone_and_the_hours_of_their_own_clinic(
    locale: Language,
) -> None:
    own = replace(CLINIC, cutoff_minutes=180)
    told = about(Topic.HOME_CALL, replace(ON, clinic=own))
    text = read(help_about(told, locale, own), locale)
    assert own.phone in text
    assert "17:00" in text
    assert own.phone not in of(Topic.HOME_CALL, locale)


@in_both
@pytest.mark.parametrize("topic", [Topic.TRAINING, Topic.DUPLICATE])
def test_TR_01_what_the_college_gives_is_told_with_its_address_and_both_its_phones(
    topic: Topic, locale: Language
) -> None:
    college = replace(
        CLINIC, no=90, address="ул. Кабанбай батыра, 132", phones=("+77272675905", "+77272673662")
    )
    text = read(help_about(about(topic, ON), locale, college), locale)
    for part in ("ул. Кабанбай батыра, 132", "+7 727 267-59-05", "+7 727 267-36-62"):
        assert part in text


@every_topic
def test_a_page_of_help_leads_to_the_service_its_law_and_back(topic: Topic) -> None:
    shown = help_about(about(topic, ON), "ru")
    ids = [lead.id for lead in shown.leads]
    assert ids[0].startswith("start:")
    assert f"help:{topic}:law" in ids
    assert ids[-2:] == ["help", "menu"]
    assert lead_to(topic) in help_law(about(topic, ON)).leads


def test_what_is_in_hand_is_offered_first() -> None:
    first = help_words(about(Topic.HOME_CALL, ON), of=topic_of("attachment")).leads
    assert first[0] == lead_to(Topic.ATTACHMENT)
    assert {lead.id for lead in first} == {*(f"help:{topic}" for topic in Topic), "menu"}
    assert topic_of("clinics") is None


@in_both
@every_topic
def test_S26_on_a_button_phone_a_page_and_its_law_are_one_sms_each(topic: Topic, locale: Language) -> None:
    told = about(topic, ON)
    for shown in (help_about(told, locale, terse=True), help_law(told, terse=True)):
        sms = first_sms(shown, locale)
        assert parts(sms) <= MOST_PARTS
        assert read(shown, locale, short=True) in sms
    starts = [lead for lead in help_about(told, locale, terse=True).leads if lead.id.startswith("start:")]
    served = {Topic.HOME_CALL: actions.HOME_CALL, Topic.APPOINTMENT: actions.APPOINTMENT}
    assert starts == [lead for of_topic, lead in served.items() if of_topic is topic]


@in_both
def test_S26_the_first_page_leads_a_button_phone_to_every_topic(locale: Language) -> None:
    shown = help_words(about(Topic.HOME_CALL, ON), terse=True)
    assert parts(first_sms(shown, locale)) <= MOST_PARTS
    assert [lead.id for lead in shown.leads][:-1] == [f"help:{topic}" for topic in Topic]


def first_sms(shown: End, locale: Language) -> str:
    choices = tuple(_choice(lead, locale) for lead in shown.leads if lead != actions.MENU)
    rest = Rest(said(shown.text, locale), choices, _choice(actions.MENU, locale))
    return page(rest, locales.render(T("by_sms.more"), locale, short=True)).text


def _choice(lead: Option, locale: Language) -> Choice:
    return Choice(locales.render(lead.label, locale, short=True), lead.id)
