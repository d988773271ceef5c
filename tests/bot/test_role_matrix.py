"""Every button and every command by every role of either clinic, by strangers, and by who has left."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from bot.staff.press import Verb, doctor_key
from bot.staff.rights import ACTS_OF, INVITED_BY, RIGHTS, Act
from bot.staff.room import StaffRoom
from rules.staff_roles import ROLES, Role
from tests.bot.everybody import (
    HAS_LEFT,
    NOBODY,
    OTHERS,
    OWN,
    THERAPIST,
    Everybody,
    everybody,
    of_document,
    of_identity,
)

DAY = "20261123"
WHO = doctor_key(THERAPIST)
HOURS = "1400_1600"
TEN = "1000"
IDENTITY = "the identity that was entered by hand"
DOCUMENT = "the document that was asked for"

pytestmark = pytest.mark.asyncio(loop_scope="module")


@dataclass(frozen=True)
class Row:
    """One button on one thing: for which acts it is, and what else stands on it."""

    verb: Verb
    subject: str
    acts: frozenset[Act]
    args: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.verb}-{self.subject or 'clinic'}"


def rows(act: Act | frozenset[Act], *on: tuple[Verb, str] | tuple[Verb, str, tuple[str, ...]]) -> list[Row]:
    acts = act if isinstance(act, frozenset) else frozenset({act})
    return [Row(one[0], one[1], acts, one[2] if len(one) == 3 else ()) for one in on]


ROWS = (
    *rows(
        Act.SEE,
        (Verb.CARD, "call"),
        (Verb.CARD, "attachment"),
        (Verb.DETAILS, "call"),
        (Verb.CAME, "booking"),
        (Verb.MISSED, "booking"),
        (Verb.KIND, "", ("list",)),
        (Verb.DAY, "", ("list", DAY)),
        (Verb.DOCTOR, "", ("list", DAY, WHO)),
    ),
    *rows(
        Act.ANSWER,
        (Verb.DOCTORS, "call"),
        (Verb.WINDOWS, "call", (WHO,)),
        (Verb.GROUNDS, "call"),
        (Verb.REFUSAL, "call", ("not_attached",)),
        (Verb.REFUSE, "call", ("not_attached",)),
        (Verb.TYPE_DOCTOR, "call"),
        (Verb.ROLE, "call", ("therapist",)),
        (Verb.CONFIRM, "call", (WHO, TEN)),
        (Verb.CONFIRM_TYPED, "call", ("therapist", TEN)),
        (Verb.UNDO, "call"),
        (Verb.GROUNDS, "booking"),
        (Verb.CONFIRM, "attachment"),
        (Verb.CLOSE, "attachment"),
        (Verb.GROUNDS, "attachment"),
        (Verb.DETAILS, "attachment"),
        (Verb.PAPER, "attachment"),
        (Verb.SCHEDULE, ""),
        (Verb.KIND, "", ("off",)),
        (Verb.DAY, "", ("off", DAY)),
        (Verb.DOCTOR, "", ("off", DAY, WHO)),
        (Verb.FROM, "", (DAY, WHO, "14")),
        (Verb.TILL, "", (DAY, WHO, HOURS)),
        (Verb.SUBSTITUTE, "", (DAY, WHO, doctor_key("505"))),
        (Verb.ENTER, "", ("off", DAY, WHO)),
        (Verb.TAKE_BACK, "", ("1",)),
    ),
    *rows(
        Act.VISIT,
        (Verb.ON_WAY, "confirmed"),
        (Verb.DONE, "confirmed"),
        (Verb.NOT_HOME, "confirmed"),
        (Verb.UNDO, "on_way"),
    ),
    *rows(
        Act.JOURNAL,
        (Verb.JOURNAL, ""),
        (Verb.JOURNAL_WHY, "", ("calls", DAY)),
        (Verb.JOURNAL_PAGE, "", ("calls_work", DAY)),
        (Verb.JOURNAL_FILE, "", ("calls_work", DAY, "csv")),
    ),
    *rows(Act.FIGURES, (Verb.FIGURES, "", ("202611",)), (Verb.FIGURES_FILE, "", ("202611",))),
    *rows(Act.OWN_DOCTOR, (Verb.I_AM, ""), (Verb.I_AM, "", (WHO,))),
    *rows(
        Act.DESK,
        (Verb.ORAL, "desk"),
        (Verb.SLIP, "desk"),
        (Verb.HAND_RIGHT, "", (IDENTITY,)),
        (Verb.HAND_WRONG, "", (IDENTITY,)),
    ),
    *rows(
        Act.WORK,
        (Verb.QUEUE, ""),
        (Verb.PILE, "", ("free", "0")),
        (Verb.WORK, "call"),
        (Verb.TAKE, "call"),
        (Verb.GIVE, "call"),
        (Verb.GIVE_BACK, "call"),
        (Verb.ASK, "call"),
        (Verb.NOTE, "call"),
        (Verb.STOP_TYPING, "call"),
        (Verb.WHOSE, "call"),
    ),
    *rows(
        Act.DOCUMENT,
        (Verb.DOCUMENT, "call"),
        (Verb.DOCUMENT, "call", ("card", "p")),
        (Verb.DOCUMENT_ASK, "call", ("card", "p", "id")),
        (Verb.DOCUMENT_GET, "", (DOCUMENT, "1")),
        (Verb.DOCUMENT_PAPER, "", (DOCUMENT, "1")),
    ),
    *rows(Act.REOPEN, (Verb.REOPEN, "refused"), (Verb.PILE, "", ("refused", "0"))),
    *rows(
        Act.ROUNDS,
        (Verb.ROUNDS, ""),
        (Verb.ROUNDS_SEE, "confirmed"),
        (Verb.ROUNDS_WAY, "confirmed"),
        (Verb.ROUNDS_DONE, "confirmed"),
        (Verb.ROUNDS_SHUT, "confirmed"),
        (Verb.ROUNDS_UNDO, "on_way"),
    ),
    *rows(
        Act.COMPLAINT,
        (Verb.COMPLAINTS, ""),
        (Verb.COMPLAINT_PILE, "", ("forward", "0")),
        (Verb.COMPLAINT_WORDS, ""),
        (Verb.COMPLAINT_ENTER, ""),
        (Verb.COMPLAINT_FIELD, "", ("way", "post")),
        (Verb.COMPLAINT_STOP, ""),
        (Verb.COMPLAINT, "complaint"),
        (Verb.COMPLAINT_READ, "complaint"),
        (Verb.COMPLAINT_FILE, "complaint"),
        (Verb.COMPLAINT_SLIP, "complaint"),
        (Verb.COMPLAINT_SENT, "complaint"),
        (Verb.COMPLAINT_NUMBER, "complaint"),
        (Verb.COMPLAINT_WORK, "complaint"),
        (Verb.COMPLAINT_ANSWER, "complaint"),
        (Verb.COMPLAINT_REFUSE, "complaint"),
        (Verb.COMPLAINT_SURE, "complaint"),
        (Verb.COMPLAINT_GONE, "complaint"),
        (Verb.COMPLAINT_MINE, "complaint"),
        (Verb.COMPLAINT_STOP, "complaint"),
    ),
    *rows(
        Act.COLLEGE,
        (Verb.COLLEGE, ""),
        (Verb.COLLEGE, "", ("all", "0")),
        (Verb.COLLEGE_NEW, ""),
        (Verb.COLLEGE_STOP, ""),
        (Verb.COLLEGE_SEE, "training"),
        (Verb.COLLEGE_SEE, "training", ("who",)),
        (Verb.COLLEGE_DO, "training", ("take",)),
        (Verb.COLLEGE_ENTER, "training", ("notice",)),
        (Verb.COLLEGE_FILE, "training", ("receipt",)),
    ),
    *rows(Act.COLLEGE_DECIDE, (Verb.COLLEGE_DECIDE, "training", ("decision_head",))),
    *rows(
        Act.PEOPLE,
        (Verb.PEOPLE, ""),
        (Verb.PERSON, "", ("1",)),
        (Verb.DEPART, "", ("1",)),
        (Verb.DEPARTED, "", ("1",)),
        (Verb.INVITE, ""),
        (Verb.UNINVITE, "", ("1",)),
    ),
)

COMMANDS = {
    "schedule": Act.ANSWER,
    "day": Act.SEE,
    "dayoff": Act.ANSWER,
    "closeday": Act.ANSWER,
    "hours": Act.ANSWER,
    "substitute": Act.ANSWER,
    "journal": Act.JOURNAL,
    "figures": Act.FIGURES,
    "queue": Act.WORK,
    "visits": Act.ROUNDS,
    "staff": Act.PEOPLE,
    "complaints": Act.COMPLAINT,
}
CLINIC_FIVE = ("Е-5", "П-5", "05-0000", "Сейіт", "№ 5")
"""What names clinic 5 or anything of it."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Everybody]:
    async with everybody(tmp_path_factory.mktemp("matrix")) as furnished:
        yield furnished


