"""What `verify` says of the anchors: each stamp is checked, and the chain against what was stamped."""

from __future__ import annotations

from storage import anchors
from storage.database import Reader


async def faults(reader: Reader) -> tuple[str, ...]:
    """A line for each anchor that does not hold."""
    lines = [f"  audit entry {seq}: not_as_anchored" for seq in await anchors.astray(reader)]
    async for anchor in anchors.stamped(reader):
        # Imported here: a registry without anchors need not pay for it.
        from bot.anchors.stamps import fault_of

        why = await fault_of(anchor)
        if why:
            lines.append(f"  anchor of audit entry {anchor.head.seq}: {why}")
    return tuple(lines)
