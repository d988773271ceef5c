"""What can be written after `schedule` on the command line; nothing of the law is imported to read it."""

from __future__ import annotations

import argparse
from datetime import date, time
from typing import Final

KINDS: Final = ("day_off", "extra_hours", "substitution", "closed_day")
"""The kinds of changes, as the law of times names them."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The forms of `schedule --clinic N list | add ... | take-back ID | drop --doctor NO ...`."""
    parser.add_argument("--clinic", type=int, required=True, metavar="N")
    actions = parser.add_subparsers(dest="action", required=True, metavar="list | add | take-back | drop")
    actions.add_parser("list", help="the week of each doctor, and the days that differ")
    add = actions.add_parser("add", help="enter a day that differs; booked citizens are told at once")
    add.add_argument("kind", choices=KINDS)
    add.add_argument("day", type=date.fromisoformat, help="YYYY-MM-DD")
    add.add_argument("--doctor", metavar="NO")
    add.add_argument("--from", dest="start", type=time.fromisoformat, metavar="HH:MM")
    add.add_argument("--till", dest="end", type=time.fromisoformat, metavar="HH:MM")
    add.add_argument("--minutes", type=int, help="length of one time")
    add.add_argument("--room")
    add.add_argument("--substitute", metavar="NO", help="who works the doctor's hours instead")
    take = actions.add_parser("take-back", help="end a change; its number is in the list")
    take.add_argument("change", type=int, metavar="ID")
    drop = actions.add_parser("drop", help="take hours out of a doctor's week: a line, or all if they left")
    drop.add_argument("--doctor", metavar="NO", required=True)
    drop.add_argument("--weekday", type=int, choices=range(1, 8), help="1 is Monday; with --from, one line")
    drop.add_argument("--from", dest="start", type=time.fromisoformat, metavar="HH:MM")
