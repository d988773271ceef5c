"""The other side of the wire: enough of the Bot API and of Twilio's Messages API, with the citizens built in.

It runs in a process of its own, so that none of its work counts as a bot's:

    python -m benchmarks.gateway --bot ours --people people.csv

`/control/begin` lets citizens loose, `/control/figures` tells what was measured, `/clock` is a clock in
opening hours. An update is offered until a later offset confirms it, as Telegram does.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import json
import random
import sys
import time
from collections import deque
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from benchmarks.citizens import HABITS, Citizen, Press, Say
from benchmarks.population import Made
from benchmarks.wire import Exchange, listening, port_of
from rules.law import Service

FIRST_CHAT: Final = 5_000_000_000
BOT: Final = {"id": 4_200_000, "is_bot": True, "first_name": "Bench", "username": "bench_bot"}
_ALMATY: Final = ZoneInfo("Asia/Almaty")
_TUESDAY: Final = 1
_OPEN_AT: Final = 10
_EPOCH: Final = datetime(2025, 1, 1, tzinfo=UTC)
_AT_ONCE: Final = 100


class Gateway:
    """Telegram and the SMS network at once, seen by one bot; the citizens of one round."""

    def __init__(self, people: list[Made], bot: str) -> None:
        self._people = people
        self._habits = HABITS[bot]
        self._updates: deque[dict[str, Any]] = deque()
        # Above every id of an earlier run, so that a bot which remembers its offset misses nothing.
        self._next_update = int((datetime.now(UTC) - _EPOCH).total_seconds() * 1000)
        self._next_message = 1
        self._poll: Exchange | None = None
        self._poll_ends: asyncio.TimerHandle | None = None
        self._by_chat: dict[int, Citizen] = {}
        self._by_phone: dict[str, Citizen] = {}
        self._waiting: deque[Citizen] = deque()
        self._slowest = 0.0
        self._chance = random.Random(0)
        self._clock_offset = (_opening_hours() - datetime.now(UTC)).total_seconds()
        self.figures = Figures()

    def handle(self, exchange: Exchange) -> None:
        """Answer one request."""
        place = exchange.path.rsplit("/", 1)[-1]
        if exchange.path.startswith("/bot"):
            self._telegram(place, exchange)
        elif place == "Messages.json":
            self._sms(exchange)
        elif place == "clock":
            exchange.answer({"offset_seconds": self._clock_offset})
        elif place == "begin":
            self._begin(exchange)
        elif place == "figures":
            whole = bool(int(exchange.parameters.get("whole", 0)))
            exchange.answer(self.figures.told(whole, self._stuck()))
        else:
            exchange.answer({"code": 404, "message": "no such thing here"}, 404)

    # Telegram

    def _telegram(self, method: str, exchange: Exchange) -> None:
        self.figures.calls[method] = self.figures.calls.get(method, 0) + 1
        match method:
            case "getUpdates":
                self._get_updates(exchange)
            case "sendMessage" | "editMessageText":
                self._message(exchange)
            case "sendDocument":
                self._file(exchange)
            case "getMe":
                exchange.answer({"ok": True, "result": BOT})
            case _:
                exchange.answer({"ok": True, "result": True})

    def _get_updates(self, exchange: Exchange) -> None:
        offset = int(exchange.parameters.get("offset") or 0)
        while self._updates and self._updates[0]["update_id"] < offset:
            self.figures.confirmed.append(self._updates.popleft()["update_id"])
        self._end_poll()
        self._poll = exchange
        wait = float(exchange.parameters.get("timeout") or 0)
        if self._updates or not wait:
            self._end_poll()
            return
        self._poll_ends = asyncio.get_running_loop().call_later(wait, self._end_poll)

    def _end_poll(self) -> None:
        if self._poll_ends is not None:
            self._poll_ends.cancel()
            self._poll_ends = None
        poll, self._poll = self._poll, None
        if poll is not None:
            first = [self._updates[at] for at in range(min(_AT_ONCE, len(self._updates)))]
            poll.answer({"ok": True, "result": first})

    def _message(self, exchange: Exchange) -> None:
        asked = exchange.parameters
        chat, text = int(asked["chat_id"]), str(asked.get("text", ""))
        markup = asked.get("reply_markup")
        markup = json.loads(markup) if isinstance(markup, str) else markup
        message_id = int(asked.get("message_id") or self._new_message())
        exchange.answer({"ok": True, "result": _message(message_id, chat, text, markup)})
        citizen = self._by_chat.get(chat)
        if citizen is None:
            self.figures.card(message_id, text)
            return
        if citizen.sees(message_id, text, markup):
            self._think(citizen)

    def _file(self, exchange: Exchange) -> None:
        chat, caption = int(exchange.parameters["chat_id"]), str(exchange.parameters.get("caption", ""))
        self.figures.files += 1
        file = {"file_id": f"F{self.figures.files}", "file_unique_id": f"U{self.figures.files}"}
        message = _message(self._new_message(), chat, "", None) | {"caption": caption, "document": file}
        exchange.answer({"ok": True, "result": message})

    def _new_message(self) -> int:
        self._next_message += 1
        return self._next_message

    # SMS

    def _sms(self, exchange: Exchange) -> None:
        phone, text = str(exchange.parameters["To"]), str(exchange.parameters["Body"])
        self.figures.sms += 1
        exchange.answer(_sms(phone, text, self.figures.sms), 201)
        citizen = self._by_phone.get(phone)
        if citizen is not None and citizen.receives_sms(text):
            self._think(citizen)

    # Citizens

    def _begin(self, exchange: Exchange) -> None:
        """Let `dialogs` citizens loose, `at_once` at a time, beginning with the person of number `first`."""
        asked = exchange.parameters
        first, dialogs = int(asked["first"]), int(asked["dialogs"])
        self._slowest, self._chance = float(asked.get("thinks", 0)), random.Random(int(asked.get("seed", 0)))
        self.figures = Figures(calls=self.figures.calls)
        until, service = str(asked["until"]), Service(asked["service"])
        self._waiting = deque(
            Citizen(FIRST_CHAT + number, self._people[number], self._habits, until, service)
            for number in range(first, first + dialogs)
        )
        self._by_chat |= {citizen.chat: citizen for citizen in self._waiting}
        self._by_phone |= {citizen.who.phone: citizen for citizen in self._waiting}
        self.figures.wanted, self.figures.began_at = dialogs, time.perf_counter()
        for _ in range(min(dialogs, int(asked["at_once"]))):
            self._act(self._waiting.popleft())
        exchange.answer({"ok": True})

    def _think(self, citizen: Citizen) -> None:
        """Act at once, or after a while, and then upon whatever is the last screen by that time."""
        if not self._slowest:
            self._act(citizen)
        elif not citizen.thinks:
            citizen.thinks = True
            wait = self._chance.uniform(0, self._slowest)
            asyncio.get_running_loop().call_later(wait, self._thought, citizen)

    def _thought(self, citizen: Citizen) -> None:
        citizen.thinks = False
        if not citizen.done:
            self._act(citizen)

    def _act(self, citizen: Citizen) -> None:
        step = citizen.next_step()
        if step is None and not citizen.done:
            return
        now = time.perf_counter()
        if citizen.asked_at is not None:
            waited, citizen.asked_at = now - citizen.asked_at, None
            self.figures.latencies.append(waited)
            self.figures.last_waits[citizen.chat] = waited
        if step is None:
            self._finished(citizen, now)
            return
        citizen.asked_at = now
        self.figures.updates += 1
        self._offer(self._typed(citizen, step) if isinstance(step, Say) else self._pressed(citizen, step))

    def _finished(self, citizen: Citizen, now: float) -> None:
        self.figures.finished += 1
        self.figures.numbers.append(citizen.number)
        self.figures.ended_at = now
        if self._waiting:
            self._act(self._waiting.popleft())

    def _offer(self, update: dict[str, Any]) -> None:
        self._next_update += 1
        self._updates.append({"update_id": self._next_update, **update})
        if self._poll is not None:
            if self._poll.gone:
                self._poll = None
                return
            self._end_poll()

    def _typed(self, citizen: Citizen, say: Say) -> dict[str, Any]:
        command = [{"type": "bot_command", "offset": 0, "length": len(say.text)}]
        message = {
            "message_id": self._new_message(),
            "from": citizen.account(),
            "chat": _private(citizen),
            "date": int(time.time()),
            "text": say.text,
        }
        if say.text.startswith("/"):
            message["entities"] = command
        return {"message": message}

    def _pressed(self, citizen: Citizen, press: Press) -> dict[str, Any]:
        screen = citizen.screen
        assert screen is not None
        message = _message(screen.message_id, citizen.chat, screen.text, None)
        data = {"id": str(self._next_update), "from": citizen.account(), "chat_instance": "1"}
        return {"callback_query": {**data, "data": press.data, "message": message}}

    def _stuck(self) -> list[dict[str, Any]]:
        """Who waits longest, and before which screen: what to look at when a round does not end."""
        waiting = [c for c in self._by_chat.values() if not c.done and c.screen and c.asked_at]
        return [
            {"chat": c.chat, "text": c.screen.text[:200], "data": c.screen.data, "code": c.code}
            for c in waiting[:5]
            if c.screen
        ]


class Figures:
    """What one round measured."""

    def __init__(self, calls: dict[str, int] | None = None) -> None:
        self.wanted = 0
        self.began_at = 0.0
        self.ended_at = 0.0
        self.finished = 0
        self.updates = 0
        self.sms = 0
        self.files = 0
        self.latencies: list[float] = []
        self.last_waits: dict[int, float] = {}
        self.numbers: list[str] = []
        self.confirmed: list[int] = []
        self.cards: dict[int, str] = {}
        self.calls: dict[str, int] = calls if calls is not None else {}

    def card(self, message_id: int, text: str) -> None:
        """Note a message that went to no citizen: a card in the staff's group, or its edit."""
        self.cards[message_id] = text

    def told(self, whole: bool, stuck: list[dict[str, Any]]) -> dict[str, Any]:
        """The figures as JSON; the long lists only where the whole is asked for."""
        told = {
            "over": 0 < self.wanted == self.finished,
            "wanted": self.wanted,
            "finished": self.finished,
            "updates": self.updates,
            "sms": self.sms,
            "files": self.files,
            "cards": len(self.cards),
            "calls": self.calls,
            "seconds": (self.ended_at or time.perf_counter()) - self.began_at,
            "answers": len(self.latencies),
            "stuck": stuck,
        }
        if not whole:
            return told
        lists = {"latencies": self.latencies, "numbers": self.numbers, "confirmed": self.confirmed}
        return {**told, **lists, "last_waits": self.last_waits, "card_texts": list(self.cards.values())}


