"""My consents, from first to last: the lists, the copy of everything held, and its erasure."""

import re
import sqlite3

from aiohttp import ClientSession

from storage.database import open_database
from storage.keys import KeyRing
from storage.verify import verify
from tests.button_phone import ButtonPhone, phone_of
from tests.service.test_consents import ASKER, asks, in_their_chat
from tests.town import Person, RunningTown, TownClock
from tests.walks import accept, to_the_code

IIN = "880412294549"
NUMBER = re.compile(r"93-[0-9]{6}")
REASON = "канарейкакашель"
STREET = "Канарейная"
NAMES = ("Сейітова", "Айгүл", "Қанатқызы")
PHONES = ("77470006161", "7470006161", "747 000-61-61")
OTHER_PHONE = "7010006588"


async def lived(town: RunningTown) -> Person:
    """Somebody who called a doctor, was looked at by the clinic, and looked at what came of it."""
    citizen = await town.citizen(IIN)
    await to_the_code(citizen)
    await citizen.confirm()
    await citizen.say(REASON)
    await citizen.tap("button.address_other")
    await citizen.say(f"{STREET} 17, кв 25, подъезд 2")
    await citizen.tap("button.phone_other")
    await citizen.say(OTHER_PHONE)
    await citizen.tap("button.send")
    await town.staff_tap(5, "registrar", "staff.button.details")
    await accept(town, 5)
    await citizen.tap("button.menu", "button.cabinet", "button.my_consents")
    return citizen


async def registry_is_sound(town: RunningTown) -> bool:
    db = await open_database(
        town.environ["DATABASE_URL"], KeyRing.parse(town.environ["REGISTRY_KEY"]), TownClock(town.world.clock)
    )
    try:
        report = await verify(db)
        assert report.tampered == ()
        return report.sound
    finally:
        await db.close()


async def test_S28_one_sees_what_one_agreed_to_and_who_looked(town: RunningTown) -> None:
    citizen = await lived(town)
    own = await citizen.tap("button.consents_own")
    assert citizen.words("purpose.home_call") in own.text
    assert citizen.words("consents.lives") in own.text
    looks = await citizen.tap("button.back_to_consents", "button.consents_looks")
    assert citizen.words("consents.look.home_call") in looks.text
    assert citizen.words("staff.role.registrar") in looks.text
    asked = await citizen.tap("button.back_to_consents", "button.consents_asked")
    assert citizen.words("consents.none") in asked.text
    assert await registry_is_sound(town)


async def test_S30_a_consent_of_ones_own_is_ended_by_one_tap(town: RunningTown) -> None:
    citizen = await lived(town)
    own = await citizen.tap("button.consents_own")
    ends = [label for label in own.labels if label.startswith(citizen.words("button.consent_end", number=""))]
    done = await citizen.press(ends[0])
    assert citizen.words("consents.done.consent_end") in done.text
    again = await citizen.tap("button.my_consents", "button.consents_own")
    assert citizen.words("consents.state.withdrawn") in again.text
    assert await registry_is_sound(town)


async def test_the_copy_wants_a_fresh_code_and_holds_everything(town: RunningTown) -> None:
    citizen = await lived(town)
    gate = await citizen.tap("button.consents_copy")
    assert citizen.words("consent.own_copy.v1") in gate.text
    wrong = await citizen.say("000000")
    assert citizen.words("code.refused") in wrong.text
    await citizen.confirm()
    page = await file_in(town, citizen)
    for told in (IIN, *NAMES, REASON, STREET, OTHER_PHONE, citizen.words("consent.home_call.v1")[:40]):
        assert told in page, told
    assert "<script" not in page
    assert 'lang="kk"' in page
    assert re.search(r"https?://", page) is None


