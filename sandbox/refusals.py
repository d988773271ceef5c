"""Telegram's refusals, in Telegram's own words."""

from typing import Final

from sandbox.wire import Json

_KINDS: Final = {400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 409: "Conflict"}


class TelegramRefusal(Exception):
    """An answer with ok=false; `parameters` holds retry_after or migrate_to_chat_id when there is one."""

    def __init__(self, code: int, description: str, parameters: Json | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def body(self) -> Json:
        body: Json = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            body["parameters"] = self.parameters
        return body


def refusal(code: int, reason: str) -> TelegramRefusal:
    return TelegramRefusal(code, f"{_KINDS[code]}: {reason}")


def bad_request(reason: str) -> TelegramRefusal:
    return refusal(400, reason)


def unauthorized() -> TelegramRefusal:
    return TelegramRefusal(401, "Unauthorized")


def not_found() -> TelegramRefusal:
    return TelegramRefusal(404, "Not Found")


def too_many_requests(seconds: int) -> TelegramRefusal:
    return TelegramRefusal(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})


def upgraded_to_supergroup(new_chat_id: int) -> TelegramRefusal:
    reason = "Bad Request: group chat was upgraded to a supergroup chat"
    return TelegramRefusal(400, reason, {"migrate_to_chat_id": new_chat_id})


NOT_MODIFIED: Final = (
    "message is not modified: specified new message content and reply markup "
    "are exactly the same as a current content and reply markup of the message"
)
QUERY_TOO_OLD: Final = "query is too old and response timeout expired or query ID is invalid"
WEBHOOK_ACTIVE: Final = (
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
OTHER_POLLER: Final = (
    "terminated by other getUpdates request; make sure that only one bot instance is running"
)
