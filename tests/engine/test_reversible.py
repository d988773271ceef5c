"""A hold is a submit that can be gone back over; an option once shown may still hold, or say it is gone."""

from typing import Any

from dialogs.engine import (
    Answered,
    Asked,
    End,
    Entry,
    Gate,
    Journal,
    Kind,
    Moved,
    Option,
    Passed,
    Plain,
    Pressed,
    Question,
    Submitting,
    T,
    ask,
    back,
    dialog,
    end,
    read,
    receipt_of,
    receipted,
    replay,
    revise,
    submit,
)

HINT = T("hint.buttons")


class NoGates:
    """Ports of a dialog without gates."""

    async def passed(self, gate: Gate) -> Passed | None:
        """No gate stands open."""
        return None


def seats(*free: str, kept: frozenset[str] = frozenset()) -> Question:
    """Which seat, of those that are free."""
    options = tuple(Option(seat, Plain(seat)) for seat in free)
    return Question("seat", (Plain("?"),), HINT, options, kept=kept, gone=T("time.taken"))


@dialog("seats")
async def booking(context: Any) -> End:
    """Hold a seat, then ask whether to buy it; another seat is held anew."""
    seat = await ask(seats("a", "b"))
    receipt = receipt_of("hold")
    if receipt is not None and receipt != seat:
        revise("submit.hold")
    await submit("hold", seat, reversible=True)
    await ask(Question("buy", (Plain("?"),), HINT, (Option("yes", Plain("yes")),)))
    await submit("purchase", seat)
    await ask(Question("thanks", (Plain("?"),), HINT, (Option("ok", Plain("ok")),)))
    return end(Plain("bye"))


def chose(journal: Journal, key: str, value: str) -> Journal:
    """The journal with that option taken."""
    return journal.put(Entry(key, value, Kind.OPTION))


async def held(seat: str, journal: Journal | None = None) -> Asked:
    """The dialog after that seat was held."""
    wanted = await replay(booking, None, chose(journal or Journal(), "seat", seat), NoGates())
    assert isinstance(wanted, Submitting)
    assert wanted.draft == seat
    outcome = await replay(booking, None, receipted(wanted, seat), NoGates())
    assert isinstance(outcome, Asked)
    return outcome


async def test_going_back_over_a_hold_leads_to_the_answer_before_it_and_forgets_the_hold() -> None:
    earlier = back(await held("a"))
    assert earlier == Journal()


async def test_going_back_over_a_purchase_is_not_possible() -> None:
    bought = await replay(booking, None, chose((await held("a")).journal, "buy", "yes"), NoGates())
    assert isinstance(bought, Submitting)
    thanked = await replay(booking, None, receipted(bought, "done"), NoGates())
    assert isinstance(thanked, Asked)
    assert back(thanked) is None


async def test_another_choice_is_held_anew_and_the_old_receipt_is_forgotten() -> None:
    again = await held("b", (await held("a")).journal)
    entry = again.journal.find("submit.hold")
    assert entry is not None
    assert entry.value == "b"


def test_an_option_shown_before_still_holds_while_it_is_kept() -> None:
    heard = read(seats("b", kept=frozenset({"a"})), "", Journal(), Pressed("seat", "a"), lambda _: ())
    assert isinstance(heard, Answered)
    assert seats("b", kept=frozenset({"a"})).accepts(heard.entry)
    assert not seats("b").accepts(heard.entry)


def test_an_option_that_is_gone_says_so_and_one_of_another_question_does_not() -> None:
    assert read(seats("b"), "", Journal(), Pressed("seat", "a"), lambda _: ()) == Moved(T("time.taken"))
    assert read(seats("b"), "", Journal(), Pressed("other", "a"), lambda _: ()) == Moved()
