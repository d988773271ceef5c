"""Ways through the desk that tests take again and again."""

from rules.people import Language
from tests.town import Person


def begin_button(registrar: Person, service: str, spoken: Language) -> str:
    """The button that opens a case of that service, in the language that the person speaks."""
    what, language = registrar.words(f"button.desk_{service}"), registrar.words(f"desk_case.in_{spoken}")
    return registrar.words("desk_case.begin", service=what, language=language)
