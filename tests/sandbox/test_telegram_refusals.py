"""The sandbox refuses what Telegram refuses, in Telegram's words."""

import asyncio
import json
from typing import Any

import pytest
from aiohttp import ClientError

from tests.sandbox.bot_api import BareBot
from tests.sandbox_server import Refused, SandboxClient


def _keyboard(**button: Any) -> str:
    return json.dumps({"inline_keyboard": [[button]]})


REFUSED_MESSAGES: list[tuple[dict[str, str], str]] = [
    ({"text": ""}, "message text is empty"),
    ({"text": " \n "}, "message text is empty"),
    ({"text": "<b></b>", "parse_mode": "HTML"}, "message text is empty"),
    ({"text": "ә" * 4097}, "message is too long"),
    ({"text": "😀" * 2049}, "message is too long"),
    ({"text": "a", "parse_mode": "Wiki"}, "unsupported parse_mode"),
    ({"text": "a", "reply_markup": "{"}, "can't parse reply keyboard markup JSON object"),
    ({"text": "a", "reply_markup": "[]"}, "object expected as reply markup"),
    ({"text": "a", "reply_markup": '{"inline_keyboard": 5}'}, "must be of type Array"),
    ({"text": "a", "reply_markup": '{"inline_keyboard": [5]}'}, "must be Arrays"),
    ({"text": "a", "reply_markup": _keyboard(text="A")}, "Text buttons are unallowed in the inline keyboard"),
    ({"text": "a", "reply_markup": _keyboard(callback_data="a")}, 'Field "text" must be of type String'),
    ({"text": "a", "reply_markup": _keyboard(text=" ", callback_data="a")}, 'Field "text" must be non-empty'),
    ({"text": "a", "reply_markup": _keyboard(text="A", callback_data="ә" * 33)}, "BUTTON_DATA_INVALID"),
    ({"text": "a", "reply_markup": _keyboard(text="A", callback_data="")}, "BUTTON_DATA_INVALID"),
    ({"text": "a", "reply_markup": _keyboard(text="A", url="nowhere")}, "Wrong HTTP URL"),
    (
        {
            "text": "a",
            "reply_markup": json.dumps({"inline_keyboard": [[{"text": "A", "url": "https://a.b"}] * 101]}),
        },
        "REPLY_MARKUP_TOO_LONG",
    ),
    ({"text": "a", "reply_to_message_id": "99"}, "message to be replied not found"),
    ({"text": "a", "reply_to_message_id": "x"}, "must be an integer"),
]

BAD_HTML: list[tuple[str, str]] = [
    ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
    ("<i><b>a</i></b>", 'Unmatched end tag at byte offset 7, expected "</b>", found "</i>"'),
    ("ә</b>", "Unexpected end tag at byte offset 2"),
    ("<script>a</script>", 'Unsupported start tag "script" at byte offset 0'),
    ("1 < 2", "at byte offset 2"),
    ("<br/>", 'Unsupported start tag "br"'),
    ("<span>a</span>", 'Tag "span" must have class "tg-spoiler"'),
]


@pytest.mark.parametrize(("parameters", "reason"), REFUSED_MESSAGES)
async def test_a_message_that_telegram_refuses_is_refused(
    bare: BareBot, aigul: int, parameters: dict[str, str], reason: str
) -> None:
    answer = await bare.form("sendMessage", {"chat_id": str(aigul), **parameters})
    assert (answer["ok"], answer["error_code"]) == (False, 400)
    assert answer["description"].startswith("Bad Request: ")
    assert reason in answer["description"]


@pytest.mark.parametrize(("text", "reason"), BAD_HTML)
async def test_broken_html_is_refused_with_its_place(
    bare: BareBot, aigul: int, text: str, reason: str
) -> None:
    answer = await bare.call("sendMessage", chat_id=aigul, text=text, parse_mode="HTML")
    assert answer["description"].startswith("Bad Request: can't parse entities: ")
    assert reason in answer["description"]


