"""The people of a clinic on the command line: links that let somebody in, the list, the end of work."""

from __future__ import annotations

import argparse
from typing import Final, cast

import aiohttp

from bot.clock import SystemSecrets
from bot.command_answers import OK, say, with_registry
from bot.people.leaving import Leaving
from bot.sending.gateways import TelegramGateway
from bot.settings import Settings
from bot.staff.bot_name import BotName
from bot.staff.certificates import Certificates
from bot.staff.parts import parts_of
from rules.people import Language
from rules.phone import BadPhone, Phone
from rules.staff_roles import Role, roles_at
from storage import audit, invitations, outbox, staff
from storage.database import Database
from storage.errors import Clash
from storage.invitations import New
from storage.registry import Directory

ACTOR: Final = "operator"
_NOBODY: Final = 0
"""No process: whatever is owed is taken by the running service at its next look."""


def make_code(settings: Settings, options: argparse.Namespace) -> int | str:
    """A one-time code for a group or, on trial, a person; a link for a person whose phone is named."""
    language = cast("staff.Tongue", options.language or settings.default_language)
    if language == "both" and not options.group:
        return "One person reads in one language: --language kk or ru. Only a group may have both."
    if options.group and (options.phone or options.name):
        return "A group has no phone and no name; leave out --phone and --name."
    if options.phone:
        return _invite(settings, options, cast("Language", language))
    if settings.live and not options.group:
        return (
            "Name the person's own mobile phone: --phone +7... A live service lets nobody in who has not "
            "typed the code that it sends there. A group needs no phone."
        )
    return with_registry(settings, lambda db: _code(db, options, language))


def list_people(settings: Settings, options: argparse.Namespace) -> int | str:
    """Print who works at a clinic, and who is awaited."""
    return with_registry(settings, lambda db: _listed(db, options.clinic))


def end_work(settings: Settings, options: argparse.Namespace) -> int | str:
    """End every role of somebody who has left a clinic; it takes effect at their next press."""
    return with_registry(settings, lambda db: _ended(db, settings, options))


async def _code(db: Database, options: argparse.Namespace, language: staff.Tongue) -> int | str:
    role = None if options.group else cast("Role", options.role)
    if role is not None and (wrong := await _no_such_work(db, options.clinic, role)):
        return wrong
    try:
        async with db.transaction() as tx:
            code = staff.new_code(tx, options.clinic, role, language, db.clock.now(), SystemSecrets())
    except Clash:
        return _no_clinic(options.clinic)
    where = "in the group, where the bot is a member" if options.group else "to the bot, in a private chat"
    say(f"Write this {where}, once, within {staff.CODE_LIVES.days} days:\n/link {code}")
    return OK


def _invite(settings: Settings, options: argparse.Namespace, language: Language) -> int | str:
    try:
        phone = Phone.parse(options.phone)
    except BadPhone as bad:
        return f"--phone: no mobile number of Kazakhstan ({bad.code}); nobody was invited."
    new = New(options.clinic, cast("Role", options.role), language, phone, options.name or "", ACTOR)
    return with_registry(settings, lambda db: _invited(db, settings, new))


async def _invited(db: Database, settings: Settings, new: New) -> int | str:
    now = db.clock.now()
    if wrong := await _no_such_work(db, new.clinic_no, new.role):
        return wrong
    try:
        async with db.transaction() as tx:
            code = invitations.invite(tx, new, now, SystemSecrets())
            facts: dict[str, str | int] = {"clinic": new.clinic_no, "role": new.role}
            await audit.append(tx, "staff.invited", ACTOR, f"clinic:{new.clinic_no}", facts, now)
    except Clash:
        return _no_clinic(new.clinic_no)
    days, link = invitations.LIVES.days, await _link(settings, code)
    if link:
        say(f"Give this link to the person whom you mean; it works once, within {days} days:\n{link}")
    else:
        say(f"The person writes this to the bot, in a private chat, once, within {days} days:\n/link {code}")
    say(f"A code then goes to the phone that ends in {new.phone.last_two}; typing it lets them in.")
    return OK


async def _no_such_work(db: Database, clinic_no: int, role: Role) -> str:
    """Why that role does not exist there; empty where it does, and of a clinic that is not there."""
    directory = Directory()
    await directory.refresh(db.reader)
    clinic = directory.clinics.get(clinic_no)
    if clinic is None or role in roles_at(clinic.kind):
        return ""
    return f"There is no {role} at clinic {clinic_no}: one of {', '.join(sorted(roles_at(clinic.kind)))}."


async def _link(settings: Settings, code: str) -> str:
    """The link, if Telegram says what the bot is called; empty otherwise."""
    if settings.sandbox:
        return ""
    async with aiohttp.ClientSession() as session:
        telegram = TelegramGateway(session, settings.telegram_api_url, settings.telegram_bot_token)
        name = BotName().asks(telegram)
        await name.learn()
        return name.link(code)


async def _listed(db: Database, clinic_no: int) -> int:
    for member in await staff.of_clinic(db.reader, clinic_no):
        since = f"{member.since:%Y-%m-%d}"
        say(f"{member.telegram_id}  {member.role}  since {since}  {member.name or ''}".rstrip())
    for awaited in await invitations.of_clinic(db.reader, clinic_no, db.clock.now()):
        say(f"awaited  {awaited.role}  until {awaited.expires_at:%Y-%m-%d}  {awaited.name}".rstrip())
    group = await staff.group_of(db.reader, clinic_no)
    say(f"group {group.chat_id}" if group else "no group")
    return OK


async def _ended(db: Database, settings: Settings, options: argparse.Namespace) -> int | str:
    now, papers = db.clock.now(), Certificates(settings.result_certificates)
    leaving = Leaving(parts_of(Directory(), settings.card_fields_abroad, papers))
    async with db.transaction() as tx:
        told = await leaving.end(tx, options.telegram_id, options.clinic, ACTOR, now)
        await outbox.put(tx, told or (), _NOBODY, now, now)
    if told is None:
        return f"Nobody with that id works at clinic {options.clinic}; `staff` lists who does."
    say("Done. Take the person out of the clinic's group as well.")
    return OK


def _no_clinic(clinic_no: int) -> str:
    return f"There is no clinic {clinic_no} in the registry; load clinics.csv first."
