"""The folder of a run: appended to at once, and read without what measuring needs."""

from __future__ import annotations

import datetime as dt
import json
import shutil
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
from runner.results.timeline import TimeLineSlot
from runner.results.yardstick import Yardstick
from runner.roles import Role
from runner.worker.histogram import Histogram
from tests.builders import ROW, changed, turn_row

EXAMPLE = Path(__file__).resolve().parents[2] / "reports" / "example"
SECOND = replace(ROW, round=2)
NOW = dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC)
CYCLE = CycleRow("insert-c10-p5", 1, 1, 1, 0.5, 0.125, 0.25)
YARDSTICK = Yardstick(1, 1, "before", 50.5, 40.25, 3.125)


def counted(*values: int) -> Histogram:
    histogram = Histogram()
    histogram.add(np.array(values, dtype=np.int64))
    return histogram


@pytest.fixture
def run_folder(tmp_path: Path) -> RunFolder:
    return RunFolder.create(tmp_path, "test", NOW)


def test_rows_come_back_as_they_were_stored(run_folder: RunFolder) -> None:
    rows = [ROW, replace(ROW, status=Status.HUNG, reason=said('it said "no",\nand hung'), ok=None)]
    rows[1] = replace(rows[1], round=2)
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


def test_a_table_that_follows_from_others_is_gone_where_nothing_follows(
    run_folder: RunFolder,
) -> None:
    for lines, there in (([{"a": 1}], True), ([], False), ([], False)):
        run_folder.rewrite_table("together.csv", lines)
        assert (run_folder.path / "together.csv").exists() is there


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
    assert run_folder.rows().rates(ROW) == {turn.turn: 5.0}
    path = run_folder.path / "turns.csv"
    old = [line.rsplit(",", 4)[0] for line in path.read_text(encoding="utf-8").splitlines()]
    path.write_text("\n".join(old) + "\n", encoding="utf-8")
    assert run_folder.turns() == [replace(turn, client_cpu_ms=None)]
    assert run_folder.rows().cpu_rates(ROW) == {}
    path.unlink()
    assert run_folder.rows().rates(ROW) == {}


def test_what_a_killed_run_left_of_a_line_is_mended(run_folder: RunFolder) -> None:
    run_folder.append([ROW])
    with (run_folder.path / "cells.csv").open("a", encoding="utf-8") as file:
        file.write("noop-insert-c2")
    assert run_folder.results() == [ROW]
    run_folder.mend()
    run_folder.append([SECOND])
    assert run_folder.results() == [ROW, SECOND]


@pytest.mark.parametrize("ending", [b"\n", b"\r\n"])
def test_only_an_incomplete_last_line_is_ever_cut_off_whatever_lines_end_with(
    run_folder: RunFolder, ending: bytes
) -> None:
    """Git and editors may have made CRLF of every line."""
    run_folder.append([ROW, SECOND])
    path = run_folder.path / "cells.csv"
    whole = path.read_bytes().replace(b"\n", ending)
    path.write_bytes(whole)
    run_folder.mend()
    assert path.read_bytes() == whole
    for half in (b"noop-insert-c2", b"noop-insert-c2,\r"):
        path.write_bytes(whole + half)
        run_folder.mend()
        assert path.read_bytes() == whole
    assert run_folder.results() == [ROW, SECOND]


def test_a_table_that_lost_its_first_line_or_all_of_it_is_begun_anew(
    run_folder: RunFolder,
) -> None:
    (run_folder.path / "cells.csv").write_bytes(b"cell,gro")
    (run_folder.path / "turns.csv").unlink()
    run_folder.mend()
    run_folder.append([ROW])
    run_folder.append_turns([turn_row(ROW)])
    assert (run_folder.results(), run_folder.turns()) == ([ROW], [turn_row(ROW)])


def test_a_table_of_another_version_is_not_added_to(run_folder: RunFolder) -> None:
    path = run_folder.path / "yardstick.csv"
    path.write_text("session,round,then\n1,1,2\n", encoding="utf-8")
    with pytest.raises(RunFolderError) as raised:
        run_folder.mend()
    assert str(raised.value) == f"cannot add to {path}: its columns are not those of now"


def test_a_measurement_that_is_there_twice_is_refused_with_its_lines(
    run_folder: RunFolder,
) -> None:
    run_folder.append([ROW, SECOND, ROW])
    with pytest.raises(RunFolderError) as raised:
        run_folder.rows()
    path = run_folder.path / "cells.csv"
    assert str(raised.value) == f"cannot read {path}: lines 2 and 4 hold the same measurement"
    run_folder.append_turns([turn_row(ROW), turn_row(ROW, turn=2), turn_row(ROW)])
    with pytest.raises(RunFolderError, match=r"turns\.csv: lines 2 and 4 hold the same"):
        run_folder.turns()
    for _ in range(2):
        run_folder.append_cycle(CYCLE)
        run_folder.append_yardstick(YARDSTICK)
    with pytest.raises(RunFolderError, match=r"cycles\.csv: lines 2 and 3 hold the same"):
        run_folder.cycles()
    with pytest.raises(RunFolderError, match=r"yardstick\.csv: lines 2 and 3 hold the same"):
        run_folder.yardsticks()


