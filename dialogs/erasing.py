"""Erasing what is held about somebody: said in plain words, asked twice, done once."""

from typing import Final

from dialogs.actions import MENU, again
from dialogs.drafts import ErasureDraft
from dialogs.engine import End, Option, Question, T, ask, end, receipt_of, submit
from dialogs.identity import Identity
from rules.law import rule

ERASURE: Final = "erasure"
_KEEP: Final = "keep"
_HOLDS: Final = "consents"


@rule("G-70")
async def erasure(identity: Identity) -> End:
    """Say what goes and what stays and why, ask twice, and erase it."""
    what = Question(
        "erasure.what",
        (T("erasure.goes"), T("erasure.stays"), T("erasure.ends")),
        T("hint.buttons"),
        (Option("go_on", T("button.go_on_erasing")), Option(_KEEP, T("button.keep_data"))),
    )
    if await ask(what, given=identity.person.id) == _KEEP:
        return _kept()
    sure = Question(
        "erasure.sure",
        (T("erasure.sure"),),
        T("hint.buttons"),
        (Option("erase", T("button.erase_for_good")), Option(_KEEP, T("button.keep_data"))),
    )
    if await ask(sure, given=identity.person.id) == _KEEP:
        return _kept()
    person = identity.person
    await submit(ERASURE, ErasureDraft(person.id, person.version, identity.consent))
    return _gone()


def erased() -> End | None:
    """The end of it, once it was done in this conversation."""
    return None if receipt_of(ERASURE) is None else _gone()


def _gone() -> End:
    return end(T("erasure.done"), leads=(MENU,))


def _kept() -> End:
    return end(T("erasure.kept"), leads=(again(_HOLDS), MENU))
