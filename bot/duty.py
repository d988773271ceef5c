"""The duty phone: an SMS when the service stands still, sent from a thread of its own.

It uses neither the event loop nor the outbox, because it is what tells that one of them
has come to a stand: Telegram blocked, a gateway down, a clock that does not tick.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Mapping
from typing import Final

from bot.sending.alarm import sent_at_once
from bot.settings import Settings
from bot.watch import Watch
from dialogs.engine import T
from locales import render

LOOK_SECONDS: Final = 5.0
QUIET_SECONDS: Final = 1800.0
"""The same news is not sent again sooner."""
TRY_AGAIN_SECONDS: Final = 60.0
MOST_A_DAY: Final = 20
DAY: Final = 86_400.0
TIMEOUT: Final = 10.0
OTHER: Final = "other"
TEXTS: Final = (
    *("loop", "intake", "courier", "tick", "telegram", "telegram_intake", "sms", "sms_twilio", "sms_smpp"),
    *("outbox.dead", "inbox.set_aside", "sms.daily_cap", "sms.undelivered", "papers", OTHER),
    *("request.unanswered", "centres.silent", "centres.wrong"),
    *("monitoring", "monitoring.laid_aside", "monitoring.differs"),
    *("complaint.unanswered", "complaint.nobody"),
)
"""What can be told; each has words under ``alert.<name>`` in the catalogues, dots as underscores."""


def duty_texts(locale: str) -> dict[str, str]:
    """Return the words of every piece of news, read now: the catalogues may not be read from the thread."""
    return {what: render(T(f"alert.{what.replace('.', '_')}"), locale) for what in TEXTS}


class DutyPhone:
    """Tells one phone. ``texts`` are the words for each of ``TEXTS``, in the language of the duty."""

    def __init__(self, settings: Settings, texts: Mapping[str, str]) -> None:
        self._settings = settings
        self._texts = texts
        self._calls: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._told: dict[str, float] = {}
        self._sent: list[float] = []
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def call(self, what: str) -> None:
        """Send word of ``what``, at most once in half an hour; returns at once, from any thread."""
        self._calls.put(what)

    def start(self, watch: Watch) -> None:
        """Watch from a thread of its own, until ``stop``."""
        self._thread = threading.Thread(target=self._run, args=(watch,), name="duty", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(TIMEOUT)

    def _run(self, watch: Watch) -> None:
        while not self._stopping.wait(LOOK_SECONDS):
            self.look(watch)

    def look(self, watch: Watch) -> None:
        """Look once: at what stands still, at gateways long down, at what was called."""
        for silence in watch.silences():
            self._tell(silence.part)
        for gateway in watch.long_down():
            self._tell(gateway)
        while not self._calls.empty():
            self._tell(self._calls.get())

    def _tell(self, what: str) -> None:
        now = time.monotonic()
        if now < self._told.get(what, 0.0) or not self._settings.duty_phone:
            return
        self._sent = [at for at in self._sent if now - at < DAY]
        if len(self._sent) >= MOST_A_DAY:
            return
        reached = self._send(self._texts.get(what) or self._texts[OTHER])
        self._told[what] = now + (QUIET_SECONDS if reached else TRY_AGAIN_SECONDS)
        if reached:
            self._sent.append(now)

    def _send(self, text: str) -> bool:
        return sent_at_once(self._settings, self._settings.duty_phone, text)
