"""What is done in a chat alone: a button phone is told where instead."""

from dialogs.actions import MENU
from dialogs.context import Context
from dialogs.engine import Dialog, End, T, end


def in_chat(held: Dialog, words: str = "desk.in_chat") -> Dialog:
    """The same dialog, but for a button phone an ending that says where it can be had, by ``words``."""

    async def run(ctx: Context) -> End:
        if ctx.terse:
            return end(T(words), leads=(MENU,))
        return await held.run(ctx)

    return Dialog(held.name, run)
