"""Rules that only the whole service shows, each by its id in the catalogue."""

import re
import sqlite3

import pytest

from rules.grounds import FALSE_DATA, NOT_ATTACHED
from tests.town import RunningTown
from tests.walks import LANGUAGES, begin, call, fill_in, to_the_code, to_the_summary, to_whom

AIGUL = "880412294549"
VICTORIA = "930303293163"
PRICE = re.compile(r"₸|тенге|теңге|KZT|оплат|төле", re.IGNORECASE)


@pytest.mark.parametrize(("iin", "free"), [(AIGUL, "тегін"), (VICTORIA, "бесплатн")])
async def test_GEN_04_the_service_is_free_and_says_so_and_never_asks_for_money(
    town: RunningTown, iin: str, free: str
) -> None:
    citizen = await town.citizen(iin)
    notice = await begin(citizen)
    notice = await citizen.tap("button.home_call", "button.no_signs")
    assert free in notice.text
    await citizen.tap("button.agree", "button.for_self")
    await citizen.say(iin)
    await citizen.confirm()
    await fill_in(citizen)
    await citizen.tap("button.send")
    assert not any(PRICE.search(message.text) for message in await citizen.messages())


async def test_GEN_07_X_28_what_the_state_already_holds_is_never_asked_for(town: RunningTown) -> None:
    citizen = await town.citizen(AIGUL)
    summary = await to_the_summary(citizen)
    typed = [line.text for line in town.lines if line.who == "citizen" and not line.text.startswith("[")]
    assert typed == ["/start", AIGUL, "······"]
    for known in ("Сейітова Айгүл Қанатқызы", "№ 5 қалалық емхана", "Мақатаев көшесі", "+7 747 ***-**-61"):
        assert known in summary.text


async def test_PC_02_the_service_is_ordered_by_one_press_on_its_name(town: RunningTown) -> None:
    citizen = await town.citizen(AIGUL)
    menu = await begin(citizen)
    assert menu.labels[0] == citizen.words("button.home_call")
    assert (await citizen.tap("button.home_call")).text.startswith("Алдымен анықтап алайық")


async def test_PC_03_the_confirmed_iin_stands_in_the_form_and_cannot_be_typed_over(town: RunningTown) -> None:
    citizen = await town.citizen(AIGUL)
    summary = await to_the_summary(citizen)
    assert AIGUL[-4:] in summary.text
    assert AIGUL not in summary.text
    what = await citizen.tap("button.change")
    assert not any("ЖСН" in label for label in what.labels)
    await citizen.say("900725297363")
    await citizen.tap("button.back")
    sent = await citizen.tap("button.send")
    assert "05-000001" in sent.text
    with sqlite3.connect(town.registry) as raw:
        assert raw.execute("SELECT caller_id = patient_id FROM requests").fetchall() == [(1,)]
    raw.close()


@pytest.mark.parametrize(("iin", "label"), [(AIGUL, "Өтінімді жіберу"), (VICTORIA, "Отправить запрос")])
async def test_PC_05_the_button_that_sends_bears_the_name_that_the_act_gives_it(
    town: RunningTown, iin: str, label: str
) -> None:
    summary = await to_the_summary(await town.citizen(iin))
    assert summary.labels[0] == label


async def test_PC_06_AU_00_nothing_reaches_the_clinic_before_send_is_pressed_under_a_confirmed_code(
    town: RunningTown,
) -> None:
    citizen = await town.citizen(AIGUL)
    summary = await to_the_summary(citizen)
    assert await town.group(5) == []
    await citizen.tap("button.send")
    assert len(await town.group(5)) == 1
    with sqlite3.connect(town.registry) as raw:
        signed = raw.execute(
            "SELECT c.outcome, r.signed_digest IS NOT NULL, r.signed_message, r.signed_at IS NOT NULL"
            " FROM requests r JOIN consents c ON c.id = r.consent_id"
        ).fetchall()
    raw.close()
    assert signed == [("given", 1, str(summary.message_id), 1)]


async def test_PC_06_an_identity_that_has_grown_old_signs_nothing(town: RunningTown) -> None:
    citizen = await town.citizen(AIGUL)
    await to_the_summary(citizen)
    await town.advance(15 * 60)
    answer = await citizen.tap("button.send")
    assert citizen.words("code.again") in answer.text
    assert await town.group(5) == []
    await citizen.confirm()
    sent = await citizen.tap("button.send")
    assert "05-000001" in sent.text


async def test_AU_00_there_is_no_account_no_password_and_no_registration(town: RunningTown) -> None:
    citizen = await town.citizen(AIGUL)
    await call(citizen)
    said = " ".join(message.text.casefold() for message in await citizen.messages())
    for word in ("құпиясөз", "пароль", "логин", "тіркеліңіз"):
        assert word not in said


async def test_GEN_14_every_ground_is_told_with_its_law_and_the_right_to_complain(town: RunningTown) -> None:
    citizen = await town.citizen("530820198889")
    await to_the_code(citizen)
    refusal = await citizen.confirm()
    for key in (NOT_ATTACHED.words_key, NOT_ATTACHED.law_words_key, "appeal.right"):
        assert citizen.words(key) in refusal.text


async def test_G_89_no_ground_is_offered_to_staff_without_its_act_and_clause(town: RunningTown) -> None:
    await call(await town.citizen(AIGUL))
    for ground in (NOT_ATTACHED, FALSE_DATA):
        card = await town.staff_tap(5, "registrar", "staff.button.refuse", f"staff.ground.{ground.code}")
        assert town.group_words(5, ground.law_words_key) in card.text
        await town.staff_tap(5, "registrar", "staff.button.back", "staff.button.back")


async def test_G_44_kazakh_stands_first_and_the_language_is_kept_and_changed_at_any_moment(
    town: RunningTown,
) -> None:
    citizen = await town.citizen(AIGUL)
    await citizen.say("/start")
    assert (await citizen.last()).labels == (LANGUAGES["kk"], LANGUAGES["ru"])
    await citizen.press(LANGUAGES["kk"])
    await citizen.tap("button.home_call")
    assert "Сначала уточним" in (await citizen.say("русский")).text
    await town.stop_bot()
    await town.start_bot()
    assert "Здравствуйте" in (await citizen.say("/start")).text


async def test_G_46_no_sms_is_offered_to_everybody_alike(town: RunningTown) -> None:
    for iin in (AIGUL, "900101300017", "350509191426"):
        stranger = await town.stranger()
        stranger.iin = iin
        gate = await to_the_code(stranger)
        assert stranger.words("button.no_sms") in gate.labels


async def test_X_17_X_21_X_43_the_kazakh_names_are_those_that_the_acts_settled_on(town: RunningTown) -> None:
    citizen = await town.citizen(AIGUL)
    await begin(citizen)
    assert "Дәрігерді үйге шақыру" in (await citizen.last()).labels
    sent = await call(citizen)
    assert "Мәртебені жаңарту" in sent.labels
    await town.staff_tap(5, "registrar", "staff.button.accept")
    await town.press_card(town.of_staff(5, "registrar"), 5, "Жақыпов Ержан Төреханұлы")
    await town.press_card(town.of_staff(5, "registrar"), 5, "14:00–16:00")
    assert "жалпы практика дәрігері" in (await citizen.read()).text


async def test_AU_00_the_data_notice_comes_before_anything_is_asked(town: RunningTown) -> None:
    citizen = await town.citizen(AIGUL)
    await to_whom(citizen)
    typed = [line.text for line in town.lines if line.who == "citizen" and not line.text.startswith("[")]
    assert typed == ["/start"]
