"""Every sealed field of the registry: where it lies, and how to walk over all of them."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final

from storage.database import Reader

_PAGE: Final = 500
_BEFORE_ALL_IDS: Final = -(1 << 62)


@dataclass(frozen=True, slots=True)
class SealedField:
    """A column of sealed blobs; its rows are found by a number, or by a text.

    `copied_from` is the place of the field that was copied into it, sealed as it was.
    """

    table: str
    column: str
    by_text: bool = False
    copied_from: str = ""

    @property
    def place(self) -> str:
        """The place that the blobs are bound to."""
        return self.copied_from or f"{self.table}.{self.column}"

    @property
    def read(self) -> str:
        """The statement that reads a page of it."""
        return f"sealed_{self.table}_{self.column}"

    @property
    def write(self) -> str:
        """The statement that puts another blob into a row."""
        return f"reseal_{self.table}_{self.column}"


SEALED: Final = (
    SealedField("inbox", "body"),
    SealedField("outbox", "body"),
    SealedField("outbox", "address"),
    SealedField("conversations", "journal"),
    SealedField("chats", "last_menu", by_text=True),
    SealedField("people", "card"),
    SealedField("doctors", "full_name", by_text=True),
    SealedField("requests", "details"),
    SealedField("requests", "signed_text"),
    SealedField("requests", "address"),
    SealedField("requests", "doctor_name"),
    SealedField("journal", "doctor_name", copied_from="requests.doctor_name"),
    SealedField("staff", "name", by_text=True),
    SealedField("staff", "phone", by_text=True),
    SealedField("invitations", "phone"),
    SealedField("invitations", "name"),
    SealedField("consents", "text_shown"),
    SealedField("consents", "phone"),
    SealedField("consents", "reply"),
    SealedField("papers", "facts"),
    SealedField("papers", "pdf"),
    SealedField("papers", "check_code"),
    SealedField("papers", "signed_by"),
    SealedField("signers", "full_name"),
    SealedField("visit_checks", "complaint"),
    SealedField("work_questions", "text"),
    SealedField("work_questions", "answer"),
    SealedField("work_notes", "text"),
    SealedField("hand_identities", "document"),
    SealedField("consent_requests", "asker_name"),
    SealedField("centre_requests", "subject"),
    SealedField("centre_requests", "signed_text"),
    SealedField("centre_requests", "result"),
    SealedField("centre_requests", "check_code"),
    SealedField("proofs", "salt", by_text=True),
    SealedField("graduates", "iin"),
    SealedField("graduates", "full_name"),
    SealedField("graduates", "original_no"),
    SealedField("training_requests", "story"),
    SealedField("training_requests", "office"),
    SealedField("training_requests", "signed_text"),
    SealedField("sms_parts", "body"),
    SealedField("sms_stopped", "phone"),
    SealedField("complaints", "full_name"),
    SealedField("complaints", "iin"),
    SealedField("complaints", "postal_address"),
    SealedField("complaints", "phone"),
    SealedField("complaints", "words"),
    SealedField("complaints", "official"),
    SealedField("complaints", "signed_text"),
    SealedField("complaint_files", "file"),
    SealedField("complaint_office", "words"),
    SealedField("complaint_office", "official"),
    SealedField("complaint_office", "delivery"),
    SealedField("feedback", "words"),
)


@dataclass(frozen=True, slots=True)
class SealedBlob:
    """One blob: the key of its row for writing, and the row it is bound to."""

    key: int | str
    row: int | str
    blob: bytes


async def first_blob(reader: Reader, field: SealedField) -> SealedBlob | None:
    """The first blob of the field, None if there is none."""
    for key, row, blob in await reader.rows(field.read, after=_before_all(field), most=1):
        return SealedBlob(key, row, bytes(blob))
    return None


async def blobs(reader: Reader, field: SealedField) -> AsyncIterator[SealedBlob]:
    """Every blob of the field, a page at a time."""
    after = _before_all(field)
    while page := await reader.rows(field.read, after=after, most=_PAGE):
        for key, row, blob in page:
            yield SealedBlob(key, row, bytes(blob))
        after = page[-1][0]


def _before_all(field: SealedField) -> int | str:
    return "" if field.by_text else _BEFORE_ALL_IDS
