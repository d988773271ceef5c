"""Reading of updates, and the bodies that are sent: held against aiogram's own models."""

from contextlib import suppress
from typing import Any

import pytest
from aiogram.methods import EditMessageText, SendMessage
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.events import (
    Action,
    Blocked,
    CitizenEvent,
    Command,
    Event,
    GroupChange,
    GroupMessage,
    Ignored,
    Poisoned,
    StaffPress,
)
from bot.channels.screens import Button, Screen
from bot.channels.telegram import edit_body, fitting, read_update, send_body, sender_of
from dialogs.engine import Pressed, Said, SentFile, SentOther, SharedContact, SharedLocation

ANNA: dict[str, Any] = {"id": 5_000_000_004, "is_bot": False, "first_name": "Анна", "language_code": "ru"}
CHAT: dict[str, Any] = {"id": 5_000_000_004, "type": "private", "first_name": "Анна"}
GROUP: dict[str, Any] = {"id": -1_002_000_000_005, "type": "supergroup", "title": "Емхана"}


def message(chat: dict[str, Any] = CHAT, **fields: Any) -> dict[str, Any]:
    return {"message_id": 7, "date": 1_790_000_000, "chat": chat, "from": ANNA, **fields}


def read(**update: Any) -> Event:
    return read_update(1, {"update_id": 9, **update})


def sent(**fields: Any) -> object:
    event = read(message=message(**fields))
    assert isinstance(event, CitizenEvent)
    return event.sent


def press(data: str, chat: dict[str, Any] = CHAT) -> Event:
    shown = {"message_id": 3, "date": 1_790_000_000, "chat": chat}
    return read(
        callback_query={"id": "77", "from": ANNA, "chat_instance": "1", "data": data, "message": shown}
    )


def test_words_are_freed_of_marks_that_nobody_sees() -> None:
    assert sent(text="  \u202eАбай 5\u200b\x00 ") == Said("Абай 5")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("/start", Command("start", "")),
        ("/start link_4F2K", Command("start", "link_4F2K")),
        ("/Help@dariger_bot", Command("help", "")),
        ("/ 5", Said("/ 5")),
    ],
)
def test_a_slash_command_is_told_from_words(text: str, meant: object) -> None:
    assert sent(text=text) == meant


def test_S31_a_contact_is_ones_own_only_if_telegram_says_so() -> None:
    own = {"phone_number": "+77011234567", "first_name": "А", "user_id": ANNA["id"]}
    assert sent(contact=own) == SharedContact("+77011234567", own=True)
    assert sent(contact={**own, "user_id": 1}) == SharedContact("+77011234567", own=False)
    del own["user_id"]
    assert sent(contact=own) == SharedContact("+77011234567", own=False)


def test_a_location_is_a_point_on_the_map() -> None:
    assert sent(location={"latitude": 43.2, "longitude": 76.9}) == SharedLocation(43.2, 76.9)


def test_S32_a_forwarded_message_is_nobodys_answer() -> None:
    origin = {"type": "hidden_user", "date": 1, "sender_user_name": "x"}
    assert sent(text="880412294549", forward_origin=origin) == SentOther("forwarded")


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"voice": {"file_id": "1", "file_unique_id": "1", "duration": 1}}, "voice"),
        ({"dice": {"emoji": "🎲", "value": 1}}, "dice"),
        ({}, "other"),
    ],
)
def test_what_cannot_be_an_answer_says_what_it_is(fields: dict[str, Any], kind: str) -> None:
    assert sent(**fields) == SentOther(kind)


def test_a_photo_is_its_largest_size_with_what_was_written_under_it() -> None:
    sizes = [
        {"file_id": str(size), "file_unique_id": "1", "width": 1, "height": 1, "file_size": size}
        for size in (900, 90_000, 9_000)
    ]
    photo = sent(photo=sizes, caption="дверь\u202e закрыта")
    assert photo == SentFile("photo", "90000", mime="image/jpeg", size=90_000, note="дверь закрыта")
    told = [{"file_id": "1", "file_unique_id": "1", "width": 1, "height": 1}]
    assert sent(photo=told) == SentFile("photo", "1", mime="image/jpeg")


def test_a_document_is_told_by_what_the_senders_phone_says_of_it() -> None:
    paper = {"file_id": "d1", "file_unique_id": "1", "file_name": "a.pdf", "mime_type": "application/pdf"}
    assert sent(document=paper | {"file_size": 5}) == SentFile(
        "document", "d1", "a.pdf", "application/pdf", 5
    )
    assert sent(document={"file_id": "d1", "file_unique_id": "1"}) == SentFile("document", "d1")


def test_a_moving_picture_is_no_document_though_telegram_sends_it_as_one_too() -> None:
    moving = {"file_id": "1", "file_unique_id": "1", "width": 1, "height": 1, "duration": 1}
    assert sent(animation=moving, document={"file_id": "1", "file_unique_id": "1"}) == SentOther("animation")


def test_S32_a_forwarded_photo_is_nobodys_answer_either() -> None:
    origin = {"type": "hidden_user", "date": 1, "sender_user_name": "x"}
    photo = [{"file_id": "1", "file_unique_id": "1", "width": 1, "height": 1}]
    assert sent(photo=photo, forward_origin=origin) == SentOther("forwarded")


