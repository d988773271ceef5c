"""The models of updates, held against aiogram's, which know everything."""

from typing import Any

import aiogram.types
import pytest
from pydantic import BaseModel

from bot.channels import updates

MODELS = ("Chat", "User", "Contact", "Location", "Message", "CallbackQuery", "ChatMemberUpdated", "Update")


def wire_names(model: type[BaseModel]) -> dict[str, bool]:
    """The names as they stand on the wire, and whether Telegram always sends them."""
    return {field.alias or name: field.is_required() for name, field in model.model_fields.items()}


@pytest.mark.parametrize("name", MODELS)
def test_every_field_is_telegrams_own_and_no_more_is_demanded_than_telegram_always_sends(name: str) -> None:
    ours, theirs = wire_names(getattr(updates, name)), wire_names(getattr(aiogram.types, name))
    assert set(ours) <= set(theirs)
    assert {field for field, demanded in ours.items() if demanded} <= {
        field for field, demanded in theirs.items() if demanded
    }


def test_every_kind_of_update_is_known() -> None:
    assert set(aiogram.types.Update.model_fields) - {"update_id"} == updates.KINDS


def test_a_press_under_a_message_that_telegram_has_forgotten_still_says_where_it_was() -> None:
    raw: dict[str, Any] = {
        "update_id": 1,
        "callback_query": {
            "id": "1",
            "from": {"id": 5, "is_bot": False, "first_name": "A"},
            "chat_instance": "1",
            "data": "a:menu",
            "message": {"chat": {"id": 5, "type": "private"}, "message_id": 3, "date": 0},
        },
    }
    press = updates.Update.model_validate(raw).callback_query
    assert press is not None
    assert press.message is not None
    assert press.message.chat.id == 5
