"""The survey: two questions under the name of the service, one tap each, after a "not satisfied" a way on.

It counts in the chat that it was sent to: nothing is told there but what the invitation told, so no code is
asked. What was answered stands with nobody.
"""

from typing import Final

from dialogs.actions import (
    MENU,
    begin_survey,
    complain_about,
    first_of_survey,
    survey_words,
)
from dialogs.context import Context
from dialogs.drafts import (
    OpenSurveyDraft,
    SurveyDeclinedDraft,
    SurveyDraft,
    SurveyLaterDraft,
    SurveyWordsDraft,
)
from dialogs.engine import (
    End,
    Input,
    Json,
    NotUnderstood,
    Option,
    Question,
    T,
    ask,
    dialog,
    end,
    receipt_of,
    submit,
)
from dialogs.questions import typed, words_question
from rules.days import COUNTRY_ZONE, instant
from rules.law import rule
from rules.survey import BadGrade, Grade, SurveyQuestion, questions, read_grade

NAME: Final = "survey"
WORDS: Final = "survey_words"
OPENED: Final = "survey_opened"
COUNTED: Final = "survey_counted"
LATER: Final = "survey_later"
DECLINED: Final = "survey_declined"
WRITTEN: Final = "survey_written"


@dialog(NAME)
async def survey(ctx: Context) -> End:
    """Answer, put off or decline; ``ctx.arg`` is "id" or "id:what was pressed in the invitation"."""
    counted = receipt_of(COUNTED)
    if counted is not None:
        return _over(counted)
    survey_id, _, pressed = ctx.arg.partition(":")
    if not survey_id.isdecimal():
        return _not_yours()
    match pressed:
        case "later":
            return _put_off(await submit(LATER, SurveyLaterDraft(int(survey_id))))
        case "no":
            return _over(await submit(DECLINED, SurveyDeclinedDraft(int(survey_id))))
        case _:
            return await _answered(int(survey_id), pressed)


async def _answered(survey_id: int, pressed: str) -> End:
    opened = await submit(OPENED, OpenSurveyDraft(survey_id))
    if opened["outcome"] != "open":
        return _over(opened)
    again: tuple[Option, ...] = ()
    try:
        first = str(read_grade(pressed))
        # No question here stands before the second one: a slip in the invitation is put right by a new start.
        again = (first_of_survey(survey_id),)
    except BadGrade:
        first = str(await ask(_question(SurveyQuestion.QUALITY, opened)))
    second = await ask(_question(SurveyQuestion.INFORMATION, opened, again), given=first)
    grades = (int(first), int(str(second)))
    return _over(await submit(COUNTED, SurveyDraft(survey_id, grades)))


@rule("SV-01", "SV-02", "SV-03")
def _question(asked: SurveyQuestion, opened: dict[str, Json], leads: tuple[Option, ...] = ()) -> Question:
    """One question of the form, headed with the name of the service, with its three answers."""
    options = tuple(Option(str(grade), T(f"button.grade_{grade}")) for grade in sorted(Grade, reverse=True))
    heading = T("survey.heading", service=T(f"service.{opened['service']}"), number=str(opened["number"]))
    text = (heading, T(f"survey.{asked}", no=questions().index(asked) + 1))
    return Question(f"survey.{asked}", text, T("survey.hint"), options, _grade, numbered=False, leads=leads)


def _grade(sent: Input) -> Json:
    try:
        return str(read_grade(typed(sent, T("survey.hint"))))
    except BadGrade as fault:
        raise NotUnderstood(T("survey.hint")) from fault


def _put_off(receipt: dict[str, Json]) -> End:
    if receipt["outcome"] not in {"later", "later_again"}:
        return _over(receipt)
    until = instant(int(str(receipt["until_us"]))).astimezone(COUNTRY_ZONE)
    leads = (begin_survey(int(str(receipt["survey_id"]))), MENU)
    return end(T(f"survey.{receipt['outcome']}", until=until), leads=leads)


@rule("G-64")
def _over(receipt: dict[str, Json]) -> End:
    """Thanked; whoever was not satisfied may write to the clinic, or complain."""
    outcome = str(receipt["outcome"])
    if outcome == "not_yours":
        return _not_yours()
    if outcome == "counted" and receipt["low"]:
        write = (survey_words(int(str(receipt["survey_id"]))),) if receipt["clinic_no"] else ()
        complain = complain_about(str(receipt["matter"]), int(str(receipt["matter_id"])))
        key = "survey.low" if receipt["clinic_no"] else "survey.low_complain"
        return end(T("survey.counted"), T(key), leads=(*write, complain, MENU))
    if outcome == "closed":
        about = complain_about(str(receipt["matter"]), int(str(receipt["matter_id"])))
        return end(T("survey.closed"), leads=(about, MENU))
    page = str(receipt["page"])
    more = (T("survey.page", page=page),) if page and outcome == "counted" else ()
    return end(T(f"survey.{outcome}"), *more, leads=(MENU,))


@dialog(WORDS)
async def written(ctx: Context) -> End:
    """Write to the clinic what was not liked; ``ctx.arg`` is the id of the survey."""
    receipt = receipt_of(WRITTEN)
    if receipt is not None:
        return _kept(receipt)
    if not ctx.arg.isdecimal():
        return _not_yours()
    opened = await submit(OPENED, OpenSurveyDraft(int(ctx.arg)))
    if opened["outcome"] != "answered":
        return _over(opened) if opened["outcome"] != "open" else _not_yours()
    if opened["wrote"]:
        return _kept({**opened, "outcome": "written_before"})
    clinic = await ctx.facts.clinic(int(str(opened["clinic_no"])))
    if clinic is None:
        return _not_yours()
    text = T("survey.words", clinic=ctx.named(clinic))
    words = await ask(words_question("survey.words", text, T("survey.words_hint")))
    return _kept(await submit(WRITTEN, SurveyWordsDraft(int(ctx.arg), str(words))))


def _kept(receipt: dict[str, Json]) -> End:
    if receipt["outcome"] not in {"written", "written_before"}:
        return _not_yours()
    complain = complain_about(str(receipt["matter"]), int(str(receipt["matter_id"])))
    return end(T(f"survey.{receipt['outcome']}"), leads=(complain, MENU))


def _not_yours() -> End:
    return end(T("survey.not_yours"), leads=(MENU,))
