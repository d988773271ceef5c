"""The control API, third part: a file of a chat, opened by whoever reads the page."""

from typing import Final
from urllib.parse import quote

from aiohttp import web

from sandbox.files import FileShelf

_SHOWN: Final = frozenset({"application/pdf", "image/jpeg", "image/png", "image/webp"})
"""What a browser may open beside the page; everything else is saved: it could hold a script."""
_UNKNOWN: Final = "application/octet-stream"


class FileControl:
    """The handler for /control/files: what the bot or a person put into a chat."""

    def __init__(self, files: FileShelf) -> None:
        self._files = files

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/control/files/{file}", self.open)]

    async def open(self, request: web.Request) -> web.Response:
        """The file under its id, with the name that the reader asks for; 404 for one that is gone."""
        stored = self._files.by_id(request.match_info["file"])
        if stored is None:
            raise web.HTTPNotFound
        shown = stored.media_type if stored.media_type in _SHOWN else _UNKNOWN
        how = "attachment" if shown == _UNKNOWN else "inline"
        name = quote(request.query.get("name", stored.path.rpartition("/")[2]))
        headers = {
            "Content-Disposition": f"{how}; filename*=UTF-8''{name}",
            "X-Content-Type-Options": "nosniff",
        }
        return web.Response(body=stored.content, content_type=shown, headers=headers)
