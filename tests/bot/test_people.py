"""Who works at a clinic is invited by a link and a code to their own phone, and leaves at once."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.channels.events import Command, GroupChange
from bot.people.leaving import Leaving
from dialogs.engine import Said
from rules.channels import Channel
from rules.law import Service
from rules.staff_roles import Role
from storage import conversations, desk, staff, work
from storage.addresses import Address
from storage.desk import Case
from tests.bot.ward import (
    DOCTOR,
    FOREIGNER,
    GROUP,
    HEAD,
    REGISTRAR,
    SECOND_REGISTRAR,
    STRANGER,
    Tokens,
    Ward,
    ward,
)

ADMINISTRATOR, NEWCOMER = 505, 777
PHONE = "+77011234567"
AIGUL = "+7 701 123 45 67 Ахметова Айгүл Болатқызы"


@pytest.fixture
async def clinic(tmp_path: Path) -> AsyncIterator[Ward]:
    async with ward(tmp_path) as open_ward:
        open_ward.room.parts.bot._name = "dariger_bot"  # as Telegram would have said
        await join(open_ward, ADMINISTRATOR, "administrator")
        yield open_ward


async def join(clinic: Ward, user: int, role: Role, clinic_no: int = 5) -> None:
    async with clinic.db.transaction() as tx:
        code = staff.new_code(tx, clinic_no, role, "kk", clinic.clock.now(), Tokens())
        await staff.redeem_person(tx, code, user, None, clinic.clock.now())


async def tap(clinic: Ward, user: int, label: str) -> None:
    await clinic.press(user, label, chat=user)


async def invited(clinic: Ward, by: int = ADMINISTRATOR, role: str = "тіркеуші", who: str = AIGUL) -> str:
    """Invite somebody from the chat; the code of the link."""
    await clinic.write(by, Command("staff"))
    await tap(clinic, by, "Қызметкерді шақыру")
    await tap(clinic, by, role)
    await clinic.write(by, Said(who))
    found = re.search(r"https://t\.me/dariger_bot\?start=link_(\w+)", clinic.last(by))
    assert found, clinic.last(by)
    return found[1]


async def opens(clinic: Ward, link: str, user: int = NEWCOMER) -> str:
    """Open the link; the code that came by SMS."""
    await clinic.write(user, Command("start", f"link_{link}"))
    found = re.search(r"\d{6}", clinic.last(PHONE))
    assert found
    return found[0]


async def leaves(clinic: Ward, user: int) -> None:
    async with clinic.db.transaction() as tx:
        assert await Leaving(clinic.room.parts).end(tx, user, 5, "operator", clinic.clock.now()) is not None


async def roles(clinic: Ward, user: int) -> set[str]:
    return {one.role for one in await staff.members_of(clinic.db.reader, user)}


async def test_G_71_a_newcomer_joins_by_a_link_and_a_code_to_their_own_phone(clinic: Ward) -> None:
    code = await opens(clinic, await invited(clinic))
    assert clinic.last(NEWCOMER).startswith("Сізді жұмысқа шақырды. Емхана: Е-5. Рөліңіз: тіркеуші.")
    assert "соңғы екі саны: 67" in clinic.last(NEWCOMER)
    assert clinic.last(PHONE).startswith(f"{code} – растау коды: қызметкерді растау.")
    assert await roles(clinic, NEWCOMER) == set()
    await clinic.write(NEWCOMER, Said(f"{code[:3]} {code[3:]}"))
    assert clinic.last(NEWCOMER).startswith("Дайын. Сіз емханаға байланыстырылдыңыз: Е-5. Рөліңіз: тіркеуші.")
    assert clinic.last(ADMINISTRATOR).startswith("Жаңа қызметкер жұмысқа кірісті: Ахметова Айгүл")
    await clinic.call()
    await clinic.press(NEWCOMER, "Толығырақ")
    assert "Сейітова" in clinic.last(NEWCOMER)


async def test_G_44_a_newcomer_reads_in_the_language_of_their_own_chat(clinic: Ward) -> None:
    code = await opens(clinic, await invited(clinic))
    async with clinic.db.transaction() as tx:
        address = Address("telegram", str(NEWCOMER))
        conversations.set_locale(tx, address, "ru", clinic.clock.now())
    await clinic.write(NEWCOMER, Said(code))
    assert clinic.last(NEWCOMER).startswith("Готово.")
    assert [one.locale for one in await staff.members_of(clinic.db.reader, NEWCOMER)] == ["ru"]


async def test_S05_a_newcomer_has_five_tries_and_then_opens_the_link_again(clinic: Ward) -> None:
    link = await invited(clinic)
    code = await opens(clinic, link)
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    for left in (4, 3, 2, 1):
        await clinic.write(NEWCOMER, Said(wrong))
        assert clinic.last(NEWCOMER).startswith(f"Код дұрыс емес. Қалған мүмкіндік: {left}.")
    await clinic.write(NEWCOMER, Said(wrong))
    await clinic.write(NEWCOMER, Said(code))
    assert clinic.last(NEWCOMER).startswith("Бұл код енді жарамсыз.")
    await clinic.write(NEWCOMER, Command("start", f"link_{link}"))
    assert clinic.last(NEWCOMER).startswith("Код жаңа ғана жіберілді.")
    clinic.clock.forward(61)
    newer = await opens(clinic, link)
    await clinic.write(NEWCOMER, Said(newer))
    assert await roles(clinic, NEWCOMER) == {"registrar"}


async def test_digits_are_a_citizens_own_once_no_code_is_awaited(clinic: Ward) -> None:
    await opens(clinic, await invited(clinic))
    clinic.clock.forward(timedelta(minutes=16).total_seconds())
    assert not await clinic.write(NEWCOMER, Said("482913"))
    assert not await clinic.write(STRANGER, Said("482913"))


async def test_a_link_that_somebody_else_opened_is_refused(clinic: Ward) -> None:
    link = await invited(clinic)
    await opens(clinic, link)
    await clinic.write(STRANGER, Command("start", f"link_{link}"))
    assert clinic.last(STRANGER).startswith("Код жарамсыз")
    assert len(clinic.read(PHONE)) == 1


@pytest.mark.parametrize(
    "words",
    ["Ахметова Айгүл", "+77011234567", "+7 727 233 39 60 Ахметова Айгүл", "+1 202 555 0123 Ахметова Айгүл"],
)
async def test_a_phone_that_gets_no_code_and_a_missing_name_are_asked_for_again(
    clinic: Ward, words: str
) -> None:
    await clinic.write(ADMINISTRATOR, Command("staff"))
    await tap(clinic, ADMINISTRATOR, "Қызметкерді шақыру")
    await tap(clinic, ADMINISTRATOR, "дәрігер")
    await clinic.write(ADMINISTRATOR, Said(words))
    assert "Мысалы: +7 701 123 45 67" in clinic.last(ADMINISTRATOR)
    await clinic.write(ADMINISTRATOR, Said(AIGUL))
    assert "link_" in clinic.last(ADMINISTRATOR)


async def test_a_head_invites_nobody_to_be_administrator(clinic: Ward) -> None:
    await clinic.write(HEAD, Command("staff"))
    await tap(clinic, HEAD, "Қызметкерді шақыру")
    assert not [read for read, _ in clinic.card(HEAD).buttons if "әкімші" in read]
    forged = clinic.card(HEAD).data("дәрігер").replace("doctor", "administrator")
    await clinic.press(HEAD, "", chat=HEAD, data=forged, message=clinic.card(HEAD))
    assert clinic.last(HEAD).startswith("Бұл рөлді беру немесе тоқтату")
    assert not await clinic.write(HEAD, Said(AIGUL))


async def test_whoever_lost_the_right_meanwhile_invites_nobody(clinic: Ward) -> None:
    await clinic.write(HEAD, Command("staff"))
    await tap(clinic, HEAD, "Қызметкерді шақыру")
    await tap(clinic, HEAD, "дәрігер")
    async with clinic.db.transaction() as tx:
        await staff.leave(tx, HEAD, 5, "operator", clinic.clock.now())
    await clinic.write(HEAD, Said(AIGUL))
    assert "link_" not in clinic.last(HEAD)


async def test_an_invitation_can_be_taken_back_until_it_is_used(clinic: Ward) -> None:
    link = await invited(clinic)
    await clinic.write(ADMINISTRATOR, Command("staff"))
    assert "Шақырылды, әлі кірген жоқ: Ахметова Айгүл Болатқызы, тіркеуші" in clinic.last(ADMINISTRATOR)
    await tap(clinic, ADMINISTRATOR, "Шақыруды қайтарып алу")
    assert "Шақырылды" not in clinic.last(ADMINISTRATOR)
    await clinic.write(NEWCOMER, Command("start", f"link_{link}"))
    assert clinic.last(NEWCOMER).startswith("Код жарамсыз")


async def test_G_71_leaving_takes_effect_at_once_and_work_is_anybodys_again(clinic: Ward) -> None:
    await clinic.write(NEWCOMER, Said(await opens(clinic, await invited(clinic))))
    request = await clinic.call()
    async with clinic.db.transaction() as tx:
        assert await work.take(tx, request.id, NEWCOMER, clinic.clock.now())
    await clinic.write(HEAD, Command("staff"))
    await tap(clinic, HEAD, "Ахметова")
    await tap(clinic, HEAD, "Жұмысын аяқтау")
    await tap(clinic, HEAD, "Иә, жұмысын аяқтау")
    assert clinic.last(HEAD).startswith("Жұмысы аяқталды: Ахметова")
    assert clinic.last(NEWCOMER).startswith("Сіздің боттағы жұмысыңыз аяқталды. Емхана: Е-5.")
    assert (await work.of(clinic.db.reader, request.id)).holder is None
    await clinic.press(NEWCOMER, "Растау")
    assert (await clinic.request(request)).status == "registered"
    assert not await clinic.write(NEWCOMER, Said("Айгүл"))


async def test_G_71_nobody_joins_by_a_link_of_somebody_who_has_left(clinic: Ward) -> None:
    await join(clinic, 506, "administrator")
    theirs = await invited(clinic, by=506, role="емхана әкімшісі")
    code = await opens(clinic, theirs, user=506)
    other = await invited(clinic)
    await leaves(clinic, 506)
    await clinic.write(506, Said(code))
    await clinic.write(506, Command("start", f"link_{theirs}"))
    assert await roles(clinic, 506) == set()
    await opens(clinic, other)


async def test_G_71_whoever_was_sent_away_is_not_let_in_again_by_an_older_invitation(clinic: Ward) -> None:
    await clinic.write(NEWCOMER, Said(await opens(clinic, await invited(clinic))))
    assert await roles(clinic, NEWCOMER) == {"registrar"}
    again = await invited(clinic, role="бөлім меңгерушісі")
    await leaves(clinic, NEWCOMER)
    await clinic.write(NEWCOMER, Command("start", f"link_{again}"))
    assert clinic.last(NEWCOMER).startswith("Код жарамсыз: қате")
    assert await roles(clinic, NEWCOMER) == set()


async def test_the_case_at_the_desk_of_who_leaves_ends_too(clinic: Ward) -> None:
    now, db = clinic.clock.now(), clinic.db
    case = Case(db.ids.new(), 5, REGISTRAR, Channel.DESK, Service.HOME_CALL, "kk", now, now)
    async with db.transaction() as tx:
        desk.open_case(tx, case)
        await Leaving(clinic.room.parts).end(tx, REGISTRAR, 6, "operator", now)
        assert await desk.open_of(tx, REGISTRAR) == case
        await Leaving(clinic.room.parts).end(tx, REGISTRAR, 5, "operator", now)
        assert await Leaving(clinic.room.parts).end(tx, REGISTRAR, 5, "operator", now) is None
    assert await desk.open_of(db.reader, REGISTRAR) is None


async def test_a_head_ends_no_administrators_work_but_an_administrator_does(clinic: Ward) -> None:
    await clinic.write(HEAD, Command("staff"))
    await tap(clinic, HEAD, f"Telegram {ADMINISTRATOR}")
    assert not [read for read, _ in clinic.card(HEAD).buttons if "аяқтау" in read]
    await join(clinic, 506, "administrator")
    await clinic.write(506, Command("staff"))
    await tap(clinic, 506, f"Telegram {ADMINISTRATOR}")
    await tap(clinic, 506, "Жұмысын аяқтау")
    await tap(clinic, 506, "Иә")
    assert await roles(clinic, ADMINISTRATOR) == set()


async def test_whoever_ends_the_last_heads_work_is_told_what_that_means(clinic: Ward) -> None:
    await clinic.write(ADMINISTRATOR, Command("staff"))
    await tap(clinic, ADMINISTRATOR, f"Telegram {HEAD}")
    await tap(clinic, ADMINISTRATOR, "Жұмысын аяқтау")
    assert "мұндай рөлдегі басқа адам жоқ" in clinic.last(ADMINISTRATOR)
    await clinic.write(ADMINISTRATOR, Command("staff"))
    await tap(clinic, ADMINISTRATOR, f"Telegram {SECOND_REGISTRAR}")
    await tap(clinic, ADMINISTRATOR, "Жұмысын аяқтау")
    assert "мұндай рөлдегі басқа адам жоқ" not in clinic.last(ADMINISTRATOR)


@pytest.mark.parametrize("user", [REGISTRAR, DOCTOR, FOREIGNER])
async def test_the_list_is_for_heads_and_administrators_only(clinic: Ward, user: int) -> None:
    await clinic.write(user, Command("staff"))
    assert clinic.last(user).startswith("Қызметкерлер тізімін емхана әкімшісі")


async def test_the_list_is_never_shown_in_a_group(clinic: Ward) -> None:
    await clinic.say_in_group(HEAD, "/staff")
    assert clinic.last(GROUP) == "Қызметкерлер тізімі тек ботпен жеке чатта ашылады."


async def test_a_long_list_is_turned_by_pages(clinic: Ward) -> None:
    for number in range(12):
        await join(clinic, 900 + number, "college")
    await clinic.write(ADMINISTRATOR, Command("staff"))
    await tap(clinic, ADMINISTRATOR, "Келесі")
    assert "Telegram 911, колледж қызметкері" in clinic.last(ADMINISTRATOR)
    await tap(clinic, ADMINISTRATOR, "Алдыңғы")
    assert f"Telegram {REGISTRAR}" in clinic.last(ADMINISTRATOR)


async def test_heads_and_administrators_are_told_when_the_group_is_gone(clinic: Ward) -> None:
    await clinic.send(lambda row: GroupChange(row, "removed", GROUP))
    for user in (HEAD, ADMINISTRATOR):
        assert clinic.last(user).startswith("Бот емхана тобынан шығарылды: Е-5.")
    assert clinic.read(REGISTRAR) == []


async def test_without_the_bots_name_the_code_alone_is_given(clinic: Ward) -> None:
    clinic.room.parts.bot._name = ""
    await clinic.write(HEAD, Command("staff"))
    await tap(clinic, HEAD, "Қызметкерді шақыру")
    await tap(clinic, HEAD, "дәрігер")
    await clinic.write(HEAD, Said(AIGUL))
    found = re.search(r"^/link (\w+)$", clinic.last(HEAD), re.MULTILINE)
    assert found
    await clinic.write(NEWCOMER, Command("link", found[1]))
    assert clinic.last(NEWCOMER).startswith("Сізді жұмысқа шақырды.")
