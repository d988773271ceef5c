"""Information of the three centres: about oneself by a code, about another person after they consent.

The order is the law of this file: centre, data notice, about whom, for another person their IIN and the
purpose, identity, the summary, "Send". Whatever stands behind the IIN of another person, the same is read
(IC-15).
"""

from dataclasses import dataclass
from typing import Final

from dialogs.actions import CABINET, MENU, cancel_centre_request, centre_status_of
from dialogs.checking import Change, check_answers
from dialogs.context import Context
from dialogs.drafts import CentreInfoDraft, Signed
from dialogs.engine import (
    End,
    Json,
    Option,
    Question,
    T,
    ask,
    dialog,
    end,
    receipt_of,
    revise,
    submit,
)
from dialogs.identity import Identity, identified
from dialogs.questions import iin_question
from rules.centre_info import AboutWhom, Centre, InfoPurpose
from rules.channels import Channel
from rules.consent import Purpose
from rules.days import COUNTRY_ZONE, Instant, instant
from rules.iin import Iin
from rules.law import rule
from rules.third_party import may_ask

NAME: Final = "centre_info"
CENTRE: Final = "centre_info.centre"
WHOM: Final = "centre_info.whom"
OTHER: Final = "centre_info.other"
PURPOSE: Final = "centre_info.purpose"
ONESELF: Final = "centre_info.oneself"
CHECK: Final = "centre_info.check"


@dataclass(frozen=True, slots=True)
class About:
    """About whom it is asked: another person by their IIN, for a purpose; or oneself."""

    other: Iin | None = None
    purpose: InfoPurpose | None = None


@dialog(NAME)
async def centre_info(ctx: Context) -> End:
    """Ask a centre for information (IC-01 ... IC-16)."""
    receipt = receipt_of(NAME)
    if receipt is not None:
        return _registered(receipt)
    barred = await _barred(ctx)
    if barred is not None:
        return barred
    centre = Centre(await ask(_centre_question()))
    if await ask(_notice()) == "refuse":
        return end(T("centre_info.notice_refused"), leads=(MENU,))
    about = await _about()
    identity = await identified(ctx, Purpose.CENTRE_INFO, NAME)
    if isinstance(identity, End):
        return identity
    about = await _led_to_oneself(about, identity)
    if about.other is not None and await _asks_too_often(ctx, identity):
        return end(T("centre_info.too_often"), leads=(CABINET, MENU))
    signed = await _signed(ctx, centre, about, identity)
    draft = CentreInfoDraft(
        centre=centre,
        caller_id=identity.person.id,
        caller_version=identity.person.version,
        consent_id=identity.consent,
        other=about.other,
        purpose=about.purpose,
        signed=signed,
    )
    return _registered(await submit(NAME, draft))


@rule("CH-05", "IC-01")
async def _barred(ctx: Context) -> End | None:
    """It is given electronically alone: not by SMS, not by phone, not at a desk."""
    if ctx.terse or ctx.by is not Channel.ELECTRONIC:
        return end(T("centre_info.electronic_only"), leads=(MENU,))
    if not await ctx.facts.centres_linked():
        return end(T("centre_info.not_linked"), leads=(MENU,))
    return None


def _centre_question() -> Question:
    options = tuple(Option(centre.value, T(f"button.{centre}")) for centre in Centre)
    return Question(CENTRE, (T(CENTRE),), T("hint.buttons"), options)


def _notice() -> Question:
    options = (Option("agree", T("button.agree")), Option("refuse", T("button.refuse")))
    return Question("centre_info.notice", (T("centre_info.notice"),), T("home_call.notice_hint"), options)


@rule("IC-05", "IC-06", "G-39")
async def _about() -> About:
    """About whom, and of another person what for: no paper is asked for."""
    options = (
        Option(AboutWhom.SELF.value, T("button.about_self")),
        Option(AboutWhom.OTHER.value, T("button.about_other")),
    )
    if await ask(Question(WHOM, (T(WHOM),), T("hint.buttons"), options)) == AboutWhom.SELF:
        return About()
    other = Iin(await ask(iin_question(OTHER, T(OTHER)), given=AboutWhom.OTHER.value))
    return About(other, await _purpose(other))


