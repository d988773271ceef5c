"""Who is asking: an IIN, then the one code. Nothing before the code tells whether the IIN is known (S19)."""

from dataclasses import dataclass

from dialogs.actions import MENU, again
from dialogs.clinics import chosen_clinic, opening_hours
from dialogs.context import AtDesk, Context
from dialogs.engine import End, Gate, Json, Option, Passed, T, ask, end, gate
from dialogs.questions import iin_question
from dialogs.seen import seen
from rules.consent import Purpose, consent_text, consent_text_by_sms
from rules.iin import Iin
from rules.law import rule
from rules.people import Person

NO_SMS = Option("no_sms", T("button.no_sms"))
WITHOUT_IIN = "without_iin"
_WITHOUT_IIN = Option(WITHOUT_IIN, T("button.without_iin"))


@dataclass(frozen=True, slots=True)
class Identity:
    """A confirmed person, and the consent that confirmed them (``None``: confirmed in this chat before)."""

    person: Person
    consent_id: int | None

    @property
    def consent(self) -> int:
        """The consent by a code given in this conversation. Raises LookupError where there was none."""
        if self.consent_id is None:
            raise LookupError(self.person.id)
        return self.consent_id


@rule("GEN-07", "PC-03", "AU-00", "AU-01", "X-28")
async def identified(
    ctx: Context, purpose: Purpose, dialog: str, given: Json = None, iin: Iin | None = None
) -> Identity | End:
    """Ask for the IIN and the code, and return who it is; an End for those whom no code can reach.

    ``dialog`` is what starts again from there; ``given`` is what the identity depends on. An ``iin`` that
    was said already is not asked for.
    """
    if purpose is Purpose.CABINET and ctx.confirmed is not None:
        return await _known(ctx, ctx.confirmed, None, dialog)
    if ctx.desk is not None:
        return await _seen(ctx, ctx.desk, purpose, given)
    if iin is None:
        iin = Iin(await ask(iin_question("identity.iin", T("identity.iin")), given=given))
    consented = consent_text_by_sms(purpose) if ctx.terse else consent_text(purpose)
    # Order matters: the consent's words first, then what is happening to the code.
    words = (T(consented.words_key), T("code.sent"))
    passed = await gate(Gate(purpose, iin.digits, words, (NO_SMS,)))
    if not isinstance(passed, Passed):
        return await at_the_desk(ctx, dialog)
    return await _known(ctx, iin, passed.consent_id, dialog)


@rule("G-10")
async def _seen(ctx: Context, desk: AtDesk, purpose: Purpose, given: Json) -> Identity | End:
    """Somebody without an IIN has a doctor called all the same; the other services need one."""
    options = (_WITHOUT_IIN,) if purpose is Purpose.HOME_CALL else ()
    answer = await ask(iin_question("identity.iin", T("identity.iin_aloud"), options), given=given)
    met = await seen(ctx, desk, purpose, None if answer == WITHOUT_IIN else Iin(answer))
    return met if isinstance(met, End) else Identity(met.person, met.consent_id)


async def _known(ctx: Context, iin: Iin, consent_id: int | None, dialog: str) -> Identity | End:
    person = await ctx.facts.person(iin)
    if person is None:
        # Confirmed a minute ago and gone since: only the desk can tell why.
        return await at_the_desk(ctx, dialog)
    return Identity(person, consent_id)


async def at_the_desk(ctx: Context, dialog: str, why: str = "identity.no_sms") -> End:
    """Lead to the phone of the clinic that the person names; ``why`` is the catalogue key of the reason.

    Whoever is at the desk already is served on paper: of that the house knows nothing.
    """
    if ctx.desk is not None:
        return end(T("aloud.on_paper"), T("emergency.line"))
    clinic = await chosen_clinic(ctx, "identity.clinic", T(why))
    return end(
        T("identity.desk", clinic=ctx.named(clinic), phone=clinic.phone),
        opening_hours(clinic),
        T("emergency.line"),
        leads=(again(dialog), MENU),
    )
