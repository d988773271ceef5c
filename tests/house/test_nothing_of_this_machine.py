"""What is committed works anywhere: it names no machine's paths, no package index, no person's secret."""

import re

from tests.house.tree import committed_files, text_of

# Written in two halves, or this file would find itself.
MACHINE = tuple(
    "".join(halves)
    for halves in (
        ("/wo", "rk/"),
        ("/tmp/br", "ief"),
        ("/opt/py", "pi"),
        ("/opt/wh", "eels"),
        (".py", "env/"),
        ("py", "pi.org"),
        ("files.python", "hosted"),
        ("registry.np", "mjs"),
        ("deb.deb", "ian.org"),
        ("extra-index", "-url"),
    )
)

TELEGRAM_TOKEN = re.compile(r"\b\d{8,10}:[A-Za-z0-9_-]{35}\b")
TWILIO_ACCOUNT = re.compile(r"\bAC[0-9a-f]{32}\b")
PRIVATE_KEY = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----")


def test_no_committed_file_names_a_path_of_a_machine_or_a_package_index() -> None:
    wrong = [f"{path}: {name}" for path in committed_files() for name in MACHINE if name in text_of(path)]
    assert wrong == []


def test_S44_no_committed_file_holds_a_credential() -> None:
    wrong = [
        f"{path}: {secret.pattern}"
        for path in committed_files()
        for secret in (TELEGRAM_TOKEN, TWILIO_ACCOUNT, PRIVATE_KEY)
        for found in secret.findall(text_of(path))
        if "sandbox" not in found.lower() and not is_made_up(found)
    ]
    assert wrong == []


def is_made_up(secret: str) -> bool:
    """A credential for tests shows it: few different characters, like AC000...0."""
    return len(set(secret)) < 12


def test_no_registry_settings_or_catalogue_made_by_a_run_is_committed() -> None:
    wrong = [
        str(path)
        for path in committed_files()
        if path.name == ".env" or path.suffix in {".sqlite", ".db", ".mo", ".pyc", ".log"}
    ]
    assert wrong == []


def test_every_pinned_requirement_carries_a_hash() -> None:
    for name in ("run", "dev"):
        [file] = [path for path in committed_files() if path.as_posix() == f"requirements/{name}.txt"]
        pins = re.split(r"\n(?=[a-z0-9])", text_of(file), flags=re.IGNORECASE)[1:]
        assert pins
        assert [pin.split()[0] for pin in pins if "==" not in pin or "--hash=sha256:" not in pin] == []


def test_what_runs_is_tested_at_the_very_same_versions() -> None:
    run, dev = (pinned(name) for name in ("run", "dev"))
    assert run.items() <= dev.items()


def pinned(name: str) -> dict[str, str]:
    [file] = [path for path in committed_files() if path.as_posix() == f"requirements/{name}.txt"]
    return dict(re.findall(r"^([\w.-]+)==([\w.]+)", text_of(file), flags=re.MULTILINE))
