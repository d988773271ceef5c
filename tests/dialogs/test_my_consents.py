"""My consents: the lists page by page, what each button does, and what wants a code of its own."""

from dataclasses import replace
from datetime import timedelta

import pytest

from dialogs.drafts import (
    BlockDraft,
    ConsentBackDraft,
    ConsentEndDraft,
    ErasureDraft,
    OwnCopyDraft,
    UnblockDraft,
)
from dialogs.engine import AtGate, Ended
from dialogs.my_consents import my_consents
from rules.consent import Purpose
from rules.own_data import AskedOfOne, BlockedByOne, LookAtOne, OwnConsent
from rules.people import Language
from tests.dialogs.registry import AIGUL, FRIDAY_AFTERNOON
from tests.dialogs.talk import Talk

ASKED = AskedOfOne(
    7,
    "93-000012",
    "Ахметова А. С.",
    None,
    "narcology",
    "work",
    "given",
    FRIDAY_AFTERNOON,
    FRIDAY_AFTERNOON,
    None,
    about_child=False,
    may_answer=False,
    may_withdraw=True,
    blocked=False,
)
OWN = OwnConsent(3, Purpose.HOME_CALL, "given", FRIDAY_AFTERNOON, FRIDAY_AFTERNOON, aloud=False, lives=True)


def opened(arg: str = "", locale: Language = "ru") -> Talk:
    """Aigul's, in a chat confirmed a minute ago."""
    return Talk(my_consents, locale, arg=arg, confirmed=AIGUL.iin)


def leads(talk: Talk) -> list[str]:
    outcome = talk.outcome
    assert isinstance(outcome, Ended)
    return [lead.id for lead in outcome.end.leads]


def read(talk: Talk) -> str:
    assert isinstance(talk.outcome, Ended)
    return talk.reads


def test_each_list_stands_behind_its_button() -> None:
    assert [lead.rpartition(":")[2] for lead in leads(opened())][:6] == [
        "asked", "own", "looks", "blocked", "copy", "erase",
    ]  # fmt: skip


@pytest.mark.parametrize("section", ["asked", "own", "looks", "blocked"])
def test_an_unconfirmed_chat_types_iin_and_code_before_it_is_shown_anything(section: str) -> None:
    talk = Talk(my_consents, arg=section)
    assert talk.key == "identity.iin"
    talk.say(AIGUL.iin.digits)
    assert isinstance(talk.outcome, AtGate)
    assert isinstance(talk.confirm().outcome, Ended)


def test_S41_who_asked_what_for_and_what_came_of_it_is_told() -> None:
    talk = opened("asked")
    talk.registry.asked_about = [ASKED]
    text = read(talk)
    assert "93-000012" in text
    assert "Ахметова А. С." in text
    assert "для работы" in text
    assert "согласие дано" in text
    assert leads(talk)[:2] == ["start:consents:back:7", "start:consents:block:7"]


def test_what_waits_can_be_answered_and_what_was_used_is_over() -> None:
    waiting = replace(ASKED, state="waiting", may_answer=True, may_withdraw=False, blocked=True)
    talk = opened("asked")
    talk.registry.asked_about = [waiting]
    assert leads(talk)[:2] == ["start:consenting:7:agree", "start:consenting:7:refuse"]
    used = replace(ASKED, asker=None, clinic_no=5, what="identity_card", purpose="identification")
    talk = opened("asked")
    talk.registry.asked_about = [
        replace(used, used_at=FRIDAY_AFTERNOON, may_withdraw=False, about_child=True)
    ]
    assert "один раз использовано" in read(talk)
    assert "о вашем ребёнке" in read(talk)
    assert "ГП № 5" in read(talk)


def test_lists_are_read_page_by_page() -> None:
    seven = [replace(OWN, id=number, asked_at=OWN.asked_at - timedelta(days=number)) for number in range(7)]
    first, second = opened("own"), opened("own:1")
    for talk in (first, second):
        talk.registry.own = seven
    assert "start:consents:own:1" in leads(first)
    assert not [lead for lead in leads(second) if lead.startswith("start:consents:own")]
    assert [lead for lead in leads(second) if ":end:" in lead] == [
        "start:consents:end:5", "start:consents:end:6",
    ]  # fmt: skip


