"""The page in a real browser: it acts, complains of nothing and asks nobody, whatever the names."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Literal

import pytest

from runner.report.outputs.page import page
from tests.report.outputs.names import HOSTILE
from tests.report.outputs.opened import Opened, opened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

    from runner.report.run_report import RunReport

PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def whole(
    browser: Browser, drawn_run: RunReport, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Opened]:
    path = tmp_path_factory.mktemp("a page") / "report.html"
    path.write_text(page(drawn_run), encoding="utf-8")
    with opened(browser, path) as whole:
        yield whole


@pytest.fixture
def shown(whole: Opened) -> Opened:
    whole.anew()
    return whole


def numbers(texts: list[str]) -> list[float]:
    return [float(text.replace(",", "")) for text in texts if text[:1].isdigit()]


def test_a_click_on_a_heading_sorts_by_number_and_again_the_other_way(shown: Opened) -> None:
    before = shown.column("operations/s")
    assert shown.sort("operations/s") == "ascending"
    rising = shown.column("operations/s")
    assert numbers(rising) == sorted(numbers(before)) != numbers(before)
    assert shown.sort("operations/s") == "descending"
    assert numbers(shown.column("operations/s")) == sorted(numbers(before), reverse=True)
    assert shown.sort("total p99") == "ascending"
    assert shown.page.locator("[aria-sort]").count() == 1
    assert shown.column("total p99")[-1] == "–", "what has no figure is the last"  # noqa: RUF001


def test_the_keyboard_sorts_too(shown: Opened) -> None:
    before = numbers(shown.column("operations/s"))
    shown.page.get_by_role("button", name="operations/s", exact=True).focus()
    shown.page.keyboard.press("Enter")
    assert numbers(shown.column("operations/s")) == sorted(before) != before
    shown.page.keyboard.press("Space")
    assert numbers(shown.column("operations/s")) == sorted(before, reverse=True)
    shown.page.keyboard.press("Tab")
    shown.page.keyboard.press("Enter")
    beside = shown.page.locator("#cells-table th", has_text="operations/s").locator("+ th")
    assert beside.get_attribute("aria-sort") == "ascending", "the next heading is a tab away"


def test_cells_are_chosen_by_the_values_of_axes(shown: Opened) -> None:
    whole = len(shown.column("adapter"))
    shown.page.get_by_label("adapter", exact=True).select_option(label=HOSTILE)
    shown.page.get_by_label("clients", exact=True).select_option(label="50")
    assert set(shown.column("adapter")) == {HOSTILE}
    assert set(shown.column("clients")) == {"50"}
    left = len(shown.column("adapter"))
    assert 0 < left < whole
    assert shown.page.get_by_role("status").text_content() == f"{left} of {whole} cells"
    copied = csv.DictReader(io.StringIO(copy(shown)))
    lines = list(copied)
    assert [line["adapter"] for line in lines] == [HOSTILE] * left
    assert all("," not in line["operations/s"] for line in lines)
    link = shown.page.locator("#answer a", has_text="asyncpg").first
    link.click()
    assert len(shown.column("adapter")) == whole, "a link to a hidden cell shows it"
    shown.page.get_by_label("adapter", exact=True).select_option(label=HOSTILE)
    link.click()
    assert len(shown.column("adapter")) == whole, "the same link does so again"


def copy(shown: Opened) -> str:
    shown.page.get_by_role("button", name="Copy as CSV").click()
    shown.page.get_by_text("Copied.").wait_for()
    return str(shown.page.evaluate("navigator.clipboard.readText()"))


def test_a_verdict_leads_to_its_cell(shown: Opened) -> None:
    shown.page.locator("#answer a", has_text=HOSTILE).first.click()
    row = shown.page.locator("#cells-table tr:target")
    assert HOSTILE in (row.text_content() or "")
    assert row.evaluate("row => row === document.activeElement")
    box = row.bounding_box()
    assert box
    assert 0 < box["y"] < shown.page.evaluate("innerHeight")


def test_a_cell_leads_to_how_its_times_are_distributed(shown: Opened) -> None:
    row = shown.page.locator("#cells-table tbody tr", has_text="psycopg2").first
    cell = shown.open_cell(row)
    assert cell.evaluate("cell => cell === document.activeElement")
    assert cell.is_visible()
    figures = cell.locator("tbody tr").first.locator("td").all_text_contents()
    assert figures[0] == "10,000", "2,000 times of each of five rounds"
    picture = cell.locator("svg")
    assert picture.get_attribute("aria-label")
    marks = picture.locator("text.mark").all_text_contents()
    assert marks == ["p50", "p99"] * 2, "of the whole and of the wait"
    lines = picture.locator("line.mark")
    left, right = (lines.nth(number).bounding_box() for number in (0, 1))
    bars = picture.locator("path.bars").first.bounding_box()
    assert left
    assert right
    assert bars
    assert bars["x"] < left["x"] < right["x"] < bars["x"] + bars["width"]
    assert shown.page.locator("details.cell:visible").count() == 1, "no other is in the way"
    shown.page.locator("details.cell[open] summary").click()
    assert not cell.is_visible()
    assert shown.open_cell(row).is_visible(), "the same name opens it again"
    cell.get_by_role("link").click()
    assert "psycopg2" in (shown.page.locator("#cells-table tr:target").text_content() or "")


def test_a_cell_names_its_errors(shown: Opened) -> None:
    row = shown.page.locator("#cells-table tbody tr", has_text="psycopg2").first
    error = shown.open_cell(row).locator("li")
    assert (error.text_content() or "").startswith("psycopg2: pool_exhausted 2,375x")


@pytest.mark.parametrize(("scheme", "rules"), [("light", ()), ("dark", ("color-contrast",))])
def test_axe_finds_nothing_that_shuts_somebody_out(
    shown: Opened, scheme: Literal["light", "dark"], rules: tuple[str, ...]
) -> None:
    shown.page.emulate_media(color_scheme=scheme)
    shown.open_cell(shown.page.locator("#cells-table tbody tr", has_text="psycopg2").first)
    shown.page.locator(".times svg").wait_for()
    assert not shown.violations(rules)


def test_a_telephone_shows_all_of_it_without_moving_the_page_aside(shown: Opened) -> None:
    shown.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    assert shown.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_paper_has_no_buttons(shown: Opened) -> None:
    shown.page.emulate_media(media="print")
    assert not shown.page.locator(".tools").is_visible()
    assert shown.page.locator("#cells-table").is_visible()


def test_nothing_is_complained_of_and_nobody_asked(shown: Opened) -> None:
    shown.sort("operations/s")
    shown.open_cell(shown.page.locator("#cells-table tbody tr", has_text="psycopg2").first)
    assert set(shown.said) <= {shown.file.as_uri(), "about:blank"}
    assert shown.file.as_uri() in shown.said
    assert shown.page.title().endswith("PoolBench"), "no name was run"
