"""The queue of staff in their private chats: piles, taking and giving, questions, notes, reopening."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.channels.events import Command, StaffPress
from bot.staff.press import NO_REQUEST, Press, Verb
from bot.talk.registers import Registers
from bot.talk.standing import Pressed
from bot.work.decisions import WorkDecisions
from bot.work.room import asking_of
from dialogs.drafts import AnswerDraft, OpenQuestionDraft
from dialogs.engine import Said
from storage import due, outbox, requests, staff, work
from storage.addresses import Address
from storage.requests import RegisteredRequest
from storage.retention import erase, prune
from tests.bot.enrolling import Enrolling, enrolling
from tests.bot.surgery import Surgery, surgery
from tests.bot.ward import (
    CITIZEN,
    DOCTOR,
    FOREIGNER,
    GROUP,
    HEAD,
    REGISTRAR,
    SECOND_REGISTRAR,
    STRANGER,
    WORKER,
    Tokens,
    Ward,
    opened,
    ward,
)

QUEUE = Command("queue")
PHONE = "+77011234567"
QUESTION = "Домофон істей ме?"
ANSWER = "Иә, 25 батырмасы"


@pytest.fixture
async def clinic(tmp_path: Path) -> AsyncIterator[Ward]:
    async with ward(tmp_path) as open_ward:
        yield open_ward


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Surgery]:
    async with surgery(tmp_path, "kk") as open_house:
        yield open_house


@pytest.fixture
async def register(tmp_path: Path) -> AsyncIterator[Enrolling]:
    async with enrolling(tmp_path) as open_register:
        yield open_register


async def open_pile(clinic: Ward, who: int, label: str) -> None:
    """Open the queue, and one pile of it."""
    assert await clinic.write(who, QUEUE)
    await clinic.press(who, label, chat=who)


async def open_request(clinic: Ward, who: int, number: str = "05-000001", label: str = "Алынбаған") -> None:
    """Open one request from a pile."""
    await open_pile(clinic, who, label)
    await clinic.press(who, number, chat=who)


def labels(clinic: Ward, chat: int) -> list[str]:
    return [label for label, _ in clinic.card(chat).buttons]


async def recorded(clinic: Ward, request_id: int) -> list[str]:
    """What the audit chain says was done with that request, in order."""
    rows = await clinic.db.reader.rows("audit_page", after=0, most=1000)
    return [row[3] for row in rows if row[4] == f"request:{request_id}"]


async def forge(clinic: Ward, who: int, press: Press) -> None:
    """Press in private what no message shows."""
    await clinic.send(lambda row: StaffPress(row, who, who, str(press), "c", None, private=True))


# The piles.


async def test_the_queue_opens_with_its_piles_and_their_counts(clinic: Ward) -> None:
    await clinic.call()
    assert await clinic.write(REGISTRAR, QUEUE)
    assert "Өтінімдер кезегі." in clinic.last(REGISTRAR)
    assert labels(clinic, REGISTRAR) == ["Менде: 0", "Алынбаған: 1", "Мерзімі өткен: 0"]


async def test_a_list_has_short_lines_without_name_iin_address_or_reason(clinic: Ward) -> None:
    await clinic.call()
    await open_pile(clinic, REGISTRAR, "Алынбаған")
    assert clinic.card(REGISTRAR).text == (
        "Ешкім алмаған өтінімдер: 1\n№ 05-000001: дәрігерді үйге шақыру, тіркелді. Жауап мерзімі: 10:30"
    )


async def test_a_request_whose_term_has_passed_lies_on_the_late_pile_with_who_has_it(clinic: Ward) -> None:
    await clinic.call()
    await open_request(clinic, REGISTRAR)
    await clinic.press(REGISTRAR, "Өзіме алу", chat=REGISTRAR)
    clinic.clock.forward(31 * 60)
    await open_pile(clinic, SECOND_REGISTRAR, "Мерзімі өткен: 1")
    assert clinic.card(SECOND_REGISTRAR).text == (
        "Мерзімі өткен өтінімдер: 1\n"
        "МЕРЗІМ ӨТТІ. № 05-000001: дәрігерді үйге шақыру, тіркелді. "
        "Жауап мерзімі: 2026 жылғы 20 қараша, 10:30\n"
        "№ 05-000001 кімде: тіркеуші 1"
    )


async def test_a_long_pile_is_turned_page_by_page(clinic: Ward) -> None:
    for _ in range(9):
        await clinic.call(for_whom="other")
    await open_pile(clinic, REGISTRAR, "Алынбаған: 9")
    assert labels(clinic, REGISTRAR)[-2:] == ["Келесілері ▶", "Кезек"]
    await clinic.press(REGISTRAR, "Келесілері", chat=REGISTRAR)
    assert labels(clinic, REGISTRAR) == ["№ 05-000009", "◀ Алдыңғылары", "Кезек"]
    assert clinic.read(REGISTRAR)[-1].startswith("Ешкім алмаған өтінімдер: 9")


async def test_an_answered_call_leaves_the_pile_of_what_nobody_has(clinic: Ward) -> None:
    await clinic.accepted(await clinic.call())
    await open_pile(clinic, REGISTRAR, "Алынбаған: 0")
    assert "Мұнда қазір ештеңе жоқ." in clinic.card(REGISTRAR).text


async def test_the_queue_is_private_and_of_registrars_and_heads(clinic: Ward) -> None:
    await clinic.write(DOCTOR, QUEUE)
    assert clinic.last(DOCTOR) == "Кезекпен тіркеуші мен бөлім меңгерушісі жұмыс істейді."
    await clinic.say_in_group(REGISTRAR, "/queue")
    assert clinic.last(GROUP).startswith("Кезек тек ботпен жеке чатта ашылады.")
    await clinic.write(STRANGER, QUEUE)
    assert clinic.last(STRANGER).startswith("Бұл түймелерді")


@pytest.mark.parametrize("verb", [Verb.QUEUE, Verb.PILE])
async def test_S33_nobody_reads_the_queue_of_another_clinic(clinic: Ward, verb: Verb) -> None:
    await clinic.call()
    args = ("free", "0") if verb is Verb.PILE else ()
    await forge(clinic, FOREIGNER, Press(NO_REQUEST, 5, verb, args))
    assert clinic.last(FOREIGNER).startswith("Бұл түйме сізге арналмаған")


@pytest.mark.parametrize(
    "verb", [Verb.WORK, Verb.TAKE, Verb.GIVE, Verb.ASK, Verb.NOTE, Verb.WHOSE, Verb.REOPEN]
)
@pytest.mark.parametrize("who", [FOREIGNER, DOCTOR, STRANGER])
async def test_S33_a_request_is_worked_on_by_its_own_clinics_registry_alone(
    clinic: Ward, verb: Verb, who: int
) -> None:
    request = await clinic.call()
    await forge(clinic, who, Press(request.id, request.version, verb))
    assert len(clinic.read(who)) == 1
    assert "05-000001" not in clinic.last(who)
    assert (await work.of(clinic.db.reader, request.id)) == work.NO_WORK


async def test_S33_the_buttons_of_the_queue_do_nothing_in_the_group(clinic: Ward) -> None:
    request = await clinic.call()
    await clinic.press(REGISTRAR, "", data=str(Press(request.id, request.version, Verb.TAKE)))
    assert clinic.last(REGISTRAR).startswith("Бұл түйме сізге арналмаған")
    assert (await work.of(clinic.db.reader, request.id)).holder is None


async def test_forged_places_of_a_pile_are_refused(clinic: Ward) -> None:
    for args in (("free",), ("free", "x"), ("nobody", "0"), ()):
        await forge(clinic, REGISTRAR, Press(NO_REQUEST, 5, Verb.PILE, args))
        assert clinic.last(REGISTRAR).startswith("Бұл түйме сізге арналмаған")


async def test_whoever_is_linked_as_a_registrar_is_shown_the_way_to_the_queue(clinic: Ward) -> None:
    for user, role, leads in ((701, "registrar", ["Кезек"]), (702, "doctor", [])):
        async with clinic.db.transaction() as tx:
            code = staff.new_code(tx, 5, role, "kk", clinic.clock.now(), Tokens())  # type: ignore[arg-type]  # a role
        await clinic.write(user, Command("link", code))
        first = clinic.chats[str(user)][0]
        assert [label for label, _ in first.buttons] == leads
    await clinic.press(701, "Кезек", chat=701)
    assert clinic.last(701).startswith("Өтінімдер кезегі.")


# Who has it.


async def test_a_request_is_taken_and_the_card_in_the_group_says_so(clinic: Ward) -> None:
    request = await clinic.call()
    await open_request(clinic, REGISTRAR)
    assert clinic.card(REGISTRAR).text.startswith("ЖАҢА. Дәрігерді үйге шақыру № 05-000001")
    assert clinic.card(REGISTRAR).text.endswith("Кімде: әлі ешкім алған жоқ")
    await clinic.press(REGISTRAR, "Өзіме алу", chat=REGISTRAR)
    assert clinic.card(REGISTRAR).text.endswith("Кімде: сізде")
    assert clinic.read(GROUP) == [clinic.read(GROUP)[0]]
    assert clinic.read(GROUP)[0].endswith("Жұмысқа алынды.")
    assert (await work.of(clinic.db.reader, request.id)).holder == REGISTRAR
    await open_pile(clinic, REGISTRAR, "Менде: 1")


async def test_of_two_who_take_at_once_one_has_it_and_the_other_reads_who(clinic: Ward) -> None:
    request = await clinic.call()
    await open_request(clinic, REGISTRAR)
    await open_request(clinic, SECOND_REGISTRAR)
    await clinic.press(REGISTRAR, "Өзіме алу", chat=REGISTRAR)
    await clinic.press(SECOND_REGISTRAR, "Өзіме алу", chat=SECOND_REGISTRAR)
    assert clinic.last(SECOND_REGISTRAR) == "№ 05-000001: өтінім әріптесіңізде: тіркеуші 1"
    assert clinic.card(SECOND_REGISTRAR).text.endswith("Кімде: тіркеуші 1")
    assert (await work.of(clinic.db.reader, request.id)).holder == REGISTRAR


async def test_a_request_is_given_to_a_colleague_who_is_told(clinic: Ward) -> None:
    await clinic.call()
    await open_request(clinic, REGISTRAR)
    await clinic.press(REGISTRAR, "Өзіме алу", chat=REGISTRAR)
    await clinic.press(REGISTRAR, "Әріптеске беру", chat=REGISTRAR)
    assert labels(clinic, REGISTRAR) == ["тіркеуші 2", "бөлім меңгерушісі 1", "Артқа"]
    await clinic.press(REGISTRAR, "тіркеуші 2", chat=REGISTRAR)
    assert clinic.card(REGISTRAR).text.endswith("Кімде: тіркеуші 2")
    assert clinic.last(SECOND_REGISTRAR) == "№ 05-000001: өтінімді сізге берді. Кім берді: тіркеуші 1"
    await clinic.press(SECOND_REGISTRAR, "№ 05-000001", chat=SECOND_REGISTRAR)
    assert clinic.last(SECOND_REGISTRAR).endswith("Кімде: сізде")


async def test_only_who_has_a_request_gives_it_on_or_back_or_a_head(clinic: Ward) -> None:
    request = await clinic.call()
    await open_request(clinic, REGISTRAR)
    await clinic.press(REGISTRAR, "Өзіме алу", chat=REGISTRAR)
    for verb in (Verb.GIVE, Verb.GIVE_BACK):
        await forge(clinic, SECOND_REGISTRAR, Press(request.id, 1, verb))
        assert "тіркеуші 1" in clinic.last(SECOND_REGISTRAR)
    assert (await work.of(clinic.db.reader, request.id)).holder == REGISTRAR
    await forge(clinic, HEAD, Press(request.id, 1, Verb.GIVE_BACK))
    assert (await work.of(clinic.db.reader, request.id)).holder is None
    assert "Жұмысқа алынды" not in clinic.read(GROUP)[0]


async def test_a_head_assigns_what_nobody_has(clinic: Ward) -> None:
    request = await clinic.call()
    await open_request(clinic, HEAD)
    await clinic.press(HEAD, "Әріптеске беру", chat=HEAD)
    await clinic.press(HEAD, "тіркеуші 2", chat=HEAD)
    assert (await work.of(clinic.db.reader, request.id)).holder == SECOND_REGISTRAR


@pytest.mark.parametrize("to", ["zz", str(FOREIGNER), "zzzzzzzzzzzzzzzzzzzz"])
async def test_S33_nothing_is_given_to_somebody_of_another_clinic(clinic: Ward, to: str) -> None:
    request = await clinic.call()
    await forge(clinic, HEAD, Press(request.id, 1, Verb.GIVE, (to,)))
    assert clinic.last(HEAD).startswith("Бұл түйме сізге арналмаған")
    assert (await work.of(clinic.db.reader, request.id)).holder is None


async def test_what_a_leaver_had_open_is_nobodys(clinic: Ward) -> None:
    request = await clinic.call()
    await open_request(clinic, REGISTRAR)
    await clinic.press(REGISTRAR, "Өзіме алу", chat=REGISTRAR)
    async with clinic.db.transaction() as tx:
        assert await work.release(tx, REGISTRAR, 6, clinic.clock.now()) == ()
        assert await work.release(tx, REGISTRAR, 5, clinic.clock.now()) == (request.id,)
        assert await work.release(tx, REGISTRAR, 5, clinic.clock.now()) == ()
    await open_pile(clinic, SECOND_REGISTRAR, "Алынбаған: 1")


async def test_who_has_left_is_no_longer_obeyed(clinic: Ward) -> None:
    await clinic.call()
    await open_request(clinic, REGISTRAR)
    async with clinic.db.transaction() as tx:
        assert await staff.leave(tx, REGISTRAR, 5, "operator", clinic.clock.now())
    await clinic.press(REGISTRAR, "Өзіме алу", chat=REGISTRAR)
    assert clinic.last(REGISTRAR).startswith("Бұл түймелерді")


async def test_the_buttons_of_the_service_work_from_the_queue_and_lead_back(clinic: Ward) -> None:
    request = await clinic.call()
    await open_request(clinic, REGISTRAR)
    for label in ("Растау", "Бейсенова", "12:00–14:00"):
        await clinic.press(REGISTRAR, label, chat=REGISTRAR)
    assert (await clinic.request(request)).status == "confirmed"
    assert clinic.read(GROUP)[0].startswith("РАСТАЛДЫ.")
    assert clinic.card(REGISTRAR).text.startswith("РАСТАЛДЫ.")
    await clinic.press(REGISTRAR, "Өтініммен жұмыс", chat=REGISTRAR)
    assert "Өзіме алу" in labels(clinic, REGISTRAR)


# Questions.


async def ask_citizen(clinic: Ward, who: int = REGISTRAR, words: str = QUESTION) -> int:
    """Ask about the first request; the id of the question."""
    await open_request(clinic, who)
    await clinic.press(who, "Пациенттен сұрау", chat=who)
    assert await clinic.write(who, Said(words))
    row = await clinic.db.reader.rows("sealed_work_questions_text", after=-1, most=10)
    return int(row[-1][0])


async def answer(
    clinic: Ward,
    question_id: int,
    words: str = ANSWER,
    address: Address | None = None,
    asker: str | None = None,
) -> str:
    """Answer as the citizen's dialog does; how it ended."""
    decisions = WorkDecisions(Registers(), asking_of(clinic.room.parts))
    now = clinic.clock.now()
    pressed = Pressed(address or Address("telegram", str(CITIZEN)), 1, None, "kk", now)
    async with clinic.db.transaction() as tx:
        opened_question = await decisions.decide(tx, OpenQuestionDraft(question_id, asker), pressed)
        done = await decisions.decide(tx, AnswerDraft(question_id, asker, words), pressed)
        owed = await outbox.put(tx, done.parcels, WORKER, now, now)
    assert isinstance(opened_question.receipt, dict)
    assert isinstance(done.receipt, dict)
    if opened_question.receipt["outcome"] == "open":
        assert opened_question.receipt["words"] == QUESTION
    await clinic.deliver(owed)
    return str(done.receipt["outcome"])


