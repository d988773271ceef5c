"""Every word that can leave by SMS, at its longest: how many parts it has, and what it does not give away.

Three kinds of words leave: an SMS by itself (a notice, a code), a screen of a conversation, and the labels
beside its numbers. What is none of these, and is sent all the same, is found by reading the code.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

import locales
from bot.by_sms.showing import said
from bot.by_sms.writing import Choice, Rest, page
from bot.channels.painting import BACK
from dialogs.engine import T
from locales import LOCALES
from locales.catalogue import HERE, all_words, words
from locales.segments import MOST_PARTS, parts
from rules.people import Language
from tests.locales.sms_values import LONGEST_DOCTOR, UNKNOWN, longest_clinic, values_of

ROOT = HERE.parent
KEYS = frozenset(all_words("kk"))
in_both = pytest.mark.parametrize("locale", LOCALES)

# What is an SMS by itself.
ALONE = ("sms.", "code.sms", "by_sms.")
BY_ITSELF = sorted(key for key in KEYS if key.startswith(ALONE))

# Dialogs for a chat alone, and what only a registrar says.
NOT_BY_SMS = frozenset(
    "attachment attachment_verdicts leaving standing seen aloud answering answers happened centre_info "
    "centre_requests consenting my_consents erasing result_papers "
    "complaint complaints complaint_files complaint_form complaint_matters complaint_receipt "
    "training my_training college survey".split()
)
# Said in a conversation, but not by SMS: in a chat, at a desk, or of what SMS lead to a phone for.
NEVER_SAID = (
    "about.act.",
    "about.basis.",
    "about.by_price_list",
    "about.choices.",
    "about.choose",
    "about.college",
    "about.complaint",
    "about.consent.",
    "about.free",
    "about.law",
    "about.needs.",
    "about.newer.",
    "about.own_clinic",
    "about.phones",
    "about.repealed.",
    "about.services",
    "about.since.",
    "about.takes.",
    "about.what.",
    "aloud.",
    "answering.",
    "attachment.paper_",
    "cabinet.all",
    "cabinet.day",
    "cabinet.due",
    "cabinet.filter",
    "cabinet.for_",
    "cabinet.history",
    "cabinet.item",
    "cabinet.made",
    "cabinet.page",
    "cabinet.paper_",
    "cabinet.part",
    "cabinet.step",
    "cabinet.too_soon",
    "cabinet.view",
    "centre",
    "clinic.about_",
    "clinic.another_",
    "clinic.feature",
    "clinic.kilometres",
    "clinic.metres",
    "clinic.near",
    "clinic.no_",
    "clinic.place",
    "clinic.room",
    "clinic.takes",
    "clinic.unverified",
    "clinic.verified",
    "consent.",
    "desk.sent_",
    "handover.nothing_to_sms",
    "handover.to_sms",
    "home_call.aloud",
    "identity.iin_aloud",
    "iin.own",
    "notice.",
    "phone.not_own",
    "question.",
    "seen.",
    "sms.",
    "third_party.",
    "typed.",
)
LABELS = ("button.", "reason.", "cabinet.row", "also.", "short.button.")


def _talking() -> Iterator[Path]:
    for source in sorted((ROOT / "dialogs").glob("*.py")):
        if source.stem not in NOT_BY_SMS:
            yield source
    yield from (ROOT / "bot" / "talk" / f"{name}.py" for name in ("thinking", "deciding"))
    yield from sorted((ROOT / "bot" / "by_sms").glob("*.py"))


def _named_in(sources: Iterable[Path]) -> set[str]:
    """Every key of the catalogues that these sources say, whole or with a part left open."""
    found: set[str] = set()
    for source in sources:
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and node.value in KEYS:
                found.add(str(node.value))
            elif isinstance(node, ast.JoinedStr) and "." in ast.unparse(node.values[0]):
                pattern = _pattern(node)
                found |= {key for key in KEYS if pattern.fullmatch(key)}
    return found


def _pattern(node: ast.JoinedStr) -> re.Pattern[str]:
    pieces = (re.escape(str(p.value)) if isinstance(p, ast.Constant) else "[a-z0-9_]+" for p in node.values)
    return re.compile("".join(pieces))


def _of_a_conversation() -> list[str]:
    named = _named_in(_talking()) | {"notice.visit_booked", "notice.visit_moved"}
    kept = {"notice.visit_booked", "notice.visit_moved", "clinic.not_found", "iin.own"}
    said_ = (key for key in named if key in kept or not key.startswith(NEVER_SAID))
    return sorted(key for key in said_ if not key.startswith((*LABELS, *ALONE, "command.")))


TALKED = _of_a_conversation()
SAID = sorted({*BY_ITSELF, *TALKED})
LABELLED = sorted(
    key for key in _named_in(_talking()) if key.startswith(("button.", "cabinet.row")) and key in KEYS
)


def _worst(key: str, locale: str) -> str:
    return locales.render(T(key, **values_of(key, locale)), locale, short=True)


def _template(key: str, locale: str) -> str:
    short = f"short.{key}"
    return words(short if short in KEYS else key, locale)


# Parts.


@in_both
def test_S26_an_sms_by_itself_has_two_parts_at_most(locale: str) -> None:
    long = {key: len(text) for key in BY_ITSELF if parts(text := _worst(key, locale)) > MOST_PARTS}
    assert not long


@in_both
def test_S26_whatever_is_said_in_a_conversation_stands_in_one_sms_with_a_way_on_and_back(locale: str) -> None:
    cut_short = {key: len(_worst(key, locale)) for key in TALKED if not _is_whole([key], locale)}
    assert not cut_short


def test_what_is_said_in_both_languages_at_once_is_still_one_sms() -> None:
    for key in ("by_sms.stopped", "by_sms.started", "by_sms.is_stopped"):
        assert parts("\n".join(_worst(key, locale) for locale in LOCALES)) <= MOST_PARTS, key


# Said one after another on one screen.
TOGETHER = (
    ("home_call.registered", "home_call.if_worse"),
    ("home_call.registered_carried", "home_call.if_worse"),
    ("home_call.registered_plain", "emergency.line"),
    ("home_call.merged", "emergency.line"),
    ("home_call.after_cutoff", "home_call.if_worse"),
    ("home_call.day_off", "home_call.if_worse"),
    ("home_call.not_taken", "home_call.if_worse"),
    ("home_call.not_carried", "home_call.if_worse"),
    ("home_call.not_live", "emergency.line"),
    ("home_call.already_open", "emergency.line"),
    ("home_call.not_attached", "home_call.not_attached_next", "appeal.right", "emergency.line"),
    ("appointment.not_attached", "appointment.not_attached_next", "appeal.right", "emergency.line"),
    ("appointment.not_live", "emergency.line"),
    ("appointment.no_schedule", "emergency.line"),
    ("appointment.not_waiting", "emergency.line"),
    ("time.taken", "time.when"),
    ("time.taken", "time.none"),
    ("identity.desk", "clinic.hours", "emergency.line"),
    ("clinic.card", "clinic.hours", "emergency.line"),
    ("cabinet.card", "cabinet.question_by_sms"),
)
# After these nothing but the menu can be chosen.
NOWHERE_ELSE = {
    "home_call.not_attached",
    "home_call.not_live",
    "home_call.not_taken",
    "appointment.not_attached",
    "appointment.not_live",
    "appointment.no_schedule",
    "clinic.card",
}


@in_both
@pytest.mark.parametrize("together", TOGETHER, ids="+".join)
def test_what_is_said_together_stands_in_one_sms(together: tuple[str, ...], locale: str) -> None:
    assert _is_whole(together, locale, choices=0 if together[0] in NOWHERE_ELSE else 2), [
        len(_worst(key, locale)) for key in together
    ]


def _is_whole(keys: Iterable[str], locale: str, choices: int = 2) -> bool:
    """Tell whether all of the words are in the first SMS, however many choices follow behind its "9"."""
    text = said([T(key, **values_of(key, locale)) for key in keys], _language(locale))
    first = page(Rest(text, (Choice("ы" * 24, "x"),) * choices, _zero(locale)), _worst("by_sms.more", locale))
    assert parts(first.text) <= MOST_PARTS
    return first.rest is None or not first.rest.text


def _zero(locale: str) -> Choice:
    return Choice(locales.render(BACK.label, locale, short=True), "a:back")


def _language(locale: str) -> Language:
    return "kk" if locale == "kk" else "ru"


# What has to be read whole before it is answered: nothing of it may stand behind "9".
WHOLE = {
    "home_call.red_flags": ("button.call_103", "button.no_signs"),
    "home_call.emergency": ("button.called_103", "button.go_on"),
    "home_call.begin": ("button.for_child", "button.for_other"),
    "home_call.check": ("button.send", "button.change"),
    "appointment.begin": ("button.for_child",),
    "appointment.at_once": ("button.at_once", "button.at_once", "button.at_once", "button.other_visit"),
    "move.confirm": ("button.yes_move", "button.other_time", "button.keep_visit"),
    "cancel_visit.confirm": ("button.yes_cancel_visit", "button.keep_visit"),
    "withdraw.confirm": ("button.yes_withdraw", "button.no_keep"),
}


@in_both
@pytest.mark.parametrize("key", WHOLE)
def test_what_is_signed_or_settled_is_one_sms_with_all_its_choices(key: str, locale: str) -> None:
    labels = [_worst(one, locale) for one in WHOLE[key]]
    screen = Rest(_worst(key, locale), tuple(Choice(one, one) for one in labels), _zero(locale))
    first = page(screen, _worst("by_sms.more", locale))
    assert first.rest is None, first.text


@in_both
def test_a_label_has_at_most_24_letters(locale: str) -> None:
    assert not {key: text for key in LABELLED if len(text := _worst(key, locale)) > 24}


@in_both
def test_S26_a_code_stands_within_the_first_67_letters_says_what_for_and_to_tell_nobody(locale: str) -> None:
    with_code = [key for key in SAID if "{code}" in _template(key, locale)]
    assert {"code.sms", "code.sms_talk", "code.sms_talk_general"} <= set(with_code)
    for key in with_code:
        text = _worst(key, locale)
        assert text.index("482913") + 6 <= 67, key
        # What leads to a chat opens nothing: the identity is confirmed there anew.
        if key != "handover.to_telegram":
            assert "{purpose}" in _template(key, locale), key
            assert re.search("айтпа|не сообщайте", text), key


# What no SMS says.

HEALTH_WORDS = {
    "kk": r"ауыр|ауру|қызу|жөтел|сырқат|науқас|диагноз|құсу|бөртпе|тұмау|қысым|нарколог|психиатр|фтизиатр|"
    r"туберкул|есепте|анализ|дерт",
    "ru": r"температур|\bбол(?:ь\b|и\b|ит|ей\b|ью\b|езн)|диагноз|рвот|каш[ле]|сыпь|аллерг|простуд|давлени|"
    r"нарколог|психиатр|фтизиатр|туберкул|на уч[её]те|состоит|анализ|недуг",
}
# Signs of which anybody who calls a doctor is warned before they have said who they are: they tell of nobody.
WARNINGS = re.compile(r"red_flag\.|home_call\.red_flags")


@in_both
def test_S27_no_sms_has_a_health_word(locale: str) -> None:
    bad = re.compile(HEALTH_WORDS[locale], re.IGNORECASE)
    found = {key for key in SAID if bad.search(_worst(key, locale)) and not WARNINGS.match(key)}
    assert not found


@in_both
def test_G_48_no_sms_has_room_for_a_whole_name_or_for_what_somebody_said(locale: str) -> None:
    held = {key: set(re.findall(r"\{(\w+)", _template(key, locale))) for key in SAID}
    kept = {key for key, names in held.items() if names & {"words", "reason", "iin", "birth", "caller"}}
    assert not kept
    # A first name, where a child has to be told from another.
    assert {key for key, names in held.items() if "name" in names} <= {
        "appointment.at_once_child",
        "check.patient",
    }


@in_both
def test_S27_an_sms_has_no_link(locale: str) -> None:
    assert not {key for key in SAID if re.search(r"https?:|www\.|t\.me|\.kz\b|://", _worst(key, locale))}


@in_both
def test_every_value_of_an_sms_is_known_at_its_longest(locale: str) -> None:
    unknown = {
        key: name for key in SAID for name, value in values_of(key, locale).items() if value == UNKNOWN
    }
    assert not unknown


def test_the_longest_values_are_the_longest() -> None:
    assert all(len(longest_clinic(locale)) <= 22 for locale in LOCALES)
    assert len(LONGEST_DOCTOR) == 20


# Nothing is sent that is not proven here.

SENDERS = {
    "bot.attachments.notices",
    "bot.bookings.notices",
    "bot.by_sms.showing",
    "bot.by_sms.subscription",
    "bot.calls.notices",
    "bot.centres.notices",
    "bot.channels.apologies",
    "bot.channels.sms",
    "bot.college.notices",
    "bot.complaints.clocks",
    "bot.complaints.marks",
    "bot.consents.replies",
    "bot.documents.notices",
    "bot.people.joining",
    "bot.rounds.asking",
    "bot.rounds.line",
    "bot.surveys.asking",
    "bot.terms.escalation",
    "bot.work.asking",
    "otp.codes",
    "otp.third_party",
}
"""Where an SMS is put together; the words of each begin with one of ``ALONE``, or are of a conversation."""


def test_an_sms_is_put_together_only_where_its_words_are_known() -> None:
    found = {
        ".".join(source.relative_to(ROOT).with_suffix("").parts)
        for room in ("bot", "otp", "dialogs")
        for source in (ROOT / room).rglob("*.py")
        if _puts_an_sms_together(source.read_text(encoding="utf-8"))
    }
    assert found <= SENDERS, found - SENDERS


def _puts_an_sms_together(text: str) -> bool:
    return bool(re.search(r"\bsms_parcel\(|Parcel\([^)]*Address\(\"sms\"", text))


def test_no_key_of_an_sms_stands_outside_the_prover() -> None:
    """Every key that the senders name is proven, or said in a chat alone."""
    for sender in SENDERS - {"bot.by_sms.showing"}:
        path = ROOT.joinpath(*sender.split(".")).with_suffix(".py")
        named = _named_in([path])
        of_sms = {key for key in named if key.startswith(("sms.", "code.", "by_sms."))}
        assert of_sms <= {*SAID, "code.not_delivered"}, (sender, of_sms - set(SAID))


def test_every_short_word_stands_for_a_longer_one_that_is_said_by_sms() -> None:
    short = {key.removeprefix("short.") for key in KEYS if key.startswith("short.")}
    assert short <= KEYS
    unheard = {key for key in short if not key.startswith(("button.", "reason."))} - set(SAID) - VALUES
    assert not unheard


# Words that stand inside others.
VALUES = {
    key
    for key in KEYS
    if key.startswith(
        ("status.", "service.", "role.", "purpose.", "ground.", "red_flag.", "third_party.purpose.")
    )
}
VALUES |= {key for key in KEYS if key.startswith(("attachment.", "address.", "check.", "visit."))}