async def test_S40_erasure_says_what_stays_asks_twice_and_leaves_nothing(town: RunningTown) -> None:
    citizen = await lived(town)
    await citizen.tap("button.consents_erase")
    code = await citizen.code()
    told = await citizen.confirm()
    for key in ("erasure.goes", "erasure.stays", "erasure.ends"):
        assert citizen.words(key) in told.text
    kept = await citizen.tap("button.go_on_erasing", "button.keep_data")
    assert citizen.words("erasure.kept") in kept.text
    await citizen.tap("button.start_again", "button.consents_erase")
    await town.advance(61)
    if citizen.words("button.go_on_erasing") not in (await citizen.last()).labels:
        await citizen.confirm()
    done = await citizen.tap("button.go_on_erasing", "button.erase_for_good")
    assert citizen.words("erasure.done") in done.text
    assert await registry_is_sound(town)
    after = await citizen.tap("button.menu", "button.cabinet")
    assert citizen.words("identity.iin") in after.text
    await town.stop_bot()
    found = await opened_fields(town)
    for canary in (IIN, *NAMES, *PHONES, OTHER_PHONE, REASON, STREET):
        assert [text[:300] for text in found if canary in text] == [], canary
    # Six digits stand by chance in a long number or a blob.
    alone = re.compile(rf"(?<![0-9A-Fa-f]){code}(?![0-9A-Fa-f])")
    assert [text[:300] for text in found if alone.search(text)] == []


async def opened_fields(town: RunningTown) -> list[str]:
    """Every byte of the registry, and every sealed field opened with its key."""
    from storage.sealed import SEALED, blobs

    db = await open_database(
        town.environ["DATABASE_URL"], KeyRing.parse(town.environ["REGISTRY_KEY"]), TownClock(town.world.clock)
    )
    found = []
    try:
        for place in SEALED:
            if place.table in ("doctors", "staff", "signers", "people"):
                continue
            async for blob in blobs(db.reader, place):
                text = db.keys.open_bytes(place.place, blob.row, blob.blob).decode(errors="replace")
                found.append(f"{place.place} {blob.row} {text}")
    finally:
        await db.close()
    with sqlite3.connect(town.registry) as raw:
        found.extend("\n".join(raw.iterdump()).splitlines())
    return found


async def asked_and_agreed(town: RunningTown) -> tuple[Person, Person, str]:
    """Somebody asked a centre about another, who agreed in their own chat: both, and the request's number."""
    subject = await in_their_chat(town, IIN)
    asker = await town.citizen(ASKER, "asker")
    await asks(town, asker, IIN)
    notice = (await subject.messages())[-1]
    await subject.confirm()
    found = NUMBER.search(notice.text)
    assert found
    # The centre answers by itself.
    await town.sandbox.wait(lambda: opens(asker), "no result came", 10)
    await asker.read()
    return asker, subject, found[0]


async def opens(asker: Person) -> bool | None:
    return asker.words("button.open") in (await asker.last()).labels or None


async def is_hidden(asker: Person) -> bool:
    """Whether the asker, who was told of a result, can still open it."""
    card = await asker.tap("button.open")
    return asker.words("centre_info.withdrawn") in card.text and asker.words("button.open") not in card.labels


async def test_S30_a_consent_about_oneself_is_taken_back_by_one_tap(town: RunningTown) -> None:
    asker, subject, number = await asked_and_agreed(town)
    listed = await subject.tap("button.menu", "button.cabinet", "button.my_consents", "button.consents_asked")
    assert "Иванова О. П." in listed.text
    assert subject.words("third_party.purpose.work") in listed.text
    assert subject.words("consents.state.given") in listed.text
    done = await subject.press(subject.words("button.consent_back", number=number))
    assert subject.words("consents.done.consent_back", number=number) in done.text
    assert await is_hidden(asker)
    again = await subject.tap("button.my_consents", "button.consents_asked")
    assert subject.words("consents.state.withdrawn") in again.text
    assert subject.words("button.consent_back", number=number) not in again.labels
    assert await registry_is_sound(town)


