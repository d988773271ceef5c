"""The citizen answers what the clinic asked about their request: one question, in their own words.

In the chat that the question was sent to no code is asked, for nothing is told there but what it said.
Whoever was told by SMS comes by way of the cabinet, where the code was asked.
"""

from typing import Final

from dialogs.actions import CABINET, MENU, status_of
from dialogs.context import Context
from dialogs.drafts import AnswerDraft, OpenQuestionDraft
from dialogs.engine import End, Json, T, ask, dialog, end, receipt_of, submit
from dialogs.questions import words_question

NAME: Final = "answering"
OPENED: Final = "question_opened"
ANSWERED: Final = "question_answered"


@dialog(NAME)
async def answering(ctx: Context) -> End:
    """Answer the question whose id is ``ctx.arg``."""
    over = settled()
    if over is not None:
        return over
    if not ctx.arg.isdecimal():
        return end(T("answering.not_yours"), leads=(CABINET, MENU))
    return await answered(int(ctx.arg), None)


def settled() -> End | None:
    """How it ended, once an answer was given in this conversation."""
    receipt = receipt_of(ANSWERED)
    return None if receipt is None else _over(receipt)


async def answered(question_id: int, asker_id: str | None) -> End:
    """Show the question, and send the answer; late, it is said what came in between."""
    opened = await submit(OPENED, OpenQuestionDraft(question_id, asker_id))
    if opened["outcome"] != "open":
        return _over(opened)
    text = T("answering.words", number=str(opened["number"]), words=str(opened["words"]))
    asked = words_question("answering.words", text, T("answering.hint"))
    words = await ask(asked, given=str(question_id))
    return _over(await submit(ANSWERED, AnswerDraft(question_id, asker_id, str(words))))


def _over(receipt: dict[str, Json]) -> End:
    outcome = str(receipt["outcome"])
    if outcome not in {"taken", "answered", "closed"}:
        return end(T("answering.not_yours"), leads=(CABINET, MENU))
    number, request_id = str(receipt["number"]), int(str(receipt["request_id"]))
    phone = str(receipt["phone"])
    return end(T(f"answering.{outcome}", number=number, phone=phone), leads=(status_of(request_id), MENU))
