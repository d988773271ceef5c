"""The paper of a result: it follows into the chat when the result is opened, as often as that is done."""

from typing import Final

from dialogs.actions import MENU
from dialogs.context import Context
from dialogs.drafts import PaperDraft
from dialogs.engine import End, Json, T, end, submit
from dialogs.facts import RequestCard
from dialogs.identity import Identity
from rules.law import Service, rule

PAPER: Final = "paper"


@rule("AT-13", "HC-12", "AP-09", "PC-10", "RF-01", "RF-02", "RF-03")
async def with_paper(ctx: Context, identity: Identity, card: RequestCard, shown: End) -> End:
    """The result on the screen; where it has a paper, that is sent once more."""
    if not await ctx.facts.has_paper(card.id):
        return shown
    return told(card, shown, await submit(PAPER, PaperDraft(card.id, identity.person.id)))


def told(card: RequestCard | None, shown: End | None, receipt: dict[str, Json]) -> End:
    """The result with what became of its paper; ``sent`` is false while it is being made."""
    if receipt.get("barred"):
        return _barred(shown)
    talon = card is not None and card.service is Service.ATTACHMENT
    words = T(f"{'attachment' if talon else 'cabinet'}.paper_{'sent' if receipt['sent'] else 'follows'}")
    if shown is None:
        return end(words, leads=(MENU,))
    return end(*shown.text, words, leads=shown.leads)


def _barred(shown: End | None) -> End:
    """The right to act for the patient has ended: the paper goes to who has it."""
    words = T("cabinet.paper_barred")
    return end(words, leads=(MENU,)) if shown is None else end(*shown.text, words, leads=shown.leads)
