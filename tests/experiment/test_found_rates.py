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


SIZES = """\
compare: pool_size
rounds: 1
duration: 200ms
warmup: 0
turn: 250ms
lead_in: 50ms
limit: false
round_trips: false
control: false
find: {total_ms_p99: 500ms}
matrix: {adapter: psycopg3, clients: 4, pool_size: [1, 2], workload: read}
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


def cut_off(folder: RunFolder, ramps: int) -> list[str]:
    """Leave of a run what an interrupt in the ramp after so many would have; return their lines."""
    kept = folder.read("ramps.csv").splitlines(keepends=True)
    (folder.path / "ramps.csv").write_text("".join(kept[: ramps + 1]) + kept[-1][:30])
    for name in ("cells.csv", "turns.csv"):
        header, *_ = folder.read(name).splitlines(keepends=True)
        (folder.path / name).write_text(header)
    for name in ("cycles.csv", "histograms.hlog"):
        (folder.path / name).unlink()
    return kept[: ramps + 1]


@pytest.mark.usefixtures("short")
def test_the_ramps_of_an_interrupted_search_are_kept_and_the_others_made_once(
    tmp_path: Path,
) -> None:
    config, reports = tmp_path / "x.yaml", tmp_path / "reports"
    config.write_text(SIZES, encoding="utf-8")
    assert main([str(config), "--out", str(reports), "--quiet"]) == 0
    folder = RunFolder((reports / "latest").resolve())
    every = [(size, number) for size in (1, 2) for number in (1, 2, 3)]
    kept = cut_off(folder, 4)
    assert main([str(config), "--resume", str(folder.path), "--quiet"]) == 0
    assert folder.read("ramps.csv").splitlines(keepends=True)[:5] == kept
    assert [(it.conditions.pool_size.most, it.number) for it in folder.ramps()] == every
    assert len(folder.rows().adapters) == 2


def test_a_ramp_that_is_there_twice_is_refused_before_anything_is_measured(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config, reports = tmp_path / "x.yaml", tmp_path / "reports"
    config.write_text(SIZES.replace("find:", "keep: false #"), encoding="utf-8")
    assert main([str(config), "--out", str(reports), "--quiet"]) == 0
    folder = RunFolder((reports / "latest").resolve())
    ramp = Ramp("psycopg3", CONDITIONS, 1, 3.0, 4.0)
    folder.append_ramp(ramp)
    folder.append_ramp(ramp)
    before = folder.read("environment.json")
    capsys.readouterr()
    assert main([str(config), "--resume", str(folder.path)]) == 2
    said = capsys.readouterr().err
    assert said.endswith("ramps.csv: lines 2 and 3 hold the same measurement\n")
    assert said.count("\n") == 1
    assert folder.read("environment.json") == before
