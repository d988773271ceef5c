"""Verifying a registry: audit chain, consents, journals, file, foreign keys, attachments, sealed fields."""

from dataclasses import dataclass

from storage import audit, journal_seals, proofs
from storage.audit import Finding, Sound
from storage.database import Database, Reader
from storage.journal_seals import JournalFault
from storage.keys import CannotOpen
from storage.proofs import Tampered
from storage.sealed import SEALED, blobs


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows of each kind there are: compared after a restore."""

    people: int
    clinics: int
    requests: int
    consents: int
    audit: int
    inbox: int
    outbox: int
    attachments: int
    papers: int


@dataclass(frozen=True, slots=True)
class Unopened:
    """A sealed field that does not open: its place, row and the number of the key that sealed it."""

    place: str
    row: str
    key_number: int


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found. `file_faults` are the engine's own words; `unmarked` are requests without a first
    mark, `torn` people whose history of attachments has a gap or two ends, `miscounted` clinics, `tampered`
    records of consents.
    """

    chain: Finding
    file_faults: tuple[str, ...]
    foreign_key_faults: int
    opened: int
    unopened: tuple[Unopened, ...]
    unmarked: tuple[int, ...]
    torn: tuple[int, ...]
    miscounted: tuple[int, ...]
    journals: tuple[JournalFault, ...]
    tampered: tuple[Tampered, ...]
    counts: Counts

    @property
    def sound(self) -> bool:
        """True if nothing is wrong."""
        faults = (
            self.file_faults,
            self.foreign_key_faults,
            self.unopened,
            self.unmarked,
            self.torn,
            self.miscounted,
            self.journals,
            self.tampered,
        )
        return isinstance(self.chain, Sound) and not any(faults)


async def verify(db: Database) -> Verified:
    """Look at everything; reads only, and may run while the service works. Raises Unavailable."""
    reader = db.reader
    integrity = [str(row[0]) for row in await reader.rows("verify_integrity")]
    opened, unopened = await _open_all(reader)
    return Verified(
        chain=await audit.verify(reader),
        file_faults=tuple(line for line in integrity if line != "ok"),
        foreign_key_faults=len(await reader.rows("verify_foreign_keys")),
        opened=opened,
        unopened=tuple(unopened),
        unmarked=tuple(row[0] for row in await reader.rows("verify_marks")),
        torn=tuple(row[0] for row in await reader.rows("verify_attachments")),
        miscounted=tuple(row[0] for row in await reader.rows("verify_attached_counts")),
        journals=await journal_seals.verify(reader),
        tampered=await proofs.verify(reader),
        counts=await count(reader),
    )


async def count(reader: Reader) -> Counts:
    """How many rows of each kind there are."""
    return Counts(*(await reader.rows("verify_counts"))[0])


async def _open_all(reader: Reader) -> tuple[int, list[Unopened]]:
    opened, unopened = 0, list[Unopened]()
    for field in SEALED:
        async for blob in blobs(reader, field):
            try:
                reader.keys.open_bytes(field.place, blob.row, blob.blob)
            except CannotOpen as fault:
                unopened.append(Unopened(field.place, str(blob.row), fault.key_number))
            else:
                opened += 1
    return opened, unopened
