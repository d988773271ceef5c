"""A digital document asked for, as a registrar and its holder read it: by SMS, in the chat, and on paper."""

from dataclasses import replace
from typing import Any

from aiohttp import ClientSession

from tests.golden import Golden
from tests.sandbox_server import ChatMessage
from tests.town import HIDDEN, Line, Person, RunningTown, transcript
from tests.transcripts.cast import Cast, in_both_languages
from tests.transcripts.test_desk import begin
from tests.walks import call, to_the_code


async def change(town: RunningTown, **what: Any) -> None:
    """Change how the sandbox's service of digital documents behaves."""
    url = f"{town.sandbox.url}/control/documents"
    async with ClientSession() as session, session.post(url, json=what) as answer:
        assert answer.ok


async def opened(town: RunningTown, cast: Cast) -> Person:
    """The registrar, with the page of the newest call open."""
    registrar = town.of_staff(cast.clinic, "registrar", watch=True)
    await registrar.say("/queue")
    await registrar.press(registrar.words("staff.button.queue_free", count=1))
    await registrar.press((await registrar.last()).labels[0])
    return registrar


async def asked(town: RunningTown, cast: Cast) -> Person:
    """The patient's identity card asked for, to see who it is."""
    registrar = await opened(town, cast)
    await registrar.tap("staff.button.document", "staff.button.document_identity_card_patient")
    await registrar.tap("staff.button.document_for_identification")
    return registrar


async def replied(town: RunningTown, holder: Person, text: str = "") -> None:
    """The holder answers the SMS from their own phone: with its code, or with these words."""
    town.lines.append(Line(f"{holder.name} (SMS)", text or HIDDEN))
    await town.sandbox.reply_sms(holder.phone, text or await holder.code())
    await town.rest()
    await town.look()


async def taken(town: RunningTown, registrar: Person) -> ChatMessage:
    """The document taken and looked at."""
    await registrar.tap("staff.button.document_get")
    await town.advance(1)
    return await registrar.read()


@in_both_languages
async def test_DD_01_DD_02_a_document_by_a_reply_to_the_sms_looked_at_once(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen = await cast.enter(town)
    await call(citizen)
    town.lines.clear()
    registrar = await asked(town, cast)
    await replied(town, citizen)
    await taken(town, registrar)
    await citizen.read()
    await town.advance(15 * 60)
    await registrar.read()
    golden.check(cast.name("document_by_sms"), transcript(town.lines))


@in_both_languages
async def test_DD_02_a_document_by_a_press_in_the_holders_own_chat(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen = await cast.enter(town)
    await call(citizen)
    town.lines.clear()
    registrar = await asked(town, cast)
    await citizen.read()
    for _ in range(2):
        await citizen.press((await citizen.last()).labels[0])
    await registrar.read()
    await taken(town, registrar)
    golden.check(cast.name("document_by_press"), transcript(town.lines))


@in_both_languages
async def test_G_32_a_refusal_leads_both_to_the_paper_document(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen = await cast.enter(town)
    await call(citizen)
    town.lines.clear()
    registrar = await asked(town, cast)
    await replied(town, citizen, "жоқ" if cast.language == "kk" else "нет")
    await town.advance(3601)
    await registrar.read()
    golden.check(cast.name("document_refused"), transcript(town.lines))


@in_both_languages
async def test_DD_03_DD_04_who_is_not_in_the_application_is_told_how(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen = await cast.enter(town)
    await call(citizen)
    town.lines.clear()
    await change(town, not_in_app=citizen.iin)
    registrar = await asked(town, cast)
    await replied(town, citizen)
    await taken(town, registrar)
    golden.check(cast.name("document_not_in_app"), transcript(town.lines))


@in_both_languages
async def test_G_41_a_service_that_is_silent_for_half_an_hour(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen = await cast.enter(town)
    await call(citizen)
    town.lines.clear()
    await change(town, mood="down")
    registrar = await asked(town, cast)
    await replied(town, citizen)
    await taken(town, registrar)
    for _ in range(7):
        await town.advance(5 * 60)
    await change(town, mood="answers")
    await taken(town, registrar)
    golden.check(cast.name("document_silent"), transcript(town.lines))


@in_both_languages
async def test_DD_05_AP_12_a_document_at_the_desk_stands_for_the_paper_one(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    registrar = town.of_staff(cast.clinic, "registrar", watch=True)
    holder = await town.citizen(cast.caller)
    await begin(registrar, "/desk", "appointment", cast)
    await registrar.tap("button.for_self")
    await registrar.say(holder.iin)
    registrar.locale = town.of_staff(cast.clinic, "registrar").locale
    await registrar.tap("staff.button.document_ask", "staff.button.document_for_identification")
    await replied(town, holder)
    await taken(town, registrar)
    registrar.locale = cast.language
    await registrar.tap("button.seen_digital")
    golden.check(cast.name("document_at_the_desk"), transcript(town.lines))


@in_both_languages
async def test_G_37_GEN_06_a_parent_agrees_to_the_birth_certificate_of_a_child(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    parent = await cast.enter(town)
    await to_the_code(parent, "child")
    await parent.confirm()
    await parent.press(cast.child)
    await parent.tap("reason.child_unwell", "button.nothing_to_add", "button.address_right", "button.skip")
    await parent.tap("button.phone_right", "button.send")
    town.lines.clear()
    registrar = await opened(town, replace(cast, clinic=cast.child_clinic))
    await registrar.tap("staff.button.document", "staff.button.document_birth_certificate_patient")
    await registrar.tap("staff.button.document_for_child")
    await replied(town, parent)
    await taken(town, registrar)
    golden.check(cast.name("document_of_child"), transcript(town.lines))