async def test_a_question_arrives_in_the_citizens_chat_and_its_answer_comes_back(clinic: Ward) -> None:
    await clinic.call()
    question_id = await ask_citizen(clinic)
    assert clinic.last(CITIZEN) == (
        "№ 05-000001 өтінім бойынша емхананың сұрағы:\n"
        f"{QUESTION}\n"
        "Төмендегі түймені басып, жауабыңызды жазыңыз."
    )
    assert clinic.card(CITIZEN).buttons[0] == ("Жауап беру", f"a:start:answering:{question_id}")
    assert clinic.last(REGISTRAR).startswith("№ 05-000001: сұрақ пациентке жіберілді.")
    assert clinic.read(GROUP)[0].endswith("Пациентке сұрақ қойылды, жауабы күтілуде.")
    assert await answer(clinic, question_id) == "taken"
    assert clinic.last(REGISTRAR) == f"№ 05-000001: пациенттің жауабы:\n{ANSWER}"
    assert clinic.read(GROUP)[0].endswith("Пациент сұраққа жауап берді.")
    await clinic.press(REGISTRAR, "№ 05-000001", chat=REGISTRAR)
    assert clinic.last(REGISTRAR).startswith("ЖАҢА.")


async def test_a_question_outlives_a_restart(clinic: Ward) -> None:
    await clinic.call()
    await open_request(clinic, REGISTRAR)
    await clinic.press(REGISTRAR, "Пациенттен сұрау", chat=REGISTRAR)
    clinic = opened(clinic.db, clinic.clock, clinic)
    assert await clinic.write(REGISTRAR, Said(QUESTION))
    row = await clinic.db.reader.rows("sealed_work_questions_text", after=-1, most=10)
    assert await answer(opened(clinic.db, clinic.clock, clinic), int(row[0][0])) == "taken"


