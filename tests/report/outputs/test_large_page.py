"""A page over 1,000 cells of adapters with hostile names, in a real browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runner.cli.run_report import of_folder
from runner.redaction import visible
from runner.report.outputs.page import page
from tests.report.measured import rows, timed
from tests.report.outputs.opened import Opened, opened
from tests.written_run import written_run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Locator

NAMES = (
    "<script>document.title='taken'</script>",
    "'onmouseover='alert(1)'x='",
    "</details></table><svg/onload=alert(1)>",
    "javascript:alert(1)",
    "\u202egnp.<b>",
)
CLIENTS = tuple(range(6, 106))


@pytest.fixture(scope="module")
def whole(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    measured = rows(NAMES, clients=CLIENTS, rounds=1)
    run_folder = written_run(tmp_path_factory.mktemp("large"), measured, baseline=NAMES[0])
    run_folder.append_histograms(timed([it for it in measured if it.conditions.clients == 50]))
    path = run_folder.path / "report.html"
    path.write_text(page(of_folder(run_folder)), encoding="utf-8")
    with opened(browser, path) as whole:
        yield whole


@pytest.fixture
def large(whole: Opened) -> Opened:
    whole.anew()
    return whole


def choose(large: Opened, name: str) -> Locator:
    """Leave one cell of an adapter, and return its row."""
    for label, value in (("adapter", visible(name)), ("clients", "50"), ("leak", "0")):
        large.page.get_by_label(label, exact=True).select_option(label=value)
    return large.page.locator("#cells-table tbody tr:not([hidden])")


def test_it_has_every_cell_and_sorts_them(large: Opened) -> None:
    assert len(large.column("adapter")) == 1000
    large.sort("clients")
    large.sort("clients")
    assert large.column("clients")[:10] == ["105"] * 10
    assert large.page.locator("script").count() == 1
    assert large.page.locator("svg[onload], [onmouseover], b").count() == 0


@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_name_is_chosen_and_leads_to_its_cell(large: Opened, name: str) -> None:
    row = choose(large, name)
    assert large.column("adapter") == [visible(name)]
    cell = large.open_cell(row)
    assert cell.locator("svg path.bars").count() == 2


def test_axe_finds_nothing_in_what_is_left_of_the_cells(large: Opened) -> None:
    """With all of them it takes minutes."""
    large.open_cell(choose(large, NAMES[0])).locator("svg").wait_for()
    rest = "#answer, #leaks, tr[hidden], details:not([open])"
    large.page.evaluate(f"document.querySelectorAll('{rest}').forEach((it) => it.remove())")
    assert not large.violations()


def test_nothing_is_complained_of_and_nobody_asked(large: Opened) -> None:
    large.sort("clients")
    large.open_cell(choose(large, NAMES[-1])).locator("svg").wait_for()
    assert set(large.said) <= {large.file.as_uri(), "about:blank"}
    assert large.page.title().endswith("PoolBench"), "no name was run"
