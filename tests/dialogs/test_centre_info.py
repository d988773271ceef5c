"""Information of the centres, asked for: about oneself, about another, and where it leads elsewhere."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from dialogs import DIALOGS
from dialogs.cabinet import cabinet
from dialogs.centre_info import centre_info
from dialogs.centre_requests import centres
from dialogs.context import AtDesk
from dialogs.drafts import CentreCancelDraft, CentreInfoDraft, CentreLinkDraft
from dialogs.engine import Ended
from dialogs.facts import CentreCard
from rules.centre_info import AboutWhom, Centre, InfoPurpose, InfoStatus, Shown
from rules.channels import Channel
from rules.people import Language
from tests.dialogs.registry import AIGUL, FRIDAY_AFTERNOON, STRANGER, TEENAGER, card
from tests.dialogs.talk import Talk

BOTH = pytest.mark.parametrize("locale", ["kk", "ru"])


def asked(locale: Language = "ru") -> Talk:
    """At the question about whom."""
    return Talk(centre_info, locale).press("narcology", "agree")


def about_self(locale: Language = "ru") -> Talk:
    return asked(locale).press("self").say(AIGUL.iin.digits).confirm()


def about_other(locale: Language = "ru", iin: str = STRANGER.iin.digits) -> Talk:
    return asked(locale).press("other").say(iin).press("work").say(AIGUL.iin.digits).confirm()


def request(status: Shown = InfoStatus.READY, about: AboutWhom = AboutWhom.SELF) -> CentreCard:
    return CentreCard(
        id=95,
        number="93-000012",
        centre=Centre.NARCOLOGY,
        about=about,
        status=status,
        version=2,
        asked_at=FRIDAY_AFTERNOON,
        last="0013",
        consent_due=datetime(2026, 11, 21, 9, 3, tzinfo=UTC),
        answer_due=datetime(2026, 11, 20, 9, 33, tzinfo=UTC),
        valid_until=None if status in ("consent", "asking") else datetime(2026, 11, 30, 19, 0, tzinfo=UTC),
    )


def own(*cards: CentreCard, arg: str = "", locale: Language = "ru") -> Talk:
    """A confirmed chat that looks at its requests."""
    talk = Talk(centres, locale, arg=arg, confirmed=AIGUL.iin)
    talk.registry.centre_requests.extend(cards)
    return talk


@BOTH
def test_IC_02_IC_03_PC_11_about_oneself_a_code_is_enough_and_day_and_hour_of_the_result_are_told(
    locale: Language,
) -> None:
    talk = about_self(locale).press("send")
    assert "93-000012" in talk.reads
    assert ("20 ноября 2026" if locale == "ru" else "2026 жылғы 20 қараша") in talk.reads
    assert "14:33" in talk.reads
    assert "1414" in talk.reads
    (draft,) = talk.done
    assert isinstance(draft, CentreInfoDraft)
    assert (draft.centre, draft.other, draft.purpose) == (Centre.NARCOLOGY, None, None)


@BOTH
def test_IC_06_G_39_about_another_person_their_iin_and_a_purpose_are_asked_for(locale: Language) -> None:
    talk = about_other(locale)
    assert STRANGER.iin.last_four in talk.reads
    assert STRANGER.iin.digits not in talk.reads
    talk.press("send")
    (draft,) = talk.done
    assert isinstance(draft, CentreInfoDraft)
    assert (draft.other, draft.purpose) == (STRANGER.iin, InfoPurpose.WORK)
    assert STRANGER.surname not in talk.reads


def test_IC_05_no_paper_is_asked_for() -> None:
    talk = about_other()
    assert [one.key for one in talk.asked if "paper" in one.key or "document" in one.key] == []


@BOTH
def test_IC_15_S19_whatever_stands_behind_the_iin_the_same_is_read(locale: Language) -> None:
    def words(iin: str) -> list[str]:
        talk = about_other(locale, iin)
        return [talk.reads.replace(iin[-4:], "****"), talk.press("send").reads, *talk.buttons]

    unknown = "580203293006"
    assert words(STRANGER.iin.digits) == words(unknown) == words(TEENAGER.iin.digits)


@BOTH
def test_whoever_asks_about_oneself_as_another_is_led_to_oneself(locale: Language) -> None:
    talk = about_other(locale, AIGUL.iin.digits)
    assert talk.key == "centre_info.oneself"
    talk.press("self", "send")
    (draft,) = talk.done
    assert isinstance(draft, CentreInfoDraft)
    assert (draft.other, draft.purpose) == (None, None)


def test_or_types_the_iin_that_was_meant() -> None:
    talk = about_other(iin=AIGUL.iin.digits).press("other")
    assert talk.key == "centre_info.other"
    assert talk.say(STRANGER.iin.digits).press("court").key == "centre_info.check"


def test_G_38_the_sixth_question_about_others_within_a_day_is_told_to_wait() -> None:
    talk = asked().press("other").say(STRANGER.iin.digits).press("work")
    talk.registry.asked_of_others = 5
    talk.say(AIGUL.iin.digits).confirm()
    assert isinstance(talk.outcome, Ended)
    assert "5" in talk.reads
    assert talk.done == []
    oneself = asked().press("other").say(AIGUL.iin.digits).press("work")
    oneself.registry.asked_of_others = 5
    assert oneself.say(AIGUL.iin.digits).confirm().press("self").key == "centre_info.check"


@BOTH
def test_CH_05_by_sms_and_at_a_desk_it_is_not_given(locale: Language) -> None:
    for name in ("centre_info", "centres"):
        held = next(one for one in DIALOGS if one.name == name)
        by_sms = Talk(held, locale, channel="sms")
        assert isinstance(by_sms.outcome, Ended)
        # No clinic gives it either (IC-01), so none is named.
        assert not any(clinic in by_sms.reads.casefold() for clinic in ("поликлиник", "емхана"))
    desk = Talk(centre_info, locale, desk=AtDesk(Channel.DESK, 5, FRIDAY_AFTERNOON))
    assert "egov.kz" in desk.reads


@BOTH
def test_where_no_centre_is_linked_people_are_led_to_the_portal(locale: Language) -> None:
    talk = Talk(centre_info, locale)
    talk.registry.linked = False
    assert isinstance(talk.outcome, Ended)
    assert "egov.kz" in talk.reads


def test_whoever_does_not_agree_to_the_notice_is_led_to_the_portal() -> None:
    talk = Talk(centre_info).press("phthisiatry", "refuse")
    assert "egov.kz" in talk.reads


def test_wrong_input_is_answered_with_what_is_wanted() -> None:
    talk = asked().press("other").say("12345")
    assert "12" in talk.hint
    assert talk.say("психиатрия").key == "centre_info.other"
    assert Talk(centre_info).say("наркология").key == "centre_info.notice"


def test_every_answer_of_the_summary_can_be_changed() -> None:
    talk = about_other().press("change", "purpose")
    assert talk.key == "centre_info.purpose"
    talk.press("care").press("change", "centre")
    assert talk.key == "centre_info.centre"
    talk.press("phthisiatry").press("change", "whom")
    assert talk.key == "centre_info.whom"


@BOTH
@pytest.mark.parametrize("status", [*InfoStatus, "expired", "withdrawn"])
def test_IC_14_each_status_is_told_with_what_can_be_done(locale: Language, status: Shown) -> None:
    talk = own(request(status), locale=locale)
    assert "93-000012" in talk.reads
    offered = [option.id for option in talk.options]
    assert ("open" in offered) == (status == InfoStatus.READY)
    assert ("cancel" in offered) == (status in ("consent", "asking", "delayed"))


@BOTH
def test_IC_12_IC_14_the_card_says_until_when_and_nothing_of_what_the_centre_told(locale: Language) -> None:
    card_read = own(request(), locale=locale).reads
    assert "30" in card_read
    for value in ("состоит", "тұрады", "тұрмайды"):
        assert value not in card_read


@BOTH
def test_a_card_whose_digits_are_kept_no_longer_leaves_no_empty_place(locale: Language) -> None:
    for about in AboutWhom:
        talk = own(replace(request("expired", about), last=""), locale=locale)
        assert "ИИН" not in talk.reads
        assert "ЖСН" not in talk.reads


def test_G_40_the_link_is_sent_and_the_chat_says_how_long_it_opens() -> None:
    talk = own(request()).press("open")
    assert talk.done == [CentreLinkDraft(95, AIGUL.id)]
    assert "5 минут" in talk.reads


def test_G_74_a_request_is_taken_back_after_a_second_question() -> None:
    talk = own(request(InfoStatus.CONSENT, AboutWhom.OTHER)).press("cancel")
    assert talk.done == []
    assert "93-000012" in talk.press("no").reads
    taken_back = own(request(InfoStatus.CONSENT, AboutWhom.OTHER)).press("cancel", "yes")
    assert taken_back.done == [CentreCancelDraft(95, 2, AIGUL.id)]


def test_the_button_under_the_notice_asks_at_once_whether_to_take_it_back() -> None:
    asked_first = own(request(InfoStatus.ASKING), arg="95:cancel")
    assert asked_first.key == "centres.cancel"
    assert own(request(), arg="95:cancel").key == "centres.card"


def test_several_requests_are_listed_and_found_by_their_number() -> None:
    talk = own(request(), replace(request(InfoStatus.REFUSED), id=96, number="92-000007"))
    assert talk.key == "centres.list"
    assert "92-000007" in talk.say("92-000007").reads
    assert talk.press("list").key == "centres.list"
    assert "93-000012" in talk.press("95", "refresh").reads


def test_IC_08_GEN_14_a_refusal_names_its_clause() -> None:
    assert "пункт 10 стандарта" in own(request(InfoStatus.REFUSED)).reads


def test_a_chat_that_confirmed_nobody_lately_is_asked_for_a_code_first() -> None:
    talk = Talk(centres, arg="95")
    talk.registry.centre_requests.append(request())
    assert talk.key == "identity.iin"
    assert "93-000012" in talk.say(AIGUL.iin.digits).confirm().reads


def test_the_cabinet_leads_to_the_requests_made_to_the_centres() -> None:
    talk = Talk(cabinet, confirmed=AIGUL.iin)
    talk.registry.cards.append(card())
    talk.registry.centre_requests.append(request())
    assert talk.key == "cabinet.list"
    assert "93-000012" in talk.press("c95").reads
    assert talk.press("list").key == "cabinet.list"
    alone = Talk(cabinet, confirmed=AIGUL.iin)
    alone.registry.centre_requests.append(request())
    assert "93-000012" in alone.reads
