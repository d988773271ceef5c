"""Compiles the catalogues that are missing or older than their sources: `python -m locales`."""

import sys

from locales.catalogue import HERE, compile_if_older, sources
from locales.rendering import LOCALES


def main() -> None:
    """Compile, and say what was written."""
    written = [source for locale in LOCALES for source in sources(locale) if compile_if_older(source)]
    names = ", ".join(str(source.relative_to(HERE).with_suffix(".mo")) for source in written)
    sys.stdout.write(f"catalogues compiled: {names or 'none, all are up to date'}\n")


if __name__ == "__main__":
    main()
