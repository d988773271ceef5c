"""My consents: what one agreed to, who asked and who looked; taking back, blocking, a copy, erasure.

The lists are endings, each with its ways on: nothing is held in a conversation, and the chat stays confirmed.
"""

from collections.abc import Sequence
from typing import Final, TypeVar

from dialogs.actions import CABINET, MENU, again
from dialogs.actions import agree as agree_to
from dialogs.actions import refuse as refuse_to
from dialogs.context import Context
from dialogs.drafts import BlockDraft, ConsentBackDraft, ConsentEndDraft, OwnCopyDraft, UnblockDraft
from dialogs.engine import (
    End,
    Gate,
    Json,
    Option,
    Passed,
    Sentence,
    T,
    dialog,
    end,
    gate,
    receipt_of,
    submit,
)
from dialogs.erasing import erased, erasure
from dialogs.identity import NO_SMS, Identity, at_the_desk, identified
from dialogs.staff_roles import role_named
from rules.clinics import Clinic
from rules.consent import Purpose, consent_text
from rules.days import COUNTRY_ZONE, Instant
from rules.law import rule
from rules.own_data import PAGE, AskedOfOne, BlockedByOne, LookAtOne, OwnConsent

NAME: Final = "consents"
BACK: Final = "consent_back"
ENDED: Final = "consent_end"
BLOCK: Final = "consent_block"
UNBLOCK: Final = "consent_unblock"
COPY: Final = "own_copy"

MY_CONSENTS: Final = Option(f"start:{NAME}", T("button.my_consents"))
_Line = TypeVar("_Line")
_SECTIONS: Final = ("asked", "own", "looks", "blocked", "copy", "erase")


@dialog(NAME)
async def my_consents(ctx: Context) -> End:
    """Show a list of it, or do what its button says; ``ctx.arg`` is "section" or "section:of what"."""
    section, _, what = ctx.arg.partition(":")
    done = _settled()
    if done is not None:
        return done
    if section in ("copy", "erase"):
        return await _with_a_fresh_code(ctx, section)
    identity = await identified(ctx, Purpose.CABINET, NAME)
    if isinstance(identity, End):
        return identity
    match section:
        case "asked":
            return await _asked(ctx, identity, what)
        case "own":
            return await _own(ctx, identity, what)
        case "looks":
            return await _looks(ctx, identity, what)
        case "blocked":
            return await _blocked(ctx, identity)
        case "back" | "end" | "block" | "unblock":
            return await _carried_out(identity, section, what)
        case _:
            return contents()


def contents() -> End:
    """What there is, each behind its button."""
    leads = tuple(_to(section, T(f"button.consents_{section}")) for section in _SECTIONS)
    return end(T("consents.contents"), leads=(*leads, CABINET, MENU))


def _settled() -> End | None:
    """How it ended, once something was done in this conversation."""
    for name in (BACK, ENDED, BLOCK, UNBLOCK, COPY):
        receipt = receipt_of(name)
        if receipt is not None:
            return _done(name, receipt)
    return erased()


# The lists


@rule("X-36")
async def _asked(ctx: Context, identity: Identity, page: str) -> End:
    """Who asked for one's consent, what for, and what came of it; each can be answered or taken back here."""
    every = await ctx.facts.asked_of(identity.person.id, ctx.now)
    shown, more = _page(every, page)
    lines = tuple([await _asked_line(ctx, one) for one in shown])
    leads = tuple(lead for one in shown for lead in _answers(one))
    return _list("asked", lines, (*leads, *_older("asked", page, more=more)))


async def _asked_line(ctx: Context, one: AskedOfOne) -> T:
    return T(
        "consents.asked_child" if one.about_child else "consents.asked_line",
        number=one.number,
        at=_local(one.asked_at),
        asker=await _asker(ctx, one.asker, one.clinic_no),
        what=T(f"third_party.what.{one.what}"),
        purpose=T(f"third_party.purpose.{one.purpose}"),
        outcome=T(f"consents.state.{'used' if one.used_at else one.state}"),
    )


@rule("G-34")
def _answers(one: AskedOfOne) -> tuple[Option, ...]:
    """What can still be done about it, one tap each."""
    leads: list[Option] = []
    if one.may_answer:
        leads.append(Option(agree_to(one.id).id, T("button.agree_numbered", number=one.number)))
        leads.append(Option(refuse_to(one.id).id, T("button.refuse_numbered", number=one.number)))
    if one.may_withdraw:
        leads.append(_to(f"back:{one.id}", T("button.consent_back", number=one.number)))
    if not one.blocked:
        leads.append(_to(f"block:{one.id}", T("button.consent_block", number=one.number)))
    return tuple(leads)


async def _own(ctx: Context, identity: Identity, page: str) -> End:
    """The consents that one gave for a service, by code or aloud."""
    every = await ctx.facts.own_consents(identity.person.id, ctx.now)
    shown, more = _page(every, page)
    numbered = tuple(enumerate(shown, 1))
    ends = (
        _to(f"end:{one.id}", T("button.consent_end", number=place)) for place, one in numbered if one.lives
    )
    lines = tuple(_own_line(place, one) for place, one in numbered)
    return _list("own", lines, (*ends, *_older("own", page, more=more)))


def _own_line(place: int, one: OwnConsent) -> T:
    return T(
        "consents.own_aloud" if one.aloud else "consents.own_line",
        number=place,
        at=_local(one.asked_at),
        purpose=T(f"purpose.{one.purpose}"),
        outcome=T("consents.lives") if one.lives else T(f"consents.state.{one.outcome}"),
    )


