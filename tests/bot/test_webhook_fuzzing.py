"""The webhooks under whatever can be posted to them: no 5xx, and no effect without a right signature."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.channels.sms import sms_parcel
from storage import outbox
from tests.bot.hostile import (
    REFUSALS,
    SIGNATURE,
    SMS,
    STATUS,
    TELEGRAM,
    TOKEN,
    Shot,
    fire_all,
    gathered,
    nearly_signed,
    signed,
    signed_forms,
    standing,
    strangers_shots,
)
from tests.bot.house import open_house
from tests.bot.web_side import FORM, PHONE, SECRET, Served, serving, sms, update

MANY = 400
"""The drill fires a hundred thousand; here are as many as a second allows."""


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    async with open_house(tmp_path) as house, serving(house) as opened:
        yield opened


async def test_S10_and_S43_no_request_of_a_stranger_has_an_effect_or_gives_a_5xx(
    served: Served, tmp_path: Path
) -> None:
    before = standing(tmp_path)
    answers = await fire_all(served.port, gathered(strangers_shots(), MANY))
    assert len(answers) >= MANY / 2
    for shot, status in answers:
        assert status is None or status in REFUSALS, (status, shot)
    assert served.house.desk.rows == []
    assert standing(tmp_path) == before


async def test_S10_a_signed_request_that_was_touched_has_no_effect(served: Served, tmp_path: Path) -> None:
    before = standing(tmp_path)
    whole = [signed(served, path, sms(text="Иә 123456")) for path in (SMS, STATUS)]
    touched = [shot for one in whole for at in range(0, 120, 7) for shot in nearly_signed(one, at)]
    answers = await fire_all(served.port, touched)
    assert Counter(status for _, status in answers) == {403: len(touched)}
    assert standing(tmp_path) == before


async def test_S43_whatever_twilio_itself_signs_is_answered_and_kept_once(served: Served) -> None:
    forms = gathered(signed_forms, 60)
    shots = [signed(served, SMS, form) for form in forms] * 3
    answers = await fire_all(served.port, shots)
    assert {status for _, status in answers} <= {200, 403}, Counter(status for _, status in answers)
    kept = Counter(row.external_id for row in served.house.desk.rows)
    assert set(kept.values()) <= {1}
    assert set(kept) == {form["MessageSid"] for form in forms if form["MessageSid"] and form["From"]}


async def test_S43_whatever_twilio_reports_is_answered(served: Served) -> None:
    forms = gathered(signed_forms, 30)
    answers = await fire_all(served.port, [signed(served, STATUS, form) for form in forms])
    assert {status for _, status in answers} <= {204, 403}
    assert served.house.desk.rows == []


@pytest.mark.parametrize("times", [0, 2, 3])
async def test_S10_a_signature_header_missing_or_doubled_is_refused(served: Served, times: int) -> None:
    shot = signed(served, SMS, sms())
    kind, right = shot.headers
    (answer,) = await fire_all(served.port, [Shot(SMS, (kind, *[right] * times), shot.body, host=shot.host)])
    assert answer[1] == 403
    assert served.house.desk.rows == []


async def test_S10_a_json_body_is_refused_though_its_signature_be_right(served: Served) -> None:
    shot = signed(served, SMS, sms())
    as_json = Shot(SMS, ((b"Content-Type", b"application/json"), shot.headers[1]), b'{"Body": "1"}')
    assert [status for _, status in await fire_all(served.port, [as_json])] == [403]


async def test_S10_two_content_types_or_a_body_in_another_coding_leave_nothing(served: Served) -> None:
    shot = signed(served, SMS, sms())
    twice = shot.with_headers((b"Content-Type", FORM.encode()))
    coded = [shot.with_headers((b"Content-Encoding", how)) for how in (b"gzip", b"deflate", b"br", b"zstd")]
    answers = await fire_all(served.port, [twice, *coded])
    assert all(status is None or status in REFUSALS or status == 200 for _, status in answers), answers
    assert len(served.house.desk.rows) <= 1


async def test_S11_the_same_signed_body_twenty_times_at_once_is_kept_once(served: Served) -> None:
    answers = await fire_all(served.port, [signed(served, SMS, sms("SM20"))] * 20)
    assert {status for _, status in answers} == {200}
    assert [row.external_id for row in served.house.desk.rows] == ["SM20"]


async def test_S11_the_same_sid_with_other_words_is_the_same_sms(served: Served) -> None:
    shots = [signed(served, SMS, sms("SM21", text)) for text in ("Иә 111111", "Иә 222222")]
    for shot in shots:
        await fire_all(served.port, [shot])
    assert [row.external_id for row in served.house.desk.rows] == ["SM21"]
    assert "111111" in served.house.desk.rows[0].body


@pytest.mark.parametrize(
    "form",
    [
        sms(text=""),
        sms(text=" \n "),
        {
            **sms(text=""),
            "NumMedia": "1",
            "MediaUrl0": "https://api.example/m",
            "MediaContentType0": "image/png",
        },
        sms(text="a" * 1600),
        {**sms(text="STOP"), "OptOutType": "STOP"},
    ],
    ids=["empty", "blank", "mms", "ten_parts", "opt_out"],
)
async def test_an_empty_body_a_picture_or_ten_parts_are_kept_and_answered(
    served: Served, form: dict[str, str]
) -> None:
    assert await served.twilio(SMS, form) == 200
    assert len(served.house.desk.rows) == 1


async def test_S34_a_report_that_comes_before_the_sending_returned_is_not_lost(served: Served) -> None:
    house = served.house
    owed = await house.owe(sms_parcel(PHONE, "x", kind="notice"))
    report = asyncio.create_task(served.twilio(STATUS, {"MessageSid": "SM30", "MessageStatus": "delivered"}))
    await asyncio.sleep(0.05)
    async with house.db.transaction() as tx:
        await outbox.sent_many(tx, [(owed[0].id, "SM30")], house.clock.now())
    assert await report == 204
    assert await house.statuses() == {("sms", "delivered"): 1}


async def test_S12_a_telegram_secret_in_two_headers_is_none(served: Served) -> None:
    right = (TOKEN, SECRET.encode())
    doubled = Shot(TELEGRAM, (right, right), update(1))
    once = Shot(TELEGRAM, (right,), update(2))
    answers = dict(await fire_all(served.port, [doubled, once]))
    assert answers == {doubled: 401, once: 200}


@pytest.mark.parametrize("header", [SIGNATURE, SIGNATURE.lower(), SIGNATURE.upper()])
async def test_S10_the_headers_name_counts_in_any_case(served: Served, header: bytes) -> None:
    shot = signed(served, SMS, sms())
    right = Shot(SMS, (shot.headers[0], (header, shot.headers[1][1])), shot.body, host=shot.host)
    assert [status for _, status in await fire_all(served.port, [right])] == [200]


@pytest.mark.parametrize("host", [b"[::1", b"", b"a b", b"x" * 3000, b"\xff\xfe", b"127.0.0.1:99999"])
async def test_S10_a_host_that_is_none_is_refused_without_a_5xx(served: Served, host: bytes) -> None:
    shot = signed(served, SMS, sms())
    answers = await fire_all(served.port, [Shot(SMS, shot.headers, shot.body, host=host)])
    assert answers[0][1] in REFUSALS
    assert served.house.desk.rows == []