async def test_whoever_is_told_by_sms_gets_neutral_words(clinic: Ward) -> None:
    await clinic.call(address=Address("sms", PHONE))
    await ask_citizen(clinic)
    assert clinic.read(PHONE) == [
        (
            "№ 05-000001: емхананың сұрағы бар. Ботта, «Менің өтінімдерім» бөлімінде жауап беріңіз "
            "немесе қоңырау шалыңыз: +7 727 233-39-60"
        )
    ]


async def test_whoever_has_blocked_the_chat_is_told_by_sms_once(clinic: Ward) -> None:
    await clinic.call()
    clinic.blocked.add(str(CITIZEN))
    await ask_citizen(clinic)
    for _ in range(3):
        clinic.clock.forward(20)
        await clinic.tick()
        await clinic.deliver()
    assert len(clinic.read(PHONE)) == 1
    assert QUESTION not in clinic.read(PHONE)[0]


async def test_a_chat_that_is_only_slow_has_ten_minutes(clinic: Ward) -> None:
    await clinic.call()
    await open_request(clinic, REGISTRAR)
    await clinic.press(REGISTRAR, "Пациенттен сұрау", chat=REGISTRAR)
    clinic.telegram_works = False
    assert await clinic.write(REGISTRAR, Said(QUESTION))
    sms = []
    for minutes in (9, 2):
        for _ in range(minutes * 4):
            clinic.clock.forward(15)
            await clinic.tick()
        sms.append(await clinic.parcels("sms"))
    assert sms == [0, 1]


