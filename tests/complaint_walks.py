"""Ways through a complaint that tests take again and again."""

from typing import Any

from tests.sandbox_server import ChatMessage
from tests.town import Line, Person, RunningTown
from tests.walks import call

PHOTO = {"kind": "photo"}
PAPER = {
    "kind": "document",
    "file_name": "выписка.pdf",
    "mime_type": "application/pdf",
    "file_size": 300_000,
}


async def refused(town: RunningTown, citizen: Person, clinic_no: int) -> ChatMessage:
    """A home call that the clinic refused: its notice."""
    await call(citizen)
    buttons = ("staff.button.refuse", "staff.ground.not_attached", "staff.button.confirm_refusal")
    await town.staff_tap(clinic_no, "registrar", *buttons)
    return await citizen.read()


async def identified(citizen: Person, to: str = "button.to_health") -> ChatMessage:
    """From the button to the code, and through it."""
    await citizen.tap("button.complain", to)
    await citizen.say(citizen.iin)
    return await citizen.confirm()


async def sent(citizen: Person, file: dict[str, Any]) -> ChatMessage:
    """Send a photo or a document."""
    citizen.town.lines.append(Line(citizen.name, f"<{file.get('file_name', file['kind'])}>"))
    wanted = dict(file)
    await citizen.town.sandbox.attach(citizen.id, wanted.pop("kind"), **wanted)
    return await citizen.read()


async def filled_in(citizen: Person, answer: str = "button.answer_post") -> ChatMessage:
    """Address and phone as the registry has them, up to the summary."""
    return await citizen.tap("button.this_address", "button.this_phone", answer)
