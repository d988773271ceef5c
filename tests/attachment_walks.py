"""Ways through an attachment that tests take again and again."""

from tests.sandbox_server import ChatMessage
from tests.town import Person, RunningTown
from tests.walks import begin

UNDO_SECONDS = 120


async def to_whom_attached(citizen: Person) -> ChatMessage:
    """Go on until it is told where everybody stands, and asked who is to be attached."""
    await begin(citizen)
    await citizen.tap("button.attachment", "button.agree")
    await citizen.say(citizen.iin)
    return await citizen.confirm()


async def to_the_cause(citizen: Person, clinic: str, whom: str = "self") -> ChatMessage:
    """Go on until the cause is asked for; ``clinic`` is what is typed."""
    await to_whom_attached(citizen)
    await citizen.tap(f"button.attach_{whom}")
    return await pick_clinic(citizen, clinic)


async def pick_clinic(citizen: Person, clinic: str) -> ChatMessage:
    """Name a clinic, the first of those that it may mean, and take it."""
    shown = await citizen.say(clinic)
    if citizen.words("button.this_clinic") not in shown.labels:
        await citizen.press(shown.labels[0])
    return await citizen.tap("button.this_clinic")


async def to_the_request(citizen: Person, clinic: str, cause: str = "free_choice") -> ChatMessage:
    """Go on until there is only "Send" left to be pressed."""
    await to_the_cause(citizen, clinic)
    return await citizen.tap(f"button.cause_{cause}")


async def ask_for(citizen: Person, clinic: str, cause: str = "free_choice") -> ChatMessage:
    """Ask a clinic to attach oneself."""
    await to_the_request(citizen, clinic, cause)
    return await citizen.tap("button.send")


async def attach(town: RunningTown, clinic_no: int) -> None:
    """Have the registrar attach whom the newest card is about, and let the time to take it back pass."""
    await town.staff_tap(clinic_no, "registrar", "staff.button.attach")
    await town.advance(UNDO_SECONDS)