async def test_a_second_answer_is_told_that_there_is_one(clinic: Ward) -> None:
    await clinic.call()
    question_id = await ask_citizen(clinic)
    assert await answer(clinic, question_id) == "taken"
    assert await answer(clinic, question_id, "тағы") == "answered"
    kept = await work.question(clinic.db.reader, question_id)
    assert kept is not None
    assert kept.answer == ANSWER


async def test_an_answer_after_the_request_was_closed_is_told_so(clinic: Ward) -> None:
    request = await clinic.call()
    question_id = await ask_citizen(clinic)
    async with clinic.db.transaction() as tx:
        closing = requests.Changes(closed_at=clinic.clock.now())
        assert await requests.move(
            tx, request.id, request.version, "cancelled", "person:1", clinic.clock.now(), closing
        )
    assert await answer(clinic, question_id) == "closed"


async def test_S33_a_question_is_answered_in_its_own_chat_or_by_whose_request_it_is(clinic: Ward) -> None:
    request = await clinic.call()
    question_id = await ask_citizen(clinic)
    elsewhere = Address("telegram", "777")
    assert await answer(clinic, question_id, address=elsewhere) == "not_yours"
    assert await answer(clinic, question_id, address=elsewhere, asker="424242") == "not_yours"
    assert await answer(clinic, 123456789) == "not_yours"
    assert await answer(clinic, question_id, address=elsewhere, asker=str(request.caller_id)) == "taken"


