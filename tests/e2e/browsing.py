"""A real Chromium, and what it notices of a page: what axe finds, what sticks out, moves or goes elsewhere."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
AXE = Path(__file__).parents[1] / "clients/node_modules/axe-core/axe.min.js"
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --disable-dev-shm-usage --hide-scrollbars"
).split()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
NOTING = """
window.noticed = { shifts: [], violations: [] };
const named = node => node?.nodeType === 1 ? `${node.localName}.${node.className}` : node?.textContent.trim();
const place = ({ left, top, width, height }) => [left, top, width, height].map(Math.round).join(" ");
new PerformanceObserver(list => {
  for (const each of list.getEntries()) if (!each.hadRecentInput) window.noticed.shifts.push(
    `${each.value.toFixed(4)}: ` + each.sources.map(({ node, previousRect, currentRect }) =>
      `${named(node)} from ${place(previousRect)} to ${place(currentRect)}`).join(", "));
}).observe({ type: "layout-shift", buffered: true });
addEventListener("securitypolicyviolation", each =>
  window.noticed.violations.push(`${each.effectiveDirective} ${each.blockedURI} ${each.sample}`));
"""
# What is wider than the window; inside of what scrolls by itself nothing sticks out.
STICKING_OUT = """() => {
  const width = document.documentElement.clientWidth, over = document.documentElement.scrollWidth - width;
  if (over <= 0) return [];
  const out = [...document.querySelectorAll("body *")].filter(
    each => each.getBoundingClientRect().right > width + 1);
  return [`${over} px`, ...out.slice(-3).map(each => `${each.localName}.${each.className}`)];
}"""
# Axe puts the pieces of a broken line together without a space, so MISNAMED asks that in its place.
AXE_RUN = """axe.run(document, {
  runOnly: %r, resultTypes: ["violations"], rules: {"label-content-name-mismatch": {enabled: false}},
}).then(found => found.violations.flatMap(
  rule => rule.nodes.map(node => `${rule.id}: ${node.target} ${node.failureSummary}`)))"""
# Who says what she sees must reach it: the words of a link or button stand in its label (WCAG 2.5.3).
MISNAMED = """[...document.querySelectorAll("a[aria-label], button[aria-label]")].filter(each => {
  const seen = each.cloneNode(true);
  seen.querySelectorAll("[aria-hidden=true], title").forEach(hidden => hidden.remove());
  const [text, label] = [seen.textContent, each.ariaLabel].map(
    some => some.replace(/[\\s\u00ad-]/g, "").toLowerCase());
  return !label.includes(text);
}).map(each => each.ariaLabel)"""


@dataclass(frozen=True, slots=True)
class Mode:
    """How somebody looks at a page."""

    name: str
    width: int = 1280
    height: int = 900
    options: dict[str, Any] = field(default_factory=dict)


MODES = (
    Mode("light"),
    Mode("dark", options={"color_scheme": "dark"}),
    Mode("390 px", 390, 844),
    Mode("320 px", 320, 700),
)


LATE = 0.7
"""Seconds that an answer needs on a slow line: more than the rest of a page needs to be painted."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's browser until the block ends; Playwright brings none."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


class Look:
    """One page in a window of its own, and everything that went wrong in it since it was opened."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.status = 0
        self._messages: list[str] = []
        self._requests: list[str] = []
        page.add_init_script(NOTING)
        page.on("console", self._said)
        page.on("pageerror", lambda error: self._messages.append(f"error: {error}"))
        page.on("request", self._asked)

    def open(self, address: str) -> None:
        """Load a page, wait until it is quiet."""
        answer = self.page.goto(address, wait_until="load")
        assert answer is not None
        self.status = answer.status

    def faults(self) -> list[str]:
        """All that is not as it should be; empty on a good page."""
        host = urlsplit(self.page.url).netloc
        noticed = self.page.evaluate("window.noticed")
        return [
            *self._messages,
            *(f"asked of another host: {each}" for each in self._requests if urlsplit(each).netloc != host),
            *(f"against the policy: {each}" for each in noticed["violations"]),
            *self.moved(),
            *(f"sticks out: {each}" for each in self.page.evaluate(STICKING_OUT)),
            *(f"label without its words: {each}" for each in self.page.evaluate(MISNAMED)),
            *(f"axe: {each}" for each in self.axe()),
        ]

    def moved(self) -> list[str]:
        """What moved while the page was loaded, by which share of the window, from where to where."""
        return [f"moved by {each}, while loading" for each in self.page.evaluate("window.noticed.shifts")]

    def axe(self) -> list[str]:
        """What axe finds. It runs in a world of its own: the policy would not let it in, and stays as it is."""
        session = self.page.context.new_cdp_session(self.page)
        frame = session.send("Page.getFrameTree")["frameTree"]["frame"]["id"]
        world = session.send("Page.createIsolatedWorld", {"frameId": frame})["executionContextId"]
        found: dict[str, Any] = {}
        for expression in (AXE.read_text("utf-8"), AXE_RUN % RULES):
            found = session.send(
                "Runtime.evaluate",
                {"expression": expression, "contextId": world, "awaitPromise": True, "returnByValue": True},
            )
            assert "exceptionDetails" not in found, found["exceptionDetails"]
        session.detach()
        return [str(each) for each in found["result"]["value"]]

    def _said(self, message: ConsoleMessage) -> None:
        # A page that says 404 or 410 is the answer that was wanted; the browser complains about it all the same.
        itself = message.location["url"] == self.page.url and "Failed to load resource" in message.text
        if message.type in ("error", "warning") and not itself:
            self._messages.append(f"{message.type}: {message.text} ({message.location['url']})")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith(("data:", "blob:")):
            self._requests.append(request.url)


@contextmanager
def looking(browser: Browser, mode: Mode = MODES[0], **options: Any) -> Iterator[Look]:
    """A window in which a page is looked at in this mode, by somebody who was never there."""
    size = {"width": mode.width, "height": mode.height}
    context = browser.new_context(viewport=size, **mode.options | options)  # type: ignore[arg-type]
    try:
        yield Look(context.new_page())
    finally:
        context.close()
