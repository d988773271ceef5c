"""Files that travel through the chat: what the bot uploads and what people attach."""

import secrets
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from sandbox.wire import Json

_BYTES_KEPT: Final = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class StoredFile:
    file_id: str
    path: str
    content: bytes
    media_type: str

    def described(self) -> Json:
        return {"file_id": self.file_id, "file_unique_id": self.file_id[-16:], "file_size": len(self.content)}


class FileShelf:
    """Files by id; the oldest give way once 64 MiB are kept."""

    def __init__(self) -> None:
        self._by_id: OrderedDict[str, StoredFile] = OrderedDict()
        self._size = 0

    def keep(self, folder: str, name: str, content: bytes, media_type: str) -> StoredFile:
        file_id = "SANDBOX" + secrets.token_hex(16)
        suffix = name.rpartition(".")[2] if "." in name else "bin"
        stored = StoredFile(
            file_id, f"{folder}/file_{len(self._by_id)}_{file_id[-6:]}.{suffix}", content, media_type
        )
        self._by_id[file_id] = stored
        self._size += len(content)
        while self._size > _BYTES_KEPT:
            self._size -= len(self._by_id.popitem(last=False)[1].content)
        return stored

    def by_id(self, file_id: str) -> StoredFile | None:
        return self._by_id.get(file_id)

    def by_path(self, path: str) -> StoredFile | None:
        return next((stored for stored in self._by_id.values() if stored.path == path), None)
