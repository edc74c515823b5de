"""The page in a real browser: it acts, complains of nothing and asks nobody, whatever the names."""

from __future__ import annotations

import csv
import io
import shutil
from typing import TYPE_CHECKING, Literal

import pytest

from runner.report.outputs.page import page
from tests.report.outputs.names import HOSTILE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from runner.report.run_report import RunReport

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Leave the tests out where there is no Chromium, and say what to install."""
    program = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if program is None:
        pytest.skip("there is no Chromium for the page: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def file(drawn_run: RunReport, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("a page") / "report.html"
    path.write_text(page(drawn_run), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def said() -> list[str]:
    """Collect what the page complains of, and what it asks for."""
    return []


@pytest.fixture(scope="module")
def shown(browser: Browser, file: Path, said: list[str]) -> Iterator[Page]:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    context.set_default_timeout(10_000)
    shown = context.new_page()
    shown.on("console", lambda it: said.append(f"{it.type}: {it.text}"))
    shown.on("pageerror", lambda it: said.append(str(it)))
    shown.on("request", lambda it: said.append(it.url))
    shown.goto(file.as_uri())
    yield shown
    context.close()


@pytest.fixture(autouse=True)
def _anew(shown: Page, file: Path) -> None:
    if "#" in shown.url or shown.locator("[aria-sort]").count():
        shown.goto("about:blank")
        shown.goto(file.as_uri())


def column(shown: Page, heading: str) -> list[str]:
    """Return the texts of a column in the rows that are shown."""
    headings = shown.locator("#cells-table thead th").all_text_contents()
    place = [" ".join(it.split()) for it in headings].index(heading) + 1
    cells = f"#cells-table tbody tr:not([hidden]) > :nth-child({place})"
    return [it.strip() for it in shown.locator(cells).all_text_contents()]


def sort(shown: Page, words: str) -> str | None:
    """Click on a heading, and return what it says of the order then."""
    button = shown.get_by_role("button", name=words, exact=True)
    button.click()
    return shown.locator("th", has=button).get_attribute("aria-sort")


def numbers(texts: list[str]) -> list[float]:
    return [float(text.replace(",", "")) for text in texts if text[:1].isdigit()]


def test_a_click_on_a_heading_sorts_by_number_and_again_the_other_way(shown: Page) -> None:
    before = column(shown, "operations/s")
    assert sort(shown, "operations/s") == "ascending"
    rising = column(shown, "operations/s")
    assert numbers(rising) == sorted(numbers(before)) != numbers(before)
    assert sort(shown, "operations/s") == "descending"
    assert numbers(column(shown, "operations/s")) == sorted(numbers(before), reverse=True)
    assert sort(shown, "total p99") == "ascending"
    assert shown.locator("[aria-sort]").count() == 1
    assert column(shown, "total p99")[-1] == "–", "what has no figure is the last"  # noqa: RUF001


def test_the_keyboard_sorts_too(shown: Page) -> None:
    shown.get_by_role("button", name="adapter", exact=True).focus()
    shown.keyboard.press("Enter")
    names = column(shown, "adapter")
    assert names == sorted(names, key=str.lower) or names[0] == HOSTILE


def test_cells_are_chosen_by_the_values_of_axes(shown: Page) -> None:
    whole = len(column(shown, "adapter"))
    shown.get_by_label("adapter", exact=True).select_option(label=HOSTILE)
    shown.get_by_label("clients", exact=True).select_option(label="50")
    assert set(column(shown, "adapter")) == {HOSTILE}
    assert set(column(shown, "clients")) == {"50"}
    left = len(column(shown, "adapter"))
    assert 0 < left < whole
    assert shown.get_by_role("status").text_content() == f"{left} of {whole} cells"
    copied = csv.DictReader(io.StringIO(copy(shown)))
    lines = list(copied)
    assert [line["adapter"] for line in lines] == [HOSTILE] * left
    assert all("," not in line["operations/s"] for line in lines)
    link = shown.locator("#answer a", has_text="asyncpg").first
    link.click()
    assert len(column(shown, "adapter")) == whole, "a link to a hidden cell shows it"


def copy(shown: Page) -> str:
    shown.get_by_role("button", name="Copy as CSV").click()
    shown.get_by_text("Copied.").wait_for()
    return str(shown.evaluate("navigator.clipboard.readText()"))


def test_a_verdict_leads_to_its_cell(shown: Page) -> None:
    shown.locator("#answer a", has_text=HOSTILE).first.click()
    row = shown.locator("#cells-table tr:target")
    assert HOSTILE in (row.text_content() or "")
    assert row.evaluate("row => row === document.activeElement")
    box = row.bounding_box()
    assert box
    assert 0 < box["y"] < shown.evaluate("innerHeight")


@pytest.mark.parametrize(
    ("scheme", "options"), [("light", {}), ("dark", {"runOnly": ["color-contrast"]})]
)
def test_axe_finds_nothing_that_shuts_somebody_out(
    shown: Page, scheme: Literal["light", "dark"], options: dict[str, list[str]]
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    shown.emulate_media(color_scheme=scheme)
    found = Axe().run(shown, options=options)
    assert found.violations_count == 0, found.generate_report()


def test_a_telephone_shows_all_of_it_without_moving_the_page_aside(shown: Page) -> None:
    shown.set_viewport_size(PHONE)  # type: ignore[arg-type]
    assert shown.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    shown.set_viewport_size({"width": 1280, "height": 720})


def test_paper_has_no_buttons(shown: Page) -> None:
    shown.emulate_media(media="print")
    assert not shown.locator(".tools").is_visible()
    assert shown.locator("#cells-table").is_visible()
    shown.emulate_media(media="screen")


def test_nothing_was_complained_of_and_nobody_asked(
    shown: Page, said: list[str], file: Path
) -> None:
    """The last test: of everything that the others did."""
    assert set(said) <= {file.as_uri(), "about:blank"}
    assert file.as_uri() in said
    assert shown.title().endswith("PoolBench"), "no name was run"
