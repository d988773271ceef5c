"""Help in its place: which of its pages is asked for, and what of the registry its figures need."""

from __future__ import annotations

from datetime import datetime

from bot.talk.thoughts import Scene
from dialogs.engine import End, Unavailable
from dialogs.facts import Facts
from dialogs.help import LAW, help_about, help_law, help_words, is_of_college, topic_of
from rules.about import Today, Topic, about
from rules.clinics import Clinic
from rules.days import country_day
from rules.iin import Iin
from rules.people import Language


async def helped(
    facts: Facts, page: str, scene: Scene, locale: Language, known: Iin | None, now: datetime
) -> End:
    """Return the page of help under that name: "", a topic, or "<topic>:law".

    ``known`` is whose identity this chat confirmed so lately that their own clinic may be named.
    Raises ``Unavailable``.
    """
    name, _, part = page.partition(":")
    topic = Topic(name) if name in set(Topic) else None
    own = None if known is None else await _own_clinic(facts, known)
    today = Today(country_day(now), await facts.terms(), own, await facts.consent_clock())
    if topic is not None and is_of_college(topic):
        own = await facts.college()
    if topic is None:
        in_hand = topic_of(scene.conversation.dialog) if scene.conversation else None
        return help_words(about(Topic.HOME_CALL, today), of=in_hand, terse=scene.terse)
    if part == LAW:
        return help_law(about(topic, today), terse=scene.terse)
    return help_about(about(topic, today), locale, own, terse=scene.terse)


async def _own_clinic(facts: Facts, iin: Iin) -> Clinic | None:
    """Their clinic; None while the register is silent, for help is read without it too."""
    try:
        person = await facts.person(iin)
        attached = None if person is None else await facts.attachment(person.id)
        return None if attached is None else await facts.clinic(attached.clinic_no)
    except Unavailable:
        return None
