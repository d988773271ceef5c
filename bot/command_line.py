"""The command line: one function for each command, imports inside, so that each starts as fast as it can.

Exit codes: 0 all is well, 1 something was found or failed, 2 wrong usage or settings.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
from collections.abc import Callable, Mapping
from getpass import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.command_answers import FOUND, OK, WRONG, about_keys, in_words, say, say_all, with_registry
from bot.registry_commands import backup, load, migrate, prune, restore, rotate_key, verify
from bot.settings import BadSettings, Settings, read_settings
from rules.staff_roles import ROLES

if TYPE_CHECKING:
    from storage.database import Database


DEMO_FOLDER: Final = Path("var/demo")


def main(arguments: list[str], environ: Mapping[str, str]) -> int:
    """Run one command; return the exit code."""
    options = _parser().parse_args(arguments)
    # It guesses which statements return rows, and complains; ours are all run in the one way.
    logging.getLogger("aiosql").setLevel(logging.ERROR)
    try:
        settings = read_settings(environ, options.env_file)
    except BadSettings as bad:
        return say_all("These settings cannot stand:", (f"  {f.name}: {f.why}" for f in bad.faults), WRONG)
    try:
        return in_words(options.command(settings, options))
    except KeyboardInterrupt:
        return OK


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot", description="Dariger: the bot and its registry.")
    parser.add_argument(
        "--env-file", type=Path, default=Path(".env"), help="settings, beside the environment"
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add(commands, "run", run, "start the service; without credentials, in the sandbox")
    _add_demo(commands)
    _add(commands, "migrate", migrate, "make the registry's schema, or bring it up to date")
    _add(commands, "load", load, "load CSV files; nothing at all if one row is bad").add_argument(
        "folder", type=Path
    )
    _add(commands, "backup", backup, "copy the registry, also while it is in use").add_argument(
        "file", type=Path
    )
    restore_parser = _add(commands, "restore", restore, "put a backup in the registry's place")
    restore_parser.add_argument("file", type=Path)
    restore_parser.add_argument("--force", action="store_true", help="even over a registry that is not empty")
    _add(commands, "verify", verify, "check the audit chain, journals, keys, sealed fields and counts")
    _add(commands, "doctor", doctor, "check the live settings and say what is wrong")
    _add_staff_code(commands)
    _add_clinic(_add(commands, "staff", staff_list, "list who is linked to a clinic"))
    leaving = _add_clinic(_add(commands, "staff-leave", staff_leave, "end the roles of one who has left"))
    leaving.add_argument("--telegram-id", type=int, required=True, metavar="ID")
    _add(commands, "unlock", unlock, "give an identity back that wrong codes have locked; asks for the IIN")
    _add(commands, "introduce", introduce, "tell Telegram the bot's name, description and commands")
    _add_schedule(commands)
    _add_papers(commands)
    _add_journal_and_feed(commands)
    _add_figures(commands)
    _add_complaint(commands)
    _add_monitoring(commands)
    _add(commands, "rotate-key", rotate_key, "seal and index everything anew under the first key of the ring")
    _add(commands, "prune", prune, "take away what is past its keeping period")
    return parser


def _add(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    command: Callable[[Settings, argparse.Namespace], int | str],
    what: str,
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=what, description=what)
    parser.set_defaults(command=command)
    return parser


def _add_demo(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = _add(commands, "demo", demo, "start sandbox and bot beside each other")
    parser.add_argument(
        "--port", type=int, default=8080, help="of the sandbox page; the next free one if taken"
    )
    parser.add_argument("--keep", action="store_true", help="go on with the last demonstration's registry")
    parser.add_argument("--folder", type=Path, default=DEMO_FOLDER, help="where its files are kept")


def _add_clinic(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("--clinic", type=int, required=True, metavar="N")
    return parser


def _add_staff_code(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = _add(
        commands, "staff-code", staff_code, "make a one-time link for a person, or a code for a group"
    )
    parser.add_argument("--clinic", type=int, required=True, metavar="N")
    parser.add_argument(
        "--language", choices=("kk", "ru", "both"), default=None, help="what the linked reads in"
    )
    kind = parser.add_mutually_exclusive_group(required=True)
    kind.add_argument("--role", choices=ROLES)
    kind.add_argument("--group", action="store_true")
    parser.add_argument(
        "--phone", metavar="+7...", help="the person's own mobile; they type the code that is sent there"
    )
    parser.add_argument("--name", help="the person's full name, as colleagues read it")


def _add_schedule(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    from bot.schedules.form import add_arguments

    add_arguments(
        _add(commands, "schedule", schedule, "show or change when a clinic's doctors take patients")
    )


def _add_papers(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verify_parser = _add(commands, "verify-pdf", verify_pdf, "say whether a paper's signature holds; offline")
    verify_parser.add_argument("file", type=Path)
    _add(commands, "signing-key", signing_key, "make a clinic a signing key of its own").add_argument(
        "--clinic", type=int, metavar="N", help="without it, the default of all clinics"
    )


def _add_complaint(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    from bot.complaints.command import add_arguments, complaint

    add_arguments(_add(commands, "complaint", complaint, "write a complaint, its answer or slip as a PDF"))


def _add_figures(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    from bot.monthly.command import add_arguments, figures

    add_arguments(_add(commands, "figures", figures, "draw a clinic's figures of a month as PNG and XLSX"))


def _add_monitoring(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    from bot.monitoring.command import add_arguments, monitoring

    what = "show what the state's monitoring system is owed, or owe it again"
    add_arguments(_add(commands, "monitoring", monitoring, what))


def _add_journal_and_feed(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    from bot.feeds.command import add_arguments as add_token_arguments
    from bot.feeds.command import feed_token
    from bot.journals.command import add_arguments

    add_arguments(
        _add(commands, "journal", journal, "write a clinic's journal of a period as XLSX, CSV or PDF")
    )
    what = "make or end what lets programs read a clinic's feed"
    add_token_arguments(_add(commands, "feed-token", feed_token, what))


# Running


def run(settings: Settings, options: argparse.Namespace) -> int | str:
    """Start the service, or the demonstration where there are no credentials."""
    if settings.sandbox:
        options.port, options.keep, options.folder = 8080, False, DEMO_FOLDER
        return demo(settings, options)
    from bot import app, log
    from storage.engines import sqlite_path
    from storage.errors import SchemaNotCurrent, Unavailable
    from storage.keys import BadKeys
    from storage.one_process import AlreadyServed
    from storage.right_keys import WrongKeys

    log.set_up(settings.log_level)
    path = sqlite_path(settings.database_url)
    if path is not None and not Path(path).absolute().parent.is_dir():
        return "The registry cannot be opened: DATABASE_URL names a folder that is not there."
    try:
        return app.start(settings)
    except SchemaNotCurrent:
        return "The schema is not current: run `python -m bot migrate` first."
    except Unavailable as fault:
        return f"The registry does not answer ({fault}): see DATABASE_URL."
    except BadKeys as fault:
        return f"REGISTRY_KEY cannot be read: {fault}."
    except WrongKeys as wrong:
        return about_keys(wrong)
    except app.NotVerified as fault:
        return (
            f"Clinics without verified_on are live: {fault}. Phone them, then load clinics.csv with the day."
        )
    except AlreadyServed:
        return "Another process serves this registry already (DATABASE_URL): there must be one."
    except OSError as fault:
        return f"The bot cannot listen on {settings.listen.host}:{settings.listen.port} ({fault.strerror})."


def demo(settings: Settings, options: argparse.Namespace) -> int | str:
    """Start sandbox and bot beside each other."""
    from bot.demo import refusal, run_demo

    if not settings.sandbox:
        print(refusal(("TELEGRAM_BOT_TOKEN", "TWILIO_AUTH_TOKEN")), file=sys.stderr)
        return WRONG
    return asyncio.run(run_demo(say, options.folder, port=options.port, keep=options.keep))


def doctor(settings: Settings, options: argparse.Namespace) -> int | str:
    """Check the live settings."""
    del options
    if settings.sandbox:
        return "There are no credentials to check: set them in .env (see .env.example)."
    from bot.doctor import examine

    findings = asyncio.run(examine(settings))
    for finding in findings:
        print(finding)
    return FOUND if any(finding.is_fault for finding in findings) else OK


def staff_code(settings: Settings, options: argparse.Namespace) -> int | str:
    """Make a one-time code for a person or a group, or a link for a person whose phone is named."""
    from bot.people.command import make_code

    return make_code(settings, options)


def staff_list(settings: Settings, options: argparse.Namespace) -> int | str:
    """Print who is linked to a clinic."""
    from bot.people.command import list_people

    return list_people(settings, options)


def staff_leave(settings: Settings, options: argparse.Namespace) -> int | str:
    """End every role of somebody who has left a clinic."""
    from bot.people.command import end_work

    return end_work(settings, options)


def unlock(settings: Settings, options: argparse.Namespace) -> int | str:
    """End the locks of an identity whose owner the desk has seen; the IIN is read from standard input."""
    del options
    from otp.evidence import unlock as give_back
    from rules.iin import BadIin, Iin

    try:
        # As an argument every user of the machine could read it, and the shell would keep it.
        subject = Iin.parse(_asked("IIN of the person whose document was seen: "))
    except BadIin as bad:
        return f"That is no IIN ({bad.code}); nothing was changed."

    async def work(db: Database) -> int | str:
        async with db.transaction() as tx:
            if not await give_back(tx, subject, "operator", db.clock.now()):
                return "Nothing is locked for that IIN; nothing was changed."
        print("Unlocked. The person can ask for a code again.")
        return OK

    return with_registry(settings, work)


def _asked(words: str) -> str:
    if sys.stdin.isatty():
        return getpass(words)
    return sys.stdin.readline().strip()


def introduce(settings: Settings, options: argparse.Namespace) -> int | str:
    """Tell Telegram the bot's words in both languages."""
    del options
    from aiogram.exceptions import AiogramError

    from bot.channels.introduction import introduce as tell

    if settings.sandbox:
        return "There is no bot to introduce: set TELEGRAM_BOT_TOKEN first."
    try:
        name = asyncio.run(tell(settings))
    except AiogramError as fault:
        return f"Telegram did not take it ({type(fault).__name__}); check TELEGRAM_BOT_TOKEN, then try again."
    print(f"@{name} now introduces itself in Kazakh and in Russian.")
    return OK


def schedule(settings: Settings, options: argparse.Namespace) -> int | str:
    """Show or change the schedule of a clinic."""
    from bot.schedules.command import work

    return with_registry(settings, lambda db: work(db, options, say))


def verify_pdf(settings: Settings, options: argparse.Namespace) -> int | str:
    """Say whether the signature of a paper holds, and whose it is."""
    from bot.papers.command import verify

    return verify(settings, options.file)


def signing_key(settings: Settings, options: argparse.Namespace) -> int | str:
    """Make a signing key."""
    from bot.papers.command import make

    return make(settings, options.clinic)


def journal(settings: Settings, options: argparse.Namespace) -> int | str:
    """Write a clinic's journal as a file; every bad option is told at once."""
    from bot.journals.command import read, work

    wanted = read(options, settings.default_language)
    if isinstance(wanted, list):
        return say_all("Nothing was written:", (f"  {fault}" for fault in wanted), WRONG)
    return with_registry(
        settings, lambda db: work(db, wanted, say, lambda line: print(line, file=sys.stderr, flush=True))
    )
