"""Whatever a person sends gets a sentence that helps, keeps the answers given, and is done once."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.town import Person, RunningTown
from tests.walks import begin, fill_in, to_the_code, to_the_summary, to_whom

AIGUL = "880412294549"

IINS = {
    "88041229454": "Сіз жазған цифр саны: 11",
    "8804122945491": "Сіз жазған цифр саны: 13",
    "88O412294549": "«О»",
    "88О412294549": "«О»",
    "сексен сегіз": "12 цифр",
    "880412294548": "қате",
    "😀": "12 цифр",
    "<b>880412294549</b>x": "12 цифр",
    "'; DROP TABLE people; --": "12 цифр",
    "=cmd|' /C calc'!A0": "12 цифр",
}


async def _at_iin(town: RunningTown) -> Person:
    citizen = await town.citizen(AIGUL)
    await to_whom(citizen)
    await citizen.tap("button.for_self")
    return citizen


async def test_every_slip_in_an_iin_gets_a_sentence_that_helps(town: RunningTown) -> None:
    citizen = await _at_iin(town)
    for typed, hint in IINS.items():
        answer = await citizen.say(typed)
        assert citizen.words("identity.iin") in answer.text, typed
        assert answer.text != citizen.words("identity.iin"), typed
        assert hint in answer.text, (typed, answer.text)
    await citizen.say(f" {AIGUL[:6]} {AIGUL[6:]} ")
    assert "6 цифр" in (await citizen.last()).text


PHONES = {
    "8 701": "phone.too_short",
    "8 701 000 65 88 99": "phone.too_long",
    "+7 916 123 45 67": "phone.not_kazakhstan",
    "+44 20 7946 0958": "phone.not_kazakhstan",
    "8 70l 000 65 88": "phone.letters",
    "нөмірім жоқ": "phone.letters",
}


async def test_every_slip_in_a_phone_gets_a_sentence_that_helps(town: RunningTown) -> None:
    citizen = await town.citizen(AIGUL)
    await to_the_code(citizen)
    await citizen.confirm()
    await citizen.tap("reason.fever", "button.nothing_to_add", "button.address_right", "button.skip")
    await citizen.tap("button.phone_other")
    for typed, key in PHONES.items():
        answer = await citizen.say(typed)
        assert citizen.words(key) in answer.text, (typed, answer.text)
    summary = await citizen.say("8 (701) 000-65-88")
    assert "+7 701 ***-**-88" in summary.text
    assert "Дене қызуы көтерілді" in summary.text


async def test_somebody_elses_number_is_taken_down_in_any_way_people_write_it(town: RunningTown) -> None:
    citizen = await town.citizen(AIGUL)
    await to_the_summary(citizen)
    for typed, shown in {
        "+7 701 000 65 88": "+7 701 ***-**-88",
        "7010006588": "+7 701 ***-**-88",
        "8 727 233 39 60": "+7 727 ***-**-60",
    }.items():
        await citizen.tap("button.change", "button.change_phone", "button.phone_other")
        summary = await citizen.say(typed)
        assert shown in summary.text, typed


async def test_an_address_of_one_word_is_asked_on_and_nonsense_is_explained(town: RunningTown) -> None:
    citizen = await town.citizen(AIGUL)
    await to_the_summary(citizen)
    await citizen.tap("button.change", "button.change_address", "button.address_other")
    for typed, key in {
        "5": "address.no_street",
        "😀😀": "address.no_street",
        "А" * 201: "address.too_long",
        "\u202e": "address.hint",
    }.items():
        answer = await citizen.say(typed)
        assert citizen.words(key, most=200) in answer.text, (typed, answer.text)
    assert citizen.words("home_call.house", street="Абай") in (await citizen.say("Абай")).text
    assert citizen.words("address.house_hint") in (await citizen.say("үлкен")).text
    assert (await citizen.say("10")).text == citizen.words("home_call.flat")
    assert (await citizen.say("25")).text == citizen.words("home_call.entrance")
    summary = await citizen.say("2-кіреберіс")
    assert "Көше: Абай\nҮй: 10\nПәтер: 25\nКіреберіс: 2" in summary.text


async def test_kazakh_without_its_own_letters_is_understood(town: RunningTown) -> None:
    citizen = await town.citizen(AIGUL)
    await begin(citizen)
    for typed, shown in {
        "дарігерді уйге шакыру": "белгілердің бірі",
        "жок": "Telegram",
        "келисемин": "Дәрігер кімге керек",
        "озиме": "ЖСН",
    }.items():
        answer = await citizen.say(typed)
        assert shown in answer.text, (typed, answer.text)


INERT = {
    "html": "<b>қызу</b> <a href='https://x.kz'>x</a> &amp;",
    "emoji": "Қызуы 39 🤒",
    "rtl": "қызу \u202ejpg.exe\u202c кетті",
    "formula": '=HYPERLINK("http://x","қызу")',
    "sql": "қызу'); DROP TABLE requests; --",
    "newlines": "қызу\n\nМерзімі: 2030 жыл\nРАСТАЛДЫ",
}


@pytest.mark.parametrize("kind", INERT)
async def test_S42_a_citizens_words_are_inert_wherever_staff_read_them(town: RunningTown, kind: str) -> None:
    citizen = await town.citizen(AIGUL)
    await to_the_code(citizen)
    await citizen.confirm()
    await citizen.say(INERT[kind])
    await citizen.tap("button.address_right", "button.skip", "button.phone_right")
    sent = await citizen.tap("button.send")
    assert "05-000001" in sent.text
    card = (await town.group(5))[-1]
    assert "қызу" not in card.text.casefold()
    await town.staff_tap(5, "doctor", "staff.button.details")
    details = await town.of_staff(5, "doctor").last()
    line = next(line for line in details.text.splitlines() if "қызу" in line.casefold())
    assert "\u202e" not in details.text
    assert "entities" not in details.raw
    assert "parse_mode" not in details.raw
    assert not any(row.startswith(("РАСТАЛДЫ", "Мерзімі")) for row in details.text.splitlines())
    assert line.endswith(
        INERT[kind].replace("\u202e", "").replace("\u202c", "").replace("\n\n", " ").replace("\n", " ")
    )


async def test_five_thousand_characters_are_answered_with_how_much_fits(town: RunningTown) -> None:
    citizen = await town.citizen(AIGUL)
    await to_the_code(citizen)
    await citizen.confirm()
    answer = await citizen.say("қызу " * 1000)
    assert citizen.words("home_call.reason") in answer.text
    assert "500" in answer.text
    await citizen.tap("reason.fever")


Deed = Callable[[Person], Awaitable[Any]]

OTHER_THAN_WORDS: dict[str, Deed] = {
    kind: lambda who, kind=kind: who.town.sandbox.attach(who.id, kind)
    for kind in ("voice", "photo", "sticker", "document")
} | {"forwarded": lambda who: who.town.sandbox.forward(who.id, AIGUL)}


@pytest.mark.parametrize("kind", OTHER_THAN_WORDS)
async def test_what_is_not_words_is_explained_and_the_answers_are_kept(town: RunningTown, kind: str) -> None:
    citizen = await _at_iin(town)
    await OTHER_THAN_WORDS[kind](citizen)
    answer = await citizen.read()
    assert answer.text.startswith(citizen.words(f"desk.sent_{kind}"))
    assert answer.text.endswith(citizen.words("identity.iin"))
    assert "6 цифр" in (await citizen.say(AIGUL)).text


async def test_something_sent_before_any_language_was_chosen_is_met_with_the_choice(
    town: RunningTown,
) -> None:
    citizen = await town.citizen(AIGUL)
    await town.sandbox.attach(citizen.id, "voice")
    assert (await citizen.read()).labels == ("Қазақша", "Русский")


async def _count(citizen: Person) -> int:
    return len(await citizen.messages())


async def test_S32_what_is_said_in_a_group_is_nobodys_answer(town: RunningTown) -> None:
    citizen = await _at_iin(town)
    before = await _count(citizen)
    group = await town.sandbox.group("Family", citizen.id)
    await town.sandbox.add_bot(group, citizen.id)
    await citizen.read()
    await town.sandbox.say(citizen.id, AIGUL, chat=group)
    await citizen.read()
    assert await _count(citizen) == before
    assert await citizen.texts() == []


async def test_S32_an_edited_message_and_a_channel_post_change_nothing(town: RunningTown) -> None:
    citizen = await _at_iin(town)
    said = await town.sandbox.say(citizen.id, "11111111111")
    await citizen.read()
    before = await _count(citizen)
    await town.sandbox.edit(citizen.id, said, AIGUL)
    chat = {"id": citizen.id, "type": "private", "first_name": "A"}
    edited = {"message_id": said, "date": 1, "edit_date": 2, "chat": chat, "text": AIGUL}
    await town.sandbox.inject({"edited_message": edited | {"from": {**chat, "is_bot": False}}})
    channel = {"id": -1009, "type": "channel", "title": "c"}
    await town.sandbox.inject({"channel_post": {"message_id": 1, "date": 1, "chat": channel, "text": AIGUL}})
    await citizen.read()
    assert await _count(citizen) == before
    assert await citizen.texts() == []


async def test_a_button_of_last_week_says_that_it_is_old_and_shows_the_question_of_today(
    town: RunningTown,
) -> None:
    citizen = await town.citizen(AIGUL)
    old = await to_whom(citizen)
    await citizen.tap("button.cancel")
    await town.advance(7 * 86_400)
    nothing_open = await citizen.forge(old.buttons[0][0].data)
    assert nothing_open.text == citizen.words("desk.moved_on")
    await citizen.tap("button.menu", "button.home_call")
    answer = await citizen.forge(old.buttons[0][0].data)
    assert answer.text.startswith(citizen.words("desk.moved_on"))
    assert citizen.words("button.no_signs") in answer.labels


async def test_an_old_button_of_the_same_call_asks_anew_and_keeps_the_answers(town: RunningTown) -> None:
    citizen = await town.citizen(AIGUL)
    whom = await to_whom(citizen)
    await citizen.tap("button.for_self")
    await citizen.say(AIGUL)
    await citizen.confirm()
    answer = await citizen.forge(whom.buttons[1][0].data)
    assert answer.text.startswith(citizen.words("desk.moved_on"))
    assert citizen.words("home_call.reason") in answer.text


async def test_two_taps_do_one_thing(town: RunningTown) -> None:
    citizen = await town.citizen(AIGUL)
    summary = await to_the_summary(citizen)
    send = summary.buttons[0][0].data
    for _ in range(3):
        await town.sandbox.press(citizen.id, data=send, message=summary.message_id)
    await citizen.read()
    assert len(await town.group(5)) == 1
    numbers = [m for m in await citizen.messages() if "№ 05-00000" in m.text]
    assert len({m.text[:40] for m in numbers}) == 1
    assert all("05-000002" not in m.text for m in await citizen.messages())


async def test_a_form_filled_after_nonsense_still_holds_every_answer(town: RunningTown) -> None:
    citizen = await town.citizen(AIGUL)
    await to_the_code(citizen)
    await citizen.confirm()
    await town.sandbox.attach(citizen.id, "sticker")
    await citizen.read()
    summary = await fill_in(citizen)
    assert "Дене қызуы көтерілді" in summary.text
