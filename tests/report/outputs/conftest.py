"""A run with pictures, and a browser: once for all tests of outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runner.cli.run_report import of_folder
from runner.report.charts.drawing import draw_run
from tests import chromium
from tests.report.measured import controlled, costing, limited, rows, timed
from tests.report.outputs.names import HOSTILE
from tests.written_run import written_run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

    from runner.report.run_report import RunReport

ADAPTERS = ("psycopg3", "psycopg2", "asyncpg", HOSTILE)


@pytest.fixture(scope="package")
def drawn_run(tmp_path_factory: pytest.TempPathFactory) -> RunReport:
    """Five rounds of four adapters, one of which has a hostile name, with their pictures."""
    measured = limited(controlled(costing(rows(ADAPTERS, clients=(10, 50), rounds=5))))
    run_folder = written_run(tmp_path_factory.mktemp("reports"), measured)
    run_folder.append_histograms(timed([it for it in measured if it.contender == "psycopg2"]))
    run = of_folder(run_folder)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("runner.report.charts.files._save_png", lambda *_: None)
        draw_run(run.rows, run.report, run.run_folder)
    return run


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Leave the tests out where there is no Chromium, and say what to install."""
    path = chromium.program()
    if path is None:
        pytest.skip(chromium.INSTALL)
    with chromium.browser(path) as browser:
        yield browser