async def test_the_answer_goes_to_whoever_has_the_request_when_the_asker_has_left(clinic: Ward) -> None:
    await clinic.call()
    question_id = await ask_citizen(clinic)
    async with clinic.db.transaction() as tx:
        await staff.leave(tx, REGISTRAR, 5, "operator", clinic.clock.now())
    await answer(clinic, question_id)
    assert clinic.last(HEAD) == f"№ 05-000001: пациенттің жауабы:\n{ANSWER}"


@pytest.mark.parametrize("words", ["а" * 501, "???", "  "])
async def test_a_question_has_words_and_500_letters_at_most(clinic: Ward, words: str) -> None:
    await clinic.call()
    await open_request(clinic, REGISTRAR)
    await clinic.press(REGISTRAR, "Пациенттен сұрау", chat=REGISTRAR)
    assert await clinic.write(REGISTRAR, Said(words))
    assert "жарамайды" in clinic.last(REGISTRAR)
    assert clinic.read(CITIZEN) == []
    assert await clinic.write(REGISTRAR, Said("а" * 500))
    assert "а" * 500 in clinic.last(CITIZEN)


async def test_nobody_has_to_write_and_old_words_are_not_taken_for_a_question(clinic: Ward) -> None:
    await clinic.call()
    await open_request(clinic, REGISTRAR)
    await clinic.press(REGISTRAR, "Пациенттен сұрау", chat=REGISTRAR)
    await clinic.press(REGISTRAR, "Жазбаймын", chat=REGISTRAR)
    assert not await clinic.write(REGISTRAR, Said(QUESTION))
    await open_request(clinic, REGISTRAR)
    await clinic.press(REGISTRAR, "Пациенттен сұрау", chat=REGISTRAR)
    assert not await clinic.write(REGISTRAR, Said("мәзір"))
    clinic.clock.forward(16 * 60)
    assert not await clinic.write(REGISTRAR, Said(QUESTION))


