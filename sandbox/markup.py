"""Keyboards as Telegram accepts them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from sandbox.parameters import Call
from sandbox.refusals import bad_request
from sandbox.wire import Json

_CALLBACK_DATA_BYTES: Final = 64
_BUTTONS: Final = 100
_ACTIONS: Final = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
)


@dataclass(frozen=True, slots=True)
class Markup:
    """`inline` hangs under a message; `keyboard` replaces the typing keys (an empty one removes them)."""

    inline: Json | None = None
    keyboard: Json | None = None


NO_MARKUP: Final = Markup()


def read_markup(call: Call) -> Markup:
    """The reply_markup of a call; refuses what Telegram refuses."""
    value = call.structure("reply_markup", "can't parse reply keyboard markup JSON object")
    if value is None:
        return NO_MARKUP
    if not isinstance(value, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in value:
        return Markup(inline=_inline(value["inline_keyboard"]))
    if "keyboard" in value:
        rows = _rows(value["keyboard"], _keyboard_button, "keyboard button")
        return Markup(keyboard={**value, "keyboard": rows})
    if value.get("remove_keyboard") or value.get("force_reply"):
        return Markup(keyboard=value)
    return NO_MARKUP


def read_inline_markup(call: Call) -> Json | None:
    """As `read_markup`, for edits: only an inline keyboard can stay under an edited message."""
    markup = read_markup(call)
    if markup.keyboard is not None:
        raise bad_request("inline keyboard expected")
    return markup.inline


def _inline(rows: Any) -> Json | None:
    checked = _rows(rows, _inline_button, "inline keyboard button")
    return {"inline_keyboard": checked} if checked else None


def _rows(rows: Any, button: Callable[[Any], Json], noun: str) -> list[list[Json]]:
    if not isinstance(rows, list):
        raise bad_request(f'field "{noun}" of the reply markup must be of type Array')
    if not all(isinstance(row, list) for row in rows):
        raise bad_request(f"can't parse {noun}: rows of the keyboard must be Arrays")
    checked = [[button(entry) for entry in row] for row in rows if row]
    if sum(len(row) for row in checked) > _BUTTONS:
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    return checked


def _inline_button(button: Any) -> Json:
    noun = "inline keyboard button"
    if not isinstance(button, dict):
        raise bad_request(f"can't parse {noun}: expected an Object")
    _check_text(button, noun)
    if not any(action in button for action in _ACTIONS):
        raise bad_request(f"can't parse {noun}: Text buttons are unallowed in the inline keyboard")
    if "callback_data" in button:
        _check_data(button["callback_data"])
    if "url" in button:
        _check_url(str(button["url"]))
    return {key: value for key, value in button.items() if value is not None}


def _keyboard_button(button: Any) -> Json:
    if isinstance(button, str):
        button = {"text": button}
    if not isinstance(button, dict):
        raise bad_request("can't parse keyboard button: expected an Object")
    _check_text(button, "keyboard button")
    return button


def _check_text(button: Json, noun: str) -> None:
    text = button.get("text")
    if not isinstance(text, str):
        raise bad_request(f'can\'t parse {noun}: Field "text" must be of type String')
    if not text.strip():
        raise bad_request(f'can\'t parse {noun}: Field "text" must be non-empty')


def _check_data(data: Any) -> None:
    if not isinstance(data, str) or not 1 <= len(data.encode()) <= _CALLBACK_DATA_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")


def _check_url(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https", "tg"} or not parts.netloc:
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
