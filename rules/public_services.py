"""The public services of the acts under one name each, whichever table their requests are kept in."""

from enum import StrEnum


class PublicService(StrEnum):
    """What a citizen can ask for: surveyed, told to the monitoring system, and explained, under this name."""

    HOME_CALL = "home_call"
    APPOINTMENT = "appointment"
    ATTACHMENT = "attachment"
    PHTHISIATRY = "phthisiatry"
    PSYCHIATRY = "psychiatry"
    NARCOLOGY = "narcology"
    TRAINING = "training"
    DUPLICATE = "duplicate"
