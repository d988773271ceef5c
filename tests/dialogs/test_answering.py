"""A citizen answers what the clinic asked about their request."""

from typing import Any

import pytest

from dialogs.answering import answering
from dialogs.cabinet import cabinet
from dialogs.drafts import AnswerDraft, OpenQuestionDraft
from dialogs.questions import LONGEST_WORDS
from rules.people import Language
from tests.dialogs.registry import AIGUL, card
from tests.dialogs.talk import Talk

RECEIPT: dict[str, Any] = {"request_id": 71, "number": "05-004512", "phone": "+7 727 233-39-60"}


def asked(locale: Language = "ru", **receipt: Any) -> Talk:
    """The dialog that the button under the question starts."""
    talk = Talk(answering, locale, arg="17")
    talk.receipt = RECEIPT | receipt if receipt else {}
    return talk.settle()


@pytest.mark.parametrize(
    ("locale", "shown", "thanks"),
    [
        (
            "kk",
            (
                "№ 05-004512 өтінім бойынша емхана сұрайды:\nДомофон работает?\n"
                "Жауабыңызды бір хабармен жазыңыз."
            ),
            "Рақмет, жауабыңыз емханаға жіберілді. № 05-004512",
        ),
        (
            "ru",
            (
                "Поликлиника спрашивает по заявке № 05-004512:\nДомофон работает?\n"
                "Напишите ответ одним сообщением."
            ),
            "Спасибо, ответ передан поликлинике. № 05-004512",
        ),
    ],
)
def test_the_question_is_shown_and_answered_in_ones_own_words(
    locale: Language, shown: str, thanks: str
) -> None:
    talk = asked(locale)
    assert talk.reads == shown
    assert talk.say("  Да, кнопка 25 ").reads == thanks
    assert talk.done == [OpenQuestionDraft(17, None), AnswerDraft(17, None, "Да, кнопка 25")]


def test_no_code_is_asked_in_the_chat_that_the_question_went_to() -> None:
    assert asked().key == "answering.words"


@pytest.mark.parametrize("words", ["", "   ", "...", "а" * (LONGEST_WORDS + 1)])
def test_an_answer_has_words_and_500_letters_at_most(words: str) -> None:
    talk = asked().say(words)
    assert talk.key == "answering.words"
    assert talk.hint


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        ("closed", "Заявка № 05-004512 уже закрыта, ответ на вопрос больше не нужен."),
        ("answered", "№ 05-004512: на этот вопрос ответ уже дан."),
        ("not_yours", "Этот вопрос не для этого чата или устарел."),
    ],
)
def test_a_late_or_foreign_press_is_told_so(outcome: str, said: str) -> None:
    assert asked(outcome=outcome).reads.startswith(said)


def test_a_question_that_was_closed_while_the_answer_was_typed_is_told_so() -> None:
    talk = asked()
    talk.receipt = RECEIPT | {"outcome": "closed"}
    assert talk.say("Да").reads.startswith("Заявка № 05-004512 уже закрыта")


@pytest.mark.parametrize("arg", ["", "x", "17:18"])
def test_a_made_up_button_leads_nowhere(arg: str) -> None:
    talk = Talk(answering, arg=arg).settle()
    assert talk.done == []
    assert talk.reads.startswith("Этот вопрос не для этого чата")


def test_whoever_was_told_by_sms_answers_from_the_cabinet() -> None:
    talk = Talk(cabinet, arg="71", confirmed=AIGUL.iin)
    talk.registry.cards.append(card())
    talk.registry.asked[71] = 17
    assert "Ответить" in talk.buttons
    assert talk.press("question").say("Да").reads.startswith("Спасибо")
    assert talk.done == [OpenQuestionDraft(17, AIGUL.id), AnswerDraft(17, AIGUL.id, "Да")]


def test_where_nothing_is_asked_there_is_nothing_to_answer() -> None:
    talk = Talk(cabinet, arg="71", confirmed=AIGUL.iin)
    talk.registry.cards.append(card())
    assert "Ответить" not in talk.buttons
