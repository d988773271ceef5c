"""The list of all requests: every service in it, its parts, its pages, and the history of each."""

from dataclasses import replace
from datetime import timedelta

import pytest

from dialogs.cabinet import cabinet
from dialogs.facts import CentreCard, Mark, RequestCard
from rules.attachment_status import AttachmentStatus
from rules.booking_status import BookingStatus
from rules.call_status import CallStatus
from rules.centre_info import AboutWhom, Centre, InfoStatus
from rules.home_call import ForWhom
from rules.people import Language
from tests.dialogs.registry import (
    AIGUL,
    DAUGHTER,
    FRIDAY_AFTERNOON,
    STRANGER,
    attachment_card,
    card,
    visit_card,
)
from tests.dialogs.talk import Talk

ASKED = CentreCard(
    95,
    "93-000012",
    Centre.NARCOLOGY,
    AboutWhom.OTHER,
    InfoStatus.ASKING,
    1,
    FRIDAY_AFTERNOON - timedelta(hours=1),
    "0013",
    answer_due=FRIDAY_AFTERNOON + timedelta(minutes=20),
)


def cabinet_of(
    *cards: RequestCard, locale: Language = "ru", channel: str = "telegram", arg: str = ""
) -> Talk:
    """The cabinet of Aigul, confirmed in this chat a minute ago."""
    talk = Talk(cabinet, locale, arg=arg, confirmed=AIGUL.iin, channel=channel)  # type: ignore[arg-type]  # one of the two
    talk.registry.cards.extend(cards)
    return talk


def everything(locale: Language = "ru") -> Talk:
    """One request of each service, one of them a child's and one of them somebody else's."""
    talk = cabinet_of(
        card(),
        replace(visit_card(), patient_id=DAUGHTER.id),
        attachment_card(AttachmentStatus.REFUSED),
        replace(card("05-000009", CallStatus.DONE, 73), for_whom=ForWhom.OTHER, patient_id=STRANGER.id),
        locale=locale,
    )
    talk.registry.centre_requests.append(ASKED)
    return talk


def many(count: int) -> Talk:
    """That many home calls, the newest first."""
    calls = [
        replace(
            card(f"05-{number:06d}", CallStatus.CANCELLED, number),
            registered_at=FRIDAY_AFTERNOON - timedelta(days=40 - number),
        )
        for number in range(count, 0, -1)
    ]
    return cabinet_of(*calls)


def shown_numbers(talk: Talk) -> list[str]:
    """The numbers on the buttons."""
    return [label.removeprefix("№ ").split(",")[0] for label in talk.buttons if label.startswith("№")]


def test_PC_07_all_services_stand_in_one_list_newest_first() -> None:
    listed = everything()
    assert listed.key == "cabinet.list"
    assert shown_numbers(listed) == ["05-004512", "05-004520", "07-000101", "05-000009", "93-000012"]
    newer = everything()
    newer.registry.centre_requests[0] = replace(ASKED, asked_at=FRIDAY_AFTERNOON + timedelta(hours=1))
    assert shown_numbers(newer)[0] == "93-000012"


@pytest.mark.parametrize(
    ("locale", "fields"),
    [
        (
            "ru",
            [
                "№ 05-004512, вызов врача на дом",
                "Статус: зарегистрирована",
                "Срок ответа: 20 ноября 2026 года, 14:33",
                "Для кого: вы",
                "Для кого: ребёнок: Жансая",
                "Для кого: другой человек",
            ],
        ),
        (
            "kk",
            [
                "№ 05-004512, дәрігерді үйге шақыру",
                "Мәртебесі: тіркелді",
                "Жауап мерзімі: 2026 жылғы 20 қараша, 14:33",
                "Кім үшін: өзіңіз",
                "Кім үшін: басқа адам",
            ],
        ),
    ],
)
def test_PC_07_each_row_has_its_five_fields(locale: Language, fields: list[str]) -> None:
    reads = everything(locale).reads
    assert all(field in reads for field in fields), reads
    assert AIGUL.iin.digits not in reads


def test_S19_a_row_never_tells_whether_the_registry_knows_another_adult() -> None:
    known = replace(card(), for_whom=ForWhom.OTHER, patient_id=STRANGER.id)
    unknown = replace(card(), for_whom=ForWhom.OTHER, patient_id=None)
    beside = card("05-000007", CallStatus.CANCELLED, 72)
    assert cabinet_of(known, beside).reads == cabinet_of(unknown, beside).reads


@pytest.mark.parametrize(
    ("part", "numbers"),
    [
        ("open", ["05-004512", "05-004520", "93-000012"]),
        ("done", ["07-000101", "05-000009"]),
        ("kind.home_call", ["05-004512", "05-000009"]),
        ("kind.appointment", ["05-004520"]),
        ("kind.centre_info", ["93-000012"]),
        (f"p{AIGUL.id}", ["05-004512", "07-000101"]),
        (f"p{DAUGHTER.id}", ["05-004520"]),
    ],
)
def test_the_list_is_narrowed_by_state_by_service_and_by_person(part: str, numbers: list[str]) -> None:
    narrowed = everything().press("filter", part)
    assert narrowed.key == "cabinet.filtered"
    assert shown_numbers(narrowed) == numbers
    assert str(len(numbers)) in narrowed.reads
    assert shown_numbers(narrowed.press("all")) == shown_numbers(everything())


