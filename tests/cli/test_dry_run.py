"""`--dry-run` prints each cell, how often it is measured, and about how long all of it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runner.__main__ import main
from runner.experiment.planned import planned
from runner.report.formats import duration

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = """\
limit: false
control: false
leak_rounds: 1
matrix: {adapter: [asyncpg, psycopg3], leak: [0, 1], cpus: all}
include: [{adapter: psycopg3, clients: 20, leak: 0, rounds: 2}]
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "x.yaml"
    path.write_text(CONFIG, encoding="utf-8")
    return path


def printed(capsys: pytest.CaptureFixture[str], config: Path, *options: str) -> list[str]:
    assert main([str(config), "--dry-run", *options]) == 0
    return capsys.readouterr().out.splitlines()


def test_each_cell_has_a_line_and_the_last_one_has_the_whole(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    *said, last = printed(capsys, config)
    cells = [line.split("  ") for line in said if "-insert-" in line]
    rounds = {cell: rest.partition(", ")[2] for cell, rest in cells}
    assert rounds == {
        "asyncpg-insert-c10-p5": "",
        "psycopg3-insert-c10-p5": "",
        "asyncpg-insert-c10-p5-leak1": "first round only",
        "psycopg3-insert-c10-p5-leak1": "first round only",
        "psycopg3-insert-c20-p5": "first 2 rounds only",
    }
    plan = planned(config, [], [])
    whole = "2 cells x 5 rounds, 2 cells x 1 round, 1 cell x 2 rounds"
    assert last == f"{whole}, about {duration(plan.expected_seconds(5))}"


def test_a_run_of_limited_cells_alone_ends_with_the_last_of_them(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    last = printed(capsys, config, "--only", "leak=1")[-1]
    assert last.startswith("2 cells x 1 round, about ")


def test_a_precise_run_has_as_many_rounds_as_it_needs(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    last = printed(capsys, config, "--set", "precision=5%", "--set", "budget=20s")[-1]
    assert last == "2 cells x 5 to 40 rounds, 2 cells x 1 round, 1 cell x 2 rounds, about 20 s"


def test_the_words_of_the_start_come_first(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = "On all cores (cpus all) each process has noise of its own"
    assert printed(capsys, config)[0].startswith(first)