def args_of(house: Everybody, row: Row) -> list[str]:
    """What stands on the button, with what the house has for its names."""
    named = {IDENTITY: of_identity(house), DOCUMENT: of_document(house)}
    return [named.get(one, one) for one in row.args]


def allowed(acts: frozenset[Act]) -> set[Role]:
    return {role for act in acts for role in RIGHTS[act]}


async def test_S33_every_button_has_its_row_here_and_its_acts_in_the_table() -> None:
    tried = {verb: frozenset[Act]() for verb in Verb}
    for row in ROWS:
        tried[row.verb] |= row.acts
    missing = {verb for verb, acts in tried.items() if not acts}
    assert not missing, "give them a row, so that every role is tried on them"
    assert tried == ACTS_OF


async def test_G_71_every_act_is_somebodys_and_every_role_is_known() -> None:
    assert set(RIGHTS) == set(Act)
    assert all(RIGHTS[act] and RIGHTS[act] <= set(ROLES) for act in Act)
    assert set(INVITED_BY) == RIGHTS[Act.PEOPLE]
    assert "administrator" not in INVITED_BY["head"]


@pytest.mark.parametrize("row", ROWS, ids=str)
async def test_S33_a_button_answers_the_roles_of_its_own_clinic_that_may_and_nobody_else(
    house: Everybody, row: Row
) -> None:
    data = house.press(row.verb, row.subject, args_of(house, row))
    may = {role for role in ROLES if not (await house.pressed(OWN[role], data)).is_refusal}
    assert may == allowed(row.acts)
    for stranger in (*OTHERS.values(), NOBODY, HAS_LEFT):
        answer = await house.pressed(stranger, data)
        assert answer.is_refusal, stranger
        assert not [text for text in answer.texts if any(one in text for one in CLINIC_FIVE)]


