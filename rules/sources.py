"""The acts and standards that figures in this room are taken from."""

from datetime import date
from typing import Final

from rules.law import Source

CHECKED_ON: Final = date(2026, 11, 20)
"""The day on which a person last compared these figures with the texts."""


def almaty_home_call(clause: str) -> Source:
    """Almaty's regulation on the home call; repealed, yet the fullest description of the process."""
    return Source(
        act="Almaty decree № 3/561 of 1 July 2013, home call",
        clause=clause,
        in_force_from=date(2013, 7, 26),
        checked_on=CHECKED_ON,
        note="in force from registration; put into effect ten days after publication",
        repealed_on=date(2014, 5, 11),
    )


def astana_home_call(clause: str) -> Source:
    """Astana's electronic regulation on the home call; repealed."""
    return Source(
        act="Astana decree № 106-1923 of 29 December 2012, home call",
        clause=clause,
        in_force_from=date(2013, 2, 8),
        checked_on=CHECKED_ON,
        note="in force from registration",
        repealed_on=date(2014, 8, 29),
    )


def aktobe_home_call(clause: str) -> Source:
    """The Aktobe region's regulation on the home call; newest full text for this service that we hold."""
    return Source(
        act="Aktobe region decree № 191 of 5 June 2015, home call",
        clause=clause,
        in_force_from=date(2015, 6, 5),
        checked_on=CHECKED_ON,
        note="whether it is still in force is not stated in the text",
    )


def almaty_appointment(clause: str) -> Source:
    """Almaty's regulation on the appointment; repealed, yet the fullest description of the process."""
    return Source(
        act="Almaty decree № 3/561 of 1 July 2013, appointment",
        clause=clause,
        in_force_from=date(2013, 7, 26),
        checked_on=CHECKED_ON,
        note="in force from registration; put into effect ten days after publication",
        repealed_on=date(2014, 5, 11),
    )


def almaty_training(clause: str) -> Source:
    """Almaty's regulation on the documents of the medical college; our only text for that service."""
    return Source(
        act="Almaty decree № 3/561 of 1 July 2013, training",
        clause=clause,
        in_force_from=date(2013, 7, 26),
        checked_on=CHECKED_ON,
        note="in force from registration; put into effect ten days after publication",
        repealed_on=date(2014, 5, 11),
    )


def almaty_attachment(clause: str) -> Source:
    """Almaty's regulation on attachment; repealed, yet our only text with its grounds (G-89)."""
    return Source(
        act="Almaty decree № 3/561 of 1 July 2013, attachment",
        clause=clause,
        in_force_from=date(2013, 7, 26),
        checked_on=CHECKED_ON,
        note="in force from registration; put into effect ten days after publication; today order "
        "№ ҚР ДСМ-194/2020 of 13 November 2020 governs attachment, whose clauses we do not hold",
        repealed_on=date(2014, 5, 11),
    )


def astana_attachment(clause: str) -> Source:
    """Astana's electronic regulation on attachment; repealed."""
    return Source(
        act="Astana decree № 106-1923 of 29 December 2012, attachment",
        clause=clause,
        in_force_from=date(2013, 2, 8),
        checked_on=CHECKED_ON,
        note="in force from registration",
        repealed_on=date(2014, 8, 29),
    )


def appointment_standard(clause: str) -> Source:
    """The national standard of the appointment service; its grounds serve home calls too (X-10)."""
    return Source(
        act="National standard of the appointment service",
        clause=clause,
        in_force_from=date(2020, 11, 13),
        checked_on=CHECKED_ON,
        note="undated; cites order № ҚР ДСМ-194/2020 of 13 November 2020",
    )


def centre_rules(clause: str) -> Source:
    """The 2021 order on information from the three centres: newest text on consent."""
    return Source(
        act="Health Minister's order № ҚР ДСМ-51 of 17 June 2021",
        clause=clause,
        in_force_from=date(2021, 6, 17),
        checked_on=CHECKED_ON,
        note="put into effect ten days after publication",
    )


def iin_rules(clause: str) -> Source:
    """The resolution that lays down the digits of the individual identification number."""
    return Source(
        act="Government resolution № 565 of 11 June 2003",
        clause=clause,
        in_force_from=date(2003, 6, 11),
        checked_on=CHECKED_ON,
        note="algorithm as three independent implementations have it; no tie to personal data since 2013",
    )


def house_default(clause: str, note: str = "") -> Source:
    """A default of this project where the law is silent; a clinic or a region may set another."""
    return Source("Default of this project", clause, date(2026, 11, 20), CHECKED_ON, note)


def nist_authentication(clause: str) -> Source:
    """The standard that bounds one-time codes."""
    return Source("NIST SP 800-63B-4", clause, date(2025, 8, 1), CHECKED_ON)
