"""Whom an appointment is for: oneself or a child of one's own; another adult's needs a power of attorney."""

from typing import Final

from dialogs.actions import ATTACHMENT, MENU
from dialogs.aloud import at_its_own_clinic, is_elsewhere
from dialogs.context import Context
from dialogs.doctors import Seen
from dialogs.engine import End, Option, Plain, Question, T, ask, end
from dialogs.identity import at_the_desk
from dialogs.patients import children_listed
from rules.clinics import Clinic
from rules.grounds import NOT_ATTACHED
from rules.home_call import ForWhom
from rules.people import Person

FOR_WHOM: Final = "appointment.for_whom"
CHILD: Final = "appointment.child"
KEYS: Final = (FOR_WHOM, CHILD)
"""Every answer that says who the patient is, to be forgotten together."""

ANOTHER_CHILD: Final = "another"


async def for_whom(ctx: Context, dialog: str) -> ForWhom | End:
    """Ask who is to see the doctor. Of another adult the desk looks at the power of attorney (AP-16)."""
    options = tuple(Option(whom.value, T(f"button.for_{whom}")) for whom in ForWhom)
    whom = ForWhom(await ask(Question(FOR_WHOM, (T(FOR_WHOM),), T("hint.buttons"), options)))
    if whom is ForWhom.OTHER:
        return await at_the_desk(ctx, dialog, "appointment.proxy")
    return whom


async def patient_of(ctx: Context, caller: Person, whom: ForWhom, dialog: str) -> Person | End:
    """The caller, or the child they choose."""
    if whom is ForWhom.SELF:
        return caller
    children = await children_listed(ctx, caller)
    if ctx.terse and len(children) == 1:
        # Their name stands in the SMS that is signed.
        return next(iter(children.values()))
    options = (
        *(Option(child.id, Plain(f"{child.name}, {child.birth_date.year}")) for child in children.values()),
        Option(ANOTHER_CHILD, T("button.another_child")),
    )
    text = T(CHILD) if children else T("appointment.child_not_listed")
    chosen = await ask(Question(CHILD, (text,), T("home_call.child_hint"), options), given=caller.id)
    if chosen in children:
        return children[chosen]
    return await at_the_desk(ctx, dialog, "appointment.other_child")


async def seen_at(ctx: Context, patient: Person) -> Seen | End:
    """The patient with the clinic of their attachment: nobody is booked at another one (AP-13).

    A clinic whose staff are not linked books nothing here: nobody there would see it.
    """
    attachment = await ctx.facts.attachment(patient.id)
    clinic = None if attachment is None else await ctx.facts.clinic(attachment.clinic_no)
    if attachment is None and patient.by_hand:
        # Not refused: of somebody whom the state register has no data of, nobody knows where they belong.
        return end(T("aloud.attachment_unknown"), T("emergency.line"))
    if attachment is None or clinic is None:
        return _not_attached(ctx)
    if is_elsewhere(ctx, clinic):
        return at_its_own_clinic(ctx, clinic)
    if not await ctx.facts.is_live(clinic.no):
        return _not_live(ctx, clinic)
    return Seen(patient, attachment, clinic)


def _not_attached(ctx: Context) -> End:
    return end(
        T("appointment.not_attached", ground=T(NOT_ATTACHED.words_key), law=T(NOT_ATTACHED.law_words_key)),
        T("appointment.not_attached_next"),
        T("appeal.right"),
        T("emergency.line"),
        leads=(MENU,) if ctx.terse else (ATTACHMENT, MENU),
        ground=NOT_ATTACHED.code,
    )


def _not_live(ctx: Context, clinic: Clinic) -> End:
    text = T("appointment.not_live", clinic=ctx.named(clinic), phone=clinic.phone)
    return end(text, T("emergency.line"), leads=(MENU,))
