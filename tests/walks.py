"""Ways through the service that tests take again and again."""

from tests.sandbox_server import ChatMessage
from tests.town import Person, RunningTown

LANGUAGES = {"kk": "Қазақша", "ru": "Русский"}


async def begin(citizen: Person) -> ChatMessage:
    """Greet the bot and choose a language."""
    await citizen.say("/start")
    return await citizen.press(LANGUAGES[citizen.locale])


async def to_whom(citizen: Person) -> ChatMessage:
    """Go on to the question for whom the doctor is."""
    await begin(citizen)
    return await citizen.tap("button.home_call", "button.no_signs", "button.agree")


async def to_the_code(citizen: Person, whom: str = "self") -> ChatMessage:
    """Go on until the code is on its way."""
    await to_whom(citizen)
    await citizen.tap(f"button.for_{whom}")
    return await citizen.say(citizen.iin)


async def fill_in(citizen: Person) -> ChatMessage:
    """Answer the form in the shortest way; the registry holds address and phone."""
    await citizen.tap("reason.fever", "button.nothing_to_add", "button.address_right")
    return await citizen.tap("button.skip", "button.phone_right")


async def to_the_summary(citizen: Person) -> ChatMessage:
    """Go on until there is only "Send" left to be pressed."""
    await to_the_code(citizen)
    await citizen.confirm()
    return await fill_in(citizen)


async def call(citizen: Person) -> ChatMessage:
    """Call a doctor for oneself."""
    await to_the_summary(citizen)
    return await citizen.tap("button.send")


async def accept(town: RunningTown, clinic_no: int) -> ChatMessage:
    """Have the registrar accept the newest call: its first doctor, its first window."""
    registrar = town.of_staff(clinic_no, "registrar")
    card = (await town.group(clinic_no))[-1]
    for _ in range(3):
        card = await town.press_card(registrar, clinic_no, card.labels[0])
    return card
