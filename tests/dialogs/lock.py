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
from datetime import date
from pathlib import Path

from dialogs.answering import answering
from dialogs.appointment import appointment
from dialogs.attachment import attachment
from dialogs.cabinet import cabinet, withdraw
from dialogs.centre_info import centre_info
from dialogs.centre_requests import centres
from dialogs.clinics import clinics
from dialogs.complaint import complaint
from dialogs.complaints import complaints
from dialogs.consenting import consenting
from dialogs.context import AtDesk
from dialogs.engine import Dialog, Option, Plain, Question, Sentence, SentFile, SharedLocation, T, digest
from dialogs.facts import CentreCard, TrainingCard
from dialogs.happened import happened
from dialogs.home_call import home_call
from dialogs.moving import cancel_visit, move, wait
from dialogs.my_consents import my_consents
from dialogs.my_training import my_training
from dialogs.survey import survey, written
from dialogs.training import training
from locales.catalogue import words
from rules.attachment_status import AttachmentStatus
from rules.booking_status import BookingStatus
from rules.call_status import CallStatus
from rules.centre_info import AboutWhom, Centre, InfoStatus
from rules.channels import Channel
from rules.complaints import ComplaintStatus
from rules.training import Asked, Graduation, Programme, Stage
from tests.dialogs import attachments, complaining, visits
from tests.dialogs.registry import (
    AIGUL,
    CLINICS,
    DAUGHTER,
    FRIDAY_AFTERNOON,
    OWN_DOCTOR,
    STRANGER,
    Registry,
    attachment_card,
    card,
    person,
    visit_card,
)
from tests.dialogs.surveys import surveyed_as
from tests.dialogs.talk import Talk

FILE = Path(__file__).with_name("questions.lock")
# Ids made of data: a person's, a clinic's, a request's, a doctor's, a time's, a day, a digest.
DATA = re.compile(r"(?<![a-z_])[0-9a-f]{16}$|^[0-9]+$|^[0-9]{2}-[0-9]{6}$|^[0-9]{4}-[0-9]{2}-[0-9]{2}$")


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
        *_cases(),
        *_appointments(),
        *_visits(),
        *_cabinets(),
        *_attachments(),
        *_clinics(),
        *_by_sms(),
        *_centres(),
        Talk(my_consents, arg="erase").say(AIGUL.iin.digits).confirm().press("go_on"),
        *_consents(),
        *_complaints(),
        *_training(),
        Talk(clinics).press("more", "more"),
    ):
        assert talk.key
        yield from talk.asked


def _training() -> Iterator[Talk]:
    """Every question about the documents of the college."""
    course = Graduation(7, Programme.UPGRADING, "Курс", date(2026, 11, 13), AIGUL.full_name)
    diploma = Graduation(8, Programme.VOCATIONAL, "Іс", date(2008, 6, 27), AIGUL.full_name, "ТКБ № 1")
    asked = Talk(training)
    asked.registry.graduated += [course, diploma, replace(diploma, id=9, title="Курс")]
    asked.press("duplicate", "agree").say(AIGUL.iin.digits).confirm().press("8")
    yield asked.say("Сөмкемді автобуста ұмытып кеттім.").press("change")
    own = Talk(my_training, confirmed=AIGUL.iin)
    own.registry.training_requests.append(
        TrainingCard(
            id=1,
            number="90-000001",
            asked=Asked.DUPLICATE,
            stage=Stage.REGISTERED,
            version=1,
            clinic_no=90,
            person_id=AIGUL.id,
            filed_at=FRIDAY_AFTERNOON,
            due_on=date(2026, 12, 20),
        )
    )
    yield own.press("history", "card", "cancel")


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


def _at_desk(desk: AtDesk, dialog: Dialog = home_call) -> Talk:
    return Talk(dialog, desk=desk)


