"""A complaint: to whom, about which request, what happened, photos and documents; signed and receipted.

Whoever gives no name has not complained: their words are kept as feedback, and that is said (G-60).
"""

from typing import Any, Final

from dialogs.actions import COMPLAINT, COMPLAINTS, MENU, complaint_of
from dialogs.checking import Change, check_answers
from dialogs.clinics import keys_of
from dialogs.complaint_drafts import ComplaintDraft, FeedbackDraft
from dialogs.complaint_files import KEYS as FILES
from dialogs.complaint_form import (
    ADDRESS,
    ANSWER,
    CLINIC,
    PHONE,
    TO,
    WHERE,
    WORDS,
    Form,
    addressed_to,
    feedback_about,
    feedback_words,
    filled_in,
)
from dialogs.complaint_matters import ComplainedOf, own_matters
from dialogs.complaint_receipt import receipt_words
from dialogs.context import Context
from dialogs.drafts import Signed
from dialogs.engine import (
    End,
    Input,
    Json,
    NotUnderstood,
    Option,
    Question,
    Sentence,
    T,
    WrongValue,
    ask,
    dialog,
    end,
    receipt_of,
    submit,
)
from dialogs.facts import ComplaintCard
from dialogs.identity import Identity, identified
from dialogs.questions import masked, typed
from rules.channels import Channel
from rules.complaints import AnswerWay
from rules.consent import Purpose
from rules.days import day, instant
from rules.law import rule
from rules.request_number import BadNumber, RequestNumber

NAME: Final = "complaint"
FEEDBACK: Final = "feedback"
ABOUT: Final = "complaint.about"
CHECK: Final = "complaint.check"
NO_REQUEST: Final = "no_request"

MOST_SHOWN: Final = 6
SHOWN_UNITS: Final = 2400
"""How much of a long complaint its summary repeats: with all else it fits one message of Telegram."""

_OFFICE_KEYS: Final = (WHERE, f"{WHERE}_of_centre", *keys_of(CLINIC))


@dialog(NAME)
async def complaint(ctx: Context) -> End:
    """File a complaint; ``ctx.arg`` is the matter, "request:12", or empty."""
    return await complained(ctx, ctx.arg)


@rule("CO-01", "CO-03", "CH-06")
async def complained(ctx: Context, about: str) -> End:
    """The same within another dialog that has led here; ``about`` as above."""
    kept, noted = receipt_of(NAME), receipt_of(FEEDBACK)
    if kept is not None:
        return await _registered(ctx, kept)
    if noted is not None:
        return _noted()
    if ctx.by is not Channel.ELECTRONIC:
        return end(T("complaint.on_paper"), leads=(MENU,))
    addressee = await addressed_to()
    if addressee is None:
        return await _nameless(ctx)
    identity = await identified(ctx, Purpose.COMPLAINT, NAME)
    if isinstance(identity, End):
        return identity
    matters = await own_matters(ctx, identity)
    matter = await _matter(about, matters)
    if isinstance(matter, End):
        return matter
    first = await _open_already(ctx, identity, matter)
    if first is not None:
        return end(T("complaint.already", number=first.number), leads=(complaint_of(first.id), MENU))
    form = await filled_in(ctx, identity, addressee, matter)
    signed = await _signed(ctx, identity, form, matter)
    return await _registered(ctx, await submit(NAME, _draft(identity, form, matter, signed)))


async def _matter(about: str, matters: tuple[ComplainedOf, ...]) -> ComplainedOf | End | None:
    """The request that it is about: the one it was started from, or one of one's own; None for none."""
    if not about:
        return await _chosen(matters)
    kind, _, matter_id = about.partition(":")
    found = (one for one in matters if (one.matter.kind.value, str(one.matter.id)) == (kind, matter_id))
    # Whether there is a request under that number is nobody else's affair.
    return next(found, None) or end(T("complaint.not_yours"), leads=(COMPLAINT, MENU))


async def _chosen(matters: tuple[ComplainedOf, ...]) -> ComplainedOf | None:
    if not matters:
        return None
    by_number = {one.number: one for one in matters}
    options = (*(_row(one) for one in matters[:MOST_SHOWN]), Option(NO_REQUEST, T("button.no_request")))

    def reads(sent: Input) -> Json:
        try:
            number = str(RequestNumber.parse(typed(sent, T("complaint.about_hint"))))
        except BadNumber as fault:
            raise NotUnderstood(T("complaint.about_hint")) from fault
        if number not in by_number:
            raise WrongValue(T("complaint.not_yours"))
        return number

    question = Question(
        ABOUT,
        (T(ABOUT),),
        T("complaint.about_hint"),
        options,
        reads,
        still=lambda answer: answer in by_number,
        kept=frozenset(by_number),
    )
    answer = await ask(question)
    return None if answer == NO_REQUEST else by_number[answer]


