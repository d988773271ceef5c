"""Documents of the medical college: the document itself, a duplicate, and where each refusal leads."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from dialogs import DIALOGS
from dialogs.cabinet import cabinet
from dialogs.context import AtDesk
from dialogs.drafts import TrainingCancelDraft, TrainingDraft
from dialogs.engine import Ended
from dialogs.facts import TrainingCard, TrainingMark
from dialogs.my_training import my_training
from dialogs.training import training
from rules.channels import Channel
from rules.people import Language
from rules.training import Asked, Document, Graduation, Pause, Programme, Stage
from tests.dialogs.registry import AIGUL, DAUGHTER, FRIDAY_AFTERNOON, STRANGER
from tests.dialogs.talk import Talk

BOTH = pytest.mark.parametrize("locale", ["kk", "ru"])
STORY = "Оставила сумку с дипломом в автобусе № 92 в марте."
COURSE = Graduation(7, Programme.UPGRADING, "Основы неотложной помощи", date(2026, 11, 13), "Сейітова Айгүл")
DIPLOMA = Graduation(
    8, Programme.VOCATIONAL, "Сестринское дело", date(2008, 6, 27), "Әлімова Айгүл", "ТКБ № 0123456"
)


def started(
    *records: Graduation, locale: Language = "ru", works: bool = True, now: datetime = FRIDAY_AFTERNOON
) -> Talk:
    talk = Talk(training, locale, now=now)
    talk.registry.graduated.extend(records)
    talk.registry.college_works = works
    return talk


def identified(asked: str, *records: Graduation, locale: Language = "ru") -> Talk:
    talk = started(*records, locale=locale)
    return talk.press(asked, "agree").say(AIGUL.iin.digits).confirm()


def request(stage: Stage = Stage.REGISTERED, asked: Asked = Asked.MAIN, **more: object) -> TrainingCard:
    card = TrainingCard(
        id=96,
        number="90-000003",
        asked=asked,
        stage=stage,
        version=1,
        clinic_no=90,
        person_id=AIGUL.id,
        filed_at=FRIDAY_AFTERNOON,
        due_on=date(2026, 12, 11),
        document=Document.UPGRADING_CERTIFICATE,
        programme="Основы неотложной помощи",
        marks=(TrainingMark(Stage.REGISTERED, FRIDAY_AFTERNOON),),
    )
    return replace(card, **more)  # type: ignore[arg-type]  # a test knows its fields


def own(*cards: TrainingCard, arg: str = "", now: datetime = FRIDAY_AFTERNOON) -> Talk:
    """A confirmed chat that looks at its requests."""
    talk = Talk(my_training, "ru", arg=arg, confirmed=AIGUL.iin, now=now)
    talk.registry.training_requests.extend(cards)
    return talk


# The card of the college


@BOTH
def test_TR_01_TR_19_TR_21_the_card_shows_address_both_phones_hours_links_and_flags(
    locale: Language,
) -> None:
    reads = started(locale=locale).reads
    assert "132" in reads
    assert "+7 727 267-59-05" in reads
    assert "+7 727 267-36-62" in reads
    for hours in ("09:00–13:00", "14:00–17:00", "09:00–18:00"):
        assert hours in reads
    for link in ("www.mz.gov.kz", "www.almaty.kz"):
        assert link in reads
    assert ("пандус" in reads) is True


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (datetime(2026, 11, 20, 9, 3, tzinfo=UTC), "Сейчас документы принимают, до 17:00"),
        (datetime(2026, 11, 20, 8, 30, tzinfo=UTC), "Сейчас обед, до 14:00"),
        (datetime(2026, 11, 20, 12, 0, tzinfo=UTC), "По телефону ответят до 18:00"),
        (datetime(2026, 11, 20, 13, 0, tzinfo=UTC), "Сейчас колледж закрыт"),
    ],
)
def test_TR_19_X_13_out_of_hours_it_is_said_when_papers_are_taken_next(at: datetime, words: str) -> None:
    assert words in started(now=at).reads


@BOTH
def test_TR_20_neither_booking_nor_hurry_is_offered_and_that_is_said(locale: Language) -> None:
    talk = started(locale=locale)
    assert talk.render(talk.outcome.question.text[3]) in talk.reads  # type: ignore[union-attr]  # it asks
    assert [option.id for option in talk.options] == ["main", "duplicate"]
    assert ("Алдын ала жазылу" if locale == "kk" else "Предварительная запись") in talk.reads


def test_CH_04_a_college_that_is_not_linked_is_gone_to_with_the_papers() -> None:
    talk = started(COURSE, works=False)
    assert isinstance(talk.outcome, Ended)
    assert "принесите документы в колледж сами" in talk.reads
    assert "+7 727 267-59-05" in talk.reads


def test_CH_04_at_the_desk_of_a_clinic_nothing_is_asked_of_the_college() -> None:
    talk = started(COURSE)
    talk.desk = AtDesk(Channel.DESK, 5, FRIDAY_AFTERNOON, FRIDAY_AFTERNOON)
    assert isinstance(talk.outcome, Ended)
    assert "принесите документы в колледж сами" in talk.reads


def test_a_directory_without_a_college_says_so() -> None:
    talk = started()
    talk.registry.college_listed = None
    assert "1414" in talk.reads


# What has to be brought


def test_TR_08_TR_09_the_document_is_free_and_two_papers_are_brought() -> None:
    reads = started().press("main").reads
    assert "Услуга бесплатная" in reads
    assert "удостоверение личности" in reads
    assert "обходной лист" in reads
    assert "15 рабочих дней" in reads
    assert "прейскуранту" not in reads


def test_GEN_04_G_25_only_a_duplicate_is_paid_by_the_price_list() -> None:
    reads = started().press("duplicate").reads
    assert "по прейскуранту колледжа" in reads
    assert "объявление об утере" in reads
    assert "платёжный документ: сумма и дата" in reads
    assert "обходной лист" not in reads


@BOTH
def test_CH_04_it_is_said_that_documents_are_handed_over_in_person_only(locale: Language) -> None:
    reads = started(locale=locale).press("main").reads
    assert ("сенімхат" if locale == "kk" else "по доверенности") in reads


def test_who_does_not_agree_is_told_where_to_go() -> None:
    reads = started().press("main", "refuse").reads
    assert "на бумаге" in reads
    assert "+7 727 267-59-05" in reads


# Who is accepted


def test_TR_02_who_is_not_among_the_graduates_is_not_accepted_and_told_where_to_ask() -> None:
    talk = identified("main")
    assert "В списке выпускников колледжа вас нет" in talk.reads
    assert "+7 727 267-59-05" in talk.reads
    assert talk.done == []


def test_S19_nothing_before_the_code_tells_who_finished_there() -> None:
    known = started(COURSE, DIPLOMA).press("main", "agree").say(AIGUL.iin.digits)
    unknown = started().press("main", "agree").say(STRANGER.iin.digits)
    assert (known.reads, known.buttons) == (unknown.reads, unknown.buttons)


def test_before_the_commission_decides_the_day_of_its_decision_is_said() -> None:
    talk = identified("main", replace(COURSE, decided_on=date(2026, 12, 4)))
    assert "4 декабря" in talk.reads


def test_who_has_the_document_already_is_led_to_a_duplicate() -> None:
    talk = identified("main", DIPLOMA)
    assert "попросите дубликат" in talk.reads
    assert [option.id for option in talk.options] == ["start:training", "menu"]


def test_of_what_was_never_issued_there_is_no_duplicate() -> None:
    assert "попросите сам документ" in identified("duplicate", COURSE).reads


def test_who_finished_several_programmes_says_which() -> None:
    second = replace(COURSE, id=9, decided_on=date(2026, 10, 30))
    talk = identified("main", COURSE, second, DIPLOMA)
    assert talk.key == "training.which"
    assert [option.id for option in talk.options] == ["7", "9"]
    talk.press("9", "send")
    draft = talk.done[0]
    assert isinstance(draft, TrainingDraft)
    assert draft.graduate_id == 9


# The document itself


@BOTH
def test_TR_17_TR_05_the_document_is_registered_with_number_day_and_term(locale: Language) -> None:
    talk = identified("main", COURSE, locale=locale)
    assert talk.key == "training.check"
    talk.press("send")
    assert "90-000003" in talk.reads
    draft = talk.done[0]
    assert isinstance(draft, TrainingDraft)
    assert (draft.asked, draft.graduate_id, draft.story) == (Asked.MAIN, 7, "")
    assert draft.due_on == date(2026, 12, 4)
    assert ("2026 жылғы 4 желтоқсан" if locale == "kk" else "4 декабря 2026") in talk.reads
    assert [option.id for option in talk.options] == ["start:my_training:96", "start:training", "menu"]


def test_a_request_made_before_is_led_to() -> None:
    talk = identified("main", COURSE)
    talk.receipt = {
        "outcome": "already", "request_id": 96, "number": "90-000003", "asked": "main",
        "filed_on": "2026-11-19", "due_on": "2026-12-04",
    }  # fmt: skip
    talk.press("send")
    assert "Такая заявка уже есть" in talk.reads


# The duplicate


def test_TR_12_TR_14_a_duplicate_wants_the_story_of_the_loss_and_is_due_in_a_month() -> None:
    talk = identified("duplicate", DIPLOMA)
    assert talk.key == "training.story"
    talk.say(STORY)
    assert talk.key == "training.check"
    assert STORY in talk.reads
    talk.press("send")
    draft = talk.done[0]
    assert isinstance(draft, TrainingDraft)
    assert (draft.asked, draft.graduate_id, draft.story) == (Asked.DUPLICATE, 8, STORY)
    assert draft.due_on == date(2026, 12, 20)


def test_TR_14_31_January_plus_one_month_is_the_last_day_of_February() -> None:
    talk = started(DIPLOMA, now=datetime(2027, 1, 31, 6, 0, tzinfo=UTC)).press("duplicate", "agree")
    talk.say(AIGUL.iin.digits).confirm().say(STORY)
    assert "28 февраля 2027" in talk.reads


@pytest.mark.parametrize("words", ["", "   ", "потерял", "12345", "…", "№ 1234567890123"])
def test_TR_12_without_a_story_there_is_no_application(words: str) -> None:
    talk = identified("duplicate", DIPLOMA).say(words)
    assert talk.key == "training.story"
    assert "Напишите, как, когда и где" in talk.hint


def test_TR_12_a_story_that_is_too_long_is_asked_for_again() -> None:
    talk = identified("duplicate", DIPLOMA).say("потерял " * 200)
    assert talk.key == "training.story"
    assert "1000" in talk.hint


def test_TR_15_the_summary_has_the_name_of_the_original() -> None:
    reads = identified("duplicate", DIPLOMA).say(STORY).reads
    assert "Әлімова Айгүл" in reads
    assert AIGUL.full_name not in reads


def test_the_story_and_the_kind_can_be_changed() -> None:
    talk = identified("duplicate", COURSE, DIPLOMA).say(STORY).press("change", "story")
    assert talk.key == "training.story"
    talk.say("Украли вместе с сумкой на вокзале.").press("change", "what")
    assert talk.key == "training.what"
    talk.press("main", "agree", "send")
    draft = talk.done[0]
    assert isinstance(draft, TrainingDraft)
    assert (draft.asked, draft.story) == (Asked.MAIN, "")


# One's requests


def test_TR_18_the_card_tells_the_stage_the_next_one_and_the_term() -> None:
    reads = own(request(Stage.ASSIGNED)).reads
    assert "90-000003" in reads
    assert "передана ответственному сотруднику" in reads
    assert "Следующий этап: документ оформлен" in reads
    assert "11 декабря 2026" in reads


@pytest.mark.parametrize(
    ("stage", "words"),
    [
        (Stage.REGISTERED, "Принесите в колледж"),
        (Stage.ASSIGNED, "Если ещё не приносили в колледж, принесите"),
        (Stage.READY, "Документ готов. Получите его лично"),
        (Stage.REFUSED, "пункты 8 и 14"),
        (Stage.ISSUED, "документ выдан"),
        (Stage.CANCELLED, "заявка отозвана"),
        (Stage.DRAFTED, "на согласовании"),
        (Stage.SIGNED, "подписан руководителем"),
    ],
)
def test_TR_18_each_stage_says_what_it_means(stage: Stage, words: str) -> None:
    assert words in own(request(stage)).reads


@pytest.mark.parametrize("stage", [Stage.DRAFTED, Stage.SIGNED])
def test_TR_10_until_a_duplicate_is_ready_its_card_asks_for_the_payment(stage: Stage) -> None:
    reads = own(request(stage, asked=Asked.DUPLICATE)).reads
    assert "платёжный документ" in reads
    assert "объявление" not in reads
    assert "платёжный документ" not in own(request(stage)).reads


def test_TR_11_a_debt_suspends_and_is_no_refusal() -> None:
    reads = own(request(Stage.ASSIGNED, suspended=True)).reads
    assert "приостановлена: есть задолженность" in reads
    assert "пункт 13" in reads
    assert "Это не отказ" in reads
    assert "Следующий этап" not in reads


def test_PC_07_the_history_has_every_mark_with_its_time() -> None:
    marks = (
        TrainingMark(Stage.REGISTERED, FRIDAY_AFTERNOON),
        TrainingMark(Pause.SUSPENDED, FRIDAY_AFTERNOON + timedelta(hours=1)),
        TrainingMark(Pause.RESUMED, FRIDAY_AFTERNOON + timedelta(hours=2)),
    )
    talk = own(request(marks=marks)).press("history")
    assert "14:03" in talk.reads
    assert "задолженность погашена" in talk.reads
    talk.press("card")
    assert talk.key == "training.card"


def test_G_74_a_request_is_taken_back_until_it_is_with_its_executor() -> None:
    talk = own(request()).press("cancel", "yes")
    assert talk.done == [TrainingCancelDraft(96, 1, AIGUL.id)]
    assert "отозвана" in talk.reads
    assert "cancel" not in [option.id for option in own(request(Stage.ASSIGNED)).options]


def test_a_request_may_be_kept_after_all() -> None:
    talk = own(request()).press("cancel", "no")
    assert talk.done == []
    assert "остаётся в силе" in talk.reads


def test_what_came_to_its_executor_meanwhile_is_not_taken_back() -> None:
    talk = own(request(), arg="96:cancel")
    talk.receipt = {"request_id": 96, "number": "90-000003", "cancelled": False}
    talk.press("yes")
    assert "уже у исполнителя" in talk.reads


def test_a_request_of_somebody_else_is_not_shown() -> None:
    assert "такой заявки" in own(request(), arg="97").reads.casefold()
    assert "такой заявки" in own(request(person_id=STRANGER.id)).reads.casefold()


def test_a_parent_sees_what_their_child_has_asked_for() -> None:
    assert "90-000003" in own(request(person_id=DAUGHTER.id)).reads


@pytest.mark.parametrize(
    ("card", "complains"),
    [
        (request(), False),
        (request(due_on=date(2026, 11, 19)), True),
        (request(due_on=date(2026, 11, 20)), False),
        (request(due_on=date(2026, 11, 19), suspended=True), False),
        (request(Stage.REFUSED), True),
        (request(Stage.ISSUED), True),
        (request(Stage.CANCELLED), False),
    ],
)
def test_CO_01_a_late_or_ended_request_can_be_complained_about_in_one_tap(
    card: TrainingCard, complains: bool
) -> None:
    assert (own(card).leads == ["start:complaint:training:96"]) is complains


def test_PC_07_the_list_of_all_requests_has_those_of_the_college() -> None:
    talk = Talk(cabinet, "ru", confirmed=AIGUL.iin)
    talk.registry.training_requests += [request(), request(Stage.READY, id=97, number="90-000004")]
    assert any("90-000003" in label for label in talk.buttons)
    talk.press("t97")
    assert "Документ готов" in talk.reads


@BOTH
@pytest.mark.parametrize("name", ["training", "my_training"])
def test_G_48_a_button_phone_is_told_where_documents_of_the_college_are_asked_for(
    name: str, locale: Language
) -> None:
    held = next(dialog for dialog in DIALOGS if dialog.name == name)
    talk = Talk(held, locale, channel="sms")
    assert isinstance(talk.outcome, Ended)
    assert "Telegram" in talk.reads
