"""A dialog is a function of the answers given so far and of the facts now."""

from __future__ import annotations

from typing import Any

import pytest

from dialogs.engine import (
    Asked,
    AtGate,
    Dialog,
    End,
    Ended,
    Gate,
    Input,
    Journal,
    Json,
    Moved,
    NotRead,
    NotUnderstood,
    Option,
    Paused,
    Plain,
    Pressed,
    Question,
    Repeated,
    Said,
    SentOther,
    Suspended,
    T,
    Unavailable,
    ask,
    dialog,
    end,
    gate,
    pack,
    revise,
    submit,
    unpack,
)
from tests.engine.walk import House, Walk

HINT = T("hint")


def choice(key: str, *ids: str) -> Question:
    """A question with the options ``ids``."""
    return Question(key, (T(key),), HINT, tuple(Option(i, Plain(i.title())) for i in ids))


def words(key: str) -> Question:
    """A question answered in one's own words of three letters or more."""

    def reads(sent: Input) -> Json:
        if not isinstance(sent, Said) or len(sent.text) < 3:
            raise NotUnderstood(T("three_letters"))
        return sent.text

    return Question(key, (T(key),), HINT, reads=reads)


WHO = choice("who", "me", "child")
REASON = choice("reason", "fever", "cough")


@dialog("call")
async def call(facts: dict[str, Any]) -> End:
    """Who, a code, a child, a reason, an address, Send."""
    who = await ask(WHO)
    passed = await gate(Gate("call", "820101300017", (T("code"),), (Option("no_sms", T("no_sms")),)))
    if isinstance(passed, str):
        return end(T("lost_sim"), Plain(await ask(choice("clinic", "c1", "c2"))))
    if facts.get("register") == "down":
        raise Unavailable
    patient = await ask(choice("patient", *facts.get("children", ["ali"]))) if who == "child" else "self"
    reason = await ask(REASON)
    address = await ask(words("address"), given=patient)
    if await ask(choice("check", "send", "change")) == "change":
        what = await ask(choice("edit", "who", "address", "reason"))
        revise("check", "edit", what)
    receipt = await submit("call", (patient, reason, address))
    return end(T("registered", number=receipt["number"]))


def at_summary() -> Walk:
    """Return a walk that stands before the summary."""
    walk = Walk(call, House())
    walk.press("me")
    walk.confirm()
    walk.press("fever")
    walk.say("Abai 10")
    assert walk.key == "check"
    return walk


def test_a_whole_dialog_is_submitted_once_however_often_it_is_replayed() -> None:
    walk = at_summary()
    assert isinstance(walk.press("send"), Ended)
    assert [walk.outcome for _ in range(5)] == [walk.outcome] * 5
    assert walk.house.done == [("self", "fever", "Abai 10")]


def test_going_back_reopens_the_question_before() -> None:
    walk = at_summary()
    assert walk.back()
    assert walk.key == "address"
    assert walk.back()
    assert walk.key == "reason"


def test_no_way_leads_back_across_a_passed_gate() -> None:
    walk = at_summary()
    walk.back(), walk.back()
    assert not walk.back()
    assert walk.key == "reason"


def test_back_from_a_closed_gate_reopens_what_was_asked_before_it() -> None:
    walk = Walk(call, House())
    walk.press("me")
    assert isinstance(walk.outcome, AtGate)
    assert walk.back()
    assert walk.key == "who"


def test_an_edited_answer_leaves_the_others_as_they_are() -> None:
    walk = at_summary()
    walk.press("change")
    walk.press("reason")
    assert walk.key == "reason"
    walk.press("cough")
    assert walk.key == "check"
    walk.press("send")
    assert walk.house.done == [("self", "cough", "Abai 10")]


def test_an_answer_that_depends_on_another_reopens_with_it() -> None:
    walk = at_summary()
    walk.press("change")
    walk.press("who")
    walk.press("child")
    walk.press("ali")
    assert walk.key == "address"
    walk.say("Satpaev 5")
    assert walk.key == "check"


def test_a_fact_gone_stale_reopens_only_its_question() -> None:
    walk = Walk(call, House(facts={"children": ["ali", "dana"]}))
    walk.press("child")
    walk.confirm()
    walk.press("dana")
    walk.press("fever")
    walk.say("Abai 10")
    walk.house.facts["children"] = ["ali"]
    assert walk.key == "patient"
    walk.press("ali")
    assert walk.key == "address"


def test_a_register_that_is_down_pauses_and_keeps_the_answers() -> None:
    walk = at_summary()
    walk.house.facts["register"] = "down"
    assert isinstance(walk.outcome, Paused)
    walk.house.facts.clear()
    assert walk.key == "check"


def test_a_consent_that_died_reopens_the_gate_beneath_later_answers() -> None:
    walk = at_summary()
    walk.house.consents.clear()
    assert isinstance(walk.outcome, AtGate)
    walk.confirm()
    assert walk.key == "check"


def test_an_exit_of_the_gate_leads_aside_and_back_again() -> None:
    walk = Walk(call, House())
    walk.press("me")
    walk.leave("no_sms")
    assert walk.key == "clinic"
    assert walk.back()
    assert isinstance(walk.outcome, AtGate)


