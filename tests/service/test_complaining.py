"""A complaint in a running town: an album, an identity that grew old, a button phone, no officer."""

import pytest

from rules.training import COLLEGE
from storage import complaints
from storage.complaints import Complaint, ComplaintFile
from tests.button_phone import phone_of
from tests.centre_walks import ask_about_self
from tests.complaint_walks import PHOTO, filled_in, identified, refused, sent
from tests.town import Person, RunningTown
from tests.training_walks import apply
from tests.transcripts.cast import KAZAKH, RUSSIAN
from tests.walks import begin

WORDS = "Врач не пришёл, трубку никто не взял."


async def at_the_files(town: RunningTown) -> Person:
    """Refused, confirmed, and what happened is told."""
    citizen = await RUSSIAN.enter(town)
    await refused(town, citizen, RUSSIAN.clinic)
    await identified(citizen)
    await citizen.say(WORDS)
    return citizen


async def kept(town: RunningTown, number: str = "95-000001") -> tuple[Complaint, tuple[ComplaintFile, ...]]:
    """A complaint as it is kept, with its files."""
    found = await complaints.by_number(town.app.db.reader, number)
    assert found is not None
    return found, await complaints.files(town.app.db.reader, found.id)


async def test_X_34_an_album_sent_at_once_is_kept_whole_in_its_order_each_photo_once(
    town: RunningTown,
) -> None:
    citizen = await at_the_files(town)
    for no in range(1, 11):
        await town.sandbox.attach(citizen.id, "photo", caption=f"фото {no}")
    await citizen.read()
    await filled_in(citizen)
    await citizen.tap("button.send")
    _, files = await kept(town)
    assert [file.note for file in files] == [f"фото {no}" for no in range(1, 11)]


async def test_a_complaint_left_for_a_quarter_of_an_hour_is_confirmed_anew_and_nothing_is_lost(
    town: RunningTown,
) -> None:
    citizen = await at_the_files(town)
    await sent(citizen, PHOTO)
    await town.advance(16 * 60)
    shown = await citizen.tap("button.files_done")
    assert "Орбита" not in shown.text
    await citizen.confirm()
    await citizen.tap("button.files_done")
    await filled_in(citizen)
    await citizen.tap("button.send")
    complaint, files = await kept(town)
    assert (complaint.words, len(files)) == (WORDS, 1)


async def test_a_complaint_left_for_days_goes_on_where_it_was(town: RunningTown) -> None:
    citizen = await at_the_files(town)
    await town.advance(3 * 24 * 3600)
    await citizen.say("/start")
    await citizen.tap("button.resume")
    await citizen.confirm()
    await citizen.tap("button.no_files")
    await filled_in(citizen)
    await citizen.tap("button.send")
    complaint, _ = await kept(town)
    assert complaint.words == WORDS


async def test_the_language_can_be_changed_in_the_middle_and_nothing_is_lost(town: RunningTown) -> None:
    citizen = await at_the_files(town)
    await citizen.say("қазақша")
    citizen.locale = "kk"
    await citizen.tap("button.no_files")
    await filled_in(citizen)
    assert WORDS in (await citizen.last()).text
    await citizen.tap("button.send")
    complaint, _ = await kept(town)
    assert (complaint.words, complaint.locale) == (WORDS, "kk")


async def test_sent_twice_by_two_taps_it_is_registered_once(town: RunningTown) -> None:
    citizen = await at_the_files(town)
    await citizen.tap("button.no_files")
    summary = await filled_in(citizen)
    send = next(b for row in summary.buttons for b in row if b.text == citizen.words("button.send"))
    for _ in range(2):
        await town.sandbox.press(citizen.id, data=send.data)
    await citizen.read()
    assert await complaints.by_number(town.app.db.reader, "95-000001") is not None
    assert await complaints.by_number(town.app.db.reader, "95-000002") is None


