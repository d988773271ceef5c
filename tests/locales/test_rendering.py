"""How values stand inside words, and how typed words are understood."""

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import smsutil

from dialogs.engine import Option, Plain, T, fold
from dialogs.engine.words import Named
from locales import ACTIONS, LOCALES, MissingWords, UnknownLocale, UtcShown, command_meant, render, spellings
from locales.catalogue import compile_if_older, words
from locales.dates import weekday
from locales.segments import parts
from rules.people import Language
from tests.locales.values import rendered_at_worst

ALMATY = ZoneInfo("Asia/Almaty")
MOMENT = datetime(2026, 11, 20, 18, 29, tzinfo=ALMATY)


@pytest.mark.parametrize(
    ("locale", "day", "moment"),
    [
        ("kk", "2026 жылғы 20 қараша", "2026 жылғы 20 қараша, 18:29"),
        ("ru", "20 ноября 2026 года", "20 ноября 2026 года, 18:29"),
    ],
)
def test_days_and_times_are_written_as_acts_write_them(locale: Language, day: str, moment: str) -> None:
    assert day in render(T("check.day", day=date(2026, 11, 20)), locale)
    assert moment in render(T("home_call.not_taken", opens=MOMENT, phone="1414"), locale)


def test_an_sms_gives_day_and_time_in_figures() -> None:
    said = render(T("sms.confirmed", day=MOMENT.date(), start=MOMENT, end=MOMENT, number="05-004512"), "kk")
    assert said == "Дәрігер келеді: 20.11, 18:29–18:29. № 05-004512"


def test_weekdays_have_their_names_in_both_languages() -> None:
    assert [weekday(date(2026, 11, 20), locale) for locale in LOCALES] == ["жұма", "пятница"]


@pytest.mark.parametrize("instant", [datetime(2026, 11, 20, tzinfo=UTC), datetime(2026, 11, 20)])  # noqa: DTZ001 - refused
def test_an_instant_outside_the_clinics_zone_is_never_shown(instant: datetime) -> None:
    with pytest.raises(UtcShown):
        render(T("home_call.not_taken", opens=instant, phone="1414"), "kk")


def test_a_key_without_words_is_a_fault_and_never_its_own_text() -> None:
    with pytest.raises(MissingWords):
        render(T("no.such.words"), "kk")
    with pytest.raises(UnknownLocale):
        render(T("desk.menu"), "en")


@pytest.mark.parametrize(("locale", "name"), [("kk", "№ 8 емхана"), ("ru", "Поликлиника № 8")])
def test_a_clinic_has_its_name_in_the_language_of_the_sentence(locale: Language, name: str) -> None:
    clinic = Named(kk="№ 8 емхана", ru="Поликлиника № 8")
    assert render(T("staff.attachment.from", clinic=clinic), locale).endswith(f": {name}")


def test_a_value_is_one_inert_line_even_with_braces_and_direction_marks() -> None:
    said = render(T("check.words", words="{name}\n\N{RIGHT-TO-LEFT OVERRIDE}<b>жөтел</b>\0"), "ru")
    assert said == "Ваши слова: {name} <b>жөтел</b>"
    assert render(Plain("Абай\nОспанов"), "kk") == "Абай Оспанов"


def test_sentences_may_hold_sentences_and_lists_of_them() -> None:
    said = render(T("home_call.red_flags", signs=(T("red_flag.seizures"), T("red_flag.bleeding"))), "ru")
    assert "– судороги\n– сильное кровотечение" in said


@pytest.mark.parametrize(
    ("typed", "action"),
    [
        ("Мәзір", "menu"),
        ("мазир", "menu"),
        ("МЕНЮ", "menu"),
        ("/start", "menu"),
        ("/menu@DarigerBot", "menu"),
        ("Артқа", "back"),
        ("артка", "back"),
        ("назад!", "back"),
        ("отмена", "cancel"),
        ("тоқта", "cancel"),
        ("қазақша", "language:kk"),
        ("казакша", "language:kk"),
        ("Русский", "language:ru"),
        ("мои заявки", "start:cabinet"),
        ("103", "emergency"),
        ("жедел жәрдем", "emergency"),
        ("это не я", "not_me"),
        ("мені ұмыт", "forget"),
        ("вернуться назад в детство", None),
        ("", None),
        ("😀", None),
    ],
)
def test_a_command_is_understood_however_it_is_spelt_and_only_as_the_whole_message(
    typed: str, action: str | None
) -> None:
    assert command_meant(typed) == action


def test_every_command_has_words_in_both_languages() -> None:
    for name, action in ACTIONS.items():
        for locale in LOCALES:
            assert all(command_meant(word) == action for word in words(f"command.{name}", locale).split("|"))


def test_an_option_is_meant_by_its_label_in_either_language_and_by_what_people_say() -> None:
    agree = spellings(Option("agree", T("button.agree")))
    assert {"келисемин", "даю согласие", fold("иә"), "да"} <= agree
    assert spellings(Option("7", Plain("ГП № 7"))) == {"гп 7"}


@pytest.mark.parametrize("locale", LOCALES)
def test_sms_parts_are_counted_as_a_second_counter_counts_them(locale: Language) -> None:
    for key in ("code.sms", "sms.confirmed", "sms.refused", "sms.overdue"):
        text = render(T(key, **rendered_at_worst(key, locale)), locale)  # type: ignore[arg-type]  # of every kind
        assert parts(text) == len(smsutil.split(text).parts), key


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("а" * 70, 1),
        ("а" * 71, 2),
        ("а" * 134, 2),
        ("а" * 135, 3),
        ("€" * 80, 1),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("", 1),
    ],
)
def test_an_sms_is_counted_by_the_networks_rules(text: str, count: int) -> None:
    assert parts(text) == count


@pytest.mark.parametrize("locale", LOCALES)
def test_a_visits_sms_fits_one_part(locale: Language) -> None:
    assert parts(render(T("sms.confirmed", **rendered_at_worst("sms.confirmed", locale)), locale)) == 1  # type: ignore[arg-type]  # of every kind


def test_a_catalogue_is_compiled_when_it_is_older_than_its_source(tmp_path: Path) -> None:
    source = tmp_path / "kk" / "part.po"
    source.parent.mkdir()
    source.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "a"\nmsgstr "ә"\n'
    )
    assert compile_if_older(source)
    assert not compile_if_older(source)
    source.with_suffix(".mo").touch()
    stamp = source.with_suffix(".mo").stat()
    source.write_text(source.read_text())
    import os

    os.utime(source, ns=(stamp.st_atime_ns, stamp.st_mtime_ns + 1))
    assert compile_if_older(source)
    assert list(source.parent.glob("*.part")) == []
