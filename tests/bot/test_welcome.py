"""Whoever begins to work with us is told what can be typed, and only what is theirs."""

from __future__ import annotations

import re

import pytest

import locales
from bot.college import room as college
from bot.complaints import room as complaint_room
from bot.desk import menu as desk_menu
from bot.journals import room as journals
from bot.monthly import room as monthly
from bot.people import room as people
from bot.rounds import room as rounds
from bot.schedules import room as schedules
from bot.staff.cards import Cards
from bot.work import room as work
from bot.work.welcome import COMMANDS, welcomed
from dialogs.engine import T
from rules.staff_roles import ROLES
from rules.training import COLLEGE

HEARD = {
    *desk_menu.COMMANDS,
    *schedules.COMMANDS,
    *(room.COMMAND for room in (college, complaint_room, journals, monthly, people, rounds, work)),
}
"""What the rooms hear."""


def told(role: str, language: str, clinic_no: int = 5) -> list[str]:
    """The commands that stand in the first words to that role."""
    words = T("staff.linked_person", clinic="№ 5", role=T(f"staff.role.{role}"))
    parcel = welcomed(Cards(locales.render), 1, words, clinic_no, role, "kk" if language == "kk" else "ru")
    return re.findall(r"/([a-z]+)", str(parcel.body["text"]))


@pytest.mark.parametrize("language", ["kk", "ru"])
@pytest.mark.parametrize("role", ROLES)
def test_whoever_is_linked_is_told_each_command_that_is_theirs_and_no_other(role: str, language: str) -> None:
    theirs = [name for name, roles in COMMANDS.items() if role in roles and name != "college"]
    assert told(role, language) == theirs


def test_a_registrar_finds_the_desk_and_the_phone_without_a_manual() -> None:
    assert {"phone", "desk", "queue", "journal"} <= set(told("registrar", "kk"))
    assert told("doctor", "ru") == ["visits", "day"]


def test_at_the_medical_college_nobody_is_told_of_patients() -> None:
    assert told("college", "ru", COLLEGE) == ["college"]
    assert told("head", "kk", COLLEGE) == ["figures", "complaints", "staff", "college"]
    assert told("officer", "kk", COLLEGE) == ["complaints"]


def test_every_command_that_staff_are_told_is_heard_by_a_room() -> None:
    assert COMMANDS.keys() <= HEARD
