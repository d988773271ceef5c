"""The parameters of one Bot API call, however they were sent: query, form, multipart or JSON."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web
from aiohttp.web_request import FileField

from sandbox.refusals import bad_request

Value = Any


@dataclass(frozen=True, slots=True)
class Upload:
    name: str
    content: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class Call:
    """What the bot asked: `values` are strings, or parsed JSON where the body was JSON."""

    values: Mapping[str, Value]
    uploads: Mapping[str, Upload] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """The parameter as text, empty when it is absent."""
        value = self.values.get(name)
        return "" if value is None else str(value)

    def integer(self, name: str) -> int | None:
        """The parameter as a number; refuses what is not one."""
        value = self.values.get(name)
        if value is None or value == "":
            return None
        try:
            return int(value)
        except (TypeError, ValueError) as wrong:
            raise bad_request(f"parameter {name} must be an integer") from wrong

    def flag(self, name: str) -> bool:
        return str(self.values.get(name, "")).lower() in {"true", "1", "yes"}

    def structure(self, name: str, complaint: str) -> Value:
        """The parameter as a JSON structure, None when absent; refuses broken JSON with `complaint`."""
        value = self.values.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError as wrong:
            raise bad_request(complaint) from wrong


async def read_call(request: web.Request) -> Call:
    """Reads a request; refuses a body that is not what its content type says."""
    values: dict[str, Value] = dict(request.query) if request.query_string else {}
    if request.method == "GET" or not request.can_read_body:
        return Call(values)
    if request.content_type == "application/json":
        values.update(_json_body(await request.read()))
        return Call(values)
    if request.content_type == "multipart/form-data":
        return await _multipart(request, values)
    values.update(_form_body(await request.read()))
    return Call(values)


def _form_body(body: bytes) -> dict[str, str]:
    try:
        return dict(parse_qsl(body.decode("utf-8"), keep_blank_values=True))
    except UnicodeDecodeError as wrong:
        raise bad_request("strings must be encoded in UTF-8") from wrong


def _json_body(body: bytes) -> dict[str, Value]:
    try:
        parsed = json.loads(body)
    except ValueError as wrong:
        raise bad_request("can't parse JSON object") from wrong
    if not isinstance(parsed, dict):
        raise bad_request("can't parse JSON object")
    return parsed


async def _multipart(request: web.Request, values: dict[str, Value]) -> Call:
    uploads: dict[str, Upload] = {}
    for name, part in (await request.post()).items():
        if isinstance(part, FileField):
            uploads[name] = Upload(part.filename, part.file.read(), part.content_type)
        else:
            values[name] = part if isinstance(part, str) else bytes(part).decode()
    return Call(values, uploads)
