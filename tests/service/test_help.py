"""Help in the running service: it follows what the clinic loads, and knows whom it talks to."""

import sqlite3
from pathlib import Path

from storage.load import Loaded, load
from tests.complaint_walks import PHOTO, filled_in, identified, refused, sent
from tests.town import RunningTown
from tests.transcripts.cast import RUSSIAN
from tests.walks import begin, to_the_summary

TERMS = "from,choices,period,campaign_from,campaign_to,effect\n2026-01-01,2,twelve_months,,,at_once\n"
ROOT = Path(__file__).parents[2]


def _put(file: Path, content: str) -> None:
    file.parent.mkdir(exist_ok=True)
    file.write_text(content, encoding="utf-8")


async def loaded(town: RunningTown, folder: Path, name: str, content: str) -> None:
    _put(folder / name, content)
    assert isinstance(await load(town.app.db, folder, town.app.clock.now()), Loaded)


async def test_G_20_terms_of_free_choice_that_are_loaded_are_in_the_help_at_once(
    town: RunningTown, tmp_path: Path
) -> None:
    citizen = await town.citizen(RUSSIAN.caller)
    await begin(citizen)
    before = await citizen.tap("button.help", "button.about_attachment")
    assert citizen.words("about.choices.calendar_year", choices=1) in before.text
    await loaded(town, tmp_path / "in", "free_choice.csv", TERMS)
    after = await citizen.tap("button.help", "button.about_attachment")
    assert citizen.words("about.choices.twelve_months", choices=2) in after.text


async def test_GEN_10_G_06_hours_that_a_clinic_loads_are_in_the_help_of_whoever_is_attached_there(
    town: RunningTown, tmp_path: Path
) -> None:
    head, *listed = (ROOT / "data/almaty/clinics.csv").read_text(encoding="utf-8").splitlines()
    own = next(row for row in listed if row.startswith(f"{RUSSIAN.clinic},"))
    later = own.replace("08:00-20:00;09:00-14:00;-", "08:00-21:00;09:00-15:00;-")
    await loaded(town, tmp_path / "in", "clinics.csv", f"{head}\n{later}")
    citizen = await town.citizen(RUSSIAN.caller)
    await begin(citizen)
    usual = await citizen.tap("button.help", "button.about_home_call")
    assert "18:00" in usual.text
    await citizen.say("/menu")
    await to_the_summary(citizen)
    await citizen.say("/help")
    known = await citizen.tap("button.about_home_call")
    assert "19:00" in known.text
    assert "13:00" in known.text


async def test_GEN_10_help_in_a_complaint_loses_neither_its_words_nor_its_photo(town: RunningTown) -> None:
    citizen = await town.citizen(RUSSIAN.caller)
    await refused(town, citizen, RUSSIAN.clinic)
    await identified(citizen)
    await citizen.say("Вызов отменили, никто ничего не объяснил.")
    before = await sent(citizen, PHOTO)
    first = await citizen.say("/help")
    assert first.labels[1] == citizen.words("button.about_complaint")
    await citizen.tap("button.about_complaint", "button.about_law")
    assert before.text.endswith((await citizen.tap("button.resume")).text)
    await citizen.tap("button.files_done")
    summary = await filled_in(citizen)
    assert "никто ничего не объяснил" in summary.text
    assert "95-000001" in (await citizen.tap("button.send")).text
    connection = sqlite3.connect(town.registry)
    assert connection.execute("SELECT count(*) FROM complaint_files").fetchall() == [(1,)]
    connection.close()
