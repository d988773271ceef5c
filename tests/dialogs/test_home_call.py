"""A doctor called to the home: what the citizen is asked, shown and told."""

from datetime import UTC, date, datetime

import pytest

from dialogs.addresses import Address
from dialogs.drafts import RegisteredPatient, TypedPatient
from dialogs.engine import Ended, Moved, Pressed
from rules.home_call import ForWhom
from rules.people import Language
from rules.representation import Newborn
from tests.dialogs.calls import draft_of, filled, identified, talk
from tests.dialogs.registry import AIGUL, DAUGHTER, HOLIDAY, STRANGER, TEENAGER, UNATTACHED, Registry, card
from tests.dialogs.talk import Talk

AFTER_CUTOFF = datetime(2026, 11, 20, 13, 0, tzinfo=UTC)
SUNDAY = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
ON_HOLIDAY = datetime(2026, 12, 16, 6, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("locale", "told"),
    [
        ("ru", ["№ 05-004512", "20 ноября 2026 года, 14:33", "+7 727 397-47-90", "103"]),
        ("kk", ["№ 05-004512", "2026 жылғы 20 қараша, 14:33", "+7 727 397-47-90", "103"]),
    ],
)
def test_HC_07_a_call_that_was_sent_has_a_number_a_deadline_a_phone_and_103(
    locale: Language, told: list[str]
) -> None:
    sent = filled(locale=locale).press("send")
    assert sent.key == "Ended"
    assert all(part in sent.reads for part in told), sent.reads
    assert [option.id for option in sent.options] == ["start:cabinet:71", "start:withdraw:71", "menu"]


def test_HC_05_nothing_is_submitted_before_send_and_what_is_signed_is_what_was_shown() -> None:
    shown = filled()
    assert shown.done == []
    text = shown.reads
    draft = draft_of(shown.press("send"))
    assert draft.signed.text == text
    assert draft.signed.locale == "ru"
    assert draft.consent_id == 91
    assert draft.patient == RegisteredPatient(AIGUL.id, 1)
    assert (draft.clinic_no, draft.clinic_chosen, draft.visit_day) == (5, False, date(2026, 11, 20))


def test_PC_05_the_button_of_an_older_summary_sends_nothing() -> None:
    shown = filled()
    old = next(option.id for option in shown.options if option.id.startswith("send-"))
    shown.press("change", "phone", "other").say("8 727 233 39 60")
    shown.send(Pressed("home_call.check", old))
    assert isinstance(shown.heard, Moved)
    assert shown.done == []


def test_PC_03_and_GEN_07_after_the_code_neither_iin_nor_name_nor_attachment_is_asked() -> None:
    shown = filled()
    assert "Сейітова Айгүл" in shown.reads
    assert "Городская поликлиника № 5" in shown.reads
    assert {entry.key for entry in shown.journal.entries} == {
        "home_call.red_flags",
        "home_call.notice",
        "home_call.for_whom",
        "identity.iin",
        "home_call.reason",
        "home_call.words",
        "home_call.address",
        "home_call.entrance",
        "home_call.phone",
    }


def test_S19_a_known_and_an_unknown_iin_read_alike_up_to_the_code() -> None:
    pages = []
    for iin in (AIGUL.iin, UNATTACHED.iin, Registry().people[1].iin):
        one = talk().press("none", "agree", "self").say(iin.digits)
        pages.append((one.key, one.reads, one.buttons))
    nobody = talk().press("none", "agree", "self").say("900101300017")
    assert all(page == (nobody.key, nobody.reads, nobody.buttons) for page in pages)
    assert nobody.key == "AtGate"


@pytest.mark.parametrize("locale", ["kk", "ru"])
def test_a_warning_sign_leads_to_103_and_the_call_can_still_be_made(locale: Language) -> None:
    warned = talk(locale).press("yes")
    assert "103" in warned.reads
    assert warned.press("go_on").key == "home_call.notice"
    called = talk(locale).press("yes", "called")
    assert called.key == "Ended"
    assert called.options[0].id == "start:home_call"


@pytest.mark.parametrize("words", ["жоқ", "Жок", "нет", "НЕТ", "жоқ, жалғастыру", "2"])
def test_no_is_understood_however_it_is_spelt(words: str) -> None:
    assert talk("kk").say(words).key == "home_call.notice"