def _opening_hours() -> datetime:
    """Ten in the morning of a Tuesday to come: the clinic is open, and nothing is carried over."""
    today = datetime.now(_ALMATY).replace(hour=_OPEN_AT, minute=0, second=0, microsecond=0)
    return today + timedelta(days=(_TUESDAY - today.weekday()) % 7 or 7)


def _private(citizen: Citizen) -> dict[str, Any]:
    return {"id": citizen.chat, "type": "private", "first_name": citizen.who.name}


def _message(message_id: int, chat: int, text: str, markup: Any) -> dict[str, Any]:
    kind = {"type": "private", "first_name": "A"} if chat > 0 else {"type": "supergroup", "title": "G"}
    message = {
        "message_id": message_id,
        "from": BOT,
        "chat": {"id": chat, **kind},
        "date": int(time.time()),
        "text": text,
    }
    # Telegram hands back inline keyboards only.
    return {**message, "reply_markup": markup} if markup and "inline_keyboard" in markup else message


def _sms(phone: str, text: str, number: int) -> dict[str, Any]:
    return {
        "sid": f"SM{number:032x}",
        "account_sid": "AC00000000000000000000000000000000",
        "to": phone,
        "from": "+77000000000",
        "body": text,
        "status": "queued",
        "direction": "outbound-api",
        "num_segments": "2",
        "error_code": None,
        "error_message": None,
    }


def read_people(path: Path) -> list[Made]:
    """The people of a people.csv."""
    with path.open(encoding="utf-8", newline="") as file:
        return [Made(**row) for row in csv.DictReader(file)]


async def _serve(options: argparse.Namespace) -> None:
    gateway = Gateway(read_people(options.people), options.bot)
    async with await listening(gateway.handle, options.port) as server:
        sys.stdout.write(f"{port_of(server)}\n")
        sys.stdout.flush()
        await server.serve_forever()


def main(arguments: list[str]) -> None:
    """Serve until stopped; prints the port."""
    import uvloop

    parser = argparse.ArgumentParser(prog="python -m benchmarks.gateway")
    parser.add_argument("--bot", choices=sorted(HABITS), required=True)
    parser.add_argument("--people", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0)
    uvloop.run(_serve(parser.parse_args(arguments)))


if __name__ == "__main__":
    main(sys.argv[1:])
