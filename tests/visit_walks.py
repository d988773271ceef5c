"""Ways through an appointment that tests take again and again."""

from bot.town import group_of
from tests.sandbox_server import ChatMessage
from tests.town import Person, RunningTown
from tests.walks import begin


async def to_the_doctor(citizen: Person, whom: str = "self") -> ChatMessage:
    """Go on until it is asked which kind of doctor, or which child."""
    await begin(citizen)
    await citizen.tap("button.appointment", "button.agree", f"button.for_{whom}")
    await citizen.say(citizen.iin)
    return await citizen.confirm()


async def to_the_time(citizen: Person, role: str = "therapist") -> ChatMessage:
    """Go on until the time is asked for; of several doctors the first is taken, which is one's own."""
    await to_the_doctor(citizen)
    return await pick_doctor(citizen, role)


async def pick_doctor(citizen: Person, role: str) -> ChatMessage:
    """Choose the kind of doctor, and any of them where there are several."""
    shown = await citizen.tap(f"button.{role}")
    if citizen.words("button.any_doctor") in shown.labels:
        return await citizen.tap("button.any_doctor")
    return shown


async def pick_nearest(citizen: Person) -> ChatMessage:
    """Press the first button: the nearest free time."""
    return await citizen.press((await question(citizen)).labels[0])


async def book(citizen: Person, role: str = "therapist") -> ChatMessage:
    """Book the nearest time with a doctor of that kind."""
    await to_the_time(citizen, role)
    await pick_nearest(citizen)
    await citizen.tap("button.send")
    return await question(citizen)


async def question(citizen: Person) -> ChatMessage:
    """The newest message with buttons: a file may have come after it."""
    return next(one for one in reversed(await citizen.messages()) if one.labels)


async def enter_change(town: RunningTown, clinic_no: int, command: str, *labels: str) -> ChatMessage:
    """Have the registrar type a command in the clinic's group, press these labels, and enter the change."""
    registrar = town.of_staff(clinic_no, "registrar")
    await town.sandbox.say(registrar.id, command, chat=group_of(clinic_no))
    await town.group(clinic_no)
    for label in (*labels, town.group_words(clinic_no, "staff.button.enter")):
        await town.press_card(registrar, clinic_no, label)
    await town.look_at_the_clock()
    return (await town.group(clinic_no))[-1]
