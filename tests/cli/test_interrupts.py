"""Nothing that was measured is lost, and nothing is left behind, however a run ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from runner.__main__ import main
from runner.results.rows import paired
from runner.results.run_folder import RunFolder
from tests.processes import alive

if TYPE_CHECKING:
    from collections.abc import Callable

CONFIG = """
name: test
server: {settings: {fsync: off}}
rounds: 2
duration: 100ms
warmup: 50ms
turn: off
limit: false
round_trips: false
control: false
pool: {max_size: 2, timeout: 200ms}
matrix:
  adapter: [psycopg3, noop]
  clients: [2, 3]
"""
CELLS = 8

WITHOUT_CHARTS = """
import sys, types

module = types.ModuleType("runner.report.charts.drawing")
module.draw_run = lambda *_: []
sys.modules[module.__name__] = module

from runner.__main__ import program

program()
"""
"""The same program; its charts take longer than all else of such a run."""


class Started:
    """A run in a process of its own, with an embedded server, as a user starts it."""

    def __init__(self, folder: Path, *options: str, charts: bool = False) -> None:
        self.folder = folder
        program = ["-m", "runner"] if charts else ["-c", WITHOUT_CHARTS]
        self.config = folder / "test.yaml"
        self.config.write_text(CONFIG, encoding="utf-8")
        self.process = subprocess.Popen(
            [sys.executable, *program, str(self.config), "--out", str(folder), *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            bufsize=1,
            start_new_session=True,
        )

    def until(self, what: str) -> None:
        """Read its output to a line that contains `what`."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if what in line:
                return
        pytest.fail(f"the run ended without saying {what!r}")

    def family(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def ends(self) -> tuple[int, str]:
        """Wait for its end and return its status and the rest of its output."""
        with self.process:
            rest, _ = self.process.communicate(timeout=60)
        return self.process.returncode, rest

    @property
    def run_folder(self) -> RunFolder:
        return RunFolder(self.folder / "latest")

    def resume(self, *options: str, folder: Path | None = None) -> int:
        folder = folder or self.run_folder.path.resolve()
        return main([str(self.config), "--resume", str(folder), *options])


def eventually(true: Callable[[], bool]) -> bool:
    """Wait up to 15 seconds for a condition."""
    until = time.monotonic() + 15
    while not true():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def gone(processes: list[psutil.Process]) -> bool:
    return not [process for process in processes if alive(process)]


@pytest.fixture(autouse=True)
def _without_charts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runner.report.charts.drawing.draw", lambda *_, **__: [])


def test_an_interrupt_while_the_program_loads_is_a_sentence(tmp_path: Path) -> None:
    run = Started(tmp_path, charts=True)
    assert eventually(lambda: catches(run.process.pid, signal.SIGTERM)), "from its first line on"
    run.process.send_signal(signal.SIGINT)
    assert run.ends() == (
        128 + signal.SIGINT,
        "poolbench: interrupted by SIGINT before anything was measured\n",
    )
    assert list(tmp_path.iterdir()) == [run.config]


def catches(pid: int, number: signal.Signals) -> bool:
    """Tell whether a process has a handler for a signal."""
    lines = Path(f"/proc/{pid}/status").read_text("utf-8").splitlines()
    [caught] = [line for line in lines if line.startswith("SigCgt:")]
    return bool(int(caught.split()[1], 16) >> (number - 1) & 1)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_keeps_what_it_measured_and_can_be_resumed(
    tmp_path: Path, number: signal.Signals
) -> None:
    charts = number is signal.SIGINT
    run = Started(tmp_path, charts=charts)
    run.until("[5/8")
    family = run.family()
    assert family, "cells, a server and a watchdog"
    run.process.send_signal(number)
    status, said = run.ends()
    assert status == 128 + number
    assert "--resume" in said
    assert charts is bool(list(run.run_folder.path.glob("charts/*"))), "they are drawn of it"
    assert eventually(lambda: gone(family)), family
    before = run.run_folder.results()
    assert 5 <= len(before) < CELLS

    assert run.resume("--strict") == 0
    rows = run.run_folder.results()
    assert rows[: len(before)] == before, "nothing that was measured is written again"
    assert len(paired(rows)) == CELLS
    assert {row.session for row in rows} == {1, 2}
    by_group: dict[tuple[str, int], set[int]] = {}
    for row in paired(rows):
        by_group.setdefault((row.cell.group, row.round), set()).add(row.session)
    assert all(len(sessions) == 1 for sessions in by_group.values()), "only pairs of one stretch"


def networks(run: Started) -> list[psutil.Process]:
    """Find the networks of a run that live."""
    found = []
    for process in run.family():
        with suppress(psutil.Error):
            if "runner.server.network.process" in process.cmdline():
                found.append(process)
    return found


def test_no_network_outlives_an_interrupted_run(tmp_path: Path) -> None:
    run = Started(tmp_path, "--set", "matrix.rtt=1ms", "--set", "matrix.adapter=psycopg3")
    run.until("[1/4")
    assert eventually(lambda: bool(networks(run))), "the next cell has one too"
    family = run.family()
    run.process.send_signal(signal.SIGINT)
    status, _ = run.ends()
    assert status == 128 + signal.SIGINT
    assert eventually(lambda: gone(family)), family


def test_a_group_that_is_interrupted_between_its_turns_is_measured_again(tmp_path: Path) -> None:
    some = ("turn=150ms", "duration=300ms", "rounds=1", "matrix.clients=2")
    options = [f"--set={it}" for it in some]
    run = Started(tmp_path, *options)
    assert eventually(lambda: turns(run) > 3), "some turns are over, and no group is"
    run.process.send_signal(signal.SIGINT)
    run.ends()
    before = run.run_folder.results()
    assert before
    assert all("cut_short" in row.flags for row in before)
    assert all(0 < (row.seconds or 0) < 0.8 for row in before), "and yet nothing of it is lost"
    assert run.resume("--strict", *options) == 0
    rows = paired(run.run_folder.results())
    assert [row.flags for row in rows if "cut_short" in row.flags] == []
    assert all(row.seconds == pytest.approx(0.3 + 0.5) for row in rows)


def turns(run: Started) -> int:
    """Count the lines of turns so far."""
    files = list(run.folder.glob("test-*/turns.csv"))
    return len(files[0].read_text(encoding="utf-8").splitlines()) - 1 if files else 0


def test_nothing_outlives_a_killed_runner_and_its_run_is_resumed(tmp_path: Path) -> None:
    run = Started(tmp_path)
    run.until("[5/8")
    family = run.family()
    run.process.kill()
    run.ends()
    assert eventually(lambda: gone(family)), family
    rows = run.run_folder.results()
    assert len(rows) >= 4, "each group is stored as it ends"
    with (run.run_folder.path / "cells.csv").open("a", encoding="utf-8") as file:
        file.write("noop-insert-c2-p2,insert-c2-p2,1,4")  # as a killed write leaves it
    with (run.run_folder.path / "histograms.hlog").open("a", encoding="utf-8") as file:
        file.write("Tag=noop-insert-c2-p2.round1.session1.wait,1.0,1.0,99,HISTF")
    assert run.resume() == 0
    log = run.run_folder.histograms()
    assert not log.damaged
    assert len({(it.cell, it.round) for it in log.histograms}) == CELLS
    assert len(paired(run.run_folder.results())) == CELLS


def test_a_run_that_still_measures_is_not_resumed_and_ends_as_if_alone(
    tmp_path: Path, elsewhere: str, capsys: pytest.CaptureFixture[str]
) -> None:
    options = [f"--set={it}" for it in ("rounds=1", "matrix.adapter=noop", f"server={elsewhere}")]
    run = Started(tmp_path, *options)
    run.until("[1/2")
    run.process.send_signal(signal.SIGSTOP)  # or it may have ended by then
    try:
        for folder in (run.run_folder.path, run.run_folder.path.resolve()):
            assert run.resume(*options, folder=folder) == 2
            assert capsys.readouterr() == (
                "",
                f"poolbench: another session is writing to {folder}: wait until it has ended\n",
            )
    finally:
        run.process.send_signal(signal.SIGCONT)
    status, said = run.ends()
    assert status == 0
    assert said.endswith("2 of 2 rows, all ok\n")
    assert [row.session for row in run.run_folder.results()] == [1, 1]


def test_of_two_sessions_that_resume_a_run_at_once_one_measures_what_is_missing(
    tmp_path: Path,
) -> None:
    run = Started(tmp_path)
    run.until("[3/8")
    run.process.kill()
    run.ends()
    folder = run.run_folder.path.resolve()
    before = run.run_folder.results()
    both = [Started(tmp_path, "--resume", str(it)) for it in (folder, run.run_folder.path)]
    ends = [it.ends() for it in both]
    refused = [said for status, said in ends if status]
    assert len(refused) < len(ends)
    for said in refused:  # none where one came so late that the other had ended
        assert "another session is writing to" in said
    rows = run.run_folder.results()
    assert rows[: len(before)] == before
    assert len(paired(rows)) == CELLS
    assert {row.session for row in rows[len(before) :]} == {2}
    assert not run.run_folder.histograms().damaged


def test_a_second_signal_stops_at_once_and_still_nothing_is_left(tmp_path: Path) -> None:
    run = Started(tmp_path, "--set", "duration=20s")
    assert eventually(lambda: len(run.family()) > 4), "a watchdog, a server and its processes"
    family = run.family()
    run.process.send_signal(signal.SIGINT)
    run.process.send_signal(signal.SIGINT)
    status, _ = run.ends()
    assert status == 130
    assert eventually(lambda: gone(family)), family


def test_a_run_of_another_configuration_or_driver_is_not_resumed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "test.yaml"
    config.write_text(
        "matrix: {adapter: noop}\nduration: 50ms\nrounds: 1\nlimit: false\n", encoding="utf-8"
    )
    assert main([str(config), "--out", str(tmp_path), "--quiet"]) == 0
    folder = str(RunFolder(tmp_path / "latest").path.resolve())
    assert main([str(config), "--resume", folder, "--set", "duration=60ms"]) == 2
    assert "another configuration" in capsys.readouterr().err
    run_folder = RunFolder(tmp_path / "latest")
    environment = run_folder.environment()
    environment["machine"]["python"] = "2.7.18"
    run_folder.write("environment.json", json.dumps(environment))
    assert main([str(config), "--resume", folder]) == 2
    assert "python was 2.7.18 and is" in capsys.readouterr().err
    assert main([str(config), "--resume", str(tmp_path / "nowhere")]) == 2
    assert "nowhere" in capsys.readouterr().err


def test_a_reader_that_closes_the_pipe_is_no_error(tmp_path: Path) -> None:
    config = tmp_path / "test.yaml"
    config.write_text("matrix: {adapter: noop, clients: [1, 2, 3, 4, 5]}\n", encoding="utf-8")
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as output:
        done = subprocess.run(
            [sys.executable, "-m", "runner", str(config), "--dry-run"],
            stdout=output,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert "Traceback" not in done.stderr
