"""Somebody with a button phone, who writes SMS to the service and reads what comes back."""

from __future__ import annotations

from dataclasses import dataclass, field

from locales.segments import MOST_PARTS, parts
from tests.town import CODE, HIDDEN, Line, Person, RunningTown


@dataclass
class ButtonPhone:
    """A phone and its owner. ``read`` counts the SMS that were looked at already."""

    town: RunningTown
    number: str
    owner: Person | None = None
    name: str = "phone"
    read: int = 0
    seen: list[str] = field(default_factory=list)

    async def write(self, text: str, shown: str = "") -> list[str]:
        """Send an SMS; return what came back, each of at most two parts."""
        self.town.lines.append(Line(self.name, shown or text))
        await self.town.sandbox.reply_sms(self.number, text)
        await self.town.rest()
        await self.town.look()
        return await self.new()

    async def new(self) -> list[str]:
        """The SMS that came since one last looked."""
        came = [one.body for one in await self.town.sandbox.sms(self.number) if one.direction != "inbound"]
        new, self.read = came[self.read :], len(came)
        assert all(parts(one) <= MOST_PARTS for one in new), new
        self.seen += new
        return new

    async def text(self, text: str) -> str:
        """Send an SMS; return the only one that came back."""
        (answer,) = await self.write(text)
        return answer

    async def silence(self, text: str) -> None:
        """Send an SMS that nothing comes back to."""
        assert await self.write(text) == []

    @property
    def iin(self) -> str:
        """The IIN of whoever owns the phone."""
        assert self.owner is not None
        return self.owner.iin

    def code(self) -> str:
        """The newest code on this phone."""
        return next(match[0] for one in reversed(self.seen) if (match := CODE.search(one)))

    async def confirm(self) -> list[str]:
        """Send back the code that came."""
        return await self.write(self.code(), shown=HIDDEN)


async def phone_of(town: RunningTown, query: str, name: str = "phone") -> ButtonPhone:
    """The phone of somebody of the made-up population, found by name or IIN."""
    owner = await town.citizen(query, name)
    town.phones[owner.phone] = 0
    return ButtonPhone(town, owner.phone, owner, name)


def strange_phone(town: RunningTown, number: str = "+77011230099", name: str = "stranger") -> ButtonPhone:
    """A phone that no register knows."""
    town.phones[number] = 0
    return ButtonPhone(town, number, None, name)