@pytest.mark.parametrize("data", ["a" * 64, "ә" * 32])
async def test_callback_data_of_64_bytes_is_taken(bare: BareBot, aigul: int, data: str) -> None:
    markup = _keyboard(text="A", callback_data=data)
    assert (await bare.call("sendMessage", chat_id=aigul, text="a", reply_markup=markup))["ok"]


async def test_a_text_of_4096_units_is_taken(bare: BareBot, aigul: int) -> None:
    assert (await bare.call("sendMessage", chat_id=aigul, text="😀" * 2048))["ok"]


async def test_html_becomes_text_and_entities_counted_in_utf16(bare: BareBot, aigul: int) -> None:
    text = ' 😀 <b>ж<i>а</i></b> &lt;&#1179;&nbsp; <a href="https://e.kz">e</a><code>x</code>'
    message = (await bare.call("sendMessage", chat_id=aigul, text=text, parse_mode="HTML"))["result"]
    assert message["text"] == "😀 жа <қ&nbsp; ex"
    assert message["entities"] == [
        {"type": "bold", "offset": 3, "length": 2},
        {"type": "italic", "offset": 4, "length": 1},
        {"type": "text_link", "offset": 15, "length": 1, "url": "https://e.kz"},
        {"type": "code", "offset": 16, "length": 1},
    ]


@pytest.mark.parametrize("chat_id", ["", "404", "abc", "-5", "@nobody"])
async def test_a_chat_that_the_bot_never_met_is_not_found(bare: BareBot, chat_id: str) -> None:
    answer = await bare.form("sendMessage", {"chat_id": chat_id, "text": "a"})
    assert answer["error_code"] == 400
    assert answer["description"] in {"Bad Request: chat not found", "Bad Request: chat_id is empty"}


async def test_somebody_who_never_started_the_bot_cannot_be_written_to(
    sandbox: SandboxClient, bare: BareBot
) -> None:
    stranger = int((await sandbox.person("Ким"))["telegram_id"])
    answer = await bare.call("sendMessage", chat_id=stranger, text="a")
    assert answer["description"] == "Bad Request: chat not found"


@pytest.mark.parametrize(
    ("token", "code"), [("1:short", 404), ("4242424242:" + "x" * 35, 401), ("nonsense", 404)]
)
async def test_another_token_opens_nothing(bare: BareBot, token: str, code: int) -> None:
    assert (await bare.form("getMe", {}, token=token))["error_code"] == code


async def test_an_unknown_method_is_not_found(bare: BareBot) -> None:
    answer = await bare.call("sendTelepathy")
    assert answer == {"ok": False, "error_code": 404, "description": "Not Found"}


async def test_methods_answer_to_get_form_and_json_and_any_case(bare: BareBot, aigul: int) -> None:
    assert (await bare.get("getme"))["result"]["is_bot"]
    assert (await bare.get("sendMessage", chat_id=str(aigul), text="a"))["ok"]
    markup = {"inline_keyboard": [[{"text": "A", "callback_data": "a"}]]}
    answer = await bare.json("SENDMESSAGE", {"chat_id": aigul, "text": "a", "reply_markup": markup})
    assert answer["result"]["reply_markup"] == markup


async def test_an_edit_without_a_change_is_refused(bare: BareBot, aigul: int) -> None:
    sent = (await bare.call("sendMessage", chat_id=aigul, text="<b>a</b>", parse_mode="HTML"))["result"]
    same = {"chat_id": aigul, "message_id": sent["message_id"], "text": "<b>a</b>", "parse_mode": "HTML"}
    assert "message is not modified" in (await bare.call("editMessageText", **same))["description"]
    markup = {name: same[name] for name in ("chat_id", "message_id")}
    assert "message is not modified" in (await bare.call("editMessageReplyMarkup", **markup))["description"]
    assert (await bare.call("editMessageText", **{**same, "text": "a"}))["ok"]


