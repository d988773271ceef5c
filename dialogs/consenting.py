"""Somebody asks for the person's consent: agree, refuse, or block whoever asks, from the person's own chat.

To agree, the person types the code of the SMS here, or confirms who they are; to refuse, one tap is enough.
"""

from typing import Final

from dialogs.actions import CABINET, MENU, block_asker
from dialogs.context import Context
from dialogs.drafts import ConsentAnswerDraft, ConsentBlockDraft, ConsentLookDraft
from dialogs.engine import End, Json, Option, Question, T, ask, dialog, end, receipt_of, submit
from dialogs.identity import identified
from rules.consent import Purpose
from rules.third_party import Matter, text_of

NAME: Final = "consenting"
SEEN: Final = "consent_seen"
ANSWERED: Final = "consent_answered"
BLOCKED: Final = "consent_blocked"

_HERE: Final = Option("here", T("button.confirm_identity"))
_AGREE: Final = Option("agree", T("button.consent_agree"))
_REFUSE: Final = Option("refuse", T("button.consent_refuse"))
_BLOCK: Final = Option("block", T("button.block_asker"))
_KEEP: Final = Option("keep", T("button.do_not_block"))


@dialog(NAME)
async def consenting(ctx: Context) -> End:
    """Answer a request for consent; ``ctx.arg`` is "request:agree", "request:refuse" or "request:block"."""
    text, _, verb = ctx.arg.partition(":")
    if not text.isdecimal() or verb not in ("agree", "refuse", "block"):
        return _not_yours()
    request_id = int(text)
    over = receipt_of(ANSWERED)
    if over is not None:
        return _over(over, request_id)
    seen = await submit(SEEN, ConsentLookDraft(request_id))
    if seen["outcome"] == "not_yours":
        return _not_yours()
    if verb == "block":
        return await _block(ctx, request_id, seen)
    if seen["outcome"] == "over":
        return _over(seen, request_id)
    if verb == "refuse":
        return await _answer(ctx, request_id, None, None, agrees=False)
    return await _agree(ctx, request_id, seen)


async def _agree(ctx: Context, request_id: int, seen: dict[str, Json]) -> End:
    if ctx.confirmed is None:
        words = (_asked(seen), T("third_party.type_code", number=str(seen["number"])))
        await ask(Question("consenting.how", words, T("third_party.type_code_hint"), (_HERE,)))
    identity = await identified(ctx, Purpose.CABINET, NAME)
    if isinstance(identity, End):
        return identity
    sure = Question("consenting.sure", (_asked(seen),), T("hint.buttons"), (_AGREE, _REFUSE))
    agrees = await ask(sure, given=identity.person.id) == "agree"
    return await _answer(ctx, request_id, identity.person.id, identity.consent_id, agrees=agrees)


async def _answer(
    ctx: Context, request_id: int, asker_id: str | None, consent_id: int | None, *, agrees: bool
) -> End:
    label = ctx.render((_AGREE if agrees else _REFUSE).label)
    draft = ConsentAnswerDraft(request_id, agrees, asker_id, consent_id, label)
    return _over(await submit(ANSWERED, draft), request_id)


async def _block(ctx: Context, request_id: int, seen: dict[str, Json]) -> End:
    child = seen.get("child")
    key = "third_party.block" if child is None else "third_party.block_child"
    words = T(key, requester=str(seen["requester"]), child=str(child))
    if await ask(Question("consenting.block", (words,), T("hint.buttons"), (_BLOCK, _KEEP))) == "keep":
        return end(T("third_party.not_blocked"), leads=(CABINET, MENU))
    await submit(BLOCKED, ConsentBlockDraft(request_id, ctx.render(_BLOCK.label)))
    return end(T("third_party.blocked", number=str(seen["number"])), leads=(CABINET, MENU))


def _asked(seen: dict[str, Json]) -> T:
    """The very text that is consented to, as the notice has it."""
    child = seen.get("child")
    return T(
        text_of(Matter(str(seen["matter"])), of_a_child=child is not None).words_key,
        child=str(child),
        requester=str(seen["requester"]),
        number=str(seen["number"]),
        what=T(f"third_party.what.{seen['what']}"),
        purpose=T(f"third_party.purpose.{seen['purpose']}"),
    )


def _over(receipt: dict[str, Json], request_id: int) -> End:
    number = str(receipt.get("number", ""))
    match receipt["outcome"]:
        case "given":
            return end(T("third_party.agreed", number=number), leads=(CABINET, MENU))
        case "refused":
            return end(T("third_party.refused", number=number), leads=(block_asker(request_id), MENU))
        case "over":
            return end(T("third_party.over", number=number), leads=(CABINET, MENU))
        case "not_here":
            return end(T("third_party.not_here", number=number), leads=(MENU,))
        case _:
            return _not_yours()


def _not_yours() -> End:
    return end(T("third_party.not_yours"), leads=(CABINET, MENU))
