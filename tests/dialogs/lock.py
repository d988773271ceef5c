"""The checked-in list of questions: what each key asks and offers, in both languages.

An open conversation keeps its answers under these keys. A key that changes its meaning would put an old
answer under a new question; so a new meaning is a new key, and this list makes a silent change fail.
After a change that keeps the meaning: `python -m tests.dialogs.lock`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from dialogs.cabinet import cabinet, withdraw
from dialogs.clinics import clinics
from dialogs.engine import Option, Plain, Question, Sentence, T, digest
from dialogs.home_call import home_call
from dialogs.moving import cancel_visit, move, wait
from locales.catalogue import words
from rules.booking_status import BookingStatus
from rules.call_status import CallStatus
from tests.dialogs import visits
from tests.dialogs.registry import AIGUL, DAUGHTER, OWN_DOCTOR, STRANGER, card, visit_card
from tests.dialogs.talk import Talk

FILE = Path(__file__).with_name("questions.lock")
# Ids made of data: a person's, a clinic's, a request's, a doctor's, a time's, a day, a digest.
DATA = re.compile(r"(?<![a-z_])[0-9a-f]{16}$|^[0-9]+$|^[0-9]{4}-[0-9]{2}-[0-9]{2}$")


def shapes() -> dict[str, dict[str, list[str]]]:
    """Every question that the dialogs ask: its options, and digests of its words."""
    found: dict[str, dict[str, set[str]]] = {}
    for question in questions():
        shape = found.setdefault(question.key, {"options": set(), "kk": set(), "ru": set()})
        for option in question.options:
            shape["options"].add(_option(option))
        for sentence in (*question.text, question.hint):
            for locale in ("kk", "ru"):
                shape[locale].add(_words(sentence, locale))
    return {
        key: {name: sorted(parts) for name, parts in shape.items()} for key, shape in sorted(found.items())
    }


def _option(option: Option) -> str:
    label = "data" if isinstance(option.label, Plain) else option.label.key
    return f"{DATA.sub('#', option.id)} = {label}"


def _words(sentence: Sentence, locale: str) -> str:
    if not isinstance(sentence, T):
        return "data"
    return f"{sentence.key} {digest(words(sentence.key, locale))[:8]}"


def questions() -> Iterator[Question]:
    """Walk through every branch in which something is asked."""
    for talk in (
        *_home_calls(),
        *_appointments(),
        *_visits(),
        *_cabinets(),
        Talk(clinics).press("more", "more"),
    ):
        assert talk.key
        yield from talk.asked


def _identified(whom: str) -> Talk:
    return Talk(home_call).press("none", "agree", whom).say(AIGUL.iin.digits).confirm()


def _home_calls() -> Iterator[Talk]:
    yield Talk(home_call).press("yes")
    yield Talk(home_call).press("none", "refuse").press("more", "more")
    yield Talk(home_call).press("none", "agree", "self").say(AIGUL.iin.digits).leave().say("5")
    long = (
        _identified("self").press("other").say("кашель").press("other").say("Абая", "10", "25").press("skip")
    )
    yield long.press("other").say("87011234567").press("change")
    yield _identified("self").press("fever", "skip")
    child = _identified("child").press(DAUGHTER.id)
    yield child
    yield _identified("child").press("another").say(STRANGER.iin.digits)
    yield _identified("child").press("newborn", "no_name")
    other = _identified("other").say(STRANGER.iin.digits, "Ахметова Сара", "05.03.1948").press("more", "more")
    yield other
    ours = (
        _identified("other")
        .say(STRANGER.iin.digits, "Ахметова Сара", "05.03.1948", "5")
        .press("5", "fever", "skip")
    )
    yield ours.say("Толе би 5, кв 3").press("skip", "registered", "change")
    late = Talk(home_call).press("none", "agree", "self")
    late.now = late.now.replace(hour=13)
    yield late.say(AIGUL.iin.digits).confirm()
    childless = Talk(home_call).press("none", "agree", "child")
    childless.registry.children.clear()
    yield childless.say(AIGUL.iin.digits).confirm()


def _appointments() -> Iterator[Talk]:
    yield visits.talk().press("refuse")
    yield visits.talk().press("agree", "other")
    yield visits.identified("child")
    yield visits.identified("child").press(DAUGHTER.id, "therapist")
    yield visits.identified().press("paediatrician")
    yield visits.turning_eighteen().press("paediatrician", "2026-11-25", "50310")
    yield visits.turning_eighteen().press("therapist", "502", "2026-11-24", "50205")
    yield visits.identified().press("specialist")
    many = visits.talk().press("agree", "self")
    many.registry.doctors += [replace(OWN_DOCTOR, doctor_no=f"60{number}") for number in range(40)]
    yield many.say(AIGUL.iin.digits).confirm().press("therapist", *["more"] * 5)
    yield visits.at_the_times().press("more")
    yield visits.at_the_times(doctor="any")
    yield visits.at_the_times().say("сегодня")
    yield visits.at_the_times().press("2026-11-23")
    yield visits.at_the_summary().press("change")
    empty = visits.at_the_times()
    empty.registry.slots.clear()
    yield empty
    unheld = visits.at_the_times(doctor="any")
    unheld.registry.slots.clear()
    yield unheld


def _visits() -> Iterator[Talk]:
    moving = visits.own(move, visit_card()).press("502")
    yield moving.press(moving.options[0].id)
    first = visits.own(move, visit_card(BookingStatus.TO_MOVE)).press("502")
    yield first.press(first.options[0].id)
    yield visits.own(cancel_visit, visit_card())
    yield visits.own(wait, visit_card())
    yield visits.own(wait, visit_card(waits=True))
    yield visits.own(cabinet, visit_card(), arg="").press("view")
    yield visits.own(cabinet, visit_card(waits=True), arg="")


def _cabinets() -> Iterator[Talk]:
    asked = Talk(cabinet)
    asked.registry.cards.extend((card(), card("05-000007", CallStatus.DONE, 72)))
    yield asked.say(AIGUL.iin.digits).confirm().press("72", "view")
    withdrawn = Talk(withdraw, arg="71", confirmed=AIGUL.iin)
    withdrawn.registry.cards.append(card())
    yield withdrawn


def main() -> None:
    """Write the list as it is now."""
    FILE.write_text(json.dumps(shapes(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