async def test_edits_of_what_is_not_there_or_not_ours_are_refused(bare: BareBot, aigul: int) -> None:
    missing = await bare.call("editMessageText", chat_id=aigul, message_id=99, text="a")
    assert missing["description"] == "Bad Request: message to edit not found"
    theirs = await bare.call("editMessageText", chat_id=aigul, message_id=1, text="a")
    assert theirs["description"] == "Bad Request: message can't be edited"
    gone = await bare.call("deleteMessage", chat_id=aigul, message_id=99)
    assert gone["description"] == "Bad Request: message to delete not found"
    sent = (await bare.call("sendMessage", chat_id=aigul, text="a"))["result"]["message_id"]
    long = await bare.call("editMessageText", chat_id=aigul, message_id=sent, text="a" * 4097)
    assert long["description"] == "Bad Request: MESSAGE_TOO_LONG"
    keys = json.dumps({"keyboard": [[{"text": "A"}]]})
    wrong = await bare.call("editMessageText", chat_id=aigul, message_id=sent, text="b", reply_markup=keys)
    assert wrong["description"] == "Bad Request: inline keyboard expected"


async def test_a_press_is_answered_while_it_is_young(
    sandbox: SandboxClient, bare: BareBot, aigul: int
) -> None:
    await bare.call(
        "sendMessage", chat_id=aigul, text="a", reply_markup=_keyboard(text="A", callback_data="a")
    )
    first = await sandbox.press(aigul, label="A")
    assert (await bare.call("answerCallbackQuery", callback_query_id=first, text="тамам"))["ok"]
    assert await sandbox.notices(aigul) == ["тамам"]
    second = await sandbox.press(aigul, index=0)
    await sandbox.advance(901)
    late = await bare.call("answerCallbackQuery", callback_query_id=second)
    assert "query is too old" in late["description"]
    forged = await sandbox.press(aigul, data="another", message=2)
    updates = (await bare.call("getUpdates"))["result"]
    assert updates[-1]["callback_query"]["data"] == "another"
    assert updates[-1]["callback_query"]["chat_instance"]
    await sandbox.expire_queries()
    assert not (await bare.call("answerCallbackQuery", callback_query_id=forged))["ok"]


async def test_a_button_that_is_not_there_cannot_be_pressed(sandbox: SandboxClient, aigul: int) -> None:
    with pytest.raises(Refused) as no_button:
        await sandbox.press(aigul, label="A")
    assert no_button.value.status == 409


async def test_keys_of_a_reply_keyboard_say_their_words_or_share_the_contact(
    sandbox: SandboxClient, bare: BareBot, aigul: int
) -> None:
    rows = [["Иә"], [{"text": "Нөмірім", "request_contact": True}]]
    markup = json.dumps({"keyboard": rows, "one_time_keyboard": False})
    await bare.call("sendMessage", chat_id=aigul, text="a", reply_markup=markup)
    await sandbox.press(aigul, label="Иә")
    await sandbox.press(aigul, label="Нөмірім")
    said, shared = (await bare.call("getUpdates"))["result"][-2:]
    assert said["message"]["text"] == "Иә"
    assert shared["message"]["contact"]["user_id"] == aigul
    await bare.call("sendMessage", chat_id=aigul, text="b", reply_markup='{"remove_keyboard": true}')
    assert await sandbox.keyboard(aigul) == ()


async def test_who_blocks_the_bot_hears_no_more_of_it(
    sandbox: SandboxClient, bare: BareBot, aigul: int
) -> None:
    await sandbox.block(aigul)
    answer = await bare.call("sendMessage", chat_id=aigul, text="a")
    assert (answer["error_code"], answer["description"]) == (403, "Forbidden: bot was blocked by the user")
    await sandbox.block(aigul, blocked=False)
    assert (await bare.call("sendMessage", chat_id=aigul, text="a"))["ok"]


async def test_a_group_lets_the_bot_in_upgrades_and_throws_it_out(
    sandbox: SandboxClient, bare: BareBot, aigul: int
) -> None:
    colleague = await sandbox.user("Гүлнар")
    group = await sandbox.group("Емхана", colleague, kind="group")
    assert (await bare.call("sendMessage", chat_id=group, text="a"))["error_code"] == 400
    await sandbox.add_bot(group, by=colleague)
    assert (await bare.call("sendMessage", chat_id=group, text="a"))["ok"]
    private = await bare.call("sendMessage", chat_id=colleague, text="a")
    assert private["error_code"] in {400, 403}
    new = await sandbox.upgrade_group(group)
    answer = await bare.call("sendMessage", chat_id=group, text="a")
    assert answer["parameters"] == {"migrate_to_chat_id": new}
    assert (await bare.call("sendMessage", chat_id=new, text="a"))["ok"]
    await sandbox.remove_bot(new, by=colleague)
    answer = await bare.call("sendMessage", chat_id=new, text="a")
    expected = (403, "Forbidden: bot was kicked from the supergroup chat")
    assert (answer["error_code"], answer["description"]) == expected


