"""A run that compares another axis than the adapter, from its configuration to its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runner.__main__ import main
from runner.experiment.conclusion import compared
from runner.results.run_folder import RunFolder
from runner.roles import Role
from runner.server.dsn import uri

if TYPE_CHECKING:
    from pathlib import Path

    from runner.server.embedded import EmbeddedServer

SIZES = """
server: "${TEST_DSN}"
rounds: 2
duration: 100ms
warmup: 0
turn: 60ms
lead_in: 10ms
uncut: 0
limit: false
round_trips: false
compare: pool_size
baseline: 2
matrix: {adapter: [asyncpg, psycopg3], pool_size: [2, 3], clients: 4, cpus: all}
thresholds:
  adapter=psycopg3 pool_size=3: [ok > 0]
"""


@pytest.fixture
def config(server: EmbeddedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TEST_DSN", uri(server._uri("postgres", "postgres")))
    monkeypatch.setattr("runner.report.charts.drawing.draw", lambda *_, **__: [])
    path = tmp_path / "sizes.yaml"
    path.write_text(SIZES, encoding="utf-8")
    return path


def test_sizes_are_measured_side_by_side_resumed_and_judged(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    reports = config.parent / "reports"
    words = [str(config), "--out", str(reports), "--only", "adapter=psycopg3", "--strict"]
    assert main(words) == 0
    printed = capsys.readouterr().out
    assert "against pool_size 2" in printed
    assert "6 of 6 rows, all ok" in printed
    assert "psycopg3-insert-c4-p3" in printed, "the cell of the threshold"
    run_folder = RunFolder(reports / "latest")
    rows = run_folder.rows()
    assert {row.cell.group for row in rows.every} == {"psycopg3-insert-c4"}
    assert {(row.entrant, row.conditions.pool_size.most) for row in rows.every} == {
        *(("pool_size 2", 2), ("pool_size 3", 3), ("control", 2)),
    }
    assert len(rows.groups) == 1
    assert {line.cell for line in run_folder.turns()} == {row.cell.id for row in rows.every}
    again = {(it.entrant, it.role): it.baseline for it in compared(run_folder).lines}
    assert again["pool_size 3", Role.ADAPTER] == "pool_size 2"
    _forget_the_last_round(run_folder.path / "cells.csv")
    assert main([*words, "--resume", str(run_folder.path), "--dry-run"]) == 0
    assert "control+psycopg3-insert-c4-p2" in capsys.readouterr().out
    assert main([*words, "--resume", str(run_folder.path)]) == 0
    assert len(run_folder.rows().every) == 6


def _forget_the_last_round(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[:-3]), encoding="utf-8")


@pytest.mark.parametrize(
    ("override", "sentence"),
    [
        ("baseline=7", "must be one of the values of pool_size that are compared: 2, 3, is 7"),
        ("compare=cpus", "cpus cannot be compared: the server keeps to its cores"),
        ("pool_size=2", "needs at least two values of pool_size in matrix or include"),
    ],
)
def test_what_cannot_be_compared_is_said_in_a_sentence_before_anything_is_started(
    config: Path, capsys: pytest.CaptureFixture[str], override: str, sentence: str
) -> None:
    assert main([str(config), "--set", override]) == 2
    assert sentence in capsys.readouterr().err


def test_a_baseline_in_the_file_is_refused_with_its_line(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config.write_text(SIZES.replace("baseline: 2", "baseline: 9"), encoding="utf-8")
    assert main([str(config)]) == 2
    assert "sizes.yaml:12: baseline: must be one of the values" in capsys.readouterr().err