def test_an_exit_is_forgotten_when_the_subject_of_the_gate_changes() -> None:
    @dialog("d")
    async def d(facts: dict[str, Any]) -> End:
        passed = await gate(Gate("call", facts["iin"], (T("code"),), (Option("no_sms", T("no_sms")),)))
        return end(T("aside" if isinstance(passed, str) else "in"))

    walk = Walk(d, House(facts={"iin": "1"}))
    walk.leave("no_sms")
    assert isinstance(walk.outcome, Ended)
    walk.house.facts["iin"] = "2"
    assert isinstance(walk.outcome, AtGate)


def test_a_bug_in_a_dialog_suspends_it_without_telling_what_was_said() -> None:
    @dialog("d")
    async def d(facts: dict[str, Any]) -> End:
        said = await ask(words("secret"))
        raise ValueError(said)

    walk = Walk(d, House())
    outcome = walk.say("my diagnosis")
    assert isinstance(outcome, Suspended)
    assert "diagnosis" not in outcome.fault
    assert outcome.fault.startswith("ValueError at test_replay.py:")
    assert outcome.journal.find("secret") is not None


def test_a_key_asked_twice_is_a_fault_and_never_a_loop() -> None:
    @dialog("d")
    async def d(facts: dict[str, Any]) -> End:
        while True:
            await ask(choice("again", "yes"))

    walk = Walk(d, House())
    outcome = walk.press("yes")
    assert isinstance(outcome, Suspended)
    assert outcome.fault.startswith("AskedTwice")


def test_a_dialog_that_revises_without_end_is_stopped() -> None:
    @dialog("d")
    async def d(facts: dict[str, Any]) -> End:
        revise("nothing")
        return end(T("never"))

    assert isinstance(Walk(d, House()).outcome, Suspended)


def test_a_dialog_cannot_swallow_an_open_question() -> None:
    @dialog("d")
    async def d(facts: dict[str, Any]) -> End:
        try:
            await ask(choice("who", "me"))
        except Exception:  # noqa: BLE001 - what a careless dialog may do, and must not be able to
            return end(T("swallowed"))
        return end(T("fine"))

    assert isinstance(Walk(d, House()).outcome, Asked)


@pytest.mark.parametrize("kind", ["voice", "photo", "sticker", "document", "forwarded"])
def test_what_is_no_words_gets_the_hint_and_costs_nothing(kind: str) -> None:
    walk = at_summary()
    walk.back()
    walk.send(SentOther(kind))
    assert walk.said == NotRead(T("three_letters"))
    assert walk.key == "address"


def test_a_wrong_answer_is_never_journaled() -> None:
    walk = at_summary()
    walk.back()
    before = walk.journal
    walk.say("x")
    assert walk.journal == before


def test_an_old_button_is_told_apart_from_a_double_tap() -> None:
    walk = at_summary()
    walk.send(Pressed("who", "me"))
    assert walk.said == Repeated()
    walk.send(Pressed("who", "child"))
    assert walk.said == Moved()
    walk.send(Pressed("check", "sent-long-ago"))
    assert walk.said == Moved()
    assert walk.key == "check"


def test_a_changed_dialog_goes_on_with_the_answers_it_still_asks_for() -> None:
    walk = at_summary()

    @dialog("call")
    async def today(facts: dict[str, Any]) -> End:
        await ask(choice("patient_kind", "me", "child"))
        reason = await ask(REASON)
        address = await ask(words("address"), given="self")
        return end(T("done"), Plain(reason), Plain(address))

    changed = Walk(today, walk.house, walk.journal)
    assert changed.key == "patient_kind"
    ended = changed.press("me")
    assert isinstance(ended, Ended)
    assert ended.end.text[1:] == (Plain("fever"), Plain("Abai 10"))


def test_an_option_that_is_offered_no_more_reopens_its_question() -> None:
    walk = at_summary()

    @dialog("call")
    async def today(facts: dict[str, Any]) -> End:
        return end(Plain(await ask(choice("reason", "cough", "pain"))))

    assert Walk(today, walk.house, walk.journal).key == "reason"


def test_a_journal_survives_being_packed_days_ago() -> None:
    walk = at_summary()
    resumed = Walk(call, walk.house, unpack(pack(walk.journal)))
    assert resumed.key == "check"
    assert isinstance(resumed.press("send"), Ended)


@pytest.mark.parametrize("text", ["", "{}", "[1]", '[["k","v","?",""]]', "null"])
def test_a_spoiled_journal_is_refused_and_not_read_as_empty(text: str) -> None:
    with pytest.raises((ValueError, TypeError)):
        unpack(text)


def test_dialogs_run_side_by_side_do_not_mix() -> None:
    import asyncio

    from dialogs.engine import replay

    house = House()

    def asking(key: str) -> Dialog:
        @dialog(key)
        async def d(facts: dict[str, Any]) -> End:
            await asyncio.sleep(0)
            await ask(choice(key, "yes"))
            return end(T("no"))

        return d

    async def both() -> list[str]:
        runs = (replay(asking(str(i)), {}, Journal(), house) for i in range(20))
        return [o.question.key for o in await asyncio.gather(*runs) if isinstance(o, Asked)]

    assert asyncio.run(both()) == [str(i) for i in range(20)]
