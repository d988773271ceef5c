"""The gettext catalogues: compiled beside their sources when missing or older, read once, looked up by key.

Each language has a file per part of the service; a key stands in one part only.
"""

import gettext
import os
import tempfile
import threading
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Final

from rules.law import rule

HERE: Final = Path(__file__).parent
_loading: Final = threading.Lock()


class MissingWords(KeyError):
    """No catalogue of that language has this key: a fault of ours, found by a test before it is met."""


@rule("X-17", "X-18", "X-19", "X-21", "X-37", "X-43")
def words(key: str, locale: str) -> str:
    """The template under that key. Raises MissingWords."""
    found = all_words(locale).get(key)
    if not found:
        raise MissingWords(key)
    return found


@cache
def all_words(locale: str) -> dict[str, str]:
    """Every key of one language with its template."""
    with _loading:
        templates: dict[str, str] = {}
        for source in sources(locale):
            templates |= _templates(source)
        return templates


def sources(locale: str) -> tuple[Path, ...]:
    """The catalogues of one language, in order of name."""
    return tuple(sorted((HERE / locale).glob("*.po")))


def compile_if_older(source: Path) -> bool:
    """Write the .mo beside this .po unless a newer one is there; tell whether it was written."""
    target = source.with_suffix(".mo")
    if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
        return False
    _write_whole(target, _compiled(source))
    return True


def _templates(source: Path) -> dict[str, str]:
    return {key: text for key, text in _entries(source).items() if key}


def _entries(source: Path) -> dict[str, str]:
    try:
        compile_if_older(source)
        with source.with_suffix(".mo").open("rb") as compiled:
            loaded = gettext.GNUTranslations(compiled)
    except PermissionError:
        # An installation that may not write its own folder still speaks.
        loaded = gettext.GNUTranslations(BytesIO(_compiled(source)))
    # gettext has no public way to list what it holds, and a missing key must not pass for its own words.
    catalogue: dict[str, str] = loaded._catalog  # type: ignore[attr-defined]  # see above
    return catalogue


def _compiled(source: Path) -> bytes:
    # Imported here: a start with catalogues already compiled need not load the compiler.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = BytesIO()
    with source.open("rb") as text:
        write_mo(compiled, read_po(text, locale=source.parent.name, abort_invalid=True))
    return compiled.getvalue()


def _write_whole(target: Path, content: bytes) -> None:
    """Put the file in place in one step: another process may be reading it."""
    handle, name = tempfile.mkstemp(dir=target.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as part:
            part.write(content)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