async def test_a_person_is_asked_for_one_thing_at_a_time(clinic: Ward) -> None:
    await clinic.call()
    await open_request(clinic, REGISTRAR)
    await clinic.press(REGISTRAR, "Пациенттен сұрау", chat=REGISTRAR)
    await clinic.press(REGISTRAR, "Растау", message=clinic.chats[str(GROUP)][0])
    await clinic.press(REGISTRAR, "Басқа дәрігер", message=clinic.chats[str(GROUP)][0])
    assert await clinic.write(REGISTRAR, Said("Ахметова Айгүл"))
    assert clinic.read(CITIZEN) == []
    assert len(clinic.card(REGISTRAR).buttons) == 3


async def test_whoever_left_while_typing_asks_nobody(clinic: Ward) -> None:
    await clinic.call()
    await open_request(clinic, REGISTRAR)
    await clinic.press(REGISTRAR, "Пациенттен сұрау", chat=REGISTRAR)
    async with clinic.db.transaction() as tx:
        await staff.leave(tx, REGISTRAR, 5, "operator", clinic.clock.now())
    await clinic.write(REGISTRAR, Said(QUESTION))
    assert clinic.read(CITIZEN) == []


# Notes and details.


async def test_G_71_notes_are_read_in_the_details_and_each_look_is_on_record(clinic: Ward) -> None:
    request = await clinic.call()
    question_id = await ask_citizen(clinic)
    await answer(clinic, question_id)
    await open_request(clinic, REGISTRAR)
    await clinic.press(REGISTRAR, "Ескертпе жазу", chat=REGISTRAR)
    assert await clinic.write(REGISTRAR, Said("Иті бар, алдымен қоңырау шалу керек"))
    assert clinic.last(REGISTRAR).startswith("№ 05-000001: ескертпе сақталды.")
    await clinic.press(DOCTOR, "Толығырақ", message=clinic.chats[str(GROUP)][0])
    details = clinic.last(DOCTOR)
    assert "Ескертпе, 20.11, 10:00. Жазған: тіркеуші 1\nИті бар, алдымен қоңырау шалу керек" in details
    assert f"Сұрақ, 20.11, 10:00\n{QUESTION}\nЖауап, 20.11, 10:00\n{ANSWER}" in details
    assert request.number in details
    assert not any("Иті бар" in text or ANSWER in text for text in clinic.read(GROUP))
    actions = await recorded(clinic, request.id)
    assert [one for one in actions if one.startswith("work.")] == [
        "work.asked",
        "work.answered",
        "work.details_opened",
        "work.noted",
    ]
    assert actions[-1] == "home_call.details_opened"


async def test_what_was_asked_and_noted_is_erased_with_its_person(clinic: Ward) -> None:
    request = await clinic.call()
    question_id = await ask_citizen(clinic)
    await answer(clinic, question_id)
    async with clinic.db.transaction() as tx:
        work.note(tx, request.id, REGISTRAR, "Иті бар", clinic.clock.now())
    assert request.patient_id is not None
    async with clinic.db.transaction() as tx:
        assert await erase(tx, request.patient_id, "operator", clinic.clock.now())
    assert await work.notes(clinic.db.reader, request.id) == ()
    kept = await work.question(clinic.db.reader, question_id)
    assert kept is not None
    assert (kept.text, kept.answer) == ("", "")
    assert await answer(clinic, question_id) == "not_yours"


