"""The commands about papers: look at one offline, make a clinic a key of its own."""

from __future__ import annotations

import sys
from datetime import timedelta
from getpass import getpass
from pathlib import Path
from typing import Final

from bot.clock import SystemClock
from bot.command_answers import FOUND, OK, say
from bot.papers.key_files import DEFAULT, SUFFIX, KeyFolder, fingerprint, make_key
from bot.papers.verifying import LARGEST, Looked, Stamp, StateSignature, Verdict, look_at
from bot.settings import Settings

KEY_LIVES: Final = timedelta(days=3 * 365)
VERDICTS: Final = {
    Verdict.INTACT: "The signature holds, and covers the whole file.",
    Verdict.BROKEN: "NOT GENUINE: the signature is broken; the file was changed after it was signed.",
    Verdict.ADDED_TO: "NOT GENUINE: something was added to the file after it was signed.",
    Verdict.UNSIGNED: "The file bears no signature.",
    Verdict.NOT_A_PDF: "The file is no PDF that can be read.",
}
ENDED: Final = "NOT GENUINE: the certificate had ended, or did not stand yet, when it signed."
STAMPS: Final = {
    Stamp.HOLDS: "holds",
    Stamp.NOT_KNOWN: "an authority that is not known here: it is not counted, anybody can have added it",
    Stamp.FAILS: "NOT GENUINE: it does not hold, or is older than the signature",
}
STATE: Final = {
    StateSignature.NONE: "The state's digital signature: not in the file.",
    StateSignature.OVER_THIS_PAGE: (
        "The state's digital signature: in the file, over this page; NCANode tells whether it is valid."
    ),
    StateSignature.OVER_SOMETHING_ELSE: "NOT GENUINE: the state's signature in it is over something else.",
}


def verify(settings: Settings, file: Path) -> int | str:
    """Look at ``file``; 0 if nothing was changed and the certificate is one of ours, 1 if not."""
    try:
        with file.open("rb") as opened:
            content = opened.read(LARGEST + 1)
    except OSError as fault:
        return f"{file} cannot be read ({fault.strerror})."
    folder = _folder(settings)
    looked = look_at(content, folder.authorities() if folder else ())
    say(VERDICTS[looked.verdict])
    if not looked.fingerprint:
        return FOUND
    owner = _owner(folder, looked.fingerprint)
    for line in (*_lines(looked), owner[0]):
        say(line)
    return OK if looked.is_sound and owner[1] else FOUND


def _lines(looked: Looked) -> tuple[str, ...]:
    signed = f"{looked.signed_at:%Y-%m-%d %H:%M:%S %Z}" if looked.signed_at else "at no stated time"
    stamp = "Time stamp: none."
    if looked.stamped is not None:
        by = f"{looked.stamped_by}, {STAMPS[looked.stamp]}"
        stamp = f"Time stamp: {looked.stamped:%Y-%m-%d %H:%M:%S %Z} by {by}."
    ended = () if looked.within_term or looked.verdict is Verdict.BROKEN else (ENDED,)
    return (
        f"Signed by the certificate of: {looked.signed_by}",
        f"Certificate (SHA-256): {looked.fingerprint}",
        f"Signed: {signed}, by the signer's own clock.",
        *ended,
        stamp,
        STATE[looked.state],
    )


def _folder(settings: Settings) -> KeyFolder | None:
    if not settings.signing_keys:
        return None
    return KeyFolder(Path(settings.signing_keys), settings.signing_keys_password.encode())


def _owner(folder: KeyFolder | None, wanted: str) -> tuple[str, bool]:
    if folder is None:
        return "SIGNING_KEYS is empty: whether the certificate is a clinic's cannot be told.", False
    names = [name for name, certificate in folder.certificates() if fingerprint(certificate) == wanted]
    if names:
        return f"The certificate is ours: {', '.join(names)} in SIGNING_KEYS.", True
    if shut := folder.shut():
        return (
            f"Whose certificate it is cannot be told: {', '.join(shut)} of SIGNING_KEYS does not open.",
            False,
        )
    return "NOT GENUINE: the certificate is none of SIGNING_KEYS; anybody can make one.", False


def make(settings: Settings, clinic_no: int | None) -> int | str:
    """Make a self-made key in ``SIGNING_KEYS``; an existing one is never replaced."""
    if not settings.signing_keys:
        return "SIGNING_KEYS is empty: name a folder that only the service can read."
    name = f"{DEFAULT if clinic_no is None else clinic_no}{SUFFIX}"
    path = Path(settings.signing_keys) / name
    if path.exists():
        return f"{name} is there already; move it away first, and keep its certificate beside the keys."
    owner = input("Whose name the certificate bears: ") if sys.stdin.isatty() else sys.stdin.readline()
    password = settings.signing_keys_password or getpass("Password for the key: ")
    now = SystemClock().now()
    content = make_key(owner.strip() or name, password.encode(), now, now + KEY_LIVES)
    path.touch(mode=0o600)
    path.write_bytes(content)
    say(f"{name} is made, for {KEY_LIVES.days // 365} years. It is self-made: no authority vouches for it.")
    return OK
