"""What a complaint must hold beside the words: where the answer goes, a phone, how it is wanted (CO-04)."""

from dataclasses import dataclass, replace
from typing import Final

from dialogs.clinics import chosen_clinic
from dialogs.complaint_files import files_sent
from dialogs.complaint_matters import ComplainedOf
from dialogs.context import Context
from dialogs.engine import (
    Input,
    Json,
    NotUnderstood,
    Option,
    Plain,
    Question,
    Sentence,
    SentFile,
    T,
    WrongValue,
    ask,
)
from dialogs.engine.words import Value
from dialogs.identity import Identity
from dialogs.questions import callback_number, masked, phone_question, typed
from rules.clinics import Clinic
from rules.complaint_terms import EXAMINED_WITHIN
from rules.complaints import (
    LONGEST_ADDRESS,
    LONGEST_WORDS,
    MOST_FILES,
    SHORTEST_ADDRESS,
    SHORTEST_WORDS,
    Addressee,
    AnswerWay,
    Field,
)
from rules.law import rule
from rules.people import Person

TO: Final = "complaint.to"
WHERE: Final = "complaint.where"
CLINIC: Final = "complaint.clinic"
ADDRESS: Final = "complaint.address"
PHONE: Final = "complaint.phone"
ANSWER: Final = "complaint.answer"
WORDS: Final = "complaint.words"

NAMELESS: Final = "nameless"
_REGISTERED: Final = "registered"
_WRITTEN: Final = "written"
_ANOTHER: Final = "another"
_COLLEGE: Final = "college"

SHOWN_BEGINNING: Final = 60
"""How much of own words is repeated once they are taken."""

_LENGTHS: Final[dict[str, Value]] = {"least": SHORTEST_WORDS.value, "most": LONGEST_WORDS.value}


@dataclass(frozen=True, slots=True, repr=False)
class Form:
    """Everything of a complaint that its citizen says."""

    clinic: Clinic
    addressee: Addressee
    postal_address: str
    phone: str
    answer_way: AnswerWay
    words: str
    files: tuple[SentFile, ...]


@rule("CO-02", "G-60")
async def addressed_to() -> Addressee | None:
    """To whom; None for whoever does not want to say who they are: their words are feedback."""
    options = (
        *(Option(one.value, T(f"button.to_{one}")) for one in Addressee),
        Option(NAMELESS, T("button.nameless")),
    )
    text = (T(TO, days=EXAMINED_WITHIN.value),)
    answer = await ask(Question(TO, text, T("hint.buttons"), options))
    return None if answer == NAMELESS else Addressee(answer)


@rule("CO-04", "X-34")
async def filled_in(
    ctx: Context, identity: Identity, addressee: Addressee, about: ComplainedOf | None
) -> Form:
    """Ask for everything that the act demands and the registry does not know."""
    person = identity.person
    clinic = await _office(ctx, identity, about)
    words, taken = await _words(ctx, None if about is None else about.words)
    return Form(
        clinic=clinic,
        addressee=addressee,
        words=words,
        files=await files_sent(taken),
        postal_address=await _address(person),
        phone=await _phone(person),
        answer_way=await _answer_way(),
    )


async def _office(ctx: Context, identity: Identity, about: ComplainedOf | None) -> Clinic:
    """Whose office carries the complaint: the one complained of, for a centre one where the answer is had."""
    if about is not None and about.clinic_no is not None:
        clinic = await ctx.facts.clinic(about.clinic_no)
        if clinic is not None:
            return clinic
    key = WHERE if about is None else f"{WHERE}_of_centre"
    attachment = await ctx.facts.attachment(identity.person.id)
    own = None if attachment is None else await ctx.facts.clinic(attachment.clinic_no)
    college = await ctx.facts.college()
    options = [] if own is None else [Option(str(own.no), Plain(own.short(ctx.locale)))]
    options.append(Option(_ANOTHER, T("button.another_clinic")))
    if college is not None and about is None:
        options.append(Option(_COLLEGE, T("button.of_college")))
    answer = await ask(Question(key, (T(key),), T("hint.buttons"), tuple(options), numbered=False))
    if answer == _COLLEGE and college is not None:
        return college
    if own is not None and answer == str(own.no):
        return own
    return await chosen_clinic(ctx, CLINIC, T("complaint.clinic"), given=answer)


async def _address(person: Person) -> str:
    """Where the body's answer is sent: the registry's address, or one that is typed."""
    text: tuple[Sentence, ...] = (T(ADDRESS),)
    options: tuple[Option, ...] = ()
    if person.address:
        text = (T(ADDRESS), T("complaint.address_known", address=person.address))
        options = (Option(_REGISTERED, T("button.this_address")),)
    question = Question(
        ADDRESS, text, _missing(Field.POSTAL_ADDRESS), options, _reads_address, numbered=False
    )
    answer = await ask(question, given=[person.id, person.address])
    return str(person.address) if answer == _REGISTERED else str(answer)


