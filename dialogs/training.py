"""Documents of the medical college: the document itself, or a duplicate of a lost one.

The order is the law of this file: the college's card, which of the two, what has to be brought, identity,
which programme, for a duplicate how it was lost, the summary, "Send". Papers are handed in and documents
handed over at the college alone (CH-04): what is sent from here is the application.
"""

from dataclasses import dataclass
from typing import Final

from dialogs.actions import MENU, TRAINING, again, training_of
from dialogs.checking import Change, check_answers
from dialogs.college import college_card, hours, reception_now
from dialogs.context import Context
from dialogs.drafts import TrainingDraft
from dialogs.engine import (
    End,
    Input,
    Json,
    NotUnderstood,
    Option,
    Question,
    T,
    WrongValue,
    ask,
    dialog,
    end,
    receipt_of,
    submit,
)
from dialogs.identity import Identity, identified
from dialogs.questions import typed
from rules.channels import Channel
from rules.clinics import Clinic
from rules.consent import Purpose
from rules.days import Day
from rules.law import Allowed, rule
from rules.training import (
    DUPLICATE_TERM,
    MAIN_TERM,
    STORY_LEAST,
    STORY_MOST,
    Asked,
    Graduation,
    NotAccepted,
    is_free,
    may_ask,
    papers_of,
    term_of,
)

NAME: Final = "training"
WHAT: Final = "training.what"
BRING: Final = "training.bring"
WHICH: Final = "training.which"
STORY: Final = "training.story"
CHECK: Final = "training.check"
_REFUSED: Final = "refuse"
TITLE_ON_A_BUTTON: Final = 30
"""Letters of a programme's name; the summary has all of them."""


@dataclass(frozen=True, slots=True, repr=False)
class Application:
    """What has been settled before the summary."""

    asked: Asked
    record: Graduation
    due_on: Day
    story: str


@dialog(NAME)
async def training(ctx: Context) -> End:
    """Ask the college for a document, or for a duplicate of a lost one (TR-01 ... TR-21)."""
    receipt = receipt_of(NAME)
    if receipt is not None:
        return await _registered(ctx, receipt)
    college = await ctx.facts.college()
    if college is None:
        return end(T("training.no_college"), leads=(MENU,))
    card = await college_card(ctx, college)
    if ctx.by is not Channel.ELECTRONIC or not await ctx.facts.college_linked():
        return end(*card, T("training.in_person"), leads=(MENU,))
    asked = Asked(await ask(_what(card)))
    if await ask(_bring(asked), given=asked.value) == _REFUSED:
        return end(T("training.go_there", phone=college.phone), hours(college), leads=(MENU,))
    identity = await identified(ctx, Purpose.TRAINING, NAME)
    if isinstance(identity, End):
        return identity
    application = await _application(ctx, college, asked, identity)
    if isinstance(application, End):
        return application
    return await _registered(ctx, await submit(NAME, await _signed(ctx, application, identity)))


@rule("TR-20", "X-14")
def _what(card: tuple[T, ...]) -> Question:
    """Both kinds are registered; to book a time or to be served faster is offered nowhere."""
    options = tuple(Option(one.value, T(f"button.training_{one}")) for one in Asked)
    return Question(WHAT, (*card, T(WHAT)), T("hint.buttons"), options)


@rule("TR-08", "TR-09", "TR-14", "CH-04", "G-25")
def _bring(asked: Asked) -> Question:
    """What has to be brought, what it costs, how long it takes, how it is handed over; and what is done with
    one's data.
    """
    options = (Option("agree", T("button.agree")), Option(_REFUSED, T("button.refuse")))
    term = T("training.term_main", days=MAIN_TERM.value)
    if asked is Asked.DUPLICATE:
        term = T("training.term_duplicate", months=DUPLICATE_TERM.value)
    text = T(
        BRING,
        what=T(f"training.asked.{asked}"),
        papers=papers(asked),
        term=term,
        price=T("training.free" if is_free(asked) else "training.paid"),
    )
    return Question(BRING, (text, T("training.notice")), T("home_call.notice_hint"), options)


def papers(asked: Asked) -> tuple[T, ...]:
    """The papers to be brought, a line each."""
    return tuple(T(f"training.paper.{paper}") for paper in papers_of(asked))


