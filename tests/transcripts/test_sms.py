"""The service on a button phone, as its owner reads it: every SMS of whole conversations."""

import locales
from dialogs.engine import T
from otp import evidence
from storage import requests
from storage.addresses import Address
from tests.button_phone import ButtonPhone, phone_of, strange_phone
from tests.golden import Golden
from tests.town import HIDDEN, RunningTown, transcript
from tests.transcripts.cast import Cast, in_both_languages

BOOK = {"kk": "жазылу", "ru": "запись"}
CALL = {"kk": "дәрігер шақыру", "ru": "вызов врача"}
MINE = {"kk": "өтінімдерім", "ru": "мои заявки"}
YES = {"kk": "иә", "ru": "да"}
NO = {"kk": "жоқ", "ru": "нет"}
MENU = {"kk": "МӘЗІР", "ru": "МЕНЮ"}
HELP = {"kk": "КӨМЕК", "ru": "ПОМОЩЬ"}
STOP = {"kk": "ТОҚТАТ", "ru": "СТОП"}
START = {"kk": "БАСТА", "ru": "СТАРТ"}
OTHER_LANGUAGE = {"kk": "русский", "ru": "қазақша"}
CANCEL = {"kk": "болдырмау", "ru": "отмена"}
TOMORROW = {"kk": "дүйсенбі", "ru": "в понедельник"}
MY_IIN = {"kk": "менің ЖСН:", "ru": "мой ИИН"}
NONSENSE = {"kk": "бір нәрсе жаздым", "ru": "что-то написано"}
UNKNOWN_IIN = "900101300017"


async def _booked(phone: ButtonPhone, cast: Cast) -> None:
    await phone.write(BOOK[cast.language])
    await phone.write(phone.iin)
    await phone.confirm()
    await phone.write("1")


async def _called(phone: ButtonPhone, cast: Cast) -> None:
    await phone.write(CALL[cast.language])
    await phone.write("2")
    await phone.write(phone.iin)
    await phone.confirm()
    await phone.write(cast.own_words)
    await phone.write("1")
    await phone.write("1")


@in_both_languages
async def test_CH_02_a_whole_booking_is_four_sms(town: RunningTown, cast: Cast, golden: Golden) -> None:
    phone = await phone_of(town, cast.caller)
    await _booked(phone, cast)
    assert len(phone.seen) == 4
    golden.check(cast.name("sms_booking"), transcript(town.lines))


