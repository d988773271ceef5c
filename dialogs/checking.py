"""The last look: a summary, and a button bound to the digest of what it shows.

What is signed is what was shown. Nothing that moves by itself (a clock, a countdown) may stand in it.
"""

from dataclasses import dataclass

from dialogs.context import Context
from dialogs.drafts import Signed
from dialogs.engine import Json, Option, Question, T, ask, digest, revise
from rules.law import rule

SEND = "send-"
CHANGE = "change"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that can be changed: its button, and the answers that are then forgotten."""

    option: Option
    keys: tuple[str, ...]


@rule("PC-05", "PC-06")
async def check_answers(
    ctx: Context, key: str, summary: T, details: Json, changes: tuple[Change, ...]
) -> Signed:
    """Show the summary until it is sent; ``details`` are what it shows only in part (a masked phone)."""
    text = ctx.render(summary)
    seal = digest((text, details))
    send = Option(f"{SEND}{seal}", T("button.send"))
    question = Question(key, (summary,), T("check.hint"), (send, Option(CHANGE, T("button.change"))))
    if await ask(question, given=seal) == CHANGE:
        await _change(key, changes)
    return Signed(seal, text, ctx.locale)


async def _change(key: str, changes: tuple[Change, ...]) -> None:
    which = f"{key}.change"
    options = tuple(change.option for change in changes)
    chosen = await ask(Question(which, (T("check.what"),), T("check.what_hint"), options))
    keys = next(change.keys for change in changes if change.option.id == chosen)
    revise(*keys, key, which)
