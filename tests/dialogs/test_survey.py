"""The survey in the chat: the form question by question, what may be typed, and every way it can end."""

import pytest

from dialogs.drafts import (
    OpenSurveyDraft,
    SurveyDeclinedDraft,
    SurveyDraft,
    SurveyLaterDraft,
    SurveyWordsDraft,
)
from dialogs.engine import Asked, Option, T
from dialogs.questions import LONGEST_WORDS
from dialogs.survey import survey, written
from locales import LOCALES, render
from rules.people import Language
from tests.dialogs.surveys import surveyed_as
from tests.dialogs.talk import Talk

BOTH = pytest.mark.parametrize("locale", LOCALES)


def asked(arg: str = "17", locale: Language = "ru", outcome: str = "open", **more: object) -> Talk:
    """The dialog that a button of the invitation starts."""
    talk = Talk(survey, locale, arg=arg)
    talk.receipt = surveyed_as(outcome, **more)
    return talk.settle()


@BOTH
def test_SV_01_SV_03_each_question_is_headed_with_the_name_of_the_service(locale: Language) -> None:
    talk = asked(locale=locale)
    heading = render(T("survey.heading", service=T("service.home_call"), number="05-004512"), locale)
    for no, question in enumerate(("quality", "information"), 1):
        assert talk.reads == f"{heading}\n\n{render(T(f'survey.{question}', no=no), locale)}"
        talk.press("3")


@BOTH
def test_SV_02_each_question_has_the_same_three_answers(locale: Language) -> None:
    talk = asked(locale=locale)
    labels = [render(T(f"button.grade_{grade}"), locale) for grade in (3, 2, 1)]
    assert talk.buttons == labels
    assert [option.id for option in talk.options] == ["3", "2", "1"]
    assert talk.press("2").buttons == labels


@pytest.mark.parametrize("grade", [1, 2, 3])
def test_SV_01_what_was_pressed_in_the_invitation_is_the_first_answer(grade: int) -> None:
    talk = asked(f"17:{grade}")
    assert talk.key == "survey.information"
    talk.press("2")
    assert talk.done == [OpenSurveyDraft(17), SurveyDraft(17, (grade, 2))]


def _leads(talk: Talk) -> tuple[Option, ...]:
    assert isinstance(talk.outcome, Asked)
    return talk.outcome.question.leads


def test_a_slip_in_the_invitation_can_be_put_right_before_the_second_answer() -> None:
    talk = asked("17:1")
    assert [lead.id for lead in _leads(talk)] == ["start:survey:17"]
    assert _leads(asked()) == ()


@pytest.mark.parametrize("text", ["4", "0", "3 3", "хорошо", "²", "10"])
def test_SV_02_any_other_value_is_not_taken(text: str) -> None:
    talk = asked()
    talk.say(text)
    assert talk.key == "survey.quality"
    assert talk.hint == render(T("survey.hint"), "ru")


def test_SV_02_a_typed_digit_is_its_code_and_never_the_place_of_a_button() -> None:
    talk = asked()
    talk.say("3", "1")
    assert talk.done[-1] == SurveyDraft(17, (3, 1))


@pytest.mark.parametrize("arg", ["", "x", "17x:3", "-1", ":3"])
def test_what_names_no_survey_finds_none(arg: str) -> None:
    assert asked(arg).reads == render(T("survey.not_yours"), "ru")


@pytest.mark.parametrize(
    ("outcome", "key"),
    [("answered", "survey.answered"), ("closed", "survey.closed"), ("not_yours", "survey.not_yours")],
)
def test_G_64_what_is_answered_or_closed_asks_nothing_more(outcome: str, key: str) -> None:
    talk = asked("17:3", outcome=outcome)
    assert talk.reads == render(T(key), "ru")
    assert talk.done == [OpenSurveyDraft(17)]


def test_G_64_later_and_no_are_told_to_the_house_and_answered() -> None:
    later = asked("17:later", outcome="later")
    assert later.done == [SurveyLaterDraft(17)]
    assert [option.id for option in later.options] == ["start:survey:17", "menu"]
    declined = asked("17:no", outcome="declined")
    assert declined.done == [SurveyDeclinedDraft(17)]
    assert declined.reads == render(T("survey.declined"), "ru")


def test_G_64_whoever_is_satisfied_is_thanked_and_told_where_the_figures_are() -> None:
    talk = asked(outcome="counted")
    assert talk.reads.endswith("https://example.kz/quality")
    assert asked(outcome="counted", page="").reads == render(T("survey.counted"), "ru")


def test_G_64_after_a_not_satisfied_one_may_write_or_complain() -> None:
    talk = asked(outcome="counted", low=True)
    assert [option.id for option in talk.options] == [
        "start:survey_words:17", "start:complaint:request:71", "menu",
    ]  # fmt: skip


def test_G_64_where_no_clinic_gave_the_service_one_may_complain() -> None:
    talk = asked(outcome="counted", low=True, clinic_no=0, matter="centre", matter_id=95)
    assert [option.id for option in talk.options] == ["start:complaint:centre:95", "menu"]


def test_CH_02_by_sms_the_dialog_leads_to_the_chat() -> None:
    from dialogs import DIALOGS

    dialog = next(one for one in DIALOGS if one.name == "survey")
    talk = Talk(dialog, "ru", arg="17", channel="sms")
    assert talk.reads == render(T("desk.in_chat"), "ru", short=True)


def writing(outcome: str = "answered", **more: object) -> Talk:
    talk = Talk(written, "ru", arg="17")
    talk.receipt = surveyed_as(outcome, **more)
    return talk.settle()


def test_words_are_written_once_by_whoever_has_answered() -> None:
    talk = writing()
    assert talk.key == "survey.words"
    talk.receipt = surveyed_as("written")
    assert talk.say("Долго ждали").reads == render(T("survey.written"), "ru")
    assert talk.done == [OpenSurveyDraft(17), SurveyWordsDraft(17, "Долго ждали")]
    assert writing(wrote=True).reads == render(T("survey.written_before"), "ru")


@pytest.mark.parametrize("outcome", ["open", "not_yours"])
def test_who_has_not_answered_writes_nothing(outcome: str) -> None:
    assert writing(outcome).reads == render(T("survey.not_yours"), "ru")


@pytest.mark.parametrize("words", ["", "  ", "...", "а" * (LONGEST_WORDS + 1)])
def test_words_that_say_nothing_or_too_much_are_asked_for_again(words: str) -> None:
    talk = writing()
    talk.say(words)
    assert talk.key == "survey.words"