def test_another_part_is_chosen_from_a_part_and_what_is_opened_leads_back_to_all() -> None:
    talk = everything().press("filter", "open", "filter", "done", "91")
    assert "07-000101" in talk.reads
    assert talk.press("list").key == "cabinet.list"


def test_a_part_of_which_nothing_is_left_says_so() -> None:
    talk = cabinet_of(card(), card("05-000007", CallStatus.REGISTERED, 72)).press("filter", "done")
    assert "Таких заявок нет" in talk.reads
    assert [option.id for option in talk.options] == ["filter", "all"]


def test_only_what_tells_requests_apart_is_offered_to_narrow_by() -> None:
    talk = cabinet_of(card(), card("05-000007", CallStatus.CANCELLED, 72)).press("filter")
    assert [option.id for option in talk.options] == ["open", "done"]


def test_a_long_list_has_pages_and_a_number_finds_a_request_on_any_of_them() -> None:
    first = many(12)
    assert len(shown_numbers(first)) == 5
    assert "12" in first.reads
    second = many(12).press("more")
    assert "Страница: 2 из 3" in second.reads
    assert shown_numbers(second)[0] == "05-000007"
    assert shown_numbers(many(12).press("more", "more")) == ["05-000002", "05-000001"]
    assert "05-000001" in many(12).say("05-000001").reads


def test_a_request_that_slips_to_the_next_page_meanwhile_stays_open() -> None:
    talk = many(12).press("8")
    assert "05-000008" in talk.reads
    talk.registry.cards.insert(0, card())
    assert talk.key == "cabinet.card"
    assert "05-000008" in talk.reads


@pytest.mark.parametrize(("locale", "words"), [("ru", "14:21 – подтверждена"), ("kk", "14:21 – расталды")])
def test_the_history_of_a_request_shows_each_status_with_its_time(locale: Language, words: str) -> None:
    steps = (
        Mark(CallStatus.REGISTERED, FRIDAY_AFTERNOON),
        Mark(CallStatus.REGISTERED, FRIDAY_AFTERNOON + timedelta(minutes=10)),
        Mark(CallStatus.CONFIRMED, FRIDAY_AFTERNOON + timedelta(minutes=18)),
    )
    one = replace(card(status=CallStatus.CONFIRMED), marks=steps)
    shown = cabinet_of(one, locale=locale).press("history")
    assert words in shown.reads
    assert shown.reads.count("–") == 2
    assert shown.press("card").key == "cabinet.card"


def test_the_history_of_what_a_centre_was_asked() -> None:
    talk = Talk(cabinet, confirmed=AIGUL.iin)
    talk.registry.centre_requests.append(replace(ASKED, status=InfoStatus.DELAYED))
    talk.registry.centre_steps[95] = [
        (InfoStatus.CONSENT, FRIDAY_AFTERNOON),
        (InfoStatus.DELAYED, FRIDAY_AFTERNOON + timedelta(minutes=31)),
    ]
    shown = talk.press("history")
    assert "14:03 – ожидает согласия" in shown.reads
    assert "14:34 – техническая ошибка" in shown.reads
    assert shown.press("card").key == "centres.card"


@pytest.mark.parametrize(
    ("one", "offered"),
    [
        (card(), False),
        (replace(card(), answer_due=FRIDAY_AFTERNOON - timedelta(minutes=1)), True),
        (card(status=CallStatus.REFUSED), True),
        (card(status=CallStatus.DONE), True),
        (card(status=CallStatus.CONFIRMED), False),
        (card(status=CallStatus.CANCELLED), False),
        (visit_card(BookingStatus.CAME), True),
        (visit_card(), False),
        (attachment_card(AttachmentStatus.REFUSED), True),
        (attachment_card(AttachmentStatus.ATTACHED), True),
    ],
)
def test_CO_01_a_complaint_is_one_tap_from_what_was_refused_is_late_or_is_over(
    one: RequestCard, offered: bool
) -> None:
    leads = [f"start:complaint:request:{one.id}"] if offered else []
    assert cabinet_of(one).leads == leads
    assert cabinet_of(one, channel="sms").leads == []


@pytest.mark.parametrize(
    ("status", "offered"),
    [
        (InfoStatus.ASKING, False),
        (InfoStatus.REFUSED, True),
        (InfoStatus.READY, True),
        (InfoStatus.CANCELLED, False),
    ],
)
def test_CO_01_a_complaint_about_a_centre_is_one_tap_away(status: InfoStatus, offered: bool) -> None:
    talk = Talk(cabinet, confirmed=AIGUL.iin)
    talk.registry.centre_requests.append(replace(ASKED, status=status))
    assert talk.leads == (["start:complaint:centre:95"] if offered else [])


def test_from_the_list_a_complaint_is_filed_that_is_about_no_request() -> None:
    assert everything().leads == ["start:complaint", "start:consents"]


def test_G_48_by_sms_the_list_stays_short_and_names_no_centre() -> None:
    talk = cabinet_of(card(), card("05-000007", CallStatus.CANCELLED, 72), channel="sms")
    talk.registry.centre_requests.append(ASKED)
    assert talk.key == "cabinet.list"
    assert [option.id for option in talk.options] == ["71", "72"]
    assert "вызов" not in talk.reads
    alone = Talk(cabinet, confirmed=AIGUL.iin, channel="sms")
    alone.registry.centre_requests.append(ASKED)
    assert alone.key == "Ended"
