"""Chromium without a screen: windows that remember what went wrong in them, and what shuts people out of a page.

No query runs while a browser is open: the driver's event loop makes Django refuse it. Seed before, look after.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Response, ViewportSize, sync_playwright

Sight = tuple[ViewportSize, str]
Session = tuple[str, str]
"""The name and the value of a cookie."""

WIDE: Final[ViewportSize] = {"width": 1280, "height": 800}
NARROW: Final[ViewportSize] = {"width": 320, "height": 640}
EVERY_SIGHT: Final[tuple[Sight, ...]] = ((WIDE, "light"), (WIDE, "dark"), (NARROW, "dark"), (NARROW, "light"))
OPPOSITE_SIGHTS: Final = EVERY_SIGHT[::2]
"""Both widths and both themes once, for pages of one make."""

_FLAGS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_PATIENCE_MS: Final = 30_000
_AXE: Final = (files("axe_playwright_python") / "axe.min.js").read_text()
_RUN_AXE: Final = """async () => (await axe.run(document, {
  runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
  resultTypes: ["violations"],
})).violations
  .filter((one) => ["serious", "critical"].includes(one.impact))
  .flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.html.slice(0, 160)} ${node.any[0]?.message ?? ""}`))"""
_WIDER_THAN_THE_WINDOW: Final = """() => {
  const width = document.documentElement.clientWidth;
  const box = document.querySelector("dialog[open]")?.getBoundingClientRect();
  const cut = [...document.querySelectorAll("dialog[open] :is(a, button, select, textarea)")].filter((one) => {
    const own = one.getBoundingClientRect();
    return own.left < box.left || own.right > box.right;
  });
  if (cut.length) return cut.map((one) => `cut by its dialog: ${one.outerHTML.slice(0, 120)}`);
  if (document.scrollingElement.scrollWidth <= width) return [];
  const scrolls = (one) => one && (getComputedStyle(one).overflowX !== "visible" || scrolls(one.parentElement));
  const found = [...document.querySelectorAll("main *, header *")].filter((one) =>
    one.getBoundingClientRect().right > width + 1 && !scrolls(one.parentElement));
  return found.slice(-5).map((one) => `wider than ${width}: ${one.outerHTML.slice(0, 120)}`);
}"""
_HAS_THEME: Final = """isDark => document.querySelector("[data-theme-switch]")
  ? document.documentElement.classList.contains("dark") === isDark
  : matchMedia("(prefers-color-scheme: dark)").matches === isDark"""


class Window:
    """One window of a browser, with its own cookies."""

    def __init__(self, browser: Browser, site: str, session: Session | None = None) -> None:
        """Open it, signed in by the cookie of a session."""
        self.site = site
        self.faults: list[str] = []
        self._context = browser.new_context(
            base_url=site, viewport=WIDE, reduced_motion="reduce", service_workers="block"
        )
        self._context.set_default_timeout(_PATIENCE_MS)
        if session:
            name, value = session
            self._context.add_cookies([{"name": name, "value": value, "url": site}])
        self.page: Page = self._context.new_page()
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self._note(f"script: {error}"))
        self.page.on("response", self._look)

    def go(self, path: str) -> Response:
        """Open a page of the site and wait until all of it is there."""
        answer = self.page.goto(path, wait_until="load")
        assert answer is not None
        self.page.locator("[aria-busy=true]").wait_for(state="detached")
        return answer

    def type(self, text: str, *, into: str) -> None:
        """Type, once a field has the focus; `into` is its label."""
        self.page.get_by_label(into).and_(self.page.locator(":focus")).wait_for()
        self.page.keyboard.type(text)

    def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def flaws(self, *sights: Sight) -> str:
        """Return what is wrong with the open page in some sights of it, by default in all, one line each."""
        if not self.page.evaluate("() => 'axe' in window"):
            self.page.evaluate(_AXE)
        found = []
        for size, theme in sights or EVERY_SIGHT:
            self._show(size, theme)
            flaws = [*self.page.evaluate(_RUN_AXE), *self.page.evaluate(_WIDER_THAN_THE_WINDOW)]
            found += [f"{self.path()}, {theme}, {size['width']}: {flaw}" for flaw in flaws]
        self._show(WIDE, "light")
        return "\n".join(found)

    def _show(self, size: ViewportSize, theme: str) -> None:
        self.page.set_viewport_size(size)
        self.page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]  # light or dark
        self.page.wait_for_function(_HAS_THEME, arg=theme == "dark")

    def path(self) -> str:
        """Return the path of the open page."""
        return urlsplit(self.page.url).path

    def close(self) -> None:
        """Close it."""
        self._context.close()

    def _hear(self, message: ConsoleMessage) -> None:
        # What the page itself was answered is for the test to see.
        is_page = message.text.startswith("Failed to load") and message.location.get("url") == self.page.url
        if message.type == "error" and not is_page:
            self._note(f"console: {message.text} {message.location.get('url', '')}")

    def _look(self, answer: Response) -> None:
        if not answer.url.startswith((self.site, "data:", "blob:")):
            self._note(f"foreign host: {answer.url}")

    def _note(self, fault: str) -> None:
        self.faults.append(f"{self.path()}: {fault}")


class Windows:
    """The windows of one browser."""

    def __init__(self, browser: Browser, site: str) -> None:
        self._browser = browser
        self._site = site
        self.opened: list[Window] = []

    def open(self, session: Session | None = None) -> Window:
        """Open one more."""
        window = Window(self._browser, self._site, session)
        self.opened.append(window)
        return window


def program() -> str:
    """Return the path of Chromium. Without it the test is skipped, or fails where CI=1."""
    path = os.environ.get("CHROMIUM_PATH") or "/usr/bin/chromium"
    if not os.access(path, os.X_OK):
        reason = f"There is no Chromium at {path}: install Debian's chromium, or name another by CHROMIUM_PATH."
        if os.environ.get("CI") == "1":
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    return path


@contextmanager
def windows(site: str) -> Iterator[Windows]:
    """Open a browser whose windows show a site. At the end nothing may have gone wrong in any of them."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(), args=_FLAGS)
        opened = Windows(browser, site)
        try:
            yield opened
        except BaseException:
            _keep_pictures(opened)
            raise
        finally:
            browser.close()
    if faults := [fault for window in opened.opened for fault in window.faults]:
        pytest.fail("\n".join(faults), pytrace=False)


def _keep_pictures(opened: Windows) -> None:
    """Leave what the windows showed beside the logs of the run, and say where."""
    folder = Path(os.environ["STRONGROOM_TEST_RUN"]) / "pictures"
    folder.mkdir(exist_ok=True)
    for number, window in enumerate(opened.opened):
        path = folder / f"{os.environ.get('PYTEST_XDIST_WORKER', 'main')}-{number}.png"
        window.page.screenshot(path=path, full_page=True)
        print(f"{window.page.url} is shown in {path}; faults: {window.faults}")  # noqa: T201 - for the report
