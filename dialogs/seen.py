"""Who is at the desk or on the phone: a registrar looks at a document, or calls the known number back.

The answer is the registrar's word for what they saw; with it the consent that they read aloud is recorded.
Somebody without data in the state register is entered by their paper, to be checked by a second person.
"""

from dataclasses import dataclass
from typing import Final

from dialogs.context import AtDesk, Context
from dialogs.drafts import ByHandDraft
from dialogs.engine import End, Gate, Json, Option, Passed, Question, T, ask, end, gate, receipt_of, submit
from dialogs.questions import birth_question, name_question, phone_question, words_question
from rules.channels import Channel
from rules.consent import Purpose, consent_text_aloud
from rules.days import country_day, day
from rules.desk import Way, ways_of
from rules.iin import Iin
from rules.law import rule
from rules.people import Person

WAY: Final = "identity.way"
"""The answer that opens the gate: how the registrar has seen who it is."""

BY_HAND: Final = "by_hand"
_NOT_SEEN: Final = "not_seen"
_GO_ON: Final = "go_on"


@dataclass(frozen=True, slots=True)
class Seen:
    """Whom the registrar has seen, and the consent that they gave aloud."""

    person: Person
    consent_id: int


@rule("X-29", "DD-05", "GEN-06", "HC-04", "AU-23", "AU-24", "G-11", "PI-03")
async def seen(ctx: Context, desk: AtDesk, purpose: Purpose, iin: Iin | None) -> Seen | End:
    """Have the registrar say how they saw that it is that person; an End where they did not.

    ``iin`` is ``None`` for somebody who has none, or does not know it.
    """
    aloud = T(consent_text_aloud(purpose).words_key)
    if not was_entered_by_hand():
        person = None if iin is None else await ctx.facts.person(iin)
        # Whoever was entered by hand before is still unknown to the state register.
        is_known = person is not None and not person.by_hand
        ways = ways_of(desk.channel, has_phone=person.phone is not None) if person and is_known else ()
        if person is not None and ways:
            return await _known(desk, person, ways, purpose, aloud)
        stop = await _entered_by_hand(ctx, desk, iin, is_known=is_known)
        if stop is not None:
            return stop
    return await _by_hand(ctx, desk, purpose, aloud)


def was_entered_by_hand() -> bool:
    """True if the person of this conversation is known from a paper alone, and attached nowhere known."""
    return receipt_of(BY_HAND) is not None


def phone_by_hand() -> str:
    """The number that was typed with the paper, in E.164; "" for whoever the state register knows."""
    return _receipt("phone")


def _receipt(name: str) -> str:
    receipt = receipt_of(BY_HAND)
    return "" if receipt is None else str(receipt[name])


async def _known(
    desk: AtDesk, person: Person, ways: tuple[Way, ...], purpose: Purpose, aloud: T
) -> Seen | End:
    phone = "–" if person.phone is None else person.phone.shown
    told = T(f"seen.{desk.channel}", name=person.full_name, birth=person.birth_date, phone=phone)
    question = _question((told, aloud), ways)
    if await ask(question, given=[person.iin.digits, person.version]) == _NOT_SEEN:
        return end(T("seen.not_seen"))
    return await _through(person, purpose, aloud)


async def _through(person: Person, purpose: Purpose, aloud: T) -> Seen | End:
    passed = await gate(Gate(purpose, person.iin.digits, (aloud,)))
    return Seen(person, passed.consent_id) if isinstance(passed, Passed) else end(T("seen.not_seen"))


@rule("G-12", "AU-25", "MAP-06")
async def _entered_by_hand(ctx: Context, desk: AtDesk, iin: Iin | None, *, is_known: bool) -> End | None:
    """The state register has no data: what the paper says is typed in, and what it is."""
    options = (Option(_GO_ON, T("button.by_paper")), _not_seen())
    given: Json = None if iin is None else iin.digits
    why = _why_by_hand(desk, iin, is_known=is_known)
    if await ask(Question("identity.no_data", (why,), T("hint.buttons"), options), given=given) == _NOT_SEEN:
        return end(T("seen.not_seen"))
    surname = await ask(name_question("identity.surname", T("identity.surname")), given=given)
    name = await ask(name_question("identity.name", T("identity.name")), given=given)
    asked = birth_question("identity.birth", T("identity.birth"), country_day(ctx.now))
    born = day(await ask(asked, given=given))
    phone = str(await ask(phone_question("identity.phone", T("identity.phone")), given=given))
    paper = words_question("identity.document", T("identity.document"), T("identity.document_hint"))
    document = str(await ask(paper, given=given))
    await submit(BY_HAND, ByHandDraft(iin, str(surname), str(name), born, phone, document))
    return None


def _why_by_hand(desk: AtDesk, iin: Iin | None, *, is_known: bool) -> T:
    if iin is None:
        return T("seen.without_iin")
    if is_known:
        return T("seen.no_phone")
    return T("seen.no_data" if desk.channel is Channel.DESK else "seen.no_data_phone")


async def _by_hand(ctx: Context, desk: AtDesk, purpose: Purpose, aloud: T) -> Seen | End:
    # Asked before the registry is looked at: in the message that enters somebody it does not know them yet.
    iin = Iin(_receipt("iin"))
    label = "button.seen_by_hand" if desk.channel is Channel.DESK else "button.heard_by_hand"
    options = (Option(Way.BY_HAND.value, T(label)), _not_seen())
    question = Question(WAY, (T("seen.by_hand"), aloud), T("hint.buttons"), options)
    if await ask(question, given=iin.digits) == _NOT_SEEN:
        return end(T("seen.not_seen"))
    person = await ctx.facts.person(iin)
    return end(T("seen.not_seen")) if person is None else await _through(person, purpose, aloud)


def _question(text: tuple[T, ...], ways: tuple[Way, ...]) -> Question:
    options = (*(Option(way.value, T(f"button.seen_{way}")) for way in ways), _not_seen())
    return Question(WAY, text, T("hint.buttons"), options)


def _not_seen() -> Option:
    return Option(_NOT_SEEN, T("button.not_seen"))
