"""Where the doctor is to come: the registry's address, a line as people write it, or a point on the map.

Only what is missing is asked, part by part; what was understood is never asked again.
"""

from dataclasses import replace

from dialogs.addresses import LONGEST_ADDRESS, WORDS_ALONE, Address, cut, read_address
from dialogs.engine import (
    Input,
    Json,
    NotUnderstood,
    Option,
    Question,
    SharedLocation,
    T,
    Want,
    WrongValue,
    ask,
)
from dialogs.questions import typed

KEYS = (
    "home_call.address",
    "home_call.new_address",
    "home_call.house",
    "home_call.flat",
    "home_call.entrance",
)
"""Every answer that makes up an address, to be forgotten together."""

REGISTERED = "registered"
OTHER = "other"
PRIVATE_HOUSE = "private"
SKIP = "skip"


async def address_of_visit(
    registered: str | None, given: Json, *, brief: bool = False, most: int | None = None
) -> Address:
    """Ask where the doctor is to come. ``given`` is the patient whose address it is.

    ``brief``: what a doctor can find out at the door is not asked, though it is taken where it is said.
    ``most``: how many characters of the registry's address are shown, all of them if None.
    """
    address = await _chosen(registered, given, most)
    if not address.whole:
        address = await _with_house(address)
        address = await _with_flat(address)
    return address if brief else await _with_entrance(address)


async def _chosen(registered: str | None, given: Json, most: int | None) -> Address:
    if registered:
        shown = registered if most is None else cut(registered, most)
        answer = await ask(_of_the_registry(shown), given=[given, registered])
        if answer == REGISTERED:
            return Address(whole=registered)
        if answer != OTHER:
            return Address(**answer)
    return Address(
        **await ask(_typed_or_shared("home_call.new_address", T("home_call.new_address")), given=given)
    )


def _of_the_registry(shown: str) -> Question:
    options = (
        Option(REGISTERED, T("button.address_right")),
        Option(OTHER, T("button.address_other")),
    )
    text = T("home_call.address", address=shown)
    # A point is taken here too, but the button to share one comes with "another address".
    return replace(_typed_or_shared("home_call.address", text), options=options, wants=frozenset())


def _typed_or_shared(key: str, text: T) -> Question:
    return Question(key, (text,), T("address.hint"), reads=_read_place, wants=frozenset({Want.LOCATION}))


def _read_place(sent: Input) -> Json:
    if isinstance(sent, SharedLocation):
        return Address(latitude=sent.latitude, longitude=sent.longitude).as_json
    address = read_address(_line(sent, T("address.hint")))
    named = any(map(str.isalpha, address.street)) and WORDS_ALONE.sub("", address.street)
    if not named or not any(map(str.isalnum, named)):
        raise WrongValue(T("address.no_street"))
    return address.as_json


def _line(sent: Input, hint: T) -> str:
    line = typed(sent, hint)
    if len(line) > LONGEST_ADDRESS:
        raise WrongValue(T("address.too_long", most=LONGEST_ADDRESS))
    return line


async def _with_house(address: Address) -> Address:
    if address.house or address.latitude is not None:
        return address
    question = Question(
        "home_call.house",
        (T("home_call.house", street=address.street),),
        T("address.house_hint"),
        reads=_read_house,
    )
    return replace(address, **await ask(question, given=address.as_json))


def _read_house(sent: Input) -> Json:
    parts = _parts(sent, T("address.house_hint"), bare="house")
    if "house" not in parts:
        raise NotUnderstood(T("address.house_hint"))
    return parts


async def _with_flat(address: Address) -> Address:
    if address.flat:
        return address
    question = Question(
        "home_call.flat",
        (T("home_call.flat"),),
        T("address.flat_hint"),
        (Option(PRIVATE_HOUSE, T("button.private_house")),),
        lambda sent: _parts(sent, T("address.flat_hint"), bare="flat"),
        # A typed 1 is the flat, not the button.
        numbered=False,
    )
    answer = await ask(question, given=address.as_json)
    return address if answer == PRIVATE_HOUSE else replace(address, **answer)


async def _with_entrance(address: Address) -> Address:
    known = read_address(address.whole) if address.whole else address
    if not known.flat or known.entrance or known.floor or known.intercom:
        return address
    question = Question(
        "home_call.entrance",
        (T("home_call.entrance"),),
        T("address.entrance_hint"),
        (Option(SKIP, T("button.skip")),),
        _read_entrance,
        # A typed 1 is the entrance, not the button.
        numbered=False,
    )
    answer = await ask(question, given=address.as_json)
    return address if answer == SKIP else replace(address, **answer)


def _read_entrance(sent: Input) -> Json:
    parts = _parts(sent, T("address.entrance_hint"), bare="entrance")
    named: dict[str, Json] = {
        name: parts[name] for name in ("entrance", "floor", "intercom") if name in parts
    }
    if not named:
        raise NotUnderstood(T("address.entrance_hint"))
    return named


def _parts(sent: Input, hint: T, bare: str) -> dict[str, Json]:
    """The parts named in the line; bare numbers are ``bare`` and what usually follows it."""
    line = _line(sent, hint)
    numbers = line.replace(",", " ").split()
    if numbers and all(number[0].isdigit() for number in numbers):
        order = ("house", "flat", "entrance", "floor", "intercom")
        return dict(zip(order[order.index(bare) :], numbers, strict=False))
    parts = read_address(line).as_json
    parts.pop("street", None)
    if not parts:
        raise NotUnderstood(hint)
    return parts