async def test_G_70_questions_are_emptied_after_ninety_days(clinic: Ward) -> None:
    await clinic.accepted(await clinic.call())
    request = await requests.by_number(clinic.db.reader, "05-000001")
    assert request is not None
    async with clinic.db.transaction() as tx:
        work.ask(tx, request.id, REGISTRAR, QUESTION, clinic.clock.now())
        work.note(tx, request.id, REGISTRAR, "Иті бар", clinic.clock.now())
        closing = requests.Changes(closed_at=clinic.clock.now())
        await requests.move(tx, request.id, request.version, "done", "staff:1", clinic.clock.now(), closing)
    removed = await prune(clinic.db, clinic.clock.forward(90 * 86_400 + 1))
    assert removed.rows["work_questions"] == 1
    assert removed.rows["work_notes"] == 0
    assert (await work.questions(clinic.db.reader, request.id))[0].text == ""


# A mistaken refusal.


async def refused(clinic: Ward) -> RegisteredRequest:
    """A call that a registrar refused."""
    request = await clinic.call()
    await clinic.press(REGISTRAR, "Бас тарту")
    await clinic.press(REGISTRAR, "Деректер")
    await clinic.press(REGISTRAR, "Иә, бас тарту")
    return await clinic.request(request)


async def reopen(clinic: Ward) -> None:
    await open_request(clinic, HEAD, label="Бүгінгі бас тарту: 1")
    await clinic.press(HEAD, "Қате бас тартуды жою", chat=HEAD)
    assert "бас тарту қате болды ма?" in clinic.card(HEAD).text
    await clinic.press(HEAD, "Иә, қайта ашу", chat=HEAD)


async def test_G_69_the_head_reopens_a_mistaken_refusal_the_same_day(clinic: Ward) -> None:
    before = await refused(clinic)
    clinic.clock.forward(3 * 3600)
    await reopen(clinic)
    after = await clinic.request(before)
    assert (after.status, after.ground, after.closed_at, after.answered_at) == (
        "registered",
        None,
        None,
        None,
    )
    assert after.answer_due == datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
    assert after.open_slot is not None
    assert clinic.read(GROUP)[0].startswith("ЖАҢА.")
    assert clinic.last(CITIZEN).startswith("№ 05-000001 өтінім: бас тарту қате болды, кешірім сұраймыз.")
    assert "2026 жылғы 20 қараша, 13:30" in clinic.last(CITIZEN)
    marks = await requests.marks(clinic.db.reader, before.id)
    assert [(mark.status, mark.note_code) for mark in marks] == [
        ("registered", None),
        ("refused", None),
        ("registered", "reopened"),
    ]


async def test_G_69_after_reopening_the_terms_run_anew(clinic: Ward) -> None:
    request = await clinic.call()
    clinic.clock.forward(31 * 60)
    await clinic.tick()
    await clinic.deliver()
    assert clinic.read(GROUP)[0].startswith("МЕРЗІМ ӨТТІ.")
    await clinic.press(REGISTRAR, "Бас тарту", message=clinic.chats[str(GROUP)][0])
    await clinic.press(REGISTRAR, "Деректер", message=clinic.chats[str(GROUP)][0])
    await clinic.press(REGISTRAR, "Иә, бас тарту", message=clinic.chats[str(GROUP)][0])
    await reopen(clinic)
    assert clinic.read(GROUP)[0].startswith("ЖАҢА.")
    clinic.clock.forward(31 * 60)
    await clinic.tick()
    await clinic.deliver()
    assert clinic.read(GROUP)[0].startswith("МЕРЗІМ ӨТТІ.")
    assert (await clinic.request(request)).status == "registered"
    kinds = {row.kind for row in await due.ripe(clinic.db.reader, clinic.clock.forward(86_400))}
    assert "call_undo_ends" not in kinds


async def test_G_69_on_the_next_day_a_refusal_stands(clinic: Ward) -> None:
    before = await refused(clinic)
    await open_request(clinic, HEAD, label="Бүгінгі бас тарту: 1")
    clinic.clock.forward(14 * 3600)
    await clinic.press(HEAD, "Қате бас тартуды жою", chat=HEAD)
    assert clinic.last(HEAD).startswith("№ 05-000001: бас тартуды тек сол күні")
    assert (await clinic.request(before)).status == "refused"


