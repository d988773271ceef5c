"""The cabinet: all requests of a person and of the children they act for, whatever they are made to.

The way in is IIN and code (PC-01); `withdraw` is the same way to one request, which is then taken back.
"""

from typing import Final

from dialogs import moving
from dialogs.actions import APPOINTMENT, ATTACHMENT, HOME_CALL, MENU, again
from dialogs.all_requests import Listed, chosen, listed, settled
from dialogs.cabinet_card import settled as request_settled
from dialogs.cabinet_card import withdrawal
from dialogs.context import Context
from dialogs.engine import End, T, dialog, end
from dialogs.identity import Identity, identified
from dialogs.my_consents import MY_CONSENTS
from rules.consent import Purpose

NAME: Final = "cabinet"
WITHDRAW: Final = "withdraw"


@dialog(NAME)
async def cabinet(ctx: Context) -> End:
    """Show the requests of a confirmed person; ``ctx.arg`` is the id of one to open, or empty."""
    over = await settled(ctx)
    if over is not None:
        return over
    identity = await identified(ctx, Purpose.CABINET, NAME)
    if isinstance(identity, End):
        return identity
    found = await listed(ctx, identity)
    if not found:
        return _nothing_yet(ctx)
    if ctx.arg:
        return await _named(ctx, identity, found)
    one = await chosen(ctx, identity, found)
    return await one.opened(ctx, identity, several=len(found) > 1)


async def _named(ctx: Context, identity: Identity, found: tuple[Listed, ...]) -> End:
    """The request that a notice led to: of one that is not theirs, nothing is told but that."""
    wanted = next((one for one in found if one.id == ctx.arg), None)
    if wanted is None:
        return end(T("cabinet.not_yours"), leads=(again(NAME), MENU))
    return await wanted.opened(ctx, identity, several=False)


def _nothing_yet(ctx: Context) -> End:
    more = () if ctx.terse else (ATTACHMENT, MY_CONSENTS)
    return end(T("cabinet.empty"), leads=(HOME_CALL, APPOINTMENT, *more, MENU))


@dialog(WITHDRAW)
async def withdraw(ctx: Context) -> End:
    """Withdraw the request whose id is ``ctx.arg``."""
    over = await request_settled(ctx)
    if over is not None:
        return over
    identity = await identified(ctx, Purpose.CABINET, NAME)
    if isinstance(identity, End):
        return identity
    return await _withdrawn(ctx, identity)


async def _withdrawn(ctx: Context, identity: Identity) -> End:
    cards = await moving.cards_of(ctx, identity)
    card = next((card for card in cards if str(card.id) == ctx.arg), None)
    if card is None:
        return end(T("cabinet.not_yours"), leads=(again(NAME), MENU))
    if moving.is_visit(card):
        return await moving.cancelled(ctx, identity, card)
    return await withdrawal(ctx, identity, card)
