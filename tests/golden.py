"""Golden files: what a person read in a whole conversation, kept as text beside the tests and compared."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Golden:
    """Compares a text with the file of that name; with --update-golden writes the file instead."""

    directory: Path
    update: bool

    def check(self, name: str, text: str) -> None:
        """Fails with the difference when the text is not what the file holds, or no file is there."""
        file = self.directory / f"{name}.txt"
        if self.update:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        assert file.exists(), f"{file} is missing: run pytest --update-golden, then read what it wrote"
        assert text == file.read_text(encoding="utf-8"), (
            f"{file} says otherwise; if this is better, --update-golden"
        )