async def test_a_429_spoils_as_many_calls_as_it_was_told(
    sandbox: SandboxClient, bare: BareBot, aigul: int
) -> None:
    await sandbox.fault("telegram_429", calls=2, retry_after=4, method="sendMessage")
    for _ in range(2):
        answer = await bare.call("sendMessage", chat_id=aigul, text="a")
        assert answer["description"] == "Too Many Requests: retry after 4"
        assert answer["parameters"] == {"retry_after": 4}
    assert (await bare.call("sendMessage", chat_id=aigul, text="a"))["ok"]


async def test_an_outage_is_a_page_of_html_or_a_cut_wire(
    sandbox: SandboxClient, bare: BareBot, aigul: int
) -> None:
    await sandbox.fault("telegram_down")
    async with bare.session.get(bare.url + "/bot1/getMe") as answer:
        assert answer.status in {404, 502}
    waiting = asyncio.create_task(bare.call("getUpdates", offset=10**8, timeout=20))
    with pytest.raises(ClientError):
        await waiting
    await sandbox.clear_faults()
    await sandbox.fault("telegram_down", how="drop")
    with pytest.raises(ClientError):
        await bare.call("getMe")
    await sandbox.clear_faults()
    assert (await bare.call("getMe"))["ok"]


async def test_updates_stay_until_they_are_confirmed(
    sandbox: SandboxClient, bare: BareBot, aigul: int
) -> None:
    for text in ("1", "2", "3"):
        await sandbox.say(aigul, text)
    first = (await bare.call("getUpdates", limit=2))["result"]
    assert first == (await bare.call("getUpdates", limit=2))["result"]
    rest = (await bare.call("getUpdates", offset=first[-1]["update_id"] + 1))["result"]
    assert [update["message"]["text"] for update in rest] == ["2", "3"]
    last = (await bare.call("getUpdates", offset=-1))["result"]
    assert [update["message"]["text"] for update in last] == ["3"]


async def test_a_long_poll_ends_with_the_first_word_and_a_poisoned_update_passes_through(
    sandbox: SandboxClient, bare: BareBot
) -> None:
    polling = asyncio.create_task(bare.call("getUpdates", timeout=20))
    await asyncio.sleep(0.1)
    number = await sandbox.inject({"message": {"nonsense": True}})
    answer = await asyncio.wait_for(polling, 2)
    assert answer["result"] == [{"update_id": number, "message": {"nonsense": True}}]


async def test_only_allowed_kinds_of_updates_come(sandbox: SandboxClient, bare: BareBot, aigul: int) -> None:
    await bare.call("getUpdates", offset=10**8, allowed_updates='["callback_query"]')
    await sandbox.say(aigul, "a")
    assert (await bare.call("getUpdates"))["result"] == []


async def test_commands_and_descriptions_are_kept_per_language(bare: BareBot) -> None:
    commands = json.dumps([{"command": "start", "description": "Бастау"}])
    assert (await bare.call("setMyCommands", commands=commands, language_code="kk"))["ok"]
    kept = await bare.call("getMyCommands", language_code="kk")
    assert kept["result"] == [{"command": "start", "description": "Бастау"}]
    assert (await bare.call("getMyCommands"))["result"] == []
    wrong = json.dumps([{"command": "БАСТАУ", "description": "a"}])
    assert (await bare.call("setMyCommands", commands=wrong))[
        "description"
    ] == "Bad Request: BOT_COMMAND_INVALID"
    await bare.call("setMyDescription", description="Дәрігер", language_code="kk")
    assert (await bare.call("getMyDescription", language_code="kk"))["result"] == {"description": "Дәрігер"}
