"""On a telephone what is wider than the screen is scrolled, and titles are folded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.report.outputs.page import page
from tests.report.outputs.opened import opened

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

    from runner.report.run_report import RunReport

TELEPHONE = 390


def test_no_title_of_a_table_is_cut_on_a_telephone(
    browser: Browser, drawn_run: RunReport, tmp_path: Path
) -> None:
    file = tmp_path / "report.html"
    file.write_text(page(drawn_run), encoding="utf-8")
    with opened(browser, file) as shown:
        shown.page.set_viewport_size({"width": TELEPHONE, "height": 844})
        measure = "captions => captions.map(it => it.getBoundingClientRect().right)"
        rights = shown.page.locator("caption").evaluate_all(measure)
    assert len(rights) > 3
    assert max(rights) <= TELEPHONE