@rule("TR-02")
async def _application(ctx: Context, college: Clinic, asked: Asked, identity: Identity) -> Application | End:
    """Which programme it is about, and how the document was lost; whoever has none is told where to ask."""
    records = await ctx.facts.graduations(identity.person.iin)
    today = college.local(ctx.now).date()
    verdicts = [(record, may_ask(asked, record, today)) for record in records]
    open_to_ask = tuple(record for record, verdict in verdicts if isinstance(verdict, Allowed))
    if not open_to_ask:
        why = next((one for _, one in verdicts if isinstance(one, NotAccepted)), NotAccepted.NOT_GRADUATE)
        return _not_accepted(college, why, records)
    record = await _record(asked, open_to_ask)
    term = term_of(asked, today, record.decided_on, await ctx.facts.calendar())
    story = ""
    if asked is Asked.DUPLICATE:
        story = str(await ask(_story(), given=record.id))
    return Application(asked, record, term.due_on, story)


def _not_accepted(college: Clinic, why: NotAccepted, records: tuple[Graduation, ...]) -> End:
    if why is NotAccepted.NOT_DECIDED:
        text = T("training.not_decided", day=max(one.decided_on for one in records))
    else:
        text = T(f"training.{why}", phone=college.phone)
    leads = (MENU,) if why is NotAccepted.NOT_GRADUATE else (again(NAME), MENU)
    return end(text, hours(college), leads=leads)


async def _record(asked: Asked, records: tuple[Graduation, ...]) -> Graduation:
    if len(records) == 1:
        return records[0]
    options = tuple(Option(str(one.id), _named(one)) for one in records)
    answer = await ask(Question(WHICH, (T(WHICH),), T("hint.buttons"), options), given=asked.value)
    return next(one for one in records if str(one.id) == answer)


def _named(record: Graduation) -> T:
    document, year = T(f"training.document.{record.document}"), record.decided_on.year
    if not record.title:
        return T("training.record", document=document, year=year)
    return T("training.record_titled", document=document, year=year, title=record.title[:TITLE_ON_A_BUTTON])


@rule("TR-12")
def _story() -> Question:
    """How it was lost: without that there is no application."""

    def reads(sent: Input) -> Json:
        text = typed(sent, T("training.story_hint"))
        if len(text) > STORY_MOST.value:
            raise WrongValue(T("words.too_long", most=STORY_MOST.value, sent=len(text)))
        if sum(letter.isalpha() for letter in text) < STORY_LEAST.value:
            raise NotUnderstood(T("training.story_hint"))
        return text

    return Question(STORY, (T(STORY),), T("training.story_hint"), reads=reads)


@rule("TR-15")
async def _signed(ctx: Context, application: Application, identity: Identity) -> TrainingDraft:
    record, asked = application.record, application.asked
    details: Json = [asked.value, record.id, application.story]
    changes = [Change(Option("what", T("button.change_document")), (WHAT, BRING, WHICH, STORY))]
    if asked is Asked.DUPLICATE:
        changes.append(Change(Option("story", T("button.change_story")), (STORY,)))
    signed = await check_answers(ctx, CHECK, _summary(application, identity), details, tuple(changes))
    return TrainingDraft(
        asked=asked,
        graduate_id=record.id,
        caller_id=identity.person.id,
        caller_version=identity.person.version,
        consent_id=identity.consent,
        due_on=application.due_on,
        story=application.story,
        signed=signed,
    )


def _summary(application: Application, identity: Identity) -> T:
    record = application.record
    lines = [
        T("training.line_what", what=T(f"training.asked.{application.asked}")),
        T("training.line_document", document=T(f"training.document.{record.document}")),
        *((T("training.line_programme", programme=record.title),) if record.title else ()),
        T("training.line_name", name=record.full_name, last=identity.person.iin.last_four),
    ]
    if application.asked is Asked.DUPLICATE:
        lines.append(T("training.line_story", story=application.story))
    return T(CHECK, lines=(*lines, T("training.line_due", day=application.due_on)))


@rule("TR-17", "TR-09", "CH-04", "PC-11")
async def _registered(ctx: Context, receipt: dict[str, Json]) -> End:
    """The entry of the register: its number and day, by when, what to bring, when and where."""
    outcome, college = str(receipt["outcome"]), await ctx.facts.college()
    if outcome == "gone" or college is None:
        return end(T("training.no_college"), leads=(MENU,))
    asked, request_id = Asked(str(receipt["asked"])), int(str(receipt["request_id"]))
    text = T(
        "training.registered" if outcome == "registered" else "training.already",
        number=str(receipt["number"]),
        what=T(f"training.asked.{asked}"),
        filed=Day.fromisoformat(str(receipt["filed_on"])),
        due=Day.fromisoformat(str(receipt["due_on"])),
    )
    bring = T("training.bring_now", papers=papers(asked), address=college.address)
    now = reception_now(ctx, college, await ctx.facts.calendar())
    hand_over = T("training.in_person_only")
    return end(text, bring, hours(college), now, hand_over, leads=(training_of(request_id), TRAINING, MENU))
