"""The system's Chromium, driven by Playwright, for tests that look at a page."""

import shutil
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from playwright.async_api import Browser, async_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")

# No sandbox of its own, since tests may run as root; and nothing that would call out of this machine.
ARGUMENTS = (
    "--headless",
    "--hide-scrollbars",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

PATIENCE = 30.0
"""Seconds until a browser that has started must listen."""


class NoChromium(RuntimeError):
    """No Chromium is installed here."""


def find_chromium() -> str:
    """The path of the browser. Raises NoChromium."""
    for name in NAMES:
        found = shutil.which(name)
        if found is not None:
            return found
    raise NoChromium("chromium was not found: install it (scripts/system.sh does)")


@contextmanager
def served_chromium() -> Iterator[str]:
    """Start a browser for many tests; yield the address under which each of them meets it."""
    with tempfile.TemporaryDirectory(prefix="dariger-chromium-", ignore_cleanup_errors=True) as profile:
        ours = ("--remote-debugging-port=0", f"--user-data-dir={profile}", "about:blank")
        with subprocess.Popen([find_chromium(), *ARGUMENTS, *ours], stderr=subprocess.DEVNULL) as process:
            try:
                yield _address_in(Path(profile))
            finally:
                process.terminate()


def _address_in(profile: Path) -> str:
    """Where the browser listens: it writes the port and the path into its profile as soon as it does."""
    written = profile / "DevToolsActivePort"
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        lines = written.read_text().split() if written.exists() else []
        if len(lines) == 2:
            return f"ws://127.0.0.1:{lines[0]}{lines[1]}"
        time.sleep(0.05)
    raise NoChromium("chromium does not listen")


@asynccontextmanager
async def met_chromium(address: str) -> AsyncIterator[Browser]:
    """The browser at ``address``; the contexts and pages that a test opens in it end with the test."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.connect_over_cdp(address)
        try:
            yield browser
        finally:
            await browser.close()
