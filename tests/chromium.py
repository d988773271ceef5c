"""The system's Chromium, driven by Playwright, for tests that look at a page."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, async_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")

# No sandbox of its own, since tests may run as root; and nothing that would call out of this machine.
ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class NoChromium(RuntimeError):
    """No Chromium is installed here."""


def find_chromium() -> str:
    """The path of the browser. Raises NoChromium."""
    for name in NAMES:
        found = shutil.which(name)
        if found is not None:
            return found
    raise NoChromium("chromium was not found: install it (scripts/system.sh does)")


@asynccontextmanager
async def running_chromium() -> AsyncIterator[Browser]:
    """Start a browser; close it afterwards. Each test opens contexts and pages of its own in it."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find_chromium(), args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            await browser.close()