def _cases() -> Iterator[Talk]:
    phone, front = (AtDesk(way, 5, FRIDAY_AFTERNOON) for way in (Channel.PHONE, Channel.DESK))
    yield _at_desk(phone).press("signs", "go_on")
    yield _at_desk(phone).press("self").say(AIGUL.iin.digits)
    yield _at_desk(front).press("self").say(AIGUL.iin.digits)
    called = _at_desk(phone).press("self").say(AIGUL.iin.digits).press("call_back").confirm()
    yield called.press("fever", "registered", "change")
    for desk in (phone, front):
        unknown = _at_desk(desk).press("self").say("580203293006").press("go_on")
        yield unknown.say("Ахметов", "Ерлан Қайратұлы", "03.02.1958", "87011234567", "паспорт N1")
    for dialog in (appointment, attachment):
        talk = _at_desk(front, dialog)
        talk = talk.press("self") if dialog is appointment else talk
        yield talk.say(AIGUL.iin.digits)
        yield talk.press("document").confirm()


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


def _attachments() -> Iterator[Talk]:
    yield attachments.talk().press("refuse").press("more", "more")
    yield attachments.identified().press("children", DAUGHTER.id)
    yield attachments.identified().press("self").press("more", "more")
    yield attachments.at_the_clinic().say("12")
    yield attachments.at_the_clinic("together").say("7").press("this", "free_choice", "change")
    yield attachments.at_the_clinic("together").say("детская").press("this", "free_choice")
    yield attachments.at_the_clinic().say("детская").press("this", "free_choice")
    baby = person("1006", "26090160001", "Сейітова Асем", date(2026, 9, 1), None)
    registry = Registry(children={AIGUL.id: (baby.id,)})
    registry.people.append(baby)
    born = attachments.identified(registry=registry).press("together").say("7").press("this", "each")
    yield born.press("free_choice")
    booked = Registry(cards=[visit_card(), replace(visit_card(BookingStatus.WAITING), id=82)])
    yield attachments.at_the_clinic(registry=booked).say("7").press("this", "free_choice")
    called = Registry(cards=[card()])
    yield attachments.at_the_clinic(registry=called).say("7").press("this", "free_choice")
    yield visits.own(withdraw, attachment_card(), arg="91")
    yield visits.own(cabinet, attachment_card(AttachmentStatus.ATTACHED), arg="91").press("view")


def _by_sms() -> Iterator[Talk]:
    for dialog, before in ((appointment, ()), (home_call, ("none",))):
        yield Talk(dialog, channel="sms").press(*before, "child")
    booked = Talk(appointment, channel="sms").say(AIGUL.iin.digits).confirm()
    yield booked
    yield Talk(appointment, channel="sms").press("child").say(AIGUL.iin.digits).confirm().press(DAUGHTER.id)


def _clinics() -> Iterator[Talk]:
    listed = tuple(replace(one, lat=43.25, lon=76.9) if one.no == 7 else one for one in CLINICS)
    yield Talk(clinics, registry=Registry(clinics_listed=listed)).press("near")
    near = Talk(clinics, registry=Registry(clinics_listed=listed))
    yield near.send(SharedLocation(43.25, 76.9))
    yield Talk(clinics).say("5")


def _cabinets() -> Iterator[Talk]:
    asked = Talk(cabinet)
    asked.registry.cards.extend((card(), card("05-000007", CallStatus.DONE, 72)))
    yield asked.say(AIGUL.iin.digits).confirm().press("72", "view")
    yield Talk(answering, arg="17").settle()
    answer = Talk(cabinet, arg="71", confirmed=AIGUL.iin)
    answer.registry.cards.append(card())
    answer.registry.asked[71] = 17
    yield answer
    every = Talk(cabinet, confirmed=AIGUL.iin)
    every.registry.cards.extend(
        (card(), *(card(f"05-{no:06d}", CallStatus.DONE, no) for no in range(6, 0, -1)))
    )
    yield every.press("more", "filter", "open", "71", "history")
    withdrawn = Talk(withdraw, arg="71", confirmed=AIGUL.iin)
    withdrawn.registry.cards.append(card())
    yield withdrawn


