"""The folder of a run: appended to at once, and read without what measuring needs."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from runner.messages import said
from runner.redaction import REDACTOR
from runner.results import csv_file
from runner.results.cycle import CycleRow
from runner.results.row import Status, TurnRow
from runner.results.run_folder import RunFolder
from runner.results.run_folder_error import RunFolderError
from runner.results.yardstick import Yardstick
from runner.roles import Role
from runner.worker.histogram import Histogram
from tests.builders import ROW, changed, turn_row

EXAMPLE = Path(__file__).resolve().parents[2] / "reports" / "example"
NOW = dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC)


@pytest.fixture
def run_folder(tmp_path: Path) -> RunFolder:
    return RunFolder.create(tmp_path, "test", NOW)


def test_rows_come_back_as_they_were_stored(run_folder: RunFolder) -> None:
    rows = [ROW, replace(ROW, status=Status.HUNG, reason=said('it said "no",\nand hung'), ok=None)]
    run_folder.append(rows[:1])
    run_folder.append(rows[1:])
    assert run_folder.results() == rows
    yardstick = Yardstick(1, 2, "before", 50.5, 40.25, 3.125)
    run_folder.append_yardstick(yardstick)
    assert run_folder.yardsticks() == [yardstick]
    assert run_folder.turns() == []
    assert run_folder.round_trips() == [], "they were not counted"


def test_a_secret_is_masked_in_what_was_said_and_nowhere_else(run_folder: RunFolder) -> None:
    """A password may be a word of ours: what a row is has to be read again."""
    REDACTOR.learn("ok", "psycopg3", '"', "5000", "pa/ss")
    examples = json.dumps({"query_failed": 'FATAL: "pa/ss" is not ok'})
    row = replace(ROW, reason=said("psycopg3 cannot use u:pa%2Fss@h"), examples=examples)
    run_folder.append([row])
    (stored,) = run_folder.results()
    assert stored == replace(row, reason=stored.reason, examples=stored.examples)
    assert stored.reason == said("*** cannot use u:***@h")
    assert json.loads(stored.examples) == {"query_failed": 'FATAL: "***" is not ***'}
    run_folder.write("answer.md", "it is pa/ss")
    assert run_folder.read("answer.md") == "it is ***"


def test_cycles_come_back_as_they_were_stored_and_a_run_without_any_has_no_file(
    run_folder: RunFolder,
) -> None:
    assert run_folder.cycles() == []
    assert not (run_folder.path / "cycles.csv").exists()
    known = CycleRow("insert-c10-p5", 1, 1, 1, 0.5, 0.125, 0.25, replaced=True)
    unknown = CycleRow("insert-c10-p5", 1, 1, 2, 0.5, None, None)
    run_folder.append_cycle(known)
    with (run_folder.path / "cycles.csv").open("a", encoding="utf-8") as file:
        file.write("insert-c10-p5,1,1,2,0.4")
    run_folder.mend()
    run_folder.append_cycle(unknown)
    assert run_folder.cycles() == [known, unknown]


def test_turns_of_older_reports_are_neither_uncut_nor_replaced(run_folder: RunFolder) -> None:
    new = ("uncut", "replaced", "client_cpu_ms", "server_cpu_ms")
    columns = [column for column in csv_file.columns(TurnRow) if column not in new]
    assert columns[-1] == "total_ms_mean", "what is new comes last"
    old = "a,g,1,1,1,1,2026-01-02T03:04:05,100.0,0.5,7,7,0,0,14.0,1.5"
    run_folder.write("turns.csv", f"{','.join(columns)}\n{old}\n")
    (turn,) = run_folder.turns()
    assert (turn.ok, turn.uncut, turn.replaced) == (7, False, False)
    assert turn.client_cpu_ms is turn.server_cpu_ms is None


def test_rows_know_their_turns_those_of_an_old_report_too(run_folder: RunFolder) -> None:
    """Older reports lack the last columns of `turns.csv`, and may have lost the whole file."""
    run_folder.append([ROW])
    turn = turn_row(ROW, ops_per_s=5.0, uncut=False, client_cpu_ms=2.5)
    run_folder.append_turns([turn])
    assert run_folder.turns() == [turn]
    assert run_folder.rows().rates(ROW) == (5.0,)
    path = run_folder.path / "turns.csv"
    old = [line.rsplit(",", 4)[0] for line in path.read_text(encoding="utf-8").splitlines()]
    path.write_text("\n".join(old) + "\n", encoding="utf-8")
    assert run_folder.turns() == [replace(turn, client_cpu_ms=None)]
    assert run_folder.rows().cpu_rates(ROW) == ()
    path.unlink()
    assert run_folder.rows().rates(ROW) == ()


def test_what_a_killed_run_left_of_a_line_is_mended(run_folder: RunFolder) -> None:
    run_folder.append([ROW])
    with (run_folder.path / "cells.csv").open("a", encoding="utf-8") as file:
        file.write("noop-insert-c2")
    assert run_folder.results() == [ROW]
    run_folder.mend()
    run_folder.append([ROW])
    assert run_folder.results() == [ROW, ROW]


def test_distributions_are_kept_by_part_and_mended_like_rows(run_folder: RunFolder) -> None:
    assert run_folder.histograms().histograms == (), "a report from before the log"
    total = Histogram()
    total.add(np.array([5, 6, 7], dtype=np.int64))
    run_folder.append_histograms([(ROW, 1.0, {"total": total, "failed": Histogram()})])
    with (run_folder.path / "histograms.hlog").open("a", encoding="utf-8") as file:
        file.write("Tag=noop-insert-c2.round1")
    assert len(run_folder.histograms().damaged) == 1
    run_folder.mend()
    run_folder.append_histograms([(changed(ROW, "other"), 1.0, {"total": total})])
    log = run_folder.histograms()
    assert [(it.cell, it.part) for it in log.histograms] == [
        (ROW.cell.id, "total"),
        (changed(ROW, "other").cell.id, "total"),
    ]
    assert not log.damaged
    assert len(run_folder.histograms(changed(ROW, "other").cell.id).histograms) == 1


def test_a_line_that_cannot_be_read_is_named_with_its_file(run_folder: RunFolder) -> None:
    path = run_folder.path / "cells.csv"
    run_folder.append([ROW])
    line = path.read_text(encoding="utf-8").replace(",10,5,5,", ",many,5,5,")
    path.write_text(line, encoding="utf-8")
    with pytest.raises(RunFolderError) as raised:
        run_folder.results()
    assert str(raised.value) == f"cannot read {path}: line 2: 'many' in column clients is no value"
    path.write_text("cell,clients\nx,10\n", encoding="utf-8")
    with pytest.raises(RunFolderError, match="line 2: there is no column pool_max"):
        run_folder.results()
    path.write_bytes(b"\xff\xfe\n")
    with pytest.raises(RunFolderError, match="utf-8"):
        run_folder.results()


def test_rows_that_find_no_place_are_in_the_error(run_folder: RunFolder) -> None:
    path = run_folder.path / "cells.csv"
    path.unlink()
    path.mkdir()
    with pytest.raises(RunFolderError, match="cannot write") as raised:
        run_folder.append([ROW])
    assert raised.value.rows.startswith("psycopg3-insert-c10-p5,")


def test_reading_a_report_loads_nothing_that_only_measuring_needs() -> None:
    code = (
        "import json, sys\n"
        "from pathlib import Path\n"
        "from runner.results.run_folder import RunFolder\n"
        "run_folder = RunFolder(Path(sys.argv[1]))\n"
        "counts = [len(run_folder.results()), len(run_folder.turns()),\n"
        "    len(run_folder.yardsticks()), len(run_folder.round_trips()),\n"
        "    len(run_folder.environment())]\n"
        "before = [*sys.modules]\n"
        "counts.append(len(run_folder.histograms().histograms))\n"
        "print(json.dumps([counts, before, [*sys.modules]]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(EXAMPLE)], capture_output=True, text=True, check=True
    )
    counts, before, modules = json.loads(done.stdout)
    assert all(counts)
    heavy = {"psycopg", "psycopg2", "psutil", "asyncpg", "scipy", "pydantic", "rich", "matplotlib"}
    assert not heavy & set(modules)
    assert not [name for name in modules if name.startswith(("runner.server", "runner.measure"))]
    assert "numpy" not in before, "only the distributions need it"


def test_every_row_of_the_example_is_written_as_it_is_read(run_folder: RunFolder) -> None:
    rows = RunFolder(EXAMPLE).results()
    assert rows
    run_folder.append(rows)
    assert run_folder.results() == rows


def test_the_distributions_of_the_example_are_those_of_its_rows() -> None:
    run_folder = RunFolder(EXAMPLE)
    log = run_folder.histograms()
    assert not log.damaged
    logged = {(it.cell, it.round, it.part): it.histogram for it in log.histograms}
    turns = [turn for turn in run_folder.turns() if turn.uncut and not turn.replaced]
    uncut = {(turn.cell, turn.round): turn.ok for turn in turns}
    for row in run_folder.results():
        if row.role is not Role.LIMIT:
            total = logged[row.cell.id, row.round, "total"]
            assert len(total) == uncut.get((row.cell.id, row.round), row.ok)
            median = total.percentile(0.5)
            expected = row.total_ms_p50
            assert (median is None) == (expected is None)
            assert median is None or median / 1e6 == pytest.approx(expected, rel=0.001)
