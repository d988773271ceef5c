"""Somebody asks for one's consent: what one reads and answers, by SMS and in one's own chat."""

from tests.button_phone import phone_of
from tests.golden import Golden
from tests.service.test_consents import ASKER, asks, in_their_chat
from tests.town import CODE, HIDDEN, RunningTown, transcript
from tests.transcripts.cast import Cast, in_both_languages

YES = {"kk": "иә", "ru": "да"}
NO = {"kk": "жоқ", "ru": "нет"}
BACK = {"kk": "кері алу", "ru": "отозвать"}


@in_both_languages
async def test_IC_07_S30_two_requests_are_answered_by_sms_and_one_is_taken_back(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    phone = await phone_of(town, cast.caller, "SMS from the phone")
    asker = await town.citizen(ASKER, "asker")
    await asks(town, asker, phone.iin)
    await asks(town, asker, phone.iin, "psychiatry")
    first, _ = await phone.new()
    await town.look()
    town.lines[:] = [line for line in town.lines if line.who == "SMS"]
    await phone.write(YES[cast.language])
    await phone.write("000000")
    await phone.write(NO[cast.language])
    await phone.write(f"{NO[cast.language]} 93 000002")
    await phone.write(f"{CODE.findall(first)[0]}?", shown=f"{HIDDEN}?")
    await phone.write(
        f"{YES[cast.language]} {CODE.findall(first)[0]}", shown=f"{YES[cast.language]} {HIDDEN}"
    )
    await phone.write(f"{BACK[cast.language]} 93 000001")
    lines = [line for line in town.lines if line.who.startswith("SMS")]
    golden.check(cast.name("consent_by_sms"), transcript(lines))


@in_both_languages
async def test_CH_07_a_request_in_ones_own_chat_is_agreed_to_by_code_and_the_asker_blocked(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    subject = await in_their_chat(town, cast.caller)
    asker = await town.citizen(ASKER, "asker")
    await town.advance(600)
    town.lines.clear()
    await asks(town, asker, subject.iin)
    town.lines[:] = [line for line in town.lines if not line.who.endswith("asker")]
    await subject.tap("button.consent_agree")
    await subject.say("000000")
    await subject.confirm()
    await asks(town, asker, subject.iin, "psychiatry")
    await subject.tap("button.block_asker")
    await subject.tap("button.block_asker")
    lines = [line for line in town.lines if not line.who.endswith("asker")]
    golden.check(cast.name("consent_in_the_chat"), transcript(lines))


@in_both_languages
async def test_G_37_a_parent_is_asked_for_their_child_and_refuses(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    parent = await in_their_chat(town, cast.caller)
    child = await town.sandbox.person(cast.child.split(",")[0])
    asker = await town.citizen(ASKER, "asker")
    town.lines.clear()
    await asks(town, asker, str(child["iin"]))
    await parent.tap("button.consent_agree")
    await parent.tap("button.consent_refuse")
    await parent.tap("button.block_asker")
    lines = [line for line in town.lines if not line.who.endswith("asker")]
    golden.check(cast.name("consent_for_a_child"), transcript(lines))