def _centres() -> Iterator[Talk]:
    """Every question about the information of the centres."""
    other = Talk(centre_info).press("narcology", "agree", "other").say(STRANGER.iin.digits)
    yield other.press("work").say(AIGUL.iin.digits).confirm().press("change")
    oneself = Talk(centre_info).press("narcology", "agree", "other").say(AIGUL.iin.digits)
    yield oneself.press("work").say(AIGUL.iin.digits).confirm()
    yield Talk(centre_info).press("narcology", "agree", "self").say(AIGUL.iin.digits).confirm()
    statuses = (*InfoStatus, "expired", "withdrawn")
    for at, status in enumerate(statuses):
        asked = Talk(centres, confirmed=AIGUL.iin)
        about = AboutWhom.OTHER if at % 2 else AboutWhom.SELF
        number, now = f"93-{at + 1:06d}", FRIDAY_AFTERNOON
        one = CentreCard(at + 1, number, Centre.NARCOLOGY, about, status, 1, now, "0013", now, now, now)
        asked.registry.centre_requests.append(one)
        yield asked
    listed = Talk(centres, confirmed=AIGUL.iin)
    waiting = CentreCard(
        1, "93-000001", Centre.NARCOLOGY, AboutWhom.OTHER, InfoStatus.CONSENT, 1, FRIDAY_AFTERNOON
    )
    listed.registry.centre_requests += [waiting, replace(waiting, id=2, number="93-000002")]
    yield listed.press("1", "cancel")


def _consents() -> Iterator[Talk]:
    yield Talk(consenting, arg="12:agree").settle().press("here").say(AIGUL.iin.digits).confirm()
    yield Talk(consenting, arg="12:block").settle()


def _complaints() -> Iterator[Talk]:
    """Every question of a complaint, and of one's complaints."""
    yield complaining.at_the_summary().press("change")
    ten = complaining.at_the_files()
    for no in range(10):
        ten.send(SentFile("photo", f"photo-{no}", mime="image/jpeg"))
    yield ten
    yield complaining.begun(complaining.refused()).press("no_request", "another").say("7")
    yield complaining.begun(complaining.overdue(), arg="request:71")
    asked = CentreCard(
        95, "93-000012", Centre.NARCOLOGY, AboutWhom.SELF, InfoStatus.REFUSED, 2, FRIDAY_AFTERNOON
    )
    of_centre = Talk(complaint, arg="centre:95")
    of_centre.registry.centre_requests.append(asked)
    yield of_centre.press("health").say(AIGUL.iin.digits).confirm()
    yield Talk(complaint).press("nameless").press("more", "more").say("7")
    nowhere = Talk(complaint)
    nowhere.registry.people = [replace(AIGUL, address=None, phone=None)]
    nowhere.press("health").say(AIGUL.iin.digits).confirm().press("5").say(complaining.WORDS)
    yield nowhere.press("done").say("Алматы, Абая 10, кв. 25")
    for status in (ComplaintStatus.ANSWERED, ComplaintStatus.REFUSED):
        one = Talk(complaints, confirmed=AIGUL.iin)
        one.registry.complaints += [complaining.filed(status), complaining.filed(status, 62)]
        yield one.press("61", "answer")
    old = Talk(complaints, arg="61", confirmed=AIGUL.iin)
    old.registry.complaints.append(complaining.filed())
    yield old.press("history")
    for held, outcome in ((survey, "open"), (written, "answered")):
        surveyed = Talk(held, arg="17")
        surveyed.receipt = surveyed_as(outcome)
        yield surveyed.settle()
        if held is survey:
            surveyed.press("3")
    denied = Talk(happened, arg="71:no")
    denied.registry.cards.append(card(status=CallStatus.DONE))
    denied.receipt = {"outcome": "no", "request_id": 71, "number": "05-004512", "clinic_no": 5}
    yield denied.settle()


def main() -> None:
    """Write the list as it is now."""
    FILE.write_text(json.dumps(shapes(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
