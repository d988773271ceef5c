"""Settings: every fault at once, by name, and never a value."""

import dataclasses
from pathlib import Path

import pytest

from bot import setting_forms as forms
from bot.settings import _FORMS, NAMES, BadSettings, Settings, read_settings
from rules.law import Service
from storage.keys import KeyRing

KEY = f"2:{KeyRing.new_key()},1:{KeyRing.new_key()}"
LIVE = {
    "TELEGRAM_BOT_TOKEN": "123456789:" + "A" * 35,
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "made-up-" + "f" * 24,
    "TWILIO_FROM": "+77001234567",
    "REGISTRY_KEY": KEY,
    "PUBLIC_URL": "https://dariger.example.kz",
    "CARD_FIELDS_ABROAD": "age,street",
}
LOCAL = {**LIVE, "TELEGRAM_API_URL": "http://127.0.0.1:9111", "TWILIO_API_URL": "http://localhost:9111"}


def faults_of(settings: dict[str, str]) -> dict[str, str]:
    with pytest.raises(BadSettings) as caught:
        read_settings(settings)
    return {fault.name: fault.why for fault in caught.value.faults}


def test_without_credentials_the_service_stands_in_the_sandbox() -> None:
    settings = read_settings({})
    assert settings.sandbox
    assert not settings.live


def test_with_both_credentials_it_is_live() -> None:
    settings = read_settings(LIVE)
    assert settings.live
    assert settings.card_fields_abroad == {"age", "street"}


@pytest.mark.parametrize("missing", ["TELEGRAM_BOT_TOKEN", "TWILIO_AUTH_TOKEN"])
def test_S44_one_credential_of_the_two_refuses_the_start_and_names_both(missing: str) -> None:
    faults = faults_of({**LIVE, missing: ""})
    assert {"TELEGRAM_BOT_TOKEN", "TWILIO_AUTH_TOKEN"} <= set(faults)


def test_every_fault_is_named_at_once() -> None:
    bad = {
        "TELEGRAM_BOT_TOKEN": "no token",
        "TELEGRAM_API_URL": "ftp://x",
        "TELEGRAM_PER_SECOND": "fast",
        "TWILIO_ACCOUNT_SID": "XX",
        "SMS_DAILY_CAP": "-1",
        "LISTEN": "here",
        "DATABASE_URL": "mysql://x",
        "REGISTRY_KEY": "secret",
        "CARD_FIELDS_ABROAD": "iin",
        "DEFAULT_LANGUAGE": "en",
        "RESULT_CERTIFICATES": "home_call,talon",
        "DUTY_PHONE": "8701",
        "LOG_LEVEL": "LOUD",
    }
    assert set(bad) <= set(faults_of({**LIVE, **bad}))


def test_S18_no_fault_and_no_repr_holds_a_value() -> None:
    secret = "S3cr3t-that-must-not-show"
    bad = dict.fromkeys(NAMES, secret)
    with pytest.raises(BadSettings) as caught:
        read_settings(bad)
    assert secret not in str(caught.value)
    shown = repr(read_settings(LIVE))
    assert all(
        LIVE[name] not in shown for name in ("TELEGRAM_BOT_TOKEN", "TWILIO_AUTH_TOKEN", "REGISTRY_KEY")
    )


@pytest.mark.parametrize(
    "name", ["TWILIO_ACCOUNT_SID", "TWILIO_FROM", "REGISTRY_KEY", "PUBLIC_URL", "CARD_FIELDS_ABROAD"]
)
def test_what_a_live_service_needs_is_missed_by_name(name: str) -> None:
    assert name in faults_of({**LIVE, name: ""})


def test_the_fields_that_may_go_abroad_must_be_chosen_and_may_be_none() -> None:
    assert read_settings({**LIVE, "CARD_FIELDS_ABROAD": "none"}).card_fields_abroad == frozenset()
    assert "phone" in read_settings(LOCAL | {"CARD_FIELDS_ABROAD": ""}).card_fields_abroad


