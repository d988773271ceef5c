"""The sandbox's groups can be forums: topics are made, closed and deleted as in Telegram."""

import pytest

from tests.sandbox.bot_api import BareBot, Json
from tests.sandbox_server import Refused, SandboxClient


async def result(bare: BareBot, method: str, **parameters: object) -> Json:
    answer = await bare.call(method, **parameters)
    assert answer["ok"], answer
    found: Json = answer["result"]
    return found


async def forum(sandbox: SandboxClient, aigul: int) -> int:
    group = await sandbox.group("Емхана", aigul)
    await sandbox.add_bot(group, aigul)
    await sandbox.make_forum(group)
    return group


async def test_a_topic_is_made_and_messages_stand_in_it(
    bare: BareBot, sandbox: SandboxClient, aigul: int
) -> None:
    group = await forum(sandbox, aigul)
    assert (await result(bare, "getChat", chat_id=str(group)))["is_forum"] is True
    topic = await result(bare, "createForumTopic", chat_id=str(group), name="Үйге шақыру")
    thread = topic["message_thread_id"]
    sent = await result(bare, "sendMessage", chat_id=str(group), text="1", message_thread_id=str(thread))
    assert (sent["message_thread_id"], sent["is_topic_message"]) == (thread, True)
    assert [one["name"] for one in await sandbox.topics(group)] == ["Үйге шақыру"]


@pytest.mark.parametrize(
    ("changed", "manages", "reason"),
    [
        ({"deleted": True}, True, "TOPIC_DELETED"),
        ({"closed": True}, False, "TOPIC_CLOSED"),
    ],
)
async def test_a_topic_that_is_gone_or_closed_takes_no_message(
    bare: BareBot, sandbox: SandboxClient, aigul: int, changed: dict[str, bool], manages: bool, reason: str
) -> None:
    group = await forum(sandbox, aigul)
    thread = (await result(bare, "createForumTopic", chat_id=str(group), name="a"))["message_thread_id"]
    await sandbox.change_topic(group, thread, **changed)
    await sandbox.make_forum(group, bot_manages_topics=manages)
    answer = await bare.call("sendMessage", chat_id=str(group), text="1", message_thread_id=str(thread))
    assert reason in answer["description"]


async def test_topics_are_refused_where_the_group_has_none_or_the_bot_no_right(
    bare: BareBot, sandbox: SandboxClient, aigul: int
) -> None:
    group = await sandbox.group("Емхана", aigul)
    await sandbox.add_bot(group, aigul)
    answer = await bare.call("createForumTopic", chat_id=str(group), name="a")
    assert answer["description"] == "Bad Request: the chat is not a forum"
    answer = await bare.call("sendMessage", chat_id=str(group), text="1", message_thread_id="77")
    assert answer["description"] == "Bad Request: message thread not found"
    await sandbox.make_forum(group, bot_manages_topics=False)
    answer = await bare.call("createForumTopic", chat_id=str(group), name="a")
    assert "not enough rights" in answer["description"]


async def test_a_plain_group_cannot_be_a_forum(sandbox: SandboxClient, aigul: int) -> None:
    group = await sandbox.group("Емхана", aigul, kind="group")
    with pytest.raises(Refused):
        await sandbox.make_forum(group)
