"""How a service begins on a button phone: the data notice, whom it is for and the caller's IIN in one SMS.

Whoever sends their IIN after having read what it is needed for has answered the notice; whoever does not
agree sends nothing.
"""

from dialogs.context import Context
from dialogs.engine import Option, T, answer_of, ask
from dialogs.questions import iin_question
from rules.home_call import ForWhom
from rules.iin import Iin

_FOR_WHOM = frozenset(ForWhom)


def in_one(ctx: Context, key: str, notice: str) -> bool:
    """True where ``key`` begins the dialog, and not the longer way under ``notice``.

    A conversation that was moved between a chat and a button phone goes on by the way it was begun.
    """
    return answer_of(key) is not None or (ctx.terse and answer_of(notice) is None)


async def begun_in_one(key: str, others: tuple[ForWhom, ...]) -> tuple[ForWhom, Iin]:
    """Ask for the IIN, which is for oneself, or for which of the ``others`` it is, and then for the IIN."""
    options = tuple(Option(whom.value, T(f"button.for_{whom}")) for whom in others)
    answer = await ask(iin_question(key, T(key), options))
    if answer not in _FOR_WHOM:
        return ForWhom.SELF, Iin(answer)
    own = await ask(iin_question(f"{key}.own", T("identity.iin"), ()), given=answer)
    return ForWhom(answer), Iin(own)


def keys_in_one(key: str) -> tuple[str, ...]:
    """Every answer given there, to be forgotten together."""
    return (key, f"{key}.own")