def test_who_does_not_agree_to_the_notice_gets_the_phone_of_their_clinic() -> None:
    refused = talk().press("none", "refuse")
    assert "1414" in refused.reads
    refused.say("7")
    assert refused.key == "Ended"
    assert "Городская поликлиника № 7" in refused.reads
    assert "+7 727 397-47-90" in refused.reads


def test_who_lost_the_sim_gets_the_phone_of_their_clinic_and_a_way_back() -> None:
    lost = talk().press("none", "agree", "self").say(AIGUL.iin.digits).leave()
    assert lost.key == "identity.clinic"
    lost.say("5")
    assert lost.key == "identity.clinic.which"
    assert lost.buttons == ["ГП № 5", "ДГП № 5"]
    lost.press("5")
    assert "+7 727 397-47-90" in lost.reads
    assert "103" in lost.reads
    assert "start:home_call" in [option.id for option in lost.options]


def test_HC_03_and_GEN_14_who_is_attached_nowhere_is_refused_with_the_ground_and_what_next() -> None:
    refused = talk().press("none", "agree", "self").say(UNATTACHED.iin.digits).confirm(UNATTACHED.id)
    outcome = refused.outcome
    assert isinstance(outcome, Ended)
    assert outcome.end.ground == "not_attached"
    for part in ("ҚР ДСМ-194/2020", "прикрепитесь", "15 рабочих дней", "в суд", "103"):
        assert part in refused.reads


def test_a_clinic_without_linked_staff_takes_nothing_and_says_its_phone() -> None:
    closed = talk().press("none", "agree", "self")
    closed.registry.live.clear()
    closed.say(AIGUL.iin.digits).confirm()
    assert closed.key == "Ended"
    assert "+7 727 397-47-90" in closed.reads


def test_HC_08_after_the_cut_off_the_call_is_carried_over_only_if_the_caller_agrees() -> None:
    late = identified(now=AFTER_CUTOFF)
    assert late.key == "home_call.carry_over"
    for part in ("21 ноября 2026 года", "103", "боль в груди"):
        assert part in late.reads
    assert late.press("no").key == "Ended"
    assert "1414" in late.reads
    sent = filled(now=AFTER_CUTOFF).press("send")
    assert draft_of(sent).visit_day == date(2026, 11, 21)
    assert "перенесена" in sent.reads


@pytest.mark.parametrize(
    ("now", "day"), [(SUNDAY, "23 ноября 2026 года"), (ON_HOLIDAY, "17 декабря 2026 года")]
)
def test_GEN_02_on_a_day_off_the_next_working_day_is_offered(now: datetime, day: str) -> None:
    assert date(2026, 12, 16) == HOLIDAY
    off = identified(now=now)
    assert "не работает" in off.reads
    assert day in off.reads


def test_S19_nothing_is_read_from_the_registry_before_the_code() -> None:
    asked = talk().press("none", "agree", "child")
    asked.registry.down = True
    assert asked.say(AIGUL.iin.digits).key == "AtGate"


def test_E_02_a_summary_that_waited_past_the_cut_off_is_not_signed_for_today() -> None:
    shown = filled(now=datetime(2026, 11, 20, 12, 59, tzinfo=UTC))
    old = next(option.id for option in shown.options if option.id.startswith("send-"))
    shown.now = AFTER_CUTOFF
    shown.send(Pressed("home_call.check", old))
    assert shown.key == "home_call.carry_over"
    assert shown.done == []
    assert "21 ноября 2026 года" in shown.press("carry").reads


def test_G_19_a_second_call_for_the_same_person_is_shown_instead_of_doubled() -> None:
    again = talk().press("none", "agree", "self")
    again.registry.cards.append(card())
    again.say(AIGUL.iin.digits).confirm()
    assert again.key == "Ended"
    assert "05-004512" in again.reads
    assert [option.id for option in again.options] == ["start:cabinet:71", "start:withdraw:71", "menu"]


