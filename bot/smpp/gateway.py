"""A local operator as a gateway: bound while the service runs, bound again whenever the link ends."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

import smpp34
import structlog

from bot.sending.gateways import Delivered, Down, Fate
from bot.smpp.errors import TAKEN, UNKNOWN, smpp_fate
from bot.smpp.link import NACK, NOT_NOW, Account, Cut, Link, NotBound, Timers, message_id_of
from bot.smpp.writing import Long, Piece, Sender, pieces, submit
from dialogs.engine import Unavailable

PREFIX: Final = "smpp:"
"""Stands before the operator's ids, so that they are told from those of other gateways."""
REFERENCES: Final = 0x10000
DECIMAL: Final = re.compile(r"[0-9]+")
HEXADECIMAL: Final = re.compile(r"[0-9A-Fa-f]+")
TIMERS: Final = Timers()
UNBOUND: Final = Down("smpp_unbound", elsewhere=True)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Contract:
    """What the operator was agreed with about: whom we send as, how long messages are told, how ids return.

    ``decimal_receipts``: receipts give in decimal the id that was answered in hexadecimal.
    """

    sender: Sender
    long: Long = Long.UDH
    decimal_receipts: bool = False


class Receiver(Protocol):
    """Whoever takes what the operator hands over."""

    async def begin(self) -> None:
        """A link was bound. Raises ``Unavailable``: then it is not used."""
        ...

    async def take(self, pdu: smpp34.DeliverSm) -> int:
        """Take one message or receipt; the status that the operator is answered."""
        ...


class SmppGateway:
    """Sends by whatever link is bound. ``run`` binds; without it nothing leaves."""

    def __init__(self, account: Account, contract: Contract, timers: Timers = TIMERS) -> None:
        self._account = account
        self._contract = contract
        self._timers = timers
        self._link: Link | None = None
        self._reference = 0
        self._receiver: Receiver | None = None
        self._hear: Callable[[Fate | None], None] = _unheard

    def tells(self, hear: Callable[[Fate | None], None]) -> None:
        """From now on tell ``hear`` of each end of a link and each failed bind, and ``None`` once bound."""
        self._hear = hear

    def receives(self, receiver: Receiver) -> None:
        """From now on hand to ``receiver`` what the operator hands over; without one it keeps everything."""
        self._receiver = receiver

    @property
    def bound(self) -> bool:
        """True while a link is bound."""
        return self._link is not None

    async def run(self) -> None:
        """Bind, serve, and bind again, until cancelled; longer pauses after each bind that fails."""
        pause = self._timers.first_pause
        while True:
            try:
                link = await Link.bound(self._account, self._taken, self._timers)
            except NotBound as fault:
                log.warning("smpp.not_bound", code=fault.code)
                self._hear(Down(fault.code, elsewhere=True))
            else:
                pause = self._timers.first_pause
                await self._serve(link)
            await asyncio.sleep(pause)
            pause = min(self._timers.longest_pause, pause * 2)

    async def _serve(self, link: Link) -> None:
        if self._receiver is not None:
            try:
                await self._receiver.begin()
            except Unavailable:
                log.warning("smpp.database_unavailable")
                link.close()
                return
        self._link = link
        log.info("smpp.bound")
        self._hear(None)
        try:
            why = await link.serve()
        finally:
            self._link = None
        log.warning("smpp.ended", code=why)
        self._hear(Down(why, elsewhere=True))

    async def send(self, phone: str, text: str, valid_for: int | None = None) -> Fate:
        """Send words to a phone; the operator gives up after ``valid_for`` seconds by itself.

        The receipt is asked for the first piece: it carries the code, and stands for the whole.
        """
        link = self._link
        if link is None:
            return UNBOUND
        self._reference = (self._reference + 1) % REFERENCES
        taken: Delivered | None = None
        for piece in pieces(text, self._contract.long, self._reference):
            fate = await self._piece(link, piece, phone, valid_for, first=taken is None)
            if not isinstance(fate, Delivered):
                # With one piece taken, the message is half with this operator: no other may send it whole.
                return fate if taken is None else _only_here(fate)
            taken = taken or fate
        return taken or Delivered(None)

    async def _piece(
        self, link: Link, piece: Piece, phone: str, valid_for: int | None, *, first: bool
    ) -> Fate:
        sender = self._contract.sender
        try:
            answer = await link.submit(
                lambda number: submit(piece, number, phone, sender, valid_for, receipt=first)
            )
        except Cut as fault:
            return Down(fault.code, elsewhere=fault.unsent)
        if answer.status != TAKEN or answer.command == NACK:
            return smpp_fate(answer.status or UNKNOWN)
        return Delivered(self._id_in_answer(message_id_of(answer)))

    def id_in_receipt(self, message_id: str) -> str:
        """The id under which a message was taken, from the one in its receipt."""
        if self._contract.decimal_receipts and DECIMAL.fullmatch(message_id):
            message_id = f"{int(message_id):x}"
        return f"{PREFIX}{message_id}"

    def _id_in_answer(self, message_id: str) -> str | None:
        """None where the operator gave no id: then no receipt can be told to belong to the message."""
        if self._contract.decimal_receipts and HEXADECIMAL.fullmatch(message_id):
            # Some write 00AB and report 171.
            message_id = f"{int(message_id, 16):x}"
        return f"{PREFIX}{message_id}" if message_id else None

    async def _taken(self, pdu: smpp34.DeliverSm) -> int:
        try:
            return NOT_NOW if self._receiver is None else await self._receiver.take(pdu)
        except Exception:
            # Whatever it was, the operator keeps it and hands it over again.
            log.exception("smpp.not_taken")
            return NOT_NOW


def _only_here(fate: Fate) -> Fate:
    match fate:
        case Down(code=code):
            return Down(code)
        case _:
            return Down(getattr(fate, "code", "smpp_half"))


def _unheard(fate: Fate | None) -> None:
    del fate
