"""A complaint in its chat: about a request or on its own, with files, receipted, or without a name."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from dialogs import DIALOGS, IN_CHAT
from dialogs.complaint import complaint
from dialogs.complaint_drafts import ComplaintDraft, FeedbackDraft
from dialogs.context import AtDesk
from dialogs.engine import Ended, NotRead, Said, SentFile, SentOther
from dialogs.facts import CentreCard
from rules.booking_status import BookingStatus
from rules.call_status import CallStatus
from rules.centre_info import AboutWhom, Centre, InfoStatus
from rules.channels import Channel
from rules.complaints import AboutMatter, Addressee, AnswerWay, ComplaintStatus, MatterKind
from rules.home_call import VisitWindow
from rules.people import Language
from tests.dialogs.complaining import WORDS, at_the_files, at_the_summary, begun, filed, overdue, refused
from tests.dialogs.registry import AIGUL, FRIDAY_AFTERNOON, STRANGER, card, visit_card
from tests.dialogs.talk import Talk

BOTH = pytest.mark.parametrize("locale", ["kk", "ru"])
PHOTO = SentFile("photo", "photo-1", mime="image/jpeg", size=90_000)
PAPER = SentFile("document", "paper-1", "выписка.pdf", "application/pdf", 300_000, "от врача")


def draft_of(talk: Talk) -> ComplaintDraft:
    (draft,) = talk.done
    assert isinstance(draft, ComplaintDraft)
    return draft


@BOTH
def test_CO_01_from_a_refused_request_its_number_is_filled_in(locale: Language) -> None:
    talk = at_the_summary(locale)
    assert "05-004512" in talk.reads
    assert draft_of(talk.press("send")).matter == AboutMatter(MatterKind.REQUEST, 71)
    assert all(question.key != "complaint.about" for question in talk.asked)


@pytest.mark.parametrize("to", list(Addressee))
def test_CO_02_the_addressee_is_asked_first_and_may_be_both(to: Addressee) -> None:
    talk = Talk(complaint, arg="request:71")
    talk.registry.cards.append(refused())
    assert talk.key == "complaint.to"
    assert [option.id for option in talk.options] == ["health", "quality", "both", "nameless"]
    talk.press(to.value).say(AIGUL.iin.digits).confirm().say(WORDS)
    talk.press("done", "registered", "registered", "hand", "send")
    assert draft_of(talk).addressee is to


@BOTH
def test_CO_03_CH_06_a_button_phone_is_told_the_three_ways(locale: Language) -> None:
    for name in ("complaint", "complaints"):
        held = next(one for one in DIALOGS if one.name == name)
        talk = Talk(held, locale, channel="sms")
        assert isinstance(talk.outcome, Ended)
        assert "Telegram" in talk.reads
        assert ("почтой" if locale == "ru" else "поштамен") in talk.reads
        assert ("в канцелярии" if locale == "ru" else "кеңсесінде") in talk.reads
        assert name in IN_CHAT


def test_CO_03_at_a_desk_or_by_phone_it_is_said_that_it_is_handed_in_in_writing() -> None:
    for way in (Channel.DESK, Channel.PHONE):
        talk = Talk(complaint, desk=AtDesk(way, 5, FRIDAY_AFTERNOON))
        assert "канцелярию" in talk.reads


@BOTH
def test_CO_04_name_and_iin_are_the_registrys_and_are_shown(locale: Language) -> None:
    talk = at_the_summary(locale)
    assert AIGUL.full_name in talk.reads
    assert AIGUL.iin.last_four in talk.reads
    assert AIGUL.iin.digits not in talk.reads
    draft = draft_of(talk.press("send"))
    assert (draft.postal_address, draft.phone) == (AIGUL.address, "+77011234567")


def test_CO_04_each_missing_field_is_named() -> None:
    talk = begun(refused(), arg="request:71")
    talk.send(SentOther("voice"))
    assert "что случилось" in talk.hint
    talk.send(PHOTO)
    assert "следующим шагом" in talk.hint
    talk.say(WORDS).press("done").say("-")
    assert "почтовый адрес" in talk.hint
    talk.say("Алматы, Абая 10, кв. 25").send(SentOther("voice"))
    assert "контактный телефон" in talk.hint
    talk.say("+7 727 233 39 60")
    assert talk.key == "complaint.answer"
    assert talk.press("hand").press("send").done[0].phone == "+77272333960"


def test_CO_04_whoever_has_no_address_and_no_phone_in_the_registry_types_them() -> None:
    talk = Talk(complaint, arg="request:71")
    talk.registry.cards.append(refused())
    talk.registry.people = [replace(AIGUL, address=None, phone=None)]
    talk.press("quality").say(AIGUL.iin.digits).confirm().say(WORDS).press("done")
    assert talk.options == ()
    talk.say("Алматы, Абая 10, кв. 25", "87011112233").press("post", "send")
    assert draft_of(talk).postal_address == "Алматы, Абая 10, кв. 25"
    assert draft_of(talk).phone == "+77011112233"


@BOTH
def test_CO_05_the_receipt_has_all_seven_data_at_once(locale: Language) -> None:
    talk = at_the_summary(locale).press("send")
    stamp = {"kk": "ТІРКЕЛДІ", "ru": "ЗАРЕГИСТРИРОВАНО"}[locale]
    place = {"kk": "пошталық мекенжай", "ru": "почтовый адрес"}[locale]
    day = {"kk": "20 қараша", "ru": "20 ноября"}[locale]
    term = {"kk": "14 желтоқсан", "ru": "14 декабря"}[locale]
    for datum in (stamp, "95-000012", day, "14:03", "Омарова Г. Б.", term, place):
        assert datum in talk.reads, datum


def test_CO_05_where_nobody_may_accept_it_yet_that_is_said() -> None:
    talk = at_the_summary()
    talk.receipt = {
        "outcome": "registered", "complaint_id": 61, "number": "95-000012", "clinic_no": 5,
        "filed_us": int(FRIDAY_AFTERNOON.timestamp()) * 1_000_000, "official": "", "due": "2026-12-14",
        "answer_way": "hand",
    }  # fmt: skip
    talk.press("send")
    assert "ещё не назначен" in talk.reads
    assert "улица Гоголя, 53" in talk.reads


def test_G_62_the_answer_is_by_post_or_by_hand_and_a_copy_in_the_cabinet_always() -> None:
    talk = at_the_files().press("done", "registered", "registered")
    assert "копия" in talk.reads.casefold()
    assert [option.id for option in talk.options] == [one.value for one in AnswerWay]


def test_X_34_what_happened_is_mandatory_and_too_few_letters_say_nothing() -> None:
    talk = begun(refused(), arg="request:71")
    for text in ("", "плохо", "?!?!?!?!?!?!", "1 2 3"):
        talk.say(text)
        assert isinstance(talk.heard, NotRead)
        assert talk.key == "complaint.words"


def test_X_34_twenty_thousand_characters_are_too_many_and_nothing_is_lost() -> None:
    talk = begun(refused(), arg="request:71").say("ж" * 20_000)
    assert "20000" in talk.hint
    assert "4000" in talk.hint
    assert talk.key == "complaint.words"
    assert talk.say("ж" * 4000).key == "complaint.file.1"


@BOTH
def test_X_34_of_a_text_that_the_phone_cut_into_messages_it_is_seen_which_was_taken(locale: Language) -> None:
    talk = begun(refused(), locale=locale, arg="request:71")
    talk.say("ж" * 4096, "ж" * 4096)
    talk.say("и больше никто не пришёл, хотя я ждала весь день до самого вечера у окна.")
    assert talk.key == "complaint.file.1"
    assert "«и больше никто не пришёл, хотя я ждала весь день до самого в…»" in talk.reads
    assert "73" in talk.reads


def test_a_note_under_a_file_is_kept_whole() -> None:
    talk = at_the_files()
    talk.send(replace(PHOTO, note="ж" * 1024))
    talk.press("done", "registered", "registered", "post", "send")
    assert draft_of(talk).files[0].note == "ж" * 1024


@BOTH
def test_a_file_too_many_is_told_as_such_and_not_as_a_missing_address(locale: Language) -> None:
    talk = at_the_files(locale)
    for no in range(11):
        talk.send(replace(PHOTO, file_id=f"photo-{no}"))
    assert isinstance(talk.heard, NotRead)
    assert talk.heard.wrong
    assert "10" in talk.hint
    assert ("тіркелмеді" if locale == "kk" else "не приложен") in talk.hint
    assert talk.key == "complaint.address"


def test_X_34_a_long_complaint_fits_the_summary_and_is_filed_whole() -> None:
    words = "Очень долго ждали врача. " * 160
    talk = begun(refused(), arg="request:71").say(words.strip())
    talk.press("done", "registered", "registered", "post")
    assert len(talk.reads.encode("utf-16-le")) // 2 < 4096
    assert str(len(words.strip())) in talk.reads
    assert draft_of(talk.press("send")).words == words.strip()


def test_X_34_photos_and_documents_go_with_it_in_order() -> None:
    talk = at_the_files()
    talk.send(PHOTO)
    assert "1" in talk.reads
    talk.send(PAPER)
    talk.press("done", "registered", "registered", "post", "send")
    assert draft_of(talk).files == (PHOTO, PAPER)


@pytest.mark.parametrize(
    "sent",
    [
        SentFile("document", "1", "virus.exe", "application/x-msdownload", 1000),
        SentFile("document", "1", "virus.exe", "image/jpeg", 1000),
        SentFile("document", "1", "film.mp4", "video/mp4", 1000),
        SentFile("document", "1", "", "", 1000),
    ],
)
def test_a_file_of_a_forbidden_kind_is_told_which_are_right(sent: SentFile) -> None:
    talk = at_the_files()
    talk.send(sent)
    assert isinstance(talk.heard, NotRead)
    assert talk.heard.wrong
    assert "PDF" in talk.hint
    assert talk.key == "complaint.file.1"


def test_a_file_of_thirty_megabytes_is_told_how_large_it_may_be() -> None:
    talk = at_the_files()
    talk.send(replace(PAPER, size=30 * 1_048_576))
    assert "30" in talk.hint
    assert "20" in talk.hint
    assert talk.key == "complaint.file.1"
    talk.send(replace(PAPER, size=20 * 1_048_576))
    assert talk.key == "complaint.file.2"


def test_what_is_no_file_is_answered_with_what_is_wanted() -> None:
    talk = at_the_files()
    for sent in (SentOther("voice"), SentOther("forwarded")):
        talk.send(sent)
        assert "DOCX" in talk.hint
    assert "DOCX" in talk.say("сейчас пришлю").hint


def test_after_ten_files_the_next_question_comes_by_itself() -> None:
    talk = at_the_files()
    for no in range(10):
        talk.send(replace(PHOTO, file_id=f"photo-{no}"))
    assert talk.key == "complaint.address"


def test_a_file_can_be_taken_back() -> None:
    talk = at_the_files()
    talk.send(PHOTO)
    assert talk.back()
    assert talk.key == "complaint.file.1"


@BOTH
def test_a_complaint_about_a_request_that_is_not_ones_own_is_refused_without_telling_if_there_is_one(
    locale: Language,
) -> None:
    others = replace(card(card_id=72), patient_id=STRANGER.id, caller_id=STRANGER.id)
    theirs = begun(others, locale=locale, arg="request:72")
    nobodys = begun(locale=locale, arg="request:99999")
    assert theirs.reads == nobodys.reads
    assert isinstance(theirs.outcome, Ended)
    assert theirs.done == []
    assert "05-004512" not in theirs.reads


def test_a_typed_number_of_somebody_else_is_refused_in_the_same_words_as_nobodys() -> None:
    def hint(number: str) -> str:
        talk = begun(refused())
        talk.registry.cards.append(
            replace(card("05-000077", card_id=72), patient_id=STRANGER.id, caller_id=STRANGER.id)
        )
        return talk.say(number).hint

    assert hint("05-000077") == hint("05-000099")
    assert begun(refused()).say("05-004512").key == "complaint.words"


@pytest.mark.parametrize("arg", ["request:", "request:x", "nothing:71", "centre:71", "training:71"])
def test_a_matter_that_there_is_not_is_told_as_such(arg: str) -> None:
    assert isinstance(begun(refused(), arg=arg).outcome, Ended)


def test_refused_overdue_and_finished_requests_are_offered_first() -> None:
    waiting = replace(card("05-000001", card_id=1), registered_at=FRIDAY_AFTERNOON + timedelta(hours=1))
    late = replace(overdue(), id=2, number="05-000002")
    done = card("05-000003", CallStatus.DONE, 3)
    talk = begun(waiting, late, done)
    assert [option.id for option in talk.options] == ["05-000002", "05-000003", "05-000001", "no_request"]


def test_on_its_own_it_is_asked_which_clinic_it_is_about() -> None:
    talk = begun()
    assert talk.key == "complaint.where"
    talk.press("another").say("7").say(WORDS).press("done", "registered", "registered", "post", "send")
    assert (draft_of(talk).clinic_no, draft_of(talk).matter) == (7, None)
    own = begun(refused()).press("no_request", "5").say(WORDS)
    own.press("done", "registered", "registered", "post", "send")
    assert draft_of(own).clinic_no == 5


def test_a_second_complaint_about_the_same_is_led_to_the_first_while_that_is_open() -> None:
    talk = Talk(complaint, arg="request:71")
    talk.registry.cards.append(refused())
    talk.registry.complaints.append(filed())
    talk.press("health").say(AIGUL.iin.digits).confirm()
    assert "95-000012" in talk.reads
    assert "start:complaints:61" in [option.id for option in talk.options]
    talk.registry.complaints[0] = filed(ComplaintStatus.ANSWERED)
    assert talk.key == "complaint.words"


def test_what_was_meanwhile_complained_of_is_led_to_the_first_too() -> None:
    talk = at_the_summary()
    talk.receipt = {"outcome": "already", "complaint_id": 61, "number": "95-000012"}
    assert "вторая не нужна" in talk.press("send").reads


@BOTH
def test_when_an_answer_is_overdue_the_complaint_is_written_already(locale: Language) -> None:
    talk = begun(overdue(), locale=locale, arg="request:71")
    assert [option.id for option in talk.options] == ["written"]
    for datum in ("05-004512", "14:03", "14:33", "№ 5"):
        assert datum in talk.reads
    talk.press("written", "done", "registered", "registered", "post", "send")
    assert "05-004512" in draft_of(talk).words


def test_own_words_stay_when_the_late_answer_comes_before_they_are_sent() -> None:
    talk = begun(overdue(), arg="request:71").say(WORDS).press("done")
    talk.registry.cards[0] = replace(overdue(), overdue=False, status=CallStatus.CONFIRMED)
    assert talk.key == "complaint.address"
    talk.press("registered", "registered", "post", "send")
    assert draft_of(talk).words == WORDS


def test_what_was_written_for_them_is_asked_anew_when_it_is_so_no_more() -> None:
    talk = begun(overdue(), arg="request:71").press("written", "done")
    talk.registry.cards[0] = replace(overdue(), overdue=False, status=CallStatus.CONFIRMED)
    assert (talk.key, talk.options) == ("complaint.words", ())


def test_and_it_can_be_said_in_own_words() -> None:
    talk = begun(overdue(), arg="request:71").say(WORDS)
    talk.press("done", "registered", "registered", "post", "send")
    assert draft_of(talk).words == WORDS


def test_an_appointment_that_was_not_moved_in_time_is_written_of_as_such() -> None:
    talk = begun(replace(visit_card(BookingStatus.TO_MOVE), overdue=True), arg="request:81")
    assert "не предложила другое" in talk.reads


def test_a_doctor_who_did_not_come_is_written_of_with_the_hours_that_were_named() -> None:
    start = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)
    window = VisitWindow(start, start + timedelta(hours=2))
    called = replace(card(status=CallStatus.DONE), denied=True, window=window, doctor_name="Орлов Д. А.")
    talk = begun(called, arg="request:71")
    for datum in ("16:00", "18:00", "Орлов Д. А."):
        assert datum in talk.reads


def test_S27_a_centre_is_not_named_in_the_words_that_an_office_reads() -> None:
    talk = Talk(complaint, arg="centre:95")
    due = FRIDAY_AFTERNOON + timedelta(minutes=30)
    talk.registry.centre_requests.append(
        CentreCard(
            95, "93-000012", Centre.NARCOLOGY, AboutWhom.SELF, InfoStatus.DELAYED, 2, FRIDAY_AFTERNOON,
            answer_due=due,
        )
    )  # fmt: skip
    talk.press("both").say(AIGUL.iin.digits).confirm()
    assert talk.key == "complaint.where_of_centre"
    talk.press("5")
    assert "93-000012" in talk.reads
    assert "наркол" not in talk.reads.casefold()
    talk.press("written", "done", "registered", "registered", "post", "send")
    assert draft_of(talk).matter == AboutMatter(MatterKind.CENTRE, 95)
    assert "наркол" not in draft_of(talk).words.casefold()


@BOTH
def test_G_60_without_a_name_it_is_feedback_and_no_complaint_and_said_so(locale: Language) -> None:
    talk = Talk(complaint, locale, arg="request:71").press("nameless").say("7").say(WORDS)
    assert talk.done == [FeedbackDraft(7, WORDS)]
    assert ("не жалоба" if locale == "ru" else "шағым емес") in talk.reads
    assert not any("identity" in question.key for question in talk.asked)


@BOTH
def test_G_60_words_without_a_name_take_no_files_and_nobody_is_told_otherwise(locale: Language) -> None:
    talk = Talk(complaint, locale).press("nameless").say("7")
    promised = {"kk": "кейін жібере аласыз", "ru": "следующим шагом"}[locale]
    for sent in (PHOTO, PAPER, SentOther("voice"), Said("ж" * 20_000)):
        talk.send(sent)
        assert isinstance(talk.heard, NotRead)
        assert promised not in talk.hint
        assert {"kk": "Шағым тіркелмейді", "ru": "Жалобу не"}[locale] not in talk.hint
        assert {"kk": "құжат етіп", "ru": "документом"}[locale] not in talk.hint
    assert talk.say(WORDS).done == [FeedbackDraft(7, WORDS)]


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ("words", "complaint.words"),
        ("files", "complaint.file.1"),
        ("address", "complaint.address"),
        ("phone", "complaint.phone"),
        ("answer", "complaint.answer"),
        ("to", "complaint.to"),
    ],
)
def test_every_answer_of_the_summary_can_be_changed(change: str, key: str) -> None:
    assert at_the_summary().press("change", change).key == key


def test_the_clinic_can_be_changed_where_it_was_asked_for() -> None:
    talk = begun().press("5").say(WORDS).press("done", "registered", "registered", "post", "change", "office")
    assert talk.key == "complaint.where"
