"""The end of a run names each error, and names it once."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import TYPE_CHECKING

from runner.analysis.comparison import compare
from runner.cli.conclusion import last_line, remarks
from runner.experiment.conclusion import Conclusion
from runner.experiment.planned import planned
from runner.messages import said
from runner.report.catalogue import text
from runner.results.cycle import CycleRow
from runner.results.row import Status
from runner.results.rows import Rows
from runner.results.run_folder import RunFolder
from tests.builders import ROW

if TYPE_CHECKING:
    from pathlib import Path


def test_an_error_that_comes_again_in_every_round_is_printed_once(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("matrix: {adapter: psycopg3}", encoding="utf-8")
    failed = replace(ROW, status=Status.FAILED, reason=said("the server refused it"))
    rows = [replace(failed, round=round_) for round_ in (1, 2, 3)]
    rows += [replace(failed, round=4, reason=said("something else")), replace(ROW, round=5)]
    run_folder = RunFolder.create(tmp_path, "test", dt.datetime.now(dt.UTC))
    conclusion = Conclusion(run_folder, Rows(rows), compare(Rows([]), baseline=None))
    assert [text(remark) for remark in remarks(conclusion, planned(path, [], []))] == [
        "failed: psycopg3-insert-c10-p5 in rounds 1, 2, 3: the server refused it",
        "failed: psycopg3-insert-c10-p5 in round 4: something else",
    ]


def test_the_load_of_other_programs_is_among_the_remarks(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("matrix: {adapter: psycopg3}", encoding="utf-8")
    run_folder = RunFolder.create(tmp_path, "test", dt.datetime.now(dt.UTC))
    for number, cores in enumerate((0.0, 0.0, 0.75, 0.0), 1):
        run_folder.append_cycle(CycleRow("insert-c10-p5", 1, 1, number, 0.5, cores, 0.0))
    conclusion = Conclusion(run_folder, Rows([ROW]), compare(Rows([]), baseline=None))
    (said,) = (text(remark) for remark in remarks(conclusion, planned(path, [], [])))
    assert said.startswith("foreign load: other programs used 0.75 cores during 25 %")


def test_a_bad_row_says_what_the_driver_said(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("matrix: {adapter: psycopg3}", encoding="utf-8")
    examples = json.dumps({"pool_timeout": "PoolTimeout: no connection after 0.20 sec"})
    hung = replace(ROW, status=Status.HUNG, reason=said("late"), pool_timeout=7, examples=examples)
    run_folder = RunFolder.create(tmp_path, "test", dt.datetime.now(dt.UTC))
    found = Conclusion(run_folder, Rows([hung]), compare(Rows([]), baseline=None))
    assert [text(remark) for remark in remarks(found, planned(path, [], []))] == [
        "hung: psycopg3-insert-c10-p5 in round 1: late",
        "psycopg3: pool_timeout 7x: PoolTimeout: no connection after 0.20 sec",
    ]
    assert text(last_line(found, 3)) == "1 of 3 rows, 1 bad: 1 hung"


def test_the_last_line_counts_rows_that_are_all_ok(tmp_path: Path) -> None:
    run_folder = RunFolder.create(tmp_path, "test", dt.datetime.now(dt.UTC))
    found = Conclusion(run_folder, Rows([ROW]), compare(Rows([]), baseline=None))
    assert text(last_line(found, 3)) == "1 of 3 rows, all ok"
    none = Conclusion(run_folder, Rows([]), compare(Rows([]), baseline=None))
    assert text(last_line(none, 3)) == "0 of 3 rows", "none of them is ok"
