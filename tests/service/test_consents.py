"""One person asks about another: what the other reads and answers, and what the asker sees meanwhile."""

from __future__ import annotations

import pytest

from tests.button_phone import ButtonPhone, phone_of
from tests.sandbox_server import ChatMessage
from tests.town import CODE, Person, RunningTown
from tests.walks import begin

ASKER = "900725297363"
SUBJECT = "880412294549"
UNKNOWN = "900101300017"


async def asks(town: RunningTown, asker: Person, about: str, centre: str = "narcology") -> ChatMessage:
    """Ask that centre about whoever has this IIN, for work."""
    await begin(asker)
    await asker.tap("button.centre_info", f"button.{centre}", "button.agree", "button.about_other")
    await asker.say(about)
    await asker.tap("button.purpose_work")
    await asker.say(asker.iin)
    await asker.confirm()
    return await asker.tap("button.send")


async def in_their_chat(town: RunningTown, query: str) -> Person:
    """Somebody who has looked into the cabinet, so that their chat is known to be theirs."""
    person = await town.citizen(query, "subject")
    await begin(person)
    await person.say("/my")
    await person.say(person.iin)
    await person.confirm()
    return person


async def test_IC_07_a_reply_with_the_code_from_a_button_phone_is_consent(town: RunningTown) -> None:
    asker = await town.citizen(ASKER, "asker")
    phone = await phone_of(town, SUBJECT)
    asked = await asks(town, asker, SUBJECT)
    (sms,) = await phone.new()
    assert "Иванова О. П." in sms
    assert "жұмысқа" in sms
    thanks = await phone.write(f"ИӘ {CODE.findall(sms)[0]}")
    assert len(thanks) == 1
    assert "тіркелді" in thanks[0]
    assert (await asker.last()).text != asked.text, "the centre is asked now"


async def test_S02_three_replies_and_one_consent(town: RunningTown) -> None:
    asker = await town.citizen(ASKER, "asker")
    phone = await phone_of(town, SUBJECT)
    stranger = ButtonPhone(town, "+77011230099", None, "stranger")
    await asks(town, asker, SUBJECT)
    (sms,) = await phone.new()
    before = await asker.last()
    (hint,) = await phone.write("ИӘ")
    assert "6 цифрды" in hint
    await stranger.write(CODE.findall(sms)[0])
    assert await asker.last() == before
    await phone.write(CODE.findall(sms)[0])
    assert await asker.last() != before


async def test_CH_07_the_code_typed_into_the_own_chat_is_consent(town: RunningTown) -> None:
    subject = await in_their_chat(town, SUBJECT)
    asker = await town.citizen(ASKER, "asker")
    await asks(town, asker, SUBJECT)
    notice = (await subject.messages())[-1]
    assert notice.text.startswith("№ 93-")
    assert "Наркология" in notice.text
    assert "Наркология" not in notice.text.split("\n")[0]
    before = await asker.last()
    said = await subject.confirm()
    assert "Келісіміңіз тіркелді" in said.text
    assert await asker.last() != before


async def test_CH_07_agreeing_from_the_cabinet_takes_one_tap_while_it_is_open(town: RunningTown) -> None:
    subject = await in_their_chat(town, SUBJECT)
    asker = await town.citizen(ASKER, "asker")
    await asks(town, asker, SUBJECT)
    before = await asker.last()
    sure = await subject.tap("button.consent_agree")
    assert "Наркология" in sure.text
    done = await subject.tap("button.consent_agree")
    assert "Келісіміңіз тіркелді" in done.text
    assert await asker.last() != before


async def test_CH_07_later_agreeing_asks_for_the_code_or_for_the_identity(town: RunningTown) -> None:
    subject = await in_their_chat(town, SUBJECT)
    asker = await town.citizen(ASKER, "asker")
    await town.advance(600)
    await asks(town, asker, SUBJECT)
    before = await asker.last()
    how = await subject.tap("button.consent_agree")
    assert "6 цифрды" in how.text
    wrong = await subject.say("000000")
    assert "сәйкес келмеді" in wrong.text
    done = await subject.say(CODE.findall((await subject.texts())[-1])[0])
    assert "Келісіміңіз тіркелді" in done.text
    assert await asker.last() != before
    # Nothing is open any more.
    again = await subject.tap("button.menu")
    assert subject.words("button.resume") not in again.labels


