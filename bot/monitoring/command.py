"""The monitoring feed on the command line: how it stands, what was laid aside, and how it is sent again."""

from __future__ import annotations

import argparse
import asyncio
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from bot.command_answers import FOUND, OK, WRONG, say, say_all, with_registry
from bot.settings import Settings

if TYPE_CHECKING:
    from storage.database import Database

ACTOR: Final = "command_line"
SHOWN: Final = 20
COMES_LAST: Final = datetime(3000, 1, 1, tzinfo=UTC)
_REST_SECONDS: Final = 0.1
_DAY: Final = re.compile(r"20\d\d-\d\d-\d\d", re.ASCII)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The form of `monitoring`: without options it only shows."""
    parser.add_argument("--again", action="store_true", help="owe anew what the server had refused for ever")
    parser.add_argument(
        "--replay", metavar="YYYY-MM-DD", help="owe every stage since that day; what is known is not doubled"
    )


def monitoring(settings: Settings, options: argparse.Namespace) -> int | str:
    """Show how the feed stands; with an option, owe again what it says."""
    since = _day(options.replay)
    if options.replay and since is None:
        fault = f"  --replay: {options.replay!r} cannot be used; a day is wanted, as 2026-11-20"
        return say_all("Nothing was changed:", (fault,), WRONG)
    return with_registry(settings, lambda db: work(db, settings, say, since=since, again=options.again))


def _day(text: str | None) -> date | None:
    if text is None or _DAY.fullmatch(text) is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


async def work(
    db: Database, settings: Settings, say: Callable[[str], None], *, since: date | None, again: bool
) -> int:
    """Change what was asked for, then show. The exit code: whether anything is laid aside, or late."""
    now = db.clock.now()
    if since is not None:
        await _replayed(db, say, since, now)
    if again:
        await _again(db, say, now)
    return await _shown(db, settings, say, now)


async def _replayed(db: Database, say: Callable[[str], None], since: date, now: datetime) -> None:
    from rules.days import country_day
    from storage import audit
    from storage import monitoring as feed

    async with db.transaction() as tx:
        await audit.append(
            tx, "monitoring.replayed", ACTOR, "monitoring:feed", {"since": since.isoformat()}, now
        )
    last = country_day(now)
    while since <= last:
        # By days, with a rest between them: whoever waits for an answer is not held up by those of a year.
        until = COMES_LAST if since == last else _begins(since + timedelta(days=1))
        async with db.transaction() as tx:
            feed.replay(tx, _begins(since), until)
        await asyncio.sleep(_REST_SECONDS)
        since += timedelta(days=1)
    say("Every stage since then is owed again; those that are known there are not doubled.")


def _begins(day: date) -> datetime:
    from rules.days import COUNTRY_ZONE

    return datetime.combine(day, time(), COUNTRY_ZONE)


async def _again(db: Database, say: Callable[[str], None], now: datetime) -> None:
    from storage import audit
    from storage import monitoring as feed

    async with db.transaction() as tx:
        count = await feed.dead_again(tx)
        await audit.append(tx, "monitoring.again", ACTOR, "monitoring:feed", {"events": count}, now)
    say(f"{count} events that had been laid aside are owed again; the service sends them.")


async def _shown(db: Database, settings: Settings, say: Callable[[str], None], now: datetime) -> int:
    from rules.monitoring import TOLD_AFTER
    from storage import monitoring as feed

    owed, stands = await feed.outstanding(db.reader), await feed.feed(db.reader)
    if not settings.monitoring_url:
        say("MONITORING_URL is empty: nothing is sent, what is owed waits.")
    oldest = "" if owed.oldest is None else f", the oldest since {owed.oldest:%Y-%m-%d %H:%M} UTC"
    say(f"waiting: {_many(owed.waiting)}{oldest}")
    if stands.failing_since is not None:
        say(f"failing since {stands.failing_since:%Y-%m-%d %H:%M} UTC: {stands.code}")
    say(f"laid aside: {_many(owed.dead)}")
    for letter in await feed.dead_letters(db.reader, SHOWN):
        say(f"  {letter.id}: {letter.code}, tried {letter.tries} times, {letter.at:%Y-%m-%d %H:%M} UTC")
    for day in await feed.days_compared(db.reader, SHOWN):
        outcome = "agrees" if day.agreed_at is not None else "DIFFERS"
        say(f"{day.day.isoformat()}: {day.sum.events} events, {outcome}, sent again {day.sent_again}")
    is_late = owed.oldest is not None and now - owed.oldest > TOLD_AFTER.delta
    return FOUND if owed.dead or is_late else OK


def _many(count: int) -> str:
    from storage.monitoring import MOST_COUNTED

    return f"{count} or more" if count >= MOST_COUNTED else str(count)
