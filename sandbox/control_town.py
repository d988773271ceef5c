"""The control API, first half: people, staff, clock, faults, events."""

from datetime import UTC, datetime
from typing import Final

from aiohttp import web

from sandbox.control_answers import answering, path_number, wanted
from sandbox.moments import ALMATY, MOMENTS
from sandbox.people import Person
from sandbox.town import Town
from sandbox.visitors import NotPossible
from sandbox.wire import Json

_LONGEST_WAIT: Final = 25.0
_PEOPLE_PAGE: Final = 50


class TownControl:
    """Handlers for /clock and the parts of /control that concern the town as a whole."""

    def __init__(self, town: Town) -> None:
        self._town = town

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/clock", answering(self.clock)),
            web.post("/clock", answering(self.move_clock)),
            web.get("/control/people", answering(self.people)),
            web.get("/control/staff", answering(self.staff)),
            web.post("/control/reread", answering(self.reread)),
            web.post("/control/reset", answering(self.reset)),
            web.get("/control/faults", answering(self.faults)),
            web.post("/control/faults", answering(self.add_fault)),
            web.delete("/control/faults", answering(self.clear_faults)),
            web.delete("/control/faults/{number}", answering(self.clear_fault)),
            web.get("/control/events", answering(self.events)),
        ]

    async def clock(self, _request: web.Request) -> Json:
        now = self._town.clock.now()
        return {
            "now": now.isoformat(),
            "offset_seconds": self._town.clock.offset_seconds,
            "almaty": now.astimezone(ALMATY).isoformat(),
        }

    async def move_clock(self, request: web.Request) -> Json:
        """Moves by `advance_seconds`, to `now` (ISO; without a zone it is Almaty time) or to a `moment`."""
        body, clock = await wanted(request), self._town.clock
        if "advance_seconds" in body:
            clock.advance(float(body["advance_seconds"]))
        elif "moment" in body:
            clock.move_to(self._moment(str(body["moment"])))
        else:
            clock.move_to(_instant(str(body["now"])))
        self._town.events.note("clock")
        self._town.telegram.updates.wake()
        return await self.clock(request)

    async def people(self, request: web.Request) -> Json:
        """The made-up population; `q` searches names, IIN, phones and clinic numbers."""
        query = request.query.get("q", "").strip().casefold()
        start = int(request.query.get("offset", "0"))
        limit = int(request.query.get("limit", str(_PEOPLE_PAGE)))
        people = self._town.population.people
        found = [person for person in people if _matches(person, query)]
        today = self._town.clock.now().astimezone(ALMATY).date()
        shown = [person.shown(today) for person in found[start : start + limit]]
        return {"people": shown, "total": len(found)}

    async def staff(self, _request: web.Request) -> Json:
        """Staff and groups; `bot_is` tells whether the bot has been let into the group."""
        population = self._town.population
        clinics = {group.chat_id: group.clinic_no for group in population.groups}
        groups = [
            {
                "chat_id": chat.id,
                "title": chat.head["title"],
                "clinic_no": clinics.get(chat.id, ""),
                "bot_is": chat.bot_is,
                "members": sorted(chat.members),
            }
            for chat in self._town.groups()
            if chat.migrated_to is None
        ]
        members = [
            {
                "telegram_id": member.telegram_id,
                "name": member.name,
                "clinic_no": member.clinic_no,
                "role": member.role,
                "locale": member.locale,
            }
            for member in population.staff
        ]
        clinics_shown = [{"clinic_no": no, "name_kk": kk, "name_ru": ru} for no, kk, ru in population.clinics]
        return {"staff": members, "groups": groups, "clinics": clinics_shown}

    async def reread(self, request: web.Request) -> Json:
        self._town.reread()
        self._town.events.note("people")
        return await self.staff(request)

    async def reset(self, _request: web.Request) -> Json:
        self._town.reset()
        return {"ok": True}

    async def faults(self, _request: web.Request) -> Json:
        return {"faults": [fault.shown() for fault in self._town.faults.faults]}

    async def add_fault(self, request: web.Request) -> Json:
        fault = self._town.faults.add(await wanted(request))
        self._faults_changed()
        return fault.shown()

    async def clear_faults(self, request: web.Request) -> Json:
        self._town.faults.clear()
        self._faults_changed()
        return await self.faults(request)

    async def clear_fault(self, request: web.Request) -> Json:
        self._town.faults.clear(path_number(request, "number"))
        self._faults_changed()
        return await self.faults(request)

    async def events(self, request: web.Request) -> Json:
        """The changes after `since`, waiting up to `timeout` seconds for the first."""
        since = int(request.query.get("since", "0"))
        seconds = min(float(request.query.get("timeout", "0")), _LONGEST_WAIT)
        changes = await self._town.events.wait_since(since, seconds)
        return {"events": changes, "number": self._town.events.number}

    def _faults_changed(self) -> None:
        self._town.events.note("faults")
        self._town.telegram.updates.wake()

    def _moment(self, name: str) -> datetime:
        if name not in MOMENTS:
            raise ValueError(f"moment must be one of: {', '.join(MOMENTS)}")
        moment = MOMENTS[name](self._town.clock.now(), self._town.calendar)
        if moment is None:
            raise NotPossible("the calendar names no such day")
        return moment


def _instant(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=ALMATY) if moment.tzinfo is None else moment.astimezone(UTC)


def _matches(person: Person, query: str) -> bool:
    if not query:
        return True
    fields = f"{person.full_name} {person.iin} {person.phone} №{person.clinic_no}".casefold()
    return all(word in fields for word in query.split())
