"""Home calls brought to the places that tests start from."""

from datetime import datetime

from dialogs.drafts import HomeCallDraft
from dialogs.home_call import home_call
from rules.people import Language
from tests.dialogs.registry import AIGUL, DAUGHTER
from tests.dialogs.talk import Talk


def talk(locale: Language = "ru", now: datetime | None = None) -> Talk:
    """A home call at its first question."""
    return Talk(home_call, locale, now) if now else Talk(home_call, locale)


def identified(whom: str = "self", locale: Language = "ru", now: datetime | None = None) -> Talk:
    """A home call just after Aigul's code."""
    return talk(locale, now).press("none", "agree", whom).say(AIGUL.iin.digits).confirm()


def filled(whom: str = "self", locale: Language = "ru", now: datetime | None = None) -> Talk:
    """A home call for oneself or a child, at its summary."""
    begun = identified(whom, locale, now)
    if whom == "child":
        begun.press(DAUGHTER.id)
    if begun.key == "home_call.carry_over":
        begun.press("carry")
    return begun.press("fever", "skip", "registered", "skip", "registered")


def draft_of(done: Talk) -> HomeCallDraft:
    """The only thing that was submitted."""
    (draft,) = done.done
    assert isinstance(draft, HomeCallDraft)
    return draft
