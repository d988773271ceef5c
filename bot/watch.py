"""The watch: figures, heartbeats, and the alert that reaches the duty phone when the service stands still.

Everything here carries ids and codes, never people. What watches the event loop runs in
a thread of its own, and sends by a plain HTTP call: an outbox that stands still cannot
carry the news that it does.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Protocol

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from bot.figures import Standing

LIMITS: Final[Mapping[str, float]] = {"loop": 15.0, "intake": 90.0, "courier": 60.0, "tick": 30.0}
"""Seconds of silence after which a part of the service stands still; a long poll lasts up to 25 of them."""
DOWN_FOR: Final = 120.0
"""Seconds that a gateway may be down before somebody is woken."""

log = structlog.get_logger()


class OutageLog(Protocol):
    """Whoever keeps when a gateway stood still."""

    def down(self, gateway: str) -> None:
        """A gateway does not answer; said again while it does not. Returns at once."""
        ...

    def up(self, gateway: str) -> None:
        """It answers again. Returns at once."""
        ...


class Duty(Protocol):
    """Whoever is told outside Telegram."""

    def call(self, what: str) -> None:
        """Send word, at most once in a while for each ``what``; returns at once, from any thread."""
        ...


@dataclass(frozen=True, slots=True)
class Silence:
    """A part that stands still, and for how many seconds."""

    part: str
    seconds: float


class Watch:
    """What the running service is seen by. Made once, handed to every part."""

    def __init__(self, duty: Duty | None = None) -> None:
        self._duty = duty
        self._beats: dict[str, float] = {}
        self._down: dict[str, float] = {}
        self._log: OutageLog | None = None
        self.metrics = CollectorRegistry()
        self._received = _counter(self.metrics, "received", "Updates and SMS written down", "channel")
        self._handled = _counter(self.metrics, "handled", "Inbox rows handled", "outcome")
        self._sent = _counter(self.metrics, "sent", "Messages that a gateway took", "channel")
        self._failed = _counter(
            self.metrics, "not_sent", "Messages that a gateway did not take", "channel", "code"
        )
        self._refused = _counter(self.metrics, "webhook_refused", "Webhook calls refused", "path", "why")
        self._alerts = _counter(self.metrics, "alerts", "Alerts raised", "what")
        self._waited = Histogram(
            "dariger_send_seconds",
            "Seconds between owing a message and its having left",
            ("channel",),
            registry=self.metrics,
            buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 3600),
        )
        self._depth = _gauge(self.metrics, "waiting", "Rows that wait", "box")
        self._oldest = _gauge(self.metrics, "oldest_seconds", "Age of the oldest row that waits", "box")
        self._parcels = _gauge(
            self.metrics, "outbox_last_hour", "Messages owed in the last hour", "channel", "status"
        )
        self._overdue = _gauge(self.metrics, "overdue_requests", "Requests unanswered after their term")
        self._centres = _gauge(self.metrics, "centres_delayed", "Requests that wait for a silent centre")
        self._terms = _gauge(self.metrics, "centre_terms_broken_day", "Terms a silent centre broke in a day")
        self._events = _counter(self.metrics, "monitoring", "Events for the monitoring system", "outcome")
        self._owed = _gauge(self.metrics, "monitoring_waiting", "Events that the monitoring system is owed")
        self._owed_for = _gauge(
            self.metrics, "monitoring_oldest_seconds", "Age of the oldest event that is owed"
        )
        self._aside = _gauge(self.metrics, "monitoring_laid_aside", "Events refused for ever")
        self._sms_today = _gauge(self.metrics, "sms_sent_today", "SMS sent since midnight")
        self._age = _gauge(self.metrics, "heartbeat_seconds", "Seconds since a part was last heard", "part")

    # What the parts call

    def beat(self, part: str) -> None:
        """Note that ``part`` is alive."""
        self._beats[part] = time.monotonic()

    def alert(self, what: str, **ids: object) -> None:
        """Raise an alert: into the log, the figures, and to the duty phone. ``ids`` never name people."""
        log.error("alert", what=what, **ids)
        self._alerts.labels(what).inc()
        if self._duty is not None:
            self._duty.call(what)

    def received(self, channel: str, count: int) -> None:
        """Count what was written down."""
        self._received.labels(channel).inc(count)

    def handled(self, outcome: str) -> None:
        """Count a handled inbox row, by a short outcome code."""
        self._handled.labels(outcome).inc()

    def sent(self, channel: str, waited: timedelta) -> None:
        """Count a message that a gateway took, and how long it had been owed."""
        self._sent.labels(channel).inc()
        self._waited.labels(channel).observe(max(0.0, waited.total_seconds()))

    def not_sent(self, channel: str, code: str) -> None:
        """Count a message that a gateway did not take."""
        self._failed.labels(channel, code).inc()

    def monitored(self, sent: int, laid_aside: int) -> None:
        """Count events that the monitoring system took, and those that it never will."""
        self._events.labels("sent").inc(sent)
        self._events.labels("laid_aside").inc(laid_aside)

    def webhook_refused(self, path: str, why: str) -> None:
        """Count a webhook call that was refused."""
        self._refused.labels(path, why).inc()

    def gateway_down(self, name: str, code: str) -> None:
        """Note that a gateway does not answer."""
        log.warning("gateway.down", gateway=name, code=code)
        self._down.setdefault(name, time.monotonic())
        if self._log is not None:
            self._log.down(name)

    def gateway_up(self, name: str) -> None:
        """Note that a gateway answers again."""
        log.info("gateway.up", gateway=name)
        self._down.pop(name, None)
        if self._log is not None:
            self._log.up(name)

    def keep_in(self, log_: OutageLog) -> None:
        """From now on tell ``log_`` of every gateway that breaks down or comes back."""
        self._log = log_

    async def run(self) -> None:
        """Beat for the event loop itself, until cancelled."""
        while True:
            self.beat("loop")
            await asyncio.sleep(1)

    # What others read

    def silences(self) -> tuple[Silence, ...]:
        """Every part that has been heard once and now stands still."""
        now = time.monotonic()
        ages = {part: now - beat for part, beat in list(self._beats.items())}
        return tuple(Silence(part, age) for part, age in ages.items() if age > LIMITS.get(part, 60.0))

    def long_down(self) -> tuple[str, ...]:
        """Gateways that have been down for long."""
        now = time.monotonic()
        return tuple(name for name, since in list(self._down.items()) if now - since > DOWN_FOR)

    def ages(self) -> dict[str, float]:
        """Seconds since each part was last heard."""
        now = time.monotonic()
        return {part: round(now - beat, 1) for part, beat in self._beats.items()}

    def stands(self, standing: Standing) -> None:
        """Note how the house stands, for the next ``exposition``."""
        self._depth.labels("inbox").set(standing.inbox_waiting)
        self._depth.labels("outbox").set(standing.outbox_waiting)
        self._oldest.labels("inbox").set(standing.inbox_oldest)
        self._oldest.labels("outbox").set(standing.outbox_oldest)
        self._parcels.clear()
        for (channel, status), count in standing.parcels.items():
            self._parcels.labels(channel, status).set(count)
        self._overdue.set(standing.overdue)
        self._centres.set(standing.centres_delayed)
        self._terms.set(standing.centre_terms_broken)
        self._owed.set(standing.monitoring_waiting)
        self._owed_for.set(standing.monitoring_oldest)
        self._aside.set(standing.monitoring_laid_aside)
        self._sms_today.set(standing.sms_today)

    def exposition(self) -> bytes:
        """The figures in Prometheus' text form."""
        for part, age in self.ages().items():
            self._age.labels(part).set(age)
        return generate_latest(self.metrics)


def _counter(registry: CollectorRegistry, name: str, what: str, *labels: str) -> Counter:
    return Counter(f"dariger_{name}", what, labels, registry=registry)


def _gauge(registry: CollectorRegistry, name: str, what: str, *labels: str) -> Gauge:
    return Gauge(f"dariger_{name}", what, labels, registry=registry)