def test_S32_what_comes_from_a_group_a_channel_or_an_edit_is_no_patients_input() -> None:
    assert isinstance(read(message=message(GROUP, text="мне плохо")), GroupMessage)
    assert read(edited_message=message(text="1")) == Ignored(1, "not_asked_for")
    channel = {"id": -1, "type": "channel", "title": "x"}
    assert isinstance(read(channel_post=message(channel, text="1")), Ignored)
    assert isinstance(read(message={**message(text="1"), "from": {**ANNA, "is_bot": True}}), Ignored)
    assert press("q:1:home_call.whom:me", GROUP) == Ignored(1, "press_in_group", "77")


def test_a_button_names_its_conversation_question_and_option() -> None:
    event = press("q:2s:home_call.whom:me")
    assert isinstance(event, CitizenEvent)
    assert (event.sent, event.conversation_id, event.callback_id) == (
        Pressed("home_call.whom", "me"),
        100,
        "77",
    )


def test_a_lead_is_an_action() -> None:
    event = press("a:start:cabinet:17")
    assert isinstance(event, CitizenEvent)
    assert event.sent == Action("start:cabinet:17")


@pytest.mark.parametrize("data", ["", "q:", "q:1:x", "q:Ж:x:y", "x:1", "q:1:a b:c", "q::k:o"])
def test_S33_data_that_no_button_of_ours_has_are_ignored_and_the_spinner_stops(data: str) -> None:
    assert press(data) == Ignored(1, "press_unknown", "77")


def test_a_staff_button_keeps_chat_and_person_for_the_staff_room() -> None:
    assert press("s:1:2:accept", GROUP) == StaffPress(1, GROUP["id"], ANNA["id"], "s:1:2:accept", "77", 3)


def membership(chat: dict[str, Any], old: str, new: str) -> Event:
    bot = {"id": 1, "is_bot": True, "first_name": "b"}

    def member(status: str) -> dict[str, Any]:
        return {"status": status, "user": bot, **({"until_date": 0} if status == "kicked" else {})}

    change = {
        "chat": chat,
        "from": ANNA,
        "date": 1,
        "old_chat_member": member(old),
        "new_chat_member": member(new),
    }
    return read(my_chat_member=change)


def test_blocking_joining_leaving_and_moving_are_told_apart() -> None:
    assert isinstance(membership(CHAT, "member", "kicked"), Blocked)
    assert isinstance(membership(CHAT, "kicked", "member"), Ignored)
    assert membership(GROUP, "left", "member") == GroupChange(1, "added", GROUP["id"], title="Емхана")
    assert membership(GROUP, "member", "left") == GroupChange(1, "removed", GROUP["id"], title="Емхана")
    moved = read(message=message({**GROUP, "type": "group"}, migrate_to_chat_id=-1009))
    assert moved == GroupChange(1, "migrated", GROUP["id"], -1009)


@pytest.mark.parametrize(
    "raw",
    [{}, {"update_id": "x"}, {"update_id": 1, "message": {"text": "x"}}, {"update_id": 1, "teleport": {}}],
)
def test_S45_what_cannot_be_read_is_poisoned(raw: dict[str, Any]) -> None:
    with pytest.raises(Poisoned):
        read_update(1, raw)


def test_a_raw_update_finds_its_queue_before_anything_is_validated() -> None:
    assert sender_of({"message": {"chat": {"id": 5}}}).key == "5"
    assert sender_of({"callback_query": {"message": {"chat": {"id": -7}}}}).key == "-7"
    assert sender_of({"my_chat_member": {"chat": {"id": 8}}}).key == "8"
    assert {sender_of(raw).key for raw in ({}, {"message": 1}, {"message": {"chat": {"id": "x"}}})} == {"0"}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["message", "chat", "from", "id", "text", "data", "x"]), inner, max_size=4
        )
    ),
)


@given(st.dictionaries(st.sampled_from(["update_id", "message", "callback_query", "my_chat_member"]), JSON))
def test_S45_no_update_whatever_its_form_raises_anything_else(raw: dict[str, Any]) -> None:
    sender_of(raw)
    with suppress(Poisoned):
        read_update(1, raw)


SCREENS = [
    Screen("Сәлем"),
    Screen("?", ((Button("Иә", "q:1:a:yes"), Button("Жоқ", "q:1:a:no")),)),
    Screen("?", (), "Нөмірімді жіберу", "Орнымды жіберу"),
]


@pytest.mark.parametrize("screen", SCREENS)
def test_what_is_sent_is_what_aiogram_would_send(screen: Screen) -> None:
    body = send_body(screen)
    assert body.pop("method") == "sendMessage"
    model = SendMessage.model_validate({"chat_id": 1, **body})
    assert set(body) <= set(SendMessage.model_fields)
    assert model.parse_mode is None or "parse_mode" not in body
    edit = edit_body(5, screen)
    assert edit.pop("method") == "editMessageText"
    EditMessageText.model_validate({"chat_id": 1, **edit})


def test_where_something_can_be_shared_the_buttons_become_keys_beside_it() -> None:
    body = send_body(Screen("?", ((Button("Артқа", "a:back"),),), "Нөмірімді жіберу"))
    share, back = body["reply_markup"]["keyboard"]
    assert share == [{"text": "Нөмірімді жіберу", "request_contact": True}]
    assert back == [{"text": "Артқа"}]


@given(st.text(max_size=60).map(lambda text: text * 200))
def test_no_text_is_longer_than_telegram_takes_counted_as_it_counts(text: str) -> None:
    text = text.encode("utf-16-le", "ignore").decode("utf-16-le")
    cut = fitting(text)
    assert len(cut.encode("utf-16-le")) // 2 <= 4096
    assert cut == text or cut.endswith("…")