def test_a_webhook_needs_a_secret_and_https() -> None:
    assert "TELEGRAM_WEBHOOK_SECRET" in faults_of({**LIVE, "TELEGRAM_WEBHOOK_URL": "https://x.kz/telegram"})
    faults = faults_of(
        {**LIVE, "TELEGRAM_WEBHOOK_URL": "http://x.kz/telegram", "TELEGRAM_WEBHOOK_SECRET": "a" * 20}
    )
    assert "TELEGRAM_WEBHOOK_URL" in faults


@pytest.mark.parametrize("url", ["http://10.0.0.5:14579", "http://ncanode.clinic.kz", "ftp://127.0.0.1"])
def test_the_states_keys_never_travel_in_the_clear_to_another_machine(url: str) -> None:
    assert "NCANODE_URL" in faults_of({**LIVE, "NCANODE_URL": url})


@pytest.mark.parametrize("url", ["http://127.0.0.1:14579", "http://localhost:14579", "https://10.0.0.5", ""])
def test_NCANode_is_asked_on_this_machine_or_over_https(url: str) -> None:
    assert read_settings({**LIVE, "NCANODE_URL": url}).ncanode_url == url


@pytest.mark.parametrize("url", ["http://10.0.0.5:8000", "http://documents.kz", "ftp://127.0.0.1"])
def test_documents_of_people_never_travel_in_the_clear_to_another_machine(url: str) -> None:
    assert "DOCUMENTS_URL" in faults_of({**LIVE, "DOCUMENTS_URL": url, "DOCUMENTS_TOKEN": "token"})


def test_DD_01_a_service_of_documents_needs_the_token_that_it_knows_us_by() -> None:
    assert "DOCUMENTS_TOKEN" in faults_of({**LIVE, "DOCUMENTS_URL": "https://documents.kz"})
    settings = read_settings({**LIVE, "DOCUMENTS_URL": "https://documents.kz/", "DOCUMENTS_TOKEN": "token"})
    assert settings.documents_url == "https://documents.kz"
    assert "token" not in repr(settings).replace("telegram", "").replace("documents_token", "")


def test_a_webhook_that_leads_elsewhere_than_where_the_bot_takes_updates_is_refused() -> None:
    secret = {**LIVE, "TELEGRAM_WEBHOOK_SECRET": "a" * 20}
    for url in ("https://x.kz", "https://x.kz/hook", "https://x.kz/bot/telegram"):
        assert "/telegram" in faults_of({**secret, "TELEGRAM_WEBHOOK_URL": url})["TELEGRAM_WEBHOOK_URL"]
    assert read_settings({**secret, "TELEGRAM_WEBHOOK_URL": "https://x.kz/telegram"}).webhook


@pytest.mark.parametrize(
    ("text", "services"),
    [
        ("", set()),
        ("home_call", {Service.HOME_CALL}),
        (" appointment, home_call ", {Service.APPOINTMENT, Service.HOME_CALL}),
    ],
)
def test_X_02_X_03_which_results_are_certified_too_is_a_setting_and_none_by_default(
    text: str, services: set[Service]
) -> None:
    assert read_settings({"RESULT_CERTIFICATES": text}).result_certificates == services


def test_X_02_X_03_a_service_that_nobody_knows_is_refused_with_every_other_fault() -> None:
    faults = faults_of({**LIVE, "RESULT_CERTIFICATES": "home_call,dentistry", "LISTEN": "here"})
    assert set(faults) == {"RESULT_CERTIFICATES", "LISTEN"}
    assert "appointment, home_call" in faults["RESULT_CERTIFICATES"]
    assert "dentistry" not in faults["RESULT_CERTIFICATES"]


def test_a_setting_that_would_change_nothing_is_not_taken(tmp_path: Path) -> None:
    with pytest.raises(BadSettings) as caught:
        read_file(tmp_path, "REGION=aktobe\n")
    assert [fault.name for fault in caught.value.faults] == ["REGION"]


@pytest.mark.parametrize("number", ["0", "65536", "999999999"])
def test_a_key_number_that_fits_no_ring_is_named_with_the_other_faults(number: str) -> None:
    faults = faults_of({**LIVE, "REGISTRY_KEY": f"{number}:{KeyRing.new_key()}", "LISTEN": "here"})
    assert "65535" in faults["REGISTRY_KEY"]
    assert "LISTEN" in faults