@rule("G-71")
async def _looks(ctx: Context, identity: Identity, page: str) -> End:
    """Who opened what is held about one, and when."""
    shown, more = _page(await ctx.facts.looks_at(identity.person.id), page)
    lines = tuple([await _look_line(ctx, one) for one in shown])
    listed = _list("looks", lines, _older("looks", page, more=more))
    return end(*listed.text, T("consents.looks_besides"), leads=listed.leads)


async def _look_line(ctx: Context, one: LookAtOne) -> T:
    who = T("consents.yourself") if one.own else await _asker(ctx, one.name, one.clinic_no)
    number = {"number": one.number} if one.number else {}
    return T(
        "consents.look_numbered" if number else "consents.look_line",
        at=_local(one.at),
        who=T("consents.who_of_staff", clinic=who, role=role_named(one.role, one.clinic_no))
        if one.role
        else who,
        what=T(f"consents.look.{one.what}"),
        **number,
    )


@rule("G-38")
async def _blocked(ctx: Context, identity: Identity) -> End:
    """Who may not ask about one any more."""
    every = await ctx.facts.blocked_by(identity.person.id, ctx.now)
    lines = tuple([await _blocked_line(ctx, place, one) for place, one in enumerate(every, 1)])
    leads = tuple(
        _to(f"unblock:{one.asker}", T("button.unblock", number=place)) for place, one in enumerate(every, 1)
    )
    return _list("blocked", lines, leads)


async def _blocked_line(ctx: Context, place: int, one: BlockedByOne) -> T:
    asker = await _asker(ctx, one.name, one.clinic_no)
    return T("consents.blocked_line", number=place, asker=asker, since=_local(one.since))


# What is done


async def _carried_out(identity: Identity, act: str, what: str) -> End:
    person = identity.person.id
    if act == "unblock":
        return _done(UNBLOCK, await submit(UNBLOCK, UnblockDraft(what, person)))
    if not what.isdecimal():
        return _gone()
    match act:
        case "back":
            return _done(BACK, await submit(BACK, ConsentBackDraft(int(what), person)))
        case "end":
            return _done(ENDED, await submit(ENDED, ConsentEndDraft(int(what), person)))
        case _:
            return _done(BLOCK, await submit(BLOCK, BlockDraft(int(what), person)))


def _done(name: str, receipt: dict[str, Json]) -> End:
    """``done`` is false where there was nothing to do: not one's own, or done before."""
    if not receipt["done"]:
        return _gone()
    if name == COPY:
        return end(T("consents.copy_follows"), leads=(MY_CONSENTS, MENU))
    values = {"number": str(receipt["number"])} if "number" in receipt else {}
    return end(T(f"consents.done.{name}", **values), leads=(MY_CONSENTS, MENU))


def _gone() -> End:
    return end(T("consents.gone"), leads=(MY_CONSENTS, MENU))


async def _with_a_fresh_code(ctx: Context, section: str) -> End:
    """A copy of everything, and its end, want a code of their own, however lately one was typed."""
    purpose = Purpose.OWN_COPY if section == "copy" else Purpose.ERASURE
    identity = await _confirmed_anew(ctx, purpose)
    if isinstance(identity, End):
        return identity
    if purpose is Purpose.ERASURE:
        return await erasure(identity)
    return _done(COPY, await submit(COPY, OwnCopyDraft(identity.person.id, identity.consent)))


async def _confirmed_anew(ctx: Context, purpose: Purpose) -> Identity | End:
    if ctx.confirmed is None:
        return await identified(ctx, purpose, NAME)
    words = (T(consent_text(purpose).words_key), T("code.sent"))
    passed = await gate(Gate(purpose, ctx.confirmed.digits, words, (NO_SMS,)))
    person = await ctx.facts.person(ctx.confirmed)
    if not isinstance(passed, Passed) or person is None:
        return await at_the_desk(ctx, NAME)
    return Identity(person, passed.consent_id)


# How it is written


def _list(section: str, lines: tuple[T, ...], leads: Sequence[Option]) -> End:
    said: tuple[Sentence, ...] = (T(f"consents.{section}"), *(lines or (T("consents.none"),)))
    return end(*said, leads=(*leads, again_contents(), MENU))


def again_contents() -> Option:
    """Back to the list of lists."""
    return Option(again(NAME).id, T("button.back_to_consents"))


def _page(every: Sequence[_Line], page: str) -> tuple[Sequence[_Line], bool]:
    first = int(page) * PAGE.value if page.isdecimal() else 0
    return every[first : first + PAGE.value], len(every) > first + PAGE.value


def _older(section: str, page: str, *, more: bool) -> tuple[Option, ...]:
    following = int(page) + 1 if page.isdecimal() else 1
    return (_to(f"{section}:{following}", T("button.older")),) if more else ()


def _to(where: str, label: T) -> Option:
    return Option(f"start:{NAME}:{where}", label)


async def _asker(ctx: Context, name: str | None, clinic_no: int | None) -> str | T:
    clinic: Clinic | None = await ctx.facts.clinic(clinic_no) if clinic_no is not None else None
    if clinic is not None:
        return clinic.short(ctx.locale)
    return name or T("consents.somebody")


def _local(moment: Instant) -> Instant:
    return moment.astimezone(COUNTRY_ZONE)