@pytest.mark.parametrize("name", COMMANDS)
async def test_G_71_a_command_answers_the_roles_that_may_and_shows_no_other_clinic(
    house: Everybody, name: str
) -> None:
    may = {role for role in ROLES if not (await house.commanded(OWN[role], name)).is_refusal}
    assert may == allowed(frozenset({COMMANDS[name]}))
    for stranger in (*OTHERS.values(), NOBODY, HAS_LEFT):
        answer = await house.commanded(stranger, name)
        assert not [text for text in answer.texts if any(one in text for one in CLINIC_FIVE)], stranger
    for stranger in (NOBODY, HAS_LEFT):
        assert (await house.commanded(stranger, name)).outcome == "not_linked"


async def test_S33_what_opens_in_private_opens_in_no_group(house: Everybody) -> None:
    private = {
        Act.JOURNAL,
        Act.FIGURES,
        Act.PEOPLE,
        Act.DESK,
        Act.WORK,
        Act.ROUNDS,
        Act.OWN_DOCTOR,
        Act.DOCUMENT,
        Act.COMPLAINT,
        Act.COLLEGE,
        Act.COLLEGE_DECIDE,
    }
    for row in ROWS:
        if row.acts & private:
            data = house.press(row.verb, row.subject, args_of(house, row))
            for role in ROLES:
                assert (await house.pressed(OWN[role], data, group=True)).is_refusal, (row, role)


async def test_every_verb_of_a_room_is_one_rooms_alone(house: Everybody) -> None:
    room: StaffRoom = house.ward.room
    verbs = [verb for one in room._rooms for verb in one.verbs]
    assert len(verbs) == len(set(verbs))
