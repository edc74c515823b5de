"""A page opened in the browser, and what it complains of and asks for."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from playwright.sync_api import Browser, Locator, Page


@dataclass
class Opened:
    """A page that is open."""

    page: Page
    file: Path
    said: list[str] = field(default_factory=list)
    """Words on the console, errors, and addresses."""

    def anew(self) -> None:
        """Load it again, as if no test before had sorted, chosen or removed anything."""
        self.page.set_viewport_size({"width": 1280, "height": 720})
        self.page.emulate_media(media="screen", color_scheme="light")
        self.page.goto("about:blank")
        self.page.goto(self.file.as_uri())

    def column(self, heading: str) -> list[str]:
        """Return the texts of a column of cells in the rows that are shown."""
        headings = self.page.locator("#cells-table thead th").all_text_contents()
        place = [" ".join(it.split()) for it in headings].index(heading) + 1
        cells = f"#cells-table tbody tr:not([hidden]) > :nth-child({place})"
        return [it.strip() for it in self.page.locator(cells).all_text_contents()]

    def sort(self, heading: str) -> str | None:
        """Click on a heading of the cells, and return what it says of the order then."""
        button = self.page.get_by_role("button", name=heading, exact=True)
        button.click()
        return self.page.locator("th", has=button).get_attribute("aria-sort")

    def open_cell(self, row: Locator) -> Locator:
        """Follow the link of a row of cells, and return what it leads to."""
        row.locator("a").click()
        return self.page.locator(".cell > div:target")

    def violations(self, rules: Sequence[str] = ()) -> str:
        """Return what axe-core finds by its rules, or by some; empty where that is nothing."""
        from axe_playwright_python.sync_playwright import Axe

        found = Axe().run(self.page, options={"runOnly": [*rules]} if rules else {})
        return found.generate_report() if found.violations_count else ""


@contextmanager
def opened(browser: Browser, file: Path) -> Iterator[Opened]:
    """Open a page as a file, and listen to it."""
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    context.set_default_timeout(20_000)
    opened = Opened(context.new_page(), file)
    opened.page.on("console", lambda it: opened.said.append(f"{it.type}: {it.text}"))
    opened.page.on("pageerror", lambda it: opened.said.append(str(it)))
    opened.page.on("request", lambda it: opened.said.append(it.url))
    opened.page.goto(file.as_uri())
    yield opened
    context.close()
