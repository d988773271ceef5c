"""Ways through the documents of the medical college that tests take again and again."""

from tests.sandbox_server import ChatMessage
from tests.town import Person
from tests.walks import begin

STORY = {
    "kk": "Дипломым бар сөмкені наурыз айында № 92 автобуста ұмытып кеттім.",
    "ru": "В марте оставила сумку с дипломом в автобусе № 92.",
}


async def to_what_is_brought(citizen: Person, asked: str = "main") -> ChatMessage:
    """Go on until it is said what has to be brought."""
    await begin(citizen)
    return await citizen.tap("button.training", f"button.training_{asked}")


async def to_the_application(citizen: Person, asked: str = "main") -> ChatMessage:
    """Go on until the identity is confirmed, and for a duplicate the story told."""
    await to_what_is_brought(citizen, asked)
    await citizen.tap("button.agree")
    await citizen.say(citizen.iin)
    confirmed = await citizen.confirm()
    return confirmed if asked == "main" else await citizen.say(STORY[citizen.locale])


async def apply(citizen: Person, asked: str = "main") -> ChatMessage:
    """Ask the college for a document, or for a duplicate."""
    await to_the_application(citizen, asked)
    return await citizen.tap("button.send")