def test_S44_the_sandbox_clock_is_refused_beside_real_gateways() -> None:
    assert "SANDBOX_CLOCK_URL" in faults_of({**LIVE, "SANDBOX_CLOCK_URL": "http://127.0.0.1:8080/clock"})
    assert "SANDBOX_CLOCK_URL" in faults_of({**LOCAL, "SANDBOX_CLOCK_URL": "http://clock.example.kz/clock"})
    assert read_settings({**LOCAL, "SANDBOX_CLOCK_URL": "http://127.0.0.1:8080/clock"}).loopback


def test_one_gateway_in_the_sandbox_and_one_outside_is_refused() -> None:
    assert "TWILIO_API_URL" in faults_of({**LIVE, "TWILIO_API_URL": "http://127.0.0.1:1"})


def test_two_keys_under_one_number_are_refused() -> None:
    ring = f"1:{KeyRing.new_key()},1:{KeyRing.new_key()}"
    assert "two keys" in faults_of({**LIVE, "REGISTRY_KEY": ring})["REGISTRY_KEY"]


def file_with(folder: Path, text: str) -> Path:
    path = folder / ".env"
    path.write_text(text, encoding="utf-8")
    return path


def read_file(folder: Path, text: str) -> Settings:
    return read_settings({}, file_with(folder, text))


def test_the_environment_comes_before_the_file(tmp_path: Path) -> None:
    path = file_with(tmp_path, "DEFAULT_LANGUAGE=ru\nLOG_LEVEL=ERROR\n")
    settings = read_settings({"LOG_LEVEL": "DEBUG"}, path)
    assert (settings.log_level, settings.default_language) == ("DEBUG", "ru")


@pytest.mark.parametrize(
    "line",
    [
        "LOG_LEVEL=ERROR",
        "export LOG_LEVEL=ERROR",
        'LOG_LEVEL="ERROR"',
        "LOG_LEVEL = error  # loud",
        "\ufeffLOG_LEVEL=ERROR",
    ],
)
def test_the_file_is_read_as_people_write_it(tmp_path: Path, line: str) -> None:
    assert (
        read_file(tmp_path, f"# settings\n\n{line}\r\n" if line[0] != "\ufeff" else line).log_level == "ERROR"
    )


def test_a_misspelt_name_in_the_file_is_a_fault_that_names_the_right_one(tmp_path: Path) -> None:
    with pytest.raises(BadSettings) as caught:
        read_file(tmp_path, "TELEGRAM_BOT_TOKN=x\nnonsense\n")
    why = {fault.name: fault.why for fault in caught.value.faults}
    assert "TELEGRAM_BOT_TOKEN" in why["TELEGRAM_BOT_TOKN"]
    assert "line 2 of .env" in why


def test_a_file_that_is_not_utf_8_is_one_fault(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_bytes("TWILIO_FROM=Дәрігер\n".encode("utf-16"))
    with pytest.raises(BadSettings) as caught:
        read_settings({}, path)
    assert [(fault.name, "UTF-8" in fault.why) for fault in caught.value.faults] == [(".env", True)]


def test_a_folder_in_the_place_of_the_file_is_one_fault(tmp_path: Path) -> None:
    with pytest.raises(BadSettings) as caught:
        read_settings({}, tmp_path)
    assert ["cannot be read" in fault.why for fault in caught.value.faults] == [True]


def test_no_file_is_no_fault(tmp_path: Path) -> None:
    assert read_settings({}, tmp_path / "none").sandbox


def test_every_setting_has_a_form_a_default_and_a_field() -> None:
    fields = {field.name.upper() for field in dataclasses.fields(Settings)}
    assert set(_FORMS) == set(NAMES) == fields


@pytest.mark.parametrize("name", ["Dariger", "+77001234567", "1414", "MG" + "0" * 32])
def test_G_45_an_sms_comes_from_one_name_or_one_number_of_the_city(name: str) -> None:
    assert forms.sender(name) == name


@pytest.mark.parametrize("names", ["Dariger,Almaty", "Dariger;1414", "+77001234567 +77007654321"])
def test_G_45_several_senders_are_refused(names: str) -> None:
    with pytest.raises(ValueError, match="must be a number"):
        forms.sender(names)
