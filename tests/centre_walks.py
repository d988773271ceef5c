"""Ways through the information of the centres that tests take again and again."""

import re

from aiohttp import ClientSession

from tests.sandbox_server import ChatMessage
from tests.town import HIDDEN, Line, Person
from tests.walks import begin


async def to_whom_it_is_about(citizen: Person, centre: str = "narcology") -> ChatMessage:
    """Go on to the question about whom."""
    await begin(citizen)
    return await citizen.tap("button.centre_info", f"button.{centre}", "button.agree")


async def to_the_request_about_self(citizen: Person, centre: str = "narcology") -> ChatMessage:
    """Go on until there is only "Send" left to be pressed."""
    await to_whom_it_is_about(citizen, centre)
    await citizen.tap("button.about_self")
    await citizen.say(citizen.iin)
    return await citizen.confirm()


async def to_the_request_about(citizen: Person, iin: str, centre: str = "narcology") -> ChatMessage:
    """The same, about whoever has that IIN."""
    await to_whom_it_is_about(citizen, centre)
    await citizen.tap("button.about_other")
    await citizen.say(iin)
    await citizen.tap("button.purpose_work")
    await citizen.say(citizen.iin)
    return await citizen.confirm()


async def ask_about_self(citizen: Person, centre: str = "narcology") -> ChatMessage:
    """Ask a centre about oneself, and let it answer."""
    await to_the_request_about_self(citizen, centre)
    await citizen.tap("button.send")
    await citizen.town.advance(1)
    return await citizen.read()


async def ask_about(citizen: Person, iin: str, centre: str = "narcology") -> ChatMessage:
    """Ask a centre about another person, who is then asked for their consent."""
    await to_the_request_about(citizen, iin, centre)
    asked = await citizen.tap("button.send")
    await citizen.town.advance(1)
    await citizen.town.rest()
    return asked


async def agree(person: Person) -> None:
    """Send the code of the newest SMS back."""
    await reply(person, await person.code(), HIDDEN)


async def reply(person: Person, text: str, shown: str = "") -> None:
    """Send an SMS from that person's phone, and let what follows happen."""
    town = person.town
    town.lines.append(Line(f"{person.name} by SMS", shown or text))
    await town.sandbox.reply_sms(person.phone, text)
    await town.rest()
    await town.advance(1)
    await town.rest()
    await town.look()


async def result_page(citizen: Person) -> str:
    """Take a link to the result, follow it, press its button; return the page as it is read."""
    await citizen.tap("button.open", "button.open")
    return await read_page(link_in(await citizen.last()))


def link_in(message: ChatMessage) -> str:
    """The address behind the only button of a message."""
    return str(message.raw["reply_markup"]["inline_keyboard"][0][0]["url"])


async def read_page(url: str) -> str:
    """Press the button of the page behind a link; return its words."""
    async with ClientSession() as session, session.post(url) as answer:
        text = await answer.text()
    lines = re.sub(r"<[^>]+>", "", text.partition("</style>")[2].replace("<br>", "\n")).split("\n")
    return "\n".join(line.strip() for line in lines if line.strip())