@in_both_languages
async def test_CH_02_service_and_iin_in_one_message_save_one_more(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    phone = await phone_of(town, cast.caller)
    await phone.write(f"{BOOK[cast.language]} {phone.iin}")
    await phone.confirm()
    await phone.write("1")
    assert len(phone.seen) == 3
    golden.check(cast.name("sms_booking_at_once"), transcript(town.lines))


@in_both_languages
async def test_a_child_is_booked_by_sms(town: RunningTown, cast: Cast, golden: Golden) -> None:
    phone = await phone_of(town, cast.caller)
    await phone.write(BOOK[cast.language])
    await phone.write(f"1 {phone.iin}")
    (answer,) = await phone.confirm()
    if cast.child in answer:
        # An only child need not be chosen.
        await phone.write("1")
    await phone.write("1")
    golden.check(cast.name("sms_booking_of_child"), transcript(town.lines))


@in_both_languages
async def test_another_doctor_and_another_day_are_numbered_menus(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    phone = await phone_of(town, cast.caller)
    await phone.write(f"{BOOK[cast.language]} {phone.iin}")
    await phone.confirm()
    await phone.write("4")
    town.lines.clear()
    await phone.write("1")
    await phone.write("2")
    await phone.write(TOMORROW[cast.language])
    await phone.write("0")
    await phone.write("9")
    await phone.write("1")
    await phone.write("1")
    golden.check(cast.name("sms_booking_step_by_step"), transcript(town.lines))


@in_both_languages
async def test_HC_01_a_home_call_by_sms_from_first_to_last(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    phone = await phone_of(town, cast.caller)
    await _called(phone, cast)
    golden.check(cast.name("sms_home_call"), transcript(town.lines))


@in_both_languages
async def test_G_16_warning_signs_lead_to_103_and_do_not_end_the_call(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    phone = await phone_of(town, cast.caller)
    await phone.write(CALL[cast.language])
    await phone.write(YES[cast.language])
    await phone.write("2")
    golden.check(cast.name("sms_warning_signs"), transcript(town.lines))


@in_both_languages
async def test_a_home_call_for_another_adult_says_no_name(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    phone = await phone_of(town, cast.caller)
    for text in (CALL[cast.language], NO[cast.language], "2", phone.iin):
        await phone.write(text)
    await phone.confirm()
    town.lines.clear()
    for text in (cast.other, cast.other_name, "05.03.1948", f"{cast.other_clinic}", "а"):
        await phone.write(text)
    for text in (cast.own_words, cast.typed_address, "1"):
        await phone.write(text)
    assert not any(cast.other_name in sms for sms in phone.seen)
    golden.check(cast.name("sms_call_for_another"), transcript(town.lines))


@in_both_languages
async def test_PC_07_the_status_is_read_and_a_booking_cancelled_by_sms(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    phone = await phone_of(town, cast.caller)
    await _booked(phone, cast)
    town.lines.clear()
    await town.advance(600)
    await phone.write(f"{MINE[cast.language]} {phone.iin}")
    await phone.confirm()
    await phone.write("2")
    await phone.write(YES[cast.language])
    golden.check(cast.name("sms_cancelled"), transcript(town.lines))


@in_both_languages
async def test_G_74_a_home_call_is_withdrawn_by_sms(town: RunningTown, cast: Cast, golden: Golden) -> None:
    phone = await phone_of(town, cast.caller)
    await _called(phone, cast)
    town.lines.clear()
    # The way to take it back stands in the very SMS with the number, and is its second.
    await phone.write("2")
    (taken_back,) = await phone.write("1")
    assert f"{cast.clinic:02}-000001" in taken_back
    request = await requests.by_number(town.app.db.reader, f"{cast.clinic:02}-000001")
    assert request is not None
    assert request.status == "cancelled"
    golden.check(cast.name("sms_withdrawn"), transcript(town.lines))


@in_both_languages
async def test_a_wrong_value_is_told_each_time_and_what_is_no_answer_gets_one_hint_and_then_a_phone(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    phone = await phone_of(town, cast.caller)
    await phone.write(BOOK[cast.language])
    await phone.write(phone.iin[:-1])
    await phone.write(f"{phone.iin[:-1]}{(int(phone.iin[-1]) + 1) % 10}")
    await phone.write(f"{phone.iin}0")
    await phone.write(f"{MY_IIN[cast.language]} {phone.iin}")
    wrong = f"{(int(phone.code()) + 1) % 10**6:06d}"
    await phone.write(wrong, shown="wrong code")
    await phone.confirm()
    await phone.write("7")
    await phone.write(NONSENSE[cast.language])
    # The hint has pushed it behind "9", but it was read before and means the same.
    await phone.write("3")
    golden.check(cast.name("sms_wrong_input"), transcript(town.lines))


@in_both_languages
async def test_a_mistyped_iin_beside_the_service_is_told_at_once(town: RunningTown, cast: Cast) -> None:
    phone = await phone_of(town, cast.caller)
    wrong = f"{phone.iin[:-1]}{(int(phone.iin[-1]) + 1) % 10}"
    (answer,) = await phone.write(f"{BOOK[cast.language]} {wrong}")
    assert locales.render(T("iin.check_digit"), cast.language, short=True) in answer
    assert wrong not in answer
    (code,) = await phone.write(phone.iin)
    assert phone.code() in code


@in_both_languages
async def test_S2_from_another_phone_the_code_and_all_that_follows_go_to_the_registered_one(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    stranger = strange_phone(town)
    phone = await phone_of(town, cast.caller)
    await stranger.write(f"{BOOK[cast.language]} {phone.iin}")
    await phone.new()
    await phone.confirm()
    await phone.write("1")
    assert await stranger.new() == []
    golden.check(cast.name("sms_from_another_phone"), transcript(town.lines))


@in_both_languages
async def test_S19_an_iin_that_nobody_has_reads_the_same(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    known, unknown = strange_phone(town), strange_phone(town, "+77011230098", "another")
    phone = await phone_of(town, cast.caller)
    before = await known.write(f"{BOOK[cast.language]} {phone.iin}")
    town.lines.clear()
    after = await unknown.write(f"{BOOK[cast.language]} {UNKNOWN_IIN}")
    assert before == after
    golden.check(cast.name("sms_unknown_iin"), transcript(town.lines))


@in_both_languages
async def test_menu_help_language_stop_and_start(town: RunningTown, cast: Cast, golden: Golden) -> None:
    phone = await phone_of(town, cast.caller)
    for text in (MENU[cast.language], HELP[cast.language], "103", OTHER_LANGUAGE[cast.language]):
        await phone.write(text)
    for text in (STOP[cast.language], MENU[cast.language], START[cast.language]):
        await phone.write(text)
    golden.check(cast.name("sms_words"), transcript(town.lines))


@in_both_languages
async def test_AP_13_a_refusal_by_sms_has_its_ground_and_clause(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    phone = await phone_of(town, cast.attached_nowhere)
    await phone.write(f"{BOOK[cast.language]} {phone.iin}")
    await phone.confirm()
    golden.check(cast.name("sms_refused"), transcript(town.lines))


@in_both_languages
async def test_begun_in_telegram_and_finished_by_sms(town: RunningTown, cast: Cast, golden: Golden) -> None:
    phone = await phone_of(town, cast.caller, "citizen")
    assert phone.owner is not None
    await phone.owner.say("/start")
    await phone.owner.say("қазақша" if cast.language == "kk" else "русский")
    await phone.owner.say(BOOK[cast.language])
    await phone.owner.tap("button.agree", "button.for_self")
    await phone.owner.say(phone.iin)
    town.lines.clear()
    moved = await phone.owner.say("SMS")
    code = next(word for word in moved.text.replace(":", " ").replace(".", " ").split() if _is_code(word))
    await phone.new()
    await phone.write(code, shown=HIDDEN)
    await phone.confirm()
    await phone.write("1")
    golden.check(cast.name("sms_from_telegram"), transcript(town.lines).replace(code, HIDDEN))


def _is_code(word: str) -> bool:
    return len(word) == 6 and word.isdigit()


@in_both_languages
async def test_S28_what_was_consented_to_and_signed_is_kept_word_for_word(
    town: RunningTown, cast: Cast
) -> None:
    phone = await phone_of(town, cast.caller)
    await _booked(phone, cast)
    reader = town.app.db.reader
    request = await requests.by_number(reader, f"{cast.clinic:02}-000001")
    assert request is not None
    assert request.signed_text is not None
    heading, _, label = request.signed_text.rpartition("\n")
    assert heading in phone.seen[2]
    assert f"1 {label}" in phone.seen[2]
    given = await evidence.alive_in_chat(reader, Address("sms", phone.number), town.world.clock.now())
    assert given is not None
    consent = await evidence.record(reader, given.id)
    assert consent is not None
    assert (consent.text_id, consent.language) == ("appointment_sms", cast.language)
    assert consent.text_shown is not None
    assert consent.text_shown in phone.seen[1]
    assert consent.text_is_genuine