def test_a_page_that_is_not_there_is_empty_and_a_forged_one_is_the_first() -> None:
    for arg, told in (("own:99", "Пока ничего нет"), ("own:x", "дано"), ("own:-1", "дано")):
        talk = opened(arg)
        talk.registry.own = [OWN]
        assert told in read(talk), arg


def test_a_consent_given_aloud_says_so_and_has_no_code() -> None:
    talk = opened("own")
    talk.registry.own = [replace(OWN, aloud=True, lives=False, outcome="withdrawn")]
    assert "регистратору" in read(talk)
    assert "отозвано" in read(talk)
    assert not [lead for lead in leads(talk) if ":end:" in lead]


def test_G_71_every_look_says_who_and_at_what() -> None:
    talk = opened("looks")
    talk.registry.looks = [
        LookAtOne(FRIDAY_AFTERNOON, "home_call", "05-000001", 5, "registrar"),
        LookAtOne(FRIDAY_AFTERNOON, "narcology", "93-000012", name="Ахметова А. С."),
        LookAtOne(FRIDAY_AFTERNOON, "psychiatry", "92-000001", own=True),
        LookAtOne(FRIDAY_AFTERNOON, "identity", ""),
    ]
    text = read(talk)
    for told in ("регистратор", "Ахметова А. С.", "вы сами", "имя не сохранилось", "05-000001"):
        assert told in text


@pytest.mark.parametrize(
    ("arg", "draft"),
    [
        ("back:7", ConsentBackDraft(7, AIGUL.id)),
        ("end:3", ConsentEndDraft(3, AIGUL.id)),
        ("block:7", BlockDraft(7, AIGUL.id)),
        ("unblock:person:12", UnblockDraft("person:12", AIGUL.id)),
    ],
)
def test_S30_one_tap_is_enough(arg: str, draft: object) -> None:
    talk = opened(arg)
    talk.registry.asked_about = [ASKED]
    read(talk.settle())
    assert talk.done == [draft]


@pytest.mark.parametrize("arg", ["back:", "back:x", "end:-1", "block:7;8"])
def test_a_forged_button_does_nothing(arg: str) -> None:
    talk = opened(arg)
    assert "уже нельзя" in read(talk)
    assert talk.done == []


def test_what_is_not_ones_own_is_not_told_apart_from_what_is_over() -> None:
    assert "уже нельзя" in read(opened("back:8").settle())


def test_a_copy_wants_a_code_however_lately_the_chat_was_confirmed() -> None:
    talk = opened("copy")
    outcome = talk.outcome
    assert isinstance(outcome, AtGate)
    assert (outcome.gate.purpose, outcome.gate.subject) == (Purpose.OWN_COPY, AIGUL.iin.digits)
    assert talk.done == []
    assert "файл придёт" in read(talk.confirm())
    assert [type(one) for one in talk.done] == [OwnCopyDraft]


def test_S40_erasure_wants_a_code_says_what_stays_and_asks_twice() -> None:
    talk = opened("erase")
    assert isinstance(talk.outcome, AtGate)
    talk.confirm()
    assert talk.key == "erasure.what"
    for told in ("Сотрётся", "Останется", "отменятся"):
        assert told in talk.reads
    talk.press("go_on")
    assert talk.key == "erasure.sure"
    assert talk.done == []
    assert "стёрты" in read(talk.press("erase"))
    (draft,) = talk.done
    assert isinstance(draft, ErasureDraft)
    assert (draft.person_id, draft.person_version) == (AIGUL.id, AIGUL.version)


@pytest.mark.parametrize("presses", [("keep",), ("go_on", "keep")])
def test_until_the_last_tap_nothing_is_erased(presses: tuple[str, ...]) -> None:
    talk = opened("erase").confirm().press(*presses)
    assert "Ничего не стёрто" in read(talk)
    assert talk.done == []


def test_whoever_was_blocked_can_be_let_again() -> None:
    talk = opened("blocked", "kk")
    talk.registry.blocks = [BlockedByOne(AIGUL.id, "person:12", "Ахметова А. С.", None, FRIDAY_AFTERNOON)]
    assert "Ахметова А. С." in read(talk)
    assert leads(talk)[0] == "start:consents:unblock:person:12"
