"""What the house answers to the dialogs of the survey."""

from typing import Any


def surveyed_as(outcome: str, **more: Any) -> dict[str, Any]:
    """The receipt of a survey about a refused call to clinic 5, which stands so."""
    return {
        "outcome": outcome,
        "survey_id": 17,
        "matter": "request",
        "matter_id": 71,
        "number": "05-004512",
        "service": "home_call",
        "clinic_no": 5,
        "wrote": False,
        "until_us": 1_795_800_000_000_000,
        "page": "https://example.kz/quality",
        "low": False,
    } | more
