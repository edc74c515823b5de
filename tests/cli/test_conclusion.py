"""The end of a run names each error, and names it once."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

from runner.analysis.comparison import compare
from runner.cli.conclusion import remarks
from runner.experiment.conclusion import Conclusion
from runner.experiment.planned import planned
from runner.results.row import Status
from runner.results.rows import Rows
from runner.results.run_folder import RunFolder
from tests.builders import ROW

if TYPE_CHECKING:
    from pathlib import Path


def test_an_error_that_comes_again_in_every_round_is_printed_once(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("matrix: {adapter: psycopg3}", encoding="utf-8")
    failed = replace(ROW, status=Status.FAILED, reason="the server refused it")
    rows = [replace(failed, round=round_) for round_ in (1, 2, 3)]
    rows += [replace(failed, round=4, reason="something else"), replace(ROW, round=5)]
    run_folder = RunFolder.create(tmp_path, "test", dt.datetime.now(dt.UTC))
    conclusion = Conclusion(run_folder, Rows(rows), compare(Rows([]), baseline=None))
    assert list(remarks(conclusion, planned(path, [], []))) == [
        "failed: psycopg3-insert-c10-p5 in rounds 1, 2, 3: the server refused it",
        "failed: psycopg3-insert-c10-p5 in round 4: something else",
    ]