def _reads_address(sent: Input) -> Json:
    if isinstance(sent, SentFile):
        raise WrongValue(T("complaint.file_after", most=MOST_FILES.value))
    text = " ".join(typed(sent, _missing(Field.POSTAL_ADDRESS)).split())
    if len(text) > LONGEST_ADDRESS.value:
        raise WrongValue(T("complaint.address_too_long", most=LONGEST_ADDRESS.value, sent=len(text)))
    if _told(text) < SHORTEST_ADDRESS.value:
        raise NotUnderstood(_missing(Field.POSTAL_ADDRESS))
    return text


async def _phone(person: Person) -> str:
    known = person.mobile or person.said_phone
    if not known:
        question = phone_question(PHONE, T(PHONE))
        return str(await ask(_named(question, Field.PHONE), given=person.id))
    options = (Option(_REGISTERED, T("button.this_phone")),)
    text = T("complaint.phone_known", phone=masked(known))
    answer = await ask(_named(phone_question(PHONE, text, options), Field.PHONE), given=[person.id, known])
    return callback_number(known) if answer == _REGISTERED else str(answer)


def _named(question: Question, field: Field) -> Question:
    """The same question, which names the field where it was given nothing that could be it."""
    read = question.reads

    def reads(sent: Input) -> Json:
        try:
            return None if read is None else read(sent)
        except WrongValue:
            raise
        except NotUnderstood as fault:
            raise NotUnderstood(_missing(field)) from fault

    return replace(question, hint=_missing(field), reads=reads)


@rule("G-62")
async def _answer_way() -> AnswerWay:
    options = tuple(Option(one.value, T(f"button.answer_{one}")) for one in AnswerWay)
    return AnswerWay(await ask(Question(ANSWER, (T(ANSWER),), T("hint.buttons"), options)))


@rule("X-34", "CO-01")
async def _words(ctx: Context, written: T | None) -> tuple[str, tuple[Sentence, ...]]:
    """What happened, in own words, or as the registry has it already; and what is said of own ones.

    One key for both: what somebody wrote stays, also when the late answer comes while they go on.
    """
    options: tuple[Option, ...] = ()
    text: tuple[Sentence, ...] = (T(WORDS, **_LENGTHS),)
    if written is not None:
        options = (Option(_WRITTEN, T("button.send_written")),)
        text = (T("complaint.words_offered", **_LENGTHS), written)
    answer = str(await ask(_words_question(text, WORDS, options)))
    return (ctx.render(written), ()) if written and answer == _WRITTEN else (answer, _taken(answer))


def _taken(words: str) -> tuple[Sentence, ...]:
    """Telegram cuts a long text into messages: which of them was taken is seen by how it begins."""
    beginning = " ".join(words.split())
    if len(beginning) > SHOWN_BEGINNING:
        beginning = f"{beginning[:SHOWN_BEGINNING].rstrip()}…"
    return (T("complaint.words_taken", count=len(words), beginning=beginning),)


def _words_question(text: tuple[Sentence, ...], key: str, options: tuple[Option, ...] = ()) -> Question:
    return Question(key, text, _missing(Field.WORDS), options, reads_words, numbered=False)


def reads_words(sent: Input) -> Json:
    """What happened. Raises NotUnderstood for what says nothing, WrongValue for what is too long."""
    if isinstance(sent, SentFile):
        raise WrongValue(T("complaint.file_later"))
    return _told_in_full(typed(sent, _missing(Field.WORDS)), "complaint.words_too_long")


def _reads_feedback(sent: Input) -> Json:
    """The same of words without a name: no file goes with them."""
    if isinstance(sent, SentFile):
        raise WrongValue(T("complaint.feedback_no_files"))
    return _told_in_full(typed(sent, T("complaint.feedback_hint")), "complaint.feedback_too_long")


def _told_in_full(text: str, too_long: str) -> str:
    if len(text) > LONGEST_WORDS.value:
        raise WrongValue(T(too_long, most=LONGEST_WORDS.value, sent=len(text)))
    if _told(text) < SHORTEST_WORDS.value:
        raise WrongValue(T("complaint.words_too_short", least=SHORTEST_WORDS.value))
    return text


async def feedback_words() -> str:
    """The words of somebody who does not say who they are."""
    text, hint = T("complaint.feedback_words", **_LENGTHS), T("complaint.feedback_hint")
    return str(await ask(Question("complaint.feedback_words", (text,), hint, reads=_reads_feedback)))


async def feedback_about(ctx: Context) -> Clinic:
    """Which clinic they are about."""
    return await chosen_clinic(ctx, "complaint.feedback_clinic", T("complaint.feedback_clinic"))


@rule("CO-04")
def _missing(field: Field) -> T:
    return T("complaint.missing", field=T(f"complaint.field.{field}"))


def _told(text: str) -> int:
    return sum(character.isalnum() for character in text)