def test_G_19_a_call_merged_while_it_was_sent_says_so() -> None:
    shown = filled()
    shown.receipt = {
        "request_id": 71,
        "number": "05-000007",
        "due_us": None,
        "visit_day": "2026-11-20",
        "merged": True,
    }
    assert "уже вызван" in shown.press("send").reads


def test_GEN_06_a_child_needs_a_birth_certificate_up_to_sixteen() -> None:
    assert "свидетельство о рождении" in filled("child").reads
    # Arman turns sixteen on the 21st.
    on_the_20th = identified("child").press(TEENAGER.id, "fever", "skip", "registered", "skip", "registered")
    assert "свидетельство о рождении" in on_the_20th.reads
    carried = identified("child", now=AFTER_CUTOFF).press(
        TEENAGER.id, "carry", "fever", "skip", "registered", "skip"
    )
    assert "удостоверение личности" in carried.press("registered").reads
    assert "удостоверение личности" in filled("self").reads


def test_a_child_of_the_list_is_called_for_with_the_childs_own_attachment() -> None:
    begun = identified("child")
    assert begun.buttons == ["Жансая, 2018", "Арман, 2010", "Другой ребёнок", "Новорождённый без ИИН"]
    begun.registry.attached[DAUGHTER.id] = 19
    begun.press(DAUGHTER.id, "child_unwell", "skip", "registered", "skip", "registered", "send")
    draft = draft_of(begun)
    assert draft.for_whom is ForWhom.CHILD
    assert (draft.clinic_no, draft.clinic_chosen) == (19, False)
    assert draft.patient == RegisteredPatient(DAUGHTER.id, 1)


def test_a_child_not_on_the_list_continues_as_another_person() -> None:
    other = identified("child").press("another").say(STRANGER.iin.digits)
    assert other.key == "home_call.patient_name"
    mine = identified("child").press("another").say(DAUGHTER.iin.digits)
    assert mine.key == "home_call.reason"


def test_G_10_a_newborn_without_an_iin_is_called_for_under_the_mother() -> None:
    born = identified("child").press("newborn", "no_name")
    assert "60" in born.say("05.01.2026").hint
    born.say("05.11.2026").press("child_unwell", "skip", "registered", "skip", "registered")
    assert "Новорождённый" in born.reads
    draft = draft_of(born.press("send"))
    assert draft.patient == Newborn(AIGUL.id, "", date(2026, 11, 5))
    assert draft.clinic_no == 5


def test_G_10_a_newborn_is_not_merged_with_the_mothers_own_call() -> None:
    born = identified("child")
    born.registry.cards.append(card())
    assert born.press("newborn", "no_name").say("05.11.2026").key == "home_call.reason"


def another_adult() -> Talk:
    """A call for somebody else, at its summary."""
    begun = identified("other").say(STRANGER.iin.digits, "Ахметова Сара", "05.03.1948", "7")
    return begun.press("fever", "skip").say("Толе би 5, кв 3").press("skip", "registered")


def test_another_adult_is_called_for_with_all_of_it_typed_and_the_clinic_chosen() -> None:
    shown = another_adult()
    assert "Ахметова Сара" in shown.reads
    assert STRANGER.iin.last_four in shown.reads
    draft = draft_of(shown.press("send"))
    assert draft.for_whom is ForWhom.OTHER
    assert draft.patient == TypedPatient(STRANGER.iin, "Ахметова Сара", date(1948, 3, 5))
    assert (draft.clinic_no, draft.clinic_chosen) == (7, True)
    assert draft.address == Address(street="Толе би", house="5", flat="3")


def test_of_another_adult_the_caller_learns_neither_attachment_nor_an_open_call() -> None:
    begun = identified("other").say(UNATTACHED.iin.digits, "Ким Олег", "01.01.1970", "7")
    assert begun.key == "home_call.reason"
    begun = identified("other")
    begun.registry.cards.append(card())
    assert begun.say(STRANGER.iin.digits, "Ахметова Сара", "05.03.1948", "7").key == "home_call.reason"


def test_GEN_08_another_adult_without_an_iin_is_led_to_the_clinics_phone() -> None:
    without = identified("other").press("no_iin")
    assert "1414" in without.reads
    assert "+7 727 397-47-90" in without.say("7").reads
    assert "Мне" in identified("other").say(AIGUL.iin.digits).hint