async def test_G_69_a_registrar_reopens_nothing(clinic: Ward) -> None:
    before = await refused(clinic)
    await forge(clinic, REGISTRAR, Press(before.id, before.version, Verb.REOPEN, ("sure",)))
    assert clinic.last(REGISTRAR) == "Қате бас тартуды тек бөлім меңгерушісі жоя алады."
    await clinic.write(REGISTRAR, QUEUE)
    assert not any("бас тарту" in label for label in labels(clinic, REGISTRAR))
    assert (await clinic.request(before)).status == "refused"


async def test_G_69_a_refusal_is_reopened_once_however_often_it_is_pressed(clinic: Ward) -> None:
    before = await refused(clinic)
    for _ in range(2):
        await forge(clinic, HEAD, Press(before.id, before.version, Verb.REOPEN, ("sure",)))
    assert len(await requests.marks(clinic.db.reader, before.id)) == 3


async def test_G_69_while_the_patient_has_another_open_call_nothing_is_reopened(clinic: Ward) -> None:
    before = await refused(clinic)
    assert before.patient_id is not None
    async with clinic.db.transaction() as tx:
        again = requests.NewRequest(
            clinic_no=5,
            service="home_call",
            address=Address("telegram", str(CITIZEN)),
            locale="kk",
            for_whom="self",
            status="registered",
            details=before.details,
            patient_id=before.patient_id,
            caller_id=before.patient_id,
            open_slot=requests.open_slot("home_call", before.patient_id),
        )
        await requests.register(tx, again, clinic.clock.now())
    await reopen(clinic)
    assert clinic.last(HEAD).startswith("№ 05-000001: бұл өтінімді ашу мүмкін емес.")
    assert (await clinic.request(before)).status == "refused"


async def test_G_69_a_withdrawn_booking_gets_its_time_back_while_it_is_free(house: Surgery) -> None:
    clinic, booking = house.ward, await house.book(locale="kk")
    await withdraw(clinic)
    await reopen(clinic)
    after = await house.now(booking)
    assert (after.status, after.slot) == ("confirmed", booking.slot)
    assert any("бас тарту қате болды" in text for text in clinic.read(CITIZEN))
    assert clinic.read(GROUP)[0].startswith("ЖАЗЫЛДЫ.")


async def test_G_69_a_withdrawn_booking_whose_time_is_gone_is_offered_others(house: Surgery) -> None:
    clinic, booking = house.ward, await house.book(locale="kk")
    await withdraw(clinic)
    other = await house.book(locale="kk", address=Address("telegram", "5000000002"))
    assert other.slot == booking.slot
    await reopen(clinic)
    after = await house.now(booking)
    assert (after.status, after.slot) == ("to_move", None)
    assert clinic.last(CITIZEN).startswith("№ 05-000001 жазылу: бас тарту қате болды, кешірім сұраймыз.")
    assert len(clinic.card(CITIZEN).buttons) == 5


async def withdraw(clinic: Ward) -> None:
    """Have a registrar withdraw the first booking."""
    card = clinic.chats[str(GROUP)][0]
    for _ in range(3):
        await clinic.press(REGISTRAR, card.buttons[0][0], message=card)


async def test_G_71_the_details_of_a_booking_open_from_the_queue(house: Surgery) -> None:
    clinic, booking = house.ward, await house.book(locale="kk")
    await forge(clinic, REGISTRAR, Press(booking.id, booking.version, Verb.WHOSE))
    assert clinic.last(REGISTRAR).startswith("Қабылдауға жазылу № 05-000001\n")
    assert "Сейітова Айгүл" in clinic.last(REGISTRAR)


async def test_G_69_a_mistaken_refusal_of_an_attachment_is_reopened(register: Enrolling) -> None:
    clinic = register.ward
    request = await register.ask(await register.person())
    await clinic.press(REGISTRAR, "Отказать")
    await clinic.press(REGISTRAR, "Нет документа")
    await clinic.press(REGISTRAR, "Да, отказать")
    assert (await clinic.request(request)).status == "refused"
    clinic.clock.forward(3600)
    await reopen(clinic)
    after = await clinic.request(request)
    assert (after.status, after.ground, after.closed_at) == ("registered", None, None)
    assert clinic.read(GROUP)[0].startswith("НОВАЯ.")
    assert clinic.last(CITIZEN).startswith("Отказ по заявке № 05-000001 был ошибкой")
