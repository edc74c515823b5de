"""`make kill`: what it would notice, how it goes on, and three signals of it."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from tests import killed_run, kills
from tests.builders import row
from tests.killed_run import SIGNALS, KilledRun, Signalled, doubled, processes
from tests.kills import Kept, failures, figures

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

GOOD = Signalled(1, 3.5, "SIGKILL", 1.25, "measuring", 0.5)
BAD = Signalled(2, 3.5, "SIGINT", 2.5, "starting", 10.5, [("left", "sleep (7) after 10 s")])
MISSED = Signalled(2, 3.5, "SIGTERM", 9.0, "ended", 0.25)


def test_nothing_at_all_is_wrong_after_three_signals(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """How soon all is gone is what `make kill` measures; beside other tests it may take longer."""
    monkeypatch.setattr(killed_run, "GONE_SECONDS", 60.0)
    without_disk = "server: {{settings: {{fsync: off}}}}\n"
    monkeypatch.setattr(killed_run, "CONFIG", killed_run.CONFIG + without_disk)
    kept = tmp_path / "kept.jsonl"
    out = tmp_path / "kill.txt"
    status = kills.main(["1", "--length", "3", "--kept", str(kept), "--out", str(out)])
    printed = capsys.readouterr().out
    assert status == 0, printed
    assert out.read_text("utf-8") in printed
    signalled = Kept(kept).signalled
    assert sorted(each.signal for each in signalled) == ["SIGINT", "SIGKILL", "SIGTERM", "none"]
    assert [wrong for each in signalled for wrong in each.wrong] == []


def test_figures_have_each_signal_and_each_failure_with_its_seed() -> None:
    told = figures([GOOD, BAD, MISSED])
    assert "2 signals at random moments of 2 short runs" in told
    assert ["SIGINT", "1", "0", "0"] in [line.split() for line in told.splitlines()]
    assert "rows lost: 0, rows doubled: 0, not resumed exactly: 0, left after 10 s: 1" in told
    assert "nothing was left 10.5 s after a signal at the latest" in told
    assert told.splitlines()[-1] == (
        "--seed 2 --length 3.5: SIGINT after 2.50 s (starting): left: sleep (7) after 10 s"
    )
    assert list(failures([GOOD, MISSED])) == []


def test_an_interrupted_make_kill_goes_on_and_another_commit_begins_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kills, "one", lambda seed, _: [replace(GOOD, seed=seed)] * 3)
    monkeypatch.setattr(kills, "undisturbed", lambda seed: 10.0 + seed)
    path = tmp_path / "kept.jsonl"
    assert Kept(path).length(7) == 17.0
    kills.carry_out(Kept(path), 6, 3.0, 60.0, 1)
    assert Kept(path).seeds == {1, 2}
    kills.carry_out(Kept(path), 9, 3.0, 0.0, 1)
    assert Kept(path).sent == 6, "the time was up"
    Kept(path).add([replace(GOOD, signal="none", length=4.5)])
    assert Kept(path).length(7) == 4.5, "as of the last run with the same settings"
    assert Kept(path).length(8) == 18.0
    kills.carry_out(Kept(path), 9, 3.0, 60.0, 2)
    assert Kept(path).seeds == {1, 2, 3}
    monkeypatch.setattr(kills, "commit", lambda: "another")
    assert Kept(path).signalled == []


def test_a_row_that_is_there_twice_is_noticed() -> None:
    rows = [row(), row(session=2), row(round=2)]
    assert list(doubled(rows)) == []
    assert [kind for kind, _ in doubled([*rows, row()])] == ["doubled"]


def test_a_process_that_stays_is_noticed(tmp_path: Path) -> None:
    run = KilledRun(1, 1.0, tmp_path)
    command = [sys.executable, "-c", "import time; print(flush=True); time.sleep(60)"]
    with subprocess.Popen(command, cwd=run.temporary, stdout=subprocess.PIPE) as left:
        assert left.stdout is not None
        left.stdout.readline()
        (name,) = processes(str(tmp_path))
        assert name.endswith(f" ({left.pid})")
        left.kill()
    assert processes(str(tmp_path)) == []


def test_rows_that_vanish_and_rows_that_were_told_only_are_noticed(tmp_path: Path) -> None:
    run = KilledRun(1, 1.0, tmp_path)
    run.rows = [row()]
    assert [kind for kind, _ in run._changed()] == ["lost"]
    run.said = "[1/8, 2 s left] round 1 noop-insert-c2-p2: 7 operations\n"
    assert [kind for kind, _ in run._untold(SIGNALS[1], 0)] == ["lost"]
    assert list(run._untold(SIGNALS[0], 0)) == [], "its group was not over"