async def test_CH_07_without_the_sms_the_identity_is_confirmed_anew(town: RunningTown) -> None:
    subject = await in_their_chat(town, SUBJECT)
    asker = await town.citizen(ASKER, "asker")
    await town.advance(600)
    await asks(town, asker, SUBJECT)
    before = await asker.last()
    await subject.tap("button.consent_agree", "button.confirm_identity")
    await subject.say(subject.iin)
    sure = await subject.confirm()
    assert "Наркология" in sure.text
    done = await subject.tap("button.consent_agree")
    assert "Келісіміңіз тіркелді" in done.text
    assert await asker.last() != before


async def test_G_32_a_refusal_tells_the_asker_nothing_until_the_day_is_over(town: RunningTown) -> None:
    subject = await in_their_chat(town, SUBJECT)
    asker = await town.citizen(ASKER, "asker")
    await asks(town, asker, SUBJECT)
    before = await asker.messages()
    done = await subject.tap("button.consent_refuse")
    assert "тіркелді" in done.text
    await town.advance(23 * 3600)
    assert await asker.messages() == before
    await town.advance(2 * 3600)
    refused = (await asker.messages())[len(before) :]
    assert len(refused) == 1


async def test_G_32_refusal_silence_and_an_unknown_iin_read_alike(town: RunningTown) -> None:
    asker = await town.citizen(ASKER, "asker")
    phone = await phone_of(town, SUBJECT)
    texts = []
    for about, answer in ((SUBJECT, "0"), (SUBJECT, ""), (UNKNOWN, "")):
        first = await asks(town, asker, about)
        if answer:
            await phone.write(answer)
        await town.advance(25 * 3600)
        texts.append([_without_numbers(first.text), _without_numbers((await asker.last()).text)])
    assert texts[0] == texts[1] == texts[2]


def _without_numbers(text: str) -> str:
    return "".join(letter for letter in text if not letter.isdigit())


async def test_G_38_a_blocked_asker_is_told_the_same_and_reaches_nobody(town: RunningTown) -> None:
    subject = await in_their_chat(town, SUBJECT)
    asker = await town.citizen(ASKER, "asker")
    first = await asks(town, asker, SUBJECT)
    await subject.tap("button.block_asker")
    done = await subject.tap("button.block_asker")
    assert "Бұғатталды" in done.text
    sms = len(await subject.texts())
    again = await asks(town, asker, SUBJECT, "psychiatry")
    assert _without_numbers(again.text) == _without_numbers(first.text)
    assert len(await subject.texts()) == sms


async def test_S01_the_code_in_the_askers_own_chat_is_nothing(town: RunningTown) -> None:
    asker = await town.citizen(ASKER, "asker")
    phone = await phone_of(town, SUBJECT)
    await asks(town, asker, SUBJECT)
    (sms,) = await phone.new()
    said = await asker.say(CODE.findall(sms)[0])
    assert "тіркелді" not in said.text
    assert "записано" not in said.text
    await phone.write(CODE.findall(sms)[0])


async def test_a_bare_zero_in_an_sms_conversation_is_a_way_back_and_no_refusal(town: RunningTown) -> None:
    asker = await town.citizen(ASKER, "asker")
    phone = await phone_of(town, SUBJECT)
    await asks(town, asker, SUBJECT)
    (sms,) = await phone.new()
    await phone.write("жазылу")
    await phone.write("0")
    assert not any("Бас тартқаныңыз" in one for one in phone.seen)
    (thanks,) = await phone.write(CODE.findall(sms)[0])
    assert "Келісіміңіз тіркелді" in thanks


@pytest.mark.parametrize("first", [True, False])
async def test_two_open_at_once_each_has_its_own_code(town: RunningTown, first: bool) -> None:
    asker = await town.citizen(ASKER, "asker")
    phone = await phone_of(town, SUBJECT)
    await asks(town, asker, SUBJECT)
    await asks(town, asker, SUBJECT, "psychiatry")
    one, two = await phone.new()
    (which,) = await phone.write("жоқ")
    assert "93-000001, 93-000002" in which
    meant, number = (one, "93-000001") if first else (two, "93-000002")
    (thanks,) = await phone.write(CODE.findall(meant)[0])
    assert number in thanks
    (refused,) = await phone.write("0")
    assert "Бас тартқаныңыз" in refused
    assert number not in refused
