"""Somebody asks for the person's consent: to refuse takes one tap, to agree an identity."""

from typing import Any

import pytest

from dialogs.consenting import consenting
from dialogs.drafts import ConsentAnswerDraft, ConsentBlockDraft, ConsentLookDraft
from tests.dialogs.registry import AIGUL
from tests.dialogs.talk import Talk


def opened(arg: str, **more: Any) -> Talk:
    """The dialog that a button under the notice starts."""
    return Talk(consenting, "kk", arg=arg, **more).settle()


def answer(*, agrees: bool, asker_id: str | None = None) -> ConsentAnswerDraft:
    """What is submitted, by whoever's cabinet is open."""
    label = "Келісемін" if agrees else "Келіспеймін"
    return ConsentAnswerDraft(12, agrees, asker_id, None, label)


def test_CH_07_agreeing_with_the_cabinet_open_takes_one_look_and_one_press() -> None:
    talk = opened("12:agree", confirmed=AIGUL.iin)
    assert talk.key == "consenting.sure"
    assert "Наркология" in talk.reads
    talk.press("agree")
    assert talk.done[-1] == answer(agrees=True, asker_id=AIGUL.id)
    assert "93-000012" in talk.reads


def test_CH_07_agreeing_otherwise_asks_for_the_code_of_the_sms_or_the_identity() -> None:
    talk = opened("12:agree")
    assert talk.key == "consenting.how"
    talk.press("here").say(AIGUL.iin.digits).confirm().press("agree")
    answered = talk.done[-1]
    assert isinstance(answered, ConsentAnswerDraft)
    assert answered.agrees
    assert answered.asker_id == AIGUL.id
    assert answered.consent_id is not None


def test_whoever_looks_and_then_does_not_agree_has_refused() -> None:
    talk = opened("12:agree", confirmed=AIGUL.iin).press("refuse")
    assert talk.done[-1] == answer(agrees=False, asker_id=AIGUL.id)


def test_refusing_takes_one_tap_and_asks_for_nothing() -> None:
    talk = opened("12:refuse")
    assert talk.done == [ConsentLookDraft(12), answer(agrees=False)]
    assert [lead.id for lead in talk.options] == ["start:consenting:12:block", "menu"]


def test_G_38_blocking_is_asked_once_more() -> None:
    talk = opened("12:block")
    assert "Ахметова А. С." in talk.reads
    assert talk.press("keep").done == [ConsentLookDraft(12)]
    talk = opened("12:block").press("block")
    assert talk.done[-1] == ConsentBlockDraft(12, "Сұраушыны бұғаттау")


@pytest.mark.parametrize("arg", ["", "12", "x:agree", "12:read", "12:agree:more"])
def test_a_made_up_button_is_nobodys(arg: str) -> None:
    talk = opened(arg)
    assert talk.done == []
    assert [lead.id for lead in talk.options] == ["start:cabinet", "menu"]


@pytest.mark.parametrize("outcome", ["not_yours", "over"])
def test_what_is_not_open_any_more_is_said(outcome: str) -> None:
    talk = opened("12:agree", receipt={"outcome": outcome, "number": "93-000012"})
    assert talk.done == [ConsentLookDraft(12)]
    assert talk.options