@pytest.mark.parametrize(
    "word", ["жалоба", "шағым", "пожаловаться", "Жалоба!", "хочу подать жалобу", "шагым"]
)
async def test_CO_03_CH_06_a_button_phone_that_writes_of_a_complaint_is_told_the_three_ways(
    town: RunningTown, word: str
) -> None:
    phone = await phone_of(town, "880412294549")
    await phone.write("сәлем" if "ағым" in word or "agym" in word else "здравствуйте")
    answer = await phone.text(word)
    assert "Telegram" in answer
    assert "кеңсесінде" in answer or "канцелярии" in answer


async def test_X_34_a_clinic_without_an_officer_takes_a_complaint_too_and_says_who_is_missing(
    town: RunningTown,
) -> None:
    citizen = await town.citizen(RUSSIAN.caller)
    await begin(citizen)
    await identified(citizen)
    await citizen.tap("button.another_clinic")
    await citizen.say("7")
    await citizen.say(WORDS)
    await citizen.tap("button.no_files")
    await filled_in(citizen)
    receipt = await citizen.tap("button.send")
    assert "95-000001" in receipt.text
    assert "ещё не назначен" in receipt.text


async def test_CO_01_the_college_is_complained_of_like_a_clinic(town: RunningTown) -> None:
    citizen = await town.citizen(KAZAKH.caller)
    await begin(citizen)
    await identified(citizen, "button.to_both")
    await citizen.tap("button.of_college")
    await citizen.say(WORDS)
    await citizen.tap("button.no_files")
    await filled_in(citizen)
    assert "95-000001" in (await citizen.tap("button.send")).text
    complaint, _ = await kept(town)
    assert complaint.clinic_no == COLLEGE


async def test_CO_01_a_document_of_the_college_that_is_late_is_complained_of_in_words_written_already(
    town: RunningTown,
) -> None:
    citizen = await town.citizen(KAZAKH.caller)
    await apply(citizen)
    await town.advance(30 * 24 * 3600)
    await citizen.read()
    await identified(citizen, "button.to_both")
    offered = await citizen.last()
    assert "90-000001" in offered.text
    await citizen.tap("button.send_written", "button.no_files")
    await filled_in(citizen)
    assert "95-000001" in (await citizen.tap("button.send")).text
    complaint, _ = await kept(town)
    assert complaint.matter is not None
    assert (complaint.clinic_no, complaint.matter.kind) == (COLLEGE, "training")
    assert "90-000001" in complaint.words


async def test_CO_01_a_centre_that_is_silent_is_complained_of_at_the_minute_its_term_is_over(
    town: RunningTown,
) -> None:
    citizen = await town.citizen(KAZAKH.caller)
    await town.sandbox.centres(mood="down")
    await ask_about_self(citizen)
    await town.advance(31 * 60)
    await citizen.read()
    await identified(citizen, "button.to_both")
    await citizen.press((await citizen.last()).labels[0])
    assert "93-000001" in (await citizen.last()).text
    await citizen.tap("button.send_written", "button.no_files")
    await filled_in(citizen)
    assert "95-000001" in (await citizen.tap("button.send")).text


async def test_a_complaint_about_another_request_never_goes_on_in_one_that_is_half_written(
    town: RunningTown,
) -> None:
    citizen = await RUSSIAN.enter(town)
    notice = await refused(town, citizen, RUSSIAN.clinic)
    this = next(
        one.data for row in notice.buttons for one in row if one.text == citizen.words("button.complain")
    )
    await identified(citizen)
    held = (await citizen.say(WORDS)).text
    assert (await citizen.forge(this)).text == held
    assert (await citizen.forge("a:start:complaint")).text == held
    another = await citizen.forge(f"{this}9")
    assert another.text == citizen.words("desk.interrupt")
    assert (await citizen.tap("button.resume")).text == held
    begun = await citizen.forge(f"{this}9".replace("start:", "begin:", 1))
    assert begun.text == citizen.words("complaint.to", days=15)