async def test_S30_a_consent_is_taken_back_by_sms_from_the_registered_phone_only(town: RunningTown) -> None:
    asker, subject, number = await asked_and_agreed(town)
    stranger = ButtonPhone(town, "+77011230099", None, "stranger")
    await stranger.write(f"ОТОЗВАТЬ {number}")
    assert not await is_hidden(asker)
    phone = await phone_of(town, IIN)
    told = await phone.write(f"Кері алу {number}")
    assert told[-1] == subject.words("sms.consent_withdrawn", number=number)
    shown = await asker.tap("button.refresh_status")
    assert asker.words("centre_info.withdrawn") in shown.text
    assert await registry_is_sound(town)


async def test_S41_an_asker_is_blocked_and_let_ask_again(town: RunningTown) -> None:
    asker, subject, number = await asked_and_agreed(town)
    await subject.tap("button.menu", "button.cabinet", "button.my_consents", "button.consents_asked")
    done = await subject.press(subject.words("button.consent_block", number=number))
    assert subject.words("consents.done.consent_block", number=number) in done.text
    blocked = await subject.tap("button.my_consents", "button.consents_blocked")
    assert "Иванова О. П." in blocked.text
    reached = len(await subject.texts())
    await asks(town, asker, IIN, "psychiatry")
    assert len(await subject.texts()) == reached
    done = await subject.press(subject.words("button.unblock", number=1))
    assert subject.words("consents.done.consent_unblock") in done.text
    none = await subject.tap("button.my_consents", "button.consents_blocked")
    assert subject.words("consents.none") in none.text
    assert await registry_is_sound(town)


async def test_S40_whoever_is_erased_gave_consents_that_are_hidden_first(town: RunningTown) -> None:
    asker, subject, _ = await asked_and_agreed(town)
    await subject.tap("button.menu", "button.cabinet", "button.my_consents", "button.consents_erase")
    await subject.confirm()
    await subject.tap("button.go_on_erasing", "button.erase_for_good")
    assert await is_hidden(asker)
    assert await registry_is_sound(town)
    # What the asker has of it tells nothing of whom it was about.
    assert IIN[-4:] not in (await asker.last()).text
    await town.stop_bot()
    found = await opened_fields(town)
    for canary in (IIN, *NAMES, *PHONES):
        assert [text[:300] for text in found if canary in text] == [], canary


async def test_G_32_the_copy_of_whoever_asked_tells_no_refusal_from_silence(town: RunningTown) -> None:
    subject = await in_their_chat(town, IIN)
    asker = await town.citizen(ASKER, "asker")
    await asks(town, asker, IIN)
    await subject.tap("button.consent_refuse")
    await asker.say("/consents")
    await asker.say("мои согласия")
    await asker.say(asker.iin)
    await asker.confirm()
    page = await copied(town, asker)
    _, _, asked = page.partition(f"<h2>{asker.words('held.asked_by')}</h2>")
    own, _, _ = asked.partition("</section>")
    assert asker.words("third_party.what.narcology") in own
    assert asker.words("consents.state.refused") not in own
    mine = await copied_from_menu(town, subject)
    assert subject.words("consents.state.refused") in mine


async def copied_from_menu(town: RunningTown, person: Person) -> str:
    await person.tap("button.menu", "button.cabinet", "button.my_consents")
    return await copied(town, person)


async def copied(town: RunningTown, person: Person) -> str:
    """Ask for the copy where the list of lists is shown, and read the file."""
    await person.tap("button.consents_copy")
    await person.confirm()
    return await file_in(town, person)


async def file_in(town: RunningTown, person: Person) -> str:
    (message,) = [message for message in await person.messages() if "document" in message.raw]
    assert message.raw["document"]["file_name"] == "dariger.html"
    where = f"{town.sandbox.url}/control/files/{message.raw['document']['file_id']}"
    async with ClientSession() as session, session.get(where) as answer:
        return (await answer.read()).decode()
