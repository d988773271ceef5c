"""Photos and documents that go with a complaint, one message each, until "done" is pressed."""

from typing import Any, Final

from dialogs.engine import (
    Input,
    Json,
    NotUnderstood,
    Option,
    Question,
    Sentence,
    SentFile,
    T,
    WrongValue,
    ask,
)
from rules.complaints import LARGEST_FILE, MOST_FILES, FileFault, file_fault
from rules.law import rule

DONE: Final = "done"
KEYS: Final = tuple(f"complaint.file.{no}" for no in range(1, MOST_FILES.value + 1))
"""A file is an answer of its own: it can be taken back one by one, and a message counts once."""

LONGEST_NAME: Final = 100
LONGEST_NOTE: Final = 1024
"""As much as Telegram lets anybody write under a file."""


@rule("X-34")
async def files_sent(taken: tuple[Sentence, ...] = ()) -> tuple[SentFile, ...]:
    """Ask for files one after another; what was sent is ``()`` where nothing was. ``taken`` is said first."""
    sent: list[SentFile] = []
    for key in KEYS:
        answer = await ask(_question(key, len(sent), taken))
        if answer == DONE:
            break
        sent.append(_file(answer))
    return tuple(sent)


def _question(key: str, so_far: int, taken: tuple[Sentence, ...]) -> Question:
    most, megabytes = MOST_FILES.value, LARGEST_FILE.value
    text: tuple[Sentence, ...] = (*taken, T("complaint.file", most=most, megabytes=megabytes))
    if so_far:
        text = (T("complaint.file_more", count=so_far, left=most - so_far),)
    option = Option(DONE, T("button.files_done" if so_far else "button.no_files"))
    return Question(key, text, T("complaint.file_hint", megabytes=megabytes), (option,), _reads)


def _reads(sent: Input) -> Json:
    megabytes = LARGEST_FILE.value
    if not isinstance(sent, SentFile):
        raise NotUnderstood(T("complaint.file_hint", megabytes=megabytes))
    match file_fault(sent.name, sent.mime, sent.size):
        case FileFault.WRONG_KIND:
            raise WrongValue(T("complaint.file_wrong_kind"))
        case FileFault.TOO_LARGE:
            raise WrongValue(T("complaint.file_too_large", megabytes=megabytes, sent=sent.size // 1_048_576))
        case None:
            return {
                "kind": sent.kind,
                "file_id": sent.file_id,
                "name": sent.name[:LONGEST_NAME],
                "mime": sent.mime,
                "size": sent.size,
                "note": sent.note[:LONGEST_NOTE],
            }


def _file(answer: dict[str, Any]) -> SentFile:
    return SentFile(**answer)
