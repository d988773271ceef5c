"""The command that makes or ends the tokens of a clinic's feed."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from bot.command_answers import say as said
from bot.command_answers import with_registry
from bot.settings import Settings

if TYPE_CHECKING:
    from storage.database import Database

OK: Final = 0
ACTOR: Final = "command_line"
"""Who makes and ends tokens there, as the audit names them."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The form of `feed-token`."""
    parser.add_argument("--clinic", type=int, required=True, metavar="N")
    parser.add_argument("--revoke", action="store_true", help="end every token of the clinic instead")


def feed_token(settings: Settings, options: argparse.Namespace) -> int | str:
    """Make or end the tokens of a clinic's feed."""
    return with_registry(settings, lambda db: work(db, options, settings.public_url, said))


async def work(
    db: Database, options: argparse.Namespace, public_url: str, say: Callable[[str], None]
) -> int | str:
    """Make a token and say it once, or end all; the exit code, or why nothing was done."""
    from bot.clock import SystemSecrets
    from storage import feeds
    from storage.errors import Clash

    now = db.clock.now()
    if options.revoke:
        async with db.transaction() as tx:
            ended = await feeds.revoke(tx, options.clinic, ACTOR, now)
        say(f"Ended: {ended}. Whoever read the feed of clinic {options.clinic} is refused from now on.")
        return OK
    try:
        async with db.transaction() as tx:
            token = await feeds.new_token(tx, options.clinic, ACTOR, now, SystemSecrets())
    except Clash:
        return f"There is no clinic {options.clinic} in the registry; load clinics.csv first."
    where = f"{public_url or 'https://your.host'}/feed/{options.clinic}"
    say(f"Whoever has this token reads the stages of clinic {options.clinic}; it is shown only now:\n{token}")
    say(f"Atom: {where}.atom?token={token}\nJSON Feed: {where}.json?token={token}")
    say("Better, where the reader can: without ?token=, with the header Authorization: Bearer <token>.")
    return OK