async def _purpose(other: Iin) -> InfoPurpose:
    options = tuple(Option(one.value, T(f"button.purpose_{one}")) for one in InfoPurpose)
    question = Question(PURPOSE, (T(PURPOSE),), T("hint.buttons"), options, columns=2)
    return InfoPurpose(await ask(question, given=other.digits))


async def _led_to_oneself(about: About, identity: Identity) -> About:
    """Whoever typed their own IIN as another person's is led to what needs nobody's consent."""
    if about.other != identity.person.iin:
        return about
    options = (
        Option(AboutWhom.SELF.value, T("button.about_self")),
        Option(AboutWhom.OTHER.value, T("button.another_iin")),
    )
    question = Question(ONESELF, (T(ONESELF),), T("hint.buttons"), options)
    if await ask(question, given=identity.person.id) == AboutWhom.OTHER:
        revise(OTHER, PURPOSE, ONESELF)
    return About()


@rule("G-38")
async def _asks_too_often(ctx: Context, identity: Identity) -> bool:
    return not may_ask(await ctx.facts.asked_about_others(identity.person.id, ctx.now))


async def _signed(ctx: Context, centre: Centre, about: About, identity: Identity) -> Signed:
    details: Json = [
        centre.value,
        about.other.digits if about.other else None,
        about.purpose.value if about.purpose else None,
    ]
    return await check_answers(ctx, CHECK, _summary(centre, about, identity), details, _changes(about))


def _summary(centre: Centre, about: About, identity: Identity) -> T:
    lines = [T("centre_info.line_centre", centre=T(f"centre.{centre}"))]
    if about.other is None or about.purpose is None:
        person = identity.person
        lines.append(T("centre_info.line_self", name=person.full_name, last=person.iin.last_four))
        lines.append(T("centre_info.line_term"))
    else:
        lines.append(T("centre_info.line_other", last=about.other.last_four))
        lines.append(T("centre_info.line_purpose", purpose=T(f"button.purpose_{about.purpose}")))
        lines.append(T("centre_info.line_term_consent"))
    return T(CHECK, lines=tuple(lines))


def _changes(about: About) -> tuple[Change, ...]:
    changes = (
        Change(Option("centre", T("button.change_centre")), (CENTRE,)),
        Change(Option("whom", T("button.change_about")), (WHOM, OTHER, PURPOSE, ONESELF)),
    )
    if about.other is None:
        return changes
    return (*changes, Change(Option("purpose", T("button.change_purpose")), (PURPOSE,)))


@rule("IC-02", "IC-03", "PC-11", "IC-15")
def _registered(receipt: dict[str, Json]) -> End:
    """The notice: a number, and by when there is a result; about another person, by when they may answer."""
    outcome = str(receipt["outcome"])
    if outcome == "not_linked":
        return end(T("centre_info.not_linked"), leads=(MENU,))
    if outcome == "too_often":
        return end(T("centre_info.too_often"), leads=(CABINET, MENU))
    number, request_id = str(receipt["number"]), int(str(receipt["request_id"]))
    already = "_already" if outcome == "already" else ""
    leads = (centre_status_of(request_id), cancel_centre_request(request_id), MENU)
    if receipt["about"] == AboutWhom.SELF:
        text = T(f"centre_info.registered{already}", number=number, due=_local(receipt["due_us"]))
        return end(text, T("centre_info.what_next"), leads=leads)
    text = T(f"centre_info.asked{already}", number=number, due=_local(receipt["ends_us"]))
    return end(text, T("centre_info.what_next_other"), leads=leads)


def _local(us: Json) -> Instant:
    return instant(int(str(us))).astimezone(COUNTRY_ZONE)