def _row(one: ComplainedOf) -> Option:
    return Option(
        one.number, T("complaint.row", number=one.number, service=T(f"short.service.{one.service}"))
    )


async def _open_already(
    ctx: Context, identity: Identity, matter: ComplainedOf | None
) -> ComplaintCard | None:
    """A second complaint about the same is led to the first while that one is open."""
    if matter is None:
        return None
    cards = await ctx.facts.complaint_cards(identity.person.id)
    return next((one for one in cards if one.matter == matter.matter and not one.status.is_final), None)


# The summary.


async def _signed(ctx: Context, identity: Identity, form: Form, matter: ComplainedOf | None) -> Signed:
    person = identity.person
    details: Json = [
        person.iin.digits,
        form.clinic.no,
        form.phone,
        form.words,
        [file.file_id for file in form.files],
        None if matter is None else [matter.matter.kind.value, matter.matter.id],
    ]
    return await check_answers(ctx, CHECK, _summary(ctx, identity, form, matter), details, _changes(matter))


@rule("CO-04", "PC-05")
def _summary(ctx: Context, identity: Identity, form: Form, matter: ComplainedOf | None) -> T:
    person = identity.person
    about = () if matter is None else (T("complaint.line_about", number=matter.number),)
    lines = (
        T("complaint.line_to", to=T(f"button.to_{form.addressee}")),
        *about,
        T("complaint.line_office", office=form.clinic.name(ctx.locale)),
        T("complaint.line_name", name=person.full_name, last=person.iin.last_four),
        T("complaint.line_address", address=form.postal_address),
        T("complaint.line_phone", phone=masked(form.phone)),
        T("complaint.line_answer", way=T(f"button.answer_{form.answer_way}")),
        T("complaint.line_files", count=len(form.files)),
        *_shown(form.words),
    )
    return T(CHECK, lines=lines)


def _shown(words: str) -> tuple[T, ...]:
    """The words, or of long ones what one message holds: they stand above as their writer sent them."""
    units = words.encode("utf-16-le")
    if len(units) <= 2 * SHOWN_UNITS:
        return (T("complaint.line_words", words=words),)
    beginning = units[: 2 * SHOWN_UNITS].decode("utf-16-le", "ignore")
    return (
        T("complaint.line_words", words=f"{beginning}…"),
        T("complaint.line_words_whole", count=len(words)),
    )


def _changes(matter: ComplainedOf | None) -> tuple[Change, ...]:
    changes = (
        Change(Option("words", T("button.change_words")), (WORDS,)),
        Change(Option("files", T("button.change_files")), FILES),
        Change(Option("address", T("button.change_postal")), (ADDRESS,)),
        Change(Option("phone", T("button.change_phone")), (PHONE,)),
        Change(Option("answer", T("button.change_answer")), (ANSWER,)),
        Change(Option("to", T("button.change_to")), (TO,)),
    )
    if matter is not None and matter.clinic_no is not None:
        return changes
    return (*changes, Change(Option("office", T("button.change_office")), _OFFICE_KEYS))


def _draft(identity: Identity, form: Form, matter: ComplainedOf | None, signed: Signed) -> ComplaintDraft:
    return ComplaintDraft(
        caller_id=identity.person.id,
        caller_version=identity.person.version,
        consent_id=identity.consent,
        clinic_no=form.clinic.no,
        matter=None if matter is None else matter.matter,
        addressee=form.addressee,
        postal_address=form.postal_address,
        phone=form.phone,
        answer_way=form.answer_way,
        words=form.words,
        files=form.files,
        signed=signed,
    )


@rule("CO-05", "G-58")
async def _registered(ctx: Context, receipt: dict[str, Any]) -> End:
    """The receipt, at once; a complaint that is open already is shown instead of a second."""
    number, complaint_id = str(receipt["number"]), int(receipt["complaint_id"])
    leads = (complaint_of(complaint_id), MENU)
    if receipt["outcome"] == "already":
        return end(T("complaint.already", number=number), leads=leads)
    clinic = await ctx.facts.clinic(int(receipt["clinic_no"]))
    if clinic is None:
        return end(T("complaint.kept", number=number), leads=leads)
    words: tuple[Sentence, ...] = receipt_words(
        clinic,
        number,
        instant(int(receipt["filed_us"])),
        str(receipt["official"]),
        day(str(receipt["due"])),
        AnswerWay(receipt["answer_way"]),
    )
    return end(*words, leads=leads)


# Feedback.


@rule("G-60")
async def _nameless(ctx: Context) -> End:
    """Anonymous words are no complaint: nobody can be answered. They are kept, and that is said."""
    clinic = await feedback_about(ctx)
    words = await feedback_words()
    await submit(FEEDBACK, FeedbackDraft(clinic.no, words))
    return _noted()


@rule("G-60")
def _noted() -> End:
    return end(T("complaint.feedback_kept"), leads=(COMPLAINT, COMPLAINTS, MENU))
