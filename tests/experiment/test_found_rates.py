"""The rates that shares are of: looked for once, kept in the folder, and those of the baseline."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest

from runner.__main__ import main
from runner.experiment.found_rates import baseline_rates
from runner.measure import ramp
from runner.results.ramp import Ramp
from runner.results.run_folder import RunFolder
from tests.builders import CONDITIONS

if TYPE_CHECKING:
    from pathlib import Path

SHARED = """\
rounds: 1
duration: 200ms
warmup: 0
turn: 250ms
lead_in: 50ms
limit: false
round_trips: false
control: false
baseline: psycopg3
find: {total_ms_p99: 500ms}
pool: {max_size: 2, timeout: 1s}
matrix: {adapter: [asyncpg, psycopg3], clients: 4, rate: [50%], workload: read}
"""


def test_a_share_is_one_of_the_middle_that_the_baseline_kept() -> None:
    setting = CONDITIONS.unpaced()
    found = [
        *(Ramp("base", setting, number, low, 1.0) for number, low in enumerate((3.0, 1.0, 2.0), 1)),
        Ramp("other", setting, 1, 9.0, 10.0),
        Ramp("base", CONDITIONS, 1),
    ]
    assert baseline_rates(found, "base") == {setting.name(): 2.0}


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, seconds in {"SHORTEST": 0.05, "LONGEST": 0.05, "LEAD_IN": 0.01}.items():
        monkeypatch.setattr(ramp, name, seconds)
    monkeypatch.setattr(ramp, "CLOSED_SECONDS", 0.05)
    monkeypatch.setattr(ramp, "keeps_limits", lambda record, _: record.arrivals < 100)


@pytest.mark.usefixtures("short")
def test_a_run_looks_for_the_rates_and_all_adapters_get_the_baselines(tmp_path: Path) -> None:
    """A window is kept here with fewer than 100 arrivals: about 2000 a second, of any adapter."""
    config, reports = tmp_path / "x.yaml", tmp_path / "reports"
    config.write_text(SHARED, encoding="utf-8")
    assert main([str(config), "--out", str(reports), "--quiet"]) == 0
    folder = RunFolder((reports / "latest").resolve())
    found = folder.ramps()
    assert [(it.contender, it.number) for it in found] == [
        (name, number) for name in ("psycopg3", "asyncpg") for number in (1, 2, 3)
    ], "the baseline comes first"
    rates = baseline_rates(found, "psycopg3")
    with (folder.path / "cells.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["rate"] for row in rows] == ["50%", "50%"]
    (middle,) = rates.values()
    assert [float(row["rate_per_s"]) for row in rows] == pytest.approx([middle / 2] * 2, rel=1e-4)
    assert "Highest rate with p99 of the time within 500 ms" in folder.read("answer.md")
    assert "the highest rate with p99 of the time within 500 ms: psycopg3 " in folder.read(
        "answer.md"
    ).replace("\n", " ")
