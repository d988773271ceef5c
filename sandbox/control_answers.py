"""What the control API and its handlers have in common: reading JSON, answering, complaining."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from sandbox.clock import MovesForwardOnly
from sandbox.visitors import NotPossible
from sandbox.wire import Json, json_answer

Answer = Callable[[web.Request], Awaitable[Json]]
Handler = Callable[[web.Request], Awaitable[web.Response]]


def answering(answer: Answer) -> Handler:
    """Turns a function that returns JSON into a handler; what cannot be done becomes 400 or 409."""

    async def handle(request: web.Request) -> web.Response:
        try:
            return json_answer(await answer(request))
        except MovesForwardOnly:
            return json_answer({"error": "the clock moves forward only"}, status=409)
        except NotPossible as impossible:
            return json_answer({"error": str(impossible)}, status=409)
        except KeyError as missing:
            return json_answer({"error": f"missing or unknown: {missing.args[0]}"}, status=400)
        except (TypeError, ValueError) as wrong:
            return json_answer({"error": str(wrong)}, status=400)

    return handle


async def wanted(request: web.Request) -> Json:
    """The JSON object in the body; other content types are refused so that no foreign page can post here."""
    if not request.can_read_body:
        return {}
    if request.content_type != "application/json":
        raise ValueError("the body must be application/json")
    body: Any = await request.json()
    if not isinstance(body, dict):
        raise TypeError("the body must be a JSON object")
    return body


def path_number(request: web.Request, name: str) -> int:
    return int(request.match_info[name])
