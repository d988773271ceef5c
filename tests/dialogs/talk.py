"""A conversation as the citizen sees it: real dialogs, real engine, real words; the registry is made up."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import locales
from dialogs.complaint_drafts import ComplaintDraft, FeedbackDraft
from dialogs.context import AtDesk, ChannelName, Context
from dialogs.drafts import (
    AnswerDraft,
    AttachmentDraft,
    AttachmentWithdrawalDraft,
    BlockDraft,
    BookingDraft,
    ByHandDraft,
    CancelDraft,
    CentreCancelDraft,
    CentreInfoDraft,
    CentreLinkDraft,
    ComingDraft,
    ConsentAnswerDraft,
    ConsentBackDraft,
    ConsentBlockDraft,
    ConsentEndDraft,
    ConsentLookDraft,
    ErasureDraft,
    HoldDraft,
    HomeCallDraft,
    MoveDraft,
    OfferAnswerDraft,
    OpenQuestionDraft,
    OpenSurveyDraft,
    OwnCopyDraft,
    PaperDraft,
    SurveyDeclinedDraft,
    SurveyDraft,
    SurveyLaterDraft,
    SurveyWordsDraft,
    TrainingCancelDraft,
    TrainingDraft,
    UnblockDraft,
    WaitDraft,
    WithdrawalDraft,
)
from dialogs.engine import (
    Answered,
    Asked,
    AtGate,
    Dialog,
    Ended,
    Gate,
    Input,
    Journal,
    Moved,
    NotRead,
    Option,
    Outcome,
    Passed,
    Paused,
    Pressed,
    Question,
    Reading,
    Said,
    Sentence,
    Submitting,
    Suspended,
    back,
    leave_by,
    pack,
    read,
    receipted,
    replay,
    unpack,
)
from rules.iin import Iin
from rules.people import Language
from tests.dialogs.registry import AIGUL, FRIDAY_AFTERNOON, Registry, attachment_card, card, visit_card
from tests.dialogs.surveys import surveyed_as


@dataclass
class Talk:
    """One person and one dialog, message by message."""

    dialog: Dialog
    locale: Language = "ru"
    now: datetime = FRIDAY_AFTERNOON
    registry: Registry = field(default_factory=Registry)
    arg: str = ""
    confirmed: Iin | None = None
    desk: AtDesk | None = None
    channel: ChannelName = "telegram"
    journal: Journal = field(default_factory=Journal)
    consents: dict[str, Passed] = field(default_factory=dict)
    done: list[Any] = field(default_factory=list)
    holds: list[Any] = field(default_factory=list)
    heard: Reading | None = None
    receipt: dict[str, Any] = field(default_factory=dict)
    asked: list[Question] = field(default_factory=list)

    async def passed(self, gate: Gate) -> Passed | None:
        """The port of the engine: whether this gate stands open."""
        return self.consents.get(f"{gate.purpose}:{gate.subject}")

    def render(self, words: Sentence) -> str:
        """The words in the language and the length of this talk."""
        return locales.render(words, self.locale, short=self.channel == "sms")

    @property
    def outcome(self) -> Outcome:
        """Where the dialog stands now, replayed from the top."""
        context = Context(
            self.now,
            self.locale,
            self.channel,
            self.registry,
            self.render,
            locales.when_words(),
            self.arg,
            self.confirmed,
            self.desk,
        )
        # Every replay is one after a restart: the journal has been to the database and back.
        outcome = asyncio.run(replay(self.dialog, context, unpack(pack(self.journal)), self))
        assert not isinstance(outcome, Suspended), outcome.fault
        self.journal = outcome.journal
        if isinstance(outcome, Asked):
            self.asked.append(outcome.question)
        return outcome

    @property
    def reads(self) -> str:
        """What the citizen reads now."""
        outcome = self.outcome
        match outcome:
            case Asked():
                words = outcome.question.text
            case AtGate():
                words = outcome.gate.text
            case Ended():
                words = outcome.end.text
            case _:
                return type(outcome).__name__
        return "\n\n".join(filter(None, (self.render(sentence) for sentence in words)))

    @property
    def buttons(self) -> list[str]:
        """The labels of the buttons under it."""
        return [self.render(option.label) for option in self.options]

    @property
    def options(self) -> tuple[Option, ...]:
        """The options offered now: answers, exits of a gate, or what follows an ending."""
        outcome = self.outcome
        match outcome:
            case Asked():
                return outcome.question.options
            case AtGate():
                return outcome.gate.exits
            case Ended():
                return outcome.end.leads
            case _:
                return ()

    @property
    def leads(self) -> list[str]:
        """The ids of the buttons that start something else from here."""
        outcome = self.outcome
        return [option.id for option in outcome.question.leads] if isinstance(outcome, Asked) else []

    @property
    def key(self) -> str:
        """The key of the open question, or the name of the outcome."""
        outcome = self.outcome
        return outcome.question.key if isinstance(outcome, Asked) else type(outcome).__name__

    @property
    def hint(self) -> str:
        """What was said to words that are no answer."""
        assert isinstance(self.heard, NotRead), self.heard
        return self.render(self.heard.hint)

    def send(self, sent: Input) -> Talk:
        """Send one message; a wanted submit is carried out at once."""
        outcome = self.outcome
        assert isinstance(outcome, Asked), (outcome, sent)
        self.heard = read(
            outcome.question, outcome.given, outcome.journal, sent, locales.spellings, locales.ways
        )
        if isinstance(self.heard, Answered):
            self.journal = outcome.journal.put(self.heard.entry)
        return self.settle()

    def say(self, *texts: str) -> Talk:
        """Type words, one message after another."""
        for text in texts:
            self.send(Said(text))
        return self

    def press(self, *options: str) -> Talk:
        """Press buttons by their ids, one after another; "send" and "change" are of the summary."""
        for option in options:
            wanted = next(
                (o.id for o in self.options if o.id == option or o.id.startswith(f"{option}-")), option
            )
            self.send(Pressed(self.key, wanted))
            assert not isinstance(self.heard, Moved), (option, self.key, self.options)
        return self

    def confirm(self, person_id: str = AIGUL.id) -> Talk:
        """Type the right code at the gate."""
        outcome = self.outcome
        assert isinstance(outcome, AtGate), outcome
        self.consents[f"{outcome.gate.purpose}:{outcome.gate.subject}"] = Passed(91, person_id)
        return self.settle()

    def leave(self) -> Talk:
        """Press "No SMS?"."""
        outcome = self.outcome
        assert isinstance(outcome, AtGate), outcome
        self.journal = leave_by(outcome, outcome.gate.exits[0].id)
        return self

    def back(self) -> bool:
        """Go one answer back; tell whether there was a way."""
        outcome = self.outcome
        assert isinstance(outcome, Asked | AtGate | Paused), outcome
        earlier = back(outcome)
        self.journal = earlier or self.journal
        return earlier is not None

    def settle(self) -> Talk:
        """Do what the dialog wants done, as the deciding transaction would."""
        while isinstance(outcome := self.outcome, Submitting):
            held = isinstance(outcome.draft, HoldDraft)
            (self.holds if held else self.done).append(outcome.draft)
            receipt = self._decided(outcome.draft) if held or not self.receipt else self.receipt
            self.journal = receipted(outcome, receipt)
        return self

    def _decided(self, draft: object) -> Any:
        match draft:
            case HomeCallDraft():
                # From now on the registry itself knows of an open call.
                self.registry.cards.append(card())
                us = int(self.now.timestamp() + 1800) * 1_000_000
                day = draft.visit_day.isoformat()
                return {
                    "request_id": 71,
                    "number": "05-004512",
                    "due_us": us,
                    "visit_day": day,
                    "merged": False,
                }
            case AttachmentDraft():
                return self._asked_for(draft)
            case AttachmentWithdrawalDraft():
                return {"request_id": 91, "number": "07-000101", "withdrawn": True}
            case PaperDraft(request_id=request_id):
                return {"request_id": request_id, "sent": True}
            case OpenQuestionDraft() | AnswerDraft():
                return self._asked_about(draft)
            case WithdrawalDraft():
                return {"number": "05-004512", "withdrawn": True}
            case HoldDraft(slot_id=slot_id):
                return {"held": self.registry.hold(slot_id), "slot_id": slot_id, "until_us": None}
            case BookingDraft():
                return self._booked(draft)
            case MoveDraft() | CancelDraft() | WaitDraft() | OfferAnswerDraft() | ComingDraft():
                return self._changed(draft)
            case _:
                return self._of_centre(draft)

    def _complained(self, draft: ComplaintDraft | FeedbackDraft) -> Any:
        if isinstance(draft, FeedbackDraft):
            return {"outcome": "kept"}
        return {
            "outcome": "registered",
            "complaint_id": 61,
            "number": "95-000012",
            "clinic_no": draft.clinic_no,
            "filed_us": int(self.now.timestamp()) * 1_000_000,
            "official": "Омарова Г. Б.",
            "due": "2026-12-14",
            "answer_way": draft.answer_way.value,
        }

    def _by_hand(self, draft: object) -> Any:
        """Somebody entered by their paper; from now on the registry itself knows them."""
        if not isinstance(draft, ByHandDraft):
            raise TypeError(type(draft).__name__)
        iin = Iin.stand_in(77) if draft.iin is None else draft.iin
        entered = replace(AIGUL, id="77", iin=iin, surname=draft.surname, name=draft.name, phone=None)
        typed = replace(entered, birth_date=draft.birth_date, by_hand=True, said_phone=draft.phone)
        self.registry.people = [one for one in self.registry.people if one.iin != iin] + [typed]
        return {"person_id": "77", "iin": iin.digits, "phone": draft.phone}

    def _asked_about(self, draft: OpenQuestionDraft | AnswerDraft) -> Any:
        receipt = {"request_id": 71, "number": "05-004512", "phone": "+7 727 233-39-60"}
        if isinstance(draft, AnswerDraft):
            self.registry.asked.clear()
            return receipt | {"outcome": "taken"}
        return receipt | {"outcome": "open", "words": "Домофон работает?"}

    def _of_centre(self, draft: object) -> Any:
        receipt: dict[str, Any] = {"request_id": 95, "number": "93-000012"}
        us = int(self.now.timestamp() + 1800) * 1_000_000
        match draft:
            case CentreInfoDraft(other=None):
                return receipt | {"outcome": "registered", "about": "self", "due_us": us, "ends_us": None}
            case CentreInfoDraft():
                return receipt | {"outcome": "registered", "about": "other", "due_us": None, "ends_us": us}
            case CentreCancelDraft():
                return receipt | {"cancelled": True}
            case CentreLinkDraft():
                return receipt | {"outcome": "sent"}
            case TrainingDraft(asked=asked, due_on=due_on):
                days = {"filed_on": "2026-11-20", "due_on": due_on.isoformat()}
                training = {"request_id": 96, "number": "90-000003", "asked": asked.value}
                return training | days | {"outcome": "registered"}
            case TrainingCancelDraft():
                return {"request_id": 96, "number": "90-000003", "cancelled": True}
            case _:
                return self._surveyed(draft)

    def _surveyed(self, draft: object) -> Any:
        match draft:
            case ComplaintDraft() | FeedbackDraft():
                return self._complained(draft)
            case OpenSurveyDraft():
                return surveyed_as("answered" if self.dialog.name == "survey_words" else "open")
            case SurveyDraft(grades=grades):
                return surveyed_as("counted", low=1 in grades)
            case SurveyLaterDraft():
                return surveyed_as("later")
            case SurveyDeclinedDraft():
                return surveyed_as("declined")
            case SurveyWordsDraft():
                return surveyed_as("written")
            case _:
                return self._of_own_data(draft)

    def _of_own_data(self, draft: object) -> Any:
        match draft:
            case ConsentBackDraft(request_id=request_id) | BlockDraft(request_id=request_id):
                known = {one.id: one.number for one in self.registry.asked_about}
                return {"done": request_id in known, "number": known.get(request_id, "")}
            case ConsentEndDraft() | UnblockDraft() | OwnCopyDraft() | ErasureDraft():
                return {"done": True}
            case _:
                return self._of_consent(draft)

    def _of_consent(self, draft: object) -> Any:
        asked = {"matter": "centre", "requester": "Ахметова А. С.", "what": "narcology", "purpose": "work"}
        match draft:
            case ConsentLookDraft():
                return asked | {"outcome": "open", "number": "93-000012"}
            case ConsentAnswerDraft(agrees=agrees):
                return {"outcome": "given" if agrees else "refused", "number": "93-000012"}
            case ConsentBlockDraft():
                return {"outcome": "blocked", "number": "93-000012"}
            case _:
                return self._by_hand(draft)

    def _booked(self, draft: BookingDraft) -> Any:
        self.registry.cards.append(visit_card(slot=self.registry.by_id.get(draft.slot_id or 0)))
        return {
            "request_id": 81,
            "number": "05-004520",
            "outcome": "booked" if draft.slot_id else "waiting",
            "slot_id": draft.slot_id,
            "registered_us": int(self.now.timestamp()) * 1_000_000,
            "same_day": True,
        }

    def _asked_for(self, draft: AttachmentDraft) -> Any:
        """One request a person; from now on the registry itself knows of them."""
        people = [one.person_id for one in draft.people]
        self.registry.cards += [attachment_card(patient_id=person_id) for person_id in people]
        made = [
            {"request_id": 91 + at, "number": f"07-{101 + at:06d}", "person_id": one, "already": False}
            for at, one in enumerate(people)
        ]
        due = datetime(2026, 11, 20, 15, tzinfo=UTC)
        return {
            "requests": made,
            "due_us": int(due.timestamp()) * 1_000_000,
            "registered_us": int(self.now.timestamp()) * 1_000_000,
            "same_day": True,
            "clinic_no": draft.clinic_no,
        }

    def _changed(self, draft: object) -> Any:
        receipt: dict[str, Any] = {"request_id": 81, "number": "05-004520"}
        match draft:
            case MoveDraft(slot_id=slot_id):
                return receipt | {"moved": True, "slot_id": slot_id}
            case CancelDraft():
                return receipt | {"cancelled": True}
            case WaitDraft(waits=waits):
                return receipt | {"waits": waits}
            case OfferAnswerDraft(slot_id=slot_id, accepted=accepted):
                return receipt | {"outcome": "taken" if accepted else "kept", "slot_id": slot_id}
            case _:
                starts = int(self.now.timestamp() + 7200) * 1_000_000
                return receipt | {"outcome": "noted", "starts_us": starts, "clinic_no": 5}