def test_what_a_killed_session_left_of_a_group_is_no_double_when_the_next_measures_it(
    run_folder: RunFolder,
) -> None:
    """A kill may come between two writes: the lines of a group before its rows, or half of them."""
    for session in (1, 2):
        row = replace(ROW, session=session)
        run_folder.append_yardstick(replace(YARDSTICK, session=session))
        run_folder.append_cycle(replace(CYCLE, session=session))
        run_folder.append_turns([turn_row(row)])
        run_folder.append_timeline([TimeLineSlot(row.cell.id, session, 1, 1, 0, 7, 0, 0.5)])
        run_folder.append([row])
        run_folder.append_histograms([(row, 1.0, {"total": counted(5)})])
    assert len(run_folder.results()) == len(run_folder.turns()) == len(run_folder.cycles()) == 2
    assert len(run_folder.yardsticks()) == len(run_folder.histograms().histograms) == 2


def test_a_folder_has_one_writer_at_a_time(run_folder: RunFolder) -> None:
    again = RunFolder(run_folder.path)
    with run_folder.locked():
        with pytest.raises(RunFolderError) as raised, again.locked():
            pytest.fail("a second session writes to the same folder")
        said = f"another session is writing to {run_folder.path}: wait until it has ended"
        assert str(raised.value) == said
    with again.locked():
        assert (run_folder.path / ".lock").read_bytes() == b"", "nothing in it can be out of date"


def test_the_lock_of_a_killed_session_is_free(run_folder: RunFolder) -> None:
    code = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from runner.results.run_folder import RunFolder\n"
        "with RunFolder(Path(sys.argv[1])).locked():\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(run_folder.path)], check=False)
    assert done.returncode == -9
    with run_folder.locked():
        run_folder.append([ROW])


def test_a_folder_that_is_gone_is_not_made_again(run_folder: RunFolder) -> None:
    shutil.rmtree(run_folder.path)
    with pytest.raises(RunFolderError, match="No such file or directory"):
        run_folder.append([ROW])
    for name in ("environment.json", "logs/x.log"):
        with pytest.raises(RunFolderError, match="No such file or directory"):
            run_folder.write(name, "{}")
    with pytest.raises(RunFolderError, match="No such file"), run_folder.locked():
        pytest.fail("it is locked")
    assert not run_folder.path.exists()


def test_what_no_file_can_hold_is_escaped_and_costs_no_row(run_folder: RunFolder) -> None:
    odd = replace(ROW, driver_version="\udcff\x00 3.3\r\n.9", reason=said("half \ud83d\x00"))
    run_folder.append([odd, SECOND])
    first, second = run_folder.results()
    assert (first.driver_version, second) == ("\\udcff\x00 3.3 .9", SECOND)
    run_folder.write("environment.json", '{"run": "\udcff"}')
    assert run_folder.environment()["run"] == "\udcff", "JSON has a way of its own to say so"


def test_distributions_are_kept_by_part_and_mended_like_rows(run_folder: RunFolder) -> None:
    assert run_folder.histograms().histograms == (), "a report from before the log"
    total = counted(5, 6, 7)
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
    whole = path.read_text(encoding="utf-8")
    line = whole.replace(",10,5,5,", ",many,5,5,")
    path.write_text(line, encoding="utf-8")
    with pytest.raises(RunFolderError) as raised:
        run_folder.results()
    assert str(raised.value) == f"cannot read {path}: line 2: 'many' in column clients is no value"
    path.write_text("cell,clients\nx,10\n", encoding="utf-8")
    with pytest.raises(RunFolderError, match="line 2: there is no column pool_max"):
        run_folder.results()
    path.write_bytes(b"cell\n\xff\xfe\n")
    with pytest.raises(RunFolderError) as raised:
        run_folder.results()
    assert str(raised.value) == f"cannot read {path}: byte 6 is no UTF-8"
    for figure, complaint in (
        ("-10", "-10 is no clients that a run can have"),
        ("9" * 30, f"{'9' * 30} is no clients that a run can have"),
    ):
        path.write_text(whole.replace(",10,5,5,", f",{figure},5,5,"), encoding="utf-8")
        with pytest.raises(RunFolderError) as raised:
            run_folder.results()
        assert str(raised.value) == f"cannot read {path}: line 2: {complaint}"
    path.write_bytes(b"\xef\xbb\xbf" + whole.encode())
    assert run_folder.results() == [ROW], "an editor has put its mark before it"


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
        if row.role is not Role.LIMIT and row.conditions.cpus == "one":  # see its README
            total = logged[row.cell.id, row.round, "total"]
            assert len(total) == uncut.get((row.cell.id, row.round), row.ok)
            median = total.percentile(0.5)
            expected = row.total_ms_p50
            assert (median is None) == (expected is None)
            assert median is None or median / 1e6 == pytest.approx(expected, rel=0.001)
    assert len(logged) > 100


def test_rows_that_compare_different_axes_are_not_of_one_run(run_folder: RunFolder) -> None:
    run_folder.append([ROW, changed(ROW, round=2, compared="clients")])
    with pytest.raises(RunFolderError, match="its rows compare adapter, clients, not one"):
        run_folder.results()
