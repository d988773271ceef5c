"""Attachments brought to the places that tests start from."""

from datetime import date, datetime

from dialogs.attachment import attachment
from dialogs.drafts import AttachmentDraft
from rules.people import Language
from tests.dialogs.registry import AIGUL, FRIDAY_AFTERNOON, Registry
from tests.dialogs.talk import Talk

THIS_YEAR = date(2026, 3, 2)
"""A free choice that leaves none until January."""


def talk(locale: Language = "ru", now: datetime = FRIDAY_AFTERNOON, registry: Registry | None = None) -> Talk:
    """An attachment at its first question."""
    return Talk(attachment, locale, now, registry or Registry())


def identified(
    locale: Language = "ru", now: datetime = FRIDAY_AFTERNOON, registry: Registry | None = None
) -> Talk:
    """An attachment just after Aigul's code."""
    return talk(locale, now, registry).press("agree").say(AIGUL.iin.digits).confirm()


def at_the_clinic(whom: str = "self", locale: Language = "ru", registry: Registry | None = None) -> Talk:
    """Aigul choosing a clinic, for herself, for her children, or for all of them."""
    asked = identified(locale, registry=registry).press(whom)
    return asked if whom == "self" else asked.press("all")


def at_the_summary(
    whom: str = "self",
    cause: str = "free_choice",
    locale: Language = "ru",
    registry: Registry | None = None,
) -> Talk:
    """An attachment to clinic 7, ready to be sent."""
    return at_the_clinic(whom, locale, registry).say("7").press("this", cause)


def draft_of(done: Talk) -> AttachmentDraft:
    """The only thing that was submitted."""
    (draft,) = done.done
    assert isinstance(draft, AttachmentDraft)
    return draft
