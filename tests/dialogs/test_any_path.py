"""Whatever a person does, in whatever order: no dialog breaks, and every word of it can be read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import locales
from dialogs import DIALOGS
from dialogs.drafts import OpenQuestionDraft, OpenSurveyDraft
from dialogs.engine import (
    Asked,
    AtGate,
    Ended,
    Gate,
    Input,
    NotRead,
    Paused,
    Pressed,
    Said,
    SentFile,
    SentOther,
    SharedContact,
    SharedLocation,
)
from rules.clinics import Takes
from tests.dialogs import attachments
from tests.dialogs.registry import (
    AIGUL,
    CLINICS,
    STRANGER,
    UNATTACHED,
    Registry,
    attachment_card,
    card,
    visit_card,
)
from tests.dialogs.talk import Talk
from tests.dialogs.visits import identified

IINS = tuple(person.iin.digits for person in (AIGUL, STRANGER, UNATTACHED))
DAYS = ("05.11.2026", "05.03.1948", "завтра", "дүйсенбі түстен кейін", "в среду", "25.11 в 14:30", "вчера")
PLACES = ("Абая 10, кв 25", "Абая", "2 4 25", "5")
ODD = ("1", "жоқ", "да", "Ахметова Сара", "8 701 123 45 67", "Кашель", "05-004512", "😀", "{x}", "%s")
TYPED = st.sampled_from((*IINS, *DAYS, *PLACES, *ODD))
OF_A_VISIT = {"move", "cancel_visit", "wait", "coming"}
STEPS = st.one_of(
    st.integers(0, 8),
    TYPED.map(Said),
    st.text(max_size=30).map(Said),
    st.just(SentOther("voice")),
    st.just(SentFile("photo", "1", mime="image/jpeg")),
    st.just(SharedContact("77051234567", own=True)),
    st.just(SharedLocation(43.2, 76.9)),
    st.sampled_from(["code", "back", "language", "hour", "down", "expire", "exit", "beaten", "given_up"]),
)


class Wanderer(Talk):
    """A person whom every screen and hint is shown to in both languages."""

    def read_all(self) -> None:
        """Render everything that stands on the screen."""
        for locale in locales.LOCALES:
            self.locale = locale
            assert self.reads
            assert all(self.buttons)


def _do(talk: Talk, step: int | Input | str) -> None:
    outcome = talk.outcome
    if isinstance(step, str):
        _happen(talk, step)
    elif isinstance(outcome, Asked):
        talk.send(_sent(step, outcome))
        if isinstance(talk.heard, NotRead):
            hint = talk.heard.hint
            assert all(locales.render(hint, locale) for locale in locales.LOCALES)


def _sent(step: int | Input, asked: Asked) -> Input:
    options = asked.question.options
    if not isinstance(step, int):
        return step
    if not options:
        return Said(str(step))
    return Pressed(asked.question.key, options[step % len(options)].id)


def _happen(talk: Talk, what: str) -> None:
    outcome = talk.outcome
    match what:
        case "code" if isinstance(outcome, AtGate):
            _let_in(talk, outcome.gate)
        case "exit" if isinstance(outcome, AtGate):
            talk.leave()
        case "back" if isinstance(outcome, Asked | AtGate | Paused):
            talk.back()
        case "hour":
            talk.now += timedelta(hours=1)
        case "down":
            talk.registry.down = not talk.registry.down
        case "expire":
            talk.consents.clear()
        case "beaten":
            # Others take all that is free in the next week, held or not.
            talk.registry.taken |= {slot.id for slot in talk.registry.slots[::2]}
        case "given_up":
            talk.registry.taken.clear()
        case _:
            _happen_in_the_registry(talk.registry, what)


def _happen_in_the_registry(registry: Registry, what: str) -> None:
    match what:
        case "full":
            registry.counts[7] = 100
        case "chosen":
            registry.choices["1001"] = (date(2026, 3, 2),)
        case "booked":
            registry.cards += [visit_card(), card()]
        case _:
            pass


def _let_in(talk: Talk, gate: Gate) -> None:
    known = next((person for person in talk.registry.people if person.iin.digits == gate.subject), None)
    if known:
        talk.confirm(known.id)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, len(DIALOGS) - 1), st.booleans(), st.lists(STEPS, max_size=40))
def test_no_path_through_a_dialog_breaks_it(which: int, known: bool, steps: list[int | Input | str]) -> None:
    arg = "81" if DIALOGS[which].name in OF_A_VISIT else "71"
    talk = Wanderer(DIALOGS[which], arg=arg, confirmed=AIGUL.iin if known else None)
    if known:
        talk.registry.cards += [card(), visit_card(), attachment_card()]
    talk.settle()
    for step in steps:
        _do(talk, step)
        talk.read_all()
        if isinstance(talk.outcome, Ended):
            break
    # Opening a question of the clinic, or the survey, binds nobody to anything.
    opened = OpenQuestionDraft | OpenSurveyDraft
    assert len([one for one in talk.done if not isinstance(one, opened)]) <= 1


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.one_of(st.integers(0, 9), TYPED.map(Said)), min_size=15, max_size=60))
def test_no_path_through_a_home_call_after_the_code_breaks_it(steps: list[int | Input]) -> None:
    talk = Wanderer(DIALOGS[0])
    talk.press("none", "agree", ("self", "child", "other")[len(steps) % 3])
    talk.say(AIGUL.iin.digits).confirm()
    for step in steps:
        _do(talk, step)
        if isinstance(talk.outcome, Ended):
            break
    talk.read_all()
    assert len(talk.done) <= 1


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(["self", "child"]),
    st.lists(
        st.one_of(
            st.integers(0, 9),
            st.sampled_from(DAYS).map(Said),
            st.sampled_from(["back", "beaten", "given_up", "down", "hour"]),
        ),
        min_size=6,
        max_size=60,
    ),
)
def test_no_path_through_an_appointment_after_the_code_breaks_it(
    whom: str, steps: list[int | Input | str]
) -> None:
    talk = identified(whom)
    for step in steps:
        _do(talk, step)
        talk.settle()
        if isinstance(talk.outcome, Ended):
            break
    for locale in locales.LOCALES:
        talk.locale = locale
        assert talk.reads
    assert len(talk.done) <= 1
    held = {hold.slot_id for hold in talk.holds}
    assert all(draft.slot_id is None or draft.slot_id in held for draft in talk.done)


def limited() -> Registry:
    """Clinic 7 stands on the map and has a norm, 12 is for adults; both are linked."""
    changes: dict[int, dict[str, Any]] = {
        7: {"norm": 100, "lat": 43.25, "lon": 76.9},
        12: {"takes": Takes.ADULTS},
    }
    return Registry(
        clinics_listed=tuple(replace(one, **changes.get(one.no, {})) for one in CLINICS), live={5, 7, 12, 19}
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(["self", "together", "children"]),
    st.lists(
        st.one_of(
            st.integers(0, 9),
            st.sampled_from(["7", "детская", "12", "5"]).map(Said),
            st.just(SharedLocation(43.2, 76.9)),
            st.sampled_from(["back", "down", "hour", "full", "chosen", "booked"]),
        ),
        min_size=6,
        max_size=50,
    ),
)
def test_no_path_through_an_attachment_after_the_code_breaks_it(
    whom: str, steps: list[int | Input | str]
) -> None:
    talk = attachments.identified(registry=limited()).press(whom)
    for step in steps:
        _do(talk, step)
        talk.settle()
        if isinstance(talk.outcome, Ended):
            break
    for locale in locales.LOCALES:
        talk.locale = locale
        assert talk.reads
    assert len(talk.done) <= 1
    assert all(draft.people and draft.clinic_no in {5, 7, 12, 19} for draft in talk.done)
