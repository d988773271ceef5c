"""The medical college as its own staff read it: papers taken in, six stages, a debt, a duplicate."""

from rules.people import Language
from rules.training import COLLEGE
from tests.golden import Golden
from tests.town import Person, RunningTown, Watched, transcript
from tests.transcripts.cast import Cast, in_both_languages

WORDS = {
    "kk": {
        "deputy": "Оспанов Б. А.",
        "head": "Тұрсынов Б. Қ.",
        "card": "жеке куәлік 012345678",
        "debt": "Кітапханаға үш кітап қайтарылмаған",
        "story": "Көшкенде құжаттар салынған қорап жоғалып кетті",
        "paper": "Алматы ақшамы",
        "holder": "Қанатов Дәурен Әлиұлы",
        "notary": "нотариус Ахметова Г. С.",
    },
    "ru": {
        "deputy": "Оспанов Б. А.",
        "head": "Турсынов Б. К.",
        "card": "удостоверение 012345678",
        "debt": "Не возвращены три книги из библиотеки",
        "story": "При переезде пропала коробка с документами",
        "paper": "Вечерний Алматы",
        "holder": "Ким Олег Петрович",
        "notary": "нотариус Ахметова Г. С.",
    },
}


def college_staff(town: RunningTown, language: Language) -> Person:
    """One of the college's staff who reads that language; what they read is watched."""
    found = next(
        one for one in town.staff if (one.clinic_no, one.role, one.locale) == (COLLEGE, "college", language)
    )
    town.watched.setdefault(found.telegram_id, Watched("bot to college"))
    return Person(town, found.telegram_id, "college", found.locale)


async def taken_in(clerk: Person, cast: Cast, label: str) -> None:
    """The papers of the caller, handed in at the desk."""
    await clerk.say("/college")
    await clerk.tap("staff.button.college_intake")
    await clerk.say(cast.caller)
    found = next(one for one in (await clerk.last()).labels if one.startswith(label))
    await clerk.press(found)


def start_of(clerk: Person, key: str) -> str:
    return clerk.words(key, title="", year="").split(":")[0]


@in_both_languages
async def test_TR_18_a_document_from_the_desk_to_its_owners_hand(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    clerk, said = college_staff(town, cast.language), WORDS[cast.language]
    await taken_in(clerk, cast, start_of(clerk, "staff.button.college_take_main"))
    await clerk.tap("staff.button.college_receipt")
    await clerk.press((await clerk.messages())[-2].labels[-1])
    await clerk.tap(
        "staff.button.take",
        "staff.button.college_identity_card",
        "staff.button.college_no_debt_proof",
        "staff.button.college_to_drafted",
        "staff.button.college_resolution",
    )
    await clerk.say(said["deputy"])
    await clerk.tap("staff.button.college_signed_head")
    await clerk.say(said["head"])
    await clerk.tap(
        "staff.button.college_to_signed", "staff.button.college_form", "staff.button.college_seal"
    )
    await clerk.tap("staff.button.college_number")
    await clerk.say("ҚБК № 0777001")
    await clerk.tap("staff.button.college_to_ready", "staff.button.college_in_person")
    await clerk.say(said["card"])
    await clerk.tap("staff.button.college_to_issued", "staff.button.details")
    golden.check(cast.name("college_document"), transcript(town.lines))


@in_both_languages
async def test_TR_16_a_duplicate_from_its_story_to_a_power_of_attorney(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    clerk, said = college_staff(town, cast.language), WORDS[cast.language]
    head = town.of_staff(COLLEGE, "head")
    await taken_in(clerk, cast, start_of(clerk, "staff.button.college_take_duplicate"))
    await clerk.say(said["story"])
    await clerk.press((await clerk.last()).labels[-1])
    await clerk.tap("staff.button.take", "staff.button.college_identity_card", "staff.button.college_notice")
    await clerk.say(f"{said['paper']}\n№ 135\n19.11.2026")
    await clerk.tap("staff.button.stop_typing")
    await head.press((await head.last()).labels[-1])
    await head.tap("staff.button.college_decision_head")
    # Before the notice of loss was printed: rejected, and asked for again.
    await head.say("18.11.2026")
    await head.say("20.11.2026")
    town.watched.pop(head.id, None)
    await clerk.say("/college")
    await clerk.press(clerk.words("staff.button.college_mine", count=1))
    await clerk.press((await clerk.last()).labels[0])
    await clerk.tap("staff.button.college_to_drafted", "staff.button.college_duplicate")
    await clerk.tap("staff.button.college_resolution")
    await clerk.say(said["deputy"])
    await clerk.tap("staff.button.college_signed_both")
    await clerk.say(f"{said['head']}\n{said['deputy']}")
    await clerk.tap(
        "staff.button.college_to_signed", "staff.button.college_form", "staff.button.college_stamp"
    )
    await clerk.tap("staff.button.college_payment")
    await clerk.say("3500\n20.11.2026")
    await clerk.tap("staff.button.college_to_ready", "staff.button.college_attorney")
    lines = (said["holder"], said["card"], "15-77", "18.11.2026", said["notary"])
    await clerk.say("\n".join(lines))
    # The copy of the power of attorney stays on paper here.
    await clerk.tap("staff.button.stop_typing", "staff.button.college_to_issued")
    golden.check(cast.name("college_duplicate"), transcript(town.lines))


@in_both_languages
async def test_TR_11_a_debt_stops_everything_until_it_is_cleared(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    clerk, said = college_staff(town, cast.language), WORDS[cast.language]
    await taken_in(clerk, cast, start_of(clerk, "staff.button.college_take_main"))
    await clerk.press((await clerk.last()).labels[-1])
    await clerk.tap("staff.button.take", "staff.button.college_debt")
    await clerk.say(said["debt"])
    await town.set_time("2026-12-31T10:00:00")
    await clerk.tap("staff.button.college_clear")
    golden.check(cast.name("college_debt"), transcript(town.lines))
