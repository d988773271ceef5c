"""Things people send that are not words: contacts, places, photos, voice, stickers, documents."""

import base64
from typing import Final

from sandbox.files import FileShelf
from sandbox.wire import Json

# A grey JPEG of one pixel, an empty Ogg page and a WebP header: enough for a download to be real bytes.
_PHOTO: Final = base64.b64decode(
    "/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////"
    "////////////////////////wgALCAABAAEBAREA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPxA="
)
_VOICE: Final = b"OggS\x00\x02" + bytes(20)
_STICKER: Final = (
    b"RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00\x2f\x00\x00\x00\x10\x07\x10\x11\x11\x88\x88\xfe\x07\x00"
)


def attachment(kind: str, wanted: Json, account: Json, phone: str, shelf: FileShelf) -> Json:
    """The content of a Message of this kind; raises ValueError for a kind that is not known."""
    match kind:
        case "contact":
            return {"contact": _contact(wanted, account, phone)}
        case "location":
            return {"location": {"latitude": wanted["latitude"], "longitude": wanted["longitude"]}}
        case "photo":
            return {"photo": [_photo(shelf)], **_caption(wanted)}
        case "voice":
            stored = shelf.keep("voice", "voice.oga", _VOICE, "audio/ogg")
            return {"voice": {**stored.described(), "duration": 3, "mime_type": "audio/ogg"}}
        case "sticker":
            stored = shelf.keep("stickers", "sticker.webp", _STICKER, "image/webp")
            return {"sticker": {**stored.described(), **_STICKER_SHAPE}}
        case "document":
            return {"document": _document(wanted, shelf), **_caption(wanted)}
        case _:
            raise ValueError(f"unknown kind of message: {kind}")


_STICKER_SHAPE: Final[Json] = {
    "type": "regular",
    "width": 512,
    "height": 512,
    "is_animated": False,
    "is_video": False,
    "emoji": "👍",
}


def _contact(wanted: Json, account: Json, phone: str) -> Json:
    """One's own card by default. Telegram leaves out the plus and names the user only if it knows them."""
    contact: Json = {
        "phone_number": str(wanted.get("phone") or phone).removeprefix("+"),
        "first_name": str(wanted.get("first_name") or account["first_name"]),
    }
    user_id = wanted.get("contact_user_id", None if wanted.get("phone") else account["id"])
    return contact if user_id is None else contact | {"user_id": user_id}


def _photo(shelf: FileShelf) -> Json:
    stored = shelf.keep("photos", "photo.jpg", _PHOTO, "image/jpeg")
    return {**stored.described(), "width": 1, "height": 1}


def _document(wanted: Json, shelf: FileShelf) -> Json:
    name = str(wanted.get("file_name", "document.pdf"))
    media_type = str(wanted.get("mime_type", "application/pdf"))
    content = base64.b64decode(wanted.get("content_base64", "JVBERi0xLjQKJSVFT0YK"))
    stored = shelf.keep("documents", name, content, media_type)
    # A file of many megabytes is told of, not carried about.
    size = int(wanted.get("file_size", len(content)))
    return {**stored.described(), "file_name": name, "mime_type": media_type, "file_size": size}


def _caption(wanted: Json) -> Json:
    return {"caption": wanted["caption"]} if wanted.get("caption") else {}
